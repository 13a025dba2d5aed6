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

/*
 * Make x and y `n_samples` long, keeping what is there; n_samples of the data set
 * itself is the number of rows kept and stays as it is. What is new is not defined.
 */
crs_status crs__dataset_reserve(crs_dataset *data, size_t n_samples, crs_error *err);

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
