#include "data/number.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <crease/random.h>

/* Read all of `text`, in the C locale. */
static double parse(const char *text)
{
    crs__number_locale locale;
    double value = -1;
    const char *end;
    assert_int_equal(crs__number_enter(&locale), 0);
    end = crs__number_parse(text, text + strlen(text), &value);
    crs__number_leave(&locale);
    if (end != text + strlen(text))
        fail_msg("'%s' was not read whole", text);
    return value;
}

static void assert_not_whole(const char *text)
{
    double value;
    const char *end = crs__number_parse(text, text + strlen(text), &value);
    if (end == text + strlen(text))
        fail_msg("'%s' was read as a number", text);
}

static void test_parse__reads_what_c_reads(void **state)
{
    const char *const texts[] = {"0",
                                 "-0",
                                 "+1",
                                 "1.",
                                 ".5",
                                 "-.5e1",
                                 "1e5",
                                 "1E+5",
                                 "1e-5",
                                 "007",
                                 "123456789",
                                 "0.1",
                                 "0.3",
                                 "1e22",
                                 "1e23",
                                 "9007199254740993",
                                 "9007199254740992",
                                 "1e308",
                                 "1.7976931348623157e308",
                                 "2.2250738585072014e-308",
                                 "4.9406564584124654e-324",
                                 "2e-324",
                                 "0.000000000000000000000000000000000001",
                                 "123456789012345678901234567890",
                                 "2.2250738585072011e-308",
                                 "8.5e-17",
                                 "3.14159265358979323846264338327950288419716939937",
                                 "0e999999999999999999999",
                                 "1e-99999999999999999999999"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        double got = parse(texts[i]), want = strtod(texts[i], NULL);
        if (memcmp(&got, &want, sizeof got) != 0)
            fail_msg("%s: got %a, C has %a", texts[i], got, want);
    }
    assert_true(isinf(parse("1e309")));
    assert_true(isinf(parse("-1e99999999999999999999")));
}

static void test_parse__refuses_what_is_no_number(void **state)
{
    const char *const texts[] = {"",    "+",   "-",    ".",     "e5",   "abc", "1e",
                                 "1e+", "1x",  "0x10", "1.2.3", "1,5",  " 1",  "1 ",
                                 "nan", "inf", "--1",  "1e5.5", "1_000"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_not_whole(texts[i]);
}

/* Every finite double is printed with 17 digits and comes back. */
static void test_parse__round_trips_random_doubles(void **state)
{
    const uint32_t seed = 20;
    crs_random rng;
    char text[40];
    (void)state;
    crs_random_seed(&rng, seed);
    for (int i = 0; i < 100000; i++) {
        uint64_t bits = (uint64_t)crs_random_bits(&rng) << 32 | crs_random_bits(&rng);
        double want, got;
        memcpy(&want, &bits, sizeof want);
        if (!isfinite(want))
            continue;
        (void)snprintf(text, sizeof text, "%.*g", i % 2 ? 17 : 5, want);
        got = parse(text);
        want = strtod(text, NULL);
        if (memcmp(&got, &want, sizeof got) != 0)
            fail_msg("seed %" PRIu32 ", draw %d: %s became %a", seed, i, text, got);
    }
}

static void test_parse__stops_at_end(void **state)
{
    const char text[] = "12345";
    double value;
    (void)state;
    assert_ptr_equal(crs__number_parse(text, text + 3, &value), text + 3);
    assert_true(value == 123);
}

static void test_nonfinite_word__in_any_case(void **state)
{
    (void)state;
    assert_true(crs__number_is_nonfinite_word("nan", 3));
    assert_true(crs__number_is_nonfinite_word("-NaN", 4));
    assert_true(crs__number_is_nonfinite_word("+Inf", 4));
    assert_true(crs__number_is_nonfinite_word("INFINITY", 8));
    assert_false(crs__number_is_nonfinite_word("na", 2));
    assert_false(crs__number_is_nonfinite_word("nano", 4));
    assert_false(crs__number_is_nonfinite_word("", 0));
    assert_false(crs__number_is_nonfinite_word("infinite", 8));
}

/* In a locale with a decimal comma, where the machine has one. */
static void test_locale__is_put_aside_and_restored(void **state)
{
    const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "nl_NL.UTF-8"};
    crs__number_locale locale;
    char before[16], within[16];
    size_t i = 0;
    (void)state;
    while (i < 4 && setlocale(LC_NUMERIC, names[i]) == NULL)
        i++;
    (void)snprintf(before, sizeof before, "%.1f", 1.5);
    assert_int_equal(crs__number_enter(&locale), 0);
    (void)snprintf(within, sizeof within, "%.1f", 1.5);
    crs__number_leave(&locale);
    assert_string_equal(within, "1.5");
    (void)snprintf(within, sizeof within, "%.1f", 1.5);
    assert_string_equal(within, before);
    setlocale(LC_NUMERIC, "C");
    if (i == 4)
        skip(); /* no such locale here: only half of it was seen */
    assert_string_equal(before, "1,5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse__reads_what_c_reads),
        cmocka_unit_test(test_parse__refuses_what_is_no_number),
        cmocka_unit_test(test_parse__round_trips_random_doubles),
        cmocka_unit_test(test_parse__stops_at_end),
        cmocka_unit_test(test_nonfinite_word__in_any_case),
        cmocka_unit_test(test_locale__is_put_aside_and_restored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
