/*
 * plot/draw.h - a figure that is laid out, onto a canvas.
 */
#ifndef PLOT_DRAW_H
#define PLOT_DRAW_H

#include "plot/canvas.h"
#include "plot/layout.h"

/* Everything. Errors: CRS_ENOMEM; what the canvas met is told by its `finish`. */
crs_status crs__plot_draw(const crs_plot_figure *figure, const crs__plot_layout *layout,
                          crs__plot_canvas *canvas);

#endif
