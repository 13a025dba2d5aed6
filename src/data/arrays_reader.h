/*
 * data/arrays_reader.h - what a reader of named arrays is.
 *
 * A format is a row in arrays_read.c's table and a file of its own. crs_arrays_read has
 * opened the file and chosen the row; the reader adds its arrays or says why not.
 */
#ifndef DATA_ARRAYS_READER_H
#define DATA_ARRAYS_READER_H

#include <crease/arrays.h>

#include "data/bytes.h"
#include "data/element.h"
#include "data/reader.h"

/* "FILE: entry 'NAME'" fits in. */
#define CRS__ARRAYS_WHERE (CRS__SHOWN_PATH + CRS__SHOWN_FIELD + 32)

typedef struct crs__arrays_reader {
    crs_arrays_format format;
    /* 1 where the first `n` bytes of a file are of this format. */
    int (*recognises)(const unsigned char *head, size_t n);
    /* The file is a regular one and not empty. What was added before a failure is released. */
    crs_status (*read)(const crs__data_file *file, crs_error *err, crs_arrays *out);
} crs__arrays_reader;

int crs__npy_recognises(const unsigned char *head, size_t n);
crs_status crs__npy_read_file(const crs__data_file *file, crs_error *err, crs_arrays *out);
int crs__npz_recognises(const unsigned char *head, size_t n);
crs_status crs__npz_read(const crs__data_file *file, crs_error *err, crs_arrays *out);
/* What crs_arrays_write_npz does. */
crs_status crs__npz_write(const crs_arrays *arrays, const crs_sink *sink, crs_error *err);
int crs__safetensors_recognises(const unsigned char *head, size_t n);
crs_status crs__safetensors_read(const crs__data_file *file, crs_error *err, crs_arrays *out);
crs_status crs__hdf5_read_arrays(const crs__data_file *file, crs_error *err, crs_arrays *out);

/* Read one .npy, to its end, from `from` and add it as `name`. */
crs_status crs__npy_read(crs__bytes *from, const char *name, crs_error *err, crs_arrays *out);

/* A shape as a file gives it, checked as it is read. */
typedef struct crs__array_shape {
    size_t n_dims;
    size_t dims[CRS_ARRAY_MAX_DIMS];
    size_t n; /* elements; of doubles there may be so many */
} crs__array_shape;

/*
 * One axis more. Errors: CRS_EUNSUPPORTED (too many axes), CRS_EFORMAT (more elements than
 * memory has addresses for). `where` begins the message.
 */
crs_status crs__array_shape_add(crs__array_shape *shape, uint64_t dim, const char *where,
                                crs_error *err);
void crs__array_shape_init(crs__array_shape *shape);

/*
 * Add an array of `values` ([shape->n], taken over whatever happens). Where they lie in Fortran
 * order (the first axis the fastest) they are put into C order. Errors: CRS_EFORMAT (a name that
 * is there, or none), CRS_ENOMEM.
 */
crs_status crs__arrays_place(crs_arrays *out, const char *name, const crs__element *type,
                             const crs__array_shape *shape, int is_fortran, double *values,
                             const char *where, crs_error *err);

#endif
