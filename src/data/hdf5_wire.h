/*
 * data/hdf5_wire.h - what the library and the process that reads HDF5 files for it say to each
 * other, over a pair of connected sockets (docs/decisions/0029-hostile-files.md).
 *
 * The reader greets. Then the library sends requests, each answered by frames of which the last
 * is DONE or REFUSED; a greeting and a frame are a crs__hdf5_frame and `length` bytes. Both run
 * on one machine and are of one version, so numbers are as memory has them. The library trusts
 * no byte of an answer: the file may have taken the reader over.
 */
#ifndef DATA_HDF5_WIRE_H
#define DATA_HDF5_WIRE_H

#include <stdint.h>

#define CRS__HDF5_RANK 32 /* HDF5's own limit, H5S_MAX_RANK */
#define CRS__HDF5_NAME 256
#define CRS__HDF5_TEXT 400                  /* most bytes of a reason */
#define CRS__HDF5_BLOCK ((uint32_t)1 << 18) /* most bytes of a frame */

typedef enum crs__hdf5_what {
    CRS__HDF5_LIST = 1, /* a NAME for each array of the root group */
    CRS__HDF5_WALK,     /* an ARRAY for each array of each group, and for what is left out */
    CRS__HDF5_OPEN,     /* the ARRAY `name`; REFUSED with CRS_ENOENT: there is none */
    CRS__HDF5_READ,     /* the values of the array opened last, in DATA */
    CRS__HDF5_STRINGS   /* list_classes: STRINGS and DATA; nothing where it is of no use */
} crs__hdf5_what;

typedef struct crs__hdf5_request {
    uint32_t what; /* crs__hdf5_what */
    char name[CRS__HDF5_NAME];
} crs__hdf5_request;

typedef enum crs__hdf5_kind {
    CRS__HDF5_HELLO = 0x48444635, /* the version of crease, without its NUL */
    CRS__HDF5_NAME_IS,            /* a name, without its NUL */
    CRS__HDF5_ARRAY,              /* a crs__hdf5_about */
    CRS__HDF5_STRINGS_ARE,        /* a crs__hdf5_strings */
    CRS__HDF5_DATA,
    CRS__HDF5_DONE,   /* nothing */
    CRS__HDF5_REFUSED /* a crs_status as uint32_t, and why: "data set 'W1' holds no numbers" */
} crs__hdf5_kind;

typedef struct crs__hdf5_frame {
    uint32_t kind; /* crs__hdf5_kind */
    uint32_t length;
} crs__hdf5_frame;

/* An array. Its values are sent little-endian, as the file has them in order. */
typedef struct crs__hdf5_about {
    char name[CRS__HDF5_NAME];
    uint64_t dims[CRS__HDF5_RANK]; /* as HDF5 has them, or of an empty matrix as MATLAB has them */
    uint64_t work;                 /* bytes of memory that reading it takes in the reader */
    uint32_t rank;
    uint32_t is_matlab; /* the axes are to be reversed, the values are in Fortran order */
    uint32_t is_empty;  /* of MATLAB's: has no values, and its axes are in order */
    uint32_t shown_kind, shown_size; /* crs__element: what it is called */
    uint32_t kind, size;             /* of the values as they are sent */
    char skipped[96]; /* "title (text)": it is left out, and no other field is of use; or empty */
} crs__hdf5_about;

/* n strings of `length` bytes and a NUL. */
typedef struct crs__hdf5_strings {
    uint64_t n, length;
} crs__hdf5_strings;

#endif
