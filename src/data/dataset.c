#include "data/dataset.h"

#include "core/memory.h"

#include <stdint.h>
#include <string.h>

void crs_dataset_release(crs_dataset *data)
{
    if (data == NULL)
        return;
    crs__free(data->name);
    crs__free(data->description);
    crs__free(data->x);
    crs__free(data->y);
    crs__free(data->class_names);
    crs__free(data->feature_names);
    memset(data, 0, sizeof *data);
}

double crs_dataset_x(const crs_dataset *data, size_t sample, size_t feature)
{
    size_t i = sample * data->n_features + feature;
    return data->dtype == CRS_F32 ? (double)((const float *)data->x)[i]
                                  : ((const double *)data->x)[i];
}

/* New x and y for `n_samples` rows; `data` says the rest. Touches nothing on failure. */
static crs_status allocate_arrays(const crs_dataset *data, size_t n_samples, crs_error *err,
                                  void **x, double **y)
{
    *x = NULL;
    *y = NULL;
    if (data->n_features == 0 || n_samples <= SIZE_MAX / data->n_features)
        *x = crs__alloc_aligned(n_samples * data->n_features, crs_dtype_size(data->dtype));
    if (*x != NULL)
        *y = crs__alloc(n_samples, sizeof **y);
    if (*y == NULL) {
        crs__free(*x);
        *x = NULL;
        return crs_error_set(err, CRS_ENOMEM,
                             "not enough memory for %zu samples of %zu features in %s", n_samples,
                             data->n_features, crs_dtype_name(data->dtype));
    }
    return CRS_OK;
}

crs_status crs__dataset_allocate(size_t n_samples, size_t n_features, crs_dtype dtype,
                                 const char *name, crs_error *err, crs_dataset *out)
{
    crs_status status;
    memset(out, 0, sizeof *out);
    out->dtype = dtype;
    out->n_features = n_features;
    status = allocate_arrays(out, n_samples, err, &out->x, &out->y);
    if (status == CRS_OK && (out->name = crs__strdup(name)) == NULL)
        status = crs_error_set(err, CRS_ENOMEM, "not enough memory for the data set's name");
    if (status == CRS_OK)
        out->n_samples = n_samples;
    else
        crs_dataset_release(out);
    return status;
}

crs_status crs__dataset_reserve(crs_dataset *data, size_t n_samples, crs_error *err)
{
    void *x;
    double *y;
    size_t kept = data->n_samples < n_samples ? data->n_samples : n_samples;
    crs_status status = allocate_arrays(data, n_samples, err, &x, &y);
    if (status != CRS_OK)
        return status;
    if (kept > 0) {
        memcpy(x, data->x, kept * data->n_features * crs_dtype_size(data->dtype));
        memcpy(y, data->y, kept * sizeof *y);
    }
    crs__free(data->x);
    crs__free(data->y);
    data->x = x;
    data->y = y;
    return CRS_OK;
}

char **crs__dataset_names(size_t n, size_t bytes, char **text)
{
    char **names = NULL;
    if (n < (SIZE_MAX - bytes) / sizeof *names)
        names = crs__alloc(n * sizeof *names + bytes, 1);
    if (names != NULL)
        *text = (char *)(names + n);
    return names;
}

char **crs__dataset_copy_names(size_t n, char *const *names)
{
    char **copy;
    char *text;
    size_t bytes = 0;
    for (size_t i = 0; i < n; i++)
        bytes += strlen(names[i]) + 1;
    copy = crs__dataset_names(n, bytes, &text);
    for (size_t i = 0; copy != NULL && i < n; i++) {
        size_t length = strlen(names[i]) + 1;
        memcpy(text, names[i], length);
        copy[i] = text;
        text += length;
    }
    return copy;
}

const char *crs__dataset_basename(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}
