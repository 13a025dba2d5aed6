/* kernels/wasm/real64.h - 2 doubles a register; see kernels/real.h and kernels/wasm/lanes.h. */
#define T double
#define NAME(x) crs__wasm_f64_##x
#define DTYPE CRS_F64
#define FN(x) x##_f64
#define V f64x2
#define V_LANES 2
#define V_REGISTERS 16 /* of the x86 that an engine most likely compiles for */
#define V_LOAD(p) ((V)wasm_v128_load(p))
#define V_STORE(p, v) wasm_v128_store(p, (v128_t)(v))
#define V_SET1(x) ((V)wasm_f64x2_splat(x))
#define V_FMA(x, y, z) ((x) * (y) + (z)) /* no contraction: two roundings */
#define V_MAX(x, y) ((V)wasm_f64x2_pmax((v128_t)(y), (v128_t)(x)))
#define V_MIN(x, y) ((V)wasm_f64x2_pmin((v128_t)(y), (v128_t)(x)))
#define M v128_t
#define V_LT(x, y) wasm_f64x2_lt((v128_t)(x), (v128_t)(y))
#define V_GE(x, y) wasm_f64x2_ge((v128_t)(x), (v128_t)(y))
#define V_EQ(x, y) wasm_f64x2_eq((v128_t)(x), (v128_t)(y))
#define V_OR(p, q) wasm_v128_or(p, q)
#define V_ANY(p) wasm_v128_any_true(p)
#define V_BLEND(p, x, y) ((V)wasm_v128_bitselect((v128_t)(x), (v128_t)(y), p))
#define V_ABS(x) ((V)wasm_f64x2_abs((v128_t)(x)))
#define V_SQRT(x) ((V)wasm_f64x2_sqrt((v128_t)(x)))
/* n + 1023 in the lowest bits of 2^52 + 2^51 + n + 1023: there is no conversion of two numbers */
#define V_SCALE2(x, n) ((x) * (V)wasm_i64x2_shl((v128_t)((n) + V_SET1(0x1.8p52 + 1023)), 52))
