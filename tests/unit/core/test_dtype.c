#include <crease/dtype.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_names__and_sizes(void **state)
{
    const crs_dtype none = (crs_dtype)9;
    (void)state;
    assert_string_equal(crs_dtype_name(CRS_F32), "f32");
    assert_string_equal(crs_dtype_name(CRS_F64), "f64");
    assert_null(crs_dtype_name(none));
    assert_int_equal(crs_dtype_size(CRS_F32), 4);
    assert_int_equal(crs_dtype_size(CRS_F64), 8);
    assert_int_equal(crs_dtype_size(none), 0);
}

static void test_parse__reads_names_and_refuses_the_rest(void **state)
{
    crs_dtype dtype = CRS_F64;
    crs_error err;
    (void)state;
    assert_int_equal(crs_dtype_parse("float32", &err, &dtype), CRS_OK);
    assert_int_equal(dtype, CRS_F32);
    assert_int_equal(crs_dtype_parse("f64", &err, &dtype), CRS_OK);
    assert_int_equal(dtype, CRS_F64);
    assert_int_equal(crs_dtype_parse("f16", &err, &dtype), CRS_ENOENT);
    assert_string_equal(err.text, "no dtype 'f16'; expected f32 or f64");
    assert_int_equal(dtype, CRS_F64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names__and_sizes),
        cmocka_unit_test(test_parse__reads_names_and_refuses_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
