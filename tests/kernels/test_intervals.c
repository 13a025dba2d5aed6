/*
 * The operations on intervals: what comes out encloses what it stands for, at every CPU
 * level; and every level gives the bits of scalar, on any length, alignment and value.
 */
#include "cmocka_all.h"
#include "random_inputs.h"

#include "core/cpu.h"
#include "kernels/ops.h"

#include <float.h>
#include <string.h>

static const uint64_t SEED = 20261105;

static long double exactly(crs__op op, long double x, long double y)
{
    switch (op) {
    case CRS__OP_NEG:
        return -x;
    case CRS__OP_ABS:
        return fabsl(x);
    case CRS__OP_SIGN:
        return (x > 0) - (x < 0);
    case CRS__OP_TRUNC:
        return truncl(x);
    case CRS__OP_SQRT:
        return sqrtl(x);
    case CRS__OP_EXP:
        return expl(x);
    case CRS__OP_EXPM1:
        return expm1l(x);
    case CRS__OP_LOG:
        return logl(x);
    case CRS__OP_LOG1P:
        return log1pl(x);
    case CRS__OP_TANH:
        return tanhl(x);
    case CRS__OP_SINH:
        return sinhl(x);
    case CRS__OP_COSH:
        return coshl(x);
    case CRS__OP_ERF:
        return erfl(x);
    case CRS__OP_ERFC:
        return erfcl(x);
    case CRS__OP_ADD:
        return x + y;
    case CRS__OP_SUB:
        return x - y;
    case CRS__OP_MUL:
        return x * y;
    case CRS__OP_DIV:
        return x / y;
    case CRS__OP_POW:
        return powl(x, y);
    case CRS__OP_MIN:
        return x < y ? x : y;
    case CRS__OP_MAX:
        return x > y ? x : y;
    default:
        fail_msg("operation %d", (int)op);
    }
    return 0;
}

/* Numbers of every size, and small whole ones, which make zeros. */
static double random_number(uint64_t *random)
{
    switch (random_below(random, 4)) {
    case 0:
        return (double)random_below(random, 7) - 3;
    case 1:
        return random_unit(random) * 40;
    case 2:
        return ldexp(random_unit(random), (int)random_below(random, 2000) - 1000);
    default:
        return random_unit(random);
    }
}

/* [lo, hi] and a point of it. Points, narrow ones, wide ones. */
static void random_interval(uint64_t *random, double *lo, double *hi, double *point)
{
    double x = random_number(random), y = x;
    if (random_below(random, 3) == 0)
        y = x + fabs(x) * 0x1p-50;
    else if (random_below(random, 3) == 0)
        y = random_number(random);
    *lo = x < y ? x : y;
    *hi = x < y ? y : x;
    *point = *lo + (*hi - *lo) * fabs(random_unit(random));
    if (!(*point >= *lo && *point <= *hi))
        *point = *lo;
}

static void expect_within(crs__op op, crs__cpu_level level, const double *x, const double *y,
                          const double *r, long double exact)
{
    if (isnan(exact)) /* no value: no promise */
        return;
    if (!((long double)r[0] <= exact && exact <= (long double)r[1]))
        fail_msg("seed %llu: operation %d, %s: [%a, %a] and [%a, %a] give [%a, %a], not %La",
                 (unsigned long long)SEED, (int)op, crs__cpu_name(level), x[0], x[1], y[0], y[1],
                 r[0], r[1], exact);
}

/*
 * For points x and y of two intervals the exact result, in long double with its 11 more
 * bits, is in the interval that comes out.
 */
static void test_intervals__enclose_the_exact_result(void **state)
{
    uint64_t random = SEED;
    (void)state;
    for (int round = 0; round < 3000; round++) {
        double xl[9], xh[9], x[9], yl[9], yh[9], y[9], lo[9], hi[9];
        size_t n = 1 + random_below(&random, 9);
        for (size_t i = 0; i < n; i++) {
            random_interval(&random, &xl[i], &xh[i], &x[i]);
            random_interval(&random, &yl[i], &yh[i], &y[i]);
        }
        for (int level = CRS__CPU_SCALAR; level <= (int)crs__cpu_best(); level++) {
            const crs__ops *ops = crs__ops_get((crs__cpu_level)level);
            for (int op = 0; op < CRS__OP_COUNT; op++) {
                if (ops->interval[op] == NULL)
                    continue;
                ops->interval[op](n, xl, xh, yl, yh, lo, hi);
                for (size_t i = 0; i < n; i++) {
                    const double xi[2] = {xl[i], xh[i]}, yi[2] = {yl[i], yh[i]};
                    const double r[2] = {lo[i], hi[i]};
                    /* a broken power of something that may be negative is no function */
                    if (op == CRS__OP_POW && xl[i] < 0 && yl[i] != yh[i])
                        continue;
                    expect_within((crs__op)op, (crs__cpu_level)level, xi, yi, r,
                                  exactly((crs__op)op, (long double)x[i], (long double)y[i]));
                }
            }
            /* a square knows that both operands are one */
            ops->interval[CRS__OP_MUL](n, xl, xh, xl, xh, lo, hi);
            for (size_t i = 0; i < n; i++) {
                const double xi[2] = {xl[i], xh[i]}, r[2] = {lo[i], hi[i]};
                expect_within(CRS__OP_MUL, (crs__cpu_level)level, xi, xi, r,
                              (long double)x[i] * (long double)x[i]);
                assert_true(lo[i] >= 0);
            }
        }
    }
}

static void gives(crs__op op, double xl, double xh, double yl, double yh, double lo, double hi)
{
    for (int level = CRS__CPU_SCALAR; level <= (int)crs__cpu_best(); level++) {
        double l, h;
        crs__ops_get((crs__cpu_level)level)->interval[op](1, &xl, &xh, &yl, &yh, &l, &h);
        if (!((l == lo || (isnan(l) && isnan(lo))) && (h == hi || (isnan(h) && isnan(hi)))))
            fail_msg("operation %d of [%g, %g] and [%g, %g], %s: [%a, %a], not [%a, %a]", (int)op,
                     xl, xh, yl, yh, crs__cpu_name((crs__cpu_level)level), l, h, lo, hi);
    }
}

/* Zeros that are exact, what overflows, what is open, what has no value. */
static void test_intervals__know_the_edges(void **state)
{
    double top = DBL_MAX - DBL_MAX * 0x1p-52;
    (void)state;
    gives(CRS__OP_ADD, 1, 1, -1, -1, 0, 0);
    gives(CRS__OP_MUL, 0, 0, 5, 6, 0, 0);
    gives(CRS__OP_MUL, 0, 0, DBL_MAX, INFINITY, 0, 0);
    gives(CRS__OP_MUL, 1e200, 1e200, 1e200, 1e200, top, INFINITY);
    gives(CRS__OP_MUL, 1e-200, 1e-200, 1e-200, 1e-200, -0x1p-1074, 0x1p-1074);
    gives(CRS__OP_SUB, DBL_MAX, INFINITY, DBL_MAX, INFINITY, -INFINITY, INFINITY);
    gives(CRS__OP_DIV, 1, 1, -1, 1, -INFINITY, INFINITY);
    gives(CRS__OP_DIV, 0, 0, 0, 0, NAN, NAN);
    gives(CRS__OP_EXP, 0, 0, 0, 0, 1 - CRS__OPS_ULP * 0x1p-52, 1 + CRS__OPS_ULP * 0x1p-52);
    gives(CRS__OP_TANH, 0, 0, 0, 0, 0, 0);
    gives(CRS__OP_LOG, -1, -1, 0, 0, NAN, NAN);
    gives(CRS__OP_ABS, -1, 2, 0, 0, 0, 2);
    gives(CRS__OP_MIN, NAN, NAN, 1, 1, NAN, NAN);
    gives(CRS__OP_MAX, 1, 1, NAN, NAN, NAN, NAN);
    gives(CRS__OP_SQRT, -1e-20, 4, 0, 0, 0, 2 + 0x1p-51);
}

/* Ends of any kind, in order; or NaN at both. */
static void special_interval(uint64_t *random, double *lo, double *hi)
{
    double x = random_special(random), y = random_below(random, 2) ? x : random_special(random);
    *lo = x < y || isnan(x) ? x : y;
    *hi = isnan(*lo) ? *lo : x < y ? y : x;
    if (isnan(*hi))
        *lo = *hi;
}

enum { MOST = 40, OFFSETS = 8, ENDS = MOST + OFFSETS };

typedef struct ends {
    double lo[ENDS], hi[ENDS];
} ends;

static int same_end(double x, double scalar)
{
    return memcmp(&x, &scalar, sizeof x) == 0 || (isnan(x) && isnan(scalar));
}

static void same_ends(const ends *p, const ends *q, size_t from, size_t n, int op,
                      crs__cpu_level level)
{
    for (size_t i = from; i <= from + n; i++) /* and the one behind the end */
        if (!same_end(p->lo[i], q->lo[i]) || !same_end(p->hi[i], q->hi[i]))
            fail_msg("seed %llu: operation %d, %s, %zu of %zu: [%a, %a], scalar [%a, %a]",
                     (unsigned long long)SEED, op, crs__cpu_name(level), i - from, n, p->lo[i],
                     p->hi[i], q->lo[i], q->hi[i]);
}

static void test_intervals__give_the_bits_of_scalar(void **state)
{
    const crs__ops *scalar = crs__ops_get(CRS__CPU_SCALAR);
    uint64_t random = SEED;
    (void)state;
    for (int round = 0; round < 1000; round++) {
        size_t n = 1 + random_below(&random, MOST - 1), at = random_below(&random, OFFSETS);
        uint8_t must[ENDS / 8], may[ENDS / 8];
        ends x, y, p = {{0}, {0}}, q = {{0}, {0}};
        for (size_t i = 0; i < ENDS; i++) {
            special_interval(&random, &x.lo[i], &x.hi[i]);
            special_interval(&random, &y.lo[i], &y.hi[i]);
        }
        for (size_t i = 0; i < sizeof must; i++) {
            may[i] = (uint8_t)random_bits(&random);
            must[i] = (uint8_t)(may[i] & random_bits(&random));
        }
        for (int level = CRS__CPU_SCALAR + 1; level <= (int)crs__cpu_best(); level++) {
            const crs__ops *fast = crs__ops_get((crs__cpu_level)level);
            for (int op = 0; op < CRS__OP_COUNT; op++) {
                if (scalar->interval[op] == NULL)
                    continue;
                scalar->interval[op](n, x.lo + at, x.hi + at, y.lo, y.hi, q.lo + at, q.hi + at);
                fast->interval[op](n, x.lo + at, x.hi + at, y.lo, y.hi, p.lo + at, p.hi + at);
                same_ends(&p, &q, at, n, op, (crs__cpu_level)level);
            }
            scalar->interval_select(n, must, may, x.lo + at, x.hi + at, y.lo, y.hi, q.lo + at,
                                    q.hi + at);
            fast->interval_select(n, must, may, x.lo + at, x.hi + at, y.lo, y.hi, p.lo + at,
                                  p.hi + at);
            same_ends(&p, &q, at, n, (int)CRS__OP_SELECT, (crs__cpu_level)level);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intervals__enclose_the_exact_result),
        cmocka_unit_test(test_intervals__know_the_edges),
        cmocka_unit_test(test_intervals__give_the_bits_of_scalar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
