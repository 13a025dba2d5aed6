/*
 * kernels/levels.h - the tables of every level, for the dispatcher alone, and what
 * each level's file starts from.
 */
#ifndef KERNELS_LEVELS_H
#define KERNELS_LEVELS_H

#include "core/less.h"
#include "kernels/kernels.h"
#include "kernels/real.h"

#include <string.h>

extern const crs__kernels crs__scalar_f32_kernels, crs__scalar_f64_kernels;
#if CRS_HAVE_X86_KERNELS
extern const crs__kernels crs__avx2_f32_kernels, crs__avx2_f64_kernels;
extern const crs__kernels crs__avx512_f32_kernels, crs__avx512_f64_kernels;
#elif CRS_HAVE_NEON_KERNELS
extern const crs__kernels crs__neon_f32_kernels, crs__neon_f64_kernels;
#elif CRS_HAVE_WASM_KERNELS
extern const crs__kernels crs__wasm_f32_kernels, crs__wasm_f64_kernels;
#endif

#endif
