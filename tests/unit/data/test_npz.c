/* The .npz reader and writer: what np.savez makes is read, what no zip may say is refused. */
#include <crease/arrays.h>

#include <stdint.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "golden/savez_files.h"
#include "random_inputs.h"
#include "unit/data/array_files.h"

#if CRS_HAVE_ZIP
#include <zip.h>

/* A .npy of `n` bytes of uint8, all `value`. */
static void put_constant(made_file *file, size_t n, int value)
{
    char header[96];
    assert_true(n + 128 <= sizeof file->bytes);
    (void)snprintf(header, sizeof header,
                   "{'descr': '|u1', 'fortran_order': False, 'shape': (%zu,), }", n);
    put_npy(file, header, "", 0);
    memset(file->bytes + file->n, value, n);
    file->n += n;
}

/* ---- what np.savez writes ----------------------------------------------------------- */

static void assert_golden(const crs_arrays *arrays)
{
    static const double w[6] = {1, 2, 3, 4, 5, 6.5}, b[2] = {0.5, -0.25}, y[4] = {0, 1, 1, -7};
    static const double d[2] = {1, 0}, lr[1] = {1.2};
    assert_int_equal(arrays->n, 5);
    assert_array(arrays, "W1", "float64", 2, (const size_t[]){2, 3}, w);
    assert_array(arrays, "b1", "float32", 2, (const size_t[]){2, 1}, b);
    assert_array(arrays, "Y", "int64", 1, (const size_t[]){4}, y);
    assert_array(arrays, "D1", "bool", 1, (const size_t[]){2}, d);
    assert_array(arrays, "lr", "float64", 0, NULL, lr);
    assert_string_equal(arrays->array[4].name, "lr"); /* the file's order */
    assert_null(arrays->skipped);
}

static void read_golden(const unsigned char *bytes, size_t n)
{
    crs_arrays arrays;
    crs_error err;
    if (read_made("mine.npz", bytes, n, &err, &arrays) != CRS_OK)
        fail_msg("%s", err.text);
    assert_golden(&arrays);
    crs_arrays_release(&arrays);
}

static void test_npz__savez(void **state)
{
    (void)state;
    read_golden(savez_stored, sizeof savez_stored);
    read_golden(savez_deflated, sizeof savez_deflated);
}

/* The contents decide, not the name. */
static void test_npz__any_name(void **state)
{
    crs_arrays arrays;
    crs_error err;
    (void)state;
    assert_int_equal(read_made("mine.npy", savez_stored, sizeof savez_stored, &err, &arrays),
                     CRS_OK);
    assert_golden(&arrays);
    crs_arrays_release(&arrays);
}

static void test_npz__empty(void **state)
{
    made_file zip = {0};
    crs_arrays arrays;
    (void)state;
    put_zip(&zip, 0, NULL);
    accept_file("mine.npz", &zip, &arrays);
    assert_int_equal(arrays.n, 0);
    crs_arrays_release(&arrays);
}

/* ---- damaged ------------------------------------------------------------------------------ */

static void tear(const unsigned char *bytes, size_t n)
{
    for (size_t left = 0; left < n; left++) {
        crs_arrays arrays;
        crs_error err;
        if (read_made("mine.npz", bytes, left, &err, &arrays) != CRS_EFORMAT)
            fail_msg("%zu of %zu bytes: %s", left, n, err.text);
    }
}

static void test_npz__torn_anywhere(void **state)
{
    (void)state;
    tear(savez_stored, sizeof savez_stored);
    tear(savez_deflated, sizeof savez_deflated);
}

/* A flipped bit is refused, or one that changes no value: a date, a name, what nobody reads. */
static void flip(const unsigned char *bytes, size_t n, unsigned char *copy)
{
    for (size_t bit = 0; bit < 8 * n; bit += 3) {
        crs_arrays arrays, right;
        crs_error err;
        memcpy(copy, bytes, n);
        copy[bit / 8] ^= (unsigned char)(1u << bit % 8);
        if (read_made("mine.npz", copy, n, &err, &arrays) != CRS_OK)
            continue;
        assert_int_equal(read_made("mine.npz", bytes, n, &err, &right), CRS_OK);
        assert_true(arrays.n <= right.n);
        for (size_t i = 0; i < arrays.n && arrays.n == right.n; i++) {
            assert_int_equal(arrays.array[i].n, right.array[i].n);
            assert_memory_equal(arrays.array[i].values, right.array[i].values,
                                right.array[i].n * sizeof(double));
        }
        crs_arrays_release(&arrays);
        crs_arrays_release(&right);
    }
}

static void test_npz__flipped_bits(void **state)
{
    static unsigned char copy[sizeof savez_stored + sizeof savez_deflated];
    (void)state;
    flip(savez_stored, sizeof savez_stored, copy);
    flip(savez_deflated, sizeof savez_deflated, copy);
}

static void test_npz__checksum(void **state)
{
    made_file npy = {0}, zip = {0};
    made_entry entry = {.name = "a.npy", .data = &npy, .crc = 12345};
    (void)state;
    put_constant(&npy, 3, 1);
    put_zip(&zip, 1, &entry);
    refuse_file("mine.npz", &zip, CRS_EFORMAT,
                "mine.npz: entry 'a.npy': is damaged (libzip: CRC error)");
}

/* ---- lies ----------------------------------------------------------------------------------- */

static void refuse_entry(const made_entry *entry, crs_status status, const char *text)
{
    made_file zip = {0};
    put_zip(&zip, 1, entry);
    refuse_file("mine.npz", &zip, status, text);
}

static void test_npz__sizes_that_lie(void **state)
{
    made_file npy = {0};
    (void)state;
    put_constant(&npy, 3, 1);
    refuse_entry(&(made_entry){.name = "a.npy", .data = &npy, .size = 1000000}, CRS_EFORMAT,
                 "mine.npz: entry 'a.npy' claims 1000000 bytes, stored in 70");
    refuse_entry(&(made_entry){.name = "a.npy", .data = &npy, .method = 8, .size = 4000000000},
                 CRS_EFORMAT, "mine.npz: entry 'a.npy' claims 4000000000 bytes, stored in 70");
    refuse_entry(&(made_entry){.name = "a.npy", .data = &npy, .stored = 100000, .size = 100000},
                 CRS_EFORMAT, "mine.npz: entry 'a.npy' claims more stored bytes than the file has");
    npy.n--;
    refuse_entry(&(made_entry){.name = "a.npy", .data = &npy}, CRS_EFORMAT,
                 "mine.npz: entry 'a.npy' claims 3 bytes of uint8 after its header, but 2 are "
                 "there");
}

static void test_npz__method_and_encryption(void **state)
{
    made_file npy = {0};
    (void)state;
    put_constant(&npy, 3, 1);
    refuse_entry(&(made_entry){.name = "a.npy", .data = &npy, .method = 12}, CRS_EUNSUPPORTED,
                 "mine.npz: entry 'a.npy' is compressed by method 12; expected 0 (stored) or 8 "
                 "(deflated), as np.savez writes them");
    refuse_entry(&(made_entry){.name = "a.npy", .data = &npy, .flags = 1}, CRS_EUNSUPPORTED,
                 "mine.npz: entry 'a.npy' is encrypted");
}

/* Many entries that are one and the same block would make much of little. */
static void test_npz__entries_that_share_bytes(void **state)
{
    made_file npy = {0}, zip = {0};
    made_entry entries[8];
    static const char *const names[8] = {"a.npy", "b.npy", "c.npy", "d.npy",
                                         "e.npy", "f.npy", "g.npy", "h.npy"};
    (void)state;
    put_constant(&npy, 5000, 1);
    for (size_t i = 0; i < 8; i++)
        entries[i] = (made_entry){.name = names[i], .data = &npy, .shares = i > 0};
    put_zip(&zip, 8, entries);
    refuse_file("mine.npz", &zip, CRS_EFORMAT,
                "mine.npz: entry 'b.npy' claims more stored bytes than the file has");
}

static void test_npz__names(void **state)
{
    made_file npy = {0}, zip = {0};
    made_entry twice[2] = {{.name = "a.npy", .data = &npy}, {.name = "a.npy", .data = &npy}};
    (void)state;
    put_constant(&npy, 3, 1);
    put_zip(&zip, 2, twice);
    refuse_file("mine.npz", &zip, CRS_EFORMAT,
                "mine.npz: entry 'a.npy': there is another array of that name");
    refuse_entry(&(made_entry){.name = ".npy", .data = &npy}, CRS_EFORMAT,
                 "mine.npz: entry '.npy' is an array without a name");
    refuse_entry(&(made_entry){.name = "readme.txt", .data = &npy}, CRS_EFORMAT,
                 "mine.npz: entry 'readme.txt': expected .npy arrays alone, as np.savez writes "
                 "them");
    refuse_entry(&(made_entry){.name = "archive/data.pkl", .data = &npy}, CRS_EFORMAT,
                 "mine.npz: entry 'archive/data.pkl': this is what torch.save writes, and to read "
                 "it is to run code from the file: save with np.savez or safetensors");
}

static void test_npz__objects(void **state)
{
    made_file npy = {0};
    (void)state;
    put_npy(&npy, "{'descr': '|O', 'fortran_order': False, 'shape': (), }", "\x80\4N.", 4);
    refuse_entry(
        &(made_entry){.name = "a.npy", .data = &npy}, CRS_EUNSUPPORTED,
        "mine.npz: entry 'a.npy' (dtype '|O') holds Python objects (a dict?): to read "
        "them is to run code from the file, so save arrays of numbers alone, and a dict of "
        "them as **dict");
}

/* ---- memory ------------------------------------------------------------------------------------ */

/* A zip with one deflated entry, made by libzip. Returns the path. */
static const char *deflate(const char *name, const made_file *npy)
{
    const char *path = temporary_path(name);
    int code = 0;
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    zip_source_t *source = zip_source_buffer(zip, npy->bytes, npy->n, 0);
    assert_non_null(source);
    assert_int_equal(zip_file_add(zip, "a.npy", source, 0), 0);
    assert_int_equal(zip_set_file_compression(zip, 0, ZIP_CM_DEFLATE, 9), 0);
    assert_int_equal(zip_close(zip), 0);
    return path;
}

/* Much of the same is squeezed a thousandfold, and honest. */
static void test_npz__a_high_ratio_is_no_lie(void **state)
{
    static made_file npy;
    crs_arrays arrays;
    crs_error err;
    const char *path;
    (void)state;
    npy.n = 0;
    put_constant(&npy, sizeof npy.bytes - 200, 7);
    path = deflate("zeros.npz", &npy);
    assert_int_equal(crs_arrays_read(path, &err, &arrays), CRS_OK);
    assert_int_equal(arrays.array[0].n, sizeof npy.bytes - 200);
    for (size_t i = 0; i < arrays.array[0].n; i++)
        assert_true(arrays.array[0].values[i] == 7);
    crs_arrays_release(&arrays);
    assert_int_equal(unlink(path), 0);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifndef SANITIZED
/*
 * Read the file in a child that may have no more than `more` bytes of memory on top of what
 * it has; what it answered.
 */
static crs_status read_in_little_memory(const char *path, size_t more)
{
    int result;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        crs_arrays arrays;
        crs_error err;
        unsigned long long pages = 0;
        FILE *statm = fopen("/proc/self/statm", "r");
        struct rlimit limit;
        if (statm == NULL || fscanf(statm, "%llu", &pages) != 1)
            _exit(100);
        limit.rlim_cur = limit.rlim_max = pages * (unsigned long)sysconf(_SC_PAGESIZE) + more;
        if (setrlimit(RLIMIT_AS, &limit) != 0)
            _exit(100);
        _exit(-(int)crs_arrays_read(path, &err, &arrays));
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result) && WEXITSTATUS(result) < 100);
    return (crs_status)-WEXITSTATUS(result);
}

/* 10 GB claimed in 1 kB: refused, and not for want of memory, where there are 4 MB of it. */
static void test_npz__ten_gigabytes_in_a_kilobyte(void **state)
{
    static made_file npy, zip;
    made_entry entry = {.name = "a.npy", .data = &npy, .method = 8};
    const char *path;
    (void)state;
    npy.n = zip.n = 0;
    put_npy(&npy, "{'descr': '<f8', 'fortran_order': False, 'shape': (1250000000,), }", "", 0);
    /* plain, stored, and deflated with the claim in the zip as well */
    path = temporary_file("a.npy", npy.bytes, npy.n);
    assert_int_equal(read_in_little_memory(path, 4u << 20), CRS_EFORMAT);
    assert_int_equal(unlink(path), 0);
    entry.size = 0xfffffff0;
    put_zip(&zip, 1, &entry);
    path = temporary_file("a.npz", zip.bytes, zip.n);
    assert_int_equal(read_in_little_memory(path, 4u << 20), CRS_EFORMAT);
    assert_int_equal(unlink(path), 0);
    path = deflate("a.npz", &npy);
    assert_int_equal(read_in_little_memory(path, 4u << 20), CRS_EFORMAT);
    assert_int_equal(unlink(path), 0);
}

/* What is claimed and just possible costs memory only as far as it is there. */
static void test_npz__a_claim_within_the_ratio_grows_with_what_comes(void **state)
{
    static made_file npy, deflated, zip;
    made_entry entry = {.name = "a.npy", .data = &deflated, .method = 8};
    const char *path;
    (void)state;
    npy.n = deflated.n = zip.n = 0;
    /* 60 MB of bytes, 480 MB of doubles, claimed in 60 kB: a block of deflate that is stored
     * (RFC 1951, 3.2.4) holds the header; a block of the type that there is not follows */
    put_npy(&npy, "{'descr': '|u1', 'fortran_order': False, 'shape': (60000000,), }", "", 0);
    put_bytes(&npy, (const unsigned char[100]){0}, 100); /* zlib looks ahead */
    put_number(&deflated, 0, 1);
    put_number(&deflated, npy.n, 2);
    put_number(&deflated, ~npy.n & 0xffff, 2);
    put_bytes(&deflated, npy.bytes, npy.n);
    memset(deflated.bytes + deflated.n, 0xff, 60000);
    deflated.n += 60000;
    entry.size = npy.n - 100 + 60000000;
    put_zip(&zip, 1, &entry);
    path = temporary_file("a.npz", zip.bytes, zip.n);
    assert_int_equal(read_in_little_memory(path, 4u << 20), CRS_EFORMAT);
    assert_int_equal(unlink(path), 0);
}
#endif

/* ---- writing ------------------------------------------------------------------------------------- */

static crs_status keep(void *ctx, const void *bytes, size_t n)
{
    put_bytes(ctx, bytes, n);
    return CRS_OK;
}

static crs_status refuse_bytes(void *ctx, const void *bytes, size_t n)
{
    (void)ctx;
    (void)bytes;
    (void)n;
    return CRS_EIO;
}

static void fill(crs_arrays *arrays, uint64_t *seed)
{
    static const char *const names[3] = {"W1", "layer 1/\xC3\xA9t\xC3\xA9", "lr"};
    static const size_t dims[3][3] = {{3, 4}, {2, 0, 5}, {0}};
    static const size_t n_dims[3] = {2, 3, 0}, n[3] = {12, 0, 1};
    crs_error err;
    for (size_t i = 0; i < 3; i++) {
        double wide[12];
        float narrow[12];
        for (size_t k = 0; k < 12; k++) {
            wide[k] = random_special(seed);
            narrow[k] = (float)random_unit(seed);
        }
        assert_int_equal(crs_arrays_add(arrays, names[i], CRS_F64, n_dims[i], dims[i], wide, &err),
                         CRS_OK);
        if (n[i] > 0) {
            char name[32];
            (void)snprintf(name, sizeof name, "%s_f32", names[i]);
            assert_int_equal(
                crs_arrays_add(arrays, name, CRS_F32, n_dims[i], dims[i], narrow, &err), CRS_OK);
        }
    }
}

static void test_write__is_read_back_to_the_same_bits(void **state)
{
    uint64_t seed = 20240607;
    (void)state;
    for (int round = 0; round < 20; round++) {
        made_file file = {0}, again = {0};
        crs_arrays arrays = {0}, back;
        crs_error err;
        fill(&arrays, &seed);
        assert_int_equal(crs_arrays_write_npz(&arrays, &(crs_sink){keep, &file}, &err), CRS_OK);
        assert_int_equal(crs_arrays_write_npz(&arrays, &(crs_sink){keep, &again}, &err), CRS_OK);
        assert_int_equal(file.n, again.n);
        assert_memory_equal(file.bytes, again.bytes, file.n);
        accept_file("back.npz", &file, &back);
        assert_int_equal(back.n, arrays.n);
        for (size_t i = 0; i < arrays.n; i++) {
            const crs_array *a = &arrays.array[i];
            assert_string_equal(back.array[i].name, a->name);
            assert_array(&back, a->name, a->type, a->n_dims, a->dims, a->values);
        }
        crs_arrays_release(&arrays);
        crs_arrays_release(&back);
    }
}

static void test_write__nothing(void **state)
{
    made_file file = {0};
    crs_arrays arrays = {0};
    crs_error err;
    (void)state;
    assert_int_equal(crs_arrays_write_npz(&arrays, &(crs_sink){keep, &file}, &err), CRS_OK);
    accept_file("none.npz", &file, &arrays);
    assert_int_equal(arrays.n, 0);
    crs_arrays_release(&arrays);
}

static void test_write__a_sink_that_fails(void **state)
{
    crs_arrays arrays = {0};
    crs_error err;
    uint64_t seed = 1;
    (void)state;
    assert_int_equal(crs_arrays_write_npz(&arrays, &(crs_sink){refuse_bytes, NULL}, &err), CRS_EIO);
    fill(&arrays, &seed);
    assert_int_equal(crs_arrays_write_npz(&arrays, &(crs_sink){refuse_bytes, NULL}, &err), CRS_EIO);
    assert_string_equal(err.text, "the arrays could not be written");
    crs_arrays_release(&arrays);
}

/* What NumPy reads: the header's length makes the elements begin at a multiple of 64. */
static void test_write__the_bytes_numpy_would_write(void **state)
{
    static const double w[6] = {1, 2, 3, 4, 5, 6.5};
    made_file file = {0}, npy = {0};
    crs_arrays arrays = {0};
    crs_error err;
    char header[119];
    (void)state;
    (void)snprintf(header, sizeof header, "%-117s\n",
                   "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }");
    put_npy(&npy, header, w, sizeof w);
    assert_int_equal(npy.n, 128 + sizeof w);
    assert_int_equal(crs_arrays_add(&arrays, "W1", CRS_F64, 2, (const size_t[]){2, 3}, w, &err),
                     CRS_OK);
    assert_int_equal(crs_arrays_write_npz(&arrays, &(crs_sink){keep, &file}, &err), CRS_OK);
    assert_memory_equal(file.bytes, "PK\3\4", 4);
    assert_memory_equal(file.bytes + 30, "W1.npy", 6);
    assert_memory_equal(file.bytes + 36, npy.bytes, npy.n);
    crs_arrays_release(&arrays);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_npz__savez),
        cmocka_unit_test(test_npz__any_name),
        cmocka_unit_test(test_npz__empty),
        cmocka_unit_test(test_npz__torn_anywhere),
        cmocka_unit_test(test_npz__flipped_bits),
        cmocka_unit_test(test_npz__checksum),
        cmocka_unit_test(test_npz__sizes_that_lie),
        cmocka_unit_test(test_npz__method_and_encryption),
        cmocka_unit_test(test_npz__entries_that_share_bytes),
        cmocka_unit_test(test_npz__names),
        cmocka_unit_test(test_npz__objects),
        cmocka_unit_test(test_npz__a_high_ratio_is_no_lie),
#ifndef SANITIZED
        cmocka_unit_test(test_npz__ten_gigabytes_in_a_kilobyte),
        cmocka_unit_test(test_npz__a_claim_within_the_ratio_grows_with_what_comes),
#endif
        cmocka_unit_test(test_write__is_read_back_to_the_same_bits),
        cmocka_unit_test(test_write__nothing),
        cmocka_unit_test(test_write__a_sink_that_fails),
        cmocka_unit_test(test_write__the_bytes_numpy_would_write),
    };
    return cmocka_run_group_tests(tests, temporary_setup, temporary_teardown);
}

#else

static crs_status write_to_nowhere(void *ctx, const void *bytes, size_t n)
{
    (void)ctx;
    (void)bytes;
    (void)n;
    return CRS_OK;
}

static void test_npz__says_which_package(void **state)
{
    static const crs_sink sink = {write_to_nowhere, NULL};
    crs_arrays arrays;
    crs_error err;
    (void)state;
    assert_int_equal(read_made("mine.npz", savez_stored, sizeof savez_stored, &err, &arrays),
                     CRS_EUNSUPPORTED);
    assert_string_equal(
        without_folder(err.text),
        "mine.npz: this build cannot read .npz; install libzip-dev and build again");
    assert_int_equal(crs_arrays_write_npz(&arrays, &sink, &err), CRS_EUNSUPPORTED);
    (void)savez_deflated;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_npz__says_which_package)};
    return cmocka_run_group_tests(tests, temporary_setup, temporary_teardown);
}

#endif
