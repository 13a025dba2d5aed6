/* A rule's operations with AVX-512: a comparison of 16 floats is a 16-bit mask. */
#include "kernels/ops_levels.h"

#if defined(__AVX512F__)
#include <immintrin.h>
#if CRS_HAVE_SLEEF
#include <sleef.h>
#endif

#define OPS_UNROLL _Pragma("GCC unroll 4")

#define T float
#define FN(name) name##_f32
#define LANES 16
#define WORD uint16_t
#define GROUP 16
#define V __m512
#define LOAD(p) _mm512_loadu_ps(p)
#define STORE(p, v) _mm512_storeu_ps(p, v)
#define SET1(c) _mm512_set1_ps(c)
#define BITS_LT(x, y) (unsigned)_mm512_cmp_ps_mask(x, y, _CMP_LT_OQ)
#define BITS_LE(x, y) (unsigned)_mm512_cmp_ps_mask(x, y, _CMP_LE_OQ)
#define BITS_EQ(x, y) (unsigned)_mm512_cmp_ps_mask(x, y, _CMP_EQ_OQ)
#define BITS_NAN(x) (unsigned)_mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q)
#define BLEND(bits, x, y) _mm512_mask_blend_ps((__mmask16)(bits), y, x)
#define STEPS_OF_16 _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
#define COUNT_UP(first) \
    _mm512_castsi512_ps(_mm512_add_epi32(_mm512_set1_epi32((int)(first)), STEPS_OF_16))
#define ADD(x, y) _mm512_add_ps(x, y)
#define SUB(x, y) _mm512_sub_ps(x, y)
#define MUL(x, y) _mm512_mul_ps(x, y)
#define DIV(x, y) _mm512_div_ps(x, y)
#define NEG(x) _mm512_xor_ps(x, _mm512_set1_ps(-0.0f))
#define ABS(x) _mm512_abs_ps(x)
#define SQRT(x) _mm512_sqrt_ps(x)
#define HUGEST ((float)INFINITY)
#include "kernels/ops_template.h"
#include "kernels/ops_undef.h"

#define T double
#define FN(name) name##_f64
#define LANES 8
#define WORD uint8_t
#define GROUP 8
#define V __m512d
#define LOAD(p) _mm512_loadu_pd(p)
#define STORE(p, v) _mm512_storeu_pd(p, v)
#define SET1(c) _mm512_set1_pd(c)
#define BITS_LT(x, y) (unsigned)_mm512_cmp_pd_mask(x, y, _CMP_LT_OQ)
#define BITS_LE(x, y) (unsigned)_mm512_cmp_pd_mask(x, y, _CMP_LE_OQ)
#define BITS_EQ(x, y) (unsigned)_mm512_cmp_pd_mask(x, y, _CMP_EQ_OQ)
#define BITS_NAN(x) (unsigned)_mm512_cmp_pd_mask(x, x, _CMP_UNORD_Q)
#define BLEND(bits, x, y) _mm512_mask_blend_pd((__mmask8)(bits), y, x)
#define STEPS_OF_8 _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)
#define COUNT_UP(first) \
    _mm512_cvtps_pd(    \
        _mm256_castsi256_ps(_mm256_add_epi32(_mm256_set1_epi32((int)(first)), STEPS_OF_8)))
#define ADD(x, y) _mm512_add_pd(x, y)
#define SUB(x, y) _mm512_sub_pd(x, y)
#define MUL(x, y) _mm512_mul_pd(x, y)
#define DIV(x, y) _mm512_div_pd(x, y)
#define NEG(x) _mm512_xor_pd(x, _mm512_set1_pd(-0.0))
#define ABS(x) _mm512_abs_pd(x)
#define SQRT(x) _mm512_sqrt_pd(x)
#define HUGEST ((double)INFINITY)
#include "kernels/ops_template.h"

#define NAME(name) avx512_##name
#define D __m512d
#define D_LANES 8
#define D_LOAD(p) _mm512_loadu_pd(p)
#define D_STORE(p, v) _mm512_storeu_pd(p, v)
#define SLEEF(f, ulp) Sleef_finz_##f##d8_u##ulp##avx512f
#include "kernels/sleef_functions.h"

#define MIN(x, y) _mm512_min_pd(x, y)
#define MAX(x, y) _mm512_max_pd(x, y)
#include "kernels/interval_template.h"
#include "kernels/ops_undef.h"

/* Is any bit of 64 bytes set? */
OPS_INLINE int any_of_64(const uint8_t *mask)
{
    __m512i bytes = _mm512_loadu_si512(mask);
    return _mm512_test_epi64_mask(bytes, bytes) != 0;
}

#define POPCOUNT(word) ((size_t)_mm_popcnt_u64(word))
#define OPS_TABLE crs__avx512_ops
#include "kernels/ops_table.h"
#endif
