/*
 * kernels/wasm/lanes.h - the registers of WebAssembly's SIMD, with C's operators:
 * v128_t, which the intrinsics take, has those of whole numbers.
 */
#ifndef KERNELS_WASM_LANES_H
#define KERNELS_WASM_LANES_H

#include <wasm_simd128.h>

typedef float f32x4 __attribute__((vector_size(16)));
typedef double f64x2 __attribute__((vector_size(16)));

#endif
