#include "data/shown.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_shown(const char *text, const char *want)
{
    char out[16];
    crs__shown_text(text, strlen(text), out, sizeof out);
    assert_string_equal(out, want);
}

static void test_text__keeps_utf8_and_escapes_control(void **state)
{
    (void)state;
    assert_shown("plain", "plain");
    assert_shown("", "");
    assert_shown("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xb1",
                 "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xb1");
    assert_shown("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xb1\xf0\x9f\x90\xb1",
                 "caf\xc3\xa9 \xe2\x82\xac ...");
    assert_shown("a\nb\x1b[m\x7f", "a\\nb\\x1b[m\\x7f");
    assert_shown("\r\t\x07", "\\r\\t\\x07");
    assert_shown("\xc2\x9b"
                 "1m",
                 "\\u009b1m"); /* a C1 control character */
}

static void test_text__escapes_broken_utf8(void **state)
{
    (void)state;
    assert_shown("\xff\xfe", "\\xff\\xfe");
    assert_shown("a\xc3", "a\\xc3");                 /* cut short */
    assert_shown("\xc0\xaf", "\\xc0\\xaf");          /* overlong / */
    assert_shown("\xe0\x80\xaf", "\\xe0\\x80\\xaf"); /* the same in three bytes */
    assert_shown("\xed\xa0\x80", "\\xed\\xa0\\x80"); /* a surrogate */
    assert_shown("\xf4\x90\x80", "\\xf4\\x90\\x80"); /* above U+10FFFF */
}

/* No size makes it write past the end or cut a character in two. */
static void test_text__fits_any_size(void **state)
{
    const char text[] = "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac";
    (void)state;
    for (size_t size = 4; size < 20; size++) {
        char out[24];
        memset(out, 'x', sizeof out);
        crs__shown_text(text, sizeof text - 1, out, size);
        assert_true(strlen(out) < size);
        assert_true(out[size] == 'x');
        for (size_t i = 0; i + 3 <= strlen(out) && out[i] != '.'; i += 3)
            assert_memory_equal(out + i, text, 3);
    }
}

static void test_path__keeps_its_end(void **state)
{
    char out[24];
    (void)state;
    crs__shown_path("short.csv", out, sizeof out);
    assert_string_equal(out, "short.csv");
    crs__shown_path("/a/very/long/way/to/data.csv", out, sizeof out);
    assert_string_equal(out, ".../way/to/data.csv");
    assert_true(strlen(out) < sizeof out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text__keeps_utf8_and_escapes_control),
        cmocka_unit_test(test_text__escapes_broken_utf8),
        cmocka_unit_test(test_text__fits_any_size),
        cmocka_unit_test(test_path__keeps_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
