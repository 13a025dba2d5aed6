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

/* A product as it is made: what its elements' terms sizes add up to, and zeros for no bounds. */
typedef struct product {
    const crs__mat *a, *b;
    size_t stride, length, columns; /* of op(a)'s rows in a; of the sums; of the result */
    double *zeros, *size;           /* [length] or [columns] at least; [rows, columns] */
    crs__mat *out;
} product;

static const double *bounds(const product *p, const crs__mat *x, size_t at)
{
    return x->e == NULL ? p->zeros : x->e + at;
}

/* Row i gets term k of its sums. */
static void add_row(const product *p, size_t i, size_t k)
{
    size_t n = p->columns, at = p->stride == 1 ? i * p->length + k : k * p->stride + i;
    const double *restrict y = p->b->v + k * p->b->cols, *ey = bounds(p, p->b, k * p->b->cols);
    double *restrict v = p->out->v + i * n, *restrict size = p->size + i * n;
    double *restrict e = p->out->e + i * n;
    double x = p->a->v[at], ex = crs__mat_e(p->a, at);
    if (x == 0 && ex == 0)
        return;
    for (size_t j = 0; j < n; j++) {
        v[j] += x * y[j];
        size[j] += fabs(x) * fabs(y[j]);
    }
    for (size_t j = 0; (ex != 0 || p->b->e != NULL) && j < n; j++)
        e[j] += inherited(x, ex, y[j], ey[j]);
}

/* The second operand lies as it is needed: its rows are read once for a few rows of the result. */
static void multiply(const product *p)
{
    enum { ROWS = 8 }; /* with their sizes and bounds they stay in a cache of 32 KiB */
    for (size_t from = 0; from < p->out->rows; from += ROWS)
        for (size_t k = 0; k < p->length; k++)
            for (size_t i = from; i < p->out->rows && i < from + ROWS; i++)
                add_row(p, i, k);
}

/*
 * Each element of a product with a transposed one is a sum along both operands' rows: as four
 * sums side by side, none of which waits for the one before.
 */
static void sum_along(const product *p, size_t i, size_t j)
{
    size_t n = p->length, at = i * p->columns + j, k = 0;
    const double *x = p->a->v + i * n, *y = p->b->v + j * n;
    double v0 = 0, v1 = 0, v2 = 0, v3 = 0, size0 = 0, size1 = 0, size2 = 0, size3 = 0;
    for (; k + 4 <= n; k += 4) {
        double t0 = x[k] * y[k], t1 = x[k + 1] * y[k + 1];
        double t2 = x[k + 2] * y[k + 2], t3 = x[k + 3] * y[k + 3];
        v0 += t0, v1 += t1, v2 += t2, v3 += t3;
        size0 += fabs(t0), size1 += fabs(t1), size2 += fabs(t2), size3 += fabs(t3);
    }
    for (; k < n; k++) {
        v0 += x[k] * y[k];
        size0 += fabs(x[k] * y[k]);
    }
    p->out->v[at] = (v0 + v1) + (v2 + v3);
    p->size[at] = (size0 + size1) + (size2 + size3);
}

/* What elements j ... j + 3 of row i inherit; bounds have one sum each. */
static void inherit_along(const product *p, size_t i, size_t j)
{
    size_t n = p->length;
    const double *x = p->a->v + i * n, *ex = bounds(p, p->a, i * n), *y = p->b->v + j * n;
    const double *ey0 = bounds(p, p->b, j * n), *ey1 = bounds(p, p->b, (j + 1) * n);
    const double *ey2 = bounds(p, p->b, (j + 2) * n), *ey3 = bounds(p, p->b, (j + 3) * n);
    double e0 = 0, e1 = 0, e2 = 0, e3 = 0, *e = p->out->e + i * p->columns + j;
    for (size_t k = 0; k < n; k++) {
        e0 += inherited(x[k], ex[k], y[k], ey0[k]);
        e1 += inherited(x[k], ex[k], y[n + k], ey1[k]);
        e2 += inherited(x[k], ex[k], y[2 * n + k], ey2[k]);
        e3 += inherited(x[k], ex[k], y[3 * n + k], ey3[k]);
    }
    e[0] = e0, e[1] = e1, e[2] = e2, e[3] = e3;
}

static void inherit_one(const product *p, size_t i, size_t j)
{
    size_t n = p->length;
    const double *x = p->a->v + i * n, *ex = bounds(p, p->a, i * n);
    const double *y = p->b->v + j * n, *ey = bounds(p, p->b, j * n);
    double e = 0;
    for (size_t k = 0; k < n; k++)
        e += inherited(x[k], ex[k], y[k], ey[k]);
    p->out->e[i * p->columns + j] = e;
}

static void multiply_transposed(const product *p)
{
    int exact = p->a->e == NULL && p->b->e == NULL;
    size_t columns = p->columns, fours = columns - columns % 4;
    for (size_t j = 0; j < columns; j++) { /* a row of b for all of a */
        for (size_t i = 0; i < p->out->rows; i++) {
            sum_along(p, i, j);
            if (!exact && j >= fours)
                inherit_one(p, i, j);
            else if (!exact && j % 4 == 0)
                inherit_along(p, i, j);
        }
    }
}

crs_status crs__mat_product(double scale, int transpose_a, const crs__mat *a, int transpose_b,
                            const crs__mat *b, double u, size_t columns, crs__mat *out)
{
    size_t rows = transpose_a ? a->cols : a->rows, length = transpose_a ? a->rows : a->cols;
    size_t all = transpose_b ? b->rows : b->cols, longest;
    double gamma = crs__mat_gamma(length + FURTHER_STEPS, u);
    product p = {a, b, transpose_a ? a->cols : 1, length, columns < all ? columns : all, 0, 0, out};
    crs_status status = crs__mat_make(rows, p.columns, out);
    if (status != CRS_OK)
        return status;
    longest = length > p.columns ? length : p.columns;
    p.zeros = crs__alloc(longest + rows * p.columns + 1, sizeof *p.zeros);
    if (p.zeros == NULL) {
        crs__mat_release(out);
        return CRS_ENOMEM;
    }
    p.size = p.zeros + longest;
    (transpose_b ? multiply_transposed : multiply)(&p);
    for (size_t i = 0; i < rows * p.columns; i++) {
        out->v[i] *= scale;
        out->e[i] = fabs(scale) * (out->e[i] + gamma * p.size[i]);
    }
    crs__free(p.zeros);
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
