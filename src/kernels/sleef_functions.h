/*
 * The functions of the intervals, for one CPU level: SLEEF's vector versions, whose
 * documentation bounds their error by 1.0 unit in the last place (erfc: 1.5). Included
 * by <level>/ops.c with NAME(x), D (a register of doubles), D_LANES, D_LOAD, D_STORE
 * and SLEEF(f, ulp), the name of f for this level; the C library where SLEEF is absent.
 *
 * Of its versions those called finz: their results have the same bits on every CPU that
 * multiplies and adds in one instruction, at any vector width, one included
 * (docs/decisions/0012-intervals-not-tolerances.md).
 */
#if CRS_HAVE_SLEEF
#define FUNCTION(name, ulp)                                        \
    static void NAME(name)(size_t n, const double *x, double *out) \
    {                                                              \
        size_t i = 0;                                              \
        for (; i + D_LANES <= n; i += D_LANES)                     \
            D_STORE(out + i, SLEEF(name, ulp)(D_LOAD(x + i)));     \
        if (i < n) {                                               \
            double t[D_LANES] = {0};                               \
            memcpy(t, x + i, (n - i) * sizeof *t);                 \
            D_STORE(t, SLEEF(name, ulp)(D_LOAD(t)));               \
            memcpy(out + i, t, (n - i) * sizeof *t);               \
        }                                                          \
    }

static void NAME(pow)(size_t n, const double *x, const double *y, double *out)
{
    size_t i = 0;
    for (; i + D_LANES <= n; i += D_LANES)
        D_STORE(out + i, SLEEF(pow, 10)(D_LOAD(x + i), D_LOAD(y + i)));
    if (i < n) {
        double s[D_LANES] = {0}, t[D_LANES] = {0};
        memcpy(s, x + i, (n - i) * sizeof *s);
        memcpy(t, y + i, (n - i) * sizeof *t);
        D_STORE(t, SLEEF(pow, 10)(D_LOAD(s), D_LOAD(t)));
        memcpy(out + i, t, (n - i) * sizeof *t);
    }
}
#else
#define FUNCTION(name, ulp)                                        \
    static void NAME(name)(size_t n, const double *x, double *out) \
    {                                                              \
        for (size_t i = 0; i < n; i++)                             \
            out[i] = name(x[i]);                                   \
    }

static void NAME(pow)(size_t n, const double *x, const double *y, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = pow(x[i], y[i]);
}
#endif

FUNCTION(exp, 10)
FUNCTION(expm1, 10)
FUNCTION(log, 10)
FUNCTION(log1p, 10)
FUNCTION(tanh, 10)
FUNCTION(sinh, 10)
FUNCTION(cosh, 10)
FUNCTION(erf, 10)
FUNCTION(erfc, 15)
