/*
 * SVG, written by hand: paths in tenths of a pixel with relative steps, markers
 * defined once and used, texts as <text>, so that a page stays small and its
 * words can be read, searched and copied. (Four panels of the planar flower:
 * 103 kB here, 842 kB from cairo 1.16, whose letters are shapes.)
 */
#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "plot/canvas.h"
#include "plot/out.h"

/* Markers that differ; more than a figure ever has. Beyond these they are drawn in full. */
#define MAX_MARKERS 64

typedef struct svg {
    crs__plot_canvas canvas;
    crs__plot_out out;
    const char *prefix;
    crs_status status; /* of what is not writing */
    size_t n_clips;
    size_t n_markers;
    crs__plot_marker marker[MAX_MARKERS];
} svg;

/* The text as XML, in element content and in attributes. */
static void put_escaped(crs__plot_out *out, crs__plot_slice text)
{
    for (uint32_t c; (c = crs__plot_next_char(&text)) != 0;) {
        switch (c) {
        case '<':
            crs__plot_out_text(out, "&lt;");
            break;
        case '>':
            crs__plot_out_text(out, "&gt;");
            break;
        case '&':
            crs__plot_out_text(out, "&amp;");
            break;
        case '"':
            crs__plot_out_text(out, "&quot;");
            break;
        default:
            crs__plot_out_char(out, c);
        }
    }
}

static void put_element(crs__plot_out *out, const char *name, const char *id_prefix,
                        const char *text)
{
    crs__plot_out_text(out, "<");
    crs__plot_out_text(out, name);
    if (id_prefix != NULL) {
        crs__plot_out_text(out, " id=\"");
        crs__plot_out_text(out, id_prefix);
        crs__plot_out_text(out, "-");
        crs__plot_out_text(out, name);
        crs__plot_out_text(out, "\"");
    }
    crs__plot_out_text(out, ">");
    put_escaped(out, crs__plot_slice_of(text));
    crs__plot_out_text(out, "</");
    crs__plot_out_text(out, name);
    crs__plot_out_text(out, ">\n");
}

/* name="value" */
static void put_number(crs__plot_out *out, const char *name, double value, int decimals)
{
    crs__plot_out_text(out, " ");
    crs__plot_out_text(out, name);
    crs__plot_out_text(out, "=\"");
    crs__plot_out_number(out, value, decimals);
    crs__plot_out_text(out, "\"");
}

static void put_color(crs__plot_out *out, const char *name, crs__plot_color color)
{
    static const char digit[] = "0123456789abcdef";
    char text[8] = "#000000";
    for (int i = 0; i < 6; i++)
        text[1 + i] = digit[color >> (20 - 4 * i) & 0xF];
    crs__plot_out_text(out, " ");
    crs__plot_out_text(out, name);
    crs__plot_out_text(out, "=\"");
    crs__plot_out_text(out, color == CRS__PLOT_NO_COLOR ? "none" : text);
    crs__plot_out_text(out, "\"");
}

static void put_paint(crs__plot_out *out, const crs__plot_paint *paint)
{
    put_color(out, "fill", paint->fill);
    if (paint->stroke == CRS__PLOT_NO_COLOR)
        return;
    put_color(out, "stroke", paint->stroke);
    put_number(out, "stroke-width", paint->width, 2);
    if (paint->n_dash == 0)
        return;
    crs__plot_out_text(out, " stroke-linecap=\"butt\" stroke-dasharray=\"");
    for (size_t i = 0; i < paint->n_dash; i++) {
        crs__plot_out_text(out, i > 0 ? " " : "");
        crs__plot_out_number(out, paint->dash[i], 1);
    }
    crs__plot_out_text(out, "\"");
}

/* ---- path data ------------------------------------------------------------- */

/* Numbers of a path: no space before a minus sign, no 0 before the point. */
typedef struct pen {
    crs__plot_out *out;
    char command; /* the one in force: numbers may follow without naming it again */
    int glued;    /* a number stands before: a separator is due */
    long x, y;    /* in tenths */
} pen;

static void put_tenths(pen *p, long tenths)
{
    long whole = labs(tenths) / 10, rest = labs(tenths) % 10;
    if (tenths < 0)
        crs__plot_out_text(p->out, "-");
    else if (p->glued)
        crs__plot_out_text(p->out, " ");
    if (whole > 0 || rest == 0)
        crs__plot_out_number(p->out, (double)whole, 0);
    if (rest > 0) {
        char text[3] = {'.', (char)('0' + rest), '\0'};
        crs__plot_out_text(p->out, text);
    }
    p->glued = 1;
}

static void put_command(pen *p, char command)
{
    char text[2] = {command, '\0'};
    if (p->command == command)
        return;
    crs__plot_out_text(p->out, text);
    p->command = command;
    p->glued = 0;
}

static void put_step(pen *p, long x, long y)
{
    long dx = x - p->x, dy = y - p->y;
    if (dx == 0 && dy == 0)
        return;
    put_command(p, dy == 0 ? 'h' : dx == 0 ? 'v' : 'l');
    if (dx != 0)
        put_tenths(p, dx);
    if (dy != 0)
        put_tenths(p, dy);
    p->x = x;
    p->y = y;
}

static long tenths(double length)
{
    return lround(fmax(-1e7, fmin(1e7, 10 * length)));
}

static void put_part(pen *p, const crs__plot_path *path, size_t part)
{
    size_t first = path->start[part], end = crs__plot_path_end(path, part);
    if (first == end)
        return;
    p->x = tenths(path->xy[2 * first]);
    p->y = tenths(path->xy[2 * first + 1]);
    p->command = 0;
    put_command(p, 'M');
    put_tenths(p, p->x);
    put_tenths(p, p->y);
    for (size_t i = first + 1; i < end; i++)
        put_step(p, tenths(path->xy[2 * i]), tenths(path->xy[2 * i + 1]));
    if (path->closed[part])
        put_command(p, 'z');
}

static void put_path_data(crs__plot_out *out, const crs__plot_path *path)
{
    pen p = {out, 0, 0, 0, 0};
    crs__plot_out_text(out, " d=\"");
    for (size_t i = 0; i < path->n_parts; i++)
        put_part(&p, path, i);
    crs__plot_out_text(out, "\"");
}

/* ---- the canvas ------------------------------------------------------------- */

static void draw_path(crs__plot_canvas *self, const crs__plot_path *path,
                      const crs__plot_paint *paint)
{
    svg *s = (svg *)self;
    if (path->n_parts == 0)
        return;
    crs__plot_out_text(&s->out, "<path");
    put_paint(&s->out, paint);
    put_path_data(&s->out, path);
    crs__plot_out_text(&s->out, "/>\n");
}

/* The marker around (0, 0). */
static void put_marker(svg *s, const crs__plot_marker *marker)
{
    crs__plot_path outline = {0};
    crs__plot_paint body = {marker->fill, marker->stroke, marker->width, 0, NULL};
    crs_status status = crs__plot_marker_outline(marker, &outline);
    if (status != CRS_OK) {
        s->status = status;
    } else {
        crs__plot_out_text(&s->out, outline.n_points > 0 ? "<path" : "<circle");
        put_paint(&s->out, &body);
        if (outline.n_points > 0)
            put_path_data(&s->out, &outline);
        else
            put_number(&s->out, "r", marker->radius, 1);
        crs__plot_out_text(&s->out, "/>");
    }
    crs__plot_path_release(&outline);
}

static int same_marker(const crs__plot_marker *a, const crs__plot_marker *b)
{
    return a->shape == b->shape && a->radius == b->radius && a->fill == b->fill &&
           a->stroke == b->stroke && a->width == b->width;
}

static void put_marker_id(svg *s, size_t i)
{
    crs__plot_out_text(&s->out, s->prefix);
    crs__plot_out_text(&s->out, "-m");
    crs__plot_out_number(&s->out, (double)i, 0);
}

/* Number of the marker, defined where it is new; MAX_MARKERS where there is no room. */
static size_t define_marker(svg *s, const crs__plot_marker *marker)
{
    size_t i = 0;
    while (i < s->n_markers && !same_marker(&s->marker[i], marker))
        i++;
    if (i < s->n_markers || i == MAX_MARKERS)
        return i;
    s->marker[s->n_markers++] = *marker;
    crs__plot_out_text(&s->out, "<defs><g id=\"");
    put_marker_id(s, i);
    crs__plot_out_text(&s->out, "\">");
    put_marker(s, marker);
    crs__plot_out_text(&s->out, "</g></defs>\n");
    return i;
}

static void draw_marker(crs__plot_canvas *self, double x, double y, const crs__plot_marker *marker)
{
    svg *s = (svg *)self;
    size_t i = define_marker(s, marker);
    if (i == MAX_MARKERS) {
        crs__plot_out_text(&s->out, "<g transform=\"translate(");
        crs__plot_out_number(&s->out, x, 1);
        crs__plot_out_text(&s->out, " ");
        crs__plot_out_number(&s->out, y, 1);
        crs__plot_out_text(&s->out, ")\">");
        put_marker(s, marker);
        crs__plot_out_text(&s->out, "</g>\n");
        return;
    }
    crs__plot_out_text(&s->out, "<use href=\"#");
    put_marker_id(s, i);
    crs__plot_out_text(&s->out, "\"");
    put_number(&s->out, "x", x, 1);
    put_number(&s->out, "y", y, 1);
    crs__plot_out_text(&s->out, "/>\n");
}

static void draw_text(crs__plot_canvas *self, double x, double y, crs__plot_slice text,
                      const crs__plot_font *font)
{
    svg *s = (svg *)self;
    crs__plot_out_text(&s->out, "<text");
    if (font->upward) {
        crs__plot_out_text(&s->out, " transform=\"translate(");
        crs__plot_out_number(&s->out, x, 1);
        crs__plot_out_text(&s->out, " ");
        crs__plot_out_number(&s->out, y, 1);
        crs__plot_out_text(&s->out, ")rotate(-90)\"");
    } else {
        put_number(&s->out, "x", x, 1);
        put_number(&s->out, "y", y, 1);
    }
    put_number(&s->out, "font-size", font->size, 1);
    put_color(&s->out, "fill", font->color);
    if (font->bold)
        crs__plot_out_text(&s->out, " font-weight=\"bold\"");
    if (font->anchor != CRS__PLOT_START)
        crs__plot_out_text(&s->out, font->anchor == CRS__PLOT_END ? " text-anchor=\"end\""
                                                                  : " text-anchor=\"middle\"");
    crs__plot_out_text(&s->out, ">");
    put_escaped(&s->out, text);
    crs__plot_out_text(&s->out, "</text>\n");
}

static void put_clip_id(svg *s)
{
    crs__plot_out_text(&s->out, s->prefix);
    crs__plot_out_text(&s->out, "-c");
    crs__plot_out_number(&s->out, (double)s->n_clips, 0);
}

static void clip(crs__plot_canvas *self, double x, double y, double w, double h)
{
    svg *s = (svg *)self;
    crs__plot_out_text(&s->out, "<clipPath id=\"");
    put_clip_id(s);
    crs__plot_out_text(&s->out, "\"><rect");
    put_number(&s->out, "x", x, 1);
    put_number(&s->out, "y", y, 1);
    put_number(&s->out, "width", w, 1);
    put_number(&s->out, "height", h, 1);
    crs__plot_out_text(&s->out, "/></clipPath>\n<g clip-path=\"url(#");
    put_clip_id(s);
    crs__plot_out_text(&s->out, ")\">\n");
    s->n_clips++;
}

static void end_group(crs__plot_canvas *self)
{
    crs__plot_out_text(&((svg *)self)->out, "</g>\n");
}

static void begin_group(crs__plot_canvas *self, const char *name)
{
    svg *s = (svg *)self;
    crs__plot_out_text(&s->out, "<g>");
    if (name != NULL)
        put_element(&s->out, "title", NULL, name);
}

static crs_status finish(crs__plot_canvas *self)
{
    svg *s = (svg *)self;
    crs_status status;
    crs__plot_out_text(&s->out, "</g>\n</svg>\n");
    status = crs__plot_out_flush(&s->out);
    if (status == CRS_OK)
        status = s->status;
    crs__free(s);
    return status;
}

static void put_head(svg *s, const crs_plot_figure *figure, double width, double height)
{
    crs__plot_out *out = &s->out;
    crs__plot_out_text(out, "<svg xmlns=\"http://www.w3.org/2000/svg\"");
    put_number(out, "width", width, 0);
    put_number(out, "height", height, 0);
    crs__plot_out_text(out, " viewBox=\"0 0 ");
    crs__plot_out_number(out, width, 0);
    crs__plot_out_text(out, " ");
    crs__plot_out_number(out, height, 0);
    crs__plot_out_text(out, "\" role=\"img\" aria-labelledby=\"");
    crs__plot_out_text(out, s->prefix);
    crs__plot_out_text(out, "-title");
    if (figure->description != NULL) {
        crs__plot_out_text(out, " ");
        crs__plot_out_text(out, s->prefix);
        crs__plot_out_text(out, "-desc");
    }
    crs__plot_out_text(out, "\">\n");
    put_element(out, "title", s->prefix, figure->title != NULL ? figure->title : "Figure");
    if (figure->description != NULL)
        put_element(out, "desc", s->prefix, figure->description);
    crs__plot_out_text(out, "<g font-family=\"'Helvetica Neue',Helvetica,Arial,'DejaVu Sans',"
                            "sans-serif\" fill-rule=\"evenodd\" stroke-linejoin=\"round\" "
                            "stroke-linecap=\"round\">\n");
}

crs_status crs__plot_svg_create(const crs_plot_figure *figure, double width, double height,
                                const crs_sink *sink, crs__plot_canvas **out)
{
    static const crs__plot_canvas calls = {draw_path, draw_marker, draw_text, clip,
                                           end_group, begin_group, end_group, finish};
    svg *s = crs__alloc(1, sizeof *s);
    *out = NULL;
    if (s == NULL)
        return CRS_ENOMEM;
    s->canvas = calls;
    s->prefix = figure->id_prefix != NULL ? figure->id_prefix : "crs";
    crs__plot_out_init(&s->out, sink);
    put_head(s, figure, width, height);
    *out = &s->canvas;
    return CRS_OK;
}
