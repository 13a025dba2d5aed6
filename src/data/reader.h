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
#include <sys/types.h>

#include "data/budget.h"
#include "data/shown.h"

/* Bytes of a file's start that a reader may look at to recognise it. */
#define CRS__DATA_HEAD 4096

/* What changes while a file is read. */
typedef struct crs__data_state {
    crs__budget budget;
    /* the process that reads it, where it is HDF5 (data/hdf5_child.h) */
    int hdf5_line;    /* -1: it does not run */
    pid_t hdf5_pid;   /* 0: none */
    size_t hdf5_left; /* bytes of the frame that is being read */
} crs__data_state;

typedef struct crs__data_file {
    int fd; /* open for reading, at the start of the file */
    const char *path;
    char shown[CRS__SHOWN_PATH]; /* the path, fit for messages */
    int is_regular;              /* 0: a pipe, of which the size is not known */
    int is_unpacked;             /* fd is not the file at `path`, but what was packed in it */
    uint64_t size;               /* in bytes, 0 for a pipe */
    crs__data_state *state;      /* NULL: not of crs__data_open, and without limits */
} crs__data_file;

typedef enum crs__data_part {
    CRS__DATA_ALL,
    CRS__DATA_FEATURES, /* y[i] is the row of sample i in the file, from 0 */
    CRS__DATA_TARGETS   /* y alone: n_features is 0 */
} crs__data_part;

/* One call of a reader. */
typedef struct crs__data_job {
    const crs__data_file *file;
    const crs_data_read_options *options; /* never NULL */
    crs__data_part part;
    size_t n_expected; /* CRS__DATA_TARGETS: rows that the features have */
    crs_error *err;
    /* what the reader answers beside the data set */
    size_t n_rows;   /* in the file, with those left out */
    char target[96]; /* "field 3 ('label')" */
} crs__data_job;

typedef struct crs__data_reader {
    crs_data_format format;
    /* 1 where the first `n` bytes of a file are certainly of this format. NULL: never. */
    int (*recognises)(const unsigned char *head, size_t n);
    /*
     * `out` is zeroed, and again on failure. Its description says how the samples were
     * understood: "CSV: 3 samples of 2 features".
     */
    crs_status (*read)(crs__data_job *job, crs_dataset *out);
} crs__data_reader;

crs_status crs__csv_read(crs__data_job *job, crs_dataset *out);
crs_status crs__npy_read_samples(crs__data_job *job, crs_dataset *out);
crs_status crs__npz_read_samples(crs__data_job *job, crs_dataset *out);
crs_status crs__idx_read_samples(crs__data_job *job, crs_dataset *out);
crs_status crs__safetensors_read_samples(crs__data_job *job, crs_dataset *out);
crs_status crs__hdf5_read_samples(crs__data_job *job, crs_dataset *out);

int crs__hdf5_recognises(const unsigned char *head, size_t n);
int crs__npy_recognises(const unsigned char *head, size_t n);
int crs__npz_recognises(const unsigned char *head, size_t n);
int crs__safetensors_recognises(const unsigned char *head, size_t n);
int crs__idx_recognises(const unsigned char *head, size_t n);
int crs__gz_recognises(const unsigned char *head, size_t n);

/*
 * What is packed in a .gz file into a file without a name, which takes file->fd's place.
 * Errors: CRS_EFORMAT (torn, damaged, over its budget), CRS_EIO, CRS_EUNSUPPORTED (a build without zlib).
 */
crs_status crs__gz_unpack(crs__data_file *file, crs_error *err);

/*
 * The first bytes of a file, *n of them, fewer where it ends; 0 of a pipe, as they would be gone.
 * Errors: CRS_EIO.
 */
crs_status crs__data_head(const crs__data_file *file, unsigned char head[CRS__DATA_HEAD],
                          crs_error *err, size_t *n);

/*
 * Open `path` for reading, with a budget of max_memory bytes (0: by its size) in *state, which
 * lives as long as *out. To be closed in any case. Errors: CRS_ENOENT, CRS_EIO (a folder or a
 * device among others).
 */
crs_status crs__data_open(const char *path, size_t max_memory, crs_error *err,
                          crs__data_state *state, crs__data_file *out);
void crs__data_close(crs__data_file *file);

/* 1 where the path ends in one of the extensions, ".h5 .hdf5", in any case. */
int crs__data_has_extension(const char *path, const char *extensions);

/* The text of errno `code` into `text`, in any thread. */
void crs__data_system_text(int code, char *text, size_t size);

#endif
