/*
 * Random inputs for tests: a small generator of its own (SplitMix64), so that no
 * test depends on the streams it tests. The seed is fixed and printed on failure.
 */
#ifndef TESTS_RANDOM_INPUTS_H
#define TESTS_RANDOM_INPUTS_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

static inline uint64_t random_bits(uint64_t *state)
{
    uint64_t x = *state += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* uniform in [-1, 1) */
static inline double random_unit(uint64_t *state)
{
    return (double)(random_bits(state) >> 11) * 0x1p-52 - 1;
}

/* 0 ... n - 1 */
static inline size_t random_below(uint64_t *state, size_t n)
{
    return (size_t)(random_bits(state) % n);
}

/* Mostly plain numbers; now and then a zero of either sign, an infinity, NaN or a subnormal. */
static inline double random_special(uint64_t *state)
{
    static const double specials[] = {0.0,    -0.0,    INFINITY, -INFINITY, NAN,
                                      1e-320, -1e-320, 1e-40,    -1e-40,    6.0,
                                      1e300,  -1e300,  1.0,      -1.0,      3.0};
    if (random_below(state, 4) != 0)
        return 8 * random_unit(state);
    return specials[random_below(state, sizeof specials / sizeof specials[0])];
}

#endif
