/* compare/measure.h - what is measured on a run. */
#ifndef COMPARE_MEASURE_H
#define COMPARE_MEASURE_H

#include <crease/data.h>
#include <crease/net.h>

/*
 * The cosine between two gradients of n elements of `dtype`; NAN where one of them
 * is all 0 or not finite. Equal bits give exactly 1.
 */
double crs__compare_cosine(crs_dtype dtype, size_t n, const void *g, const void *h);

/*
 * R^2 of the least-squares plane y = c_0 + c_1 x_1 + ... through (x_s, y_s): 1 - residual
 * / total sum of squares. NAN where the samples are fewer than 4 (features + 1), the
 * features more than 64, or y is constant.
 *
 * Errors: CRS_ENOMEM.
 */
crs_status crs__compare_r2(const crs_dataset *data, const double *y, double *out);

#endif
