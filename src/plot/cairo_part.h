/* plot/cairo_part.h - what the part that draws with cairo gives (core/part.h). */
#ifndef PLOT_CAIRO_PART_H
#define PLOT_CAIRO_PART_H

#include "core/part.h"
#include "plot/canvas.h"

typedef struct crs__cairo_part {
    crs__part head;
    crs_status (*create)(crs_plot_format format, double width, double height, double scale,
                         const crs_sink *sink, crs_error *err, crs__plot_canvas **out);
} crs__cairo_part;

#endif
