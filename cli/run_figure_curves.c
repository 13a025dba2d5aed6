/* The pictures of a run: cost, metric and step size over epochs. */
#include "memory.h"
#include "run_figure_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define CHART_HEIGHT 220.0

static size_t count_finite(size_t n, const double *y)
{
    size_t count = 0;
    for (size_t i = 0; y != NULL && i < n; i++)
        count += (size_t)run_figure_shows(y[i]);
    return count;
}

/* What was recorded, without gaps where it was not: validation may be rarer than epochs. */
static crs_status add_series(const run_curve *c, const double *y, const char *name, int style,
                             run_panel *d, crs_plot_panel *panel)
{
    size_t n = count_finite(c->n, y), at = 0;
    double *xy;
    if (n == 0)
        return CRS_OK;
    xy = d->xy[panel->n_curves] = memory_get(2 * n, sizeof *xy);
    if (xy == NULL)
        return CRS_ENOMEM;
    for (size_t i = 0; i < c->n; i++) {
        if (!run_figure_shows(y[i]))
            continue;
        xy[at] = c->epoch[i];
        xy[n + at++] = y[i];
    }
    d->series[panel->n_curves++] =
        (crs_plot_curve){.name = name, .n = n, .x = xy, .y = xy + n, .style = style};
    return CRS_OK;
}

static void choose_limits(const crs_plot_panel *panel, int is_cost, crs_plot_axes *axes)
{
    double low = INFINITY, high = -INFINITY, most;
    for (size_t i = 0; i < panel->n_curves; i++) {
        for (size_t k = 0; k < panel->curves[i].n; k++) {
            low = fmin(low, panel->curves[i].y[k]);
            high = fmax(high, panel->curves[i].y[k]);
        }
    }
    most = fmax(fabs(low), fabs(high));
    /* a cost that falls by a factor of 50 shows its end on a logarithmic axis alone */
    axes->log_y = is_cost && low > 0 && high > 50 * low;
    if (high > low && high - low < 1e-9 * most) { /* but for rounding a constant */
        axes->y_min = low - 0.05 * most;
        axes->y_max = high + 0.05 * most;
    }
    if (panel->curves[0].n == 1) {
        axes->x_min = panel->curves[0].x[0] - 1;
        axes->x_max = panel->curves[0].x[0] + 1;
    }
}

static crs_status add_epochs(run_figure *f, size_t col, const char *title, const double *train,
                             const double *valid)
{
    const run_curve *c = f->what.curve;
    int is_cost = train == c->train_cost;
    crs_plot_panel *panel;
    run_panel *d = run_figure_add(f, 0, col, &panel);
    int alone = count_finite(c->n, valid) == 0;
    crs_status status = add_series(c, train, alone ? NULL : "training", 1, d, panel);
    if (status == CRS_OK)
        status = add_series(c, valid, "validation", 2, d, panel);
    (void)snprintf(d->title, sizeof d->title, "%s", title);
    d->axes = (crs_plot_axes){.x_label = "epoch"};
    if (status == CRS_OK)
        choose_limits(panel, is_cost, &d->axes);
    panel->height = CHART_HEIGHT;
    if (c->best_epoch >= 0 && !alone && !d->axes.log_y) {
        d->line[0] = 1;
        d->line[2] = -c->best_epoch;
        panel->creases = d->line;
        panel->n_creases = 1;
        panel->creases_name = "the epoch whose weights were kept";
    }
    return status;
}

static int is_constant(size_t n, const double *y)
{
    size_t i = 0;
    while (i < n && !(y[i] != y[0]))
        i++;
    return i == n;
}

crs_status run_figure_curves(run_figure *f)
{
    const run_curve *c = f->what.curve;
    size_t col = 0;
    crs_status status = CRS_OK;
    char title[100];
    if (c == NULL || c->n == 0)
        return CRS_OK;
    if (count_finite(c->n, c->train_cost) + count_finite(c->n, c->valid_cost) > 0)
        status = add_epochs(f, col++, "Cost", c->train_cost, c->valid_cost);
    (void)snprintf(title, sizeof title, "%s", c->metric_name != NULL ? c->metric_name : "metric");
    if (title[0] >= 'a' && title[0] <= 'z')
        title[0] = (char)(title[0] - 'a' + 'A');
    if (status == CRS_OK &&
        count_finite(c->n, c->train_metric) + count_finite(c->n, c->valid_metric) > 0)
        status = add_epochs(f, col++, title, c->train_metric, c->valid_metric);
    if (status == CRS_OK && count_finite(c->n, c->lr) > 0 && !is_constant(c->n, c->lr))
        status = add_epochs(f, col++, "Learning rate", c->lr, NULL);
    return status;
}
