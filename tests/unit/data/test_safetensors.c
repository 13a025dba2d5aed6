/* The safetensors reader, on files made by hand from the format's description. */
#include <crease/arrays.h>

#include <stdint.h>

#include "unit/data/array_files.h"

/* Length, header, data. */
static void put_safetensors(made_file *file, const char *header, const void *data, size_t n)
{
    put_number(file, strlen(header), 8);
    put_bytes(file, header, strlen(header));
    put_bytes(file, data, n);
}

static const char two_tensors[] =
    "{\"__metadata__\":{\"format\":\"pt\"},"
    "\"fc1.weight\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[4,12]},"
    "\"fc1.bias\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]}}  ";
static const unsigned char two_data[12] = {0x80, 0x3f, 0x00, 0xc0, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40};

static void refuse_safetensors(const char *header, const void *data, size_t n, crs_status status,
                               const char *text)
{
    made_file file = {0};
    put_safetensors(&file, header, data, n);
    refuse_file("m.safetensors", &file, status, text);
}

static void test_safetensors__tensors(void **state)
{
    static const double w[2] = {1, 2}, b[2] = {1, -2};
    made_file file = {0};
    crs_arrays arrays;
    (void)state;
    put_safetensors(&file, two_tensors, two_data, sizeof two_data);
    accept_file("m.safetensors", &file, &arrays);
    assert_int_equal(arrays.n, 2);
    assert_array(&arrays, "fc1.weight", "float32", 2, (const size_t[]){2, 1}, w);
    assert_array(&arrays, "fc1.bias", "bfloat16", 1, (const size_t[]){2}, b);
    assert_string_equal(arrays.array[0].name, "fc1.bias"); /* the order of the bytes */
    assert_true(arrays.array[0].roundoff == 0x1p-8);
    crs_arrays_release(&arrays);
    accept_file("m.bin", &file, &arrays); /* told by its contents */
    crs_arrays_release(&arrays);
}

/* One value, 1, of each type. */
static void test_safetensors__every_type(void **state)
{
    static const struct {
        const char *dtype, *type;
        size_t size;
        uint64_t one;
    } types[] = {
        {"F64", "float64", 8, 0x3ff0000000000000},
        {"F32", "float32", 4, 0x3f800000},
        {"F16", "float16", 2, 0x3c00},
        {"BF16", "bfloat16", 2, 0x3f80},
        {"I64", "int64", 8, 1},
        {"I32", "int32", 4, 1},
        {"I16", "int16", 2, 1},
        {"I8", "int8", 1, 1},
        {"U64", "uint64", 8, 1},
        {"U32", "uint32", 4, 1},
        {"U16", "uint16", 2, 1},
        {"U8", "uint8", 1, 1},
        {"BOOL", "bool", 1, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        static const double one[1] = {1};
        made_file file = {0}, data = {0};
        crs_arrays arrays;
        char header[128];
        (void)snprintf(header, sizeof header,
                       "{\"t\":{\"dtype\":\"%s\",\"shape\":[],\"data_offsets\":[0,%zu]}}",
                       types[i].dtype, types[i].size);
        put_number(&data, types[i].one, types[i].size);
        put_safetensors(&file, header, data.bytes, data.n);
        accept_file("m.safetensors", &file, &arrays);
        assert_array(&arrays, "t", types[i].type, 0, NULL, one);
        crs_arrays_release(&arrays);
    }
}

static void test_safetensors__no_tensors_and_empty_ones(void **state)
{
    made_file file = {0};
    crs_arrays arrays;
    (void)state;
    put_safetensors(&file, "{}", "", 0);
    accept_file("m.safetensors", &file, &arrays);
    assert_int_equal(arrays.n, 0);
    crs_arrays_release(&arrays);
    file.n = 0;
    put_safetensors(&file,
                    "{\"b\":{\"dtype\":\"F64\",\"shape\":[0],\"data_offsets\":[0,0]},"
                    "\"c\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                    "\"a\":{\"dtype\":\"F64\",\"shape\":[3,0],\"data_offsets\":[0,0]}}",
                    "\5", 1);
    accept_file("m.safetensors", &file, &arrays);
    assert_array(&arrays, "a", "float64", 2, (const size_t[]){3, 0}, NULL);
    assert_array(&arrays, "c", "uint8", 1, (const size_t[]){1}, (const double[]){5});
    crs_arrays_release(&arrays);
}

static void test_safetensors__torn(void **state)
{
    made_file file = {0};
    (void)state;
    put_safetensors(&file, two_tensors, two_data, sizeof two_data);
    for (size_t n = 0; n < file.n; n++) {
        crs_arrays arrays;
        crs_error err;
        assert_int_equal(read_made("m.safetensors", file.bytes, n, &err, &arrays), CRS_EFORMAT);
    }
}

static void test_safetensors__header_that_lies(void **state)
{
    made_file file = {0};
    (void)state;
    put_number(&file, 1000, 8);
    put_bytes(&file, "{}", 2);
    refuse_file("m.safetensors", &file, CRS_EFORMAT,
                "m.safetensors claims a header of 1000 bytes; expected at most 2");
    file.n = 0;
    put_number(&file, UINT64_MAX, 8);
    put_bytes(&file, "{}", 2);
    refuse_file("m.safetensors", &file, CRS_EFORMAT,
                "m.safetensors claims a header of 18446744073709551615 bytes; expected at most 2");
    refuse_safetensors("{\"a\":}", "", 0, CRS_EFORMAT,
                       "m.safetensors: the header is no JSON: expected a value, at byte 13");
    refuse_safetensors("[]", "", 0, CRS_EFORMAT, "m.safetensors: the header is no JSON object");
    refuse_safetensors(
        "{\"a\":{},\"a\":{}}", "", 0, CRS_EFORMAT,
        "m.safetensors: the header is no JSON: expected another name: this one is there already, at "
        "byte 16");
}

static void test_safetensors__tensors_that_lie(void **state)
{
    static const struct {
        const char *about, *text;
    } cases[] = {
        {"{\"shape\":[1],\"data_offsets\":[0,8]}", "has no dtype"},
        {"{\"dtype\":5,\"shape\":[1],\"data_offsets\":[0,8]}", "has no dtype"},
        {"5", "has no dtype"},
        {"{\"dtype\":\"F64\",\"data_offsets\":[0,8]}", "has no shape"},
        {"{\"dtype\":\"F64\",\"shape\":[-1],\"data_offsets\":[0,8]}",
         "has a shape that is no list of whole numbers"},
        {"{\"dtype\":\"F64\",\"shape\":[1.5],\"data_offsets\":[0,8]}",
         "has a shape that is no list of whole numbers"},
        {"{\"dtype\":\"F64\",\"shape\":[1]}", "has no data_offsets of two whole numbers"},
        {"{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0]}",
         "has no data_offsets of two whole numbers"},
        {"{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8,9]}",
         "has no data_offsets of two whole numbers"},
        {"{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]}",
         "claims bytes 0 to 16, but the file has 8 behind its header"},
        {"{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[8,0]}",
         "claims bytes 8 to 0, but the file has 8 behind its header"},
        {"{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}",
         "takes 8 bytes, but 1 numbers of float32 take 4"},
        {"{\"dtype\":\"F64\",\"shape\":[1000000000,10000000000],\"data_offsets\":[0,8]}",
         "claims more numbers than any memory holds"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char header[160], text[200];
        (void)snprintf(header, sizeof header, "{\"t\":%s}", cases[i].about);
        (void)snprintf(text, sizeof text, "m.safetensors: tensor 't' %s", cases[i].text);
        refuse_safetensors(header, "\0\0\0\0\0\0\0\0", 8, CRS_EFORMAT, text);
    }
}

static void test_safetensors__types_that_are_not_read(void **state)
{
    (void)state;
    refuse_safetensors("{\"t\":{\"dtype\":\"F8_E4M3\",\"shape\":[1],\"data_offsets\":[0,1]}}", "",
                       1, CRS_EUNSUPPORTED,
                       "m.safetensors: tensor 't' has dtype 'F8_E4M3'; expected F64, F32, F16, "
                       "BF16, I64 ... U8 or BOOL");
    refuse_safetensors(
        "{\"t\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,1]}}", "", 1,
        CRS_EUNSUPPORTED, "m.safetensors: tensor 't' has more than 8 axes");
}

#define TENSOR(name, from, to) \
    "\"" name "\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[" #from "," #to "]}"

static void test_safetensors__overlaps_and_gaps(void **state)
{
    (void)state;
    refuse_safetensors("{" TENSOR("a", 0, 2) "," TENSOR("b", 1, 3) "}", "\1\2\3", 3, CRS_EFORMAT,
                       "m.safetensors: tensor 'b' begins at byte 1, where the one before it still "
                       "goes on: it ends at 2");
    refuse_safetensors(
        "{" TENSOR("a", 0, 2) "," TENSOR("b", 3, 5) "}", "\1\2\3\4\5", 5, CRS_EFORMAT,
        "m.safetensors: tensor 'b' begins at byte 3, where a gap lies behind the one "
        "before it, which ends at 2");
    refuse_safetensors("{" TENSOR("a", 0, 2) "}", "\1\2\3", 3, CRS_EFORMAT,
                       "m.safetensors: 1 bytes behind the header belong to no tensor");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_safetensors__tensors),
        cmocka_unit_test(test_safetensors__every_type),
        cmocka_unit_test(test_safetensors__no_tensors_and_empty_ones),
        cmocka_unit_test(test_safetensors__torn),
        cmocka_unit_test(test_safetensors__header_that_lies),
        cmocka_unit_test(test_safetensors__tensors_that_lie),
        cmocka_unit_test(test_safetensors__types_that_are_not_read),
        cmocka_unit_test(test_safetensors__overlaps_and_gaps),
    };
    return cmocka_run_group_tests(tests, temporary_setup, temporary_teardown);
}
