/* JSON: what is read, what is refused and where, and what every text comes to without memory. */
#include "cmocka_all.h"

#include "core/memory.h"
#include "data/json_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Read from a block of its own, so that a sanitizer sees a byte too many. */
static crs_status read_bytes(const char *text, size_t n, crs__json_document *out,
                             crs__json_fault *fault)
{
    char *copy = malloc(n > 0 ? n : 1);
    crs_status status;
    assert_non_null(copy);
    memcpy(copy, text, n);
    status = crs__json_read(copy, n, out, fault);
    free(copy);
    return status;
}

static const crs__json *read_text(const char *text, crs__json_document *out)
{
    crs__json_fault fault = {0, ""};
    crs_status status = read_bytes(text, strlen(text), out, &fault);
    if (status != CRS_OK)
        fail_msg("%s: expected %s at %zu", text, fault.expected, fault.at);
    return out->values;
}

static void test_json_read__values(void **state)
{
    crs__json_document json;
    const crs__json *all = read_text(" { \"a\" : [1,-2.5e1 , true,false,null,\"\"] ,\n"
                                     "\"b\":{},\"c\":[],\"d\":{\"e\":{\"f\":7}}}\t",
                                     &json),
                    *a, *one;
    (void)state;
    assert_int_equal(all->kind, CRS__JSON_OBJECT);
    assert_int_equal(all->n, 4);
    a = crs__json_member(all, "a");
    assert_true(crs__json_is(a, CRS__JSON_ARRAY) && a->n == 6);
    one = crs__json_first(a);
    assert_true(one->kind == CRS__JSON_INTEGER && one->as.integer == 1);
    one = crs__json_next(a, one);
    assert_true(one->kind == CRS__JSON_REAL && one->as.real == -25);
    one = crs__json_next(a, one);
    assert_int_equal(one->kind, CRS__JSON_TRUE);
    one = crs__json_next(a, one);
    assert_int_equal(one->kind, CRS__JSON_FALSE);
    one = crs__json_next(a, one);
    assert_int_equal(one->kind, CRS__JSON_NULL);
    one = crs__json_next(a, one);
    assert_true(one->kind == CRS__JSON_STRING && one->n == 0 && one->as.string[0] == '\0');
    assert_null(crs__json_next(a, one));
    assert_null(crs__json_first(crs__json_member(all, "b")));
    assert_null(crs__json_first(crs__json_member(all, "c")));
    one = crs__json_member(crs__json_member(crs__json_member(all, "d"), "e"), "f");
    assert_true(crs__json_is(one, CRS__JSON_INTEGER) && one->as.integer == 7);
    assert_null(crs__json_member(all, "e"));
    assert_null(crs__json_member(one, "f"));
    assert_null(crs__json_member(NULL, "f"));
    crs__json_release(&json);
}

static void test_json_read__strings(void **state)
{
    crs__json_document json;
    const crs__json
        *all = read_text(
            "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\",\"\\u0041\\u00e9\\u20AC\\ud83d\\uDE00\",\"\xc3\xa9\"]",
            &json),
        *one = crs__json_first(all);
    (void)state;
    assert_string_equal(one->as.string, "\"\\/\b\f\n\r\t");
    assert_int_equal(one->n, 8);
    one = crs__json_next(all, one);
    assert_string_equal(one->as.string, "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    one = crs__json_next(all, one);
    assert_string_equal(one->as.string, "\xc3\xa9");
    crs__json_release(&json);
}

static void test_json_read__whole_numbers(void **state)
{
    crs__json_document json;
    const crs__json *all = read_text("[9223372036854775807,-9223372036854775808,-0]", &json),
                    *one = crs__json_first(all);
    (void)state;
    assert_true(one->as.integer == INT64_MAX);
    one = crs__json_next(all, one);
    assert_true(one->as.integer == INT64_MIN);
    one = crs__json_next(all, one);
    assert_true(one->kind == CRS__JSON_INTEGER && one->as.integer == 0);
    crs__json_release(&json);
}

static void test_json_read__refused(void **state)
{
    static const struct {
        const char *text;
        size_t at;
        const char *expected;
    } cases[] = {
        {"", 0, "a value"},
        {"  ", 2, "a value"},
        {"nul", 0, "a value"},
        {"[1,]", 3, "a value"},
        {"[1 2]", 3, "',' or ']'"},
        {"[1", 2, "',' or ']'"},
        {"{\"a\":1", 6, "',' or '}'"},
        {"{\"a\":1,}", 7, "a name in quotes"},
        {"{a:1}", 1, "a name in quotes"},
        {"{\"a\"}", 4, "':' after a name"},
        {"{} {}", 3, "nothing more"},
        {"[1}", 2, "',' or ']'"},
        {"\"a", 2, "the string's end"},
        {"\"a\tb\"", 2, "no control character in a string"},
        {"\"\\x\"", 1, "an escape of JSON, which is not NUL"},
        {"\"\\u0000\"", 1, "an escape of JSON, which is not NUL"},
        {"\"\\u12", 1, "an escape of JSON, which is not NUL"},
        {"\"\\ud83d\"", 1, "both halves of a surrogate pair"},
        {"\"\\ude00\"", 1, "both halves of a surrogate pair"},
        {"\"\xff\"", 1, "UTF-8"},
        {"\"\xc0\x80\"", 1, "UTF-8"},
        {"\"\xed\xa0\x80\"", 1, "UTF-8"},
        {"\"\xf4\x90\x80\x80\"", 1, "UTF-8"},
        {"\"\xe2\x82\"", 1, "UTF-8"},
        {"01", 1, "nothing more"},
        {"-", 0, "a number"},
        {"1.", 2, "a digit"},
        {"1e+", 3, "a digit"},
        {"9223372036854775808", 0, "a whole number of 64 bits"},
        {"-9223372036854775809", 0, "a whole number of 64 bits"},
        {"1e999", 0, "a number within float64's range"},
        {"{\"b\":1,\"a\":1,\"c\":2,\"a\":3}", 19, "another name: this one is there already"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        crs__json_document json;
        crs__json_fault fault = {0, ""};
        assert_int_equal(read_bytes(cases[i].text, strlen(cases[i].text), &json, &fault),
                         CRS_EFORMAT);
        assert_string_equal(fault.expected, cases[i].expected);
        assert_int_equal(fault.at, cases[i].at);
        assert_true(json.values == NULL && json.bytes == NULL);
    }
}

static void test_json_read__nul_is_no_end(void **state)
{
    crs__json_document json;
    crs__json_fault fault;
    (void)state;
    assert_int_equal(read_bytes("{}\0{}", 5, &json, &fault), CRS_EFORMAT);
    assert_int_equal(fault.at, 2);
    assert_int_equal(read_bytes("\"a\0\"", 4, &json, &fault), CRS_EFORMAT);
    assert_int_equal(fault.at, 2);
}

static void test_json_read__levels(void **state)
{
    char text[1026];
    crs__json_document json;
    crs__json_fault fault;
    (void)state;
    memset(text, '[', 512);
    memset(text + 512, ']', 512);
    assert_int_equal(read_bytes(text, 1024, &json, &fault), CRS_OK);
    crs__json_release(&json);
    memset(text, '[', 513);
    memset(text + 513, ']', 513);
    assert_int_equal(read_bytes(text, 1026, &json, &fault), CRS_EFORMAT);
    assert_int_equal(fault.at, 512);
}

/* Cut anywhere, a text is no JSON; with any byte changed it is some or none, and nothing worse. */
static void test_json_read__torn_and_changed(void **state)
{
    static const char text[] = "{\"a\":[1,2.5e-3,\"x\\u00e9\\n\"],\"b\":{\"c\":null,\"d\":true}}";
    size_t n = strlen(text);
    (void)state;
    for (size_t cut = 0; cut < n; cut++) {
        crs__json_document json;
        crs__json_fault fault;
        assert_int_equal(read_bytes(text, cut, &json, &fault), CRS_EFORMAT);
        assert_true(fault.at <= cut);
    }
    for (size_t at = 0; at < n; at++) {
        for (int byte = 0; byte < 256; byte++) {
            char changed[sizeof text];
            crs__json_document json;
            crs__json_fault fault;
            memcpy(changed, text, n);
            changed[at] = (char)byte;
            if (read_bytes(changed, n, &json, &fault) == CRS_OK)
                crs__json_release(&json);
        }
    }
}

/* "No memory" is never "no JSON", and never another text. */
static void test_json_read__without_memory(void **state)
{
    static const char *const texts[] = {"{\"a\":[1,2.5,\"\\u0041b\"],\"b\":{\"c\":1,\"d\":2}}",
                                        "[]", "{\"a\":1,}", "{\"a\":1,\"a\":2}"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        crs__json_document json;
        crs__json_fault fault;
        size_t n = strlen(texts[i]), at = 1;
        crs_status status = read_bytes(texts[i], n, &json, &fault), failed = CRS_ENOMEM;
        crs__json_release(&json);
        for (; at < 100 && failed == CRS_ENOMEM; at++) {
            crs__alloc_fail_at(at);
            failed = read_bytes(texts[i], n, &json, &fault);
            crs__alloc_fail_at(0);
            crs__json_release(&json);
        }
        assert_int_equal(failed, status);
        assert_true(at > 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_read__values),
        cmocka_unit_test(test_json_read__strings),
        cmocka_unit_test(test_json_read__whole_numbers),
        cmocka_unit_test(test_json_read__refused),
        cmocka_unit_test(test_json_read__nul_is_no_end),
        cmocka_unit_test(test_json_read__levels),
        cmocka_unit_test(test_json_read__torn_and_changed),
        cmocka_unit_test(test_json_read__without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
