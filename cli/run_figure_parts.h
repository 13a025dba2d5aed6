/*
 * run_figure_parts.h - what the sources of run_figure.h share: panels, one file for each kind.
 */
#ifndef RUN_FIGURE_PARTS_H
#define RUN_FIGURE_PARTS_H

#include "metrics_show.h"
#include "run_figure.h"

enum {
    RUN_COLUMNS = 3,
    RUN_MAX_SERIES = 6, /* curves that colour, dash and marker can tell apart */
    RUN_MAX_VALUES = 6, /* values drawn against the truth */
    RUN_MAX_PANELS = RUN_COLUMNS + RUN_MAX_VALUES,
    RUN_LEVELS = 40 /* an even number: the band in the middle, around 0, is white */
};

#define RUN_COLUMN_WIDTH 320.0

/* What one panel points to. */
typedef struct run_panel {
    crs_plot_axes axes;
    crs_plot_curve series[RUN_MAX_SERIES];
    double *xy[RUN_MAX_SERIES]; /* owned: of each curve x, then y; or of points, or of a matrix */
    char name[RUN_MAX_SERIES][METRICS_NAME_BYTES + 64];
    double line[3]; /* the diagonal, or the best epoch */
    char title[128], subtitle[CRS_PLOT_SUBTITLES][160];
    crs_plot_field field;
    double levels[RUN_LEVELS];
    const char **texts;  /* [n_classes, n_classes], into text_bytes */
    const char **labels; /* [n_classes], likewise */
    char *text_bytes;
    crs_plot_points points;
} run_panel;

struct run_figure {
    run_pictures what;
    run_panel data[RUN_MAX_PANELS];
    crs_plot_panel panels[RUN_MAX_PANELS];
    crs_plot_figure figure;
};

/* The next panel, at a place in the grid. */
run_panel *run_figure_add(run_figure *f, size_t row, size_t col, crs_plot_panel **panel);

/* x = y */
void run_figure_diagonal(run_panel *d, crs_plot_panel *panel);

/* Whether a picture can show it: finite, and no sum with another like it overflows. */
int run_figure_shows(double value);

/* Errors: CRS_ENOMEM, and of classes what crs_metrics_roc returns. */
crs_status run_figure_curves(run_figure *f);
crs_status run_figure_classes(run_figure *f, size_t row, crs_error *err);
crs_status run_figure_values(run_figure *f, size_t row);

#endif
