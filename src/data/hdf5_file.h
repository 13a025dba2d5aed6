/*
 * data/hdf5_file.h - an HDF5 file that is open, and its arrays: what both readers of it need.
 */
#ifndef DATA_HDF5_FILE_H
#define DATA_HDF5_FILE_H

#include "data/element.h"
#include "data/reader.h"

#include <hdf5.h>

#define CRS__HDF5_RANK 32 /* HDF5's own limit, H5S_MAX_RANK */
#define CRS__HDF5_NAME 256

typedef struct crs__hdf5_file {
    const crs__data_file *file;
    crs_error *err;
    hid_t id; /* -1: not open */
    H5E_auto2_t printer;
    void *printer_data;
} crs__hdf5_file;

/* A data set in the sense of HDF5: an array with a name. */
typedef struct crs__hdf5_array {
    hid_t id; /* -1: not open */
    char name[CRS__HDF5_NAME];
    char shown[CRS__SHOWN_FIELD]; /* the name, fit for messages */
    int rank;
    hsize_t shape[CRS__HDF5_RANK];
    const crs__element *element; /* NULL: numbers, but of no type that element.h knows */
} crs__hdf5_array;

/* Open `file`; HDF5 prints nothing until crs__hdf5_close, which is due after a failure too. */
crs_status crs__hdf5_open(const crs__data_file *file, crs_error *err, crs__hdf5_file *out);
void crs__hdf5_close(crs__hdf5_file *f);

/* CRS_EFORMAT: a call of HDF5's has failed; its own words go with `what`. */
crs_status crs__hdf5_refuse(const crs__hdf5_file *f, const char *what);

/* `status`: "FILE: data set 'NAME' WHY". */
crs_status crs__hdf5_refuse_array(const crs__hdf5_file *f, const crs__hdf5_array *a,
                                  crs_status status, const char *why);

/* 1 where `name` leads to an array of this file; links into other files are left alone. */
int crs__hdf5_is_array(const crs__hdf5_file *f, const char *name);

/*
 * Rank, shape and type of an open array of numbers. Errors: CRS_EFORMAT (no numbers, or
 * more than the file stores).
 */
crs_status crs__hdf5_inspect(const crs__hdf5_file *f, crs__hdf5_array *a);

#endif
