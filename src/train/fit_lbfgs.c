/* L-BFGS: the cost of all samples as a function of the parameters. */
#include "train/fit.h"
#include "train/match.h"

#include <string.h>

static void put_params(crs_fit *fit, const double *p)
{
    for (size_t i = 0; i < fit->net->n_params; i++)
        crs__net_set(fit->net, fit->net->params, i, p[i]);
}

/* Add what one block of samples has to the mean: its share of all weight. */
static crs_status add_block(crs_fit *fit, size_t from, size_t n, double *weight, double *cost,
                            double *g, crs_error *err)
{
    const crs_net *net = fit->net;
    const crs_dataset *data = fit->data;
    size_t first = fit->train.index == NULL ? from : 0;
    crs__batch batch = {
        .n = n,
        .x = crs__net_const_at(net, data->x, first * data->n_features),
        .y = data->y + first * crs__match_targets(data),
        .weights = fit->weights == NULL ? NULL : fit->weights + first,
        .load_index = fit->train.index == NULL ? NULL : fit->train.index + from,
    };
    double counts = crs__batch_weight(&batch);
    crs_status status = crs__batch_load(&batch, fit->judge, err);
    if (status != CRS_OK || counts == 0)
        return status;
    crs_net_forward(net, fit->judge);
    crs_net_backward(net, fit->judge);
    *weight += counts;
    *cost += counts * crs_net_cost(net, fit->judge);
    for (size_t i = 0; i < net->n_params; i++)
        g[i] += counts * crs__net_get(net, fit->judge->gradient, i);
    return CRS_OK;
}

/* The penalties' cost; their gradient is added to g. */
static double add_penalties(const crs_fit *fit, const double *p, double *g)
{
    double l1 = fit->config.l1, l2 = fit->config.l2, sum = 0;
    for (size_t l = 0; l < fit->net->n_layers; l++) {
        const crs__net_layer *layer = &fit->net->layers[l];
        size_t n = layer->dense.n_in * layer->dense.n_out, at = layer->weight_at;
        sum += crs_penalty(CRS_F64, l1, l2, n, p + at);
        crs_penalise(CRS_F64, l1, l2, n, p + at, g + at);
    }
    return sum;
}

static crs_status objective(void *ctx, size_t n, const double *p, double *cost, double *g)
{
    crs_fit *fit = ctx;
    size_t block = fit->judge->capacity;
    double weight = 0;
    put_params(fit, p);
    *cost = 0;
    memset(g, 0, n * sizeof *g);
    for (size_t from = 0; from < fit->train.n; from += block) {
        size_t left = fit->train.n - from;
        crs_status status =
            add_block(fit, from, left < block ? left : block, &weight, cost, g, NULL);
        if (status != CRS_OK)
            return status;
    }
    *cost /= weight;
    for (size_t i = 0; i < n; i++)
        g[i] /= weight;
    *cost += add_penalties(fit, p, g);
    return CRS_OK;
}

crs_status crs__fit_step_lbfgs(crs_fit *fit, crs_error *err)
{
    crs_lbfgs_end end;
    double cost;
    crs_status status = CRS_OK;
    for (size_t i = 0; i < fit->net->n_params; i++)
        fit->point[i] = crs_net_param(fit->net, i);
    if (crs__fit_is_recorded(fit, fit->epoch))
        status =
            crs__judged_measure(fit->net, &fit->train, fit->weights, fit->judge, &fit->tally, err);
    if (status == CRS_OK)
        status = crs_lbfgs_step(fit->lbfgs, fit->last_lr, objective, fit, fit->point, &cost, &end);
    put_params(fit, fit->point);
    if (status != CRS_OK)
        return crs_error_set(err, status, "no memory for an iteration of L-BFGS");
    if (end == CRS_LBFGS_WENT_ON)
        return CRS_OK;
    fit->end = CRS_FIT_CONVERGED; /* which is recorded, whatever the epoch */
    return crs__judged_measure(fit->net, &fit->train, fit->weights, fit->judge, &fit->tally, err);
}
