/*
 * Any file is read whole or refused. The first byte chooses the format, the second how it is
 * read and whether the target is in a file of its own; the rest is the file, and for that of the
 * target its second half.
 */
#include <crease/data.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void must(int condition)
{
    if (!condition)
        abort();
}

/* The same two files again and again, with other bytes. */
static const char *file_of(int which, const uint8_t *bytes, size_t n)
{
    static char paths[2][32] = {"/tmp/crease-fuzz-XXXXXX", "/tmp/crease-fuzz-XXXXXX"};
    static int fds[2] = {-1, -1};
    if (fds[which] < 0)
        fds[which] = mkstemp(paths[which]);
    must(fds[which] >= 0);
    must(ftruncate(fds[which], 0) == 0);
    must(pwrite(fds[which], bytes, n, 0) == (ssize_t)n);
    return paths[which];
}

static void look_at(const crs_dataset *data, crs_missing missing)
{
    size_t k = data->n_targets == 0 ? 1 : data->n_targets;
    must(data->n_samples > 0 && data->n_features > 0 && data->description != NULL);
    for (size_t i = 0; i < data->n_samples; i++) {
        for (size_t j = 0; j < data->n_features; j++) {
            double x = crs_dataset_x(data, i, j);
            must(isfinite(x) || (isnan(x) && missing == CRS_MISSING_KEEP));
        }
        for (size_t j = 0; j < k; j++) {
            double y = data->y[i * k + j];
            must(isfinite(y));
            must(data->n_classes == 0 || (y >= 0 && y < (double)data->n_classes && y == floor(y)));
        }
    }
}

/* What may be done with what was read. */
static void use(crs_dataset *data)
{
    size_t *order = malloc(data->n_samples * sizeof *order), n_train = 0;
    crs_scaler scaler;
    crs_error err;
    must(order != NULL);
    if (data->n_samples > 1) {
        must(crs_dataset_split(data, 0.3, 1, &err, order, &n_train) == CRS_OK);
        must(n_train > 0 && n_train < data->n_samples);
    }
    if (crs_scaler_fit(CRS_SCALE_STANDARD, CRS_FILL_MEAN, data, 0, NULL, &err, &scaler) == CRS_OK)
        (void)crs_scaler_apply(&scaler, data, &err);
    crs_scaler_release(&scaler);
    free(order);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const char *const formats[] = {"csv", "hdf5", NULL, "npy", "npz", "idx", "safetensors"};
    static const char *const targets[] = {NULL, "", "1", "2-3"};
    crs_data_read_options how;
    crs_dataset data;
    crs_error err;
    size_t half;
    if (n < 2)
        return 0;
    half = (n - 2) / 2;
    crs_data_read_options_init(&how);
    how.format = formats[bytes[0] % 7];
    how.dtype = bytes[0] & 64 ? CRS_F32 : CRS_F64;
    how.missing = (crs_missing)(bytes[1] % 3);
    how.target = targets[bytes[1] / 4 % 4];
    how.ignore = bytes[1] & 64 ? "1" : NULL;
    how.memory_limit = bytes[1] & 32 ? 1 : 0;
    if (bytes[1] & 128)
        how.target_path = file_of(1, bytes + 2 + half, n - 2 - half);
    if (crs_data_read(file_of(0, bytes + 2, n - 2), &how, &err, &data) == CRS_OK) {
        look_at(&data, how.missing);
        use(&data);
    } else {
        must(data.x == NULL && err.text[0] != '\0');
        must(strchr(err.text, '\n') == NULL);
    }
    crs_dataset_release(&data);
    return 0;
}
