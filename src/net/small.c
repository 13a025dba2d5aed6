#include "net/small_tile.h"

#include "core/memory.h"

#include <string.h>

enum {
    MAX_TILE = 512, /* samples */
    MIN_TILE = 64,
    NEAR_BYTES = 512 << 10, /* of a tile's activations */
    CHUNK = 8192,           /* samples that are worth a task of their own */
    MAX_CHUNKS = 64
};

/* ---- making an engine ----------------------------------------------------------------- */

int crs__small_fits(const crs_net *net)
{
    if (net->has_options || net->loss_id > CRS_LOSS_SQUARED)
        return 0;
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

static crs_status make_desk(const crs_net *net, const crs__small *small, crs__small_desk *d)
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
        crs__small_stage *st = &d->stages[l];
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

/* ---- a batch ------------------------------------------------------------------------------- */

/* The samples of one chunk, tile by tile; returns the sum of their costs, where wanted. */
static double run_chunk(const crs__small_job *j, crs__small_desk *d, size_t chunk, void *gradient)
{
    size_t from = chunk * j->chunk, batch = j->work->batch;
    size_t end = batch - from < j->chunk ? batch : from + j->chunk;
    const crs__small_stage *out = &d->stages[j->net->n_layers - 1];
    double cost = 0;
    crs__small_tile t = {.gradient = gradient};
    t.sums.scale = 1 / (double)batch;
    for (t.from = from; t.from < end; t.from += j->small->tile) {
        t.real = end - t.from < j->small->tile ? end - t.from : j->small->tile;
        t.samples = crs__padded(t.real);
        t.sums.first = t.from == from;
        t.sums.last = t.from + t.real == end;
        crs__small_forward(j, d, &t);
        if (j->seen->want_cost)
            cost += (double)t.real * crs__net_cost(j->net, t.real, out->z, j->small->ld,
                                                   crs__net_const_at(j->net, j->work->y, t.from),
                                                   j->work->ld, crs__small_weights(j, &t));
        if (j->small->want_kinks && !d->kinks)
            d->kinks = crs__small_has_kink(j, d, &t);
        crs__small_backward(j, d, &t);
    }
    return cost;
}

static void chunk_task(void *arg, size_t i, int worker)
{
    const crs__small_job *j = arg;
    void *part = crs__net_at(j->net, j->small->parts, i * j->net->n_params);
    j->small->costs[i] = run_chunk(j, &j->small->desks[worker], i, part);
}

/* The chunks' gradients, added in their order. */
static void add_parts(const crs__small_job *j)
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
    crs__small_job j = {small, net, work, work->batch, 1, seen};
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
