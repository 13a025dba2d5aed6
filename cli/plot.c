/* crease plot: draw a data set, a trained model, or an activation and its derivative. */
#include "command.h"
#include "json.h"
#include "memory.h"
#include "message.h"
#include "model.h"
#include "model_data.h"
#include "options.h"
#include "pictures.h"
#include "plot_act.h"
#include "plot_model.h"
#include "rules.h"
#include "say.h"
#include "source.h"

#include <crease/act.h>
#include <crease/data.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME "plot"

typedef struct plot_values {
    picture_paths paths;
    model_data_options d; /* d.target is that of DATA too */
    const char *act;
    text_list rules;
    double kink, from, to;
} plot_values;

#define FIELD(name) offsetof(plot_values, name)

static const cli_option options[] = {
    PICTURE_OPTIONS(plot_values),
    {OPTION_NAME, 't', "target", "NAME",
     "the column (CSV) or data set (HDF5) that holds the labels", FIELD(d.target), 0, 0},
    {OPTION_HEADING, 0, NULL, NULL, "To draw a trained model:", 0, 0, 0},
    MODEL_DATA_OPTIONS(plot_values),
    {OPTION_HEADING, 0, NULL, NULL, "To draw an activation:", 0, 0, 0},
    {OPTION_TEXT, 'a', "act", "ACT", "which: relu, leaky_relu:0.1, gelu, ...", FIELD(act), 0, 0},
    {OPTION_LIST, 'r', "rule", "RULE", "draw this rule beside the derivative: 'A >= 0'",
     FIELD(rules), 0, 0},
    {OPTION_REAL, 0, "kink", "X", "the derivative's value at the kinks", FIELD(kink), 0, 0},
    {OPTION_REAL, 0, "from", "Z", "left end (default: 3 left of the kinks)", FIELD(from), 0, 0},
    {OPTION_REAL, 0, "to", "Z", "right end (default: 3 right of the kinks)", FIELD(to), 0, 0},
    {OPTION_END, 0, NULL, NULL, NULL, 0, 0, 0},
};

/* Draw to every place that was asked for; `answer` is what --json prints, taken over. */
static exit_status draw(const crs_plot_figure *figure, const picture_paths *paths,
                        const common_options *common, json_t *answer)
{
    pictures files;
    exit_status status = pictures_open(NAME, paths, &files);
    if (status == EXIT_DONE)
        status = pictures_write(&files, figure, NULL);
    if (status == EXIT_DONE && common->json)
        return json_print(NAME, answer);
    json_decref(answer);
    if (status == EXIT_DONE && !common->quiet)
        status = pictures_show(NAME, figure);
    return status;
}

/* ---- a data set -------------------------------------------------------------------- */

static const char *feature_name(const crs_dataset *data, size_t i)
{
    static const char *const plain[] = {"x1", "x2"};
    return data->feature_names == NULL ? plain[i] : data->feature_names[i];
}

static exit_status draw_points(const crs_dataset *data, const double *xy, const int *label,
                               const plot_values *v, const common_options *common)
{
    crs_plot_axes axes = {.x_label = feature_name(data, 0), .y_label = feature_name(data, 1)};
    crs_plot_points points = {.n = data->n_samples, .xy = xy, .label = label};
    crs_plot_panel panel = {.title = data->name, .axes = &axes, .points = &points};
    crs_plot_figure figure = {.column_width = 480, .n_panels = 1, .panels = &panel};
    char subtitle[64];
    if (data->n_classes > 0)
        (void)snprintf(subtitle, sizeof subtitle, "%zu samples, %zu classes", data->n_samples,
                       data->n_classes);
    else
        (void)snprintf(subtitle, sizeof subtitle, "%zu samples", data->n_samples);
    panel.subtitle[0] = subtitle;
    if (data->class_names != NULL) {
        points.n_names = data->n_classes;
        points.names = (const char *const *)data->class_names;
    }
    return draw(&figure, &v->paths, common,
                json_pack("{s:s, s:s, s:I, s:I, s:I}", "name", data->name, "description",
                          data->description, "samples", (json_int_t)data->n_samples, "features",
                          (json_int_t)data->n_features, "classes", (json_int_t)data->n_classes));
}

static exit_status plot_data(const char *name, const plot_values *v, const common_options *common)
{
    crs_dataset data;
    crs_data_read_options how;
    double *xy = NULL;
    int *label = NULL;
    exit_status status;
    crs_data_read_options_init(&how);
    how.target = v->d.target;
    status = source_load_single(NAME, name, common->seed_given ? &common->seed : NULL, &how, &data);
    if (status != EXIT_DONE)
        return status;
    if (data.n_features != 2) {
        status = fail(EXIT_INPUT, NAME, "%s: a picture needs two features, this has %zu", name,
                      data.n_features);
        goto out;
    }
    xy = memory_get(data.n_samples, 2 * sizeof *xy);
    label = memory_get(data.n_samples, sizeof *label);
    if (xy == NULL || label == NULL) {
        status = fail(EXIT_SYSTEM, NAME, "out of memory");
        goto out;
    }
    for (size_t i = 0; i < data.n_samples; i++) {
        xy[2 * i] = crs_dataset_x(&data, i, 0);
        xy[2 * i + 1] = crs_dataset_x(&data, i, 1);
        label[i] = data.n_classes > 0 ? (int)data.y[i] : 0; /* values have no class */
    }
    status = draw_points(&data, xy, label, v, common);
out:
    free(label);
    free(xy);
    crs_dataset_release(&data);
    return status;
}

/* ---- a trained model ----------------------------------------------------------------- */

static exit_status plot_model(const char *path, const plot_values *v, const common_options *common)
{
    crs_model model;
    crs_dataset data = {0};
    model_figure *figure = NULL;
    exit_status status = model_load(NAME, path, &model);
    if (status != EXIT_DONE)
        return status;
    status = model_figure_check(NAME, path, &model);
    if (status == EXIT_DONE)
        status = model_data_load(NAME, &v->d, &model, true, &data);
    if (status == EXIT_DONE)
        status = model_figure_create(NAME, path, &model, &data, &figure);
    if (status == EXIT_DONE)
        status = draw(model_figure_get(figure), &v->paths, common,
                      json_pack("{s:o, s:o, s:I, s:I, s:I}", "model", json_text(path), "name",
                                json_text(data.name), "samples", (json_int_t)data.n_samples,
                                "right", (json_int_t)model_figure_right(figure), "classes",
                                (json_int_t)model.n_classes));
    model_figure_destroy(figure);
    crs_dataset_release(&data);
    crs_model_release(&model);
    return status;
}

/* safetensors may hold samples, too. */
static bool is_model(const char *path)
{
    crs_model model = {0};
    bool is = !source_is_generator(path) && strstr(path, ".safetensors") != NULL &&
              crs_model_read(path, NULL, &model) == CRS_OK;
    crs_model_release(&model);
    return is;
}

/* ---- an activation ------------------------------------------------------------------ */

static json_t *act_json(const crs_act *act, size_t n_rules, crs_rule *const *rules)
{
    char name[64];
    json_t *kinks = json_array();
    json_t *read_as = json_array();
    for (size_t i = 0; i < act->n_kinks; i++) {
        const crs_kink *k = &act->kink[i];
        (void)json_array_append_new(kinks,
                                    json_pack("{s:f, s:f, s:f, s:f}", "z", k->z, "left", k->left,
                                              "right", k->right, "value", k->value));
    }
    for (size_t i = 0; i < n_rules; i++)
        (void)json_array_append_new(read_as,
                                    json_pack("{s:s, s:s}", "rule", crs_rule_text(rules[i]),
                                              "read_as", crs_rule_read_as(rules[i])));
    crs_act_format(act, name, sizeof name);
    return json_pack("{s:s, s:s, s:o, s:o}", "act", name, "formula", crs_act_formula(act->id),
                     "kinks", kinks, "rules", read_as);
}

/* What is drawn: around the kinks, but for the ends that were given. */
static void range(const crs_act *act, const plot_values *v, double *from, double *to)
{
    act_figure_range(act, from, to);
    *from = isnan(v->from) ? *from : v->from;
    *to = isnan(v->to) ? *to : v->to;
}

/* What the picture cannot say to the last digit. */
static void print_facts(const crs_act *act, size_t n_rules, crs_rule *const *rules)
{
    for (size_t i = 0; i < act->n_kinks; i++) {
        const crs_kink *k = &act->kink[i];
        say("kink at z = %g: slope %g from the left, %g from the right, g'(%g) = %g\n", k->z,
            k->left, k->right, k->z, k->value);
    }
    for (size_t i = 0; i < n_rules; i++)
        say("'%s' read as: %s\n", crs_rule_text(rules[i]), crs_rule_read_as(rules[i]));
}

static exit_status plot_act(const plot_values *v, const common_options *common)
{
    crs_error err;
    crs_act act;
    crs_rule *rules[TEXT_LIST_MAX];
    act_figure *figure;
    double from, to;
    exit_status status;
    if (crs_act_parse(v->act, &err, &act) != CRS_OK)
        return fail_library(NAME, &err);
    for (size_t i = 0; i < act.n_kinks && !isnan(v->kink); i++)
        act.kink[i].value = v->kink;
    range(&act, v, &from, &to);
    if (from >= to)
        return fail(EXIT_INPUT, NAME, "--from %g is not left of --to %g", from, to);
    status = rules_parse(NAME, v->rules.n, v->rules.item, rules);
    if (status != EXIT_DONE)
        return status;
    figure = act_figure_create(&act, from, to, v->rules.n, rules);
    if (figure == NULL)
        status = fail(EXIT_SYSTEM, NAME, "out of memory");
    else
        status = draw(act_figure_get(figure), &v->paths, common, act_json(&act, v->rules.n, rules));
    if (status == EXIT_DONE && !common->json && !common->quiet)
        print_facts(&act, v->rules.n, rules);
    act_figure_destroy(figure);
    rules_release(v->rules.n, rules);
    return status;
}

exit_status command_plot(int argc, char **argv)
{
    plot_values v = {.kink = NAN, .from = NAN, .to = NAN};
    char details[1024];
    char names[256];
    const command_line line = {
        .name = NAME,
        .arguments = "DATA\nMODEL --data FILE\n--act ACT [--rule RULE]...",
        .arguments_are_inputs = true,
        .max_arguments = 1,
        .intro =
            "Draw a data set with two features, the boundary between the classes of a trained "
            "model that has two, or an activation and its derivative: on the terminal (not with --quiet), and to the files that are named.",
        .details = details,
        .options = options,
    };
    common_options common;
    size_t n_arguments;
    char **arguments;
    options_result result;
    source_names(names, sizeof names);
    (void)snprintf(
        details, sizeof details,
        "DATA is a file (.csv, .h5) or one of %s. MODEL is a file that `crease train` wrote.",
        names);
    result = options_read(&line, argc, argv, &common, &v, &n_arguments, &arguments);
    if (result != OPTIONS_RUN)
        return options_exit(result);
    if (n_arguments == 1 && v.act != NULL)
        return fail(EXIT_INPUT, NAME, "'%s' or --act %s: one picture at a time", arguments[0],
                    v.act);
    if (v.act == NULL && v.rules.n > 0)
        return fail(EXIT_INPUT, NAME, "--rule needs the activation it is for, as in --act relu");
    if (v.act != NULL && v.d.data != NULL)
        return fail(EXIT_INPUT, NAME, "--data %s or --act %s: one picture at a time", v.d.data,
                    v.act);
    if (v.d.data == NULL && (v.d.features != NULL || v.d.columns != NULL || v.d.ignore != NULL ||
                             v.d.header || v.d.no_header))
        return fail(EXIT_INPUT, NAME, "columns are chosen for a trained model's --data alone");
    if (v.act != NULL)
        return plot_act(&v, &common);
    if (n_arguments == 0 && v.d.data != NULL)
        return fail(EXIT_INPUT, NAME, "--data is for a trained model: which one?");
    if (n_arguments == 1 && v.d.data != NULL)
        return plot_model(arguments[0], &v, &common);
    if (n_arguments == 1 && is_model(arguments[0]))
        return fail(EXIT_INPUT, NAME, "%s is a model: on which data? (--data FILE)", arguments[0]);
    if (n_arguments == 0)
        return fail(EXIT_INPUT, NAME, "draw what? a file, one of %s, or --act ACT", names);
    return plot_data(arguments[0], &v, &common);
}
