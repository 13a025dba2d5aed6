#include "plot/path.h"

#include <math.h>

#include "core/memory.h"

void crs__plot_path_release(crs__plot_path *path)
{
    static const crs__plot_path empty;
    crs__free(path->xy);
    crs__free(path->start);
    crs__free(path->closed);
    *path = empty;
}

void crs__plot_path_clear(crs__plot_path *path)
{
    path->n_points = 0;
    path->n_parts = 0;
}

crs_status crs__plot_path_begin(crs__plot_path *path, int closed)
{
    if (path->n_parts == path->parts_room) {
        size_t room = path->parts_room ? 2 * path->parts_room : 16;
        size_t *start = crs__realloc(path->start, room, sizeof *start);
        unsigned char *flags;
        if (start == NULL)
            return CRS_ENOMEM;
        path->start = start;
        flags = crs__realloc(path->closed, room, 1);
        if (flags == NULL)
            return CRS_ENOMEM;
        path->closed = flags;
        path->parts_room = room;
    }
    path->start[path->n_parts] = path->n_points;
    path->closed[path->n_parts++] = closed != 0;
    return CRS_OK;
}

crs_status crs__plot_path_add(crs__plot_path *path, double x, double y)
{
    if (path->n_points == path->points_room) {
        size_t room = path->points_room ? 2 * path->points_room : 64;
        double *xy = crs__realloc(path->xy, 2 * room, sizeof *xy);
        if (xy == NULL)
            return CRS_ENOMEM;
        path->xy = xy;
        path->points_room = room;
    }
    path->xy[2 * path->n_points] = x;
    path->xy[2 * path->n_points++ + 1] = y;
    return CRS_OK;
}

size_t crs__plot_path_end(const crs__plot_path *path, size_t i)
{
    return i + 1 < path->n_parts ? path->start[i + 1] : path->n_points;
}

crs_status crs__plot_path_rect(crs__plot_path *path, double x, double y, double w, double h)
{
    crs_status status = crs__plot_path_begin(path, 1);
    for (int i = 0; i < 4 && status == CRS_OK; i++)
        status = crs__plot_path_add(path, i == 1 || i == 2 ? x + w : x, i >= 2 ? y + h : y);
    return status;
}

crs_status crs__plot_path_line(crs__plot_path *path, double x0, double y0, double x1, double y1)
{
    crs_status status = crs__plot_path_begin(path, 0);
    if (status == CRS_OK)
        status = crs__plot_path_add(path, x0, y0);
    if (status == CRS_OK)
        status = crs__plot_path_add(path, x1, y1);
    return status;
}

/* ---- simplification ------------------------------------------------------ */

/* Squared distance of p from the segment a b. */
static double distance2(const double *p, const double *a, const double *b)
{
    double dx = b[0] - a[0], dy = b[1] - a[1];
    double px = p[0] - a[0], py = p[1] - a[1];
    double length2 = dx * dx + dy * dy;
    double t = length2 > 0 ? (px * dx + py * dy) / length2 : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    px -= t * dx;
    py -= t * dy;
    return px * px + py * py;
}

/*
 * Mark in keep[] what has to stay between points `first` and `last` of xy.
 * `stack` has room for last - first pairs: every pending interval holds a point
 * of its own.
 */
static void mark_kept(const double *xy, size_t first, size_t last, double tolerance2,
                      unsigned char *keep, size_t *stack)
{
    size_t depth = 0;
    stack[depth++] = first;
    stack[depth++] = last;
    while (depth > 0) {
        size_t to = stack[--depth], from = stack[--depth], worst = from;
        double most = tolerance2;
        for (size_t i = from + 1; i < to; i++) {
            double d = distance2(&xy[2 * i], &xy[2 * from], &xy[2 * to]);
            if (d > most) {
                most = d;
                worst = i;
            }
        }
        if (worst == from)
            continue;
        keep[worst] = 1;
        stack[depth++] = from;
        stack[depth++] = worst;
        stack[depth++] = worst;
        stack[depth++] = to;
    }
}

/* Index of the point farthest from the first one. */
static size_t farthest(const double *xy, size_t n)
{
    size_t best = 0;
    double most = 0;
    for (size_t i = 1; i < n; i++) {
        double d = distance2(&xy[2 * i], xy, xy);
        if (d > most) {
            most = d;
            best = i;
        }
    }
    return best;
}

/*
 * Points of one part to keep; the scratch arrays have n + 1 elements for points
 * and 2 (n + 2) for the stack. A ring is cut at its first point and at the
 * farthest from it, so both halves have ends that stay.
 */
static size_t simplify_part(double *xy, size_t n, int closed, double tolerance, double *ring,
                            unsigned char *keep, size_t *stack)
{
    size_t middle, kept = 0;
    double tolerance2 = tolerance * tolerance;
    for (size_t i = 0; i < n; i++)
        keep[i] = 0;
    if (n == 0)
        return 0;
    keep[0] = 1;
    if (!closed) {
        keep[n - 1] = 1;
        mark_kept(xy, 0, n - 1, tolerance2, keep, stack);
    } else {
        middle = farthest(xy, n);
        for (size_t i = 0; i < 2 * n; i++)
            ring[i] = xy[i];
        ring[2 * n] = xy[0];
        ring[2 * n + 1] = xy[1];
        keep[middle] = 1;
        mark_kept(ring, 0, middle, tolerance2, keep, stack);
        mark_kept(ring, middle, n, tolerance2, keep, stack);
    }
    for (size_t i = 0; i < n; i++) {
        if (!keep[i])
            continue;
        xy[2 * kept] = xy[2 * i];
        xy[2 * kept++ + 1] = xy[2 * i + 1];
    }
    return closed && kept < 3 ? 0 : kept;
}

crs_status crs__plot_path_simplify(crs__plot_path *path, double tolerance)
{
    size_t longest = 0, parts = 0, points = 0;
    double *ring;
    unsigned char *keep;
    size_t *stack;
    crs_status status = CRS_ENOMEM;
    for (size_t i = 0; i < path->n_parts; i++) {
        size_t n = crs__plot_path_end(path, i) - path->start[i];
        longest = n > longest ? n : longest;
    }
    ring = crs__alloc(2 * (longest + 1), sizeof *ring);
    keep = crs__alloc(longest + 1, 1);
    stack = crs__alloc(2 * (longest + 2), sizeof *stack);
    if (ring == NULL || keep == NULL || stack == NULL)
        goto out;
    for (size_t i = 0; i < path->n_parts; i++) {
        size_t first = path->start[i], n = crs__plot_path_end(path, i) - first;
        n = simplify_part(&path->xy[2 * first], n, path->closed[i], tolerance, ring, keep, stack);
        if (n == 0)
            continue;
        for (size_t j = 0; j < 2 * n; j++)
            path->xy[2 * points + j] = path->xy[2 * first + j];
        path->closed[parts] = path->closed[i];
        path->start[parts++] = points;
        points += n;
    }
    path->n_parts = parts;
    path->n_points = points;
    status = CRS_OK;
out:
    crs__free(ring);
    crs__free(keep);
    crs__free(stack);
    return status;
}

/* ---- clipping ------------------------------------------------------------ */

/* Cut the stretch [*t0, *t1] of p + t d to low <= p + t d <= high. */
static void clip_stretch(double p, double d, double low, double high, double *t0, double *t1)
{
    double at_low = (low - p) / d, at_high = (high - p) / d;
    if (d == 0) {
        if (p < low || p > high)
            *t1 = -INFINITY;
        return;
    }
    *t0 = fmax(*t0, fmin(at_low, at_high));
    *t1 = fmin(*t1, fmax(at_low, at_high));
}

int crs__plot_clip_line(const double abc[3], double x_min, double x_max, double y_min, double y_max,
                        double ends[4])
{
    double size = fmax(fabs(abc[0]), fabs(abc[1]));
    double a = abc[0] / size, b = abc[1] / size, c = abc[2] / size;
    double x_mid = 0.5 * x_min + 0.5 * x_max, y_mid = 0.5 * y_min + 0.5 * y_max;
    double offset, norm2 = a * a + b * b, px, py;
    double t0 = -INFINITY, t1 = INFINITY;
    if (!isfinite(a) || !isfinite(b) || !isfinite(c))
        return 0;
    /* from the point of the line nearest to the middle, along it */
    offset = (a * x_mid + b * y_mid + c) / norm2;
    px = x_mid - offset * a;
    py = y_mid - offset * b;
    clip_stretch(px, -b, x_min, x_max, &t0, &t1);
    clip_stretch(py, a, y_min, y_max, &t0, &t1);
    if (!(t0 < t1) || !isfinite(t0) || !isfinite(t1))
        return 0;
    for (int end = 0; end < 2; end++) {
        double t = end == 0 ? t0 : t1;
        ends[2 * end] = fmax(x_min, fmin(x_max, px - t * b));
        ends[2 * end + 1] = fmax(y_min, fmin(y_max, py + t * a));
    }
    return 1;
}
