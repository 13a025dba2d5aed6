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

/* A mask of numbers: `bits` is a WORD made of the vectors p (of x) and q (of y, or of c). */
#define MASK_OF(name, second, second_tail, bits)                      \
    static void FN(name)(ARGUMENTS)                                   \
    {                                                                 \
        uint8_t *restrict out = vout;                                 \
        size_t i = 0;                                                 \
        OPERANDS;                                                     \
        for (; i + W <= n; i += W) {                                  \
            V p = LOAD(x + i), q = second;                            \
            WORD b = (WORD)(bits);                                    \
            (void)q;                                                  \
            memcpy(out + i / 8, &b, sizeof b);                        \
        }                                                             \
        if (i < n) {                                                  \
            T tx[W] = {0}, ty[W] = {0};                               \
            V p, q;                                                   \
            WORD b;                                                   \
            memcpy(tx, x + i, (n - i) * sizeof(T));                   \
            second_tail;                                              \
            p = LOAD(tx);                                             \
            q = LOAD(ty);                                             \
            (void)q;                                                  \
            b = (WORD)(bits);                                         \
            memcpy(out + i / 8, &b, (n - i + 7) / 8);                 \
        }                                                             \
    }
#define FROM_Y LOAD(y + i), memcpy(ty, y + i, (n - i) * sizeof(T))
#define FROM_C SET1((T)c), (STORE(ty, SET1((T)c)))
#define FROM_X p, (void)0
#define MASK_OF_EXPANDED(name, second, bits) MASK_OF(name, second, bits)

MASK_OF_EXPANDED(lt, FROM_Y, BITS_LT(p, q))
MASK_OF_EXPANDED(le, FROM_Y, BITS_LE(p, q))
MASK_OF_EXPANDED(eq, FROM_Y, BITS_EQ(p, q))
MASK_OF_EXPANDED(differ, FROM_Y, ~(BITS_EQ(p, q) | (BITS_NAN(p) & BITS_NAN(q))))
MASK_OF_EXPANDED(lt_c, FROM_C, BITS_LT(p, q))
MASK_OF_EXPANDED(le_c, FROM_C, BITS_LE(p, q))
MASK_OF_EXPANDED(gt_c, FROM_C, BITS_LT(q, p))
MASK_OF_EXPANDED(ge_c, FROM_C, BITS_LE(q, p))
MASK_OF_EXPANDED(eq_c, FROM_C, BITS_EQ(p, q))
MASK_OF_EXPANDED(is_nan, FROM_X, BITS_NAN(p))
MASK_OF_EXPANDED(unbounded, FROM_X, BITS_LE(SET1((T)INFINITY), p) | BITS_LE(p, SET1((T)-INFINITY)))

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
NUMBER_OF(abs, x[i] < 0 ? -x[i] : x[i] + 0)
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
#undef MASK_OF_EXPANDED
#undef FROM_Y
#undef FROM_C
#undef FROM_X
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
