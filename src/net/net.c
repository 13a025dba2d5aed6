#include "net/net.h"

#include "core/memory.h"

#include <stdint.h>
#include <string.h>

const char *crs_loss_name(crs_loss loss)
{
    static const char *const names[] = {"bce", "softmax", "squared"};
    return (unsigned)loss < 3 ? names[loss] : NULL;
}

double crs__net_get(const crs_net *net, const void *base, size_t i)
{
    return net->kernels->dtype == CRS_F64 ? ((const double *)base)[i]
                                          : (double)((const float *)base)[i];
}

void crs__net_set(const crs_net *net, void *base, size_t i, double value)
{
    if (net->kernels->dtype == CRS_F64)
        ((double *)base)[i] = value;
    else
        ((float *)base)[i] = (float)value;
}

/* 1 if the parameters can be counted and addressed as doubles. */
static int count_params(const crs_net_config *config, size_t *out)
{
    size_t total = 0, limit = SIZE_MAX / 16;
    for (size_t l = 0; l < config->n_layers; l++) {
        size_t n_in = config->widths[l], n_out = config->widths[l + 1];
        if (n_in >= limit || n_out > (limit - total) / (n_in + 1))
            return 0;
        total += n_out * (n_in + 1);
    }
    *out = total;
    return 1;
}

static crs_status check_config(const crs_net_config *config, size_t *n_params, crs_error *err)
{
    if (config->n_layers == 0)
        return crs_error_set(err, CRS_EINVAL, "a net needs at least one layer");
    for (size_t l = 0; l <= config->n_layers; l++) {
        if (config->widths[l] == 0)
            return crs_error_set(err, CRS_EINVAL, "layer %zu has no units", l);
    }
    if (config->loss == CRS_LOSS_SOFTMAX && config->widths[config->n_layers] < 2)
        return crs_error_set(err, CRS_EINVAL, "softmax needs at least two outputs, got one");
    if (!count_params(config, n_params))
        return crs_error_set(err, CRS_ENOMEM, "the net has more parameters than can be addressed");
    return CRS_OK;
}

crs_status crs_net_create(const crs_net_config *config, crs_error *err, crs_net **out)
{
    static const crs__loss_id losses[] = {CRS__BCE, CRS__SOFTMAX, CRS__SQUARED};
    crs_net *net;
    size_t n_params = 0, at = 0;
    int any_large = 0;
    crs_status status;
    *out = NULL;
    status = check_config(config, &n_params, err);
    if (status != CRS_OK)
        return status;

    net = crs__alloc(1, sizeof *net);
    if (net == NULL)
        goto no_memory;
    net->n_layers = config->n_layers;
    net->loss_id = config->loss;
    status = crs__gemm_get(NULL, config->dtype, err, &net->gemm);
    if (status != CRS_OK) {
        crs_net_destroy(net);
        return status;
    }
    net->loss = crs__loss_get(losses[config->loss], config->dtype);
    net->kernels = crs__kernels_get(config->dtype, crs__cpu_level_get());
    net->n_params = n_params;
    net->params = crs__alloc_aligned(n_params, net->kernels->size);
    net->layers = crs__alloc(net->n_layers, sizeof *net->layers);
    if (net->params == NULL || net->layers == NULL)
        goto no_memory;
    for (size_t l = 0; l < net->n_layers; l++) {
        crs__net_layer *layer = &net->layers[l];
        crs__dense_setup(config->widths[l], config->widths[l + 1], &layer->dense);
        if (l + 1 < net->n_layers)
            layer->act = config->acts[l];
        layer->weight_at = at;
        layer->bias_at = at + layer->dense.n_in * layer->dense.n_out;
        at = layer->bias_at + layer->dense.n_out;
        any_large |= layer->dense.large;
    }
    for (size_t l = 0; any_large && l < net->n_layers; l++)
        crs__dense_join_large(&net->layers[l].dense);
    *out = net;
    return CRS_OK;

no_memory:
    crs_net_destroy(net);
    return crs_error_set(err, CRS_ENOMEM, "no memory for a net of %zu parameters", n_params);
}

crs_status crs_net_set_gemm(crs_net *net, const char *name, crs_error *err)
{
    crs__gemm gemm;
    crs_status status = crs__gemm_get(name, net->kernels->dtype, err, &gemm);
    if (status == CRS_OK)
        net->gemm = gemm;
    return status;
}

crs_status crs_net_copy(const crs_net *net, crs_net **out)
{
    crs_net *copy = crs__alloc(1, sizeof *copy);
    *out = NULL;
    if (copy == NULL)
        return CRS_ENOMEM;
    *copy = *net;
    copy->params = crs__alloc_aligned(net->n_params, net->kernels->size);
    copy->layers = crs__alloc(net->n_layers, sizeof *copy->layers);
    if (copy->params == NULL || copy->layers == NULL) {
        crs_net_destroy(copy);
        return CRS_ENOMEM;
    }
    memcpy(copy->params, net->params, net->n_params * net->kernels->size);
    memcpy(copy->layers, net->layers, net->n_layers * sizeof *net->layers);
    *out = copy;
    return CRS_OK;
}

void crs_net_destroy(crs_net *net)
{
    if (net == NULL)
        return;
    crs__free(net->params);
    crs__free(net->layers);
    crs__free(net);
}

size_t crs_net_layers(const crs_net *net)
{
    return net->n_layers;
}

size_t crs_net_width(const crs_net *net, size_t layer)
{
    return layer == 0 ? net->layers[0].dense.n_in : net->layers[layer - 1].dense.n_out;
}

crs_loss crs_net_loss(const crs_net *net)
{
    return net->loss_id;
}

crs_dtype crs_net_dtype(const crs_net *net)
{
    return net->kernels->dtype;
}

const crs_act *crs_net_act(const crs_net *net, size_t layer)
{
    return &net->layers[layer - 1].act;
}

size_t crs_net_n_params(const crs_net *net)
{
    return net->n_params;
}

void *crs_net_params(crs_net *net)
{
    return net->params;
}

size_t crs_net_weight_at(const crs_net *net, size_t layer)
{
    return net->layers[layer - 1].weight_at;
}

size_t crs_net_bias_at(const crs_net *net, size_t layer)
{
    return net->layers[layer - 1].bias_at;
}

double crs_net_param(const crs_net *net, size_t i)
{
    return crs__net_get(net, net->params, i);
}
