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
 * The `n` bytes of `text` into `out` of `size` bytes, terminated: what core/printable.h says
 * is not to print becomes an escape, and the end of what is too long "...".
 */
void crs__shown_text(const char *text, size_t n, char *out, size_t size);

/* The same for a path, of which the end matters more: its start becomes "...". */
void crs__shown_path(const char *path, char *out, size_t size);

#endif
