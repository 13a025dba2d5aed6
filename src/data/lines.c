#include "data/lines.h"

#include "core/memory.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define FIRST_CAPACITY ((size_t)256 << 10)

/* Read what fits behind buffer[end], leaving one byte for the NUL that closes it. */
static crs_status read_more(crs__lines *lines, crs_error *err)
{
    char reason[128];
    ssize_t got;
    do {
        got = read(lines->file->fd, lines->buffer + lines->end, lines->capacity - 1 - lines->end);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        crs__data_system_text(errno, reason, sizeof reason);
        return crs_error_set(err, CRS_EIO, "%s: reading failed: %s", lines->file->shown, reason);
    }
    lines->end += (size_t)got;
    lines->is_last = got == 0;
    lines->buffer[lines->end] = '\0';
    return CRS_OK;
}

/* The buffer holds no whole line: move what it holds to its front, or make it larger. */
static crs_status make_room(crs__lines *lines, crs_error *err)
{
    char *larger;
    size_t held = lines->end - lines->begin;
    if (lines->begin > 0) {
        memmove(lines->buffer, lines->buffer + lines->begin, held);
        lines->begin = 0;
        lines->end = held;
        return CRS_OK;
    }
    if (held > CRS__LINE_LIMIT) {
        crs_status status = crs_error_set(
            err, CRS_EPARSE, "%s:%zu: line is longer than %zu MiB; expected a row of numbers",
            lines->file->shown, lines->number + 1, CRS__LINE_LIMIT >> 20);
        if (err != NULL)
            err->line = lines->number + 1;
        return status;
    }
    if (lines->end + 1 < lines->capacity)
        return CRS_OK;
    larger = crs__realloc(lines->buffer, 2 * lines->capacity + CRS__LINE_PADDING, 1);
    if (larger == NULL)
        return crs_error_set(err, CRS_ENOMEM, "%s: not enough memory for line %zu",
                             lines->file->shown, lines->number + 1);
    lines->buffer = larger;
    lines->capacity *= 2;
    memset(lines->buffer + lines->capacity, 0, CRS__LINE_PADDING);
    return CRS_OK;
}

crs_status crs__lines_open(const crs__data_file *file, crs_error *err, crs__lines *out)
{
    crs_status status = CRS_OK;
    memset(out, 0, sizeof *out);
    out->file = file;
    out->capacity = FIRST_CAPACITY;
    out->buffer = crs__alloc(out->capacity + CRS__LINE_PADDING, 1);
    if (out->buffer == NULL)
        return crs_error_set(err, CRS_ENOMEM, "%s: not enough memory to read it", file->shown);
    /* a pipe may give the first bytes one by one */
    while (status == CRS_OK && out->end < 3 && !out->is_last)
        status = read_more(out, err);
    if (status == CRS_OK && out->end >= 3 && memcmp(out->buffer, "\xef\xbb\xbf", 3) == 0)
        out->begin = 3;
    if (status == CRS_OK && out->end >= 2 &&
        (memcmp(out->buffer, "\xff\xfe", 2) == 0 || memcmp(out->buffer, "\xfe\xff", 2) == 0))
        status = crs_error_set(err, CRS_EPARSE, "%s: is UTF-16 text; expected UTF-8 or ASCII",
                               file->shown);
    if (status != CRS_OK)
        crs__lines_close(out);
    return status;
}

static crs_status refuse_nul(const crs__lines *lines, const char *line, const char *nul,
                             crs_error *err)
{
    size_t column = (size_t)(nul - line) + 1;
    crs_status status = crs_error_set(err, CRS_EPARSE, "%s:%zu:%zu: NUL byte; expected text",
                                      lines->file->shown, lines->number, column);
    if (err != NULL) {
        err->line = lines->number;
        err->column = column;
    }
    return status;
}

crs_status crs__lines_next(crs__lines *lines, crs_error *err, const char **line, size_t *n)
{
    const char *start, *stop, *nul;
    size_t searched = 0; /* bytes from begin on that hold no line end */
    *line = NULL;
    *n = 0;
    for (;;) {
        crs_status status;
        stop = memchr(lines->buffer + lines->begin + searched, '\n',
                      lines->end - lines->begin - searched);
        if (stop != NULL || lines->is_last)
            break;
        searched = lines->end - lines->begin;
        status = make_room(lines, err);
        if (status == CRS_OK)
            status = read_more(lines, err);
        if (status != CRS_OK)
            return status;
    }
    if (lines->begin == lines->end)
        return CRS_OK;
    start = lines->buffer + lines->begin;
    if (stop == NULL) { /* the last line, without an end */
        stop = lines->buffer + lines->end;
        lines->consumed += (uint64_t)(stop - start);
        lines->begin = lines->end;
    } else {
        lines->consumed += (uint64_t)(stop - start) + 1;
        lines->begin += (size_t)(stop - start) + 1;
    }
    lines->number++;
    nul = memchr(start, '\0', (size_t)(stop - start));
    if (nul != NULL)
        return refuse_nul(lines, start, nul, err);
    if (stop > start && stop[-1] == '\r')
        stop--;
    *line = start;
    *n = (size_t)(stop - start);
    return CRS_OK;
}

void crs__lines_close(crs__lines *lines)
{
    crs__free(lines->buffer);
    memset(lines, 0, sizeof *lines);
}
