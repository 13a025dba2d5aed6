/*
 * run_figure.h - a training run as pictures: curves over epochs, and what the net predicts.
 *
 *     run_curve curve = {.n = epochs, .epoch = e, .train_cost = t, .valid_cost = v, ...};
 *     run_pictures what = {.title = "digits.csv, 784-512-10", .curve = &curve, .metrics = &m,
 *                          .measured_on = "validation data", .p = p, .y = y, .n_out = 10,
 *                          .names = names};
 *     status = run_figure_write("train", "run/pictures.svg", &what);
 */
#ifndef RUN_FIGURE_H
#define RUN_FIGURE_H

#include "command.h"
#include "output.h"

#include <crease/metrics.h>
#include <crease/plot.h>

/* What was recorded after each epoch; NULL where nothing was, NAN where it was not that time. */
typedef struct run_curve {
    size_t n;
    const double *epoch; /* [n], rising, from 0 */
    const double *train_cost, *valid_cost;
    const double *train_metric, *valid_metric;
    const char *metric_name; /* "accuracy"; NULL: "metric" */
    const double *lr;        /* step size */
    double best_epoch;       /* where the weights that were kept come from; NAN: not said */
} run_curve;

/* Borrowed, with all it points to, for as long as the figure lives. */
typedef struct run_pictures {
    const char *title;      /* NULL: none */
    const char *caption;    /* below everything: the settings; NULL: none */
    const run_curve *curve; /* NULL, or n is 0: no curves */

    const crs_metrics *metrics; /* NULL: nothing but the curves */
    const char *measured_on;    /* "validation data"; NULL: not said */
    size_t n_out;               /* what crs_metrics_measure was given */
    const double *p, *y;        /* NULL: no ROC curves, no predicted values */
    const char *const *names;   /* of classes, labels or values; NULL: numbers */
} run_pictures;

/*
 * The picture as a file, SVG, PNG or PDF by the end of `path`, whole or not at all; in `set`,
 * where that is not NULL. On failure a message is printed.
 */
exit_status run_figure_write(const char *command, const char *path, const run_pictures *what,
                             output_set *set);

/* Whether such a file can be written, before there is a run to draw. On failure a message is printed. */
exit_status run_figure_check(const char *command, const char *path);

/* The same description, for an HTML page or the terminal. */
typedef struct run_figure run_figure;

/* Errors: CRS_EINVAL (there is nothing to show), CRS_ENOMEM. */
crs_status run_figure_create(const run_pictures *what, crs_error *err, run_figure **out);
void run_figure_destroy(run_figure *figure);
const crs_plot_figure *run_figure_get(const run_figure *figure);

#endif
