/* crease check net: the net of a model file, and what it learned from. */
#include "check_net.h"

#include "memory.h"
#include "message.h"
#include "model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME CHECK_NET_NAME

/* "tanh", "relu@0.5": a kink's value where it is not the usual one. */
static void format_act(const crs_act *act, char *text, size_t size)
{
    crs_act usual;
    size_t at;
    crs_act_format(act, text, size);
    if (act->n_kinks == 0 || crs_act_parse(text, NULL, &usual) != CRS_OK ||
        usual.kink[0].value == act->kink[0].value)
        return;
    at = strlen(text);
    (void)snprintf(text + at, size - at, "@%g", act->kink[0].value);
}

/* "relu,tanh", one each; one for all where they are the same. */
static void format_acts(const crs_net *net, char *text, size_t size)
{
    char first[80], one[80];
    size_t at = 0, n = crs_net_layers(net) - 1;
    int same = 1;
    text[0] = '\0';
    for (size_t l = 1; l <= n; l++) {
        format_act(crs_net_act(net, l), one, sizeof one);
        if (l == 1)
            memcpy(first, one, sizeof first);
        same = same && strcmp(first, one) == 0;
        if (at < size)
            at += (size_t)snprintf(text + at, size - at, "%s%s", l == 1 ? "" : ",", one);
    }
    if (n > 0 && same)
        (void)snprintf(text, size, "%s", first);
}

/* A parameter of a double net may be beyond a float. */
static exit_status copy_params(const char *path, const crs_net *from, crs_net *to)
{
    void *params = crs_net_params(to);
    for (size_t i = 0; i < crs_net_n_params(from); i++) {
        double value = crs_net_param(from, i);
        if (crs_net_dtype(to) == CRS_F64)
            ((double *)params)[i] = value;
        else
            ((float *)params)[i] = (float)value;
        if (!isfinite(crs_net_param(to, i)))
            return fail(EXIT_INPUT, NAME, "%s: a parameter is %g, too large for --dtype f32", path,
                        value);
    }
    return EXIT_DONE;
}

static exit_status net_as(const char *path, const crs_net *net, crs_dtype dtype, crs_net **out)
{
    crs_layers *shape = memory_get(1, sizeof *shape);
    crs_error err;
    crs_net_config config = {.n_layers = crs_net_layers(net),
                             .loss = crs_net_loss(net),
                             .dtype = dtype,
                             .huber_delta = crs_net_huber_delta(net),
                             .label_smoothing = crs_net_label_smoothing(net)};
    exit_status status = EXIT_DONE;
    if (shape == NULL)
        return fail(EXIT_SYSTEM, NAME, "out of memory");
    if (config.n_layers > CRS_MAX_LAYERS) {
        free(shape);
        return fail(EXIT_INPUT, NAME, "%s: has %zu layers, expected %d at most", path,
                    config.n_layers, CRS_MAX_LAYERS);
    }
    for (size_t l = 0; l <= config.n_layers; l++)
        shape->widths[l] = crs_net_width(net, l);
    for (size_t l = 1; l < config.n_layers; l++) {
        shape->acts[l - 1] = *crs_net_act(net, l);
        shape->options[l - 1] = *crs_net_options(net, l);
    }
    config.widths = shape->widths;
    config.acts = shape->acts;
    config.options = shape->options;
    if (crs_net_create(&config, &err, out) != CRS_OK)
        status = fail_library(NAME, &err);
    else
        status = copy_params(path, net, *out);
    free(shape);
    return status;
}

exit_status net_check_read_model(const char *path, const model_data_options *options,
                                 const char *dtype, crs_net **net, crs_dataset *data, char *acts,
                                 size_t size)
{
    crs_model model;
    crs_error err;
    crs_dtype as;
    exit_status status = model_load(NAME, path, &model);
    if (status != EXIT_DONE)
        return status;
    as = crs_net_dtype(model.net);
    if (dtype != NULL && crs_dtype_parse(dtype, &err, &as) != CRS_OK)
        status = fail_library(NAME, &err);
    if (status == EXIT_DONE)
        status = net_as(path, model.net, as, net);
    if (status == EXIT_DONE)
        status = model_data_load_scaled(NAME, options, &model, as, data);
    if (status == EXIT_DONE)
        format_acts(*net, acts, size);
    crs_model_release(&model);
    if (status != EXIT_DONE) {
        crs_net_destroy(*net);
        *net = NULL;
    }
    return status;
}
