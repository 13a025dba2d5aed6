#include "compare/measure.h"

#include "core/memory.h"

#include <math.h>
#include <string.h>

/* A plane through more features than this says little, and costs their square. */
enum { MAX_COLUMNS = 65 };

static double element(crs_dtype dtype, const void *base, size_t i)
{
    return dtype == CRS_F64 ? ((const double *)base)[i] : (double)((const float *)base)[i];
}

double crs__compare_cosine(crs_dtype dtype, size_t n, const void *g, const void *h)
{
    double gg = 0, hh = 0, gh = 0;
    for (size_t i = 0; i < n; i++) {
        double x = element(dtype, g, i), y = element(dtype, h, i);
        gg += x * x;
        hh += y * y;
        gh += x * y;
    }
    if (!(gg > 0 && isfinite(gg)) || !(hh > 0 && isfinite(hh)))
        return NAN;
    if (memcmp(g, h, n * crs_dtype_size(dtype)) == 0)
        return 1;
    return gh / (sqrt(gg) * sqrt(hh));
}

/*
 * Modified Gram-Schmidt over the columns 1, x_1, ... of `columns` ([n_columns, n]);
 * what is left of y after each is taken out of it is the residual. A column that
 * depends on those before it adds nothing and is passed over.
 */
static void project_out(size_t n, size_t n_columns, double *columns, double *y)
{
    for (size_t c = 0; c < n_columns; c++) {
        double *q = columns + c * n, norm = 0, before = 0;
        for (size_t s = 0; s < n; s++)
            before += q[s] * q[s];
        for (size_t p = 0; p < c; p++) {
            const double *earlier = columns + p * n;
            double dot = 0;
            for (size_t s = 0; s < n; s++)
                dot += earlier[s] * q[s];
            for (size_t s = 0; s < n; s++)
                q[s] -= dot * earlier[s];
        }
        for (size_t s = 0; s < n; s++)
            norm += q[s] * q[s];
        /* what rounding leaves of a dependent column: below 1e-12 of its length */
        if (norm <= 1e-24 * before) {
            memset(q, 0, n * sizeof *q);
            continue;
        }
        norm = sqrt(norm);
        double dot = 0;
        for (size_t s = 0; s < n; s++) {
            q[s] /= norm;
            dot += q[s] * y[s];
        }
        for (size_t s = 0; s < n; s++)
            y[s] -= dot * q[s];
    }
}

crs_status crs__compare_r2(const crs_dataset *data, const double *y, double *out)
{
    size_t n = data->n_samples, n_columns = data->n_features + 1;
    double *columns, *rest, mean = 0, total = 0, squares = 0, residual = 0;
    *out = NAN;
    if (n / 4 < n_columns || n_columns > MAX_COLUMNS)
        return CRS_OK;
    columns = crs__alloc(n * (n_columns + 1), sizeof *columns);
    if (columns == NULL)
        return CRS_ENOMEM;
    rest = columns + n * n_columns;
    for (size_t s = 0; s < n; s++) {
        columns[s] = 1;
        for (size_t k = 0; k < data->n_features; k++)
            columns[(k + 1) * n + s] = crs_dataset_x(data, s, k);
        rest[s] = y[s];
        mean += y[s] / (double)n;
        squares += y[s] * y[s];
    }
    for (size_t s = 0; s < n; s++)
        total += (y[s] - mean) * (y[s] - mean);
    project_out(n, n_columns, columns, rest);
    for (size_t s = 0; s < n; s++)
        residual += rest[s] * rest[s];
    crs__free(columns);
    /* below: a constant, and what rounding makes of its mean */
    if (total > 1e-24 * squares && isfinite(total))
        *out = 1 - residual / total;
    return CRS_OK;
}
