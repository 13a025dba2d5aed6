/*
 * drawing.h - a figure as PNG or PDF, drawn in a process of its own.
 *
 * cairo crashes in places where memory is short, and fontconfig, which it asks for a font where there
 * is no DejaVu Sans, also comes to no end. In a process of its own that is one line and no picture.
 */
#ifndef DRAWING_H
#define DRAWING_H

#include <crease/plot.h>

/*
 * What crs_plot_write does. Errors: its own; CRS_ENOMEM, too, where the process died or a library in
 * it complained; CRS_EIO (no process can be started).
 */
crs_status drawing_write(const crs_plot_figure *figure, crs_plot_format format,
                         const crs_sink *sink, crs_error *err);

/* What crs_plot_prepare does. Errors: its own, and as above. */
crs_status drawing_prepare(crs_plot_format format, crs_error *err);

#endif
