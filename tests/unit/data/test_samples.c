/*
 * Samples from files of arrays: NPY, NPZ, IDX, safetensors, packed or not, with the target in
 * them or beside them; and what of them is refused with which words.
 */
#include <crease/data.h>

#include "cmocka_all.h"
#include "shared_data.h"
#include "unit/data/array_files.h"

#include <math.h>
#include <signal.h>
#include <sys/resource.h>
#if CRS_HAVE_ZLIB
#include <zlib.h>
#endif

/* Four samples of three features and a class. */
static const double table[4][4] = {{1, 2, 3, 0}, {4, 5, 6, 1}, {7, 8, 9, 2}, {10, 11, 12, 1}};

static const char *write_made(const char *name, const made_file *file)
{
    return temporary_file(name, file->bytes, file->n);
}

static crs_data_read_options default_options(void)
{
    crs_data_read_options options;
    crs_data_read_options_init(&options);
    return options;
}

/* Read a file of the temporary folder and remove it; the target's file, if any, too. */
static crs_status read_back(const char *name, const crs_data_read_options *options, crs_error *err,
                            crs_dataset *data)
{
    char path[128];
    crs_status status;
    (void)snprintf(path, sizeof path, "%s", temporary_path(name));
    memset(err, 0, sizeof *err);
    status = crs_data_read(path, options, err, data);
    assert_int_equal(unlink(path), 0);
    if (options != NULL && options->target_path != NULL)
        assert_int_equal(unlink(options->target_path), 0);
    return status;
}

static void accept(const char *name, const crs_data_read_options *options, crs_dataset *data)
{
    crs_error err;
    if (read_back(name, options, &err, data) != CRS_OK)
        fail_msg("%s", err.text);
    assert_int_equal((uintptr_t)data->x % 64, 0);
}

static void refuse(const char *name, const crs_data_read_options *options, crs_status status,
                   const char *text)
{
    crs_error err;
    crs_dataset data;
    crs_status got = read_back(name, options, &err, &data);
    assert_string_equal(without_folder(err.text), text);
    assert_int_equal(got, status);
    assert_zeroed(&data);
}

static void assert_table(const crs_dataset *data, size_t n_features)
{
    assert_int_equal(data->n_samples, 4);
    assert_int_equal(data->n_features, n_features);
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < n_features; j++)
            assert_true(crs_dataset_x(data, i, j) == table[i][j]);
}

static void assert_y(const crs_dataset *data)
{
    for (size_t i = 0; i < 4; i++)
        assert_true(data->y[i] == table[i][3]);
    assert_int_equal(data->n_classes, 3);
}

/* A header as NumPy writes it, padded so that the elements begin at byte 64 n. */
static void put_array(made_file *file, const char *dict, const void *bytes, size_t n)
{
    char padded[128];
    (void)snprintf(padded, sizeof padded, "%-117s\n", dict);
    put_npy(file, padded, bytes, n);
}

static void make_npy(made_file *file, const char *dict, const void *bytes, size_t n)
{
    file->n = 0;
    put_array(file, dict, bytes, n);
}

static made_file made, other;

static void make_table(void)
{
    make_npy(&made, "{'descr': '<f8', 'fortran_order': False, 'shape': (4, 4), }", table,
             sizeof table);
}

/* The labels of the table as an IDX of bytes, its path. */
static const char *write_idx_labels(const char *name, size_t n)
{
    const unsigned char labels[8] = {0, 1, 2, 1, 0, 1, 2, 1};
    static char path[128];
    other.n = 0;
    put_bytes(&other, "\0\0\x08\1\0\0\0", 7);
    put_number(&other, n, 1);
    put_bytes(&other, labels, n);
    (void)snprintf(path, sizeof path, "%s", write_made(name, &other));
    return path;
}

/* ---- NPY -------------------------------------------------------------------------------- */

static void test_npy__has_its_target_in_a_column(void **state)
{
    crs_data_read_options options = default_options();
    crs_dataset data;
    (void)state;
    make_table();
    write_made("a.npy", &made);
    accept("a.npy", NULL, &data);
    assert_table(&data, 3);
    assert_y(&data);
    assert_string_equal(data.description,
                        "NPY: 4 samples of 3 features, target column 4, 3 classes");
    assert_int_equal(crs_dataset_task(&data), CRS_TASK_CLASSES);
    crs_dataset_release(&data);

    options.target = "1";
    options.columns = "2-4";
    options.ignore = "3";
    options.target_kind = CRS_TARGET_VALUES;
    write_made("a.npy", &made);
    accept("a.npy", &options, &data);
    assert_int_equal(data.n_features, 2);
    for (size_t i = 0; i < 4; i++) {
        assert_true(crs_dataset_x(&data, i, 0) == table[i][1]);
        assert_true(crs_dataset_x(&data, i, 1) == table[i][3]);
        assert_true(data.y[i] == table[i][0]);
    }
    assert_int_equal(crs_dataset_task(&data), CRS_TASK_VALUES);
    crs_dataset_release(&data);
}

/* Every element type and order gives the same numbers. */
static void test_npy__of_any_type_and_order(void **state)
{
    static const struct {
        const char *dict;
        size_t size;
        int big, fortran;
    } kinds[] = {
        {"{'descr': '>f8', 'fortran_order': False, 'shape': (4, 4), }", 8, 1, 0},
        {"{'descr': '<f8', 'fortran_order': True, 'shape': (4, 4), }", 8, 0, 1},
        {"{'descr': '<i2', 'fortran_order': False, 'shape': (4, 4), }", 2, 0, 0},
        {"{'descr': '>i4', 'fortran_order': False, 'shape': (4, 4), }", 4, 1, 0},
        {"{'descr': '|i1', 'fortran_order': True, 'shape': (4, 4), }", 1, 0, 1},
    };
    (void)state;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        unsigned char bytes[16 * 8];
        crs_dataset data;
        for (size_t i = 0; i < 16; i++) {
            double value = kinds[k].fortran ? table[i % 4][i / 4] : table[i / 4][i % 4];
            uint64_t bits = (uint64_t)value;
            if (kinds[k].size == 8)
                memcpy(&bits, &value, 8);
            for (size_t b = 0; b < kinds[k].size; b++)
                bytes[i * kinds[k].size + (kinds[k].big ? kinds[k].size - 1 - b : b)] =
                    (unsigned char)(bits >> 8 * b);
        }
        make_npy(&made, kinds[k].dict, bytes, 16 * kinds[k].size);
        write_made("a.npy", &made);
        accept("a.npy", NULL, &data);
        assert_table(&data, 3);
        assert_y(&data);
        assert_null(data.mapping.start);
        crs_dataset_release(&data);
    }
}

static void test_npy__is_mapped_where_it_is_as_wanted(void **state)
{
    crs_data_read_options options = default_options();
    crs_dataset data, again;
    float single[12];
    crs_scaler scaler;
    (void)state;
    for (size_t i = 0; i < 12; i++)
        single[i] = (float)table[i / 3][i % 3];
    make_npy(&made, "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 3), }", single,
             sizeof single);
    options.dtype = CRS_F32;
    options.target_path = write_idx_labels("labels", 4);
    write_made("a.npy", &made);
    accept("a.npy", &options, &data);
    assert_string_equal(data.description,
                        "NPY: 4 samples of 3 features, mapped, target from labels, 3 classes");
    assert_table(&data, 3);
    assert_y(&data);
    assert_non_null(data.mapping.start);
    assert_false(data.mapping.writable);

    /* what writes to x makes a copy first: the file's pages could not be written to */
    assert_int_equal(crs_scaler_fit(CRS_SCALE_MINMAX, CRS_FILL_NONE, &data, 0, NULL, NULL, &scaler),
                     CRS_OK);
    assert_int_equal(crs_scaler_apply(&scaler, &data, NULL), CRS_OK);
    assert_null(data.mapping.start);
    assert_true(crs_dataset_x(&data, 0, 0) == 0 && crs_dataset_x(&data, 3, 2) == 1);
    crs_scaler_release(&scaler);
    crs_dataset_release(&data);

    options.dtype = CRS_F64; /* wider: read */
    options.target_path = write_idx_labels("labels", 4);
    write_made("a.npy", &made);
    accept("a.npy", &options, &again);
    assert_table(&again, 3);
    assert_null(again.mapping.start);
    crs_dataset_release(&again);
}

/* ---- larger than memory -------------------------------------------------------------------- */

static void test_memory_limit__puts_x_into_a_file(void **state)
{
    crs_data_read_options options = default_options();
    crs_dataset data;
    char text[4000];
    size_t n = 0;
    (void)state;
    options.memory_limit = 1;
    make_table();
    write_made("a.npy", &made);
    accept("a.npy", &options, &data);
    assert_table(&data, 3);
    assert_y(&data);
    assert_non_null(data.mapping.start);
    assert_true(data.mapping.writable);
    ((double *)data.x)[0] = -1; /* it may be written to */
    crs_dataset_release(&data);

    for (int i = 0; i < 400; i++) /* a CSV, which grows as it is read */
        n += (size_t)snprintf(text + n, sizeof text - n, "%d,%d\n", i * i, i % 2);
    temporary_file("a.csv", text, n);
    accept("a.csv", &options, &data);
    assert_int_equal(data.n_samples, 400);
    for (size_t i = 0; i < 400; i++)
        assert_true(crs_dataset_x(&data, i, 0) == (double)(i * i));
    assert_true(data.mapping.writable);
    crs_dataset_release(&data);
}

/* A limit on the size of files stands in for a disk that is full. */
static void test_full_disk__is_refused(void **state)
{
    crs_data_read_options options = default_options();
    struct rlimit before, none;
    crs_error err;
    crs_dataset data;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    (void)state;
    options.memory_limit = 1;
    make_table();
    write_made("a.npy", &made);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    none = before;
    none.rlim_cur = 16;
    assert_int_equal(setenv("TMPDIR", "/tmp", 1), 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    (void)read_back("a.npy", &options, &err, &data);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(unsetenv("TMPDIR"), 0);
    assert_string_equal(
        without_folder(err.text),
        "a.npy: no file for data in /tmp (TMPDIR names another folder): File too large");
    assert_int_equal(err.status, CRS_EIO);
    assert_zeroed(&data);
    (void)signal(SIGXFSZ, handler);
}

static void test_no_folder_for_files__is_refused(void **state)
{
    crs_data_read_options options = default_options();
    (void)state;
    options.memory_limit = 1;
    make_table();
    write_made("a.npy", &made);
    assert_int_equal(setenv("TMPDIR", "/nowhere", 1), 0);
    refuse("a.npy", &options, CRS_EIO,
           "a.npy: no file for data in /nowhere (TMPDIR names another folder): no such file");
    assert_int_equal(unsetenv("TMPDIR"), 0);
}

/* ---- IDX, .gz --------------------------------------------------------------------------------- */

static void make_pictures(void)
{
    made.n = 0;
    put_bytes(&made, "\0\0\x08\3\0\0\0\4\0\0\0\1\0\0\0\3", 16);
    for (size_t i = 0; i < 12; i++)
        put_number(&made, (uint64_t)table[i / 3][i % 3], 1);
}

static void test_idx__is_pictures_with_labels_beside_them(void **state)
{
    crs_data_read_options options = default_options();
    crs_dataset data;
    (void)state;
    for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
        make_pictures();
        options.dtype = (crs_dtype)dtype;
        options.target_path = write_idx_labels("labels-idx1-ubyte", 4);
        write_made("images-idx3-ubyte", &made);
        accept("images-idx3-ubyte", &options, &data);
        assert_string_equal(data.description,
                            "IDX: 4 samples of 1x3 (uint8, divided by 255), target from "
                            "labels-idx1-ubyte, 3 classes");
        for (size_t i = 0; i < 12; i++)
            assert_true(crs_dataset_x(&data, i / 3, i % 3) ==
                        (dtype == CRS_F64 ? table[i / 3][i % 3] / 255.0
                                          : (double)((float)table[i / 3][i % 3] / 255.0F)));
        assert_y(&data);
        crs_dataset_release(&data);
    }
    options.scale_bytes = 0;
    options.target_path = write_idx_labels("labels-idx1-ubyte", 4);
    write_made("images-idx3-ubyte", &made);
    accept("images-idx3-ubyte", &options, &data);
    assert_table(&data, 3);
    crs_dataset_release(&data);
}

/* Every type of element, big-endian: 1 and -2 (254 of what has no sign), two samples. */
static void test_idx__has_six_types(void **state)
{
    static const struct {
        unsigned char code, size, one[8], other[8];
        double value;
    } types[] = {
        {0x08, 1, {1}, {254}, 254},          {0x09, 1, {1}, {254}, -2},
        {0x0b, 2, {0, 1}, {255, 254}, -2},   {0x0c, 4, {0, 0, 0, 1}, {255, 255, 255, 254}, -2},
        {0x0d, 4, {0x3f, 0x80}, {0xc0}, -2}, {0x0e, 8, {0x3f, 0xf0}, {0xc0}, -2},
    };
    crs_data_read_options options = default_options();
    (void)state;
    options.scale_bytes = 0;
    options.target = "";
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        const unsigned char start[12] = {0, 0, types[i].code, 2, 0, 0, 0, 2, 0, 0, 0, 1};
        crs_dataset data;
        made.n = 0;
        put_bytes(&made, start, sizeof start);
        put_bytes(&made, types[i].one, types[i].size);
        put_bytes(&made, types[i].other, types[i].size);
        write_made("numbers.idx", &made);
        accept("numbers.idx", &options, &data);
        assert_int_equal(data.n_samples, 2);
        assert_true(crs_dataset_x(&data, 0, 0) == 1);
        assert_true(crs_dataset_x(&data, 1, 0) == types[i].value);
        crs_dataset_release(&data);
    }
}

#if CRS_HAVE_ZLIB

static made_file packed;

/* `from` into `packed`, as gzip does. */
static void pack(const made_file *from)
{
    z_stream z;
    memset(&z, 0, sizeof z);
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)from->bytes;
    z.avail_in = (uInt)from->n;
    z.next_out = packed.bytes;
    z.avail_out = sizeof packed.bytes;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    packed.n = z.total_out;
    assert_int_equal(deflateEnd(&z), Z_OK);
}

static void test_gz__is_any_format_packed(void **state)
{
    crs_data_read_options options = default_options();
    crs_dataset data;
    made_file *twice = &other;
    (void)state;
    make_table();
    pack(&made);
    write_made("a.npy.gz", &packed);
    accept("a.npy.gz", NULL, &data);
    assert_table(&data, 3);
    assert_y(&data);
    crs_dataset_release(&data);

    made.n = 0; /* two members one after another, as cat makes them, and zeros to fill a block */
    put_bytes(&made, "1,2,3,0\n4,5,6,1\n", 16);
    pack(&made);
    twice->n = 0;
    put_bytes(twice, packed.bytes, packed.n);
    made.n = 0;
    put_bytes(&made, "7,8,9,2\n10,11,12,1\n", 19);
    pack(&made);
    put_bytes(twice, packed.bytes, packed.n);
    put_bytes(twice, "\0\0\0\0", 4);
    write_made("a.csv.gz", twice);
    accept("a.csv.gz", &options, &data);
    assert_table(&data, 3);
    assert_y(&data);
    crs_dataset_release(&data);
}

static void test_gz__that_is_damaged_is_refused(void **state)
{
    char text[160];
    size_t n;
    (void)state;
    make_table();
    pack(&made);
    n = packed.n;
    for (size_t cut = 12; cut < n; cut += 7) {
        packed.n = cut;
        write_made("a.npy.gz", &packed);
        (void)snprintf(text, sizeof text,
                       "a.npy.gz: is torn: the .gz ends after %zu bytes, in the middle of what is "
                       "packed in it",
                       cut);
        refuse("a.npy.gz", NULL, CRS_EFORMAT, text);
    }
    packed.n = n;
    packed.bytes[n - 5] ^= 1; /* of the checksum */
    write_made("a.npy.gz", &packed);
    (void)snprintf(text, sizeof text,
                   "a.npy.gz: the .gz is damaged near byte %zu (zlib: incorrect data check)",
                   n - 4);
    refuse("a.npy.gz", NULL, CRS_EFORMAT, text);
    temporary_file("a.gz", "\x1f\x8bnothing", 9);
    refuse("a.gz", NULL, CRS_EFORMAT,
           "a.gz: the .gz is damaged near byte 4 (zlib: unknown compression method)");
}

#endif

/* The digits: shapes, and the sum of all bytes, as tests/golden/make_digits_sum.py prints it. */
static void test_digits__are_read(void **state)
{
    char images[512], labels[512];
    crs_data_read_options options = default_options();
    crs_error err;
    crs_dataset data;
    double sum = 0;
    (void)state;
    if (!CRS_HAVE_ZLIB ||
        !find_shared_data("digits/train-images-idx3-ubyte.gz", images, sizeof images) ||
        !find_shared_data("digits/train-labels-idx1-ubyte.gz", labels, sizeof labels))
        skip();
    options.target_path = labels;
    options.dtype = CRS_F32;
    options.scale_bytes = 0;
    if (crs_data_read(images, &options, &err, &data) != CRS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(data.n_samples, 8000);
    assert_int_equal(data.n_features, 784);
    assert_int_equal(data.n_classes, 10);
    for (size_t i = 0; i < 8000 * 784; i++)
        sum += (double)((float *)data.x)[i];
    assert_true(sum == 209739130);
    crs_dataset_release(&data);
}

/* ---- NPZ and safetensors ------------------------------------------------------------------------- */

#if CRS_HAVE_ZIP

/* An .npz of up to four arrays of four rows: x 4 by 3, y 4, as doubles. */
static void make_npz(size_t n, const char *const *names)
{
    static made_file entries[4];
    made_entry list[4];
    double x[12], y[4];
    memset(list, 0, sizeof list);
    for (size_t i = 0; i < 12; i++)
        x[i] = table[i / 3][i % 3];
    for (size_t i = 0; i < 4; i++)
        y[i] = table[i][3];
    for (size_t i = 0; i < n; i++) {
        if (names[i][0] != 'y' && strstr(names[i], "_y.") == NULL)
            make_npy(&entries[i], "{'descr': '<f8', 'fortran_order': False, 'shape': (4, 3), }", x,
                     sizeof x);
        else
            make_npy(&entries[i], "{'descr': '<f8', 'fortran_order': False, 'shape': (4,), }", y,
                     sizeof y);
        list[i].name = names[i];
        list[i].data = &entries[i];
    }
    made.n = 0;
    put_zip(&made, n, list);
    write_made("a.npz", &made);
}

#define NAMES(...)        \
    (const char *const[]) \
    {                     \
        __VA_ARGS__       \
    }

static void test_npz__finds_x_and_the_y_that_goes_with_it(void **state)
{
    crs_data_read_options options = default_options();
    crs_dataset data;
    (void)state;
    make_npz(2, NAMES("X.npy", "why_not_named_y.npy"));
    options.target = "why_not_named_y";
    accept("a.npz", &options, &data);
    assert_table(&data, 3);
    assert_y(&data);
    crs_dataset_release(&data);
    options.target = NULL;

    make_npz(4, NAMES("y_test.npy", "x_test.npy", "y_train.npy", "x_train.npy"));
    accept("a.npz", NULL, &data);
    assert_string_equal(data.description, "NPZ: 4 samples of 3 features from 'x_train', target "
                                          "'y_train', 3 classes");
    assert_table(&data, 3);
    assert_y(&data);
    crs_dataset_release(&data);
    options.features = "x_test";
    make_npz(4, NAMES("y_test.npy", "x_test.npy", "y_train.npy", "x_train.npy"));
    accept("a.npz", &options, &data);
    assert_string_equal(data.description, "NPZ: 4 samples of 3 features from 'x_test', target "
                                          "'y_test', 3 classes");
    crs_dataset_release(&data);
    options.features = NULL;

    make_npz(2, NAMES("pets_x.npy", "pets_y.npy"));
    accept("a.npz", NULL, &data);
    assert_table(&data, 3);
    assert_y(&data);
    crs_dataset_release(&data);
}

static void test_npz__without_an_x_or_y_is_refused(void **state)
{
    crs_data_read_options options = default_options();
    (void)state;
    make_npz(1, NAMES("X.npy"));
    refuse("a.npz", NULL, CRS_ENOENT, "a.npz: no array '..._y'; expected one of those there: X");
    make_npz(2, NAMES("W1.npy", "y.npy"));
    refuse("a.npz", NULL, CRS_ENOENT,
           "a.npz: no array '..._x'; expected one of those there: W1, y");
    make_npz(3, NAMES("a_x.npy", "b_x.npy", "y.npy"));
    refuse("a.npz", NULL, CRS_EINVAL,
           "a.npz: 2 arrays end in '_x', say which; there are a_x, b_x, y");
    options.target = "z";
    make_npz(2, NAMES("X.npy", "y.npy"));
    refuse("a.npz", &options, CRS_ENOENT, "a.npz: no array 'z'; expected one of those there: X, y");
    make_npz(3, NAMES("X.npy", "y.npy", "y.npy"));
    refuse("a.npz", NULL, CRS_EFORMAT, "a.npz: there are two arrays of the name 'y'");
    temporary_file("a.npz", "PK\3\4torn", 8);
    refuse("a.npz", NULL, CRS_EFORMAT,
           "a.npz: is torn or damaged: its table of contents cannot be read (libzip: Not a zip "
           "archive)");
}

#endif

static void test_safetensors__is_read_by_name(void **state)
{
    static const char header[] =
        "{\"X\":{\"dtype\":\"F64\",\"shape\":[4,3],\"data_offsets\":[0,96]},"
        "\"y\":{\"dtype\":\"I64\",\"shape\":[4,1],\"data_offsets\":[96,128]}}";
    crs_dataset data;
    (void)state;
    made.n = 0;
    put_number(&made, sizeof header - 1, 8);
    put_bytes(&made, header, sizeof header - 1);
    for (size_t i = 0; i < 12; i++)
        put_bytes(&made, &table[i / 3][i % 3], 8);
    for (size_t i = 0; i < 4; i++)
        put_number(&made, (uint64_t)table[i][3], 8);
    write_made("a.safetensors", &made);
    accept("a.safetensors", NULL, &data);
    assert_string_equal(data.description,
                        "safetensors: 4 samples of 3 features from 'X', target 'y', 3 classes");
    assert_table(&data, 3);
    assert_y(&data);
    crs_dataset_release(&data);
    made.n -= 8;
    write_made("a.safetensors", &made);
    refuse("a.safetensors", NULL, CRS_EFORMAT,
           "a.safetensors: tensor 'y' claims bytes 96 to 128, but the file has 120 behind its "
           "header");
}

/* ---- several targets ------------------------------------------------------------------------------ */

static const char *write_targets(const double *y, const char *shape, size_t n)
{
    static char path[128];
    char dict[96];
    (void)snprintf(dict, sizeof dict, "{'descr': '<f8', 'fortran_order': False, 'shape': %s, }",
                   shape);
    make_npy(&other, dict, y, n * sizeof *y);
    (void)snprintf(path, sizeof path, "%s", write_made("y.npy", &other));
    return path;
}

static void test_targets__that_are_several(void **state)
{
    const double labels[8] = {0, 1, 1, 1, 0, 0, 1, 0}, values[8] = {0, 1, 1, 1.5, 0, 0, 1, 0};
    const double spread[8] = {0, 1, 1, 0, 1, 0, 0, 1};
    crs_data_read_options options = default_options();
    crs_dataset data;
    (void)state;
    make_table();
    write_made("a.npy", &made);
    options.target_path = write_targets(labels, "(4, 2)", 8);
    accept("a.npy", &options, &data);
    assert_int_equal(data.n_targets, 2);
    assert_int_equal(crs_dataset_task(&data), CRS_TASK_LABELS);
    assert_memory_equal(data.y, labels, sizeof labels);
    assert_string_equal(data.description,
                        "NPY: 4 samples of 4 features, mapped, target from y.npy, 2 labels");
    crs_dataset_release(&data);

    write_made("a.npy", &made);
    options.target_path = write_targets(values, "(4, 2)", 8);
    accept("a.npy", &options, &data);
    assert_int_equal(crs_dataset_task(&data), CRS_TASK_VALUES);
    assert_memory_equal(data.y, values, sizeof values);
    crs_dataset_release(&data);

    write_made("a.npy", &made); /* classes that were spread over columns are said to be so */
    options.target_path = write_targets(spread, "(4, 2)", 8);
    accept("a.npy", &options, &data);
    assert_string_equal(data.description, "NPY: 4 samples of 4 features, mapped, target from "
                                          "y.npy, 2 labels (one a sample, as if they were "
                                          "classes)");
    crs_dataset_release(&data);

    options.target_kind = CRS_TARGET_CLASSES;
    write_made("a.npy", &made);
    options.target_path = write_targets(values, "(4, 2)", 8);
    refuse("a.npy", &options, CRS_EPARSE,
           "y.npy: sample 1 (from 0): label 1.5; expected 0 or 1: of several targets each is there "
           "or not");
    options.target_kind = CRS_TARGET_VALUES;
    write_made("a.npy", &made);
    options.target_path = write_targets(labels, "(4, 2)", 8);
    accept("a.npy", &options, &data);
    assert_int_equal(crs_dataset_task(&data), CRS_TASK_VALUES);
    crs_dataset_release(&data);
}

static void test_target_file__must_have_as_many(void **state)
{
    crs_data_read_options options = default_options();
    (void)state;
    make_pictures();
    options.target_path = write_idx_labels("labels", 5);
    write_made("images", &made);
    refuse("images", &options, CRS_ESHAPE,
           "labels: has 5 targets, but images has 4 samples; expected as many");
}

static void test_no_target__is_asked_for_by_an_empty_name(void **state)
{
    crs_data_read_options options = default_options();
    crs_dataset data, train;
    (void)state;
    make_table();
    write_made("a.npy", &made);
    accept("a.npy", NULL, &train);
    make_pictures();
    options.target = "";
    options.like = &train;
    write_made("images", &made);
    accept("images", &options, &data);
    assert_int_equal(data.n_classes, 3);
    assert_string_equal(data.description,
                        "IDX: 4 samples of 1x3 (uint8, divided by 255), no target");
    for (size_t i = 0; i < 4; i++)
        assert_true(data.y[i] == 0);
    crs_dataset_release(&data);
    crs_dataset_release(&train);
}

/* ---- missing values ---------------------------------------------------------------------------- */

static void test_missing__is_refused_dropped_or_kept(void **state)
{
    double holes[4][4];
    crs_data_read_options options = default_options();
    crs_dataset data;
    (void)state;
    memcpy(holes, table, sizeof holes);
    holes[1][2] = (double)NAN;
    make_npy(&made, "{'descr': '<f8', 'fortran_order': False, 'shape': (4, 4), }", holes,
             sizeof holes);
    write_made("a.npy", &made);
    refuse("a.npy", &options, CRS_ENONFINITE,
           "a.npy: has NaN at sample 1, feature 2 (from 0); expected finite f64");
    options.missing = CRS_MISSING_KEEP;
    write_made("a.npy", &made);
    accept("a.npy", &options, &data);
    assert_true(isnan(crs_dataset_x(&data, 1, 2)));
    assert_y(&data);
    crs_dataset_release(&data);
    options.missing = CRS_MISSING_DROP;
    write_made("a.npy", &made);
    accept("a.npy", &options, &data);
    assert_int_equal(data.n_samples, 3);
    assert_true(crs_dataset_x(&data, 1, 2) == 9 && data.y[1] == 2 && data.y[2] == 1);
    assert_string_equal(data.description,
                        "NPY: 3 samples of 3 features, target column 4, 3 classes; 1 of 4 rows "
                        "left out, as they lack a value");
    crs_dataset_release(&data);

    options.target = NULL; /* the targets of the rows that are left, from a file of their own */
    options.target_path = write_idx_labels("labels", 4);
    write_made("a.npy", &made);
    accept("a.npy", &options, &data);
    assert_int_equal(data.n_samples, 3);
    assert_true(data.y[0] == 0 && data.y[1] == 2 && data.y[2] == 1);
    crs_dataset_release(&data);
    options.target_path = NULL;

    for (size_t i = 0; i < 4; i++)
        holes[i][0] = (double)NAN;
    make_npy(&made, "{'descr': '<f8', 'fortran_order': False, 'shape': (4, 4), }", holes,
             sizeof holes);
    write_made("a.npy", &made);
    refuse("a.npy", &options, CRS_ENONFINITE, "a.npy: each of 4 samples lacks a value");
    holes[0][0] = (double)INFINITY; /* is not missing, but wrong */
    make_npy(&made, "{'descr': '<f8', 'fortran_order': False, 'shape': (4, 4), }", holes,
             sizeof holes);
    write_made("a.npy", &made);
    refuse("a.npy", &options, CRS_ENONFINITE,
           "a.npy: has infinity at sample 0, feature 0 (from 0); expected finite f64");
}

/* ---- what is refused ------------------------------------------------------------------------------ */

static void test_broken_npy__is_refused(void **state)
{
    static const struct {
        const char *dict;
        size_t n; /* bytes of zeros behind it */
        crs_status status;
        const char *text;
    } kinds[] = {
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (4, 4), }", 120, CRS_EFORMAT,
         "a.npy claims 128 bytes of float64 after its header, but 120 are there"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (4, 4), }", 136, CRS_EFORMAT,
         "a.npy claims 128 bytes of float64 after its header, but 136 are there"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", 8,
         CRS_EFORMAT, "a.npy claims more numbers than any memory holds"},
        {"{'descr': '|O', 'fortran_order': False, 'shape': (4, 4), }", 8, CRS_EUNSUPPORTED,
         "a.npy (dtype '|O') holds Python objects (a dict?): to read them is to run code from the "
         "file, so save arrays of numbers alone, and a dict of them as **dict"},
        {"{'descr': '<U3', 'fortran_order': False, 'shape': (4, 4), }", 8, CRS_EUNSUPPORTED,
         "a.npy (dtype '<U3') holds text; save arrays of numbers alone"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (4,), }", 32, CRS_ESHAPE,
         "a.npy: has 1 axis; expected samples by features"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (), }", 8, CRS_ESHAPE,
         "a.npy: has 0 axes; expected samples by features"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (0, 4), }", 0, CRS_ESHAPE,
         "a.npy: is empty; expected samples by features"},
        {"{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2, 2), }", 64, CRS_ESHAPE,
         "a.npy: is in Fortran order and has more than two axes; save np.ascontiguousarray of it"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2, 2), }", 64, CRS_ESHAPE,
         "a.npy: holds samples of 2 axes and no target; say which file has it"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (4, 1), }", 32, CRS_EINVAL,
         "a.npy: none of 1 columns is left as a feature"},
        {"{'descr': '<f8', 'fortran_order': False}", 32, CRS_EFORMAT,
         "a.npy: the header lacks 'shape'"},
    };
    static const unsigned char zeros[256];
    (void)state;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        make_npy(&made, kinds[k].dict, zeros, kinds[k].n);
        write_made("a.npy", &made);
        refuse("a.npy", NULL, kinds[k].status, kinds[k].text);
    }
    temporary_file("a.npy", "", 0);
    refuse("a.npy", NULL, CRS_EFORMAT,
           "a.npy ends after 0 bytes, in the middle of what it must hold up to byte 8");
    temporary_file("a.npy", "\x93NUMPY\1", 7);
    refuse("a.npy", NULL, CRS_EFORMAT,
           "a.npy ends after 7 bytes, in the middle of what it must hold up to byte 8");
}

static void test_broken_idx__is_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
        crs_status status;
        const char *text;
    } kinds[] = {
        {"\0\0\x07\1\0\0\0\1x", 9, CRS_EFORMAT,
         "a-ubyte begins with bytes 00 00 07 01; expected 00 00, a type (08, 09, 0b ... 0e) and 1 "
         "to 8 axes"},
        {"\0\0\x08\x09\0\0\0\1x", 9, CRS_EFORMAT,
         "a-ubyte begins with bytes 00 00 08 09; expected 00 00, a type (08, 09, 0b ... 0e) and 1 "
         "to 8 axes"},
        {"\0\0\x08\2\0\0\0\4\0\0\0\2abc", 15, CRS_EFORMAT,
         "a-ubyte claims 8 bytes of uint8 after its header, but 3 are there"},
        {"\0\0\x08\2\0\0\0\1\0\0\0\2abc", 15, CRS_EFORMAT,
         "a-ubyte claims 2 bytes of uint8 after its header, but 3 are there"},
        {"\0\0\x08\2\0\0\0\4\0\0", 10, CRS_EFORMAT,
         "a-ubyte ends after 10 bytes, in the middle of what it must hold up to byte 12"},
        {"\0\0\x08\3\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 16, CRS_EFORMAT,
         "a-ubyte claims more numbers than any memory holds"},
        {"\0\0\x08\2\0\0\0\0\0\0\0\2", 12, CRS_ESHAPE,
         "a-ubyte: is empty; expected samples by features"},
        {"\0\0", 2, CRS_EFORMAT,
         "a-ubyte ends after 2 bytes, in the middle of what it must hold up to byte 4"},
        {"", 0, CRS_EFORMAT,
         "a-ubyte ends after 0 bytes, in the middle of what it must hold up to byte 4"},
        {"\0\0\x08\2\0\0\0\1\0\0\0\2ab", 14, CRS_ESHAPE,
         "a-ubyte: holds samples of 1 axes and no target; say which file has it"},
    };
    (void)state;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        temporary_file("a-ubyte", kinds[k].bytes, kinds[k].n);
        refuse("a-ubyte", NULL, kinds[k].status, kinds[k].text);
    }
}

static void test_columns__that_are_not_there_are_refused(void **state)
{
    crs_data_read_options options = default_options();
    (void)state;
    make_table();
    options.target = "5";
    write_made("a.npy", &made);
    refuse("a.npy", &options, CRS_ENOENT, "a.npy: no column '5'; expected 1 to 4");
    options.target = "label";
    write_made("a.npy", &made);
    refuse("a.npy", &options, CRS_ENOENT, "a.npy: no column 'label'; expected 1 to 4");
    options.target = "4";
    options.columns = "4-2";
    write_made("a.npy", &made);
    refuse("a.npy", &options, CRS_EINVAL, "a.npy: columns '4-2' run backwards");
    options.columns = "2-4";
    write_made("a.npy", &made);
    refuse("a.npy", &options, CRS_EINVAL, "a.npy: column '4' is both a feature and a target");
    options.columns = NULL;
    options.ignore = "1-3";
    write_made("a.npy", &made);
    refuse("a.npy", &options, CRS_EINVAL, "a.npy: none of 4 columns is left as a feature");
}

/* Every allocation fails once, on the way through every kind of reader. */
static void test_failing_allocator__is_reported_and_leaks_nothing(void **state)
{
    crs_data_read_options options = default_options();
    crs_status status = CRS_ENOMEM;
    size_t walked = 0;
    char path[128];
    (void)state;
    make_pictures();
    (void)snprintf(path, sizeof path, "%s", write_made("images", &made));
    options.target_path = write_idx_labels("labels", 4);
    while (status != CRS_OK) {
        crs_dataset data;
        crs_error err;
        crs__alloc_fail_at(++walked);
        status = crs_data_read(path, &options, &err, &data);
        crs__alloc_fail_at(0);
        if (status != CRS_OK) {
            assert_int_equal(status, CRS_ENOMEM);
            assert_non_null(strstr(err.text, "not enough memory"));
            assert_zeroed(&data);
        }
        crs_dataset_release(&data);
    }
    assert_true(walked > 15);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(unlink(options.target_path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_npy__has_its_target_in_a_column),
        cmocka_unit_test(test_npy__of_any_type_and_order),
        cmocka_unit_test(test_npy__is_mapped_where_it_is_as_wanted),
        cmocka_unit_test(test_memory_limit__puts_x_into_a_file),
        cmocka_unit_test(test_full_disk__is_refused),
        cmocka_unit_test(test_no_folder_for_files__is_refused),
        cmocka_unit_test(test_idx__is_pictures_with_labels_beside_them),
        cmocka_unit_test(test_idx__has_six_types),
#if CRS_HAVE_ZLIB
        cmocka_unit_test(test_gz__is_any_format_packed),
        cmocka_unit_test(test_gz__that_is_damaged_is_refused),
#endif
        cmocka_unit_test(test_digits__are_read),
#if CRS_HAVE_ZIP
        cmocka_unit_test(test_npz__finds_x_and_the_y_that_goes_with_it),
        cmocka_unit_test(test_npz__without_an_x_or_y_is_refused),
#endif
        cmocka_unit_test(test_safetensors__is_read_by_name),
        cmocka_unit_test(test_targets__that_are_several),
        cmocka_unit_test(test_target_file__must_have_as_many),
        cmocka_unit_test(test_no_target__is_asked_for_by_an_empty_name),
        cmocka_unit_test(test_missing__is_refused_dropped_or_kept),
        cmocka_unit_test(test_broken_npy__is_refused),
        cmocka_unit_test(test_broken_idx__is_refused),
        cmocka_unit_test(test_columns__that_are_not_there_are_refused),
        cmocka_unit_test(test_failing_allocator__is_reported_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, temporary_setup, temporary_teardown);
}
