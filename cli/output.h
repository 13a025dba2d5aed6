/*
 * output.h - files that appear whole or not at all.
 *
 * An output is written under a temporary name in the folder it is to be in, and
 * takes its own name only when all of it is on the disk. Until then whatever was
 * there before stays. What fails, or is interrupted, leaves nothing behind.
 *
 *     cli_output *file;
 *     exit_status status = output_open("data", path, &file);
 *     if (status != EXIT_DONE)
 *         return status;
 *     if (crs_data_write_csv(&set, output_sink(file), &err) == CRS_OK)
 *         return output_commit(file);
 *     return output_abandon(file, &err);
 *
 * "-" is stdout. What is no regular file (/dev/full, a pipe) is written directly.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "command.h"

#include <crease/sink.h>

typedef struct cli_output cli_output;

/*
 * Begin to write `path` (borrowed until commit or abandon) for `command`.
 * On failure a message is printed, *out is NULL, and the status is EXIT_INPUT (the
 * folder does not exist, the path is one itself) or EXIT_SYSTEM (everything else).
 */
exit_status output_open(const char *command, const char *path, cli_output **out);

/* Where the library puts the bytes. Borrowed; dies with the output. */
const crs_sink *output_sink(cli_output *file);

/* Put it in its place and release it. On failure a message is printed and nothing is left. */
exit_status output_commit(cli_output *file);

/*
 * Remove what was written and release it; NULL is fine. Where the writing itself
 * failed that is said, else `error` (may be NULL: say nothing) is.
 */
exit_status output_abandon(cli_output *file, const crs_error *error);

/* In main, first thing: temporary files go when a signal ends the program. */
void output_handle_signals(void);

#endif
