/*
 * data/encoding.h - names that are not UTF-8.
 *
 * Text tables are UTF-8. A name or a label that is not is read as Windows-1252, of which Latin-1
 * is the part without 0x80 to 0x9f (https://encoding.spec.whatwg.org/#windows-1252): the same table
 * saved either way has the same names, and a model written from it finds them again.
 */
#ifndef DATA_ENCODING_H
#define DATA_ENCODING_H

#include <stddef.h>

/* Bytes of UTF-8 that one byte may become. */
#define CRS__ENCODING_WIDEST 3

int crs__encoding_is_utf8(const char *text, size_t n);

/*
 * `n` bytes as UTF-8 into `out`, of CRS__ENCODING_WIDEST * n bytes: as they are where they are UTF-8.
 * Returns how many were written; no terminator.
 */
size_t crs__encoding_to_utf8(const char *text, size_t n, char *out);

/* The same of a terminated text. NULL without memory. */
char *crs__encoding_copy(const char *text);

#endif
