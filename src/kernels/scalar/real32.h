/* kernels/scalar/real32.h - one lane at a time; see kernels/real.h. */
#define T float
#define NAME(x) crs__scalar_f32_##x
#define DTYPE CRS_F32
#define FN(x) x##_f32
#define V float
#define V_LANES 1
#define V_REGISTERS 16
#define V_LOAD(p) (*(p))
#define V_STORE(p, v) (*(p) = (v))
#define V_SET1(x) ((float)(x))
#define V_FMA(x, y, z) crs__fma_f32(x, y, z)
#define V_MAX(x, y) (CRS__LESS(y, x) ? (x) : (y))
#define V_MIN(x, y) (CRS__LESS(x, y) ? (x) : (y))
#define M int
#define V_LT(x, y) ((x) < (y))
#define V_GE(x, y) ((x) >= (y))
#define V_EQ(x, y) ((x) == (y))
#define V_OR(p, q) ((p) | (q))
#define V_ANY(p) (p)
#define V_BLEND(p, x, y) ((p) ? (x) : (y))
#define V_ABS(x) fabsf(x)
#define V_SQRT(x) sqrtf(x)
#define V_SCALE2(x, n) ((x)*crs__power_of_2_f32(n))
