/* A rule's operations with NEON: 4 floats or 2 doubles a register. */
#include "kernels/ops_levels.h"

#include <arm_neon.h>
#if CRS_HAVE_SLEEF
#include <sleef.h>
#endif

/* NEON has no instruction that gathers a bit of each lane: they are weighed and summed. */
OPS_INLINE unsigned gathered_f32(uint32x4_t lanes)
{
    const uint32_t each[4] = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32(lanes, vld1q_u32(each)));
}

OPS_INLINE float32x4_t blend_bits_f32(unsigned bits, float32x4_t x, float32x4_t y)
{
    const uint32_t each[4] = {1, 2, 4, 8};
    return vbslq_f32(vtstq_u32(vdupq_n_u32(bits), vld1q_u32(each)), x, y);
}

OPS_INLINE uint32x4_t steps_from(uint32_t first)
{
    const uint32_t steps[4] = {0, 1, 2, 3};
    return vaddq_u32(vdupq_n_u32(first), vld1q_u32(steps));
}

#define OPS_UNROLL _Pragma("GCC unroll 4")

#define T float
#define FN(name) name##_f32
#define LANES 4
#define WORD uint8_t
#define GROUP 8
#define V float32x4_t
#define LOAD(p) vld1q_f32(p)
#define STORE(p, v) vst1q_f32(p, v)
#define SET1(c) vdupq_n_f32(c)
#define BITS_LT(x, y) gathered_f32(vcltq_f32(x, y))
#define BITS_LE(x, y) gathered_f32(vcleq_f32(x, y))
#define BITS_EQ(x, y) gathered_f32(vceqq_f32(x, y))
#define BITS_NAN(x) gathered_f32(vmvnq_u32(vceqq_f32(x, x)))
#define BLEND(bits, x, y) blend_bits_f32(bits, x, y)
#define COUNT_UP(first) vreinterpretq_f32_u32(steps_from(first))
#define ADD(x, y) vaddq_f32(x, y)
#define SUB(x, y) vsubq_f32(x, y)
#define MUL(x, y) vmulq_f32(x, y)
#define DIV(x, y) vdivq_f32(x, y)
#define NEG(x) vnegq_f32(x)
#define ABS(x) vabsq_f32(x)
#define SQRT(x) vsqrtq_f32(x)
#define HUGEST ((float)INFINITY)
#include "kernels/ops_template.h"
#include "kernels/ops_undef.h"

OPS_INLINE unsigned gathered_f64(uint64x2_t lanes)
{
    const uint64_t each[2] = {1, 2};
    return (unsigned)vaddvq_u64(vandq_u64(lanes, vld1q_u64(each)));
}

OPS_INLINE float64x2_t blend_bits_f64(unsigned bits, float64x2_t x, float64x2_t y)
{
    const uint64_t each[2] = {1, 2};
    return vbslq_f64(vtstq_u64(vdupq_n_u64(bits), vld1q_u64(each)), x, y);
}

#define T double
#define FN(name) name##_f64
#define LANES 2
#define WORD uint8_t
#define GROUP 8
#define V float64x2_t
#define LOAD(p) vld1q_f64(p)
#define STORE(p, v) vst1q_f64(p, v)
#define SET1(c) vdupq_n_f64(c)
#define BITS_LT(x, y) gathered_f64(vcltq_f64(x, y))
#define BITS_LE(x, y) gathered_f64(vcleq_f64(x, y))
#define BITS_EQ(x, y) gathered_f64(vceqq_f64(x, y))
#define BITS_NAN(x) (gathered_f64(vceqq_f64(x, x)) ^ 3)
#define BLEND(bits, x, y) blend_bits_f64(bits, x, y)
#define COUNT_UP(first) vcvt_f64_f32(vget_low_f32(vreinterpretq_f32_u32(steps_from(first))))
#define ADD(x, y) vaddq_f64(x, y)
#define SUB(x, y) vsubq_f64(x, y)
#define MUL(x, y) vmulq_f64(x, y)
#define DIV(x, y) vdivq_f64(x, y)
#define NEG(x) vnegq_f64(x)
#define ABS(x) vabsq_f64(x)
#define SQRT(x) vsqrtq_f64(x)
#define HUGEST ((double)INFINITY)
#include "kernels/ops_template.h"

#define NAME(name) neon_##name
#define D float64x2_t
#define D_LANES 2
#define D_LOAD(p) vld1q_f64(p)
#define D_STORE(p, v) vst1q_f64(p, v)
#define SLEEF(f, ulp) Sleef_finz_##f##d2_u##ulp##advsimd
#include "kernels/sleef_functions.h"

/* vminq_f64 hands on a NaN of x too */
#define MIN(x, y) vbslq_f64(vcltq_f64(x, y), x, y)
#define MAX(x, y) vbslq_f64(vcltq_f64(y, x), x, y)
#include "kernels/interval_template.h"
#include "kernels/ops_undef.h"

/* Is any bit of 64 bytes set? */
OPS_INLINE int any_of_64(const uint8_t *mask)
{
    uint8x16_t low = vorrq_u8(vld1q_u8(mask), vld1q_u8(mask + 16));
    uint8x16_t high = vorrq_u8(vld1q_u8(mask + 32), vld1q_u8(mask + 48));
    return vmaxvq_u8(vorrq_u8(low, high)) != 0;
}

#define POPCOUNT(word) ((size_t)vaddv_u8(vcnt_u8(vcreate_u8(word))))
#define OPS_TABLE crs__neon_ops
#include "kernels/ops_table.h"
