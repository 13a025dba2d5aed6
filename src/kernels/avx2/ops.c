/* A rule's operations with AVX2: comparisons of 8 floats, or of twice 4 doubles. */
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

#define T float
#define FN(name) name##_f32
#define W 8
#define WORD uint8_t
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
#define SQRT(x) sqrtf(x)
#define FABS(x) fabsf(x)
#define HUGEST ((float)INFINITY)
#include "kernels/ops_template.h"

/* Eight doubles, so that their bits are a byte of a mask. */
typedef struct eight_f64 {
    __m256d low, high;
} eight_f64;

OPS_INLINE eight_f64 eight_of(__m256d low, __m256d high)
{
    eight_f64 v = {low, high};
    return v;
}

OPS_INLINE unsigned bits_of(__m256d low, __m256d high)
{
    return (unsigned)_mm256_movemask_pd(low) | (unsigned)_mm256_movemask_pd(high) << 4;
}

OPS_INLINE eight_f64 blend_bits_f64(unsigned bits, eight_f64 x, eight_f64 y)
{
    const __m256i low = _mm256_setr_epi64x(1, 2, 4, 8), high = _mm256_setr_epi64x(16, 32, 64, 128);
    __m256i all = _mm256_set1_epi64x((long long)bits);
    __m256i in_low = _mm256_cmpeq_epi64(_mm256_and_si256(all, low), low);
    __m256i in_high = _mm256_cmpeq_epi64(_mm256_and_si256(all, high), high);
    return eight_of(_mm256_blendv_pd(y.low, x.low, _mm256_castsi256_pd(in_low)),
                    _mm256_blendv_pd(y.high, x.high, _mm256_castsi256_pd(in_high)));
}

OPS_INLINE eight_f64 count_up_f64(uint32_t first)
{
    __m256i bits = _mm256_add_epi32(_mm256_set1_epi32((int)first), STEPS_OF_8);
    return eight_of(_mm256_cvtps_pd(_mm_castsi128_ps(_mm256_castsi256_si128(bits))),
                    _mm256_cvtps_pd(_mm_castsi128_ps(_mm256_extracti128_si256(bits, 1))));
}

#define COMPARE(x, y, how) \
    bits_of(_mm256_cmp_pd((x).low, (y).low, how), _mm256_cmp_pd((x).high, (y).high, how))

#define T double
#define FN(name) name##_f64
#define W 8
#define WORD uint8_t
#define V eight_f64
#define LOAD(p) eight_of(_mm256_loadu_pd(p), _mm256_loadu_pd((p) + 4))
#define STORE(p, v) (_mm256_storeu_pd(p, (v).low), _mm256_storeu_pd((p) + 4, (v).high))
#define SET1(c) eight_of(_mm256_set1_pd(c), _mm256_set1_pd(c))
#define BITS_LT(x, y) COMPARE(x, y, _CMP_LT_OQ)
#define BITS_LE(x, y) COMPARE(x, y, _CMP_LE_OQ)
#define BITS_EQ(x, y) COMPARE(x, y, _CMP_EQ_OQ)
#define BITS_NAN(x) COMPARE(x, x, _CMP_UNORD_Q)
#define BLEND(bits, x, y) blend_bits_f64(bits, x, y)
#define COUNT_UP(first) count_up_f64(first)
#define SQRT(x) sqrt(x)
#define FABS(x) fabs(x)
#define HUGEST ((double)INFINITY)
#include "kernels/ops_template.h"

#define NAME(name) avx2_##name
#define D __m256d
#define D_LANES 4
#define D_LOAD(p) _mm256_loadu_pd(p)
#define D_STORE(p, v) _mm256_storeu_pd(p, v)
#define SLEEF(f, ulp) Sleef_##f##d4_u##ulp##avx2
#include "kernels/sleef_functions.h"

#include "kernels/interval_template.h"

#define POPCOUNT(word) ((size_t)_mm_popcnt_u64(word))
#define OPS_TABLE crs__avx2_ops
#include "kernels/ops_table.h"
#endif
