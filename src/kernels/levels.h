/*
 * kernels/levels.h - the tables of every level, for the dispatcher alone, and what
 * each level's file starts from.
 */
#ifndef KERNELS_LEVELS_H
#define KERNELS_LEVELS_H

#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

extern const crs__kernels crs__scalar_f32_kernels, crs__scalar_f64_kernels;
#if CRS_HAVE_X86_KERNELS
extern const crs__kernels crs__avx2_f32_kernels, crs__avx2_f64_kernels;
extern const crs__kernels crs__avx512_f32_kernels, crs__avx512_f64_kernels;
#endif

/* The fused multiply-add of a single element: one rounding, at every level. */
static inline float crs__fma_f32(float x, float y, float z)
{
    return fmaf(x, y, z);
}

static inline double crs__fma_f64(double x, double y, double z)
{
    return fma(x, y, z);
}

#endif
