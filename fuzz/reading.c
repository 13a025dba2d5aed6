#include "reading.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As CSV and back: no more numbers than this, as printing takes long. */
#define MAX_WRITTEN 4096

/* ---- arrays -------------------------------------------------------------------------------- */

static void look_at_arrays(const crs_arrays *arrays)
{
    for (size_t i = 0; i < arrays->n; i++) {
        const crs_array *array = &arrays->array[i];
        size_t n = 1;
        double sum = 0;
        must(array->name[0] != '\0' && array->type != NULL);
        must(array->n_dims <= CRS_ARRAY_MAX_DIMS);
        for (size_t k = 0; k < array->n_dims; k++)
            n *= array->dims[k];
        must(n == array->n);
        for (size_t k = 0; k < n; k++)
            sum += array->values[k]; /* each is there to be read */
        must(sum == sum || sum != sum);
        must(crs_arrays_find(arrays, array->name) == array); /* no two of one name */
    }
    if (arrays->skipped != NULL)
        fuzz_check_line(arrays->skipped);
}

static int same_number(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static void must_be_same(const crs_arrays *arrays, const crs_arrays *again)
{
    must(arrays->n == again->n);
    for (size_t i = 0; i < arrays->n; i++) {
        const crs_array *a = &arrays->array[i], *b = &again->array[i];
        must(strcmp(a->name, b->name) == 0);
        must(a->n_dims == b->n_dims && memcmp(a->dims, b->dims, a->n_dims * sizeof *a->dims) == 0);
        for (size_t k = 0; k < a->n; k++)
            must(same_number(a->values[k], b->values[k]));
    }
}

static void write_and_read(const crs_arrays *arrays)
{
    fuzz_memory out = {0}, twice = {0};
    crs_sink sink = fuzz_sink(&out), second = fuzz_sink(&twice);
    crs_arrays again;
    crs_error err;
    if (!CRS_HAVE_ZIP) {
        must(crs_arrays_write_npz(arrays, &sink, &err) == CRS_EUNSUPPORTED);
        return;
    }
    must(crs_arrays_write_npz(arrays, &sink, &err) == CRS_OK);
    must(crs_arrays_write_npz(arrays, &second, &err) == CRS_OK);
    must(out.n == twice.n && memcmp(out.bytes, twice.bytes, out.n) == 0);
    if (arrays->n > 0) {
        crs_status status = crs_arrays_read(fuzz_file("again.npz", out.bytes, out.n), &err, &again);
        if (status != CRS_OK)
            fprintf(stderr, "%s\n", err.text);
        must(status == CRS_OK);
        must_be_same(arrays, &again);
        crs_arrays_release(&again);
    }
    free(out.bytes);
    free(twice.bytes);
}

static crs_status try_arrays(void *ctx)
{
    crs_arrays arrays;
    crs_error err;
    crs_status status = crs_arrays_read(ctx, &err, &arrays);
    if (status != CRS_OK)
        fuzz_check_zero(&arrays, sizeof arrays);
    crs_arrays_release(&arrays);
    return status;
}

static crs_status try_npz(void *ctx)
{
    fuzz_memory out = {0};
    crs_sink sink = fuzz_sink(&out);
    crs_error err;
    crs_status status = crs_arrays_write_npz(ctx, &sink, &err);
    free(out.bytes);
    return status;
}

int fuzz_read_arrays(const char *path, size_t size)
{
    crs_arrays arrays;
    crs_error err;
    crs_status status;
    fuzz_watch(size);
    status = crs_arrays_read(path, &err, &arrays);
    fuzz_rest();
    fuzz_starve(status, fuzz_allocations(), try_arrays, (void *)(uintptr_t)path);
    if (status == CRS_OK) {
        fuzz_starve(CRS_HAVE_ZIP ? CRS_OK : CRS_EUNSUPPORTED, 10 + 4 * arrays.n, try_npz, &arrays);
        look_at_arrays(&arrays);
        write_and_read(&arrays);
    } else {
        fuzz_check_zero(&arrays, sizeof arrays);
        fuzz_check_error(&err, status, size);
    }
    crs_arrays_release(&arrays);
    return status == CRS_OK;
}

/* ---- samples ------------------------------------------------------------------------------- */

static char *take_some(fuzz_input *in, const char *const *usual, size_t n)
{
    unsigned which = fuzz_byte(in);
    char *text;
    if (which % 4 == 0)
        return NULL;
    if (which % 4 == 1)
        return fuzz_text(in);
    text = strdup(usual[which / 4 % n]);
    must(text != NULL);
    return text;
}

void fuzz_data_options_take(fuzz_input *in, fuzz_data_options *out)
{
    static const char *const formats[] = {NULL,  NULL,  NULL,   "csv",         "npy",
                                          "npz", "idx", "hdf5", "safetensors", "none\n"};
    static const char *const columns[] = {"1", "1-2", "x1,x2", "2-3,1", "a", ""};
    static const char *const targets[] = {"", "1", "2-3", "y", "label", "Y", "1,x2"};
    static const char separators[] = {0, 0, ',', ';', '\t', '|'};
    unsigned a = fuzz_byte(in), b = fuzz_byte(in), c = fuzz_byte(in);
    memset(out, 0, sizeof *out);
    crs_data_read_options_init(&out->how);
    out->how.format = formats[a % 10];
    out->how.dtype = a & 128 ? CRS_F32 : CRS_F64;
    out->how.scale_bytes = a & 64 ? 0 : 1;
    out->how.missing = (crs_missing)(b % 3);
    out->how.target_kind = (crs_target_kind)(b / 4 % 3);
    out->how.header = (crs_csv_header)(b / 16 % 3);
    out->how.memory_limit = b & 128 ? 1 : 0;
    out->how.separator = separators[c % 6];
    if (c & 128) {
        out->how.columns = out->columns = take_some(in, columns, sizeof columns / sizeof *columns);
        out->how.ignore = out->ignore = take_some(in, columns, sizeof columns / sizeof *columns);
    }
    if (c & 64)
        out->how.target = out->target = take_some(in, targets, sizeof targets / sizeof *targets);
    if (c & 32)
        out->how.features = out->features =
            take_some(in, targets, sizeof targets / sizeof *targets);
}

void fuzz_data_options_release(fuzz_data_options *options)
{
    free(options->columns);
    free(options->ignore);
    free(options->target);
    free(options->features);
}

static void look_at_data(const crs_dataset *data, const crs_data_read_options *how)
{
    size_t k = data->n_targets == 0 ? 1 : data->n_targets;
    must(data->n_samples > 0 && data->n_features > 0 && data->dtype == how->dtype);
    fuzz_check_line(data->description);
    for (size_t i = 0; i < data->n_samples; i++) {
        for (size_t j = 0; j < data->n_features; j++) {
            double x = crs_dataset_x(data, i, j);
            must(isfinite(x) || (isnan(x) && how->missing == CRS_MISSING_KEEP));
        }
        for (size_t j = 0; j < k; j++) {
            double y = data->y[i * k + j];
            must(isfinite(y));
            must(data->n_classes == 0 || (y >= 0 && y < (double)data->n_classes && y == floor(y)));
        }
    }
    for (size_t i = 0; data->class_names != NULL && i < data->n_classes; i++)
        must(data->class_names[i] != NULL);
    for (size_t i = 0; data->feature_names != NULL && i < data->n_features; i++)
        must(data->feature_names[i] != NULL);
    for (size_t i = 0; data->target_names != NULL && i < k; i++)
        must(data->target_names[i] != NULL);
}

static void must_agree(const crs_dataset *data, const crs_dataset *again)
{
    size_t k = data->n_targets == 0 ? 1 : data->n_targets;
    size_t k_again = again->n_targets == 0 ? 1 : again->n_targets;
    must(data->n_samples == again->n_samples && data->n_features == again->n_features);
    must(k == k_again);
    for (size_t i = 0; i < data->n_samples; i++) {
        for (size_t j = 0; j < data->n_features; j++)
            must(same_number(crs_dataset_x(data, i, j), crs_dataset_x(again, i, j)));
        for (size_t j = 0; j < k; j++)
            must(same_number(data->y[i * k + j], again->y[i * k + j]));
    }
}

/* As CSV without its names, and back. */
static void write_and_reread(const crs_dataset *data)
{
    fuzz_memory out = {0};
    crs_sink sink = fuzz_sink(&out);
    crs_dataset plain = *data, again;
    crs_data_read_options how;
    crs_error err;
    crs_status status;
    char target[64];
    size_t k = data->n_targets == 0 ? 1 : data->n_targets;
    crs_data_read_options_init(&how);
    how.format = "csv";
    how.dtype = data->dtype;
    how.header = CRS_CSV_HEADER_YES;
    how.missing = CRS_MISSING_KEEP;
    how.target_kind = CRS_TARGET_VALUES;
    how.separator = ',';
    (void)snprintf(target, sizeof target, k > 1 ? "%zu-%zu" : "%zu", data->n_features + 1,
                   data->n_features + k);
    how.target = target;
    must(crs_data_write_csv(data, &sink, &err) == CRS_OK);
    out.n = 0;
    plain.feature_names = plain.target_names = NULL;
    must(crs_data_write_csv(&plain, &sink, &err) == CRS_OK);
    status = crs_data_read(fuzz_file("again.csv", out.bytes, out.n), &how, &err, &again);
    if (status != CRS_OK)
        fprintf(stderr, "%s\n", err.text);
    must(status == CRS_OK);
    must_agree(data, &again);
    crs_dataset_release(&again);
    free(out.bytes);
}

/* What may be done with what was read; the data are changed by it. */
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
    for (int how = 0; how < 2; how++) {
        crs_status status = crs_scaler_fit(how == 0 ? CRS_SCALE_STANDARD : CRS_SCALE_MINMAX,
                                           how == 0 ? CRS_FILL_MEAN : CRS_FILL_MEDIAN, data, 0,
                                           NULL, &err, &scaler);
        if (status == CRS_OK)
            status = crs_scaler_apply(&scaler, data, &err);
        if (status != CRS_OK)
            fuzz_check_error(&err, status, 0);
        crs_scaler_release(&scaler);
    }
    free(order);
}

static void read_like(const char *path, const crs_data_read_options *how, const crs_dataset *data)
{
    crs_data_read_options also = *how;
    crs_dataset again;
    crs_error err;
    crs_status status;
    also.like = data;
    status = crs_data_read(path, &also, &err, &again);
    if (status == CRS_OK)
        must(again.n_features == data->n_features && again.n_classes == data->n_classes);
    else
        fuzz_check_error(&err, status, SIZE_MAX - 1);
    crs_dataset_release(&again);
}

typedef struct reading {
    const char *path;
    const crs_data_read_options *how;
} reading;

static crs_status try_data(void *ctx)
{
    const reading *r = ctx;
    crs_dataset data;
    crs_error err;
    crs_status status = crs_data_read(r->path, r->how, &err, &data);
    if (status != CRS_OK)
        fuzz_check_zero(&data, sizeof data);
    crs_dataset_release(&data);
    return status;
}

static crs_status try_use(void *ctx)
{
    size_t *order, n_train;
    fuzz_memory out = {0};
    crs_sink sink = fuzz_sink(&out);
    crs_scaler scaler;
    crs_error err;
    const crs_dataset *data = ctx;
    crs_status status = crs_data_write_csv(data, &sink, &err);
    free(out.bytes);
    if (status == CRS_OK && data->n_samples > 1) {
        order = malloc(data->n_samples * sizeof *order);
        must(order != NULL);
        status = crs_dataset_split(data, 0.3, 1, &err, order, &n_train);
        free(order);
    }
    if (status != CRS_OK)
        return status;
    status = crs_scaler_fit(CRS_SCALE_STANDARD, CRS_FILL_MEDIAN, data, 0, NULL, &err, &scaler);
    crs_scaler_release(&scaler);
    return status == CRS_ENOMEM ? status : CRS_OK; /* a feature may have no value at all */
}

int fuzz_read_data(const char *path, const crs_data_read_options *how, size_t size)
{
    crs_dataset data;
    crs_error err;
    crs_status status;
    reading again = {path, how};
    fuzz_watch(size);
    status = crs_data_read(path, how, &err, &data);
    fuzz_rest();
    fuzz_starve(status, fuzz_allocations(), try_data, &again);
    if (status == CRS_OK) {
        fuzz_starve(CRS_OK, 20, try_use, &data);
        look_at_data(&data, how);
        if (data.n_samples * data.n_features < MAX_WRITTEN)
            write_and_reread(&data);
        read_like(path, how, &data);
        use(&data);
    } else {
        fuzz_check_zero(&data, sizeof data);
        fuzz_check_error(&err, status, SIZE_MAX - 1);
    }
    crs_dataset_release(&data);
    return status == CRS_OK;
}
