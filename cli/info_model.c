#include "info_model.h"

#include "json.h"
#include "model.h"
#include "say.h"

#include <stdio.h>

#define NAME "info"

static json_t *names_json(size_t n, char *const *names)
{
    json_t *list = names == NULL ? json_null() : json_array();
    for (size_t i = 0; names != NULL && i < n; i++)
        (void)json_array_append_new(list, json_text(names[i]));
    return list;
}

static json_t *layer_json(const crs_net *net, size_t l)
{
    char act[64];
    json_t *kinks, *row = json_pack("{s:I}", "units", (json_int_t)crs_net_width(net, l));
    const crs_layer_options *options = crs_net_options(net, l);
    if (l == crs_net_layers(net))
        return row;
    crs_act_format(crs_net_act(net, l), act, sizeof act);
    kinks = json_array();
    for (size_t i = 0; i < crs_net_act(net, l)->n_kinks; i++)
        (void)json_array_append_new(kinks, json_number(crs_net_act(net, l)->kink[i].value));
    (void)json_object_update_new(row,
                                 json_pack("{s:s, s:o, s:b, s:f, s:I}", "act", act, "kinks", kinks,
                                           "batchnorm", options->batchnorm, "dropout",
                                           options->dropout, "skip", (json_int_t)options->skip));
    return row;
}

static exit_status print_json(const crs_model *model)
{
    const crs_net *net = model->net;
    json_t *layers = json_array();
    for (size_t l = 1; l <= crs_net_layers(net); l++)
        (void)json_array_append_new(layers, layer_json(net, l));
    return json_print_with(
        NAME, "training", model->training,
        json_pack(
            "{s:s, s:s, s:s, s:I, s:I, s:o, s:s, s:s, s:o, s:o, s:o, s:b}", "task",
            crs_task_name(model->task), "loss", crs_loss_name(crs_net_loss(net)), "dtype",
            crs_dtype_name(crs_net_dtype(net)), "parameters", (json_int_t)crs_net_n_params(net),
            "inputs", (json_int_t)crs_net_width(net, 0), "layers", layers, "scaling",
            crs_scaling_name(model->scaler.n_features > 0 ? model->scaler.scaling : CRS_SCALE_NONE),
            "target_scaling",
            crs_scaling_name(model->target.n_features > 0 ? model->target.scaling : CRS_SCALE_NONE),
            "classes", names_json(model->n_classes, model->class_names), "features",
            names_json(crs_net_width(net, 0), model->feature_names), "targets",
            names_json(model->n_targets, model->target_names), "fills_missing",
            model->scaler.fill != NULL));
}

static void print_names(const char *what, size_t n, char *const *names)
{
    if (names == NULL)
        return;
    say("%-16s ", what);
    for (size_t i = 0; i < n && i < 12; i++) {
        char name[PRINTABLE_BYTES];
        say("%s%s", i > 0 ? ", " : "", printable(names[i], name));
    }
    say(n > 12 ? ", ... (%zu)\n" : "\n", n);
}

static void print_layer(const crs_net *net, size_t l)
{
    const crs_layer_options *options = crs_net_options(net, l);
    char act[64];
    say("  layer %-3zu      %zu x %zu", l, crs_net_width(net, l), crs_net_width(net, l - 1));
    if (l < crs_net_layers(net)) {
        crs_act_format(crs_net_act(net, l), act, sizeof act);
        say("%s, %s", options->batchnorm ? ", batch norm" : "", act);
        for (size_t i = 0; i < crs_net_act(net, l)->n_kinks; i++)
            say(", g'(%g) = %g", crs_net_act(net, l)->kink[i].z,
                crs_net_act(net, l)->kink[i].value);
        if (options->dropout > 0)
            say(", dropout %g", options->dropout);
        if (options->skip > 0)
            say(", plus layer %zu", l - options->skip);
    }
    (void)puts("");
}

static void print_text(const char *path, const crs_model *model)
{
    const crs_net *net = model->net;
    char name[PRINTABLE_BYTES];
    say("%s: a net that learns %s\n", printable(path, name), crs_task_name(model->task));
    say("inputs           %zu\n", crs_net_width(net, 0));
    for (size_t l = 1; l <= crs_net_layers(net); l++)
        print_layer(net, l);
    say("parameters       %zu of %s\n", crs_net_n_params(net), crs_dtype_name(crs_net_dtype(net)));
    say("loss             %s\n", crs_loss_name(crs_net_loss(net)));
    say("scaling          %s%s\n",
        crs_scaling_name(model->scaler.n_features > 0 ? model->scaler.scaling : CRS_SCALE_NONE),
        model->scaler.fill != NULL ? ", missing values are filled" : "");
    print_names("classes", model->n_classes, model->class_names);
    print_names("features", crs_net_width(net, 0), model->feature_names);
    print_names("targets", model->n_targets, model->target_names);
    if (model->training != NULL) {
        say("training         ");
        say_text(stdout, model->training);
        say("\n");
    }
}

exit_status info_model(const char *path, const common_options *common)
{
    crs_model model;
    exit_status status = model_load(NAME, path, &model);
    if (status != EXIT_DONE)
        return status;
    if (common->json)
        status = print_json(&model);
    else
        print_text(path, &model);
    crs_model_release(&model);
    return status;
}
