/*
 * data/hdf5_child.h - the process that reads an HDF5 file, as the library sees it.
 *
 * libhdf5 crashes on some damaged files, and follows links into other files. So it is linked with
 * a program of its own (helper/hdf5.c), which is started when a file is first asked about and ends
 * with the file. Whatever happens there is an error here: it crashes, hangs, or answers nonsense.
 */
#ifndef DATA_HDF5_CHILD_H
#define DATA_HDF5_CHILD_H

#include "data/hdf5_wire.h"
#include "data/reader.h"

/*
 * Ask about `file`; `name` may be NULL. The process is started unless it runs. Errors: CRS_EIO
 * (it cannot be started: the text says what to install), CRS_ENOMEM, CRS_EUNSUPPORTED (a build
 * without HDF5), and those of crs__hdf5_child_next.
 */
crs_status crs__hdf5_child_ask(const crs__data_file *file, crs__hdf5_what what, const char *name,
                               crs_error *err);

/*
 * The next frame of the answer: DONE, or `kind` with `least` to `most` bytes, which go to `into`;
 * *n is how many. Errors: CRS_EFORMAT (refused, crashed, out of its time, nonsense), CRS_ENOMEM
 * (of the system), and as it was refused: CRS_ENOENT, CRS_EUNSUPPORTED.
 */
crs_status crs__hdf5_child_next(const crs__data_file *file, crs__hdf5_kind kind, size_t least,
                                size_t most, void *into, size_t *n, int *is_done, crs_error *err);

/* Up to n bytes of the DATA of an answer; *got is 0 after them, when the answer is DONE. */
crs_status crs__hdf5_child_data(const crs__data_file *file, void *into, size_t n, size_t *got,
                                crs_error *err);

/* What it says makes no sense: end it. CRS_EFORMAT. */
crs_status crs__hdf5_child_refuse(const crs__data_file *file, crs_error *err);

/* End the process, in whatever state it is. */
void crs__hdf5_child_stop(const crs__data_file *file);

/* For tests and fuzzers: talk to a line that is open already instead of to a process. */
void crs__hdf5_child_attach(const crs__data_file *file, int line);

#endif
