/*
 * A range of inputs judged as a whole says what judging each of them says: for right
 * rules and wrong ones of every activation, on ranges of every exponent.
 *
 * CREASE_TEST_SEED and CREASE_TEST_EFFORT (times as many ranges) are read from the
 * environment; with an effort of 100 or more whole sweeps are compared too.
 */
#include "cmocka_all.h"

#include "check/judge.h"
#include "check/lists.h"
#include "check/plan.h"
#include "check/sweep.h"
#include "core/memory.h"

#include <crease/act.h>
#include <crease/executor.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *act, *rule;
} cases[] = {
    {"tanh", "1 - A**2"},
    {"tanh", "1 - Z**2"},
    {"tanh", "1 / np.cosh(Z)**2"},
    {"tanh", "4 / (np.exp(Z) + np.exp(-Z))**2"},
    {"tanh", "np.where(np.abs(Z) < 18, 1 - A**2, 0)"},
    {"tanh", "dZ[Z > 0] = 1"},
    {"tanh", "np.clip(dA, -1, 1) * (1 - A**2)"},
    {"tanh", "np.sinh(Z) / np.cosh(Z)**3"},
    {"sigmoid", "A * (1 - A)"},
    {"sigmoid", "A - A**2"},
    {"sigmoid", "np.exp(-Z) / (1 + np.exp(-Z))**2"},
    {"sigmoid", "Z * (1 - Z)"},
    {"sigmoid", "A * (1 - A) + 1e-14"},
    {"sigmoid", "np.clip(A, 1e-7, 1 - 1e-7) * (1 - np.clip(A, 1e-7, 1 - 1e-7))"},
    {"softplus", "1 / (1 + np.exp(-Z))"},
    {"softplus", "1 - np.exp(-A)"},
    {"softplus", "Z > 0"},
    {"elu", "np.where(Z > 0, 1, np.exp(Z))"},
    {"elu", "np.where(A >= 0, 1, A + 1)"},
    {"elu:0.5", "np.where(Z > 0, 1, A + 1)"},
    {"selu", "np.where(Z > 0, 1.0507009873554805, A + 1.7580993408473769)"},
    {"gelu", "0.5 * (1 + erf(0.7071067811865476 * Z)) + 0.3989422804014327 * Z * np.exp(-0.5 * "
             "Z**2)"},
    {"gelu", "sigmoid(1.702 * Z)"},
    {"gelu_tanh", "1 - A**2"},
    {"silu", "A + (1 - A) / (1 + np.exp(-Z))"},
    {"silu", "sigmoid(Z) * (1 + Z * (1 - sigmoid(Z)))"},
    {"mish", "np.tanh(np.log(1 + np.exp(Z))) + Z * (1 - np.tanh(np.log(1 + np.exp(Z)))**2) / (1 + "
             "np.exp(-Z))"},
    {"mish", "np.tanh(np.log1p(np.exp(Z)))"},
    {"hard_swish", "np.where(Z <= -3, 0, np.where(Z >= 3, 1, (2 * Z + 3) / 6))"},
    {"hard_swish", "((Z > -3) & (Z < 3)) / 6"},
    {"hard_sigmoid", "((A > 0) & (A < 1)) / 6"},
    {"hard_sigmoid", "np.sign(Z) * np.sqrt(np.abs(Z))"},
    {"hard_sigmoid", "np.minimum(Z, 1 / Z) + np.maximum(Z, -Z)"},
    {"hard_sigmoid", "np.sqrt(Z) + np.log(Z) + np.expm1(Z)"},
    /* in float32 */
    {"relu", "A > 0"},
    {"relu", "A >= 0"},
    {"relu", "np.where(A == 0, 0, 1)"},
    {"relu", "np.heaviside(Z, 0.5) * np.sign(A + 1)"},
    {"relu", "(Z > 1e-3) ^ ((Z < 2) & ~(A > Z))"},
    {"relu", "np.minimum(np.maximum(A * 1e30, 0), 1)"},
    {"relu", "A / np.maximum(np.abs(Z), 1e-20)"},
    {"relu", "np.maximum(Z, 0) / Z"},
    {"relu", "Z * 1e30 * 0"},
    {"relu", "(Z * Z > 0) * (Z - 1 < Z)"},
    {"relu", "np.where(Z > 0, np.exp(Z) > 1, 0)"},
    {"relu", "np.clip(dA, -1, 1) * (A > 0)"},
    {"relu", "A <= 0"},
    {"relu", "A < 0"},
    /* -1, 0 or 1/4, or 1, and it is not known which: between the ends lies what is neither's */
    {"relu", "np.where(Z > 0, np.abs(np.where(np.exp(Z) > 3, -1, np.where(np.exp(Z) > 1, 0, 1))) "
             "> 0.5, 0)"},
    {"relu", "np.where(Z > 0, 1 / np.where(np.exp(Z) > 3, -1, np.where(np.exp(Z) > 1, 0.25, 1)) < "
             "1.5, 0)"},
    {"relu6", "(A > 0) & (A < 6)"},
    {"relu6", "(Z > 0) * (Z <= 5.9999)"},
    {"leaky_relu:0.125", "np.where(Z > 0, 1, 0.125)"},
    {"leaky_relu:0.1", "np.where(A > 0, 1, 0.1)"},
    {"leaky_relu:0.1", "np.where(Z < 0, A / Z, 1)"},
    {"hardtanh", "np.abs(A) < 1"},
    {"hardtanh", "(Z > -1) * (Z < 1) * (1 - A**2 >= 0)"},
};
#define N_CASES (sizeof cases / sizeof *cases)

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

/* A plan, its judge and a bench for one rule. */
typedef struct fixture {
    crs_rule *rule;
    crs_act act;
    crs__plan plan;
    crs__judge judge;
    crs__bench *bench;
} fixture;

static void set_up(const char *act, const char *text, fixture *f)
{
    crs_error err;
    if (crs_rule_parse(text, &err, &f->rule) != CRS_OK)
        fail_msg("%s: %s", text, err.text);
    assert_int_equal(crs_act_parse(act, &err, &f->act), CRS_OK);
    assert_int_equal(
        crs__plan_make(1, (const crs_rule *const *)&f->rule, &f->act, CRS_F32, &f->plan), CRS_OK);
    assert_int_equal(crs__lists_sort_out(&f->plan), CRS_OK);
    assert_int_equal(crs__judge_make(&f->plan, &f->judge), CRS_OK);
    f->bench = crs__alloc(1, sizeof *f->bench);
    assert_non_null(f->bench);
    assert_int_equal(crs__bench_make(&f->judge, f->bench), CRS_OK);
}

static void tear_down(fixture *f)
{
    crs__bench_release(f->bench);
    crs__free(f->bench);
    crs__judge_release(&f->judge);
    crs__plan_release(&f->plan);
    crs_rule_destroy(f->rule);
}

/* Does a mask say of every input of a block what was said of the whole? */
static int agrees(crs__tri whole, const uint8_t *mask, size_t block)
{
    for (size_t i = 0; i < block; i++) {
        int is_set = mask != NULL && crs__bit_at(mask, i);
        if (whole != CRS__OPEN && is_set != (whole == CRS__ALWAYS))
            return 0;
    }
    return 1;
}

/* Is what is said of the range [first, first + size) true of every input from `from` on? */
static int whole_agrees(fixture *f, uint32_t first, uint32_t from, uint32_t size, size_t *decided)
{
    crs__whole whole;
    crs__tri *against = crs__alloc(f->plan.n_facts, sizeof *against);
    int right = 1;
    assert_non_null(against);
    crs__judge_whole(&f->judge, first, first + size - 1, f->bench, &whole);
    for (size_t open = 0; open < f->judge.n_open; open++)
        against[open] = crs__judge_whole_against(&f->judge, f->bench, f->judge.open_facts[open]);
    *decided += whole.wrong[0] != CRS__OPEN && whole.not_decided[0] != CRS__OPEN;
    for (uint32_t at = from; at < from + size && right; at += (uint32_t)f->judge.block) {
        crs__judge_range(&f->judge, at, f->bench);
        right = agrees(whole.wrong[0], f->bench->wrong[0], f->judge.block) &&
                agrees(whole.not_linear[0], f->bench->not_linear[0], f->judge.block) &&
                (whole.wrong[0] == CRS__OPEN ||
                 agrees(whole.not_decided[0], f->bench->not_decided[0], f->judge.block));
        for (size_t open = 0; open < f->judge.n_open && right; open++)
            right = agrees(against[open],
                           crs__judge_against(&f->judge, f->bench, f->judge.open_facts[open]),
                           f->judge.block);
    }
    crs__free(against);
    return right;
}

/* A range of one sign in which there is no zero, half of them where activations bend. */
static uint32_t some_range(uint64_t *random, uint32_t size)
{
    uint64_t bits = next_random(random);
    uint32_t exponent = (uint32_t)(bits & 1 ? (bits >> 1) % 255 : 95 + (bits >> 1) % 45);
    uint32_t first = exponent << 23 | (uint32_t)(bits >> 16 & 0x7fffff);
    first = first / size * size;
    if (first == 0)
        first = size;
    return first | (uint32_t)(bits >> 63) << 31;
}

static void test_range__says_what_judging_each_input_says(void **state)
{
    uint64_t seed = setting("CREASE_TEST_SEED", 7), random = seed;
    uint64_t n = 60 * setting("CREASE_TEST_EFFORT", 1);
    (void)state;
    for (size_t c = 0; c < N_CASES; c++) {
        fixture f;
        size_t decided = 0;
        set_up(cases[c].act, cases[c].rule, &f);
        for (uint64_t k = 0; k < n; k++) {
            uint32_t size = (uint32_t)f.judge.block << 2 * (k % 4);
            uint32_t first = some_range(&random, size);
            if (!whole_agrees(&f, first, first, size, &decided))
                fail_msg("%s of %s: from %08x on, %u inputs (seed %llu)", cases[c].rule,
                         cases[c].act, (unsigned)first, (unsigned)size, (unsigned long long)seed);
        }
        /* in the cases above at least one range in ten is decided: 6 of 60 */
        if (decided * 10 < n && strstr(cases[c].rule, "log(Z)") == NULL)
            fail_msg("%s of %s: %zu of %llu ranges decided", cases[c].rule, cases[c].act, decided,
                     (unsigned long long)n);
        tear_down(&f);
    }
}

/* The comparison above sees it where a range is not what was said of another one. */
static void test_range__planted_disagreement_is_seen(void **state)
{
    fixture f;
    size_t decided = 0;
    uint32_t at_one = 0x3f800000, tiny = 0x20000000;
    (void)state;
    set_up("tanh", "1 - Z**2", &f); /* wrong at 1, right where tanh is z to the last digit */
    assert_true(whole_agrees(&f, at_one, at_one, 4096, &decided));
    assert_true(whole_agrees(&f, tiny, tiny, 4096, &decided));
    assert_int_equal(decided, 2);
    assert_false(whole_agrees(&f, at_one, tiny, 4096, &decided));
    assert_false(whole_agrees(&f, tiny, at_one, 4096, &decided));
    tear_down(&f);
}

static void compare_sweeps(const char *act, const char *rule, const crs_executor *executor)
{
    crs__sweep_counts counts[2];
    size_t n_holding[2] = {0, 0};
    for (int every_input = 0; every_input < 2; every_input++) {
        fixture f;
        set_up(act, rule, &f);
        assert_int_equal(
            crs__sweep_run(&f.plan, executor, every_input, NULL, NULL, &counts[every_input]),
            CRS_OK);
        for (size_t k = 0; k < f.plan.n_facts; k++)
            n_holding[every_input] += (size_t)f.plan.facts[k].holds;
        tear_down(&f);
    }
    for (int region = 0; region < CRS_REGION_COUNT; region++)
        assert_int_equal(counts[0].wrong[region], counts[1].wrong[region]);
    assert_int_equal(counts[0].not_decided, counts[1].not_decided);
    assert_int_equal(counts[0].not_linear, counts[1].not_linear);
    assert_int_equal(counts[0].plainest_wrong.found, counts[1].plainest_wrong.found);
    assert_true(counts[0].plainest_wrong.z == counts[1].plainest_wrong.z);
    assert_true(counts[0].plainest_not_linear.z == counts[1].plainest_not_linear.z);
    assert_int_equal(n_holding[0], n_holding[1]);
}

/* All 2^32 inputs of every case both ways: half an hour, on demand. */
static void test_range__whole_sweeps_are_the_same(void **state)
{
    crs_executor executor;
    (void)state;
    if (setting("CREASE_TEST_EFFORT", 1) < 100)
        skip();
    assert_int_equal(crs_executor_threads(0, &executor), CRS_OK);
    for (size_t c = 0; c < N_CASES; c++) {
        (void)printf("%s of %s\n", cases[c].rule, cases[c].act);
        compare_sweeps(cases[c].act, cases[c].rule, &executor);
    }
    crs_executor_release(&executor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_range__says_what_judging_each_input_says),
        cmocka_unit_test(test_range__planted_disagreement_is_seen),
        cmocka_unit_test(test_range__whole_sweeps_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
