/*
 * source.h - a data set by the name a user gives: a generator's, or a file's.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include "command.h"

#include <crease/data.h>

#include <stdbool.h>

/* "planar, circles, ...": the generators, for messages. */
void source_names(char *text, size_t size);

/* The same as a table, a line each, for --help. */
void source_table(char *text, size_t size);

/* Whether `name` is a generator's. */
bool source_is_generator(const char *name);

/*
 * Make the data set `name` with `seed` (NULL: its own), or read the file `name` as
 * `options` say (NULL: the defaults). On failure a message is printed and *out is empty.
 */
exit_status source_load(const char *command, const char *name, const uint32_t *seed,
                        const crs_data_read_options *options, crs_dataset *out);

/* The same of data with one target; what has several is refused. */
exit_status source_load_single(const char *command, const char *name, const uint32_t *seed,
                               const crs_data_read_options *options, crs_dataset *out);
/* Text with '.' or '/' in it, or of the form of MNIST's names (train-labels-idx1-ubyte). */
bool source_looks_like_file(const char *text);

/* The two halves of source_load: to read, which leaves a message in *err; and to print that. */
crs_status source_read(const char *name, const uint32_t *seed, const crs_data_read_options *options,
                       crs_error *err, crs_dataset *out);
exit_status source_fail(const char *command, const crs_data_read_options *options,
                        const crs_error *err);

#endif
