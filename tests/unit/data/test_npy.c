/* The .npy reader: every element type and byte order, every lie a header can tell. */
#include <crease/arrays.h>

#include <math.h>
#include <stdint.h>

#include "unit/data/array_files.h"

static void refuse_npy(const char *header, const void *data, size_t n, crs_status status,
                       const char *text)
{
    made_file file = {0};
    put_npy(&file, header, data, n);
    refuse_file("a.npy", &file, status, text);
}

static void accept_npy(const char *header, const void *data, size_t n, const char *type,
                       size_t n_dims, const size_t *dims, const double *values)
{
    made_file file = {0};
    crs_arrays arrays;
    put_npy(&file, header, data, n);
    accept_file("a.npy", &file, &arrays);
    assert_int_equal(arrays.n, 1);
    assert_array(&arrays, "a", type, n_dims, dims, values);
    crs_arrays_release(&arrays);
}

/* ---- elements ----------------------------------------------------------------------- */

typedef struct element_case {
    const char *code, *type;
    double roundoff;
    size_t size;
    uint64_t bits[4];
    double values[4];
} element_case;

/* IEEE 754 interchange formats; two's complement. */
static const element_case element_cases[] = {
    {"f8",
     "float64",
     0x1p-53,
     8,
     {0x3ff0000000000000, 0x8000000000000000, 0x7ff0000000000000, 0x0000000000000001},
     {1, -0.0, INFINITY, 0x1p-1074}},
    {"f4",
     "float32",
     0x1p-24,
     4,
     {0x3f800001, 0x80000000, 0xff800000, 0x00000001},
     {1 + 0x1p-23, -0.0, -INFINITY, 0x1p-149}},
    {"f2",
     "float16",
     0x1p-11,
     2,
     {0x3c01, 0x8000, 0x7c00, 0x0001},
     {1 + 0x1p-10, -0.0, INFINITY, 0x1p-24}},
    {"f2",
     "float16",
     0x1p-11,
     2,
     {0x7bff, 0xfc00, 0x0400, 0x83ff},
     {65504, -INFINITY, 0x1p-14, -0x1.ff8p-15}},
    {"i8",
     "int64",
     0,
     8,
     {0x8000000000000000, 0xffffffffffffffff, 0x0020000000000000, 0x4000000000000000},
     {-0x1p63, -1, 0x1p53, 0x1p62}},
    {"i4", "int32", 0, 4, {0x80000000, 0xffffffff, 0x7fffffff, 0}, {-0x1p31, -1, 0x1p31 - 1, 0}},
    {"i2", "int16", 0, 2, {0x8000, 0xffff, 0x7fff, 1}, {-32768, -1, 32767, 1}},
    {"i1", "int8", 0, 1, {0x80, 0xff, 0x7f, 1}, {-128, -1, 127, 1}},
    {"u8",
     "uint64",
     0,
     8,
     {0x8000000000000000, 0xfffffffffffff800, 1, 0x001fffffffffffff},
     {0x1p63, 0x1p64 - 0x1p11, 1, 0x1p53 - 1}},
    {"u4", "uint32", 0, 4, {0x80000000, 0xffffffff, 1, 0}, {0x1p31, 0x1p32 - 1, 1, 0}},
    {"u2", "uint16", 0, 2, {0x8000, 0xffff, 1, 0}, {32768, 65535, 1, 0}},
    {"u1", "uint8", 0, 1, {0x80, 0xff, 1, 0}, {128, 255, 1, 0}},
    {"b1", "bool", 0, 1, {0, 1, 1, 0}, {0, 1, 1, 0}},
};

static void check_element(const element_case *c, char order)
{
    char header[128];
    made_file data = {0};
    static const size_t dims[1] = {4};
    for (size_t i = 0; i < 4; i++) {
        uint64_t bits = c->bits[i];
        if (order == '>') {
            bits = 0;
            for (size_t j = 0; j < c->size; j++)
                bits |= (c->bits[i] >> 8 * j & 0xff) << 8 * (c->size - 1 - j);
        }
        put_number(&data, bits, c->size);
    }
    (void)snprintf(header, sizeof header,
                   "{'descr': '%c%s', 'fortran_order': False, 'shape': (4,), }", order, c->code);
    accept_npy(header, data.bytes, data.n, c->type, 1, dims, c->values);
}

static void test_npy__every_element_in_both_byte_orders(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof element_cases / sizeof element_cases[0]; i++) {
        check_element(&element_cases[i], '<');
        check_element(&element_cases[i], '>');
    }
    check_element(&element_cases[11], '|');
    check_element(&element_cases[12], '|');
}

static void test_npy__roundoff_is_the_types(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof element_cases / sizeof element_cases[0]; i++) {
        const element_case *c = &element_cases[i];
        char header[128];
        made_file file = {0};
        crs_arrays arrays;
        (void)snprintf(header, sizeof header, "{'descr':'<%s','fortran_order':False,'shape':(1,)}",
                       c->code);
        put_npy(&file, header, "\0\0\0\0\0\0\0\0", c->size);
        accept_file("a.npy", &file, &arrays);
        assert_true(arrays.array[0].roundoff == c->roundoff);
        crs_arrays_release(&arrays);
    }
}

static void test_npy__nan_is_read(void **state)
{
    made_file file = {0};
    crs_arrays arrays;
    (void)state;
    put_npy(&file, "{'descr':'<f2','fortran_order':False,'shape':(2,)}", "\1\x7e\0\x3c", 4);
    accept_file("a.npy", &file, &arrays);
    assert_true(isnan(arrays.array[0].values[0]));
    assert_true(arrays.array[0].values[1] == 1);
    crs_arrays_release(&arrays);
}

static void test_npy__whole_numbers_that_no_double_holds(void **state)
{
    made_file data = {0};
    (void)state;
    put_number(&data, 3, 8);
    put_number(&data, 0x0020000000000001, 8); /* 2^53 + 1 */
    refuse_npy(
        "{'descr':'<i8','fortran_order':False,'shape':(2,)}", data.bytes, data.n, CRS_EUNSUPPORTED,
        "a.npy: element 1 (from 0, in the file's order) is a whole number near 9007199254740992 "
        "that no double holds exactly");
    data.n = 8;
    put_number(&data, UINT64_MAX, 8);
    refuse_npy("{'descr':'<u8','fortran_order':False,'shape':(2,)}", data.bytes, data.n,
               CRS_EUNSUPPORTED,
               "a.npy: element 1 (from 0, in the file's order) is a whole number near "
               "18446744073709551616 that no double holds exactly");
}

/* ---- shapes ----------------------------------------------------------------------------- */

static void test_npy__fortran_order_is_turned(void **state)
{
    /* a[i][j][k] = 100 i + 10 j + k, the first index the fastest in the file */
    static const size_t dims[3] = {2, 3, 2};
    unsigned char data[12];
    double values[12];
    (void)state;
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 3; j++)
            for (size_t k = 0; k < 2; k++) {
                data[i + 2 * j + 6 * k] = (unsigned char)(100 * i + 10 * j + k);
                values[6 * i + 2 * j + k] = (double)(100 * i + 10 * j + k);
            }
    accept_npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 2), }", data, 12, "uint8",
               3, dims, values);
}

static void test_npy__a_single_number_and_no_number(void **state)
{
    static const size_t empty[3] = {3, 0, 5};
    static const size_t eight[8] = {1, 1, 1, 1, 1, 1, 1, 2};
    static const double value[2] = {7, 8};
    (void)state;
    accept_npy("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", "\7", 1, "uint8", 0, NULL,
               value);
    accept_npy("{'descr': '<f8', 'fortran_order': True, 'shape': (3, 0, 5), }", "", 0, "float64", 3,
               empty, NULL);
    accept_npy("{'descr': '|u1', 'fortran_order': True, 'shape': (1, 1, 1, 1, 1, 1, 1, 2), }",
               "\7\10", 2, "uint8", 8, eight, value);
    refuse_npy("{'descr': '|u1', 'fortran_order': True, 'shape': (1, 1, 1, 1, 1, 1, 1, 1, 2), }",
               "\7\10", 2, CRS_EUNSUPPORTED, "a.npy has more than 8 axes");
}

static void test_npy__other_writers(void **state)
{
    static const size_t dims[2] = {1, 2};
    static const double values[2] = {1, 2};
    (void)state;
    /* Python 2's long, double quotes, keys in another order, no last comma, blanks */
    accept_npy(" {\"shape\" : (1L , 2L ) ,'fortran_order':False , \"descr\": '|i1'} \n", "\1\2", 2,
               "int8", 2, dims, values);
    accept_npy("{'descr': '?', 'fortran_order': False, 'shape': (1, 2,), }", "\1\1", 2, "bool", 2,
               dims, (const double[]){1, 1});
}

static void test_npy__versions(void **state)
{
    static const char header[] = "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }";
    (void)state;
    for (unsigned version = 0; version < 256; version++) {
        made_file file = {0};
        char text[80];
        put_bytes(&file, "\x93NUMPY", 6);
        put_number(&file, version, 2);
        put_number(&file, sizeof header - 1, version == 1 ? 2 : 4);
        put_bytes(&file, header, sizeof header - 1);
        put_bytes(&file, "\5", 1);
        if (version >= 1 && version <= 3) {
            crs_arrays arrays;
            accept_file("a.npy", &file, &arrays);
            assert_true(arrays.array[0].values[0] == 5);
            crs_arrays_release(&arrays);
            continue;
        }
        (void)snprintf(text, sizeof text, "a.npy is .npy of version %u.0; expected 1.0 to 3.0",
                       version);
        refuse_file("a.npy", &file, CRS_EFORMAT, text);
    }
}

/* ---- refused --------------------------------------------------------------------------------- */

static void test_npy__elements_that_are_no_numbers(void **state)
{
    static const struct {
        const char *descr, *text;
    } cases[] = {
        {"'|O'", "a.npy (dtype '|O') holds Python objects (a dict?): to read them is to run code "
                 "from the file, so save arrays of numbers alone, and a dict of them as **dict"},
        {"'<U5'", "a.npy (dtype '<U5') holds text; save arrays of numbers alone"},
        {"'|S5'", "a.npy (dtype '|S5') holds text; save arrays of numbers alone"},
        {"'<c16'", "a.npy (dtype '<c16') holds complex numbers, of which a net has none"},
        {"'<M8[ns]'", "a.npy (dtype '<M8[ns]') holds dates or times; save arrays of numbers alone"},
        {"'|V2'",
         "a.npy (dtype '|V2') holds raw bytes or records; save each field as an array of its own"},
        {"[('a', '<f8'), ('b', '<i4')]",
         "a.npy holds raw bytes or records; save each field as an array of its own"},
        {"'<f16'", "a.npy has dtype '<f16'; expected numbers of at most 64 bits, or bool"},
        {"'<f3'", "a.npy has dtype '<f3'; expected numbers of at most 64 bits, or bool"},
        {"''", "a.npy has dtype ''; expected numbers of at most 64 bits, or bool"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char header[128];
        (void)snprintf(header, sizeof header,
                       "{'descr': %s, 'fortran_order': False, 'shape': (1,), }", cases[i].descr);
        refuse_npy(header, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16, CRS_EUNSUPPORTED, cases[i].text);
    }
}

static void test_npy__headers_that_are_none(void **state)
{
    static const struct {
        const char *header, *text;
    } cases[] = {
        {"", "a.npy: the header has '' at its byte 0, not '{'"},
        {"{'descr': '|u1', 'fortran_order': False}", "a.npy: the header lacks 'shape'"},
        {"{'descr': '|u1', 'shape': (1,)}", "a.npy: the header lacks 'fortran_order'"},
        {"{'fortran_order': False, 'shape': (1,)}", "a.npy: the header lacks 'descr'"},
        {"{'descr': '|u1', 'descr': '|u1'}",
         "a.npy: the header has ''descr': '|u1'}' at its byte 17, not 'descr', 'fortran_order' and "
         "'shape', each once"},
        {"{'descr': '|u1', 'fortran_order': Fals, 'shape': (1,)}",
         "a.npy: the header has 'Fals, 'shape': (' at its byte 34, not True or False"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (-1,)}",
         "a.npy: the header has '-1,)}' at its byte 51, not the length of an axis"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': 1}",
         "a.npy: the header has '1}' at its byte 50, not a shape such as (3, 4)"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (1;)}",
         "a.npy: the header has ';)}' at its byte 52, not ',' or ')'"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (1,)} x",
         "a.npy: the header has 'x' at its byte 56, not the end of the header"},
        {"{'descr': '|u1", "a.npy: the header has '|u1' at its byte 11, not a dtype such as '<f8'"},
        {"{'descr' '|u1'}", "a.npy: the header has ''|u1'}' at its byte 9, not ':'"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}",
         "a.npy: the header has '9,)}' at its byte 70, not a shape that any memory holds"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        refuse_npy(cases[i].header, "\0", 1, CRS_EFORMAT, cases[i].text);
}

static void test_npy__sizes_that_lie(void **state)
{
    static const unsigned char data[40] = {0};
    (void)state;
    refuse_npy("{'descr': '<f8', 'fortran_order': False, 'shape': (6,), }", data, 40, CRS_EFORMAT,
               "a.npy claims 48 bytes of float64 after its header, but 40 are there");
    refuse_npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4,), }", data, 40, CRS_EFORMAT,
               "a.npy claims 32 bytes of float64 after its header, but 40 are there");
    refuse_npy("{'descr': '<f8', 'fortran_order': False, 'shape': (100000, 100000), }", data, 40,
               CRS_EFORMAT,
               "a.npy claims 80000000000 bytes of float64 after its header, but 40 are there");
    refuse_npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
               data, 40, CRS_EFORMAT, "a.npy claims more numbers than any memory holds");
    refuse_npy("{'descr': '<f8', 'fortran_order': False, 'shape': (18446744073709551615,), }", data,
               40, CRS_EFORMAT,
               "a.npy: the header has '5,), }' at its byte 70, not a shape that any memory holds");
}

/* However much of it is there, it is refused, unless all is. */
static void test_npy__torn(void **state)
{
    made_file file = {0};
    crs_arrays arrays;
    crs_error err;
    (void)state;
    put_npy(&file, "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", "abcdefghijkl", 12);
    for (size_t n = 0; n < file.n; n++)
        assert_int_equal(read_made("a.npy", file.bytes, n, &err, &arrays), CRS_EFORMAT);
    accept_file("a.npy", &file, &arrays);
    crs_arrays_release(&arrays);
}

static void test_npy__a_header_too_long(void **state)
{
    made_file file = {0};
    (void)state;
    put_bytes(&file, "\x93NUMPY\2\0\xff\xff\xff\xff{}", 14);
    refuse_file("a.npy", &file, CRS_EFORMAT,
                "a.npy: a header of 4294967295 bytes; expected at most 10000");
    file.n = 0;
    put_npy(&file, "{'descr': '<f4", "\0", 1);
    file.bytes[15] = 0;
    refuse_file("a.npy", &file, CRS_EFORMAT, "a.npy: the header has a NUL at its byte 5");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_npy__every_element_in_both_byte_orders),
        cmocka_unit_test(test_npy__roundoff_is_the_types),
        cmocka_unit_test(test_npy__nan_is_read),
        cmocka_unit_test(test_npy__whole_numbers_that_no_double_holds),
        cmocka_unit_test(test_npy__fortran_order_is_turned),
        cmocka_unit_test(test_npy__a_single_number_and_no_number),
        cmocka_unit_test(test_npy__other_writers),
        cmocka_unit_test(test_npy__versions),
        cmocka_unit_test(test_npy__elements_that_are_no_numbers),
        cmocka_unit_test(test_npy__headers_that_are_none),
        cmocka_unit_test(test_npy__sizes_that_lie),
        cmocka_unit_test(test_npy__torn),
        cmocka_unit_test(test_npy__a_header_too_long),
    };
    return cmocka_run_group_tests(tests, temporary_setup, temporary_teardown);
}
