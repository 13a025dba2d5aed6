/*
 * act/tail.h - products with exp(z) where exp(z) itself is subnormal.
 */
#ifndef ACT_TAIL_H
#define ACT_TAIL_H

#include <math.h>

/* Below this, 1 + exp(z) is 1 by far, and exp(z) nears the subnormal numbers. */
#define CRS__ACT_TAIL (-700.0)

/*
 * x exp(z) for z <= 0. A subnormal exp(z) has lost digits that the product, when
 * x is large, would still have had room for; half of the exponent at a time keeps them.
 */
static inline double crs__act_times_exp(double x, double z)
{
    double half;
    if (z >= CRS__ACT_TAIL)
        return x * exp(z);
    half = exp(z / 2);
    return (x * half) * half;
}

#endif
