/* PNG and PDF where cairo is not linked in: from the part, or not at all. */
#include "plot/cairo_part.h"

crs_status crs__plot_cairo_create(crs_plot_format format, double width, double height, double scale,
                                  const crs_sink *sink, crs_error *err, crs__plot_canvas **out)
{
    const void *table = NULL;
    const crs__cairo_part *part;
    crs_status status;
    *out = NULL;
    if (!CRS_HAVE_CAIRO)
        return crs_error_set(err, CRS_EUNSUPPORTED,
                             "this build writes no %s: it needs cairo (Debian: libcairo2-dev)",
                             format == CRS_PLOT_PNG ? "PNG" : "PDF");
    status = crs__part_open("cairo", "libcairo2-dev", err, &table);
    part = table;
    return status == CRS_OK ? part->create(format, width, height, scale, sink, err, out) : status;
}
