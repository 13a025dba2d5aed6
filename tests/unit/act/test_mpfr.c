/*
 * Every g and g', in float32 and float64, against MPFR: the error bounds that the
 * table states hold, and wrong functions exceed them.
 *
 * Two settings from the environment, for a longer look than a test run allows:
 * CREASE_TEST_SEED, and CREASE_TEST_EFFORT, which multiplies the number of points.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#if CRS_HAVE_MPFR

#include "act/act.h"
#include "unit/act/reference.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the points ---- */

typedef struct points {
    double *z;
    size_t n, room;
    int f32; /* every point is a float */
} points;

static uint64_t seed_of_run(void)
{
    const char *text = getenv("CREASE_TEST_SEED");
    return text == NULL ? 20170115 : strtoull(text, NULL, 10);
}

static size_t effort(void)
{
    const char *text = getenv("CREASE_TEST_EFFORT");
    return text == NULL ? 1 : strtoul(text, NULL, 10);
}

/* SplitMix64, to [0, 1) */
static double uniform(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((x ^ (x >> 31)) >> 11) * 0x1p-53;
}

/* z and -z, rounded to float where the points are floats */
static void add_both(points *p, double z)
{
    if (p->f32)
        z = (double)(float)z;
    assert_true(p->n + 2 <= p->room);
    p->z[p->n++] = z;
    p->z[p->n++] = -z;
}

/* `n` points and their negatives next to z on both sides, i^2 steps away from it. */
static void add_around(points *p, double z, int n)
{
    double step = p->f32 ? (double)FLT_EPSILON : DBL_EPSILON;
    for (int i = -n; i <= n; i++)
        add_both(p, z * (1 + step * i * abs(i)));
}

static void points_init(points *p, int f32, uint64_t seed)
{
    /* where g' of gelu, gelu_tanh, silu, mish and hard_swish crosses zero, and kinks */
    static const double special[] = {
        0.75179152461463, 0.75246142207079, 1.27846454276107, 1.19243121451550, 1.5, 1, 3, 6};
    /* 1 <= |z| < 40 is where functions bend; 690 to 750 where exp(z) turns subnormal */
    static const double ranges[][2] = {{0, 2},    {2, 12},  {12, 40},   {36, 39},
                                       {80, 110}, {20, 22}, {340, 380}, {690, 750}};
    int low = f32 ? -149 : -1074, high = f32 ? 128 : 1024;
    size_t more = effort();

    p->f32 = f32;
    p->n = 0;
    p->room = 2 * ((size_t)(high - low) * 3 + 80 * 12 * more + 8 * 250 * more + 8 * 201);
    p->z = malloc(p->room * sizeof *p->z);
    assert_non_null(p->z);
    for (int e = low; e < high; e++) {
        add_both(p, ldexp(1, e));
        add_both(p, ldexp(1 + uniform(&seed), e));
        add_both(p, ldexp(f32 ? 2 - (double)FLT_EPSILON : 2 - DBL_EPSILON, e));
        for (size_t i = 0; e >= -60 && e < 12 && i < 12 * more; i++)
            add_both(p, ldexp(1 + uniform(&seed), e));
    }
    for (size_t r = 0; r < sizeof ranges / sizeof *ranges; r++) {
        for (size_t i = 0; i < 250 * more; i++)
            add_both(p, ranges[r][0] + (ranges[r][1] - ranges[r][0]) * uniform(&seed));
    }
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        add_around(p, special[i], 100);
}

/* Every `step`-th point, enough to notice an error that is nearly everywhere. */
static void points_thin(points *p, size_t step)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->n; i += step)
        p->z[kept++] = p->z[i];
    p->n = kept;
}

/* ---- how far a result is from the exact one ---- */

/* What is compared: the public calls, or planted functions in their place. */
typedef struct subject {
    float (*g_f32)(const crs_act *act, float z);
    double (*g_f64)(const crs_act *act, double z);
    float (*dg_f32)(const crs_act *act, float z);
    double (*dg_f64)(const crs_act *act, double z);
} subject;

static const subject public_calls = {crs_act_value_f32, crs_act_value_f64, crs_act_slope_f32,
                                     crs_act_slope_f64};

/* The largest error of a function over the points, in ulp, and where it was met. */
typedef struct worst {
    double ulps, z;
} worst;

typedef struct comparison {
    worst value, slope;
} comparison;

/*
 * |got - exact| less `allowed`, in ulp of the exact result in the type. Where that is
 * no normal number the table promises nothing; here it is held to the type's smallest
 * number in place of an ulp, with one of them granted.
 */
static double error_in_ulps(double got, const mpfr_t exact, double allowed, int f32, mpfr_t scratch)
{
    mpfr_exp_t min_exp = f32 ? FLT_MIN_EXP : DBL_MIN_EXP;
    int digits = f32 ? FLT_MANT_DIG : DBL_MANT_DIG;
    int normal = !mpfr_zero_p(exact) && mpfr_get_exp(exact) >= min_exp;
    double rounded = f32 ? (double)mpfr_get_flt(exact, NEAR) : mpfr_get_d(exact, NEAR);

    if (isnan(got))
        return HUGE_VAL;
    if (got == rounded && isinf(got)) /* overflow, as it should be */
        return 0;
    mpfr_sub_d(scratch, exact, got, NEAR);
    mpfr_abs(scratch, scratch, NEAR);
    mpfr_sub_d(scratch, scratch, allowed, NEAR);
    mpfr_mul_2si(scratch, scratch, digits - (normal ? mpfr_get_exp(exact) : min_exp), NEAR);
    return mpfr_get_d(scratch, NEAR) - (normal ? 0 : 1);
}

/* A bound of 0 promises the correctly rounded result, and nothing else will do. */
static void note(worst *w, double got, const mpfr_t exact, double bound, double allowed,
                 const points *p, size_t i, mpfr_t scratch)
{
    double ulps = error_in_ulps(got, exact, allowed, p->f32, scratch);
    if (bound == 0)
        ulps = got == (p->f32 ? (double)mpfr_get_flt(exact, NEAR) : mpfr_get_d(exact, NEAR))
                   ? 0
                   : HUGE_VAL;
    if (ulps > w->ulps) {
        w->ulps = ulps;
        w->z = p->z[i];
    }
}

static int is_kink(const crs_act *act, double z)
{
    for (size_t i = 0; i < act->n_kinks; i++) {
        if (act->kink[i].z == z)
            return 1;
    }
    return 0;
}

static void compare(const crs_act *act, const subject *s, const points *p, comparison *out)
{
    crs_act_bounds bounds;
    work w;
    mpfr_t f, df;

    memset(out, 0, sizeof *out);
    crs_act_error_bounds(act->id, &bounds);
    work_init(&w);
    mpfr_inits2(PRECISION, f, df, (mpfr_ptr)NULL);
    for (size_t i = 0; i < p->n; i++) {
        double z = p->z[i], value, slope;
        if (is_kink(act, z))
            continue;
        mpfr_set_d(w.z, z, NEAR);
        /* piecewise linear rows round their parameter to the type first */
        mpfr_set_d(w.param,
                   p->f32 && crs_act_is_piecewise_linear(act->id) ? (double)(float)act->param
                                                                  : act->param,
                   NEAR);
        references[act->id](&w, f, df);
        value = p->f32 ? (double)s->g_f32(act, (float)z) : s->g_f64(act, z);
        slope = p->f32 ? (double)s->dg_f32(act, (float)z) : s->dg_f64(act, z);
        note(&out->value, value, f, p->f32 ? bounds.value_f32 : bounds.value_f64, 0, p, i, w.t);
        note(&out->slope, slope, df, p->f32 ? bounds.slope_f32 : bounds.slope_f64,
             !p->f32 && z > -2 && z < 0 ? bounds.slope_abs_f64 : 0, p, i, w.t);
    }
    mpfr_clears(f, df, (mpfr_ptr)NULL);
    work_clear(&w);
}

/* ---- the tests ---- */

/* Every row, and those with a parameter at several: negative, tiny, large. */
static const char *const subjects[] = {
    "linear",
    "relu",
    "leaky_relu",
    "leaky_relu:0.1",
    "leaky_relu:-1.5",
    "leaky_relu:1",
    "relu6",
    "hardtanh",
    "abs",
    "hard_sigmoid",
    "hard_swish",
    "elu",
    "elu:0.3",
    "elu:-2",
    "elu:1e5",
    "elu:1e-30",
    "selu",
    "softplus",
    "sigmoid",
    "tanh",
    "gelu",
    "gelu_tanh",
    "silu",
    "mish",
};

static int exceeds(const char *name, const char *what, const worst *w, double bound)
{
    if (w->ulps <= bound)
        return 0;
    print_error("%s %s: %g ulp at z = %.17g (%a), the table says %g; CREASE_TEST_SEED=%llu\n", name,
                what, w->ulps, w->z, w->z, bound, (unsigned long long)seed_of_run());
    return 1;
}

static void test_bounds__hold_for_every_row(void **state)
{
    points p32, p64;
    int seen[CRS_ACT_COUNT] = {0}, failures = 0;

    (void)state;
    points_init(&p32, 1, seed_of_run());
    points_init(&p64, 0, seed_of_run());
    print_message("largest errors in ulp at %zu (f32) and %zu (f64) points:\n", p32.n, p64.n);
    print_message("%-16s %9s %9s %9s %9s\n", "", "g f32", "g f64", "g' f32", "g' f64");
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
        const char *name = subjects[i];
        crs_act act;
        crs_act_bounds bounds;
        comparison f32, f64;

        assert_int_equal(crs_act_parse(name, NULL, &act), CRS_OK);
        seen[act.id] = 1;
        crs_act_error_bounds(act.id, &bounds);
        compare(&act, &public_calls, &p32, &f32);
        compare(&act, &public_calls, &p64, &f64);
        print_message("%-16s %9.6f %9.4f %9.6f %9.4f\n", name, f32.value.ulps, f64.value.ulps,
                      f32.slope.ulps, f64.slope.ulps);
        failures += exceeds(name, "g in f32", &f32.value, bounds.value_f32);
        failures += exceeds(name, "g in f64", &f64.value, bounds.value_f64);
        failures += exceeds(name, "g' in f32", &f32.slope, bounds.slope_f32);
        failures += exceeds(name, "g' in f64", &f64.slope, bounds.slope_f64);
    }
    free(p32.z);
    free(p64.z);
    for (int id = 0; id < CRS_ACT_COUNT; id++)
        assert_true(seen[id]);
    assert_int_equal(failures, 0);
}

/* Formulas that are right on paper and lose digits, or are wrong by a hair. */
static double tanh_slope_from_output(const crs_act *act, double z)
{
    double a = crs_act_value_f64(act, z);
    return 1 - a * a;
}

static double sigmoid_slope_from_output(const crs_act *act, double z)
{
    double a = crs_act_value_f64(act, z);
    return a * (1 - a);
}

static double softplus_direct(const crs_act *act, double z)
{
    (void)act;
    return log(1 + exp(z));
}

static double elu_direct(const crs_act *act, double z)
{
    return z < 0 ? act->param * (exp(z) - 1) : z;
}

static double gelu_by_erf(const crs_act *act, double z)
{
    (void)act;
    return z * (1 + erf(z / sqrt(2))) / 2;
}

static double gelu_by_erfc(const crs_act *act, double z) /* the argument's rounding left in */
{
    (void)act;
    return z * erfc(-z / sqrt(2)) / 2;
}

static double gelu_tanh_direct(const crs_act *act, double z)
{
    (void)act;
    return z * (1 + tanh(sqrt(2 / acos(-1)) * (z + 0.044715 * z * z * z))) / 2;
}

static double mish_direct(const crs_act *act, double z)
{
    (void)act;
    return z * tanh(log1p(exp(z)));
}

static double silu_direct(const crs_act *act, double z)
{
    (void)act;
    return z / (1 + exp(-z));
}

static double off_by_8_ulp(const crs_act *act, double z)
{
    return crs_act_value_f64(act, z) * (1 + 8 * DBL_EPSILON);
}

static double slope_off_by_8_ulp(const crs_act *act, double z)
{
    return crs_act_slope_f64(act, z) * (1 + 8 * DBL_EPSILON);
}

static float off_by_4_ulp_f32(const crs_act *act, float z)
{
    return crs_act_value_f32(act, z) * (1 + 4 * FLT_EPSILON);
}

static float slope_off_by_4_ulp_f32(const crs_act *act, float z)
{
    return crs_act_slope_f32(act, z) * (1 + 4 * FLT_EPSILON);
}

static void test_bounds__are_exceeded_by_lossy_formulas(void **state)
{
    static const struct {
        const char *act;
        double (*g)(const crs_act *act, double z);  /* NULL: the right one */
        double (*dg)(const crs_act *act, double z); /* likewise */
    } planted[] = {
        {"tanh", NULL, tanh_slope_from_output},
        {"sigmoid", NULL, sigmoid_slope_from_output},
        {"softplus", softplus_direct, NULL},
        {"elu", elu_direct, NULL},
        {"gelu", gelu_by_erf, NULL},
        {"gelu", gelu_by_erfc, NULL},
        {"gelu_tanh", gelu_tanh_direct, NULL},
        {"mish", mish_direct, NULL},
        {"silu", silu_direct, NULL},
    };
    points p;

    (void)state;
    points_init(&p, 0, seed_of_run());
    points_thin(&p, 5);
    for (size_t i = 0; i < sizeof planted / sizeof *planted; i++) {
        subject s = public_calls;
        crs_act act;
        crs_act_bounds bounds;
        comparison c;

        assert_int_equal(crs_act_parse(planted[i].act, NULL, &act), CRS_OK);
        crs_act_error_bounds(act.id, &bounds);
        if (planted[i].g != NULL)
            s.g_f64 = planted[i].g;
        if (planted[i].dg != NULL)
            s.dg_f64 = planted[i].dg;
        compare(&act, &s, &p, &c);
        assert_int_equal(c.value.ulps > bounds.value_f64, planted[i].g != NULL);
        assert_int_equal(c.slope.ulps > bounds.slope_f64, planted[i].dg != NULL);
    }
    free(p.z);
}

/* Errors too small to see in a plot: eight units in float64, four in float32. */
static void test_bounds__are_exceeded_by_a_few_ulp(void **state)
{
    static const subject off = {off_by_4_ulp_f32, off_by_8_ulp, slope_off_by_4_ulp_f32,
                                slope_off_by_8_ulp};
    points p32, p64;

    (void)state;
    points_init(&p32, 1, seed_of_run());
    points_init(&p64, 0, seed_of_run());
    points_thin(&p32, 5);
    points_thin(&p64, 5);
    for (int id = 0; id < CRS_ACT_COUNT; id++) {
        crs_act act;
        crs_act_bounds bounds;
        comparison f32, f64;

        crs_act_get((crs_act_id)id, &act);
        crs_act_error_bounds(act.id, &bounds);
        compare(&act, &off, &p32, &f32);
        compare(&act, &off, &p64, &f64);
        assert_true(f32.value.ulps > bounds.value_f32);
        assert_true(f32.slope.ulps > bounds.slope_f32);
        assert_true(f64.value.ulps > bounds.value_f64);
        assert_true(f64.slope.ulps > bounds.slope_f64);
    }
    free(p32.z);
    free(p64.z);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bounds__hold_for_every_row),
        cmocka_unit_test(test_bounds__are_exceeded_by_lossy_formulas),
        cmocka_unit_test(test_bounds__are_exceeded_by_a_few_ulp),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    mpfr_free_cache();
    return failed;
}

#else

static void test_bounds__need_mpfr(void **state)
{
    (void)state;
    skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_bounds__need_mpfr)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
