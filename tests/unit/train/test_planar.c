/*
 * The planar exercise: costs that are known from outside.
 *
 * The tanh rows and the final values are the project's golden numbers (several
 * float64 programs agree on them); the first 100 iterations of the ReLU rows were
 * computed by tests/golden/make_planar_nets.py.
 */
#include "cmocka_all.h"
#include "planar_rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void near(double got, double expected, double bound, const char *what, size_t at)
{
    if (!(fabs(got - expected) <= bound))
        fail_msg("%s at %zu: %.9f, expected %.9f within %g", what, at, got, expected, bound);
}

static void test_tanh__golden_costs(void **unused)
{
    static const struct {
        uint32_t seed;
        double costs[7];
    } rows[] = {
        {2, {0.693048, 0.288083, 0.254385, 0.233864, 0.226792, 0.222644, 0.219731}},
        {3, {0.693162, 0.258625, 0.239334, 0.230802, 0.225528, 0.221845, 0.219094}},
    };
    (void)unused;
    for (size_t r = 0; r < 2; r++) {
        planar_run run = planar_setup("tanh", 4, rows[r].seed, 1.2, 10000, 1000, NULL);
        assert_int_equal(planar_train(&run), CRS_OK);
        for (size_t i = 0; i < 7; i++) /* six digits: half a unit, and what rounding adds */
            near(run.costs[i], rows[r].costs[i], 6e-7, "cost", 1000 * i);
        /* beyond 6,000 iterations rounding shows: one sample of 400 either way */
        near(run.score.accuracy, 0.905, 0.0026, "accuracy", 10000);
    }
}

/* Costs before updates 0, 10, ... 100, from make_planar_nets.py. */
static const struct {
    size_t n_h;
    uint32_t seed;
    const char *rule;
    double costs[11];
} first_hundred[] = {
    {4,
     2,
     "A > 0",
     {0.693096770, 0.692405575, 0.686212754, 0.671204744, 0.659750602, 0.651325474, 0.644471245,
      0.639193000, 0.634941373, 0.631629037, 0.629408786}},
    {4,
     2,
     "A >= 0",
     {0.693096770, 0.691670480, 0.676874835, 0.670527654, 0.670310414, 0.670228352, 0.670164466,
      0.670111241, 0.670066371, 0.670028425, 0.669995876}},
    {4,
     3,
     "A > 0",
     {0.693155499, 0.692988171, 0.691119880, 0.678809479, 0.663695514, 0.653257799, 0.645938456,
      0.639421037, 0.635769440, 0.633820638, 0.633259939}},
    {4,
     3,
     "A >= 0",
     {0.693155499, 0.692804611, 0.686232715, 0.671193844, 0.670289208, 0.670236422, 0.670209255,
      0.670187105, 0.670168343, 0.670152351, 0.670138655}},
    {20,
     2,
     "A > 0",
     {0.693133382, 0.692111056, 0.684558113, 0.668660123, 0.654688363, 0.640786201, 0.628377860,
      0.617814024, 0.609511271, 0.604808536, 0.599176488}},
    {20,
     2,
     "A >= 0",
     {0.693133382, 0.690835181, 0.674608433, 0.670877782, 0.670522202, 0.670264730, 0.670054257,
      0.669877771, 0.669728682, 0.669600829, 0.669489727}},
    {20,
     3,
     "A > 0",
     {0.693187258, 0.691986732, 0.684210433, 0.665852213, 0.654502991, 0.648464316, 0.643895659,
      0.639889316, 0.636519817, 0.632675650, 0.626944248}},
    {20,
     3,
     "A >= 0",
     {0.693187258, 0.690643095, 0.674995712, 0.671483509, 0.670842031, 0.670353287, 0.669960081,
      0.669647437, 0.669399563, 0.669198768, 0.669033822}},
    {50,
     2,
     "A > 0",
     {0.693176325, 0.690226632, 0.676119039, 0.662127558, 0.650241691, 0.641458451, 0.633580534,
      0.625978209, 0.617487752, 0.607833888, 0.598349080}},
    {50,
     2,
     "A >= 0",
     {0.693176325, 0.686997216, 0.671780897, 0.670787165, 0.670460455, 0.670195777, 0.669973898,
      0.669783416, 0.669620251, 0.669478456, 0.669353673}},
    {50,
     3,
     "A > 0",
     {0.693167581, 0.690692048, 0.676622989, 0.660032275, 0.649972932, 0.642476723, 0.635880187,
      0.629484346, 0.622216784, 0.613737995, 0.604681345}},
    {50,
     3,
     "A >= 0",
     {0.693167581, 0.688970108, 0.672565560, 0.670869211, 0.670541869, 0.670294359, 0.670093609,
      0.669927579, 0.669787550, 0.669669491, 0.669567682}},
};

static planar_rule rule_of(const char *text)
{
    return strcmp(text, "A >= 0") == 0 ? planar_a_ge : planar_a_gt;
}

static void test_relu__first_hundred_iterations(void **unused)
{
    (void)unused;
    for (size_t r = 0; r < sizeof first_hundred / sizeof first_hundred[0]; r++) {
        planar_run run = planar_setup("relu", first_hundred[r].n_h, first_hundred[r].seed, 1.2, 101,
                                      10, rule_of(first_hundred[r].rule));
        assert_int_equal(planar_train(&run), CRS_OK);
        for (size_t i = 0; i < 11; i++)
            near(run.costs[i], first_hundred[r].costs[i], 1e-6, first_hundred[r].rule, 10 * i);
    }
}

/*
 * After 10,000 iterations at a step size of 1.2. Not in the table: the right rules at
 * n_h = 20, seed 3, and all at n_h = 50, which are chaotic. (At 20, 3 the cost jumps
 * between 0.375 and 0.496 from one iteration to the next, and two programs that add in
 * another order end 0.02 apart; the first hundred iterations above hold them instead.)
 */
static void test_relu__final_costs(void **unused)
{
    static const struct {
        size_t n_h;
        uint32_t seed;
        const char *rule;
        double cost, accuracy;
    } rows[] = {
        {4, 2, "A > 0", 0.569135, 0.7050},   {4, 2, "A >= 0", 0.678843, 0.4775},
        {4, 3, "A > 0", 0.631434, 0.6175},   {4, 3, "A >= 0", 0.671229, 0.5925},
        {20, 2, "A > 0", 0.506364, 0.7575},  {20, 2, "A >= 0", 0.641845, 0.5175},
        {20, 3, "A >= 0", 0.639432, 0.5975},
    };
    (void)unused;
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        planar_run run = planar_setup("relu", rows[r].n_h, rows[r].seed, 1.2, 10000, 1000,
                                      rule_of(rows[r].rule));
        assert_int_equal(planar_train(&run), CRS_OK);
        near(run.score.cost, rows[r].cost, 0.01, rows[r].rule, 10000);
        near(run.score.accuracy, rows[r].accuracy, 0.01, rows[r].rule, 10000);
        assert_int_equal(run.kink_hits, 0);
    }
}

/* `A > 0`, `Z > 0`, `Z >= 0` and the built-in derivative: one net, to the last bit. */
static void test_relu__right_rules_are_identical(void **unused)
{
    (void)unused;
    for (size_t n_h = 4; n_h <= 50; n_h += n_h == 4 ? 16 : 30) {
        for (uint32_t seed = 2; seed <= 3; seed++) {
            planar_run first = planar_setup("relu", n_h, seed, 1.2, 10000, 1000, NULL);
            /* steps, as the rule language tells them: a net that knows them sums in one order */
            static const struct {
                planar_rule rule;
                crs_step_rule step;
            } rules[] = {
                {planar_a_gt, {1, 1, 0, 1, 0}},
                {planar_z_gt, {0, 1, 0, 1, 0}},
                {planar_z_ge, {0, 0, 0, 1, 0}},
            };
            assert_int_equal(planar_train(&first), CRS_OK);
            assert_int_equal(first.kink_hits, 0);
            for (size_t r = 0; r < 3; r++) {
                planar_run run = planar_setup("relu", n_h, seed, 1.2, 10000, 1000, rules[r].rule);
                run.rule.step = &rules[r].step;
                assert_int_equal(planar_train(&run), CRS_OK);
                assert_memory_equal(run.params, first.params, first.n_params * sizeof(double));
            }
        }
    }
}

/* The same seed gives the same bits at every CPU level. */
static void test_relu__same_bits_at_every_level(void **unused)
{
    static const char *const levels[] = {"scalar", "avx2", "avx512", "neon"};
    planar_run first = planar_setup("relu", 20, 3, 1.2, 300, 100, NULL);
    (void)unused;
    assert_int_equal(planar_train(&first), CRS_OK);
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        planar_run run = planar_setup("relu", 20, 3, 1.2, 300, 100, NULL);
        assert_int_equal(setenv("CREASE_CPU", levels[i], 1), 0);
        assert_int_equal(planar_train(&run), CRS_OK);
        assert_int_equal(unsetenv("CREASE_CPU"), 0);
        assert_memory_equal(run.params, first.params, first.n_params * sizeof(double));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tanh__golden_costs),
        cmocka_unit_test(test_relu__first_hundred_iterations),
        cmocka_unit_test(test_relu__final_costs),
        cmocka_unit_test(test_relu__right_rules_are_identical),
        cmocka_unit_test(test_relu__same_bits_at_every_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
