/*
 * plot/cells.h - heat maps: a field of cells.
 */
#ifndef PLOT_CELLS_H
#define PLOT_CELLS_H

#include <crease/plot.h>

#include "plot/path.h"

/* The value of the cell that (x, y) lies in, x and y within the field. */
double crs__plot_cell_at(const crs_plot_field *field, double x, double y);

/*
 * The cells of one band of colour, 0 to n between n levels, as rectangles in the field's
 * coordinates; neighbours in a row are one. Errors: CRS_ENOMEM.
 */
crs_status crs__plot_cells_of_band(const crs_plot_field *field, size_t band, crs__plot_path *path);

#endif
