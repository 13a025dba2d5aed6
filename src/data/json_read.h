/*
 * data/json_read.h - JSON, read whole and looked up by name: RFC 8259, nothing beside it.
 *
 * Ours, for two reasons: all its memory comes through core/memory.h, in three blocks, so that
 * "no memory" is never taken for "no JSON" or for another text; and a value takes 40 bytes.
 *
 *     crs__json_document json;
 *     crs__json_fault fault;
 *     if (crs__json_read(text, n, &json, &fault) == CRS_OK) {
 *         const crs__json *list = crs__json_member(json.values, "layers");
 *         for (const crs__json *one = crs__json_first(list); one != NULL;
 *              one = crs__json_next(list, one))
 *             ...
 *         crs__json_release(&json);
 *     }
 */
#ifndef DATA_JSON_READ_H
#define DATA_JSON_READ_H

#include <crease/status.h>

#include <stddef.h>
#include <stdint.h>

typedef enum crs__json_kind {
    CRS__JSON_NULL,
    CRS__JSON_FALSE,
    CRS__JSON_TRUE,
    CRS__JSON_INTEGER, /* a number without point and exponent, which fits */
    CRS__JSON_REAL,
    CRS__JSON_STRING,
    CRS__JSON_ARRAY,
    CRS__JSON_OBJECT,
} crs__json_kind;

/* A value; what is in it follows it. */
typedef struct crs__json {
    const char *key; /* its name in an object, else NULL */
    union {
        int64_t integer;
        double real;
        const char *string; /* UTF-8 without NUL, terminated */
    } as;
    uint32_t n;       /* bytes of a string; values in an array or object */
    uint32_t size;    /* values from it to the next beside it */
    uint32_t at, end; /* its place in the text */
    crs__json_kind kind;
} crs__json;

/* values[0] is the whole. */
typedef struct crs__json_document {
    crs__json *values;
    char *bytes; /* of names and strings */
} crs__json_document;

/* What is no JSON: at which byte, and what was expected there. */
typedef struct crs__json_fault {
    size_t at;
    const char *expected;
} crs__json_fault;

/*
 * Read `n` bytes. Refused are names given twice in an object, text that is no UTF-8 or has NUL in
 * it, whole numbers beyond 64 bits, numbers beyond a double, and more than 512 levels.
 *
 * Errors: CRS_EFORMAT with *fault, CRS_ENOMEM; *out is empty then.
 */
crs_status crs__json_read(const char *text, size_t n, crs__json_document *out,
                          crs__json_fault *fault);

/* Empties it; an empty one is fine. */
void crs__json_release(crs__json_document *json);

/* NULL where it is no object (NULL is none) or has no such member. */
const crs__json *crs__json_member(const crs__json *object, const char *key);

/* What is in an array or object, one after the other; NULL at the end, and where it is neither. */
const crs__json *crs__json_first(const crs__json *list);
const crs__json *crs__json_next(const crs__json *list, const crs__json *one);

/* NULL is of no kind. */
int crs__json_is(const crs__json *value, crs__json_kind kind);

#endif
