#include "plot/curves.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

#define LABEL_GAP 12.0    /* from the view to a label's sample, room for the leader line */
#define SAMPLE_WIDTH 28.0 /* a piece of the curve before its name */
#define SAMPLE_GAP 7.0
#define LABEL_LINES 4
#define MARKERS 9 /* on a long curve */
#define MARKER_RADIUS 3.4

/* ---- labels ------------------------------------------------------------------ */

char *crs__plot_join_names(const crs_plot_panel *panel, const size_t *group, size_t leader)
{
    static const char identical[] = " (identical)";
    size_t bytes = sizeof identical, members = 0, n = 0;
    char *text;
    for (size_t i = leader; i < panel->n_curves; i++)
        if (group[i] == leader && panel->curves[i].name != NULL)
            bytes += strlen(panel->curves[i].name) + 2;
    text = crs__alloc(bytes, 1);
    for (size_t i = leader; text != NULL && i < panel->n_curves; i++) {
        if (group[i] != leader || panel->curves[i].name == NULL)
            continue;
        n += (size_t)snprintf(text + n, bytes - n, "%s%s", members++ > 0 ? ", " : "",
                              panel->curves[i].name);
    }
    if (members > 1)
        (void)snprintf(text + n, bytes - n, "%s", identical);
    return text;
}

static crs_status add_label(const crs_plot_panel *panel, const size_t *group, size_t leader,
                            double width, crs__plot_curve_labels *out)
{
    crs__plot_curve_label *label = &out->label[out->n];
    double indent = LABEL_GAP + SAMPLE_WIDTH + SAMPLE_GAP;
    label->leader = leader;
    label->text = crs__plot_join_names(panel, group, leader);
    if (label->text == NULL)
        return CRS_ENOMEM;
    out->n++;
    crs__plot_wrap(label->text, fmax(40, width - indent), CRS__PLOT_TEXT_SIZE, 0, LABEL_LINES,
                   &label->lines);
    for (size_t i = 0; i < label->lines.n; i++)
        out->width = fmax(out->width, indent + crs__plot_text_width(label->lines.line[i],
                                                                    CRS__PLOT_TEXT_SIZE, 0));
    out->height += CRS__PLOT_TEXT_LINE * (double)label->lines.n;
    return CRS_OK;
}

int crs__plot_group_is_named(const crs_plot_panel *panel, const size_t *group, size_t leader)
{
    for (size_t i = leader; i < panel->n_curves; i++)
        if (group[i] == leader && panel->curves[i].name != NULL && panel->curves[i].n > 0)
            return 1;
    return 0;
}

crs_status crs__plot_curve_labels_init(const crs_plot_panel *panel, double width,
                                       crs__plot_curve_labels *out)
{
    size_t *group = crs__alloc(panel->n_curves, sizeof *group);
    crs_status status = CRS_OK;
    out->n = 0;
    out->width = out->height = 0;
    out->label = crs__alloc(panel->n_curves, sizeof *out->label);
    if (group == NULL || out->label == NULL)
        status = CRS_ENOMEM;
    else
        crs__plot_group_curves(panel, group);
    for (size_t i = 0; i < panel->n_curves && status == CRS_OK; i++)
        if (group[i] == i && crs__plot_group_is_named(panel, group, i))
            status = add_label(panel, group, i, width, out);
    crs__free(group);
    if (status != CRS_OK)
        crs__plot_curve_labels_release(out);
    return status;
}

void crs__plot_curve_labels_release(crs__plot_curve_labels *labels)
{
    for (size_t i = 0; i < labels->n; i++)
        crs__free(labels->label[i].text);
    crs__free(labels->label);
    labels->label = NULL;
    labels->n = 0;
}

static int is_inside(const crs__plot_view *view, double px, double py)
{
    return px >= view->x && px <= view->x + view->w && py >= view->y && py <= view->y + view->h;
}

/* Where the curve is last seen in the view; its label goes to that height. */
static void find_end(const crs_plot_curve *curve, const crs__plot_view *view,
                     crs__plot_curve_label *label)
{
    label->end_x = view->x + view->w;
    label->end_y = view->y + 0.5 * view->h;
    for (size_t i = curve->n; i-- > 0;) {
        double px, py;
        if (!crs__plot_to_page(view, curve->x[i], curve->y[i], &px, &py) ||
            !is_inside(view, px, py))
            continue;
        label->end_x = px;
        label->end_y = py;
        break;
    }
    label->y = label->end_y;
}

static int by_height(const void *a, const void *b)
{
    const crs__plot_curve_label *p = a, *q = b;
    if (p->end_y != q->end_y)
        return p->end_y < q->end_y ? -1 : 1;
    return p->leader < q->leader ? -1 : p->leader > q->leader;
}

static double label_height(const crs__plot_curve_label *label)
{
    return CRS__PLOT_TEXT_LINE * (double)label->lines.n;
}

/* Labels at the heights of their curves, moved apart where they would touch. */
static void spread_labels(crs__plot_curve_labels *labels, const crs__plot_view *view)
{
    double limit = view->y;
    qsort(labels->label, labels->n, sizeof *labels->label, by_height);
    for (size_t i = 0; i < labels->n; i++) {
        double half = 0.5 * label_height(&labels->label[i]);
        labels->label[i].y = fmax(labels->label[i].y, limit + half);
        limit = labels->label[i].y + half;
    }
    limit = view->y + view->h;
    for (size_t i = labels->n; i-- > 0;) {
        double half = 0.5 * label_height(&labels->label[i]);
        labels->label[i].y = fmin(labels->label[i].y, limit - half);
        limit = labels->label[i].y - half;
    }
}

/* ---- curves ------------------------------------------------------------------ */

/* The members of one group of identical curves. */
typedef struct stack {
    const crs_plot_panel *panel;
    const size_t *group;
    size_t leader, size;
} stack;

static stack stack_of(const crs_plot_panel *panel, const size_t *group, size_t leader)
{
    stack s = {panel, group, leader, 0};
    for (size_t i = leader; i < panel->n_curves; i++)
        s.size += group[i] == leader;
    return s;
}

static const crs__plot_curve_style *style_of_member(const stack *s, size_t member)
{
    size_t i = s->leader;
    while (s->group[i] != s->leader || member-- > 0)
        i++;
    return crs__plot_curve_style_of(crs__plot_style_of_curve(s->panel, i));
}

/*
 * One line, or several on top of each other: the first wide and pale, each next
 * one narrower, the last dashed in its full colour, so that all are seen.
 */
static void draw_stack(const stack *s, const crs__plot_path *path, crs__plot_canvas *canvas)
{
    double step = s->size > 1 ? fmin(2.8, 8.4 / (double)(s->size - 1)) : 0;
    for (size_t member = 0; member < s->size; member++) {
        const crs__plot_curve_style *style = style_of_member(s, member);
        int last = member + 1 == s->size, heavy = s->panel->curves[s->leader].heavy;
        crs__plot_paint paint = {CRS__PLOT_NO_COLOR, style->color, heavy ? 3.2 : 1.8, 0, NULL};
        paint.width += step * (double)(s->size - 1 - member);
        if (!last)
            paint.stroke =
                crs__plot_mix(style->color, CRS__PLOT_WHITE, member % 2 == 0 ? 0.6 : 0.35);
        if (!heavy && last) {
            paint.n_dash = style->n_dash;
            paint.dash = style->dash;
        }
        canvas->path(canvas, path, &paint);
    }
}

static crs__plot_marker marker_of(const crs__plot_curve_style *style)
{
    crs__plot_marker marker = {style->marker, MARKER_RADIUS, style->color, CRS__PLOT_WHITE, 0.8};
    return marker;
}

/* The curve's points on the page, a new part behind each gap. */
static crs_status path_of(const crs_plot_curve *curve, const crs__plot_view *view,
                          crs__plot_path *path)
{
    crs_status status = CRS_OK;
    int gap = 1;
    for (size_t i = 0; i < curve->n && status == CRS_OK; i++) {
        double px, py;
        if (!crs__plot_to_page(view, curve->x[i], curve->y[i], &px, &py)) {
            gap = 1;
            continue;
        }
        if (gap)
            status = crs__plot_path_begin(path, 0);
        if (status == CRS_OK)
            status = crs__plot_path_add(path, px, py);
        gap = 0;
    }
    return status;
}

/* Markers at a few of the curve's points; curves of other styles have theirs elsewhere. */
static void draw_markers(const stack *s, const crs__plot_view *view, crs__plot_canvas *canvas)
{
    const crs_plot_curve *curve = &s->panel->curves[s->leader];
    int style = crs__plot_style_of_curve(s->panel, s->leader);
    size_t count = curve->n <= MARKERS + 4 ? curve->n : MARKERS;
    double shift = 0.5 + 0.28 * (style % 3 - 1);
    for (size_t k = 0; k < count; k++) {
        size_t i = k;
        double px, py;
        if (count < curve->n)
            i = (size_t)(((double)k + shift) * (double)curve->n / (double)count);
        if (crs__plot_to_page(view, curve->x[i], curve->y[i], &px, &py) &&
            is_inside(view, px, py)) {
            crs__plot_marker marker = marker_of(style_of_member(s, k % s->size));
            canvas->marker(canvas, px, py, &marker);
        }
    }
}

static crs_status draw_group(const stack *s, const crs__plot_view *view, crs__plot_canvas *canvas)
{
    const crs_plot_curve *curve = &s->panel->curves[s->leader];
    crs__plot_path path = {0};
    crs_status status = path_of(curve, view, &path);
    if (status == CRS_OK)
        status = crs__plot_path_simplify(&path, 0.1);
    if (status == CRS_OK) {
        canvas->begin_group(canvas, curve->name);
        canvas->clip(canvas, view->x, view->y - 2, view->w, view->h + 4);
        draw_stack(s, &path, canvas);
        canvas->leave(canvas);
        if (!curve->heavy)
            draw_markers(s, view, canvas);
        canvas->end_group(canvas);
    }
    crs__plot_path_release(&path);
    return status;
}

crs_status crs__plot_curves_draw(const crs_plot_panel *panel, const crs__plot_view *view,
                                 crs__plot_canvas *canvas)
{
    size_t *group = crs__alloc(panel->n_curves, sizeof *group);
    crs_status status = CRS_OK;
    if (group == NULL)
        return CRS_ENOMEM;
    crs__plot_group_curves(panel, group);
    for (size_t i = 0; i < panel->n_curves && status == CRS_OK; i++) {
        if (group[i] == i && panel->curves[i].n > 0) {
            stack s = stack_of(panel, group, i);
            status = draw_group(&s, view, canvas);
        }
    }
    crs__free(group);
    return status;
}

/* ---- labels on the page -------------------------------------------------------- */

/* A thin line from a curve's end to its label; none where the curve left the view before. */
static crs_status draw_leader(const crs__plot_curve_label *label, double x,
                              crs__plot_canvas *canvas)
{
    crs__plot_paint thin = {CRS__PLOT_NO_COLOR, CRS__PLOT_FRAME, 0.8, 0, NULL};
    crs__plot_path path = {0};
    crs_status status = CRS_OK;
    if (label->end_x > x - 2 * LABEL_GAP)
        status = crs__plot_path_line(&path, label->end_x + 5, label->end_y, x - 2, label->y);
    if (status == CRS_OK)
        canvas->path(canvas, &path, &thin);
    crs__plot_path_release(&path);
    return status;
}

static crs_status draw_sample(const stack *s, double x, double y, crs__plot_canvas *canvas)
{
    crs__plot_path path = {0};
    crs_status status = crs__plot_path_line(&path, x, y, x + SAMPLE_WIDTH, y);
    size_t shown = s->size < 3 ? s->size : 3;
    if (status == CRS_OK)
        draw_stack(s, &path, canvas);
    for (size_t i = 0; i < shown && !s->panel->curves[s->leader].heavy; i++) {
        crs__plot_marker marker = marker_of(style_of_member(s, i));
        double step = SAMPLE_WIDTH / (double)shown;
        canvas->marker(canvas, x + ((double)i + 0.5) * step, y, &marker);
    }
    crs__plot_path_release(&path);
    return status;
}

static crs_status draw_label(const crs__plot_curve_label *label, const stack *s, double x,
                             crs__plot_canvas *canvas)
{
    crs__plot_font font = {CRS__PLOT_TEXT_SIZE, 0, CRS__PLOT_TEXT, CRS__PLOT_START, 0};
    double top = label->y - 0.5 * label_height(label);
    crs_status status = draw_leader(label, x, canvas);
    if (status == CRS_OK)
        status = draw_sample(s, x, label->y, canvas);
    for (size_t i = 0; i < label->lines.n; i++)
        canvas->text(canvas, x + SAMPLE_WIDTH + SAMPLE_GAP,
                     top + ((double)i + 0.5) * CRS__PLOT_TEXT_LINE + 0.36 * CRS__PLOT_TEXT_SIZE,
                     label->lines.line[i], &font);
    return status;
}

crs_status crs__plot_curve_labels_draw(const crs_plot_panel *panel, const crs__plot_view *view,
                                       double width, crs__plot_canvas *canvas)
{
    crs__plot_curve_labels labels;
    size_t *group = crs__alloc(panel->n_curves, sizeof *group);
    crs_status status = CRS_ENOMEM;
    if (group == NULL)
        return status;
    crs__plot_group_curves(panel, group);
    status = crs__plot_curve_labels_init(panel, width, &labels);
    if (status != CRS_OK)
        goto out;
    for (size_t i = 0; i < labels.n; i++)
        find_end(&panel->curves[labels.label[i].leader], view, &labels.label[i]);
    spread_labels(&labels, view);
    for (size_t i = 0; i < labels.n && status == CRS_OK; i++) {
        stack s = stack_of(panel, group, labels.label[i].leader);
        status = draw_label(&labels.label[i], &s, view->x + view->w + LABEL_GAP, canvas);
    }
    crs__plot_curve_labels_release(&labels);
out:
    crs__free(group);
    return status;
}
