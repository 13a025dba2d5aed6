#include "core/cpu.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
    [CRS__CPU_SCALAR] = "scalar",
#if CRS_HAVE_X86_KERNELS
    [CRS__CPU_AVX2] = "avx2",
    [CRS__CPU_AVX512] = "avx512",
#elif CRS_HAVE_NEON_KERNELS
    [CRS__CPU_NEON] = "neon",
#elif CRS_HAVE_WASM_KERNELS
    [CRS__CPU_SIMD128] = "simd128",
#endif
};

crs__cpu_level crs__cpu_best(void)
{
#if CRS_HAVE_X86_KERNELS
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        return CRS__CPU_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return CRS__CPU_AVX2;
    return CRS__CPU_SCALAR;
#elif CRS_HAVE_NEON_KERNELS
    return CRS__CPU_NEON;
#elif CRS_HAVE_WASM_KERNELS
    return CRS__CPU_SIMD128;
#else
    return CRS__CPU_SCALAR;
#endif
}

int crs__cpu_fuses(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("fma") != 0;
#elif defined(__aarch64__)
    return 1;
#else
    return 0;
#endif
}

crs__cpu_level crs__cpu_level_get(void)
{
    crs__cpu_level best = crs__cpu_best();
    const char *asked = getenv("CREASE_CPU");
    if (asked != NULL) {
        for (int level = CRS__CPU_SCALAR; level < (int)best; level++) {
            if (strcmp(asked, names[level]) == 0)
                return (crs__cpu_level)level;
        }
    }
    return best;
}

const char *crs__cpu_name(crs__cpu_level level)
{
    return names[level];
}
