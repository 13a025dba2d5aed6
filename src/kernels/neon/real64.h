/* kernels/neon/real64.h - 2 doubles a register; see kernels/real.h. */
#define T double
#define NAME(x) crs__neon_f64_##x
#define DTYPE CRS_F64
#define FN(x) x##_f64
#define V float64x2_t
#define V_LANES 2
#define V_REGISTERS 32
#define V_LOAD(p) vld1q_f64(p)
#define V_STORE(p, v) vst1q_f64(p, v)
#define V_SET1(x) vdupq_n_f64(x)
#define V_FMA(x, y, z) vfmaq_f64(z, x, y)
#define V_MAX(x, y) vbslq_f64(vcgtq_f64(x, y), x, y)
#define V_MIN(x, y) vbslq_f64(vcltq_f64(x, y), x, y)
#define M uint64x2_t
#define V_LT(x, y) vcltq_f64(x, y)
#define V_GE(x, y) vcgeq_f64(x, y)
#define V_EQ(x, y) vceqq_f64(x, y)
#define V_OR(p, q) vorrq_u64(p, q)
#define V_ANY(p) (vmaxvq_u32(vreinterpretq_u32_u64(p)) != 0)
#define V_BLEND(p, x, y) vbslq_f64(p, x, y)
#define V_ABS(x) vabsq_f64(x)
#define V_SQRT(x) vsqrtq_f64(x)
#define V_SCALE2(x, n) \
    vmulq_f64(         \
        x, vreinterpretq_f64_s64(vshlq_n_s64(vaddq_s64(vcvtq_s64_f64(n), vdupq_n_s64(1023)), 52)))
