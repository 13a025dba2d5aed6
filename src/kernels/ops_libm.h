/*
 * kernels/ops_libm.h - operations that call the C library once per element. One
 * version serves every CPU level, so that the bits are the same at all of them.
 */
#ifndef KERNELS_OPS_LIBM_H
#define KERNELS_OPS_LIBM_H

#include "kernels/ops.h"

/* entry in crs__op, function of the C library */
#define CRS__OPS_LIBM_UNARY(X) \
    X(TRUNC, trunc)            \
    X(EXP, exp)                \
    X(EXPM1, expm1)            \
    X(LOG, log)                \
    X(LOG1P, log1p)            \
    X(TANH, tanh)              \
    X(SINH, sinh)              \
    X(COSH, cosh)              \
    X(ERF, erf)                \
    X(ERFC, erfc)

#define CRS__OPS_LIBM_DECLARE(entry, name)                                                     \
    void crs__op_##name##_f32(size_t n, const void *x, const void *y, const void *w, double c, \
                              void *out);                                                      \
    void crs__op_##name##_f64(size_t n, const void *x, const void *y, const void *w, double c, \
                              void *out);
CRS__OPS_LIBM_UNARY(CRS__OPS_LIBM_DECLARE)
CRS__OPS_LIBM_DECLARE(POW, pow)
CRS__OPS_LIBM_DECLARE(ACT, act)

#endif
