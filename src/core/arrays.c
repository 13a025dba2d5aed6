#include <crease/arrays.h>

#include "core/arguments.h"
#include "core/arrays.h"
#include "core/memory.h"

#include <stdint.h>
#include <string.h>

/*
 * Where names are in a set of many: a table of numbers of arrays plus 1, by the names' hashes. What
 * is not in it yet is looked through.
 */
typedef struct name_index {
    size_t n;    /* arrays that are in it */
    size_t room; /* a power of two, more than twice as many */
    size_t slot[];
} name_index;

#define LEAST_INDEXED 64

static size_t hash(const char *name)
{
    uint64_t h = 14695981039346656037U; /* FNV-1a */
    for (; *name != '\0'; name++)
        h = (h ^ (unsigned char)*name) * 1099511628211U;
    return (size_t)(h ^ h >> 32);
}

/* The slot of `name`, or the free one where it would be. */
static size_t *find_slot(const name_index *index, const crs_arrays *arrays, const char *name,
                         size_t *slots)
{
    size_t at = hash(name) & (index->room - 1);
    while (slots[at] != 0 && strcmp(arrays->array[slots[at] - 1].name, name) != 0)
        at = (at + 1) & (index->room - 1);
    return &slots[at];
}

/* Put the arrays that are not in the index into it; 0 without memory. */
static int update_index(crs_arrays *arrays)
{
    name_index *index = arrays->index;
    if (arrays->n < LEAST_INDEXED)
        return 1;
    if (index == NULL || 2 * arrays->n >= index->room) {
        size_t room = index == NULL ? 4 * LEAST_INDEXED : 2 * index->room;
        index = crs__alloc(sizeof *index + room * sizeof *index->slot, 1);
        if (index == NULL)
            return 0;
        index->room = room;
        crs__free(arrays->index);
        arrays->index = index;
    }
    for (; index->n < arrays->n; index->n++)
        *find_slot(index, arrays, arrays->array[index->n].name, index->slot) = index->n + 1;
    return 1;
}

const crs_array *crs_arrays_find(const crs_arrays *arrays, const char *name)
{
    name_index *index;
    size_t i = 0;
    if (arrays == NULL || name == NULL)
        return NULL;
    index = arrays->index;
    if (index != NULL && index->n <= arrays->n) {
        size_t number = *find_slot(index, arrays, name, index->slot);
        if (number != 0)
            return &arrays->array[number - 1];
        i = index->n; /* the last ones may not be in it yet */
    }
    for (; i < arrays->n; i++) {
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
    crs__free(arrays->index);
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
    if (!update_index(arrays)) /* before the set is changed */
        return refuse_memory(name, err);
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
    if (arrays == NULL || (n_dims > 0 && dims == NULL) || values == NULL)
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
