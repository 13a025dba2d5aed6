/*
 * The operations of a rule's program for one number type. Included by
 * <level>/ops.c once for float and once for double, with
 *     T          the number type
 *     FN(name)   name_f32 or name_f64
 *     V          a register of LANES numbers
 *     WORD       uint8_t, or uint16_t for 16 lanes; GROUP is how many bits it has
 *     LOAD(p) STORE(p, v) SET1(c)
 *     ADD SUB MUL DIV of two V; NEG ABS SQRT of one
 *     BITS_LT(x, y) BITS_LE(x, y) BITS_EQ(x, y) BITS_NAN(x)   V to LANES bits
 *     BLEND(bits, x, y)                                       bits ? x : y
 *     COUNT_UP(first)  the floats with the bits first, first + 1, ... as V
 *     HUGEST           the infinity of T
 *     OPS_UNROLL       before a loop of four rounds
 * which ops_undef.h takes away again. Vectors are spelt out, so that no compiler's
 * taste decides about speed or size.
 */

#define ARGUMENTS size_t n, const void *vx, const void *vy, const void *vw, double c, void *vout
#define UNUSED(x) (void)(x)

/* ---- masks from numbers ---- */

/* The bits of LANES comparisons of p, of x, with q, of y or c. */
typedef unsigned (*FN(bits))(V p, V q);

/* The bits of a GROUP; y is NULL if q is the same for all. */
OPS_INLINE WORD FN(word)(FN(bits) bits, const T *x, const T *y, V q)
{
    unsigned word = 0;
    for (size_t k = 0; k < GROUP; k += LANES)
        word |= (bits(LOAD(x + k), y == NULL ? q : LOAD(y + k)) & ((1u << LANES) - 1)) << k;
    return (WORD)word;
}

/* The n < GROUP elements at the end: the operation itself, on arrays that are filled up. */
OPS_SHARED void FN(mask_end)(crs__op_fn op, size_t n, const T *x, const T *y, double c,
                             uint8_t *out)
{
    T tx[GROUP] = {0}, ty[GROUP] = {0};
    WORD word;
    memcpy(tx, x, n * sizeof(T));
    if (y != NULL)
        memcpy(ty, y, n * sizeof(T));
    op(GROUP, tx, y == NULL ? NULL : ty, NULL, c, &word);
    memcpy(out, &word, (n + 7) / 8);
}

/* A mask of x and, element by element, y; or c where y is NULL. `op` is what calls it. */
OPS_INLINE void FN(mask)(crs__op_fn op, FN(bits) bits, size_t n, const T *restrict x,
                         const T *restrict y, double c, uint8_t *restrict out)
{
    V q = SET1((T)c);
    WORD word;
    size_t i = 0;
    for (; i + 4 * GROUP <= n; i += 4 * GROUP) {
        OPS_UNROLL
        for (size_t k = i; k < i + 4 * GROUP; k += GROUP) {
            word = FN(word)(bits, x + k, y == NULL ? y : y + k, q);
            memcpy(out + k / 8, &word, sizeof word);
        }
    }
    for (; i + GROUP <= n; i += GROUP) {
        word = FN(word)(bits, x + i, y == NULL ? y : y + i, q);
        memcpy(out + i / 8, &word, sizeof word);
    }
    if (i < n)
        FN(mask_end)(op, n - i, x + i, y == NULL ? y : y + i, c, out + i / 8);
}

/* One operation from an expression of p and q; `second` is vy, or NULL for c. */
#define MASK_OF(name, second, expression)                            \
    OPS_INLINE unsigned FN(name##_bits)(V p, V q)                    \
    {                                                                \
        UNUSED(q);                                                   \
        return (unsigned)(expression);                               \
    }                                                                \
    static void FN(name)(ARGUMENTS)                                  \
    {                                                                \
        UNUSED(vy);                                                  \
        UNUSED(vw);                                                  \
        FN(mask)(FN(name), FN(name##_bits), n, vx, second, c, vout); \
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
MASK_OF(unbounded, NULL, BITS_LE(SET1(HUGEST), ABS(p)))

/* ---- numbers ---- */

/* LANES results from p, of x, q, of y, and the bits of w. */
typedef V (*FN(step))(V p, V q, unsigned bits);

/* A GROUP of results; x, y and w may be NULL: what is not there is 0. */
OPS_INLINE void FN(group)(FN(step) step, const T *x, const T *y, const uint8_t *w, T *out)
{
    V zero = SET1(0);
    WORD bits = 0;
    if (w != NULL)
        memcpy(&bits, w, sizeof bits);
    for (size_t k = 0; k < GROUP; k += LANES)
        STORE(out + k, step(x == NULL ? zero : LOAD(x + k), y == NULL ? zero : LOAD(y + k),
                            (unsigned)bits >> k));
}

/* The n < GROUP elements at the end, as above. */
OPS_SHARED void FN(map_end)(crs__op_fn op, size_t n, const T *x, const T *y, const uint8_t *w,
                            T *out)
{
    T tx[GROUP] = {0}, ty[GROUP] = {0}, results[GROUP];
    WORD bits = 0;
    if (x != NULL)
        memcpy(tx, x, n * sizeof(T));
    if (y != NULL)
        memcpy(ty, y, n * sizeof(T));
    if (w != NULL)
        memcpy(&bits, w, (n + 7) / 8);
    op(GROUP, tx, ty, &bits, 0, results);
    memcpy(out, results, n * sizeof(T));
}

OPS_INLINE void FN(map)(crs__op_fn op, FN(step) step, size_t n, const T *restrict x,
                        const T *restrict y, const uint8_t *restrict w, T *restrict out)
{
    size_t i = 0;
    for (; i + GROUP <= n; i += GROUP)
        FN(group)
        (step, x == NULL ? x : x + i, y == NULL ? y : y + i, w == NULL ? w : w + i / 8, out + i);
    if (i < n)
        FN(map_end)
        (op, n - i, x == NULL ? x : x + i, y == NULL ? y : y + i, w == NULL ? w : w + i / 8,
         out + i);
}

/* One operation from an expression of p, q and bits; operands it has not are NULL. */
#define NUMBER_OF(name, first, second, mask, expression)                  \
    OPS_INLINE V FN(name##_step)(V p, V q, unsigned bits)                 \
    {                                                                     \
        UNUSED(p);                                                        \
        UNUSED(q);                                                        \
        UNUSED(bits);                                                     \
        return expression;                                                \
    }                                                                     \
    static void FN(name)(ARGUMENTS)                                       \
    {                                                                     \
        UNUSED(vx);                                                       \
        UNUSED(vy);                                                       \
        UNUSED(vw);                                                       \
        UNUSED(c);                                                        \
        FN(map)(FN(name), FN(name##_step), n, first, second, mask, vout); \
    }

NUMBER_OF(number, NULL, NULL, vw, BLEND(bits, SET1(1), SET1(0)))
NUMBER_OF(select, vx, vy, vw, BLEND(bits, p, q))
NUMBER_OF(neg, vx, NULL, NULL, NEG(p))
NUMBER_OF(abs, vx, NULL, NULL, ABS(p))
NUMBER_OF(sqrt, vx, NULL, NULL, SQRT(p))
NUMBER_OF(add, vx, vy, NULL, ADD(p, q))
NUMBER_OF(sub, vx, vy, NULL, SUB(p, q))
NUMBER_OF(mul, vx, vy, NULL, MUL(p, q))
NUMBER_OF(div, vx, vy, NULL, DIV(p, q))
NUMBER_OF(min, vx, vy, NULL, BLEND(BITS_LT(p, q) | BITS_NAN(p), p, q))
NUMBER_OF(max, vx, vy, NULL, BLEND(BITS_LT(q, p) | BITS_NAN(p), p, q))
/* NaN, which is neither less nor more nor equal, is handed on */
#define SIGNS(at_zero)                  \
    BLEND(BITS_LT(SET1(0), p), SET1(1), \
          BLEND(BITS_LT(p, SET1(0)), BELOW_ZERO, BLEND(BITS_EQ(p, SET1(0)), at_zero, p)))
#define BELOW_ZERO SET1(-1)
NUMBER_OF(sign, vx, NULL, NULL, SIGNS(SET1(0)))
#undef BELOW_ZERO
#define BELOW_ZERO SET1(0)
NUMBER_OF(heaviside, vx, vy, NULL, SIGNS(q))
#undef BELOW_ZERO

static void FN(fill)(ARGUMENTS)
{
    T *restrict out = vout;
    UNUSED(vx);
    UNUSED(vy);
    UNUSED(vw);
    for (size_t i = 0; i < n; i++)
        out[i] = (T)c;
}

/* The floats with the bits first, first + 1, ..., as T. */
static void FN(count)(size_t n, uint32_t first, T *restrict out)
{
    T rest[LANES];
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        STORE(out + i, COUNT_UP(first + (uint32_t)i));
    if (i < n) {
        STORE(rest, COUNT_UP(first + (uint32_t)i));
        memcpy(out + i, rest, (n - i) * sizeof(T));
    }
}

#undef ARGUMENTS
#undef UNUSED
#undef MASK_OF
#undef NUMBER_OF
#undef SIGNS
