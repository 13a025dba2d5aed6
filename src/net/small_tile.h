/*
 * net/small_tile.h - the inside of the small-net engine: what a worker writes on, and the
 * work on one tile.
 */
#ifndef NET_SMALL_TILE_H
#define NET_SMALL_TILE_H

#include "kernels/small.h"
#include "net/small.h"

/* One hidden layer or the output, while it is worked on. */
typedef struct crs__small_stage {
    size_t n_in, n_out;
    void *z, *a; /* [n_out, ld] */
    int needs_z; /* does anybody read z */
    int has_step;
    crs__small_step step;
} crs__small_stage;

/* What one worker writes on. */
typedef struct crs__small_desk {
    crs__small_stage *stages; /* [n_layers] */
    void *arrays;             /* z and a of all stages */
    void *dz[2];              /* [widest, ld], of the layer at hand and the one above it */
    void *d_above;            /* [ld], of a single output */
    void *d_below;            /* [ld] */
    void *acc;                /* partial sums */
    int kinks;
} crs__small_desk;

struct crs__small {
    const crs__small_kernels *kernels;
    const crs_executor *executor;
    size_t n_layers, widest, tile, ld;
    int want_kinks;
    int is_relu; /* one thin hidden layer of relu under its own derivative, and one output */
    size_t n_workers, n_chunks; /* desks, and room in `parts` */
    crs__small_desk *desks;
    void *parts; /* [n_chunks, n_params], where there are chunks */
    double *costs;
};

/* One batch. */
typedef struct crs__small_job {
    crs__small *small;
    const crs_net *net;
    crs_workspace *work;
    size_t chunk; /* samples of one */
    size_t n_chunks;
    crs__small_seen *seen;
} crs__small_job;

/* Samples from ... of a batch, and where they stand among the tiles that are summed up. */
typedef struct crs__small_tile {
    size_t from, real, samples; /* samples is `real` padded */
    crs__small_sums sums;
    void *gradient;
} crs__small_tile;

/* z and a of every layer, and z of the output. */
void crs__small_forward(const crs__small_job *j, crs__small_desk *d, const crs__small_tile *t);

/* The loss and the way back: the tile's share of every sum, and the gradient after the last tile. */
void crs__small_backward(const crs__small_job *j, crs__small_desk *d, const crs__small_tile *t);

/* The tile's samples' weights; NULL: alike. */
const void *crs__small_weights(const crs__small_job *j, const crs__small_tile *t);

/* Is any z of a hidden layer on a kink? After forward, where kinks are wanted. */
int crs__small_has_kink(const crs__small_job *j, const crs__small_desk *d,
                        const crs__small_tile *t);

/* Is this layer the output above one thin hidden layer under a step, done in one walk? */
int crs__small_ends_single(const crs__small_desk *d, size_t l);

#endif
