#include "net/finish.h"

#include <math.h>
#include <string.h>

/* Mean and variance a unit's samples are normalised with. */
static void stats_of(const crs_net *net, const crs_workspace *work, size_t l, size_t j,
                     double *mean, double *var)
{
    const crs__net_layer *layer = &net->layers[l - 1];
    const double *batch = work == NULL || !work->trained ? NULL : work->layers[l - 1].stats;
    size_t at = layer->running_at + j;
    *mean = batch != NULL ? batch[j] : crs__net_get(net, net->running, at);
    *var = batch != NULL ? batch[layer->dense.n_out + j]
                         : crs__net_get(net, net->running, at + layer->dense.n_out);
}

/* 1 / sqrt(var + eps) of a layer */
static double inverse(const crs__net_layer *layer, double var)
{
    return 1 / sqrt(var + layer->options.eps);
}

static void normalise(const crs_net *net, const crs_workspace *work, size_t l, size_t j, size_t n,
                      const void *u, void *z)
{
    const crs__net_layer *layer = &net->layers[l - 1];
    double mean, var;
    stats_of(net, work, l, j, &mean, &var);
    net->kernels->norm_fwd(
        n, mean, crs__net_get(net, net->params, layer->gamma_at + j) * inverse(layer, var),
        crs__net_get(net, net->params, layer->beta_at + j), u, z);
}

/* Draw a row's mask. */
static void draw(const crs_net *net, const crs_workspace *work, size_t l, size_t j,
                 crs__span samples, void *mask)
{
    double share = net->layers[l - 1].options.dropout;
    crs__drop d = {{work->drop_seed, (uint32_t)work->drop_step},
                   (uint32_t)l,
                   (uint32_t)(work->drop_step >> 32),
                   (uint32_t)(share * 4294967296.0),
                   1 / (1 - share)};
    net->kernels->drop(&d, j, samples, mask);
}

/* row += the input's feature j */
static void add_input(const crs_net *net, const crs_workspace *work, size_t j, crs__span samples,
                      void *row)
{
    const crs__input *x = &work->x;
    if (!x->by_sample) {
        net->kernels->add(samples.to - samples.from,
                          crs__net_const_at(net, x->data, j * x->ld + samples.from),
                          crs__net_at(net, row, samples.from));
        return;
    }
    for (size_t s = samples.from; s < samples.to; s++)
        net->kernels->add(
            1, crs__net_const_at(net, x->data, (x->index == NULL ? s : x->index[s]) * x->ld + j),
            crs__net_at(net, row, s));
}

static void forward_row(const crs_net *net, crs_workspace *work, size_t l, size_t j,
                        crs__span samples)
{
    const crs__net_layer *layer = &net->layers[l - 1];
    crs__pass_layer *pass = &work->layers[l - 1];
    size_t n = samples.to - samples.from, at = j * work->ld + samples.from;
    void *row = crs__net_at(net, pass->a, j * work->ld), *a = crs__net_at(net, pass->a, at);
    if (layer->options.batchnorm) {
        const void *u = crs__net_const_at(net, pass->u, at);
        if (work->trained)
            net->kernels->norm_stats(n, u, &pass->stats[j], &pass->stats[layer->dense.n_out + j]);
        normalise(net, work, l, j, n, u, crs__net_at(net, pass->z, at));
    }
    net->kernels->act_fwd(&layer->act, n, crs__net_const_at(net, pass->z, at), a);
    if (pass->mask != NULL && work->trained) {
        draw(net, work, l, j, samples, crs__net_at(net, pass->mask, j * work->ld));
        net->kernels->weigh(n, crs__net_const_at(net, pass->mask, at), a);
    }
    if (layer->options.skip == l)
        add_input(net, work, j, samples, row);
    else if (layer->options.skip > 0)
        net->kernels->add(
            n, crs__net_const_at(net, work->layers[l - 1 - layer->options.skip].a, at), a);
}

void crs__finish_forward(const crs_net *net, crs_workspace *work, size_t l, crs__span units,
                         crs__span samples)
{
    for (size_t j = units.from; j < units.to; j++)
        forward_row(net, work, l, j, samples);
}

void crs__finish_units(const crs_net *net, size_t l, crs__span units, const void *below, void *z,
                       void *a)
{
    const crs__net_layer *layer = &net->layers[l - 1];
    size_t n = units.to - units.from;
    for (size_t j = units.from; layer->options.batchnorm && j < units.to; j++)
        normalise(net, NULL, l, j, 1, crs__net_const_at(net, z, j), crs__net_at(net, z, j));
    net->kernels->act_fwd(&layer->act, n, crs__net_const_at(net, z, units.from),
                          crs__net_at(net, a, units.from));
    if (layer->options.skip > 0)
        net->kernels->add(n, crs__net_const_at(net, below, units.from),
                          crs__net_at(net, a, units.from));
}

/* dz from da in its place. A rule wants a = g(z), which dropout and skip may have changed. */
static void apply_rule(const crs_net *net, const crs_workspace *work, size_t l, size_t at, size_t n,
                       void *dz, void *scratch)
{
    const crs__net_layer *layer = &net->layers[l - 1];
    const crs__pass_layer *pass = &work->layers[l - 1];
    size_t room = CRS__PANEL_BYTES / net->kernels->size;
    if (!pass->has_rule) {
        net->kernels->act_bwd(&layer->act, n, crs__net_const_at(net, pass->z, at), dz, dz);
        return;
    }
    for (size_t from = 0, count; from < n; from += count) {
        const void *z = crs__net_const_at(net, pass->z, at + from);
        void *d = crs__net_at(net, dz, from);
        count = n - from < room ? n - from : room;
        net->kernels->act_fwd(&layer->act, count, z, scratch);
        if (net->kernels->dtype == CRS_F64)
            pass->rule.f64(pass->rule.ctx, count, z, scratch, d, d);
        else
            pass->rule.f32(pass->rule.ctx, count, z, scratch, d, d);
    }
}

/*
 * du from dz in its place, dgamma and dbeta: with x the normalised u,
 *     du = gamma / sqrt(var + eps) (dz - mean of dz - x mean of dz x)
 * where mean and variance are the batch's, else without what is subtracted.
 */
static void normalise_back(const crs_net *net, crs_workspace *work, size_t l, size_t j, void *dz)
{
    const crs__net_layer *layer = &net->layers[l - 1];
    const void *u = crs__net_const_at(net, work->layers[l - 1].u, j * work->ld);
    double mean, var, inv, sum, product, share = 1 / (double)work->batch;
    stats_of(net, work, l, j, &mean, &var);
    inv = inverse(layer, var);
    net->kernels->norm_sums(work->batch, mean, u, dz, &sum, &product);
    crs__net_set(net, work->gradient, layer->gamma_at + j, share * (product * inv));
    crs__net_set(net, work->gradient, layer->beta_at + j, share * sum);
    if (!work->trained)
        sum = product = 0;
    net->kernels->norm_bwd(work->batch, mean,
                           crs__net_get(net, net->params, layer->gamma_at + j) * inv, share * sum,
                           share * product * inv * inv, u, dz);
}

static void backward_row(const crs_net *net, crs_workspace *work, size_t l, size_t j,
                         crs__span samples, void *scratch)
{
    const crs__net_layer *layer = &net->layers[l - 1];
    crs__pass_layer *pass = &work->layers[l - 1];
    size_t n = samples.to - samples.from, at = j * work->ld + samples.from;
    void *dz = crs__net_at(net, pass->dz, at);
    for (size_t m = l + 1; m < net->n_layers; m++)
        if (net->layers[m - 1].options.skip == m - l)
            net->kernels->add(n, crs__net_const_at(net, work->layers[m - 1].da, at), dz);
    if (pass->da != NULL)
        memcpy(crs__net_at(net, pass->da, at), dz, n * net->kernels->size);
    if (pass->mask != NULL && work->trained)
        net->kernels->weigh(n, crs__net_const_at(net, pass->mask, at), dz);
    apply_rule(net, work, l, at, n, dz, scratch);
    if (layer->options.batchnorm)
        normalise_back(net, work, l, j, dz);
}

void crs__finish_backward(const crs_net *net, crs_workspace *work, size_t l, crs__span units,
                          crs__span samples, void *scratch)
{
    for (size_t j = units.from; j < units.to; j++)
        backward_row(net, work, l, j, samples, scratch);
}

void crs_net_follow_batch(crs_net *net, const crs_workspace *work)
{
    if (net == NULL || work == NULL)
        return;
    double n = (double)work->batch;
    for (size_t l = 1; work->trained && l < net->n_layers; l++) {
        const crs__net_layer *layer = &net->layers[l - 1];
        const double *stats = work->layers[l - 1].stats;
        size_t units = layer->dense.n_out;
        double m = layer->options.momentum;
        for (size_t j = 0; layer->options.batchnorm && j < 2 * units; j++) {
            double batch = j < units ? stats[j] : stats[j] * (n / (n - 1));
            size_t at = layer->running_at + j;
            if (j < units || n > 1) /* of one sample there is no unbiased variance */
                crs__net_set(net, net->running, at,
                             (1 - m) * crs__net_get(net, net->running, at) + m * batch);
        }
    }
}
