/*
 * kernels/ops_levels.h - the tables of every level, for the dispatcher alone, and
 * what each level's ops.c starts from.
 */
#ifndef KERNELS_OPS_LEVELS_H
#define KERNELS_OPS_LEVELS_H

#include "kernels/ops.h"
#include "kernels/ops_libm.h"

#include <float.h>
#include <math.h>
#include <string.h>

extern const crs__ops crs__scalar_ops;
#if CRS_HAVE_X86_KERNELS
extern const crs__ops crs__avx2_ops, crs__avx512_ops;
#elif CRS_HAVE_NEON_KERNELS
extern const crs__ops crs__neon_ops;
#elif CRS_HAVE_WASM_KERNELS
extern const crs__ops crs__wasm_ops;
#endif

/* the inside of every operation, and what many of them share at their ends */
#define OPS_INLINE static inline __attribute__((always_inline))
#define OPS_SHARED static __attribute__((noinline))

#endif
