#include "plot/figure.h"

#include <math.h>
#include <string.h>

#include "plot/palette.h"

/* Nodes of one field: beyond, indices and patience run out. */
#define MAX_NODES ((size_t)1 << 24)
/* Longest length that a figure may ask for, in pixels. */
#define MAX_LENGTH 8000.0

size_t crs__plot_span(const crs_plot_panel *panel)
{
    return panel->col_span > 0 ? panel->col_span : 1;
}

const crs_plot_panel *crs__plot_panel_at(const crs_plot_figure *figure, size_t row, size_t col)
{
    for (size_t i = 0; i < figure->n_panels; i++) {
        const crs_plot_panel *panel = &figure->panels[i];
        if (panel->row == row && col >= panel->col && col - panel->col < crs__plot_span(panel))
            return panel;
    }
    return NULL;
}

int crs__plot_is_chart(const crs_plot_panel *panel)
{
    return panel->n_curves > 0 && panel->fill == NULL && panel->points == NULL;
}

crs_status crs__plot_explain(crs_status status, crs_error *err)
{
    if (status == CRS_OK || (err != NULL && err->status == status))
        return status;
    return crs_error_set(err, status, "the picture could not be drawn: %s",
                         crs_status_text(status));
}

/* ---- checks -------------------------------------------------------------- */

/* Limits that can be divided by: finite, rising, and further apart than rounding. */
static crs_status check_range(double min, double max, const char *what, crs_error *err)
{
    if (!isfinite(min) || !isfinite(max))
        return crs_error_set(err, CRS_EINVAL, "%s: a limit is not finite", what);
    if (min >= max)
        return crs_error_set(err, CRS_EINVAL,
                             "%s: the lower limit %g must be below the upper limit %g", what, min,
                             max);
    if (!isfinite(max - min) || max - min < 1e-12 * fmax(fabs(min), fabs(max)) ||
        max - min < 1e-290)
        return crs_error_set(err, CRS_EINVAL, "%s: from %g to %g is too wide or too narrow to draw",
                             what, min, max);
    return CRS_OK;
}

static crs_status check_field(const crs_plot_field *field, crs_error *err)
{
    crs_status status;
    if (field->nx == 0 || field->ny == 0)
        return CRS_OK;
    if (field->nx > MAX_NODES || field->ny > MAX_NODES / field->nx)
        return crs_error_set(err, CRS_EINVAL, "a field of %zu x %zu values: at most %zu in all",
                             field->nx, field->ny, MAX_NODES);
    if (field->values == NULL)
        return crs_error_set(err, CRS_EINVAL, "a field of %zu x %zu without values", field->nx,
                             field->ny);
    if (field->cell_texts != NULL && !field->cells)
        return crs_error_set(err, CRS_EINVAL, "a field with texts on cells and no cells");
    if (field->n_levels > 0 && field->levels == NULL)
        return crs_error_set(err, CRS_EINVAL, "a field with %zu levels and none given",
                             field->n_levels);
    for (size_t i = 0; i < field->n_levels; i++)
        if (!isfinite(field->levels[i]) || (i > 0 && field->levels[i] <= field->levels[i - 1]))
            return crs_error_set(err, CRS_EINVAL,
                                 "a field's levels must rise and be finite: level %zu is %g", i,
                                 field->levels[i]);
    status = check_range(field->x_min, field->x_max, "a field's x", err);
    if (status == CRS_OK)
        status = check_range(field->y_min, field->y_max, "a field's y", err);
    return status;
}

/* Both limits 0 stand for "from the content". */
static int is_automatic(double min, double max)
{
    return min == 0 && max == 0;
}

/* A count without the array it counts. */
static crs_status check_array(size_t n, const void *array, const char *what, crs_error *err)
{
    if (n > 0 && array == NULL)
        return crs_error_set(err, CRS_EINVAL, "%zu %s and no array of them", n, what);
    return CRS_OK;
}

static crs_status check_axes(const crs_plot_axes *axes, crs_error *err)
{
    crs_status status = check_array(axes->n_x_names, axes->x_names, "names of x", err);
    if (status == CRS_OK)
        status = check_array(axes->n_y_names, axes->y_names, "names of y", err);
    if (status == CRS_OK && !is_automatic(axes->x_min, axes->x_max))
        status = check_range(axes->x_min, axes->x_max, "x axis", err);
    if (status == CRS_OK && !is_automatic(axes->y_min, axes->y_max)) {
        status = check_range(axes->y_min, axes->y_max, "y axis", err);
        if (status == CRS_OK && axes->log_y && axes->y_min <= 0)
            status = crs_error_set(err, CRS_EINVAL,
                                   "y axis: a logarithmic axis must begin above 0, not at %g",
                                   axes->y_min);
    }
    return status;
}

static crs_status check_points(const crs_plot_points *points, crs_error *err)
{
    crs_status status = check_array(points->n, points->xy, "points", err);
    if (status == CRS_OK)
        status = check_array(points->n_names, points->names, "names of classes", err);
    for (size_t i = 0; status == CRS_OK && points->label != NULL && i < points->n; i++)
        if (points->label[i] < 0)
            status = crs_error_set(err, CRS_EINVAL, "point %zu has class %d: classes count from 0",
                                   i, points->label[i]);
    return status;
}

static crs_status check_content(const crs_plot_panel *panel, crs_error *err)
{
    crs_status status = check_array(panel->n_creases, panel->creases, "creases", err);
    if (status == CRS_OK)
        status = check_array(panel->n_contours, panel->contours, "contours", err);
    if (status == CRS_OK)
        status = check_array(panel->n_curves, panel->curves, "curves", err);
    if (status == CRS_OK)
        status = check_array(panel->n_dots, panel->dots, "dots", err);
    if (status == CRS_OK && panel->points != NULL)
        status = check_points(panel->points, err);
    if (status == CRS_OK && panel->fill != NULL)
        status = check_field(panel->fill, err);
    for (size_t i = 0; status == CRS_OK && i < panel->n_contours; i++) {
        const crs_plot_contour *contour = &panel->contours[i];
        if (contour->field == NULL || !isfinite(contour->level))
            return crs_error_set(err, CRS_EINVAL,
                                 "contour %zu has no field or a level that is not finite", i);
        if (contour->field->cells)
            return crs_error_set(err, CRS_EINVAL, "contour %zu is of a field of cells", i);
        status = check_field(contour->field, err);
    }
    for (size_t i = 0; status == CRS_OK && i < panel->n_curves; i++) {
        const crs_plot_curve *curve = &panel->curves[i];
        status = check_array(curve->n, curve->x, "points of a curve", err);
        if (status == CRS_OK)
            status = check_array(curve->n, curve->y, "points of a curve", err);
    }
    return status;
}

/* Inside the grid, and alone there. */
static crs_status check_place(const crs_plot_figure *figure, size_t i, crs_error *err)
{
    const crs_plot_panel *panel = &figure->panels[i];
    size_t span = crs__plot_span(panel);
    if (panel->row >= CRS__PLOT_MAX_GRID || panel->col >= CRS__PLOT_MAX_GRID ||
        span > CRS__PLOT_MAX_GRID - panel->col)
        return crs_error_set(err, CRS_EINVAL, "panel %zu lies outside the %d x %d grid", i,
                             CRS__PLOT_MAX_GRID, CRS__PLOT_MAX_GRID);
    for (size_t col = panel->col; col < panel->col + span; col++)
        if (crs__plot_panel_at(figure, panel->row, col) != panel)
            return crs_error_set(err, CRS_EINVAL,
                                 "panel %zu covers row %zu, column %zu, where another one is", i,
                                 panel->row, col);
    return CRS_OK;
}

/* 0 stands for a default. */
static int is_length(double length, double most)
{
    return length == 0 || (length > 0 && length <= most);
}

static crs_status check_prefix(const char *prefix, crs_error *err)
{
    if (prefix == NULL)
        return CRS_OK;
    if (prefix[0] == '\0' || strspn(prefix, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                            "0123456789-") != strlen(prefix))
        return crs_error_set(err, CRS_EINVAL, "an id prefix is made of letters, digits and -");
    return CRS_OK;
}

crs_status crs__plot_check(const crs_plot_figure *figure, crs_error *err)
{
    crs_status status = check_prefix(figure->id_prefix, err);
    if (status != CRS_OK)
        return status;
    if (figure->n_panels == 0 || figure->panels == NULL)
        return crs_error_set(err, CRS_EINVAL, "a figure needs at least one panel");
    if (!is_length(figure->column_width, MAX_LENGTH) || !is_length(figure->png_scale, 16))
        return crs_error_set(err, CRS_EINVAL,
                             "a column is up to %g pixels wide, a PNG up to 16 times enlarged",
                             MAX_LENGTH);
    for (size_t i = 0; i < figure->n_panels && status == CRS_OK; i++) {
        const crs_plot_panel *panel = &figure->panels[i];
        if (!is_length(panel->height, MAX_LENGTH))
            return crs_error_set(err, CRS_EINVAL,
                                 "panel %zu: its height is not from 0 to %g pixels", i, MAX_LENGTH);
        status = check_place(figure, i, err);
        if (status == CRS_OK && panel->axes != NULL)
            status = check_axes(panel->axes, err);
        if (status == CRS_OK)
            status = check_content(panel, err);
    }
    return status;
}

/* ---- limits -------------------------------------------------------------- */

typedef struct range {
    double min, max;
} range;

static void widen(range *r, double value)
{
    if (isfinite(value)) {
        r->min = fmin(r->min, value);
        r->max = fmax(r->max, value);
    }
}

typedef struct extent {
    range x, y;
    int has_field; /* a field fills its panel: then nothing is added around the content */
    int log_y;
} extent;

static void widen_point(extent *e, double x, double y)
{
    if (!isfinite(x) || !isfinite(y) || (e->log_y && y <= 0))
        return;
    widen(&e->x, x);
    widen(&e->y, y);
}

static void widen_field(extent *e, const crs_plot_field *field)
{
    if (field->nx == 0 || field->ny == 0)
        return;
    e->has_field = 1;
    widen(&e->x, field->x_min);
    widen(&e->x, field->x_max);
    widen(&e->y, field->y_min);
    widen(&e->y, field->y_max);
}

/* Fields alone decide where there are any. */
static void widen_by_panel(extent *e, const crs_plot_panel *panel, int fields)
{
    if (fields) {
        if (panel->fill != NULL)
            widen_field(e, panel->fill);
        for (size_t i = 0; i < panel->n_contours; i++)
            widen_field(e, panel->contours[i].field);
        return;
    }
    for (size_t i = 0; i < panel->n_curves; i++)
        for (size_t j = 0; j < panel->curves[i].n; j++)
            widen_point(e, panel->curves[i].x[j], panel->curves[i].y[j]);
    for (size_t i = 0; i < panel->n_dots; i++)
        widen_point(e, panel->dots[i].x, panel->dots[i].y);
    for (size_t i = 0; panel->points != NULL && i < panel->points->n; i++)
        widen_point(e, panel->points->xy[2 * i], panel->points->xy[2 * i + 1]);
}

/* Give a range without width some, and air of `part` of it on both sides. */
static void pad(range *r, double part, int logarithmic)
{
    int from_zero = r->min >= 0;
    double margin;
    if (r->min > r->max) {
        r->min = logarithmic ? 0.1 : 0;
        r->max = 1;
        return;
    }
    if (logarithmic) {
        double factor = r->min < r->max ? pow(r->max / r->min, part) : 3;
        r->min /= factor;
        r->max *= factor;
        return;
    }
    if (r->min == r->max)
        margin = fmax(0.5, 0.05 * fabs(r->min));
    else
        margin = part * (r->max - r->min);
    r->min -= margin;
    r->max += margin;
    /* costs and counts do not go below 0: neither does their axis */
    if (from_zero && r->min < 0)
        r->min = 0;
}

static void content_extent(const crs_plot_figure *figure, const crs_plot_panel *panel, extent *e)
{
    for (int fields = 1; fields >= 0 && !e->has_field; fields--) {
        for (size_t i = 0; i < figure->n_panels; i++) {
            const crs_plot_panel *other = &figure->panels[i];
            if (other == panel || (panel->axes != NULL && other->axes == panel->axes))
                widen_by_panel(e, other, fields);
        }
    }
}

crs_status crs__plot_limits_of(const crs_plot_figure *figure, size_t i, crs_error *err,
                               crs__plot_limits *out)
{
    static const crs_plot_axes automatic;
    const crs_plot_panel *panel = &figure->panels[i];
    const crs_plot_axes *axes = panel->axes != NULL ? panel->axes : &automatic;
    extent e = {{INFINITY, -INFINITY}, {INFINITY, -INFINITY}, 0, axes->log_y};
    crs_status status;
    content_extent(figure, panel, &e);
    if (!e.has_field) {
        pad(&e.x, crs__plot_is_chart(panel) ? 0 : 0.05, 0);
        pad(&e.y, 0.06, e.log_y);
    }
    if (!is_automatic(axes->x_min, axes->x_max)) {
        e.x.min = axes->x_min;
        e.x.max = axes->x_max;
    }
    if (!is_automatic(axes->y_min, axes->y_max)) {
        e.y.min = axes->y_min;
        e.y.max = axes->y_max;
    }
    status = check_range(e.x.min, e.x.max, "x of a panel's content", err);
    if (status == CRS_OK)
        status = check_range(e.y.min, e.y.max, "y of a panel's content", err);
    if (status == CRS_OK && e.log_y && e.y.min <= 0)
        status = crs_error_set(err, CRS_EINVAL,
                               "a field that reaches down to %g on a logarithmic axis", e.y.min);
    out->x_min = e.x.min;
    out->x_max = e.x.max;
    out->y_min = e.y.min;
    out->y_max = e.y.max;
    out->log_y = e.log_y;
    out->y_down = axes->y_down != 0;
    out->cells = panel->fill != NULL && panel->fill->cells;
    return status;
}

int crs__plot_place(const crs__plot_limits *limits, double x, double y, double *u, double *v)
{
    *u = (x - limits->x_min) / (limits->x_max - limits->x_min);
    if (limits->log_y)
        *v = (log(y) - log(limits->y_min)) / (log(limits->y_max) - log(limits->y_min));
    else
        *v = (y - limits->y_min) / (limits->y_max - limits->y_min);
    if (limits->y_down)
        *v = 1 - *v;
    return isfinite(*u) && isfinite(*v);
}

/* ---- curves --------------------------------------------------------------- */

static int same_curve(const crs_plot_curve *a, const crs_plot_curve *b)
{
    size_t bytes = a->n * sizeof *a->x;
    return a->n == b->n &&
           (a->n == 0 || (memcmp(a->x, b->x, bytes) == 0 && memcmp(a->y, b->y, bytes) == 0));
}

void crs__plot_group_curves(const crs_plot_panel *panel, size_t *leader)
{
    for (size_t i = 0; i < panel->n_curves; i++) {
        leader[i] = 0;
        while (!same_curve(&panel->curves[leader[i]], &panel->curves[i]))
            leader[i]++; /* ends at i itself */
    }
}

int crs__plot_style_of_curve(const crs_plot_panel *panel, size_t i)
{
    int style = panel->curves[i].style;
    return style > 0 ? style : (int)(i % CRS__PLOT_N_STYLES) + 1;
}
