/*
 * check/interval.h - a program run on intervals.
 *
 * A number's register is a pair of arrays, the ends of an interval that holds the
 * exact value; a mask's is a pair too: where it must be true, and where it may be.
 * The two are one array while every interval is a single point (z itself), which
 * saves the second evaluation of exp(z).
 */
#ifndef CHECK_INTERVAL_H
#define CHECK_INTERVAL_H

#include "rule/program.h"

typedef struct crs__intervals {
    int n;        /* registers */
    void **lo;    /* ends of numbers, or where masks must be true */
    void **hi;    /* or where masks may be true; equal to lo for points */
    void **spare; /* an array for hi, of each register */
    void *block;  /* all of it */
} crs__intervals;

/* Registers for blocks of up to `count` elements, a multiple of 64. Errors: CRS_ENOMEM. */
crs_status crs__intervals_make(const crs__program *program, size_t count, crs__intervals *out);
void crs__intervals_release(crs__intervals *registers);

/* Fill in the constants; once, for blocks of up to n elements. */
void crs__intervals_constants(const crs__program *program, const crs__ops *ops, size_t n,
                              crs__intervals *registers);

/* z is in lo[0], points; nothing else is read. The program has no immediate constants. */
void crs__intervals_run(const crs__program *program, const crs__ops *ops, size_t n,
                        crs__intervals *registers);

#endif
