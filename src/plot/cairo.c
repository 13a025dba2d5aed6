/*
 * PNG and PDF through cairo, which is optional.
 */
#include "plot/canvas.h"

#include <cairo-pdf.h>
#include <cairo.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "plot/cairo_font.h"

/* What cairo's image surfaces can hold along one side. */
#define MAX_PIXELS 32767

typedef struct picture {
    crs__plot_canvas canvas;
    crs_plot_format format;
    const crs_sink *sink;
    cairo_surface_t *surface;
    cairo_t *cr;
    cairo_font_face_t *face[2]; /* regular, bold; NULL: not used yet, or not of a file */
    crs_status status;          /* the first failure that is not cairo's own */
    crs_status sink_status;     /* what the sink answered */
} picture;

static crs_status status_of(cairo_status_t status)
{
    if (status == CAIRO_STATUS_SUCCESS)
        return CRS_OK;
    return status == CAIRO_STATUS_NO_MEMORY ? CRS_ENOMEM : CRS_EIO;
}

/*
 * cairo leaves out a letter or an edge that it has no memory for, without a word; malloc() leaves
 * errno. Looked at after each drawing, as other calls set errno too.
 */
static void note_memory(picture *p)
{
    if (errno == ENOMEM)
        p->status = CRS_ENOMEM;
}

static cairo_status_t write_to_sink(void *closure, const unsigned char *bytes, unsigned int n)
{
    picture *p = closure;
    if (p->sink_status == CRS_OK)
        p->sink_status = p->sink->write(p->sink->ctx, bytes, n);
    return p->sink_status == CRS_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void set_color(cairo_t *cr, crs__plot_color color)
{
    cairo_set_source_rgb(cr, (double)(color >> 16 & 0xFF) / 255, (double)(color >> 8 & 0xFF) / 255,
                         (double)(color & 0xFF) / 255);
}

static void trace_path(cairo_t *cr, const crs__plot_path *path)
{
    cairo_new_path(cr);
    for (size_t i = 0; i < path->n_parts; i++) {
        size_t end = crs__plot_path_end(path, i);
        cairo_new_sub_path(cr);
        for (size_t j = path->start[i]; j < end; j++)
            cairo_line_to(cr, path->xy[2 * j], path->xy[2 * j + 1]);
        if (path->closed[i])
            cairo_close_path(cr);
    }
}

/* Fill and stroke the current path. */
static void apply_paint(cairo_t *cr, const crs__plot_paint *paint)
{
    if (paint->fill != CRS__PLOT_NO_COLOR) {
        set_color(cr, paint->fill);
        cairo_fill_preserve(cr);
    }
    if (paint->stroke != CRS__PLOT_NO_COLOR) {
        set_color(cr, paint->stroke);
        cairo_set_line_width(cr, paint->width);
        cairo_set_line_cap(cr, paint->n_dash > 0 ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND);
        cairo_set_dash(cr, paint->dash, (int)paint->n_dash, 0);
        cairo_stroke_preserve(cr);
    }
    cairo_new_path(cr);
}

static void draw_path(crs__plot_canvas *self, const crs__plot_path *path,
                      const crs__plot_paint *paint)
{
    picture *p = (picture *)self;
    trace_path(p->cr, path);
    apply_paint(p->cr, paint);
    note_memory(p);
}

static void draw_marker(crs__plot_canvas *self, double x, double y, const crs__plot_marker *marker)
{
    picture *p = (picture *)self;
    crs__plot_path outline = {0};
    crs__plot_paint body = {marker->fill, marker->stroke, marker->width, 0, NULL};
    crs_status status = crs__plot_marker_outline(marker, &outline);
    if (status != CRS_OK)
        p->status = status;
    cairo_save(p->cr);
    cairo_translate(p->cr, x, y);
    trace_path(p->cr, &outline);
    if (outline.n_points == 0)
        cairo_arc(p->cr, 0, 0, marker->radius, 0, 2 * 3.14159265358979323846);
    apply_paint(p->cr, &body);
    cairo_restore(p->cr);
    crs__plot_path_release(&outline);
    note_memory(p);
}

/* The slice as a terminated string that cairo accepts: well-formed UTF-8. */
static char *clean_text(crs__plot_slice text)
{
    char *clean = crs__alloc(4 * text.n + 1, 1);
    size_t n = 0;
    if (clean == NULL)
        return NULL;
    for (uint32_t c; (c = crs__plot_next_char(&text)) != 0;)
        n += crs__plot_put_utf8(c, clean + n);
    clean[n] = '\0';
    return clean;
}

static void draw_text(crs__plot_canvas *self, double x, double y, crs__plot_slice text,
                      const crs__plot_font *font)
{
    picture *p = (picture *)self;
    cairo_text_extents_t extents;
    char *clean = clean_text(text);
    crs_status status;
    if (clean == NULL) {
        p->status = CRS_ENOMEM;
        return;
    }
    status = crs__plot_cairo_font(p->cr, font->bold, &p->face[font->bold != 0]);
    if (status != CRS_OK) {
        p->status = status;
        crs__free(clean);
        return;
    }
    cairo_set_font_size(p->cr, font->size);
    cairo_text_extents(p->cr, clean, &extents);
    set_color(p->cr, font->color);
    cairo_save(p->cr);
    cairo_translate(p->cr, x, y);
    if (font->upward)
        cairo_rotate(p->cr, -0.5 * 3.14159265358979323846);
    cairo_move_to(p->cr, -0.5 * (double)font->anchor * extents.x_advance, 0);
    cairo_show_text(p->cr, clean);
    cairo_restore(p->cr);
    cairo_new_path(p->cr);
    note_memory(p);
    crs__free(clean);
}

static void clip(crs__plot_canvas *self, double x, double y, double w, double h)
{
    picture *p = (picture *)self;
    cairo_save(p->cr);
    cairo_rectangle(p->cr, x, y, w, h);
    cairo_clip(p->cr);
}

static void leave(crs__plot_canvas *self)
{
    cairo_restore(((picture *)self)->cr);
}

static void begin_group(crs__plot_canvas *self, const char *name)
{
    (void)self;
    (void)name; /* neither PNG nor PDF shows names */
}

static void end_group(crs__plot_canvas *self)
{
    (void)self;
}

static crs_status finish(crs__plot_canvas *self)
{
    picture *p = (picture *)self;
    crs_status status = status_of(cairo_status(p->cr));
    cairo_destroy(p->cr);
    for (int i = 0; i < 2; i++)
        cairo_font_face_destroy(p->face[i]);
    note_memory(p);
    errno = 0;
    if (status == CRS_OK)
        status = p->status;
    if (p->format == CRS_PLOT_PDF)
        cairo_surface_finish(p->surface);
    else if (status == CRS_OK)
        status = status_of(cairo_surface_write_to_png_stream(p->surface, write_to_sink, p));
    if (status == CRS_OK)
        status = status_of(cairo_surface_status(p->surface));
    note_memory(p); /* the fonts of a PDF */
    if (status == CRS_OK)
        status = p->status;
    cairo_surface_destroy(p->surface);
    if (p->sink_status != CRS_OK)
        status = p->sink_status;
    crs__free(p);
    return status;
}

static void prepare(picture *p, double scale)
{
    cairo_font_options_t *options = cairo_font_options_create();
    /* letters where the layout put them, alike at every scale */
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_set_font_options(p->cr, options);
    cairo_font_options_destroy(options);
    cairo_set_fill_rule(p->cr, CAIRO_FILL_RULE_EVEN_ODD);
    cairo_set_line_join(p->cr, CAIRO_LINE_JOIN_ROUND);
    cairo_scale(p->cr, scale, scale);
    set_color(p->cr, CRS__PLOT_WHITE);
    cairo_paint(p->cr);
}

/* A PDF's page is in points of 1/72 inch, and says no date: the same figure, the same bytes. */
static cairo_surface_t *pdf_surface(picture *p, double width, double height)
{
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(write_to_sink, p, 0.75 * width, 0.75 * height);
#if CAIRO_VERSION >= CAIRO_VERSION_ENCODE(1, 16, 0)
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "");
#endif
    return surface;
}

crs_status crs__plot_cairo_create(crs_plot_format format, double width, double height, double scale,
                                  const crs_sink *sink, crs_error *err, crs__plot_canvas **out)
{
    static const crs__plot_canvas calls = {draw_path, draw_marker, draw_text, clip,
                                           leave,     begin_group, end_group, finish};
    picture *p;
    *out = NULL;
    if (format == CRS_PLOT_PNG && (width * scale > MAX_PIXELS || height * scale > MAX_PIXELS))
        return crs_error_set(err, CRS_EINVAL, "a PNG of %.0f x %.0f pixels: at most %d each way",
                             width * scale, height * scale, MAX_PIXELS);
    p = crs__alloc(1, sizeof *p);
    if (p == NULL)
        return CRS_ENOMEM;
    p->canvas = calls;
    p->format = format;
    p->sink = sink;
    errno = 0;
    if (format == CRS_PLOT_PDF)
        p->surface = pdf_surface(p, width, height);
    else
        p->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)lround(width * scale),
                                                (int)lround(height * scale));
    p->cr = cairo_create(p->surface);
    prepare(p, format == CRS_PLOT_PDF ? 0.75 : scale);
    *out = &p->canvas;
    return CRS_OK;
}
