#include "model_data.h"

#include "memory.h"
#include "message.h"
#include "source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool model_data_is_file(const char *text)
{
    struct stat info;
    if (!source_looks_like_file(text))
        return false;
    if (stat(text, &info) == 0)
        return !S_ISDIR(info.st_mode);
    /* What cannot be looked at is a file for which there is an error to come, and no column. */
    return errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG;
}

/* What the net was trained on, as far as the model remembers it. */
static crs_dataset trained_on(const crs_model *model, char *name)
{
    crs_dataset like = {.name = name,
                        .n_features = crs_net_width(model->net, 0),
                        .n_classes = model->task == CRS_TASK_LABELS ? 2 : model->n_classes,
                        .n_targets = model->n_targets,
                        .class_names = model->class_names,
                        .feature_names = model->feature_names,
                        .target_names = model->target_names};
    return like;
}

/* "a,b,c": the targets by their names, where the file may have them under these. */
static const char *usual_target(const crs_model *model, char *text, size_t size)
{
    size_t at = 0;
    if (model->target_names == NULL)
        return NULL;
    for (size_t i = 0; i < model->n_targets && at < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%s", i == 0 ? "" : ",",
                               model->target_names[i]);
    return at < size ? text : NULL;
}

/* A generator knows nothing of the model. */
static exit_status check_fit(const char *command, const crs_model *model, bool with_target,
                             crs_dataset *data)
{
    size_t n_in = crs_net_width(model->net, 0), n = data->n_targets > 1 ? data->n_targets : 1;
    exit_status status = EXIT_DONE;
    if (data->n_features != n_in)
        status = fail(EXIT_INPUT, command, "%s: %zu features; the model takes %zu", data->name,
                      data->n_features, n_in);
    else if (with_target && n != model->n_targets)
        status = fail(EXIT_INPUT, command, "%s: %zu targets a sample; the model learned %zu",
                      data->name, n, model->n_targets);
    else if (with_target && model->task == CRS_TASK_CLASSES && data->n_classes > model->n_classes)
        status = fail(EXIT_INPUT, command, "%s: %zu classes; the model knows %zu", data->name,
                      data->n_classes, model->n_classes);
    if (status != EXIT_DONE)
        crs_dataset_release(data);
    return status;
}

static exit_status load_as(const char *command, const model_data_options *options,
                           const crs_model *model, crs_dtype dtype, bool with_target,
                           crs_dataset *out)
{
    exit_status status;
    char target[1024], name[] = "the training data";
    crs_dataset like = trained_on(model, name);
    crs_data_read_options how;
    memset(out, 0, sizeof *out);
    if (options->data == NULL)
        return fail(EXIT_INPUT, command, "which data? (--data FILE)");
    if (options->header && options->no_header)
        return fail(EXIT_INPUT, command, "--header and --no-header: expected one of them");
    if (options->columns != NULL && model->feature_names != NULL && !options->no_header)
        return fail(
            EXIT_INPUT, command,
            "--columns %s: the model finds its columns by their names; expected --no-header "
            "too, or neither",
            options->columns);
    crs_data_read_options_init(&how);
    how.dtype = dtype;
    how.like = &like;
    how.features = options->features;
    how.columns = options->columns;
    how.ignore = options->ignore;
    how.scale_bytes = model->scale_bytes;
    how.missing = model->scaler.fill != NULL ? CRS_MISSING_KEEP : CRS_MISSING_REFUSE;
    how.header = options->no_header ? CRS_CSV_HEADER_NO
                 : options->header  ? CRS_CSV_HEADER_YES
                                    : CRS_CSV_HEADER_AUTO;
    how.target_kind = model->task == CRS_TASK_VALUES ? CRS_TARGET_VALUES : CRS_TARGET_CLASSES;
    if (!with_target)
        how.target = "";
    else if (model_data_is_file(options->target))
        how.target_path = options->target;
    else
        how.target =
            options->target != NULL ? options->target : usual_target(model, target, sizeof target);
    status = source_load(command, options->data, NULL, &how, out);
    return status == EXIT_DONE ? check_fit(command, model, with_target, out) : status;
}

exit_status model_data_load(const char *command, const model_data_options *options,
                            const crs_model *model, bool with_target, crs_dataset *out)
{
    return load_as(command, options, model, CRS_F64, with_target, out);
}

exit_status model_data_load_scaled(const char *command, const model_data_options *options,
                                   const crs_model *model, crs_dtype dtype, crs_dataset *out)
{
    const crs_scaler *target = &model->target;
    crs_error err;
    exit_status status = load_as(command, options, model, dtype, true, out);
    if (status == EXIT_DONE && crs_scaler_apply(&model->scaler, out, &err) != CRS_OK) {
        status = fail_library(command, &err);
        crs_dataset_release(out);
    }
    for (size_t i = 0; status == EXIT_DONE && i < out->n_samples * target->n_features; i++) {
        size_t k = i % target->n_features;
        out->y[i] = (out->y[i] - target->shift[k]) * target->scale[k];
    }
    return status;
}

exit_status model_data_predict(const char *command, const crs_model *model, const crs_dataset *data,
                               double **out)
{
    size_t n_out = crs_net_width(model->net, crs_net_layers(model->net));
    crs_error err;
    *out = memory_get(data->n_samples, n_out * sizeof **out);
    if (*out == NULL)
        return fail(EXIT_SYSTEM, command, "out of memory");
    if (crs_model_predict(model, data->n_samples, data->x, *out, &err) == CRS_OK)
        return EXIT_DONE;
    free(*out);
    *out = NULL;
    return fail_library(command, &err);
}

const char *const *model_data_names(const crs_model *model)
{
    char **names = model->task == CRS_TASK_CLASSES ? model->class_names : model->target_names;
    return (const char *const *)names;
}
