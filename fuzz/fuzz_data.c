/*
 * Any file is read whole or refused. The first byte chooses the format, the rest is
 * the file.
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

/* The same file again and again, with other bytes. */
static const char *file_of(const uint8_t *bytes, size_t n)
{
    static char path[] = "/tmp/crease-fuzz-XXXXXX";
    static int fd = -1;
    if (fd < 0)
        fd = mkstemp(path);
    must(fd >= 0);
    must(ftruncate(fd, 0) == 0);
    must(pwrite(fd, bytes, n, 0) == (ssize_t)n);
    return path;
}

static void look_at(const crs_dataset *data)
{
    must(data->n_samples > 0 && data->n_features > 0);
    for (size_t i = 0; i < data->n_samples; i++) {
        for (size_t j = 0; j < data->n_features; j++)
            must(isfinite(crs_dataset_x(data, i, j)));
        must(data->n_classes == 0 || (data->y[i] >= 0 && data->y[i] < (double)data->n_classes));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const char *const formats[] = {"csv", "hdf5", NULL};
    crs_data_read_options how;
    crs_dataset data;
    crs_error err;
    if (n == 0)
        return 0;
    crs_data_read_options_init(&how);
    how.format = formats[bytes[0] % 3];
    if (crs_data_read(file_of(bytes + 1, n - 1), &how, &err, &data) == CRS_OK) {
        look_at(&data);
    } else {
        must(data.x == NULL && err.text[0] != '\0');
        must(strchr(err.text, '\n') == NULL);
    }
    crs_dataset_release(&data);
    return 0;
}
