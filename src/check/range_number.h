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

/* A step that makes a number of numbers; y is NULL where it takes one. */
crs__range crs__range_arithmetic(const crs__step *step, const crs__ops *ops, const crs__range *x,
                                 const crs__range *y);

#endif
