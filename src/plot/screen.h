/*
 * plot/screen.h - a sheet of character cells, and how it becomes text.
 */
#ifndef PLOT_SCREEN_H
#define PLOT_SCREEN_H

#include <crease/plot.h>

#include "plot/out.h"
#include "plot/palette.h"
#include "plot/text.h"

typedef struct crs__plot_cell {
    uint32_t c; /* 0: empty, or covered by the wide character before it */
    int bold;
    crs__plot_color ink, ground; /* CRS__PLOT_NO_COLOR: the terminal's own */
} crs__plot_cell;

typedef struct crs__plot_screen {
    size_t columns, rows;
    crs__plot_cell *cells; /* [rows, columns] */
} crs__plot_screen;

/* An empty sheet. Errors: CRS_ENOMEM. */
crs_status crs__plot_screen_init(size_t columns, size_t rows, crs__plot_screen *out);
void crs__plot_screen_release(crs__plot_screen *screen);

/* Set one cell; outside of the sheet nothing happens. */
void crs__plot_screen_put(crs__plot_screen *screen, size_t row, size_t column, uint32_t c,
                          crs__plot_color ink, crs__plot_color ground);

/* Write `text` from a cell on, up to the right edge; returns the column behind it. */
size_t crs__plot_screen_text(crs__plot_screen *screen, size_t row, size_t column,
                             crs__plot_slice text, crs__plot_color ink, int bold);

/* The same within `width` columns; a text that is longer ends in dots. */
size_t crs__plot_screen_fit(crs__plot_screen *screen, size_t row, size_t column, size_t width,
                            crs__plot_slice text, crs__plot_color ink, int bold, int ascii);

/*
 * The rows as lines without trailing blanks. Colours as the mode has them, reset
 * at the end of each line; with `ascii` nothing but ASCII.
 */
void crs__plot_screen_write(const crs__plot_screen *screen, crs_term_mode mode, int ascii,
                            crs__plot_out *out);

#endif
