/*
 * plot/cairo_font.h - the letters of PNG and PDF.
 *
 * DejaVu Sans is read by FreeType itself where one of the places has it in which systems keep it:
 * the same letters everywhere, and short memory is an error. cairo alone asks fontconfig, which
 * without memory crashes, does not end, or goes on with another font.
 */
#ifndef PLOT_CAIRO_FONT_H
#define PLOT_CAIRO_FONT_H

#include <crease/status.h>

#include <cairo.h>

/*
 * Set the font of `cr`, DejaVu Sans or else cairo's sans-serif. The face is kept in *face (NULL at
 * first), for the next call and for cairo_font_face_destroy. Errors: CRS_ENOMEM, CRS_EIO (the file
 * is damaged).
 */
crs_status crs__plot_cairo_font(cairo_t *cr, int bold, cairo_font_face_t **face);

#endif
