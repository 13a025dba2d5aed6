/* kernels/avx512/real64.h - 8 doubles a register; see kernels/real.h. */
#define T double
#define NAME(x) crs__avx512_f64_##x
#define DTYPE CRS_F64
#define FN(x) x##_f64
#define V __m512d
#define V_LANES 8
#define V_REGISTERS 32
#define V_LOAD(p) _mm512_loadu_pd(p)
#define V_STORE(p, v) _mm512_storeu_pd(p, v)
#define V_SET1(x) _mm512_set1_pd(x)
#define V_FMA(x, y, z) _mm512_fmadd_pd(x, y, z)
#define V_MAX(x, y) _mm512_max_pd(x, y)
#define V_MIN(x, y) _mm512_min_pd(x, y)
#define V_BITS uint8_t
#define M __mmask8
#define V_LT(x, y) _mm512_cmp_pd_mask(x, y, _CMP_LT_OQ)
#define V_GE(x, y) _mm512_cmp_pd_mask(x, y, _CMP_GE_OQ)
#define V_EQ(x, y) _mm512_cmp_pd_mask(x, y, _CMP_EQ_OQ)
#define V_OR(p, q) ((M)((p) | (q)))
#define V_ANY(p) ((p) != 0)
#define V_BLEND(p, x, y) _mm512_mask_blend_pd(p, y, x)
#define V_ABS(x) _mm512_abs_pd(x)
#define V_SQRT(x) _mm512_sqrt_pd(x)
#define V_SCALE2(x, n) _mm512_scalef_pd(x, n)
