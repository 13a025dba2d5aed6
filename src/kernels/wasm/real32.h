/* kernels/wasm/real32.h - 4 floats a register; see kernels/real.h and kernels/wasm/lanes.h. */
#define T float
#define NAME(x) crs__wasm_f32_##x
#define DTYPE CRS_F32
#define FN(x) x##_f32
#define V f32x4
#define V_LANES 4
#define V_REGISTERS 16 /* of the x86 that an engine most likely compiles for */
#define V_LOAD(p) ((V)wasm_v128_load(p))
#define V_STORE(p, v) wasm_v128_store(p, (v128_t)(v))
#define V_SET1(x) ((V)wasm_f32x4_splat(x))
#define V_FMA(x, y, z) ((x) * (y) + (z)) /* no contraction: two roundings */
#define V_MAX(x, y) ((V)wasm_f32x4_pmax((v128_t)(y), (v128_t)(x)))
#define V_MIN(x, y) ((V)wasm_f32x4_pmin((v128_t)(y), (v128_t)(x)))
#define M v128_t
#define V_LT(x, y) wasm_f32x4_lt((v128_t)(x), (v128_t)(y))
#define V_GE(x, y) wasm_f32x4_ge((v128_t)(x), (v128_t)(y))
#define V_EQ(x, y) wasm_f32x4_eq((v128_t)(x), (v128_t)(y))
#define V_OR(p, q) wasm_v128_or(p, q)
#define V_ANY(p) wasm_v128_any_true(p)
#define V_BLEND(p, x, y) ((V)wasm_v128_bitselect((v128_t)(x), (v128_t)(y), p))
#define V_ABS(x) ((V)wasm_f32x4_abs((v128_t)(x)))
#define V_SQRT(x) ((V)wasm_f32x4_sqrt((v128_t)(x)))
#define V_SCALE2(x, n)  \
    ((x) *              \
     (V)wasm_i32x4_shl( \
         wasm_i32x4_add(wasm_i32x4_trunc_sat_f32x4((v128_t)(n)), wasm_i32x4_splat(127)), 23))
