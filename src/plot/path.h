/*
 * plot/path.h - polylines and polygons: collected, simplified, clipped.
 */
#ifndef PLOT_PATH_H
#define PLOT_PATH_H

#include <crease/status.h>

/*
 * Parts one behind the other: part i has the points from start[i] up to
 * start[i + 1], or up to n_points for the last one. A closed part is a ring whose
 * first point is not repeated at its end. Set to zero it is empty.
 */
typedef struct crs__plot_path {
    size_t n_points, points_room;
    double *xy; /* [n_points, 2] */
    size_t n_parts, parts_room;
    size_t *start;         /* [n_parts] */
    unsigned char *closed; /* [n_parts] */
} crs__plot_path;

void crs__plot_path_release(crs__plot_path *path);

/* Forget all parts, keep the memory. */
void crs__plot_path_clear(crs__plot_path *path);

/* Begin a part; points that follow belong to it. */
crs_status crs__plot_path_begin(crs__plot_path *path, int closed);
crs_status crs__plot_path_add(crs__plot_path *path, double x, double y);

/* One past the last point of part i. */
size_t crs__plot_path_end(const crs__plot_path *path, size_t i);

/* A closed rectangle, an open line. */
crs_status crs__plot_path_rect(crs__plot_path *path, double x, double y, double w, double h);
crs_status crs__plot_path_line(crs__plot_path *path, double x0, double y0, double x1, double y1);

/*
 * Leave out points that are within `tolerance` of what remains (Douglas and
 * Peucker 1973), and rings that are no larger than a speck of that size. Ends of
 * open parts stay where they are.
 */
crs_status crs__plot_path_simplify(crs__plot_path *path, double tolerance);

/*
 * The part of the line a x + b y + c = 0 inside the rectangle, as its two ends.
 * 0 where there is none: the line misses it or touches a corner, a and b are 0,
 * or a number is not finite.
 */
int crs__plot_clip_line(const double abc[3], double x_min, double x_max, double y_min, double y_max,
                        double ends[4]);

#endif
