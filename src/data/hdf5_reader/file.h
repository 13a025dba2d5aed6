/*
 * data/hdf5_reader/file.h - an HDF5 file that is open, and its arrays.
 */
#ifndef DATA_HDF5_READER_FILE_H
#define DATA_HDF5_READER_FILE_H

#include "data/element.h"
#include "data/hdf5_reader/serve.h"
#include "data/shown.h"

#include <crease/status.h>

#include <hdf5.h>

/* A data set in the sense of HDF5: an array with a name. */
typedef struct crs__hdf5_array {
    hid_t id; /* -1: not open */
    char name[CRS__HDF5_NAME];
    char shown[CRS__SHOWN_FIELD]; /* the name, fit for messages */
    char matlab_class[16];        /* "" without one */
    int rank;
    hsize_t shape[CRS__HDF5_RANK];
    hsize_t n;                   /* elements */
    const crs__element *element; /* as in the file; NULL: of no type that element.h knows */
} crs__hdf5_array;

/* What happens to be read, and for whom. */
typedef struct crs__hdf5_file {
    const crs__hdf5_stored *stored;
    const crs__hdf5_peer *peer;
    uint64_t max_memory;
    crs_error err; /* why a request is refused; the file's name is not in it */
    hid_t id;      /* -1: not open */
    crs__hdf5_array opened;
} crs__hdf5_file;

/*
 * A driver of HDF5's that reads `file` when it is first opened, and refuses every other file.
 * Returns file access properties, or a value below 0; crs__hdf5_driver_close after use.
 */
hid_t crs__hdf5_driver_offer(const crs__hdf5_stored *file);
void crs__hdf5_driver_close(hid_t access);

/* How often another file was asked for: by a link, or by an array whose values are elsewhere. */
unsigned crs__hdf5_driver_refused(void);

/* Open f->stored; HDF5 prints nothing from then on. Closed in any case. */
crs_status crs__hdf5_open(crs__hdf5_file *f);
void crs__hdf5_close(crs__hdf5_file *f);

/* A call of HDF5's has failed; its own words go with `what`. CRS_ENOMEM or CRS_EFORMAT. */
crs_status crs__hdf5_refuse(crs__hdf5_file *f, const char *what);

/* `status`: "data set 'NAME' WHY". */
crs_status crs__hdf5_refuse_array(crs__hdf5_file *f, const crs__hdf5_array *a, crs_status status,
                                  const char *why);

/*
 * *found: `name` leads to an array of this file. Links into other files, and those that lead
 * nowhere, do not. CRS_EFORMAT: a link leads into another file by way of a third.
 */
crs_status crs__hdf5_find(crs__hdf5_file *f, const char *name, int *found);

/* Open the array `name`, to be closed: its name and class are filled in. CRS_EFORMAT. */
crs_status crs__hdf5_array_open(crs__hdf5_file *f, const char *name, crs__hdf5_array *a);
void crs__hdf5_array_close(crs__hdf5_array *a);

/*
 * Rank, shape and type of an open array of numbers, and what there is to tell. Errors:
 * CRS_EFORMAT (no numbers, more than the file stores, an empty matrix that is not empty),
 * CRS_EUNSUPPORTED.
 */
crs_status crs__hdf5_describe(crs__hdf5_file *f, crs__hdf5_array *a, crs__hdf5_about *out);

/* Memory that the reading of an array takes; send its values. */
uint64_t crs__hdf5_slab_work(const crs__hdf5_array *a);
crs_status crs__hdf5_slab_send(crs__hdf5_file *f, const crs__hdf5_array *a);

/* The type that values are sent in, and what it is to HDF5. */
const crs__element *crs__hdf5_sent_as(const crs__element *e, hid_t *memory);

/* Requests: tell of every array, of those of the root group, the names of classes. */
crs_status crs__hdf5_send_walk(crs__hdf5_file *f);
crs_status crs__hdf5_send_list(crs__hdf5_file *f);
crs_status crs__hdf5_send_strings(crs__hdf5_file *f);

/* CRS_EIO: the peer is gone. */
crs_status crs__hdf5_send(crs__hdf5_file *f, uint32_t kind, size_t n, const void *bytes);

/* `n` bytes in DATA. */
crs_status crs__hdf5_send_data(crs__hdf5_file *f, size_t n, const void *bytes);

#endif
