/* crease train: training with checkpoints, and measuring what came out. */
#include "memory.h"
#include "message.h"
#include "model_data.h"
#include "progress.h"
#include "say.h"
#include "train.h"

#include <crease/format.h>

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static double seconds_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- checkpoints ------------------------------------------------------------------------------ */

/*
 * A checkpoint is copied into memory between two steps and written by a thread of its own while
 * the next steps run. One at a time.
 */
typedef struct writer {
    train_job *job;
    pthread_t thread;
    bool running;
    exit_status status; /* of the last one */
} writer;

static crs_status keep(void *ctx, const void *bytes, size_t n)
{
    train_job *j = ctx;
    if (n > j->checkpoint.room - j->checkpoint.n) {
        size_t room = 2 * j->checkpoint.room + n;
        unsigned char *more = memory_resize(j->checkpoint.bytes, room);
        if (more == NULL)
            return CRS_ENOMEM;
        j->checkpoint.bytes = more;
        j->checkpoint.room = room;
    }
    memcpy(j->checkpoint.bytes + j->checkpoint.n, bytes, n);
    j->checkpoint.n += n;
    return CRS_OK;
}

static void *write_checkpoint(void *ctx)
{
    writer *w = ctx;
    w->status = train_folder_write_checkpoint(w->job);
    return NULL;
}

static exit_status writer_wait(writer *w)
{
    if (w->running)
        (void)pthread_join(w->thread, NULL);
    w->running = false;
    return w->status;
}

static exit_status checkpoint(writer *w)
{
    crs_sink memory = {keep, w->job};
    crs_error err;
    exit_status status = writer_wait(w);
    if (status != EXIT_DONE)
        return status;
    w->job->checkpoint.n = 0;
    if (crs_fit_save(w->job->fit, &memory, &err) != CRS_OK)
        return fail_library(TRAIN_NAME, &err);
    if (w->job->has_old_run)
        return train_folder_replace(w->job);
    /* not at the same time: of a full disk there is one message */
    status = train_folder_write_curves(w->job, NULL);
    if (status != EXIT_DONE)
        return status;
    w->running = pthread_create(&w->thread, NULL, write_checkpoint, w) == 0;
    if (!w->running) /* no thread to be had: then here */
        (void)write_checkpoint(w);
    return EXIT_DONE;
}

/* ---- resuming ---------------------------------------------------------------------------------- */

static exit_status read_whole(const char *path, FILE *file, size_t *n, unsigned char **bytes)
{
    struct stat info;
    if (fstat(fileno(file), &info) == 0 && !S_ISREG(info.st_mode))
        return fail(EXIT_INPUT, TRAIN_NAME, "%s: is no file; expected a checkpoint", path);
    *n = (size_t)info.st_size;
    *bytes = memory_get(*n + 1, 1);
    if (*bytes != NULL && fread(*bytes, 1, *n, file) == *n)
        return EXIT_DONE;
    free(*bytes);
    return fail(EXIT_SYSTEM, TRAIN_NAME, "%s: cannot be read whole", path);
}

static exit_status resume(train_job *j, const char *path)
{
    unsigned char *bytes = NULL;
    crs_error err;
    size_t n = 0;
    exit_status status;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        if (errno != ENOENT)
            return fail(EXIT_SYSTEM, TRAIN_NAME, "%s: cannot be read: %s", path, strerror(errno));
        if (!j->common.quiet)
            say_to(stderr, "no checkpoint in %s yet: from the beginning\n",
                   printable(j->folder, (char[PRINTABLE_BYTES]){0}));
        return EXIT_DONE;
    }
    status = read_whole(path, file, &n, &bytes);
    (void)fclose(file);
    if (status != EXIT_DONE)
        return status;
    if (crs_fit_load(j->fit, n, bytes, path, &err) != CRS_OK)
        status = fail_library(TRAIN_NAME, &err);
    free(bytes);
    j->resumed_at = crs_fit_steps(j->fit);
    if (status == EXIT_DONE && !j->common.quiet)
        say_to(stderr, "going on from step %llu of %llu\n", (unsigned long long)j->resumed_at,
               (unsigned long long)crs_fit_steps_in_all(j->fit));
    return status;
}

/* ---- the loop ------------------------------------------------------------------------------------ */

/* The metric to show of the last record: validation's where there is one. */
static double last_metric(const train_job *j)
{
    size_t n;
    const crs_fit_record *records = crs_fit_records(j->fit, &n);
    if (n == 0)
        return NAN;
    return isnan(records[n - 1].valid_metric) ? records[n - 1].metric : records[n - 1].valid_metric;
}

static double last_cost(const train_job *j)
{
    size_t n;
    const crs_fit_record *records = crs_fit_records(j->fit, &n);
    double cost = crs_fit_cost_so_far(j->fit);
    return isnan(cost) && n > 0 ? records[n - 1].cost : cost;
}

/*
 * "0:12 left, cost 0.2143, accuracy 0.9312, epoch 3, 81,000 samples/s": what a narrow terminal
 * cuts off stands last.
 */
static void show(const train_job *j, cli_progress *bar, double started)
{
    char text[160], count[32];
    double done = (double)crs_fit_steps(j->fit), all = (double)crs_fit_steps_in_all(j->fit);
    double per_epoch = (double)crs_fit_steps_per_epoch(j->fit);
    double passed = fmax(seconds_now() - started, 1e-9), mine = done - (double)j->resumed_at;
    double left = mine > 0 ? passed * (all - done) / mine : 0;
    double cost = last_cost(j), metric = last_metric(j);
    size_t at =
        (size_t)snprintf(text, sizeof text, "%d:%02d left", (int)(left / 60), (int)fmod(left, 60));
    if (!bar->shown)
        return;
    if (!isnan(cost))
        at += (size_t)snprintf(text + at, sizeof text - at, ", cost %.4f", cost);
    if (!isnan(metric))
        at += (size_t)snprintf(text + at, sizeof text - at, ", %s %.4f",
                               j->task == CRS_TASK_VALUES ? "R^2" : "accuracy", metric);
    crs_format_count((size_t)(mine / per_epoch * (double)j->n_train / passed), count, sizeof count);
    (void)snprintf(text + at, sizeof text - at, ", epoch %.0f, %s samples/s",
                   floor(done / per_epoch), count);
    progress_update(bar, done / all, text);
}

/*
 * Steps between two looks at the clock: about a hundredth of a second's, by those done so far in
 * `spent` seconds of training alone.
 */
static size_t stride(const train_job *j, double spent)
{
    double mine = (double)(crs_fit_steps(j->fit) - j->resumed_at);
    double steps = mine > 0 && spent > 0 ? 0.01 * mine / spent : 1;
    return steps < 1 ? 1 : steps > 1e6 ? 1000000 : (size_t)steps;
}

static exit_status loop(train_job *j, writer *w, cli_progress *bar)
{
    double started = seconds_now(), saved = started, spent = 0;
    double interval = isnan(j->v.checkpoint) ? 10 : j->v.checkpoint;
    exit_status status = EXIT_DONE;
    crs_error err;
    while (status == EXIT_DONE && crs_fit_ended(j->fit) == CRS_FIT_GOES_ON) {
        double before = seconds_now();
        if (crs_fit_advance(j->fit, stride(j, spent), &err) != CRS_OK)
            return fail_library(TRAIN_NAME, &err);
        spent += seconds_now() - before;
        if (w != NULL && crs_fit_ended(j->fit) == CRS_FIT_GOES_ON &&
            seconds_now() - saved >= interval) {
            status = checkpoint(w);
            saved = seconds_now();
        }
        show(j, bar, started);
    }
    j->seconds = seconds_now() - started;
    return status;
}

/* Of what was there before nothing is touched until there is a checkpoint to take its place. */
static exit_status begin(train_job *j)
{
    exit_status status = j->v.resume ? resume(j, j->file[RUN_CHECKPOINT]) : EXIT_DONE;
    if (j->resumed_at > 0)
        j->has_old_run = false;
    return status == EXIT_DONE && !j->has_old_run ? train_folder_write_settings(j) : status;
}

static exit_status run_with_checkpoints(train_job *j, cli_progress *bar)
{
    writer w = {.job = j};
    exit_status status = begin(j), written;
    if (status == EXIT_DONE)
        status = loop(j, &w, bar);
    if (status == EXIT_DONE && crs_fit_ended(j->fit) != CRS_FIT_DIVERGED)
        status = checkpoint(&w);
    else if (status == EXIT_DONE && !j->has_old_run)
        status = train_folder_write_curves(j, NULL);
    written = writer_wait(&w);
    return status == EXIT_DONE ? written : status;
}

/* ---- measuring ------------------------------------------------------------------------------------- */

/* A row of predictions and of truth in the units of the data. */
static void unscale(const crs_scaler *s, size_t k, double *row)
{
    for (size_t i = 0; s->n_features > 0 && i < k; i++)
        row[i] = (s->scale[i] == 0 ? 0 : row[i] / s->scale[i]) + s->shift[i];
}

/* The samples that are measured, and where their predictions go. */
typedef struct measuring {
    train_job *job;
    const crs_dataset *data;
    const size_t *index; /* NULL: the first n */
    size_t n, n_out;
    bool in_blocks; /* each block over the one before, and counted */
} measuring;

/* Predictions and truth of samples from ... from + n - 1, in the units of the data. */
static void take_block(const measuring *m, crs_predictor *predictor, size_t from, size_t n,
                       unsigned char *rows)
{
    const train_job *j = m->job;
    size_t row = m->data->n_features * crs_dtype_size(m->data->dtype), k = j->model.n_targets;
    const unsigned char *x = (const unsigned char *)m->data->x;
    double *p = j->predicted + (m->in_blocks ? 0 : from) * m->n_out;
    double *y = j->truth + (m->in_blocks ? 0 : from) * k;
    for (size_t i = 0; m->index != NULL && i < n; i++)
        memcpy(rows + i * row, x + m->index[from + i] * row, row);
    crs_predictor_run(predictor, n, m->index == NULL ? x + from * row : rows, 0, p);
    for (size_t i = 0; i < n; i++) {
        size_t at = m->index == NULL ? from + i : m->index[from + i];
        memcpy(y + i * k, m->data->y + at * k, k * sizeof *y);
        unscale(&j->model.target, k, y + i * k);
        unscale(&j->model.target, m->n_out, p + i * m->n_out);
    }
}

static exit_status predict(const measuring *m)
{
    enum { BLOCK = MODEL_DATA_BLOCK };
    train_job *j = m->job;
    unsigned char *rows =
        m->index == NULL ? NULL
                         : memory_get(BLOCK, m->data->n_features * crs_dtype_size(m->data->dtype));
    crs_predictor *predictor = NULL;
    crs_error err;
    crs_status status;
    if (m->index != NULL && rows == NULL)
        return fail(EXIT_SYSTEM, TRAIN_NAME, "out of memory");
    status = crs_predictor_create(j->model.net, BLOCK, &j->executor, &err, &predictor);
    for (size_t from = 0; status == CRS_OK && from < m->n; from += BLOCK) {
        size_t n = m->n - from < BLOCK ? m->n - from : BLOCK;
        take_block(m, predictor, from, n, rows);
        if (m->in_blocks)
            status = crs_metrics_add(&j->measured, n, j->predicted, j->truth, &err);
    }
    crs_predictor_destroy(predictor);
    free(rows);
    return status == CRS_OK ? EXIT_DONE : fail_library(TRAIN_NAME, &err);
}

/* Classes of which all predictions at once are too many. */
static exit_status measure_blocks(measuring *m, int are_scores)
{
    train_job *j = m->job;
    crs_error err;
    exit_status status;
    if (crs_metrics_begin(j->task, m->n_out, are_scores, &err, &j->measured) != CRS_OK)
        return fail_library(TRAIN_NAME, &err);
    status = predict(m);
    crs_metrics_end(&j->measured);
    free(j->predicted); /* the last block alone: nothing to draw */
    free(j->truth);
    j->predicted = j->truth = NULL;
    return status;
}

static exit_status measure(train_job *j)
{
    measuring m = {.job = j, .n_out = j->layers.widths[j->layers.n_layers]};
    int are_scores = crs_net_loss(j->model.net) == CRS_LOSS_HINGE;
    size_t held;
    crs_error err;
    exit_status status;
    m.data = train_measured_data(j, &m.n, &m.index);
    m.in_blocks = j->task == CRS_TASK_CLASSES && m.n > MODEL_DATA_MAX_HELD / m.n_out;
    held = m.in_blocks ? MODEL_DATA_BLOCK : m.n;
    j->measured_on = m.data == &j->test                       ? "test"
                     : m.data == &j->valid || m.index != NULL ? "validation"
                                                              : "training";
    j->predicted = memory_get(held, m.n_out * sizeof *j->predicted);
    j->truth = memory_get(held, j->model.n_targets * sizeof *j->truth);
    if (j->predicted == NULL || j->truth == NULL)
        return fail(EXIT_SYSTEM, TRAIN_NAME, "out of memory");
    if (m.in_blocks)
        return measure_blocks(&m, are_scores);
    status = predict(&m);
    if (status != EXIT_DONE)
        return status;
    if (crs_metrics_measure(j->task, m.n_out, m.n, j->predicted, j->truth, are_scores, &err,
                            &j->measured) != CRS_OK)
        return fail_library(TRAIN_NAME, &err);
    return EXIT_DONE;
}

static exit_status fail_diverged(const train_job *j)
{
    size_t n;
    const crs_fit_record *records = crs_fit_records(j->fit, &n);
    return fail(EXIT_WRONG, TRAIN_NAME,
                "the cost is no number any more in epoch %.0f: the steps are too long; try --lr "
                "%.2g, or --clip 1. No model was written%s.",
                records[n - 1].epoch, records[n - 1].lr / 10,
                j->has_old_run ? ", the run before is as it was" : "");
}

exit_status train_run(train_job *j)
{
    cli_progress bar;
    exit_status status;
    progress_begin(&bar, j->common.quiet);
    status = j->folder != NULL ? run_with_checkpoints(j, &bar) : loop(j, NULL, &bar);
    progress_end(&bar);
    if (status != EXIT_DONE)
        return status;
    if (crs_fit_ended(j->fit) == CRS_FIT_DIVERGED)
        return fail_diverged(j);
    return measure(j);
}
