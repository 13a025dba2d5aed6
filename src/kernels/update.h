/*
 * kernels/update.h - one step of an optimizer, and what else goes once over all parameters.
 *
 * Element by element, with d the gradient after decay; fma(x, y, z) is x y + z rounded once
 * (CRS__FUSED in kernels/real.h), every other operation rounds by itself, in this order:
 *
 *     p = shrink p
 *     d = fma(decay, p, g)
 *     SGD       p = fma(-step, d, p)
 *     MOMENTUM  m = keep1 m + d;  p = fma(-step, m, p)
 *     NESTEROV  m = keep1 m + d;  p = fma(-step, fma(keep1, m, d), p)
 *     SCALED    m = fma(take1 d, d, keep1 m);  p = p + (-step d) / (sqrt(m) + eps)
 *     ADAM      m = fma(take1, d, keep1 m);  v = fma(take2 d, d, keep2 v);
 *               p = p + (-step m) / (sqrt(v) + eps)
 *
 * The constants are rounded to the type once. All levels give the same bits: quotient and square
 * root are rounded correctly everywhere.
 *
 * Sums are of doubles: element i goes to partial sum i mod 16, and the 16 are added as the
 * tree of kernels/kernels.h.
 */
#ifndef KERNELS_UPDATE_H
#define KERNELS_UPDATE_H

#include "core/cpu.h"

#include <crease/dtype.h>

#include <stddef.h>

typedef enum crs__update_rule {
    CRS__UPDATE_SGD,
    CRS__UPDATE_MOMENTUM,
    CRS__UPDATE_NESTEROV,
    CRS__UPDATE_SCALED,
    CRS__UPDATE_ADAM
} crs__update_rule;

typedef struct crs__update {
    crs__update_rule rule;
    double shrink, decay, step, keep1, take1, keep2, take2, eps;
} crs__update;

typedef struct crs__update_kernels {
    /* One step of n elements; m and v may be NULL where the rule has none. */
    void (*step)(const crs__update *update, size_t n, const void *g, void *p, void *m, void *v);

    /* x[i] *= factor */
    void (*scale)(size_t n, double factor, void *x);

    /* g[i] = g[i] + fma(l2, p[i], l1 sign(p[i])), sign(0) = 0 */
    void (*penalise)(size_t n, double l1, double l2, const void *p, void *g);

    /* sum of x[i]^2, each rounded, and of |x[i]| */
    double (*sum_squares)(size_t n, const void *x);
    double (*sum_sizes)(size_t n, const void *x);
} crs__update_kernels;

/* The table of a dtype and level; static storage. A level that is not built gives the next lower. */
const crs__update_kernels *crs__update_kernels_get(crs_dtype dtype, crs__cpu_level level);

extern const crs__update_kernels crs__scalar_f32_update, crs__scalar_f64_update;
#if CRS_HAVE_X86_KERNELS
extern const crs__update_kernels crs__avx2_f32_update, crs__avx2_f64_update;
extern const crs__update_kernels crs__avx512_f32_update, crs__avx512_f64_update;
#elif CRS_HAVE_NEON_KERNELS
extern const crs__update_kernels crs__neon_f32_update, crs__neon_f64_update;
#elif CRS_HAVE_WASM_KERNELS
extern const crs__update_kernels crs__wasm_f32_update, crs__wasm_f64_update;
#endif

#endif
