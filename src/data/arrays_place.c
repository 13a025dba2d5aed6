#include "data/arrays_reader.h"

#include "core/arrays.h"
#include "core/memory.h"

void crs__array_shape_init(crs__array_shape *shape)
{
    shape->n_dims = 0;
    shape->n = 1;
}

crs_status crs__array_shape_add(crs__array_shape *shape, uint64_t dim, const char *where,
                                crs_error *err)
{
    if (shape->n_dims == CRS_ARRAY_MAX_DIMS)
        return crs_error_set(err, CRS_EUNSUPPORTED, "%s has more than %d axes", where,
                             CRS_ARRAY_MAX_DIMS);
    if (dim > SIZE_MAX / sizeof(double) / (shape->n > 0 ? shape->n : 1))
        return crs_error_set(err, CRS_EFORMAT, "%s claims more numbers than any memory holds",
                             where);
    shape->dims[shape->n_dims++] = (size_t)dim;
    shape->n *= (size_t)dim;
    return CRS_OK;
}

/* The same array in C order, NULL without memory: index[] counts on as in Fortran. */
static double *to_c_order(const crs__array_shape *shape, const double *values)
{
    size_t index[CRS_ARRAY_MAX_DIMS] = {0}, stride[CRS_ARRAY_MAX_DIMS], step = 1, at = 0;
    double *out = crs__alloc(shape->n, sizeof *out);
    if (out == NULL)
        return NULL;
    for (size_t k = shape->n_dims; k-- > 0;) {
        stride[k] = step;
        step *= shape->dims[k];
    }
    for (size_t i = 0; i < shape->n; i++) {
        out[at] = values[i];
        for (size_t k = 0; k < shape->n_dims; k++) {
            at += stride[k];
            if (++index[k] < shape->dims[k])
                break;
            at -= stride[k] * shape->dims[k];
            index[k] = 0;
        }
    }
    return out;
}

crs_status crs__arrays_place(crs_arrays *out, const char *name, const crs__element *type,
                             const crs__array_shape *shape, int is_fortran, double *values,
                             const char *where, crs_error *err)
{
    crs_array *array;
    crs_status status;
    if (name[0] == '\0' || crs_arrays_find(out, name) != NULL) {
        crs__free(values);
        return name[0] == '\0'
                   ? crs_error_set(err, CRS_EFORMAT, "%s is an array without a name", where)
                   : crs_error_set(err, CRS_EFORMAT, "%s: there is another array of that name",
                                   where);
    }
    if (is_fortran && shape->n_dims > 1 && shape->n > 0) {
        double *ordered = to_c_order(shape, values);
        crs__free(values);
        values = ordered;
    }
    if (values == NULL)
        return crs_error_set(err, CRS_ENOMEM, "%s: no memory for its %zu numbers", where, shape->n);
    status = crs__arrays_adopt(out, name, shape->n_dims, shape->dims, values, err, &array);
    if (status != CRS_OK) {
        crs__free(values);
        return status;
    }
    array->type = type->name;
    array->roundoff = type->roundoff;
    return CRS_OK;
}

crs_status crs__arrays_take(crs_arrays *out, const char *name, const crs__stored_array *array,
                            crs_error *err)
{
    const crs__element *shown = array->shown == NULL ? array->type : array->shown;
    const crs__data_file *file = array->bytes->file;
    uint64_t copy = array->is_fortran ? crs__budget_times(array->shape.n, sizeof(double)) : 0;
    double *values;
    crs_status status = crs__budget_take(file, copy, array->bytes->where, err);
    if (status == CRS_OK)
        status = crs__bytes_elements(array->bytes, array->type, array->big_endian, array->shape.n,
                                     err, &values);
    if (status == CRS_OK)
        status = crs__arrays_place(out, name, shown, &array->shape, array->is_fortran, values,
                                   array->bytes->where, err);
    crs__budget_return(file, copy);
    return status;
}
