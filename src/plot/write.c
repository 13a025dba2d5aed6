#include <crease/plot.h>

#include "core/arguments.h"
#include "plot/draw.h"
#include "plot/figure.h"
#include "plot/layout.h"

int crs_plot_can_write(crs_plot_format format)
{
    return format == CRS_PLOT_SVG ||
           (CRS_HAVE_CAIRO && (format == CRS_PLOT_PNG || format == CRS_PLOT_PDF));
}

static crs_status drop(void *ctx, const void *bytes, size_t n)
{
    (void)ctx;
    (void)bytes;
    (void)n;
    return CRS_OK;
}

crs_status crs_plot_prepare(crs_plot_format format, crs_error *err)
{
    static const crs_sink nowhere = {drop, NULL};
    crs__plot_canvas *canvas = NULL;
    crs_status status;
    if (err != NULL)
        err->status = CRS_OK;
    if (format == CRS_PLOT_SVG)
        return CRS_OK;
    status = crs__plot_cairo_create(format, 1, 1, 1, &nowhere, err, &canvas);
    if (status == CRS_OK)
        status = canvas->finish(canvas);
    return crs__plot_explain(status, err);
}

crs_status crs_plot_size(const crs_plot_figure *figure, crs_error *err, double *width,
                         double *height)
{
    if (figure == NULL || width == NULL || height == NULL)
        return crs__null_argument(err, __func__);
    crs__plot_layout layout;
    crs_status status;
    *width = *height = 0;
    status = crs__plot_check(figure, err);
    if (status == CRS_OK)
        status = crs__plot_layout_init(figure, err, &layout);
    if (status != CRS_OK)
        return status;
    *width = layout.width;
    *height = layout.height;
    crs__plot_layout_release(&layout);
    return CRS_OK;
}

static crs_status create_canvas(const crs_plot_figure *figure, const crs__plot_layout *layout,
                                crs_plot_format format, const crs_sink *sink, crs_error *err,
                                crs__plot_canvas **out)
{
    double scale = figure->png_scale > 0 ? figure->png_scale : 2;
    if (format == CRS_PLOT_SVG)
        return crs__plot_svg_create(figure, layout->width, layout->height, sink, out);
    return crs__plot_cairo_create(format, layout->width, layout->height, scale, sink, err, out);
}

crs_status crs_plot_write(const crs_plot_figure *figure, crs_plot_format format,
                          const crs_sink *sink, crs_error *err)
{
    if (figure == NULL || sink == NULL || sink->write == NULL)
        return crs__null_argument(err, __func__);
    crs__plot_layout layout;
    crs__plot_canvas *canvas = NULL;
    crs_status status, drawn = CRS_OK;
    if (err != NULL)
        err->status = CRS_OK;
    if (format != CRS_PLOT_SVG && format != CRS_PLOT_PNG && format != CRS_PLOT_PDF)
        return crs_error_set(err, CRS_EINVAL, "%d is no picture format", (int)format);
    status = crs__plot_check(figure, err);
    if (status == CRS_OK)
        status = crs__plot_layout_init(figure, err, &layout);
    if (status != CRS_OK)
        return crs__plot_explain(status, err);
    status = create_canvas(figure, &layout, format, sink, err, &canvas);
    if (status == CRS_OK) {
        drawn = crs__plot_draw(figure, &layout, canvas);
        status = canvas->finish(canvas);
        status = drawn != CRS_OK ? drawn : status;
    }
    crs__plot_layout_release(&layout);
    return crs__plot_explain(status, err);
}
