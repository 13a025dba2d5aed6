/*
 * Operations on intervals of doubles, for one CPU level. Included by <level>/ops.c
 * with NAME(x), the name of a function of this level, of which NAME(exp)(n, x, out)
 * ..., NAME(pow)(n, x, y, out) are there already, within CRS__OPS_ULP of exact.
 *
 * An end of an interval is computed in round-to-nearest and then moved outwards by
 * one unit in the last place (at least; two for a power of two), which covers its
 * rounding of half a unit. Infinity as an end means "beyond DBL_MAX": the other end
 * then stays at DBL_MAX, so that 1 / exp(800) comes out as [0, 1 / DBL_MAX] and
 * inf - inf as everything there is, never as NaN. NaN is left for what has no value
 * at all: 0 / 0, the log of a negative number.
 */

/* |r| times this is one unit in the last place of r or up to two. */
#define STEP 0x1p-52
/* Where a unit in the last place is no longer relative. */
#define TINY 0x1p-1022
#define SMALLEST 0x1p-1074

/* r as a lower end, `ulp` units down. A finite overflow to +inf comes down to DBL_MAX. */
OPS_INLINE double NAME(down)(double r, double ulp)
{
    double top = r > DBL_MAX ? DBL_MAX : r;
    double size = fabs(top);
    return top - (size < TINY ? ulp * SMALLEST : ulp * (size * STEP));
}

OPS_INLINE double NAME(up)(double r, double ulp)
{
    return -NAME(down)(-r, ulp);
}

#define INTERVAL_ARGUMENTS                                                                     \
    size_t n, const double *restrict xl, const double *restrict xh, const double *restrict yl, \
        const double *restrict yh, double *restrict lo, double *restrict hi

#define UNUSED_Y \
    (void)yl;    \
    (void)yh

/* The result for one element from its operands' ends a, b (of x) and c, d (of y). */
#define INTERVAL_OF(name, low, high)                                   \
    static void NAME(interval_##name)(INTERVAL_ARGUMENTS)              \
    {                                                                  \
        UNUSED_Y;                                                      \
        for (size_t i = 0; i < n; i++) {                               \
            double a = xl[i], b = xh[i];                               \
            lo[i] = (low);                                             \
            hi[i] = (high);                                            \
        }                                                              \
    }

#define INTERVAL_OF_TWO(name, low, high)                               \
    static void NAME(interval_##name)(INTERVAL_ARGUMENTS)              \
    {                                                                  \
        for (size_t i = 0; i < n; i++) {                               \
            double a = xl[i], b = xh[i], c = yl[i], d = yh[i];         \
            lo[i] = (low);                                             \
            hi[i] = (high);                                            \
        }                                                              \
    }

/* A sum never underflows: a zero is exact, so it is not moved. */
OPS_INLINE double NAME(sum_down)(double r)
{
    return r == 0 ? r : NAME(down)(r, 1);
}

OPS_INLINE double NAME(sum_up)(double r)
{
    return r == 0 ? r : NAME(up)(r, 1);
}

INTERVAL_OF(neg, -b, -a)
INTERVAL_OF(abs, a > 0 ? a : b < 0 ? -b : a == a ? 0 : a, fabs(a) > fabs(b) ? fabs(a) : fabs(b))
INTERVAL_OF(sign, a > 0 ? 1 : a < 0 ? -1 : a == 0 ? 0 : a, b > 0 ? 1 : b < 0 ? -1 : b == 0 ? 0 : b)
INTERVAL_OF(trunc, trunc(a), trunc(b))
INTERVAL_OF(sqrt, a == 0 ? 0 : NAME(down)(sqrt(a < 0 && b >= 0 ? 0 : a), 1), NAME(sum_up)(sqrt(b)))
INTERVAL_OF_TWO(add, NAME(sum_down)(a + c), NAME(sum_up)(b + d))
INTERVAL_OF_TWO(sub, NAME(sum_down)(a - d), NAME(sum_up)(b - c))
INTERVAL_OF_TWO(min, a < c || a != a ? a : c, b < d || b != b ? b : d)
INTERVAL_OF_TWO(max, a > c || a != a ? a : c, b > d || b != b ? b : d)

/*
 * The product's ends are among those of the four products of ends. 0 times an
 * infinite end is NaN and loses every comparison here: the end stands for large
 * finite numbers. Only where all four are NaN is the result.
 */
static void NAME(interval_mul)(INTERVAL_ARGUMENTS)
{
    for (size_t i = 0; i < n; i++) {
        double a = xl[i], b = xh[i], c = yl[i], d = yh[i];
        double p = a * c, q = a * d, r = b * c, s = b * d;
        double low = p, high = p;
        low = q < low || low != low ? q : low;
        low = r < low || low != low ? r : low;
        low = s < low || low != low ? s : low;
        high = q > high || high != high ? q : high;
        high = r > high || high != high ? r : high;
        high = s > high || high != high ? s : high;
        /* a factor that is exactly 0 makes an exact 0; another 0 has underflowed */
        lo[i] = low == 0 && (a == 0 || b == 0 || c == 0 || d == 0) ? low : NAME(down)(low, 1);
        hi[i] = high == 0 && (a == 0 || b == 0 || c == 0 || d == 0) ? high : NAME(up)(high, 1);
    }
}

/* A divisor that may be 0 but need not be gives anything at all; one that is 0, what IEEE says. */
static void NAME(interval_div)(INTERVAL_ARGUMENTS)
{
    for (size_t i = 0; i < n; i++) {
        double a = xl[i], b = xh[i], c = yl[i], d = yh[i];
        double p = a / c, q = a / d, r = b / c, s = b / d;
        double low = p, high = p;
        int open = c <= 0 && d >= 0 && c != d;
        low = q < low || low != low ? q : low;
        low = r < low || low != low ? r : low;
        low = s < low || low != low ? s : low;
        high = q > high || high != high ? q : high;
        high = r > high || high != high ? r : high;
        high = s > high || high != high ? s : high;
        low = low == 0 && (a == 0 || b == 0) ? low : NAME(down)(low, 1);
        high = high == 0 && (a == 0 || b == 0) ? high : NAME(up)(high, 1);
        lo[i] = open ? -INFINITY : low;
        hi[i] = open ? INFINITY : high;
    }
}

/*
 * The end r = f(x) of a function of the C library, moved by CRS__OPS_ULP units. Only
 * f(0) = 0 is taken for exact. Near the subnormal numbers, and where it overflows, a
 * vector function may give up some of the range early (SLEEF's cosh at 709).
 */
OPS_INLINE double NAME(function_down)(double x, double r)
{
    double top = r > DBL_MAX ? DBL_MAX / 4 : r;
    double size = fabs(top);
    if (x == 0 && r == 0)
        return r;
    return top - (size < 2 * TINY ? TINY : CRS__OPS_ULP * (size * STEP));
}

OPS_INLINE double NAME(function_up)(double x, double r)
{
    return -NAME(function_down)(x, -r);
}

/* The ends of a rising function whose values lie in [least, most]. */
#define INTERVAL_RISING(name, bottom, top)                                          \
    static void NAME(interval_##name)(INTERVAL_ARGUMENTS)                           \
    {                                                                               \
        UNUSED_Y;                                                                   \
        NAME(name)(n, xl, lo);                                                      \
        if (xl == xh)                                                               \
            memcpy(hi, lo, n * sizeof *hi);                                         \
        else                                                                        \
            NAME(name)(n, xh, hi);                                                  \
        for (size_t i = 0; i < n; i++) {                                            \
            double low = NAME(function_down)(xl[i], lo[i]);                         \
            double high = NAME(function_up)(xh[i], hi[i]);                          \
            lo[i] = low < (bottom) ? (bottom) : low;                                \
            hi[i] = high > (top) ? (top) : high;                                    \
        }                                                                           \
    }

INTERVAL_RISING(exp, 0, INFINITY)
INTERVAL_RISING(expm1, -1, INFINITY)
INTERVAL_RISING(log, -INFINITY, INFINITY)
INTERVAL_RISING(log1p, -INFINITY, INFINITY)
INTERVAL_RISING(tanh, -1, 1)
INTERVAL_RISING(sinh, -INFINITY, INFINITY)
INTERVAL_RISING(erf, -1, 1)

/* falling: the upper end of x gives the lower end of the result */
static void NAME(interval_erfc)(INTERVAL_ARGUMENTS)
{
    UNUSED_Y;
    NAME(erfc)(n, xh, lo);
    if (xl == xh)
        memcpy(hi, lo, n * sizeof *hi);
    else
        NAME(erfc)(n, xl, hi);
    for (size_t i = 0; i < n; i++) {
        double low = NAME(function_down)(1, lo[i]), high = NAME(function_up)(1, hi[i]);
        lo[i] = low < 0 ? 0 : low;
        hi[i] = high > 2 ? 2 : high;
    }
}

/* even: rising in the distance from 0 */
static void NAME(interval_cosh)(INTERVAL_ARGUMENTS)
{
    UNUSED_Y;
    NAME(cosh)(n, xl, lo);
    if (xl == xh)
        memcpy(hi, lo, n * sizeof *hi);
    else
        NAME(cosh)(n, xh, hi);
    for (size_t i = 0; i < n; i++) {
        int around = xl[i] <= 0 && xh[i] >= 0;
        double least = around ? 1 : lo[i] < hi[i] ? lo[i] : hi[i];
        double most = lo[i] > hi[i] ? lo[i] : hi[i];
        double low = NAME(function_down)(1, least);
        if (lo[i] != lo[i] || hi[i] != hi[i])
            low = most = lo[i] + hi[i];
        lo[i] = low < 1 ? 1 : low;
        hi[i] = NAME(function_up)(1, most);
    }
}

/*
 * x to the power y: rising or falling in each operand on either side of 0, so its
 * ends are among the four powers of ends, and 0 if x may be 0. A negative power of
 * something that may be 0 is open. NaN among the four stands for a negative x with
 * a broken exponent: it counts only where all are.
 */
static void NAME(interval_pow)(INTERVAL_ARGUMENTS)
{
    enum { PIECE = 128 };
    for (size_t start = 0; start < n; start += PIECE) {
        size_t count = n - start < PIECE ? n - start : PIECE;
        const double *const x[2] = {xl + start, xh + start}, *const y[2] = {yl + start, yh + start};
        double end[PIECE], *low = lo + start, *high = hi + start;
        for (size_t i = 0; i < count; i++)
            low[i] = high[i] = NAN;
        for (int corner = 0; corner < 4; corner++) {
            if ((xl == xh && corner / 2) || (yl == yh && corner % 2))
                continue;
            NAME(pow)(count, x[corner / 2], y[corner % 2], end);
            for (size_t i = 0; i < count; i++) {
                low[i] = end[i] < low[i] || low[i] != low[i] ? end[i] : low[i];
                high[i] = end[i] > high[i] || high[i] != high[i] ? end[i] : high[i];
            }
        }
        for (size_t i = 0; i < count; i++) {
            int across = x[0][i] < 0 && x[1][i] > 0;
            double l = NAME(function_down)(x[0][i] == x[1][i] ? x[0][i] : 1, low[i]);
            double h = NAME(function_up)(x[0][i] == x[1][i] ? x[0][i] : 1, high[i]);
            low[i] = across ? (y[0][i] <= 0 ? -INFINITY : l < 0 ? l : 0) : l;
            high[i] = across ? (y[0][i] <= 0 ? INFINITY : h > 0 ? h : 0) : h;
        }
    }
}

static void NAME(interval_select)(size_t n, const uint8_t *restrict must,
                                  const uint8_t *restrict may, const double *restrict xl,
                                  const double *restrict xh, const double *restrict yl,
                                  const double *restrict yh, double *restrict lo,
                                  double *restrict hi)
{
    for (size_t i = 0; i < n; i++) {
        int is = must[i / 8] >> (i % 8) & 1, can = may[i / 8] >> (i % 8) & 1;
        double low = xl[i] < yl[i] || xl[i] != xl[i] ? xl[i] : yl[i];
        double high = xh[i] > yh[i] || xh[i] != xh[i] ? xh[i] : yh[i];
        lo[i] = is ? xl[i] : can ? low : yl[i];
        hi[i] = is ? xh[i] : can ? high : yh[i];
    }
}

#define INTERVAL_TABLE                                                                         \
    {                                                                                          \
        [CRS__OP_NEG] = NAME(interval_neg), [CRS__OP_ABS] = NAME(interval_abs),                \
        [CRS__OP_SIGN] = NAME(interval_sign), [CRS__OP_TRUNC] = NAME(interval_trunc),          \
        [CRS__OP_SQRT] = NAME(interval_sqrt), [CRS__OP_EXP] = NAME(interval_exp),              \
        [CRS__OP_EXPM1] = NAME(interval_expm1), [CRS__OP_LOG] = NAME(interval_log),            \
        [CRS__OP_LOG1P] = NAME(interval_log1p), [CRS__OP_TANH] = NAME(interval_tanh),          \
        [CRS__OP_SINH] = NAME(interval_sinh), [CRS__OP_COSH] = NAME(interval_cosh),            \
        [CRS__OP_ERF] = NAME(interval_erf), [CRS__OP_ERFC] = NAME(interval_erfc),              \
        [CRS__OP_ADD] = NAME(interval_add), [CRS__OP_SUB] = NAME(interval_sub),                \
        [CRS__OP_MUL] = NAME(interval_mul), [CRS__OP_DIV] = NAME(interval_div),                \
        [CRS__OP_POW] = NAME(interval_pow), [CRS__OP_MIN] = NAME(interval_min),                \
        [CRS__OP_MAX] = NAME(interval_max),                                                    \
    }
