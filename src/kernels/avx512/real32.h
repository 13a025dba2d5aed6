/* kernels/avx512/real32.h - 16 floats a register; see kernels/real.h. */
#define T float
#define NAME(x) crs__avx512_f32_##x
#define DTYPE CRS_F32
#define FN(x) x##_f32
#define V __m512
#define V_LANES 16
#define V_REGISTERS 32
#define V_LOAD(p) _mm512_loadu_ps(p)
#define V_STORE(p, v) _mm512_storeu_ps(p, v)
#define V_SET1(x) _mm512_set1_ps(x)
#define V_FMA(x, y, z) _mm512_fmadd_ps(x, y, z)
#define V_MAX(x, y) _mm512_max_ps(x, y)
#define V_MIN(x, y) _mm512_min_ps(x, y)
#define V_BITS uint16_t
#define M __mmask16
#define V_LT(x, y) _mm512_cmp_ps_mask(x, y, _CMP_LT_OQ)
#define V_GE(x, y) _mm512_cmp_ps_mask(x, y, _CMP_GE_OQ)
#define V_EQ(x, y) _mm512_cmp_ps_mask(x, y, _CMP_EQ_OQ)
#define V_OR(p, q) ((M)((p) | (q)))
#define V_ANY(p) ((p) != 0)
#define V_BLEND(p, x, y) _mm512_mask_blend_ps(p, y, x)
#define V_ABS(x) _mm512_abs_ps(x)
#define V_SQRT(x) _mm512_sqrt_ps(x)
#define V_SCALE2(x, n) _mm512_scalef_ps(x, n)
