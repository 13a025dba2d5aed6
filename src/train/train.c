#include <crease/train.h>

#include "core/arguments.h"
#include "core/memory.h"
#include "net/net.h"
#include "net/small.h"
#include "optim/sgd.h"
#include "train/match.h"

#include <math.h>
#include <string.h>

/* Where the next batch of an epoch comes from. */
typedef struct feed {
    const crs_dataset *data;
    size_t batch, at;
    size_t *order;       /* NULL: full batch, loaded once */
    const size_t *index; /* of the batch at hand */
    int is_new;          /* the view has not seen this batch */
    crs_random random;
} feed;

/* A net while it trains. */
typedef struct trainee {
    crs_net *net;
    const crs_train_config *config;
    crs__small *small;   /* NULL: passes of `view` compute the gradient */
    crs_workspace *work; /* what the gradient is computed in */
    crs_workspace *view; /* what an observer sees; the same, or NULL where there is none */
} trainee;

static crs_status load_next(trainee *t, feed *f, crs_error *err)
{
    const crs_dataset *data = f->data;
    size_t n;
    if (f->order == NULL && f->at == data->n_samples)
        return CRS_OK; /* the full batch is there */
    if (f->at >= data->n_samples) {
        f->at = 0;
        if (f->order != NULL)
            crs_random_permutation(&f->random, data->n_samples, f->order);
    }
    n = data->n_samples - f->at < f->batch ? data->n_samples - f->at : f->batch;
    f->index = f->order == NULL ? NULL : f->order + f->at;
    f->at += n;
    f->is_new = 1;
    return crs_workspace_load(t->work, n, data->x, data->y, f->index, err);
}

/* Show an observer z, a and dz of the batch, beside the gradient that will be used. */
static crs_status show(trainee *t, feed *f, size_t iteration, crs_error *err)
{
    crs_train_event event = {iteration, t->net, t->view};
    size_t bytes = t->net->n_params * t->net->kernels->size;
    crs_status status;
    if (t->view != t->work) {
        if (f->is_new) {
            status =
                crs_workspace_load(t->view, t->work->batch, f->data->x, f->data->y, f->index, err);
            if (status != CRS_OK)
                return status;
            f->is_new = f->order != NULL;
        }
        crs_net_forward(t->net, t->view);
        crs_net_backward(t->net, t->view);
        memcpy(t->view->gradient, t->work->gradient, bytes);
    }
    status = t->config->observer(t->config->observer_ctx, &event);
    if (status != CRS_OK)
        return crs_error_set(err, status, "training ended at iteration %zu: %s", iteration,
                             crs_status_text(status));
    if (t->view != t->work)
        memcpy(t->work->gradient, t->view->gradient, bytes);
    return CRS_OK;
}

static crs_status iterate(trainee *t, feed *f, crs_error *err)
{
    const crs_train_config *config = t->config;
    int want_kinks = config->observer != NULL && config->observe_kinks;
    if (t->small != NULL)
        crs__small_set_rules(t->small, t->net, t->work, want_kinks);
    for (size_t i = 0; i < config->iterations; i++) {
        crs__small_seen seen = {0};
        int wanted = config->observer != NULL &&
                     (config->observe == NULL || config->observe(config->observer_ctx, i));
        crs_status status = load_next(t, f, err);
        if (status != CRS_OK)
            return status;
        crs_workspace_set_training(t->work, config->shuffle_seed, i);
        if (t->small != NULL) {
            crs__small_run(t->small, t->net, t->work, &seen);
        } else if (!wanted && !want_kinks) {
            crs__net_step(t->net, t->work, config->lr);
            crs_net_follow_batch(t->net, t->work);
            continue;
        } else {
            crs_net_forward(t->net, t->work);
            crs_net_backward(t->net, t->work);
            seen.kinks = want_kinks;
        }
        if (wanted || seen.kinks)
            status = show(t, f, i, err);
        if (status != CRS_OK)
            return status;
        crs__sgd_step(t->net->kernels, t->net->n_params, config->lr, t->work->gradient,
                      t->net->params);
        crs_net_follow_batch(t->net, t->work);
    }
    return CRS_OK;
}

/* The workspaces and the engine for batches of that size. */
static crs_status prepare(trainee *t, size_t batch, crs_error *err)
{
    const crs_train_config *config = t->config;
    crs_status status;
    if (!crs__small_fits(t->net)) {
        status = crs_workspace_create(t->net, batch, config->executor, err, &t->work);
        t->view = t->work;
        return status;
    }
    status = crs__workspace_create_bare(t->net, batch, err, &t->work);
    if (status == CRS_OK && config->observer != NULL)
        status = crs_workspace_create(t->net, batch, NULL, err, &t->view);
    if (status == CRS_OK && crs__small_create(t->net, batch, config->executor, &t->small) != CRS_OK)
        status =
            crs_error_set(err, CRS_ENOMEM, "no memory to train with batches of %zu samples", batch);
    return status;
}

crs_status crs_train(crs_net *net, const crs_dataset *data, const crs_train_config *config,
                     crs_error *err)
{
    if (net == NULL || data == NULL || config == NULL)
        return crs__null_argument(err, __func__);
    feed f = {.data = data, .at = SIZE_MAX};
    trainee t = {.net = net, .config = config};
    crs_status status = crs__match_check(net, data, err);
    if (status != CRS_OK)
        return status;
    f.batch =
        config->batch == 0 || config->batch > data->n_samples ? data->n_samples : config->batch;
    status = prepare(&t, f.batch, err);
    if (status != CRS_OK)
        goto out;
    crs_workspace_set_rule(t.work, 0, config->rule);
    if (t.view != NULL)
        crs_workspace_set_rule(t.view, 0, config->rule);
    if (f.batch < data->n_samples) {
        crs_random_seed(&f.random, config->shuffle_seed);
        f.order = crs__alloc(data->n_samples, sizeof *f.order);
        if (f.order == NULL) {
            status = crs_error_set(err, CRS_ENOMEM, "no memory for the order of %zu samples",
                                   data->n_samples);
            goto out;
        }
    }
    status = iterate(&t, &f, err);
out:
    crs__free(f.order);
    crs__small_destroy(t.small);
    if (t.view != t.work)
        crs_workspace_destroy(t.view);
    crs_workspace_destroy(t.work);
    return status;
}

crs_status crs_evaluate(const crs_net *net, const crs_dataset *data, const crs_executor *executor,
                        crs_error *err, crs_score *out)
{
    if (net == NULL || data == NULL || out == NULL)
        return crs__null_argument(err, __func__);
    enum { BLOCK = 1024 };
    size_t correct = 0, n = data->n_samples;
    double cost = 0;
    crs_workspace *work = NULL;
    crs_status status = crs__match_check(net, data, err);
    out->cost = out->accuracy = NAN;
    if (status == CRS_OK)
        status = crs_workspace_create(net, n < BLOCK ? n : BLOCK, executor, err, &work);
    for (size_t from = 0; status == CRS_OK && from < n; from += BLOCK) {
        size_t count = n - from < BLOCK ? n - from : BLOCK;
        status = crs_workspace_load(work, count,
                                    crs__net_const_at(net, data->x, from * data->n_features),
                                    data->y + from * crs__match_targets(data), NULL, err);
        if (status != CRS_OK)
            break;
        crs_net_forward(net, work);
        cost += crs_net_cost(net, work) * (double)count;
        correct += crs_net_count_correct(net, work);
    }
    crs_workspace_destroy(work);
    if (status != CRS_OK)
        return status;
    out->cost = cost / (double)n;
    /* outputs that are no numbers classify nothing */
    if (crs__net_classifies(net) && !isnan(cost))
        out->accuracy = (double)correct / (double)n;
    return CRS_OK;
}
