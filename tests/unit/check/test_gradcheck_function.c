/* The gradient check of functions that are only seen by their values. */
#include "cmocka_all.h"
#include "random_inputs.h"

#include "check/gradcheck_fit.h"

#include <crease/gradcheck.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t SEED = 77;

/* ---- families of functions of one variable --------------------------------------------- */

/* Coefficients in [-1, 1), and `beside`: where a kink or jump is, from p[0]. */
typedef struct family_ctx {
    const struct family *family;
    double p[8], beside;
    int slip;
} family_ctx;

typedef struct family {
    const char *name;
    double (*f)(const family_ctx *c, double t);
    double (*slope)(const family_ctx *c, double t);
    int at_kink;       /* x is p[0]: on the kink, or `beside` away from it */
    int least_decided; /* per cent of right gradients that must be decided */
} family;

static double cubic(const family_ctx *c, double t)
{
    return c->p[0] + t * (c->p[1] + t * (c->p[2] + t * c->p[3]));
}

static double cubic_slope(const family_ctx *c, double t)
{
    return c->p[1] + t * (2 * c->p[2] + t * 3 * c->p[3]);
}

static double steep(const family_ctx *c, double t)
{
    return exp(50 * c->p[0] * t);
}

static double steep_slope(const family_ctx *c, double t)
{
    return 50 * c->p[0] * exp(50 * c->p[0] * t);
}

static double wave(const family_ctx *c, double t)
{
    return sin(1000 * c->p[0] * t) + c->p[1];
}

static double wave_slope(const family_ctx *c, double t)
{
    return 1000 * c->p[0] * cos(1000 * c->p[0] * t);
}

static double on_a_hill(const family_ctx *c, double t)
{
    return 1e6 * c->p[1] + 0.01 * c->p[2] * t;
}

static double on_a_hill_slope(const family_ctx *c, double t)
{
    (void)t;
    return 0.01 * c->p[2];
}

static double near_a_pole(const family_ctx *c, double t)
{
    return log(fabs(t) + 1e-6 * fabs(c->p[0]));
}

static double near_a_pole_slope(const family_ctx *c, double t)
{
    return (t > 0 ? 1 : -1) / (fabs(t) + 1e-6 * fabs(c->p[0]));
}

static double unit_with_kink(const family_ctx *c, double t)
{
    double z = t - c->p[0] - c->beside;
    return (z > 0 ? z : 0) * c->p[1] + sin(c->p[2] * t);
}

static double unit_with_kink_slope(const family_ctx *c, double t)
{
    double z = t - c->p[0] - c->beside;
    return (z > 0) * c->p[1] + c->p[2] * cos(c->p[2] * t);
}

static double layer(const family_ctx *c, double t)
{
    double sum = 0;
    for (int i = 0; i < 8; i++)
        sum += fmax(c->p[i] * 3 * t + c->p[7 - i], 0) * c->p[(i + 3) % 8];
    return sum;
}

static double layer_slope(const family_ctx *c, double t)
{
    double sum = 0;
    for (int i = 0; i < 8; i++)
        sum += (c->p[i] * 3 * t + c->p[7 - i] > 0) * c->p[i] * 3 * c->p[(i + 3) % 8];
    return sum;
}

static double layer_in_float(const family_ctx *c, double t)
{
    float sum = 0;
    for (int i = 0; i < 8; i++) {
        float z = (float)(c->p[i] * 3) * (float)t + (float)c->p[7 - i];
        sum += (z > 0 ? z : 0) * (float)c->p[(i + 3) % 8];
    }
    return (double)sum;
}

static double layer_in_float_slope(const family_ctx *c, double t)
{
    float sum = 0;
    for (int i = 0; i < 8; i++) {
        float z = (float)(c->p[i] * 3) * (float)t + (float)c->p[7 - i];
        sum += (z > 0) * (float)(c->p[i] * 3) * (float)c->p[(i + 3) % 8];
    }
    return (double)sum;
}

/* z is large beside what x moves it by: in float32 it is a staircase with wide steps. */
static double buried_in_float(const family_ctx *c, double t)
{
    float z = (float)t * (float)c->p[1] + 100 * (float)c->p[2];
    return (double)tanhf(z * 0.01f);
}

static double buried_in_float_slope(const family_ctx *c, double t)
{
    double z = t * c->p[1] + 100 * c->p[2], cosh_z = cosh(z * 0.01);
    return 0.01 * c->p[1] / (cosh_z * cosh_z);
}

static double rounds_x(const family_ctx *c, double t)
{
    double x = (double)(float)t;
    return x * x * x * c->p[1] + c->p[2];
}

static double rounds_x_slope(const family_ctx *c, double t)
{
    return 3 * t * t * c->p[1];
}

/* 0 at 0 with slope p[1], and no derivative settles beside it. */
static double trembling(const family_ctx *c, double t)
{
    return (t == 0 ? 0 : t * t * sin(1 / t)) + c->p[1] * t;
}

static double trembling_slope(const family_ctx *c, double t)
{
    return c->p[1] + (t == 0 ? 0 : 2 * t * sin(1 / t) - cos(1 / t));
}

static double jump(const family_ctx *c, double t)
{
    return (t > c->p[0] + c->beside) + c->p[2] * t;
}

static double jump_slope(const family_ctx *c, double t)
{
    (void)t;
    return c->p[2];
}

static double constant(const family_ctx *c, double t)
{
    (void)t;
    return c->p[0];
}

static double constant_slope(const family_ctx *c, double t)
{
    (void)c, (void)t;
    return 0;
}

static const family families[] = {
    {"cubic", cubic, cubic_slope, 0, 100},
    {"steep", steep, steep_slope, 0, 95},
    {"wave", wave, wave_slope, 0, 98},
    {"on a hill", on_a_hill, on_a_hill_slope, 0, 98},
    {"near a pole", near_a_pole, near_a_pole_slope, 0, 98},
    {"unit with kink", unit_with_kink, unit_with_kink_slope, 1, 95},
    {"layer", layer, layer_slope, 0, 98},
    {"layer in float32", layer_in_float, layer_in_float_slope, 0, 85},
    {"buried in float32", buried_in_float, buried_in_float_slope, 0, 0},
    {"rounds x", rounds_x, rounds_x_slope, 0, 95},
    {"trembling", trembling, trembling_slope, 0, 90},
    {"jump", jump, jump_slope, 1, 50},
    {"constant", constant, constant_slope, 0, 100},
};

enum { RIGHT, THOUSANDTH, SIGN, ZERO, SHIFT, SLIPS };

static double claim(const family_ctx *c, double t)
{
    double right = c->family->slope(c, t);
    switch (c->slip) {
    case THOUSANDTH:
        return 1.001 * right;
    case SIGN:
        return -right;
    case ZERO:
        return 0;
    case SHIFT:
        return right + 0.3 * (1 + fabs(right));
    default:
        return right;
    }
}

static double value_of(void *ctx, size_t n, const double *x)
{
    const family_ctx *c = ctx;
    assert_int_equal(n, 1);
    return c->family->f(c, x[0]);
}

static void gradient_of(void *ctx, size_t n, const double *x, double *gradient)
{
    assert_int_equal(n, 1);
    gradient[0] = claim(ctx, x[0]);
}

static double draw(family_ctx *c, const family *of, int slip, size_t round, uint64_t *state)
{
    double x = random_unit(state) * (round % 3 == 0 ? 10 : 1);
    c->family = of;
    c->slip = slip;
    for (int i = 0; i < 8; i++)
        c->p[i] = random_unit(state);
    c->beside = 0;
    if (round % 4 != 0)
        c->beside = (random_unit(state) > 0 ? 1 : -1) * pow(10, -1 - 13 * fabs(random_unit(state)));
    return of->at_kink ? c->p[0] : x;
}

/* Is what is claimed a slope of the function at x, for somebody who sees its rounding? */
static int is_wrong(const family_ctx *c, double x)
{
    double claimed = claim(c, x), right = c->family->slope(c, x);
    double off = fabs(claimed - right), size = fabs(c->family->f(c, x));
    if (c->family->f == jump && fabs(c->beside) < 1e-11)
        return 0; /* no slope at all */
    /* a kink so near that x's side of it changes the value by less than 1e-12 is at x */
    if (c->family->f == unit_with_kink && fabs(c->beside * c->p[1]) < 1e-12) {
        double other = right + (x - c->p[0] - c->beside > 0 ? -c->p[1] : c->p[1]);
        return claimed < fmin(right, other) - 1e-6 || claimed > fmax(right, other) + 1e-6;
    }
    return off > 1e-6 * fabs(right) && off > 2e-9 * (size + fabs(claimed));
}

static void test_function__no_false_alarm_and_no_miss(void **unused)
{
    const char *effort = getenv("CREASE_TEST_EFFORT");
    size_t rounds = 200 * (effort == NULL ? 1 : (size_t)strtoul(effort, NULL, 10));
    uint64_t state = SEED;
    (void)unused;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        for (int slip = 0; slip < SLIPS; slip++) {
            size_t counts[CRS_GRADCHECK_VERDICTS] = {0};
            for (size_t round = 0; round < rounds; round++) {
                family_ctx c;
                crs_gradcheck *check;
                double x = draw(&c, &families[i], slip, round, &state);
                crs_gradcheck_verdict verdict;
                int passes, fails;
                assert_int_equal(
                    crs_gradcheck_function(value_of, gradient_of, &c, 1, &x, NULL, &check), CRS_OK);
                verdict = check->params[0].verdict;
                passes = verdict == CRS_GRADCHECK_MATCH || verdict == CRS_GRADCHECK_KINK;
                fails = verdict == CRS_GRADCHECK_MISMATCH || verdict == CRS_GRADCHECK_KINK_OUTSIDE;
                if ((slip == RIGHT && fails) || (passes && is_wrong(&c, x)))
                    fail_msg("%s, slip %d, x %.17g, beside %g: claimed %.10g, right %.10g: %s: %s",
                             families[i].name, slip, x, c.beside, claim(&c, x),
                             families[i].slope(&c, x), crs_gradcheck_verdict_name(verdict),
                             check->explanation);
                assert_int_equal(verdict == CRS_GRADCHECK_UNDECIDED,
                                 check->params[0].reason != CRS_GRADCHECK_DECIDED);
                counts[verdict]++;
                crs_gradcheck_destroy(check);
            }
            if (slip == RIGHT && (rounds - counts[CRS_GRADCHECK_UNDECIDED]) * 100 <
                                     rounds * (size_t)families[i].least_decided)
                fail_msg("%s: %zu of %zu not decided", families[i].name,
                         counts[CRS_GRADCHECK_UNDECIDED], rounds);
        }
    }
}

/* ---- known cases ---------------------------------------------------------------------------- */

static double relu(double z)
{
    return z > 0 ? z : 0;
}

static double difference_of_relus(void *ctx, size_t n, const double *x)
{
    (void)ctx, (void)n;
    return relu(x[0]) - relu(-x[0]);
}

/* What backpropagation makes of it, with the kink value in ctx. */
static void difference_gradient(void *ctx, size_t n, const double *x, double *gradient)
{
    double v = *(const double *)ctx;
    (void)n;
    gradient[0] = (x[0] > 0 ? 1 : x[0] == 0 ? v : 0) + (-x[0] > 0 ? 1 : x[0] == 0 ? v : 0);
}

/* It is x: the slope is 1, and backpropagation gives 0, 1, 2 for relu'(0) = 0, 0.5, 1. */
static void test_function__relu_of_x_minus_relu_of_minus_x(void **unused)
{
    static const double values[] = {0, 0.5, 1};
    static const crs_gradcheck_verdict verdicts[] = {CRS_GRADCHECK_MISMATCH, CRS_GRADCHECK_MATCH,
                                                     CRS_GRADCHECK_MISMATCH};
    const double x = 0;
    (void)unused;
    for (size_t i = 0; i < 3; i++) {
        double value = values[i];
        crs_gradcheck *check;
        assert_int_equal(crs_gradcheck_function(difference_of_relus, difference_gradient, &value, 1,
                                                &x, NULL, &check),
                         CRS_OK);
        assert_int_equal(check->params[0].verdict, verdicts[i]);
        assert_true(fabs(check->params[0].right - 1) < 1e-9);
        assert_int_equal(check->passed, values[i] == 0.5);
        crs_gradcheck_destroy(check);
    }
}

static double relu_value(void *ctx, size_t n, const double *x)
{
    (void)ctx, (void)n;
    return relu(x[0]);
}

static void stated(void *ctx, size_t n, const double *x, double *gradient)
{
    (void)n;
    gradient[0] = x[0] > 0 ? 1 : x[0] < 0 ? 0 : *(const double *)ctx;
}

static void test_function__at_a_kink_the_interval_decides(void **unused)
{
    static const double values[] = {0, 0.25, 1, 2, -0.001, NAN};
    const double x = 0;
    (void)unused;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        double value = values[i];
        crs_gradcheck *check;
        assert_int_equal(crs_gradcheck_function(relu_value, stated, &value, 1, &x, NULL, &check),
                         CRS_OK);
        assert_int_equal(check->params[0].verdict, value >= 0 && value <= 1
                                                       ? CRS_GRADCHECK_KINK
                                                       : CRS_GRADCHECK_KINK_OUTSIDE);
        assert_true(fabs(check->params[0].from_left) < 1e-9);
        assert_true(fabs(check->params[0].from_right - 1) < 1e-9);
        crs_gradcheck_destroy(check);
    }
}

/* ---- what cannot be told ---------------------------------------------------------------------- */

static double hostile(void *ctx, size_t n, const double *x)
{
    int *state = ctx;
    (void)n;
    switch (state[0]) {
    case 0:
        return NAN;
    case 1:
        return x[0] > 1 ? 1 : 0; /* a jump at x = 1 */
    case 2:
        return x[0] + 0.1 * (state[1]++ % 7); /* dropout and the like: another value each time */
    case 3:
        return x[0] >= 1 ? sqrt(x[0]) : NAN; /* nothing left of 1 */
    default:
        return 1e9 + 1e-7 * x[0]; /* the slope is below the rounding of the value */
    }
}

static void hostile_gradient(void *ctx, size_t n, const double *x, double *gradient)
{
    (void)n, (void)x;
    gradient[0] = *(int *)ctx == 4 ? 1e-7 : 1;
}

static void test_function__undecided_says_why(void **unused)
{
    static const crs_gradcheck_reason reasons[] = {CRS_GRADCHECK_NOT_FINITE, CRS_GRADCHECK_JUMP,
                                                   CRS_GRADCHECK_UNREPEATED,
                                                   CRS_GRADCHECK_NOT_FINITE, CRS_GRADCHECK_NOISE};
    const double x = 1;
    (void)unused;
    for (int i = 0; i < 5; i++) {
        int state[2] = {i, 0};
        crs_gradcheck *check;
        assert_int_equal(
            crs_gradcheck_function(hostile, hostile_gradient, state, 1, &x, NULL, &check), CRS_OK);
        assert_int_equal(check->params[0].verdict, CRS_GRADCHECK_UNDECIDED);
        assert_int_equal(check->params[0].reason, reasons[i]);
        assert_non_null(strstr(check->explanation, crs_gradcheck_reason_text(reasons[i])));
        assert_false(check->passed);
        crs_gradcheck_destroy(check);
    }
}

/* ---- several variables ------------------------------------------------------------------------ */

/* x0^2 + 1e-4 x1 + |x2|, x3 unused */
static double several(void *ctx, size_t n, const double *x)
{
    (void)ctx, (void)n;
    return x[0] * x[0] + 1e-4 * x[1] + fabs(x[2]);
}

static void several_gradient(void *ctx, size_t n, const double *x, double *gradient)
{
    (void)ctx, (void)n;
    gradient[0] = 2 * x[0];
    gradient[1] = 1.01e-4; /* wrong by a hundredth of something small */
    gradient[2] = x[2] > 0 ? 1 : -1;
    gradient[3] = 0;
}

static void test_function__a_verdict_of_its_own_for_each(void **unused)
{
    static const double x[] = {3, 5000, 0, 1};
    static const crs_gradcheck_verdict verdicts[] = {CRS_GRADCHECK_MATCH, CRS_GRADCHECK_MISMATCH,
                                                     CRS_GRADCHECK_KINK, CRS_GRADCHECK_MATCH};
    crs_gradcheck *check;
    (void)unused;
    assert_int_equal(crs_gradcheck_function(several, several_gradient, NULL, 4, x, NULL, &check),
                     CRS_OK);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(check->params[i].verdict, verdicts[i]);
    assert_int_equal(check->counts[CRS_GRADCHECK_MATCH], 2);
    assert_true(check->has_worst && check->worst == 1);
    assert_false(check->passed);
    assert_non_null(strstr(check->explanation, "x[1]"));
    assert_non_null(strstr(check->explanation, "1.01"));
    assert_int_equal(check->n_weak, 1);
    assert_int_equal(check->weak[0].kind, CRS_GRADCHECK_ZERO);
    crs_gradcheck_destroy(check);
}

/* ---- the polynomial ------------------------------------------------------------------------------ */

/* Exact for polynomials it can hold, within the bound it states; the bound covers what it cannot. */
static void test_fit__states_how_far_it_is_off(void **unused)
{
    uint64_t state = SEED;
    (void)unused;
    for (int round = 0; round < 2000; round++) {
        double t[CRS__FIT_POINTS], values[CRS__FIT_POINTS], slope = 0, power, c[9];
        double reach = pow(10, -4 * fabs(random_unit(&state)));
        int degree = (int)random_below(&state, 9);
        crs__fit fit;
        for (int k = 0; k <= degree; k++)
            c[k] = random_unit(&state);
        crs__fit_nodes(t);
        for (int i = 0; i < CRS__FIT_POINTS; i++) {
            t[i] *= reach;
            power = 1;
            values[i] = 0;
            for (int k = 0; k <= degree; k++, power *= t[i])
                values[i] += c[k] * power;
        }
        slope = degree > 0 ? c[1] : 0;
        crs__fit_make(reach, t, values, 0x1p-51, &fit);
        assert_true(fabs(fit.slope - slope) <= fit.slope_error);
        assert_true(fabs(fit.at_0 - c[0]) <= fit.at_0_error);
        assert_true(fabs(crs__fit_value(&fit, 0) - fit.at_0) == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_function__no_false_alarm_and_no_miss),
        cmocka_unit_test(test_function__relu_of_x_minus_relu_of_minus_x),
        cmocka_unit_test(test_function__at_a_kink_the_interval_decides),
        cmocka_unit_test(test_function__undecided_says_why),
        cmocka_unit_test(test_function__a_verdict_of_its_own_for_each),
        cmocka_unit_test(test_fit__states_how_far_it_is_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
