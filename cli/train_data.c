/* crease train: from files to samples that a net can take. */
#include "memory.h"
#include "message.h"
#include "model_data.h"
#include "source.h"
#include "train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static exit_status read_choice(const char *option, const char *text, size_t n,
                               const char *const *choices, const char *listed, size_t *out)
{
    for (size_t i = 0; i < n; i++) {
        if (text != NULL && strcmp(text, choices[i]) == 0) {
            *out = i;
            return EXIT_DONE;
        }
    }
    return text == NULL
               ? EXIT_DONE
               : fail(EXIT_INPUT, TRAIN_NAME, "--%s '%s': expected %s", option, text, listed);
}

/* By its name, packed or not. */
static bool is_text_table(const char *path)
{
    static const char *const ends[] = {".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz"};
    size_t n = strlen(path);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t end = strlen(ends[i]);
        if (n > end && strcmp(path + n - end, ends[i]) == 0)
            return true;
    }
    return false;
}

/* A file was meant: a table may have a column of such a name, pictures have none. */
static bool is_missing_file(const char *data, const char *target)
{
    const char *end = target == NULL ? NULL : strrchr(target, '.');
    return target != NULL && !is_text_table(data) && !model_data_is_file(target) &&
           ((end != NULL && strcmp(end, ".gz") == 0) || strstr(target, "-ubyte") != NULL);
}

/* ---- what the options say of reading -------------------------------------------------------- */

enum { MISSING_REFUSE, MISSING_DROP, MISSING_MEAN, MISSING_MEDIAN, MISSING_ZERO };

static exit_status read_options(const train_job *j, crs_data_read_options *how, crs_fill *fill)
{
    static const char *const tasks[] = {"auto", "classes", "values", "labels"};
    static const crs_target_kind kinds[] = {CRS_TARGET_AUTO, CRS_TARGET_CLASSES, CRS_TARGET_VALUES,
                                            CRS_TARGET_CLASSES};
    static const char *const policies[] = {"refuse", "drop", "mean", "median", "zero"};
    static const crs_fill fills[] = {CRS_FILL_NONE, CRS_FILL_NONE, CRS_FILL_MEAN, CRS_FILL_MEDIAN,
                                     CRS_FILL_ZERO};
    const train_values *v = &j->v;
    crs_error err;
    size_t task = 0, missing = MISSING_REFUSE;
    exit_status status;
    crs_data_read_options_init(how);
    if (crs_dtype_parse(v->dtype, &err, &how->dtype) != CRS_OK)
        return fail_library(TRAIN_NAME, &err);
    status = read_choice("task", v->task, 4, tasks, "auto, classes, labels or values", &task);
    if (status == EXIT_DONE)
        status = read_choice("missing", v->missing, 5, policies,
                             "refuse, drop, mean, median or zero", &missing);
    how->target_kind = kinds[task];
    how->missing = missing == MISSING_REFUSE ? CRS_MISSING_REFUSE
                   : missing == MISSING_DROP ? CRS_MISSING_DROP
                                             : CRS_MISSING_KEEP;
    *fill = fills[missing];
    if (status == EXIT_DONE && source_is_generator(v->data) &&
        (v->target != NULL || v->columns != NULL || v->ignore != NULL || v->features != NULL))
        status = fail(EXIT_INPUT, TRAIN_NAME,
                      "--data %s is made, no file: its columns are as they are; `crease data %s -o "
                      "FILE` makes one",
                      v->data, v->data);
    if (status == EXIT_DONE && is_missing_file(v->data, v->target))
        status = fail(EXIT_INPUT, TRAIN_NAME, "--target %s: no such file", v->target);
    how->target = model_data_is_file(v->target) ? NULL : v->target;
    how->target_path = model_data_is_file(v->target) ? v->target : NULL;
    how->features = v->features;
    how->columns = v->columns;
    how->ignore = v->ignore;
    how->scale_bytes = !v->raw_bytes;
    how->header = v->no_header ? CRS_CSV_HEADER_NO
                  : v->header  ? CRS_CSV_HEADER_YES
                               : CRS_CSV_HEADER_AUTO;
    if (status == EXIT_DONE && v->header && v->no_header)
        status = fail(EXIT_INPUT, TRAIN_NAME, "--header and --no-header: expected one of them");
    return status;
}

/*
 * How a file beside the training data is read: by the names of these, where they have some, and
 * then it need not have the columns that were ignored.
 */
static crs_data_read_options like_training(const train_job *j, const crs_data_read_options *how)
{
    crs_data_read_options same = *how;
    same.like = &j->data;
    if (j->data.feature_names != NULL)
        same.columns = same.ignore = NULL;
    if (same.target == NULL && same.target_path == NULL && j->data.target_names != NULL &&
        j->data.n_targets <= 1)
        same.target = j->data.target_names[0];
    return same;
}

/* Whether nothing is wrong with a file but that it lacks values. */
static bool only_lacks_values(const char *name, const crs_data_read_options *how)
{
    crs_data_read_options lenient = *how;
    crs_dataset data;
    crs_error err;
    bool readable;
    if (how->missing != CRS_MISSING_REFUSE)
        return false;
    lenient.missing = CRS_MISSING_KEEP;
    readable = source_read(name, NULL, &lenient, &err, &data) == CRS_OK;
    if (readable)
        crs_dataset_release(&data);
    return readable;
}

static exit_status load(const char *name, const crs_data_read_options *how, crs_dataset *out)
{
    crs_error err;
    crs_status status = source_read(name, NULL, how, &err, out);
    if (status == CRS_OK)
        return EXIT_DONE;
    if (status != CRS_ENOENT && status != CRS_EIO && status != CRS_ENOMEM &&
        only_lacks_values(name, how))
        return fail(EXIT_INPUT, TRAIN_NAME,
                    "%s; --missing drop leaves out what lacks a value, --missing mean fills it",
                    err.text);
    return source_fail(TRAIN_NAME, how, &err);
}

/* ---- weights ------------------------------------------------------------------------------------ */

/* "a,b" of two lists of columns, either of which may be NULL; NULL and a message on failure. */
static char *join_columns(const char *a, const char *b)
{
    size_t size = (a == NULL ? 0 : strlen(a)) + (b == NULL ? 0 : strlen(b)) + 2;
    char *list = memory_get(size, 1);
    if (list == NULL)
        (void)fail(EXIT_SYSTEM, TRAIN_NAME, "out of memory");
    else
        (void)snprintf(list, size, "%s%s%s", a == NULL ? "" : a, a == NULL || b == NULL ? "" : ",",
                       b == NULL ? "" : b);
    return list;
}

static const char *or_null(const char *list)
{
    return list[0] == '\0' ? NULL : list;
}

/* Weights are read as a target; what is learned is then no feature either: it may be text. */
static exit_status read_weights(const train_job *j, const crs_data_read_options *how,
                                crs_dataset *out)
{
    crs_data_read_options wanted = *how;
    const crs_dataset *d = &j->data;
    bool has_target = is_text_table(j->v.data) && how->target_path == NULL;
    const char *target =
        d->target_names != NULL && d->n_targets <= 1 ? d->target_names[0] : how->target;
    char *ignored = join_columns(how->ignore, has_target ? target : NULL);
    exit_status status;
    if (ignored == NULL)
        return EXIT_SYSTEM;
    wanted.ignore = or_null(ignored);
    wanted.target_kind = CRS_TARGET_VALUES;
    wanted.target = model_data_is_file(j->v.weights) ? NULL : j->v.weights;
    wanted.target_path = model_data_is_file(j->v.weights) ? j->v.weights : NULL;
    status = load(j->v.data, &wanted, out);
    free(ignored);
    return status;
}

static exit_status check_weights(const char *name, size_t n, const double *weights)
{
    for (size_t i = 0; i < n; i++)
        if (!(weights[i] >= 0))
            return fail(EXIT_INPUT, TRAIN_NAME,
                        "--weights %s: sample %zu has the weight %g; expected 0 or more", name, i,
                        weights[i]);
    return EXIT_DONE;
}

/* Numbers, one a sample: a column of the data, or a file of their own. */
static exit_status load_weights(train_job *j, const crs_data_read_options *how)
{
    crs_dataset weights;
    exit_status status;
    if (j->v.weights == NULL)
        return EXIT_DONE;
    status = read_weights(j, how, &weights);
    if (status != EXIT_DONE)
        return status;
    if (weights.n_samples != j->data.n_samples || weights.n_targets > 1)
        status = fail(EXIT_INPUT, TRAIN_NAME,
                      "--weights %s: %zu weights for %zu samples; expected one for each",
                      j->v.weights, weights.n_samples, j->data.n_samples);
    if (status == EXIT_DONE)
        status = check_weights(j->v.weights, weights.n_samples, weights.y);
    if (status == EXIT_DONE) {
        j->sample_weights = memory_get(weights.n_samples, sizeof *weights.y);
        if (j->sample_weights == NULL)
            status = fail(EXIT_SYSTEM, TRAIN_NAME, "out of memory");
        else
            memcpy(j->sample_weights, weights.y, weights.n_samples * sizeof *weights.y);
    }
    crs_dataset_release(&weights);
    return status;
}

/* Each class counts alike: n / (k n_c), as scikit-learn's "balanced". */
static exit_status balance(train_job *j)
{
    for (size_t c = 0; c < j->data.n_classes; c++)
        j->class_weights[c] = 0;
    for (size_t i = 0; i < j->n_train; i++)
        j->class_weights[(size_t)j->data.y[j->order == NULL ? i : j->order[i]]]++;
    for (size_t c = 0; c < j->data.n_classes; c++) {
        if (j->class_weights[c] > 0)
            j->class_weights[c] =
                (double)j->n_train / ((double)j->data.n_classes * j->class_weights[c]);
    }
    return EXIT_DONE;
}

static exit_status read_class_weights(train_job *j)
{
    const char *text = j->v.class_weights, *at = text;
    size_t k = j->data.n_classes;
    if (text == NULL)
        return EXIT_DONE;
    if (j->task != CRS_TASK_CLASSES)
        return fail(EXIT_INPUT, TRAIN_NAME, "--class-weights: the target is %s, not one of classes",
                    crs_task_name(j->task));
    j->class_weights = memory_get(k, sizeof *j->class_weights);
    if (j->class_weights == NULL)
        return fail(EXIT_SYSTEM, TRAIN_NAME, "out of memory");
    if (strcmp(text, "balanced") == 0)
        return balance(j);
    for (size_t c = 0; c < k; c++) {
        char *end;
        double weight = strtod(at, &end);
        if (end == at || !(weight >= 0) || !isfinite(weight) ||
            (c + 1 < k ? *end != ',' : *end != '\0'))
            return fail(EXIT_INPUT, TRAIN_NAME,
                        "--class-weights '%s': expected 'balanced', or %zu numbers from 0 on with "
                        "commas between, one a class",
                        text, k);
        j->class_weights[c] = weight;
        at = end + 1;
    }
    return EXIT_DONE;
}

/* ---- validation ------------------------------------------------------------------------------- */

static exit_status set_apart(train_job *j, const crs_data_read_options *how)
{
    const char *text = j->v.valid;
    crs_error err;
    char *end;
    double share;
    j->n_train = j->data.n_samples;
    if (text == NULL)
        return EXIT_DONE;
    share = strtod(text, &end);
    if (end == text || *end != '\0') {
        crs_data_read_options same = like_training(j, how);
        if (same.target_path != NULL)
            return fail(EXIT_INPUT, TRAIN_NAME,
                        "--valid %s: with the target in a file of its own, expected a share such "
                        "as 0.1",
                        text);
        return load(text, &same, &j->valid);
    }
    j->order = memory_get(j->data.n_samples, sizeof *j->order);
    if (j->order == NULL)
        return fail(EXIT_SYSTEM, TRAIN_NAME, "out of memory");
    if (crs_dataset_split(&j->data, share, j->common.seed, &err, j->order, &j->n_train) != CRS_OK)
        return fail(exit_status_of(err.status), TRAIN_NAME, "--valid %s: %s", text, err.text);
    return EXIT_DONE;
}

/* ---- scaling ------------------------------------------------------------------------------------ */

/* Tables are standardised; pictures have a scale of their own, and what is generated is as the course has it. */
static crs_scaling default_scaling(const train_job *j)
{
    bool is_text = j->data.description != NULL && strncmp(j->data.description, "CSV", 3) == 0;
    return is_text && !source_is_generator(j->v.data) ? CRS_SCALE_STANDARD : CRS_SCALE_NONE;
}

static exit_status scale(train_job *j, crs_fill fill)
{
    crs_error err;
    crs_scaling scaling = default_scaling(j);
    crs_dataset *const sets[] = {&j->data, &j->test, &j->valid};
    if (j->v.scale != NULL && strcmp(j->v.scale, "auto") != 0 &&
        crs_scaling_parse(j->v.scale, &err, &scaling) != CRS_OK)
        return fail(exit_status_of(err.status), TRAIN_NAME, "--scale: %s", err.text);
    if (scaling == CRS_SCALE_NONE && fill == CRS_FILL_NONE)
        return EXIT_DONE;
    if (crs_scaler_fit(scaling, fill, &j->data, j->n_train, j->order, &err, &j->model.scaler) !=
        CRS_OK)
        return fail(exit_status_of(err.status), TRAIN_NAME, "%s: %s", j->v.data, err.text);
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (sets[i]->n_samples > 0 && crs_scaler_apply(&j->model.scaler, sets[i], &err) != CRS_OK)
            return fail_library(TRAIN_NAME, &err);
    return EXIT_DONE;
}

/* Values are learned in units of their own spread, so that a step size means the same for all. */
static exit_status scale_target(train_job *j)
{
    size_t k = j->data.n_targets == 0 ? 1 : j->data.n_targets;
    crs_dataset *const sets[] = {&j->data, &j->test, &j->valid};
    crs_dataset values = {.n_samples = j->data.n_samples,
                          .n_features = k,
                          .dtype = CRS_F64,
                          .x = j->data.y,
                          .name = j->data.name};
    crs_error err;
    if (j->task != CRS_TASK_VALUES || (j->v.scale != NULL && strcmp(j->v.scale, "none") == 0))
        return EXIT_DONE;
    if (crs_scaler_fit(CRS_SCALE_STANDARD, CRS_FILL_NONE, &values, j->n_train, j->order, &err,
                       &j->model.target) != CRS_OK)
        return fail_library(TRAIN_NAME, &err);
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        for (size_t s = 0; s < sets[i]->n_samples * k; s++)
            sets[i]->y[s] =
                (sets[i]->y[s] - j->model.target.shift[s % k]) * j->model.target.scale[s % k];
    return EXIT_DONE;
}

/* ---- all of it -------------------------------------------------------------------------------- */

/* Samples beside those of the training must be of their shape. */
static exit_status check_like(const train_job *j, const char *path, const crs_dataset *data)
{
    const crs_dataset *d = &j->data;
    size_t n = data->n_targets > 1 ? data->n_targets : 1, m = d->n_targets > 1 ? d->n_targets : 1;
    if (data->n_samples > 0 && data->n_features != d->n_features)
        return fail(EXIT_INPUT, TRAIN_NAME, "%s: %zu features; the training data has %zu", path,
                    data->n_features, d->n_features);
    if (data->n_samples > 0 && n != m)
        return fail(EXIT_INPUT, TRAIN_NAME, "%s: %zu targets a sample; the training data has %zu",
                    path, n, m);
    if (data->n_samples > 0 && data->n_classes > d->n_classes)
        return fail(EXIT_INPUT, TRAIN_NAME, "%s: %zu classes; the training data has %zu", path,
                    data->n_classes, d->n_classes);
    return EXIT_DONE;
}

static exit_status load_test(train_job *j, const crs_data_read_options *how)
{
    crs_data_read_options same = like_training(j, how);
    if (j->v.test == NULL)
        return j->v.test_target == NULL
                   ? EXIT_DONE
                   : fail(EXIT_INPUT, TRAIN_NAME, "--test-target without --test");
    if (j->v.test_target != NULL) {
        same.target = model_data_is_file(j->v.test_target) ? NULL : j->v.test_target;
        same.target_path = model_data_is_file(j->v.test_target) ? j->v.test_target : NULL;
    } else if (same.target_path != NULL) {
        return fail(EXIT_INPUT, TRAIN_NAME,
                    "--test %s: its target is in a file of its own too; which? (--test-target)",
                    j->v.test);
    }
    return load(j->v.test, &same, &j->test);
}

/* One class alone teaches nothing, though a file to test on may have just one. */
static exit_status check_classes(const train_job *j)
{
    const crs_dataset *d = &j->data;
    if (j->task != CRS_TASK_CLASSES)
        return EXIT_DONE;
    for (size_t i = 1; i < d->n_samples; i++)
        if (d->y[i] != d->y[0])
            return EXIT_DONE;
    return fail(EXIT_INPUT, TRAIN_NAME,
                "%s: all samples are of class %zu; expected at least two classes", j->v.data,
                (size_t)d->y[0]);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A model finds the columns of another file by their names. */
static exit_status check_names(const train_job *j)
{
    size_t n = j->data.n_features, i = 1;
    char **names;
    exit_status status = EXIT_DONE;
    if (j->data.feature_names == NULL)
        return EXIT_DONE;
    names = memory_get(n, sizeof *names);
    if (names == NULL)
        return fail(EXIT_SYSTEM, TRAIN_NAME, "out of memory");
    memcpy(names, j->data.feature_names, n * sizeof *names);
    qsort(names, n, sizeof *names, by_text);
    while (i < n && strcmp(names[i - 1], names[i]) != 0)
        i++;
    if (i < n)
        status = fail(EXIT_INPUT, TRAIN_NAME,
                      "%s: two columns to learn from are named '%s'; a model finds columns by "
                      "their names",
                      j->v.data, names[i]);
    free(names);
    return status;
}

/* All that is read besides the samples themselves. */
static exit_status load_rest(train_job *j, const crs_data_read_options *how, crs_fill fill)
{
    exit_status status = load_test(j, how);
    if (status == EXIT_DONE)
        status = load_weights(j, how);
    if (status == EXIT_DONE)
        status = set_apart(j, how);
    if (status == EXIT_DONE)
        status = check_like(j, j->v.test, &j->test);
    if (status == EXIT_DONE)
        status = check_like(j, j->v.valid, &j->valid);
    if (status == EXIT_DONE)
        status = read_class_weights(j);
    if (status == EXIT_DONE)
        status = scale(j, fill);
    if (status == EXIT_DONE)
        status = scale_target(j);
    return status;
}

exit_status train_load_data(train_job *j)
{
    const train_values *v = &j->v;
    bool has_weights =
        v->weights != NULL && !model_data_is_file(v->weights) && is_text_table(v->data);
    char *ignored = join_columns(v->ignore, has_weights ? v->weights : NULL);
    crs_data_read_options how;
    crs_fill fill = CRS_FILL_NONE;
    exit_status status = ignored == NULL ? EXIT_SYSTEM : read_options(j, &how, &fill);
    if (status == EXIT_DONE) {
        how.ignore = or_null(ignored);
        status = load(v->data, &how, &j->data);
    }
    if (status == EXIT_DONE) {
        j->task = crs_dataset_task(&j->data);
        status = j->v.task != NULL && strcmp(j->v.task, "labels") == 0 && j->task != CRS_TASK_LABELS
                     ? fail(EXIT_INPUT, TRAIN_NAME,
                            "--task labels: labels are several columns of 0 and 1; --target names "
                            "one")
                     : check_classes(j);
    }
    if (status == EXIT_DONE)
        status = check_names(j);
    if (status == EXIT_DONE)
        status = load_rest(j, &how, fill);
    free(ignored);
    return status;
}

const crs_dataset *train_measured_data(const train_job *j, size_t *n, const size_t **index)
{
    *index = NULL;
    *n = j->test.n_samples;
    if (*n > 0)
        return &j->test;
    *n = j->valid.n_samples;
    if (*n > 0)
        return &j->valid;
    *n = j->data.n_samples - j->n_train;
    *index = j->order == NULL ? NULL : j->order + j->n_train;
    if (*n > 0)
        return &j->data;
    *n = j->data.n_samples;
    return &j->data;
}
