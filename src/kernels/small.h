/*
 * kernels/small.h - forward, loss and backward of a net that fits the caches, on a tile
 * of samples: what src/net/small.c strings together.
 *
 * Arrays are feature-major, as in kernels/kernels.h: [n, ld], samples side by side. A tile
 * has `samples` of them, a multiple of CRS__LANES; lanes past the last real sample hold
 * finite numbers, and 0 in every dz. Nothing is allocated; nothing needs alignment.
 *
 * Sums over samples. Every parameter has 16 partial sums, of the samples s mod 16, that go
 * on from tile to tile in `acc` and are added in the end as the tree of kernels.h. So the
 * gradient does not depend on how a batch is cut into tiles of multiples of 16. Within a
 * partial sum there is one fused multiply-add a sample, in rising order.
 */
#ifndef KERNELS_SMALL_H
#define KERNELS_SMALL_H

#include "kernels/kernels.h"

/* What forward makes of z in the same walk. */
typedef enum crs__small_act {
    CRS__SMALL_Z,    /* nothing: z alone is wanted, or g is computed in a walk of its own */
    CRS__SMALL_COPY, /* linear */
    CRS__SMALL_RELU, /* z < 0 ? 0 : z */
    CRS__SMALL_LEAKY /* z < 0 ? slope z : z */
} crs__small_act;

/*
 * A rule that is a step: dz = da times `above` where source >= at, else times `below`.
 * (source > at is source >= the next number.)
 */
typedef struct crs__small_step {
    int of_a; /* the source is a, not z */
    double at;
    double above, below;
} crs__small_step;

/* What the partial sums of a weight kernel start from and where they go. */
typedef struct crs__small_sums {
    int first, last; /* tile of the batch: start from 0; add up and write the gradient */
    double scale;    /* of the gradient, 1 / batch */
    void *acc;       /* partial sums between tiles; not touched where first and last */
} crs__small_sums;

/* The most inputs that a hidden layer below a single output may have for bwd_single. */
#define CRS__SMALL_THIN 2

typedef struct crs__small_kernels {
    /*
     * z = w a + b, w [n_out, n_in]; into z where it is not NULL, and `act` of it into
     * `out` where that is not NULL. Where w_next [n_out] is not NULL, a layer of one unit
     * above it is computed on the way: z_next = w_next out + *b_next.
     */
    void (*fwd)(size_t n_out, size_t n_in, size_t samples, const void *w, const void *b,
                const void *a, size_t lda, crs__small_act act, double slope, void *z, void *out,
                size_t ld, const void *w_next, const void *b_next, void *z_next);

    /*
     * Of the output: dz = a - y, from z. [n, ld]; lanes from `real` on are set to 0.
     */
    void (*delta[3])(size_t n, size_t samples, size_t real, const void *z, const void *y,
                     size_t ldy, void *dz, size_t ld); /* by crs_loss */

    /*
     * dz[k, s] = rule(sum_j w[j, k] above[j, s]), k < n, j < n_above, w [n_above, n]; without
     * a step the sum itself. `source` is the array the step looks at, with the same ld.
     */
    void (*bwd_data)(size_t n, size_t n_above, size_t samples, const void *w, const void *above,
                     const crs__small_step *step, const void *source, void *dz, size_t ld);

    /*
     * dw[j, k] = scale sum_s dz[j, s] a[k, s], db[j] = scale sum_s dz[j, s];
     * acc holds 16 n_out (n_in + 1) elements.
     */
    void (*bwd_weight)(size_t n_out, size_t n_in, size_t samples, const void *dz, size_t ld,
                       const void *a, size_t lda, const crs__small_sums *sums, void *dw, void *db);

    /*
     * A hidden layer of n units with n_in <= CRS__SMALL_THIN inputs below a single output,
     * under a step, in one walk: with d the output's dz and e = step(d),
     *   dw_out[k] = scale sum_s d[s] a[k, s]
     *   dw[k, i] = scale (w_out[k] sum_s e[k, s] x[i, s]), db[k] = scale (w_out[k] sum_s e[k, s])
     * The weight is taken out of the sums: one product less for each sample.
     * d_above and d_below are d times step->above and below; acc holds 16 n (n_in + 2).
     */
    void (*bwd_single)(size_t n, size_t n_in, size_t samples, const void *d, const void *d_above,
                       const void *d_below, const crs__small_step *step, const void *source,
                       const void *a, size_t ld, const void *x, size_t ldx, const void *w_out,
                       const crs__small_sums *sums, void *dw_out, void *dw, void *db);

    /*
     * The same net where the step is relu's own derivative: a = z or 0, so that a need not be
     * kept. Forward leaves `marks`, where z >= at, in a form of the level's own, in room for
     * n ld elements. Backward: with T[k, i] = sum_s marked d[s] x[i, s], and S[k] the same without x,
     *   dw[k, i] = scale (w_out[k] T[k, i]), db[k] = scale (w_out[k] S[k])
     *   dw_out[k] = scale (w[k, n_in - 1] T[k, n_in - 1] + ... + w[k, 0] T[k, 0] + b[k] S[k])
     * the products of the last from right to left, by one fused multiply-add each. acc holds
     * 16 n (n_in + 1).
     */
    void (*relu_fwd)(size_t n, size_t n_in, size_t samples, const void *w, const void *b,
                     const void *x, size_t ldx, double at, void *marks, size_t ld,
                     const void *w_out, const void *b_out, void *z_out);
    void (*relu_bwd)(size_t n, size_t n_in, size_t samples, const void *d, const void *marks,
                     size_t ld, const void *x, size_t ldx, double at, const void *w, const void *b,
                     const void *w_out, const crs__small_sums *sums, void *dw_out, void *dw,
                     void *db);

    /* y[i] = factor x[i] */
    void (*scale)(size_t n, double factor, const void *x, void *y);

    /* a = g(z) and dz = da g'(z) of a smooth activation; by crs_act_id, NULL for none */
    void (*smooth_fwd[CRS_ACT_COUNT])(size_t n, const void *z, void *a);
    void (*smooth_bwd[CRS_ACT_COUNT])(size_t n, const void *z, const void *da, void *dz);

    /* is any z[i] equal to `value` */
    int (*any_equal)(size_t n, const void *z, double value);

    /* e^x, for x from -87 (float), -708 (double) to 88, 709; outside as at the nearer end */
    void (*exp)(size_t n, const void *x, void *y);
} crs__small_kernels;

/* The table of a dtype and level; static storage. A level that is not built gives the next lower. */
const crs__small_kernels *crs__small_kernels_get(crs_dtype dtype, crs__cpu_level level);

extern const crs__small_kernels crs__scalar_f32_small, crs__scalar_f64_small;
#if CRS_HAVE_X86_KERNELS
extern const crs__small_kernels crs__avx2_f32_small, crs__avx2_f64_small;
extern const crs__small_kernels crs__avx512_f32_small, crs__avx512_f64_small;
#elif CRS_HAVE_NEON_KERNELS
extern const crs__small_kernels crs__neon_f32_small, crs__neon_f64_small;
#elif CRS_HAVE_WASM_KERNELS
extern const crs__small_kernels crs__wasm_f32_small, crs__wasm_f64_small;
#endif

#endif
