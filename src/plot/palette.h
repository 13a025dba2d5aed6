/*
 * plot/palette.h - colours, shapes and dashes.
 *
 * Blue against orange, which every common kind of colour blindness keeps apart,
 * and never a colour alone: each class has a shape, each curve a dash and a
 * marker. Fields are pale, so that points in dark tones of the same hues stand
 * out on either side.
 */
#ifndef PLOT_PALETTE_H
#define PLOT_PALETTE_H

#include <crease/plot.h>

/* 0xRRGGBB; below 0: no colour. */
typedef long crs__plot_color;

#define CRS__PLOT_NO_COLOR (-1L)
#define CRS__PLOT_WHITE 0xFFFFFFL
#define CRS__PLOT_INK 0x22262AL   /* titles, boundaries */
#define CRS__PLOT_TEXT 0x3A4046L  /* other text */
#define CRS__PLOT_FRAME 0x80868CL /* frames and ticks */
#define CRS__PLOT_GRID 0xE6E8EAL
#define CRS__PLOT_CREASE 0x5F656BL
#define CRS__PLOT_GOOD 0x0B7A54L
#define CRS__PLOT_BAD 0xB3261EL
#define CRS__PLOT_WARN 0x8A5A00L

typedef enum crs__plot_shape {
    CRS__PLOT_CIRCLE,
    CRS__PLOT_TRIANGLE,
    CRS__PLOT_SQUARE,
    CRS__PLOT_DIAMOND,
    CRS__PLOT_TRIANGLE_DOWN,
    CRS__PLOT_STAR,
    CRS__PLOT_N_SHAPES
} crs__plot_shape;

/* `color` moved towards `other` by t in [0, 1]. */
crs__plot_color crs__plot_mix(crs__plot_color color, crs__plot_color other, double t);

/* Colour and shape of class `label`, from 0. */
crs__plot_color crs__plot_class_color(int label);
crs__plot_shape crs__plot_class_shape(int label);

typedef struct crs__plot_curve_style {
    crs__plot_color color;
    crs__plot_shape marker;
    size_t n_dash;
    double dash[4];
} crs__plot_curve_style;

/* Style 1, 2, ... (they repeat after CRS__PLOT_N_STYLES); below 1 is 1. */
#define CRS__PLOT_N_STYLES 6
const crs__plot_curve_style *crs__plot_curve_style_of(int style);

/* Levels of a field's bands: its own, or 0.05, 0.1, ... 0.95. */
size_t crs__plot_levels(const crs_plot_field *field, const double **levels);

/* The band that `value` lies in, 0 to n between n levels; and a band's colour. */
size_t crs__plot_band_of(const crs_plot_field *field, double value);
crs__plot_color crs__plot_band_color(size_t band, size_t n);

#endif
