/* Optimizers as text: "adam:beta1=0.8,eps=1e-6" to a rule, and back. */
#include "optim/optim_text.h"

#include "core/arguments.h"

#include <float.h>
#include <stdio.h>

/* Everything must fit float32, in which a net may be. */
#define HUGEST ((double)FLT_MAX)

/*
 * eps, even times sqrt(1 - beta2) at the first step, must not round to 0 in float32: 0 / 0 would
 * be made of a derivative that is 0. 1e-30 times 1e-8, of the largest double below 1, does not.
 */
#define LEAST_EPS 1e-30

/* Bits of crs__option_kind.has, in the order of `options`. */
enum {
    LR = 1,
    MOMENTUM = 2,
    ALPHA = 4,
    BETA1 = 8,
    BETA2 = 16,
    EPS = 32,
    DECAY = 64,
    HISTORY = 128
};

static const crs__option options[] = {
    {"lr", offsetof(crs_optim, lr), 0, 0, HUGEST, 0},
    {"momentum", offsetof(crs_optim, momentum), 0, 0, 1, 1},
    {"alpha", offsetof(crs_optim, alpha), 0, 0, 1, 1},
    {"beta1", offsetof(crs_optim, beta1), 0, 0, 1, 1},
    {"beta2", offsetof(crs_optim, beta2), 0, 0, 1, 1},
    {"eps", offsetof(crs_optim, eps), 0, LEAST_EPS, HUGEST, 0},
    {"decay", offsetof(crs_optim, decay), 0, 0, HUGEST, 0},
    {"history", offsetof(crs_optim, history), 1, 1, 1000, 0},
};

static const crs__option_kind kinds[] = {
    [CRS_OPTIM_SGD] = {"sgd", LR | DECAY},
    [CRS_OPTIM_MOMENTUM] = {"momentum", LR | MOMENTUM | DECAY},
    [CRS_OPTIM_NESTEROV] = {"nesterov", LR | MOMENTUM | DECAY},
    [CRS_OPTIM_RMSPROP] = {"rmsprop", LR | ALPHA | EPS | DECAY},
    [CRS_OPTIM_ADAM] = {"adam", LR | BETA1 | BETA2 | EPS | DECAY},
    [CRS_OPTIM_ADAMW] = {"adamw", LR | BETA1 | BETA2 | EPS | DECAY},
    [CRS_OPTIM_ADAGRAD] = {"adagrad", LR | EPS | DECAY},
    [CRS_OPTIM_LBFGS] = {"lbfgs", LR | HISTORY},
};

static const crs__option_set set = {
    .what = "optimizer",
    .n_kinds = sizeof kinds / sizeof kinds[0],
    .n_options = sizeof options / sizeof options[0],
    .kinds = kinds,
    .options = options,
    .bare = MOMENTUM,
};

const char *crs_optim_name(crs_optim_kind kind)
{
    return (size_t)kind < set.n_kinds ? kinds[kind].name : NULL;
}

void crs_optim_get(crs_optim_kind kind, crs_optim *out)
{
    if (out == NULL)
        return;
    *out = (crs_optim){.kind = kind,
                       .lr = 0.01,
                       .momentum = 0.9,
                       .alpha = 0.99,
                       .beta1 = 0.9,
                       .beta2 = 0.999,
                       .eps = 1e-8,
                       .history = 10};
    if (kind == CRS_OPTIM_SGD)
        out->lr = 0.1;
    if (kind == CRS_OPTIM_ADAM || kind == CRS_OPTIM_ADAMW)
        out->lr = 0.001;
    if (kind == CRS_OPTIM_ADAMW)
        out->decay = 0.01;
    if (kind == CRS_OPTIM_ADAGRAD)
        out->eps = 1e-10;
    if (kind == CRS_OPTIM_LBFGS)
        out->lr = 1;
}

crs_status crs_optim_parse(const char *text, crs_error *err, crs_optim *out)
{
    if (text == NULL || out == NULL)
        return crs__null_argument(err, __func__);
    const char *rest;
    size_t kind;
    crs_optim read;
    crs_status status = crs__options_kind(&set, text, err, &kind, &rest);
    if (status != CRS_OK)
        return status;
    crs_optim_get((crs_optim_kind)kind, &read);
    status = crs__options_read(&set, kind, text, rest, err, &read);
    if (status == CRS_OK)
        *out = read;
    return status;
}

crs_status crs__optim_check(const crs_optim *optim, crs_error *err)
{
    if ((size_t)optim->kind >= set.n_kinds)
        return crs_error_set(err, CRS_EINVAL, "there is no optimizer number %d", (int)optim->kind);
    return crs__options_check(&set, (size_t)optim->kind, optim, err);
}

void crs_optim_format(const crs_optim *optim, char *text, size_t size)
{
    if (optim == NULL || text == NULL)
        return;
    crs_optim defaults;
    crs_optim_get(optim->kind, &defaults);
    crs__options_format(&set, (size_t)optim->kind, optim, &defaults, text, size);
}
