#include "model_data.h"

#include "message.h"
#include "source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool model_data_is_file(const char *text)
{
    struct stat info;
    return source_looks_like_file(text) && stat(text, &info) == 0 && !S_ISDIR(info.st_mode);
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

exit_status model_data_load(const char *command, const model_data_options *options,
                            const crs_model *model, bool with_target, crs_dataset *out)
{
    char target[1024], name[] = "the training data";
    crs_dataset like = trained_on(model, name);
    crs_data_read_options how;
    memset(out, 0, sizeof *out);
    if (options->data == NULL)
        return fail(EXIT_INPUT, command, "which data? (--data FILE)");
    crs_data_read_options_init(&how);
    how.dtype = CRS_F64;
    how.like = &like;
    how.features = options->features;
    how.columns = options->columns;
    how.ignore = options->ignore;
    how.scale_bytes = model->scale_bytes;
    how.missing = model->scaler.fill != NULL ? CRS_MISSING_KEEP : CRS_MISSING_REFUSE;
    how.header = options->no_header ? CRS_CSV_HEADER_NO : CRS_CSV_HEADER_AUTO;
    how.target_kind = model->task == CRS_TASK_VALUES ? CRS_TARGET_VALUES : CRS_TARGET_CLASSES;
    if (!with_target)
        how.target = "";
    else if (model_data_is_file(options->target))
        how.target_path = options->target;
    else
        how.target =
            options->target != NULL ? options->target : usual_target(model, target, sizeof target);
    return source_load(command, options->data, NULL, &how, out);
}

exit_status model_data_predict(const char *command, const crs_model *model, const crs_dataset *data,
                               double **out)
{
    size_t n_out = crs_net_width(model->net, crs_net_layers(model->net));
    crs_error err;
    *out = calloc(data->n_samples, n_out * sizeof **out);
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
