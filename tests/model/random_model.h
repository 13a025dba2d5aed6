/*
 * Models of every kind from a seed, rows for them, and how far two evaluations of one may be
 * apart. Public headers alone; what a model owns is malloc's (crease/model.h).
 */
#ifndef TEST_RANDOM_MODEL_H
#define TEST_RANDOM_MODEL_H

#include <crease/model.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void must(int condition, const char *what)
{
    if (condition)
        return;
    (void)fprintf(stderr, "random_model: %s\n", what);
    exit(1);
}

/* ---- a model ----------------------------------------------------------------------------- */

/* 0 ... n - 1 */
static inline size_t pick(crs_random *random, size_t n)
{
    return (size_t)crs_random_interval(random, n - 1);
}

static inline void pick_layer(crs_random *random, uint32_t seed, size_t l, size_t *widths,
                              crs_act *act, crs_layer_options *options)
{
    char text[32];
    crs_act_get((crs_act_id)((seed + 5 * l) % CRS_ACT_COUNT), act);
    if (act->id == CRS_ACT_LEAKY_RELU || act->id == CRS_ACT_ELU) {
        (void)snprintf(text, sizeof text, "%s:%.17g", crs_act_name(act->id),
                       crs_random_uniform(random, -0.5, 1.5));
        must(crs_act_parse(text, NULL, act) == CRS_OK, text);
    }
    for (size_t i = 0; i < act->n_kinks; i++)
        act->kink[i].value = crs_random_rand(random);
    memset(options, 0, sizeof *options);
    if (pick(random, 2) == 0) {
        options->batchnorm = 1;
        options->momentum = crs_random_uniform(random, 0.01, 1);
        options->eps = pick(random, 2) == 0 ? 1e-5 : 1e-3 / 3;
    }
    options->dropout = pick(random, 3) == 0 ? 0.3 : 0;
    options->skip = pick(random, 2) == 0 ? 1 + pick(random, l + 1) : 0; /* l + 1: its number */
    widths[l + 1] = options->skip > 0 ? widths[l + 1 - options->skip] : 1 + pick(random, 12);
}

/* The output: what is learned and how many values it takes. */
static inline void pick_task(crs_random *random, uint32_t seed, crs_net_config *config,
                             size_t *n_out, crs_model *model)
{
    size_t several = 2 + pick(random, 4);
    config->loss = (crs_loss)(seed % 6);
    *n_out = config->loss == CRS_LOSS_SOFTMAX || seed % 12 >= 6 ? several : 1;
    model->task = config->loss == CRS_LOSS_BCE && *n_out > 1 ? CRS_TASK_LABELS
                  : config->loss == CRS_LOSS_BCE || config->loss == CRS_LOSS_SOFTMAX ||
                          config->loss == CRS_LOSS_HINGE
                      ? CRS_TASK_CLASSES
                      : CRS_TASK_VALUES;
    model->n_classes = model->task == CRS_TASK_VALUES                  ? 0
                       : model->task == CRS_TASK_LABELS || *n_out == 1 ? 2
                                                                       : *n_out;
    model->n_targets = model->task == CRS_TASK_CLASSES ? 1 : *n_out;
    if (config->loss == CRS_LOSS_HUBER)
        config->huber_delta = 1.0 / 3;
    if (config->loss == CRS_LOSS_SOFTMAX)
        config->label_smoothing = 0.1;
}

static inline double *some(crs_random *random, size_t n, double lo, double hi)
{
    double *values = malloc(n * sizeof *values);
    must(values != NULL, "memory");
    for (size_t i = 0; i < n; i++)
        values[i] = crs_random_uniform(random, lo, hi);
    return values;
}

static inline crs_scaler pick_scaler(crs_random *random, size_t n)
{
    crs_scaler scaler = {.scaling = (crs_scaling)pick(random, 3)};
    if (pick(random, 4) == 0)
        return scaler;
    scaler.n_features = n;
    scaler.shift = some(random, n, -1000, 1000); /* far from 0, where float32 loses digits */
    scaler.scale = some(random, n, 0.1, 3);
    for (size_t i = 0; scaler.scaling == CRS_SCALE_NONE && i < n; i++) {
        scaler.shift[i] = 0;
        scaler.scale[i] = 1;
    }
    if (pick(random, 2) == 0)
        scaler.fill = some(random, n, -2, 2);
    for (size_t i = 0; scaler.fill != NULL && i < n; i++)
        scaler.fill[i] += scaler.shift[i];
    if (scaler.scaling != CRS_SCALE_NONE && pick(random, 2) == 0)
        scaler.scale[0] = 0; /* a constant feature */
    return scaler;
}

/* "NAME 0", ... in one block, as a model has them. */
static inline char **numbered(const char *name, size_t n)
{
    char **names = malloc(n * (sizeof *names + 40));
    must(names != NULL, "memory");
    for (size_t i = 0; i < n; i++) {
        names[i] = (char *)(names + n) + 40 * i;
        (void)snprintf(names[i], 40, "%s %zu", name, i);
    }
    return names;
}

static inline void set(crs_net *net, void *base, size_t i, double value)
{
    if (crs_net_dtype(net) == CRS_F32)
        ((float *)base)[i] = (float)value;
    else
        ((double *)base)[i] = value;
}

static inline void fill_layer(crs_random *random, crs_net *net, size_t l)
{
    size_t n_in = crs_net_width(net, l - 1), n_out = crs_net_width(net, l);
    double reach = sqrt(3 / (double)n_in);
    void *params = crs_net_params(net);
    for (size_t i = 0; i < n_in * n_out; i++)
        set(net, params, crs_net_weight_at(net, l) + i, crs_random_uniform(random, -reach, reach));
    for (size_t j = 0; j < n_out; j++)
        set(net, params, crs_net_bias_at(net, l) + j, crs_random_uniform(random, -0.5, 0.5));
    for (size_t j = 0; crs_net_options(net, l)->batchnorm && j < n_out; j++) {
        void *running = crs_net_running(net);
        size_t at = crs_net_running_at(net, l) + j;
        set(net, params, crs_net_gamma_at(net, l) + j, crs_random_uniform(random, -2, 2));
        set(net, params, crs_net_beta_at(net, l) + j, crs_random_uniform(random, -1, 1));
        set(net, running, at, crs_random_uniform(random, -1, 1));
        set(net, running, at + n_out, crs_random_uniform(random, 0.3, 2));
    }
}

#define MAX_RANDOM_LAYERS 5

/* Losses and activations come in turn, so that 102 seeds in a row have each pair. */
static inline crs_model random_model(uint32_t seed)
{
    crs_random random;
    crs_model model = {0};
    size_t widths[MAX_RANDOM_LAYERS + 1] = {0}, n_out;
    crs_act acts[MAX_RANDOM_LAYERS];
    crs_layer_options options[MAX_RANDOM_LAYERS];
    crs_net_config config = {.widths = widths, .acts = acts, .options = options};
    crs_error err;
    crs_random_seed(&random, seed);
    config.n_layers = 1 + pick(&random, MAX_RANDOM_LAYERS);
    config.dtype = seed / 2 % 3 == 0 ? CRS_F64 : CRS_F32;
    widths[0] = 1 + pick(&random, 12);
    for (size_t l = 0; l + 1 < config.n_layers; l++)
        pick_layer(&random, seed, l, widths, &acts[l], &options[l]);
    pick_task(&random, seed, &config, &n_out, &model);
    widths[config.n_layers] = n_out;
    must(crs_net_create(&config, &err, &model.net) == CRS_OK, err.text);
    for (size_t l = 1; l <= config.n_layers; l++)
        fill_layer(&random, model.net, l);
    model.scaler = pick_scaler(&random, widths[0]);
    if (model.task == CRS_TASK_VALUES)
        model.target = pick_scaler(&random, n_out);
    free(model.target.fill);
    model.target.fill = NULL;
    model.feature_names = pick(&random, 2) ? numbered("a*/b", widths[0]) : NULL;
    model.class_names =
        pick(&random, 2) && model.n_classes > 0 ? numbered("c?\?/", model.n_classes) : NULL;
    model.target_names = pick(&random, 2) ? numbered("y\\", model.n_targets) : NULL;
    model.scale_bytes = (int)pick(&random, 2);
    return model;
}

/* ---- rows -------------------------------------------------------------------------------- */

/* [n, n_in]: what is exact in the net's dtype, near the middle of the features, some missing. */
static inline double *random_rows(const crs_model *model, uint32_t seed, size_t n)
{
    size_t n_in = crs_net_width(model->net, 0);
    crs_random random;
    double *x;
    crs_random_seed(&random, seed + 1);
    x = some(&random, n * n_in, -3, 3);
    for (size_t k = 0; k < n * n_in; k++) {
        if (model->scaler.n_features > 0)
            x[k] += model->scaler.shift[k % n_in];
        if (crs_net_dtype(model->net) == CRS_F32)
            x[k] = (double)(float)x[k];
        if (model->scaler.fill != NULL && pick(&random, 8) == 0)
            x[k] = NAN;
    }
    return x;
}

/* ---- how far apart two evaluations may be ------------------------------------------------- */

/*
 * A value and a bound of |computed - exact| for any evaluation in arithmetic of unit roundoff u:
 * a dot product of n terms in any order is off by at most (n + 2) u sum |w| |a|, and what is
 * put in with its own error by sum |w| err (Higham 2002, 3.1, where terms of u^2 go into
 * the 2 more). Constants of our own (weights that batch normalisation was folded into, 1 / sd)
 * are rounded once or twice: counted with SLACK more roundings.
 */
typedef struct bounded {
    double value, error;
} bounded;

#define SLACK 8

/* The steepest slope of each activation. */
static inline double steepest(const crs_act *act)
{
    switch (act->id) {
    case CRS_ACT_LEAKY_RELU:
    case CRS_ACT_ELU:
        return fmax(1, fabs(act->param));
    case CRS_ACT_SELU:
        return 1.76; /* lambda alpha */
    case CRS_ACT_HARD_SWISH:
        return 1.5;
    case CRS_ACT_GELU:
    case CRS_ACT_GELU_TANH:
    case CRS_ACT_SILU:
    case CRS_ACT_MISH:
        return 1.13; /* gelu's at sqrt(2), the largest of them */
    default:
        return 1;
    }
}

/*
 * Each formula has at most SLACK operations and functions, whose results and arguments are
 * not above |z| + 2 in size, each good to one or two units: 2 SLACK u (|z| + 2).
 */
static inline bounded bound_act(const crs_act *act, bounded z, double u)
{
    bounded a = {crs_act_value_f64(act, z.value), 0};
    a.error = steepest(act) * z.error + 2 * SLACK * u * (fabs(z.value) + 2);
    return a;
}

static inline bounded bound_norm(const crs_net *net, size_t l, size_t j, bounded v, double u)
{
    crs_net *own = (crs_net *)(uintptr_t)net;
    size_t at = crs_net_running_at(net, l) + j;
    const void *running = crs_net_running(own);
    size_t n_out = crs_net_width(net, l);
    double mean = crs_net_dtype(net) == CRS_F32 ? (double)((const float *)running)[at]
                                                : ((const double *)running)[at];
    double var = crs_net_dtype(net) == CRS_F32 ? (double)((const float *)running)[at + n_out]
                                               : ((const double *)running)[at + n_out];
    double gamma = crs_net_param(net, crs_net_gamma_at(net, l) + j);
    double beta = crs_net_param(net, crs_net_beta_at(net, l) + j);
    double k = gamma / sqrt(var + crs_net_options(net, l)->eps);
    bounded z = {k * (v.value - mean) + beta, 0};
    z.error = fabs(k) * v.error + SLACK * u * (fabs(k) * (fabs(v.value) + fabs(mean)) + fabs(beta));
    return z;
}

static inline bounded bound_unit(const crs_net *net, size_t l, size_t j, const bounded *a, double u)
{
    size_t n_in = crs_net_width(net, l - 1);
    bounded z = {crs_net_param(net, crs_net_bias_at(net, l) + j), 0};
    double size = fabs(z.value);
    for (size_t i = 0; i < n_in; i++) {
        double w = crs_net_param(net, crs_net_weight_at(net, l) + j * n_in + i);
        z.value += w * a[i].value;
        size += fabs(w * a[i].value);
        z.error += fabs(w) * a[i].error;
    }
    z.error += (double)(n_in + SLACK) * u * size;
    return l < crs_net_layers(net) && crs_net_options(net, l)->batchnorm
               ? bound_norm(net, l, j, z, u)
               : z;
}

/* (x - shift) scale: shift is held in two numbers of the dtype, or as a double. */
static inline bounded bound_feature(const crs_scaler *scaler, size_t i, double x, double u)
{
    bounded a = {x, 0};
    if (scaler->n_features == 0)
        return a;
    if (isnan(x)) /* the fill is rounded as an x is */
        a = (bounded){scaler->fill[i], u * fabs(scaler->fill[i])};
    a.value = (a.value - scaler->shift[i]) * scaler->scale[i];
    a.error = a.error * scaler->scale[i] +
              SLACK * u * (fabs(a.value) + u * fabs(scaler->shift[i]) * scaler->scale[i]);
    return a;
}

/*
 * softmax moves by at most twice the largest change of z times what it is, which is at most 1;
 * sigmoid by a quarter. Their own roundings: a sum of n_out, SLACK others.
 */
static inline double bound_output(const crs_model *model, size_t j, const bounded *z, double u)
{
    size_t n_out = crs_net_width(model->net, crs_net_layers(model->net));
    double error = 0;
    for (size_t i = 0; i < n_out; i++)
        error = fmax(error, z[i].error + u * fabs(z[i].value));
    switch (crs_net_loss(model->net)) {
    case CRS_LOSS_BCE:
        return z[j].error / 4 + SLACK * u;
    case CRS_LOSS_SOFTMAX:
        return 2 * error + (double)(n_out + SLACK) * u;
    default:
        break;
    }
    if (model->target.n_features == 0)
        return z[j].error;
    if (model->target.scale[j] == 0)
        return 2 * u * fabs(model->target.shift[j]);
    return z[j].error / model->target.scale[j] +
           SLACK * u * (fabs(z[j].value) / model->target.scale[j] + fabs(model->target.shift[j]));
}

/* For one row: how far an evaluation may be from the exact outputs; two from each other: twice. */
static inline void bound_outputs(const crs_model *model, const double *x, double *out)
{
    enum { MOST = 16 };
    const crs_net *net = model->net;
    bounded a[MAX_RANDOM_LAYERS + 1][MOST];
    size_t n = crs_net_layers(net);
    double u = crs_net_dtype(net) == CRS_F32 ? 0x1p-24 : 0x1p-53;
    for (size_t i = 0; i < crs_net_width(net, 0); i++)
        a[0][i] = bound_feature(&model->scaler, i, x[i], u);
    for (size_t l = 1; l <= n; l++) {
        for (size_t j = 0; j < crs_net_width(net, l); j++) {
            bounded *unit = &a[l][j];
            *unit = bound_unit(net, l, j, a[l - 1], u);
            if (l < n)
                *unit = bound_act(crs_net_act(net, l), *unit, u);
            if (l < n && crs_net_options(net, l)->skip > 0) {
                const bounded *below = &a[l - crs_net_options(net, l)->skip][j];
                unit->value += below->value;
                unit->error += below->error + u * fabs(unit->value);
            }
        }
    }
    for (size_t j = 0; j < crs_net_width(net, n); j++)
        out[j] = bound_output(model, j, a[n], u);
}

#endif
