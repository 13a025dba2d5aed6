/* crease train: which net, and how it is trained. */
#include "compare.h"
#include "message.h"
#include "train.h"

#include <crease/format.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Outputs where nobody says how many: two classes have one, their difference. */
static size_t usual_outputs(const train_job *j)
{
    if (j->task != CRS_TASK_CLASSES)
        return j->data.n_targets == 0 ? 1 : j->data.n_targets;
    return j->data.n_classes > 2 ? j->data.n_classes : 1;
}

static exit_status read_act(const train_values *v, crs_act *act)
{
    crs_error err;
    if (crs_act_parse(v->act == NULL ? "relu" : v->act, &err, act) != CRS_OK)
        return fail(exit_status_of(err.status), TRAIN_NAME, "--act: %s", err.text);
    if (!isnan(v->kink) && v->layers == NULL && act->n_kinks == 0)
        return fail(EXIT_INPUT, TRAIN_NAME, "--kink %g: %s has no kink", v->kink,
                    v->act == NULL ? "relu" : v->act);
    for (size_t i = 0; i < act->n_kinks && !isnan(v->kink); i++)
        act->kink[i].value = v->kink;
    return EXIT_DONE;
}

/* --layers, or --hidden with one activation for all; then what is said of all hidden layers. */
static exit_status read_layers(train_job *j)
{
    const train_values *v = &j->v;
    crs_layers *layers = &j->layers;
    crs_error err;
    crs_act act;
    exit_status status = read_act(v, &act);
    if (status != EXIT_DONE)
        return status;
    if (v->layers != NULL && v->hidden != NULL)
        return fail(EXIT_INPUT, TRAIN_NAME, "--layers and --hidden both say what the layers are");
    if (v->layers != NULL && strchr(v->layers, ':') != NULL && !isnan(v->kink))
        return fail(EXIT_INPUT, TRAIN_NAME,
                    "--kink with activations in --layers: say it there, as 8:relu@%g", v->kink);
    if (v->layers != NULL) {
        if (crs_layers_parse(v->layers, &act, &err, layers) != CRS_OK)
            return fail(exit_status_of(err.status), TRAIN_NAME, "--layers: %s", err.text);
    } else {
        status = compare_read_hidden(TRAIN_NAME, v->hidden == NULL ? "50" : v->hidden,
                                     CRS_MAX_LAYERS - 1, layers->widths + 1, &layers->n_layers);
        if (status != EXIT_DONE)
            return status;
        for (size_t l = 0; l < layers->n_layers; l++)
            layers->acts[l] = act;
        layers->widths[++layers->n_layers] = usual_outputs(j);
    }
    layers->widths[0] = j->data.n_features;
    for (size_t l = 0; l + 1 < layers->n_layers; l++) {
        if (v->batchnorm)
            layers->options[l].batchnorm = 1;
        if (!isnan(v->dropout))
            layers->options[l].dropout = v->dropout;
    }
    return EXIT_DONE;
}

static exit_status choose_loss(const train_job *j, crs_loss *out)
{
    size_t n_out = j->layers.widths[j->layers.n_layers];
    crs_error err;
    if (j->v.loss == NULL) {
        *out = j->task == CRS_TASK_VALUES                 ? CRS_LOSS_SQUARED
               : j->task == CRS_TASK_LABELS || n_out == 1 ? CRS_LOSS_BCE
                                                          : CRS_LOSS_SOFTMAX;
        return EXIT_DONE;
    }
    if (crs_loss_parse(j->v.loss, &err, out) != CRS_OK)
        return fail(exit_status_of(err.status), TRAIN_NAME, "--loss: %s", err.text);
    return EXIT_DONE;
}

/* A loss of classes for classes, one of values for values: or the user is told. */
static exit_status check_loss(const train_job *j, crs_loss loss)
{
    bool values = loss == CRS_LOSS_SQUARED || loss == CRS_LOSS_ABSOLUTE || loss == CRS_LOSS_HUBER;
    size_t n_out = j->layers.widths[j->layers.n_layers], usual = usual_outputs(j);
    if (values && j->task == CRS_TASK_CLASSES && j->data.n_classes > 2)
        return fail(EXIT_INPUT, TRAIN_NAME,
                    "--loss %s learns values, the target has %zu classes; expected softmax or "
                    "hinge, or --task values",
                    crs_loss_name(loss), j->data.n_classes);
    if (!values && j->task == CRS_TASK_VALUES)
        return fail(EXIT_INPUT, TRAIN_NAME,
                    "--loss %s learns classes, the target is values; expected squared, absolute "
                    "or huber, or --task classes",
                    crs_loss_name(loss));
    if (!isnan(j->v.huber_delta) && (loss != CRS_LOSS_HUBER || j->v.huber_delta == 0))
        return fail(EXIT_INPUT, TRAIN_NAME, "--huber-delta %g: expected %s", j->v.huber_delta,
                    loss == CRS_LOSS_HUBER ? "more than 0" : "the loss to be huber");
    if (n_out != usual && !(j->task == CRS_TASK_CLASSES && n_out == j->data.n_classes))
        return fail(
            EXIT_INPUT, TRAIN_NAME, "the last layer has %zu units; the target '%s' wants %zu",
            n_out, j->data.target_names != NULL ? j->data.target_names[0] : "of these data", usual);
    return EXIT_DONE;
}

static exit_status make_net(train_job *j)
{
    const train_values *v = &j->v;
    crs_error err;
    crs_random random;
    crs_net_config shape = {.n_layers = j->layers.n_layers,
                            .widths = j->layers.widths,
                            .acts = j->layers.acts,
                            .options = j->layers.options,
                            .dtype = j->data.dtype,
                            .huber_delta = isnan(v->huber_delta) ? 0 : v->huber_delta,
                            .label_smoothing = isnan(v->label_smoothing) ? 0 : v->label_smoothing};
    exit_status status = choose_loss(j, &shape.loss);
    if (status == EXIT_DONE)
        status = check_loss(j, shape.loss);
    if (status != EXIT_DONE)
        return status;
    if (crs_init_parse(v->init == NULL ? "he" : v->init, &err, &j->init) != CRS_OK)
        return fail(exit_status_of(err.status), TRAIN_NAME, "--init: %s", err.text);
    if (crs_net_create(&shape, &err, &j->model.net) != CRS_OK)
        return fail_library(TRAIN_NAME, &err);
    crs_random_seed(&random, j->common.seed);
    crs_net_init(j->model.net, &j->init, &random);
    return EXIT_DONE;
}

/* Names and numbers that a prediction needs; moved or copied from the data. */
static exit_status fill_model(train_job *j)
{
    crs_model *m = &j->model;
    const crs_dataset *d = &j->data;
    m->task = j->task;
    m->n_classes = d->n_classes;
    m->n_targets = d->n_targets == 0 ? 1 : d->n_targets;
    m->scale_bytes = !j->v.raw_bytes;
    if (crs_model_set_names(m, d) != CRS_OK)
        return fail(EXIT_SYSTEM, TRAIN_NAME, "out of memory");
    return EXIT_DONE;
}

static exit_status choose_shift(train_job *j)
{
    size_t side = (size_t)lround(sqrt((double)j->data.n_features));
    if (j->v.shift == COUNT_NOT_GIVEN || j->v.shift == 0)
        return EXIT_DONE;
    if (side * side != j->data.n_features || j->v.shift >= side)
        return fail(EXIT_INPUT, TRAIN_NAME,
                    "--shift %zu: the data have %zu features; expected square pictures larger than "
                    "that",
                    j->v.shift, j->data.n_features);
    j->shift = (crs_shift){j->data.dtype, side, side, 1, j->v.shift};
    j->config.augment = crs_augment_shift;
    j->config.augment_ctx = &j->shift;
    return EXIT_DONE;
}

static exit_status choose_training(train_job *j)
{
    const train_values *v = &j->v;
    crs_fit_config *c = &j->config;
    crs_error err;
    crs_fit_config_init(c);
    if (crs_optim_parse(v->opt == NULL ? "sgd" : v->opt, &err, &c->optim) != CRS_OK)
        return fail(exit_status_of(err.status), TRAIN_NAME, "--opt: %s", err.text);
    if (crs_schedule_parse(v->schedule == NULL ? "constant" : v->schedule, &err, &c->schedule) !=
        CRS_OK)
        return fail(exit_status_of(err.status), TRAIN_NAME, "--schedule: %s", err.text);
    if (v->lr == 0)
        return fail(EXIT_INPUT, TRAIN_NAME, "--lr 0: nothing would be learned; expected more");
    c->lr = isnan(v->lr) ? 0 : v->lr;
    c->epochs = v->epochs == COUNT_NOT_GIVEN ? c->epochs : v->epochs;
    c->batch = v->batch != COUNT_NOT_GIVEN        ? v->batch
               : c->optim.kind == CRS_OPTIM_LBFGS ? 0
                                                  : c->batch;
    c->seed = j->common.seed;
    c->shuffle = !v->no_shuffle;
    c->l1 = isnan(v->l1) ? 0 : v->l1;
    c->l2 = isnan(v->l2) ? 0 : v->l2;
    c->max_norm = isnan(v->max_norm) ? 0 : v->max_norm;
    c->clip = isnan(v->clip) ? 0 : v->clip;
    c->patience = v->patience == COUNT_NOT_GIVEN ? 0 : v->patience;
    c->every = v->every == COUNT_NOT_GIVEN ? 1 : v->every;
    c->sample_weights = j->sample_weights;
    c->class_weights = j->class_weights;
    c->executor = &j->executor;
    if (j->order != NULL) {
        c->train_index = j->order;
        c->n_train = j->n_train;
        c->valid_index = j->order + j->n_train;
        c->n_valid = j->data.n_samples - j->n_train;
    }
    if (j->valid.n_samples > 0)
        c->valid = &j->valid;
    return choose_shift(j);
}

exit_status train_set_up(train_job *j)
{
    crs_error err;
    exit_status status = read_layers(j);
    if (status == EXIT_DONE)
        status = options_threads(TRAIN_NAME, &j->common, &j->executor);
    if (status == EXIT_DONE)
        status = make_net(j);
    if (status == EXIT_DONE)
        status = fill_model(j);
    if (status == EXIT_DONE)
        status = choose_training(j);
    if (status != EXIT_DONE)
        return status;
    if (crs_fit_create(j->model.net, &j->data, &j->config, &err, &j->fit) != CRS_OK)
        return fail_library(TRAIN_NAME, &err);
    return EXIT_DONE;
}

void train_shape(const train_job *j, char *text, size_t size)
{
    size_t at = 0;
    text[0] = '\0';
    for (size_t l = 0; l <= j->layers.n_layers && at < size; l++)
        at +=
            (size_t)snprintf(text + at, size - at, "%s%zu", l == 0 ? "" : "-", j->layers.widths[l]);
}
