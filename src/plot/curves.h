/*
 * plot/curves.h - the curves of a panel and the labels at their right ends.
 */
#ifndef PLOT_CURVES_H
#define PLOT_CURVES_H

#include "plot/canvas.h"
#include "plot/layout.h"

/* The label of one curve, or of several that are identical. */
typedef struct crs__plot_curve_label {
    size_t leader; /* the first of these curves */
    char *text;    /* owned */
    crs__plot_lines lines;
    double end_x, end_y; /* where the curve leaves or ends, on the page */
    double y;            /* middle of the label */
} crs__plot_curve_label;

typedef struct crs__plot_curve_labels {
    size_t n;
    crs__plot_curve_label *label; /* [n] */
    double width, height;         /* of all together; 0 without labels */
} crs__plot_curve_labels;

/*
 * Labels of a panel's curves, each broken into lines of at most `width` pixels,
 * not placed yet. Errors: CRS_ENOMEM (*out is empty then).
 */
crs_status crs__plot_curve_labels_init(const crs_plot_panel *panel, double width,
                                       crs__plot_curve_labels *out);
void crs__plot_curve_labels_release(crs__plot_curve_labels *labels);

/*
 * "A > 0, Z > 0 (identical)": the names of the curves that follow `leader` (see
 * crs__plot_group_curves), to be released; NULL without memory.
 */
char *crs__plot_join_names(const crs_plot_panel *panel, const size_t *group, size_t leader);

/* Whether that group has a name and a point to show. */
int crs__plot_group_is_named(const crs_plot_panel *panel, const size_t *group, size_t leader);

/* The curves alone, inside the view; the labels to the right of it. Errors: CRS_ENOMEM. */
crs_status crs__plot_curves_draw(const crs_plot_panel *panel, const crs__plot_view *view,
                                 crs__plot_canvas *canvas);
crs_status crs__plot_curve_labels_draw(const crs_plot_panel *panel, const crs__plot_view *view,
                                       double width, crs__plot_canvas *canvas);

#endif
