#include "unit/plot/fixture.h"

#include "plot/text.h"

/* The text as it is read, written back as UTF-8. */
static void check_read(const char *text, const char *expected)
{
    crs__plot_slice rest = crs__plot_slice_of(text);
    char out[256];
    size_t n = 0;
    for (uint32_t c; (c = crs__plot_next_char(&rest)) != 0;)
        n += crs__plot_put_utf8(c, out + n);
    out[n] = '\0';
    assert_string_equal(out, expected);
}

static void test_next_char__passes_text_and_stops_the_rest(void **state)
{
    (void)state;
    check_read("A >= 0", "A >= 0");
    check_read("\xC3\xA9 \xE2\x89\xA5 \xF0\x9F\x98\x80", "\xC3\xA9 \xE2\x89\xA5 \xF0\x9F\x98\x80");
    check_read("a\tb\x1b[31m\x7f", "a b [31m ");
    check_read("\xC2\x9B", " "); /* a control character of two bytes */
    check_read("\xFF\x80 \xC3", "\xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD");
    check_read("\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD");                 /* overlong '/' */
    check_read("\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"); /* a surrogate */
    check_read("\xEF\xBF\xBE", "\xEF\xBF\xBD");                         /* no character of XML */
    check_read("\xE2\x80\xAE", "\xEF\xBF\xBD"); /* turns the direction of writing */
}

static void check_lines(const char *text, double width, size_t max_lines, const char *expected)
{
    crs__plot_lines lines;
    char out[512] = "";
    crs__plot_wrap(text, width, 0, 0, max_lines, &lines);
    for (size_t i = 0; i < lines.n; i++) {
        strncat(out, lines.line[i].start, lines.line[i].n);
        strcat(out, i + 1 < lines.n ? "|" : lines.cut ? "~" : "");
    }
    assert_string_equal(out, expected);
}

static void test_wrap__breaks_at_spaces(void **state)
{
    (void)state;
    check_lines("one two three", 7, 9, "one two|three");
    check_lines("one two three", 80, 9, "one two three");
    check_lines("one  two", 3, 9, "one|two");
    check_lines("abcdefgh", 3, 9, "abc|def|gh");
    check_lines("a abcdefgh", 3, 9, "a|abc|def|gh");
    check_lines("one two three", 4, 2, "one|two~");
    check_lines("\xE2\x89\xA5\xE2\x89\xA5\xE2\x89\xA5", 2, 9,
                "\xE2\x89\xA5\xE2\x89\xA5|\xE2\x89\xA5");
    check_lines("", 5, 9, "");
    check_lines(NULL, 5, 9, "");
    check_lines("wide", 0, 9, "w|i|d|e");
}

static void test_width__counts_pixels_or_columns(void **state)
{
    (void)state;
    /* the digits of DejaVu Sans are 0.636 em wide */
    assert_float_equal(crs__plot_text_width(crs__plot_slice_of("00"), 10, 0), 12.72, 1e-12);
    assert_true(crs__plot_text_width(crs__plot_slice_of("\xE6\x97\xA5x"), 0, 0) == 3);
    assert_true(crs__plot_text_width(crs__plot_slice_of("e\xCC\x81"), 0, 0) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_next_char__passes_text_and_stops_the_rest),
        cmocka_unit_test(test_wrap__breaks_at_spaces),
        cmocka_unit_test(test_width__counts_pixels_or_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
