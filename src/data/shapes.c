#include "data/shapes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846

/*
 * np.linspace(start, stop, n)[i]: the product is rounded, then the sum, and the
 * last one is stop itself. With n = 1 it is start.
 */
static double linspace(double start, double stop, size_t n, size_t i)
{
    if (n == 1)
        return start;
    if (i == n - 1)
        return stop;
    return (double)i * ((stop - start) / (double)(n - 1)) + start;
}

/* np.linspace(0, 2 pi, n, endpoint=False)[i] */
static double circle_angle(size_t n, size_t i)
{
    return (double)i * (2 * PI / (double)n);
}

/* Samples of class `j` when n are dealt to k classes; the first ones get what is left over. */
static size_t share(size_t n, size_t k, size_t j)
{
    return n / k + (j < n % k);
}

/* Rows of x and y in the order `points->order`, as X[index], y[index]. */
static void reorder(crs__points *points)
{
    size_t n = points->n;
    double *x = points->scratch, *y = points->scratch + 2 * n;
    for (size_t i = 0; i < n; i++) {
        size_t from = points->order[i];
        x[2 * i] = points->x[2 * from];
        x[2 * i + 1] = points->x[2 * from + 1];
        y[i] = points->y[from];
    }
    memcpy(points->x, x, 2 * n * sizeof *x);
    memcpy(points->y, y, n * sizeof *y);
}

/* sklearn.utils.shuffle(X, y) */
static void shuffle(crs_random *rng, crs__points *points)
{
    crs_random_permutation(rng, points->n, points->order);
    reorder(points);
}

/* X += normal(scale=noise, size=X.shape) */
static void add_noise(double noise, crs_random *rng, crs__points *points)
{
    for (size_t i = 0; i < 2 * points->n; i++)
        points->x[i] += noise * crs_random_randn(rng);
}

static void set_point(crs__points *points, size_t i, double x0, double x1, size_t label)
{
    points->x[2 * i] = x0;
    points->x[2 * i + 1] = x1;
    points->y[i] = (double)label;
}

/*
 * Class j on the curve r(t), t in [step j, step (j + 1)], with noise on t and, for
 * the flower only, on r. All of a class's t are drawn before its r.
 */
static void make_curves(const crs_data_options *options, crs_random *rng, crs__points *points,
                        size_t n_classes, double step, int is_flower)
{
    double *t = points->scratch;
    size_t first = 0;
    for (size_t j = 0; j < n_classes; j++) {
        size_t n = share(points->n, n_classes, j);
        double start = (double)j * step, stop = (double)(j + 1) * step;
        for (size_t i = 0; i < n; i++)
            t[i] = linspace(start, stop, n, i) + crs_random_randn(rng) * options->noise;
        for (size_t i = 0; i < n; i++) {
            double r = is_flower ? 4 * sin(4 * t[i]) + crs_random_randn(rng) * options->noise
                                 : linspace(0, 1, n, i);
            set_point(points, first + i, r * sin(t[i]), r * cos(t[i]), j);
        }
        first += n;
    }
}

void crs__shape_planar(const crs_data_options *options, crs_random *rng, crs__points *points)
{
    make_curves(options, rng, points, 2, 3.12, 1);
}

void crs__shape_spiral(const crs_data_options *options, crs_random *rng, crs__points *points)
{
    make_curves(options, rng, points, options->n_classes, 4, 0);
}

void crs__shape_circles(const crs_data_options *options, crs_random *rng, crs__points *points)
{
    size_t n_outer = points->n / 2, n_inner = points->n - n_outer;
    for (size_t i = 0; i < n_outer; i++) {
        double t = circle_angle(n_outer, i);
        set_point(points, i, cos(t), sin(t), 0);
    }
    for (size_t i = 0; i < n_inner; i++) {
        double t = circle_angle(n_inner, i);
        set_point(points, n_outer + i, cos(t) * options->factor, sin(t) * options->factor, 1);
    }
    shuffle(rng, points);
    add_noise(options->noise, rng, points);
}

void crs__shape_moons(const crs_data_options *options, crs_random *rng, crs__points *points)
{
    size_t n_outer = points->n / 2, n_inner = points->n - n_outer;
    for (size_t i = 0; i < n_outer; i++) {
        double t = linspace(0, PI, n_outer, i);
        set_point(points, i, cos(t), sin(t), 0);
    }
    for (size_t i = 0; i < n_inner; i++) {
        double t = linspace(0, PI, n_inner, i);
        set_point(points, n_outer + i, 1 - cos(t), 1 - sin(t) - 0.5, 1);
    }
    shuffle(rng, points);
    add_noise(options->noise, rng, points);
}

/*
 * All centers are drawn first, so they are kept in scratch: n_centers is at most
 * n, as crs_data_generate sees to.
 */
void crs__shape_blobs(const crs_data_options *options, crs_random *rng, crs__points *points)
{
    double *center = points->scratch; /* [n_centers, 2] */
    size_t next = 0;
    for (size_t i = 0; i < 2 * options->n_centers; i++)
        center[i] = crs_random_uniform(rng, -10, 10);
    for (size_t k = 0; k < options->n_centers; k++) {
        size_t n = share(points->n, options->n_centers, k);
        for (size_t i = 0; i < n; i++, next++) {
            double x0 = center[2 * k] + options->noise * crs_random_randn(rng);
            double x1 = center[2 * k + 1] + options->noise * crs_random_randn(rng);
            set_point(points, next, x0, x1, k % options->n_classes);
        }
    }
    shuffle(rng, points);
}

/* A point's distance from the origin, squared, and its place. */
typedef struct ranked {
    double r2;
    size_t i;
} ranked;

static int compare_ranked(const void *a, const void *b)
{
    const ranked *p = a, *q = b;
    if (p->r2 != q->r2)
        return p->r2 < q->r2 ? -1 : 1;
    return (p->i > q->i) - (p->i < q->i);
}

/* A round Gaussian cloud, cut into rings that hold equally many samples. */
void crs__shape_quantiles(const crs_data_options *options, crs_random *rng, crs__points *points)
{
    double spread = sqrt(options->variance);
    size_t n = points->n, step = n / options->n_classes;
    ranked *rank = (ranked *)points->scratch;
    _Static_assert(sizeof(ranked) <= 3 * sizeof(double), "the ranks must fit in the scratch space");
    for (size_t i = 0; i < 2 * n; i++)
        points->x[i] = crs_random_randn(rng) * spread;
    for (size_t i = 0; i < n; i++) {
        double x0 = points->x[2 * i], x1 = points->x[2 * i + 1];
        rank[i].r2 = x0 * x0 + x1 * x1;
        rank[i].i = i;
    }
    qsort(rank, n, sizeof *rank, compare_ranked);
    for (size_t i = 0; i < n; i++)
        points->order[i] = rank[i].i;
    reorder(points);
    for (size_t i = 0; i < n; i++) {
        size_t label = i / step;
        points->y[i] = (double)(label < options->n_classes ? label : options->n_classes - 1);
    }
    shuffle(rng, points);
}

/* The label is that of the quadrant before the noise moves the point. */
void crs__shape_xor(const crs_data_options *options, crs_random *rng, crs__points *points)
{
    for (size_t i = 0; i < points->n; i++) {
        double x0 = crs_random_uniform(rng, -1, 1);
        double x1 = crs_random_uniform(rng, -1, 1);
        set_point(points, i, x0, x1, (x0 > 0) != (x1 > 0));
    }
    add_noise(options->noise, rng, points);
}

/*
 * The course draws rand(n, 2) for the points and again rand(n, 2) for their
 * labels; of the latter the first column, cut into equal parts, is the class.
 */
void crs__shape_uniform(const crs_data_options *options, crs_random *rng, crs__points *points)
{
    crs_random_fill_rand(rng, 2 * points->n, points->x);
    for (size_t i = 0; i < points->n; i++) {
        points->y[i] = floor(crs_random_rand(rng) * (double)options->n_classes);
        (void)crs_random_rand(rng);
    }
}
