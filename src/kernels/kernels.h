/*
 * kernels/kernels.h - the arithmetic of a net, for one dtype and one CPU level.
 *
 * Arrays of a layer are [n, batch] "feature-major": one row per unit, the samples
 * side by side, so that the lanes of a vector are samples. A row takes `ld`
 * elements, a multiple of CRS__LANES; kernels may compute the lanes from batch up
 * to the next multiple of CRS__LANES, and read them as zeros where they sum over
 * samples (crs__pad_zero sees to that).
 *
 * The order of every sum is part of the definition, so that all levels give the
 * same bits (the transcendental functions of some levels apart):
 *   z  = b + w_0 a_0 + w_1 a_1 + ...   one fused multiply-add a term, in this order;
 *   sums over samples: sample s goes to partial sum s mod 16 by a fused
 *   multiply-add, and the 16 partial sums are added as a tree: i and i + 8, then
 *   i and i + 4, then i and i + 2, then i and i + 1.
 * WebAssembly has no fused multiply-add: there, at every level, the product is rounded
 * and then the sum (CRS__FUSED in kernels/real.h, docs/decisions/0022-neon-and-wasm.md).
 * scalar/ is the specification; the others are the same template with wider
 * registers. Pointers are to float or double, as `dtype` says.
 */
#ifndef KERNELS_KERNELS_H
#define KERNELS_KERNELS_H

#include "core/cpu.h"
#include "kernels/philox.h"
#include "kernels/product.h"

#include <crease/act.h>
#include <crease/dtype.h>
#include <crease/executor.h>

/* Samples in one step of a kernel, and the number of partial sums. */
#define CRS__LANES ((size_t)16)

/* Units of one piece of units_fwd: a block at every level. */
#define CRS__UNIT_PIECE ((size_t)128)

/*
 * What dropout drops: sample s of a unit where the word that belongs to it is less than
 * `below`. Philox gives four words for key {seed, step} and counter {block, unit, layer, step's
 * high half}; sample s of the batch has word s % 64 / 16 of block s / 64 * 16 + s % 16, so that
 * lanes are neighbouring blocks.
 */
#define CRS__DROP_GROUP ((size_t)64)
typedef struct crs__drop {
    uint32_t key[2], layer, step_high;
    uint32_t below; /* the share that is dropped, times 2^32 */
    double scale;   /* of what stays */
} crs__drop;

typedef struct crs__kernels {
    crs_dtype dtype;
    size_t size; /* bytes of one element */

    /* z[j, s] = b[j] + sum_k w[j, k] a[k, s]; w is [n_out, n_in] */
    void (*dense_fwd)(size_t n_out, size_t n_in, size_t batch, const void *w, const void *b,
                      const void *a, size_t lda, void *z, size_t ldz);

    /* da[k, s] = sum_j w[j, k] dz[j, s] */
    void (*dense_bwd_data)(size_t n_out, size_t n_in, size_t batch, const void *w, const void *dz,
                           size_t ldz, void *da, size_t lda);

    /* dw[j, k] = scale sum_s dz[j, s] a[k, s] */
    void (*dense_bwd_weight)(size_t n_out, size_t n_in, size_t batch, double scale, const void *dz,
                             size_t ldz, const void *a, size_t lda, void *dw);

    /* db[j] = scale sum_s dz[j, s] */
    void (*dense_bwd_bias)(size_t n_out, size_t batch, double scale, const void *dz, size_t ldz,
                           void *db);

    /* z[j, s] += b[j], for products that a BLAS made */
    void (*bias_add)(size_t n_out, size_t batch, const void *b, void *z, size_t ldz);

    /* a[i] = g(z[i]), i < n */
    void (*act_fwd)(const crs_act *act, size_t n, const void *z, void *a);

    /* dz[i] = da[i] g'(z[i]); dz may be da */
    void (*act_bwd)(const crs_act *act, size_t n, const void *z, const void *da, void *dz);

    /* how many z[i] are equal to `value` (both zeros are equal to 0) */
    size_t (*count_equal)(size_t n, const void *z, double value);

    /* p[i] -= lr g[i], by one fused multiply-add */
    void (*sgd)(size_t n, double lr, const void *g, void *p);

    /* y[i] += x[i] */
    void (*add)(size_t n, const void *x, void *y);

    /*
     * Batch normalisation of one unit, n samples in a row (Ioffe and Szegedy 2015). The
     * numbers beside the rows are those of the dtype.
     *   norm_stats  mean and biased variance, in two walks
     *   norm_fwd    z = scale (u - mean) + shift
     *   norm_sums   of dz, and of dz (u - mean)
     *   norm_bwd    dz = scale (dz - sum - product (u - mean))
     */
    void (*norm_stats)(size_t n, const void *u, double *mean, double *var);
    void (*norm_fwd)(size_t n, double mean, double scale, double shift, const void *u, void *z);
    void (*norm_sums)(size_t n, double mean, const void *u, const void *dz, double *sum,
                      double *product);
    void (*norm_bwd)(size_t n, double mean, double scale, double sum, double product, const void *u,
                     void *dz);

    /* x[i] *= v[i]; 0 where v[i] is, whatever x[i] */
    void (*weigh)(size_t n, const void *v, void *x);

    /* what `samples` of a unit's row are multiplied by: 0 or drop->scale */
    void (*drop)(const crs__drop *drop, size_t unit, crs__span samples, void *mask);

    /*
     * The product of large matrices that is ours, rows and columns of a piece of it; `panel`
     * is CRS__PANEL_BYTES of scratch. Pieces cut at multiples of a tile waste nothing.
     */
    void (*product)(const crs__product *product, crs__span rows, crs__span cols, void *panel);
    size_t tile_rows, tile_cols;

    /*
     * z = b + w a for one sample, with the bits of dense_fwd: units `units`, cut at multiples of
     * CRS__UNIT_PIECE. `packed`, from units_pack, has (n_in + 1) crs__padded(n_out) elements; z
     * has room for crs__padded(n_out).
     */
    void (*units_pack)(size_t n_out, size_t n_in, const void *w, const void *b, void *packed);
    void (*units_fwd)(size_t n_out, size_t n_in, crs__span units, const void *packed, const void *a,
                      void *z);
} crs__kernels;

/* The table of a dtype and level; static storage. A level that is not built gives the next lower. */
const crs__kernels *crs__kernels_get(crs_dtype dtype, crs__cpu_level level);

/* Set the lanes from batch up to the next multiple of CRS__LANES to 0 in n rows. */
void crs__pad_zero(const crs__kernels *kernels, size_t n, size_t batch, void *rows, size_t ld);

/* `batch` rounded up to a multiple of CRS__LANES: the ld of a buffer of that many samples. */
size_t crs__padded(size_t batch);

#endif
