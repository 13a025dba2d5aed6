#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "plot/curves.h"
#include "plot/terminal.h"
#include "plot/ticks.h"

#define MARKERS 6 /* on each curve, to tell it from the others */

/* The sign of a style, on the curve and in the key. */
static uint32_t sign_of(const crs__plot_term *term, int style)
{
    static const char ascii[] = "ox+*%@";
    static const uint32_t shape[] = {0x25CF, 0x25B2, 0x25A0, 0x25C6, 0x25BC, 0x2605};
    size_t i = (size_t)(style - 1) % CRS__PLOT_N_STYLES;
    return term->ascii ? (uint32_t)(unsigned char)ascii[i] : shape[i];
}

static crs__plot_color color_of(int style)
{
    /* lighter than on paper: the terminal may be dark */
    return crs__plot_mix(crs__plot_curve_style_of(style)->color, CRS__PLOT_WHITE, 0.25);
}

/* ---- the curves, in dots of an eighth of a cell -------------------------------------- */

/* Braille dots: 2 by 4 in each cell. */
typedef struct dots {
    const crs__plot_area *area; /* of the curves alone */
    crs__plot_screen *screen;
    const crs__plot_term *term;
    int style;
} dots;

static void set_dot(const dots *d, long x, long y)
{
    static const unsigned char bit[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    size_t row, column;
    const crs__plot_cell *old;
    uint32_t c = 0x2800;
    if (x < 0 || y < 0 || x >= 2 * (long)d->area->columns || y >= 4 * (long)d->area->rows)
        return;
    row = d->area->row + (size_t)(y / 4);
    column = d->area->column + (size_t)(x / 2);
    old = &d->screen->cells[row * d->screen->columns + column];
    if (d->term->ascii) {
        c = sign_of(d->term, d->style);
    } else {
        if (old->c >= 0x2800 && old->c < 0x2900)
            c = old->c;
        c |= bit[y % 4][x % 2];
    }
    crs__plot_screen_put(d->screen, row, column, c, color_of(d->style), CRS__PLOT_NO_COLOR);
}

/* Place of a point in dots; 0 where it has none or is far outside. */
static int dot_place(const dots *d, const crs__plot_limits *limits, double x, double y, double *dx,
                     double *dy)
{
    double u, v;
    if (!crs__plot_place(limits, x, y, &u, &v) || fabs(u) > 100 || fabs(v) > 100)
        return 0;
    *dx = u * (double)(2 * d->area->columns - 1);
    *dy = (1 - v) * (double)(4 * d->area->rows - 1);
    return 1;
}

static void draw_stroke(const dots *d, double x0, double y0, double x1, double y1)
{
    double steps = fmax(1, ceil(fmax(fabs(x1 - x0), fabs(y1 - y0))));
    for (double i = 0; i <= steps; i++)
        set_dot(d, lround(x0 + i / steps * (x1 - x0)), lround(y0 + i / steps * (y1 - y0)));
}

static void draw_curve(const dots *d, const crs__plot_limits *limits, const crs_plot_curve *curve)
{
    double x = 0, y = 0;
    int has_last = 0;
    for (size_t i = 0; i < curve->n; i++) {
        double last_x = x, last_y = y;
        int has = dot_place(d, limits, curve->x[i], curve->y[i], &x, &y);
        if (has)
            draw_stroke(d, has_last ? last_x : x, has_last ? last_y : y, x, y);
        has_last = has;
    }
}

static void put_sign(const dots *d, double x, double y, uint32_t c, crs__plot_color color)
{
    long column = lround(x) / 2, row = lround(y) / 4;
    if (column >= 0 && row >= 0 && column < (long)d->area->columns && row < (long)d->area->rows)
        crs__plot_screen_put(d->screen, d->area->row + (size_t)row,
                             d->area->column + (size_t)column, c, color, CRS__PLOT_NO_COLOR);
}

/* Signs of all members of a group in turn, at points of the curve that other styles leave free. */
static void draw_signs(const dots *d, const crs__plot_limits *limits, const crs_plot_panel *panel,
                       const size_t *group, size_t leader)
{
    const crs_plot_curve *curve = &panel->curves[leader];
    size_t member = leader;
    for (size_t k = 0; k < MARKERS && curve->n > 0; k++) {
        double part = ((double)k + 0.5 + 0.28 * (d->style % 3 - 1)) / MARKERS, x, y;
        size_t i = (size_t)(part * (double)curve->n);
        int style = crs__plot_style_of_curve(panel, member);
        if (dot_place(d, limits, curve->x[i], curve->y[i], &x, &y))
            put_sign(d, x, y, sign_of(d->term, style), color_of(style));
        do
            member = member + 1 < panel->n_curves ? member + 1 : leader;
        while (group[member] != leader);
    }
}

/* ---- numbers around it ----------------------------------------------------------------- */

static size_t widest(const crs__plot_ticks *ticks)
{
    size_t width = 0;
    for (size_t i = 0; i < ticks->n; i++) {
        size_t n = strlen(ticks->tick[i].label);
        width = n > width ? n : width;
    }
    return width;
}

static void draw_y_axis(const crs__plot_ticks *ticks, const crs__plot_limits *limits,
                        const crs__plot_term *term, const crs__plot_area *area, size_t width,
                        crs__plot_screen *screen)
{
    size_t taken = area->row + area->rows;
    for (size_t row = 0; row < area->rows; row++)
        crs__plot_screen_put(screen, area->row + row, area->column - 1, term->ascii ? '|' : 0x2502,
                             CRS__PLOT_NO_COLOR, CRS__PLOT_NO_COLOR);
    for (size_t i = 0; i < ticks->n; i++) {
        const char *label = ticks->tick[i].label;
        double u, v;
        size_t row;
        if (label[0] == '\0' ||
            !crs__plot_place(limits, limits->x_min, ticks->tick[i].value, &u, &v))
            continue;
        row = area->row + (size_t)lround((1 - v) * (double)(4 * area->rows - 1)) / 4;
        if (row == taken)
            continue; /* by the number below */
        taken = row;
        crs__plot_screen_text(screen, row, area->column - 2 - width + (width - strlen(label)),
                              crs__plot_slice_of(label), CRS__PLOT_NO_COLOR, 0);
        crs__plot_screen_put(screen, row, area->column - 1, term->ascii ? '+' : 0x2524,
                             CRS__PLOT_NO_COLOR, CRS__PLOT_NO_COLOR);
    }
}

static void draw_x_axis(const crs__plot_limits *limits, const crs__plot_area *area,
                        crs__plot_screen *screen)
{
    crs__plot_ticks ticks;
    size_t taken = area->column, right = area->column + area->columns;
    int target = (int)(area->columns / 12);
    crs__plot_ticks_linear(limits->x_min, limits->x_max, target < 2 ? 2 : target, &ticks);
    for (size_t i = 0; i < ticks.n; i++) {
        double u, v;
        size_t n = strlen(ticks.tick[i].label), at;
        if (!crs__plot_place(limits, ticks.tick[i].value, limits->y_min, &u, &v) ||
            n > area->columns)
            continue;
        at = area->column + (size_t)lround(u * (double)(area->columns - 1));
        at = at >= area->column + n / 2 ? at - n / 2 : area->column;
        at = at + n > right ? right - n : at;
        if (at < taken)
            continue;
        taken = 1 + crs__plot_screen_text(screen, area->row + area->rows, at,
                                          crs__plot_slice_of(ticks.tick[i].label),
                                          CRS__PLOT_NO_COLOR, 0);
    }
}

crs_status crs__plot_term_chart(const crs_plot_panel *panel, const crs__plot_limits *limits,
                                const crs__plot_term *term, const crs__plot_area *area,
                                crs__plot_screen *screen)
{
    crs__plot_area inner = *area;
    dots d = {&inner, screen, term, 1};
    crs__plot_ticks ticks;
    size_t width, *group = crs__alloc(panel->n_curves, sizeof *group);
    int target = (int)(area->rows / 3);
    if (group == NULL)
        return CRS_ENOMEM;
    crs__plot_group_curves(panel, group);
    target = target < 2 ? 2 : target;
    if (limits->log_y)
        crs__plot_ticks_log(limits->y_min, limits->y_max, target, &ticks);
    else
        crs__plot_ticks_linear(limits->y_min, limits->y_max, target, &ticks);
    width = widest(&ticks);
    width = width + 6 > area->columns ? area->columns - 6 : width;
    inner.rows--;
    inner.column += width + 2;
    inner.columns -= width + 2;
    draw_y_axis(&ticks, limits, term, &inner, width, screen);
    draw_x_axis(limits, &inner, screen);
    for (int signs = 0; signs < 2; signs++) {
        for (size_t i = 0; i < panel->n_curves; i++) {
            d.style = crs__plot_style_of_curve(panel, i);
            if (group[i] == i && !signs)
                draw_curve(&d, limits, &panel->curves[i]);
            else if (group[i] == i)
                draw_signs(&d, limits, panel, group, i);
        }
    }
    for (size_t i = 0; i < panel->n_dots; i++) {
        const crs_plot_dot *dot = &panel->dots[i];
        uint32_t c = dot->open ? 0x25CB : 0x25CF;
        double x, y;
        if (term->ascii)
            c = dot->open ? 'o' : '*';
        if (dot_place(&d, limits, dot->x, dot->y, &x, &y))
            put_sign(&d, x, y, c, dot->style > 0 ? color_of(dot->style) : CRS__PLOT_NO_COLOR);
    }
    crs__free(group);
    return CRS_OK;
}

/* ---- the key ----------------------------------------------------------------------------- */

/* Signs of the group's members, then their names, up to the area's right edge. */
static crs_status put_key_row(const crs_plot_panel *panel, const size_t *group, size_t leader,
                              const crs__plot_term *term, const crs__plot_area *area, size_t row,
                              crs__plot_screen *screen)
{
    size_t column = area->column, end = area->column + area->columns;
    char *names = crs__plot_join_names(panel, group, leader);
    if (names == NULL)
        return CRS_ENOMEM;
    for (size_t i = leader; i < panel->n_curves && column + 2 < end; i++) {
        int style = crs__plot_style_of_curve(panel, i);
        if (group[i] != leader)
            continue;
        crs__plot_screen_put(screen, row, column, sign_of(term, style), color_of(style),
                             CRS__PLOT_NO_COLOR);
        column += 2;
    }
    crs__plot_screen_fit(screen, row, column, end - column, crs__plot_slice_of(names),
                         CRS__PLOT_NO_COLOR, 0, term->ascii);
    crs__free(names);
    return CRS_OK;
}

crs_status crs__plot_term_key(const crs_plot_panel *panel, const crs__plot_term *term,
                              const crs__plot_area *area, crs__plot_screen *screen, size_t *rows)
{
    size_t *group = crs__alloc(panel->n_curves, sizeof *group);
    crs_status status = CRS_OK;
    *rows = 0;
    if (group == NULL)
        return CRS_ENOMEM;
    crs__plot_group_curves(panel, group);
    for (size_t i = 0; i < panel->n_curves && status == CRS_OK; i++) {
        if (group[i] != i || !crs__plot_group_is_named(panel, group, i))
            continue;
        if (screen != NULL)
            status = put_key_row(panel, group, i, term, area, area->row + *rows, screen);
        ++*rows;
    }
    crs__free(group);
    return status;
}
