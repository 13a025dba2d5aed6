/* The pictures of a run: confusion matrix, ROC curves, calibration. */
#include "memory.h"
#include "run_figure_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_BESIDE = 10, /* classes whose confusion matrix fits beside other panels */
    MAX_WRITTEN = 40 /* classes whose confusion matrix has its counts written in */
};

#define ROW_OF_MATRIX 26.0

/* ---- the confusion matrix ------------------------------------------------------------------- */

/* Counts and names as texts, one behind the other. */
static crs_status write_texts(const crs_metrics *m, const char *const *names, run_panel *d)
{
    enum { BYTES = 24 };
    size_t k = m->n_classes, n = k <= MAX_WRITTEN ? k * k : 0;
    d->texts = memory_get(n + 1, sizeof *d->texts);
    d->labels = memory_get(k, sizeof *d->labels);
    d->text_bytes = memory_get(n * BYTES + k * METRICS_NAME_BYTES, 1);
    if (d->texts == NULL || d->labels == NULL || d->text_bytes == NULL)
        return CRS_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        if (m->confusion[i] == 0)
            continue;
        d->texts[i] = d->text_bytes + i * BYTES;
        (void)snprintf(d->text_bytes + i * BYTES, BYTES, "%zu", m->confusion[i]);
    }
    for (size_t c = 0; c < k; c++) {
        char *text = d->text_bytes + n * BYTES + c * METRICS_NAME_BYTES;
        (void)metrics_name(names, c, text);
        d->labels[c] = text;
    }
    return CRS_OK;
}

/*
 * Right ones below 0 (blue), wrong ones above (orange), by their share of the row; of wrong ones
 * its root, since one in a hundred is to be seen.
 */
static crs_status fill_matrix(const crs_metrics *m, run_panel *d)
{
    size_t k = m->n_classes;
    double *values = d->xy[0] = memory_get(k * k, sizeof *values);
    if (values == NULL)
        return CRS_ENOMEM;
    for (size_t i = 0; i < k * k; i++) {
        size_t n = m->per_class[i / k].n;
        double share = n > 0 ? (double)m->confusion[i] / (double)n : 0;
        values[i] = i / k == i % k ? -share : sqrt(share);
    }
    for (size_t i = 0; i < RUN_LEVELS; i++)
        d->levels[i] = (2 * (double)i + 1) / RUN_LEVELS - 1;
    d->field = (crs_plot_field){.nx = k,
                                .ny = k,
                                .values = values,
                                .x_min = -0.5,
                                .x_max = (double)k - 0.5,
                                .y_min = -0.5,
                                .y_max = (double)k - 0.5,
                                .cells = 1,
                                .n_levels = RUN_LEVELS,
                                .levels = d->levels,
                                .cell_texts = k <= MAX_WRITTEN ? d->texts : NULL};
    return CRS_OK;
}

static crs_status add_confusion(run_figure *f, size_t row, size_t col)
{
    const crs_metrics *m = f->what.metrics;
    size_t k = m->n_classes;
    crs_plot_panel *panel;
    run_panel *d = run_figure_add(f, row, col, &panel);
    crs_status status = write_texts(m, f->what.names, d);
    if (status == CRS_OK)
        status = fill_matrix(m, d);
    d->axes = (crs_plot_axes){.x_label = "predicted class",
                              .y_label = "true class",
                              .y_down = 1,
                              .n_x_names = k,
                              .n_y_names = k,
                              .x_names = d->labels,
                              .y_names = d->labels};
    (void)snprintf(d->title, sizeof d->title, "Confusion matrix");
    (void)snprintf(d->subtitle[0], sizeof d->subtitle[0], "blue: right, orange: wrong");
    panel->fill = &d->field;
    if (k > MAX_BESIDE)
        panel->height = fmin(ROW_OF_MATRIX * (double)k, 3 * RUN_COLUMN_WIDTH);
    return status;
}

/* ---- ROC curves and calibration --------------------------------------------------------------- */

/*
 * The classes that have a curve, those with the smallest areas: at most RUN_MAX_SERIES. Of those
 * whose area is 1, which have the same curve, the first alone; *n_perfect is how many there are.
 */
static size_t choose_classes(const crs_metrics *m, size_t n_out, size_t *chosen, size_t *n_perfect)
{
    size_t n = 0;
    *n_perfect = 0;
    for (size_t c = n_out == 1 && m->task == CRS_TASK_CLASSES; c < m->n_classes; c++) {
        double area = m->per_class[c].roc_auc;
        size_t at = n;
        if (isnan(area) || (area == 1 && (*n_perfect)++ > 0))
            continue;
        while (at > 0 && m->per_class[chosen[at - 1]].roc_auc > area)
            at--;
        if (at == RUN_MAX_SERIES)
            continue;
        n = n < RUN_MAX_SERIES ? n + 1 : n;
        memmove(chosen + at + 1, chosen + at, (n - 1 - at) * sizeof *chosen);
        chosen[at] = c;
    }
    return n;
}

static void name_curve(const run_pictures *w, size_t c, size_t n_perfect, char *text, size_t size)
{
    char name[METRICS_NAME_BYTES], more[40] = "";
    double area = w->metrics->per_class[c].roc_auc;
    (void)metrics_name(w->names, c, name);
    if (area == 1 && n_perfect > 1)
        (void)snprintf(more, sizeof more, " and %zu more", n_perfect - 1);
    (void)snprintf(text, size, "%s%s %.3f", name, more, area);
}

static crs_status add_roc(run_figure *f, size_t row, size_t col, crs_error *err)
{
    const run_pictures *w = &f->what;
    size_t chosen[RUN_MAX_SERIES], n_perfect;
    size_t n = choose_classes(w->metrics, w->n_out, chosen, &n_perfect);
    crs_plot_panel *panel;
    run_panel *d = run_figure_add(f, row, col, &panel);
    for (size_t i = 0; i < n; i++) {
        size_t points;
        double *fpr, *tpr;
        crs_status status = crs_metrics_roc(w->metrics->task, w->n_out, w->metrics->n, w->p, w->y,
                                            chosen[i], err, &points, &fpr, &tpr);
        if (status != CRS_OK)
            return status;
        d->xy[i] = memory_get(2 * points, sizeof **d->xy);
        if (d->xy[i] != NULL) {
            memcpy(d->xy[i], fpr, points * sizeof *fpr);
            memcpy(d->xy[i] + points, tpr, points * sizeof *tpr);
        }
        crs_metrics_curve_release(fpr);
        if (d->xy[i] == NULL)
            return CRS_ENOMEM;
        name_curve(w, chosen[i], n_perfect, d->name[i], sizeof d->name[i]);
        d->series[i] = (crs_plot_curve){
            .name = d->name[i], .n = points, .x = d->xy[i], .y = d->xy[i] + points};
    }
    panel->n_curves = n;
    d->axes = (crs_plot_axes){
        .x_label = "false positive rate", .y_label = "true positive rate", .x_max = 1, .y_max = 1};
    run_figure_diagonal(d, panel);
    (void)snprintf(d->title, sizeof d->title, "ROC curves");
    if (w->metrics->n_classes > RUN_MAX_SERIES)
        (void)snprintf(d->subtitle[0], sizeof d->subtitle[0],
                       "area under each; the %d smallest of %zu", RUN_MAX_SERIES,
                       w->metrics->n_classes);
    else
        (void)snprintf(d->subtitle[0], sizeof d->subtitle[0], "area under each (chance: 0.5)");
    return CRS_OK;
}

static crs_status add_calibration(run_figure *f, size_t row, size_t col)
{
    const crs_metrics *m = f->what.metrics;
    crs_plot_panel *panel;
    run_panel *d = run_figure_add(f, row, col, &panel);
    double *xy = d->xy[0] = memory_get(2 * CRS_CALIBRATION_BINS, sizeof *xy);
    size_t n = 0;
    if (xy == NULL)
        return CRS_ENOMEM;
    for (size_t b = 0; b < CRS_CALIBRATION_BINS; b++) {
        if (m->bins[b].n == 0)
            continue;
        xy[n] = m->bins[b].confidence;
        xy[CRS_CALIBRATION_BINS + n++] = m->bins[b].accuracy;
    }
    d->series[0] = (crs_plot_curve){.n = n, .x = xy, .y = xy + CRS_CALIBRATION_BINS};
    panel->n_curves = 1;
    d->axes = (crs_plot_axes){
        .x_label = "confidence", .y_label = "share that was right", .x_max = 1, .y_max = 1};
    run_figure_diagonal(d, panel);
    (void)snprintf(d->title, sizeof d->title, "Calibration");
    (void)snprintf(d->subtitle[0], sizeof d->subtitle[0],
                   "off by %.1f %% on average; below the line: too sure",
                   100 * m->calibration_error);
    return CRS_OK;
}

static int has_probabilities(const crs_metrics *m)
{
    size_t n = 0;
    for (size_t b = 0; b < CRS_CALIBRATION_BINS; b++)
        n += m->bins[b].n;
    return n > 0;
}

crs_status run_figure_classes(run_figure *f, size_t row, crs_error *err)
{
    const crs_metrics *m = f->what.metrics;
    size_t col = 0, chosen[RUN_MAX_SERIES], n_perfect;
    int large = m->confusion != NULL && m->n_classes > MAX_BESIDE;
    crs_status status = CRS_OK;
    if (m->confusion != NULL && !large)
        status = add_confusion(f, row, col++);
    if (status == CRS_OK && f->what.p != NULL && f->what.y != NULL &&
        choose_classes(m, f->what.n_out, chosen, &n_perfect) > 0)
        status = add_roc(f, row, col++, err);
    if (status == CRS_OK && has_probabilities(m))
        status = add_calibration(f, row, col++);
    if (status == CRS_OK && large)
        status = add_confusion(f, row + (col > 0), 0);
    return status;
}
