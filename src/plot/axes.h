/*
 * plot/axes.h - a panel's frame, with the numbers or names and the labels beside it.
 */
#ifndef PLOT_AXES_H
#define PLOT_AXES_H

#include "plot/canvas.h"
#include "plot/layout.h"

/* Faint lines across a chart, at the numbers. Errors: CRS_ENOMEM. */
crs_status crs__plot_grid_draw(const crs__plot_panel_layout *p, crs__plot_canvas *canvas);

/* A chart has a left and a lower edge, a picture is framed. Errors: CRS_ENOMEM. */
crs_status crs__plot_axes_draw(const crs_plot_panel *panel, const crs__plot_panel_layout *p,
                               crs__plot_canvas *canvas);

#endif
