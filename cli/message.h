/*
 * message.h - what goes wrong, said in one line on stderr.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "command.h"

#include <crease/status.h>

/*
 * Print "crease COMMAND: TEXT" ("crease: TEXT" where command is NULL) and return
 * `status`, so that a failing path reads `return fail(EXIT_INPUT, name, "...")`.
 * What a file name may hold is made printable (crs_format_printable): it is one line. The first
 * that goes wrong is told, by whichever thread; what follows from it is not.
 */
exit_status fail(exit_status status, const char *command, const char *format, ...) CRS_PRINTF(3, 4);

/* Print what the library said and return the exit status that goes with it. */
exit_status fail_library(const char *command, const crs_error *error);

/* EXIT_SYSTEM for what the system did, EXIT_INPUT for what the user did. */
exit_status exit_status_of(crs_status status);

#endif
