/* Tensors written with every bit, and loaded from memory. */
#include "data/safetensors_file.h"

#include <math.h>

#include "unit/data/array_files.h"

static crs_status into_file(void *ctx, const void *bytes, size_t n)
{
    put_bytes(ctx, bytes, n);
    return CRS_OK;
}

static const float w[3] = {1, -0.0f, 0x1.fffffep-126f};
static const double b[2] = {0x1.3333333333333p-2, 0x0.0000000000001p-1022};
static const uint64_t words[1] = {UINT64_C(0xfedcba9876543210)};
static const crs__metadata about[] = {{"format", "pt"},
                                      {"crease", "{\"a\\b\":1}\x01 \xe9 \xc3\xa9"}};

static void write_three(made_file *file)
{
    crs__tensor tensors[3] = {
        {.name = "w",
         .type = crs__element_of(CRS__ELEMENT_FLOAT, 4),
         .n_dims = 2,
         .dims = {3, 1},
         .values = w},
        {.name = "u", .type = crs__element_of(CRS__ELEMENT_UNSIGNED, 8), .values = words},
        {.name = "b",
         .type = crs__element_of(CRS__ELEMENT_FLOAT, 8),
         .n_dims = 1,
         .dims = {2},
         .values = b},
    };
    crs_error err;
    assert_int_equal(
        crs__safetensors_write(3, tensors, 2, about, &(crs_sink){into_file, file}, &err), CRS_OK);
}

static void test_write__is_the_form(void **state)
{
    static const char header[] =
        "{\"__metadata__\":{\"format\":\"pt\",\"crease\":\"{\\\"a\\\\b\\\":1}\\u0001 \\u00e9 \xc3\xa9\"},"
        "\"b\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]},"
        "\"u\":{\"dtype\":\"U64\",\"shape\":[],\"data_offsets\":[16,24]},"
        "\"w\":{\"dtype\":\"F32\",\"shape\":[3,1],\"data_offsets\":[24,36]}}";
    static const unsigned char u[8] = {0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe};
    made_file file = {0};
    size_t padded = (sizeof header - 1 + 7) / 8 * 8;
    (void)state;
    write_three(&file);
    assert_int_equal(file.n, 8 + padded + 36);
    assert_int_equal(file.bytes[0] + 256 * file.bytes[1], padded);
    assert_memory_equal(file.bytes + 8, header, sizeof header - 1);
    for (size_t i = sizeof header - 1; i < padded; i++)
        assert_int_equal(file.bytes[8 + i], ' ');
    assert_memory_equal(file.bytes + 8 + padded + 16, u, 8);
}

static void test_load__has_every_bit(void **state)
{
    made_file file = {0};
    crs__safetensors read;
    crs_error err;
    float w_read[3];
    double b_read[2];
    uint64_t u_read;
    (void)state;
    write_three(&file);
    /* an odd address: nothing is aligned */
    memmove(file.bytes + 1, file.bytes, file.n);
    assert_int_equal(crs__safetensors_load(file.n, file.bytes + 1, "m", &err, &read), CRS_OK);
    assert_int_equal(read.n, 3);
    crs__tensor_take(crs__safetensors_find(&read, "w"), w_read);
    crs__tensor_take(crs__safetensors_find(&read, "b"), b_read);
    crs__tensor_take(crs__safetensors_find(&read, "u"), &u_read);
    assert_memory_equal(w_read, w, sizeof w);
    assert_memory_equal(b_read, b, sizeof b);
    assert_true(u_read == words[0]);
    assert_int_equal(crs__safetensors_find(&read, "w")->dims[0], 3);
    assert_string_equal(crs__safetensors_find(&read, "u")->type->safetensors, "U64");
    assert_null(crs__safetensors_find(&read, "v"));
    assert_int_equal(read.n_metadata, 2);
    assert_string_equal(crs__safetensors_metadata(&read, "format"), "pt");
    /* Latin-1 has become UTF-8 */
    assert_string_equal(crs__safetensors_metadata(&read, "crease"),
                        "{\"a\\b\":1}\x01 \xc3\xa9 \xc3\xa9");
    assert_null(crs__safetensors_metadata(&read, "author"));
    crs__safetensors_release(&read);
    assert_null(read.tensors);
}

static void test_load__torn_anywhere(void **state)
{
    made_file file = {0};
    crs__safetensors read;
    crs_error err;
    (void)state;
    write_three(&file);
    for (size_t n = 0; n < file.n; n++) {
        void *copy = malloc(n + 1); /* of its own, so that a sanitizer sees a byte too many */
        assert_non_null(copy);
        copy = realloc(copy, n == 0 ? 1 : n);
        memcpy(copy, file.bytes, n);
        assert_int_equal(crs__safetensors_load(n, copy, "m", &err, &read), CRS_EFORMAT);
        assert_true(read.tensors == NULL && read.metadata == NULL && read.header.values == NULL);
        free(copy);
    }
}

static void refuse_metadata(const char *header, const char *text)
{
    made_file file = {0};
    crs__safetensors read;
    crs_error err;
    put_number(&file, strlen(header), 8);
    put_bytes(&file, header, strlen(header));
    assert_int_equal(crs__safetensors_load(file.n, file.bytes, "m", &err, &read), CRS_EFORMAT);
    assert_string_equal(err.text, text);
}

static void test_load__metadata_that_is_none(void **state)
{
    (void)state;
    refuse_metadata("{\"__metadata__\":5}", "m: its __metadata__ is no JSON object");
    refuse_metadata("{\"__metadata__\":{\"crease\":5}}", "m: its metadata 'crease' is no text");
}

static void test_load__no_memory(void **state)
{
    made_file file = {0};
    crs__safetensors read;
    crs_error err;
    crs_status status = CRS_ENOMEM;
    size_t at = 1;
    (void)state;
    write_three(&file);
    for (; status == CRS_ENOMEM; at++) {
        crs__alloc_fail_at(at);
        status = crs__safetensors_load(file.n, file.bytes, "m", &err, &read);
        crs__alloc_fail_at(0);
        crs__safetensors_release(&read);
    }
    assert_int_equal(status, CRS_OK);
    assert_true(at > 3);
}

static crs_status full(void *ctx, const void *bytes, size_t n)
{
    size_t *room = ctx;
    (void)bytes;
    if (n > *room)
        return CRS_EIO;
    *room -= n;
    return CRS_OK;
}

static void test_write__what_the_sink_says(void **state)
{
    crs__tensor one = {.name = "b",
                       .type = crs__element_of(CRS__ELEMENT_FLOAT, 8),
                       .n_dims = 1,
                       .dims = {2},
                       .values = b};
    crs_error err;
    (void)state;
    for (size_t room = 0; room < 60; room += 20) { /* in the length, the header, the values */
        size_t left = room;
        assert_int_equal(crs__safetensors_write(1, &one, 0, NULL, &(crs_sink){full, &left}, &err),
                         CRS_EIO);
        assert_string_equal(err.text, "the tensors could not be written");
    }
    for (size_t at = 1; at < 3; at++) {
        made_file file = {0};
        crs__alloc_fail_at(at);
        assert_int_equal(
            crs__safetensors_write(1, &one, 0, NULL, &(crs_sink){into_file, &file}, &err),
            CRS_ENOMEM);
        crs__alloc_fail_at(0);
        assert_int_equal(file.n, 0);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write__is_the_form),
        cmocka_unit_test(test_write__what_the_sink_says),
        cmocka_unit_test(test_load__has_every_bit),
        cmocka_unit_test(test_load__torn_anywhere),
        cmocka_unit_test(test_load__metadata_that_is_none),
        cmocka_unit_test(test_load__no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
