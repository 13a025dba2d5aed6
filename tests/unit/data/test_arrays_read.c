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

/* Enough arrays that their names are found by an index. */
static void test_find__among_many(void **state)
{
    crs_arrays arrays = {0};
    crs_error err;
    char name[16];
    const double one = 1;
    (void)state;
    for (int i = 0; i < 1000; i++) {
        (void)snprintf(name, sizeof name, "W%d", i);
        assert_null(crs_arrays_find(&arrays, name));
        assert_int_equal(crs_arrays_add(&arrays, name, CRS_F64, 0, NULL, &one, &err), CRS_OK);
    }
    for (size_t i = 0; i < 1000; i++) {
        (void)snprintf(name, sizeof name, "W%zu", i);
        assert_ptr_equal(crs_arrays_find(&arrays, name), &arrays.array[i]);
        assert_int_equal(crs_arrays_add(&arrays, name, CRS_F64, 0, NULL, &one, &err), CRS_EINVAL);
    }
    assert_null(crs_arrays_find(&arrays, "W1000"));
    assert_int_equal(arrays.n, 1000);
    crs_arrays_release(&arrays);
    assert_null(arrays.index);
}

static void test_budget__is_the_callers(void **state)
{
    made_file file = {0};
    crs_arrays_read_options how;
    crs_arrays arrays;
    crs_error err;
    const char *path, head[] = "{'descr': '|u1', 'fortran_order': False, 'shape': (64,), }";
    (void)state;
    put_bytes(&file, "\x93NUMPY\1\0", 8);
    put_number(&file, sizeof head - 1, 2);
    put_bytes(&file, head, sizeof head - 1);
    for (int i = 0; i < 64; i++)
        put_number(&file, 1, 1);
    path = temporary_file("a.npy", file.bytes, file.n);
    crs_arrays_read_options_init(&how);
    assert_int_equal(how.max_memory, 0);
    how.max_memory = 511; /* of 64 doubles */
    assert_int_equal(crs_arrays_read_with(path, &how, &err, &arrays), CRS_EFORMAT);
    assert_string_equal(without_folder(err.text),
                        "a.npy: needs 0.5 KB of memory, more than the 0.5 KB that --max-memory "
                        "allows; --max-memory 1M allows it");
    assert_true(arrays.n == 0 && arrays.array == NULL);
    how.max_memory = 512;
    assert_int_equal(crs_arrays_read_with(path, &how, &err, &arrays), CRS_OK);
    crs_arrays_release(&arrays);
    assert_int_equal(crs_arrays_read_with(path, NULL, &err, &arrays), CRS_OK);
    crs_arrays_release(&arrays);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read__no_file),
        cmocka_unit_test(test_read__a_pipe),
        cmocka_unit_test(test_read__strangers),
        cmocka_unit_test(test_read__by_name_where_the_contents_say_nothing),
        cmocka_unit_test(test_read__formats),
        cmocka_unit_test(test_find__among_many),
        cmocka_unit_test(test_budget__is_the_callers),
    };
    return cmocka_run_group_tests(tests, temporary_setup, temporary_teardown);
}
