/*
 * The operations of a rule's program for one number type. Included by
 * <level>/ops.c once for float and once for double, with
 *     T          the number type
 *     FN(name)   name_f32 or name_f64
 *     W          lanes: elements whose mask bits are made at once, 8 or 16
 *     WORD       uint8_t or uint16_t, the bits of W elements
 *     V          W numbers
 *     LOAD(p) STORE(p, v) SET1(c)
 *     BITS_LT(x, y) BITS_LE(x, y) BITS_EQ(x, y) BITS_NAN(x)   V to WORD
 *     BLEND(bits, x, y)                                       bits ? x : y
 *     COUNT_UP(first)  the floats with the bits first, first + 1, ... as V
 *     SQRT(x) FABS(x)  of a T; HUGEST is its infinity
 * What needs no mask is a plain loop for the compiler to make vectors of.
 */

/* Element pointers of a call, whether it uses both or not. */
#define OPERANDS                              \
    const T *restrict x = vx, *restrict y = vy; \
    (void)x;                                  \
    (void)y;                                  \
    (void)vw;                                 \
    (void)c

#define ARGUMENTS size_t n, const void *vx, const void *vy, const void *vw, double c, void *vout

/* The bits of W comparisons of p, of x, with q, of y or c. */
typedef unsigned (*FN(bits))(V p, V q);

/* A mask of x and, element by element, y; or c where y is NULL. */
OPS_INLINE void FN(mask)(FN(bits) bits, size_t n, const T *restrict x, const T *restrict y, T c,
                         uint8_t *restrict out)
{
    V q = SET1(c);
    size_t i = 0;
    for (; i + W <= n; i += W) {
        WORD word;
        if (y != NULL)
            q = LOAD(y + i);
        word = (WORD)bits(LOAD(x + i), q);
        memcpy(out + i / 8, &word, sizeof word);
    }
    if (i < n) {
        T tx[W] = {0}, ty[W] = {0};
        WORD word;
        memcpy(tx, x + i, (n - i) * sizeof(T));
        if (y != NULL) {
            memcpy(ty, y + i, (n - i) * sizeof(T));
            q = LOAD(ty);
        }
        word = (WORD)bits(LOAD(tx), q);
        memcpy(out + i / 8, &word, (n - i + 7) / 8);
    }
}

/* One operation from an expression of p and q; `second` is vy, or NULL for c. */
#define MASK_OF(name, second, expression)                            \
    OPS_INLINE unsigned FN(name##_bits)(V p, V q)                    \
    {                                                                \
        (void)q;                                                     \
        return (unsigned)(expression);                               \
    }                                                                \
    static void FN(name)(ARGUMENTS)                                  \
    {                                                                \
        (void)vy;                                                    \
        (void)vw;                                                    \
        FN(mask)(FN(name##_bits), n, vx, second, (T)c, vout);        \
    }

MASK_OF(lt, vy, BITS_LT(p, q))
MASK_OF(le, vy, BITS_LE(p, q))
MASK_OF(eq, vy, BITS_EQ(p, q))
MASK_OF(differ, vy, ~(BITS_EQ(p, q) | (BITS_NAN(p) & BITS_NAN(q))))
MASK_OF(lt_c, NULL, BITS_LT(p, q))
MASK_OF(le_c, NULL, BITS_LE(p, q))
MASK_OF(gt_c, NULL, BITS_LT(q, p))
MASK_OF(ge_c, NULL, BITS_LE(q, p))
MASK_OF(eq_c, NULL, BITS_EQ(p, q))
MASK_OF(is_nan, NULL, BITS_NAN(p))
MASK_OF(unbounded, NULL, BITS_LE(SET1(HUGEST), p) | BITS_LE(p, SET1(-HUGEST)))

/* vw ? x : y */
static void FN(select)(ARGUMENTS)
{
    const uint8_t *restrict mask = vw;
    T *restrict out = vout;
    size_t i = 0;
    OPERANDS;
    for (; i + W <= n; i += W) {
        WORD b;
        memcpy(&b, mask + i / 8, sizeof b);
        STORE(out + i, BLEND(b, LOAD(x + i), LOAD(y + i)));
    }
    for (; i < n; i++)
        out[i] = mask[i / 8] >> (i % 8) & 1 ? x[i] : y[i];
}

/* 1 where vw is set, else 0 */
static void FN(number)(ARGUMENTS)
{
    const uint8_t *restrict mask = vw;
    T *restrict out = vout;
    V one = SET1(1), zero = SET1(0);
    size_t i = 0;
    OPERANDS;
    for (; i + W <= n; i += W) {
        WORD b;
        memcpy(&b, mask + i / 8, sizeof b);
        STORE(out + i, BLEND(b, one, zero));
    }
    for (; i < n; i++)
        out[i] = mask[i / 8] >> (i % 8) & 1;
}

#define NUMBER_OF(name, value)              \
    static void FN(name)(ARGUMENTS)         \
    {                                       \
        T *restrict out = vout;             \
        OPERANDS;                           \
        for (size_t i = 0; i < n; i++)      \
            out[i] = (value);               \
    }

NUMBER_OF(fill, (T)c)
NUMBER_OF(neg, -x[i])
NUMBER_OF(abs, FABS(x[i]))
NUMBER_OF(sign, x[i] > 0 ? 1 : x[i] < 0 ? -1 : x[i] == 0 ? 0 : x[i])
NUMBER_OF(sqrt, SQRT(x[i]))
NUMBER_OF(add, x[i] + y[i])
NUMBER_OF(sub, x[i] - y[i])
NUMBER_OF(mul, x[i] * y[i])
NUMBER_OF(div, x[i] / y[i])
NUMBER_OF(min, x[i] < y[i] || x[i] != x[i] ? x[i] : y[i])
NUMBER_OF(max, x[i] > y[i] || x[i] != x[i] ? x[i] : y[i])
NUMBER_OF(heaviside, x[i] > 0 ? 1 : x[i] < 0 ? 0 : x[i] == 0 ? y[i] : x[i])

/* The floats with the bits first, first + 1, ..., as T. */
static void FN(count)(size_t n, uint32_t first, T *restrict out)
{
    size_t i = 0;
    for (; i + W <= n; i += W)
        STORE(out + i, COUNT_UP(first + (uint32_t)i));
    for (; i < n; i++) {
        uint32_t bits = first + (uint32_t)i;
        float value;
        memcpy(&value, &bits, sizeof value);
        out[i] = value;
    }
}

#undef OPERANDS
#undef ARGUMENTS
#undef MASK_OF
#undef NUMBER_OF
#undef T
#undef FN
#undef W
#undef WORD
#undef V
#undef LOAD
#undef STORE
#undef SET1
#undef BITS_LT
#undef BITS_LE
#undef BITS_EQ
#undef BITS_NAN
#undef BLEND
#undef COUNT_UP
#undef SQRT
#undef FABS
#undef HUGEST
