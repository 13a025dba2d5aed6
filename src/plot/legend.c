#include "plot/legend.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plot/layout.h"
#include "plot/ticks.h"

#define ROW 24.0
#define GAP 24.0     /* between entries */
#define SIGN_GAP 7.0 /* between a sign and its name */
#define POINT_WIDTH 10.0
#define LINE_WIDTH 30.0
#define BAR_WIDTH 132.0
#define BAR_HEIGHT 11.0

static const double crease_dash[] = {5, 3};

crs__plot_paint crs__plot_line_paint(crs_plot_line line)
{
    crs__plot_paint boundary = {CRS__PLOT_NO_COLOR, CRS__PLOT_INK, 2.2, 0, NULL};
    crs__plot_paint crease = {CRS__PLOT_NO_COLOR, CRS__PLOT_CREASE, 0.9, 2, crease_dash};
    return line == CRS_PLOT_LINE_BOUNDARY ? boundary : crease;
}

crs__plot_marker crs__plot_point_marker(int label, int wrong, double radius)
{
    crs__plot_color color = crs__plot_class_color(label);
    crs__plot_marker right_one = {crs__plot_class_shape(label), radius, color, CRS__PLOT_WHITE,
                                  0.7};
    crs__plot_marker wrong_one = {crs__plot_class_shape(label), radius + 0.5, CRS__PLOT_WHITE,
                                  color, 1.3};
    return wrong ? wrong_one : right_one;
}

/* ---- what there is ---------------------------------------------------------- */

static int same_name(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void add(crs__plot_legend *legend, crs__plot_legend_kind kind, int label, const char *name,
                const crs_plot_field *field)
{
    crs__plot_legend_entry *entry;
    for (size_t i = 0; i < legend->n; i++)
        if (legend->entry[i].kind == kind && legend->entry[i].label == label &&
            same_name(legend->entry[i].name, name))
            return;
    if (legend->n == CRS__PLOT_MAX_LEGEND)
        return;
    entry = &legend->entry[legend->n++];
    entry->kind = kind;
    entry->label = label;
    entry->name = name;
    entry->field = field;
}

static void add_classes(crs__plot_legend *legend, const crs_plot_points *points)
{
    int most = -1;
    for (size_t i = 0; i < points->n; i++) {
        int label = points->label != NULL ? points->label[i] : 0;
        most = label > most ? label : most;
    }
    for (int label = 0; label <= most && label < CRS__PLOT_MAX_LEGEND; label++) {
        const char *name = (size_t)label < points->n_names ? points->names[label] : NULL;
        /* points without classes and names need no key */
        if (points->label != NULL || name != NULL)
            add(legend, CRS__PLOT_LEGEND_CLASS, label, name, NULL);
    }
}

static int has_wrong(const crs_plot_points *points)
{
    for (size_t i = 0; points->wrong != NULL && i < points->n; i++)
        if (points->wrong[i])
            return 1;
    return 0;
}

static void collect(const crs_plot_figure *figure, crs__plot_legend_kind kind,
                    crs__plot_legend *legend)
{
    for (size_t i = 0; i < figure->n_panels; i++) {
        const crs_plot_panel *panel = &figure->panels[i];
        if (kind == CRS__PLOT_LEGEND_CLASS && panel->points != NULL)
            add_classes(legend, panel->points);
        if (kind == CRS__PLOT_LEGEND_WRONG && panel->points != NULL && has_wrong(panel->points))
            add(legend, kind, 0, "misclassified", NULL);
        if (kind == CRS__PLOT_LEGEND_FIELD && panel->fill != NULL && panel->fill->name != NULL)
            add(legend, kind, 0, panel->fill->name, panel->fill);
        if (kind == CRS__PLOT_LEGEND_CREASE && panel->n_creases > 0 && panel->creases_name != NULL)
            add(legend, kind, 0, panel->creases_name, NULL);
        for (size_t j = 0; j < panel->n_contours; j++) {
            const crs_plot_contour *contour = &panel->contours[j];
            int fits = kind == (contour->line == CRS_PLOT_LINE_BOUNDARY ? CRS__PLOT_LEGEND_BOUNDARY
                                                                        : CRS__PLOT_LEGEND_CREASE);
            if (fits && contour->name != NULL)
                add(legend, kind, 0, contour->name, NULL);
        }
    }
}

void crs__plot_legend_text(const crs__plot_legend_entry *entry, size_t size, char *text)
{
    if (entry->name != NULL)
        (void)snprintf(text, size, "%s", entry->name);
    else
        (void)snprintf(text, size, "class %d", entry->label);
}

/* ---- where it goes ----------------------------------------------------------- */

/* The numbers at both ends of a field's scale; cells reach half a band beyond their levels. */
static void end_numbers(const crs_plot_field *field, char *low, char *high)
{
    const double *level;
    size_t n = crs__plot_levels(field, &level);
    double beyond = field->cells && n > 1 ? 0.5 * (level[1] - level[0]) : 0;
    crs__plot_fixed(field->n_levels > 0 ? level[0] - beyond : 0, 3, low);
    crs__plot_fixed(field->n_levels > 0 ? level[n - 1] + beyond : 1, 3, high);
}

/* Room for a number beside the bar: more than a digit where it is longer. */
static double number_width(const char *number)
{
    return fmax(11, crs__plot_text_width(crs__plot_slice_of(number), CRS__PLOT_TEXT_SIZE, 0));
}

static double bar_width(const crs_plot_field *field)
{
    char low[CRS__PLOT_NUMBER], high[CRS__PLOT_NUMBER];
    end_numbers(field, low, high);
    return BAR_WIDTH + 14 + number_width(low) + number_width(high);
}

static double sign_width(const crs__plot_legend_entry *entry)
{
    switch (entry->kind) {
    case CRS__PLOT_LEGEND_FIELD:
        return bar_width(entry->field);
    case CRS__PLOT_LEGEND_BOUNDARY:
    case CRS__PLOT_LEGEND_CREASE:
        return LINE_WIDTH;
    case CRS__PLOT_LEGEND_WRONG:
        return 2 * POINT_WIDTH + 2;
    default:
        return POINT_WIDTH;
    }
}

static double entry_width(const crs__plot_legend_entry *entry)
{
    char text[256];
    crs__plot_legend_text(entry, sizeof text, text);
    return sign_width(entry) + SIGN_GAP +
           crs__plot_text_width(crs__plot_slice_of(text), CRS__PLOT_TEXT_SIZE, 0);
}

void crs__plot_legend_init(const crs_plot_figure *figure, double width, crs__plot_legend *out)
{
    double x = 0, y = 0;
    out->n = 0;
    collect(figure, CRS__PLOT_LEGEND_CLASS, out);
    collect(figure, CRS__PLOT_LEGEND_WRONG, out);
    collect(figure, CRS__PLOT_LEGEND_BOUNDARY, out);
    collect(figure, CRS__PLOT_LEGEND_CREASE, out);
    collect(figure, CRS__PLOT_LEGEND_FIELD, out);
    for (size_t i = 0; i < out->n; i++) {
        double w = entry_width(&out->entry[i]);
        if (x > 0 && x + w > width) {
            x = 0;
            y += ROW;
        }
        out->entry[i].x = x;
        out->entry[i].y = y;
        x += w + GAP;
    }
    out->height = out->n > 0 ? y + ROW : 0;
}

/* ---- drawing ------------------------------------------------------------------ */

static void put_text(crs__plot_canvas *canvas, double x, double y, const char *text,
                     crs__plot_anchor anchor)
{
    crs__plot_font font = {CRS__PLOT_TEXT_SIZE, 0, CRS__PLOT_TEXT, anchor, 0};
    canvas->text(canvas, x, y + 0.36 * CRS__PLOT_TEXT_SIZE, crs__plot_slice_of(text), &font);
}

/* The bands side by side, with the numbers at both ends of the scale. */
static crs_status draw_bar(const crs_plot_field *field, double x, double y,
                           crs__plot_canvas *canvas)
{
    const double *level;
    size_t n = crs__plot_levels(field, &level);
    char low[CRS__PLOT_NUMBER], high[CRS__PLOT_NUMBER];
    crs__plot_paint frame = {CRS__PLOT_NO_COLOR, CRS__PLOT_FRAME, 0.8, 0, NULL};
    crs__plot_path path = {0};
    crs_status status = CRS_OK;
    end_numbers(field, low, high);
    put_text(canvas, x + number_width(low), y, low, CRS__PLOT_END);
    x += number_width(low) + 6;
    y -= 0.5 * BAR_HEIGHT;
    for (size_t i = 0; i <= n && status == CRS_OK; i++) {
        crs__plot_paint paint = {crs__plot_band_color(i, n), CRS__PLOT_NO_COLOR, 0, 0, NULL};
        double from = BAR_WIDTH * (double)i / (double)(n + 1);
        crs__plot_path_clear(&path);
        /* each over the rest of the bar: no seams */
        status = crs__plot_path_rect(&path, x + from, y, BAR_WIDTH - from, BAR_HEIGHT);
        if (status == CRS_OK)
            canvas->path(canvas, &path, &paint);
    }
    crs__plot_path_clear(&path);
    if (status == CRS_OK)
        status = crs__plot_path_rect(&path, x, y, BAR_WIDTH, BAR_HEIGHT);
    if (status == CRS_OK)
        canvas->path(canvas, &path, &frame);
    put_text(canvas, x + BAR_WIDTH + 6, y + 0.5 * BAR_HEIGHT, high, CRS__PLOT_START);
    crs__plot_path_release(&path);
    return status;
}

static crs_status draw_line(crs_plot_line line, double x, double y, crs__plot_canvas *canvas)
{
    crs__plot_paint paint = crs__plot_line_paint(line);
    crs__plot_path path = {0};
    crs_status status = crs__plot_path_line(&path, x, y, x + LINE_WIDTH, y);
    if (status == CRS_OK)
        canvas->path(canvas, &path, &paint);
    crs__plot_path_release(&path);
    return status;
}

static void draw_point(int label, int wrong, double x, double y, crs__plot_canvas *canvas)
{
    crs__plot_marker marker = crs__plot_point_marker(label, wrong, 3.8);
    canvas->marker(canvas, x + 0.5 * POINT_WIDTH, y, &marker);
}

static crs_status draw_sign(const crs__plot_legend_entry *entry, double x, double y,
                            crs__plot_canvas *canvas)
{
    switch (entry->kind) {
    case CRS__PLOT_LEGEND_FIELD:
        return draw_bar(entry->field, x, y, canvas);
    case CRS__PLOT_LEGEND_BOUNDARY:
        return draw_line(CRS_PLOT_LINE_BOUNDARY, x, y, canvas);
    case CRS__PLOT_LEGEND_CREASE:
        return draw_line(CRS_PLOT_LINE_CREASE, x, y, canvas);
    case CRS__PLOT_LEGEND_WRONG:
        /* any class may be misclassified: two of them stand for all */
        for (int label = 0; label < 2; label++)
            draw_point(label, 1, x + label * (POINT_WIDTH + 2), y, canvas);
        return CRS_OK;
    default:
        draw_point(entry->label, 0, x, y, canvas);
        return CRS_OK;
    }
}

crs_status crs__plot_legend_draw(const crs__plot_legend *legend, double x, double y,
                                 crs__plot_canvas *canvas)
{
    crs_status status = CRS_OK;
    for (size_t i = 0; i < legend->n && status == CRS_OK; i++) {
        const crs__plot_legend_entry *entry = &legend->entry[i];
        double left = x + entry->x, middle = y + entry->y + 0.5 * ROW;
        char text[256];
        crs__plot_legend_text(entry, sizeof text, text);
        status = draw_sign(entry, left, middle, canvas);
        put_text(canvas, left + sign_width(entry) + SIGN_GAP, middle, text, CRS__PLOT_START);
    }
    return status;
}
