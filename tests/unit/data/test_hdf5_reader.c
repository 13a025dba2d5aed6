#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
/*
 * The two ends of reading HDF5 by themselves: the reader in a process forked here, on damaged
 * files; the library against a reader that talks nonsense, crashes, or is not there.
 */
#include <crease/arrays.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/memory.h"
#include "unit/data/temporary.h"

#if CRS_HAVE_HDF5
#include "data/arrays_reader.h"
#include "data/hdf5_child.h"
#include "data/hdf5_reader/confine.h"
#include "data/hdf5_reader/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* libhdf5 1.10 loses memory of its own when it gives up on a damaged file. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libhdf5";
}

static int all(void *into, size_t n, int line)
{
    return recv(line, into, n, MSG_WAITALL) == (ssize_t)n;
}

static int receive(void *ctx, crs__hdf5_request *out)
{
    return all(out, sizeof *out, *(int *)ctx);
}

static int send_frame(void *ctx, uint32_t kind, uint32_t n, const void *bytes)
{
    crs__hdf5_frame frame = {kind, n};
    int line = *(int *)ctx;
    return send(line, &frame, sizeof frame, MSG_NOSIGNAL) == (ssize_t)sizeof frame &&
           send(line, bytes, n, MSG_NOSIGNAL) == (ssize_t)n;
}

/* A file that was opened, and the line to what reads it. */
typedef struct opened {
    crs__data_state state;
    crs__data_file file;
} opened;

static void open_line(opened *o, size_t size, int line[2])
{
    memset(o, 0, sizeof *o);
    (void)snprintf(o->file.shown, sizeof o->file.shown, "a.h5");
    o->file.fd = -1;
    o->file.path = "a.h5";
    o->file.is_regular = 1;
    o->file.size = size;
    o->file.state = &o->state;
    crs__budget_init(&o->state.budget, size, 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, line), 0);
    crs__hdf5_child_attach(&o->file, line[0]);
}

/* The reader, in a process of its own without limits. */
static void serve(opened *o, const void *bytes, size_t n)
{
    crs__hdf5_stored stored = {.fd = -1, .bytes = bytes, .size = n};
    int line[2];
    open_line(o, n, line);
    o->state.hdf5_pid = fork();
    assert_true(o->state.hdf5_pid >= 0);
    if (o->state.hdf5_pid == 0) {
        crs__hdf5_peer peer = {receive, send_frame, &line[1]};
        static const int deaths[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
        for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++)
            (void)signal(deaths[i], SIG_DFL); /* as without cmocka */
        close(line[0]);
        crs__hdf5_serve(&stored, (uint64_t)1 << 28, &peer);
        _exit(0);
    }
    close(line[1]);
}

/* ---- files ------------------------------------------------------------------------------------- */

static unsigned char image[1 << 24];
static size_t n_image;

static void put(hid_t file, const char *name, hid_t type, int rank, const hsize_t *shape,
                const hsize_t *chunk, const double *values)
{
    hid_t space = H5Screate_simple(rank, shape, NULL), plist = H5Pcreate(H5P_DATASET_CREATE), set;
    if (chunk != NULL) {
        H5Pset_chunk(plist, rank, chunk);
        H5Pset_shuffle(plist);
        H5Pset_deflate(plist, 6);
        H5Pset_fletcher32(plist);
    }
    set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(set);
    H5Pclose(plist);
    H5Sclose(space);
}

static void put_classes(hid_t file)
{
    const hsize_t shape[1] = {2};
    hid_t space = H5Screate_simple(1, shape, NULL), type = H5Tcopy(H5T_C_S1), set;
    H5Tset_size(type, 3);
    set = H5Dcreate2(file, "list_classes", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, "nocat") >= 0);
    H5Dclose(set);
    H5Tclose(type);
    H5Sclose(space);
}

static hid_t create(void)
{
    hid_t file = H5Fcreate(temporary_path("a.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

/* Close it, and have its bytes in `image`. */
static void take_image(hid_t file)
{
    FILE *stream;
    H5Fclose(file);
    stream = fopen(temporary_path("a.h5"), "rb");
    assert_non_null(stream);
    n_image = fread(image, 1, sizeof image, stream);
    assert_true(n_image > 0 && n_image < sizeof image);
    fclose(stream);
    assert_int_equal(unlink(temporary_path("a.h5")), 0);
}

/* Samples in chunks, labels, names of classes, and a group. */
static void make_small(void)
{
    const hsize_t shape[2] = {6, 4}, chunk[2] = {4, 4};
    double x[24], y[6] = {0, 1, 0, 1, 1, 0};
    hid_t file = create(), group;
    for (int i = 0; i < 24; i++)
        x[i] = i % 7;
    put(file, "set_x", H5T_STD_U8LE, 2, shape, chunk, x);
    put(file, "set_y", H5T_STD_I64LE, 1, shape, NULL, y);
    put_classes(file);
    group = H5Gcreate2(file, "grads", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    put(group, "dW1", H5T_IEEE_F32BE, 2, shape, NULL, x);
    H5Gclose(group);
    take_image(file);
}

/* ---- whole files ------------------------------------------------------------------------------- */

static void test_slabs__are_in_order_however_they_are_cut(void **state)
{
    const hsize_t wide[3] = {2, 3, 200001}, narrow[2] = {150001, 2}, chunk[2] = {1000, 2};
    const size_t n_wide = (size_t)2 * 3 * 200001, n_narrow = (size_t)150001 * 2;
    double *values = crs__alloc(n_wide, sizeof *values);
    const crs_array *array;
    crs_arrays arrays = {0};
    crs_error err;
    opened o;
    hid_t file = create();
    (void)state;
    for (size_t i = 0; i < n_wide; i++)
        values[i] = (double)(i * 7 % 100003);
    put(file, "wide", H5T_STD_I32BE, 3, wide, NULL, values);
    put(file, "narrow", H5T_IEEE_F32LE, 2, narrow, chunk, values);
    take_image(file);
    serve(&o, image, n_image);
    if (crs__hdf5_read_arrays(&o.file, &err, &arrays) != CRS_OK)
        fail_msg("%s", err.text);
    crs__data_close(&o.file);
    array = crs_arrays_find(&arrays, "wide");
    assert_int_equal(array->n, n_wide);
    assert_memory_equal(array->values, values, n_wide * sizeof *values);
    array = crs_arrays_find(&arrays, "narrow");
    assert_int_equal(array->n, n_narrow);
    assert_memory_equal(array->values, values, n_narrow * sizeof *values);
    crs_arrays_release(&arrays);
    crs__free(values);
}

/* ---- damaged files ------------------------------------------------------------------------------- */

static void add_name(void *ctx, const char *name)
{
    *(size_t *)ctx += strlen(name);
}

static crs_status count_values(void *ctx, const crs__stored_array *array, crs_error *err)
{
    double *values;
    crs_status status = crs__bytes_elements(array->bytes, array->type, array->big_endian,
                                            array->shape.n, err, &values);
    (void)ctx;
    crs__free(values);
    return status;
}

/* All requests: each is answered, or refused in one line. */
static void ask_all(const unsigned char *bytes, size_t n)
{
    crs_dataset data = {0};
    crs_arrays arrays = {0};
    crs_error err;
    crs_status status[4];
    size_t total = 0;
    opened o;
    serve(&o, bytes, n);
    for (int i = 0; i < 4; i++) {
        memset(&err, 0, sizeof err);
        /* a reader that has crashed is not started again here: there is no file to give it */
        if (o.state.hdf5_line < 0)
            break;
        status[i] = i == 0   ? crs__hdf5_list(&o.file, add_name, &total, &err)
                    : i == 1 ? crs__hdf5_open_array(&o.file, "set_x", count_values, NULL, &err)
                    : i == 2 ? crs__hdf5_class_names(&o.file, &data, &err)
                             : crs__hdf5_read_arrays(&o.file, &err, &arrays);
        if (status[i] == CRS_OK || status[i] == CRS_ENOENT)
            continue;
        assert_true(status[i] == CRS_EFORMAT || status[i] == CRS_EUNSUPPORTED);
        assert_true(strncmp(err.text, "a.h5: ", 6) == 0 && strchr(err.text, '\n') == NULL);
    }
    crs_arrays_release(&arrays);
    crs__free(data.class_names);
    crs__data_close(&o.file);
}

static void test_torn__is_answered_or_refused(void **state)
{
    (void)state;
    make_small();
    for (size_t n = 1; n < n_image; n += 97)
        ask_all(image, n);
}

static void test_damaged__is_answered_or_refused(void **state)
{
    static unsigned char copy[1 << 16];
    uint32_t lcg = 99; /* the seed */
    (void)state;
    make_small();
    assert_true(n_image < sizeof copy);
    for (int round = 0; round < 300; round++) {
        memcpy(copy, image, n_image);
        for (int i = 0; i <= round % 4; i++) {
            lcg = lcg * 1664525U + 1013904223U;
            copy[8 + (lcg >> 8) % (n_image - 8)] = (unsigned char)(lcg >> 24);
        }
        ask_all(copy, n_image);
    }
}

/* ---- MATLAB's empty matrices --------------------------------------------------------------------- */

static void refuse_empty(size_t n, const double *shape, crs_status status, const char *text)
{
    const hsize_t stored[1] = {n};
    hid_t file = create(), set, space, type, attribute;
    unsigned char one = 1;
    crs_arrays arrays = {0};
    crs_error err;
    opened o;
    put(file, "W1", H5T_IEEE_F64LE, 1, stored, NULL, shape);
    set = H5Dopen2(file, "W1", H5P_DEFAULT);
    space = H5Screate(H5S_SCALAR);
    type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, 6);
    attribute = H5Acreate2(set, "MATLAB_class", type, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, type, "double");
    H5Aclose(attribute);
    attribute = H5Acreate2(set, "MATLAB_empty", H5T_STD_U8LE, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, H5T_NATIVE_UCHAR, &one);
    H5Aclose(attribute);
    H5Tclose(type);
    H5Sclose(space);
    H5Dclose(set);
    take_image(file);
    serve(&o, image, n_image);
    assert_int_equal(crs__hdf5_read_arrays(&o.file, &err, &arrays), status);
    crs__data_close(&o.file);
    assert_string_equal(err.text, text);
    crs_arrays_release(&arrays);
}

static void test_matlab__empty_is_empty(void **state)
{
    const double ones[8] = {1, 1, 1, 1, 1, 1, 1, 1}, huge[2] = {40000, 10000}, few[2] = {3, 3};
    const double odd[3] = {0, 0.5, 2}, below[2] = {0, -1}, nine[33] = {0};
    const char *none = "a.h5: data set 'W1' is called empty (MATLAB_empty), but no axis of its "
                       "shape is 0";
    const char *no_shape = "a.h5: data set 'W1' is called empty (MATLAB_empty), but its shape is "
                           "no shape";
    (void)state;
    refuse_empty(8, ones, CRS_EFORMAT, none);
    refuse_empty(2, huge, CRS_EFORMAT, none);
    refuse_empty(2, few, CRS_EFORMAT, none);
    refuse_empty(3, odd, CRS_EFORMAT, no_shape);
    refuse_empty(2, below, CRS_EFORMAT, no_shape);
    refuse_empty(9, nine, CRS_EUNSUPPORTED, "a.h5: data set 'W1' has more than 8 axes");
    refuse_empty(33, nine, CRS_EFORMAT,
                 "a.h5: data set 'W1' is called empty (MATLAB_empty), but holds no shape");
}

/* ---- links ------------------------------------------------------------------------------------------ */

static void refuse_link(hid_t file, const char *text)
{
    crs_arrays arrays = {0};
    crs_error err;
    size_t total = 0;
    opened o;
    take_image(file);
    serve(&o, image, n_image);
    assert_int_equal(crs__hdf5_read_arrays(&o.file, &err, &arrays), CRS_EFORMAT);
    assert_string_equal(err.text, text);
    assert_int_equal(crs__hdf5_list(&o.file, add_name, &total, &err), CRS_EFORMAT);
    assert_string_equal(err.text, text);
    assert_int_equal(crs__hdf5_open_array(&o.file, "set_x", count_values, NULL, &err), CRS_EFORMAT);
    assert_string_equal(err.text, text);
    crs__data_close(&o.file);
    crs_arrays_release(&arrays);
}

/* The file that is pointed at is there, and has what is asked for. */
static void test_links__into_other_files_are_not_followed(void **state)
{
    const char *text = "a.h5: the link 'set_x' leads into another file; only what is in this one "
                       "is read";
    char other[128];
    hid_t file;
    (void)state;
    (void)snprintf(other, sizeof other, "%s", temporary_path("other.h5"));
    file = H5Fcreate(other, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    put(file, "set_x", H5T_IEEE_F64LE, 1, (const hsize_t[]){2}, NULL, (const double[]){1, 2});
    H5Fclose(file);
    file = create();
    H5Lcreate_external(other, "/", file, "ext", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/ext/set_x", file, "set_x", H5P_DEFAULT, H5P_DEFAULT);
    refuse_link(file, text);
    file = create(); /* by way of a second soft link, to its own name too */
    H5Lcreate_external(temporary_path("a.h5"), "/", file, "ext", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/ext/there", file, "between", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/between", file, "set_x", H5P_DEFAULT, H5P_DEFAULT);
    take_image(file);
    {
        crs_arrays arrays = {0};
        crs_error err;
        opened o;
        serve(&o, image, n_image);
        assert_int_equal(crs__hdf5_read_arrays(&o.file, &err, &arrays), CRS_EFORMAT);
        assert_string_equal(err.text, "a.h5: the link 'between' leads into another file; only what "
                                      "is in this one is read");
        crs__data_close(&o.file);
        crs_arrays_release(&arrays);
    }
    assert_int_equal(unlink(other), 0);
}

/* ---- a reader that is not to be trusted ---------------------------------------------------------- */

typedef struct answer {
    unsigned char bytes[1 << 16];
    size_t n;
} answer;

static void add_bytes(answer *a, const void *bytes, size_t n)
{
    assert_true(a->n + n <= sizeof a->bytes);
    memcpy(a->bytes + a->n, bytes, n);
    a->n += n;
}

static void add_frame(answer *a, uint32_t kind, uint32_t n, const void *bytes)
{
    crs__hdf5_frame frame = {kind, n};
    add_bytes(a, &frame, sizeof frame);
    add_bytes(a, bytes, n);
}

/* What a whole answer gives to crs__hdf5_read_arrays: its status, and its words in *err. */
static crs_status take_answer(const answer *a, crs_error *err)
{
    crs_arrays arrays = {0};
    crs_status status;
    int line[2];
    opened o;
    open_line(&o, 1000, line);
    assert_int_equal(send(line[1], a->bytes, a->n, MSG_NOSIGNAL), a->n);
    assert_int_equal(shutdown(line[1], SHUT_WR), 0);
    memset(err, 0, sizeof *err);
    status = crs__hdf5_read_arrays(&o.file, err, &arrays);
    if (status == CRS_OK)
        for (size_t i = 0; i < arrays.n; i++)
            for (size_t k = 0; k < arrays.array[i].n; k++)
                assert_true(arrays.array[i].values[k] == arrays.array[i].values[k]);
    crs_arrays_release(&arrays);
    close(line[1]);
    crs__data_close(&o.file);
    return status;
}

static const char nonsense[] =
    "a.h5: is damaged: the process that reads HDF5 answers nonsense about it";

static void expect_answer(const answer *a, crs_status status, const char *text)
{
    crs_error err;
    assert_int_equal(take_answer(a, &err), status);
    assert_string_equal(err.text, text);
}

static crs__hdf5_about about_w1(void)
{
    crs__hdf5_about about = {.name = "W1", .dims = {3}, .rank = 1};
    about.kind = about.shown_kind = CRS__ELEMENT_FLOAT;
    about.size = about.shown_size = 8;
    return about;
}

static void test_answers__that_make_sense(void **state)
{
    const double values[3] = {1, 2, 3};
    crs__hdf5_about about = about_w1();
    answer a = {.n = 0};
    (void)state;
    add_frame(&a, CRS__HDF5_ARRAY, sizeof about, &about);
    add_frame(&a, CRS__HDF5_DONE, 0, "");
    add_frame(&a, CRS__HDF5_ARRAY, sizeof about, &about);
    add_frame(&a, CRS__HDF5_DONE, 0, "");
    add_frame(&a, CRS__HDF5_DATA, 10, values);
    add_frame(&a, CRS__HDF5_DATA, 14, (const char *)values + 10);
    add_frame(&a, CRS__HDF5_DONE, 0, "");
    expect_answer(&a, CRS_OK, "");
}

/* One field of what is told of an array is out of its range. */
static void test_answers__of_arrays_that_cannot_be(void **state)
{
    (void)state;
    for (int i = 0; i < 9; i++) {
        crs__hdf5_about about = about_w1();
        const char *text = nonsense;
        answer a = {.n = 0};
        if (i == 0)
            about.rank = 33;
        if (i == 1)
            about.kind = 99;
        if (i == 2)
            about.size = 3;
        if (i == 3)
            about.shown_kind = UINT32_MAX;
        if (i == 4)
            memset(about.name, 'a', sizeof about.name);
        if (i == 5)
            about.name[0] = '\0';
        if (i == 6)
            memset(about.skipped, 'a', sizeof about.skipped);
        if (i == 7) {
            about.is_empty = 1;
            text = "a.h5: data set 'W1' is called empty, but has 3 numbers";
        }
        if (i == 8) {
            about.rank = 2;
            about.dims[0] = about.dims[1] = UINT64_MAX / 2;
            text = "a.h5: data set 'W1' claims more numbers than any memory holds";
        }
        add_frame(&a, CRS__HDF5_ARRAY, sizeof about, &about);
        expect_answer(&a, CRS_EFORMAT, text);
    }
}

static void test_answers__over_the_budget(void **state)
{
    crs__hdf5_about about = about_w1();
    answer a = {.n = 0};
    (void)state;
    about.dims[0] = (uint64_t)1 << 30;
    add_frame(&a, CRS__HDF5_ARRAY, sizeof about, &about);
    add_frame(&a, CRS__HDF5_DONE, 0, "");
    expect_answer(&a, CRS_EFORMAT,
                  "a.h5: needs 8.0 GB of memory, more than the 256 MB that a file of its size may "
                  "take (256 MB and 64 times its size); --max-memory 9G allows it");
    a.n = 0;
    about.dims[0] = 3; /* the values are few, but what it takes to read them */
    about.work = UINT64_MAX;
    add_frame(&a, CRS__HDF5_ARRAY, sizeof about, &about);
    add_frame(&a, CRS__HDF5_DONE, 0, "");
    expect_answer(&a, CRS_EFORMAT,
                  "a.h5: needs 16.0 EB of memory, more than the 256 MB that a file of its size may "
                  "take (256 MB and 64 times its size); --max-memory 17179869184G allows it");
    a.n = 0;
    about = about_w1(); /* it grew since it was asked for the first time */
    add_frame(&a, CRS__HDF5_ARRAY, sizeof about, &about);
    add_frame(&a, CRS__HDF5_DONE, 0, "");
    about.dims[0] = (uint64_t)1 << 30;
    add_frame(&a, CRS__HDF5_ARRAY, sizeof about, &about);
    add_frame(&a, CRS__HDF5_DONE, 0, "");
    expect_answer(&a, CRS_EFORMAT,
                  "a.h5: data set 'W1': needs 8.0 GB of memory, more than the 256 MB that a file "
                  "of its size may take (256 MB and 64 times its size); --max-memory 9G allows it");
}

static void test_answers__that_are_no_frames(void **state)
{
    const char *ended = "a.h5: is damaged: the process that reads HDF5 has ended over it";
    crs__hdf5_about about = about_w1();
    struct {
        uint32_t status;
        char text[8];
    } reason = {(uint32_t)CRS_EFORMAT, "a\n\x1b[1m\xff"};
    answer a = {.n = 0};
    (void)state;
    expect_answer(&a, CRS_EFORMAT, ended);
    add_bytes(&a, "abc", 3);
    expect_answer(&a, CRS_EFORMAT, ended);
    a.n = 0;
    add_frame(&a, 12345, 0, "");
    expect_answer(&a, CRS_EFORMAT, nonsense);
    a.n = 0;
    add_frame(&a, CRS__HDF5_ARRAY, 10, "0123456789");
    expect_answer(&a, CRS_EFORMAT, nonsense);
    a.n = 0;
    add_bytes(&a, &(crs__hdf5_frame){CRS__HDF5_REFUSED, UINT32_MAX}, sizeof(crs__hdf5_frame));
    expect_answer(&a, CRS_EFORMAT, nonsense);
    a.n = 0;
    add_frame(&a, CRS__HDF5_REFUSED, sizeof reason - 1, &reason);
    expect_answer(&a, CRS_EFORMAT, "a.h5: a\\n\\x1b[1m\\xff");
    a.n = 0;
    reason.status = 4711; /* no status */
    add_frame(&a, CRS__HDF5_REFUSED, 5, &reason);
    expect_answer(&a, CRS_EFORMAT, "a.h5: a");
    a.n = 0;
    add_frame(&a, CRS__HDF5_ARRAY, sizeof about, &about);
    add_bytes(&a, &(crs__hdf5_frame){CRS__HDF5_ARRAY, sizeof about}, sizeof(crs__hdf5_frame));
    expect_answer(&a, CRS_EFORMAT, ended);
}

static void test_answers__with_too_few_or_too_many_values(void **state)
{
    const double values[4] = {1, 2, 3, 4};
    crs__hdf5_about about = about_w1();
    (void)state;
    for (int i = 0; i < 4; i++) {
        answer a = {.n = 0};
        const char *text = nonsense;
        add_frame(&a, CRS__HDF5_ARRAY, sizeof about, &about);
        add_frame(&a, CRS__HDF5_DONE, 0, "");
        add_frame(&a, CRS__HDF5_ARRAY, sizeof about, &about);
        add_frame(&a, CRS__HDF5_DONE, 0, "");
        if (i == 0) {
            add_frame(&a, CRS__HDF5_DATA, 8, values);
            text = "a.h5: data set 'W1' ends after 8 bytes, in the middle of what it must hold up "
                   "to byte 24";
        } else if (i == 1) {
            add_frame(&a, CRS__HDF5_DATA, 32, values);
            text = "a.h5: data set 'W1' goes on after its 24 bytes";
        } else if (i == 2) {
            add_frame(&a, CRS__HDF5_DATA, 0, values);
        } else {
            add_frame(&a, CRS__HDF5_NAME_IS, 24, values);
        }
        add_frame(&a, CRS__HDF5_DONE, 0, "");
        expect_answer(&a, CRS_EFORMAT, text);
    }
}

/* Any bytes at all: no crash, one line. */
static void test_answers__of_any_bytes(void **state)
{
    uint32_t lcg = 7; /* the seed */
    (void)state;
    for (int round = 0; round < 500; round++) {
        crs__hdf5_about about = about_w1();
        answer a = {.n = 0};
        crs_error err;
        for (int i = 0; i < 3; i++) {
            add_frame(&a, CRS__HDF5_ARRAY, sizeof about, &about);
            add_frame(&a, CRS__HDF5_DONE, 0, "");
            add_frame(&a, CRS__HDF5_DATA, 24, &about);
        }
        for (int i = 0; i <= round % 8; i++) {
            lcg = lcg * 1664525U + 1013904223U;
            a.bytes[(lcg >> 8) % a.n] = (unsigned char)(lcg >> 24);
        }
        if (take_answer(&a, &err) != CRS_OK)
            assert_true(err.text[0] != '\0' && strchr(err.text, '\n') == NULL);
    }
}

/* ---- a reader that dies ------------------------------------------------------------------------------ */

static void expect_death(int signal_number, crs_status status, const char *text)
{
    crs_arrays arrays = {0};
    crs_error err;
    int line[2];
    opened o;
    open_line(&o, 1000, line);
    o.state.hdf5_pid = fork();
    assert_true(o.state.hdf5_pid >= 0);
    if (o.state.hdf5_pid == 0) {
        crs__hdf5_request request;
        close(line[0]);
        (void)receive(&line[1], &request);
        (void)signal(signal_number, SIG_DFL);
        if (signal_number != 0)
            (void)kill(getpid(), signal_number);
        _exit(9);
    }
    close(line[1]);
    assert_int_equal(crs__hdf5_read_arrays(&o.file, &err, &arrays), status);
    assert_string_equal(err.text, text);
    assert_int_equal(o.state.hdf5_pid, 0);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nothing of it is left */
    crs_arrays_release(&arrays);
    crs__data_close(&o.file);
}

static void test_death__is_an_error_in_words(void **state)
{
    (void)state;
    expect_death(SIGSEGV, CRS_EFORMAT, "a.h5: is damaged: libhdf5 crashes on it (signal 11)");
    expect_death(SIGABRT, CRS_EFORMAT, "a.h5: is damaged: libhdf5 crashes on it (signal 6)");
    expect_death(SIGXCPU, CRS_EFORMAT,
                 "a.h5: is damaged: libhdf5 takes more than 8 seconds for it");
    expect_death(SIGKILL, CRS_ENOMEM,
                 "a.h5: the process that reads HDF5 was ended (signal 9); is there too little "
                 "memory?");
    expect_death(0, CRS_EFORMAT, "a.h5: is damaged: the process that reads HDF5 has ended over it");
}

/* ---- what the reader may do ---------------------------------------------------------------------------- */

/* Bits of what went otherwise than it must; in a process that is confined. */
static int try_all(int file, int line, int other)
{
    char byte = 0;
    int bad = 0;
    void *memory = malloc((size_t)1 << 22);
    bad |= memory == NULL ? 1 : 0;
    free(memory);
    bad |= pread(file, &byte, 1, 0) == 1 ? 0 : 2;
    bad |= send(line, &byte, 1, 0) == 1 ? 0 : 4;
    bad |= pread(other, &byte, 1, 0) == -1 && errno == EPERM ? 0 : 8;
    bad |= open("/etc/hostname", O_RDONLY) == -1 && errno == EPERM ? 0 : 16;
    bad |= socket(AF_INET, SOCK_STREAM, 0) == -1 && errno == EPERM ? 0 : 32;
    bad |= kill(getppid(), 0) == -1 && errno == EPERM ? 0 : 64;
    bad |= mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
               ? 0
               : 128;
    return bad;
}

/* The rest of it: other bits. */
static int try_more(int file)
{
    char *argv[] = {NULL}, byte = 0;
    int bad = 0;
    bad |= fork() == -1 ? 0 : 1;
    bad |= execv("/bin/true", argv) == -1 && errno == EPERM ? 0 : 2;
    bad |= write(file, &byte, 1) == -1 && errno == EPERM ? 0 : 4;
    bad |= unlink("/nowhere") == -1 && errno == EPERM ? 0 : 8;
    bad |= dup(file) == -1 && errno == EPERM ? 0 : 16;
    bad |= mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file, 0) == MAP_FAILED ? 0 : 32;
    bad |= ftruncate(file, 0) == -1 && errno == EPERM ? 0 : 64;
    return bad;
}

static int confined(int which, int file, int line, int other)
{
    int how;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (!crs__hdf5_confine(file, line))
            _exit(255);
        _exit(which == 0 ? try_all(file, line, other) : try_more(file));
    }
    assert_int_equal(waitpid(pid, &how, 0), pid);
    assert_true(WIFEXITED(how));
    return WEXITSTATUS(how);
}

static void test_confined__reads_one_file_and_answers(void **state)
{
    const char *path = temporary_file("one", "1", 1);
    int line[2], file = open(path, O_RDWR), other = open(path, O_RDONLY), first = 255;
    (void)state;
    assert_int_equal(unlink(path), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, line), 0);
    if (!CRS_SANITIZED) /* a sanitizer needs more than is allowed */
        first = confined(0, file, line[0], other);
    if (first != 255) {
        assert_int_equal(first, 0);
        assert_int_equal(confined(1, file, line[0], other), 0);
    }
    close(line[0]);
    close(line[1]);
    close(file);
    close(other);
    if (first == 255)
        skip(); /* this system has no such filter */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slabs__are_in_order_however_they_are_cut),
        cmocka_unit_test(test_torn__is_answered_or_refused),
        cmocka_unit_test(test_damaged__is_answered_or_refused),
        cmocka_unit_test(test_matlab__empty_is_empty),
        cmocka_unit_test(test_links__into_other_files_are_not_followed),
        cmocka_unit_test(test_answers__that_make_sense),
        cmocka_unit_test(test_answers__of_arrays_that_cannot_be),
        cmocka_unit_test(test_answers__over_the_budget),
        cmocka_unit_test(test_answers__that_are_no_frames),
        cmocka_unit_test(test_answers__with_too_few_or_too_many_values),
        cmocka_unit_test(test_answers__of_any_bytes),
        cmocka_unit_test(test_death__is_an_error_in_words),
        cmocka_unit_test(test_confined__reads_one_file_and_answers),
    };
    return cmocka_run_group_tests(tests, temporary_setup, temporary_teardown);
}

#else

int main(void)
{
    return 77; /* a build without HDF5 */
}

#endif
