/* core/arrays.h - a set of arrays as readers fill it. */
#ifndef CORE_ARRAYS_H
#define CORE_ARRAYS_H

#include <crease/arrays.h>

/*
 * Add an array of zeros, whose values, type and roundoff the caller fills in. *out lives until
 * the next array is added. Errors: as of crs_arrays_add; the set is as it was then.
 */
crs_status crs__arrays_push(crs_arrays *arrays, const char *name, size_t n_dims, const size_t *dims,
                            crs_error *err, crs_array **out);

/* The same with `values` of crs__alloc, [product of dims], which the set owns from then on. */
crs_status crs__arrays_adopt(crs_arrays *arrays, const char *name, size_t n_dims,
                             const size_t *dims, double *values, crs_error *err, crs_array **out);

#endif
