#include "plot/palette.h"

#include <math.h>

static const crs__plot_color field_anchor[] = {0x7FB0DC, 0xB9D5EE, 0xFAFAF8, 0xFBD9AE, 0xF3AB5B};

static const crs__plot_color class_color[] = {0x164F8C, 0x9C3D06, 0x0B6B4B, 0x7B2E78, 0x4A4A4A};

/* After Okabe and Ito, "Color Universal Design" (2008), darkened where white would swallow them. */
static const crs__plot_curve_style curve_style[CRS__PLOT_N_STYLES] = {
    {0x0072B2, CRS__PLOT_CIRCLE, 0, {0}},
    {0xD55E00, CRS__PLOT_TRIANGLE, 2, {8, 3}},
    {0x009E73, CRS__PLOT_SQUARE, 4, {9, 3, 2, 3}},
    {0xAA4499, CRS__PLOT_DIAMOND, 2, {2.5, 2.5}},
    {0x555555, CRS__PLOT_TRIANGLE_DOWN, 2, {13, 4}},
    {0xC08600, CRS__PLOT_STAR, 4, {13, 3, 3, 3}},
};

static const double default_level[] = {0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.35, 0.40, 0.45, 0.50,
                                       0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static long mix_channel(crs__plot_color a, crs__plot_color b, double t, int shift)
{
    double from = (double)(a >> shift & 0xFF), to = (double)(b >> shift & 0xFF);
    return lround(from + t * (to - from)) << shift;
}

crs__plot_color crs__plot_mix(crs__plot_color color, crs__plot_color other, double t)
{
    return mix_channel(color, other, t, 16) | mix_channel(color, other, t, 8) |
           mix_channel(color, other, t, 0);
}

crs__plot_color crs__plot_band_color(size_t band, size_t n)
{
    /* from 0 (blue) over the middle (near white) to the end (orange) */
    double at = (double)band / (double)n * (double)(COUNT(field_anchor) - 1);
    size_t i = (size_t)at;
    if (i + 1 >= COUNT(field_anchor))
        return field_anchor[COUNT(field_anchor) - 1];
    return crs__plot_mix(field_anchor[i], field_anchor[i + 1], at - (double)i);
}

crs__plot_color crs__plot_class_color(int label)
{
    return class_color[(size_t)label % COUNT(class_color)];
}

crs__plot_shape crs__plot_class_shape(int label)
{
    return (crs__plot_shape)(label % CRS__PLOT_N_SHAPES);
}

const crs__plot_curve_style *crs__plot_curve_style_of(int style)
{
    return &curve_style[style < 1 ? 0 : (style - 1) % CRS__PLOT_N_STYLES];
}

size_t crs__plot_levels(const crs_plot_field *field, const double **levels)
{
    *levels = field->n_levels > 0 ? field->levels : default_level;
    return field->n_levels > 0 ? field->n_levels : COUNT(default_level);
}

size_t crs__plot_band_of(const crs_plot_field *field, double value)
{
    const double *level;
    size_t n = crs__plot_levels(field, &level), band = 0;
    while (band < n && value >= level[band])
        band++;
    return band;
}
