/* The table of one CPU level, from functions of its two number types and its intervals. */
#define OPS_LIBM_ENTRY_F32(entry, name) [CRS__OP_##entry] = crs__op_##name##_f32,
#define OPS_LIBM_ENTRY_F64(entry, name) [CRS__OP_##entry] = crs__op_##name##_f64,

/* What a mask makes of masks is the same for both types. */
#define OPS_ENTRIES(type)                                                                     \
    [CRS__OP_CONST] = fill_##type, [CRS__OP_NEG] = neg_##type, [CRS__OP_ABS] = abs_##type,    \
    [CRS__OP_SIGN] = sign_##type, [CRS__OP_SQRT] = sqrt_##type, [CRS__OP_ADD] = add_##type,   \
    [CRS__OP_SUB] = sub_##type, [CRS__OP_MUL] = mul_##type, [CRS__OP_DIV] = div_##type,       \
    [CRS__OP_MIN] = min_##type, [CRS__OP_MAX] = max_##type,                                   \
    [CRS__OP_HEAVISIDE] = heaviside_##type, [CRS__OP_NUMBER] = number_##type,                 \
    [CRS__OP_SELECT] = select_##type, [CRS__OP_LT] = lt_##type, [CRS__OP_LE] = le_##type,     \
    [CRS__OP_EQ] = eq_##type, [CRS__OP_LT_C] = lt_c_##type, [CRS__OP_LE_C] = le_c_##type,     \
    [CRS__OP_GT_C] = gt_c_##type, [CRS__OP_GE_C] = ge_c_##type, [CRS__OP_EQ_C] = eq_c_##type, \
    [CRS__OP_DIFFER] = differ_##type, [CRS__OP_IS_NAN] = is_nan_##type,                       \
    [CRS__OP_UNBOUNDED] = unbounded_##type, [CRS__OP_FALSE] = mask_false,                     \
    [CRS__OP_AND] = mask_and, [CRS__OP_OR] = mask_or, [CRS__OP_XOR] = mask_xor,               \
    [CRS__OP_NOT] = mask_not, [CRS__OP_MASK_SELECT] = mask_select

OPS_INLINE uint64_t mask_word(const uint8_t *mask)
{
    uint64_t word;
    memcpy(&word, mask, sizeof word);
    return word;
}

/* Masks from masks, eight bytes at a time and then byte by byte; `second` and `third` are vy, vw. */
#define MASK_OF_MASKS(name, second, third, value)                                               \
    OPS_INLINE uint64_t name##_of(uint64_t x, uint64_t y, uint64_t w)                           \
    {                                                                                           \
        (void)y;                                                                                \
        (void)w;                                                                                \
        return value;                                                                           \
    }                                                                                           \
    static void mask_##name(size_t n, const void *vx, const void *vy, const void *vw, double c, \
                            void *vout)                                                         \
    {                                                                                           \
        const uint8_t *restrict x = vx, *restrict y = second, *restrict w = third;              \
        uint8_t *restrict out = vout;                                                           \
        size_t i = 0;                                                                           \
        (void)vy;                                                                               \
        (void)vw;                                                                               \
        (void)c;                                                                                \
        for (; i + 8 <= (n + 7) / 8; i += 8) {                                                  \
            uint64_t word = name##_of(mask_word(x + i), mask_word(y + i), mask_word(w + i));    \
            memcpy(out + i, &word, sizeof word);                                                \
        }                                                                                       \
        for (; i < (n + 7) / 8; i++)                                                            \
            out[i] = (uint8_t)name##_of(x[i], y[i], w[i]);                                      \
    }

/* clang-format off */
MASK_OF_MASKS(and, vy, vx, x & y)
MASK_OF_MASKS(or, vy, vx, x | y)
MASK_OF_MASKS(xor, vy, vx, x ^ y)
MASK_OF_MASKS(not, vx, vx, ~x)
MASK_OF_MASKS(select, vy, vw, (w & x) | (~w & y))
/* clang-format on */

static void mask_false(size_t n, const void *vx, const void *vy, const void *vw, double c,
                       void *vout)
{
    (void)vx;
    (void)vy;
    (void)vw;
    (void)c;
    memset(vout, 0, (n + 7) / 8);
}

static size_t popcount(size_t n, const uint8_t *mask)
{
    size_t count = 0;
    for (size_t i = 0; i < n / 8; i += 8) {
        uint64_t word;
        memcpy(&word, mask + i, sizeof word);
        count += POPCOUNT(word);
    }
    return count;
}

static int any(size_t n, const uint8_t *mask)
{
    size_t i = 0;
    for (; i + 64 <= n / 8; i += 64) {
        if (any_of_64(mask + i))
            return 1;
    }
    for (; i < n / 8; i++) {
        if (mask[i] != 0)
            return 1;
    }
    return 0;
}

const crs__ops OPS_TABLE = {
    .f32 = {OPS_ENTRIES(f32), CRS__OPS_LIBM_UNARY(OPS_LIBM_ENTRY_F32) OPS_LIBM_ENTRY_F32(POW, pow)
                                  OPS_LIBM_ENTRY_F32(ACT, act)},
    .f64 = {OPS_ENTRIES(f64), CRS__OPS_LIBM_UNARY(OPS_LIBM_ENTRY_F64) OPS_LIBM_ENTRY_F64(POW, pow)
                                  OPS_LIBM_ENTRY_F64(ACT, act)},
    .count_f32 = count_f32,
    .count_f64 = count_f64,
    .any = any,
    .popcount = popcount,
    .interval = INTERVAL_TABLE,
    .interval_select = NAME(interval_select),
};
