/*
 * crease/format.h - numbers as people read them.
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

#ifdef __cplusplus
}
#endif
#endif
