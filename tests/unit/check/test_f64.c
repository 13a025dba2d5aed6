/*
 * Rules checked on float64 inputs: which are tried, what is found, and that the
 * intervals that judge them hold the exact g and g' (MPFR).
 *
 * CREASE_TEST_SEED and CREASE_TEST_EFFORT (times as many points) are read from the
 * environment.
 */
#include "cmocka_all.h"

#include "check/interval.h"
#include "check/lists.h"
#include "check/plan.h"
#include "check/sample.h"
#include "core/memory.h"

#include <crease/act.h>
#include <crease/executor.h>
#include <crease/rulecheck.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static crs_rulecheck checks[CRS_RULECHECK_MAX_RULES];

/* The results for texts[0 .. n), in `checks`. */
static void check_all(size_t n, const char *const *texts, const char *act_text, uint64_t seed,
                      const crs_executor *executor)
{
    crs_rule *rules[CRS_RULECHECK_MAX_RULES];
    crs_act act;
    crs_error err;
    assert_int_equal(crs_act_parse(act_text, &err, &act), CRS_OK);
    for (size_t i = 0; i < n; i++) {
        if (crs_rule_parse(texts[i], &err, &rules[i]) != CRS_OK)
            fail_msg("%s: %s", texts[i], err.text);
    }
    assert_int_equal(crs_rulecheck_run_f64(n, (const crs_rule *const *)rules, &act, seed, executor,
                                           NULL, NULL, &err, checks),
                     CRS_OK);
    for (size_t i = 0; i < n; i++) {
        checks[i].rule = texts[i]; /* which live as long as the rules */
        checks[i].read_as = NULL;
        crs_rule_destroy(rules[i]);
    }
}

static void expect(const crs_rulecheck *check, crs_verdict verdict)
{
    if (check->verdict != verdict)
        fail_msg("%s: %s, not %s: %s", check->rule, crs_verdict_name(check->verdict),
                 crs_verdict_name(verdict), check->explanation);
}

static void says(const crs_rulecheck *check, const char *words)
{
    if (strstr(check->explanation, words) == NULL)
        fail_msg("%s: '%s' is not in: %s", check->rule, words, check->explanation);
}

static uint64_t setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

/* SplitMix64 */
static uint64_t next_random(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* ---- which inputs ---- */

static void test_f64__counts_what_it_tried(void **state)
{
    static const char *const texts[] = {"Z > 0"};
    const crs_rulecheck *c = &checks[0];
    uint64_t kinds = 0, regions = 0;
    (void)state;
    check_all(1, texts, "relu", 0, NULL);
    assert_int_equal(c->dtype, CRS_F64);
    for (int kind = 0; kind < CRS_SAMPLE_COUNT; kind++)
        kinds += c->sampled[kind];
    for (int region = 0; region < CRS_REGION_COUNT; region++)
        regions += c->region_tested[region];
    assert_int_equal(kinds, c->tested);
    assert_int_equal(regions, c->tested);
    /* 2 zeros, 2 infinities, 8 NaNs */
    assert_int_equal(c->sampled[CRS_SAMPLE_SPECIAL], 12);
    assert_int_equal(c->nan_inputs, 8);
    /*
     * k / 8, k / 10 and k to 1,000, of both signs: of the 3,000 the eighths repeat 125
     * whole numbers, the tenths 100 and, as k / 10 = j / 8 for k = 5 i, j = 4 i, the 100
     * halves that are not whole
     */
    assert_int_equal(c->sampled[CRS_SAMPLE_PLAIN], 2 * (3000 - 125 - 100 - 100));
    /* one for each of 2 * 2047 exponents' 1,024 parts, or 16,384 for 48 of them, but for
       those that were listed */
    assert_in_range(c->sampled[CRS_SAMPLE_RANDOM], 2 * (1999 * 1024 + 48 * 16384) - 10,
                    2 * (1999 * 1024 + 48 * 16384));
    /* at 0: 64 units in the last place and then 2^7 ... 2^61, on both sides, less the few
       that another kind lists first: none below 2^-1000 */
    assert_in_range(c->sampled[CRS_SAMPLE_KINK], 2 * (64 + 54), 2 * (64 + 55));
    assert_int_equal(c->region_tested[CRS_REGION_NEGATIVE], c->region_tested[CRS_REGION_POSITIVE]);
    assert_in_range(c->region_tested[CRS_REGION_NEGATIVE_SUBNORMAL], 1024, 1200);
}

static void test_f64__is_the_same_on_any_executor(void **state)
{
    static const char *const texts[] = {"A >= 0", "Z > 1e-300", "dZ[Z > 0] = 1"};
    static crs_rulecheck serial[3];
    crs_executor executor;
    (void)state;
    check_all(3, texts, "relu", 7, NULL);
    memcpy(serial, checks, sizeof serial);
    assert_int_equal(crs_executor_threads(2, &executor), CRS_OK);
    check_all(3, texts, "relu", 7, &executor);
    crs_executor_release(&executor);
    assert_memory_equal(serial, checks, sizeof serial);
}

/* ---- what is found ---- */

static void test_f64__relu_verdicts(void **state)
{
    static const char *const texts[] = {
        "A >= 0",
        "A > 0",
        "Z >= 0",
        "Z > 5e-324",
        "Z > -5e-324",
        "np.where(Z == 1, 0.5, Z > 0)",
        "dZ[Z == 0] = 0.5",
        "np.heaviside(Z, 2)",
        "np.where(Z > 1.7e308, 0, Z > 0)",
    };
    (void)state;
    check_all(9, texts, "relu", 0, NULL);
    expect(&checks[0], CRS_VERDICT_WRONG);
    assert_int_equal(checks[0].region_wrong[CRS_REGION_NEGATIVE],
                     checks[0].region_tested[CRS_REGION_NEGATIVE]);
    assert_true(checks[0].first_wrong.z == -1 && checks[0].first_wrong.rule == 1);
    assert_string_equal(checks[0].same_as[0], "1");
    says(&checks[0], "A >= 0 is true for every Z");
    says(&checks[0], "float64 inputs tried: all the negative ones");
    expect(&checks[1], CRS_VERDICT_DERIVATIVE);
    says(&checks[1], "at every float64 input tried");
    expect(&checks[2], CRS_VERDICT_DERIVATIVE);
    /* wrong at the one double beside the kink */
    expect(&checks[3], CRS_VERDICT_WRONG);
    assert_int_equal(checks[3].wrong, 1);
    assert_true(checks[3].first_wrong.z == 0x1p-1074);
    expect(&checks[4], CRS_VERDICT_DERIVATIVE); /* at 0 it is 1, and right below -0 it is 0 */
    expect(&checks[5], CRS_VERDICT_WRONG);
    assert_int_equal(checks[5].wrong, 1);
    assert_true(checks[5].first_wrong.z == 1 && checks[5].first_wrong.rule == 0.5);
    expect(&checks[6], CRS_VERDICT_REPLACES_UPSTREAM);
    assert_int_equal(checks[6].not_linear, 2);
    expect(&checks[7], CRS_VERDICT_KINK_OUTSIDE);
    expect(&checks[8], CRS_VERDICT_WRONG);
}

/* relu6 has a kink at 6 too: one unit in the last place beside it is tried. */
static void test_f64__sees_one_unit_beside_a_kink(void **state)
{
    static const char *const texts[] = {"(Z > 0) & (Z < 6)", "(Z > 0) & (Z <= 6)",
                                        "(Z > 0) & (Z <= 6 + 1 / 2**50)"};
    (void)state;
    check_all(3, texts, "relu6", 0, NULL);
    expect(&checks[0], CRS_VERDICT_DERIVATIVE);
    expect(&checks[1], CRS_VERDICT_DERIVATIVE);
    expect(&checks[2], CRS_VERDICT_WRONG);
    assert_int_equal(checks[2].wrong, 1);
    assert_true(checks[2].first_wrong.z == nextafter(6, 7));
}

static void test_f64__smooth_verdicts(void **state)
{
    static const char *const right[] = {"1 - A**2", "1 / np.cosh(Z)**2", "1 - Z**2",
                                        "(1 - A**2) * (1 + 1e-9)"};
    static const char *const sigmoid[] = {"A * (1 - A)", "Z * (1 - Z)",
                                          "np.exp(-Z) / (1 + np.exp(-Z))**2"};
    (void)state;
    check_all(4, right, "tanh", 0, NULL);
    expect(&checks[0], CRS_VERDICT_DERIVATIVE);
    expect(&checks[1], CRS_VERDICT_DERIVATIVE);
    expect(&checks[2], CRS_VERDICT_WRONG);
    expect(&checks[3], CRS_VERDICT_WRONG);
    check_all(3, sigmoid, "sigmoid", 0, NULL);
    expect(&checks[0], CRS_VERDICT_DERIVATIVE);
    assert_int_equal(checks[0].not_decided, 0);
    expect(&checks[1], CRS_VERDICT_WRONG);
    expect(&checks[2], CRS_VERDICT_DERIVATIVE);
    assert_true(checks[2].not_decided > 0); /* below -710 */
}

/* Each row's own rule is right for it, whatever the seed. */
static void test_f64__passes_every_row(void **state)
{
    (void)state;
    for (int id = 0; id < CRS_ACT_COUNT; id++) {
        const char *const texts[] = {crs_act_rule_text((crs_act_id)id)};
        check_all(1, texts, crs_act_name((crs_act_id)id), (uint64_t)id, NULL);
        expect(&checks[0], CRS_VERDICT_DERIVATIVE);
    }
}

/* ---- memory and errors ---- */

static int stop_at_once(void *ctx, double done)
{
    (void)ctx;
    (void)done;
    return 1;
}

static void test_f64__survives_want_of_memory(void **state)
{
    crs_status status = CRS_ENOMEM;
    crs_rule *rule;
    crs_act act;
    size_t n;
    (void)state;
    crs_act_get(CRS_ACT_TANH, &act);
    assert_int_equal(crs_rule_parse("1 - A**2", NULL, &rule), CRS_OK);
    for (n = 1; status == CRS_ENOMEM; n++) {
        crs_error err;
        crs__alloc_fail_at(n);
        status = crs_rulecheck_run_f64(1, (const crs_rule *const *)&rule, &act, 0, NULL,
                                       stop_at_once, NULL, &err, checks);
        crs__alloc_fail_at(0);
        assert_int_equal(checks[0].tested, 0);
    }
    assert_int_equal(status, CRS_ECANCELED);
    assert_true(n > 50);
    assert_int_equal(crs_rulecheck_run_f64(0, (const crs_rule *const *)&rule, &act, 0, NULL, NULL,
                                           NULL, NULL, checks),
                     CRS_EINVAL);
    crs_rule_destroy(rule);
}

/* ---- the intervals, against MPFR ---- */

#if CRS_HAVE_MPFR
#include "unit/act/reference.h"

#define BLOCK 64

/* z of every exponent and sign, then around 0 to 40 where activations bend, then beside kinks. */
static double point_at(const crs_act *act, size_t i, uint64_t *random)
{
    uint64_t mantissa = next_random(random) >> 12, bits;
    double z;
    if (i < 2 * 0x7ff) {
        bits = (uint64_t)(i / 2) << 52 | mantissa | (uint64_t)(i % 2) << 63;
        memcpy(&z, &bits, sizeof z);
        return z;
    }
    if (i % 4 != 0 || act->n_kinks == 0)
        return 80 * ((double)mantissa * 0x1p-52 - 0.5);
    z = act->kink[i % act->n_kinks].z;
    for (size_t k = 0; k < 1 + i % 5; k++)
        z = nextafter(z, i % 8 == 0 ? INFINITY : -INFINITY);
    return z;
}

/* How many of n points' intervals, moved by `shift` of their width, miss the exact g or g'. */
static size_t misses(const crs_act *act, size_t n, double shift, uint64_t seed)
{
    const crs__ops *ops = crs__ops_get(crs__cpu_best());
    crs_rule *rule;
    crs__plan plan;
    crs__program program;
    crs__intervals registers;
    work w;
    mpfr_t exact[2];
    size_t missed = 0;
    int nodes[2];
    assert_int_equal(crs_rule_parse("A", NULL, &rule), CRS_OK);
    assert_int_equal(crs__plan_make(1, (const crs_rule *const *)&rule, act, CRS_F64, &plan),
                     CRS_OK);
    nodes[0] = plan.a;
    nodes[1] = plan.slope;
    assert_int_equal(crs__program_make(&plan.dag, 2, nodes, 0, &program), CRS_OK);
    assert_int_equal(crs__intervals_make(&program, BLOCK, &registers), CRS_OK);
    crs__intervals_constants(&program, ops, BLOCK, &registers);
    work_init(&w);
    mpfr_inits2(PRECISION, exact[0], exact[1], (mpfr_ptr)NULL);
    for (size_t start = 0; start < n; start += BLOCK) {
        double z[BLOCK];
        for (size_t i = 0; i < BLOCK; i++)
            z[i] = point_at(act, start + i, &seed);
        memcpy(registers.lo[0], z, sizeof z);
        crs__intervals_run(&program, ops, BLOCK, &registers);
        for (size_t i = 0; i < BLOCK; i++) {
            if (crs__is_kink(act, z[i]))
                continue;
            mpfr_set_d(w.z, z[i], NEAR);
            mpfr_set_d(w.param, act->param, NEAR);
            references[act->id](&w, exact[0], exact[1]);
            for (int k = 0; k < 2; k++) {
                double lo = ((double *)registers.lo[program.outputs[k]])[i];
                double hi = ((double *)registers.hi[program.outputs[k]])[i];
                double by = shift * (hi - lo);
                assert_true(lo <= hi);
                /* vacuous if wide: 2^-40 is 4,096 roundings of numbers as large as z */
                if (fabs(z[i]) < 40)
                    assert_true(hi - lo <= 0x1p-40 * (1 + fabs(z[i])));
                missed += mpfr_cmp_d(exact[k], lo + by) < 0 || mpfr_cmp_d(exact[k], hi + by) > 0;
            }
        }
    }
    mpfr_clears(exact[0], exact[1], (mpfr_ptr)NULL);
    work_clear(&w);
    crs__intervals_release(&registers);
    crs__program_release(&program);
    crs__plan_release(&plan);
    crs_rule_destroy(rule);
    return missed;
}

static void test_f64__intervals_hold_the_exact_values(void **state)
{
    uint64_t seed = setting("CREASE_TEST_SEED", 3);
    size_t n = 2 * 0x7ff + 2 + 1024 * (size_t)setting("CREASE_TEST_EFFORT", 1);
    (void)state;
    for (int i = 0; i < CRS_ACT_COUNT + 2; i++) {
        crs_act act;
        crs_act_get((crs_act_id)(i % CRS_ACT_COUNT), &act);
        if (i >= CRS_ACT_COUNT)
            assert_int_equal(
                crs_act_parse(i == CRS_ACT_COUNT ? "leaky_relu:0.3" : "elu:1.7", NULL, &act),
                CRS_OK);
        if (misses(&act, n, 0, seed) != 0)
            fail_msg("%s: the exact value is outside (seed %llu)", crs_act_name(act.id),
                     (unsigned long long)seed);
    }
}

/* An interval beside the right one is seen: it holds the exact value only at its very end. */
static void test_f64__planted_shift_is_seen(void **state)
{
    crs_act act;
    (void)state;
    crs_act_get(CRS_ACT_TANH, &act);
    assert_true(misses(&act, 1024, 1, 3) > 100);
    crs_act_get(CRS_ACT_GELU, &act);
    assert_true(misses(&act, 1024, -1, 3) > 100);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_f64__counts_what_it_tried),
        cmocka_unit_test(test_f64__is_the_same_on_any_executor),
        cmocka_unit_test(test_f64__relu_verdicts),
        cmocka_unit_test(test_f64__sees_one_unit_beside_a_kink),
        cmocka_unit_test(test_f64__smooth_verdicts),
        cmocka_unit_test(test_f64__passes_every_row),
        cmocka_unit_test(test_f64__survives_want_of_memory),
#if CRS_HAVE_MPFR
        cmocka_unit_test(test_f64__intervals_hold_the_exact_values),
        cmocka_unit_test(test_f64__planted_shift_is_seen),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
