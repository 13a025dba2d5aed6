/*
 * What a check of rules needs no whole sweep for: its errors, its progress, memory, and
 * verdicts on a sample of inputs for every activation.
 */
#include "cmocka_all.h"

#include "check/judge.h"
#include "check/plan.h"
#include "core/memory.h"

#include <crease/act.h>
#include <crease/rulecheck.h>

#include <math.h>
#include <string.h>

/* ---- every activation on a sample ---- */

/* Inputs of every size and sign: a few of every exponent, and whole blocks near 0, 1 and 8. */
#define N_SAMPLES 40000
static float sample_at(uint32_t i)
{
    static const uint32_t starts[] = {0x3d000000, 0x3f800000, 0x41000000,
                                      0xbd000000, 0xbf800000, 0xc1000000};
    uint32_t bits = i < 30000 ? i * 142789u : starts[i % 6] + i * 977u;
    float z;
    memcpy(&z, &bits, sizeof z);
    return isnan(z) ? 0.5f : z;
}

static int on_kink(const crs_act *act, float z)
{
    for (size_t k = 0; k < act->n_kinks; k++) {
        if (act->kink[k].z == (double)z)
            return 1;
    }
    return 0;
}

typedef struct findings {
    size_t wrong, not_decided, not_linear;
    float example; /* of a wrong input */
} findings;

/* What the judge says of one rule on the sample. */
static findings judge(const char *text, const crs_act *act)
{
    findings found = {0, 0, 0, 0};
    crs_error err;
    crs_rule *rule;
    crs__plan plan;
    crs__judge judge;
    crs__bench *bench = crs__alloc(1, sizeof *bench);
    assert_non_null(bench);
    if (crs_rule_parse(text, &err, &rule) != CRS_OK)
        fail_msg("%s: %s", text, err.text);
    assert_int_equal(crs__plan_make(1, (const crs_rule *const *)&rule, act, CRS_F32, &plan),
                     CRS_OK);
    assert_int_equal(crs__judge_make(&plan, &judge), CRS_OK);
    assert_int_equal(crs__bench_make(&judge, bench), CRS_OK);
    for (uint32_t start = 0; start < N_SAMPLES; start += (uint32_t)judge.block) {
        for (uint32_t i = 0; i < judge.block; i++)
            bench->z[i] = (double)sample_at(start + i);
        crs__judge_list(&judge, bench);
        for (uint32_t i = 0; i < judge.block; i++) {
#define BIT(mask) ((mask) != NULL && ((mask)[i / 8] >> (i % 8) & 1))
            int wrong =
                BIT(bench->wrong[0]) && !on_kink(act, (float)bench->z[i]) && !isinf(bench->z[i]);
            found.wrong += (size_t)wrong;
            found.not_decided += (size_t)BIT(bench->not_decided[0]);
            found.not_linear += (size_t)BIT(bench->not_linear[0]);
#undef BIT
            if (wrong)
                found.example = (float)bench->z[i];
        }
    }
    crs__bench_release(bench);
    crs__judge_release(&judge);
    crs__plan_release(&plan);
    crs_rule_destroy(rule);
    crs__free(bench);
    return found;
}

static void is_right(const char *text, const char *act_text)
{
    crs_act act;
    findings found;
    assert_int_equal(crs_act_parse(act_text, NULL, &act), CRS_OK);
    found = judge(text, &act);
    if (found.wrong != 0)
        fail_msg("%s for %s: wrong at %zu inputs, %a", text, act_text, found.wrong,
                 (double)found.example);
}

static void is_wrong(const char *text, const char *act_text)
{
    crs_act act;
    assert_int_equal(crs_act_parse(act_text, NULL, &act), CRS_OK);
    if (judge(text, &act).wrong == 0)
        fail_msg("%s for %s: right", text, act_text);
}

/* The rule of each row is right for its row and wrong for every other. */
static void test_judge__tells_activations_apart(void **state)
{
    (void)state;
    for (int id = 0; id < CRS_ACT_COUNT; id++) {
        is_right(crs_act_rule_text((crs_act_id)id), crs_act_name((crs_act_id)id));
        for (int other = 0; other < CRS_ACT_COUNT; other++) {
            int same = other == id ||
                       /* the logistic function is the derivative of softplus alone */
                       strcmp(crs_act_rule_text((crs_act_id)id),
                              crs_act_rule_text((crs_act_id)other)) == 0;
            if (!same)
                is_wrong(crs_act_rule_text((crs_act_id)other), crs_act_name((crs_act_id)id));
        }
    }
}

/* Right, though written in another way than the table does, or by the output. */
static void test_judge__passes_what_is_right_within_rounding(void **state)
{
    (void)state;
    is_right("A * (1 - A)", "sigmoid");
    is_right("A - A**2", "sigmoid");
    is_right("np.exp(-Z) / (1 + np.exp(-Z))**2", "sigmoid");
    is_right("sigmoid(Z) * (1 - sigmoid(Z))", "sigmoid");
    is_right("sigmoid(Z) * sigmoid(-Z)", "sigmoid");
    is_right("1 / (2 + np.exp(Z) + np.exp(-Z))", "sigmoid");
    is_right("1 - A**2", "tanh");
    is_right("(1 - A) * (1 + A)", "tanh");
    is_right("1 - np.power(np.tanh(Z), 2)", "tanh");
    is_right("1 / np.cosh(Z)**2", "tanh");
    is_right("4 / (np.exp(Z) + np.exp(-Z))**2", "tanh");
    is_right("sigmoid(Z)", "softplus");
    is_right("1 - np.exp(-A)", "softplus");
    is_right("np.where(Z > 0, 1, A + 1)", "elu");
    is_right("np.where(A > 0, 1, A + 1)", "elu");
    is_right("np.where(Z > 0, 1, np.exp(Z))", "elu");
    is_right("np.where(Z > 0, 1, A + 0.5)", "elu:0.5");
    is_right("np.where(Z > 0, 1.0507009873554805, A + 1.7580993408473769)", "selu");
    is_right("sigmoid(Z) * (1 + Z * (1 - sigmoid(Z)))", "silu");
    is_right("A + sigmoid(Z) * (1 - A)", "silu");
    is_right("((Z > -3) & (Z < 3)) / 6", "hard_sigmoid");
    is_right("((A > 0) & (A < 1)) * (1 / 6)", "hard_sigmoid");
    is_right("np.where(A > 0, 1, 0.01)", "leaky_relu");
    is_right("np.where(A >= 0, 1, 0.01)", "leaky_relu");
    is_right("np.sign(Z)", "abs");
    is_right("Z / A", "abs");
    is_right("(A > 0) & (A < 6)", "relu6");
    is_right("np.abs(A) < 1", "hardtanh");
    /* a constant that was cut off at ten digits is that constant */
    is_right("0.5 * (1 + erf(0.7071067812 * Z)) + 0.3989422804 * Z * np.exp(-0.5 * Z**2)", "gelu");
}

/* Wrong by little, or in few places. */
static void test_judge__finds_what_is_a_little_wrong(void **state)
{
    (void)state;
    is_wrong("1 - Z**2", "tanh");
    is_wrong("Z * (1 - Z)", "sigmoid");
    is_wrong("A * (1 - A) * (1 + 1e-9)", "sigmoid");
    is_wrong("A * (1 - A) + 1e-14", "sigmoid");
    is_wrong("np.where(Z > 20, 0, A * (1 - A))", "sigmoid"); /* clamped early */
    is_wrong("np.where(Z > 0, 1, A + 1)", "elu:0.5");
    is_wrong("np.where(Z > -1e-3, 1, np.exp(Z))", "elu");
    is_wrong("np.where(Z > 0, 1, 0.0100001)", "leaky_relu");
    is_wrong("np.where(Z > 1e-38, 1, 0)", "relu");
    is_wrong("(A >= 0) & (A <= 6)", "relu6");
}

static void test_judge__counts_what_overflows(void **state)
{
    crs_act sigmoid;
    findings found;
    (void)state;
    crs_act_get(CRS_ACT_SIGMOID, &sigmoid);
    found = judge("np.exp(-Z) / (1 + np.exp(-Z))**2", &sigmoid);
    assert_int_equal(found.wrong, 0);
    assert_true(found.not_decided > 1000); /* below -710 */
    assert_int_equal(judge("A * (1 - A)", &sigmoid).not_decided, 0);
}

static void test_judge__sees_a_replaced_gradient(void **state)
{
    crs_act tanh;
    (void)state;
    crs_act_get(CRS_ACT_TANH, &tanh);
    assert_int_equal(judge("dA * (1 - A**2)", &tanh).not_linear, 0);
    assert_true(judge("dZ[Z > 0] = 1", &tanh).not_linear > 1000);
    assert_true(judge("dZ = dA; dZ = 1 - A**2", &tanh).not_linear > 1000);
    assert_int_equal(judge("np.clip(dA, -5, 5) * (1 - A**2)", &tanh).not_linear, 0);
    assert_true(judge("np.clip(dA, -1, 1) * (1 - A**2)", &tanh).not_linear > 1000);
}

/* ---- progress, errors, memory ---- */

typedef struct progress {
    double last;
    int calls, stop_at;
} progress;

static int note(void *ctx, double done)
{
    progress *p = ctx;
    assert_true(done >= p->last && done <= 1);
    p->last = done;
    return ++p->calls == p->stop_at;
}

static void test_rulecheck__reports_progress_and_stops(void **state)
{
    progress p = {0, 0, 3};
    crs_rule *rule;
    crs_act relu;
    crs_error err;
    crs_rulecheck check;
    (void)state;
    crs_act_get(CRS_ACT_RELU, &relu);
    /* an exponential is not judged in ranges: there is something to stop */
    assert_int_equal(crs_rule_parse("np.exp(Z) > 1", &err, &rule), CRS_OK);
    assert_int_equal(
        crs_rulecheck_run(1, (const crs_rule *const *)&rule, &relu, NULL, note, &p, &err, &check),
        CRS_ECANCELED);
    assert_int_equal(p.calls, 3);
    assert_int_equal(check.tested, 0);
    crs_rule_destroy(rule);
}

static void test_rulecheck__refuses_what_it_cannot_check(void **state)
{
    crs_rule *rule, *none = NULL;
    crs_act relu, no_act;
    crs_error err;
    crs_rulecheck check;
    (void)state;
    crs_act_get(CRS_ACT_RELU, &relu);
    memset(&no_act, 0, sizeof no_act);
    no_act.id = CRS_ACT_COUNT;
    assert_int_equal(crs_rule_parse("Z > 0", &err, &rule), CRS_OK);
#define RUN(n, rules, act, out) \
    crs_rulecheck_run(n, (const crs_rule *const *)(rules), act, NULL, NULL, NULL, &err, out)
    assert_int_equal(RUN(0, &rule, &relu, &check), CRS_EINVAL);
    assert_int_equal(RUN(CRS_RULECHECK_MAX_RULES + 1, &rule, &relu, &check), CRS_EINVAL);
    assert_int_equal(RUN(1, NULL, &relu, &check), CRS_EINVAL);
    assert_int_equal(RUN(1, &none, &relu, &check), CRS_EINVAL);
    assert_int_equal(RUN(1, &rule, NULL, &check), CRS_EINVAL);
    assert_int_equal(RUN(1, &rule, &no_act, &check), CRS_EINVAL);
    assert_int_equal(RUN(1, &rule, &relu, NULL), CRS_EINVAL);
#undef RUN
    crs_rule_destroy(rule);
}

static int stop_at_once(void *ctx, double done)
{
    (void)ctx;
    (void)done;
    return 1;
}

/* Every allocation before the sweep starts fails once; a cancelled sweep ends the walk. */
static void test_rulecheck__survives_want_of_memory(void **state)
{
    static const char *const texts[] = {"np.where(A >= 0, 1, 0.1)", "dZ[Z > 0] = 1"};
    static const char *const acts[] = {"leaky_relu:0.1", "tanh"};
    crs_rule *rules[2];
    crs_rulecheck checks[2];
    (void)state;
    for (int i = 0; i < 2; i++)
        assert_int_equal(crs_rule_parse(texts[i], NULL, &rules[i]), CRS_OK);
    for (int i = 0; i < 2; i++) {
        crs_status status = CRS_ENOMEM;
        crs_act act;
        size_t n;
        assert_int_equal(crs_act_parse(acts[i], NULL, &act), CRS_OK);
        for (n = 1; status == CRS_ENOMEM; n++) {
            crs_error err;
            crs__alloc_fail_at(n);
            status = crs_rulecheck_run(2, (const crs_rule *const *)rules, &act, NULL, stop_at_once,
                                       NULL, &err, checks);
            crs__alloc_fail_at(0);
        }
        assert_int_equal(status, CRS_ECANCELED);
        assert_true(n > 100);
    }
    crs_rule_destroy(rules[0]);
    crs_rule_destroy(rules[1]);
}

static void test_names__are_those_of_the_interface(void **state)
{
    (void)state;
    assert_string_equal(crs_verdict_name(CRS_VERDICT_DERIVATIVE), "derivative");
    assert_string_equal(crs_verdict_name(CRS_VERDICT_KINK_OUTSIDE), "kink-outside");
    assert_string_equal(crs_verdict_name(CRS_VERDICT_WRONG), "wrong");
    assert_string_equal(crs_verdict_name(CRS_VERDICT_REPLACES_UPSTREAM), "replaces-upstream");
    assert_string_equal(crs_region_name(CRS_REGION_MINUS_ZERO), "-0");
    assert_string_equal(crs_region_name(CRS_REGION_NAN), "NaN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_judge__tells_activations_apart),
        cmocka_unit_test(test_judge__passes_what_is_right_within_rounding),
        cmocka_unit_test(test_judge__finds_what_is_a_little_wrong),
        cmocka_unit_test(test_judge__counts_what_overflows),
        cmocka_unit_test(test_judge__sees_a_replaced_gradient),
        cmocka_unit_test(test_rulecheck__reports_progress_and_stops),
        cmocka_unit_test(test_rulecheck__refuses_what_it_cannot_check),
        cmocka_unit_test(test_rulecheck__survives_want_of_memory),
        cmocka_unit_test(test_names__are_those_of_the_interface),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
