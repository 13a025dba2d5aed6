#include "core/printable.h"

#include <crease/format.h>
#include <crease/status.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void assert_printable(const char *text, const char *want)
{
    char out[128], again[128];
    assert_int_equal(crs_format_printable(text, strlen(text), out, sizeof out), strlen(want));
    assert_string_equal(out, want);
    assert_int_equal(crs_format_printable(out, strlen(out), again, sizeof again), strlen(out));
    assert_string_equal(again, out);
}

static void test_letters__stay(void **state)
{
    (void)state;
    assert_printable("Gr\xc3\xb6\xc3\x9f"
                     "e",
                     "Gr\xc3\xb6\xc3\x9f"
                     "e");
    assert_printable("\xe6\x97\xa5\xe6\x9c\xac \xce\xb1 \xd7\xa9 \xf0\x9f\x90\xb1",
                     "\xe6\x97\xa5\xe6\x9c\xac \xce\xb1 \xd7\xa9 \xf0\x9f\x90\xb1");
    assert_printable("a\\b 'c' \"d\" <e>", "a\\b 'c' \"d\" <e>");
}

static void test_hidden_characters__are_escapes(void **state)
{
    (void)state;
    assert_printable("a\xe2\x80\xae"
                     "b",
                     "a\\u202eb"); /* right-to-left override */
    assert_printable("\xe2\x81\xa6\xe2\x81\xa9", "\\u2066\\u2069");
    assert_printable("\xe2\x80\x8b\xe2\x80\x8d\xef\xbb\xbf", "\\u200b\\u200d\\ufeff");
    assert_printable("\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029");
    assert_printable("\xf3\xa0\x80\x81", "\\U000e0001"); /* a language tag */
}

/* Every single byte, every two bytes, and every character: what comes out is one line that only shows. */
static void assert_only_shows(const char *text, size_t n)
{
    char out[64];
    size_t length = crs_format_printable(text, n, out, sizeof out);
    assert_true(length == strlen(out));
    for (size_t i = 0; i < length;) {
        size_t step = crs__printable_character((unsigned char *)out + i, length - i);
        assert_true(step > 0);
        i += step;
    }
}

static void test_any_bytes__only_show(void **state)
{
    (void)state;
    for (unsigned b = 0; b < 0x10000; b++) {
        const char text[3] = {(char)(b & 0xff), (char)(b >> 8), 'x'};
        assert_only_shows(text, 3);
    }
    for (uint32_t c = 0x80; c < 0x110000; c++) {
        char text[4] = {(char)(0xf0 | c >> 18), (char)(0x80 | (c >> 12 & 0x3f)),
                        (char)(0x80 | (c >> 6 & 0x3f)), (char)(0x80 | (c & 0x3f))};
        if (c < 0x10000)
            text[1] = (char)(0xe0 | c >> 12);
        if (c < 0x800)
            text[2] = (char)(0xc0 | c >> 6);
        assert_only_shows(c < 0x800     ? text + 2
                          : c < 0x10000 ? text + 1
                                        : text,
                          c < 0x800     ? 2
                          : c < 0x10000 ? 3
                                        : 4);
    }
}

static void test_any_size__is_kept(void **state)
{
    const char text[] = "\x1b\xc3\xa9\xe2\x80\xae" /* 4 + 2 + 6 bytes */;
    (void)state;
    assert_int_equal(crs_format_printable(text, sizeof text - 1, NULL, 0), 12);
    assert_int_equal(crs_format_printable(NULL, 5, NULL, 0), 0);
    for (size_t size = 1; size < 20; size++) {
        char out[24];
        memset(out, 'x', sizeof out);
        assert_int_equal(crs_format_printable(text, sizeof text - 1, out, size), 12);
        assert_true(strlen(out) < size && out[size] == 'x');
        if (size > 12)
            assert_string_equal(out, "\\x1b\xc3\xa9\\u202e");
        else if (size >= 4)
            assert_string_equal(out + strlen(out) - 3, "...");
    }
}

/* Whatever a caller puts into an error: it is one line. */
static void test_error__is_one_printable_line(void **state)
{
    crs_error err;
    char longest[2000];
    (void)state;
    (void)crs_error_set(&err, CRS_EINVAL, "no '%s'", "a\nb\033[31mc\xc2\x9b\xff\xe2\x80\xaez");
    assert_string_equal(err.text, "no 'a\\nb\\x1b[31mc\\u009b\\xff\\u202ez'");
    (void)crs_error_set(&err, CRS_EINVAL, "%s: %s", "again", err.text); /* its own text */
    assert_string_equal(err.text, "again: no 'a\\nb\\x1b[31mc\\u009b\\xff\\u202ez'");
    memset(longest, '\033', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    (void)crs_error_set(&err, CRS_EINVAL, "%s", longest);
    assert_true(strlen(err.text) < sizeof err.text);
    assert_string_equal(err.text + strlen(err.text) - 7, "\\x1b...");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_letters__stay),
        cmocka_unit_test(test_hidden_characters__are_escapes),
        cmocka_unit_test(test_any_bytes__only_show),
        cmocka_unit_test(test_any_size__is_kept),
        cmocka_unit_test(test_error__is_one_printable_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
