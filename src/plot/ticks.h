/*
 * plot/ticks.h - where an axis has its ticks, and numbers as text.
 *
 * Numbers are made from integers, never by printf("%f"): no locale can put a
 * comma into them, and a tick is written with exactly the digits it needs.
 */
#ifndef PLOT_TICKS_H
#define PLOT_TICKS_H

#include <stddef.h>

#define CRS__PLOT_NUMBER 48 /* room for any number written here */

/*
 * `value`, rounded, with at most `decimals` (0 to 6) digits behind the point and
 * no zeros at the end: "1.5", "-3", "0" and never "-0". |value| is clamped to 1e12.
 */
void crs__plot_fixed(double value, int decimals, char text[CRS__PLOT_NUMBER]);

#define CRS__PLOT_MAX_TICKS 24

typedef struct crs__plot_tick {
    double value;
    char label[CRS__PLOT_NUMBER]; /* empty: a mark without a label */
} crs__plot_tick;

typedef struct crs__plot_ticks {
    size_t n;
    crs__plot_tick tick[CRS__PLOT_MAX_TICKS];
} crs__plot_ticks;

/*
 * Ticks at multiples of 1, 2 or 5 times a power of ten within [min, max]; about
 * `target` of them. min < max, both finite.
 */
void crs__plot_ticks_linear(double min, double max, int target, crs__plot_ticks *out);

/*
 * Ticks for a logarithmic axis: powers of ten; 1, 2, 5 times them where there are
 * few, linear ones where the axis is short. 0 < min < max, both finite.
 */
void crs__plot_ticks_log(double min, double max, int target, crs__plot_ticks *out);

#endif
