/*
 * check/range_number.h - arithmetic and functions for range.c.
 */
#ifndef CHECK_RANGE_NUMBER_H
#define CHECK_RANGE_NUMBER_H

#include "check/range.h"

/* A number of which nothing is known. */
crs__range crs__range_unknown(void);
int crs__range_is_unknown(const crs__range *x);

/* An interval that has the same ends at every z; unknown if one is not finite. */
crs__range crs__range_constant(double lo, double hi);

/* Of what is known of masks, what is known of others. */
crs__tri crs__tri_not(crs__tri x);
crs__tri crs__tri_and(crs__tri x, crs__tri y);
crs__tri crs__tri_or(crs__tri x, crs__tri y);

/* x < y, or x <= y; a NaN leaves it open. */
crs__tri crs__range_below(crs__span x, crs__span y, int or_equal);

/* A step that makes a number of numbers; y is NULL where it takes one. */
crs__range crs__range_arithmetic(const crs__step *step, const crs__ops *ops, const crs__range *x,
                                 const crs__range *y);

#endif
