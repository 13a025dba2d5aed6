/*
 * crs_data_read's own part: the file, its format, the table of formats.
 */
#include <crease/data.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "unit/data/temporary.h"

#define FORMATS                                                                   \
    "csv (.csv .tsv .txt), npy (.npy), npz (.npz), idx (.idx -ubyte), hdf5 (.h5 " \
    ".hdf5), safetensors (.safetensors)"

static const char rows[] = "1,2,0\n3,4,1\n";

static void refuse(const char *path, const crs_data_read_options *options, crs_status status,
                   const char *message)
{
    crs_error err;
    crs_dataset data;
    assert_int_equal(crs_data_read(path, options, &err, &data), status);
    assert_string_equal(without_folder(err.text), message);
    assert_int_equal(err.status, status);
    assert_zeroed(&data);
}

static void accept(const char *path, const crs_data_read_options *options)
{
    crs_error err;
    crs_dataset data;
    if (crs_data_read(path, options, &err, &data) != CRS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(data.n_samples, 2);
    crs_dataset_release(&data);
}

static void test_formats__are_listed(void **state)
{
    const char *const names[] = {"csv", "npy", "npz", "idx", "hdf5", "safetensors"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_string_equal(crs_data_format_at(i)->name, names[i]);
    assert_null(crs_data_format_at(0)->package);
    assert_true((crs_data_format_at(4)->package == NULL) == CRS_HAVE_HDF5);
    assert_null(crs_data_format_at(sizeof names / sizeof *names));
}

static void test_missing_file__is_refused(void **state)
{
    (void)state;
    refuse(temporary_path("absent.csv"), NULL, CRS_ENOENT,
           "absent.csv: cannot be read: no such file");
    refuse("", NULL, CRS_ENOENT, ": cannot be read: no such file");
}

static void test_folder_and_device__are_refused(void **state)
{
    (void)state;
    refuse("/", NULL, CRS_EIO, "/: is a folder; expected a file");
    refuse("/dev/null", NULL, CRS_EIO,
           "/dev/null: is a device or socket; expected a file or a pipe");
}

static void test_unreadable_file__is_refused(void **state)
{
    const char *path = temporary_file("locked.csv", rows, sizeof rows - 1);
    (void)state;
    assert_int_equal(chmod(path, 0), 0);
    if (geteuid() != 0) /* root may read everything */
        refuse(path, NULL, CRS_EIO, "locked.csv: cannot be read: Permission denied");
    assert_int_equal(unlink(path), 0);
    if (geteuid() == 0)
        skip();
}

static void test_format__by_content_then_by_name(void **state)
{
    const char *const names[] = {"a.csv", "a.CSV", "a.txt", "a.tsv", "a", "a.dat"};
    crs_data_read_options options;
    const char *path;
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        path = temporary_file(names[i], rows, sizeof rows - 1);
        accept(path, NULL);
        assert_int_equal(unlink(path), 0);
    }
    crs_data_read_options_init(&options);
    options.format = "csv";
    path = temporary_file("a.h5", rows, sizeof rows - 1);
    accept(path, &options);
    options.format = "parquet";
    refuse(path, &options, CRS_ENOENT, "no file format 'parquet'; expected " FORMATS);
    options.format = NULL;
    options.dtype = (crs_dtype)9;
    refuse(path, &options, CRS_EINVAL, "the dtype to read is neither f32 nor f64");
    assert_int_equal(unlink(path), 0);
}

static void test_unknown_format__is_refused(void **state)
{
    const char *path = temporary_file("a.zst", "\x28\xb5\x2f\xfd\0\0\0\0", 8);
    (void)state;
    refuse(path, NULL, CRS_EFORMAT, "a.zst: is of no known format; expected " FORMATS);
    assert_int_equal(unlink(path), 0);
}

/* A name that would break a message, or be longer than one. */
static void test_odd_names__stay_on_one_line(void **state)
{
    char path[4096];
    crs_error err;
    crs_dataset data;
    (void)state;
    assert_int_equal(crs_data_read("a\nb\x1b[2J.csv", NULL, &err, &data), CRS_ENOENT);
    assert_string_equal(err.text, "a\\nb\\x1b[2J.csv: cannot be read: no such file");
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    memcpy(path + sizeof path - 9, "/end.csv", 8);
    assert_int_equal(crs_data_read(path, NULL, &err, &data), CRS_EIO);
    assert_non_null(strstr(err.text, "x/end.csv: cannot be read: "));
    assert_memory_equal(err.text, "...", 3);
}

/* What comes through a pipe in pieces is read like a file. */
static void test_pipe__is_read_as_csv(void **state)
{
    const char *path = temporary_path("pipe");
    pid_t child;
    int exit_code;
    (void)state;
    assert_int_equal(mkfifo(path, 0600), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        FILE *file = fopen(path, "wb");
        for (size_t i = 0; file != NULL && i < sizeof rows - 1; i++) {
            fputc(rows[i], file);
            fflush(file);
        }
        _exit(file == NULL || fclose(file) != 0);
    }
    accept(path, NULL);
    assert_int_equal(waitpid(child, &exit_code, 0), child);
    assert_int_equal(exit_code, 0);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats__are_listed),
        cmocka_unit_test(test_missing_file__is_refused),
        cmocka_unit_test(test_folder_and_device__are_refused),
        cmocka_unit_test(test_unreadable_file__is_refused),
        cmocka_unit_test(test_format__by_content_then_by_name),
        cmocka_unit_test(test_unknown_format__is_refused),
        cmocka_unit_test(test_odd_names__stay_on_one_line),
        cmocka_unit_test(test_pipe__is_read_as_csv),
    };
    return cmocka_run_group_tests(tests, temporary_setup, temporary_teardown);
}
