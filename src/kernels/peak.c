#include <crease/bench.h>

#include "kernels/peak.h"

static const crs__peak *peak_of(crs_dtype dtype)
{
    static const struct {
        crs__cpu_level level;
        const crs__peak *of[2]; /* float32, float64 */
    } table[] = {
#if CRS_HAVE_X86_KERNELS
        {CRS__CPU_AVX512, {&crs__avx512_f32_peak, &crs__avx512_f64_peak}},
        {CRS__CPU_AVX2, {&crs__avx2_f32_peak, &crs__avx2_f64_peak}},
#endif
        {CRS__CPU_SCALAR, {&crs__scalar_f32_peak, &crs__scalar_f64_peak}},
    };
    crs__cpu_level level = crs__cpu_level_get();
    size_t i = 0, last = sizeof table / sizeof table[0] - 1;
    if (dtype != CRS_F32 && dtype != CRS_F64)
        return NULL;
    while (i < last && table[i].level != level)
        i++;
    return table[i].of[dtype == CRS_F64];
}

double crs_peak_fma(crs_dtype dtype, size_t rounds, double *sum)
{
    if (sum == NULL)
        return 0;
    const crs__peak *peak = peak_of(dtype);
    *sum = 0;
    if (peak == NULL)
        return 0;
    *sum = peak->fma(rounds);
    return (double)rounds * (double)peak->flop;
}

double crs_peak_read(crs_dtype dtype, size_t n, const void *x, size_t passes, double *sum)
{
    if ((n > 0 && x == NULL) || sum == NULL)
        return 0;
    const crs__peak *peak = peak_of(dtype);
    *sum = 0;
    if (peak == NULL)
        return 0;
    n -= n % CRS__PEAK_STEP;
    *sum = peak->read(n, x, passes);
    return (double)passes * (double)n * (double)crs_dtype_size(dtype);
}
