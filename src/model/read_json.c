#include "model/read_json.h"

#include "core/memory.h"
#include "data/dataset.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

crs_status crs__json_refuse(const crs__json_object *from, const char *key, const char *expected)
{
    return crs_error_set(
        from->err, CRS_EFORMAT, "%s: description, %s%s: %s %s", from->shown, from->path, key,
        crs__json_member(from->json, key) == NULL ? "is not there; expected" : "expected",
        expected);
}

static crs_status no_memory(const crs__json_object *from)
{
    return crs_error_set(from->err, CRS_ENOMEM, "%s: no memory for its description", from->shown);
}

crs_status crs__json_count(const crs__json_object *from, const char *key, size_t least, size_t *out)
{
    const crs__json *value = crs__json_member(from->json, key);
    char expected[64];
    if (crs__json_is(value, CRS__JSON_INTEGER) && value->as.integer >= (int64_t)least &&
        (uint64_t)value->as.integer <= SIZE_MAX / 2) {
        *out = (size_t)value->as.integer;
        return CRS_OK;
    }
    (void)snprintf(expected, sizeof expected, "a whole number of at least %zu", least);
    return crs__json_refuse(from, key, expected);
}

static int take_number(const crs__json *value, double *out)
{
    int is_whole = crs__json_is(value, CRS__JSON_INTEGER);
    *out = 0;
    if (!is_whole && !crs__json_is(value, CRS__JSON_REAL))
        return 0;
    *out = is_whole ? (double)value->as.integer : value->as.real;
    return 1;
}

crs_status crs__json_number(const crs__json_object *from, const char *key, double *out)
{
    const crs__json *value = crs__json_member(from->json, key);
    return take_number(value, out) ? CRS_OK : crs__json_refuse(from, key, "a number");
}

crs_status crs__json_text(const crs__json_object *from, const char *key, const char **out)
{
    const crs__json *value = crs__json_member(from->json, key);
    *out = crs__json_is(value, CRS__JSON_STRING) ? value->as.string : NULL;
    return *out != NULL ? CRS_OK : crs__json_refuse(from, key, "a text");
}

crs_status crs__json_flag(const crs__json_object *from, const char *key, int *out)
{
    const crs__json *value = crs__json_member(from->json, key);
    *out = crs__json_is(value, CRS__JSON_TRUE);
    return *out || crs__json_is(value, CRS__JSON_FALSE)
               ? CRS_OK
               : crs__json_refuse(from, key, "true or false");
}

crs_status crs__json_inner(const crs__json_object *from, const char *key, crs__json_object *out)
{
    const crs__json *value = crs__json_member(from->json, key);
    *out = *from;
    out->json = crs__json_is(value, CRS__JSON_NULL) ? NULL : value;
    (void)snprintf(out->path, sizeof out->path, "%.40s%.20s.", from->path, key);
    return crs__json_is(value, CRS__JSON_OBJECT) || crs__json_is(value, CRS__JSON_NULL)
               ? CRS_OK
               : crs__json_refuse(from, key, "an object or null");
}

crs_status crs__json_numbers(const crs__json_object *from, const char *key, size_t n, double *out)
{
    const crs__json *list = crs__json_member(from->json, key), *item = crs__json_first(list);
    char expected[64];
    size_t i = 0;
    if (crs__json_is(list, CRS__JSON_ARRAY) && list->n == n) {
        for (; item != NULL && take_number(item, &out[i]); item = crs__json_next(list, item))
            i++;
        if (i == n)
            return CRS_OK;
    }
    (void)snprintf(expected, sizeof expected, "a list of %zu numbers", n);
    return crs__json_refuse(from, key, expected);
}

crs_status crs__json_names(const crs__json_object *from, const char *key, size_t n, char ***out)
{
    const crs__json *list = crs__json_member(from->json, key), *item;
    char expected[64], *text;
    size_t bytes = 0, i = 0;
    *out = NULL;
    if (crs__json_is(list, CRS__JSON_NULL))
        return CRS_OK;
    (void)snprintf(expected, sizeof expected, "null or a list of %zu texts", n);
    if (!crs__json_is(list, CRS__JSON_ARRAY) || list->n != n)
        return crs__json_refuse(from, key, expected);
    for (item = crs__json_first(list); item != NULL; item = crs__json_next(list, item)) {
        if (item->kind != CRS__JSON_STRING)
            return crs__json_refuse(from, key, expected);
        bytes += item->n + 1;
    }
    *out = crs__dataset_names(n, bytes, &text);
    if (*out == NULL)
        return no_memory(from);
    for (item = crs__json_first(list); item != NULL; item = crs__json_next(list, item)) {
        memcpy(text, item->as.string, item->n + 1);
        (*out)[i++] = text;
        text += item->n + 1;
    }
    return CRS_OK;
}

char *crs__json_plain(const char *text, const crs__json *value)
{
    char *plain = crs__alloc(value->end - value->at + 1u, 1);
    size_t n = 0;
    int quoted = 0;
    for (uint32_t i = value->at; plain != NULL && i < value->end; i++) {
        if (!quoted && strchr(" \t\n\r", text[i]) != NULL)
            continue;
        plain[n++] = text[i];
        if (quoted && text[i] == '\\')
            plain[n++] = text[++i];
        else if (text[i] == '"')
            quoted = !quoted;
    }
    return plain;
}
