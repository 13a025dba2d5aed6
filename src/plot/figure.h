/*
 * plot/figure.h - reading a figure's description: is it valid, what are its limits,
 * who shares what with whom.
 */
#ifndef PLOT_FIGURE_H
#define PLOT_FIGURE_H

#include <crease/plot.h>

/* A grid larger than this is a mistake. */
#define CRS__PLOT_MAX_GRID 64

/* `status`; the reason goes into `err` in words, unless somebody nearer to it gave one. */
crs_status crs__plot_explain(crs_status status, crs_error *err);

/* CRS_EINVAL with the reason, in words, or CRS_OK. Everything below wants a checked figure. */
crs_status crs__plot_check(const crs_plot_figure *figure, crs_error *err);

typedef struct crs__plot_limits {
    double x_min, x_max, y_min, y_max;
    int log_y, y_down;
    int cells; /* a heat map: whole numbers count its cells, and others mean nothing */
} crs__plot_limits;

/*
 * Limits of panel `i`: as its axes say, or from the content of all panels that
 * share these. Errors: CRS_EINVAL (content too wide or too narrow for a double).
 */
crs_status crs__plot_limits_of(const crs_plot_figure *figure, size_t i, crs_error *err,
                               crs__plot_limits *out);

/* Columns that a panel covers, at least 1. */
size_t crs__plot_span(const crs_plot_panel *panel);

/* The panel that covers (row, col), NULL if none does. */
const crs_plot_panel *crs__plot_panel_at(const crs_plot_figure *figure, size_t row, size_t col);

/* Whether panel has curves and nothing that needs a picture. */
int crs__plot_is_chart(const crs_plot_panel *panel);

/* Place of (x, y) in the unit square of the limits; 0 where it is not finite or log y is not. */
int crs__plot_place(const crs__plot_limits *limits, double x, double y, double *u, double *v);

/*
 * Curves of a panel with equal points, to the last bit: leader[i] is the first
 * curve equal to curve i, itself where there is none before. [n_curves]
 */
void crs__plot_group_curves(const crs_plot_panel *panel, size_t *leader);

/* Style of curve i: its own, or by its place. */
int crs__plot_style_of_curve(const crs_plot_panel *panel, size_t i);

#endif
