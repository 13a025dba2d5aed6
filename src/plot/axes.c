#include "plot/axes.h"

#define TICK_LENGTH 4.0

static const crs__plot_paint frame_paint = {CRS__PLOT_NO_COLOR, CRS__PLOT_FRAME, 0.9, 0, NULL};
static const crs__plot_paint grid_paint = {CRS__PLOT_NO_COLOR, CRS__PLOT_GRID, 0.9, 0, NULL};

/* A number, its hyphen replaced by the minus sign. */
static void draw_number(const char *label, double x, double y, crs__plot_anchor anchor,
                        crs__plot_canvas *canvas)
{
    crs__plot_font font = {CRS__PLOT_TEXT_SIZE, 0, CRS__PLOT_TEXT, anchor, 0};
    char text[3 * CRS__PLOT_NUMBER];
    size_t n = 0;
    for (; *label != '\0'; label++)
        n += crs__plot_put_utf8(*label == '-' ? 0x2212 : (uint32_t)(unsigned char)*label, text + n);
    text[n] = '\0';
    canvas->text(canvas, x, y, crs__plot_slice_of(text), &font);
}

crs_status crs__plot_grid_draw(const crs__plot_panel_layout *p, crs__plot_canvas *canvas)
{
    const crs__plot_view *v = &p->view;
    crs__plot_path path = {0};
    crs_status status = CRS_OK;
    for (size_t i = 0; i < p->y_ticks.n && status == CRS_OK; i++) {
        double px, py;
        if (p->y_ticks.tick[i].label[0] != '\0' &&
            crs__plot_to_page(v, v->limits.x_min, p->y_ticks.tick[i].value, &px, &py))
            status = crs__plot_path_line(&path, v->x, py, v->x + v->w, py);
    }
    if (status == CRS_OK)
        canvas->path(canvas, &path, &grid_paint);
    crs__plot_path_release(&path);
    return status;
}

static crs_status add_x_ticks(const crs__plot_panel_layout *p, crs__plot_path *path,
                              crs__plot_canvas *canvas)
{
    const crs__plot_view *v = &p->view;
    double bottom = v->y + v->h;
    crs_status status = CRS_OK;
    for (size_t i = 0; i < p->x_ticks.n && status == CRS_OK; i++) {
        double px, py;
        if (!crs__plot_to_page(v, p->x_ticks.tick[i].value, v->limits.y_min, &px, &py))
            continue;
        status = crs__plot_path_line(path, px, bottom, px, bottom + TICK_LENGTH);
        draw_number(p->x_ticks.tick[i].label, px, bottom + TICK_LENGTH + 14, CRS__PLOT_MIDDLE,
                    canvas);
    }
    return status;
}

static crs_status add_y_ticks(const crs__plot_panel_layout *p, crs__plot_path *path,
                              crs__plot_canvas *canvas)
{
    const crs__plot_view *v = &p->view;
    crs_status status = CRS_OK;
    for (size_t i = 0; i < p->y_ticks.n && status == CRS_OK; i++) {
        double px, py;
        if (!crs__plot_to_page(v, v->limits.x_min, p->y_ticks.tick[i].value, &px, &py))
            continue;
        status = crs__plot_path_line(path, v->x - TICK_LENGTH, py, v->x, py);
        draw_number(p->y_ticks.tick[i].label, v->x - TICK_LENGTH - 4,
                    py + 0.36 * CRS__PLOT_TEXT_SIZE, CRS__PLOT_END, canvas);
    }
    return status;
}

static void draw_names(const crs_plot_axes *axes, const crs__plot_panel_layout *p,
                       crs__plot_canvas *canvas)
{
    const crs__plot_view *v = &p->view;
    crs__plot_font font = {CRS__PLOT_TEXT_SIZE, 0, CRS__PLOT_TEXT, CRS__PLOT_END, 0};
    const double middle = 0.36 * CRS__PLOT_TEXT_SIZE;
    double px, py;
    for (size_t i = 0; p->shows_y && i < p->n_y_names; i++) {
        if (crs__plot_to_page(v, v->limits.x_min, (double)i, &px, &py))
            canvas->text(canvas, v->x - TICK_LENGTH - 4, py + middle,
                         crs__plot_slice_of(axes->y_names[i]), &font);
    }
    font.upward = p->x_upward;
    font.anchor = p->x_upward ? CRS__PLOT_END : CRS__PLOT_MIDDLE;
    for (size_t i = 0; p->shows_x && i < p->n_x_names; i++) {
        if (crs__plot_to_page(v, (double)i, v->limits.y_min, &px, &py))
            canvas->text(canvas, px + (p->x_upward ? middle : 0),
                         v->y + v->h + TICK_LENGTH + (p->x_upward ? 4 : 14),
                         crs__plot_slice_of(axes->x_names[i]), &font);
    }
}

static void draw_axis_labels(const crs_plot_axes *axes, const crs__plot_panel_layout *p,
                             crs__plot_canvas *canvas)
{
    const crs__plot_view *v = &p->view;
    crs__plot_font font = {CRS__PLOT_TEXT_SIZE, 0, CRS__PLOT_TEXT, CRS__PLOT_MIDDLE, 0};
    if (p->shows_x && axes->x_label != NULL)
        canvas->text(canvas, v->x + 0.5 * v->w, v->y + v->h + p->below + 14,
                     crs__plot_slice_of(axes->x_label), &font);
    font.upward = 1;
    if (p->shows_y && axes->y_label != NULL)
        canvas->text(canvas, p->y_label_x, v->y + 0.5 * v->h, crs__plot_slice_of(axes->y_label),
                     &font);
}

crs_status crs__plot_axes_draw(const crs_plot_panel *panel, const crs__plot_panel_layout *p,
                               crs__plot_canvas *canvas)
{
    const crs__plot_view *v = &p->view;
    crs__plot_path path = {0};
    crs_status status;
    if (crs__plot_is_chart(panel)) {
        status = crs__plot_path_line(&path, v->x, v->y, v->x, v->y + v->h);
        if (status == CRS_OK)
            status = crs__plot_path_add(&path, v->x + v->w, v->y + v->h);
    } else {
        status = crs__plot_path_rect(&path, v->x, v->y, v->w, v->h);
    }
    if (status == CRS_OK && p->shows_x)
        status = add_x_ticks(p, &path, canvas);
    if (status == CRS_OK && p->shows_y)
        status = add_y_ticks(p, &path, canvas);
    if (status == CRS_OK)
        canvas->path(canvas, &path, &frame_paint);
    if (panel->axes != NULL) {
        draw_names(panel->axes, p, canvas);
        draw_axis_labels(panel->axes, p, canvas);
    }
    crs__plot_path_release(&path);
    return status;
}
