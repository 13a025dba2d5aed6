/*
 * train.h - what `crease train` was told, and what it made of it.
 */
#ifndef TRAIN_H
#define TRAIN_H

#include "command.h"
#include "options.h"
#include "output.h"

#include <crease/fit.h>
#include <crease/metrics.h>
#include <crease/model.h>

#include <jansson.h>

#define TRAIN_NAME "train"

/* The options as they stand on the command line; NULL, NAN or COUNT_NOT_GIVEN: not given. */
typedef struct train_values {
    const char *data, *test, *target, *test_target, *features, *columns, *ignore;
    const char *task, *missing, *scale, *valid, *weights, *class_weights;
    const char *layers, *hidden, *act, *loss, *init, *dtype;
    const char *opt, *schedule, *output, *run, *picture;
    double kink, dropout, huber_delta, label_smoothing;
    double lr, l1, l2, max_norm, clip, checkpoint;
    size_t epochs, batch, patience, shift, every;
    bool batchnorm, no_shuffle, header, no_header, raw_bytes, no_run, resume;
} train_values;

/* The files of a run's folder. */
typedef enum run_file_id {
    RUN_SETTINGS,
    RUN_CURVES,
    RUN_RECORDS,
    RUN_PICTURES,
    RUN_REPORT,
    RUN_RESULT,
    RUN_CHECKPOINT,
    N_RUN_FILES
} run_file_id;

/* A training and all that belongs to it. */
typedef struct train_job {
    train_values v;
    common_options common;
    char *command; /* the command line that makes it again */
    crs_executor executor;

    crs_dataset data, test, valid; /* scaled; the last two empty where not given */
    crs_learning_task task;
    size_t *order; /* [data.n_samples]: training samples first; NULL: all are */
    size_t n_train;
    double *sample_weights, *class_weights; /* NULL: 1 */
    crs_shift shift;

    crs_layers layers;
    crs_init init;
    crs_fit_config config;
    crs_model model; /* the net is in it */
    crs_fit *fit;

    char *folder;            /* of the run; NULL: none is wanted */
    char *file[N_RUN_FILES]; /* paths in it */
    int folder_lock;         /* descriptor; -1: none */
    bool folder_is_new;
    bool has_old_run; /* whose files stay until this one has its first checkpoint */
    struct {
        unsigned char *bytes;
        size_t n, room;
    } checkpoint; /* the last one */
    double seconds;
    uint64_t resumed_at;       /* step a checkpoint brought back; 0: none */
    crs_metrics measured;      /* on the samples below, of the trained net */
    const char *measured_on;   /* "test", "validation" or "training" */
    double *predicted, *truth; /* [n, n_out] and [n, n_targets]: what was measured */
} train_job;

/* ---- train_data.c -------------------------------------------------------------------------- */

/* Read the data, tell what is learned, set validation apart, scale. Messages are printed. */
exit_status train_load_data(train_job *j);
/* Samples to measure the trained net on: the test's, else validation's, else all. */
const crs_dataset *train_measured_data(const train_job *j, size_t *n, const size_t **index);

/* ---- train_net.c --------------------------------------------------------------------------- */

/* The net, its model, and how it is to be trained. */
exit_status train_set_up(train_job *j);
/* "784-512-256-10" */
void train_shape(const train_job *j, char *text, size_t size);

/* ---- train_run.c --------------------------------------------------------------------------- */

/* Train to the end, with checkpoints and a progress bar; then measure. */
exit_status train_run(train_job *j);

/* ---- train_show.c -------------------------------------------------------------------------- */

/* One line of what was understood: of "data", "samples", "target", "net" or "training". */
void train_describe(const train_job *j, const char *what, char *text, size_t size);
/* All of them; before the training. */
void train_print_setting(const train_job *j);
/* The curve as a table, and what the measures are. */
void train_print_result(const train_job *j);
/* What to call the classes, labels or values that are measured; NULL: they have no names. */
const char *const *train_metric_names(const train_job *j);

/* ---- train_json.c -------------------------------------------------------------------------- */

/* The objects that docs/json.md describes; NULL without memory. */
json_t *train_json(const train_job *j);
json_t *train_settings_json(const train_job *j);

/* ---- train_figure.c ------------------------------------------------------------------------ */

/* Curves and what was measured, as SVG, PNG or PDF by the end of `path`; in `set` (not NULL). */
exit_status train_draw(const train_job *j, const char *path, output_set *set);
/* The same with settings and tables, as one HTML page. */
exit_status train_report(const train_job *j, const char *path, output_set *set);

/* ---- train_curves.c ------------------------------------------------------------------------ */

/* The records as CSV, and as a line of JSON each. CRS_OK, CRS_ENOMEM, or what the sink said. */
crs_status train_put_csv(const train_job *j, const crs_sink *out);
crs_status train_put_lines(const train_job *j, const crs_sink *out);
/* One object a record. */
json_t *train_history_json(const train_job *j);
/* Write `object`, which is taken over, and a newline. CRS_ENOMEM, or what the sink said. */
crs_status train_put_json(json_t *object, bool on_one_line, const crs_sink *out);

/* ---- train_folder.c ------------------------------------------------------------------------ */

/* Which folder, before any work: one that has files and is not a run of crease is refused. */
exit_status train_folder_choose(train_job *j);
/* Make it where it does not exist, and keep other trainings out. */
exit_status train_folder_prepare(train_job *j);
void train_folder_release(train_job *j);
/* Settings before the training; checkpoints and curves (`set` NULL: at once) while it goes on. */
exit_status train_folder_write_settings(const train_job *j);
exit_status train_folder_write_curves(const train_job *j, output_set *set);
exit_status train_folder_write_checkpoint(const train_job *j);
/* The first checkpoint, settings and curves take the place of an earlier run. */
exit_status train_folder_replace(train_job *j);
/* Pictures and measures, at the end, in `set` (not NULL). */
exit_status train_folder_write_result(const train_job *j, output_set *set);

#endif
