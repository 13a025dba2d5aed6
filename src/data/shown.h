/*
 * data/shown.h - text of unknown origin, made fit for a one-line message.
 */
#ifndef DATA_SHOWN_H
#define DATA_SHOWN_H

#include <stddef.h>

/* Room for a path in a message, and for a field of a file. */
#define CRS__SHOWN_PATH 200
#define CRS__SHOWN_FIELD 48

/*
 * The `n` bytes of `text` into `out` of `size` bytes, terminated: control bytes
 * and broken UTF-8 become '?', and the end of what is too long becomes "...".
 */
void crs__shown_text(const char *text, size_t n, char *out, size_t size);

/* The same for a path, of which the end matters more: its start becomes "...". */
void crs__shown_path(const char *path, char *out, size_t size);

/* Bytes of the UTF-8 character at `p`, of which `n` are there; 0 if it is not one to print. */
size_t crs__shown_character(const unsigned char *p, size_t n);

#endif
