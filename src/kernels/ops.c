#include "kernels/ops.h"

#include "kernels/ops_levels.h"

const crs__ops *crs__ops_get(crs__cpu_level level)
{
#if CRS_HAVE_X86_KERNELS
    if (level == CRS__CPU_AVX512)
        return &crs__avx512_ops;
    if (level == CRS__CPU_AVX2)
        return &crs__avx2_ops;
#elif CRS_HAVE_NEON_KERNELS
    if (level == CRS__CPU_NEON)
        return &crs__neon_ops;
#elif CRS_HAVE_WASM_KERNELS
    if (level == CRS__CPU_SIMD128)
        return &crs__wasm_ops;
#endif
    (void)level;
    return &crs__scalar_ops;
}
