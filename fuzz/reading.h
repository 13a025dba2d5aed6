/*
 * reading.h - what must hold of whatever is read from a file, for all targets that make files.
 */
#ifndef READING_H
#define READING_H

#include <crease/arrays.h>
#include <crease/data.h>

#include "fuzz.h"

/* Read the arrays of a file of `size` bytes under the oracle; what was read writes as .npz and
   reads back the same. 1 where it was read. */
int fuzz_read_arrays(const char *path, size_t size);

/* Options from the input; texts are freed with fuzz_data_options_release. */
typedef struct fuzz_data_options {
    crs_data_read_options how;
    char *columns, *ignore, *target, *features;
} fuzz_data_options;

void fuzz_data_options_take(fuzz_input *in, fuzz_data_options *out);
void fuzz_data_options_release(fuzz_data_options *options);

/*
 * Read a file of samples under the oracle; what was read can be split, scaled and written, and
 * reads back the same, also as data like itself. `size`: of all files that it reads. 1 where it
 * was read.
 */
int fuzz_read_data(const char *path, const crs_data_read_options *how, size_t size);

#endif
