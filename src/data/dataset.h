/*
 * data/dataset.h - filling a crs_dataset.
 */
#ifndef DATA_DATASET_H
#define DATA_DATASET_H

#include <crease/data.h>

/*
 * Zero `out` and give it x and y of the given size, its name and its dtype.
 * CRS_ENOMEM, with `out` zeroed and the wish in words, when there is no memory
 * or the size does not fit in a size_t.
 */
crs_status crs__dataset_allocate(size_t n_samples, size_t n_features, crs_dtype dtype,
                                 const char *name, crs_error *err, crs_dataset *out);

/* Values of y a sample. */
size_t crs__dataset_targets(const crs_dataset *data);

/*
 * Make x and y `n_samples` long, keeping what is there; n_samples of the data set
 * itself is the number of rows kept and stays as it is. What is new is not defined. From
 * `limit` bytes on (0: half of the machine's memory) x is put into a file without a name;
 * once there it stays there. Errors: CRS_ENOMEM, CRS_EIO (the disk is full); all is then as it was.
 */
crs_status crs__dataset_reserve(crs_dataset *data, size_t n_samples, size_t limit, crs_error *err);

/* Make x writable: a copy of the user's file where it is mapped from there. Errors: as above. */
crs_status crs__dataset_own(crs_dataset *data, size_t limit, crs_error *err);

/*
 * A new file without a name in TMPDIR, or /tmp, open to read and write; *fd is the caller's to
 * close. CRS_EIO, with *fd -1.
 */
crs_status crs__dataset_open_file(crs_error *err, int *fd);

/* Free x, wherever it lies, and forget it. */
void crs__dataset_drop_x(crs_dataset *data);

/*
 * An array of `n` strings with room for `bytes` bytes of text in one block, so
 * that one crs__free frees it all; *text is where the first byte goes.
 */
char **crs__dataset_names(size_t n, size_t bytes, char **text);

/* A copy of `n` names. NULL when there is no memory. */
char **crs__dataset_copy_names(size_t n, char *const *names);

/* The last part of a path: "b.csv" for "a/b.csv". */
const char *crs__dataset_basename(const char *path);

#endif
