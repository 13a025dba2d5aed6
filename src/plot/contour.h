/*
 * plot/contour.h - where a field reaches a level: lines and regions.
 *
 * Marching triangles: each cell is cut into four triangles that meet in its
 * centre, on which the field is linear (see crs_plot_field). Lines and regions
 * come from the same segments, so a region's edge is its line, point by point.
 * A cell with a corner that is not finite is a hole.
 *
 * Bands of colour are regions painted over each other, each {f >= level} over
 * the one of the level below: neighbours share their edge, no gap can open.
 */
#ifndef PLOT_CONTOUR_H
#define PLOT_CONTOUR_H

#include <crease/plot.h>

#include "plot/path.h"

/* Errors: CRS_ENOMEM. The paths get parts added, in the field's coordinates. */

/* The line where the field crosses `level`: rings, and open parts that end at the border or a hole.
 */
crs_status crs__plot_contour_line(const crs_plot_field *field, double level, crs__plot_path *path);

/*
 * The region where the field is at least `level` (-INFINITY: everywhere but in
 * the holes), as rings: counterclockwise outside, clockwise around what is left
 * out, none crossing another, so that even-odd and nonzero filling agree.
 */
crs_status crs__plot_contour_region(const crs_plot_field *field, double level,
                                    crs__plot_path *path);

/* The field's value at (x, y), linear on the same triangles; NaN in holes and outside. */
double crs__plot_field_at(const crs_plot_field *field, double x, double y);

#endif
