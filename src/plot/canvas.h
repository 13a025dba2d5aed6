/*
 * plot/canvas.h - what a figure is drawn on.
 *
 * One drawing code, several backends: SVG (our own writer, with real text, much
 * smaller than cairo's) and cairo (PNG, PDF). Lengths in pixels, y downwards.
 * Calls do not fail one by one: the first failure is kept, `finish` returns it.
 */
#ifndef PLOT_CANVAS_H
#define PLOT_CANVAS_H

#include <crease/plot.h>

#include "plot/palette.h"
#include "plot/path.h"
#include "plot/text.h"

typedef struct crs__plot_paint {
    crs__plot_color fill;   /* even-odd */
    crs__plot_color stroke; /* round joins and caps; butt caps where dashed */
    double width;
    size_t n_dash;
    const double *dash;
} crs__plot_paint;

typedef enum crs__plot_anchor { CRS__PLOT_START, CRS__PLOT_MIDDLE, CRS__PLOT_END } crs__plot_anchor;

typedef struct crs__plot_font {
    double size;
    int bold;
    crs__plot_color color;
    crs__plot_anchor anchor;
    int upward; /* not 0: turned to read from below to above */
} crs__plot_font;

/* A shape around a point, about as large as a circle of `radius`. */
typedef struct crs__plot_marker {
    crs__plot_shape shape;
    double radius;
    crs__plot_color fill, stroke;
    double width; /* of the stroke */
} crs__plot_marker;

typedef struct crs__plot_canvas crs__plot_canvas;
struct crs__plot_canvas {
    void (*path)(crs__plot_canvas *self, const crs__plot_path *path, const crs__plot_paint *paint);
    void (*marker)(crs__plot_canvas *self, double x, double y, const crs__plot_marker *marker);
    void (*text)(crs__plot_canvas *self, double x, double y, crs__plot_slice text,
                 const crs__plot_font *font); /* y is the baseline */
    /* Until `leave`, nothing is drawn outside the rectangle. Not nested. */
    void (*clip)(crs__plot_canvas *self, double x, double y, double w, double h);
    void (*leave)(crs__plot_canvas *self);
    /* What follows, up to `end_group`, belongs together under a name that a reader can ask for. */
    void (*begin_group)(crs__plot_canvas *self, const char *name);
    void (*end_group)(crs__plot_canvas *self);
    /* Write what is left and release everything; the canvas is gone. */
    crs_status (*finish)(crs__plot_canvas *self);
};

/*
 * The outline of a marker around (0, 0), as one closed part; a circle has none
 * (n_points stays 0), backends have circles of their own. Errors: CRS_ENOMEM.
 */
crs_status crs__plot_marker_outline(const crs__plot_marker *marker, crs__plot_path *outline);

/* Backends. On failure *out is NULL. `sink` is borrowed until `finish`. */
crs_status crs__plot_svg_create(const crs_plot_figure *figure, double width, double height,
                                const crs_sink *sink, crs__plot_canvas **out);

/* CRS_EUNSUPPORTED in a build without cairo; format is PNG or PDF. */
crs_status crs__plot_cairo_create(crs_plot_format format, double width, double height, double scale,
                                  const crs_sink *sink, crs_error *err, crs__plot_canvas **out);

#endif
