#include "check/gradcheck_point.h"

#include "check/gradcheck_branch.h"
#include "core/memory.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- sources ---- */

double crs__source_get(const crs__source *source, size_t k, size_t s)
{
    size_t at = k * source->step_k + s * source->step_s;
    return source->dtype == CRS_F64 ? ((const double *)source->data)[at]
                                    : (double)((const float *)source->data)[at];
}

void crs__source_row(const crs__source *source, int along_k, size_t at, size_t n, double *out)
{
    size_t from = at * (along_k ? source->step_s : source->step_k);
    size_t step = along_k ? source->step_k : source->step_s;
    if (source->dtype == CRS_F64) {
        const double *x = (const double *)source->data + from;
        for (size_t i = 0; i < n; i++)
            out[i] = x[i * step];
    } else {
        const float *x = (const float *)source->data + from;
        for (size_t i = 0; i < n; i++)
            out[i] = (double)x[i * step];
    }
}

crs__source crs__point_input(const crs__point *point, size_t l)
{
    const crs__input *x = &point->work->x;
    size_t n_in = point->layers[l - 1].n_in;
    if (l > 1)
        return (crs__source){point->layers[l - 2].a, CRS_F64, n_in, point->ld, 1};
    return (crs__source){x->data, crs_net_dtype(point->net), n_in, x->by_sample ? 1 : x->ld,
                         x->by_sample ? x->ld : 1};
}

/* ---- rules ---- */

int crs__point_has_rule(const crs__point *point, size_t l)
{
    return point->work->layers[l - 1].has_rule;
}

double crs__point_rule(const crs__point *point, size_t l, double z, double a)
{
    const crs__pass_layer *pass = &point->work->layers[l - 1];
    double one = 1, slope;
    float z32 = (float)z, a32 = (float)a, one32 = 1, slope32;
    const crs_kink *kink;
    if (pass->has_rule) {
        if (crs_net_dtype(point->net) == CRS_F64) {
            pass->rule.f64(pass->rule.ctx, 1, &z, &a, &one, &slope);
            return slope;
        }
        pass->rule.f32(pass->rule.ctx, 1, &z32, &a32, &one32, &slope32);
        return (double)slope32;
    }
    kink = crs__branch_kink(point->layers[l - 1].act, z);
    if (kink == NULL)
        return crs__branch_slope(point->layers[l - 1].act, crs_net_dtype(point->net),
                                 crs__branch_piece(point->layers[l - 1].act, z, 1), z);
    return crs_net_dtype(point->net) == CRS_F64 ? kink->value : (double)(float)kink->value;
}

/* ---- recording ---- */

static double *array(const crs__point *point, size_t n)
{
    return crs__alloc(n * point->ld, sizeof(double));
}

static crs_status allocate_layer(const crs__point *point, size_t l, crs__point_layer *layer)
{
    int hidden = l < point->n_layers;
    layer->n_in = crs_net_width(point->net, l - 1);
    layer->n_out = crs_net_width(point->net, l);
    layer->act = hidden ? crs_net_act(point->net, l) : NULL;
    layer->z = array(point, layer->n_out);
    layer->a = array(point, layer->n_out);
    layer->d = array(point, layer->n_out);
    layer->e = array(point, layer->n_out);
    layer->p = array(point, layer->n_out);
    layer->hit = crs__alloc(point->ld, 1);
    if (!layer->z || !layer->a || !layer->d || !layer->e || !layer->p || !layer->hit)
        return CRS_ENOMEM;
    if (hidden) {
        layer->slope = array(point, layer->n_out);
        layer->left = array(point, layer->n_out);
        layer->right = array(point, layer->n_out);
        if (!layer->slope || !layer->left || !layer->right)
            return CRS_ENOMEM;
    }
    if (l > 1) {
        layer->w = crs__alloc(layer->n_out * layer->n_in, sizeof *layer->w);
        if (layer->w == NULL)
            return CRS_ENOMEM;
        for (size_t i = 0; i < layer->n_out * layer->n_in; i++)
            layer->w[i] = crs_net_param(point->net, crs_net_weight_at(point->net, l) + i);
    }
    return CRS_OK;
}

static int copy_rows(const crs__point *point, const void *from, size_t n, double *to)
{
    crs__source source = {from, crs_net_dtype(point->net), n, point->work->ld, 1};
    int finite = 1;
    for (size_t j = 0; j < n; j++) {
        crs__source_row(&source, 0, j, point->batch, to + j * point->ld);
        for (size_t s = 0; s < point->batch; s++)
            finite &= isfinite(to[j * point->ld + s]) != 0;
    }
    return finite;
}

static void record_slopes(crs__point *point, size_t l)
{
    crs__point_layer *layer = &point->layers[l - 1];
    crs_dtype dtype = crs_net_dtype(point->net);
    for (size_t j = 0; j < layer->n_out; j++) {
        for (size_t s = 0; s < point->batch; s++) {
            size_t at = j * point->ld + s;
            double z = layer->z[at];
            layer->right[at] =
                crs__branch_slope(layer->act, dtype, crs__branch_piece(layer->act, z, 1), z);
            layer->left[at] = layer->slope[at] = layer->right[at];
            if (crs__branch_kink(layer->act, z) == NULL)
                continue;
            layer->left[at] =
                crs__branch_slope(layer->act, dtype, crs__branch_piece(layer->act, z, -1), z);
            layer->slope[at] = crs__point_rule(point, l, z, layer->a[at]);
            layer->n_hits++;
            layer->hit[s] = 1;
        }
    }
    point->kink_hits += layer->n_hits;
}

static void record_output(crs__point *point)
{
    crs__point_layer *last = &point->layers[point->n_layers - 1];
    size_t n = last->n_out;
    double *column = last->d, *target = last->e; /* not in use yet */
    for (size_t s = 0; s < point->batch; s++) {
        for (size_t j = 0; j < n; j++) {
            column[j] = last->z[j * point->ld + s];
            target[j] = point->y[j * point->ld + s];
        }
        for (size_t j = 0; j < n; j++)
            point->q[j * point->ld + s] =
                crs__branch_cost_slope(crs_net_loss(point->net), n, column, target, j);
    }
    memset(column, 0, n * sizeof *column);
    memset(target, 0, n * sizeof *target);
}

crs_status crs__point_make(const crs_net *net, crs_workspace *work, const crs_executor *executor,
                           crs__point *out)
{
    crs__point *point = out;
    memset(point, 0, sizeof *point);
    point->net = net;
    point->work = work;
    point->executor = executor;
    point->n_layers = crs_net_layers(net);
    point->batch = work->batch;
    point->ld = (work->batch + CRS__POINT_LANES - 1) / CRS__POINT_LANES * CRS__POINT_LANES;
    point->unit = crs_net_dtype(net) == CRS_F64 ? DBL_EPSILON / 2 : (double)FLT_EPSILON / 2;
    point->tiny = crs_net_dtype(net) == CRS_F64 ? 0x1p-1074 : 0x1p-149;
    point->layers = crs__alloc(point->n_layers, sizeof *point->layers);
    if (point->layers == NULL)
        return CRS_ENOMEM;
    for (size_t l = 1; l <= point->n_layers; l++) {
        crs__point_layer *layer = &point->layers[l - 1];
        if (allocate_layer(point, l, layer) != CRS_OK)
            return CRS_ENOMEM;
        if (layer->n_out > point->max_width)
            point->max_width = layer->n_out;
    }
    point->y = array(point, crs_net_width(net, point->n_layers));
    point->q = array(point, crs_net_width(net, point->n_layers));
    if (point->y == NULL || point->q == NULL)
        return CRS_ENOMEM;

    point->finite = copy_rows(point, work->y, crs_net_width(net, point->n_layers), point->y);
    for (size_t l = 1; l <= point->n_layers; l++) {
        crs__point_layer *layer = &point->layers[l - 1];
        point->finite &= copy_rows(point, work->layers[l - 1].z, layer->n_out, layer->z);
        point->finite &= copy_rows(point, work->layers[l - 1].a, layer->n_out, layer->a);
    }
    if (!point->finite)
        return CRS_OK;
    for (size_t l = 1; l < point->n_layers; l++)
        record_slopes(point, l);
    for (size_t l = point->n_layers - 1; l >= 1; l--)
        for (size_t s = 0; s < point->batch; s++)
            point->layers[l - 1].hit[s] |= point->layers[l].hit[s];
    record_output(point);
    return CRS_OK;
}

void crs__point_release(crs__point *point)
{
    for (size_t l = 0; point->layers != NULL && l < point->n_layers; l++) {
        crs__point_layer *layer = &point->layers[l];
        double *const arrays[] = {layer->w,     layer->z, layer->a, layer->slope, layer->left,
                                  layer->right, layer->d, layer->e, layer->p};
        for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
            crs__free(arrays[i]);
        crs__free(layer->hit);
    }
    crs__free(point->layers);
    crs__free(point->y);
    crs__free(point->q);
    memset(point, 0, sizeof *point);
}
