#if defined(CRS_HAVE_JANSSON) && CRS_HAVE_JANSSON

#include "model/read_json.h"

#include "core/memory.h"
#include "core/text.h"
#include "data/dataset.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

crs_status crs__json_refuse(const crs__json_object *from, const char *key, const char *expected)
{
    return crs_error_set(
        from->err, CRS_EFORMAT, "%s: description, %s%s: %s %s", from->shown, from->path, key,
        json_object_get(from->json, key) == NULL ? "is not there; expected" : "expected", expected);
}

static crs_status no_memory(const crs__json_object *from)
{
    return crs_error_set(from->err, CRS_ENOMEM, "%s: no memory for its description", from->shown);
}

crs_status crs__json_count(const crs__json_object *from, const char *key, size_t least, size_t *out)
{
    const json_t *value = json_object_get(from->json, key);
    char expected[64];
    if (json_is_integer(value) && json_integer_value(value) >= (json_int_t)least &&
        (uint64_t)json_integer_value(value) <= SIZE_MAX / 2) {
        *out = (size_t)json_integer_value(value);
        return CRS_OK;
    }
    (void)snprintf(expected, sizeof expected, "a whole number of at least %zu", least);
    return crs__json_refuse(from, key, expected);
}

crs_status crs__json_number(const crs__json_object *from, const char *key, double *out)
{
    const json_t *value = json_object_get(from->json, key);
    *out = json_number_value(value);
    return json_is_number(value) ? CRS_OK : crs__json_refuse(from, key, "a number");
}

crs_status crs__json_text(const crs__json_object *from, const char *key, const char **out)
{
    *out = json_string_value(json_object_get(from->json, key));
    return *out != NULL ? CRS_OK : crs__json_refuse(from, key, "a text");
}

crs_status crs__json_flag(const crs__json_object *from, const char *key, int *out)
{
    const json_t *value = json_object_get(from->json, key);
    *out = json_is_true(value);
    return json_is_boolean(value) ? CRS_OK : crs__json_refuse(from, key, "true or false");
}

crs_status crs__json_inner(const crs__json_object *from, const char *key, crs__json_object *out)
{
    const json_t *value = json_object_get(from->json, key);
    *out = *from;
    out->json = json_is_null(value) ? NULL : value;
    (void)snprintf(out->path, sizeof out->path, "%.40s%.20s.", from->path, key);
    return json_is_object(value) || json_is_null(value)
               ? CRS_OK
               : crs__json_refuse(from, key, "an object or null");
}

crs_status crs__json_numbers(const crs__json_object *from, const char *key, size_t n, double *out)
{
    const json_t *list = json_object_get(from->json, key);
    char expected[64];
    size_t i = 0;
    if (json_is_array(list) && json_array_size(list) == n)
        for (; i < n && json_is_number(json_array_get(list, i)); i++)
            out[i] = json_number_value(json_array_get(list, i));
    if (i == n && json_is_array(list) && json_array_size(list) == n)
        return CRS_OK;
    (void)snprintf(expected, sizeof expected, "a list of %zu numbers", n);
    return crs__json_refuse(from, key, expected);
}

crs_status crs__json_names(const crs__json_object *from, const char *key, size_t n, char ***out)
{
    const json_t *list = json_object_get(from->json, key), *item;
    char expected[64], *text;
    size_t bytes = 0, i;
    *out = NULL;
    if (json_is_null(list))
        return CRS_OK;
    (void)snprintf(expected, sizeof expected, "null or a list of %zu texts", n);
    if (!json_is_array(list) || json_array_size(list) != n)
        return crs__json_refuse(from, key, expected);
    for (i = 0; i < n; i++) {
        item = json_array_get(list, i);
        if (!json_is_string(item))
            return crs__json_refuse(from, key, expected);
        bytes += json_string_length(item) + 1;
    }
    *out = crs__dataset_names(n, bytes, &text);
    if (*out == NULL)
        return no_memory(from);
    for (i = 0; i < n; i++) {
        size_t length = json_string_length(json_array_get(list, i)) + 1;
        memcpy(text, json_string_value(json_array_get(list, i)), length);
        (*out)[i] = text;
        text += length;
    }
    return CRS_OK;
}

static int append(const char *bytes, size_t n, void *ctx)
{
    crs__text_append_bytes(ctx, bytes, n);
    return 0;
}

char *crs__json_plain(const json_t *value)
{
    crs__text text = {0};
    int failed = json_dump_callback(value, append, &text,
                                    JSON_COMPACT | JSON_REAL_PRECISION(17) | JSON_ENCODE_ANY);
    if (failed || text.failed) {
        crs__free(text.data);
        return NULL;
    }
    return text.data;
}

#else
typedef int crs__no_jansson; /* a file of C has something in it */
#endif
