#include "data/number_padded.h"

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

/* Read all of `text`, in the C locale; both parsers must agree. */
static double parse(const char *text)
{
    crs__number_locale locale;
    double value = -1, again = -1;
    char padded[512];
    const char *end, *padded_end;
    size_t n = strlen(text);
    assert_true(n + CRS__NUMBER_PADDING < sizeof padded);
    memset(padded, '7', sizeof padded); /* what is behind the number is not part of it */
    memcpy(padded, text, n);
    padded[n] = ',';
    assert_int_equal(crs__number_enter(&locale), 0);
    end = crs__number_parse(text, text + n, &value);
    padded_end = crs__number_parse_padded(padded, &again);
    crs__number_leave(&locale);
    if (end != text + n || (padded_end != padded + n && n <= CRS__NUMBER_PADDING))
        fail_msg("'%s' was not read whole", text);
    if (padded_end == padded + n && memcmp(&value, &again, sizeof value) != 0)
        fail_msg("'%s' is %a, or %a", text, value, again);
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

/* As many digits as fit in 64 bits, with exponents inside and outside the table of powers. */
static void test_parse__rounds_random_digits_correctly(void **state)
{
    const uint32_t seed = 21;
    crs_random rng;
    char text[80];
    (void)state;
    crs_random_seed(&rng, seed);
    for (int i = 0; i < 200000; i++) {
        uint64_t digits = (uint64_t)crs_random_bits(&rng) << 32 | crs_random_bits(&rng);
        int exponent = (int)crs_random_interval(&rng, 140) - 70;
        double want, got;
        digits >>= crs_random_interval(&rng, 40);
        (void)snprintf(text, sizeof text, "%s%s%" PRIu64 "e%d", i % 3 ? "" : "-",
                       i % 5 ? "" : "0.00", digits, exponent);
        got = parse(text);
        want = strtod(text, NULL);
        if (memcmp(&got, &want, sizeof got) != 0)
            fail_msg("seed %" PRIu32 ", draw %d: %s became %a, not %a", seed, i, text, got, want);
    }
}

/* Halfway between two doubles, exactly: (2 m + 1) 2^k with m of 53 bits, in up to 19 digits. */
static void test_parse__rounds_ties_to_even(void **state)
{
    const uint32_t seed = 22;
    crs_random rng;
    char text[80];
    (void)state;
    crs_random_seed(&rng, seed);
    for (int i = 0; i < 20000; i++) {
        uint64_t m = (UINT64_C(1) << 52 | (uint64_t)crs_random_bits(&rng) << 20) +
                     crs_random_interval(&rng, 1 << 20);
        uint64_t tie = (2 * m + 1) << i % 9; /* below 2^63 */
        double want, got;
        (void)snprintf(text, sizeof text, "%" PRIu64 "%s", tie, i % 2 ? "e0" : ".0");
        got = parse(text);
        want = strtod(text, NULL);
        if (memcmp(&got, &want, sizeof got) != 0)
            fail_msg("seed %" PRIu32 ", draw %d: %s became %a, not %a", seed, i, text, got, want);
        (void)snprintf(text, sizeof text, "%" PRIu64 ".5", m >> 1 | UINT64_C(1) << 52);
        got = parse(text);
        want = strtod(text, NULL);
        if (memcmp(&got, &want, sizeof got) != 0)
            fail_msg("seed %" PRIu32 ", draw %d: %s became %a, not %a", seed, i, text, got, want);
    }
}

/* What the products cannot tell is said so: the caller asks strtod then. */
static void test_scale__knows_its_limits(void **state)
{
    double value = 0;
    (void)state;
    assert_int_equal(crs__number_scale(0, 1, &value), 0);
    assert_int_equal(crs__number_scale(1, 61, &value), 0);
    assert_int_equal(crs__number_scale(1, -61, &value), 0);
    assert_int_equal(crs__number_scale(123456789012345678, -3, &value), 1);
    assert_true(value == 123456789012345.678);
}

static void test_parse__stops_at_end(void **state)
{
    const char text[] = "12345";
    double value;
    (void)state;
    assert_ptr_equal(crs__number_parse(text, text + 3, &value), text + 3);
    assert_true(value == 123);
}

static void test_missing_word__in_any_case(void **state)
{
    const char *const words[] = {"", "NA", "n/a", "NaN", "null", "None", "?", "-"};
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_true(crs__number_is_missing_word(words[i], strlen(words[i])));
    assert_false(crs__number_is_missing_word("0", 1));
    assert_false(crs__number_is_missing_word("nay", 3));
    assert_false(crs__number_is_missing_word("--", 2));
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
        cmocka_unit_test(test_parse__rounds_random_digits_correctly),
        cmocka_unit_test(test_parse__rounds_ties_to_even),
        cmocka_unit_test(test_scale__knows_its_limits),
        cmocka_unit_test(test_parse__stops_at_end),
        cmocka_unit_test(test_missing_word__in_any_case),
        cmocka_unit_test(test_nonfinite_word__in_any_case),
        cmocka_unit_test(test_locale__is_put_aside_and_restored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
