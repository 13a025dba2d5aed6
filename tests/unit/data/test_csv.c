/*
 * The CSV reader: what it understands, and what it refuses with which words.
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
#include "unit/data/temporary.h"

#define FILE_NAME "data.csv"

/* Read `text` as a file; the caller releases `data`. */
static void read_text(const char *text, const crs_data_read_options *options, crs_dataset *data)
{
    crs_error err;
    const char *path = temporary_file(FILE_NAME, text, strlen(text));
    if (crs_data_read(path, options, &err, data) != CRS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(unlink(path), 0);
}

/* `text` of `n` bytes is refused: the message, without the folder, the line and the column. */
static void refuse_bytes(const char *text, size_t n, const crs_data_read_options *options,
                         crs_status status, const char *message, size_t line, size_t column)
{
    crs_error err;
    crs_dataset data;
    const char *path = temporary_file(FILE_NAME, text, n);
    assert_int_equal(crs_data_read(path, options, &err, &data), status);
    assert_int_equal(unlink(path), 0);
    assert_string_equal(without_folder(err.text), message);
    assert_int_equal(err.status, status);
    assert_int_equal(err.line, line);
    assert_int_equal(err.column, column);
    assert_zeroed(&data);
}

static void refuse_text(const char *text, crs_status status, const char *message, size_t line,
                        size_t column)
{
    refuse_bytes(text, strlen(text), NULL, status, message, line, column);
}

static crs_data_read_options default_options(void)
{
    crs_data_read_options options;
    crs_data_read_options_init(&options);
    return options;
}

static void assert_x(const crs_dataset *data, size_t n, const double *want)
{
    assert_int_equal(data->n_samples * data->n_features, n);
    for (size_t i = 0; i < n; i++)
        assert_true(crs_dataset_x(data, i / data->n_features, i % data->n_features) == want[i]);
}

static void assert_y(const crs_dataset *data, const double *want)
{
    for (size_t i = 0; i < data->n_samples; i++)
        assert_true(data->y[i] == want[i]);
}

/* ---- what is understood ------------------------------------------------------ */

static void test_plain__has_no_header(void **state)
{
    const double x[] = {1, 2, 3, -4.5e-3}, y[] = {0, 1};
    crs_dataset data;
    (void)state;
    read_text("1,2,0\n3,-4.5e-3,1\n", NULL, &data);
    assert_x(&data, 4, x);
    assert_y(&data, y);
    assert_int_equal(data.n_classes, 2);
    assert_int_equal(data.dtype, CRS_F64);
    assert_null(data.class_names);
    assert_null(data.feature_names);
    assert_int_equal((uintptr_t)data.x % 64, 0);
    assert_string_equal(data.name, FILE_NAME);
    assert_string_equal(data.description,
                        "CSV: 2 samples of 2 features, no header, target field 3, 2 classes");
    crs_dataset_release(&data);
}

/* Header, CRLF, byte order mark, comments, empty lines, blanks, quotes, no end of the last line. */
static void test_dressed_up__is_the_same_data(void **state)
{
    const double x[] = {1, 2, 3, 4}, y[] = {0, 1};
    crs_dataset data;
    (void)state;
    read_text("\xef\xbb\xbf# measured on Monday\r\n\r\n\"first, \"\"one\"\"\", second ,label\r\n"
              " 1 ,\"2\",0\r\n   \r\n# half way\r\n3,\t4 , \"1\" ",
              NULL, &data);
    assert_x(&data, 4, x);
    assert_y(&data, y);
    assert_string_equal(data.feature_names[0], "first, \"one\"");
    assert_string_equal(data.feature_names[1], "second");
    assert_string_equal(
        data.description,
        "CSV: 2 samples of 2 features, with a header, target field 3 ('label'), 2 classes");
    crs_dataset_release(&data);
}

static void test_separator__is_found_out(void **state)
{
    const double x[] = {1.5, 2, 3, 4};
    const char *const texts[] = {"a;b;c\n1.5;2;0\n3;4;1\n", "1.5\t2\t0\n3\t4\t1\n",
                                 "1.5,2,0\n3,4,1\n"};
    crs_data_read_options options = default_options();
    crs_dataset data;
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        read_text(texts[i], NULL, &data);
        assert_x(&data, 4, x);
        crs_dataset_release(&data);
    }
    options.separator = ';';
    read_text("1.5;2;\"a,b\"\n3;4;c\n", &options, &data);
    assert_x(&data, 4, x);
    assert_string_equal(data.class_names[0], "a,b");
    crs_dataset_release(&data);
}

static void test_header__is_told_from_data(void **state)
{
    crs_data_read_options options = default_options();
    crs_dataset data;
    (void)state;
    read_text("0,1,label\n5,6,0\n7,8,1\n", NULL, &data); /* columns named 0 and 1 */
    assert_int_equal(data.n_samples, 2);
    assert_string_equal(data.feature_names[1], "1");
    crs_dataset_release(&data);
    read_text("5,6,yes\n7,8,no\n", NULL, &data); /* a class with a name, no header */
    assert_int_equal(data.n_samples, 2);
    assert_null(data.feature_names);
    crs_dataset_release(&data);
    read_text(",x,label\n0,1.5,0\n1,2.5,1\n", NULL, &data); /* an index column without a name */
    assert_int_equal(data.n_samples, 2);
    assert_string_equal(data.feature_names[0], "");
    crs_dataset_release(&data);
    options.header = CRS_CSV_HEADER_YES;
    read_text("1,2,3\n5,6,0\n7,8,1\n", &options, &data);
    assert_int_equal(data.n_samples, 2);
    assert_string_equal(data.feature_names[0], "1");
    crs_dataset_release(&data);
}

static void test_target__by_name_and_number(void **state)
{
    const double x[] = {2, 3, 5, 6}, y[] = {0, 1};
    const char *const names[] = {"class", "1"};
    crs_data_read_options options = default_options();
    crs_dataset data;
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        options.target = names[i];
        read_text("class,a,b\n0,2,3\n1,5,6\n", &options, &data);
        assert_x(&data, 4, x);
        assert_y(&data, y);
        assert_string_equal(data.feature_names[0], "a");
        assert_string_equal(data.feature_names[1], "b");
        crs_dataset_release(&data);
    }
    options.target = "2"; /* a name wins over a number */
    options.header = CRS_CSV_HEADER_YES;
    read_text("2,a,b\n0,2,3\n1,5,6\n", &options, &data);
    assert_x(&data, 4, x);
    crs_dataset_release(&data);
}

static void test_labels__classes_and_values(void **state)
{
    crs_data_read_options options = default_options();
    const double y_names[] = {1, 0, 2, 0}, y_signs[] = {1, 0, 1}, y_from_one[] = {2, 0, 1};
    const double y_values[] = {0, 2, 5}, y_asked[] = {0, 1, 2};
    crs_dataset data;
    (void)state;
    read_text("1,dog\n2,cat\n3,eel\n4,cat\n", NULL, &data); /* in the order of their names */
    assert_int_equal(data.n_classes, 3);
    assert_string_equal(data.class_names[0], "cat");
    assert_string_equal(data.class_names[2], "eel");
    assert_y(&data, y_names);
    crs_dataset_release(&data);

    read_text("1,1\n2,-1\n3,1\n", NULL, &data);
    assert_int_equal(data.n_classes, 2);
    assert_string_equal(data.class_names[0], "-1");
    assert_string_equal(data.class_names[1], "1");
    assert_y(&data, y_signs);
    crs_dataset_release(&data);

    read_text("1,3\n2,1\n3,2\n", NULL, &data);
    assert_int_equal(data.n_classes, 3);
    assert_string_equal(data.class_names[2], "3");
    assert_y(&data, y_from_one);
    crs_dataset_release(&data);

    read_text("1,0\n2,2\n3,5\n", NULL, &data); /* gaps: values, */
    assert_int_equal(data.n_classes, 0);
    assert_y(&data, y_values);
    crs_dataset_release(&data);
    options.target_kind = CRS_TARGET_CLASSES; /* unless classes are asked for */
    read_text("1,0\n2,2\n3,5\n", &options, &data);
    assert_int_equal(data.n_classes, 3);
    assert_string_equal(data.class_names[2], "5");
    assert_y(&data, y_asked);
    crs_dataset_release(&data);

    read_text("1,0\n2,0.5\n3,1\n", NULL, &data);
    assert_int_equal(data.n_classes, 0);
    crs_dataset_release(&data);
    options.target_kind = CRS_TARGET_VALUES;
    read_text("1,0\n2,1\n3,1\n", &options, &data);
    assert_int_equal(data.n_classes, 0);
    crs_dataset_release(&data);
    read_text("1,0\n2,0\n", NULL, &data); /* one class of two */
    assert_int_equal(data.n_classes, 2);
    crs_dataset_release(&data);
    read_text("1,-1e300\n2,1e300\n", NULL, &data); /* far apart, still two */
    assert_int_equal(data.n_classes, 2);
    assert_true(data.y[0] == 0 && data.y[1] == 1);
    crs_dataset_release(&data);
}

static void test_like__keeps_the_training_datas_classes(void **state)
{
    crs_data_read_options options = default_options();
    const double y[] = {2, 2};
    crs_dataset train, test;
    (void)state;
    read_text("1,ant\n2,bee\n3,cat\n", NULL, &train);
    options.like = &train;
    read_text("7,cat\n8,cat\n", &options, &test); /* alone it would be a single class 0 */
    assert_int_equal(test.n_classes, 3);
    assert_string_equal(test.class_names[2], "cat");
    assert_y(&test, y);
    crs_dataset_release(&test);
    refuse_bytes("7,dog\n", 6, &options, CRS_EPARSE,
                 "data.csv:1:3: field 2: label 'dog' is no class of the training data; expected "
                 "one of ant, bee, cat",
                 1, 3);
    refuse_bytes("7,8,cat\n", 8, &options, CRS_ESHAPE,
                 "data.csv:1: 2 features; expected 1, as in the training data", 1, 0);
    crs_dataset_release(&train);

    read_text("1,-1\n2,1\n", NULL, &train);
    read_text("7,1\n", &options, &test);
    assert_true(test.y[0] == 1);
    crs_dataset_release(&test);
    refuse_bytes("7,0\n", 4, &options, CRS_EPARSE,
                 "data.csv:1:3: field 2: label '0' is no class of the training data; expected one "
                 "of -1, 1",
                 1, 3);
    crs_dataset_release(&train);

    read_text("1,0\n2,1\n3,2\n", NULL, &train);
    read_text("7,2\n8,2\n", &options, &test);
    assert_int_equal(test.n_classes, 3);
    assert_y(&test, y);
    crs_dataset_release(&test);
    refuse_bytes("7,3\n", 4, &options, CRS_EPARSE,
                 "data.csv:1:3: field 2: label '3' is no class of the training data; expected one "
                 "of 0, 1, 2",
                 1, 3);
    crs_dataset_release(&train);
}

static void test_f32__is_rounded_from_the_text(void **state)
{
    crs_data_read_options options = default_options();
    crs_dataset data;
    (void)state;
    options.dtype = CRS_F32;
    read_text("0.1,16777217,0\n1e-45,3.4e38,1\n", &options, &data);
    assert_int_equal(data.dtype, CRS_F32);
    assert_true(((float *)data.x)[0] == 0.1F);
    assert_true(((float *)data.x)[1] == 16777216.0F);
    assert_true(((float *)data.x)[2] == 1e-45F);
    crs_dataset_release(&data);
}

/* More rows and longer lines than the first buffer and the first guess hold. */
static void test_large__crosses_every_buffer(void **state)
{
    enum { ROWS = 3000, COLUMNS = 60 };
    size_t used = 0, size = (size_t)ROWS * COLUMNS * 12;
    char *text = malloc(size);
    crs_dataset data;
    (void)state;
    assert_non_null(text);
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++) /* rows grow longer, so that the guess is wrong */
            used +=
                (size_t)snprintf(text + used, size - used, "%d%c", j == COLUMNS - 1 ? i % 2 : i * j,
                                 j == COLUMNS - 1 ? '\n' : ',');
    read_text(text, NULL, &data);
    assert_int_equal(data.n_samples, ROWS);
    assert_int_equal(data.n_features, COLUMNS - 1);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < COLUMNS - 1; j++)
            assert_true(crs_dataset_x(&data, i, j) == (double)(i * j));
        assert_true(data.y[i] == (double)(i % 2));
    }
    crs_dataset_release(&data);

    used = 0; /* one row, one megabyte of it */
    for (int j = 0; j < 100000; j++)
        used += (size_t)snprintf(text + used, size - used, "%d,", 100000 + j);
    (void)snprintf(text + used, size - used, "1");
    read_text(text, NULL, &data);
    assert_int_equal(data.n_features, 100000);
    assert_true(crs_dataset_x(&data, 0, 99999) == 199999);
    crs_dataset_release(&data);
    free(text);
}

/* ---- columns by name, number and range ------------------------------------------- */

#define FLOWERS                 \
    "id,len-a,len-b,wid,kind\n" \
    "7,1,2,3,rose\n"            \
    "8,4,5,6,iris\n"

static void test_columns__by_name_number_and_range(void **state)
{
    static const struct {
        const char *columns, *ignore, *target;
        size_t n;
        double x[6];
    } kinds[] = {
        {NULL, "id", NULL, 3, {1, 2, 3, 4, 5, 6}},
        {"len-a,wid", NULL, NULL, 2, {1, 3, 4, 6}},
        {"wid,len-a", NULL, NULL, 2, {1, 3, 4, 6}}, /* a set: the file's order */
        {"2-4", NULL, "kind", 3, {1, 2, 3, 4, 5, 6}},
        {"len-a-wid", "3", NULL, 2, {1, 3, 4, 6}}, /* a range of names, which have dashes */
        {"len-a - 4", NULL, NULL, 0, {0}},
        {NULL, "1,kind", NULL, 2, {1, 2, 4, 5}}, /* the target is the last that is left */
        {NULL, "kind, id", "2", 2, {2, 3, 5, 6}},
    };
    (void)state;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        crs_data_read_options options = default_options();
        crs_dataset data;
        options.columns = kinds[k].columns;
        options.ignore = kinds[k].ignore;
        options.target = kinds[k].target;
        if (kinds[k].n == 0) {
            refuse_bytes(FLOWERS, strlen(FLOWERS), &options, CRS_ENOENT,
                         "data.csv:1: no column 'len-a - 4'; did you mean 'len-a'?", 1, 0);
            continue;
        }
        read_text(FLOWERS, &options, &data);
        assert_int_equal(data.n_features, kinds[k].n);
        assert_x(&data, 2 * kinds[k].n, kinds[k].x);
        crs_dataset_release(&data);
    }
}

static void test_columns__that_are_not_there_are_refused(void **state)
{
    crs_data_read_options options = default_options();
    (void)state;
    options.target = "kinds";
    refuse_bytes(FLOWERS, strlen(FLOWERS), &options, CRS_ENOENT,
                 "data.csv:1: no column 'kinds'; did you mean 'kind'?", 1, 0);
    options.target = "kind";
    options.columns = "len-a,Wid,len-c";
    refuse_bytes(FLOWERS, strlen(FLOWERS), &options, CRS_ENOENT,
                 "data.csv:1: no column 'Wid'; did you mean 'wid'?", 1, 0);
    options.columns = "2,,4";
    refuse_bytes(FLOWERS, strlen(FLOWERS), &options, CRS_ENOENT,
                 "data.csv:1: no column ''; expected a name of this line or 1 to 5", 1, 0);
    options.columns = "wid-len-a";
    refuse_bytes(FLOWERS, strlen(FLOWERS), &options, CRS_EINVAL,
                 "data.csv:1: columns 'wid-len-a' run backwards", 1, 0);
    options.columns = "kind,wid";
    refuse_bytes(FLOWERS, strlen(FLOWERS), &options, CRS_EINVAL,
                 "data.csv:1: column 'kind' is both a feature and a target", 1, 0);
    options.columns = NULL;
    options.ignore = "1-4";
    refuse_bytes(FLOWERS, strlen(FLOWERS), &options, CRS_EINVAL,
                 "data.csv:1: none of 5 columns is left as a feature", 1, 0);
    options.ignore = "a";
    options.target = NULL;
    refuse_bytes(
        "a,a,b\n1,2,0\n", 12, &options, CRS_EPARSE,
        "data.csv:1: columns 1 and 2 are both named 'a'; expected one: rename it, or ignore one by its number",
        1, 0);
}

/* Text in a column that nobody wants is no matter. */
static void test_columns__that_are_ignored_are_not_read(void **state)
{
    const double x[] = {1, 2};
    crs_data_read_options options = default_options();
    crs_dataset data;
    (void)state;
    options.ignore = "1";
    options.header = CRS_CSV_HEADER_NO;
    read_text("A-7,1,0\n\"B, or C\",2,1\n", &options, &data);
    assert_x(&data, 2, x);
    crs_dataset_release(&data);
    refuse_bytes("A,1,0\n\"B,2,1\n", 13, &options, CRS_EPARSE,
                 "data.csv:2:1: quote is not closed on this line", 2, 1);
}

static void test_targets__that_are_several(void **state)
{
    const double labels[] = {0, 1, 1, 1}, values[] = {0.5, 1, 1, 1};
    crs_data_read_options options = default_options();
    crs_dataset data, test;
    (void)state;
    options.target = "a,b";
    read_text("a,x,b\n0,5,1\n1,6,1\n", &options, &data);
    assert_int_equal(crs_dataset_task(&data), CRS_TASK_LABELS);
    assert_int_equal(data.n_targets, 2);
    assert_memory_equal(data.y, labels, sizeof labels);
    assert_string_equal(data.target_names[1], "b");
    assert_string_equal(data.description, "CSV: 2 samples of 1 feature, with a header, targets "
                                          "field 1 ('a') ... field 3 ('b'), 2 labels");
    options.target = NULL; /* a test file has its targets by the names of the training data */
    options.like = &data;
    read_text("b,a,x\n1,0,5\n1,1,6\n", &options, &test);
    assert_memory_equal(test.y, labels, sizeof labels);
    assert_true(crs_dataset_x(&test, 1, 0) == 6);
    crs_dataset_release(&test);
    refuse_bytes("b,a,x\n1,2,5\n", 12, &options, CRS_EPARSE,
                 "data.csv:2:3: field 2 ('a'): label 2; expected 0 or 1: of several targets each "
                 "is there or not",
                 2, 3);
    options.header = CRS_CSV_HEADER_NO;
    refuse_bytes("5,1\n", 4, &options, CRS_ESHAPE,
                 "data.csv:1: 1 target; expected 2, as in the training data", 1, 0);
    options.header = CRS_CSV_HEADER_AUTO;
    crs_dataset_release(&data);
    options.like = NULL;
    options.target = "2-3";
    read_text("5,0.5,1\n6,1,1\n", &options, &data);
    assert_int_equal(crs_dataset_task(&data), CRS_TASK_VALUES);
    assert_memory_equal(data.y, values, sizeof values);
    crs_dataset_release(&data);
    refuse_bytes("5,1,1\n6,cat,1\n", 14, &options, CRS_EPARSE,
                 "data.csv:2:3: field 2: label 'cat' is not a number", 2, 3);
}

/* Columns are found by the names that the training data has, in whatever order. */
static void test_like__finds_columns_by_name(void **state)
{
    const double x[] = {1, 2, 3, 4}, y[] = {1, 0};
    crs_data_read_options options = default_options();
    crs_dataset train, test;
    (void)state;
    read_text("a,b,kind\n9,9,cat\n9,9,dog\n", NULL, &train);
    options.like = &train;
    read_text("kind,b,id,a\ndog,2,77,1\ncat,4,78,3\n", &options, &test);
    assert_x(&test, 4, x);
    assert_y(&test, y);
    assert_string_equal(test.feature_names[0], "a");
    assert_string_equal(test.description,
                        "CSV: 2 samples of 2 features, with a header, 1 column left out that the "
                        "training data has not, target field 1 ('kind'), 2 classes");
    crs_dataset_release(&test);
    read_text("1,2,dog\n3,4,cat\n", &options, &test); /* without names: by place */
    assert_x(&test, 4, x);
    crs_dataset_release(&test);
    refuse_bytes("a,c,kind\n1,2,dog\n", 17, &options, CRS_ENOENT,
                 "data.csv:1: no column 'b', which the training data has; expected a name of this "
                 "line or 1 to 3",
                 1, 0);
    refuse_bytes("a,b,kid\n1,2,dog\n", 16, &options, CRS_ENOENT,
                 "data.csv:1: no column 'kind', the target of the training data; did you mean "
                 "'kid'?",
                 1, 0);
    refuse_bytes(
        "a,b,b,kind\n1,2,3,dog\n", 21, &options, CRS_EPARSE,
        "data.csv:1: columns 2 and 3 are both named 'b'; expected one: rename it, or ignore one by its number",
        1, 0);
    crs_dataset_release(&train);
}

static void test_missing__is_refused_dropped_or_kept(void **state)
{
    static const char text[] = "x,y,label\n1,2,0\n?,4,1\n5, NA ,0\n7,\"\",1\n9,-,0\n-1,8,1\n";
    const double x[] = {1, 2, -1, 8}, y[] = {0, 1};
    crs_data_read_options options = default_options();
    crs_dataset data;
    (void)state;
    refuse_text(text, CRS_EPARSE, "data.csv:3:1: field 1 ('x'): '?' is not a number", 3, 1);
    options.missing = CRS_MISSING_DROP;
    read_text(text, &options, &data);
    assert_x(&data, 4, x);
    assert_y(&data, y);
    assert_string_equal(data.description,
                        "CSV: 2 samples of 2 features, with a header, target field 3 ('label'), 2 "
                        "classes; 4 of 6 rows left out, as they lack a value");
    crs_dataset_release(&data);
    options.missing = CRS_MISSING_KEEP;
    read_text(text, &options, &data);
    assert_int_equal(data.n_samples, 6);
    assert_true(isnan(crs_dataset_x(&data, 1, 0)) && isnan(crs_dataset_x(&data, 4, 1)));
    crs_dataset_release(&data);
    refuse_bytes("1,2,0\n3,x,1\n", 12, &options, CRS_EPARSE,
                 "data.csv:2:3: field 2: 'x' is not a number", 2, 3);
    refuse_bytes("1,2,0\n3,4,\n", 11, &options, CRS_EPARSE,
                 "data.csv:2:5: field 3 is empty; expected a label", 2, 5); /* never the target */
    options.missing = CRS_MISSING_DROP;
    refuse_bytes("1,,0\n3,,1\n", 10, &options, CRS_ENONFINITE,
                 "data.csv: each of 2 samples lacks a value", 0, 0);
}

/* ---- the target in a file of its own ------------------------------------------------- */

static void read_pair(const char *x, const char *y, const crs_data_read_options *options,
                      crs_status status, const char *message, crs_dataset *data)
{
    char target[128];
    crs_data_read_options with_target = *options;
    crs_error err = {0};
    crs_status got;
    (void)snprintf(target, sizeof target, "%s", temporary_file("y.csv", y, strlen(y)));
    with_target.target_path = target;
    got = crs_data_read(temporary_file(FILE_NAME, x, strlen(x)), &with_target, &err, data);
    assert_int_equal(unlink(temporary_path(FILE_NAME)), 0);
    assert_int_equal(unlink(target), 0);
    assert_string_equal(got == CRS_OK ? data->description : without_folder(err.text), message);
    assert_int_equal(got, status);
}

static void test_target_file__is_all_target(void **state)
{
    const double y[] = {0, 1, 0};
    crs_data_read_options options = default_options();
    crs_dataset data;
    (void)state;
    read_pair("a,b\n1,2\n3,4\n5,6\n", "kind\ncat\ndog\ncat\n", &options, CRS_OK,
              "CSV: 3 samples of 2 features, with a header, target field 1 ('kind') from y.csv, 2 "
              "classes",
              &data);
    assert_y(&data, y);
    assert_string_equal(data.target_names[0], "kind");
    crs_dataset_release(&data);
    /* a first line of text is a header only where there is one line more than samples */
    read_pair("1,2\n3,4\n5,6\n", "cat\ndog\ncat\n", &options, CRS_OK,
              "CSV: 3 samples of 2 features, no header, target field 1 from y.csv, 2 classes",
              &data);
    assert_y(&data, y);
    crs_dataset_release(&data);
    options.target = "c";
    read_pair("1,2\n3,4\n5,6\n", "b,c\n7,0\n8,1\n9,0\n", &options, CRS_OK,
              "CSV: 3 samples of 2 features, no header, target field 2 ('c') from y.csv, 2 classes",
              &data);
    assert_y(&data, y);
    crs_dataset_release(&data);
    options.target = NULL;
    read_pair("1,2\n3,4\n5,6\n", "0\n1\n", &options, CRS_ESHAPE,
              "y.csv: has 2 targets, but data.csv has 3 samples; expected as many", &data);
    read_pair("1,2\n3,4\n", "0\nx\n", &options, CRS_EPARSE,
              "y.csv:2:1: field 1: label 'x' is not a number, but those before it are", &data);
}

/* ---- what is refused ---------------------------------------------------------- */

static void test_torn_lines__are_refused(void **state)
{
    (void)state;
    refuse_text("1,2,0\n3,4,1\n5,6\n", CRS_EPARSE, "data.csv:3: 2 fields; expected 3, as in line 1",
                3, 0);
    refuse_text("x,y,label\n1,2,0\n3,4,1,7\n", CRS_EPARSE,
                "data.csv:3: 4 fields; expected 3, as in line 1", 3, 0);
    refuse_text("1,2,0\n3\n", CRS_EPARSE, "data.csv:2: 1 field; expected 3, as in line 1", 2, 0);
    refuse_text("1,2,0\n3,4,1,\n", CRS_EPARSE, "data.csv:2: 4 fields; expected 3, as in line 1", 2,
                0);
}

static void test_numbers__that_are_none_are_refused(void **state)
{
    (void)state;
    refuse_text("x,y,label\n1,2,0\n3,abc,1\n", CRS_EPARSE,
                "data.csv:3:3: field 2 ('y'): 'abc' is not a number", 3, 3);
    refuse_text("1,2,0\n3,,1\n", CRS_EPARSE, "data.csv:2:3: field 2 is empty; expected a number", 2,
                3);
    refuse_text("1,2,0\n3,\"\",1\n", CRS_EPARSE,
                "data.csv:2:4: field 2 is empty; expected a number", 2, 4);
    refuse_text("1,2,0\n3,nan,1\n", CRS_ENONFINITE,
                "data.csv:2:3: field 2: 'nan' is not finite; expected a number", 2, 3);
    refuse_text("1,2,0\n-Inf,4,1\n", CRS_ENONFINITE,
                "data.csv:2:1: field 1: '-Inf' is not finite; expected a number", 2, 1);
    refuse_text("1,2,0\n3,1e999,1\n", CRS_ENONFINITE,
                "data.csv:2:3: field 2: '1e999' is too large for f64", 2, 3);
    refuse_text("1,2,0\n3,0x1F,1\n", CRS_EPARSE, "data.csv:2:3: field 2: '0x1F' is not a number", 2,
                3);
    refuse_text("1,2,0\n3,4 5,1\n", CRS_EPARSE, "data.csv:2:3: field 2: '4 5' is not a number", 2,
                3);
    refuse_text("1;2;0\n3;4,5;1\n", CRS_EPARSE, "data.csv:2:3: field 2: '4,5' is not a number", 2,
                3);
    refuse_text("1,2,0\n3,\x1b[31m\xff,1\n", CRS_EPARSE,
                "data.csv:2:3: field 2: '\\x1b[31m\\xff' is not a number", 2, 3);
    refuse_text("1,abc,0\n3,4,1\n", CRS_EPARSE,
                "data.csv:1:3: field 2: 'abc' is not a number (and the line does not look like a "
                "header; --header if it is)",
                1, 3);
}

static void test_f32__refuses_what_only_f64_holds(void **state)
{
    crs_data_read_options options = default_options();
    (void)state;
    options.dtype = CRS_F32;
    refuse_bytes("1,0\n1e39,1\n", 11, &options, CRS_ENONFINITE,
                 "data.csv:2:1: field 1: '1e39' is too large for f32", 2, 1);
}

static void test_labels__that_are_none_are_refused(void **state)
{
    crs_data_read_options options = default_options();
    (void)state;
    refuse_text("1,2,0\n3,4,\n", CRS_EPARSE, "data.csv:2:5: field 3 is empty; expected a label", 2,
                5);
    refuse_text("1,2,0\n3,4,cat\n", CRS_EPARSE,
                "data.csv:2:5: field 3: label 'cat' is not a number, but those before it are", 2,
                5);
    refuse_text("1,2,cat\n3,4,dog\n5,6,7\n", CRS_EPARSE,
                "data.csv:3:5: field 3: label 7 is a number, but those before it are names", 3, 5);
    refuse_text("1,2,0\n3,4,NaN\n", CRS_ENONFINITE,
                "data.csv:2:5: field 3: 'NaN' is not finite; expected a number", 2, 5);
    refuse_text("1,cat\n2,cat\n", CRS_EPARSE,
                "data.csv: all labels are 'cat'; expected at least two classes", 0, 0);
    options.target_kind = CRS_TARGET_CLASSES;
    refuse_bytes("1,0\n2,0.5\n", 10, &options, CRS_EPARSE,
                 "data.csv:2:3: field 2: label 0.5; expected a class: a whole number or a name", 2,
                 3);
    refuse_bytes("1,7\n2,7\n", 8, &options, CRS_EPARSE,
                 "data.csv: all labels are 7; expected at least two classes", 0, 0);
    refuse_bytes("1,0\n2,1\n3,1000000\n", 18, &options, CRS_EPARSE,
                 "data.csv: labels from 0 to 1000000; expected at most 65536 classes", 0, 0);
    options.target_kind = CRS_TARGET_VALUES;
    refuse_bytes("1,a\n2,b\n", 8, &options, CRS_EPARSE,
                 "data.csv:1:3: field 2: label 'a' is not a number", 1, 3);
}

static void test_quotes__that_do_not_close_are_refused(void **state)
{
    (void)state;
    refuse_text("1,2,0\n3,\"4,1\n5,6,0\n", CRS_EPARSE,
                "data.csv:2:3: quote is not closed on this line", 2, 3);
    refuse_text("1,2,0\n3,4,\"a\"b\n", CRS_EPARSE, "data.csv:2:8: text after the closing quote", 2,
                8);
    refuse_text("\"1,2,0\n3,4,1\n", CRS_EPARSE,
                "data.csv:1: a single column; expected features and a label, separated by , ; or "
                "tab",
                1, 0);
}

static void test_empty_files__are_refused(void **state)
{
    (void)state;
    refuse_text("", CRS_EPARSE, "data.csv: holds no rows; expected a sample a line", 0, 0);
    refuse_text("\n\n# nothing\n  \n", CRS_EPARSE,
                "data.csv: holds no rows; expected a sample a line", 0, 0);
    refuse_text("x,y,label\n", CRS_EPARSE,
                "data.csv: holds no rows below its header; expected a sample a line", 0, 0);
    refuse_text("1\n2\n3\n", CRS_EPARSE,
                "data.csv:1: a single column; expected features and a label, separated by , ; or "
                "tab",
                1, 0);
}

static void test_binary__is_refused(void **state)
{
    (void)state;
    refuse_bytes("1,2,0\n3,\0,1\n", 12, NULL, CRS_EPARSE, "data.csv:2:3: NUL byte; expected text",
                 2, 3);
    refuse_bytes("\xff\xfe"
                 "1\0,\0",
                 6, NULL, CRS_EPARSE, "data.csv: is UTF-16 text; expected UTF-8 or ASCII", 0, 0);
}

static void test_endless_line__is_refused(void **state)
{
    size_t n = ((size_t)17 << 20) + 6;
    char *text = malloc(n);
    (void)state;
    assert_non_null(text);
    memset(text, '7', n);
    memcpy(text, "1,2,0\n", 6);
    refuse_bytes(text, n, NULL, CRS_EPARSE,
                 "data.csv:2: line is longer than 16 MiB; expected a row of numbers", 2, 0);
    free(text);
}

static void test_target__that_is_not_there_is_refused(void **state)
{
    crs_data_read_options options = default_options();
    (void)state;
    options.target = "species";
    refuse_bytes("x,y,label\n1,2,0\n", 16, &options, CRS_ENOENT,
                 "data.csv:1: no column 'species'; expected a name of this line or 1 to 3", 1, 0);
    options.target = "4";
    refuse_bytes("x,y,label\n1,2,0\n", 16, &options, CRS_ENOENT,
                 "data.csv:1: no column '4'; expected a name of this line or 1 to 3", 1, 0);
    options.target = "99999999999999999999999";
    refuse_bytes("1,2,0\n", 6, &options, CRS_ENOENT,
                 "data.csv:1: no column '99999999999999999999999'; expected 1 to 3", 1, 0);
    options.target = "x";
    refuse_bytes(
        "x,x,label\n1,2,0\n", 16, &options, CRS_EPARSE,
        "data.csv:1: columns 1 and 2 are both named 'x'; expected one: rename it, or ignore one by its number",
        1, 0);
}

static void test_separator__that_is_none_is_refused(void **state)
{
    crs_data_read_options options = default_options();
    (void)state;
    options.separator = '1';
    refuse_bytes("1,2,0\n", 6, &options, CRS_EINVAL,
                 "the separator of a CSV file is one of , ; or tab", 0, 0);
}

static void test_null_error__is_fine(void **state)
{
    crs_dataset data;
    const char *path = temporary_file(FILE_NAME, "1,2\n3,x\n5\n", 10);
    (void)state;
    assert_int_equal(crs_data_read(path, NULL, NULL, &data), CRS_EPARSE);
    assert_int_equal(unlink(path), 0);
}

/* Names of classes and columns, growth, like: every allocation fails once. */
static void test_failing_allocator__is_reported_and_leaks_nothing(void **state)
{
    const char text[] = "x,y,label\n1,2,\"a \"\"b\"\"\"\n3,4,c\n5,6,d\n";
    const char *path = temporary_file(FILE_NAME, text, strlen(text));
    crs_data_read_options options = default_options();
    crs_dataset train;
    (void)state;
    assert_int_equal(crs_data_read(path, NULL, NULL, &train), CRS_OK);
    for (int round = 0; round < 2; round++) {
        crs_status status = CRS_ENOMEM;
        size_t walked = 0;
        options.like = round == 0 ? NULL : &train;
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
        assert_true(walked > 8);
    }
    crs_dataset_release(&train);
    assert_int_equal(unlink(path), 0);
}

/*
 * Whatever bytes a file holds, it is read or refused: mutations of a good one.
 * A crash, a leak or a read out of bounds shows under the sanitizers.
 */
static void test_mutated_files__are_read_or_refused(void **state)
{
    const char good[] = "x,y,\"la\"\"bel\"\n1.5,-2e3,cat\n3,4,\"do\"\"g\"\r\n5,6,cat\n";
    const char alphabet[] = ",;\"\n\r\t #0123456789.eE+-xn\xc3\xa9";
    uint32_t lcg = 12345; /* the seed */
    (void)state;
    for (int round = 0; round < 3000; round++) {
        char text[sizeof good];
        crs_error err;
        crs_dataset data;
        crs_status status;
        const char *path;
        memcpy(text, good, sizeof good);
        for (int k = 0; k < 1 + round % 4; k++) {
            lcg = lcg * 1664525U + 1013904223U;
            text[(lcg >> 8) % (sizeof good - 1)] = alphabet[(lcg >> 20) % (sizeof alphabet - 1)];
        }
        path = temporary_file(FILE_NAME, text, sizeof good - 1);
        status = crs_data_read(path, NULL, &err, &data);
        if (status == CRS_OK) {
            for (size_t i = 0; i < data.n_samples * data.n_features; i++)
                assert_true(isfinite(((double *)data.x)[i]));
        } else {
            assert_null(strchr(err.text, '\n'));
            assert_non_null(strstr(err.text, FILE_NAME));
            assert_zeroed(&data);
        }
        crs_dataset_release(&data);
        assert_int_equal(unlink(path), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain__has_no_header),
        cmocka_unit_test(test_dressed_up__is_the_same_data),
        cmocka_unit_test(test_separator__is_found_out),
        cmocka_unit_test(test_header__is_told_from_data),
        cmocka_unit_test(test_target__by_name_and_number),
        cmocka_unit_test(test_labels__classes_and_values),
        cmocka_unit_test(test_like__keeps_the_training_datas_classes),
        cmocka_unit_test(test_f32__is_rounded_from_the_text),
        cmocka_unit_test(test_large__crosses_every_buffer),
        cmocka_unit_test(test_columns__by_name_number_and_range),
        cmocka_unit_test(test_columns__that_are_not_there_are_refused),
        cmocka_unit_test(test_columns__that_are_ignored_are_not_read),
        cmocka_unit_test(test_targets__that_are_several),
        cmocka_unit_test(test_like__finds_columns_by_name),
        cmocka_unit_test(test_missing__is_refused_dropped_or_kept),
        cmocka_unit_test(test_target_file__is_all_target),
        cmocka_unit_test(test_torn_lines__are_refused),
        cmocka_unit_test(test_numbers__that_are_none_are_refused),
        cmocka_unit_test(test_f32__refuses_what_only_f64_holds),
        cmocka_unit_test(test_labels__that_are_none_are_refused),
        cmocka_unit_test(test_quotes__that_do_not_close_are_refused),
        cmocka_unit_test(test_empty_files__are_refused),
        cmocka_unit_test(test_binary__is_refused),
        cmocka_unit_test(test_endless_line__is_refused),
        cmocka_unit_test(test_target__that_is_not_there_is_refused),
        cmocka_unit_test(test_separator__that_is_none_is_refused),
        cmocka_unit_test(test_null_error__is_fine),
        cmocka_unit_test(test_failing_allocator__is_reported_and_leaks_nothing),
        cmocka_unit_test(test_mutated_files__are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, temporary_setup, temporary_teardown);
}
