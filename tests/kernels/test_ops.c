/*
 * The block operations of rules: every CPU level gives the bits of the scalar one, on
 * any length and any value; and intervals enclose what they stand for.
 */
#include "cmocka_all.h"
#include "random_inputs.h"

#include "core/cpu.h"
#include "kernels/ops.h"

#include <crease/act.h>

#include <float.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t SEED = 20261105;

#define MOST 200

/* One set of operands in both types, and masks. */
typedef struct operands {
    double wide[2][MOST];
    float narrow[2][MOST];
    uint8_t mask[3][MOST];
} operands;

static void fill(operands *o, uint64_t *random)
{
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < MOST; i++) {
            o->wide[k][i] = random_special(random);
            o->narrow[k][i] = (float)o->wide[k][i];
        }
    }
    for (int i = 0; i < MOST; i++) { /* equal ones are rare otherwise */
        if (random_below(random, 3) == 0) {
            o->wide[1][i] = o->wide[0][i];
            o->narrow[1][i] = o->narrow[0][i];
        }
    }
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < MOST; i++)
            o->mask[k][i] = (uint8_t)random_bits(random);
    }
}

static int is_mask(crs__op op)
{
    return op >= CRS__OP_LT;
}

static void run(const crs__ops *ops, int wide, crs__op op, size_t n, const operands *o, void *out)
{
    static const crs_act relu6 = {.id = CRS_ACT_RELU6};
    const void *x = wide ? (const void *)o->wide[0] : (const void *)o->narrow[0];
    const void *y = wide ? (const void *)o->wide[1] : (const void *)o->narrow[1];
    const void *w = o->mask[2];
    if (op >= CRS__OP_AND) {
        x = o->mask[0];
        y = o->mask[1];
    }
    if (op == CRS__OP_ACT)
        y = &relu6;
    (wide ? ops->f64 : ops->f32)[op](n, x, y, w, 0.5, out);
}

/* Element i of a result as a double, masks as 0 and 1. */
static double element(const void *out, int wide, crs__op op, size_t i)
{
    if (is_mask(op))
        return ((const uint8_t *)out)[i / 8] >> (i % 8) & 1;
    return wide ? ((const double *)out)[i] : (double)((const float *)out)[i];
}

static void test_ops__give_the_bits_of_scalar(void **state)
{
    uint64_t random = SEED;
    operands *o = malloc(sizeof *o);
    (void)state;
    assert_non_null(o);
    for (int round = 0; round < 200; round++) {
        size_t n = 1 + random_below(&random, MOST);
        fill(o, &random);
        for (int level = CRS__CPU_AVX2; level <= (int)crs__cpu_best(); level++) {
            for (int op = CRS__OP_CONST; op < CRS__OP_COUNT; op++) {
                for (int wide = 0; wide < 2; wide++) {
                    double scalar[MOST + 8] = {0}, fast[MOST + 8] = {0};
                    run(crs__ops_get(CRS__CPU_SCALAR), wide, (crs__op)op, n, o, scalar);
                    run(crs__ops_get((crs__cpu_level)level), wide, (crs__op)op, n, o, fast);
                    for (size_t i = 0; i < n; i++) {
                        double p = element(scalar, wide, (crs__op)op, i);
                        double q = element(fast, wide, (crs__op)op, i);
                        if (memcmp(&p, &q, sizeof p) != 0 && !(isnan(p) && isnan(q)))
                            fail_msg("seed %llu, round %d: operation %d, %s, f%d, %zu of %zu: %a, "
                                     "scalar %a",
                                     (unsigned long long)SEED, round, op,
                                     crs__cpu_name((crs__cpu_level)level), wide ? 64 : 32, i, n, q,
                                     p);
                    }
                    /* nothing is written behind the end */
                    assert_true(is_mask((crs__op)op) || element(fast, wide, (crs__op)op, n) == 0);
                }
            }
        }
    }
    free(o);
}

static void test_ops__count_floats_and_bits(void **state)
{
    uint64_t random = SEED;
    (void)state;
    for (int level = CRS__CPU_SCALAR; level <= (int)crs__cpu_best(); level++) {
        const crs__ops *ops = crs__ops_get((crs__cpu_level)level);
        uint8_t mask[256];
        for (int round = 0; round < 100; round++) {
            uint32_t first = (uint32_t)random_bits(&random);
            size_t n = 1 + random_below(&random, 100), set = 0;
            float narrow[100];
            double wide[100];
            ops->count_f32(n, first, narrow);
            ops->count_f64(n, first, wide);
            for (size_t i = 0; i < n; i++) {
                uint32_t bits;
                memcpy(&bits, &narrow[i], sizeof bits);
                assert_int_equal(bits, first + (uint32_t)i);
                assert_true(wide[i] == (double)narrow[i] || isnan(wide[i]));
            }
            memset(mask, 0, sizeof mask);
            n = 64 * random_below(&random, 32);
            for (size_t i = 0; i < n; i++) {
                int one = random_below(&random, 300) == 0;
                mask[i / 8] = (uint8_t)(mask[i / 8] | one << (i % 8));
                set += (size_t)one;
            }
            assert_int_equal(ops->popcount(n, mask), set);
            assert_int_equal(ops->any(n, mask) != 0, set != 0);
        }
    }
}

/* ---- intervals ---- */

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ops__give_the_bits_of_scalar),
        cmocka_unit_test(test_ops__count_floats_and_bits),
        cmocka_unit_test(test_intervals__enclose_the_exact_result),
        cmocka_unit_test(test_intervals__know_the_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
