/*
 * say.h - text for a person: what is printed here only shows.
 *
 * Names come from files. Whatever a text holds, characters that would talk to the terminal are
 * printed as escapes (crs_format_printable); the newlines of the text itself stay. A name in
 * which a newline may be is passed through printable() first.
 */
#ifndef SAY_H
#define SAY_H

#include <crease/status.h>

#include <stdio.h>

/* Bytes of a name in a line. */
#define PRINTABLE_BYTES 256

/* Print to stdout, and to `file`; texts above 16 kB end in "...". No memory is allocated. */
void say(const char *format, ...) CRS_PRINTF(1, 2);
void say_to(FILE *file, const char *format, ...) CRS_PRINTF(2, 3);

/* `text` of any length. */
void say_text(FILE *file, const char *text);

/* `text` as one line that only shows, in `out`, which is returned; "" for NULL. */
const char *printable(const char *text, char out[PRINTABLE_BYTES]);

#endif
