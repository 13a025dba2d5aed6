/*
 * The HDF5 reader, on small files made here with libhdf5, and on the cat
 * pictures where they are at hand.
 */
#include <crease/data.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/memory.h"
#include "shared_data.h"
#include "unit/data/temporary.h"

#if CRS_HAVE_HDF5
#include <hdf5.h>

/* libhdf5 1.10 loses memory of its own when it gives up on a damaged file. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libhdf5";
}

/* ---- making files --------------------------------------------------------------- */

/* An array of doubles in memory, stored as `type`. */
static void put(hid_t file, const char *name, hid_t type, int rank, const hsize_t *shape,
                const double *values)
{
    hid_t space = H5Screate_simple(rank, shape, NULL);
    hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(set >= 0);
    assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(set);
    H5Sclose(space);
}

static void put_strings(hid_t file, const char *name, size_t n, size_t length, const char *text)
{
    hsize_t shape[1] = {n};
    hid_t space = H5Screate_simple(1, shape, NULL);
    hid_t type = H5Tcopy(H5T_C_S1);
    hid_t set;
    H5Tset_size(type, length);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text) >= 0);
    H5Dclose(set);
    H5Tclose(type);
    H5Sclose(space);
}

static hid_t create(const char *name)
{
    hid_t file = H5Fcreate(temporary_path(name), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

static const hsize_t pictures[4] = {3, 2, 2, 1};
static const double pixels[12] = {0, 1, 2, 3, 100, 127, 128, 200, 252, 253, 254, 255};
static const double answers[3] = {1, 0, 1};

/* Three pictures of 2 x 2 x 1 and their labels, as the cats have them. */
static void create_pictures(const char *name)
{
    hid_t file = create(name);
    put(file, "train_set_x", H5T_STD_U8LE, 4, pictures, pixels);
    put(file, "train_set_y", H5T_STD_I64LE, 1, pictures, answers);
    put_strings(file, "list_classes", 2, 7, "non-catcat\0\0\0\0");
    H5Fclose(file);
}

static void accept(const char *name, const crs_data_read_options *options, crs_dataset *data)
{
    crs_error err;
    const char *path = temporary_path(name);
    if (crs_data_read(path, options, &err, data) != CRS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(unlink(path), 0);
}

static void refuse(const char *name, const crs_data_read_options *options, crs_status status,
                   const char *message)
{
    crs_error err;
    crs_dataset data;
    const char *path = temporary_path(name);
    assert_int_equal(crs_data_read(path, options, &err, &data), status);
    assert_int_equal(unlink(path), 0);
    assert_string_equal(without_folder(err.text), message);
    assert_int_equal(err.status, status);
    assert_zeroed(&data);
}

/* ---- what is understood ---------------------------------------------------------- */

static void test_pictures__are_flattened_and_scaled(void **state)
{
    crs_data_read_options options;
    crs_dataset data;
    (void)state;
    crs_data_read_options_init(&options);
    for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
        options.dtype = (crs_dtype)dtype;
        create_pictures("p.h5");
        accept("p.h5", &options, &data);
        assert_int_equal(data.n_samples, 3);
        assert_int_equal(data.n_features, 4);
        assert_int_equal(data.n_classes, 2);
        assert_string_equal(data.class_names[0], "non-cat");
        assert_string_equal(data.class_names[1], "cat");
        assert_string_equal(data.name, "p.h5");
        assert_string_equal(data.description,
                            "HDF5: 3 samples of 2x2x1 from 'train_set_x' (uint8, divided by 255), "
                            "target 'train_set_y', 2 classes");
        assert_int_equal((uintptr_t)data.x % 64, 0);
        for (size_t i = 0; i < 12; i++) {
            if (dtype == CRS_F64)
                assert_true(((double *)data.x)[i] == pixels[i] / 255.0);
            else
                assert_true(((float *)data.x)[i] == (float)pixels[i] / 255.0F);
        }
        for (size_t i = 0; i < 3; i++)
            assert_true(data.y[i] == answers[i]);
        crs_dataset_release(&data);
    }
}

/* Found by what is in it, whatever it is called. */
static void test_hdf5__is_recognised_without_its_extension(void **state)
{
    crs_dataset data;
    (void)state;
    create_pictures("p.csv");
    accept("p.csv", NULL, &data);
    assert_int_equal(data.n_features, 4);
    crs_dataset_release(&data);
}

static void test_floats__are_taken_as_they_are(void **state)
{
    const hsize_t shape[2] = {2, 3}, column[2] = {2, 1};
    const double x[6] = {0.1, -2, 1e-300, 4, 255, 1e10}, y[2] = {0.5, 2.5};
    crs_data_read_options options;
    crs_dataset data;
    hid_t file = create("f.h5");
    (void)state;
    put(file, "points", H5T_IEEE_F64LE, 2, shape, x);
    put(file, "heights", H5T_IEEE_F64BE, 2, column, y);
    H5Fclose(file);
    crs_data_read_options_init(&options);
    options.features = "points";
    options.target = "heights";
    options.target_kind = CRS_TARGET_VALUES;
    accept("f.h5", &options, &data);
    assert_int_equal(data.n_classes, 0);
    assert_memory_equal(data.x, x, sizeof x);
    assert_memory_equal(data.y, y, sizeof y);
    assert_null(data.class_names);
    crs_dataset_release(&data);
}

/* Other integers are numbers, not pixels; a pair of sets is chosen by its name. */
static void test_int16__and_a_chosen_pair(void **state)
{
    const hsize_t shape[2] = {2, 2};
    const double x[4] = {-300, 255, 256, 7}, zeros[4] = {0}, y[2] = {1, 2};
    crs_data_read_options options;
    crs_dataset data;
    hid_t file = create("i.h5");
    (void)state;
    put(file, "a_x", H5T_STD_I16LE, 2, shape, x);
    put(file, "a_y", H5T_STD_U8LE, 1, shape, y);
    put(file, "b_x", H5T_STD_I16LE, 2, shape, zeros);
    put(file, "b_y", H5T_STD_U8LE, 1, shape, zeros);
    H5Fclose(file);
    crs_data_read_options_init(&options);
    options.features = "a_x";
    accept("i.h5", &options, &data);
    assert_memory_equal(data.x, x, sizeof x);
    assert_int_equal(data.n_classes, 2);
    assert_string_equal(data.class_names[1], "2");
    assert_true(data.y[0] == 0 && data.y[1] == 1);
    crs_dataset_release(&data);
}

static void test_like__takes_the_training_datas_classes(void **state)
{
    crs_data_read_options options;
    crs_dataset train, test;
    (void)state;
    create_pictures("train.h5");
    accept("train.h5", NULL, &train);
    crs_data_read_options_init(&options);
    options.like = &train;
    create_pictures("test.h5");
    accept("test.h5", &options, &test);
    assert_int_equal(test.n_classes, 2);
    assert_string_equal(test.class_names[1], "cat");
    assert_memory_equal(test.y, answers, sizeof answers);
    crs_dataset_release(&test);
    train.n_features = 5;
    create_pictures("test.h5");
    refuse("test.h5", &options, CRS_ESHAPE,
           "test.h5: 'train_set_x': 4 features; expected 5, as in the training data");
    crs_dataset_release(&train);
}

/* Compressed and chunked storage is HDF5's business. */
static void test_compressed__is_read(void **state)
{
    const hsize_t shape[2] = {100, 1000}, chunk[2] = {10, 1000};
    static double zeros[100000];
    crs_dataset data;
    hid_t file = create("z.h5"), space = H5Screate_simple(2, shape, NULL);
    hid_t plist = H5Pcreate(H5P_DATASET_CREATE), set;
    (void)state;
    H5Pset_chunk(plist, 2, chunk);
    H5Pset_deflate(plist, 9);
    set = H5Dcreate2(file, "z_x", H5T_IEEE_F64LE, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, zeros) >= 0);
    assert_true(H5Dget_storage_size(set) < 8000); /* as tight as deflate makes it */
    H5Dclose(set);
    H5Pclose(plist);
    H5Sclose(space);
    put(file, "z_y", H5T_STD_U8LE, 1, shape, zeros);
    H5Fclose(file);
    accept("z.h5", NULL, &data);
    assert_int_equal(data.n_samples, 100);
    assert_int_equal(data.n_features, 1000);
    crs_dataset_release(&data);
}

/* ---- what is refused --------------------------------------------------------------- */

static void test_not_hdf5__is_refused(void **state)
{
    (void)state;
    temporary_file("a.h5", "1,2,0\n3,4,1\n", 12);
    refuse("a.h5", NULL, CRS_EFORMAT,
           "a.h5: cannot be opened as an HDF5 file (HDF5: file signature not found)");
    temporary_file("a.h5", "", 0);
    refuse("a.h5", NULL, CRS_EFORMAT, "a.h5: is empty; expected an HDF5 file");
}

/* Cut anywhere, it is refused, and HDF5 itself prints nothing. */
static void test_truncated__is_refused(void **state)
{
    unsigned char bytes[16384];
    FILE *file;
    size_t n;
    (void)state;
    create_pictures("whole.h5");
    file = fopen(temporary_path("whole.h5"), "rb");
    assert_non_null(file);
    n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_true(n > 1000 && n < sizeof bytes);
    assert_int_equal(unlink(temporary_path("whole.h5")), 0);
    for (size_t cut = 8; cut < n; cut += 1000) {
        crs_error err;
        crs_dataset data;
        const char *path = temporary_file("cut.h5", bytes, cut);
        assert_int_equal(crs_data_read(path, NULL, &err, &data), CRS_EFORMAT);
        assert_non_null(strstr(err.text, "cut.h5: cannot be opened as an HDF5 file (HDF5: "));
        assert_zeroed(&data);
        assert_int_equal(unlink(path), 0);
    }
}

/* Bytes overwritten anywhere: read or refused, never a crash. More of it in test_hdf5_reader.c. */
static void test_damaged__is_read_or_refused(void **state)
{
    static unsigned char bytes[16384], copy[16384];
    uint32_t lcg = 99; /* the seed */
    FILE *file;
    size_t n;
    (void)state;
    create_pictures("whole.h5");
    file = fopen(temporary_path("whole.h5"), "rb");
    assert_non_null(file);
    n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_int_equal(unlink(temporary_path("whole.h5")), 0);
    for (int round = 0; round < 40; round++) {
        crs_error err;
        crs_dataset data;
        crs_status status;
        const char *path;
        memcpy(copy, bytes, n);
        lcg = lcg * 1664525U + 1013904223U;
        copy[8 + (lcg >> 8) % (n - 8)] = (unsigned char)(lcg >> 24);
        path = temporary_file("damaged.h5", copy, n);
        status = crs_data_read(path, NULL, &err, &data);
        if (status != CRS_OK) {
            assert_zeroed(&data);
            assert_null(strchr(err.text, '\n'));
        }
        crs_dataset_release(&data);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL), 0);
}

static void test_missing_data_set__is_refused_with_those_there(void **state)
{
    crs_data_read_options options;
    hid_t file;
    (void)state;
    crs_data_read_options_init(&options);
    options.features = "images";
    create_pictures("p.h5");
    refuse("p.h5", &options, CRS_ENOENT,
           "p.h5: no data set 'images'; expected one of those there: list_classes, train_set_x, "
           "train_set_y");
    options.features = NULL;
    options.target = "nowhere/labels";
    create_pictures("p.h5");
    refuse("p.h5", &options, CRS_ENOENT,
           "p.h5: no data set 'nowhere/labels'; expected one of those there: list_classes, "
           "train_set_x, train_set_y");
    file = create("p.h5");
    H5Gclose(H5Gcreate2(file, "group_x", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Fclose(file);
    refuse("p.h5", NULL, CRS_ENOENT,
           "p.h5: no data set '..._x'; expected one of those there: none");
    file = create("p.h5");
    put(file, "a_x", H5T_STD_U8LE, 4, pictures, pixels);
    H5Fclose(file);
    refuse("p.h5", NULL, CRS_ENOENT, "p.h5: no data set '..._y'; expected one of those there: a_x");
}

static void test_several_data_sets__are_refused(void **state)
{
    hid_t file = create("p.h5");
    (void)state;
    put(file, "a_x", H5T_STD_U8LE, 4, pictures, pixels);
    put(file, "b_x", H5T_STD_U8LE, 4, pictures, pixels);
    H5Fclose(file);
    refuse("p.h5", NULL, CRS_EINVAL,
           "p.h5: 2 data sets end in '_x', say which; there are a_x, b_x");
}

/* One file with x and y of the given shapes. */
static void create_pair(int x_rank, const hsize_t *x_shape, int y_rank, const hsize_t *y_shape,
                        const double *y)
{
    static const double x[64];
    hid_t file = create("p.h5");
    put(file, "p_x", H5T_STD_U8LE, x_rank, x_shape, x);
    put(file, "p_y", H5T_IEEE_F64LE, y_rank, y_shape, y);
    H5Fclose(file);
}

static void test_shapes__that_do_not_fit_are_refused(void **state)
{
    const hsize_t three_by_two[2] = {3, 2}, three[1] = {3}, four[1] = {4};
    const hsize_t two_by_three[2] = {2, 3}, none[2] = {0, 2};
    const double y[6] = {0};
    (void)state;
    create_pair(1, three, 1, three, y);
    refuse("p.h5", NULL, CRS_ESHAPE,
           "p.h5: data set 'p_x' has 1 axis; expected samples by features");
    create_pair(2, three_by_two, 1, four, y);
    refuse("p.h5", NULL, CRS_ESHAPE,
           "p.h5: 'p_y' has 4 labels, but 'p_x' has 3 samples; expected as many");
    create_pair(2, three_by_two, 2, two_by_three, y);
    refuse("p.h5", NULL, CRS_ESHAPE,
           "p.h5: 'p_y' has 2 labels, but 'p_x' has 3 samples; expected as many");
    create_pair(2, none, 1, none, y);
    refuse("p.h5", NULL, CRS_ESHAPE, "p.h5: data set 'p_x' is empty; expected samples by features");
}

static void test_labels__that_are_none_are_refused(void **state)
{
    const hsize_t shape[2] = {3, 2};
    const double half[3] = {0, 1, 0.5}, nan[3] = {0, (double)NAN, 1};
    crs_data_read_options options;
    (void)state;
    crs_data_read_options_init(&options);
    options.target_kind = CRS_TARGET_CLASSES;
    create_pair(2, shape, 1, shape, half);
    refuse("p.h5", &options, CRS_EPARSE,
           "p.h5: 'p_y', sample 2 (from 0): label 0.5; expected a class: a whole number or a "
           "name");
    create_pair(2, shape, 1, shape, nan);
    refuse("p.h5", NULL, CRS_ENONFINITE, "p.h5: 'p_y', sample 1 (from 0): label is not finite");
}

static void test_samples__that_are_not_finite_are_refused(void **state)
{
    const hsize_t shape[2] = {3, 2};
    const double x[6] = {0, 1, 2, 1e300, 4, (double)NAN};
    crs_data_read_options options;
    (void)state;
    crs_data_read_options_init(&options);
    for (int round = 0; round < 2; round++) {
        hid_t file = create("p.h5");
        put(file, "p_x", H5T_IEEE_F64LE, 2, shape, x);
        put(file, "p_y", H5T_STD_U8LE, 1, shape, answers);
        H5Fclose(file);
        options.dtype = round == 0 ? CRS_F64 : CRS_F32;
        refuse("p.h5", &options, CRS_ENONFINITE,
               round == 0
                   ? "p.h5: 'p_x' has NaN at sample 2, feature 1 (from 0); expected finite f64"
                   : "p.h5: 'p_x' has infinity at sample 1, feature 1 (from 0); expected "
                     "finite f32");
    }
}

static void test_text__is_no_data(void **state)
{
    hid_t file = create("p.h5");
    (void)state;
    put_strings(file, "p_x", 3, 2, "abcdef");
    put(file, "p_y", H5T_STD_U8LE, 1, pictures, answers);
    H5Fclose(file);
    refuse("p.h5", NULL, CRS_EFORMAT, "p.h5: data set 'p_x' holds no numbers");
}

/* A file of 2 kB that claims 2^60 values, all of them the fill value. */
static void test_bait__is_refused_before_memory_is_asked_for(void **state)
{
    const hsize_t shape[2] = {(hsize_t)1 << 30, (hsize_t)1 << 27}, chunk[2] = {16, 16};
    hid_t file = create("p.h5"), space = H5Screate_simple(2, shape, NULL);
    hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
    (void)state;
    H5Pset_chunk(plist, 2, chunk);
    H5Dclose(H5Dcreate2(file, "p_x", H5T_STD_U8LE, space, H5P_DEFAULT, plist, H5P_DEFAULT));
    put(file, "p_y", H5T_STD_U8LE, 1, pictures, answers);
    H5Pclose(plist);
    H5Sclose(space);
    H5Fclose(file);
    refuse("p.h5", NULL, CRS_EFORMAT,
           "p.h5: data set 'p_x' claims more values than the file stores");
}

static void test_other_files__are_not_followed(void **state)
{
    const hsize_t shape[2] = {3, 2};
    hid_t file = create("p.h5"), space = H5Screate_simple(2, shape, NULL);
    hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
    (void)state;
    H5Pset_external(plist, "/etc/hostname", 0, 6);
    H5Dclose(H5Dcreate2(file, "p_x", H5T_STD_U8LE, space, H5P_DEFAULT, plist, H5P_DEFAULT));
    put(file, "p_y", H5T_STD_U8LE, 1, pictures, answers);
    H5Pclose(plist);
    H5Sclose(space);
    H5Fclose(file);
    refuse("p.h5", NULL, CRS_EFORMAT, "p.h5: data set 'p_x' keeps its values in other files");
    file = create("p.h5");
    H5Lcreate_external("other.h5", "/a", file, "p_x", H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    refuse("p.h5", NULL, CRS_ENOENT,
           "p.h5: no data set '..._x'; expected one of those there: none");
}

static herr_t own_printer(hid_t stack, void *arg)
{
    (void)stack;
    ++*(int *)arg;
    return 0;
}

/* The program's own error printing is silent during the call, and back after it. */
static void test_error_printing__is_restored(void **state)
{
    H5E_auto2_t printer;
    void *arg;
    int printed = 0;
    (void)state;
    H5Eset_auto2(H5E_DEFAULT, own_printer, &printed);
    temporary_file("a.h5", "no", 2);
    refuse("a.h5", NULL, CRS_EFORMAT,
           "a.h5: cannot be opened as an HDF5 file (HDF5: file signature not found)");
    assert_int_equal(printed, 0);
    H5Eget_auto2(H5E_DEFAULT, &printer, &arg);
    assert_true(printer == own_printer);
    assert_ptr_equal(arg, &printed);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

static void test_failing_allocator__is_reported_and_leaks_nothing(void **state)
{
    crs_status status = CRS_ENOMEM;
    size_t walked = 0;
    (void)state;
    create_pictures("p.h5");
    while (status != CRS_OK) {
        crs_dataset data;
        crs_error err;
        crs__alloc_fail_at(++walked);
        status = crs_data_read(temporary_path("p.h5"), NULL, &err, &data);
        crs__alloc_fail_at(0);
        if (status != CRS_OK) {
            assert_int_equal(status, CRS_ENOMEM);
            assert_non_null(strstr(err.text, "not enough memory"));
            assert_zeroed(&data);
        }
        crs_dataset_release(&data);
    }
    assert_true(walked > 4); /* x, y, name, class names, description */
    assert_int_equal(unlink(temporary_path("p.h5")), 0);
}

/*
 * The cat pictures: first and last three bytes, sums of bytes and of labels, as
 * tests/golden/make_cats_figures.py prints them.
 */
static void check_cats(const crs_dataset *data, size_t n, const double *first, const double *last,
                       double x_sum, double y_sum)
{
    double sum = 0, labels = 0;
    assert_int_equal(data->n_samples, n);
    assert_int_equal(data->n_features, 12288);
    assert_int_equal(data->n_classes, 2);
    assert_string_equal(data->class_names[0], "non-cat");
    for (size_t j = 0; j < 3; j++) {
        assert_true(crs_dataset_x(data, 0, j) == first[j] / 255.0);
        assert_true(crs_dataset_x(data, n - 1, 12285 + j) == last[j] / 255.0);
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < 12288; j++)
            sum += round(crs_dataset_x(data, i, j) * 255.0);
        labels += data->y[i];
    }
    assert_true(sum == x_sum);
    assert_true(labels == y_sum);
}

static void test_cats__are_as_h5py_reads_them(void **state)
{
    const double train_first[] = {17, 31, 56}, train_last[] = {0, 0, 0};
    const double test_first[] = {158, 104, 83}, test_last[] = {5, 22, 5};
    char train_path[512], test_path[512];
    crs_data_read_options options;
    crs_dataset train, test;
    (void)state;
    if (!find_shared_data("cats/train_catvnoncat.h5", train_path, sizeof train_path) ||
        !find_shared_data("cats/test_catvnoncat.h5", test_path, sizeof test_path))
        skip();
    assert_int_equal(crs_data_read(train_path, NULL, NULL, &train), CRS_OK);
    check_cats(&train, 209, train_first, train_last, 264542077, 72);
    crs_data_read_options_init(&options);
    options.like = &train;
    assert_int_equal(crs_data_read(test_path, &options, NULL, &test), CRS_OK);
    check_cats(&test, 50, test_first, test_last, 65969547, 33);
    crs_dataset_release(&train);
    crs_dataset_release(&test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pictures__are_flattened_and_scaled),
        cmocka_unit_test(test_hdf5__is_recognised_without_its_extension),
        cmocka_unit_test(test_floats__are_taken_as_they_are),
        cmocka_unit_test(test_int16__and_a_chosen_pair),
        cmocka_unit_test(test_like__takes_the_training_datas_classes),
        cmocka_unit_test(test_compressed__is_read),
        cmocka_unit_test(test_not_hdf5__is_refused),
        cmocka_unit_test(test_truncated__is_refused),
        cmocka_unit_test(test_damaged__is_read_or_refused),
        cmocka_unit_test(test_missing_data_set__is_refused_with_those_there),
        cmocka_unit_test(test_several_data_sets__are_refused),
        cmocka_unit_test(test_shapes__that_do_not_fit_are_refused),
        cmocka_unit_test(test_labels__that_are_none_are_refused),
        cmocka_unit_test(test_samples__that_are_not_finite_are_refused),
        cmocka_unit_test(test_text__is_no_data),
        cmocka_unit_test(test_bait__is_refused_before_memory_is_asked_for),
        cmocka_unit_test(test_other_files__are_not_followed),
        cmocka_unit_test(test_error_printing__is_restored),
        cmocka_unit_test(test_failing_allocator__is_reported_and_leaks_nothing),
        cmocka_unit_test(test_cats__are_as_h5py_reads_them),
    };
    return cmocka_run_group_tests(tests, temporary_setup, temporary_teardown);
}

#else

static void test_hdf5__names_the_missing_package(void **state)
{
    const char *path = temporary_file("a.h5", "\x89HDF\r\n\x1a\n", 8);
    crs_error err;
    crs_dataset data;
    (void)state;
    assert_int_equal(crs_data_read(path, NULL, &err, &data), CRS_EUNSUPPORTED);
    assert_string_equal(without_folder(err.text),
                        "a.h5: this build cannot read HDF5; install libhdf5-dev and build again");
    assert_zeroed(&data);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hdf5__names_the_missing_package),
    };
    return cmocka_run_group_tests(tests, temporary_setup, temporary_teardown);
}

#endif
