#include "kernels/kernels.h"

#include "kernels/levels.h"

#include <string.h>

const crs__kernels *crs__kernels_get(crs_dtype dtype, crs__cpu_level level)
{
    int wide = dtype == CRS_F64;
#if CRS_HAVE_X86_KERNELS
    if (level == CRS__CPU_AVX512)
        return wide ? &crs__avx512_f64_kernels : &crs__avx512_f32_kernels;
    if (level == CRS__CPU_AVX2)
        return wide ? &crs__avx2_f64_kernels : &crs__avx2_f32_kernels;
#elif CRS_HAVE_NEON_KERNELS
    if (level == CRS__CPU_NEON)
        return wide ? &crs__neon_f64_kernels : &crs__neon_f32_kernels;
#elif CRS_HAVE_WASM_KERNELS
    if (level == CRS__CPU_SIMD128)
        return wide ? &crs__wasm_f64_kernels : &crs__wasm_f32_kernels;
#endif
    (void)level;
    return wide ? &crs__scalar_f64_kernels : &crs__scalar_f32_kernels;
}

size_t crs__padded(size_t batch)
{
    return (batch + CRS__LANES - 1) / CRS__LANES * CRS__LANES;
}

void crs__pad_zero(const crs__kernels *kernels, size_t n, size_t batch, void *rows, size_t ld)
{
    size_t pad = crs__padded(batch) - batch;
    if (pad == 0)
        return;
    for (size_t j = 0; j < n; j++)
        memset((char *)rows + (j * ld + batch) * kernels->size, 0, pad * kernels->size);
}
