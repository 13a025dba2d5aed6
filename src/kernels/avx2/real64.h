/* kernels/avx2/real64.h - 4 doubles a register; see kernels/real.h. */
#define T double
#define NAME(x) crs__avx2_f64_##x
#define DTYPE CRS_F64
#define FN(x) x##_f64
#define V __m256d
#define V_LANES 4
#define V_REGISTERS 16
#define V_LOAD(p) _mm256_loadu_pd(p)
#define V_STORE(p, v) _mm256_storeu_pd(p, v)
#define V_SET1(x) _mm256_set1_pd(x)
#define V_FMA(x, y, z) _mm256_fmadd_pd(x, y, z)
#define V_MAX(x, y) _mm256_max_pd(x, y)
#define V_MIN(x, y) _mm256_min_pd(x, y)
#define M __m256d
#define V_LT(x, y) _mm256_cmp_pd(x, y, _CMP_LT_OQ)
#define V_GE(x, y) _mm256_cmp_pd(x, y, _CMP_GE_OQ)
#define V_EQ(x, y) _mm256_cmp_pd(x, y, _CMP_EQ_OQ)
#define V_OR(p, q) _mm256_or_pd(p, q)
#define V_ANY(p) (_mm256_movemask_pd(p) != 0)
#define V_BLEND(p, x, y) _mm256_blendv_pd(y, x, p)
#define V_ABS(x) _mm256_andnot_pd(_mm256_set1_pd(-0.0), x)
#define V_SQRT(x) _mm256_sqrt_pd(x)
/* the low bits of n + 1.5 * 2^52 are those of the whole number n */
#define V_SCALE2(x, n)                                                                 \
    _mm256_mul_pd(x, _mm256_castsi256_pd(_mm256_slli_epi64(                            \
                         _mm256_add_epi64(_mm256_castpd_si256(_mm256_add_pd(           \
                                              n, _mm256_set1_pd(6755399441055744.0))), \
                                          _mm256_set1_epi64x(1023)),                   \
                         52)))
