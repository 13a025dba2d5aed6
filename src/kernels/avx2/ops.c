/* A rule's operations with AVX2: 8 floats or 4 doubles a register. */
#include "kernels/ops_levels.h"

#if defined(__AVX2__)
#include <immintrin.h>
#if CRS_HAVE_SLEEF
#include <sleef.h>
#endif

OPS_INLINE __m256 blend_bits_f32(unsigned bits, __m256 x, __m256 y)
{
    const __m256i each = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    __m256i set = _mm256_and_si256(_mm256_set1_epi32((int)bits), each);
    return _mm256_blendv_ps(y, x, _mm256_castsi256_ps(_mm256_cmpeq_epi32(set, each)));
}

#define OPS_UNROLL _Pragma("GCC unroll 4")

#define T float
#define FN(name) name##_f32
#define LANES 8
#define WORD uint8_t
#define GROUP 8
#define V __m256
#define LOAD(p) _mm256_loadu_ps(p)
#define STORE(p, v) _mm256_storeu_ps(p, v)
#define SET1(c) _mm256_set1_ps(c)
#define BITS_LT(x, y) (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(x, y, _CMP_LT_OQ))
#define BITS_LE(x, y) (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(x, y, _CMP_LE_OQ))
#define BITS_EQ(x, y) (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(x, y, _CMP_EQ_OQ))
#define BITS_NAN(x) (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(x, x, _CMP_UNORD_Q))
#define BLEND(bits, x, y) blend_bits_f32(bits, x, y)
#define STEPS_OF_8 _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)
#define COUNT_UP(first) \
    _mm256_castsi256_ps(_mm256_add_epi32(_mm256_set1_epi32((int)(first)), STEPS_OF_8))
#define ADD(x, y) _mm256_add_ps(x, y)
#define SUB(x, y) _mm256_sub_ps(x, y)
#define MUL(x, y) _mm256_mul_ps(x, y)
#define DIV(x, y) _mm256_div_ps(x, y)
#define NEG(x) _mm256_xor_ps(x, _mm256_set1_ps(-0.0f))
#define ABS(x) _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x)
#define SQRT(x) _mm256_sqrt_ps(x)
#define HUGEST ((float)INFINITY)
#include "kernels/ops_template.h"
#include "kernels/ops_undef.h"

OPS_INLINE __m256d blend_bits_f64(unsigned bits, __m256d x, __m256d y)
{
    const __m256i each = _mm256_setr_epi64x(1, 2, 4, 8);
    __m256i set = _mm256_and_si256(_mm256_set1_epi64x((long long)bits), each);
    return _mm256_blendv_pd(y, x, _mm256_castsi256_pd(_mm256_cmpeq_epi64(set, each)));
}

#define T double
#define FN(name) name##_f64
#define LANES 4
#define WORD uint8_t
#define GROUP 8
#define V __m256d
#define LOAD(p) _mm256_loadu_pd(p)
#define STORE(p, v) _mm256_storeu_pd(p, v)
#define SET1(c) _mm256_set1_pd(c)
#define BITS_LT(x, y) (unsigned)_mm256_movemask_pd(_mm256_cmp_pd(x, y, _CMP_LT_OQ))
#define BITS_LE(x, y) (unsigned)_mm256_movemask_pd(_mm256_cmp_pd(x, y, _CMP_LE_OQ))
#define BITS_EQ(x, y) (unsigned)_mm256_movemask_pd(_mm256_cmp_pd(x, y, _CMP_EQ_OQ))
#define BITS_NAN(x) (unsigned)_mm256_movemask_pd(_mm256_cmp_pd(x, x, _CMP_UNORD_Q))
#define BLEND(bits, x, y) blend_bits_f64(bits, x, y)
#define STEPS_OF_4 _mm_setr_epi32(0, 1, 2, 3)
#define COUNT_UP(first) \
    _mm256_cvtps_pd(_mm_castsi128_ps(_mm_add_epi32(_mm_set1_epi32((int)(first)), STEPS_OF_4)))
#define ADD(x, y) _mm256_add_pd(x, y)
#define SUB(x, y) _mm256_sub_pd(x, y)
#define MUL(x, y) _mm256_mul_pd(x, y)
#define DIV(x, y) _mm256_div_pd(x, y)
#define NEG(x) _mm256_xor_pd(x, _mm256_set1_pd(-0.0))
#define ABS(x) _mm256_andnot_pd(_mm256_set1_pd(-0.0), x)
#define SQRT(x) _mm256_sqrt_pd(x)
#define HUGEST ((double)INFINITY)
#include "kernels/ops_template.h"

#define NAME(name) avx2_##name
#define D __m256d
#define D_LANES 4
#define D_LOAD(p) _mm256_loadu_pd(p)
#define D_STORE(p, v) _mm256_storeu_pd(p, v)
#define SLEEF(f, ulp) Sleef_finz_##f##d4_u##ulp##avx2
#include "kernels/sleef_functions.h"

#define MIN(x, y) _mm256_min_pd(x, y)
#define MAX(x, y) _mm256_max_pd(x, y)
#include "kernels/interval_template.h"
#include "kernels/ops_undef.h"

/* Is any bit of 64 bytes set? */
OPS_INLINE int any_of_64(const uint8_t *mask)
{
    __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)mask);
    __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(mask + 32));
    __m256i both = _mm256_or_si256(low, high);
    return !_mm256_testz_si256(both, both);
}

#define POPCOUNT(word) ((size_t)_mm_popcnt_u64(word))
#define OPS_TABLE crs__avx2_ops
#include "kernels/ops_table.h"
#endif
