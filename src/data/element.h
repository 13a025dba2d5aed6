/*
 * data/element.h - numbers as files store them, and how they become doubles.
 */
#ifndef DATA_ELEMENT_H
#define DATA_ELEMENT_H

#include <stddef.h>

/* Whether this machine has numbers the other way round than safetensors. */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define CRS__BIG_ENDIAN 1
#else
#define CRS__BIG_ENDIAN 0
#endif

typedef enum crs__element_kind {
    CRS__ELEMENT_FLOAT,
    CRS__ELEMENT_BFLOAT, /* the upper half of a float32 */
    CRS__ELEMENT_SIGNED,
    CRS__ELEMENT_UNSIGNED,
    CRS__ELEMENT_BOOL
} crs__element_kind;

typedef struct crs__element {
    const char *name;        /* "float32" */
    const char *npy;         /* "f4", after the byte order; NULL: has none */
    const char *safetensors; /* "F32" */
    crs__element_kind kind;
    size_t size;     /* bytes */
    double roundoff; /* as crs_array's */
} crs__element;

typedef enum crs__element_notation {
    CRS__ELEMENT_NPY,
    CRS__ELEMENT_SAFETENSORS
} crs__element_notation;

/* The element called `code` in a format's notation, or of a kind and size; NULL if none is. */
const crs__element *crs__element_find(crs__element_notation notation, const char *code);
const crs__element *crs__element_of(crs__element_kind kind, size_t size);

/*
 * The `n` elements in `bytes` into `out`. Returns how many: fewer than n where the next one is
 * a whole number that no double holds.
 */
size_t crs__element_decode(const crs__element *type, int big_endian, const unsigned char *bytes,
                           size_t n, double *out);

#endif
