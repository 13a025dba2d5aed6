#include "net/stages.h"

#include "core/memory.h"
#include "net/finish.h"

/*
 * A piece below this many multiply-adds (some 5 us) is not worth a barrier; and samples are
 * taken in blocks that keep z, a and dz of the layers in L2.
 */
enum { WORTH = 500000, SAMPLES = 128 };

crs__stages *crs__stages_create(const crs_net *net, int workers)
{
    size_t n = 3 * net->n_layers + 2;
    crs__stages *s = crs__alloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->steps = crs__alloc(n, sizeof *s->steps);
    s->stages = crs__alloc(n, sizeof *s->stages);
    s->phases = crs__alloc(n, sizeof *s->phases);
    s->panels = crs__alloc_aligned((size_t)workers, CRS__PANEL_BYTES);
    if (s->steps != NULL && s->stages != NULL && s->phases != NULL && s->panels != NULL)
        return s;
    crs__stages_destroy(s);
    return NULL;
}

void crs__stages_destroy(crs__stages *s)
{
    if (s == NULL)
        return;
    crs__free(s->steps);
    crs__free(s->stages);
    crs__free(s->phases);
    crs__free(s->panels);
    crs__free(s);
}

/* ---- how a step is cut ---------------------------------------------------------------- */

static size_t min(size_t x, size_t y)
{
    return x < y ? x : y;
}

static size_t ceil_div(size_t x, size_t y)
{
    return (x + y - 1) / y;
}

/* Piece i of `pieces` of n, cut at multiples of `unit`. */
static crs__span cut(size_t n, size_t unit, size_t pieces, size_t i)
{
    size_t units = ceil_div(n, unit);
    return (crs__span){min(units * i / pieces * unit, n), min(units * (i + 1) / pieces * unit, n)};
}

/* Units that a step makes rows of. */
static size_t rows_of(const crs_net *net, const crs__step *step)
{
    const crs__dense *dense = &net->layers[step->layer - 1].dense;
    return step->kind == CRS__STEP_DATA ? dense->n_in : dense->n_out;
}

/* Must each piece of a step have all samples? */
static int wants_all(const crs_net *net, const crs_workspace *work, const crs__step *step)
{
    return (step->kind == CRS__STEP_FWD && crs__finish_wants_all(net, work, step->layer, 0)) ||
           (step->kind == CRS__STEP_DATA && crs__finish_wants_all(net, work, step->layer - 1, 1));
}

/* Few samples: each worker takes units, all samples; else blocks of samples. */
static void plan_step(const crs_workspace *work, const crs_net *net, crs__step *step)
{
    const crs__dense *dense = &net->layers[step->layer - 1].dense;
    size_t workers = (size_t)crs_executor_workers(work->executor);
    size_t tiles = ceil_div(rows_of(net, step), net->kernels->tile_rows);
    size_t blocks = ceil_div(work->batch, SAMPLES), worth;
    worth = dense->n_in * dense->n_out / WORTH * work->batch +
            dense->n_in * dense->n_out % WORTH * work->batch / WORTH;
    step->pieces = 1;
    step->by_units = 0;
    if (step->kind == CRS__STEP_WEIGHTS) {
        if (dense->large) {
            step->by_units = tiles >= 4 * workers;
            step->pieces = min(workers, worth > 0 ? worth : 1);
        }
        return;
    }
    if (wants_all(net, work, step)) {
        if (dense->large && worth > 1)
            step->pieces = min(min(workers, tiles), worth);
        step->by_units = step->pieces > 1;
        return;
    }
    if (blocks >= 2 * workers || (blocks == workers && blocks > 1)) {
        step->pieces = blocks;
    } else if (dense->large && step->kind != CRS__STEP_DELTA && step->kind != CRS__STEP_OUTPUT &&
               worth >= 2 && tiles >= workers) {
        step->pieces = min(workers, worth);
        step->by_units = step->pieces > 1;
    }
}

/* ---- the steps -------------------------------------------------------------------------- */

static crs__input input_of(const crs_workspace *work, size_t l)
{
    if (l == 1)
        return work->x;
    return (crs__input){work->layers[l - 2].a, work->ld, 0, NULL};
}

/* From sample `from` on. */
static crs__input input_from(const crs_net *net, crs__input a, size_t from)
{
    a.data = crs__net_const_at(net, a.data, from);
    return a;
}

/* The region of an elementwise call: rows that follow each other without a gap are one. */
typedef struct region {
    size_t count, length, at, ld;
} region;

static region region_of(const crs_workspace *work, crs__span units, crs__span samples)
{
    size_t count = units.to - units.from, length = samples.to - samples.from;
    region r = {count, length, units.from * work->ld + samples.from, work->ld};
    if (length == work->ld)
        r = (region){1, count * length, r.at, work->ld};
    return r;
}

/* Lanes behind the last sample are 0: sums over samples read them. */
static void pad(const crs_net *net, const crs_workspace *work, crs__span units, crs__span samples,
                void *rows)
{
    if (samples.to == work->batch)
        crs__pad_zero(net->kernels, units.to - units.from, work->batch,
                      crs__net_at(net, rows, units.from * work->ld), work->ld);
}

static void forward(const crs_net *net, crs_workspace *work, size_t l, crs__span units,
                    crs__span samples, void *panel)
{
    const crs__net_layer *layer = &net->layers[l - 1];
    crs__pass_layer *pass = &work->layers[l - 1];
    const void *w = crs__net_const_at(net, net->params, layer->weight_at);
    const void *b = crs__net_const_at(net, net->params, layer->bias_at);
    size_t count = samples.to - samples.from;
    void *sums = pass->u != NULL ? pass->u : pass->z;
    int hidden = l < net->n_layers;
    if (layer->dense.large) {
        crs__product p =
            crs__dense_fwd_product(&layer->dense, w, b, input_of(work, l), sums, work->ld);
        p.end = hidden && !layer->forward_extra ? CRS__END_ACT : CRS__END_STORE;
        p.act = &layer->act;
        p.a = pass->a;
        net->kernels->product(&p, units, samples, panel);
    } else {
        crs__input in = input_from(net, input_of(work, l), samples.from);
        net->kernels->dense_fwd(layer->dense.n_out, layer->dense.n_in, count, w, b, in.data, in.ld,
                                crs__net_at(net, sums, samples.from), work->ld);
        if (hidden && !layer->forward_extra) {
            region r = region_of(work, units, samples);
            for (size_t i = 0; i < r.count; i++)
                net->kernels->act_fwd(&layer->act, r.length,
                                      crs__net_const_at(net, pass->z, r.at + i * r.ld),
                                      crs__net_at(net, pass->a, r.at + i * r.ld));
        }
    }
    if (layer->forward_extra)
        crs__finish_forward(net, work, l, units, samples);
    if (hidden)
        pad(net, work, units, samples, pass->a);
}

static void output(const crs_net *net, crs_workspace *work, crs__span units, crs__span samples)
{
    const crs__pass_layer *last = &work->layers[net->n_layers - 1];
    net->loss->output(units.to, samples.to - samples.from,
                      crs__net_const_at(net, last->z, samples.from),
                      crs__net_at(net, last->a, samples.from), work->ld);
}

static void delta(const crs_net *net, crs_workspace *work, crs__span units, crs__span samples)
{
    const crs__pass_layer *last = &work->layers[net->n_layers - 1];
    crs__net_delta(net, work, samples.from, samples.to - samples.from);
    pad(net, work, units, samples, last->dz);
}

/* dz of a hidden layer from da, which stands in the same buffer. */
static void apply_rule(const crs_net *net, crs_workspace *work, size_t l, crs__span units,
                       crs__span samples)
{
    crs__pass_layer *pass = &work->layers[l - 1];
    region r = region_of(work, units, samples);
    for (size_t i = 0; i < r.count; i++) {
        const void *z = crs__net_const_at(net, pass->z, r.at + i * r.ld);
        const void *a = crs__net_const_at(net, pass->a, r.at + i * r.ld);
        void *dz = crs__net_at(net, pass->dz, r.at + i * r.ld);
        if (!pass->has_rule)
            net->kernels->act_bwd(&net->layers[l - 1].act, r.length, z, dz, dz);
        else if (net->kernels->dtype == CRS_F64)
            pass->rule.f64(pass->rule.ctx, r.length, z, a, dz, dz);
        else
            pass->rule.f32(pass->rule.ctx, r.length, z, a, dz, dz);
    }
}

/* dz of layer l - 1 from that of layer l */
static void data(const crs_net *net, crs_workspace *work, size_t l, crs__span units,
                 crs__span samples, void *panel)
{
    const crs__net_layer *layer = &net->layers[l - 1];
    crs__pass_layer *pass = &work->layers[l - 1], *below = &work->layers[l - 2];
    const void *w = crs__net_const_at(net, net->params, layer->weight_at);
    int folded = 0, extra = net->layers[l - 2].backward_extra;
    if (layer->dense.large) {
        crs__product p = crs__dense_bwd_product(&layer->dense, w, pass->dz, work->ld, below->dz);
        folded = !below->has_rule && !extra;
        if (folded) {
            p.end = CRS__END_SLOPE;
            p.act = &net->layers[l - 2].act;
            p.z = below->z;
        }
        net->kernels->product(&p, units, samples, panel);
    } else {
        net->kernels->dense_bwd_data(layer->dense.n_out, layer->dense.n_in,
                                     samples.to - samples.from, w,
                                     crs__net_const_at(net, pass->dz, samples.from), work->ld,
                                     crs__net_at(net, below->dz, samples.from), work->ld);
    }
    if (extra)
        crs__finish_backward(net, work, l - 1, units, samples, panel);
    else if (!folded)
        apply_rule(net, work, l - 1, units, samples);
    pad(net, work, units, samples, below->dz);
}

/* p <- p - lr g of `count` parameters from `at` on */
static void update(crs_workspace *work, size_t at, size_t count)
{
    const crs__stages *s = work->stages;
    s->net->kernels->sgd(count, s->lr, crs__net_at(s->net, work->gradient, at),
                         crs__net_at(s->net, s->update->params, at));
}

/* dw and db, or the update by them: each number is rounded alike on both ways */
static void weights(crs_workspace *work, size_t l, crs__span units, crs__span inputs, void *panel)
{
    const crs__stages *s = work->stages;
    const crs_net *net = s->net;
    const crs__net_layer *layer = &net->layers[l - 1];
    const crs__dense *dense = &layer->dense;
    const crs__pass_layer *pass = &work->layers[l - 1];
    double scale = 1 / (double)work->batch;
    size_t count = units.to - units.from, bias_at = layer->bias_at + units.from;
    size_t weight_at = layer->weight_at;
    void *dw = crs__net_at(net, work->gradient, weight_at);
    if (dense->large) {
        crs__product p = crs__dense_weight_product(dense, work->batch, scale, input_of(work, l),
                                                   pass->dz, work->ld, dw);
        if (s->update != NULL) {
            p.end = CRS__END_UPDATE;
            p.lr = s->lr;
            p.params = crs__net_at(net, s->update->params, weight_at);
        }
        net->kernels->product(&p, units, inputs, panel);
    } else {
        crs__input in = input_of(work, l);
        net->kernels->dense_bwd_weight(dense->n_out, dense->n_in, work->batch, scale, pass->dz,
                                       work->ld, in.data, in.ld, dw);
        if (s->update != NULL)
            update(work, weight_at, dense->n_out * dense->n_in);
    }
    if (inputs.from > 0)
        return; /* the first piece has the biases */
    net->kernels->dense_bwd_bias(count, work->batch, scale,
                                 crs__net_const_at(net, pass->dz, units.from * work->ld), work->ld,
                                 crs__net_at(net, work->gradient, bias_at));
    if (s->update == NULL)
        return;
    update(work, bias_at, count);
    if (layer->options.batchnorm) {
        update(work, layer->gamma_at + units.from, count);
        update(work, layer->beta_at + units.from, count);
    }
}

/* ---- running ---------------------------------------------------------------------------- */

static void run_step(crs_workspace *work, const crs__step *step, size_t piece, void *panel)
{
    const crs_net *net = work->stages->net;
    size_t rows = rows_of(net, step), n_in = net->layers[step->layer - 1].dense.n_in;
    size_t cols = step->kind == CRS__STEP_WEIGHTS ? n_in : work->batch;
    size_t unit = step->kind == CRS__STEP_WEIGHTS ? net->kernels->tile_cols : CRS__LANES * 2;
    crs__span all_rows = {0, rows}, all_cols = {0, cols};
    crs__span units =
        step->by_units ? cut(rows, net->kernels->tile_rows, step->pieces, piece) : all_rows;
    crs__span samples = step->by_units ? all_cols : cut(cols, unit, step->pieces, piece);
    if (units.from == units.to || samples.from == samples.to)
        return;
    switch (step->kind) {
    case CRS__STEP_FWD:
        forward(net, work, step->layer, units, samples, panel);
        break;
    case CRS__STEP_OUTPUT:
        output(net, work, units, samples);
        break;
    case CRS__STEP_DELTA:
        delta(net, work, units, samples);
        break;
    case CRS__STEP_DATA:
        data(net, work, step->layer, units, samples, panel);
        break;
    case CRS__STEP_WEIGHTS:
        weights(work, step->layer, units, samples, panel);
        break;
    }
}

static void run_piece(void *arg, size_t i, int worker)
{
    const crs__stage *stage = arg;
    const crs__stages *s = stage->work->stages;
    void *panel = s->panels + (size_t)worker * CRS__PANEL_BYTES;
    size_t j = stage->first;
    if (s->steps[j].kind == CRS__STEP_WEIGHTS) {
        while (i >= s->steps[j].pieces)
            i -= s->steps[j++].pieces;
        run_step(stage->work, &s->steps[j], i, panel);
        return;
    }
    for (; j < stage->end; j++)
        run_step(stage->work, &s->steps[j], i, panel);
}

static size_t list_steps(crs_workspace *work, int parts)
{
    crs__stages *s = work->stages;
    size_t n = 0, n_layers = s->net->n_layers;
    if (parts & CRS__FORWARD) {
        for (size_t l = 1; l <= n_layers; l++)
            s->steps[n++] = (crs__step){.kind = CRS__STEP_FWD, .layer = l};
        s->steps[n++] = (crs__step){.kind = CRS__STEP_OUTPUT, .layer = n_layers};
    }
    if (parts & CRS__BACKWARD) {
        s->steps[n++] = (crs__step){.kind = CRS__STEP_DELTA, .layer = n_layers};
        for (size_t l = n_layers; l > 1; l--)
            s->steps[n++] = (crs__step){.kind = CRS__STEP_DATA, .layer = l};
        for (size_t l = 1; l <= n_layers; l++)
            s->steps[n++] = (crs__step){.kind = CRS__STEP_WEIGHTS, .layer = l};
    }
    for (size_t i = 0; i < n; i++)
        plan_step(work, s->net, &s->steps[i]);
    return n;
}

/* May `next` be done in the pieces of `step`, sample after sample or weights beside weights? */
static int together(const crs__step *step, const crs__step *next)
{
    if (step->kind == CRS__STEP_WEIGHTS || next->kind == CRS__STEP_WEIGHTS)
        return step->kind == next->kind;
    return !step->by_units && !next->by_units && step->pieces == next->pieces;
}

void crs__stages_run(const crs_net *net, crs_workspace *work, int parts, crs_net *update, double lr)
{
    crs__stages *s = work->stages;
    size_t n_steps, n = 0, most = 0;
    s->net = net;
    s->update = update;
    if (parts & CRS__FORWARD)
        work->trained = work->training;
    s->lr = lr;
    n_steps = list_steps(work, parts);
    for (size_t i = 0, end; i < n_steps; i = end) {
        size_t tasks = s->steps[i].pieces;
        for (end = i + 1; end < n_steps && together(&s->steps[i], &s->steps[end]); end++)
            if (s->steps[end].kind == CRS__STEP_WEIGHTS)
                tasks += s->steps[end].pieces;
        s->stages[n] = (crs__stage){work, i, end};
        s->phases[n] = (crs_phase){tasks, run_piece, &s->stages[n]};
        n++;
        for (size_t j = i; j < end; j++)
            most = s->steps[j].pieces > most ? s->steps[j].pieces : most;
    }
    crs_executor_run_phases(most > 1 ? work->executor : NULL, n, s->phases);
}
