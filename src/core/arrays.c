#include <crease/arrays.h>

#include "core/arrays.h"
#include "core/memory.h"

#include <stdint.h>
#include <string.h>

const crs_array *crs_arrays_find(const crs_arrays *arrays, const char *name)
{
    for (size_t i = 0; i < arrays->n; i++) {
        if (strcmp(arrays->array[i].name, name) == 0)
            return &arrays->array[i];
    }
    return NULL;
}

void crs_arrays_release(crs_arrays *arrays)
{
    for (size_t i = 0; i < arrays->n; i++) {
        crs__free(arrays->array[i].name);
        crs__free(arrays->array[i].values);
    }
    crs__free(arrays->array);
    crs__free(arrays->name);
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

crs_status crs__arrays_push(crs_arrays *arrays, const char *name, size_t n_dims, const size_t *dims,
                            crs_error *err, crs_array **out)
{
    crs_array *all, *array;
    int fits;
    *out = NULL;
    if (name == NULL || name[0] == '\0')
        return crs_error_set(err, CRS_EINVAL, "an array has no name");
    if (n_dims > CRS_ARRAY_MAX_DIMS)
        return crs_error_set(err, CRS_EINVAL, "%s has %zu axes, at most %d can be read", name,
                             n_dims, CRS_ARRAY_MAX_DIMS);
    if (crs_arrays_find(arrays, name) != NULL)
        return crs_error_set(err, CRS_EINVAL, "there are two arrays named %s", name);
    all = crs__realloc(arrays->array, arrays->n + 1, sizeof *all);
    if (all == NULL)
        goto no_memory;
    arrays->array = all;
    array = &all[arrays->n];
    memset(array, 0, sizeof *array);
    array->n_dims = n_dims;
    if (n_dims > 0)
        memcpy(array->dims, dims, n_dims * sizeof *dims);
    array->n = count_elements(n_dims, dims, &fits);
    array->name = crs__strdup(name);
    array->values = fits ? crs__alloc(array->n > 0 ? array->n : 1, sizeof *array->values) : NULL;
    if (array->name == NULL || array->values == NULL) {
        crs__free(array->name);
        crs__free(array->values);
        goto no_memory;
    }
    arrays->n++;
    *out = array;
    return CRS_OK;

no_memory:
    return crs_error_set(err, CRS_ENOMEM, "no memory for the array %s", name);
}

crs_status crs_arrays_add(crs_arrays *arrays, const char *name, crs_dtype dtype, size_t n_dims,
                          const size_t *dims, const void *values, crs_error *err)
{
    crs_array *array;
    crs_status status = crs__arrays_push(arrays, name, n_dims, dims, err, &array);
    if (status != CRS_OK)
        return status;
    array->type = dtype == CRS_F32 ? "float32" : "float64";
    array->roundoff = dtype == CRS_F32 ? 0x1p-24 : 0x1p-53;
    for (size_t i = 0; i < array->n; i++)
        array->values[i] =
            dtype == CRS_F32 ? (double)((const float *)values)[i] : ((const double *)values)[i];
    return CRS_OK;
}
