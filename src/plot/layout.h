/*
 * plot/layout.h - where everything in a figure goes. All lengths in pixels.
 */
#ifndef PLOT_LAYOUT_H
#define PLOT_LAYOUT_H

#include "plot/figure.h"
#include "plot/legend.h"
#include "plot/text.h"
#include "plot/ticks.h"

/* Sizes of text, and from one baseline to the next. */
#define CRS__PLOT_TITLE_SIZE 18.0
#define CRS__PLOT_TITLE_LINE 24.0
#define CRS__PLOT_HEAD_SIZE 14.5 /* a panel's title */
#define CRS__PLOT_HEAD_LINE 19.0
#define CRS__PLOT_TEXT_SIZE 12.5 /* all else */
#define CRS__PLOT_TEXT_LINE 17.0
#define CRS__PLOT_MARK_WIDTH 20.0 /* the sign before a panel's title */

/* The part of the page that shows data, and what it shows. */
typedef struct crs__plot_view {
    crs__plot_limits limits;
    double x, y, w, h; /* y, the top */
} crs__plot_view;

/* Where (x, y) is on the page; 0 where it is not finite. It may lie outside the view. */
int crs__plot_to_page(const crs__plot_view *view, double x, double y, double *px, double *py);

typedef struct crs__plot_panel_layout {
    crs__plot_view view;
    int shows_x, shows_y; /* ticks and labels of its own */
    crs__plot_ticks x_ticks, y_ticks;
    size_t n_x_names, n_y_names; /* shown in place of numbers */
    int x_upward;                /* not 0: names of x are turned */
    double below, beside;        /* what numbers or names take under the view, and left of it */
    double label_width;          /* what the labels of curves may take, right of the view */
    double y_label_x;            /* of the turned label's baseline */
    double head_y;               /* of the title's first baseline */
    crs__plot_lines title, subtitle[CRS_PLOT_SUBTITLES];
} crs__plot_panel_layout;

typedef struct crs__plot_layout {
    double width, height;
    double left;                         /* of title, legend and caption */
    double title_y, legend_y, caption_y; /* baselines; the legend's top */
    crs__plot_lines title, caption;
    crs__plot_legend legend;
    crs__plot_panel_layout *panels; /* one for each of the figure's */
} crs__plot_layout;

/* Lay out a checked figure. Errors: CRS_EINVAL (limits), CRS_ENOMEM. */
crs_status crs__plot_layout_init(const crs_plot_figure *figure, crs_error *err,
                                 crs__plot_layout *out);
void crs__plot_layout_release(crs__plot_layout *layout);

#endif
