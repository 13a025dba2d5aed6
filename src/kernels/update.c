#include "kernels/update.h"

const crs__update_kernels *crs__update_kernels_get(crs_dtype dtype, crs__cpu_level level)
{
    int wide = dtype == CRS_F64;
#if CRS_HAVE_X86_KERNELS
    if (level == CRS__CPU_AVX512)
        return wide ? &crs__avx512_f64_update : &crs__avx512_f32_update;
    if (level == CRS__CPU_AVX2)
        return wide ? &crs__avx2_f64_update : &crs__avx2_f32_update;
#elif CRS_HAVE_NEON_KERNELS
    if (level == CRS__CPU_NEON)
        return wide ? &crs__neon_f64_update : &crs__neon_f32_update;
#elif CRS_HAVE_WASM_KERNELS
    if (level == CRS__CPU_SIMD128)
        return wide ? &crs__wasm_f64_update : &crs__wasm_f32_update;
#endif
    (void)level;
    return wide ? &crs__scalar_f64_update : &crs__scalar_f32_update;
}
