/* kernels/neon/real32.h - 4 floats a register; see kernels/real.h. */
#define T float
#define NAME(x) crs__neon_f32_##x
#define DTYPE CRS_F32
#define FN(x) x##_f32
#define V float32x4_t
#define V_LANES 4
#define V_REGISTERS 32
#define V_LOAD(p) vld1q_f32(p)
#define V_STORE(p, v) vst1q_f32(p, v)
#define V_SET1(x) vdupq_n_f32(x)
#define V_FMA(x, y, z) vfmaq_f32(z, x, y)
#define V_MAX(x, y) vbslq_f32(vcgtq_f32(x, y), x, y)
#define V_MIN(x, y) vbslq_f32(vcltq_f32(x, y), x, y)
#define M uint32x4_t
#define V_LT(x, y) vcltq_f32(x, y)
#define V_GE(x, y) vcgeq_f32(x, y)
#define V_EQ(x, y) vceqq_f32(x, y)
#define V_OR(p, q) vorrq_u32(p, q)
#define V_ANY(p) (vmaxvq_u32(p) != 0)
#define V_BLEND(p, x, y) vbslq_f32(p, x, y)
#define V_ABS(x) vabsq_f32(x)
#define V_SQRT(x) vsqrtq_f32(x)
#define V_SCALE2(x, n) \
    vmulq_f32(         \
        x, vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(vcvtq_s32_f32(n), vdupq_n_s32(127)), 23)))
