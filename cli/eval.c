/* crease eval: how good a trained model is on data it has not seen. */
#include "json.h"
#include "message.h"
#include "metrics_show.h"
#include "model.h"
#include "model_data.h"
#include "options.h"
#include "output.h"
#include "run_figure.h"
#include "say.h"

#include <crease/format.h>

#include <stdio.h>
#include <stdlib.h>

#define NAME "eval"

typedef struct eval_values {
    model_data_options d;
    const char *picture;
} eval_values;

static const cli_option options[] = {
    MODEL_DATA_OPTIONS(eval_values),
    {OPTION_NAME, 't', "target", "NAME|FILE",
     "the truth: a column or array by name, or a file of its own (default: what the net learned)",
     offsetof(eval_values, d.target), 0, 0},
    {OPTION_OUTPUT, 0, "picture", "FILE",
     "draw confusion, ROC curves and calibration: .svg, .png or .pdf",
     offsetof(eval_values, picture), 0, 0},
    {OPTION_END, 0, NULL, NULL, NULL, 0, 0, 0},
};

static json_t *eval_json(const char *path, const crs_model *model, const crs_dataset *data,
                         const crs_metrics *metrics)
{
    json_t *o = json_object();
    if (o == NULL)
        return NULL;
    (void)json_object_set_new(o, "model", json_text(path));
    (void)json_object_set_new(o, "data", json_text(data->name));
    (void)json_object_set_new(o, "samples", json_integer((json_int_t)data->n_samples));
    (void)json_object_set_new(o, "task", json_text(crs_task_name(model->task)));
    (void)json_object_set_new(o, "metrics", metrics_json(metrics, model_data_names(model)));
    return o;
}

static exit_status draw(const eval_values *v, const crs_model *model, const crs_dataset *data,
                        const crs_metrics *metrics, const double *p)
{
    const run_pictures what = {.title = data->name,
                               .metrics = metrics,
                               .measured_on = data->name,
                               .n_out = crs_net_width(model->net, crs_net_layers(model->net)),
                               .p = p,
                               .y = data->y,
                               .names = model_data_names(model)};
    return v->picture == NULL ? EXIT_DONE : run_figure_write(NAME, v->picture, &what, NULL);
}

/* Classes, without holding all that is predicted. */
static exit_status measure_blocks(const crs_model *model, const crs_dataset *data, size_t n_out,
                                  crs_metrics *out)
{
    double *p = calloc(MODEL_DATA_BLOCK, n_out * sizeof *p);
    const double *x = data->x;
    crs_error err;
    crs_status status;
    if (p == NULL)
        return fail(EXIT_SYSTEM, NAME, "out of memory");
    status = crs_metrics_begin(model->task, n_out, crs_net_loss(model->net) == CRS_LOSS_HINGE, &err,
                               out);
    for (size_t from = 0; status == CRS_OK && from < data->n_samples; from += MODEL_DATA_BLOCK) {
        size_t n =
            data->n_samples - from < MODEL_DATA_BLOCK ? data->n_samples - from : MODEL_DATA_BLOCK;
        status = crs_model_predict(model, n, x + from * data->n_features, p, &err);
        if (status == CRS_OK)
            status = crs_metrics_add(out, n, p, data->y + from, &err);
    }
    crs_metrics_end(out);
    free(p);
    return status == CRS_OK ? EXIT_DONE : fail_library(NAME, &err);
}

static exit_status measure(const eval_values *v, bool json, const char *path,
                           const crs_model *model, const crs_dataset *data)
{
    crs_metrics metrics = {0};
    crs_error err;
    char count[32], shown[PRINTABLE_BYTES], name[PRINTABLE_BYTES];
    double *p;
    size_t n_out = crs_net_width(model->net, crs_net_layers(model->net));
    exit_status status;
    if (model->task == CRS_TASK_CLASSES && data->n_samples > MODEL_DATA_MAX_HELD / n_out) {
        p = NULL;
        status = measure_blocks(model, data, n_out, &metrics);
    } else {
        status = model_data_predict(NAME, model, data, &p);
        if (status == EXIT_DONE &&
            crs_metrics_measure(model->task, n_out, data->n_samples, p, data->y,
                                crs_net_loss(model->net) == CRS_LOSS_HINGE, &err,
                                &metrics) != CRS_OK)
            status = fail_library(NAME, &err);
    }
    if (status == EXIT_DONE)
        status = draw(v, model, data, &metrics, p);
    if (status == EXIT_DONE && json) {
        status = json_print(NAME, eval_json(path, model, data, &metrics));
    } else if (status == EXIT_DONE && (status = output_place()) == EXIT_DONE) {
        crs_format_count(data->n_samples, count, sizeof count);
        say("%s on %s, %s samples:\n", printable(path, shown), printable(data->name, name), count);
        metrics_print(stdout, &metrics, model_data_names(model));
    }
    crs_metrics_release(&metrics);
    free(p);
    return status;
}

exit_status command_eval(int argc, char **argv)
{
    static const command_line line = {
        .name = NAME,
        .arguments = "MODEL",
        .arguments_are_inputs = true,
        .min_arguments = 1,
        .max_arguments = 1,
        .missing = "which model? (a file that `crease train` wrote)",
        .intro = "Measure a trained model on data: the features that it learned from are found by "
                 "their names, scaled as the model says, and what it predicts is compared with the "
                 "target.",
        .options = options,
    };
    eval_values v = {0};
    common_options common = {0};
    size_t n_arguments;
    char **arguments;
    crs_model model = {0};
    crs_dataset data = {0};
    exit_status status;
    options_result result = options_read(&line, argc, argv, &common, &v, &n_arguments, &arguments);
    if (result != OPTIONS_RUN)
        return options_exit(result);
    status = model_load(NAME, arguments[0], &model);
    if (status == EXIT_DONE)
        status = model_data_load(NAME, &v.d, &model, true, &data);
    if (status == EXIT_DONE)
        status = measure(&v, common.json, arguments[0], &model, &data);
    crs_dataset_release(&data);
    crs_model_release(&model);
    return status;
}
