/* The pictures of a run: predicted values against true ones. */
#include "memory.h"
#include "run_figure_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* More points than these only blacken the page. */
enum { MAX_POINTS = 1500 };

static crs_status add_value(run_figure *f, size_t row, size_t col, size_t j)
{
    const run_pictures *w = &f->what;
    const crs_value_metrics *v = &w->metrics->values[j];
    size_t n = w->metrics->n, step = n / MAX_POINTS + 1, at = 0;
    double low = INFINITY, high = -INFINITY, margin;
    char name[METRICS_NAME_BYTES];
    crs_plot_panel *panel;
    run_panel *d = run_figure_add(f, row, col, &panel);
    double *xy = d->xy[0] = memory_get(2 * (n / step + 1), sizeof *xy);
    if (xy == NULL)
        return CRS_ENOMEM;
    for (size_t i = 0; i < n; i += step) {
        double y = w->y[i * w->n_out + j], p = w->p[i * w->n_out + j];
        if (!run_figure_shows(p) || !run_figure_shows(y))
            continue;
        xy[2 * at] = y;
        xy[2 * at++ + 1] = p;
        low = fmin(low, fmin(y, p));
        high = fmax(high, fmax(y, p));
    }
    d->points = (crs_plot_points){.n = at, .xy = xy};
    panel->points = &d->points;
    d->axes = (crs_plot_axes){.x_label = "true", .y_label = "predicted"};
    if (at > 0) {
        margin = fmax(0.04 * (high - low), 1e-9 * fmax(fabs(low), fabs(high)) + 1e-200);
        d->axes.x_min = d->axes.y_min = low - margin;
        d->axes.x_max = d->axes.y_max = high + margin;
    }
    run_figure_diagonal(d, panel);
    if (w->names == NULL && w->metrics->n_values == 1)
        (void)snprintf(d->title, sizeof d->title, "Predicted against true");
    else {
        (void)metrics_name(w->names, j, name);
        (void)snprintf(d->title, sizeof d->title, "%s%s", w->names == NULL ? "Value " : "", name);
    }
    (void)snprintf(d->subtitle[0], sizeof d->subtitle[0], "R\xC2\xB2 %.4f, mean error %.4g", v->r2,
                   v->mae);
    return CRS_OK;
}

crs_status run_figure_values(run_figure *f, size_t row)
{
    crs_status status = CRS_OK;
    for (size_t j = 0; j < f->what.metrics->n_values && j < RUN_MAX_VALUES && status == CRS_OK; j++)
        status = add_value(f, row + j / RUN_COLUMNS, j % RUN_COLUMNS, j);
    return status;
}
