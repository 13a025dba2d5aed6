/*
 * check/gradcheck_fit.h - the slope of a function at one end of an interval, from values.
 */
#ifndef CHECK_GRADCHECK_FIT_H
#define CHECK_GRADCHECK_FIT_H

#include <stddef.h>

#define CRS__FIT_POINTS 10
#define CRS__FIT_DEGREE 5

/*
 * A polynomial through values at t[0 ... CRS__FIT_POINTS), all on one side of 0, by least
 * squares; of the degrees 1 ... CRS__FIT_DEGREE the one whose slope at 0 is surest.
 */
typedef struct crs__fit {
    double reach;       /* the interval: |t| up to here */
    double at_0, slope; /* of the polynomial, at 0 */
    double at_0_error, slope_error;
    double residual; /* of the highest degree: what no polynomial explains */
    double coefficient[CRS__FIT_DEGREE + 1]; /* in t / reach, lowest first */
} crs__fit;

/* reach t: where to ask for the values, [CRS__FIT_POINTS] in (0, 1). */
void crs__fit_nodes(double *t);

/*
 * `rounding` is what each value may be off by for its rounding alone. The errors are
 * 6 W max(residual, rounding), W the sum of the absolute values of the weights with
 * which the values make up the slope (the value at 0). A polynomial of degree p that
 * lacks the next power misses the slope by 2 (p + 1)^2 / reach residuals and W is above
 * 2 p^2 / reach, so that curvature is covered as rounding is.
 */
void crs__fit_make(double reach, const double *t, const double *values, double rounding,
                   crs__fit *out);

/* The polynomial at t. */
double crs__fit_value(const crs__fit *fit, double t);

#endif
