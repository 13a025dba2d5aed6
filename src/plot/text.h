/*
 * plot/text.h - UTF-8 texts: reading them safely, measuring them, breaking lines.
 *
 * Every backend lays text out with the same widths, so a figure has one layout
 * whatever writes it, and SVG needs no font library.
 */
#ifndef PLOT_TEXT_H
#define PLOT_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* A part of a text; not terminated. */
typedef struct crs__plot_slice {
    const char *start;
    size_t n;
} crs__plot_slice;

/* The whole of `text`; an empty slice for NULL. */
crs__plot_slice crs__plot_slice_of(const char *text);

/*
 * Take the next character off the slice. A byte that is no UTF-8 is U+FFFD, a
 * control character a space: what comes out can be written to XML and to a
 * terminal. 0 at the end of the slice.
 */
uint32_t crs__plot_next_char(crs__plot_slice *text);

/* A character as UTF-8; returns its bytes, 1 to 4. */
size_t crs__plot_put_utf8(uint32_t c, char out[4]);

/* Columns of a character in a terminal: 0 (combining), 1 or 2 (wide). */
size_t crs__plot_columns(uint32_t c);

/*
 * Width of a text in pixels at `size` pixels, by the advances of DejaVu Sans:
 * wider than most sans-serif fonts, so what fits here fits. With `size` 0 it is
 * in columns of a terminal.
 */
double crs__plot_text_width(crs__plot_slice text, double size, int bold);

/* ---- lines ------------------------------------------------------------- */

#define CRS__PLOT_MAX_LINES 32

typedef struct crs__plot_lines {
    size_t n;
    crs__plot_slice line[CRS__PLOT_MAX_LINES];
    int cut; /* not 0: the last line lost its end and wants "..." behind it */
} crs__plot_lines;

/*
 * Break `text` at spaces into lines of at most `width` pixels, and inside a word
 * where it is longer than a line; `max_lines` at most. With `size` 0 the width is
 * in columns of a terminal.
 */
void crs__plot_wrap(const char *text, double width, double size, int bold, size_t max_lines,
                    crs__plot_lines *out);

#endif
