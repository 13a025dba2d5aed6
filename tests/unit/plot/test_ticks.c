#include "unit/plot/fixture.h"

#include "plot/ticks.h"

static void check_fixed(double value, int decimals, const char *expected)
{
    char text[CRS__PLOT_NUMBER];
    crs__plot_fixed(value, decimals, text);
    assert_string_equal(text, expected);
}

static void test_fixed__has_no_digit_too_many(void **state)
{
    (void)state;
    check_fixed(0, 3, "0");
    check_fixed(-0.0, 3, "0");
    check_fixed(-0.0004, 3, "0");
    check_fixed(-0.0006, 3, "-0.001");
    check_fixed(1.5, 0, "2");
    check_fixed(12.3400, 4, "12.34");
    check_fixed(-7.05, 1, "-7.1");
    check_fixed(99.999, 2, "100");
    check_fixed(100200, 1, "100200");
    check_fixed(0.000001, 6, "0.000001");
    check_fixed(1e300, 1, "1000000000000");
}

static void join(const crs__plot_ticks *ticks, char *text)
{
    text[0] = '\0';
    for (size_t i = 0; i < ticks->n; i++) {
        strcat(text, i > 0 ? " " : "");
        strcat(text, ticks->tick[i].label);
    }
}

static void check_linear(double min, double max, int target, const char *expected)
{
    crs__plot_ticks ticks;
    char text[CRS__PLOT_MAX_TICKS * CRS__PLOT_NUMBER];
    crs__plot_ticks_linear(min, max, target, &ticks);
    join(&ticks, text);
    assert_string_equal(text, expected);
}

static void test_linear__are_nice(void **state)
{
    (void)state;
    check_linear(0, 1, 5, "0 0.2 0.4 0.6 0.8 1");
    check_linear(-4.5, 4.5, 4, "-4 -2 0 2 4");
    check_linear(0, 10000, 5, "0 2000 4000 6000 8000 10000");
    check_linear(0.34, 0.7, 4, "0.4 0.5 0.6 0.7");
    check_linear(0.638, 0.6412, 4, "0.638 0.639 0.64 0.641");
    check_linear(-1e-7, 1e-7, 4, "-1e-7 -5e-8 0 5e-8 1e-7");
    check_linear(0, 2.5e9, 3, "0 1e9 2e9");
    check_linear(0, 3e6, 3, "0 1e6 2e6 3e6");
    check_linear(1e15, 1e15 + 4, 4, "");
}

/* Whatever the range: rising, inside, labels that read back as the values, never "-0". */
static void test_linear__random_ranges(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        uint64_t random = seed;
        double size = pow(10, 80 * random_unit(&random) - 40);
        double min = size * (random_unit(&random) - 0.5), max = min + size * random_unit(&random);
        int target = 2 + (int)(random_bits(&random) % 9);
        crs__plot_ticks ticks;
        if (!(max - min > 1e-9 * size))
            continue;
        crs__plot_ticks_linear(min, max, target, &ticks);
        if (ticks.n < 1 || ticks.n > 2 * (size_t)target + 1)
            fail_msg("seed %llu: %zu ticks", (unsigned long long)seed, ticks.n);
        for (size_t i = 0; i < ticks.n; i++) {
            double value = ticks.tick[i].value, slack = 1e-8 * (max - min);
            double read = strtod(ticks.tick[i].label, NULL);
            if (value < min - slack || value > max + slack ||
                (i > 0 && value <= ticks.tick[i - 1].value) ||
                fabs(read - value) > 1e-14 * fabs(value) ||
                strcmp(ticks.tick[i].label, "-0") == 0 || strlen(ticks.tick[i].label) > 16)
                fail_msg("seed %llu: tick %g is \"%s\"", (unsigned long long)seed, value,
                         ticks.tick[i].label);
        }
    }
}

static void check_log(double min, double max, int target, const char *expected)
{
    crs__plot_ticks ticks;
    char text[CRS__PLOT_MAX_TICKS * CRS__PLOT_NUMBER];
    crs__plot_ticks_log(min, max, target, &ticks);
    join(&ticks, text);
    assert_string_equal(text, expected);
}

static void test_log__powers_of_ten(void **state)
{
    (void)state;
    check_log(0.001, 10, 5, "0.001 0.01 0.1 1 10");
    check_log(1e-12, 1, 4, "1e-12 1e-9 1e-6 0.001 1");
    check_log(0.05, 0.7, 5, "0.05 0.1 0.2 0.5");
    check_log(0.3, 0.7, 4, "0.3 0.4 0.5 0.6 0.7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fixed__has_no_digit_too_many),
        cmocka_unit_test(test_linear__are_nice),
        cmocka_unit_test(test_linear__random_ranges),
        cmocka_unit_test(test_log__powers_of_ten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
