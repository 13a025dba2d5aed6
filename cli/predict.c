/* crease predict: what a trained model says of new samples. */
#include "json.h"
#include "message.h"
#include "model.h"
#include "model_data.h"
#include "options.h"
#include "output.h"
#include "say.h"

#include <crease/format.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME "predict"

typedef struct predict_values {
    model_data_options d;
    const char *output;
} predict_values;

static const cli_option options[] = {
    MODEL_DATA_OPTIONS(predict_values),
    {OPTION_OUTPUT, 'o', "output", "FILE", "where to (default: standard output)",
     offsetof(predict_values, output), 0, 0},
    {OPTION_END, 0, NULL, NULL, NULL, 0, 0, 0},
};

/* A prediction that is being written. */
typedef struct telling {
    const crs_model *model;
    const crs_sink *sink;
    size_t n_out;
    bool is_shown; /* to a person: names only show */
    crs_status status;
} telling;

static void put(telling *t, const char *bytes, size_t n)
{
    if (t->status == CRS_OK)
        t->status = t->sink->write(t->sink->ctx, bytes, n);
}

static void put_text(telling *t, const char *text)
{
    put(t, text, strlen(text));
}

/* As CSV wants it: quoted where it holds what would be read as something else. */
static void put_field(telling *t, const char *text)
{
    char shown[4 * PRINTABLE_BYTES];
    if (t->is_shown) {
        (void)crs_format_printable(text, strlen(text), shown, sizeof shown);
        text = shown;
    }
    if (strpbrk(text, ",\"\n\r") == NULL && text[0] != '#') {
        put_text(t, text);
        return;
    }
    put_text(t, "\"");
    for (const char *at = text; *at != '\0'; at++)
        put(t, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1);
    put_text(t, "\"");
}

/* float32 outputs have 9 digits that count. */
static void put_number(telling *t, double value)
{
    char text[40];
    (void)snprintf(text, sizeof text, "%.*g", crs_net_dtype(t->model->net) == CRS_F32 ? 9 : 17,
                   value);
    put_text(t, text);
}

static void name_of(const crs_model *model, size_t i, char *text, size_t size)
{
    const char *const *names = model_data_names(model);
    if (names != NULL)
        (void)snprintf(text, size, "%s", names[i]);
    else if (model->task == CRS_TASK_VALUES)
        (void)snprintf(text, size, "y%zu", i + 1);
    else
        (void)snprintf(text, size, "%zu", i);
}

static void put_name(telling *t, size_t i)
{
    char text[256];
    name_of(t->model, i, text, sizeof text);
    put_field(t, text);
}

/* The class and how sure of each; each label's probability; each value. */
static void put_heading(telling *t)
{
    char name[256], column[264];
    bool classes = t->model->task == CRS_TASK_CLASSES;
    bool scores = crs_net_loss(t->model->net) == CRS_LOSS_HINGE;
    if (classes)
        put_text(t, "class");
    for (size_t i = 0; i < t->n_out; i++) {
        name_of(t->model, classes && t->n_out == 1 ? 1 : i, name, sizeof name);
        (void)snprintf(column, sizeof column, "%s%s",
                       t->model->task == CRS_TASK_VALUES ? ""
                       : scores                          ? "score_"
                                                         : "p_",
                       name);
        put_text(t, classes || i > 0 ? "," : "");
        put_field(t, column);
    }
    put_text(t, "\n");
}

static void put_row(telling *t, const double *out)
{
    bool classes = t->model->task == CRS_TASK_CLASSES;
    if (classes)
        put_name(t, crs_model_class(t->model, out));
    for (size_t i = 0; i < t->n_out; i++) {
        put_text(t, classes || i > 0 ? "," : "");
        put_number(t, out[i]);
    }
    put_text(t, "\n");
}

static json_t *predictions_json(const telling *t, size_t n, const double *out)
{
    json_t *o = json_object(), *rows = json_array(), *classes = json_array();
    char name[256];
    for (size_t s = 0; s < n; s++) {
        json_t *row = json_array();
        for (size_t i = 0; i < t->n_out; i++)
            (void)json_array_append_new(row, json_number(out[s * t->n_out + i]));
        (void)json_array_append_new(rows, row);
        if (t->model->task == CRS_TASK_CLASSES) {
            name_of(t->model, crs_model_class(t->model, out + s * t->n_out), name, sizeof name);
            (void)json_array_append_new(classes, json_text(name));
        }
    }
    (void)json_object_set_new(o, "task", json_text(crs_task_name(t->model->task)));
    if (t->model->task == CRS_TASK_CLASSES)
        (void)json_object_set(o, "classes", classes);
    (void)json_object_set_new(o, "outputs", rows);
    json_decref(classes);
    return o;
}

/* What went wrong in a block; the library counts the samples of it. */
static exit_status fail_block(size_t from, const crs_error *err)
{
    if (from == 0)
        return fail_library(NAME, err);
    return fail(exit_status_of(err->status), NAME, "in the samples from %zu on: %s", from,
                err->text);
}

/* Each block of samples into `p`, and written where `t` has a sink. */
static exit_status predict_blocks(telling *t, const crs_dataset *data, size_t block, double *p)
{
    const double *x = data->x;
    crs_error err;
    for (size_t from = 0; from < data->n_samples; from += block) {
        size_t n = data->n_samples - from < block ? data->n_samples - from : block;
        if (crs_model_predict(t->model, n, x + from * data->n_features, p, &err) != CRS_OK)
            return fail_block(from, &err);
        if (from == 0 && t->sink != NULL)
            put_heading(t);
        for (size_t s = 0; t->sink != NULL && s < n; s++)
            put_row(t, p + s * t->n_out);
    }
    return EXIT_DONE;
}

/* All at once; or in blocks, once to see that every sample can be predicted and once to write. */
static exit_status tell(const predict_values *v, telling *t, const crs_dataset *data)
{
    bool in_blocks = data->n_samples > MODEL_DATA_MAX_HELD / t->n_out;
    size_t block = in_blocks ? MODEL_DATA_BLOCK : data->n_samples;
    double *p = calloc(block, t->n_out * sizeof *p);
    cli_output *file = NULL;
    exit_status status = p == NULL ? fail(EXIT_SYSTEM, NAME, "out of memory") : EXIT_DONE;
    if (status == EXIT_DONE)
        status = predict_blocks(t, data, block, p);
    if (status == EXIT_DONE)
        status = output_open(NAME, v->output == NULL ? "-" : v->output, &file);
    if (status == EXIT_DONE) {
        exit_status again = EXIT_DONE;
        t->sink = output_sink(file);
        t->is_shown = (v->output == NULL || strcmp(v->output, "-") == 0) && isatty(STDOUT_FILENO);
        if (in_blocks) {
            again = predict_blocks(t, data, block, p);
        } else {
            put_heading(t);
            for (size_t s = 0; s < data->n_samples; s++)
                put_row(t, p + s * t->n_out);
        }
        if (again != EXIT_DONE)
            (void)output_abandon(file, NULL);
        status = again != EXIT_DONE ? again : output_end(file, t->status, NULL, NULL);
    }
    free(p);
    return status;
}

static exit_status tell_json(const telling *t, const crs_dataset *data)
{
    double *out;
    exit_status status;
    if (data->n_samples > MODEL_DATA_MAX_HELD / t->n_out)
        return fail(EXIT_INPUT, NAME,
                    "%zu samples of %zu outputs are more than --json holds at once; expected "
                    "--output FILE, which takes any number",
                    data->n_samples, t->n_out);
    status = model_data_predict(NAME, t->model, data, &out);
    if (status != EXIT_DONE)
        return status;
    status = json_print(NAME, predictions_json(t, data->n_samples, out));
    free(out);
    return status;
}

static exit_status predict(const predict_values *v, bool json, const crs_model *model,
                           const crs_dataset *data)
{
    telling t = {.model = model, .n_out = crs_net_width(model->net, crs_net_layers(model->net))};
    return json ? tell_json(&t, data) : tell(v, &t, data);
}

exit_status command_predict(int argc, char **argv)
{
    static const command_line line = {
        .name = NAME,
        .arguments = "MODEL",
        .arguments_are_inputs = true,
        .min_arguments = 1,
        .max_arguments = 1,
        .missing = "which model? (a file that `crease train` wrote)",
        .intro =
            "Predict: a line of CSV for each sample. For classes the class and the probability "
            "of each (of the second, where there are two); for labels the probability of "
            "each; else the values, in the units of the training data.",
        .details = "Columns are found by the names that the net learned from, so a table may have "
                   "more of them, in any order, with or without the target.",
        .options = options,
    };
    predict_values v = {0};
    common_options common = {0};
    size_t n_arguments;
    char **arguments;
    crs_model model = {0};
    crs_dataset data = {0};
    exit_status status;
    options_result result = options_read(&line, argc, argv, &common, &v, &n_arguments, &arguments);
    if (result != OPTIONS_RUN)
        return options_exit(result);
    if (common.json && v.output != NULL)
        return fail(EXIT_INPUT, NAME, "--json goes to standard output; not together with --output");
    status = model_load(NAME, arguments[0], &model);
    if (status == EXIT_DONE)
        status = model_data_load(NAME, &v.d, &model, false, &data);
    if (status == EXIT_DONE)
        status = predict(&v, common.json, &model, &data);
    crs_dataset_release(&data);
    crs_model_release(&model);
    return status;
}
