#include "data/dataset.h"

#include "core/memory.h"

#include <stdint.h>
#include <string.h>

void crs_dataset_release(crs_dataset *data)
{
    if (data == NULL)
        return;
    if (data == NULL)
        return;
    crs__dataset_drop_x(data);
    crs__free(data->name);
    crs__free(data->description);
    crs__free(data->y);
    crs__free(data->class_names);
    crs__free(data->feature_names);
    crs__free(data->target_names);
    memset(data, 0, sizeof *data);
}

double crs_dataset_x(const crs_dataset *data, size_t sample, size_t feature)
{
    if (data == NULL || data->x == NULL)
        return 0;
    size_t i = sample * data->n_features + feature;
    return data->dtype == CRS_F32 ? (double)((const float *)data->x)[i]
                                  : ((const double *)data->x)[i];
}

size_t crs__dataset_targets(const crs_dataset *data)
{
    return data->n_targets == 0 ? 1 : data->n_targets;
}

crs_learning_task crs_dataset_task(const crs_dataset *data)
{
    if (data == NULL)
        return (crs_learning_task)0;
    if (data->n_classes == 0)
        return CRS_TASK_VALUES;
    return crs__dataset_targets(data) > 1 ? CRS_TASK_LABELS : CRS_TASK_CLASSES;
}

const char *crs_task_name(crs_learning_task task)
{
    static const char *const names[] = {"classes", "labels", "values"};
    return (size_t)task < sizeof names / sizeof *names ? names[task] : NULL;
}

crs_status crs__dataset_allocate(size_t n_samples, size_t n_features, crs_dtype dtype,
                                 const char *name, crs_error *err, crs_dataset *out)
{
    crs_status status;
    memset(out, 0, sizeof *out);
    out->dtype = dtype;
    out->n_features = n_features;
    status = crs__dataset_reserve(out, n_samples, SIZE_MAX, err);
    if (status == CRS_OK && (out->name = crs__strdup(name)) == NULL)
        status = crs_error_set(err, CRS_ENOMEM, "not enough memory for the data set's name");
    if (status == CRS_OK)
        out->n_samples = n_samples;
    else
        crs_dataset_release(out);
    return status;
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
