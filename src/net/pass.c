/* Forward above backward, for a net and one batch. */
#include "core/memory.h"
#include "net/net.h"
#include "net/stages.h"

/* What layer l (from 1) reads. */
static crs__input input_of(const crs_workspace *work, size_t l)
{
    if (l == 1)
        return work->x;
    return (crs__input){work->layers[l - 2].a, work->ld, 0, NULL};
}

/*
 * Rows of a layer as pieces for an elementwise call: one where the rows follow
 * each other without a gap, else one a row.
 */
typedef struct rows {
    size_t count, length;
} rows;

static rows rows_of(const crs_workspace *work, size_t units)
{
    if (work->batch == work->ld)
        return (rows){1, units * work->ld};
    return (rows){units, work->batch};
}

/* One layer after the other, for a net whose large products a library makes. */
static void forward_by_library(const crs_net *net, crs_workspace *work)
{
    for (size_t l = 1; l <= net->n_layers; l++) {
        const crs__net_layer *layer = &net->layers[l - 1];
        crs__pass_layer *pass = &work->layers[l - 1];
        size_t units = layer->dense.n_out;
        crs__dense_fwd(&layer->dense, net->kernels, &net->gemm, work->batch,
                       crs__net_const_at(net, net->params, layer->weight_at),
                       crs__net_const_at(net, net->params, layer->bias_at), input_of(work, l),
                       pass->z, work->ld, work->scratch, work->executor);
        if (l == net->n_layers) {
            net->loss->output(units, work->batch, pass->z, pass->a, work->ld);
        } else {
            rows r = rows_of(work, units);
            for (size_t i = 0; i < r.count; i++)
                net->kernels->act_fwd(&layer->act, r.length,
                                      crs__net_const_at(net, pass->z, i * work->ld),
                                      crs__net_at(net, pass->a, i * work->ld));
            crs__pad_zero(net->kernels, units, work->batch, pass->a, work->ld);
        }
    }
}

double crs__net_cost(const crs_net *net, size_t n, const void *z, size_t ld, const void *y,
                     size_t ldy, const void *v)
{
    size_t n_out = net->layers[net->n_layers - 1].dense.n_out;
    double sum = 0;
    if (v == NULL)
        return net->loss->cost(n_out, n, net->huber_delta, z, ld, y, ldy);
    for (size_t s = 0; s < n; s++) {
        double weight = crs__net_get(net, v, s);
        if (weight != 0) /* a sample that does not count may cost anything */
            sum +=
                weight * net->loss->cost(n_out, 1, net->huber_delta, crs__net_const_at(net, z, s),
                                         ld, crs__net_const_at(net, y, s), ldy);
    }
    return sum / (double)n;
}

double crs_net_cost(const crs_net *net, const crs_workspace *work)
{
    if (net == NULL || work == NULL)
        return 0;
    return crs__net_cost(net, work->batch, work->layers[net->n_layers - 1].z, work->ld, work->y,
                         work->ld, work->v);
}

void crs__net_weigh(const crs_net *net, size_t n, const void *v, void *dz, size_t ld)
{
    size_t n_out = net->layers[net->n_layers - 1].dense.n_out;
    for (size_t j = 0; v != NULL && j < n_out; j++)
        net->kernels->weigh(n, v, crs__net_at(net, dz, j * ld));
}

void crs__net_delta(const crs_net *net, crs_workspace *work, size_t from, size_t count)
{
    const crs__pass_layer *last = &work->layers[net->n_layers - 1];
    void *dz = crs__net_at(net, last->dz, from);
    net->loss->delta(net->layers[net->n_layers - 1].dense.n_out, count, net->huber_delta,
                     crs__net_const_at(net, last->a, from), crs__net_const_at(net, work->y, from),
                     dz, work->ld);
    crs__net_weigh(net, count, work->v == NULL ? NULL : crs__net_const_at(net, work->v, from), dz,
                   work->ld);
}

/* dz of a hidden layer from da, which stands in the same buffer. */
static void apply_rule(const crs_net *net, crs_workspace *work, size_t l)
{
    const crs__net_layer *layer = &net->layers[l - 1];
    crs__pass_layer *pass = &work->layers[l - 1];
    rows r = rows_of(work, layer->dense.n_out);
    for (size_t i = 0; i < r.count; i++) {
        const void *z = crs__net_const_at(net, pass->z, i * work->ld);
        const void *a = crs__net_const_at(net, pass->a, i * work->ld);
        void *dz = crs__net_at(net, pass->dz, i * work->ld);
        if (!pass->has_rule)
            net->kernels->act_bwd(&layer->act, r.length, z, dz, dz);
        else if (net->kernels->dtype == CRS_F64)
            pass->rule.f64(pass->rule.ctx, r.length, z, a, dz, dz);
        else
            pass->rule.f32(pass->rule.ctx, r.length, z, a, dz, dz);
    }
}

static void backward_by_library(const crs_net *net, crs_workspace *work)
{
    crs__net_delta(net, work, 0, work->batch);
    for (size_t l = net->n_layers; l >= 1; l--) {
        const crs__net_layer *layer = &net->layers[l - 1];
        crs__pass_layer *pass = &work->layers[l - 1];
        if (l < net->n_layers)
            apply_rule(net, work, l);
        crs__pad_zero(net->kernels, layer->dense.n_out, work->batch, pass->dz, work->ld);
        crs__dense_bwd(
            &layer->dense, net->kernels, &net->gemm, work->batch, 1 / (double)work->batch,
            crs__net_const_at(net, net->params, layer->weight_at), input_of(work, l), pass->dz,
            work->ld, crs__net_at(net, work->gradient, layer->weight_at),
            crs__net_at(net, work->gradient, layer->bias_at), l > 1 ? work->layers[l - 2].dz : NULL,
            work->ld, work->scratch, work->executor);
    }
}

void crs_net_forward(const crs_net *net, crs_workspace *work)
{
    if (net == NULL || work == NULL)
        return;
    if (net->gemm.name != NULL)
        forward_by_library(net, work);
    else
        crs__stages_run(net, work, CRS__FORWARD, NULL, 0);
}

void crs_net_backward(const crs_net *net, crs_workspace *work)
{
    if (net == NULL || work == NULL)
        return;
    if (net->gemm.name != NULL)
        backward_by_library(net, work);
    else
        crs__stages_run(net, work, CRS__BACKWARD, NULL, 0);
}

void crs__net_gradient(const crs_net *net, crs_workspace *work)
{
    if (net->gemm.name != NULL) {
        forward_by_library(net, work);
        backward_by_library(net, work);
    } else {
        crs__stages_run(net, work, CRS__FORWARD | CRS__BACKWARD, NULL, 0);
    }
}

void crs__net_step(crs_net *net, crs_workspace *work, double lr)
{
    if (net->gemm.name != NULL) {
        crs__net_gradient(net, work);
        net->kernels->sgd(net->n_params, lr, work->gradient, net->params);
    } else {
        crs__stages_run(net, work, CRS__FORWARD | CRS__BACKWARD, net, lr);
    }
}

/* Is each output on its label's side of `middle`? */
static int is_correct_each(const crs_net *net, const crs_workspace *work, const void *from,
                           double middle, size_t sample)
{
    for (size_t j = 0; j < net->layers[net->n_layers - 1].dense.n_out; j++) {
        int one = crs__net_get(net, from, j * work->ld + sample) > middle;
        if (one != (crs__net_get(net, work->y, j * work->ld + sample) > 0.5))
            return 0;
    }
    return 1;
}

/* Where a column is largest: the first place. */
static size_t largest(const crs_net *net, const crs_workspace *work, const void *from,
                      size_t sample)
{
    size_t best = 0;
    for (size_t j = 1; j < net->layers[net->n_layers - 1].dense.n_out; j++)
        if (crs__net_get(net, from, j * work->ld + sample) >
            crs__net_get(net, from, best * work->ld + sample))
            best = j;
    return best;
}

int crs_net_is_correct(const crs_net *net, const crs_workspace *work, size_t sample)
{
    if (net == NULL || work == NULL)
        return 0;
    const crs__pass_layer *last = &work->layers[net->n_layers - 1];
    if (net->loss_id == CRS_LOSS_BCE)
        return is_correct_each(net, work, last->a, 0.5, sample);
    if (!crs__net_classifies(net))
        return 0;
    if (net->layers[net->n_layers - 1].dense.n_out == 1)
        return is_correct_each(net, work, last->z, 0, sample);
    return largest(net, work, last->z, sample) == largest(net, work, work->y, sample);
}

size_t crs_net_count_correct(const crs_net *net, const crs_workspace *work)
{
    if (net == NULL || work == NULL)
        return 0;
    size_t count = 0;
    for (size_t s = 0; s < work->batch; s++)
        count += (size_t)crs_net_is_correct(net, work, s);
    return count;
}

size_t crs_workspace_kink_hits(const crs_workspace *work, size_t layer, size_t unit)
{
    if (work == NULL)
        return 0;
    const crs_net *net = work->net;
    const crs_act *act = &net->layers[layer - 1].act;
    const void *z = crs__net_const_at(net, work->layers[layer - 1].z, unit * work->ld);
    size_t count = 0;
    for (size_t k = 0; k < act->n_kinks; k++)
        count += net->kernels->count_equal(work->batch, z, act->kink[k].z);
    return count;
}

size_t crs_workspace_dead_units(const crs_workspace *work, size_t layer)
{
    if (work == NULL)
        return 0;
    const crs_net *net = work->net;
    size_t units = net->layers[layer - 1].dense.n_out, dead = 0;
    for (size_t j = 0; j < units; j++) {
        size_t s = 0;
        while (s < work->batch && crs_act_slope_f64(&net->layers[layer - 1].act,
                                                    crs__net_get(net, work->layers[layer - 1].z,
                                                                 j * work->ld + s)) == 0)
            s++;
        dead += s == work->batch;
    }
    return dead;
}

crs_status crs_net_predict(const crs_net *net, size_t n, const void *x, int before_output,
                           double *out)
{
    if (net == NULL || (n > 0 && x == NULL) || (n > 0 && out == NULL))
        return CRS_EINVAL;
    enum { BLOCK = 256 };
    size_t n_in = net->layers[0].dense.n_in, n_out = net->layers[net->n_layers - 1].dense.n_out;
    crs_workspace *work = NULL;
    crs_status status =
        n == 0 ? CRS_OK : crs_workspace_create(net, n < BLOCK ? n : BLOCK, NULL, NULL, &work);
    for (size_t from = 0; status == CRS_OK && from < n; from += BLOCK) {
        size_t count = n - from < BLOCK ? n - from : BLOCK;
        const crs__pass_layer *last = &work->layers[net->n_layers - 1];
        status = crs_workspace_load(work, count, crs__net_const_at(net, x, from * n_in), NULL, NULL,
                                    NULL);
        if (status != CRS_OK)
            break;
        crs_net_forward(net, work);
        for (size_t s = 0; s < count; s++)
            for (size_t j = 0; j < n_out; j++)
                out[(from + s) * n_out + j] =
                    crs__net_get(net, before_output ? last->z : last->a, j * work->ld + s);
    }
    crs_workspace_destroy(work);
    return status;
}
