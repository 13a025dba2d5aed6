#include "optim/line_search.h"

#include <float.h>
#include <math.h>

/* Trials of one search. Halving alone takes 53 to the last bit of a double. */
#define MOST_TRIALS 60

#define C1 1e-4
#define C2 0.9

/* A length, the cost there and the slope along d. */
typedef struct point {
    double t, cost, slope;
} point;

double crs__dot(size_t n, const double *x, const double *y)
{
    double sum[4] = {0};
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        for (size_t k = 0; k < 4; k++)
            sum[k] += x[i + k] * y[i + k];
    }
    for (; i < n; i++)
        sum[i % 4] += x[i] * y[i];
    return (sum[0] + sum[2]) + (sum[1] + sum[3]);
}

/* *moved: is p + t d another point than p? */
static crs_status try(crs__line *line, double t, point *out, int *moved)
{
    crs_status status;
    *moved = 0;
    for (size_t i = 0; i < line->n; i++) {
        line->x[i] = line->p[i] + t * line->d[i];
        *moved |= line->x[i] != line->p[i];
    }
    if (!*moved)
        return CRS_OK;
    status = line->objective(line->ctx, line->n, line->x, &out->cost, line->g);
    out->t = t;
    out->slope = crs__dot(line->n, line->g, line->d);
    if (!isfinite(out->cost) || !isfinite(out->slope))
        out->cost = INFINITY;
    return status;
}

static void keep_gradient(crs__line *line)
{
    double *g = line->g;
    line->g = line->best_g;
    line->best_g = g;
}

static int low_enough(const crs__line *line, const point *at)
{
    return at->cost <= line->cost + C1 * at->t * line->slope && at->cost < line->cost;
}

static int flat_enough(const crs__line *line, const point *at)
{
    return fabs(at->slope) <= -C2 * line->slope;
}

/* Where the cubic through two points and their slopes is smallest (Nocedal and Wright, 3.59); NaN: nowhere. */
static double cubic(const point *a, const point *b)
{
    double d1 = a->slope + b->slope - 3 * (a->cost - b->cost) / (a->t - b->t);
    double root = sqrt(d1 * d1 - a->slope * b->slope), d2 = b->t > a->t ? root : -root;
    return b->t - (b->t - a->t) * (b->slope + d2 - d1) / (b->slope - a->slope + 2 * d2);
}

static double between(double t, double least, double most)
{
    return t < most ? (t > least ? t : least) : most; /* NaN: most */
}

/* Where to look between `lo` and `hi`: at the cubic's valley, every third time in the middle. */
static double inside(const point *lo, const point *hi, int trial)
{
    double width = fabs(hi->t - lo->t), left = fmin(lo->t, hi->t), t;
    if (!isfinite(hi->cost)) /* how far the good side goes is unknown, as is where it begins */
        return lo->t + (lo->t > 0 ? 0.5 : 0.1) * (hi->t - lo->t);
    t = cubic(lo, hi);
    if (trial % 3 == 2 || !isfinite(t))
        return left + width / 2;
    return between(t, left + 0.1 * width, left + 0.9 * width);
}

/*
 * Nocedal and Wright, algorithm 3.6. `lo` is the best point so far, whose gradient is best_g; a
 * length that meets the conditions lies between it and `hi`. *lo becomes the point taken.
 */
static crs_status zoom(crs__line *line, int trial, point *lo, point hi)
{
    for (; trial < MOST_TRIALS; trial++) {
        point at;
        int moved;
        double t = inside(lo, &hi, trial);
        crs_status status;
        if (fabs(hi.t - lo->t) <= DBL_EPSILON * fmax(hi.t, lo->t))
            return CRS_OK;
        status = try(line, t, &at, &moved);
        if (status != CRS_OK || !moved)
            return status;
        if (!low_enough(line, &at) || at.cost >= lo->cost) {
            hi = at;
            continue;
        }
        keep_gradient(line);
        if (at.slope * (hi.t - lo->t) >= 0)
            hi = *lo;
        *lo = at;
        if (flat_enough(line, &at))
            return CRS_OK;
    }
    return CRS_OK;
}

/* Algorithm 3.5: longer and longer, until a good length lies between two that were tried. */
crs_status crs__line_search(crs__line *line, double first, double *t, double *cost)
{
    point best = {0, line->cost, line->slope}, at;
    crs_status status = CRS_OK;
    int moved;
    *t = first;
    for (int trial = 0; trial < MOST_TRIALS; trial++) {
        status = try(line, *t, &at, &moved);
        if (status != CRS_OK || !moved)
            break;
        if (!low_enough(line, &at) || at.cost >= best.cost) {
            status = zoom(line, trial + 1, &best, at);
            break;
        }
        point before = best;
        best = at;
        keep_gradient(line);
        if (flat_enough(line, &at))
            break;
        if (at.slope >= 0) {
            status = zoom(line, trial + 1, &best, before);
            break;
        }
        *t = between(cubic(&before, &at), at.t + 0.1 * (at.t - before.t), 10 * at.t);
    }
    *t = best.t;
    *cost = best.cost;
    return status;
}
