/*
 * crease/format.h - numbers and names as people read them.
 */
#ifndef CREASE_FORMAT_H
#define CREASE_FORMAT_H

#include <crease/status.h>

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes that hold any number crs_format_count writes, its terminator included. */
#define CRS_FORMAT_COUNT_BYTES 27

/* `n` with its thousands separated, "2,139,095,040", into `text` of `size` bytes, always terminated. */
CRS_API void crs_format_count(uint64_t n, char *text, size_t size);

/*
 * The `n` bytes of `text`, a name from a file or a command line, as one line that only shows: into
 * `out` of `size` bytes, always terminated. UTF-8 letters stay as they are. Control
 * characters, bytes that are not UTF-8, and characters that have no width, end a line or turn
 * the direction become escapes as in C: "\n", "\x1b", "\u202e". The end of what is too long
 * becomes "...". Printing what was made printable changes nothing.
 *
 * Returns the bytes that all of it takes, without the terminator: as many or more than `size` where it
 * did not fit. `out` NULL (and `size` 0) only counts.
 */
CRS_API size_t crs_format_printable(const char *text, size_t n, char *out, size_t size);

#ifdef __cplusplus
}
#endif
#endif
