/*
 * kernels/real.h - what <level>/real32.h and <level>/real64.h define for the templates
 * of kernels: one CPU level's registers of one number type.
 *
 *   T               float or double
 *   NAME(x)         the name of a function or table of this level and type
 *   FN(x)           x_f32 or x_f64
 *   DTYPE           CRS_F32 or CRS_F64
 *   V, V_LANES      a register and how many T it holds; a type for which the compiler knows
 *                   + - * / (a vector of GNU C, or T itself)
 *   V_REGISTERS     how many of them the CPU has
 *   V_LOAD(p) V_STORE(p, v) V_SET1(x)      any alignment
 *   V_FMA(x, y, z)  x y + z, rounded once (where CRS__FUSED is 0, after the product too)
 *   V_MAX(x, y)     x > y ? x : y, so y where either is NaN
 *   V_MIN(x, y)     x < y ? x : y
 *   M               a truth value for each lane
 *   V_BITS          the integer that M is stored as, where the CPU has such masks; else not defined
 *   V_LT V_GE V_EQ  comparisons, false for NaN
 *   V_OR V_ANY      of truth values
 *   V_BLEND(p, x, y)  p ? x : y
 *   V_ABS(x)
 *   V_SQRT(x)       rounded correctly
 *   V_SCALE2(x, n)  x 2^n for whole n for which 2^n is a normal number, as is the result
 *
 * real_undef.h takes them away again, so that one file can have both types.
 */
#ifndef KERNELS_REAL_H
#define KERNELS_REAL_H

#include "core/less.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/*
 * WebAssembly has no fused multiply-add: there x y is rounded too, at every level alike
 * (docs/decisions/0022-neon-and-wasm.md).
 */
#if defined(__wasm__)
#define CRS__FUSED 0
#else
#define CRS__FUSED 1
#endif

/* The multiply-add of a single element: what V_FMA is for each lane, at every level. */
static inline float crs__fma_f32(float x, float y, float z)
{
    return CRS__FUSED ? fmaf(x, y, z) : x * y + z;
}

static inline double crs__fma_f64(double x, double y, double z)
{
    return CRS__FUSED ? fma(x, y, z) : x * y + z;
}

/* 2^n for a whole n and a normal result; anything for NaN. */
static inline float crs__power_of_2_f32(float n)
{
    uint32_t bits = (uint32_t)((n > -127 ? (int)n : 0) + 127) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

static inline double crs__power_of_2_f64(double n)
{
    uint64_t bits = (uint64_t)((n > -1023 ? (int)n : 0) + 1023) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

#endif
