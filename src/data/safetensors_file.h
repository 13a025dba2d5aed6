/*
 * data/safetensors_file.h - safetensors with every bit of its tensors, and its metadata.
 *
 * crs_arrays_read makes doubles of a file's tensors for whoever looks at them. This is for files
 * of our own, models and checkpoints:
 *
 *     crs__tensor one = {.name = "state", .type = crs__element_of(CRS__ELEMENT_UNSIGNED, 8),
 *                        .n_dims = 1, .dims = {3}, .values = words};
 *     crs__metadata about = {"crease", "{\"version\":1}"};
 *     crs__safetensors_write(1, &one, 1, &about, sink, err);
 *
 *     crs__safetensors file;
 *     if (crs__safetensors_load(n, bytes, "run.safetensors", err, &file) == CRS_OK) {
 *         const crs__tensor *t = crs__safetensors_find(&file, "state");
 *         if (t != NULL && t->n == 3 && strcmp(t->type->safetensors, "U64") == 0)
 *             crs__tensor_take(t, words);
 *         crs__safetensors_release(&file);
 *     }
 */
#ifndef DATA_SAFETENSORS_FILE_H
#define DATA_SAFETENSORS_FILE_H

#include <crease/arrays.h>

#include "data/element.h"
#include "data/json_read.h"

/* Most bytes of a header, read or written; values in it take up to about 20 times as many. */
#define CRS__SAFETENSORS_HEADER ((size_t)1 << 24)

typedef struct crs__tensor {
    const char *name;
    const crs__element *type; /* crs__element_of(CRS__ELEMENT_FLOAT, 8), ... */
    size_t n_dims;            /* 0: a single number */
    size_t dims[CRS_ARRAY_MAX_DIMS];
    size_t n; /* elements: the product of dims; filled in by load, not looked at by write */
    /*
     * write: the elements in C order, as this machine has them. load: the bytes in the file, of
     * any alignment and little-endian: crs__tensor_take gives them.
     */
    const void *values;
} crs__tensor;

/* "format": "pt", "crease": "{...}"; text, of which bytes that are no UTF-8 are taken as Latin-1. */
typedef struct crs__metadata {
    const char *key, *value;
} crs__metadata;

/*
 * Write tensors of different names. In the file they stand in the order of their elements' sizes,
 * the largest first, and of their names, so that each is aligned, and metadata in the order
 * given; the header is padded to 8 bytes. The same content gives the same bytes.
 *
 * Errors: what the sink returns, CRS_EINVAL (a header above CRS__SAFETENSORS_HEADER), CRS_ENOMEM.
 */
crs_status crs__safetensors_write(size_t n, const crs__tensor *tensors, size_t n_metadata,
                                  const crs__metadata *metadata, const crs_sink *sink,
                                  crs_error *err);

/* Zeroed it is empty. All pointers in it are into itself or into the bytes it was loaded from. */
typedef struct crs__safetensors {
    size_t n;
    crs__tensor *tensors; /* in the order of their bytes */
    size_t n_metadata;
    crs__metadata *metadata;     /* in the file's order */
    crs__json_document header;   /* what names and texts are in */
    const crs__tensor **by_name; /* for crs__safetensors_find */
} crs__safetensors;

/*
 * The n `bytes` of a file, which are borrowed as long as *out is used; `name` is for messages and
 * begins them. Everything is checked but what the tensors mean: no byte is claimed twice, none by
 * nobody, none that is not there, shapes and sizes fit.
 *
 * Errors: CRS_EFORMAT, CRS_EUNSUPPORTED (an element type), CRS_ENOMEM; *out is empty then.
 */
crs_status crs__safetensors_load(size_t n, const void *bytes, const char *name, crs_error *err,
                                 crs__safetensors *out);

/*
 * A whole file in memory, for the call above; *bytes is released with crs__free. Errors:
 * CRS_ENOENT, CRS_EIO (a folder, a pipe among others), CRS_ENOMEM.
 */
crs_status crs__safetensors_slurp(const char *path, crs_error *err, size_t *n, void **bytes);

/* The tensor of exactly that name, the text of exactly that key; NULL if there is none. */
const crs__tensor *crs__safetensors_find(const crs__safetensors *file, const char *name);
const char *crs__safetensors_metadata(const crs__safetensors *file, const char *key);

/* The elements of a loaded tensor into `out`, [t->n] of its type; bits are kept. */
void crs__tensor_take(const crs__tensor *t, void *out);

/* Release what it holds and zero it. */
void crs__safetensors_release(crs__safetensors *file);

#endif
