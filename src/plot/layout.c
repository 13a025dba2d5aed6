#include "plot/layout.h"

#include <math.h>

#include "core/memory.h"
#include "plot/curves.h"

#define MARGIN 22.0 /* around everything */
#define COLUMN_WIDTH 240.0
#define COLUMN_GAP 22.0
#define ROW_GAP 26.0
#define HEAD_GAP 9.0     /* from a panel's title block to its view */
#define TICK_SPACE 9.0   /* from the view to the numbers beside it */
#define TICK_AIR 22.0    /* between the numbers below a view */
#define TICK_LINE 24.0   /* the numbers below it */
#define NAME_LEAST 12.0  /* from one name on an axis to the next */
#define NAME_AIR 8.0     /* between two of them, where they are not turned */
#define LABEL_LINE 21.0  /* an axis label, below or (turned) to the left */
#define LABEL_SHARE 0.42 /* of a panel's width: the most that labels of curves may take */
#define LABEL_MOST 330.0

int crs__plot_to_page(const crs__plot_view *view, double x, double y, double *px, double *py)
{
    double u, v;
    if (!crs__plot_place(&view->limits, x, y, &u, &v))
        return 0;
    *px = view->x + u * view->w;
    *py = view->y + (1 - v) * view->h;
    return 1;
}

/* The grid's columns and rows while it is measured. */
typedef struct grid {
    size_t n_cols, n_rows;
    double width;                      /* of a column's view */
    double left[CRS__PLOT_MAX_GRID];   /* numbers and labels left of a column */
    double x[CRS__PLOT_MAX_GRID];      /* of the views */
    double top[CRS__PLOT_MAX_GRID];    /* titles above a row */
    double height[CRS__PLOT_MAX_GRID]; /* of a row's views */
    double bottom[CRS__PLOT_MAX_GRID]; /* numbers and labels below a row */
    double y[CRS__PLOT_MAX_GRID];      /* of the views */
} grid;

/* Whether a neighbour with the same axes already shows them. */
static int is_shown_by(const crs_plot_panel *neighbour, const crs_plot_panel *panel)
{
    return neighbour != NULL && neighbour != panel && neighbour->axes == panel->axes;
}

static void decide_axes(const crs_plot_figure *figure, const crs_plot_panel *panel,
                        crs__plot_panel_layout *out)
{
    out->shows_x = panel->axes != NULL &&
                   !is_shown_by(crs__plot_panel_at(figure, panel->row + 1, panel->col), panel);
    out->shows_y = panel->axes != NULL &&
                   (panel->col == 0 ||
                    !is_shown_by(crs__plot_panel_at(figure, panel->row, panel->col - 1), panel));
}

static double widest_label(const crs__plot_ticks *ticks)
{
    double width = 0;
    for (size_t i = 0; i < ticks->n; i++)
        width = fmax(width, crs__plot_text_width(crs__plot_slice_of(ticks->tick[i].label),
                                                 CRS__PLOT_TEXT_SIZE, 0));
    /* a hyphen is drawn as a minus sign, which is wider */
    return width + 0.4 * CRS__PLOT_TEXT_SIZE;
}

static double span_width(const grid *g, const crs_plot_panel *panel)
{
    size_t last = panel->col + crs__plot_span(panel) - 1;
    return g->x[last] + g->width - g->x[panel->col];
}

static void drop_fractions(crs__plot_ticks *ticks)
{
    size_t n = 0;
    for (size_t i = 0; i < ticks->n; i++) {
        if (ticks->tick[i].value == floor(ticks->tick[i].value))
            ticks->tick[n++] = ticks->tick[i];
    }
    ticks->n = n;
}

/* As many as leave air between their numbers. */
static void choose_x_ticks(crs__plot_panel_layout *p)
{
    const crs__plot_limits *l = &p->view.limits;
    if (p->n_x_names > 0)
        return;
    for (int target = 12; target >= 2; target--) {
        crs__plot_ticks_linear(l->x_min, l->x_max, target, &p->x_ticks);
        if ((widest_label(&p->x_ticks) + TICK_AIR) * (double)p->x_ticks.n <= p->view.w)
            break;
    }
    if (l->cells)
        drop_fractions(&p->x_ticks);
}

static double widest_name(size_t n, const char *const *names)
{
    double width = 0;
    for (size_t i = 0; i < n; i++)
        width =
            fmax(width, crs__plot_text_width(crs__plot_slice_of(names[i]), CRS__PLOT_TEXT_SIZE, 0));
    return width;
}

/* Names below the view, side by side or turned. */
static void choose_x_names(const crs_plot_axes *axes, crs__plot_panel_layout *p)
{
    const crs__plot_limits *l = &p->view.limits;
    double each = p->view.w / (l->x_max - l->x_min), width;
    p->below = TICK_LINE;
    if (axes->n_x_names == 0 || each < NAME_LEAST)
        return;
    p->n_x_names = axes->n_x_names;
    width = widest_name(axes->n_x_names, axes->x_names);
    p->x_upward = width + NAME_AIR > each;
    if (p->x_upward)
        p->below = width + 0.5 * TICK_LINE;
}

/* One for about 45 pixels. */
static void choose_y_ticks(const crs_plot_axes *axes, crs__plot_panel_layout *p, double height)
{
    const crs__plot_limits *l = &p->view.limits;
    int up = (int)fmax(2, fmin(10, height / 45));
    if (l->log_y)
        crs__plot_ticks_log(l->y_min, l->y_max, up, &p->y_ticks);
    else
        crs__plot_ticks_linear(l->y_min, l->y_max, up, &p->y_ticks);
    if (l->cells)
        drop_fractions(&p->y_ticks);
    p->beside = widest_label(&p->y_ticks);
    if (axes == NULL || axes->n_y_names == 0 || height / (l->y_max - l->y_min) < NAME_LEAST)
        return;
    p->n_y_names = axes->n_y_names;
    p->beside = widest_name(axes->n_y_names, axes->y_names);
    p->y_ticks.n = 0;
}

static double view_height(const crs_plot_panel *panel, const grid *g)
{
    return panel->height > 0 ? panel->height : g->width;
}

/* Left space of the columns, and from it their places. */
static void measure_columns(const crs_plot_figure *figure, crs__plot_layout *layout, grid *g)
{
    double x = MARGIN;
    for (size_t i = 0; i < figure->n_panels; i++) {
        const crs_plot_panel *panel = &figure->panels[i];
        crs__plot_panel_layout *p = &layout->panels[i];
        double space = 0;
        choose_y_ticks(panel->axes, p, view_height(panel, g));
        if (p->shows_y)
            space = p->beside + TICK_SPACE + (panel->axes->y_label != NULL ? LABEL_LINE : 0);
        g->left[panel->col] = fmax(g->left[panel->col], space);
    }
    for (size_t col = 0; col < g->n_cols; col++) {
        x += g->left[col] + (col > 0 ? COLUMN_GAP : 0);
        g->x[col] = x;
        x += g->width;
    }
    layout->left = MARGIN;
    layout->width = ceil(x + MARGIN);
}

static double wrap_head(const crs_plot_panel *panel, double width, crs__plot_panel_layout *p)
{
    double mark = panel->mark != CRS_PLOT_MARK_NONE ? CRS__PLOT_MARK_WIDTH : 0, height;
    crs__plot_wrap(panel->title, fmax(40, width - mark), CRS__PLOT_HEAD_SIZE, 1, 3, &p->title);
    height = CRS__PLOT_HEAD_LINE * (double)p->title.n;
    for (int i = 0; i < CRS_PLOT_SUBTITLES; i++) {
        crs__plot_wrap(panel->subtitle[i], width, CRS__PLOT_TEXT_SIZE, 0, 2, &p->subtitle[i]);
        height += CRS__PLOT_TEXT_LINE * (double)p->subtitle[i].n;
    }
    return height > 0 ? height + HEAD_GAP : 0;
}

/* Labels of curves take their width from the view, and may make it higher. */
static crs_status reserve_labels(const crs_plot_panel *panel, crs__plot_panel_layout *p,
                                 double *height)
{
    crs__plot_curve_labels labels;
    crs_status status;
    if (panel->n_curves == 0)
        return CRS_OK;
    p->label_width = fmin(LABEL_MOST, LABEL_SHARE * p->view.w);
    status = crs__plot_curve_labels_init(panel, p->label_width, &labels);
    if (status != CRS_OK)
        return status;
    p->view.w -= labels.width;
    *height = fmax(*height, labels.height);
    crs__plot_curve_labels_release(&labels);
    return CRS_OK;
}

/* Space above, within and below the rows. */
static crs_status measure_rows(const crs_plot_figure *figure, crs__plot_layout *layout, grid *g)
{
    crs_status status = CRS_OK;
    for (size_t i = 0; i < figure->n_panels && status == CRS_OK; i++) {
        const crs_plot_panel *panel = &figure->panels[i];
        crs__plot_panel_layout *p = &layout->panels[i];
        size_t row = panel->row;
        double height = view_height(panel, g), below = 0;
        p->view.w = span_width(g, panel);
        g->top[row] = fmax(g->top[row], wrap_head(panel, p->view.w, p));
        status = reserve_labels(panel, p, &height);
        g->height[row] = fmax(g->height[row], height);
        if (p->shows_x) {
            choose_x_names(panel->axes, p);
            below = p->below + (panel->axes->x_label != NULL ? LABEL_LINE : 0);
        }
        g->bottom[row] = fmax(g->bottom[row], below);
    }
    return status;
}

/* From the top of the page to its bottom. */
static void stack_rows(const crs_plot_figure *figure, crs__plot_layout *layout, grid *g)
{
    double y = MARGIN, wide = layout->width - 2 * MARGIN;
    crs__plot_wrap(figure->title, wide, CRS__PLOT_TITLE_SIZE, 1, 4, &layout->title);
    layout->title_y = y + 0.8 * CRS__PLOT_TITLE_SIZE;
    if (layout->title.n > 0)
        y += CRS__PLOT_TITLE_LINE * (double)layout->title.n + 6;
    crs__plot_legend_init(figure, wide, &layout->legend);
    layout->legend_y = y;
    if (layout->legend.n > 0)
        y += layout->legend.height + 14;
    for (size_t row = 0; row < g->n_rows; row++) {
        y += (row > 0 ? ROW_GAP : 0) + g->top[row];
        g->y[row] = y;
        y += g->height[row] + g->bottom[row];
    }
    crs__plot_wrap(figure->caption, wide, CRS__PLOT_TEXT_SIZE, 0, CRS__PLOT_MAX_LINES,
                   &layout->caption);
    layout->caption_y = y + 14 + CRS__PLOT_TEXT_SIZE;
    if (layout->caption.n > 0)
        y += 14 + CRS__PLOT_TEXT_LINE * (double)layout->caption.n;
    layout->height = ceil(y + MARGIN);
}

static void place_panels(const crs_plot_figure *figure, const grid *g, crs__plot_layout *layout)
{
    for (size_t i = 0; i < figure->n_panels; i++) {
        const crs_plot_panel *panel = &figure->panels[i];
        crs__plot_panel_layout *p = &layout->panels[i];
        double lines = (double)(p->subtitle[0].n + p->subtitle[1].n);
        p->view.x = g->x[panel->col];
        p->view.y = g->y[panel->row];
        p->view.h = g->height[panel->row];
        choose_x_ticks(p);
        p->y_label_x = p->view.x - TICK_SPACE - p->beside - 6;
        /* the block of titles stands on the view, whatever the neighbours need */
        p->head_y = p->view.y - HEAD_GAP - CRS__PLOT_TEXT_LINE * lines -
                    CRS__PLOT_HEAD_LINE * (double)p->title.n + 0.8 * CRS__PLOT_HEAD_LINE;
    }
}

crs_status crs__plot_layout_init(const crs_plot_figure *figure, crs_error *err,
                                 crs__plot_layout *out)
{
    grid g = {0};
    crs_status status = CRS_OK;
    g.width = figure->column_width > 0 ? figure->column_width : COLUMN_WIDTH;
    out->panels = crs__alloc(figure->n_panels, sizeof *out->panels);
    if (out->panels == NULL)
        return crs_error_set(err, CRS_ENOMEM, "no memory for a figure of %zu panels",
                             figure->n_panels);
    for (size_t i = 0; i < figure->n_panels && status == CRS_OK; i++) {
        const crs_plot_panel *panel = &figure->panels[i];
        size_t end = panel->col + crs__plot_span(panel);
        g.n_rows = panel->row >= g.n_rows ? panel->row + 1 : g.n_rows;
        g.n_cols = end > g.n_cols ? end : g.n_cols;
        decide_axes(figure, panel, &out->panels[i]);
        status = crs__plot_limits_of(figure, i, err, &out->panels[i].view.limits);
    }
    if (status != CRS_OK)
        goto out;
    measure_columns(figure, out, &g);
    status = measure_rows(figure, out, &g);
    if (status != CRS_OK) {
        crs_error_set(err, status, "no memory for the labels of curves");
        goto out;
    }
    stack_rows(figure, out, &g);
    place_panels(figure, &g, out);
out:
    if (status != CRS_OK)
        crs__plot_layout_release(out);
    return status;
}

void crs__plot_layout_release(crs__plot_layout *layout)
{
    crs__free(layout->panels);
    layout->panels = NULL;
}
