/*
 * The deep exercise on the cat pictures: the project's golden numbers, through the
 * main job. The pictures are not part of the project; without them this skips.
 */
#include "cmocka_all.h"
#include "rule_set.h"
#include "shared_data.h"

#include <math.h>
#include <string.h>

typedef struct cats {
    crs_dataset train, test;
} cats;

static void read_cats(cats *c)
{
    char train[4096], test[4096];
    crs_error err;
    if (!find_shared_data("cats/train_catvnoncat.h5", train, sizeof train) ||
        !find_shared_data("cats/test_catvnoncat.h5", test, sizeof test))
        skip();
    if (crs_data_read(train, NULL, &err, &c->train) != CRS_OK)
        fail_msg("%s", err.text);
    if (crs_data_read(test, NULL, &err, &c->test) != CRS_OK)
        fail_msg("%s", err.text);
}

static crs_compare *compare(const cats *c, const rule_set *set, const size_t *hidden,
                            size_t n_hidden, crs_init init)
{
    crs_compare_config config;
    crs_executor executor;
    crs_compare *result;
    crs_error err;
    assert_int_equal(crs_executor_threads(2, &executor), CRS_OK);
    crs_compare_config_init(&config);
    config.data = &c->train;
    config.test = &c->test;
    config.hidden = hidden;
    config.n_hidden = n_hidden;
    config.init = init;
    config.seed = 1;
    config.lr = 0.0075;
    config.iterations = 2500;
    config.every = 100;
    config.n_rules = set->n;
    config.rules = (const crs_rule *const *)set->rules;
    config.executor = &executor;
    if (crs_compare_run(&config, &err, &result) != CRS_OK)
        fail_msg("%s", err.text);
    crs_executor_release(&executor);
    return result;
}

/* Six digits: half a unit of the sixth, and what rounding adds. */
static void near(double got, double expected, const char *what)
{
    if (!(fabs(got - expected) <= 6e-7))
        fail_msg("%s: %.7f, expected %.6f", what, got, expected);
}

static void hold_costs(const crs_compare_entry *entry, const double *expected)
{
    static const size_t at[] = {0, 1, 5, 10, 15, 20, 24};
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(entry->cost_at[at[i]], 100 * at[i]);
        near(entry->costs[at[i]], expected[i], entry->check.rule);
    }
}

static void hold_scores(const crs_compare_entry *entry, double cost, double train, double test)
{
    assert_int_equal(entry->cost_at[entry->n_costs - 1], 2499);
    near(entry->costs[entry->n_costs - 1], cost, entry->check.rule);
    assert_true(fabs(entry->accuracy - train) < 6e-5);
    assert_true(fabs(entry->test_accuracy - test) < 1e-9);
}

static void test_four_layers__golden(void **unused)
{
    static const char *const texts[] = {"dZ = np.array(dA, copy=True); dZ[Z <= 0] = 0", "Z >= 0",
                                        "A >= 0", NULL};
    static const double costs[] = {0.771749, 0.672053, 0.540138, 0.315187,
                                   0.161189, 0.113821, 0.092878};
    const size_t hidden[] = {20, 7, 5};
    const crs_init lecun = {CRS_INIT_LECUN, 0};
    cats c = {0};
    rule_set set;
    crs_compare *r;
    (void)unused;
    read_cats(&c);
    rule_set_parse(&set, texts);
    r = compare(&c, &set, hidden, 3, lecun);

    hold_costs(&r->entries[0], costs);
    hold_scores(&r->entries[0], 0.088440, 0.9856, 0.80);
    near(r->entries[1].costs[1], 0.672665, "`Z >= 0` at iteration 100");
    hold_scores(&r->entries[1], 0.068945, 0.9904, 0.78);
    hold_scores(&r->entries[2], 0.643975, 0.6555, 0.34);
    for (size_t i = 0; i < 2; i++) {
        const crs_compare_entry *entry = &r->entries[i];
        assert_int_equal(entry->check.verdict, CRS_VERDICT_DERIVATIVE);
        assert_int_equal(entry->kink_hits, 89);
        assert_int_equal(entry->first_kink_hit.iteration, 1);
        assert_int_equal(entry->first_kink_hit.layer, 3);
        assert_int_equal(entry->first_kink_hit.unit, 4);
        assert_int_equal(entry->first_kink_hit.count, 89);
    }
    assert_int_equal(r->entries[1].identical_to, 1);
    crs_compare_destroy(r);
    rule_set_release(&set);
    crs_dataset_release(&c.train);
    crs_dataset_release(&c.test);
}

static void test_two_layers__golden(void **unused)
{
    static const char *const texts[] = {"Z > 0", "A >= 0", NULL};
    static const double costs[] = {0.693050, 0.646432, 0.515830, 0.339428,
                                   0.174483, 0.074391, 0.048555};
    const size_t hidden[] = {7};
    const crs_init small = {CRS_INIT_RANDN, 0.01};
    cats c = {0};
    rule_set set;
    crs_compare *r;
    (void)unused;
    read_cats(&c);
    rule_set_parse(&set, texts);
    r = compare(&c, &set, hidden, 1, small);
    hold_costs(&r->entries[0], costs);
    assert_true(fabs(r->entries[0].accuracy - 1) < 1e-9);
    assert_true(fabs(r->entries[0].test_accuracy - 0.72) < 1e-9);
    hold_scores(&r->entries[1], 0.465065, 0.8134, 0.80);
    /* a better test score than the right rule, on 50 pictures: it says what that is worth */
    assert_non_null(strstr(r->explanation, "by chance (one standard error)"));
    crs_compare_destroy(r);
    rule_set_release(&set);
    crs_dataset_release(&c.train);
    crs_dataset_release(&c.test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_four_layers__golden),
        cmocka_unit_test(test_two_layers__golden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
