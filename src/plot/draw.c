#include "plot/draw.h"

#include <math.h>
#include <string.h>

#include "plot/axes.h"
#include "plot/cells.h"
#include "plot/contour.h"
#include "plot/curves.h"

/* What simplification may move a line by, in pixels: less than an eye sees. */
#define FILL_TOLERANCE 0.2
#define LINE_TOLERANCE 0.1
/* Of texts on cells: what is left free beside them, and the smallest that can be read. */
#define CELL_AIR 4.0
#define LEAST_SIZE 6.0

/* ---- text ---------------------------------------------------------------------- */

static void draw_lines(const crs__plot_lines *lines, double x, double y, double line_height,
                       const crs__plot_font *font, crs__plot_canvas *canvas)
{
    for (size_t i = 0; i < lines->n; i++) {
        crs__plot_slice line = lines->line[i];
        canvas->text(canvas, x, y + (double)i * line_height, line, font);
        if (i + 1 == lines->n && lines->cut)
            canvas->text(canvas, x + crs__plot_text_width(line, font->size, font->bold),
                         y + (double)i * line_height, crs__plot_slice_of("\xE2\x80\xA6"), font);
    }
}

/* ---- fields, creases, contours ---------------------------------------------------- */

/* From the field's coordinates to the page's. */
static void move_to_page(const crs__plot_view *view, crs__plot_path *path)
{
    for (size_t i = 0; i < path->n_points; i++) {
        double x = path->xy[2 * i], y = path->xy[2 * i + 1];
        if (!crs__plot_to_page(view, x, y, &path->xy[2 * i], &path->xy[2 * i + 1])) {
            /* a field that reaches below a logarithmic axis: far below the view */
            (void)crs__plot_to_page(view, x, view->limits.y_min, &path->xy[2 * i], &y);
            path->xy[2 * i + 1] = view->y + 10 * view->h;
        }
    }
}

/* Cells of equal colour together; a thin stroke of that colour leaves no seam between them. */
static crs_status draw_cells(const crs_plot_field *field, const crs__plot_view *view,
                             crs__plot_canvas *canvas)
{
    const double *level;
    size_t n = crs__plot_levels(field, &level);
    crs__plot_path path = {0};
    crs_status status = CRS_OK;
    for (size_t band = 0; band <= n && status == CRS_OK; band++) {
        crs__plot_color color = crs__plot_band_color(band, n);
        crs__plot_paint paint = {color, color, 0.4, 0, NULL};
        crs__plot_path_clear(&path);
        status = crs__plot_cells_of_band(field, band, &path);
        if (status == CRS_OK && path.n_parts > 0) {
            move_to_page(view, &path);
            canvas->path(canvas, &path, &paint);
        }
    }
    crs__plot_path_release(&path);
    return status;
}

/* In the middle of the cells, all of the size at which the widest fits in its own. */
static void draw_cell_texts(const crs_plot_field *field, const crs__plot_view *view,
                            crs__plot_canvas *canvas)
{
    const crs__plot_limits *l = &view->limits;
    size_t n = field->cell_texts != NULL ? field->nx * field->ny : 0;
    double dx = (field->x_max - field->x_min) / (double)field->nx, widest = 1;
    double dy = (field->y_max - field->y_min) / (double)field->ny;
    double w = view->w * dx / (l->x_max - l->x_min), h = view->h * dy / (l->y_max - l->y_min);
    crs__plot_font font = {CRS__PLOT_TEXT_SIZE, 0, CRS__PLOT_INK, CRS__PLOT_MIDDLE, 0};
    for (size_t i = 0; i < n; i++)
        widest = fmax(widest,
                      crs__plot_text_width(crs__plot_slice_of(field->cell_texts[i]), font.size, 0));
    font.size *= fmin(1, fmin((w - CELL_AIR) / widest, (h - CELL_AIR) / font.size));
    for (size_t i = 0; i < n && font.size >= LEAST_SIZE; i++) {
        double x = field->x_min + ((double)(i % field->nx) + 0.5) * dx, px;
        double y = field->y_min + ((double)(i / field->nx) + 0.5) * dy, py;
        crs__plot_slice text = crs__plot_slice_of(field->cell_texts[i]);
        if (text.n > 0 && crs__plot_to_page(view, x, y, &px, &py))
            canvas->text(canvas, px, py + 0.36 * font.size, text, &font);
    }
}

/* Bands of colour, each painted over the ones below it. */
static crs_status draw_fill(const crs_plot_field *field, const crs__plot_view *view,
                            crs__plot_canvas *canvas)
{
    const double *level;
    size_t n = crs__plot_levels(field, &level);
    crs__plot_path path = {0};
    crs_status status = CRS_OK;
    for (size_t band = 0; band <= n && status == CRS_OK; band++) {
        crs__plot_paint paint = {crs__plot_band_color(band, n), CRS__PLOT_NO_COLOR, 0, 0, NULL};
        crs__plot_path_clear(&path);
        status = crs__plot_contour_region(field, band == 0 ? -INFINITY : level[band - 1], &path);
        if (status != CRS_OK)
            break;
        move_to_page(view, &path);
        status = crs__plot_path_simplify(&path, FILL_TOLERANCE);
        if (status == CRS_OK)
            canvas->path(canvas, &path, &paint);
    }
    crs__plot_path_release(&path);
    return status;
}

static crs_status draw_contour(const crs_plot_contour *contour, const crs__plot_view *view,
                               crs__plot_canvas *canvas)
{
    crs__plot_paint paint = crs__plot_line_paint(contour->line);
    crs__plot_path path = {0};
    crs_status status = crs__plot_contour_line(contour->field, contour->level, &path);
    if (status == CRS_OK) {
        move_to_page(view, &path);
        status = crs__plot_path_simplify(&path, LINE_TOLERANCE);
    }
    if (status == CRS_OK)
        canvas->path(canvas, &path, &paint);
    crs__plot_path_release(&path);
    return status;
}

static crs_status draw_creases(const crs_plot_panel *panel, const crs__plot_view *view,
                               crs__plot_canvas *canvas)
{
    const crs__plot_limits *l = &view->limits;
    crs__plot_paint paint = crs__plot_line_paint(CRS_PLOT_LINE_CREASE);
    crs__plot_path path = {0};
    crs_status status = CRS_OK;
    for (size_t i = 0; i < panel->n_creases && status == CRS_OK; i++) {
        double ends[4];
        if (crs__plot_clip_line(&panel->creases[3 * i], l->x_min, l->x_max, l->y_min, l->y_max,
                                ends))
            status = crs__plot_path_line(&path, ends[0], ends[1], ends[2], ends[3]);
    }
    if (status == CRS_OK) {
        move_to_page(view, &path);
        canvas->path(canvas, &path, &paint);
    }
    crs__plot_path_release(&path);
    return status;
}

/* ---- points ---------------------------------------------------------------------- */

static double point_radius(size_t n)
{
    return n <= 120 ? 3.6 : n <= 600 ? 2.7 : n <= 3000 ? 2 : 1.4;
}

static void draw_points(const crs_plot_points *points, const crs__plot_view *view,
                        crs__plot_canvas *canvas)
{
    double radius = point_radius(points->n);
    /* the misclassified last, above the others */
    for (int wrong = 0; wrong < 2; wrong++) {
        for (size_t i = 0; i < points->n; i++) {
            int label = points->label != NULL ? points->label[i] : 0;
            int is_wrong = points->wrong != NULL && points->wrong[i];
            crs__plot_marker marker = crs__plot_point_marker(label, is_wrong, radius);
            double px, py;
            if (is_wrong != wrong ||
                !crs__plot_to_page(view, points->xy[2 * i], points->xy[2 * i + 1], &px, &py))
                continue;
            if (px >= view->x && px <= view->x + view->w && py >= view->y &&
                py <= view->y + view->h)
                canvas->marker(canvas, px, py, &marker);
        }
    }
}

static void draw_dots(const crs_plot_panel *panel, const crs__plot_view *view,
                      crs__plot_canvas *canvas)
{
    for (size_t i = 0; i < panel->n_dots; i++) {
        const crs_plot_dot *dot = &panel->dots[i];
        crs__plot_color color =
            dot->style > 0 ? crs__plot_curve_style_of(dot->style)->color : CRS__PLOT_INK;
        crs__plot_marker marker = {CRS__PLOT_CIRCLE, 4.4, dot->open ? CRS__PLOT_WHITE : color,
                                   color, 1.8};
        double px, py;
        if (crs__plot_to_page(view, dot->x, dot->y, &px, &py))
            canvas->marker(canvas, px, py, &marker);
    }
}

/* ---- titles ---------------------------------------------------------------------- */

typedef struct sign {
    crs__plot_color color;
    size_t n_parts;
    struct {
        size_t n;
        double xy[6];
    } part[2]; /* lines in a circle of radius 1 */
} sign;

static const sign signs[] = {
    [CRS_PLOT_MARK_GOOD] = {CRS__PLOT_GOOD, 1, {{3, {-0.48, 0.04, -0.12, 0.40, 0.50, -0.36}}}},
    [CRS_PLOT_MARK_BAD] = {CRS__PLOT_BAD,
                           2,
                           {{2, {-0.38, -0.38, 0.38, 0.38}}, {2, {-0.38, 0.38, 0.38, -0.38}}}},
    [CRS_PLOT_MARK_WARN] = {CRS__PLOT_WARN, 2, {{2, {0, -0.52, 0, 0.12}}, {2, {0, 0.5, 0, 0.51}}}},
};

/* A round badge with the sign in white: green check, red cross, amber exclamation mark. */
static crs_status draw_sign(crs_plot_mark mark, double x, double y, crs__plot_canvas *canvas)
{
    const sign *s = &signs[mark];
    const double radius = 7;
    crs__plot_marker badge = {CRS__PLOT_CIRCLE, radius, s->color, CRS__PLOT_NO_COLOR, 0};
    crs__plot_paint white = {CRS__PLOT_NO_COLOR, CRS__PLOT_WHITE, 1.7, 0, NULL};
    crs__plot_path path = {0};
    crs_status status = CRS_OK;
    canvas->marker(canvas, x, y, &badge);
    for (size_t i = 0; i < s->n_parts && status == CRS_OK; i++) {
        status = crs__plot_path_begin(&path, 0);
        for (size_t j = 0; j < s->part[i].n && status == CRS_OK; j++)
            status = crs__plot_path_add(&path, x + radius * s->part[i].xy[2 * j],
                                        y + radius * s->part[i].xy[2 * j + 1]);
    }
    if (status == CRS_OK)
        canvas->path(canvas, &path, &white);
    crs__plot_path_release(&path);
    return status;
}

static crs_status draw_head(const crs_plot_panel *panel, const crs__plot_panel_layout *p,
                            crs__plot_canvas *canvas)
{
    crs__plot_font head = {CRS__PLOT_HEAD_SIZE, 1, CRS__PLOT_INK, CRS__PLOT_START, 0};
    crs__plot_font text = {CRS__PLOT_TEXT_SIZE, 0, CRS__PLOT_TEXT, CRS__PLOT_START, 0};
    double x = p->view.x, y = p->head_y;
    crs_status status = CRS_OK;
    if (panel->mark != CRS_PLOT_MARK_NONE) {
        status = draw_sign(panel->mark, x + 7, y - 0.36 * CRS__PLOT_HEAD_SIZE, canvas);
        x += CRS__PLOT_MARK_WIDTH;
    }
    draw_lines(&p->title, x, y, CRS__PLOT_HEAD_LINE, &head, canvas);
    y += CRS__PLOT_HEAD_LINE * (double)p->title.n - 1;
    for (int i = 0; i < CRS_PLOT_SUBTITLES; i++) {
        draw_lines(&p->subtitle[i], p->view.x, y, CRS__PLOT_TEXT_LINE, &text, canvas);
        y += CRS__PLOT_TEXT_LINE * (double)p->subtitle[i].n;
    }
    return status;
}

/* ---- panels and the figure -------------------------------------------------------- */

static crs_status draw_content(const crs_plot_panel *panel, const crs__plot_panel_layout *p,
                               crs__plot_canvas *canvas)
{
    const crs__plot_view *v = &p->view;
    crs_status status = CRS_OK;
    canvas->clip(canvas, v->x, v->y, v->w, v->h);
    if (panel->fill != NULL)
        status = (panel->fill->cells ? draw_cells : draw_fill)(panel->fill, v, canvas);
    else if (crs__plot_is_chart(panel))
        status = crs__plot_grid_draw(p, canvas);
    if (status == CRS_OK && panel->fill != NULL)
        draw_cell_texts(panel->fill, v, canvas);
    /* a straight line is none on a logarithmic axis */
    if (status == CRS_OK && !v->limits.log_y)
        status = draw_creases(panel, v, canvas);
    for (size_t i = 0; i < panel->n_contours && status == CRS_OK; i++)
        status = draw_contour(&panel->contours[i], v, canvas);
    canvas->leave(canvas);
    return status;
}

static crs_status draw_panel(const crs_plot_panel *panel, const crs__plot_panel_layout *p,
                             crs__plot_canvas *canvas)
{
    crs_status status;
    canvas->begin_group(canvas, panel->title);
    status = draw_content(panel, p, canvas);
    if (status == CRS_OK)
        status = crs__plot_axes_draw(panel, p, canvas);
    if (status == CRS_OK && panel->n_curves > 0)
        status = crs__plot_curves_draw(panel, &p->view, canvas);
    if (status == CRS_OK && panel->n_curves > 0)
        status = crs__plot_curve_labels_draw(panel, &p->view, p->label_width, canvas);
    draw_dots(panel, &p->view, canvas);
    if (panel->points != NULL)
        draw_points(panel->points, &p->view, canvas);
    if (status == CRS_OK)
        status = draw_head(panel, p, canvas);
    canvas->end_group(canvas);
    return status;
}

crs_status crs__plot_draw(const crs_plot_figure *figure, const crs__plot_layout *layout,
                          crs__plot_canvas *canvas)
{
    crs__plot_font title = {CRS__PLOT_TITLE_SIZE, 1, CRS__PLOT_INK, CRS__PLOT_START, 0};
    crs__plot_font text = {CRS__PLOT_TEXT_SIZE, 0, CRS__PLOT_TEXT, CRS__PLOT_START, 0};
    crs__plot_paint white = {CRS__PLOT_WHITE, CRS__PLOT_NO_COLOR, 0, 0, NULL};
    crs__plot_path page = {0};
    crs_status status = crs__plot_path_rect(&page, 0, 0, layout->width, layout->height);
    if (status == CRS_OK)
        canvas->path(canvas, &page, &white);
    crs__plot_path_release(&page);
    draw_lines(&layout->title, layout->left, layout->title_y, CRS__PLOT_TITLE_LINE, &title, canvas);
    if (status == CRS_OK)
        status = crs__plot_legend_draw(&layout->legend, layout->left, layout->legend_y, canvas);
    for (size_t i = 0; i < figure->n_panels && status == CRS_OK; i++)
        status = draw_panel(&figure->panels[i], &layout->panels[i], canvas);
    draw_lines(&layout->caption, layout->left, layout->caption_y, CRS__PLOT_TEXT_LINE, &text,
               canvas);
    return status;
}
