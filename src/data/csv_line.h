/*
 * data/csv_line.h - one line of CSV, cut into fields (RFC 4180, save that a
 * quoted field ends on its line).
 */
#ifndef DATA_CSV_LINE_H
#define DATA_CSV_LINE_H

#include <crease/status.h>

/* A field without the blanks and quotes around it; borrowed from the line. */
typedef struct crs__csv_field {
    const char *text;
    size_t n;
    int has_doubled; /* "" stands for " in it */
} crs__csv_field;

/*
 * The field that starts at *p; then *p is the separator after it, or `end`. On
 * failure *p is what could not be read and *problem says why.
 */
crs_status crs__csv_next_field(const char **p, const char *end, char separator, crs__csv_field *out,
                               const char **problem);

/* Fields of a line; quotes that are not closed count up to the end. At least 1. */
size_t crs__csv_count_fields(const char *line, const char *end, char separator);

/* The separator a first line suggests: the first of , ; tab that it holds outside quotes, else ','. */
char crs__csv_guess_separator(const char *line, const char *end);

/* Copy a field's text, doubled quotes made one, terminated: needs n + 1 bytes. Returns its length. */
size_t crs__csv_copy_field(const crs__csv_field *field, char *out);

#endif
