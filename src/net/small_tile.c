/* Forward above backward, for a net and one tile of a batch. */
#include "net/small_tile.h"

/* Both layers of a net with one thin hidden layer, or the last two of a deeper one that is. */
int crs__small_ends_single(const crs__small_desk *d, size_t l)
{
    return l == 1 && d->stages[1].n_out == 1 && d->stages[0].has_step &&
           d->stages[0].n_in <= CRS__SMALL_THIN;
}

static crs__small_act fused_act(const crs_act *act)
{
    return act->id == CRS_ACT_RELU         ? CRS__SMALL_RELU
           : act->id == CRS_ACT_LEAKY_RELU ? CRS__SMALL_LEAKY
           : act->id == CRS_ACT_LINEAR     ? CRS__SMALL_COPY
                                           : CRS__SMALL_Z;
}

/* Elements from the first of a stage to the last of a tile's: rows are ld apart, all in one walk. */
static size_t extent(const crs__small *small, const crs__small_stage *st, const crs__small_tile *t)
{
    return (st->n_out - 1) * small->ld + t->samples;
}

/* a = g(z) where forward cannot do it on its way. */
static void activate(const crs__small *small, const crs_net *net, const crs_act *act,
                     const crs__small_stage *st, const crs__small_tile *t)
{
    size_t n = extent(small, st, t);
    if (small->kernels->smooth_fwd[act->id] != NULL)
        small->kernels->smooth_fwd[act->id](n, st->z, st->a);
    else
        net->kernels->act_fwd(act, n, st->z, st->a);
}

/* What layer l (from 0) reads of the tile, and the distance of its rows. */
static const void *input_of(const crs__small_job *j, const crs__small_desk *d, size_t l,
                            const crs__small_tile *t, size_t *ld)
{
    *ld = l == 0 ? j->work->x.ld : j->small->ld;
    return l == 0 ? crs__net_const_at(j->net, j->work->x.data, t->from) : d->stages[l - 1].a;
}

static void forward_relu(const crs__small_job *j, crs__small_desk *d, const crs__small_tile *t)
{
    const crs_net *net = j->net;
    const crs__net_layer *hidden = &net->layers[0], *out = &net->layers[1];
    const crs__small_stage *st = &d->stages[0];
    if (j->small->want_kinks) /* forward keeps no z */
        j->small->kernels->fwd(st->n_out, st->n_in, t->samples,
                               crs__net_const_at(net, net->params, hidden->weight_at),
                               crs__net_const_at(net, net->params, hidden->bias_at),
                               crs__net_const_at(net, j->work->x.data, t->from), j->work->x.ld,
                               CRS__SMALL_Z, 0, st->z, NULL, j->small->ld, NULL, NULL, NULL);
    j->small->kernels->relu_fwd(
        st->n_out, st->n_in, t->samples, crs__net_const_at(net, net->params, hidden->weight_at),
        crs__net_const_at(net, net->params, hidden->bias_at),
        crs__net_const_at(net, j->work->x.data, t->from), j->work->x.ld, st->step.at, st->a,
        j->small->ld, crs__net_const_at(net, net->params, out->weight_at),
        crs__net_const_at(net, net->params, out->bias_at), d->stages[1].z);
}

void crs__small_forward(const crs__small_job *j, crs__small_desk *d, const crs__small_tile *t)
{
    const crs_net *net = j->net;
    const crs__small_kernels *kernels = j->small->kernels;
    if (j->small->is_relu) {
        forward_relu(j, d, t);
        return;
    }
    for (size_t l = 0; l < net->n_layers; l++) {
        crs__small_stage *st = &d->stages[l];
        const crs__net_layer *layer = &net->layers[l], *next = layer + 1;
        int is_last = l + 1 == net->n_layers;
        crs__small_act act = is_last ? CRS__SMALL_Z : fused_act(&layer->act);
        /* a single output is done on the way: its product alone would wait for itself */
        int both = l + 2 == net->n_layers && act != CRS__SMALL_Z && next->dense.n_out == 1;
        void *z_next = both ? d->stages[l + 1].z : NULL;
        size_t lda;
        const void *a = input_of(j, d, l, t, &lda);
        kernels->fwd(
            st->n_out, st->n_in, t->samples, crs__net_const_at(net, net->params, layer->weight_at),
            crs__net_const_at(net, net->params, layer->bias_at), a, lda, act, layer->act.param,
            st->needs_z || act == CRS__SMALL_Z ? st->z : NULL, act == CRS__SMALL_Z ? NULL : st->a,
            j->small->ld, both ? crs__net_const_at(net, net->params, next->weight_at) : NULL,
            both ? crs__net_const_at(net, net->params, next->bias_at) : NULL, z_next);
        if (!is_last && act == CRS__SMALL_Z)
            activate(j->small, net, &layer->act, st, t);
        if (both)
            break;
    }
}

/* The rule, or g', of a hidden layer whose da stands in dz. */
static void apply_rule(const crs__small_job *j, const crs__small_stage *st, size_t l,
                       const crs__small_tile *t, void *dz)
{
    const crs_net *net = j->net;
    const crs_act *act = &net->layers[l].act;
    const crs__pass_layer *pass = &j->work->layers[l];
    size_t n = extent(j->small, st, t);
    if (pass->has_rule && net->kernels->dtype == CRS_F64)
        pass->rule.f64(pass->rule.ctx, n, st->z, st->a, dz, dz);
    else if (pass->has_rule)
        pass->rule.f32(pass->rule.ctx, n, st->z, st->a, dz, dz);
    else if (j->small->kernels->smooth_bwd[act->id] != NULL)
        j->small->kernels->smooth_bwd[act->id](n, st->z, dz, dz);
    else
        net->kernels->act_bwd(act, n, st->z, dz, dz);
    crs__pad_zero(net->kernels, st->n_out, t->real, dz, j->small->ld);
}

static void backward_single(const crs__small_job *j, crs__small_desk *d, const crs__small_tile *t,
                            const crs__small_sums *sums)
{
    const crs_net *net = j->net;
    const crs__small_kernels *kernels = j->small->kernels;
    const crs__net_layer *hidden = &net->layers[0], *out = &net->layers[1];
    const crs__small_stage *st = &d->stages[0];
    const void *above = d->dz[1], *below = d->d_below;
    crs__small_sums bias = *sums;
    bias.acc = crs__net_at(net, d->acc, out->bias_at * CRS__LANES);
    kernels->bwd_weight(1, 0, t->samples, d->dz[1], j->small->ld, NULL, 0, &bias, NULL,
                        crs__net_at(net, t->gradient, out->bias_at));
    if (j->small->is_relu) {
        kernels->relu_bwd(st->n_out, st->n_in, t->samples, d->dz[1], st->a, j->small->ld,
                          crs__net_const_at(net, j->work->x.data, t->from), j->work->x.ld,
                          st->step.at, crs__net_const_at(net, net->params, hidden->weight_at),
                          crs__net_const_at(net, net->params, hidden->bias_at),
                          crs__net_const_at(net, net->params, out->weight_at), sums,
                          crs__net_at(net, t->gradient, out->weight_at),
                          crs__net_at(net, t->gradient, hidden->weight_at),
                          crs__net_at(net, t->gradient, hidden->bias_at));
        return;
    }
    if (st->step.above != 1) {
        kernels->scale(t->samples, st->step.above, d->dz[1], d->d_above);
        above = d->d_above;
    }
    if (st->step.below != 0) /* it is 0 else */
        kernels->scale(t->samples, st->step.below, d->dz[1], d->d_below);
    kernels->bwd_single(st->n_out, st->n_in, t->samples, d->dz[1], above, below, &st->step,
                        st->step.of_a ? st->a : st->z, st->a, j->small->ld,
                        crs__net_const_at(net, j->work->x.data, t->from), j->work->x.ld,
                        crs__net_const_at(net, net->params, out->weight_at), sums,
                        crs__net_at(net, t->gradient, out->weight_at),
                        crs__net_at(net, t->gradient, hidden->weight_at),
                        crs__net_at(net, t->gradient, hidden->bias_at));
}

const void *crs__small_weights(const crs__small_job *j, const crs__small_tile *t)
{
    return j->work->v == NULL ? NULL : crs__net_const_at(j->net, j->work->v, t->from);
}

void crs__small_backward(const crs__small_job *j, crs__small_desk *d, const crs__small_tile *t)
{
    const crs_net *net = j->net;
    size_t ld = j->small->ld, last = net->n_layers - 1;
    j->small->kernels->delta[net->loss_id](
        d->stages[last].n_out, t->samples, t->real, d->stages[last].z,
        crs__net_const_at(net, j->work->y, t->from), j->work->ld, d->dz[last % 2], ld);
    crs__net_weigh(net, t->real, crs__small_weights(j, t), d->dz[last % 2], ld);
    for (size_t l = last + 1; l-- > 0;) {
        const crs__net_layer *layer = &net->layers[l];
        const crs__small_stage *st = &d->stages[l];
        crs__small_sums sums = t->sums;
        size_t lda;
        const void *a = input_of(j, d, l, t, &lda);
        sums.acc = d->acc;
        if (crs__small_ends_single(d, l)) {
            backward_single(j, d, t, &sums);
            return;
        }
        sums.acc = crs__net_at(net, d->acc, layer->weight_at * CRS__LANES);
        if (l > 0) {
            const crs__small_stage *below = &d->stages[l - 1];
            j->small->kernels->bwd_data(st->n_in, st->n_out, t->samples,
                                        crs__net_const_at(net, net->params, layer->weight_at),
                                        d->dz[l % 2], below->has_step ? &below->step : NULL,
                                        below->step.of_a ? below->a : below->z, d->dz[(l - 1) % 2],
                                        ld);
            if (!below->has_step)
                apply_rule(j, below, l - 1, t, d->dz[(l - 1) % 2]);
        }
        j->small->kernels->bwd_weight(st->n_out, st->n_in, t->samples, d->dz[l % 2], ld, a, lda,
                                      &sums, crs__net_at(net, t->gradient, layer->weight_at),
                                      crs__net_at(net, t->gradient, layer->bias_at));
    }
}

int crs__small_has_kink(const crs__small_job *j, const crs__small_desk *d, const crs__small_tile *t)
{
    for (size_t l = 0; l + 1 < j->net->n_layers; l++) {
        const crs_act *act = &j->net->layers[l].act;
        const crs__small_stage *st = &d->stages[l];
        for (size_t i = 0; i < act->n_kinks * st->n_out; i++) {
            const void *z = crs__net_const_at(j->net, st->z, i % st->n_out * j->small->ld);
            if (j->small->kernels->any_equal(t->real, z, act->kink[i / st->n_out].z))
                return 1;
        }
    }
    return 0;
}
