/* A rule's operations with WebAssembly's SIMD: 4 floats or 2 doubles a register. */
#include "kernels/ops_levels.h"

#include <wasm_simd128.h>

OPS_INLINE v128_t blend_bits_f32(unsigned bits, v128_t x, v128_t y)
{
    const v128_t each = wasm_i32x4_const(1, 2, 4, 8);
    v128_t set = wasm_v128_and(wasm_i32x4_splat((int)bits), each);
    return wasm_v128_bitselect(x, y, wasm_i32x4_eq(set, each));
}

OPS_INLINE v128_t steps_from(uint32_t first)
{
    return wasm_i32x4_add(wasm_i32x4_splat((int)first), wasm_i32x4_const(0, 1, 2, 3));
}

#define OPS_UNROLL _Pragma("GCC unroll 4")

#define T float
#define FN(name) name##_f32
#define LANES 4
#define WORD uint8_t
#define GROUP 8
#define V v128_t
#define LOAD(p) wasm_v128_load(p)
#define STORE(p, v) wasm_v128_store(p, v)
#define SET1(c) wasm_f32x4_splat(c)
#define BITS_LT(x, y) (unsigned)wasm_i32x4_bitmask(wasm_f32x4_lt(x, y))
#define BITS_LE(x, y) (unsigned)wasm_i32x4_bitmask(wasm_f32x4_le(x, y))
#define BITS_EQ(x, y) (unsigned)wasm_i32x4_bitmask(wasm_f32x4_eq(x, y))
#define BITS_NAN(x) (unsigned)wasm_i32x4_bitmask(wasm_f32x4_ne(x, x))
#define BLEND(bits, x, y) blend_bits_f32(bits, x, y)
#define COUNT_UP(first) steps_from(first)
#define ADD(x, y) wasm_f32x4_add(x, y)
#define SUB(x, y) wasm_f32x4_sub(x, y)
#define MUL(x, y) wasm_f32x4_mul(x, y)
#define DIV(x, y) wasm_f32x4_div(x, y)
#define NEG(x) wasm_f32x4_neg(x)
#define ABS(x) wasm_f32x4_abs(x)
#define SQRT(x) wasm_f32x4_sqrt(x)
#define HUGEST ((float)INFINITY)
#include "kernels/ops_template.h"
#include "kernels/ops_undef.h"

OPS_INLINE v128_t blend_bits_f64(unsigned bits, v128_t x, v128_t y)
{
    const v128_t each = wasm_i64x2_const(1, 2);
    v128_t set = wasm_v128_and(wasm_i64x2_splat((long long)bits), each);
    return wasm_v128_bitselect(x, y, wasm_i64x2_eq(set, each));
}

#define T double
#define FN(name) name##_f64
#define LANES 2
#define WORD uint8_t
#define GROUP 8
#define V v128_t
#define LOAD(p) wasm_v128_load(p)
#define STORE(p, v) wasm_v128_store(p, v)
#define SET1(c) wasm_f64x2_splat(c)
#define BITS_LT(x, y) (unsigned)wasm_i64x2_bitmask(wasm_f64x2_lt(x, y))
#define BITS_LE(x, y) (unsigned)wasm_i64x2_bitmask(wasm_f64x2_le(x, y))
#define BITS_EQ(x, y) (unsigned)wasm_i64x2_bitmask(wasm_f64x2_eq(x, y))
#define BITS_NAN(x) (unsigned)wasm_i64x2_bitmask(wasm_f64x2_ne(x, x))
#define BLEND(bits, x, y) blend_bits_f64(bits, x, y)
#define COUNT_UP(first) wasm_f64x2_promote_low_f32x4(steps_from(first))
#define ADD(x, y) wasm_f64x2_add(x, y)
#define SUB(x, y) wasm_f64x2_sub(x, y)
#define MUL(x, y) wasm_f64x2_mul(x, y)
#define DIV(x, y) wasm_f64x2_div(x, y)
#define NEG(x) wasm_f64x2_neg(x)
#define ABS(x) wasm_f64x2_abs(x)
#define SQRT(x) wasm_f64x2_sqrt(x)
#define HUGEST ((double)INFINITY)
#include "kernels/ops_template.h"

#define NAME(name) wasm_##name
#define D v128_t
#define D_LANES 2
#define D_LOAD(p) wasm_v128_load(p)
#define D_STORE(p, v) wasm_v128_store(p, v)
#include "kernels/sleef_functions.h"

/* pmin(y, x) is x < y ? x : y */
#define MIN(x, y) wasm_f64x2_pmin(y, x)
#define MAX(x, y) wasm_f64x2_pmax(y, x)
#include "kernels/interval_template.h"
#include "kernels/ops_undef.h"

/* Is any bit of 64 bytes set? */
OPS_INLINE int any_of_64(const uint8_t *mask)
{
    v128_t low = wasm_v128_or(wasm_v128_load(mask), wasm_v128_load(mask + 16));
    v128_t high = wasm_v128_or(wasm_v128_load(mask + 32), wasm_v128_load(mask + 48));
    return wasm_v128_any_true(wasm_v128_or(low, high));
}

#define POPCOUNT(word) ((size_t)__builtin_popcountll(word))
#define OPS_TABLE crs__wasm_ops
#include "kernels/ops_table.h"
