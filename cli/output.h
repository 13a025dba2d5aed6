/*
 * output.h - files that appear whole or not at all.
 *
 * An output is written under a temporary name in the folder it is to be in (scratch.h), and
 * takes its own name only when all of it is on the disk. Until then whatever was there before
 * stays. What fails, or is interrupted, leaves nothing behind.
 *
 *     cli_output *file;
 *     exit_status status = output_open("data", path, &file);
 *     if (status != EXIT_DONE)
 *         return status;
 *     return output_end(file, crs_data_write_csv(&set, output_sink(file), &err), &err, NULL);
 *
 * Several outputs of one command are kept in a set and appear together:
 *
 *     output_set set = {0};
 *     status = output_end(model, crs_model_write(...), &err, &set);
 *     if (status == EXIT_DONE)
 *         status = output_end(report, write_report(...), &err, &set);
 *     return status == EXIT_DONE ? output_set_commit(&set) : output_set_abandon(&set, status);
 *
 * "-" is stdout. What is no regular file (/dev/full, a pipe, /dev/fd/3) is written directly.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "command.h"

#include <crease/sink.h>

#include <stddef.h>

typedef struct cli_output cli_output;

/* Outputs that are written and wait for their names. {0} is an empty one. */
#define OUTPUT_SET_MAX 8
typedef struct output_set {
    size_t n;
    cli_output *file[OUTPUT_SET_MAX]; /* the main one first: it gets its name first */
} output_set;

/*
 * Begin to write `path` (borrowed until commit or abandon) for `command`.
 * On failure a message is printed, *out is NULL, and the status is EXIT_INPUT (it is an input,
 * the folder does not exist, the path is one itself) or EXIT_SYSTEM (everything else).
 */
exit_status output_open(const char *command, const char *path, cli_output **out);

/* Where the library puts the bytes. Borrowed; dies with the output. */
const crs_sink *output_sink(cli_output *file);

/*
 * All was written if `written` is CRS_OK: keep it back (`set` NULL) or keep it in the set. Else
 * it is abandoned with `error`, NULL: a failed write alone. In either case it is no longer the
 * caller's; on failure a message is printed.
 */
exit_status output_end(cli_output *file, crs_status written, const crs_error *error,
                       output_set *set);

/* Put it in its place and release it. On failure a message is printed and nothing is left. */
exit_status output_commit(cli_output *file);

/*
 * Remove what was written and release it; NULL is fine. Where the writing itself
 * failed that is said, else `error` (may be NULL: say nothing) is.
 */
exit_status output_abandon(cli_output *file, const crs_error *error);

/*
 * All of them on the disk, still under their temporary names: what can run out has not. On
 * failure a message is printed and the set is abandoned.
 */
exit_status output_set_finish(output_set *set);

/*
 * Put all in their places, and empty the set: when all of them are on the disk, one after the
 * other. On failure a message is printed, and those that would have been new are not there.
 */
exit_status output_set_commit(output_set *set);

/*
 * Everything that a command leaves is there, or nothing: its last outputs are kept back, on the
 * disk and under their temporary names, until its answer is there too and needs no more memory.
 * Empties the set. On failure a message is printed and the set is abandoned.
 */
exit_status output_set_keep_back(output_set *set);

/*
 * The answer is about to be printed: put all that was kept back in its place. Not after it: a
 * reader who has seen enough (`| head`) ends the program. On failure a message is printed.
 */
exit_status output_place(void);

/*
 * In main, after the command, which came to `status`: the same, or, where it failed, all that
 * was kept back is abandoned. Returns the status to go on with.
 */
exit_status output_settle(exit_status status);

/* Abandon all, without a message; returns `status`. */
exit_status output_set_abandon(output_set *set, exit_status status);

/* In main, first thing: temporary files go when a signal ends the program. */
void output_handle_signals(void);

#endif
