#include "check/diagnose/mat.h"

#include "core/memory.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Ours. */
#define DOUBLE_ROUNDOFF 0x1p-53

/*
 * Roundings of one product that are not in its sum: a factor such as 1 / m, applied before
 * or after, a product with a mask, the storing of both operands in a coarser type.
 */
#define FURTHER_STEPS 6

crs_status crs__mat_make(size_t rows, size_t cols, crs__mat *out)
{
    memset(out, 0, sizeof *out);
    if (rows != 0 && cols > SIZE_MAX / sizeof(double) / rows)
        return CRS_ENOMEM;
    out->v = crs__alloc(rows * cols > 0 ? rows * cols : 1, sizeof(double));
    out->e = crs__alloc(rows * cols > 0 ? rows * cols : 1, sizeof(double));
    if (out->v == NULL || out->e == NULL) {
        crs__mat_release(out);
        return CRS_ENOMEM;
    }
    out->rows = rows;
    out->cols = cols;
    return CRS_OK;
}

void crs__mat_release(crs__mat *mat)
{
    crs__free(mat->v);
    crs__free(mat->e);
    memset(mat, 0, sizeof *mat);
}

/* Where the bound of n u / (1 - n u) has no meaning any more, n u is as good as any. */
double crs__mat_gamma(size_t steps, double u)
{
    double nu = (double)steps * (u + DOUBLE_ROUNDOFF);
    return nu < 0.5 ? nu / (1 - nu) : 2 * nu;
}

double crs__mat_e(const crs__mat *mat, size_t i)
{
    return mat->e == NULL ? 0 : mat->e[i];
}

/* What of the error of x y comes with x and y: |x| ey + ex |y| + ex ey. */
static double inherited(double x, double ex, double y, double ey)
{
    return fabs(x) * ey + ex * (fabs(y) + ey);
}

/* One row of a product whose second operand lies as it is needed: row by row. */
static void row_of_product(const double *x, const double *ex, size_t x_stride, size_t length,
                           const crs__mat *b, size_t columns, double *v, double *size, double *e)
{
    for (size_t k = 0; k < length; k++) {
        const double *restrict y = b->v + k * b->cols;
        double a = x[k * x_stride], ea = ex == NULL ? 0 : ex[k * x_stride], abs_a = fabs(a);
        if (a == 0 && ea == 0)
            continue;
        for (size_t j = 0; j < columns; j++) {
            v[j] += a * y[j];
            size[j] += abs_a * fabs(y[j]);
        }
        if (ea == 0 && b->e == NULL)
            continue;
        for (size_t j = 0; j < columns; j++)
            e[j] += inherited(a, ea, y[j], crs__mat_e(b, k * b->cols + j));
    }
}

/* The same where it is transposed: each element a sum along both operands' rows. */
static void row_of_transposed(const double *x, const double *ex, size_t x_stride, size_t length,
                              const crs__mat *b, size_t columns, double *v, double *size, double *e)
{
    for (size_t j = 0; j < columns; j++) {
        const double *restrict y = b->v + j * b->cols;
        const double *ey = b->e == NULL ? NULL : b->e + j * b->cols;
        double sum[4] = {0}, sizes[4] = {0};
        size_t k = 0;
        for (; x_stride == 1 && k + 4 <= length; k += 4) {
            for (size_t t = 0; t < 4; t++) {
                double term = x[k + t] * y[k + t];
                sum[t] += term;
                sizes[t] += fabs(term);
            }
        }
        for (; k < length; k++) {
            sum[0] += x[k * x_stride] * y[k];
            sizes[0] += fabs(x[k * x_stride] * y[k]);
        }
        v[j] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
        size[j] = (sizes[0] + sizes[1]) + (sizes[2] + sizes[3]);
        for (k = 0; (ex != NULL || ey != NULL) && k < length; k++)
            e[j] += inherited(x[k * x_stride], ex == NULL ? 0 : ex[k * x_stride], y[k],
                              ey == NULL ? 0 : ey[k]);
    }
}

crs_status crs__mat_product(double scale, int transpose_a, const crs__mat *a, int transpose_b,
                            const crs__mat *b, double u, size_t columns, crs__mat *out)
{
    size_t rows = transpose_a ? a->cols : a->rows, length = transpose_a ? a->rows : a->cols;
    size_t all = transpose_b ? b->rows : b->cols, stride = transpose_a ? a->cols : 1;
    double gamma = crs__mat_gamma(length + FURTHER_STEPS, u), *size;
    crs_status status;
    columns = columns < all ? columns : all;
    status = crs__mat_make(rows, columns, out);
    if (status != CRS_OK)
        return status;
    size = crs__alloc(columns > 0 ? columns : 1, sizeof *size);
    if (size == NULL) {
        crs__mat_release(out);
        return CRS_ENOMEM;
    }
    for (size_t i = 0; i < rows; i++) {
        size_t at = transpose_a ? i : i * a->cols;
        double *v = out->v + i * columns, *e = out->e + i * columns;
        memset(size, 0, columns * sizeof *size);
        (transpose_b ? row_of_transposed : row_of_product)(
            a->v + at, a->e == NULL ? NULL : a->e + at, stride, length, b, columns, v, size, e);
        for (size_t j = 0; j < columns; j++) {
            v[j] *= scale;
            e[j] = fabs(scale) * (e[j] + gamma * size[j]);
        }
    }
    crs__free(size);
    return CRS_OK;
}

/* The sum of v and t, whose bounds are added up already: one rounding more. */
static void round_sum(double *v, double *e, double t, double u)
{
    *v += t;
    *e += crs__mat_gamma(2, u) * (fabs(*v) + fabs(t));
}

void crs__mat_add_column(crs__mat *mat, const crs__mat *x, double u)
{
    for (size_t i = 0; i < mat->rows; i++) {
        for (size_t j = 0; j < mat->cols; j++) {
            size_t at = i * mat->cols + j;
            mat->e[at] += crs__mat_e(x, i);
            round_sum(&mat->v[at], &mat->e[at], x->v[i], u);
        }
    }
}

void crs__mat_add(crs__mat *mat, double factor, const crs__mat *x, double u)
{
    for (size_t i = 0; i < mat->rows; i++) {
        for (size_t j = 0; j < mat->cols; j++) {
            size_t at = i * mat->cols + j, from = i * x->cols + j;
            mat->e[at] += fabs(factor) * (crs__mat_e(x, from) +
                                          crs__mat_gamma(FURTHER_STEPS, u) * fabs(x->v[from]));
            round_sum(&mat->v[at], &mat->e[at], factor * x->v[from], u);
        }
    }
}

void crs__mat_scale(crs__mat *mat, double factor, double u)
{
    for (size_t i = 0; i < mat->rows * mat->cols; i++) {
        mat->v[i] *= factor;
        mat->e[i] = fabs(factor) * mat->e[i] + crs__mat_gamma(2, u) * fabs(mat->v[i]);
    }
}

crs_status crs__mat_row_sums(double scale, const crs__mat *x, double u, crs__mat *out)
{
    double gamma = crs__mat_gamma(x->cols + FURTHER_STEPS, u);
    crs_status status = crs__mat_make(x->rows, 1, out);
    for (size_t i = 0; status == CRS_OK && i < x->rows; i++) {
        double sum = 0, size = 0, e = 0;
        for (size_t j = 0; j < x->cols; j++) {
            sum += x->v[i * x->cols + j];
            size += fabs(x->v[i * x->cols + j]);
            e += crs__mat_e(x, i * x->cols + j);
        }
        out->v[i] = scale * sum;
        out->e[i] = fabs(scale) * (e + gamma * size);
    }
    return status;
}
