/*
 * plot/terminal.h - the parts of a terminal picture.
 */
#ifndef PLOT_TERMINAL_H
#define PLOT_TERMINAL_H

#include "plot/figure.h"
#include "plot/screen.h"

/* How to draw, the defaults filled in; ASCII implies plain. */
typedef struct crs__plot_term {
    crs_term_mode mode;
    int ascii;
    size_t columns, rows;
} crs__plot_term;

/* A rectangle of cells. */
typedef struct crs__plot_area {
    size_t row, column, rows, columns;
} crs__plot_area;

/* What stands for what in pictures without colour. */
uint32_t crs__plot_region_char(const crs__plot_term *term, int upper);
uint32_t crs__plot_boundary_char(const crs__plot_term *term);
uint32_t crs__plot_point_char(int label, int wrong);

/* The same with colour; band 0 to n of a field between n levels. */
crs__plot_color crs__plot_band_pixel(const crs__plot_term *term, size_t band, size_t n);
crs__plot_color crs__plot_boundary_pixel(void);
crs__plot_color crs__plot_point_pixel(const crs__plot_term *term, int label, int wrong);

/* Field, boundary and points of a panel. Errors: CRS_ENOMEM. */
crs_status crs__plot_term_picture(const crs_plot_panel *panel, const crs__plot_limits *limits,
                                  const crs__plot_term *term, const crs__plot_area *area,
                                  crs__plot_screen *screen);

/* Curves of a panel, with numbers to the left and below. Errors: CRS_ENOMEM. */
crs_status crs__plot_term_chart(const crs_plot_panel *panel, const crs__plot_limits *limits,
                                const crs__plot_term *term, const crs__plot_area *area,
                                crs__plot_screen *screen);

/*
 * The names of a chart's curves, a line for each group of identical ones, from
 * the area's first row on; *rows is how many lines. With `screen` NULL they are
 * only counted. Errors: CRS_ENOMEM.
 */
crs_status crs__plot_term_key(const crs_plot_panel *panel, const crs__plot_term *term,
                              const crs__plot_area *area, crs__plot_screen *screen, size_t *rows);

#endif
