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

crs_status crs__npy_read_file(const crs__data_file *file, crs_error *err, crs_arrays *out);
crs_status crs__npz_read(const crs__data_file *file, crs_error *err, crs_arrays *out);
/* What crs_arrays_write_npz does. */
crs_status crs__npz_write(const crs_arrays *arrays, const crs_sink *sink, crs_error *err);
crs_status crs__safetensors_read(const crs__data_file *file, crs_error *err, crs_arrays *out);
crs_status crs__hdf5_read_arrays(const crs__data_file *file, crs_error *err, crs_arrays *out);

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

/* ---- arrays as they are stored ----------------------------------------------------------- */

/* An array in a file: what it is, and its elements. Lives for the call that it is given to. */
typedef struct crs__stored_array {
    const crs__element *type;
    const crs__element *shown; /* what it is called; NULL: as `type` */
    int big_endian, is_fortran;
    crs__array_shape shape;
    crs__bytes *bytes; /* at the first element; bytes->where begins messages */
    uint64_t offset;   /* of the elements where they lie in the file as they are; 0: they do not */
} crs__stored_array;

/* What is done with one; whether all its bytes are taken is seen to afterwards. */
typedef crs_status (*crs__stored_take)(void *ctx, const crs__stored_array *array, crs_error *err);

typedef void (*crs__name_add)(void *ctx, const char *name);

/* Arrays by their names: what a reader of samples needs of a format. */
typedef struct crs__array_source {
    const char *title; /* "HDF5" */
    const char *noun;  /* "data set" */
    int has_names;     /* 0: it is one array */
    /* Call `add` with the name of each array. */
    crs_status (*list)(const crs__data_file *file, crs__name_add add, void *ctx, crs_error *err);
    /* Call `take` with the array called exactly so. CRS_ENOENT, without a text: there is none. */
    crs_status (*open)(const crs__data_file *file, const char *name, crs__stored_take take,
                       void *ctx, crs_error *err);
    /* NULL, or: class names that the file has beside its arrays, where they fit data->y. */
    crs_status (*class_names)(const crs__data_file *file, crs_dataset *data, crs_error *err);
} crs__array_source;

/* Read samples from a file of arrays. */
crs_status crs__samples_read(const crs__array_source *source, crs__data_job *job, crs_dataset *out);

/* The header of a .npy; CRS_EFORMAT too where it claims other than `from` has. */
crs_status crs__npy_open(crs__bytes *from, crs_error *err, crs__stored_array *out);

/* What crs__array_source.list and .open do. */
crs_status crs__npz_list(const crs__data_file *file, crs__name_add add, void *ctx, crs_error *err);
crs_status crs__npz_open(const crs__data_file *file, const char *name, crs__stored_take take,
                         void *ctx, crs_error *err);
crs_status crs__hdf5_list(const crs__data_file *file, crs__name_add add, void *ctx, crs_error *err);
crs_status crs__hdf5_open_array(const crs__data_file *file, const char *name, crs__stored_take take,
                                void *ctx, crs_error *err);
crs_status crs__hdf5_class_names(const crs__data_file *file, crs_dataset *data, crs_error *err);

/* Read all of an array and add it. Errors: those of reading, and of crs__arrays_place. */
crs_status crs__arrays_take(crs_arrays *out, const char *name, const crs__stored_array *array,
                            crs_error *err);

#endif
