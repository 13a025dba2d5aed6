#include "core/cpu.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"scalar", "avx2", "avx512"};

crs__cpu_level crs__cpu_best(void)
{
#if CRS_HAVE_X86_KERNELS
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        return CRS__CPU_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return CRS__CPU_AVX2;
#endif
    return CRS__CPU_SCALAR;
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
