/* kernels/avx2/real32.h - 8 floats a register; see kernels/real.h. */
#define T float
#define NAME(x) crs__avx2_f32_##x
#define DTYPE CRS_F32
#define FN(x) x##_f32
#define V __m256
#define V_LANES 8
#define V_REGISTERS 16
#define V_LOAD(p) _mm256_loadu_ps(p)
#define V_STORE(p, v) _mm256_storeu_ps(p, v)
#define V_SET1(x) _mm256_set1_ps(x)
#define V_FMA(x, y, z) _mm256_fmadd_ps(x, y, z)
#define V_MAX(x, y) _mm256_max_ps(x, y)
#define V_MIN(x, y) _mm256_min_ps(x, y)
#define M __m256
#define V_LT(x, y) _mm256_cmp_ps(x, y, _CMP_LT_OQ)
#define V_GE(x, y) _mm256_cmp_ps(x, y, _CMP_GE_OQ)
#define V_EQ(x, y) _mm256_cmp_ps(x, y, _CMP_EQ_OQ)
#define V_OR(p, q) _mm256_or_ps(p, q)
#define V_ANY(p) (_mm256_movemask_ps(p) != 0)
#define V_BLEND(p, x, y) _mm256_blendv_ps(y, x, p)
#define V_ABS(x) _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x)
#define V_SQRT(x) _mm256_sqrt_ps(x)
#define V_SCALE2(x, n)                                      \
    _mm256_mul_ps(x, _mm256_castsi256_ps(_mm256_slli_epi32( \
                         _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23)))
