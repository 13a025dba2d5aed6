/*
 * crease/arrays.h - named arrays: what somebody saved from a program.
 *
 * A crs_arrays is a set of arrays with names and shapes, as np.savez writes them:
 * from a file
 *
 *     crs_arrays saved;
 *     if (crs_arrays_read("mine.npz", &err, &saved) != CRS_OK)
 *         puts(err.text);
 *
 * or from memory, copied:
 *
 *     crs_arrays mine = {0};
 *     crs_arrays_add(&mine, "Z1", CRS_F32, 2, (size_t[]){4, 400}, z1, &err);
 *
 * Numbers are held as double, whatever they were; `roundoff` remembers how fine the
 * type was that they were stored in, so that a comparison knows what to expect.
 *
 * Threads: as in crease/status.h; HDF5 files one at a time, as in crease/data.h.
 */
#ifndef CREASE_ARRAYS_H
#define CREASE_ARRAYS_H

#include <crease/dtype.h>
#include <crease/sink.h>
#include <crease/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Most axes that an array may have. */
#define CRS_ARRAY_MAX_DIMS 8

typedef struct crs_array {
    char *name;       /* as in the file, without ".npy"; of HDF5 the path without the first '/' */
    const char *type; /* "float64", "float32", "float16", "bfloat16", "int64", "uint8", "bool", ...;
                         static storage */
    /*
     * Half the distance from 1 to the next number of that type: 2^-53 for float64, 2^-24 for
     * float32, 2^-11 for float16, 2^-8 for bfloat16; 0 for whole numbers and bools.
     */
    double roundoff;
    size_t n_dims; /* 0: a single number */
    size_t dims[CRS_ARRAY_MAX_DIMS];
    size_t n;       /* elements: the product of dims, 1 for a single number */
    double *values; /* [n], in C order whatever the order in the file */
} crs_array;

/* A set of arrays. Zeroed it is empty; released with crs_arrays_release, which takes either. */
typedef struct crs_arrays {
    char *name; /* of the file, without its folder; NULL if made in memory */
    size_t n;
    crs_array *array; /* in the file's order */
    char *skipped;    /* NULL, or what else an HDF5 file holds: "title (text), c (a cell)" */
    void *index;      /* of the library's own, by which names are found */
} crs_arrays;

/*
 * Add a copy of an array, C order, of float or double (`dtype`). Shapes: dims[n_dims]; none: a
 * single number. On failure the set is as it was.
 *
 * Errors: CRS_EINVAL (no name, a name that is there, n_dims above CRS_ARRAY_MAX_DIMS), CRS_ENOMEM.
 */
CRS_API crs_status crs_arrays_add(crs_arrays *arrays, const char *name, crs_dtype dtype,
                                  size_t n_dims, const size_t *dims, const void *values,
                                  crs_error *err);

/* The array called exactly `name`; NULL if there is none. Lives as long as the set. */
CRS_API const crs_array *crs_arrays_find(const crs_arrays *arrays, const char *name);

/* Free what it holds and zero it. */
CRS_API void crs_arrays_release(crs_arrays *arrays);

/*
 * Read every array of a file. The format is found out from its first bytes:
 *
 *   .npz          a zip of .npy, stored or deflated (np.savez, np.savez_compressed)
 *   .npy          one array, named after the file
 *   .safetensors  every tensor
 *   .h5 .mat      every data set of numbers in every group; a file of MATLAB (v7.3) has its
 *                 axes reversed back into the order MATLAB shows. Whole work spaces are saved
 *                 so: what is no array of numbers in them (text, cells, sparse matrices) is
 *                 left out, and `skipped` says so
 *
 * Elements: float16/32/64, bfloat16, (unsigned) integers of 8 to 64 bits, bool, in either
 * byte order; C or Fortran order. Refused with the reason: arrays of Python objects (to
 * read them is to run code from the file), text, complex numbers, more axes than
 * CRS_ARRAY_MAX_DIMS, integers that no double holds exactly. NaN and infinities are read:
 * whoever uses the arrays says what they mean.
 *
 * Nothing is allocated that the file does not hold: sizes that a header claims are
 * checked against the bytes that are there, and a deflated entry grows as it is read.
 *
 * Errors: CRS_ENOENT, CRS_EIO, CRS_EFORMAT (damaged, torn, lies about its size, two arrays
 * of one name, not of a known format: the text says which entry and byte), CRS_EUNSUPPORTED
 * (an element type above, or a part that this build lacks: the text says which package brings
 * it), CRS_ENOMEM. *out is empty then.
 */
CRS_API crs_status crs_arrays_read(const char *path, crs_error *err, crs_arrays *out);

/* How to read. Fill it with crs_arrays_read_options_init, which sets the defaults. */
typedef struct crs_arrays_read_options {
    /*
     * Bytes that the file may take while it is read: its arrays as doubles, and what the reading
     * itself needs. A file that needs more is refused before it is allocated (CRS_EFORMAT). 0: 256
     * MB and 64 times the file's size.
     */
    size_t max_memory;
} crs_arrays_read_options;

CRS_API void crs_arrays_read_options_init(crs_arrays_read_options *out);

/* The same with options; NULL: the defaults. */
CRS_API crs_status crs_arrays_read_with(const char *path, const crs_arrays_read_options *options,
                                        crs_error *err, crs_arrays *out);

/*
 * Write the set as an .npz, stored: float32 arrays as such, all others as float64, in C order.
 * The same arrays give the same bytes.
 *
 * Errors: CRS_EUNSUPPORTED (a build without libzip), CRS_ENOMEM, and whatever the sink's
 * write returns; it may have been given a part then.
 */
CRS_API crs_status crs_arrays_write_npz(const crs_arrays *arrays, const crs_sink *sink,
                                        crs_error *err);

/* One row of the table of formats that crs_arrays_read knows. */
typedef struct crs_arrays_format {
    const char *name;       /* "npz" */
    const char *extensions; /* ".npz" */
    const char *summary;    /* one line */
    const char *package;    /* NULL, or the Debian package this build lacks for it */
} crs_arrays_format;

/* Row i of the table, NULL past its end. Static storage. */
CRS_API const crs_arrays_format *crs_arrays_format_at(size_t i);

#ifdef __cplusplus
}
#endif
#endif
