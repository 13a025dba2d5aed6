/*
 * check/diagnose/mat.h - matrices that know how wrong they may be.
 *
 * Element (i, j) stands for an exact number in [v - e, v + e]. What somebody saved has e
 * NULL: it is what he went on with. What is computed here from it carries the rounding
 * of every step, in his number type as in ours and for any order of summation, and what
 * it inherited.
 *
 * A sum of k products whose terms' sizes add up to q is off by no more than k u q / (1 - k u)
 * in any order (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 3.1).
 */
#ifndef CHECK_DIAGNOSE_MAT_H
#define CHECK_DIAGNOSE_MAT_H

#include <crease/status.h>

#include <stddef.h>

typedef struct crs__mat {
    size_t rows, cols;
    double *v; /* [rows, cols], row-major */
    double *e; /* the same, or NULL: exact */
} crs__mat;

/* Zeros, with room for bounds. Errors: CRS_ENOMEM, *out is zeroed then. */
crs_status crs__mat_make(size_t rows, size_t cols, crs__mat *out);
void crs__mat_release(crs__mat *mat);

/* How far the result of `steps` roundings may be off, relatively; u is the user's roundoff. */
double crs__mat_gamma(size_t steps, double u);

/* The bound of element i, 0 if exact. */
double crs__mat_e(const crs__mat *mat, size_t i);

/*
 * out = scale op(a) op(b), op(x) being x or its transpose, at most one of them; only the first
 * `columns` columns of it. Shapes must fit. Errors: CRS_ENOMEM.
 */
crs_status crs__mat_product(double scale, int transpose_a, const crs__mat *a, int transpose_b,
                            const crs__mat *b, double u, size_t columns, crs__mat *out);

/* mat[:, j] += x for every j; x is [rows, 1]. */
void crs__mat_add_column(crs__mat *mat, const crs__mat *x, double u);

/* mat += factor x, the leading columns where x has more. */
void crs__mat_add(crs__mat *mat, double factor, const crs__mat *x, double u);

/* mat *= factor */
void crs__mat_scale(crs__mat *mat, double factor, double u);

/* out[i] = scale (sum of row i). Errors: CRS_ENOMEM. */
crs_status crs__mat_row_sums(double scale, const crs__mat *x, double u, crs__mat *out);

#endif
