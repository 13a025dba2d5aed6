/*
 * check/range.h - a program run on a whole range of inputs at once.
 *
 * For one z the interval's evaluator (interval.h) computes both ends of every number,
 * and says of every mask whether it must and whether it may be true. Here the same is
 * bounded for all z of a range: where an end lies between, and whether must and may are
 * always so, never so, or open. Where a range is not open, none of its inputs needs to
 * be looked at: that is most of them, as an activation is flat to the last digit for
 * all but some 30 of the 255 exponents.
 *
 * Whatever cannot be bounded (a quotient by what may be 0, inf - inf, a varying power)
 * is open; so is what comes of it.
 */
#ifndef CHECK_RANGE_H
#define CHECK_RANGE_H

#include "rule/program.h"

/* Is a mask set at the inputs of a range? */
typedef enum crs__tri {
    CRS__NEVER,  /* at none */
    CRS__ALWAYS, /* at every one */
    CRS__OPEN    /* perhaps at some */
} crs__tri;

/* The least and the greatest that one end of a number's interval is; NaN: nothing is known. */
typedef struct crs__span {
    double least, most;
} crs__span;

/* A register: of a number its ends, of a mask must and may. */
typedef struct crs__range {
    crs__span lo, hi;
    crs__tri must, may;
} crs__range;

/*
 * Run the steps for all z in [first, last], which has no zero and no infinity in it.
 * `registers` holds one for each register of the program, made without immediate constants.
 */
void crs__range_run(const crs__program *program, const crs__ops *ops, double first, double last,
                    crs__range *registers);

/*
 * The same for a program in float32, with immediate constants or without: no interval but the
 * value itself, and a mask's must and may are the same.
 */
void crs__range_run_exact(const crs__program *program, const crs__ops *ops, float first, float last,
                          crs__range *registers);

#endif
