/*
 * exp, and what is made of it, over registers: in the terms of kernels/real.h, inline,
 * for the templates that include it once a number type.
 *
 * Only operations that IEEE 754 rounds the same everywhere, in one order, so all CPU
 * levels give the same bits. e^x = 2^n e^r with n = round(x / ln 2), |r| <= ln(2) / 2,
 * and e^r - 1 = r + r^2 s(r). s interpolates (e^r - 1 - r) / r^2 at the Chebyshev nodes
 * of that interval; e^r is then within 1e-8 (float), 1.6e-17 (double)
 * of itself before rounding. tests/kernels/test_smooth.c holds every function to its bound.
 */
#define SMOOTH_INLINE static inline __attribute__((always_inline))
#define SMOOTH_IS_F32 (sizeof(T) == sizeof(float))

/* From here to there 2^n is a normal number, and e^x is. */
#define SMOOTH_LEAST (SMOOTH_IS_F32 ? (T)-87 : (T)-708)
#define SMOOTH_MOST (SMOOTH_IS_F32 ? (T)88 : (T)709)

/* x, or the nearer end of the range; NaN stays NaN. */
SMOOTH_INLINE V NAME(smooth_clamp)(V x)
{
    return V_MIN(V_SET1(SMOOTH_MOST), V_MAX(V_SET1(SMOOTH_LEAST), x));
}

/*
 * ln 2 rounded, and the rest of it. Where a product is rounded by itself the first has
 * zeros at its end, so that n times it is exact.
 */
#define SMOOTH_LN2 \
    (SMOOTH_IS_F32 ? (T)(CRS__FUSED ? 0x1.62e430p-1 : 0x1.62e4p-1) \
                   : (T)(CRS__FUSED ? 0x1.62e42fefa39efp-1 : 0x1.62e42feep-1))
#define SMOOTH_LN2_REST \
    (SMOOTH_IS_F32 ? (T)(CRS__FUSED ? -0x1.05c610p-29 : 0x1.7f7d1cp-20) \
                   : (T)(CRS__FUSED ? 0x1.abc9e3b39803fp-56 : 0x1.a39ef35793c76p-33))

/* n, and e^r - 1 in *tail, for x in the range. */
SMOOTH_INLINE V NAME(smooth_split)(V x, V *tail)
{
    /* adding 1.5 2^23 (2^52) and taking it away again rounds to whole numbers */
    const V shift = V_SET1(SMOOTH_IS_F32 ? (T)0x1.8p23 : (T)0x1.8p52);
    V n = V_FMA(x, V_SET1((T)0x1.71547652b82fep+0), shift) - shift;
    V r = V_FMA(n, V_SET1(-SMOOTH_LN2_REST), V_FMA(n, V_SET1(-SMOOTH_LN2), x)), s;
    if (SMOOTH_IS_F32) {
        s = V_SET1((T)0x1.6d117cp-10);
        s = V_FMA(s, r, V_SET1((T)0x1.120be2p-7));
        s = V_FMA(s, r, V_SET1((T)0x1.555518p-5));
        s = V_FMA(s, r, V_SET1((T)0x1.5554dcp-3));
        s = V_FMA(s, r, V_SET1((T)0.5));
    } else {
        s = V_SET1((T)0x1.af390ba7e6f47p-26);
        s = V_FMA(s, r, V_SET1((T)0x1.2891d4ffbb0f9p-22));
        s = V_FMA(s, r, V_SET1((T)0x1.71de0d85293b8p-19));
        s = V_FMA(s, r, V_SET1((T)0x1.a019b8ca26fcfp-16));
        s = V_FMA(s, r, V_SET1((T)0x1.a01a01a7cebcdp-13));
        s = V_FMA(s, r, V_SET1((T)0x1.6c16c1789d1d7p-10));
        s = V_FMA(s, r, V_SET1((T)0x1.11111111109a6p-7));
        s = V_FMA(s, r, V_SET1((T)0x1.5555555553d37p-5));
        s = V_FMA(s, r, V_SET1((T)0x1.5555555555556p-3));
        s = V_FMA(s, r, V_SET1((T)0x1.0000000000001p-1));
    }
    *tail = V_FMA(r * r, s, r);
    return n;
}

/* e^x for x in the range. */
SMOOTH_INLINE V NAME(smooth_exp)(V x)
{
    V tail, n = NAME(smooth_split)(x, &tail);
    return V_SCALE2(V_SET1((T)1) + tail, n);
}

/* 1 / (1 + e^-z); where that is below the normal numbers, the least value of the range. */
SMOOTH_INLINE V NAME(smooth_sigmoid)(V z)
{
    const V one = V_SET1((T)1);
    return one / (one + NAME(smooth_exp)(NAME(smooth_clamp)(V_SET1((T)0) - z)));
}

/* tanh |z| = m / (m + 2) with m = e^2|z| - 1, without the loss of a difference near 0. */
SMOOTH_INLINE V NAME(smooth_tanh)(V z)
{
    const V zero = V_SET1((T)0), one = V_SET1((T)1);
    /* tanh is 1 to the last bit from 20 on, in either type */
    V x = V_MIN(V_SET1((T)40), V_ABS(z) + V_ABS(z)), tail;
    V power = V_SCALE2(one, NAME(smooth_split)(x, &tail));
    V m = V_FMA(power, tail, power - one);
    V t = m / (m + V_SET1((T)2));
    /* odd: the zeros keep their sign */
    return V_BLEND(V_LT(z, zero), zero - t, V_BLEND(V_EQ(z, zero), z, t));
}

/* sigmoid'(z) = e / (1 + e)^2 with e = e^-|z| */
SMOOTH_INLINE V NAME(smooth_sigmoid_slope)(V z)
{
    const V one = V_SET1((T)1);
    V e = NAME(smooth_exp)(V_MAX(V_SET1(SMOOTH_LEAST), V_SET1((T)0) - V_ABS(z)));
    V part = one / (one + e);
    return e * part * part;
}

/* tanh'(z) = 4 e / (1 + e)^2 with e = e^-2|z| */
SMOOTH_INLINE V NAME(smooth_tanh_slope)(V z)
{
    return V_SET1((T)4) * NAME(smooth_sigmoid_slope)(z + z);
}
