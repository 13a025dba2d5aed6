#include "plot/terminal.h"

#include <string.h>

#include "core/arguments.h"
#include "core/memory.h"
#include "plot/legend.h"

#define DEFAULT_COLUMNS 80
#define DEFAULT_ROWS 14
#define GAP 3          /* columns between panels */
#define CHART_LEAST 48 /* columns of a chart, where there are as many */
#define TITLE_LINES 3

/* One panel in a line of panels. */
typedef struct slot {
    const crs_plot_panel *panel;
    crs__plot_limits limits;
    crs__plot_area area; /* of the picture */
    crs__plot_lines title, subtitle[CRS_PLOT_SUBTITLES];
    size_t head_rows, key_rows;
} slot;

/* ---- titles ---------------------------------------------------------------------------- */

/* The sign before a title, with a space; NULL for none. */
static const char *mark_text(crs_plot_mark mark, int ascii)
{
    switch (mark) {
    case CRS_PLOT_MARK_GOOD:
        return ascii ? "[ok] " : "\xE2\x9C\x93 ";
    case CRS_PLOT_MARK_BAD:
        return ascii ? "[x] " : "\xE2\x9C\x97 ";
    case CRS_PLOT_MARK_WARN:
        return ascii ? "[!] " : "! ";
    default:
        return NULL;
    }
}

static crs__plot_color mark_color(crs_plot_mark mark)
{
    /* lighter than on paper: the terminal may be dark */
    crs__plot_color color = mark == CRS_PLOT_MARK_GOOD  ? CRS__PLOT_GOOD
                            : mark == CRS_PLOT_MARK_BAD ? CRS__PLOT_BAD
                                                        : CRS__PLOT_WARN;
    return crs__plot_mix(color, CRS__PLOT_WHITE, 0.3);
}

static void wrap_head(slot *s, const crs__plot_term *term)
{
    const char *mark = mark_text(s->panel->mark, term->ascii);
    double indent = crs__plot_text_width(crs__plot_slice_of(mark), 0, 0);
    double width = (double)s->area.columns;
    crs__plot_wrap(s->panel->title, width - indent, 0, 1, TITLE_LINES, &s->title);
    s->head_rows = s->title.n;
    for (int i = 0; i < CRS_PLOT_SUBTITLES; i++) {
        crs__plot_wrap(s->panel->subtitle[i], width, 0, 0, 2, &s->subtitle[i]);
        s->head_rows += s->subtitle[i].n;
    }
}

/* Lines of a text; where its end was cut off, the last one ends in dots. */
static void put_lines(const crs__plot_lines *lines, size_t row, size_t column, size_t width,
                      int bold, int ascii, crs__plot_screen *screen)
{
    for (size_t i = 0; i < lines->n; i++) {
        crs__plot_slice line = lines->line[i];
        if (lines->cut && i + 1 == lines->n)
            line.n = strlen(line.start); /* with its end, for which there is no room */
        crs__plot_screen_fit(screen, row + i, column, width, line, CRS__PLOT_NO_COLOR, bold, ascii);
    }
}

static void put_head(const slot *s, const crs__plot_term *term, crs__plot_screen *screen)
{
    const char *mark = mark_text(s->panel->mark, term->ascii);
    size_t row = s->area.row - s->head_rows, column = s->area.column, width = s->area.columns;
    if (mark != NULL) {
        size_t after = crs__plot_screen_text(screen, row, column, crs__plot_slice_of(mark),
                                             mark_color(s->panel->mark), 1);
        width -= after - column;
        column = after;
    }
    put_lines(&s->title, row, column, width, 1, term->ascii, screen);
    row += s->title.n;
    for (int i = 0; i < CRS_PLOT_SUBTITLES; i++) {
        put_lines(&s->subtitle[i], row, s->area.column, s->area.columns, 0, term->ascii, screen);
        row += s->subtitle[i].n;
    }
}

/* ---- lines of panels --------------------------------------------------------------------- */

/* A pixel of a picture is square: two columns for each row. */
static size_t slot_columns(const crs_plot_panel *panel, const crs__plot_term *term)
{
    size_t span = crs__plot_span(panel);
    size_t columns = span * (2 * term->rows + GAP) - GAP;
    if (!crs__plot_is_chart(panel))
        columns = 2 * term->rows;
    else if (columns < CHART_LEAST)
        columns = CHART_LEAST;
    return columns < term->columns ? columns : term->columns;
}

static crs_status draw_slot(const slot *s, const crs__plot_term *term, crs__plot_screen *screen)
{
    crs__plot_area key = s->area;
    size_t rows;
    crs_status status;
    put_head(s, term, screen);
    if (!crs__plot_is_chart(s->panel))
        return crs__plot_term_picture(s->panel, &s->limits, term, &s->area, screen);
    status = crs__plot_term_chart(s->panel, &s->limits, term, &s->area, screen);
    key.row += key.rows;
    if (status == CRS_OK)
        status = crs__plot_term_key(s->panel, term, &key, screen, &rows);
    return status;
}

/* Panels side by side, the pictures at one height. */
static crs_status write_line(slot *slots, size_t n, const crs__plot_term *term, crs__plot_out *out)
{
    size_t head = 0, key = 0;
    crs__plot_screen screen;
    crs_status status;
    for (size_t i = 0; i < n; i++) {
        head = slots[i].head_rows > head ? slots[i].head_rows : head;
        key = slots[i].key_rows > key ? slots[i].key_rows : key;
    }
    status = crs__plot_screen_init(term->columns, head + term->rows + key, &screen);
    if (status != CRS_OK)
        return status;
    for (size_t i = 0; i < n && status == CRS_OK; i++) {
        slots[i].area.row = head;
        status = draw_slot(&slots[i], term, &screen);
    }
    if (status == CRS_OK)
        crs__plot_screen_write(&screen, term->mode, term->ascii, out);
    crs__plot_screen_release(&screen);
    return status;
}

static crs_status prepare_slot(const crs_plot_figure *figure, const crs_plot_panel *panel,
                               const crs__plot_term *term, crs_error *err, slot *out)
{
    crs_status status;
    out->panel = panel;
    out->area.rows = term->rows;
    out->area.columns = slot_columns(panel, term);
    out->key_rows = 0;
    wrap_head(out, term);
    status = crs__plot_limits_of(figure, (size_t)(panel - figure->panels), err, &out->limits);
    if (status == CRS_OK && crs__plot_is_chart(panel))
        status = crs__plot_term_key(panel, term, &out->area, NULL, &out->key_rows);
    return status;
}

/* One row of the grid, on as many lines as its panels need; `slots` has room for them. */
static crs_status write_grid_row(const crs_plot_figure *figure, size_t row,
                                 const crs__plot_term *term, slot *slots, crs_error *err,
                                 crs__plot_out *out)
{
    size_t n = 0, column = 0;
    crs_status status = CRS_OK;
    for (size_t col = 0; col < CRS__PLOT_MAX_GRID && status == CRS_OK; col++) {
        const crs_plot_panel *panel = crs__plot_panel_at(figure, row, col);
        size_t columns;
        if (panel == NULL || panel->col != col)
            continue;
        columns = slot_columns(panel, term);
        if (n > 0 && column + columns > term->columns) {
            status = write_line(slots, n, term, out);
            crs__plot_out_text(out, "\n");
            n = column = 0;
        }
        slots[n].area.column = column;
        column += columns + GAP;
        if (status == CRS_OK)
            status = prepare_slot(figure, panel, term, err, &slots[n++]);
    }
    if (n > 0 && status == CRS_OK) {
        status = write_line(slots, n, term, out);
        crs__plot_out_text(out, "\n");
    }
    return status;
}

/* ---- the legend ------------------------------------------------------------------------- */

/* A place on the screen that moves on with what is written. */
typedef struct cursor {
    crs__plot_screen *screen;
    size_t row, column;
} cursor;

static void put_sign(cursor *at, uint32_t c, crs__plot_color ink, crs__plot_color ground)
{
    crs__plot_screen_put(at->screen, at->row, at->column++, c, ink, ground);
}

/* The sign of an entry; nothing for what is not drawn here. */
static void put_entry_sign(const crs__plot_legend_entry *entry, const crs__plot_term *term,
                           cursor *at)
{
    int has_color = term->mode != CRS_TERM_PLAIN;
    switch (entry->kind) {
    case CRS__PLOT_LEGEND_CLASS:
        put_sign(at, has_color ? 0x25A0 : crs__plot_point_char(entry->label, 0),
                 crs__plot_point_pixel(term, entry->label, 0), CRS__PLOT_NO_COLOR);
        break;
    case CRS__PLOT_LEGEND_WRONG:
        for (int label = 0; label < 2; label++)
            put_sign(at, has_color ? 0x25A0 : crs__plot_point_char(label, 1),
                     crs__plot_point_pixel(term, label, 1), CRS__PLOT_NO_COLOR);
        break;
    case CRS__PLOT_LEGEND_BOUNDARY:
        /* on the field's middle colour: a dark terminal would swallow the line */
        put_sign(at, has_color ? 0x2501 : crs__plot_boundary_char(term), crs__plot_boundary_pixel(),
                 crs__plot_band_pixel(term, 1, 2));
        break;
    case CRS__PLOT_LEGEND_FIELD:
        for (size_t i = 0; i < 8 && has_color; i++)
            put_sign(at, 0x2588, crs__plot_band_pixel(term, i, 7), CRS__PLOT_NO_COLOR);
        for (int upper = 0; upper < 2 && !has_color; upper++)
            put_sign(at, crs__plot_region_char(term, upper), CRS__PLOT_NO_COLOR,
                     CRS__PLOT_NO_COLOR);
        break;
    case CRS__PLOT_LEGEND_CREASE:
        break;
    }
}

/* Columns that the sign of an entry takes; 0 for what is not drawn here. */
static size_t sign_columns(const crs__plot_legend_entry *entry, const crs__plot_term *term)
{
    switch (entry->kind) {
    case CRS__PLOT_LEGEND_WRONG:
        return 2;
    case CRS__PLOT_LEGEND_FIELD:
        return term->mode != CRS_TERM_PLAIN ? 8 : 2;
    case CRS__PLOT_LEGEND_CREASE:
        return 0;
    default:
        return 1;
    }
}

/* Entries in as many lines as they need. */
static void put_legend(const crs__plot_legend *legend, const crs__plot_term *term, cursor *at)
{
    for (size_t i = 0; i < legend->n; i++) {
        const crs__plot_legend_entry *entry = &legend->entry[i];
        size_t columns = sign_columns(entry, term);
        char text[256];
        crs__plot_slice name;
        if (columns == 0)
            continue;
        crs__plot_legend_text(entry, sizeof text, text);
        name = crs__plot_slice_of(text);
        columns += 1 + (size_t)crs__plot_text_width(name, 0, 0);
        if (at->column > 0 && at->column + columns > term->columns) {
            at->row++;
            at->column = 0;
        }
        put_entry_sign(entry, term, at);
        at->column = crs__plot_screen_fit(at->screen, at->row, at->column + 1,
                                          term->columns - at->column - 1, name, CRS__PLOT_NO_COLOR,
                                          0, term->ascii) +
                     3;
    }
}

static crs_status write_legend(const crs_plot_figure *figure, const crs__plot_term *term,
                               crs__plot_out *out)
{
    crs__plot_legend legend;
    crs__plot_screen screen;
    cursor at = {&screen, 0, 0};
    crs_status status;
    crs__plot_legend_init(figure, 0, &legend);
    status = crs__plot_screen_init(term->columns, legend.n + 1, &screen);
    if (status != CRS_OK)
        return status;
    put_legend(&legend, term, &at);
    screen.rows = at.column > 0 ? at.row + 1 : 0;
    crs__plot_screen_write(&screen, term->mode, term->ascii, out);
    crs__plot_screen_release(&screen);
    return CRS_OK;
}

/* ---- the figure ------------------------------------------------------------------------- */

static crs_status write_figure(const crs_plot_figure *figure, const crs__plot_term *term,
                               crs_error *err, crs__plot_out *out)
{
    slot *slots = crs__alloc(figure->n_panels, sizeof *slots);
    crs_status status = CRS_OK;
    if (slots == NULL)
        return CRS_ENOMEM;
    for (size_t row = 0; row < CRS__PLOT_MAX_GRID && status == CRS_OK; row++)
        status = write_grid_row(figure, row, term, slots, err, out);
    if (status == CRS_OK)
        status = write_legend(figure, term, out);
    crs__free(slots);
    return status;
}

static crs_status check_options(const crs_term_options *options, crs_error *err,
                                crs__plot_term *term)
{
    term->mode = options->ascii ? CRS_TERM_PLAIN : options->mode;
    term->ascii = options->ascii != 0;
    term->columns = options->columns > 0 ? options->columns : DEFAULT_COLUMNS;
    term->rows = options->rows > 0 ? options->rows : DEFAULT_ROWS;
    if (term->columns < 20 || term->columns > 1000 || term->rows < 3 || term->rows > 1000)
        return crs_error_set(err, CRS_EINVAL,
                             "%zu columns and %zu rows: 20 to 1000 columns, 3 to 1000 rows",
                             term->columns, term->rows);
    if (term->mode != CRS_TERM_PLAIN && term->mode != CRS_TERM_256 &&
        term->mode != CRS_TERM_TRUECOLOR)
        return crs_error_set(err, CRS_EINVAL, "%d is no terminal mode", (int)term->mode);
    return CRS_OK;
}

crs_status crs_plot_terminal(const crs_plot_figure *figure, const crs_term_options *options,
                             const crs_sink *sink, crs_error *err)
{
    if (figure == NULL || options == NULL || sink == NULL || sink->write == NULL)
        return crs__null_argument(err, __func__);
    crs__plot_term term;
    crs__plot_out out;
    crs_status status, written;
    if (err != NULL)
        err->status = CRS_OK;
    status = check_options(options, err, &term);
    if (status == CRS_OK)
        status = crs__plot_check(figure, err);
    if (status != CRS_OK)
        return status;
    crs__plot_out_init(&out, sink);
    status = write_figure(figure, &term, err, &out);
    written = crs__plot_out_flush(&out);
    return crs__plot_explain(status != CRS_OK ? status : written, err);
}
