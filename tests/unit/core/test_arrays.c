/* The set of arrays: adding copies, finding, and what is no array. */
#include <crease/arrays.h>

#include <string.h>

#include "cmocka_all.h"
#include "core/memory.h"

static void test_add__copies_either_dtype(void **state)
{
    static const size_t dims[2] = {1, 2};
    double wide[2] = {1, 0.1};
    float narrow[2] = {1, 0.1F};
    crs_arrays arrays = {0};
    crs_error err;
    (void)state;
    assert_int_equal(crs_arrays_add(&arrays, "W1", CRS_F64, 2, dims, wide, &err), CRS_OK);
    assert_int_equal(crs_arrays_add(&arrays, "W2", CRS_F32, 2, dims, narrow, &err), CRS_OK);
    assert_int_equal(crs_arrays_add(&arrays, "lr", CRS_F64, 0, NULL, wide, &err), CRS_OK);
    wide[1] = narrow[1] = 5;
    assert_int_equal(arrays.n, 3);
    assert_true(crs_arrays_find(&arrays, "W1")->values[1] == 0.1);
    assert_true(crs_arrays_find(&arrays, "W2")->values[1] == (double)0.1F);
    assert_true(crs_arrays_find(&arrays, "lr")->values[0] == 1);
    assert_int_equal(crs_arrays_find(&arrays, "lr")->n, 1);
    assert_string_equal(crs_arrays_find(&arrays, "W2")->type, "float32");
    assert_true(crs_arrays_find(&arrays, "W2")->roundoff == 0x1p-24);
    assert_true(crs_arrays_find(&arrays, "W1")->roundoff == 0x1p-53);
    assert_null(crs_arrays_find(&arrays, "w1"));
    crs_arrays_release(&arrays);
    assert_true(arrays.n == 0 && arrays.array == NULL);
    crs_arrays_release(&arrays);
}

static void refuse(crs_arrays *arrays, const char *name, size_t n_dims, const size_t *dims,
                   crs_status status, const char *text)
{
    crs_error err;
    size_t n = arrays->n;
    static const double value = 1;
    assert_int_equal(crs_arrays_add(arrays, name, CRS_F64, n_dims, dims, &value, &err), status);
    assert_string_equal(err.text, text);
    assert_int_equal(arrays->n, n);
}

static void test_add__what_is_no_array(void **state)
{
    static const size_t nine[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    static const size_t huge[3] = {(size_t)1 << 32, (size_t)1 << 32, 4};
    static const double value = 1;
    crs_arrays arrays = {0};
    crs_error err;
    (void)state;
    assert_int_equal(crs_arrays_add(&arrays, "b1", CRS_F64, 0, NULL, &value, &err), CRS_OK);
    refuse(&arrays, "b1", 0, NULL, CRS_EINVAL, "there are two arrays named b1");
    refuse(&arrays, "", 0, NULL, CRS_EINVAL, "an array has no name");
    refuse(&arrays, NULL, 0, NULL, CRS_EINVAL, "an array has no name");
    refuse(&arrays, "W1", 9, nine, CRS_EINVAL, "W1 has 9 axes, at most 8 can be read");
    refuse(&arrays, "W1", 3, huge, CRS_ENOMEM, "no memory for the array W1");
    crs_arrays_release(&arrays);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add__copies_either_dtype),
        cmocka_unit_test(test_add__what_is_no_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
