/* Arrays out of HDF5 files, made here with libhdf5 as h5py and MATLAB make them. */
#include <crease/arrays.h>

#include <stdint.h>

#include "unit/data/array_files.h"

#if CRS_HAVE_HDF5
#include <hdf5.h>

/* libhdf5 1.10 loses memory of its own when it gives up on a damaged file. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libhdf5";
}

static hid_t create(const char *name)
{
    hid_t file = H5Fcreate(temporary_path(name), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

/* `values` as they lie in memory (`memory`), stored as `type`; the caller closes the set. */
static hid_t put_set(hid_t file, const char *name, hid_t type, hid_t memory, int rank,
                     const hsize_t *shape, const void *values)
{
    hid_t space = rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(rank, shape, NULL);
    hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(set >= 0);
    if (values != NULL)
        assert_true(H5Dwrite(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Sclose(space);
    return set;
}

static void put_numbers(hid_t file, const char *name, hid_t type, int rank, const hsize_t *shape,
                        const double *values)
{
    H5Dclose(put_set(file, name, type, H5T_NATIVE_DOUBLE, rank, shape, values));
}

static void put_text_attribute(hid_t object, const char *name, const char *text)
{
    hid_t space = H5Screate(H5S_SCALAR), type = H5Tcopy(H5T_C_S1), attribute;
    H5Tset_size(type, strlen(text));
    attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Awrite(attribute, type, text) >= 0);
    H5Aclose(attribute);
    H5Tclose(type);
    H5Sclose(space);
}

static void put_int_attribute(hid_t object, const char *name, int value)
{
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate2(object, name, H5T_STD_U8LE, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Awrite(attribute, H5T_NATIVE_INT, &value) >= 0);
    H5Aclose(attribute);
    H5Sclose(space);
}

static crs_status read_file(const char *name, crs_error *err, crs_arrays *out)
{
    const char *path = temporary_path(name);
    crs_status status = crs_arrays_read(path, err, out);
    assert_int_equal(unlink(path), 0);
    return status;
}

static void refuse(const char *name, crs_status status, const char *text)
{
    crs_arrays arrays;
    crs_error err;
    assert_int_equal(read_file(name, &err, &arrays), status);
    assert_string_equal(without_folder(err.text), text);
    assert_true(arrays.n == 0 && arrays.array == NULL && arrays.skipped == NULL);
}

/* ---- as h5py writes them ------------------------------------------------------------ */

static void test_hdf5__every_group(void **state)
{
    static const hsize_t shape[2] = {2, 3};
    static const double values[6] = {1, 2, 3, 4, 5, 6};
    hid_t file = create("a.h5"), group;
    crs_arrays arrays;
    crs_error err;
    (void)state;
    group = H5Gcreate2(file, "grads", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    put_numbers(group, "dW1", H5T_IEEE_F32BE, 2, shape, values);
    put_numbers(file, "W1", H5T_IEEE_F64LE, 2, shape, values);
    put_numbers(file, "lr", H5T_IEEE_F64LE, 0, NULL, values);
    H5Lcreate_hard(file, "grads", group, "again", H5P_DEFAULT, H5P_DEFAULT); /* a circle */
    H5Gclose(group);
    H5Fclose(file);
    assert_int_equal(read_file("a.h5", &err, &arrays), CRS_OK);
    assert_int_equal(arrays.n, 3);
    assert_array(&arrays, "W1", "float64", 2, (const size_t[]){2, 3}, values);
    assert_array(&arrays, "grads/dW1", "float32", 2, (const size_t[]){2, 3}, values);
    assert_array(&arrays, "lr", "float64", 0, NULL, values);
    assert_true(crs_arrays_find(&arrays, "grads/dW1")->roundoff == 0x1p-24);
    assert_null(arrays.skipped);
    crs_arrays_release(&arrays);
}

/* numpy.float16 and bfloat16 as HDF5 can say them. */
static hid_t small_float(size_t exponent, size_t mantissa)
{
    hid_t type = H5Tcopy(H5T_IEEE_F32LE);
    assert_true(H5Tset_fields(type, 15, mantissa, exponent, 0, mantissa) >= 0);
    assert_true(H5Tset_ebias(type, ((size_t)1 << (exponent - 1)) - 1) >= 0);
    assert_true(H5Tset_precision(type, 16) >= 0);
    assert_true(H5Tset_size(type, 2) >= 0);
    return type;
}

static void test_hdf5__every_type(void **state)
{
    static const hsize_t shape[1] = {2};
    static const double values[2] = {0, 1};
    hid_t half = small_float(5, 10), brain = small_float(8, 7);
    const struct {
        hid_t type;
        const char *name;
    } types[] = {
        {H5T_IEEE_F64BE, "float64"}, {H5T_IEEE_F32LE, "float32"}, {half, "float16"},
        {brain, "bfloat16"},         {H5T_STD_I64BE, "int64"},    {H5T_STD_I32LE, "int32"},
        {H5T_STD_I16BE, "int16"},    {H5T_STD_I8LE, "int8"},      {H5T_STD_U64LE, "uint64"},
        {H5T_STD_U32BE, "uint32"},   {H5T_STD_U16LE, "uint16"},   {H5T_STD_U8BE, "uint8"},
    };
    hid_t file = create("a.h5");
    crs_arrays arrays;
    crs_error err;
    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        put_numbers(file, types[i].name, types[i].type, 1, shape, values);
    H5Tclose(half);
    H5Tclose(brain);
    H5Fclose(file);
    assert_int_equal(read_file("a.h5", &err, &arrays), CRS_OK);
    assert_int_equal(arrays.n, sizeof types / sizeof types[0]);
    for (size_t i = 0; i < arrays.n; i++)
        assert_array(&arrays, types[i].name, types[i].name, 1, (const size_t[]){2}, values);
    assert_true(crs_arrays_find(&arrays, "bfloat16")->roundoff == 0x1p-8);
    crs_arrays_release(&arrays);
}

/* h5py's bool: an enum of FALSE and TRUE. */
static void test_hdf5__bools(void **state)
{
    static const hsize_t shape[1] = {3};
    static const signed char values[3] = {0, 1, 1};
    hid_t type = H5Tenum_create(H5T_STD_I8LE), file = create("a.h5");
    signed char member = 0;
    crs_arrays arrays;
    crs_error err;
    (void)state;
    H5Tenum_insert(type, "FALSE", &member);
    member = 1;
    H5Tenum_insert(type, "TRUE", &member);
    H5Dclose(put_set(file, "D1", type, type, 1, shape, values));
    H5Tclose(type);
    H5Fclose(file);
    assert_int_equal(read_file("a.h5", &err, &arrays), CRS_OK);
    assert_array(&arrays, "D1", "bool", 1, (const size_t[]){3}, (const double[]){0, 1, 1});
    crs_arrays_release(&arrays);
}

static void test_hdf5__whole_numbers_that_no_double_holds(void **state)
{
    static const hsize_t shape[1] = {2};
    static const int64_t values[2] = {5, ((int64_t)1 << 53) + 1};
    hid_t file = create("a.h5");
    (void)state;
    H5Dclose(put_set(file, "n", H5T_STD_I64BE, H5T_NATIVE_INT64, 1, shape, values));
    H5Fclose(file);
    refuse("a.h5", CRS_EUNSUPPORTED,
           "a.h5: data set 'n': element 1 (from 0, in the file's order) is a whole number near "
           "9007199254740992 that no double holds exactly");
}

static void test_hdf5__what_is_no_array_is_named(void **state)
{
    static const hsize_t shape[1] = {1};
    hid_t file = create("a.h5"), text = H5Tcopy(H5T_C_S1), record;
    crs_arrays arrays;
    crs_error err;
    (void)state;
    H5Tset_size(text, 3);
    H5Dclose(put_set(file, "classes", text, text, 1, shape, "cat"));
    record = H5Tcreate(H5T_COMPOUND, 12);
    H5Tinsert(record, "a", 0, H5T_IEEE_F64LE);
    H5Tinsert(record, "b", 8, H5T_STD_I32LE);
    H5Dclose(put_set(file, "table", record, record, 1, shape, "123456789012"));
    put_numbers(file, "W1", H5T_IEEE_F64LE, 1, shape, (const double[]){3});
    H5Tclose(record);
    H5Tclose(text);
    H5Fclose(file);
    assert_int_equal(read_file("a.h5", &err, &arrays), CRS_OK);
    assert_int_equal(arrays.n, 1);
    assert_string_equal(arrays.skipped, "classes (text), table (records)");
    crs_arrays_release(&arrays);
}

static void test_hdf5__complex_numbers(void **state)
{
    static const hsize_t shape[1] = {1};
    hid_t file = create("a.h5"), type = H5Tcreate(H5T_COMPOUND, 16);
    (void)state;
    H5Tinsert(type, "r", 0, H5T_IEEE_F64LE);
    H5Tinsert(type, "i", 8, H5T_IEEE_F64LE);
    H5Dclose(put_set(file, "W1", type, type, 1, shape, "0123456789012345"));
    H5Tclose(type);
    H5Fclose(file);
    refuse("a.h5", CRS_EUNSUPPORTED,
           "a.h5: data set 'W1' holds complex numbers, of which a net has none");
}

static void test_hdf5__shapes(void **state)
{
    static const hsize_t nine[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1}, none[2] = {3, 0};
    hid_t file = create("a.h5");
    crs_arrays arrays;
    crs_error err;
    (void)state;
    put_numbers(file, "none", H5T_IEEE_F64LE, 2, none, NULL);
    H5Fclose(file);
    assert_int_equal(read_file("a.h5", &err, &arrays), CRS_OK);
    assert_array(&arrays, "none", "float64", 2, (const size_t[]){3, 0}, NULL);
    crs_arrays_release(&arrays);
    file = create("a.h5");
    put_numbers(file, "W1", H5T_IEEE_F64LE, 9, nine, (const double[]){3});
    H5Fclose(file);
    refuse("a.h5", CRS_EUNSUPPORTED, "a.h5: data set 'W1' has more than 8 axes");
}

static void test_hdf5__claims_more_than_it_stores(void **state)
{
    static const hsize_t shape[2] = {100000, 100000};
    hid_t file = create("a.h5");
    (void)state;
    put_numbers(file, "W1", H5T_IEEE_F64LE, 2, shape, NULL); /* nothing is written */
    H5Fclose(file);
    refuse("a.h5", CRS_EFORMAT, "a.h5: data set 'W1' claims more values than the file stores");
}

static void test_hdf5__torn(void **state)
{
    static const hsize_t shape[1] = {100};
    static const double values[100] = {1};
    made_file bytes = {0};
    hid_t file = create("a.h5");
    FILE *stream;
    (void)state;
    put_numbers(file, "W1", H5T_IEEE_F64LE, 1, shape, values);
    H5Fclose(file);
    stream = fopen(temporary_path("a.h5"), "rb");
    assert_non_null(stream);
    bytes.n = fread(bytes.bytes, 1, sizeof bytes.bytes, stream);
    fclose(stream);
    assert_int_equal(unlink(temporary_path("a.h5")), 0);
    for (size_t n = 0; n < bytes.n; n += 100) /* test_hdf5_reader.c does more of them */ {
        crs_arrays arrays;
        crs_error err;
        assert_int_equal(read_made("a.h5", bytes.bytes, n, &err, &arrays), CRS_EFORMAT);
    }
}

/* ---- as MATLAB writes them ---------------------------------------------------------------- */

static void put_matlab(hid_t file, const char *name, const char *class, hid_t type, int rank,
                       const hsize_t *shape, const double *values)
{
    hid_t set = put_set(file, name, type, H5T_NATIVE_DOUBLE, rank, shape, values);
    put_text_attribute(set, "MATLAB_class", class);
    H5Dclose(set);
}

/* MATLAB's W1 = [1 2 3; 4 5 6] lies in the file as 1 4 2 5 3 6, and HDF5 sees 3 x 2. */
static void test_matlab__axes_are_those_matlab_shows(void **state)
{
    static const hsize_t shape[2] = {3, 2}, one[2] = {1, 1};
    static const double columns[6] = {1, 4, 2, 5, 3, 6}, rows[6] = {1, 2, 3, 4, 5, 6};
    hid_t file = create("a.mat");
    crs_arrays arrays;
    crs_error err;
    (void)state;
    put_matlab(file, "W1", "double", H5T_IEEE_F64LE, 2, shape, columns);
    put_matlab(file, "D1", "logical", H5T_STD_U8LE, 2, one, (const double[]){1});
    put_matlab(file, "Y", "int32", H5T_STD_I32LE, 2, shape, columns);
    H5Fclose(file);
    assert_int_equal(read_file("a.mat", &err, &arrays), CRS_OK);
    assert_int_equal(arrays.n, 3);
    assert_array(&arrays, "W1", "float64", 2, (const size_t[]){2, 3}, rows);
    assert_array(&arrays, "Y", "int32", 2, (const size_t[]){2, 3}, rows);
    assert_array(&arrays, "D1", "bool", 2, (const size_t[]){1, 1}, (const double[]){1});
    crs_arrays_release(&arrays);
}

static void test_matlab__empty_text_cells_structs_and_sparse(void **state)
{
    static const hsize_t two[1] = {2}, one[2] = {1, 1};
    static const double shape[2] = {0, 3}, three[1] = {3};
    hid_t file = create("a.mat"), set, group;
    crs_arrays arrays;
    crs_error err;
    (void)state;
    set = put_set(file, "none", H5T_STD_U64LE, H5T_NATIVE_DOUBLE, 1, two, shape);
    put_text_attribute(set, "MATLAB_class", "double");
    put_int_attribute(set, "MATLAB_empty", 1);
    H5Dclose(set);
    put_matlab(file, "title", "char", H5T_STD_U16LE, 2, one, three);
    put_matlab(file, "c", "cell", H5T_STD_U16LE, 2, one, three);
    group = H5Gcreate2(file, "params", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    put_text_attribute(group, "MATLAB_class", "struct");
    put_matlab(group, "W1", "single", H5T_IEEE_F32LE, 2, one, three);
    H5Gclose(group);
    group = H5Gcreate2(file, "s", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    put_int_attribute(group, "MATLAB_sparse", 1);
    put_numbers(group, "data", H5T_IEEE_F64LE, 2, one, three);
    H5Gclose(group);
    group = H5Gcreate2(file, "#refs#", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    put_numbers(group, "a", H5T_IEEE_F64LE, 2, one, three);
    H5Gclose(group);
    H5Fclose(file);
    assert_int_equal(read_file("a.mat", &err, &arrays), CRS_OK);
    assert_int_equal(arrays.n, 2);
    assert_array(&arrays, "none", "float64", 2, (const size_t[]){0, 3}, NULL);
    assert_array(&arrays, "params/W1", "float32", 2, (const size_t[]){1, 1}, three);
    assert_string_equal(arrays.skipped, "c (a cell), s (a sparse matrix), title (text)");
    crs_arrays_release(&arrays);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hdf5__every_group),
        cmocka_unit_test(test_hdf5__every_type),
        cmocka_unit_test(test_hdf5__bools),
        cmocka_unit_test(test_hdf5__whole_numbers_that_no_double_holds),
        cmocka_unit_test(test_hdf5__what_is_no_array_is_named),
        cmocka_unit_test(test_hdf5__complex_numbers),
        cmocka_unit_test(test_hdf5__shapes),
        cmocka_unit_test(test_hdf5__claims_more_than_it_stores),
        cmocka_unit_test(test_hdf5__torn),
        cmocka_unit_test(test_matlab__axes_are_those_matlab_shows),
        cmocka_unit_test(test_matlab__empty_text_cells_structs_and_sparse),
    };
    return cmocka_run_group_tests(tests, temporary_setup, temporary_teardown);
}

#else

static void test_hdf5__says_which_package(void **state)
{
    made_file file = {0};
    (void)state;
    put_bytes(&file, "\x89HDF\r\n\x1a\n", 8);
    refuse_file("a.h5", &file, CRS_EUNSUPPORTED,
                "a.h5: this build cannot read HDF5; install libhdf5-dev and build again");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_hdf5__says_which_package)};
    return cmocka_run_group_tests(tests, temporary_setup, temporary_teardown);
}

#endif
