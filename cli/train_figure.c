/* crease train: the run as a picture. */
#include "memory.h"
#include "message.h"
#include "run_html.h"
#include "train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* One column of the records; `at` is its place in crs_fit_record. */
static void fill(const crs_fit_record *records, size_t n, size_t at, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = *(const double *)((const char *)&records[i] + at);
}

/* [6, n] doubles that `curve` then points into. NULL without memory. */
static double *curve_of(const train_job *j, run_curve *curve)
{
    static const size_t places[] = {
        offsetof(crs_fit_record, epoch),        offsetof(crs_fit_record, cost),
        offsetof(crs_fit_record, valid_cost),   offsetof(crs_fit_record, metric),
        offsetof(crs_fit_record, valid_metric), offsetof(crs_fit_record, lr)};
    enum { COLUMNS = sizeof places / sizeof *places };
    size_t n, best = crs_fit_best(j->fit);
    const crs_fit_record *records = crs_fit_records(j->fit, &n);
    double *block = memory_get(COLUMNS * n, sizeof *block);
    bool valid = n > 0 && !isnan(records[n - 1].valid_cost);
    if (block == NULL)
        return NULL;
    for (size_t c = 0; c < COLUMNS; c++)
        fill(records, n, places[c], block + c * n);
    *curve =
        (run_curve){.n = n,
                    .epoch = block,
                    .train_cost = block + n,
                    .valid_cost = valid ? block + 2 * n : NULL,
                    .train_metric = block + 3 * n,
                    .valid_metric = valid ? block + 4 * n : NULL,
                    .metric_name = j->task == CRS_TASK_VALUES ? "R^2" : "accuracy",
                    .lr = block + 5 * n,
                    .best_epoch = j->config.patience > 0 && best < n ? records[best].epoch : NAN};
    return block;
}

/* All that a picture shows of a run. */
typedef struct drawing {
    char title[256], on[64];
    run_curve curve;
    double *block;
    run_pictures what;
} drawing;

static exit_status prepare(const train_job *j, drawing *d)
{
    char shape[128];
    d->block = curve_of(j, &d->curve);
    if (d->block == NULL)
        return fail(EXIT_SYSTEM, TRAIN_NAME, "out of memory");
    train_shape(j, shape, sizeof shape);
    (void)snprintf(d->title, sizeof d->title, "%s, %s", j->data.name, shape);
    (void)snprintf(d->on, sizeof d->on, "%s data", j->measured_on);
    d->what = (run_pictures){.title = d->title,
                             .curve = &d->curve,
                             .metrics = &j->measured,
                             .measured_on = d->on,
                             .n_out = j->layers.widths[j->layers.n_layers],
                             .p = j->predicted,
                             .y = j->truth,
                             .names = train_metric_names(j)};
    return EXIT_DONE;
}

exit_status train_draw(const train_job *j, const char *path, output_set *set)
{
    drawing d;
    exit_status status = prepare(j, &d);
    if (status == EXIT_DONE)
        status = run_figure_write(TRAIN_NAME, path, &d.what, set);
    free(d.block);
    return status;
}

exit_status train_report(const train_job *j, const char *path, output_set *set)
{
    enum { SETTINGS = 5, LONGEST = 1024 };
    static const char *const names[SETTINGS] = {"data", "samples", "target", "net", "training"};
    char *text = memory_get(SETTINGS * LONGEST, 1);
    run_setting settings[SETTINGS];
    drawing d;
    exit_status status = prepare(j, &d);
    if (status == EXIT_DONE && text == NULL)
        status = fail(EXIT_SYSTEM, TRAIN_NAME, "out of memory");
    for (size_t i = 0; status == EXIT_DONE && i < SETTINGS; i++) {
        train_describe(j, names[i], text + i * LONGEST, LONGEST);
        settings[i] = (run_setting){names[i], text + i * LONGEST};
    }
    if (status == EXIT_DONE) {
        const run_report report = {.heading = d.title,
                                   .pictures = d.what,
                                   .n_settings = SETTINGS,
                                   .settings = settings,
                                   .command = j->command};
        status = run_html_write(TRAIN_NAME, path, &report, set);
    }
    free(d.block);
    free(text);
    return status;
}
