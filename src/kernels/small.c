#include "kernels/small.h"

const crs__small_kernels *crs__small_kernels_get(crs_dtype dtype, crs__cpu_level level)
{
    int wide = dtype == CRS_F64;
#if CRS_HAVE_X86_KERNELS
    if (level == CRS__CPU_AVX512)
        return wide ? &crs__avx512_f64_small : &crs__avx512_f32_small;
    if (level == CRS__CPU_AVX2)
        return wide ? &crs__avx2_f64_small : &crs__avx2_f32_small;
#elif CRS_HAVE_NEON_KERNELS
    if (level == CRS__CPU_NEON)
        return wide ? &crs__neon_f64_small : &crs__neon_f32_small;
#elif CRS_HAVE_WASM_KERNELS
    if (level == CRS__CPU_SIMD128)
        return wide ? &crs__wasm_f64_small : &crs__wasm_f32_small;
#endif
    (void)level;
    return wide ? &crs__scalar_f64_small : &crs__scalar_f32_small;
}
