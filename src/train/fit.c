#include "train/fit.h"

#include "core/arguments.h"
#include "core/memory.h"
#include "train/match.h"

#include <math.h>
#include <string.h>

/* Samples that are measured at once: z and a of a wide layer then still fit the caches. */
enum { JUDGED = 256 };

void crs_fit_config_init(crs_fit_config *out)
{
    if (out == NULL)
        return;
    memset(out, 0, sizeof *out);
    crs_optim_get(CRS_OPTIM_SGD, &out->optim);
    (void)crs_schedule_parse("constant", NULL, &out->schedule);
    out->epochs = 10;
    out->batch = 32;
    out->seed = 1;
    out->shuffle = 1;
    out->every = 1;
}

const char *crs_fit_end_text(crs_fit_end end)
{
    static const char *const texts[] = {"goes on", "all epochs", "stopped early", "converged",
                                        "diverged"};
    return (unsigned)end < sizeof texts / sizeof *texts ? texts[end] : NULL;
}

/* ---- is it possible? ---------------------------------------------------------------------- */

static crs_status check_number(const char *what, double value, crs_error *err)
{
    if (value >= 0 && isfinite(value))
        return CRS_OK;
    return crs_error_set(err, CRS_EINVAL, "%s is %g; expected a finite number from 0 on", what,
                         value);
}

static crs_status check_index(const char *what, size_t n, const size_t *index,
                              const crs_dataset *data, crs_error *err)
{
    if (index == NULL)
        return CRS_OK;
    for (size_t i = 0; i < n; i++)
        if (index[i] >= data->n_samples)
            return crs_error_set(err, CRS_EINVAL, "%s sample %zu is number %zu, the data has %zu",
                                 what, i, index[i], data->n_samples);
    return CRS_OK;
}

/* What works on all samples at once, without chance. */
static crs_status check_lbfgs(const crs_net *net, const crs_fit_config *config, size_t n,
                              crs_error *err)
{
    if (config->optim.kind != CRS_OPTIM_LBFGS)
        return CRS_OK;
    if (config->batch != 0 && config->batch < n)
        return crs_error_set(err, CRS_EINVAL,
                             "lbfgs takes all %zu samples at once, not batches of %zu", n,
                             config->batch);
    if (config->augment != NULL)
        return crs_error_set(err, CRS_EINVAL,
                             "lbfgs wants the same samples each time; no "
                             "augmentation");
    if (config->clip > 0 || config->max_norm > 0)
        return crs_error_set(err, CRS_EINVAL,
                             "lbfgs chooses its steps itself; no clipping, no max-norm");
    for (size_t l = 1; l < crs_net_layers(net); l++)
        if (crs_net_options(net, l)->batchnorm || crs_net_options(net, l)->dropout > 0)
            return crs_error_set(
                err, CRS_EINVAL, "lbfgs wants the same net each time; layer %zu has %s", l,
                crs_net_options(net, l)->batchnorm ? "batch normalisation" : "dropout");
    return CRS_OK;
}

static crs_status check(const crs_net *net, const crs_dataset *data, const crs_fit_config *config,
                        crs_error *err)
{
    const struct {
        const char *what;
        double value;
    } numbers[] = {{"the step size", config->lr},
                   {"l1", config->l1},
                   {"l2", config->l2},
                   {"the limit of max-norm", config->max_norm},
                   {"the limit of clipping", config->clip}};
    size_t n = config->train_index == NULL ? data->n_samples : config->n_train;
    crs_status status = crs__match_check(net, data, err);
    for (size_t i = 0; status == CRS_OK && i < sizeof numbers / sizeof *numbers; i++)
        status = check_number(numbers[i].what, numbers[i].value, err);
    if (status == CRS_OK)
        status = check_index("training", config->n_train, config->train_index, data, err);
    if (status == CRS_OK)
        status = check_index("validation", config->n_valid, config->valid_index, data, err);
    if (status == CRS_OK && config->valid != NULL)
        status = crs__match_check(net, config->valid, err);
    if (status == CRS_OK && config->lr == 0 && !(config->optim.lr > 0))
        status = crs_error_set(err, CRS_EINVAL, "the step size is %g; expected more than 0",
                               config->optim.lr);
    if (status == CRS_OK && (config->epochs == 0 || config->every == 0 || n == 0))
        status =
            crs_error_set(err, CRS_EINVAL, "no %s",
                          n == 0                ? "samples to train on"
                          : config->epochs == 0 ? "epochs"
                                                : "epochs between records: expected 1 or more");
    if (status == CRS_OK && (config->batch == 1 || n == 1) && crs_net_n_running(net) > 0)
        status = crs_error_set(err, CRS_EINVAL,
                               "batch normalisation needs batches of 2 samples or more");
    return status == CRS_OK ? check_lbfgs(net, config, n, err) : status;
}

/* ---- making one ----------------------------------------------------------------------------- */

/* weights[i] = what sample i counts, by itself and by its class */
static crs_status prepare_weights(crs_fit *fit, crs_error *err)
{
    const crs_fit_config *config = &fit->config;
    const crs_dataset *data = fit->data;
    double sum = 0;
    if (config->sample_weights == NULL && config->class_weights == NULL)
        return CRS_OK;
    if (config->class_weights != NULL && !crs__net_has_classes(fit->net))
        return crs_error_set(err, CRS_EINVAL, "class weights, but no classes are learned");
    fit->weights = crs__alloc(data->n_samples, sizeof *fit->weights);
    if (fit->weights == NULL)
        return crs_error_set(err, CRS_ENOMEM, "no memory for the weights of %zu samples",
                             data->n_samples);
    for (size_t i = 0; i < data->n_samples; i++) {
        double weight = config->sample_weights == NULL ? 1 : config->sample_weights[i];
        if (config->class_weights != NULL)
            weight *= config->class_weights[(size_t)data->y[i]];
        if (!(weight >= 0) || !isfinite(weight))
            return crs_error_set(err, CRS_ENONFINITE,
                                 "sample %zu has the weight %g; expected a finite number from 0 on",
                                 i, weight);
        fit->weights[i] = weight;
    }
    for (size_t i = 0; i < fit->train.n; i++)
        sum += fit->weights[fit->train.index == NULL ? i : fit->train.index[i]];
    if (!(sum > 0))
        return crs_error_set(err, CRS_EINVAL,
                             "all samples have the weight 0; one at least must "
                             "count");
    return CRS_OK;
}

/* The judge works in blocks: for validation, and for lbfgs, which sums over blocks. */
static crs_status prepare_passes(crs_fit *fit, crs_error *err)
{
    const crs_executor *executor = fit->config.executor;
    size_t batch = fit->feed.batch;
    size_t judged = fit->valid.n > fit->train.n ? fit->valid.n : fit->train.n;
    crs_status status = CRS_OK;
    if (fit->valid.n > 0 || fit->lbfgs != NULL)
        status = crs_workspace_create(fit->net, judged < JUDGED ? judged : JUDGED, executor, err,
                                      &fit->judge);
    if (status != CRS_OK || fit->lbfgs != NULL)
        return status;
    if (!crs__small_fits(fit->net) || fit->weights != NULL) {
        status = crs_workspace_create(fit->net, batch, executor, err, &fit->work);
        fit->view = fit->work;
        return status;
    }
    status = crs__workspace_create_bare(fit->net, batch, err, &fit->work);
    if (status == CRS_OK)
        status = crs_workspace_create(fit->net, batch, NULL, err, &fit->view);
    if (status == CRS_OK && crs__small_create(fit->net, batch, executor, &fit->small) != CRS_OK)
        status =
            crs_error_set(err, CRS_ENOMEM, "no memory to train with batches of %zu samples", batch);
    if (status == CRS_OK)
        crs__small_set_rules(fit->small, fit->net, fit->work, 0);
    return status;
}

static crs_status prepare_optimizer(crs_fit *fit, crs_error *err)
{
    const crs_fit_config *config = &fit->config;
    size_t n = fit->net->n_params;
    crs_status status;
    fit->plain = config->optim.kind == CRS_OPTIM_SGD && config->optim.decay == 0 &&
                 config->l1 == 0 && config->l2 == 0 && config->clip == 0;
    if (config->optim.kind != CRS_OPTIM_LBFGS)
        return crs_optimizer_create(&config->optim, crs_net_dtype(fit->net), n, config->executor,
                                    err, &fit->optimizer);
    fit->point = crs__alloc(n, sizeof *fit->point);
    if (fit->point == NULL)
        return crs_error_set(err, CRS_ENOMEM, "no memory for L-BFGS over %zu parameters", n);
    status = crs_lbfgs_create(n, config->optim.history, err, &fit->lbfgs);
    return status;
}

static crs_status prepare_best(crs_fit *fit, crs_error *err)
{
    size_t size = fit->net->kernels->size;
    if (fit->config.patience == 0)
        return CRS_OK;
    fit->best_params = crs__alloc_aligned(fit->net->n_params, size);
    fit->best_running = crs__alloc_aligned(crs_net_n_running(fit->net) + 1, size);
    if (fit->best_params != NULL && fit->best_running != NULL)
        return CRS_OK;
    return crs_error_set(err, CRS_ENOMEM, "no memory for the best of the nets");
}

static void choose_samples(crs_fit *fit)
{
    const crs_fit_config *config = &fit->config;
    fit->train =
        (crs__judged){.data = fit->data,
                      .n = config->train_index == NULL ? fit->data->n_samples : config->n_train,
                      .index = config->train_index};
    if (config->valid != NULL)
        fit->valid = (crs__judged){.data = config->valid, .n = config->valid->n_samples};
    else if (config->valid_index != NULL)
        fit->valid =
            (crs__judged){.data = fit->data, .n = config->n_valid, .index = config->valid_index};
}

crs_status crs_fit_create(crs_net *net, const crs_dataset *data, const crs_fit_config *config,
                          crs_error *err, crs_fit **out)
{
    if (net == NULL || data == NULL || config == NULL || out == NULL) {
        if (out != NULL)
            *out = NULL;
        return crs__null_argument(err, __func__);
    }
    crs_fit *fit;
    size_t n;
    crs_status status = check(net, data, config, err);
    *out = NULL;
    if (status != CRS_OK)
        return status;
    fit = crs__alloc(1, sizeof *fit);
    if (fit == NULL)
        return crs_error_set(err, CRS_ENOMEM, "no memory to train");
    fit->net = net;
    fit->data = data;
    fit->config = *config;
    fit->lr = config->lr > 0 ? config->lr : config->optim.lr;
    fit->best = SIZE_MAX;
    choose_samples(fit);
    status = crs__feed_create(fit, err);
    if (status == CRS_OK)
        status = prepare_weights(fit, err);
    if (status == CRS_OK)
        status = prepare_optimizer(fit, err);
    if (status == CRS_OK)
        status = prepare_passes(fit, err);
    if (status == CRS_OK)
        status = prepare_best(fit, err);
    if (status == CRS_OK && (crs__judged_prepare(net, &fit->train) != CRS_OK ||
                             crs__judged_prepare(net, &fit->valid) != CRS_OK ||
                             crs__tally_create(net, &fit->tally) != CRS_OK))
        status = crs_error_set(err, CRS_ENOMEM, "no memory to train");
    if (status != CRS_OK) {
        crs_fit_destroy(fit);
        return status;
    }
    n = fit->feed.n;
    fit->per_epoch = fit->lbfgs != NULL ? 1 : (n + fit->feed.batch - 1) / fit->feed.batch;
    if (n > 1 && n % fit->feed.batch == 1 && crs_net_n_running(net) > 0)
        fit->per_epoch--; /* the last batch is one sample */
    *out = fit;
    return CRS_OK;
}

void crs_fit_destroy(crs_fit *fit)
{
    if (fit == NULL)
        return;
    crs__feed_destroy(&fit->feed);
    crs__tally_destroy(&fit->tally);
    crs__free(fit->train.spread);
    crs__free(fit->valid.spread);
    crs__free(fit->weights);
    crs__small_destroy(fit->small);
    if (fit->view != fit->work)
        crs_workspace_destroy(fit->view);
    crs_workspace_destroy(fit->work);
    crs_workspace_destroy(fit->judge);
    crs_optimizer_destroy(fit->optimizer);
    crs_lbfgs_destroy(fit->lbfgs);
    crs__free(fit->point);
    crs__free(fit->records);
    crs__free(fit->best_params);
    crs__free(fit->best_running);
    crs__free(fit);
}

/* ---- a step ------------------------------------------------------------------------------------ */

static void penalise(const crs_fit *fit)
{
    const crs_net *net = fit->net;
    if (fit->config.l1 == 0 && fit->config.l2 == 0)
        return;
    for (size_t l = 0; l < net->n_layers; l++) {
        const crs__net_layer *layer = &net->layers[l];
        crs_penalise(crs_net_dtype(net), fit->config.l1, fit->config.l2,
                     layer->dense.n_in * layer->dense.n_out,
                     crs__net_const_at(net, net->params, layer->weight_at),
                     crs__net_at(net, fit->work->gradient, layer->weight_at));
    }
}

static void update(crs_fit *fit)
{
    crs_net *net = fit->net;
    penalise(fit);
    if (fit->config.clip > 0)
        (void)crs_clip_norm(crs_net_dtype(net), fit->config.clip, net->n_params,
                            fit->work->gradient);
    crs_optimizer_step(fit->optimizer, fit->last_lr, fit->work->gradient, net->params);
}

static void limit_rows(crs_fit *fit)
{
    crs_net *net = fit->net;
    for (size_t l = 0; fit->config.max_norm > 0 && l < net->n_layers; l++) {
        const crs__net_layer *layer = &net->layers[l];
        crs_clip_rows(crs_net_dtype(net), fit->config.max_norm, layer->dense.n_out,
                      layer->dense.n_in, crs__net_at(net, net->params, layer->weight_at));
    }
}

/* The small engine makes the gradient; where the epoch is recorded, a pass beside it is looked at. */
static crs_status step_small(crs_fit *fit, const crs__batch *batch, int recorded, crs_error *err)
{
    crs__small_seen seen = {0};
    crs_status status = CRS_OK;
    if (recorded) {
        status = crs__batch_load(batch, fit->view, err);
        if (status != CRS_OK)
            return status;
        crs_net_forward(fit->net, fit->view);
        crs__tally_add(fit->net, fit->view, batch, &fit->tally);
    }
    crs__small_run(fit->small, fit->net, fit->work, &seen);
    update(fit);
    return CRS_OK;
}

static void step_large(crs_fit *fit, const crs__batch *batch, int recorded)
{
    crs_net *net = fit->net;
    crs_workspace *work = fit->work;
    crs_workspace_set_training(work, fit->config.seed, fit->step);
    if (fit->plain) {
        crs__net_step(net, work, fit->last_lr);
    } else {
        crs__net_gradient(net, work);
        update(fit);
    }
    crs_net_follow_batch(net, work);
    if (recorded)
        crs__tally_add(net, work, batch, &fit->tally);
}

static crs_status step_batch(crs_fit *fit, crs_error *err)
{
    int recorded = crs__fit_is_recorded(fit, fit->epoch);
    crs__batch batch;
    crs_status status;
    crs__feed_next(fit, &batch);
    status = crs__batch_load(&batch, fit->work, err);
    if (status != CRS_OK)
        return status;
    if (fit->small != NULL)
        status = step_small(fit, &batch, recorded, err);
    else
        step_large(fit, &batch, recorded);
    if (status == CRS_OK)
        limit_rows(fit);
    return status;
}

crs_status crs_fit_advance(crs_fit *fit, size_t steps, crs_error *err)
{
    if (fit == NULL)
        return crs__null_argument(err, __func__);
    for (size_t i = 0; i < steps && fit->end == CRS_FIT_GOES_ON; i++) {
        crs_status status;
        if (fit->feed.at == 0)
            crs__feed_begin_epoch(fit);
        fit->last_lr =
            fit->lr * crs_schedule_share(&fit->config.schedule, fit->step,
                                         crs_fit_steps_in_all(fit), fit->per_epoch, &fit->plateau);
        status = fit->lbfgs != NULL ? crs__fit_step_lbfgs(fit, err) : step_batch(fit, err);
        if (status != CRS_OK)
            return status;
        fit->step++;
        if (fit->lbfgs != NULL || crs__feed_is_done(fit))
            status = crs__fit_end_epoch(fit, err);
        if (status != CRS_OK)
            return status;
    }
    return CRS_OK;
}

/* ---- looking at it ------------------------------------------------------------------------------- */

crs_fit_end crs_fit_ended(const crs_fit *fit)
{
    if (fit == NULL)
        return (crs_fit_end)0;
    return fit->end;
}

uint64_t crs_fit_steps(const crs_fit *fit)
{
    if (fit == NULL)
        return 0;
    return fit->step;
}

uint64_t crs_fit_steps_in_all(const crs_fit *fit)
{
    if (fit == NULL)
        return 0;
    return fit->per_epoch * fit->config.epochs;
}

uint64_t crs_fit_steps_per_epoch(const crs_fit *fit)
{
    if (fit == NULL)
        return 0;
    return fit->per_epoch;
}

double crs_fit_cost_so_far(const crs_fit *fit)
{
    if (fit == NULL)
        return 0;
    return crs__tally_cost(&fit->tally);
}

const crs_fit_record *crs_fit_records(const crs_fit *fit, size_t *n)
{
    if (fit == NULL || n == NULL)
        return NULL;
    *n = fit->n_records;
    return fit->records;
}

size_t crs_fit_best(const crs_fit *fit)
{
    if (fit == NULL)
        return 0;
    return fit->best;
}
