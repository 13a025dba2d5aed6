/*
 * GELU (Hendrycks and Gimpel 2016), exact and by tanh. In its negative tail both
 * forms are exp of a large number, and an error of that number is a relative error of
 * the result: v = -700 rounded to double spoils nine bits. So the exponents are
 * carried as the unevaluated sum of two doubles.
 */
#include "act/act.h"
#include "act/tail.h"

#include <math.h>

#define SQRT_HALF_HI 0x1.6a09e667f3bcdp-1 /* 1 / sqrt(2) */
#define SQRT_HALF_LO (-0x1.bdd3413b26456p-55)
#define TWO_OVER_SQRT_PI 1.1283791670955125739
#define INV_SQRT_2PI 0.39894228040143267794

/* A number as hi + lo, |lo| at most half a unit in the last place of hi. */
typedef struct twin {
    double hi, lo;
} twin;

static twin twin_mul(twin a, twin b)
{
    twin p;
    p.hi = a.hi * b.hi;
    p.lo = fma(a.hi, b.hi, -p.hi) + (a.hi * b.lo + a.lo * b.hi);
    return p;
}

static twin twin_add(twin a, twin b)
{
    twin s;
    double part; /* what of b went into the sum */
    s.hi = a.hi + b.hi;
    part = s.hi - a.hi;
    s.lo = (a.hi - (s.hi - part)) + (b.hi - part) + (a.lo + b.lo);
    return s;
}

static twin twin_of(double x)
{
    twin t = {x, 0};
    return t;
}

/* x exp(v) for v <= 0 */
static double times_exp(double x, twin v)
{
    return crs__act_times_exp(x + x * v.lo, v.hi);
}

/* Beyond these the tail has underflowed to 0, and 1 plus or minus it is 1. */
#define GELU_END 40.0
#define GELU_TANH_END 25.0
/* From here down erfc is (nearly) subnormal, and the asymptotic series is exact. */
#define GELU_SERIES (-37.0)

/* z times the normal density: z exp(-z^2 / 2) / sqrt(2 pi) */
static double z_density(double z)
{
    twin square = twin_mul(twin_of(z), twin_of(z));
    twin v = {-square.hi / 2, -square.lo / 2};
    return times_exp(z * INV_SQRT_2PI, v);
}

/*
 * The normal distribution function Phi(z) = erfc(-z / sqrt(2)) / 2. What the
 * argument x lost to rounding goes back in through erfc'(x) = -2/sqrt(pi) exp(-x^2).
 */
static double normal_cdf(double z)
{
    static const twin sqrt_half = {SQRT_HALF_HI, SQRT_HALF_LO};
    twin x = twin_mul(twin_of(-z), sqrt_half);
    return (erfc(x.hi) - x.lo * TWO_OVER_SQRT_PI * exp(-x.hi * x.hi)) / 2;
}

/* z Phi(z) */
double crs__act_gelu_f64(const crs_act *act, double z)
{
    (void)act;
    if (z < -GELU_END)
        return 0;
    if (z > GELU_END)
        return z;
    if (z < GELU_SERIES) {
        /* Phi(z) = -density / z (1 - 1/z^2 + 3/z^4 - 15/z^6 + ...), Abramowitz and
         * Stegun 26.2.12; the first term left out is 2e6 / z^16, below 2e-19 */
        double r = 1 / (z * z);
        double tail = 1 - 7 * r * (1 - 9 * r * (1 - 11 * r * (1 - 13 * r)));
        double series = 1 - r * (1 - 3 * r * (1 - 5 * r * tail));
        return -z_density(z) / z * series;
    }
    return z * normal_cdf(z);
}

/* Phi(z) + z density(z) */
double crs__act_gelu_slope_f64(const crs_act *act, double z)
{
    (void)act;
    if (fabs(z) > GELU_END)
        return z > 0 ? 1 : 0;
    return normal_cdf(z) + z_density(z);
}

CRS__ACT_ROUND_TO_F32(gelu)

/*
 * The tanh form is z (1 + tanh(u)) / 2 = z sigmoid(v), where
 * v = 2 u = 2 sqrt(2 / pi) (z + 0.044715 z^3). Fills v and dv/dz.
 */
static twin gelu_tanh_exponent(double z, double *dv)
{
    static const twin c1 = {0x1.9884533d43651p+0, -0x1.cbc0d30ebfd15p-54};
    static const twin c3 = {0x1.2444f2a4d8b4bp-4, -0x1.6c843a29d1c70p-61};
    twin square = twin_mul(twin_of(z), twin_of(z));
    *dv = c1.hi + 3 * c3.hi * square.hi;
    return twin_mul(twin_of(z), twin_add(c1, twin_mul(c3, square)));
}

/* x sigmoid(v) */
static double times_sigmoid(double x, twin v)
{
    twin minus = {-fabs(v.hi), v.hi < 0 ? v.lo : -v.lo};
    double e = times_exp(1, minus);
    return v.hi < 0 ? times_exp(x, v) / (1 + e) : x / (1 + e);
}

double crs__act_gelu_tanh_f64(const crs_act *act, double z)
{
    double dv;
    (void)act;
    if (z < -GELU_TANH_END)
        return 0;
    if (z > GELU_TANH_END)
        return z;
    return times_sigmoid(z, gelu_tanh_exponent(z, &dv));
}

/* s + z s (1 - s) v' with s = sigmoid(v) */
double crs__act_gelu_tanh_slope_f64(const crs_act *act, double z)
{
    double dv;
    twin v, minus;
    (void)act;
    if (fabs(z) > GELU_TANH_END)
        return z > 0 ? 1 : 0;
    v = gelu_tanh_exponent(z, &dv);
    minus.hi = -v.hi;
    minus.lo = -v.lo;
    return times_sigmoid(1 + z * times_sigmoid(dv, minus), v);
}

CRS__ACT_ROUND_TO_F32(gelu_tanh)
