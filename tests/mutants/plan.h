/* What a bug needs, as table.c lists it and plan.c makes it. */
#ifndef TESTS_MUTANTS_PLAN_H
#define TESTS_MUTANTS_PLAN_H

#include "bugs.h"

#include <stdint.h>

/* What the net must be like for the bug to be possible. */
enum {
    HIDDEN = 1 << 0,
    RELU = 1 << 1,
    LEAKY = 1 << 2,
    KINKED = 1 << 3, /* relu or leaky relu */
    SIGMOID = 1 << 4,
    TANH = 1 << 5,
    SMOOTH = 1 << 6,
    ACT = 1 << 7,        /* any but linear */
    TWO_HIDDEN = 1 << 8, /* of the same width */
    SQUARE = 1 << 9,     /* all widths are the same, 2 at least */
    ONE_OUT = 1 << 10,
    MATCHED = 1 << 11, /* the delta is A - Y */
    SIGMOID_OUT = 1 << 12,
    SOFTMAX_CE = 1 << 13,
    SQUARED = 1 << 14,
    LARGE_M = 1 << 15,    /* 25 ... 300: no other factor is m or 1/m */
    M_IS_WIDTH = 1 << 16, /* of the hidden layers */
    DROPOUT = 1 << 17,
    L2 = 1 << 18,
    BATCHNORM = 1 << 19,
    SGD = 1 << 20,
    MOMENTUM = 1 << 21,
    ADAM = 1 << 22,
    PREVIOUS = 1 << 23,
    DYADIC = 1 << 24,
    WIDE = 1 << 25,
    SATURATED = 1 << 26,
    THROUGH_DA = 1 << 27,
    STEP_ANY = 1 << 28
};

/* Layers where it can be; of them all, or one. */
typedef enum scope {
    IN_HIDDEN,
    IN_ANY,
    IN_OUTPUT,
    IN_ALL,
    IN_UPPER,
    IN_FIRST,
    IN_ONE_HIDDEN,
    IN_ONE
} scope;

typedef struct bug_row {
    bug_id bug;
    scope where;
    uint64_t sites; /* 0: see bug_sites */
    unsigned needs;
} bug_row;

/* The bug's row. */
const bug_row *bug_row_of(bug_id bug);

#endif
