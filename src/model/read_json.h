/*
 * model/read_json.h - values out of a description, each checked, with its place in messages:
 * "FILE: description, layers[1].units: expected ...".
 */
#ifndef MODEL_READ_JSON_H
#define MODEL_READ_JSON_H

#include "data/json_read.h"

/* An object of the description, and where it is. */
typedef struct crs__json_object {
    const crs__json *json;
    const char *shown; /* the file */
    char path[64];     /* "layers[1]."; empty for the whole */
    crs_error *err;
} crs__json_object;

/* CRS_EFORMAT, with what was expected of `key`. */
crs_status crs__json_refuse(const crs__json_object *from, const char *key, const char *expected);

/* A whole number of at least `least`. */
crs_status crs__json_count(const crs__json_object *from, const char *key, size_t least,
                           size_t *out);
crs_status crs__json_number(const crs__json_object *from, const char *key, double *out);
/* Borrowed from the JSON. */
crs_status crs__json_text(const crs__json_object *from, const char *key, const char **out);
crs_status crs__json_flag(const crs__json_object *from, const char *key, int *out);
/* An object of it, or an empty one (json is NULL) for null. */
crs_status crs__json_inner(const crs__json_object *from, const char *key, crs__json_object *out);
/* Exactly n numbers into `out`. */
crs_status crs__json_numbers(const crs__json_object *from, const char *key, size_t n, double *out);
/* Exactly n texts in one block of crs__alloc; NULL for null. */
crs_status crs__json_names(const crs__json_object *from, const char *key, size_t n, char ***out);

/* The bytes of a value of `text`, without the space between its parts; NULL without memory. */
char *crs__json_plain(const char *text, const crs__json *value);

#endif
