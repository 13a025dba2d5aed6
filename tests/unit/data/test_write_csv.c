/*
 * What is written reads back to the same bits.
 */
#include <crease/data.h>
#include <crease/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/memory.h"
#include "unit/data/temporary.h"

/* A sink into memory that fails once `room` bytes are in it. */
typedef struct memory_sink {
    char *text;
    size_t used, room;
} memory_sink;

static crs_status write_memory(void *ctx, const void *bytes, size_t n)
{
    memory_sink *m = ctx;
    if (n > m->room - m->used)
        return CRS_EIO;
    memcpy(m->text + m->used, bytes, n);
    m->used += n;
    return CRS_OK;
}

/* Write `data`, read it back and compare every bit. */
static void round_trip(const crs_dataset *data, const crs_data_read_options *options)
{
    memory_sink memory = {malloc((size_t)1 << 22), 0, (size_t)1 << 22};
    crs_sink sink = {write_memory, &memory};
    crs_dataset back;
    crs_error err;
    const char *path;
    size_t n = data->n_samples * data->n_features * crs_dtype_size(data->dtype);
    assert_non_null(memory.text);
    assert_int_equal(crs_data_write_csv(data, &sink, &err), CRS_OK);
    path = temporary_file("out.csv", memory.text, memory.used);
    if (crs_data_read(path, options, &err, &back) != CRS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(back.n_samples, data->n_samples);
    assert_int_equal(back.n_features, data->n_features);
    assert_int_equal(back.n_classes, data->n_classes);
    assert_memory_equal(back.x, data->x, n);
    assert_memory_equal(back.y, data->y, data->n_samples * sizeof *data->y);
    crs_dataset_release(&back);
    free(memory.text);
}

static void test_generated_data__comes_back(void **state)
{
    crs_data_read_options options;
    (void)state;
    crs_data_read_options_init(&options);
    for (size_t g = 0; crs_data_generator_at(g) != NULL; g++) {
        crs_data_options make = crs_data_generator_at(g)->defaults;
        for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
            crs_dataset data;
            make.dtype = options.dtype = (crs_dtype)dtype;
            assert_int_equal(crs_data_generate(crs_data_generator_at(g)->name, &make, NULL, &data),
                             CRS_OK);
            round_trip(&data, &options);
            crs_dataset_release(&data);
        }
    }
}

/* Any finite double and float, subnormal ones and -0 too, and targets that are values. */
static void test_random_bits__come_back(void **state)
{
    enum { N = 4000, FEATURES = 3 };
    const uint32_t seed = 4;
    double *x64 = malloc(N * FEATURES * sizeof *x64), *y = malloc(N * sizeof *y);
    float *x32 = malloc(N * FEATURES * sizeof *x32);
    crs_data_read_options options;
    crs_random rng;
    (void)state;
    assert_true(x64 != NULL && x32 != NULL && y != NULL);
    crs_random_seed(&rng, seed);
    for (size_t i = 0; i < N * FEATURES; i++) {
        do {
            uint32_t words[2] = {crs_random_bits(&rng), crs_random_bits(&rng)};
            memcpy(&x64[i], words, sizeof x64[i]);
            memcpy(&x32[i], words, sizeof x32[i]);
        } while (!isfinite(x64[i]) || !isfinite(x32[i]));
    }
    x64[0] = -0.0;
    x32[0] = -0.0F;
    crs_random_fill_randn(&rng, N, y);
    crs_data_read_options_init(&options);
    for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
        crs_dataset data;
        memset(&data, 0, sizeof data);
        data.n_samples = N;
        data.n_features = FEATURES;
        data.dtype = options.dtype = (crs_dtype)dtype;
        data.x = dtype == CRS_F32 ? (void *)x32 : (void *)x64;
        data.y = y;
        round_trip(&data, &options);
    }
    free(x64);
    free(x32);
    free(y);
}

static void test_header__names_the_columns(void **state)
{
    char quoted[] = "a \"b\", c", comment[] = "#1", *names[] = {quoted, comment};
    double x[] = {1.5, 2}, y[] = {1};
    char text[64];
    memory_sink memory = {text, 0, sizeof text};
    crs_sink sink = {write_memory, &memory};
    crs_dataset data;
    (void)state;
    memset(&data, 0, sizeof data);
    data.n_samples = 1;
    data.n_features = 2;
    data.n_classes = 2;
    data.dtype = CRS_F64;
    data.x = x;
    data.y = y;
    assert_int_equal(crs_data_write_csv(&data, &sink, NULL), CRS_OK);
    text[memory.used] = '\0';
    assert_string_equal(text, "x1,x2,label\n1.5,2,1\n");
    memory.used = 0;
    data.feature_names = names;
    assert_int_equal(crs_data_write_csv(&data, &sink, NULL), CRS_OK);
    text[memory.used] = '\0';
    assert_string_equal(text, "\"a \"\"b\"\", c\",\"#1\",label\n1.5,2,1\n");
    memory.used = 0;
    data.feature_names = NULL;
    data.n_features = 1;
    data.n_targets = 2;
    data.y = x;
    assert_int_equal(crs_data_write_csv(&data, &sink, NULL), CRS_OK);
    text[memory.used] = '\0';
    assert_string_equal(text, "x1,label1,label2\n1.5,1.5,2\n");
    memory.used = 0;
    data.target_names = names;
    assert_int_equal(crs_data_write_csv(&data, &sink, NULL), CRS_OK);
    text[memory.used] = '\0';
    assert_string_equal(text, "x1,\"a \"\"b\"\", c\",\"#1\"\n1.5,1.5,2\n");
}

static void test_failing_sink__stops_the_writer(void **state)
{
    char text[100];
    memory_sink memory = {text, 0, sizeof text};
    crs_sink sink = {write_memory, &memory};
    crs_dataset data;
    crs_error err;
    (void)state;
    assert_int_equal(crs_data_generate("planar", NULL, NULL, &data), CRS_OK);
    assert_int_equal(crs_data_write_csv(&data, &sink, &err), CRS_EIO);
    assert_string_equal(err.text, "the data set could not be written: reading or writing failed");
    assert_int_equal(memory.used, 0);
    crs_dataset_release(&data);
}

static void test_nothing_to_write__is_refused(void **state)
{
    crs_sink sink = {write_memory, NULL};
    crs_dataset data;
    crs_error err;
    (void)state;
    memset(&data, 0, sizeof data);
    assert_int_equal(crs_data_write_csv(&data, &sink, &err), CRS_EINVAL);
}

static void test_failing_allocator__is_reported(void **state)
{
    crs_sink sink = {write_memory, NULL};
    crs_dataset data;
    crs_error err;
    (void)state;
    assert_int_equal(crs_data_generate("xor", NULL, NULL, &data), CRS_OK);
    crs__alloc_fail_at(1);
    assert_int_equal(crs_data_write_csv(&data, &sink, &err), CRS_ENOMEM);
    crs__alloc_fail_at(0);
    crs_dataset_release(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_generated_data__comes_back),
        cmocka_unit_test(test_random_bits__come_back),
        cmocka_unit_test(test_header__names_the_columns),
        cmocka_unit_test(test_failing_sink__stops_the_writer),
        cmocka_unit_test(test_nothing_to_write__is_refused),
        cmocka_unit_test(test_failing_allocator__is_reported),
    };
    return cmocka_run_group_tests(tests, temporary_setup, temporary_teardown);
}
