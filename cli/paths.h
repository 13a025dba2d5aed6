/*
 * paths.h - what a command reads and what it writes, by file rather than by name.
 *
 * options_read() fills both lists from the table of options, before any work: an output that
 * is an input under whatever name, through links or descriptors too, is refused, and so are two
 * outputs that are one file. Outputs that no option names are added by paths_output().
 *
 *     if (paths_input(command, path) != EXIT_DONE || ...)
 *         return EXIT_SYSTEM;
 *     status = paths_output(command, "html", path);
 */
#ifndef PATHS_H
#define PATHS_H

#include "command.h"

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

/* Where a path leads, with symbolic links followed. */
typedef struct path_place {
    char file[PATH_MAX]; /* absolute name of a regular file; "": it is something else */
    int fd;              /* the descriptor that it names (-, /dev/stdout, /dev/fd/3); -1: none */
    bool exists;         /* false: the file can be created, also where a link leads */
    struct stat info;    /* of what exists */
} path_place;

/* 0; -1 and errno where there can be no such file. "-" is standard output. */
int path_find(const char *path, path_place *out);

/*
 * Remember an input: a path, borrowed for as long as the program runs; "-" is standard input.
 * What does not exist is ignored. On failure a message is printed.
 */
exit_status paths_input(const char *command, const char *path);

/*
 * Remember an output, `path` as `option` ("html") names it; both borrowed as above. It is
 * refused with a message and EXIT_INPUT where it is an input or another output. A path that
 * leads nowhere is left to output_open().
 */
exit_status paths_output(const char *command, const char *option, const char *path);

/* The same of standard output and standard error. */
exit_status paths_streams(const char *command);

/* Whether it is an input; then a message is printed and the status is EXIT_INPUT. */
exit_status paths_refuse_input(const char *command, const char *path, const path_place *place);

/* Whether a file with this device and inode is an input. */
bool paths_is_input(const struct stat *info);

#endif
