#include "plot/canvas.h"

#include <math.h>

/* Corners at these angles, in degrees counterclockwise from the right, at these radii. */
typedef struct polygon {
    size_t n;
    double angle, step;   /* of the first corner, from one to the next */
    double radius, inner; /* of even and odd corners, in radii of the marker */
} polygon;

static const polygon polygons[CRS__PLOT_N_SHAPES] = {
    [CRS__PLOT_TRIANGLE] = {3, 90, 120, 1.35, 1.35},
    [CRS__PLOT_SQUARE] = {4, 45, 90, 1.25, 1.25},
    [CRS__PLOT_DIAMOND] = {4, 0, 90, 1.25, 1.25},
    [CRS__PLOT_TRIANGLE_DOWN] = {3, -90, 120, 1.35, 1.35},
    [CRS__PLOT_STAR] = {10, 90, 36, 1.4, 0.6},
};

crs_status crs__plot_marker_outline(const crs__plot_marker *marker, crs__plot_path *outline)
{
    const polygon *o = &polygons[marker->shape];
    crs_status status = CRS_OK;
    if (o->n > 0)
        status = crs__plot_path_begin(outline, 1);
    for (size_t i = 0; i < o->n && status == CRS_OK; i++) {
        double angle = (o->angle + (double)i * o->step) * 3.14159265358979323846 / 180;
        double radius = marker->radius * (i % 2 == 0 ? o->radius : o->inner);
        status = crs__plot_path_add(outline, radius * cos(angle), -radius * sin(angle));
    }
    return status;
}
