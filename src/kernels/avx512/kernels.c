/* AVX-512: 16 floats or 8 doubles a register. */
#include "kernels/levels.h"

#include <immintrin.h>

#define T float
#define NAME(x) crs__avx512_f32_##x
#define DTYPE CRS_F32
#define FN(x) x##_f32
#define V __m512
#define V_LANES 16
#define V_LOAD(p) _mm512_loadu_ps(p)
#define V_STORE(p, v) _mm512_storeu_ps(p, v)
#define V_SET1(x) _mm512_set1_ps(x)
#define V_FMA(x, y, z) _mm512_fmadd_ps(x, y, z)
#include "kernels/kernels_template.h"

#define T double
#define NAME(x) crs__avx512_f64_##x
#define DTYPE CRS_F64
#define FN(x) x##_f64
#define V __m512d
#define V_LANES 8
#define V_LOAD(p) _mm512_loadu_pd(p)
#define V_STORE(p, v) _mm512_storeu_pd(p, v)
#define V_SET1(x) _mm512_set1_pd(x)
#define V_FMA(x, y, z) _mm512_fmadd_pd(x, y, z)
#include "kernels/kernels_template.h"
