#include "message.h"

#include <crease/format.h>

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

exit_status fail(exit_status status, const char *command, const char *format, ...)
{
    static atomic_flag has_said;
    char text[2048], line[2048];
    va_list args;
    if (atomic_flag_test_and_set(&has_said))
        return status;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    (void)crs_format_printable(text, strlen(text), line, sizeof line);
    if (command == NULL)
        (void)fprintf(stderr, "crease: %s\n", line);
    else
        (void)fprintf(stderr, "crease %s: %s\n", command, line);
    return status;
}

exit_status exit_status_of(crs_status status)
{
    switch (status) {
    case CRS_OK:
        return EXIT_DONE;
    case CRS_ENOMEM:
    case CRS_EIO:
        return EXIT_SYSTEM;
    default:
        return EXIT_INPUT;
    }
}

exit_status fail_library(const char *command, const crs_error *error)
{
    return fail(exit_status_of(error->status), command, "%s", error->text);
}
