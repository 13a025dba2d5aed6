#include <crease/arrays.h>

#include "core/arguments.h"
#include "core/arrays.h"
#include "core/memory.h"

#include <stdint.h>
#include <string.h>

const crs_array *crs_arrays_find(const crs_arrays *arrays, const char *name)
{
    if (arrays == NULL || name == NULL)
        return NULL;
    for (size_t i = 0; i < arrays->n; i++) {
        if (strcmp(arrays->array[i].name, name) == 0)
            return &arrays->array[i];
    }
    return NULL;
}

void crs_arrays_release(crs_arrays *arrays)
{
    if (arrays == NULL)
        return;
    for (size_t i = 0; i < arrays->n; i++) {
        crs__free(arrays->array[i].name);
        crs__free(arrays->array[i].values);
    }
    crs__free(arrays->array);
    crs__free(arrays->name);
    crs__free(arrays->skipped);
    memset(arrays, 0, sizeof *arrays);
}

/* The product of dims; 0 and *fits = 0 where no memory could hold it. */
static size_t count_elements(size_t n_dims, const size_t *dims, int *fits)
{
    size_t n = 1;
    *fits = 1;
    for (size_t i = 0; i < n_dims; i++) {
        if (dims[i] != 0 && n > SIZE_MAX / sizeof(double) / dims[i]) {
            *fits = 0;
            return 0;
        }
        n *= dims[i];
    }
    return n;
}

static crs_status refuse_memory(const char *name, crs_error *err)
{
    return crs_error_set(err, CRS_ENOMEM, "no memory for the array %s", name);
}

static crs_status check_new(const crs_arrays *arrays, const char *name, size_t n_dims,
                            crs_error *err)
{
    if (name == NULL || name[0] == '\0')
        return crs_error_set(err, CRS_EINVAL, "an array has no name");
    if (n_dims > CRS_ARRAY_MAX_DIMS)
        return crs_error_set(err, CRS_EINVAL, "%s has %zu axes, at most %d can be read", name,
                             n_dims, CRS_ARRAY_MAX_DIMS);
    if (crs_arrays_find(arrays, name) != NULL)
        return crs_error_set(err, CRS_EINVAL, "there are two arrays named %s", name);
    return CRS_OK;
}

crs_status crs__arrays_adopt(crs_arrays *arrays, const char *name, size_t n_dims,
                             const size_t *dims, double *values, crs_error *err, crs_array **out)
{
    crs_array *all, *array;
    int fits;
    crs_status status = check_new(arrays, name, n_dims, err);
    *out = NULL;
    if (status != CRS_OK)
        return status;
    all = crs__realloc(arrays->array, arrays->n + 1, sizeof *all);
    if (all == NULL)
        return refuse_memory(name, err);
    arrays->array = all;
    array = &all[arrays->n];
    memset(array, 0, sizeof *array);
    array->n_dims = n_dims;
    if (n_dims > 0)
        memcpy(array->dims, dims, n_dims * sizeof *dims);
    array->n = count_elements(n_dims, dims, &fits);
    array->name = crs__strdup(name);
    if (array->name == NULL)
        return refuse_memory(name, err);
    array->values = values;
    arrays->n++;
    *out = array;
    return CRS_OK;
}

crs_status crs__arrays_push(crs_arrays *arrays, const char *name, size_t n_dims, const size_t *dims,
                            crs_error *err, crs_array **out)
{
    crs_status status = check_new(arrays, name, n_dims, err);
    double *values;
    size_t n;
    int fits;
    *out = NULL;
    if (status != CRS_OK)
        return status;
    n = count_elements(n_dims, dims, &fits);
    values = fits ? crs__alloc(n, sizeof *values) : NULL;
    if (values == NULL)
        return refuse_memory(name, err);
    status = crs__arrays_adopt(arrays, name, n_dims, dims, values, err, out);
    if (status != CRS_OK)
        crs__free(values);
    return status;
}

crs_status crs_arrays_add(crs_arrays *arrays, const char *name, crs_dtype dtype, size_t n_dims,
                          const size_t *dims, const void *values, crs_error *err)
{
    if (arrays == NULL || name == NULL || (n_dims > 0 && dims == NULL) || values == NULL)
        return crs__null_argument(err, __func__);
    crs_array *array;
    crs_status status = crs__arrays_push(arrays, name, n_dims, dims, err, &array);
    if (array == NULL)
        return status;
    array->type = dtype == CRS_F32 ? "float32" : "float64";
    array->roundoff = dtype == CRS_F32 ? 0x1p-24 : 0x1p-53;
    for (size_t i = 0; i < array->n; i++)
        array->values[i] =
            dtype == CRS_F32 ? (double)((const float *)values)[i] : ((const double *)values)[i];
    return CRS_OK;
}
