/* What the names in a text table may be, and how many classes. */
#include <crease/data.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "temporary.h"

#define FILE_NAME "data.csv"

static crs_data_read_options default_options(void)
{
    crs_data_read_options options;
    crs_data_read_options_init(&options);
    return options;
}

static crs_status read_text(const char *text, const crs_data_read_options *options, crs_error *err,
                            crs_dataset *data)
{
    const char *path = temporary_file(FILE_NAME, text, strlen(text));
    crs_status status = crs_data_read(path, options, err, data);
    assert_int_equal(unlink(path), 0);
    return status;
}

static void assert_read(const char *text, const crs_data_read_options *options, crs_dataset *data)
{
    crs_error err;
    if (read_text(text, options, &err, data) != CRS_OK)
        fail_msg("%s", err.text);
}

static void assert_refused(const char *text, const crs_data_read_options *options,
                           const char *message)
{
    crs_error err;
    crs_dataset data;
    assert_int_equal(read_text(text, options, &err, &data), CRS_EPARSE);
    if (strstr(err.text, message) == NULL)
        fail_msg("'%s' lacks '%s'", err.text, message);
}

/* ---- encodings ------------------------------------------------------------------------- */

/* The same table as UTF-8, and as Windows-1252 of which Latin-1 is a part. */
static void test_names__are_utf8_whatever_the_file(void **state)
{
    static const char utf8[] = "gr\xc3\xb6\xc3\x9f"
                               "e,\xe2\x82\xac,art\n1,2,\xc3\xa4\n2,1,b\n";
    static const char latin[] = "gr\xf6\xdf"
                                "e,\x80,art\n1,2,\xe4\n2,1,b\n";
    crs_data_read_options options = default_options();
    crs_dataset one, other, test;
    (void)state;
    assert_read(utf8, NULL, &one);
    assert_read(latin, NULL, &other);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(one.feature_names[i], other.feature_names[i]);
        assert_string_equal(one.class_names[i], other.class_names[i]);
    }
    options.like = &one;
    assert_read(latin, &options, &test);
    assert_true(test.y[0] == one.y[0] && crs_dataset_x(&test, 0, 1) == 2);
    crs_dataset_release(&test);
    options.like = NULL;
    options.columns = "gr\xf6\xdf"
                      "e"; /* as such a terminal sends it */
    assert_read(utf8, &options, &test);
    assert_int_equal(test.n_features, 1);
    crs_dataset_release(&test);
    crs_dataset_release(&other);
    crs_dataset_release(&one);
}

/* A quoted label with doubled quotes that is not UTF-8 either. */
static void test_labels__are_utf8_too(void **state)
{
    crs_dataset data;
    (void)state;
    assert_read("1,2,\"a\"\"\xe9\"\n2,1,b\n", NULL, &data);
    assert_string_equal(data.class_names[0], "a\"\xc3\xa9");
    crs_dataset_release(&data);
}

/* ---- headers ----------------------------------------------------------------------------- */

static void test_header__may_have_numbers(void **state)
{
    crs_data_read_options options = default_options();
    crs_dataset data, test;
    (void)state;
    assert_read("a,b,1,e\n1,2,3,x\n2,3,4,y\n5,1,2,x\n", NULL, &data);
    assert_int_equal(data.n_samples, 3);
    assert_string_equal(data.feature_names[2], "1");
    crs_dataset_release(&data);
    /* a slip in a sample stays one */
    assert_refused("5.1,3.5x,1.4,0.2,setosa\n4.9,3,1.4,0.2,setosa\n", NULL,
                   "field 2: '3.5x' is not a number (and the line does not look like a header");
    /* the columns' numbers, as some programs write them: a sample just as well */
    assert_refused("0,1,2,3\n5,6,7,0\n7,8,9,1\n", NULL,
                   "data.csv:1: 0, 1, 2 ... 3 may be the columns' numbers or a sample; expected "
                   "--header or --no-header");
    options.header = CRS_CSV_HEADER_NO;
    assert_read("0,1,2,3\n5,6,7,0\n7,8,9,1\n", &options, &data);
    assert_int_equal(data.n_samples, 3);
    crs_dataset_release(&data);
    options.header = CRS_CSV_HEADER_YES;
    assert_read("0,1,2,3\n5,6,7,0\n7,8,9,1\n", &options, &data);
    assert_int_equal(data.n_samples, 2);
    /* where the training data has those names, they are names */
    options = default_options();
    options.like = &data;
    assert_read("0,1,2,3\n5,6,7,0\n7,8,9,1\n", &options, &test);
    assert_int_equal(test.n_samples, 2);
    crs_dataset_release(&test);
    crs_dataset_release(&data);
}

static void test_names__of_two_columns_are_refused(void **state)
{
    crs_data_read_options options = default_options();
    crs_dataset data;
    (void)state;
    assert_refused("a,b,a,y\n1,2,3,0\n3,4,5,1\n", NULL,
                   "data.csv:1: columns 1 and 3 are both named 'a'; expected one: rename it, or "
                   "ignore one by its number");
    options.ignore = "3";
    assert_read("a,b,a,y\n1,2,3,0\n3,4,5,1\n", &options, &data);
    assert_int_equal(data.n_features, 2);
    crs_dataset_release(&data);
    /* without a name, all of them: by their numbers */
    assert_read(",b,,y\n1,2,3,0\n3,4,5,1\n", NULL, &data);
    assert_string_equal(data.feature_names[0], "1");
    assert_string_equal(data.feature_names[2], "3");
    crs_dataset_release(&data);
    assert_refused("a,y,y\n1,0,1\n3,1,0\n",
                   (options = default_options(), options.target = "2-3", &options),
                   "columns 2 and 3 are both named 'y'");
}

/* Thousands of names are found as fast as few: linear, or this takes minutes. */
static void test_names__may_be_many(void **state)
{
    enum { N = 60000 };
    crs_data_read_options options = default_options();
    crs_dataset data, test;
    char *text = malloc(N * 12), *at = text;
    (void)state;
    assert_non_null(text);
    for (int i = 0; i < N; i++)
        at += sprintf(at, "c%d,", i); /* long enough, above */
    at += sprintf(at, "y\n");
    for (int i = 0; i < N; i++, at += 2)
        memcpy(at, "1,", 2);
    memcpy(at, "0\n", 3);
    assert_read(text, NULL, &data);
    assert_int_equal(data.n_features, N);
    options.like = &data;
    assert_read(text, &options, &test);
    crs_dataset_release(&test);
    crs_dataset_release(&data);
    free(text);
}

/* ---- classes ------------------------------------------------------------------------------- */

/* `n` samples, each label on `each` of them. */
static char *make_labels(size_t n, size_t each, const char *prefix)
{
    char *text = malloc(n * 32 + 32), *at = text;
    assert_non_null(text);
    for (size_t i = 0; i < n; i++) {
        at += sprintf(at, "%d,%s%d\n", (int)(i % 7), prefix, (int)(i / each));
    }
    return text;
}

static void test_classes__as_many_as_samples_are_refused(void **state)
{
    crs_data_read_options options = default_options();
    crs_dataset data;
    char *text = make_labels(30000, 1, "id");
    (void)state;
    assert_refused(text, NULL,
                   "data.csv: 30000 different texts as labels of 30000 samples: as many classes as "
                   "samples; expected several samples a class: another --target");
    options.target_kind = CRS_TARGET_CLASSES; /* who says so has it */
    assert_read(text, &options, &data);
    assert_int_equal(data.n_classes, 30000);
    crs_dataset_release(&data);
    free(text);
    text = make_labels(100, 2, "id"); /* two each: learned from one, tested on the other */
    assert_read(text, NULL, &data);
    assert_int_equal(data.n_classes, 50);
    crs_dataset_release(&data);
    free(text);
    text = make_labels(8, 1, "id"); /* a table to try things with */
    assert_read(text, NULL, &data);
    assert_int_equal(data.n_classes, 8);
    crs_dataset_release(&data);
    free(text);
    text = make_labels(100, 1, ""); /* numbers: values */
    assert_read(text, NULL, &data);
    assert_int_equal(data.n_classes, 0);
    crs_dataset_release(&data);
    free(text);
}

/* Labels of many classes of the training data are found without looking at all of them. */
static void test_like__of_many_classes(void **state)
{
    static const char *const prefixes[] = {"id", ""};
    crs_data_read_options options = default_options();
    crs_dataset data, test;
    (void)state;
    for (size_t f = 0; f < 2; f++) {
        char *text = make_labels(60000, 2, prefixes[f]);
        options.target_kind = CRS_TARGET_CLASSES;
        options.like = NULL;
        assert_read(text, &options, &data);
        assert_int_equal(data.n_classes, 30000);
        options.like = &data;
        assert_read(text, &options, &test);
        for (size_t i = 0; i < test.n_samples; i++)
            assert_true(test.y[i] == data.y[i]);
        crs_dataset_release(&test);
        crs_dataset_release(&data);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names__are_utf8_whatever_the_file),
        cmocka_unit_test(test_labels__are_utf8_too),
        cmocka_unit_test(test_header__may_have_numbers),
        cmocka_unit_test(test_names__of_two_columns_are_refused),
        cmocka_unit_test(test_names__may_be_many),
        cmocka_unit_test(test_classes__as_many_as_samples_are_refused),
        cmocka_unit_test(test_like__of_many_classes),
    };
    return cmocka_run_group_tests(tests, temporary_setup, temporary_teardown);
}
