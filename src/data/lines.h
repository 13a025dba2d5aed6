/*
 * data/lines.h - a text file, line by line.
 *
 * The file passes through a buffer a little larger than its longest line, so
 * that reading a file takes no memory beside the data that is made of it.
 */
#ifndef DATA_LINES_H
#define DATA_LINES_H

#include <crease/status.h>

#include <stdint.h>

#include "data/reader.h"

/* A longer line is refused: no data set has a million columns by intent. */
#define CRS__LINE_LIMIT ((size_t)16 << 20)

/* Bytes behind a line that may be looked at. */
#define CRS__LINE_PADDING 32

typedef struct crs__lines {
    const crs__data_file *file; /* borrowed */
    char *buffer;
    size_t capacity;
    size_t begin, end; /* what is buffered and not yet given out */
    int is_last;       /* the file has no more than that */
    size_t number;     /* of the line given out last, from 1 */
    uint64_t consumed; /* bytes given out */
} crs__lines;

/* CRS_ENOMEM, CRS_EIO, CRS_EPARSE (UTF-16 text). A UTF-8 byte order mark is skipped. */
crs_status crs__lines_open(const crs__data_file *file, crs_error *err, crs__lines *out);

/*
 * The next line, without its end (LF or CRLF), valid until the next call; NULL
 * after the last one. The byte after it ends it (CR, LF or NUL), and CRS__LINE_PADDING bytes are
 * readable.
 *
 * Errors: CRS_EIO, CRS_ENOMEM, CRS_EPARSE (longer than CRS__LINE_LIMIT, or with a NUL byte).
 */
crs_status crs__lines_next(crs__lines *lines, crs_error *err, const char **line, size_t *n);

void crs__lines_close(crs__lines *lines);

#endif
