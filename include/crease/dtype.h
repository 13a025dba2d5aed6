/*
 * crease/dtype.h - the number type of an array.
 *
 * Data, nets and kernels exist in float32 and float64. Where an array is passed
 * as `void *`, a crs_dtype beside it says which of the two it holds.
 */
#ifndef CREASE_DTYPE_H
#define CREASE_DTYPE_H

#include <crease/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum crs_dtype {
    CRS_F32, /* float, IEEE 754 binary32 */
    CRS_F64  /* double, IEEE 754 binary64 */
} crs_dtype;

/* Bytes of one element: 4 or 8; 0 for a value that is no dtype. */
CRS_API size_t crs_dtype_size(crs_dtype dtype);

/* "f32" or "f64"; NULL for a value that is no dtype. Static storage. */
CRS_API const char *crs_dtype_name(crs_dtype dtype);

/*
 * Read "f32" or "f64" ("float32" and "float64" are taken too).
 *
 * Errors: CRS_ENOENT (no such dtype); `out` is left alone then.
 */
CRS_API crs_status crs_dtype_parse(const char *text, crs_error *err, crs_dtype *out);

#ifdef __cplusplus
}
#endif
#endif
