/*
 * plane.h - what a net does on the plane of its two features, for pictures.
 */
#ifndef PLANE_H
#define PLANE_H

#include <crease/data.h>
#include <crease/net.h>
#include <crease/plot.h>

/* Nodes of the grid along each axis: a cell is about two pixels wide. */
enum { PLANE_GRID = 121, PLANE_NODES = PLANE_GRID * PLANE_GRID };

/* Limits around all samples, with a margin, into `axes`. */
void plane_window(const crs_dataset *data, crs_plot_axes *axes);

/* The nodes of the grid as samples of `dtype`, [PLANE_NODES, 2], malloc's; NULL without memory. */
void *plane_nodes(const crs_plot_axes *axes, crs_dtype dtype);

/* values [PLANE_GRID, PLANE_GRID], borrowed. */
crs_plot_field plane_field(const crs_plot_axes *axes, const double *values);

/* Where a unit's z is on kink k; z = 0 for an activation that has none. */
double plane_crease_at(const crs_act *act, size_t k);

/*
 * Creases of the first hidden layer, [*n, 3], malloc's: the straight lines where its z are on a
 * kink, in the units of the data that `scaler` (NULL: none) scales. NULL without memory.
 */
double *plane_creases(const crs_net *net, const crs_scaler *scaler, size_t *n);

/* What to call them in the legend. */
const char *plane_creases_name(const crs_act *act);

/* Between k >= 2 neighbouring classes drawn at 0 ... 1: [k - 1], malloc's; NULL without memory. */
double *plane_levels(size_t n_classes);

#endif
