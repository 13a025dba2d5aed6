/*
 * kernels/ops.h - the operations that a rule's program is made of, on blocks.
 *
 * Numbers are arrays of float or double. Masks are bits, element i at bit i % 8
 * of byte i / 8; bits past the last element of the last byte may be anything.
 * Every call: out[i] from x[i], y[i] and the mask w, for i < n; `out` overlaps no
 * operand, x and y may be the same array.
 *
 * Results are the same bits at every CPU level: the same IEEE operations in the
 * same order, and the C library for what is not one (exp, tanh, ...).
 */
#ifndef KERNELS_OPS_H
#define KERNELS_OPS_H

#include "core/cpu.h"

#include <stddef.h>
#include <stdint.h>

typedef enum crs__op {
    /* numbers from nothing: leaves of a rule, and a constant in every element */
    CRS__OP_Z,
    CRS__OP_A,
    CRS__OP_UPSTREAM,
    CRS__OP_CONST, /* c */

    /* numbers from numbers */
    CRS__OP_NEG,
    CRS__OP_ABS,
    CRS__OP_SIGN,  /* 0 for both zeros, NaN for NaN */
    CRS__OP_TRUNC, /* a cast to an integer and back */
    CRS__OP_SQRT,
    CRS__OP_EXP,
    CRS__OP_EXPM1,
    CRS__OP_LOG,
    CRS__OP_LOG1P,
    CRS__OP_TANH,
    CRS__OP_SINH,
    CRS__OP_COSH,
    CRS__OP_ERF,
    CRS__OP_ERFC,
    CRS__OP_ACT, /* g(x); y is the `const crs_act *` */
    CRS__OP_ADD,
    CRS__OP_SUB,
    CRS__OP_MUL,
    CRS__OP_DIV,
    CRS__OP_POW,
    CRS__OP_MIN,       /* NaN if either is */
    CRS__OP_MAX,       /* NaN if either is */
    CRS__OP_HEAVISIDE, /* 0, y at both zeros, 1 */

    /* numbers from masks */
    CRS__OP_NUMBER, /* of w: 0 or 1 */
    CRS__OP_SELECT, /* w ? x : y */

    /* masks from numbers */
    CRS__OP_LT,
    CRS__OP_LE,
    CRS__OP_EQ,
    CRS__OP_LT_C, /* x < c */
    CRS__OP_LE_C,
    CRS__OP_GT_C,
    CRS__OP_GE_C,
    CRS__OP_EQ_C,
    CRS__OP_DIFFER,    /* x and y are not the same value; NaN is the same as NaN */
    CRS__OP_IS_NAN,    /* of x */
    CRS__OP_UNBOUNDED, /* x is infinite */

    /* masks from masks: x, y and w are masks */
    CRS__OP_FALSE,
    CRS__OP_AND,
    CRS__OP_OR,
    CRS__OP_XOR,
    CRS__OP_NOT,
    CRS__OP_MASK_SELECT,
    CRS__OP_COUNT
} crs__op;

/* Elements of a block: what callers cut arrays into. */
#define CRS__OPS_BLOCK 2048

/* How far a function of `enclose` may be from the exact one, in units in the last place. */
#define CRS__OPS_ULP 5

typedef void (*crs__op_fn)(size_t n, const void *x, const void *y, const void *w, double c,
                           void *out);

/* Intervals: the exact x is in [xl, xh]. NaN is [NaN, NaN]. */
typedef void (*crs__interval_fn)(size_t n, const double *xl, const double *xh, const double *yl,
                                 const double *yh, double *lo, double *hi);

typedef struct crs__ops {
    /* by crs__op; NULL for the leaves */
    crs__op_fn f32[CRS__OP_COUNT], f64[CRS__OP_COUNT];

    /* out[i] = the float whose bits are first + i */
    void (*count_f32)(size_t n, uint32_t first, float *out);
    void (*count_f64)(size_t n, uint32_t first, double *out);

    /* is any of the first n bits set, and how many of them are; n is a multiple of 64 */
    int (*any)(size_t n, const uint8_t *mask);
    size_t (*popcount)(size_t n, const uint8_t *mask);

    /*
     * Operations on intervals, each result enclosing the exact one: for NEG ABS SIGN TRUNC
     * SQRT ... ADD SUB MUL DIV POW MIN MAX HEAVISIDE; NULL elsewhere. Functions of the C
     * library (or SLEEF, where the build has it) are taken to be within CRS__OPS_ULP.
     * One-operand functions compute one end alone where xl == xh as pointers.
     */
    crs__interval_fn interval[CRS__OP_COUNT];

    /* Where `must` is set x, where `may` is not y, else what encloses both. */
    void (*interval_select)(size_t n, const uint8_t *must, const uint8_t *may, const double *xl,
                            const double *xh, const double *yl, const double *yh, double *lo,
                            double *hi);
} crs__ops;

/* The operations of a CPU level; static storage. A level that is not built gives the next lower. */
const crs__ops *crs__ops_get(crs__cpu_level level);

#endif
