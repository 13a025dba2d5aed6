/*
 * data/reader.h - what a reader is.
 *
 * A format is a row in read.c's table and a file of its own. crs_data_read has
 * opened the file and chosen the row; the reader fills a data set or says why not.
 */
#ifndef DATA_READER_H
#define DATA_READER_H

#include <crease/data.h>

#include <stdint.h>

#include "data/shown.h"

/* Bytes of a file's start that a reader may look at to recognise it. */
#define CRS__DATA_HEAD 4096

typedef struct crs__data_file {
    int fd; /* open for reading, at the start of the file */
    const char *path;
    char shown[CRS__SHOWN_PATH]; /* the path, fit for messages */
    int is_regular;              /* 0: a pipe, of which the size is not known */
    uint64_t size;               /* in bytes, 0 for a pipe */
} crs__data_file;

typedef struct crs__data_reader {
    crs_data_format format;
    /* 1 where the first `n` bytes of a file are certainly of this format. NULL: never. */
    int (*recognises)(const unsigned char *head, size_t n);
    /* `options` is never NULL; `out` is zeroed, and again on failure. */
    crs_status (*read)(const crs__data_file *file, const crs_data_read_options *options,
                       crs_error *err, crs_dataset *out);
} crs__data_reader;

crs_status crs__csv_read(const crs__data_file *file, const crs_data_read_options *options,
                         crs_error *err, crs_dataset *out);

int crs__hdf5_recognises(const unsigned char *head, size_t n);
crs_status crs__hdf5_read(const crs__data_file *file, const crs_data_read_options *options,
                          crs_error *err, crs_dataset *out);

/*
 * Open `path` for reading; out->fd is the caller's to close if it is not below 0, after a failure
 * too. Errors: CRS_ENOENT, CRS_EIO (a folder or a device among others).
 */
crs_status crs__data_open(const char *path, crs_error *err, crs__data_file *out);

/* 1 where the path ends in one of the extensions, ".h5 .hdf5", in any case. */
int crs__data_has_extension(const char *path, const char *extensions);

/* The text of errno `code` into `text`, in any thread. */
void crs__data_system_text(int code, char *text, size_t size);

#endif
