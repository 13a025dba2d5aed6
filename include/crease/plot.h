/*
 * crease/plot.h - pictures: fields, contours, creases, points and curves.
 *
 * A figure is a grid of panels. It is described by plain structs that borrow
 * everything they point to, for the length of one call; a struct set to zero is
 * a valid, empty one, so a description names only what it wants:
 *
 *     crs_plot_axes axes = {.x_label = "x1", .y_label = "x2"};
 *     crs_plot_field field = {.nx = 121, .ny = 121, .values = p,
 *                             .x_min = -4, .x_max = 4, .y_min = -4, .y_max = 4,
 *                             .name = "probability of class 1"};
 *     crs_plot_contour boundary = {.field = &field, .level = 0.5, .name = "p = 0.5"};
 *     crs_plot_panel panel = {.axes = &axes, .title = "A >= 0",
 *                             .subtitle = {"wrong", "cost 0.639, 59.8 %"},
 *                             .mark = CRS_PLOT_MARK_BAD, .fill = &field,
 *                             .n_contours = 1, .contours = &boundary};
 *     crs_plot_figure figure = {.title = "One net", .n_panels = 1, .panels = &panel};
 *     crs_plot_write(&figure, CRS_PLOT_SVG, &sink, &err);
 *
 * The same description goes to a file (SVG, PNG, PDF) and to a terminal.
 * A panel is drawn from the bottom up in this order: fill, creases, contours,
 * curves, dots, points. Nothing is told by colour alone: classes differ in
 * shape, curves in dash and marker, verdicts in their sign.
 *
 * Texts are UTF-8 and may hold anything, "A >= 0" and "<b>" included: they are
 * escaped where it is due; bytes that are no UTF-8 show as U+FFFD and control
 * characters as a space. Lengths are in CSS pixels, 1/96 inch.
 *
 * Values that are not finite are left out: a hole in a field, a gap in a curve,
 * a point that is not there.
 *
 * The same description gives the same bytes: no date, no random id. (PNG and PDF
 * hold glyphs of the sans-serif font that is installed.)
 *
 * Threads: no call keeps state; any number may run at once.
 */
#ifndef CREASE_PLOT_H
#define CREASE_PLOT_H

#include <crease/sink.h>
#include <crease/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- what a panel shows ---------------------------------------------------- */

/*
 * Values at the nodes of a grid over a rectangle: node (ix, iy) lies at
 * x = x_min + ix (x_max - x_min) / (nx - 1), y likewise. Between the nodes the
 * field is linear on the four triangles that a cell's corners make with its
 * centre, which has their mean: saddles have one reading, and contours of two
 * levels never cross. With nx or ny 1 it is constant along that axis.
 *
 * With `cells` set, values are those of cells instead, nx by ny of them side by side over
 * the rectangle, each of one colour: a heat map. A cell that is not finite is a hole.
 */
typedef struct crs_plot_field {
    size_t nx, ny;
    const double *values; /* [ny, nx], row 0 at y_min */
    double x_min, x_max;  /* x_min < x_max */
    double y_min, y_max;
    int cells; /* not 0: a heat map; no contours then */
    /* On the cells of a heat map, NULL where nothing; left out where they would be too small to be
     * read, and in a terminal. NULL: none. */
    const char *const *cell_texts; /* [ny, nx] */
    /* As a panel's fill: above which values the colour changes, rising; n_levels 0
     * takes 0.05, 0.1, ... 0.95. The palette runs from 0 (blue) over 0.5 to 1 (orange). */
    size_t n_levels;
    const double *levels;
    const char *name; /* beside the colour bar in the legend; NULL: no colour bar */
} crs_plot_field;

typedef enum crs_plot_line {
    CRS_PLOT_LINE_BOUNDARY, /* bold, dark */
    CRS_PLOT_LINE_CREASE    /* thin, dashed, grey */
} crs_plot_line;

/* The line where a field crosses a level: closed, or ending at the field's border. */
typedef struct crs_plot_contour {
    const crs_plot_field *field;
    double level;
    crs_plot_line line;
    const char *name; /* in the legend; NULL: not there */
} crs_plot_contour;

/* Data points with a class each. */
typedef struct crs_plot_points {
    size_t n;
    const double *xy;           /* [n, 2] */
    const int *label;           /* [n], from 0; shape and colour; NULL: all 0 */
    const unsigned char *wrong; /* [n], not 0: misclassified, drawn hollow; NULL: none */
    size_t n_names;             /* names of the classes in the legend, "class 0" where missing */
    const char *const *names;   /* [n_names] */
} crs_plot_points;

/*
 * A curve through points in the order given. Curves of one panel with equal
 * points (to the last bit) are drawn over each other so that each is seen, and
 * share one label: "A > 0, Z > 0 (identical)".
 */
typedef struct crs_plot_curve {
    const char *name; /* beside the curve; NULL: no label */
    size_t n;
    const double *x, *y; /* [n] */
    int style;           /* colour, dash and marker: 1, 2, ...; 0: by its place among the curves */
    int heavy;           /* not 0: a thick solid line without markers */
} crs_plot_curve;

/* A single spot, such as the value of g' at a kink. */
typedef struct crs_plot_dot {
    double x, y;
    int style; /* colour, as the curve's; 0: dark */
    int open;  /* not 0: a ring (the value is not taken), else filled */
} crs_plot_dot;

/* ---- panels and figures ---------------------------------------------------- */

/*
 * Panels that point to the same axes share their limits, and show ticks and
 * labels only where no neighbour to the left (y) or below (x) shows them.
 */
typedef struct crs_plot_axes {
    const char *x_label, *y_label; /* NULL: none */
    double x_min, x_max;           /* both 0: from what the panels show */
    double y_min, y_max;
    int log_y;  /* not 0: logarithmic; values of 0 and below are left out */
    int y_down; /* not 0: y grows downwards, as the rows of a matrix do */
    /* Names of 0, 1, ... in place of numbers, where there is room for all; NULL: numbers. */
    size_t n_x_names, n_y_names;
    const char *const *x_names; /* [n_x_names] */
    const char *const *y_names; /* [n_y_names] */
} crs_plot_axes;

typedef enum crs_plot_mark {
    CRS_PLOT_MARK_NONE,
    CRS_PLOT_MARK_GOOD, /* a check in green */
    CRS_PLOT_MARK_BAD,  /* a cross in red */
    CRS_PLOT_MARK_WARN  /* an exclamation mark in amber */
} crs_plot_mark;

#define CRS_PLOT_SUBTITLES 2

typedef struct crs_plot_panel {
    size_t row, col; /* place in the grid, from 0 */
    size_t col_span; /* columns it covers; 0 is 1 */
    double height;   /* of its plot area; 0: as wide as one column; the row takes the most */
    const crs_plot_axes *axes; /* NULL: unlabelled, limits from the content */

    const char *title; /* NULL: none */
    const char *subtitle[CRS_PLOT_SUBTITLES];
    crs_plot_mark mark; /* before the title */

    const crs_plot_field *fill; /* NULL: none */
    size_t n_creases;
    const double *creases;    /* [n_creases, 3]: the line a x + b y + c = 0, linear axes only */
    const char *creases_name; /* in the legend; NULL: not there */
    size_t n_contours;
    const crs_plot_contour *contours; /* [n_contours] */
    size_t n_curves;
    const crs_plot_curve *curves; /* [n_curves] */
    size_t n_dots;
    const crs_plot_dot *dots;      /* [n_dots] */
    const crs_plot_points *points; /* NULL: none */
} crs_plot_panel;

typedef struct crs_plot_figure {
    const char *title;       /* NULL: none */
    const char *caption;     /* below the panels, wrapped; NULL: none */
    const char *description; /* for readers who cannot see it (SVG); NULL: none */
    double column_width;     /* of a plot area that covers one column; 0: 240 */
    double png_scale;        /* PNG pixels per CSS pixel; 0: 2 */
    const char *id_prefix;   /* letters, digits and - for the ids inside an SVG: one of its own for
                                each SVG of an HTML page; NULL: "crs" */
    size_t n_panels;
    const crs_plot_panel *panels; /* [n_panels], no two at one place */
} crs_plot_figure;

/* ---- to a file ------------------------------------------------------------- */

typedef enum crs_plot_format {
    CRS_PLOT_SVG, /* one <svg> element, no XML declaration: stands alone and inside HTML */
    CRS_PLOT_PNG, /* with cairo */
    CRS_PLOT_PDF  /* with cairo; one page of the figure's size, vector graphics, text as text */
} crs_plot_format;

/* 1 where this build can write `format`, else 0. */
CRS_API int crs_plot_can_write(crs_plot_format format);

/*
 * Load what writing `format` needs, for who is to know before a long computation that the
 * picture will come. crs_plot_write does the same when it is first called.
 *
 * Errors: CRS_EUNSUPPORTED (a build without cairo), CRS_EIO (the library's part that draws
 * with cairo, or cairo itself, is not where it was installed), CRS_ENOMEM.
 */
CRS_API crs_status crs_plot_prepare(crs_plot_format format, crs_error *err);

/*
 * Write `figure` to `sink`. On failure the sink may have been given a part.
 *
 * Errors: CRS_EINVAL (limits that are reversed, equal or not finite, levels that
 * do not rise, panels over one another, no panel: all in words), CRS_ENOMEM,
 * CRS_EUNSUPPORTED (PNG or PDF without cairo: names the package that brings it),
 * and whatever the sink's write returns.
 */
CRS_API crs_status crs_plot_write(const crs_plot_figure *figure, crs_plot_format format,
                                  const crs_sink *sink, crs_error *err);

/* The size of the whole figure in CSS pixels. Errors: CRS_EINVAL, CRS_ENOMEM as above. */
CRS_API crs_status crs_plot_size(const crs_plot_figure *figure, crs_error *err, double *width,
                                 double *height);

/* ---- to a terminal --------------------------------------------------------- */

typedef enum crs_term_mode {
    CRS_TERM_PLAIN,    /* no colour, no escape sequences: regions as characters */
    CRS_TERM_256,      /* 256 colours */
    CRS_TERM_TRUECOLOR /* 24-bit colours */
} crs_term_mode;

/* What the terminal can show; the caller finds out (isatty, NO_COLOR, COLORTERM, the locale). */
typedef struct crs_term_options {
    crs_term_mode mode;
    int ascii;      /* not 0: nothing outside ASCII; without colour even where mode has it */
    size_t columns; /* width to draw in; 0: 80 */
    size_t rows;    /* text lines of each picture, without its titles; 0: 14 */
} crs_term_options;

/*
 * Draw the figure's panels as text: side by side as many as fit, each row of the
 * grid on lines of its own, with titles above and one legend line below. A panel
 * with a fill or points is a picture (half blocks, a pixel is half a character
 * high; in plain mode a character for each region, `o` and `x` for the points of
 * two classes, other letters for more, capitals where misclassified); one with
 * curves alone is a small chart. The figure's title, its caption and creases are
 * for files only. Ends with a newline, and with the colours reset.
 *
 * Errors: CRS_EINVAL (as crs_plot_write; or columns below 20, rows below 3 or either
 * above 1,000), CRS_ENOMEM, and whatever the sink's write returns.
 */
CRS_API crs_status crs_plot_terminal(const crs_plot_figure *figure, const crs_term_options *options,
                                     const crs_sink *sink, crs_error *err);

#ifdef __cplusplus
}
#endif
#endif
