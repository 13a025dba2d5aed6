/* Status codes, error texts, versions: what every other call answers with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <crease/info.h>
#include <crease/status.h>

#include <string.h>

/* The list is the contract: a code that changes its number breaks programs. */
static void test_status__values_stay(void **state)
{
    (void)state;
    assert_int_equal(CRS_OK, 0);
    assert_int_equal(CRS_EINVAL, -1);
    assert_int_equal(CRS_ESHAPE, -2);
    assert_int_equal(CRS_ENOMEM, -3);
    assert_int_equal(CRS_EPARSE, -4);
    assert_int_equal(CRS_EFORMAT, -5);
    assert_int_equal(CRS_ENOENT, -6);
    assert_int_equal(CRS_EIO, -7);
    assert_int_equal(CRS_EUNSUPPORTED, -8);
    assert_int_equal(CRS_ENONFINITE, -9);
    assert_int_equal(CRS_ECANCELED, -10);
}

static void test_status__names_and_texts(void **state)
{
    (void)state;
    assert_string_equal(crs_status_name(CRS_ESHAPE), "CRS_ESHAPE");
    assert_string_equal(crs_status_text(CRS_ESHAPE), "shapes do not fit");
    assert_string_equal(crs_status_name((crs_status)7), "CRS_?");
    assert_string_equal(crs_status_text((crs_status)7), "unknown status");
}

static void test_error_set__fills_and_returns(void **state)
{
    crs_error err = {CRS_OK, 9, 9, "old"};
    (void)state;
    assert_int_equal(crs_error_set(&err, CRS_EPARSE, "at %d", 3), CRS_EPARSE);
    assert_int_equal(err.status, CRS_EPARSE);
    assert_int_equal(err.line, 0);
    assert_int_equal(err.column, 0);
    assert_string_equal(err.text, "at 3");
}

static void test_error_set__null_is_fine(void **state)
{
    (void)state;
    assert_int_equal(crs_error_set(NULL, CRS_EIO, "unread"), CRS_EIO);
}

static void test_error_set__long_text_is_cut_and_terminated(void **state)
{
    crs_error err;
    char text[2 * sizeof err.text];
    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    (void)crs_error_set(&err, CRS_EPARSE, "%s", text);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
}

static void test_info__is_complete(void **state)
{
    crs_info info;
    (void)state;
    crs_info_get(&info);
    assert_string_equal(info.version, crs_version());
    assert_true(strlen(info.compiler) > 0);
    assert_true(strlen(info.cpu_level) > 0);
    assert_true(strlen(info.cpu_best) > 0);
    assert_true(strlen(info.gemm) > 0);
    assert_true(info.n_parts > 0);
    for (int i = 0; i < info.n_parts; i++) {
        assert_true(strlen(info.parts[i].name) > 0);
        assert_true(strlen(info.parts[i].gives) > 0);
        assert_true(strlen(info.parts[i].package) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status__values_stay),
        cmocka_unit_test(test_status__names_and_texts),
        cmocka_unit_test(test_error_set__fills_and_returns),
        cmocka_unit_test(test_error_set__null_is_fine),
        cmocka_unit_test(test_error_set__long_text_is_cut_and_terminated),
        cmocka_unit_test(test_info__is_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
