/*
 * Verdicts over all 2^32 inputs, in one sweep for all rules of an activation.
 */
#include "cmocka_all.h"

#include <crease/act.h>
#include <crease/executor.h>
#include <crease/rulecheck.h>

#include <math.h>
#include <string.h>

static crs_rulecheck checks[CRS_RULECHECK_MAX_RULES];

/* The results for texts[0 .. n), in `checks`. */
static void check_all(size_t n, const char *const *texts, const char *act_text,
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
    assert_int_equal(crs_rulecheck_run(n, (const crs_rule *const *)rules, &act, executor, NULL,
                                       NULL, &err, checks),
                     CRS_OK);
    for (size_t i = 0; i < n; i++) { /* the texts live as long as the rules */
        checks[i].rule = texts[i];
        checks[i].read_as = NULL;
        crs_rule_destroy(rules[i]);
    }
}

static const crs_rulecheck *find(size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(checks[i].rule, text) == 0)
            return &checks[i];
    }
    fail_msg("%s was not checked", text);
    return NULL;
}

static void expect(const crs_rulecheck *check, crs_verdict verdict, uint64_t wrong)
{
    if (check->verdict != verdict || check->wrong != wrong)
        fail_msg("%s: %s, %llu wrong; not %s, %llu", check->rule, crs_verdict_name(check->verdict),
                 (unsigned long long)check->wrong, crs_verdict_name(verdict),
                 (unsigned long long)wrong);
    assert_int_equal(check->tested, UINT64_C(1) << 32);
    assert_int_equal(check->nan_inputs, 16777214);
    assert_true(check->explanation[0] != '\0');
}

static int same_as(const crs_rulecheck *check, const char *text)
{
    for (size_t i = 0; i < check->n_same_as; i++) {
        if (strcmp(check->same_as[i], text) == 0)
            return 1;
    }
    return 0;
}

static void says(const crs_rulecheck *check, const char *words)
{
    if (strstr(check->explanation, words) == NULL)
        fail_msg("%s: '%s' is not in: %s", check->rule, words, check->explanation);
}

#define NEGATIVE 2139095040u /* negative numbers and -inf */

/* The verdicts that the design asks for, and what else is said with them. */
static void test_relu__verdicts(void **state)
{
    static const char *const texts[] = {
        "A >= 0",
        "A > 0",
        "Z > 0",
        "dZ[Z <= 0] = 0",
        "np.where(Z1 > 0, 1, 0)",
        "(Z1 > 0).astype(float)",
        "Z >= 0",
        "2 * (Z > 0)",
        "np.heaviside(Z, 0.5)",
        "Z < 0",
        "dZ[Z > 0] = 1",
        "np.heaviside(Z, 2)",
        "dZ[Z == 0] = 0.5",
        "np.maximum(dA, 0) * (Z > 0)",
        "Z > 1e-30",
        "A / Z",
    };
    size_t n = sizeof texts / sizeof *texts;
    const crs_rulecheck *c;
    crs_executor executor;
    (void)state;
    assert_int_equal(crs_executor_threads(2, &executor), CRS_OK);
    check_all(n, texts, "relu", &executor);
    crs_executor_release(&executor);

    c = find(n, "A >= 0");
    expect(c, CRS_VERDICT_WRONG, NEGATIVE);
    assert_int_equal(c->region_wrong[CRS_REGION_NEGATIVE], c->region_tested[CRS_REGION_NEGATIVE]);
    assert_int_equal(c->region_wrong[CRS_REGION_NEGATIVE_SUBNORMAL], 8388607);
    assert_int_equal(c->region_wrong[CRS_REGION_INFINITE], 1);
    assert_int_equal(c->region_wrong[CRS_REGION_POSITIVE], 0);
    assert_int_equal(c->region_wrong[CRS_REGION_NAN], 16777214);
    assert_true(c->has_first_wrong);
    assert_true(c->first_wrong.z == -1 && c->first_wrong.a == 0 && c->first_wrong.rule == 1 &&
                c->first_wrong.expected == 0);
    assert_int_equal(c->n_same_as, 1);
    assert_string_equal(c->same_as[0], "1");
    says(c, "A >= 0 is true for every Z");
    says(c, "At Z = -1");
    says(c, "Write A > 0 or Z > 0");

    expect(find(n, "A > 0"), CRS_VERDICT_DERIVATIVE, 0);
    assert_true(same_as(find(n, "A > 0"), "Z > 0"));
    expect(find(n, "Z > 0"), CRS_VERDICT_DERIVATIVE, 0);
    expect(find(n, "dZ[Z <= 0] = 0"), CRS_VERDICT_DERIVATIVE, 0);
    expect(find(n, "np.where(Z1 > 0, 1, 0)"), CRS_VERDICT_DERIVATIVE, 0);
    expect(find(n, "(Z1 > 0).astype(float)"), CRS_VERDICT_DERIVATIVE, 0);
    c = find(n, "np.heaviside(Z, 0.5)");
    expect(c, CRS_VERDICT_DERIVATIVE, 0);
    assert_true(c->kink[0].value == 0.5 && c->kink[0].value_minus_zero == 0.5);
    assert_true(!same_as(c, "Z > 0"));

    c = find(n, "Z >= 0");
    expect(c, CRS_VERDICT_DERIVATIVE, 0);
    assert_int_equal(c->n_kinks, 1);
    assert_true(c->kink[0].z == 0 && c->kink[0].left == 0 && c->kink[0].right == 1);
    assert_true(c->kink[0].value == 1 && c->kink[0].value_minus_zero == 1 && c->kink[0].inside);
    assert_true(!same_as(c, "Z > 0")); /* at both zeros */

    c = find(n, "2 * (Z > 0)");
    expect(c, CRS_VERDICT_WRONG, NEGATIVE);
    assert_true(c->first_wrong.z == 1 && c->first_wrong.rule == 2);
    assert_true(same_as(c, "2 times the derivative of relu"));

    c = find(n, "Z < 0");
    expect(c, CRS_VERDICT_WRONG, 2ull * NEGATIVE);

    c = find(n, "np.heaviside(Z, 2)");
    expect(c, CRS_VERDICT_KINK_OUTSIDE, 0);
    assert_true(c->kink[0].value == 2 && !c->kink[0].inside);
    assert_int_equal(c->region_wrong[CRS_REGION_PLUS_ZERO], 1);
    says(c, "At Z = 0 it gives 2");

    c = find(n, "dZ[Z > 0] = 1");
    assert_int_equal(c->verdict, CRS_VERDICT_REPLACES_UPSTREAM);
    assert_int_equal(c->not_linear, NEGATIVE);
    says(c, "At Z = 1 an upstream gradient of 1 gives 1, and one of 0 gives 1, where 0 is due");
    says(c, "dZ = dA * (A > 0)");

    c = find(n, "dZ[Z == 0] = 0.5");
    assert_int_equal(c->verdict, CRS_VERDICT_REPLACES_UPSTREAM);
    assert_int_equal(c->not_linear, 2);
    says(c, "exactly on a kink");

    c = find(n, "np.maximum(dA, 0) * (Z > 0)"); /* only a negative gradient tells */
    assert_int_equal(c->verdict, CRS_VERDICT_REPLACES_UPSTREAM);
    assert_int_equal(c->not_linear, NEGATIVE);

    c = find(n, "Z > 1e-30"); /* wrong where nobody would look */
    assert_int_equal(c->verdict, CRS_VERDICT_WRONG);
    assert_int_equal(c->region_wrong[CRS_REGION_POSITIVE_SUBNORMAL], 8388607);
    assert_int_equal(c->region_wrong[CRS_REGION_NEGATIVE], 0);
    /* 2^-100 has no digits but its first, and is the largest such below 1e-30 */
    assert_true(c->first_wrong.z == 0x1p-100);

    c = find(n, "A / Z"); /* 0 / 0 at the kink, inf / inf far out: right elsewhere */
    expect(c, CRS_VERDICT_KINK_OUTSIDE, 0);
    assert_true(isnan(c->kink[0].value));
    assert_int_equal(c->not_decided, 1);
}

/* What rounds in float32 is not blamed for it: leaky relu's slope times a tiny z is 0. */
static void test_leaky_relu__verdicts(void **state)
{
    static const char *const texts[] = {
        "np.where(Z > 0, 1, 0.1)",
        "np.where(A > 0, 1, 0.1)",
        "np.where(A >= 0, 1, 0.1)",
        "np.where(A < 0, 0.1, 1)",
        "Z > 0",
        "np.where(Z > 0, 1, 0.01)",
        "(Z > 0) + 0.1 * (Z <= 0)",
    };
    size_t n = sizeof texts / sizeof *texts;
    const crs_rulecheck *c;
    (void)state;
    check_all(n, texts, "leaky_relu:0.1", NULL);
    expect(find(n, texts[0]), CRS_VERDICT_DERIVATIVE, 0);
    expect(find(n, texts[1]), CRS_VERDICT_DERIVATIVE, 0);
    expect(find(n, texts[2]), CRS_VERDICT_DERIVATIVE, 0);
    expect(find(n, texts[3]), CRS_VERDICT_DERIVATIVE, 0);
    expect(find(n, texts[6]), CRS_VERDICT_DERIVATIVE, 0);
    c = find(n, "Z > 0");
    expect(c, CRS_VERDICT_WRONG, NEGATIVE);
    assert_true(c->first_wrong.z == -1 && c->first_wrong.expected == (double)0.1f);
    says(c, "np.where(Z > 0, 1, 0.1)");
    c = find(n, "np.where(Z > 0, 1, 0.01)");
    expect(c, CRS_VERDICT_WRONG, NEGATIVE);
    assert_true(same_as(c, "the derivative of leaky_relu:0.01"));
}

static void test_relu6__knows_both_kinks(void **state)
{
    static const char *const texts[] = {
        "(Z > 0) & (Z < 6)",   "(A > 0) & (A < 6)", "(Z >= 0) & (Z <= 6)", "Z > 0",
        "(A >= 0) & (A <= 6)",
    };
    size_t n = sizeof texts / sizeof *texts;
    const crs_rulecheck *c;
    (void)state;
    check_all(n, texts, "relu6", NULL);
    expect(find(n, texts[0]), CRS_VERDICT_DERIVATIVE, 0);
    expect(find(n, texts[1]), CRS_VERDICT_DERIVATIVE, 0);
    c = find(n, texts[2]);
    expect(c, CRS_VERDICT_DERIVATIVE, 0);
    assert_int_equal(c->n_kinks, 2);
    assert_true(c->kink[1].z == 6 && c->kink[1].value == 1 && c->kink[1].inside);
    /* the positive numbers above 6, and +inf: patterns from 6's to the last */
    expect(find(n, texts[3]), CRS_VERDICT_WRONG, 0x7f800000u - 0x40c00000u);
    c = find(n, texts[4]);
    assert_int_equal(c->verdict, CRS_VERDICT_WRONG);
    assert_true(same_as(c, "1"));
}

/* The result does not depend on how many threads made it. */
static void test_rulecheck__is_the_same_on_any_executor(void **state)
{
    static const char *const texts[] = {"A >= 0", "Z > 1e-30", "dZ[Z > 0] = 1"};
    static crs_rulecheck serial[3];
    crs_executor executor;
    (void)state;
    check_all(3, texts, "relu", NULL);
    memcpy(serial, checks, sizeof serial);
    assert_int_equal(crs_executor_threads(2, &executor), CRS_OK);
    check_all(3, texts, "relu", &executor);
    crs_executor_release(&executor);
    assert_memory_equal(serial, checks, sizeof serial);
}

/* Intervals all the way: what is right within its rounding, and what is not. */
static void test_tanh__verdicts(void **state)
{
    static const char *const texts[] = {"1 - A**2", "1 - Z**2"};
    const crs_rulecheck *c;
    crs_executor executor;
    (void)state;
    assert_int_equal(crs_executor_threads(2, &executor), CRS_OK);
    check_all(2, texts, "tanh", &executor);
    crs_executor_release(&executor);
    expect(find(2, "1 - A**2"), CRS_VERDICT_DERIVATIVE, 0);
    assert_int_equal(find(2, "1 - A**2")->not_decided, 0);
    assert_int_equal(find(2, "1 - A**2")->region_wrong[CRS_REGION_NAN], 0);
    c = find(2, "1 - Z**2");
    assert_int_equal(c->verdict, CRS_VERDICT_WRONG);
    /* even; 2/3 z^4 apart from tanh', which the bounds of exp (some 6e-15) cover below 3e-4 */
    assert_int_equal(c->region_wrong[CRS_REGION_POSITIVE], c->region_wrong[CRS_REGION_NEGATIVE]);
    assert_int_equal(c->region_wrong[CRS_REGION_POSITIVE_SUBNORMAL], 0);
    assert_in_range(c->region_wrong[CRS_REGION_POSITIVE], 0x7f800000u - 0x3a000000u,
                    0x7f800000u - 0x39000000u);
    assert_true(c->first_wrong.z == -1 && c->first_wrong.rule == 0);
    assert_true(same_as(c, "1 - Z**2, tanh' as if z were a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_relu__verdicts),
        cmocka_unit_test(test_leaky_relu__verdicts),
        cmocka_unit_test(test_relu6__knows_both_kinks),
        cmocka_unit_test(test_rulecheck__is_the_same_on_any_executor),
        cmocka_unit_test(test_tanh__verdicts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
