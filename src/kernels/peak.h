/*
 * kernels/peak.h - what a CPU level can do at most, for crease/bench.h.
 */
#ifndef KERNELS_PEAK_H
#define KERNELS_PEAK_H

#include "core/cpu.h"

#include <crease/dtype.h>

#include <stddef.h>

/* Elements that one step of `read` takes, at every level. */
#define CRS__PEAK_STEP ((size_t)128)

typedef struct crs__peak {
    size_t flop; /* of one round of fma */
    double (*fma)(size_t rounds);
    double (*read)(size_t n, const void *x, size_t passes); /* n a multiple of CRS__PEAK_STEP */
} crs__peak;

extern const crs__peak crs__scalar_f32_peak, crs__scalar_f64_peak;
#if CRS_HAVE_X86_KERNELS
extern const crs__peak crs__avx2_f32_peak, crs__avx2_f64_peak;
extern const crs__peak crs__avx512_f32_peak, crs__avx512_f64_peak;
#endif

#endif
