#include "net/net.h"

#include "core/arguments.h"
#include "core/memory.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

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
        size_t each = n_in + 1; /* parameters of a unit */
        if (l + 1 < config->n_layers && config->options != NULL && config->options[l].batchnorm)
            each += 2;
        if (n_in >= limit || n_out > (limit - total) / each)
            return 0;
        total += n_out * each;
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
    if (crs_loss_name(config->loss) == NULL)
        return crs_error_set(err, CRS_EINVAL, "there is no loss %d", (int)config->loss);
    if (config->loss == CRS_LOSS_SOFTMAX && config->widths[config->n_layers] < 2)
        return crs_error_set(err, CRS_EINVAL, "softmax needs at least two outputs, got one");
    if (config->huber_delta < 0 || !isfinite(config->huber_delta))
        return crs_error_set(err, CRS_EINVAL, "huber's delta is %g, expected a number above 0",
                             config->huber_delta);
    if (!(config->label_smoothing >= 0 && config->label_smoothing < 1))
        return crs_error_set(err, CRS_EINVAL,
                             "label smoothing is %g, expected 0 or more, less than 1",
                             config->label_smoothing);
    if (config->label_smoothing > 0 && config->loss != CRS_LOSS_BCE &&
        config->loss != CRS_LOSS_SOFTMAX)
        return crs_error_set(err, CRS_EINVAL,
                             "label smoothing is for the losses bce and softmax, not for %s",
                             crs_loss_name(config->loss));
    if (!count_params(config, n_params))
        return crs_error_set(err, CRS_ENOMEM, "the net has more parameters than can be addressed");
    return CRS_OK;
}

/* Where the parts of layer l (from 0) lie, behind those of the ones below. */
static void lay_out(crs_net *net, size_t l, size_t *at)
{
    crs__net_layer *layer = &net->layers[l];
    size_t n_out = layer->dense.n_out;
    layer->weight_at = *at;
    layer->bias_at = *at + layer->dense.n_in * n_out;
    *at = layer->bias_at + n_out;
    if (layer->options.batchnorm) {
        layer->gamma_at = *at;
        layer->beta_at = *at + n_out;
        *at += 2 * n_out;
        layer->running_at = net->n_running;
        net->n_running += 2 * n_out;
    }
}

static crs_status set_layers(crs_net *net, const crs_net_config *config, crs_error *err)
{
    int any_large = 0;
    size_t at = 0;
    for (size_t l = 0; l < net->n_layers; l++) {
        crs__net_layer *layer = &net->layers[l];
        crs_layer_options *options = &layer->options;
        crs__dense_setup(config->widths[l], config->widths[l + 1], &layer->dense);
        any_large |= layer->dense.large;
        if (l + 1 < net->n_layers) {
            crs_status status = crs__layer_options_check(config, l, err, options);
            if (status != CRS_OK)
                return status;
            layer->act = config->acts[l];
        }
        layer->forward_extra = options->batchnorm || options->dropout > 0 || options->skip > 0;
        layer->backward_extra |= layer->forward_extra;
        if (options->skip > 0 && options->skip <= l)
            net->layers[l - options->skip].backward_extra = 1;
        net->has_options |= layer->forward_extra;
        lay_out(net, l, &at);
    }
    for (size_t l = 0; any_large && l < net->n_layers; l++)
        crs__dense_join_large(&net->layers[l].dense);
    return CRS_OK;
}

crs_status crs_net_create(const crs_net_config *config, crs_error *err, crs_net **out)
{
    if (config == NULL || out == NULL) {
        if (out != NULL)
            *out = NULL;
        return crs__null_argument(err, __func__);
    }
    crs_net *net;
    size_t n_params = 0;
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
    net->huber_delta = config->huber_delta > 0 ? config->huber_delta : 1;
    net->label_smoothing = config->label_smoothing;
    net->loss = crs__loss_get((crs__loss_id)config->loss, config->dtype);
    net->kernels = crs__kernels_get(config->dtype, crs__cpu_level_get());
    net->n_params = n_params;
    net->params = crs__alloc_aligned(n_params, net->kernels->size);
    net->layers = crs__alloc(net->n_layers, sizeof *net->layers);
    if (net->params == NULL || net->layers == NULL)
        goto no_memory;
    status = set_layers(net, config, err);
    if (status == CRS_OK)
        status = crs_net_set_gemm(net, NULL, err);
    if (status != CRS_OK) {
        crs_net_destroy(net);
        return status;
    }
    if (net->n_running > 0) {
        net->running = crs__alloc_aligned(net->n_running, net->kernels->size);
        if (net->running == NULL)
            goto no_memory;
    }
    crs__net_reset_norm(net);
    *out = net;
    return CRS_OK;

no_memory:
    crs_net_destroy(net);
    return crs_error_set(err, CRS_ENOMEM, "no memory for a net of %zu parameters", n_params);
}

void crs__net_reset_norm(crs_net *net)
{
    for (size_t l = 0; l < net->n_layers; l++) {
        const crs__net_layer *layer = &net->layers[l];
        for (size_t j = 0; layer->options.batchnorm && j < layer->dense.n_out; j++) {
            crs__net_set(net, net->params, layer->gamma_at + j, 1);
            crs__net_set(net, net->params, layer->beta_at + j, 0);
            crs__net_set(net, net->running, layer->running_at + j, 0);
            crs__net_set(net, net->running, layer->running_at + layer->dense.n_out + j, 1);
        }
    }
}

crs_status crs_net_set_gemm(crs_net *net, const char *name, crs_error *err)
{
    if (net == NULL)
        return crs__null_argument(err, __func__);
    crs__gemm gemm;
    crs_status status = crs__gemm_get(name, net->kernels->dtype, err, &gemm);
    if (status == CRS_OK && net->has_options)
        gemm.name = NULL;
    if (status == CRS_OK)
        net->gemm = gemm;
    return status;
}

crs_status crs_net_copy(const crs_net *net, crs_net **out)
{
    if (net == NULL || out == NULL) {
        if (out != NULL)
            *out = NULL;
        return CRS_EINVAL;
    }
    crs_net *copy = crs__alloc(1, sizeof *copy);
    *out = NULL;
    if (copy == NULL)
        return CRS_ENOMEM;
    *copy = *net;
    copy->params = crs__alloc_aligned(net->n_params, net->kernels->size);
    copy->layers = crs__alloc(net->n_layers, sizeof *copy->layers);
    copy->running =
        net->running == NULL ? NULL : crs__alloc_aligned(net->n_running, net->kernels->size);
    if (copy->params == NULL || copy->layers == NULL ||
        (copy->running == NULL && net->running != NULL)) {
        crs_net_destroy(copy);
        return CRS_ENOMEM;
    }
    if (net->running != NULL)
        memcpy(copy->running, net->running, net->n_running * net->kernels->size);
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
    crs__free(net->running);
    crs__free(net);
}

size_t crs_net_layers(const crs_net *net)
{
    if (net == NULL)
        return 0;
    return net->n_layers;
}

size_t crs_net_width(const crs_net *net, size_t layer)
{
    if (net == NULL)
        return 0;
    return layer == 0 ? net->layers[0].dense.n_in : net->layers[layer - 1].dense.n_out;
}

crs_loss crs_net_loss(const crs_net *net)
{
    if (net == NULL)
        return (crs_loss)0;
    return net->loss_id;
}

crs_dtype crs_net_dtype(const crs_net *net)
{
    if (net == NULL)
        return (crs_dtype)0;
    return net->kernels->dtype;
}

const crs_act *crs_net_act(const crs_net *net, size_t layer)
{
    if (net == NULL)
        return NULL;
    return &net->layers[layer - 1].act;
}

const crs_layer_options *crs_net_options(const crs_net *net, size_t layer)
{
    if (net == NULL)
        return NULL;
    return &net->layers[layer - 1].options;
}

double crs_net_huber_delta(const crs_net *net)
{
    if (net == NULL)
        return 0;
    return net->huber_delta;
}

double crs_net_label_smoothing(const crs_net *net)
{
    if (net == NULL)
        return 0;
    return net->label_smoothing;
}

size_t crs_net_n_params(const crs_net *net)
{
    if (net == NULL)
        return 0;
    return net->n_params;
}

void *crs_net_params(crs_net *net)
{
    if (net == NULL)
        return NULL;
    return net->params;
}

size_t crs_net_weight_at(const crs_net *net, size_t layer)
{
    if (net == NULL)
        return 0;
    return net->layers[layer - 1].weight_at;
}

size_t crs_net_bias_at(const crs_net *net, size_t layer)
{
    if (net == NULL)
        return 0;
    return net->layers[layer - 1].bias_at;
}

size_t crs_net_gamma_at(const crs_net *net, size_t layer)
{
    if (net == NULL)
        return 0;
    return net->layers[layer - 1].gamma_at;
}

size_t crs_net_beta_at(const crs_net *net, size_t layer)
{
    if (net == NULL)
        return 0;
    return net->layers[layer - 1].beta_at;
}

size_t crs_net_n_running(const crs_net *net)
{
    if (net == NULL)
        return 0;
    return net->n_running;
}

void *crs_net_running(crs_net *net)
{
    if (net == NULL)
        return NULL;
    return net->running;
}

size_t crs_net_running_at(const crs_net *net, size_t layer)
{
    if (net == NULL)
        return 0;
    return net->layers[layer - 1].running_at;
}

double crs_net_param(const crs_net *net, size_t i)
{
    if (net == NULL)
        return 0;
    return crs__net_get(net, net->params, i);
}
