/*
 * Any text is read as an activation, layers, an initialisation, an optimizer, a schedule, a loss,
 * a dtype, a scaling or the name of a data set, or refused in one printable line; what is read is
 * written and read again to the same, and can be used.
 */
#include <crease/data.h>
#include <crease/model.h>
#include <crease/net.h>
#include <crease/optim.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

/* Nets with more units than this are not made. */
#define MAX_UNITS 300

/* CRS_OK, or what was said is checked. */
static int is_read(crs_status status, const crs_error *err, size_t n)
{
    if (status != CRS_OK)
        fuzz_check_error(err, status, n);
    return status == CRS_OK;
}

static void try_act(const char *text, size_t n)
{
    char once[256], twice[256];
    crs_act act, again;
    crs_error err;
    if (!is_read(crs_act_parse(text, &err, &act), &err, n))
        return;
    crs_act_format(&act, once, sizeof once);
    must(crs_act_parse(once, &err, &again) == CRS_OK);
    crs_act_format(&again, twice, sizeof twice);
    must(strcmp(once, twice) == 0);
    must(act.id == again.id);
    crs_act_format_rule(&act, once, sizeof once);
    crs_act_format_rule(&act, once, 3);
    crs_act_format(&act, once, 1);
    must(once[0] == '\0');
    (void)crs_act_value_f32(&act, 0.5f);
    (void)crs_act_slope_f64(&act, -0.5);
}

static void run_net(const crs_layers *layers)
{
    static const float x[6] = {1, 2, 3, 4, -5, 6};
    static double y[3 * MAX_UNITS];
    size_t units = 0;
    crs_net_config config = {0};
    crs_random random;
    crs_init init;
    crs_error err;
    crs_net *net;
    for (size_t i = 1; i <= layers->n_layers && units <= MAX_UNITS; i++)
        units += layers->widths[i] > MAX_UNITS ? MAX_UNITS + 1 : layers->widths[i];
    if (units > MAX_UNITS)
        return;
    config.n_layers = layers->n_layers;
    config.widths = layers->widths;
    config.acts = layers->acts;
    config.options = layers->options;
    config.loss = CRS_LOSS_SQUARED;
    config.dtype = CRS_F32;
    if (!is_read(crs_net_create(&config, &err, &net), &err, 0)) {
        must(net == NULL);
        return;
    }
    must(crs_init_parse("he", &err, &init) == CRS_OK);
    crs_random_seed(&random, 1);
    crs_net_init(net, &init, &random);
    (void)crs_net_predict(net, 3, x, 0, y);
    crs_net_destroy(net);
}

static void try_layers(const char *text, size_t n)
{
    static crs_layers layers;
    crs_act relu;
    crs_error err;
    must(crs_act_parse("relu", &err, &relu) == CRS_OK);
    if (!is_read(crs_layers_parse(text, &relu, &err, &layers), &err, n))
        return;
    must(layers.n_layers >= 1 && layers.n_layers <= CRS_MAX_LAYERS && layers.widths[0] == 0);
    for (size_t i = 1; i <= layers.n_layers; i++)
        must(layers.widths[i] > 0);
    layers.widths[0] = 2;
    run_net(&layers);
}

static void try_init(const char *text, size_t n)
{
    char once[256], twice[256];
    crs_init init, again;
    crs_error err;
    if (!is_read(crs_init_parse(text, &err, &init), &err, n))
        return;
    crs_init_format(&init, once, sizeof once);
    must(crs_init_parse(once, &err, &again) == CRS_OK);
    must(init.kind == again.kind && (init.kind != CRS_INIT_RANDN || init.scale == again.scale));
    crs_init_format(&again, twice, sizeof twice);
    must(strcmp(once, twice) == 0);
}

static void try_optim(const char *text, size_t n)
{
    float g[5] = {1, -1, 0, 1e30f, 1e-30f}, w[5] = {0};
    char once[512], twice[512];
    crs_optim optim, again;
    crs_optimizer *optimizer;
    crs_error err;
    if (!is_read(crs_optim_parse(text, &err, &optim), &err, n))
        return;
    crs_optim_format(&optim, once, sizeof once);
    must(crs_optim_parse(once, &err, &again) == CRS_OK);
    crs_optim_format(&again, twice, sizeof twice);
    must(strcmp(once, twice) == 0);
    if (optim.kind == CRS_OPTIM_LBFGS ||
        !is_read(crs_optimizer_create(&optim, CRS_F32, 5, NULL, &err, &optimizer), &err, 0))
        return;
    crs_optimizer_step(optimizer, 0.1, g, w);
    crs_optimizer_destroy(optimizer);
}

static void try_schedule(const char *text, size_t n)
{
    char once[512], twice[512];
    crs_schedule schedule, again;
    crs_plateau plateau = {0};
    crs_error err;
    if (!is_read(crs_schedule_parse(text, &err, &schedule), &err, n))
        return;
    crs_schedule_format(&schedule, once, sizeof once);
    must(crs_schedule_parse(once, &err, &again) == CRS_OK);
    crs_schedule_format(&again, twice, sizeof twice);
    must(strcmp(once, twice) == 0);
    for (uint64_t i = 0; i < 20; i++) {
        double share;
        crs_plateau_see(&schedule, &plateau, 1);
        share = crs_schedule_share(&schedule, i, 20, 4, &plateau);
        must(share >= 0 && isfinite(share));
    }
}

static void try_names(const char *text, size_t n)
{
    crs_data_options options;
    crs_scaling scaling;
    crs_dtype dtype;
    crs_error err;
    crs_loss loss;
    if (is_read(crs_loss_parse(text, &err, &loss), &err, n))
        must(strcmp(crs_loss_name(loss), text) == 0);
    if (is_read(crs_scaling_parse(text, &err, &scaling), &err, n))
        must(strcmp(crs_scaling_name(scaling), text) == 0);
    if (is_read(crs_dtype_parse(text, &err, &dtype), &err, n))
        must(crs_dtype_name(dtype) != NULL);
    (void)is_read(crs_data_defaults(text, &err, &options), &err, n);
}

/* As the note on its training that a model carries: an object of JSON, or refused on writing. */
static void try_training(const char *text)
{
    static const size_t widths[2] = {1, 1};
    crs_net_config config = {.n_layers = 1, .widths = widths, .loss = CRS_LOSS_SQUARED};
    fuzz_memory out = {0};
    crs_sink sink = fuzz_sink(&out);
    crs_model model = {.task = CRS_TASK_VALUES, .n_targets = 1}, again;
    crs_error err;
    config.dtype = CRS_F32;
    must(crs_net_create(&config, &err, &model.net) == CRS_OK);
    must(crs_model_set_training(&model, text) == CRS_OK);
    if (is_read(crs_model_write(&model, &sink, &err), &err, 0)) {
        must(crs_model_read_memory(out.n, out.bytes, "m", &err, &again) == CRS_OK);
        must(again.training != NULL);
        crs_model_release(&again);
    }
    crs_model_release(&model);
    free(out.bytes);
}

int fuzz_one(const uint8_t *bytes, size_t n)
{
    fuzz_input in = {bytes, n};
    char *text = fuzz_text(&in);
    size_t length = strlen(text);
    try_act(text, length);
    try_layers(text, length);
    try_init(text, length);
    try_optim(text, length);
    try_schedule(text, length);
    try_names(text, length);
    if (text[0] == '{')
        try_training(text);
    free(text);
    return 0;
}
