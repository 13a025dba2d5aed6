/* The main job on the planar data. */
#include "cmocka_all.h"
#include "rule_set.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const four_rules[] = {"A > 0", "A >= 0", "Z > 0", "Z >= 0", NULL};

static crs_compare *compare(const crs_dataset *data, const rule_set *set, const char *act,
                            const size_t *hidden, size_t n_hidden, size_t iterations, int threads)
{
    crs_compare_config config;
    crs_executor executor;
    crs_compare *result;
    crs_error err;
    assert_int_equal(crs_executor_threads(threads, &executor), CRS_OK);
    crs_compare_config_init(&config);
    assert_int_equal(crs_act_parse(act, NULL, &config.act), CRS_OK);
    config.data = data;
    config.hidden = hidden;
    config.n_hidden = n_hidden;
    config.iterations = iterations;
    config.n_rules = set->n;
    config.rules = (const crs_rule *const *)set->rules;
    config.executor = &executor;
    if (crs_compare_run(&config, &err, &result) != CRS_OK)
        fail_msg("%s", err.text);
    crs_executor_release(&executor);
    return result;
}

static void test_defaults__right_rules_succeed_and_the_wrong_one_does_not(void **unused)
{
    const size_t hidden[] = {50};
    crs_dataset data;
    rule_set set;
    crs_compare *r;
    (void)unused;
    rule_set_parse(&set, four_rules);
    assert_int_equal(crs_data_generate("planar", NULL, NULL, &data), CRS_OK);
    r = compare(&data, &set, "relu", hidden, 1, 5000, 2);
    for (size_t i = 0; i < 4; i++) {
        const crs_compare_entry *entry = &r->entries[i];
        if (i == 1) {
            assert_int_equal(entry->check.verdict, CRS_VERDICT_WRONG);
            assert_true(entry->check.wrong == 2139095040u);
            assert_true(entry->accuracy < 0.65);
            assert_true(entry->gradient_cosine < 0.9);
            assert_true(entry->boundary_r2 > 2 * r->entries[0].boundary_r2);
            assert_int_equal(entry->identical_to, 1);
        } else {
            assert_int_equal(entry->check.verdict, CRS_VERDICT_DERIVATIVE);
            assert_true(entry->check.wrong == 0);
            assert_true(entry->accuracy >= 0.8);
            assert_true(entry->gradient_cosine == 1);
            assert_int_equal(entry->identical_to, 0);
            assert_memory_equal(entry->costs, r->entries[0].costs,
                                entry->n_costs * sizeof *entry->costs);
        }
        assert_int_equal(entry->kink_hits, 0);
        assert_int_equal(entry->n_costs, 6);
        assert_int_equal(entry->cost_at[4], 4000);
        assert_int_equal(entry->cost_at[5], 4999);
        assert_true(fabs(entry->costs[5] - entry->cost) < 0.01 && !entry->has_diverged);
        assert_true(isnan(entry->test_accuracy));
        assert_true(entry->n_curve > 100 && entry->n_curve <= 256);
    }
    assert_non_null(strstr(r->explanation, "`A > 0`, `Z > 0` and `Z >= 0` gave the same net"));
    crs_compare_destroy(r);
    crs_dataset_release(&data);
    rule_set_release(&set);
}

/* One and two threads, side by side or one after the other: the same bits. */
static void test_threads__change_no_bit(void **unused)
{
    const size_t hidden[] = {6, 5};
    crs_dataset data;
    rule_set set;
    crs_compare *one, *two;
    (void)unused;
    rule_set_parse(&set, four_rules);
    assert_int_equal(crs_data_generate("planar", NULL, NULL, &data), CRS_OK);
    one = compare(&data, &set, "relu", hidden, 2, 200, 1);
    two = compare(&data, &set, "relu", hidden, 2, 200, 2);
    for (size_t i = 0; i < set.n; i++) {
        crs_compare_entry *x = &one->entries[i], *y = &two->entries[i];
        assert_memory_equal(crs_net_params(x->net), crs_net_params(y->net),
                            crs_net_n_params(x->net) * sizeof(double));
        assert_memory_equal(x->costs, y->costs, x->n_costs * sizeof(double));
        assert_true(x->gradient_cosine == y->gradient_cosine);
        assert_true(x->check.wrong == y->check.wrong);
    }
    assert_string_equal(one->explanation, two->explanation);
    crs_compare_destroy(one);
    crs_compare_destroy(two);
    crs_dataset_release(&data);
    rule_set_release(&set);
}

/* A unit whose bias is 0 over a sample at the origin sits on its kink from the start. */
static void test_kink_hits__are_found_and_part_the_runs(void **unused)
{
    static const char *const texts[] = {"Z > 0", "Z >= 0", NULL};
    double x[] = {0, 0, 1, 0, 0, 1, -1, -1}, y[] = {1, 0, 1, 0};
    char name[] = "corner";
    const size_t hidden[] = {3};
    crs_dataset data = {.name = name,
                        .n_samples = 4,
                        .n_features = 2,
                        .n_classes = 2,
                        .dtype = CRS_F64,
                        .x = x,
                        .y = y};
    rule_set set;
    crs_compare *r;
    (void)unused;
    rule_set_parse(&set, texts);
    r = compare(&data, &set, "relu", hidden, 1, 50, 1);
    for (size_t i = 0; i < 2; i++) {
        assert_true(r->entries[i].has_first_kink_hit);
        assert_int_equal(r->entries[i].first_kink_hit.iteration, 0);
        assert_int_equal(r->entries[i].first_kink_hit.layer, 1);
        assert_int_equal(r->entries[i].first_kink_hit.unit, 0);
        assert_int_equal(r->entries[i].first_kink_hit.count, 1);
        assert_true(r->entries[i].kink_hits >= 3);
    }
    assert_int_equal(r->entries[1].identical_to, 1);
    assert_non_null(
        strstr(r->explanation, "unit 0 of layer 1 had a z exactly on a kink for 1 sample."));
    assert_non_null(strstr(r->explanation, "Neither is wrong."));
    crs_compare_destroy(r);
    rule_set_release(&set);
}

static void test_errors__are_named(void **unused)
{
    const size_t hidden[] = {3};
    crs_compare_config config;
    crs_dataset data, other;
    crs_compare *r;
    crs_error err;
    rule_set set;
    (void)unused;
    rule_set_parse(&set, four_rules);
    assert_int_equal(crs_data_generate("planar", NULL, NULL, &data), CRS_OK);
    crs_compare_config_init(&config);
    config.data = &data;
    assert_int_equal(crs_compare_run(&config, &err, &r), CRS_EINVAL);
    assert_null(r);
    config.n_rules = set.n;
    config.rules = (const crs_rule *const *)set.rules;
    assert_int_equal(crs_compare_run(&config, &err, &r), CRS_EINVAL);
    config.hidden = hidden;
    config.n_hidden = 1;
    other = data;
    other.n_features = 3;
    config.test = &other;
    assert_int_equal(crs_compare_run(&config, &err, &r), CRS_ESHAPE);
    assert_string_equal(err.text, "the test data has 3 features, the training data 2");
    crs_dataset_release(&data);
    rule_set_release(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults__right_rules_succeed_and_the_wrong_one_does_not),
        cmocka_unit_test(test_threads__change_no_bit),
        cmocka_unit_test(test_kink_hits__are_found_and_part_the_runs),
        cmocka_unit_test(test_errors__are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
