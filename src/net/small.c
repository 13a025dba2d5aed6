#include "net/small.h"

#include "core/memory.h"
#include "kernels/small.h"

#include <math.h>
#include <string.h>

enum {
    MAX_TILE = 512, /* samples */
    MIN_TILE = 64,
    NEAR_BYTES = 512 << 10, /* of a tile's activations */
    CHUNK = 8192,           /* samples that are worth a task of their own */
    MAX_CHUNKS = 64
};

/* One hidden layer or the output, while it is worked on. */
typedef struct stage {
    size_t n_in, n_out;
    void *z, *a; /* [n_out, ld] */
    int needs_z; /* does anybody read z */
    int has_step;
    crs__small_step step;
} stage;

/* What one worker writes on. */
typedef struct desk {
    stage *stages; /* [n_layers] */
    void *arrays;  /* z and a of all stages */
    void *dz[2];   /* [widest, ld], of the layer at hand and the one above it */
    void *d_above; /* [ld], of a single output */
    void *d_below; /* [ld] */
    void *acc;     /* partial sums */
    int kinks;
} desk;

struct crs__small {
    const crs__small_kernels *kernels;
    const crs_executor *executor;
    size_t n_layers, widest, tile, ld;
    int want_kinks;
    int is_relu; /* one thin hidden layer of relu under its own derivative, and one output */
    size_t n_workers, n_chunks; /* desks, and room in `parts` */
    desk *desks;
    void *parts; /* [n_chunks, n_params], where there are chunks */
    double *costs;
};

/* One batch. */
typedef struct job {
    crs__small *small;
    const crs_net *net;
    crs_workspace *work;
    size_t chunk; /* samples of one */
    size_t n_chunks;
    crs__small_seen *seen;
} job;

/* ---- making an engine ----------------------------------------------------------------- */

int crs__small_fits(const crs_net *net)
{
    for (size_t l = 0; l < net->n_layers; l++) {
        if (net->layers[l].dense.large)
            return 0;
    }
    return 1;
}

/* Samples of a chunk of a batch of n. */
static size_t chunk_of(size_t n)
{
    size_t chunk = crs__padded((n + MAX_CHUNKS - 1) / MAX_CHUNKS);
    return chunk < CHUNK ? CHUNK : chunk;
}

/*
 * Long tiles walk weights and partial sums seldom; but what a tile leaves for its way back
 * must stay in the second cache.
 */
static size_t tile_of(const crs_net *net, size_t capacity)
{
    size_t units = 0, tile = MAX_TILE, count;
    for (size_t l = 0; l < net->n_layers; l++)
        units += net->layers[l].dense.n_out;
    if (tile > NEAR_BYTES / (units * net->kernels->size))
        tile = NEAR_BYTES / (units * net->kernels->size) / 64 * 64;
    tile = tile < MIN_TILE ? MIN_TILE : tile;
    capacity = crs__padded(capacity);
    if (tile >= capacity)
        return capacity;
    /* tiles of like size: the last one should not be a rest */
    count = (capacity + tile - 1) / tile;
    return crs__padded((capacity + count - 1) / count);
}

static crs_status make_desk(const crs_net *net, const crs__small *small, desk *d)
{
    size_t size = net->kernels->size, units = 0;
    char *at;
    d->stages = crs__alloc(net->n_layers, sizeof *d->stages);
    for (size_t l = 0; l < net->n_layers; l++)
        units += 2 * net->layers[l].dense.n_out;
    d->arrays = crs__alloc_aligned((units + 2 * small->widest + 2) * small->ld, size);
    /* dw_out of a single output is summed beside dw and db of the layer below */
    d->acc = crs__alloc_aligned((net->n_params + small->widest) * 16, size);
    if (d->stages == NULL || d->arrays == NULL || d->acc == NULL)
        return CRS_ENOMEM;
    at = d->arrays;
    for (size_t l = 0; l < net->n_layers; l++) {
        stage *st = &d->stages[l];
        st->n_in = net->layers[l].dense.n_in;
        st->n_out = net->layers[l].dense.n_out;
        st->z = at;
        st->a = at += st->n_out * small->ld * size;
        at += st->n_out * small->ld * size;
    }
    d->dz[0] = at;
    d->dz[1] = at += small->widest * small->ld * size;
    d->d_above = at += small->widest * small->ld * size;
    d->d_below = at + small->ld * size;
    return CRS_OK;
}

crs_status crs__small_create(const crs_net *net, size_t capacity, const crs_executor *executor,
                             crs__small **out)
{
    crs__small *small = crs__alloc(1, sizeof *small);
    crs_status status = CRS_ENOMEM;
    size_t lines;
    *out = NULL;
    if (small == NULL)
        return CRS_ENOMEM;
    small->kernels = crs__small_kernels_get(net->kernels->dtype, crs__cpu_level_get());
    small->n_layers = net->n_layers;
    for (size_t l = 0; l < net->n_layers; l++) {
        size_t n = net->layers[l].dense.n_out;
        small->widest = n > small->widest ? n : small->widest;
    }
    small->tile = tile_of(net, capacity);
    /* an odd number of cache lines, so that rows do not fall on the same sets of a cache */
    lines = small->tile * net->kernels->size / CRS__ALIGN;
    small->ld = (lines | 1) * CRS__ALIGN / net->kernels->size;
    small->n_chunks =
        capacity > CHUNK ? (capacity + chunk_of(capacity) - 1) / chunk_of(capacity) : 1;
    small->n_workers = small->n_chunks > 1 ? (size_t)crs_executor_workers(executor) : 1;
    small->executor = executor;
    small->desks = crs__alloc(small->n_workers, sizeof *small->desks);
    if (small->desks == NULL)
        goto out;
    if (small->n_chunks > 1) {
        small->parts = crs__alloc_aligned(small->n_chunks * net->n_params, net->kernels->size);
        small->costs = crs__alloc(small->n_chunks, sizeof *small->costs);
        if (small->parts == NULL || small->costs == NULL)
            goto out;
    }
    for (size_t i = 0; i < small->n_workers; i++) {
        if (make_desk(net, small, &small->desks[i]) != CRS_OK)
            goto out;
    }
    *out = small;
    status = CRS_OK;
out:
    if (status != CRS_OK)
        crs__small_destroy(small);
    return status;
}

void crs__small_destroy(crs__small *small)
{
    if (small == NULL)
        return;
    for (size_t i = 0; small->desks != NULL && i < small->n_workers; i++) {
        crs__free(small->desks[i].stages);
        crs__free(small->desks[i].arrays);
        crs__free(small->desks[i].acc);
    }
    crs__free(small->desks);
    crs__free(small->parts);
    crs__free(small->costs);
    crs__free(small);
}

/* ---- rules as steps --------------------------------------------------------------------- */

/* The next number above `at`. */
static double after(const crs_net *net, double at)
{
    if (net->kernels->dtype == CRS_F64)
        return nextafter(at, INFINITY);
    return (double)nextafterf((float)at, INFINITY);
}

/* Do z >= at and a >= at say the same? */
static int same_of_a(const crs_act *act, double at)
{
    if (act->id == CRS_ACT_LINEAR)
        return 1;
    /* a = z right of 0, and a <= 0 left of it */
    return at > 0 &&
           (act->id == CRS_ACT_RELU || (act->id == CRS_ACT_LEAKY_RELU && act->param >= 0));
}

/* The derivative of relu or leaky_relu, whose value at 0 is one of its two slopes. */
static int step_of_act(const crs_net *net, const crs_act *act, crs__small_step *out)
{
    double left;
    if (act->id == CRS_ACT_LINEAR) {
        *out = (crs__small_step){0, -INFINITY, 1, 1};
        return 1;
    }
    if ((act->id != CRS_ACT_RELU && act->id != CRS_ACT_LEAKY_RELU) || act->n_kinks == 0)
        return 0;
    left = act->id == CRS_ACT_RELU ? 0 : act->param;
    if (act->kink[0].value != left && act->kink[0].value != 1)
        return 0;
    *out = (crs__small_step){0, act->kink[0].value == 1 ? 0 : after(net, 0), 1, left};
    return 1;
}

static int step_of_rule(const crs_net *net, const crs_step_rule *rule, crs__small_step *out)
{
    if (rule == NULL)
        return 0;
    *out = (crs__small_step){rule->of_a, rule->strict ? after(net, rule->at) : rule->at,
                             rule->above, rule->below};
    if (net->kernels->dtype == CRS_F32 && !rule->strict)
        out->at = (double)(float)rule->at;
    return 1;
}

/* Both layers of a net with one thin hidden layer, or the last two of a deeper one that is. */
static int ends_single(const desk *d, size_t l)
{
    return l == 1 && d->stages[1].n_out == 1 && d->stages[0].has_step &&
           d->stages[0].n_in <= CRS__SMALL_THIN;
}

/* Is the rule relu's derivative, with either slope of it at 0? */
static int is_derivative(const crs_net *net, const stage *st)
{
    const crs__small_step *step = &st->step;
    return st->has_step && step->above == 1 && step->below == 0 &&
           (step->at == after(net, 0) || (step->at == 0 && !step->of_a));
}

void crs__small_set_rules(crs__small *small, const crs_net *net, const crs_workspace *work,
                          int want_kinks)
{
    small->want_kinks = want_kinks;
    for (size_t l = 0; l + 1 < net->n_layers; l++) {
        const crs_act *act = &net->layers[l].act;
        const crs__pass_layer *pass = &work->layers[l];
        stage st = {0};
        st.has_step = pass->has_rule ? step_of_rule(net, pass->rule.step, &st.step)
                                     : step_of_act(net, act, &st.step);
        if (st.has_step && !st.step.of_a && same_of_a(act, st.step.at))
            st.step.of_a = 1;
        st.needs_z = want_kinks || !st.has_step || !st.step.of_a;
        for (size_t i = 0; i < small->n_workers; i++) {
            stage *to = &small->desks[i].stages[l];
            to->has_step = st.has_step;
            to->step = st.step;
            to->needs_z = st.needs_z;
        }
    }
    small->is_relu = net->n_layers == 2 && net->layers[0].act.id == CRS_ACT_RELU &&
                     ends_single(&small->desks[0], 1) && is_derivative(net, small->desks[0].stages);
    /* the last rule may have left its own */
    for (size_t i = 0; i < small->n_workers; i++)
        memset(small->desks[i].d_below, 0, small->ld * net->kernels->size);
}

/* ---- a tile -------------------------------------------------------------------------------- */

/* Samples from ... of a batch, and where they stand among the tiles that are summed up. */
typedef struct tile {
    size_t from, real, samples; /* samples is `real` padded */
    crs__small_sums sums;
    void *gradient;
} tile;

static crs__small_act fused_act(const crs_act *act)
{
    return act->id == CRS_ACT_RELU         ? CRS__SMALL_RELU
           : act->id == CRS_ACT_LEAKY_RELU ? CRS__SMALL_LEAKY
           : act->id == CRS_ACT_LINEAR     ? CRS__SMALL_COPY
                                           : CRS__SMALL_Z;
}

/* Elements from the first of a stage to the last of a tile's: rows are ld apart, all in one walk. */
static size_t extent(const crs__small *small, const stage *st, const tile *t)
{
    return (st->n_out - 1) * small->ld + t->samples;
}

/* a = g(z) where forward cannot do it on its way. */
static void activate(const crs__small *small, const crs_net *net, const crs_act *act,
                     const stage *st, const tile *t)
{
    size_t n = extent(small, st, t);
    if (small->kernels->smooth_fwd[act->id] != NULL)
        small->kernels->smooth_fwd[act->id](n, st->z, st->a);
    else
        net->kernels->act_fwd(act, n, st->z, st->a);
}

/* What layer l (from 0) reads of the tile, and the distance of its rows. */
static const void *input_of(const job *j, const desk *d, size_t l, const tile *t, size_t *ld)
{
    *ld = l == 0 ? j->work->x.ld : j->small->ld;
    return l == 0 ? crs__net_const_at(j->net, j->work->x.data, t->from) : d->stages[l - 1].a;
}

static void forward_relu(const job *j, desk *d, const tile *t)
{
    const crs_net *net = j->net;
    const crs__net_layer *hidden = &net->layers[0], *out = &net->layers[1];
    const stage *st = &d->stages[0];
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

static void forward(const job *j, desk *d, const tile *t)
{
    const crs_net *net = j->net;
    const crs__small_kernels *kernels = j->small->kernels;
    if (j->small->is_relu) {
        forward_relu(j, d, t);
        return;
    }
    for (size_t l = 0; l < net->n_layers; l++) {
        stage *st = &d->stages[l];
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
static void apply_rule(const job *j, const stage *st, size_t l, const tile *t, void *dz)
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

static void backward_single(const job *j, desk *d, const tile *t, const crs__small_sums *sums)
{
    const crs_net *net = j->net;
    const crs__small_kernels *kernels = j->small->kernels;
    const crs__net_layer *hidden = &net->layers[0], *out = &net->layers[1];
    const stage *st = &d->stages[0];
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

static void backward(const job *j, desk *d, const tile *t)
{
    const crs_net *net = j->net;
    size_t ld = j->small->ld, last = net->n_layers - 1;
    j->small->kernels->delta[net->loss_id](
        d->stages[last].n_out, t->samples, t->real, d->stages[last].z,
        crs__net_const_at(net, j->work->y, t->from), j->work->ld, d->dz[last % 2], ld);
    for (size_t l = last + 1; l-- > 0;) {
        const crs__net_layer *layer = &net->layers[l];
        const stage *st = &d->stages[l];
        crs__small_sums sums = t->sums;
        size_t lda;
        const void *a = input_of(j, d, l, t, &lda);
        sums.acc = d->acc;
        if (ends_single(d, l)) {
            backward_single(j, d, t, &sums);
            return;
        }
        sums.acc = crs__net_at(net, d->acc, layer->weight_at * CRS__LANES);
        if (l > 0) {
            const stage *below = &d->stages[l - 1];
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

static int has_kink(const job *j, const desk *d, const tile *t)
{
    for (size_t l = 0; l + 1 < j->net->n_layers; l++) {
        const crs_act *act = &j->net->layers[l].act;
        const stage *st = &d->stages[l];
        for (size_t i = 0; i < act->n_kinks * st->n_out; i++) {
            const void *z = crs__net_const_at(j->net, st->z, i % st->n_out * j->small->ld);
            if (j->small->kernels->any_equal(t->real, z, act->kink[i / st->n_out].z))
                return 1;
        }
    }
    return 0;
}

/* ---- a batch ------------------------------------------------------------------------------- */

/* The samples of one chunk, tile by tile; returns the sum of their costs, where wanted. */
static double run_chunk(const job *j, desk *d, size_t chunk, void *gradient)
{
    size_t from = chunk * j->chunk, batch = j->work->batch;
    size_t end = batch - from < j->chunk ? batch : from + j->chunk;
    const stage *out = &d->stages[j->net->n_layers - 1];
    double cost = 0;
    tile t = {.gradient = gradient};
    t.sums.scale = 1 / (double)batch;
    for (t.from = from; t.from < end; t.from += j->small->tile) {
        t.real = end - t.from < j->small->tile ? end - t.from : j->small->tile;
        t.samples = crs__padded(t.real);
        t.sums.first = t.from == from;
        t.sums.last = t.from + t.real == end;
        forward(j, d, &t);
        if (j->seen->want_cost)
            cost += (double)t.real *
                    j->net->loss->cost(out->n_out, t.real, out->z, j->small->ld,
                                       crs__net_const_at(j->net, j->work->y, t.from), j->work->ld);
        if (j->small->want_kinks && !d->kinks)
            d->kinks = has_kink(j, d, &t);
        backward(j, d, &t);
    }
    return cost;
}

static void chunk_task(void *arg, size_t i, int worker)
{
    const job *j = arg;
    void *part = crs__net_at(j->net, j->small->parts, i * j->net->n_params);
    j->small->costs[i] = run_chunk(j, &j->small->desks[worker], i, part);
}

/* The chunks' gradients, added in their order. */
static void add_parts(const job *j)
{
    size_t n = j->net->n_params;
    void *gradient = j->work->gradient;
    memcpy(gradient, j->small->parts, n * j->net->kernels->size);
    for (size_t c = 1; c < j->n_chunks; c++)
        j->net->kernels->add(n, crs__net_const_at(j->net, j->small->parts, c * n), gradient);
}

void crs__small_run(crs__small *small, const crs_net *net, crs_workspace *work,
                    crs__small_seen *seen)
{
    job j = {small, net, work, work->batch, 1, seen};
    double cost = 0;
    for (size_t i = 0; i < small->n_workers; i++)
        small->desks[i].kinks = 0;
    if (work->batch > CHUNK) {
        j.chunk = chunk_of(work->batch);
        j.n_chunks = (work->batch + j.chunk - 1) / j.chunk;
    }
    if (j.n_chunks == 1) {
        cost = run_chunk(&j, &small->desks[0], 0, work->gradient);
    } else {
        crs_executor_run(small->executor, j.n_chunks, chunk_task, &j);
        add_parts(&j);
        for (size_t c = 0; c < j.n_chunks; c++)
            cost += small->costs[c];
    }
    seen->cost = cost / (double)work->batch;
    seen->kinks = 0;
    for (size_t i = 0; i < small->n_workers; i++)
        seen->kinks |= small->desks[i].kinks;
}
