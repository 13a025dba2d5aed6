#include "core/arguments.h"
#include "core/text.h"
#include "net/net.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    crs_init_kind kind;
} kinds[] = {
    {"he", CRS_INIT_HE},
    {"lecun", CRS_INIT_LECUN},
    {"glorot", CRS_INIT_GLOROT},
    {"zeros", CRS_INIT_ZEROS},
};

crs_status crs_init_parse(const char *text, crs_error *err, crs_init *out)
{
    if (text == NULL || out == NULL)
        return crs__null_argument(err, __func__);
    out->kind = CRS_INIT_ZEROS;
    out->scale = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(text, kinds[i].name) == 0) {
            out->kind = kinds[i].kind;
            return CRS_OK;
        }
    }
    if (strcmp(text, "small") == 0) {
        out->kind = CRS_INIT_RANDN;
        out->scale = 0.01;
        return CRS_OK;
    }
    if (strncmp(text, "randn:", 6) == 0) {
        char *end;
        double scale = strtod(text + 6, &end);
        if (end == text + 6 || *end != '\0' || !isfinite(scale))
            return crs_error_set(err, CRS_EPARSE,
                                 "initialisation '%s': expected a number after 'randn:'", text);
        out->kind = CRS_INIT_RANDN;
        out->scale = scale;
        return CRS_OK;
    }
    return crs_error_set(err, CRS_ENOENT,
                         "no initialisation '%s': expected he, lecun, glorot, zeros, small or "
                         "randn:SCALE",
                         text);
}

void crs_init_format(const crs_init *init, char *text, size_t size)
{
    if (init == NULL || text == NULL)
        return;
    if (init->kind == CRS_INIT_RANDN) {
        char scale[32];
        crs__text_shortest(init->scale, 1, scale, sizeof scale);
        (void)snprintf(text, size, "randn:%s", scale);
        return;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].kind == init->kind)
            (void)snprintf(text, size, "%s", kinds[i].name);
    }
}

/* The standard deviation of a layer's weights. */
static double deviation(const crs_init *init, const crs__dense *layer)
{
    double n_in = (double)layer->n_in, n_out = (double)layer->n_out;
    switch (init->kind) {
    case CRS_INIT_RANDN:
        return init->scale;
    case CRS_INIT_HE: /* He, Zhang, Ren, Sun 2015, equation 10 */
        return sqrt(2 / n_in);
    case CRS_INIT_LECUN: /* LeCun, Bottou, Orr, Mueller 1998, section 4.6 */
        return sqrt(1 / n_in);
    case CRS_INIT_GLOROT: /* Glorot, Bengio 2010, equation 12 */
        return sqrt(2 / (n_in + n_out));
    case CRS_INIT_ZEROS:
        break;
    }
    return 0;
}

void crs_net_init(crs_net *net, const crs_init *init, crs_random *random)
{
    if (net == NULL || init == NULL || random == NULL)
        return;
    memset(net->params, 0, net->n_params * net->kernels->size);
    crs__net_reset_norm(net);
    if (init->kind == CRS_INIT_ZEROS)
        return;
    for (size_t l = 0; l < net->n_layers; l++) {
        const crs__net_layer *layer = &net->layers[l];
        double scale = deviation(init, &layer->dense);
        for (size_t i = layer->weight_at; i < layer->bias_at; i++)
            crs__net_set(net, net->params, i, scale * crs_random_randn(random));
    }
}
