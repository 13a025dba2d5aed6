/* Numbers as people read them. */
#include "cmocka_all.h"

#include <crease/format.h>

static void test_count__separates_thousands(void **unused)
{
    static const struct {
        uint64_t n;
        const char *text;
    } rows[] = {{0, "0"},
                {7, "7"},
                {999, "999"},
                {1000, "1,000"},
                {123456, "123,456"},
                {2139095040, "2,139,095,040"},
                {UINT64_MAX, "18,446,744,073,709,551,615"}};
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[CRS_FORMAT_COUNT_BYTES];
        crs_format_count(rows[i].n, text, sizeof text);
        assert_string_equal(text, rows[i].text);
    }
}

static void test_count__is_cut_to_the_room_there_is(void **unused)
{
    char text[6] = "?????";
    (void)unused;
    crs_format_count(1234567, text, sizeof text);
    assert_string_equal(text, "1,234");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_count__separates_thousands),
        cmocka_unit_test(test_count__is_cut_to_the_room_there_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
