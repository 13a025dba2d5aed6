/* Which reader a file goes to, and what goes to none. */
#include <crease/arrays.h>

#include <sys/stat.h>

#include "unit/data/array_files.h"

static void refuse_text(const char *name, const char *bytes, size_t n, const char *text)
{
    made_file file = {0};
    put_bytes(&file, bytes, n);
    refuse_file(name, &file, CRS_EFORMAT, text);
}

static void test_read__no_file(void **state)
{
    crs_arrays arrays;
    crs_error err;
    (void)state;
    assert_int_equal(crs_arrays_read(temporary_path("none.npz"), &err, &arrays), CRS_ENOENT);
    assert_string_equal(without_folder(err.text), "none.npz: cannot be read: no such file");
    assert_int_equal(crs_arrays_read("/tmp", &err, &arrays), CRS_EIO);
    assert_string_equal(err.text, "/tmp: is a folder; expected a file");
    assert_int_equal(crs_arrays_read("/dev/null", &err, &arrays), CRS_EIO);
    crs_arrays_release(&arrays);
}

static void test_read__a_pipe(void **state)
{
    int ends[2];
    char path[32];
    crs_arrays arrays;
    crs_error err;
    (void)state;
    assert_int_equal(pipe(ends), 0);
    (void)snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    assert_int_equal(crs_arrays_read(path, &err, &arrays), CRS_EIO);
    assert_non_null(strstr(err.text, "is a pipe; arrays are read from a file"));
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void test_read__strangers(void **state)
{
    static const char formats[] = "x.dat: is of no known format; expected one of .npz, .npy, .h5 "
                                  ".hdf5 .mat, .safetensors";
    (void)state;
    refuse_text("x.npz", "", 0, "x.npz: is empty; expected arrays");
    refuse_text("x.dat", "hello", 5, formats);
    refuse_text("x.dat", "1,2\n3,4\n", 8, formats);
    refuse_text("x.pkl", "\x80\4\x95", 3,
                "x.pkl: is a Python pickle, and to read it is to run code from it; save with "
                "np.savez");
    refuse_text("x.mat", "MATLAB 5.0 MAT-file, Platform: GLNXA64", 38,
                "x.mat: is a MATLAB file of before v7.3; save it with save(..., '-v7.3')");
}

/* A file that is damaged from its first byte on is called after its name. */
static void test_read__by_name_where_the_contents_say_nothing(void **state)
{
    (void)state;
    refuse_text("x.npy", "garbage!", 8, "x.npy does not begin as a .npy array does");
}

static void test_read__formats(void **state)
{
    size_t n = 0;
    (void)state;
    for (; crs_arrays_format_at(n) != NULL; n++)
        assert_true(crs_arrays_format_at(n)->extensions[0] == '.');
    assert_int_equal(n, 4);
    assert_null(crs_arrays_format_at(1000));
    assert_null(crs_arrays_format_at(1)->package); /* .npy needs nothing */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read__no_file),
        cmocka_unit_test(test_read__a_pipe),
        cmocka_unit_test(test_read__strangers),
        cmocka_unit_test(test_read__by_name_where_the_contents_say_nothing),
        cmocka_unit_test(test_read__formats),
    };
    return cmocka_run_group_tests(tests, temporary_setup, temporary_teardown);
}
