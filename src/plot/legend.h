/*
 * plot/legend.h - the key of a figure: one row (or more) of signs with their names.
 */
#ifndef PLOT_LEGEND_H
#define PLOT_LEGEND_H

#include <crease/plot.h>

#include "plot/canvas.h"

#define CRS__PLOT_MAX_LEGEND 24

typedef enum crs__plot_legend_kind {
    CRS__PLOT_LEGEND_CLASS,
    CRS__PLOT_LEGEND_WRONG,
    CRS__PLOT_LEGEND_BOUNDARY,
    CRS__PLOT_LEGEND_CREASE,
    CRS__PLOT_LEGEND_FIELD
} crs__plot_legend_kind;

typedef struct crs__plot_legend_entry {
    crs__plot_legend_kind kind;
    int label;                   /* of a class */
    const crs_plot_field *field; /* of a colour bar */
    const char *name;            /* NULL: "class " and the label */
    double x, y;                 /* from the legend's top left */
} crs__plot_legend_entry;

typedef struct crs__plot_legend {
    size_t n;
    crs__plot_legend_entry entry[CRS__PLOT_MAX_LEGEND];
    double height;
} crs__plot_legend;

/* What the figure's panels name, each once, in rows of `width` pixels. */
void crs__plot_legend_init(const crs_plot_figure *figure, double width, crs__plot_legend *out);

/* "versicolor", or "class 2" where the classes have no names. */
void crs__plot_legend_text(const crs__plot_legend_entry *entry, size_t size, char *text);

/* Errors: CRS_ENOMEM. */
crs_status crs__plot_legend_draw(const crs__plot_legend *legend, double x, double y,
                                 crs__plot_canvas *canvas);

/* The marker of a point of class `label`: filled, and hollow where it is misclassified. */
crs__plot_marker crs__plot_point_marker(int label, int wrong, double radius);

/* How a contour or a crease is stroked. */
crs__plot_paint crs__plot_line_paint(crs_plot_line line);

#endif
