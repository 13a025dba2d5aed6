/*
 * Operations on intervals of doubles, for one CPU level. Included by <level>/ops.c
 * with the vectors of doubles that ops_template.h takes, NAME(x), the name of a
 * function of this level, and NAME(exp)(n, x, out) ..., NAME(pow)(n, x, y, out),
 * which are within CRS__OPS_ULP of exact.
 *
 * An end of an interval is computed in round-to-nearest and then moved outwards by
 * one unit in the last place (at least; two for a power of two), which covers its
 * rounding of half a unit. Infinity as an end means "beyond DBL_MAX": the other end
 * then stays at DBL_MAX, so that 1 / exp(800) comes out as [0, 1 / DBL_MAX] and
 * inf - inf as everything there is, never as NaN. NaN is left for what has no value
 * at all: 0 / 0, the log of a negative number.
 */

/* |r| times this is one unit in the last place of r, or up to two. */
#define STEP 0x1p-52
/* Below this a unit in the last place is no longer relative; and the unit there. */
#define TINY 0x1p-1022
#define SMALLEST 0x1p-1074

/* x if it is the lesser (the greater) of the two, else y, which NaN among them makes sure of. */
#ifndef MIN
#define MIN(x, y) BLEND(BITS_LT(x, y), x, y)
#define MAX(x, y) BLEND(BITS_LT(y, x), x, y)
#endif

/* The lesser of x and y, or the one that is a number. */
OPS_INLINE V NAME(least)(V x, V y)
{
    return BLEND(BITS_LT(x, y) | BITS_NAN(y), x, y);
}

OPS_INLINE V NAME(most)(V x, V y)
{
    return BLEND(BITS_LT(y, x) | BITS_NAN(y), x, y);
}

/*
 * r as a lower end. What overflowed to +inf comes down to DBL_MAX. A step that is no
 * longer relative, below TINY, is the smallest there is. MIN and MAX hand on a NaN that
 * is their second operand.
 */
OPS_INLINE V NAME(down)(V r)
{
    V top = MIN(SET1(DBL_MAX), r);
    return SUB(top, MAX(MUL(ABS(top), SET1(STEP)), SET1(SMALLEST)));
}

OPS_INLINE V NAME(up)(V r)
{
    V bottom = MAX(SET1(-DBL_MAX), r);
    return ADD(bottom, MAX(MUL(ABS(bottom), SET1(STEP)), SET1(SMALLEST)));
}

/* A sum never underflows: a zero is exact. */
OPS_INLINE V NAME(sum_down)(V r)
{
    return BLEND(BITS_EQ(r, SET1(0)), r, NAME(down)(r));
}

OPS_INLINE V NAME(sum_up)(V r)
{
    return BLEND(BITS_EQ(r, SET1(0)), r, NAME(up)(r));
}

#define INTERVAL_ARGUMENTS                                                                     \
    size_t n, const double *restrict xl, const double *restrict xh, const double *restrict yl, \
        const double *restrict yh, double *restrict lo, double *restrict hi

/* An interval, and an operation on x = [a, b] and y = [c, d]. */
typedef struct NAME(ends) {
    V lo, hi;
} NAME(ends);
typedef NAME(ends) (*NAME(step))(V a, V b, V c, V d);

OPS_INLINE NAME(ends) NAME(between)(V lo, V hi)
{
    NAME(ends) e;
    e.lo = lo;
    e.hi = hi;
    return e;
}

/* The n < LANES elements at the end: the operation itself, on arrays that are filled up. */
OPS_SHARED void NAME(intervals_end)(crs__interval_fn op, INTERVAL_ARGUMENTS)
{
    double t[6][LANES] = {{0}};
    int same = yl == NULL; /* a square is told by its operands being one array */
    size_t size = n * sizeof(double);
    memcpy(t[0], xl, size);
    memcpy(t[1], xh, size);
    if (yl != NULL) {
        memcpy(t[2], yl, size);
        memcpy(t[3], yh, size);
    }
    op(LANES, t[0], t[1], same ? t[0] : t[2], same ? t[1] : t[3], t[4], t[5]);
    memcpy(lo, t[4], size);
    memcpy(hi, t[5], size);
}

/* yl is NULL for operations of one operand; `op` is what calls it. */
OPS_INLINE void NAME(intervals)(crs__interval_fn op, NAME(step) step, INTERVAL_ARGUMENTS)
{
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        V a = LOAD(xl + i);
        NAME(ends)
        e = step(a, LOAD(xh + i), yl == NULL ? a : LOAD(yl + i), yl == NULL ? a : LOAD(yh + i));
        STORE(lo + i, e.lo);
        STORE(hi + i, e.hi);
    }
    if (i < n)
        NAME(intervals_end)
    (op, n - i, xl + i, xh + i, yl == NULL ? yl : yl + i, yl == NULL ? yl : yh + i, lo + i, hi + i);
}

/* One operation from expressions for both ends; `second` is yl or NULL. */
#define INTERVAL_OF(name, second, low, high)                                                      \
    OPS_INLINE NAME(ends) NAME(name##_ends)(V a, V b, V c, V d)                                   \
    {                                                                                             \
        (void)c;                                                                                  \
        (void)d;                                                                                  \
        return NAME(between)(low, high);                                                          \
    }                                                                                             \
    static void NAME(interval_##name)(INTERVAL_ARGUMENTS)                                         \
    {                                                                                             \
        (void)yl;                                                                                 \
        NAME(intervals)(NAME(interval_##name), NAME(name##_ends), n, xl, xh, second, yh, lo, hi); \
    }

INTERVAL_OF(neg, NULL, NEG(b), NEG(a))
INTERVAL_OF(add, yl, NAME(sum_down)(ADD(a, c)), NAME(sum_up)(ADD(b, d)))
INTERVAL_OF(sub, yl, NAME(sum_down)(SUB(a, d)), NAME(sum_up)(SUB(b, c)))
INTERVAL_OF(min, yl, BLEND(BITS_LT(a, c) | BITS_NAN(a), a, c),
            BLEND(BITS_LT(b, d) | BITS_NAN(b), b, d))
INTERVAL_OF(max, yl, BLEND(BITS_LT(c, a) | BITS_NAN(a), a, c),
            BLEND(BITS_LT(d, b) | BITS_NAN(b), b, d))

/* 0 for an interval with 0 in it */
INTERVAL_OF(abs, NULL,
            BLEND(BITS_LE(a, SET1(0)) & BITS_LE(SET1(0), b), SET1(0), NAME(least)(ABS(a), ABS(b))),
            NAME(most)(ABS(a), ABS(b)))

/* a negative lower end that rounding alone made is 0 */
INTERVAL_OF(sqrt, NULL,
            NAME(sum_down)(SQRT(BLEND(BITS_LT(a, SET1(0)) & BITS_LE(SET1(0), b), SET1(0), a))),
            NAME(sum_up)(SQRT(b)))

/* The least and the most of four products or quotients of ends; NaN only if all four are. */
OPS_INLINE NAME(ends) NAME(of_four)(V p, V q, V r, V s)
{
    if (BITS_NAN(p) | BITS_NAN(q) | BITS_NAN(r) | BITS_NAN(s))
        return NAME(between)(NAME(least)(NAME(least)(p, q), NAME(least)(r, s)),
                             NAME(most)(NAME(most)(p, q), NAME(most)(r, s)));
    return NAME(between)(MIN(MIN(p, q), MIN(r, s)), MAX(MAX(p, q), MAX(r, s)));
}

/*
 * The ends moved outwards, but for zeros that are exact and no underflow: the lower
 * where p or q is 0, the upper where r or s is.
 */
OPS_INLINE NAME(ends) NAME(outwards)(NAME(ends) e, V p, V q, V r, V s)
{
    NAME(ends) moved = NAME(between)(NAME(down)(e.lo), NAME(up)(e.hi));
    unsigned low = BITS_EQ(e.lo, SET1(0)), high = BITS_EQ(e.hi, SET1(0));
    if (low | high) {
        low &= BITS_EQ(p, SET1(0)) | BITS_EQ(q, SET1(0));
        high &= BITS_EQ(r, SET1(0)) | BITS_EQ(s, SET1(0));
        moved.lo = BLEND(low, e.lo, moved.lo);
        moved.hi = BLEND(high, e.hi, moved.hi);
    }
    return moved;
}

/* 0 for the interval [0, 0] alone */
OPS_INLINE V NAME(size)(V a, V b)
{
    return MAX(ABS(a), ABS(b));
}

/* Are all lanes set? */
#define ALL(bits) (((bits) & ((1u << LANES) - 1)) == (1u << LANES) - 1)

/*
 * Lane by lane the ends of `simple`, where its bit is set, or of `other`: an interval's result
 * does not depend on its neighbours in the vector, so neither on how many these are.
 */
OPS_INLINE NAME(ends) NAME(merged)(unsigned bits, NAME(ends) simple, NAME(ends) other)
{
    return NAME(between)(BLEND(bits, simple.lo, other.lo), BLEND(bits, simple.hi, other.hi));
}

/*
 * 0 times an infinite end is NaN, which loses: the end stands for large finite
 * numbers. Two products are enough where nothing is negative.
 */
OPS_INLINE NAME(ends) NAME(mul_ends)(V a, V b, V c, V d)
{
    V low = MUL(a, c), high = MUL(b, d);
    unsigned two = BITS_LE(SET1(0), MIN(a, c)) & ~(BITS_NAN(low) | BITS_NAN(high));
    NAME(ends) simple = NAME(outwards)(NAME(between)(low, high), a, c, b, d);
    if (ALL(two))
        return simple;
    return NAME(merged)(two, simple,
                        NAME(outwards)(NAME(of_four)(low, MUL(a, d), MUL(b, c), high),
                                       NAME(size)(a, b), NAME(size)(c, d), NAME(size)(a, b),
                                       NAME(size)(c, d)));
}

/*
 * A divisor that may be 0 but need not be gives anything; one that is 0, what IEEE says.
 * Two quotients are enough for a positive divisor: the larger end of it for what is
 * to be small in size.
 */
OPS_INLINE NAME(ends) NAME(div_ends)(V a, V b, V c, V d)
{
    V zero = SET1(0), low = DIV(a, BLEND(BITS_LT(a, zero), c, d));
    V high = DIV(b, BLEND(BITS_LT(b, zero), d, c));
    NAME(ends) simple = NAME(outwards)(NAME(between)(low, high), a, a, b, b), e;
    unsigned two = BITS_LT(zero, c) & ~(BITS_NAN(low) | BITS_NAN(high)), open;
    if (ALL(two))
        return simple;
    open = BITS_LE(c, zero) & BITS_LE(zero, d) & BITS_LT(c, d);
    e = NAME(outwards)(NAME(of_four)(DIV(a, c), DIV(a, d), DIV(b, c), DIV(b, d)), NAME(size)(a, b),
                       NAME(size)(a, b), NAME(size)(a, b), NAME(size)(a, b));
    e = NAME(between)(BLEND(open, SET1(-HUGEST), e.lo), BLEND(open, SET1(HUGEST), e.hi));
    return NAME(merged)(two, simple, e);
}

/* x times itself: no less than 0, and half of the work */
OPS_INLINE NAME(ends) NAME(square_ends)(V a, V b, V c, V d)
{
    V zero = SET1(0), p = MUL(a, a), q = MUL(b, b), size = NAME(size)(a, b);
    NAME(ends) e = NAME(outwards)(NAME(between)(MIN(p, q), MAX(p, q)), size, size, size, size);
    (void)c;
    (void)d;
    return NAME(between)(BLEND(BITS_LE(a, zero) & BITS_LE(zero, b), zero, MAX(zero, e.lo)), e.hi);
}

static void NAME(interval_mul)(INTERVAL_ARGUMENTS)
{
    if (xl == yl && xh == yh)
        NAME(intervals)(NAME(interval_mul), NAME(square_ends), n, xl, xh, NULL, NULL, lo, hi);
    else
        NAME(intervals)(NAME(interval_mul), NAME(mul_ends), n, xl, xh, yl, yh, lo, hi);
}

static void NAME(interval_div)(INTERVAL_ARGUMENTS)
{
    NAME(intervals)(NAME(interval_div), NAME(div_ends), n, xl, xh, yl, yh, lo, hi);
}

/* ---- functions ---- */

/*
 * A result r of a function of the C library as a lower end, at x: CRS__OPS_ULP units
 * down. Only f(0) = 0 is taken for exact. Near the subnormal numbers, and where it
 * overflows, a vector function may give up some of the range (SLEEF's cosh at 709).
 */
OPS_INLINE V NAME(function_down)(V x, V r)
{
    V top = BLEND(BITS_LT(SET1(DBL_MAX), r), SET1(DBL_MAX / 4), r);
    V moved = SUB(top, MAX(MUL(ABS(top), SET1(CRS__OPS_ULP * STEP)), SET1(TINY)));
    unsigned exact = BITS_EQ(r, SET1(0));
    return exact ? BLEND(exact & BITS_EQ(x, SET1(0)), r, moved) : moved;
}

OPS_INLINE V NAME(function_up)(V x, V r)
{
    return NEG(NAME(function_down)(x, NEG(r)));
}

OPS_INLINE NAME(ends) NAME(moved_ends)(V x_lo, V x_hi, V lo, V hi)
{
    return NAME(between)(NAME(function_down)(x_lo, lo), NAME(function_up)(x_hi, hi));
}

/* x is where the ends y were computed. */
OPS_SHARED void NAME(moved)(INTERVAL_ARGUMENTS)
{
    NAME(intervals)(NAME(moved), NAME(moved_ends), n, xl, xh, yl, yh, lo, hi);
}

/* A lower end where f has no value, as the log of less than 0, is the least of all. */
OPS_INLINE NAME(ends) NAME(held_ends)(V a, V b, V bottom, V top)
{
    return NAME(between)(BLEND(BITS_LT(a, bottom) | (BITS_NAN(a) & BITS_EQ(b, b)), bottom, a),
                         BLEND(BITS_LT(top, b), top, b));
}

/* x held to [yl, yh] */
OPS_SHARED void NAME(held)(INTERVAL_ARGUMENTS)
{
    NAME(intervals)(NAME(held), NAME(held_ends), n, xl, xh, yl, yh, lo, hi);
}

typedef void (*NAME(function))(size_t n, const double *x, double *out);

/*
 * A function with values in [bottom, top] at the ends xl and xh, which belong to lo and
 * hi, a piece at a time; once where they are one array.
 */
OPS_SHARED void NAME(at_ends)(NAME(function) f, double bottom, double top, size_t n,
                              const double *xl, const double *xh, double *lo, double *hi)
{
    enum { PIECE = 64 };
    double low[PIECE], high[PIECE], least[PIECE], greatest[PIECE], moved[2][PIECE];
    for (size_t k = 0; k < PIECE; k++) {
        least[k] = bottom;
        greatest[k] = top;
    }
    for (size_t i = 0; i < n; i += PIECE) {
        size_t count = n - i < PIECE ? n - i : PIECE;
        f(count, xl + i, low);
        if (xl != xh)
            f(count, xh + i, high);
        NAME(moved)(count, xl + i, xh + i, low, xl == xh ? low : high, moved[0], moved[1]);
        NAME(held)(count, moved[0], moved[1], least, greatest, lo + i, hi + i);
    }
}

/* A rising function. */
#define INTERVAL_RISING(name, bottom, top)                         \
    static void NAME(interval_##name)(INTERVAL_ARGUMENTS)          \
    {                                                              \
        (void)yl;                                                  \
        (void)yh;                                                  \
        NAME(at_ends)(NAME(name), bottom, top, n, xl, xh, lo, hi); \
    }

INTERVAL_RISING(exp, 0, HUGEST)
INTERVAL_RISING(expm1, -1, HUGEST)
INTERVAL_RISING(log, -HUGEST, HUGEST)
INTERVAL_RISING(log1p, -HUGEST, HUGEST)
INTERVAL_RISING(tanh, -1, 1)
INTERVAL_RISING(sinh, -HUGEST, HUGEST)
INTERVAL_RISING(erf, -1, 1)

/* exact, and rising in steps */
static void NAME(interval_sign)(INTERVAL_ARGUMENTS)
{
    (void)yl;
    (void)yh;
    sign_f64(n, xl, NULL, NULL, 0, lo);
    sign_f64(n, xh, NULL, NULL, 0, hi);
}

static void NAME(interval_trunc)(INTERVAL_ARGUMENTS)
{
    (void)yl;
    (void)yh;
    crs__op_trunc_f64(n, xl, NULL, NULL, 0, lo);
    crs__op_trunc_f64(n, xh, NULL, NULL, 0, hi);
}

/* falling: the upper end of x gives the lower end of the result */
static void NAME(interval_erfc)(INTERVAL_ARGUMENTS)
{
    (void)yl;
    (void)yh;
    NAME(at_ends)(NAME(erfc), 0, 2, n, xh, xl, lo, hi);
}

/* even, and rising in the distance from 0: cosh of |x|, whose ends are in lo and hi for once */
static void NAME(interval_cosh)(INTERVAL_ARGUMENTS)
{
    enum { PIECE = 64 };
    double low[PIECE], high[PIECE];
    for (size_t i = 0; i < n; i += PIECE) {
        size_t count = n - i < PIECE ? n - i : PIECE;
        NAME(interval_abs)(count, xl + i, xh + i, yl, yh, low, high);
        NAME(at_ends)(NAME(cosh), 1, HUGEST, count, low, xl == xh ? low : high, lo + i, hi + i);
    }
}

/*
 * x to the power y: rising or falling in each operand on either side of 0, so its
 * ends are among the four powers of ends, and 0 if x may be 0. A negative power of
 * something that may be 0 is open. NaN among the four stands for a negative x with
 * a broken exponent: it counts only where all are.
 */
static void NAME(pow_piece)(INTERVAL_ARGUMENTS)
{
    enum { PIECE = 64 };
    const double *const x[2] = {xl, xh}, *const y[2] = {yl, yh};
    double end[PIECE], low[PIECE], high[PIECE];
    for (int corner = 0; corner < 4; corner++) {
        if ((xl == xh && corner / 2) || (yl == yh && corner % 2))
            continue;
        NAME(pow)(n, x[corner / 2], y[corner % 2], end);
        for (size_t i = 0; i < n; i++) {
            low[i] = corner == 0 || end[i] < low[i] || low[i] != low[i] ? end[i] : low[i];
            high[i] = corner == 0 || end[i] > high[i] || high[i] != high[i] ? end[i] : high[i];
        }
    }
    for (size_t i = 0; i < n; i++) /* exactly 0 is a power of 0 alone */
        end[i] = xl[i] == xh[i] ? xl[i] : 1;
    NAME(moved)(n, end, end, low, high, lo, hi);
    for (size_t i = 0; i < n; i++) {
        int across = xl[i] <= 0 && xh[i] >= 0 && xl[i] < xh[i], open = across && yl[i] < 0;
        lo[i] = open ? -HUGEST : across && lo[i] > 0 ? 0 : lo[i];
        hi[i] = open ? HUGEST : across && hi[i] < 0 ? 0 : hi[i];
    }
}

static void NAME(interval_pow)(INTERVAL_ARGUMENTS)
{
    for (size_t i = 0; i < n; i += 64) /* the piece above */
        NAME(pow_piece)(n - i < 64 ? n - i : 64, xl + i, xh + i, yl + i, yh + i, lo + i, hi + i);
}

/* ---- choices ---- */

/* What encloses both is taken where the mask is open. */
static void NAME(interval_select)(size_t n, const uint8_t *restrict must,
                                  const uint8_t *restrict may, const double *restrict xl,
                                  const double *restrict xh, const double *restrict yl,
                                  const double *restrict yh, double *restrict lo,
                                  double *restrict hi)
{
    select_f64(n, xl, yl, must, 0, lo);
    select_f64(n, xh, yh, must, 0, hi);
    for (size_t byte = 0; byte < (n + 7) / 8; byte++) {
        unsigned open = (unsigned)(may[byte] & ~must[byte]);
        for (size_t i = 8 * byte; open != 0 && i < n && i < 8 * byte + 8; i++, open >>= 1) {
            if (!(open & 1))
                continue;
            lo[i] = xl[i] < yl[i] || xl[i] != xl[i] ? xl[i] : yl[i];
            hi[i] = xh[i] > yh[i] || xh[i] != xh[i] ? xh[i] : yh[i];
        }
    }
}

#define INTERVAL_TABLE                                                                \
    {                                                                                 \
        [CRS__OP_NEG] = NAME(interval_neg), [CRS__OP_ABS] = NAME(interval_abs),       \
        [CRS__OP_SIGN] = NAME(interval_sign), [CRS__OP_TRUNC] = NAME(interval_trunc), \
        [CRS__OP_SQRT] = NAME(interval_sqrt), [CRS__OP_EXP] = NAME(interval_exp),     \
        [CRS__OP_EXPM1] = NAME(interval_expm1), [CRS__OP_LOG] = NAME(interval_log),   \
        [CRS__OP_LOG1P] = NAME(interval_log1p), [CRS__OP_TANH] = NAME(interval_tanh), \
        [CRS__OP_SINH] = NAME(interval_sinh), [CRS__OP_COSH] = NAME(interval_cosh),   \
        [CRS__OP_ERF] = NAME(interval_erf), [CRS__OP_ERFC] = NAME(interval_erfc),     \
        [CRS__OP_ADD] = NAME(interval_add), [CRS__OP_SUB] = NAME(interval_sub),       \
        [CRS__OP_MUL] = NAME(interval_mul), [CRS__OP_DIV] = NAME(interval_div),       \
        [CRS__OP_POW] = NAME(interval_pow), [CRS__OP_MIN] = NAME(interval_min),       \
        [CRS__OP_MAX] = NAME(interval_max),                                           \
    }

#undef MIN
#undef MAX
