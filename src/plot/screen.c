#include "plot/screen.h"

#include <stdlib.h>

#include "core/memory.h"

static const crs__plot_cell blank = {0, 0, CRS__PLOT_NO_COLOR, CRS__PLOT_NO_COLOR};

crs_status crs__plot_screen_init(size_t columns, size_t rows, crs__plot_screen *out)
{
    out->columns = columns;
    out->rows = rows;
    out->cells = crs__alloc(columns * rows, sizeof *out->cells);
    if (out->cells == NULL)
        return CRS_ENOMEM;
    for (size_t i = 0; i < columns * rows; i++)
        out->cells[i] = blank;
    return CRS_OK;
}

void crs__plot_screen_release(crs__plot_screen *screen)
{
    crs__free(screen->cells);
    screen->cells = NULL;
}

void crs__plot_screen_put(crs__plot_screen *screen, size_t row, size_t column, uint32_t c,
                          crs__plot_color ink, crs__plot_color ground)
{
    crs__plot_cell cell = {c, 0, ink, ground};
    if (row < screen->rows && column < screen->columns)
        screen->cells[row * screen->columns + column] = cell;
}

size_t crs__plot_screen_text(crs__plot_screen *screen, size_t row, size_t column,
                             crs__plot_slice text, crs__plot_color ink, int bold)
{
    for (uint32_t c; (c = crs__plot_next_char(&text)) != 0;) {
        size_t width = crs__plot_columns(c);
        if (width == 0)
            continue; /* a cell holds one character: accents that combine are left out */
        if (row >= screen->rows || column + width > screen->columns)
            break;
        crs__plot_screen_put(screen, row, column, c, ink, CRS__PLOT_NO_COLOR);
        screen->cells[row * screen->columns + column].bold = bold;
        column += width;
    }
    return column;
}

size_t crs__plot_screen_fit(crs__plot_screen *screen, size_t row, size_t column, size_t width,
                            crs__plot_slice text, crs__plot_color ink, int bold, int ascii)
{
    const char *dots = ascii ? "..." : "\xE2\x80\xA6";
    size_t room, dots_width = ascii ? 3 : 1;
    crs__plot_slice part = {text.start, 0}, rest = text;
    if (crs__plot_text_width(text, 0, 0) <= (double)width)
        return crs__plot_screen_text(screen, row, column, text, ink, bold);
    room = width > dots_width ? width - dots_width : 0;
    while (rest.n > 0) {
        size_t columns = crs__plot_columns(crs__plot_next_char(&rest));
        if (columns > room)
            break;
        room -= columns;
        part.n = text.n - rest.n;
    }
    column = crs__plot_screen_text(screen, row, column, part, ink, bold);
    return crs__plot_screen_text(screen, row, column, crs__plot_slice_of(dots), ink, bold);
}

/* ---- colours as escape sequences ------------------------------------------------- */

/* The nearest of the 216 colours of the cube and the 24 greys (xterm's numbers). */
static int nearest_of_256(crs__plot_color color)
{
    static const int level[6] = {0, 95, 135, 175, 215, 255};
    int channel[3] = {(int)(color >> 16 & 0xFF), (int)(color >> 8 & 0xFF), (int)(color & 0xFF)};
    int index[3], cube_error = 0, grey_error = 0, grey;
    for (int i = 0; i < 3; i++) {
        index[i] = 0;
        for (int j = 1; j < 6; j++)
            if (abs(level[j] - channel[i]) < abs(level[index[i]] - channel[i]))
                index[i] = j;
        cube_error += abs(level[index[i]] - channel[i]);
    }
    grey = ((channel[0] + channel[1] + channel[2]) / 3 - 3) / 10;
    grey = grey < 0 ? 0 : grey > 23 ? 23 : grey;
    for (int i = 0; i < 3; i++)
        grey_error += abs(8 + 10 * grey - channel[i]);
    if (grey_error < cube_error)
        return 232 + grey;
    return 16 + 36 * index[0] + 6 * index[1] + index[2];
}

/* ";38;2;R;G;B" or ";38;5;N"; `which` is 38 for the ink, 48 for the ground. */
static void put_color(crs__plot_out *out, crs_term_mode mode, int which, crs__plot_color color)
{
    crs__plot_out_text(out, ";");
    crs__plot_out_number(out, which, 0);
    if (mode == CRS_TERM_256) {
        crs__plot_out_text(out, ";5;");
        crs__plot_out_number(out, nearest_of_256(color), 0);
        return;
    }
    crs__plot_out_text(out, ";2;");
    crs__plot_out_number(out, (double)(color >> 16 & 0xFF), 0);
    crs__plot_out_text(out, ";");
    crs__plot_out_number(out, (double)(color >> 8 & 0xFF), 0);
    crs__plot_out_text(out, ";");
    crs__plot_out_number(out, (double)(color & 0xFF), 0);
}

static int same_look(const crs__plot_cell *a, const crs__plot_cell *b)
{
    return a->bold == b->bold && a->ink == b->ink && a->ground == b->ground;
}

/* From a reset state, so that no earlier colour is left standing. */
static void put_look(crs__plot_out *out, crs_term_mode mode, const crs__plot_cell *cell)
{
    crs__plot_out_text(out, "\x1b[0");
    if (cell->bold)
        crs__plot_out_text(out, ";1");
    if (cell->ink != CRS__PLOT_NO_COLOR)
        put_color(out, mode, 38, cell->ink);
    if (cell->ground != CRS__PLOT_NO_COLOR)
        put_color(out, mode, 48, cell->ground);
    crs__plot_out_text(out, "m");
}

static int is_wide(const crs__plot_cell *cell)
{
    return crs__plot_columns(cell->c) == 2;
}

/* The nearest ASCII character: dots and dashes between words as '-', others as '?'. */
static uint32_t to_ascii(uint32_t c)
{
    switch (c) {
    case 0xB7:
    case 0x2013:
    case 0x2014:
    case 0x2212:
        return '-';
    default:
        return c < 0x80 ? c : '?';
    }
}

static void put_char(crs__plot_out *out, uint32_t c, int ascii)
{
    c = c == 0 ? ' ' : c;
    crs__plot_out_char(out, ascii ? to_ascii(c) : c);
}

static void write_row(const crs__plot_cell *row, size_t columns, crs_term_mode mode, int ascii,
                      crs__plot_out *out)
{
    crs__plot_cell look = blank;
    size_t end = columns;
    while (end > 0 && (row[end - 1].c == 0 || row[end - 1].c == ' ') &&
           (mode == CRS_TERM_PLAIN || row[end - 1].ground == CRS__PLOT_NO_COLOR))
        end--;
    for (size_t i = 0; i < end; i += is_wide(&row[i]) ? 2 : 1) {
        if (mode != CRS_TERM_PLAIN && !same_look(&look, &row[i])) {
            look = row[i];
            put_look(out, mode, &look);
        }
        put_char(out, row[i].c, ascii);
        if (ascii && is_wide(&row[i]))
            crs__plot_out_text(out, "?"); /* keeps the columns */
    }
    if (!same_look(&look, &blank))
        crs__plot_out_text(out, "\x1b[0m");
    crs__plot_out_text(out, "\n");
}

void crs__plot_screen_write(const crs__plot_screen *screen, crs_term_mode mode, int ascii,
                            crs__plot_out *out)
{
    for (size_t row = 0; row < screen->rows; row++)
        write_row(&screen->cells[row * screen->columns], screen->columns, mode, ascii, out);
}
