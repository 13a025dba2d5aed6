#include "check/gradcheck_fit.h"

#include <math.h>
#include <string.h>

#define POINTS CRS__FIT_POINTS
#define DEGREE CRS__FIT_DEGREE
#define SAFETY 6

void crs__fit_nodes(double *t)
{
    for (int i = 0; i < POINTS; i++) /* Chebyshev's, moved to (0, 1) */
        t[i] = (1 - cos(3.14159265358979323846 * (i + 0.5) / POINTS)) / 2;
}

/*
 * Polynomials that are orthogonal over the points, by their three-term recurrence
 * P_k+1 = (u - alpha) P_k - beta P_k-1 (Forsythe 1957): their values at the points and
 * their coefficients.
 */
typedef struct basis {
    double at[DEGREE + 1][POINTS], norm[DEGREE + 1];
    double coefficient[DEGREE + 1][DEGREE + 1];
} basis;

static double dot(const double *x, const double *y)
{
    double sum = 0;
    for (int i = 0; i < POINTS; i++)
        sum += x[i] * y[i];
    return sum;
}

static double largest(const double *x)
{
    double most = 0;
    for (int i = 0; i < POINTS; i++)
        most = fmax(most, fabs(x[i]));
    return most;
}

static void make_basis(const double *u, basis *b)
{
    memset(b, 0, sizeof *b);
    for (int i = 0; i < POINTS; i++)
        b->at[0][i] = 1;
    b->coefficient[0][0] = 1;
    b->norm[0] = POINTS;
    for (int k = 0; k < DEGREE; k++) {
        double moved[POINTS], alpha, beta;
        for (int i = 0; i < POINTS; i++)
            moved[i] = u[i] * b->at[k][i];
        alpha = dot(moved, b->at[k]) / b->norm[k];
        beta = k == 0 ? 0 : b->norm[k] / b->norm[k - 1];
        for (int i = 0; i < POINTS; i++)
            b->at[k + 1][i] =
                moved[i] - alpha * b->at[k][i] - (k == 0 ? 0 : beta * b->at[k - 1][i]);
        for (int c = 0; c <= k + 1; c++)
            b->coefficient[k + 1][c] = (c == 0 ? 0 : b->coefficient[k][c - 1]) -
                                       alpha * b->coefficient[k][c] -
                                       (k == 0 ? 0 : beta * b->coefficient[k - 1][c]);
        b->norm[k + 1] = dot(b->at[k + 1], b->at[k + 1]);
    }
}

void crs__fit_make(double reach, const double *t, const double *values, double rounding,
                   crs__fit *out)
{
    double u[POINTS], rest[POINTS], at_0[POINTS] = {0}, slope[POINTS] = {0};
    double coefficient[DEGREE + 1] = {0};
    basis b;
    memset(out, 0, sizeof *out);
    out->reach = reach;
    out->slope_error = out->at_0_error = INFINITY;
    for (int i = 0; i < POINTS; i++)
        u[i] = t[i] / reach;
    memcpy(rest, values, sizeof rest);
    make_basis(u, &b);
    for (int k = 0; k <= DEGREE; k++) {
        double share = dot(rest, b.at[k]) / b.norm[k], most, w0 = 0, w1 = 0;
        for (int i = 0; i < POINTS; i++) {
            rest[i] -= share * b.at[k][i];
            at_0[i] += b.at[k][i] * b.coefficient[k][0] / b.norm[k];
            slope[i] += k == 0 ? 0 : b.at[k][i] * b.coefficient[k][1] / b.norm[k] / reach;
            w0 += fabs(at_0[i]);
            w1 += fabs(slope[i]);
        }
        most = fmax(rounding, largest(rest));
        for (int c = 0; c <= k; c++)
            coefficient[c] += share * b.coefficient[k][c];
        if (k == DEGREE)
            out->residual = largest(rest);
        if (k == 0 || !(SAFETY * w1 * most < out->slope_error))
            continue;
        out->slope_error = SAFETY * w1 * most;
        out->at_0_error = SAFETY * w0 * most;
        memcpy(out->coefficient, coefficient, sizeof coefficient);
        out->at_0 = coefficient[0];
        out->slope = coefficient[1] / reach;
    }
}

double crs__fit_value(const crs__fit *fit, double t)
{
    double sum = 0, u = t / fit->reach;
    for (int c = DEGREE; c >= 0; c--)
        sum = sum * u + fit->coefficient[c];
    return sum;
}
