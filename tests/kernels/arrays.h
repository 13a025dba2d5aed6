/*
 * Arrays for the tests of kernels, in either type. Include after cmocka_all.h and define
 * SEED before.
 */
#ifndef TESTS_KERNELS_ARRAYS_H
#define TESTS_KERNELS_ARRAYS_H

#include "random_inputs.h"

#include "kernels/kernels.h"

#include <stdlib.h>
#include <string.h>

/*
 * Arrays of a round: each begins some elements into its block, since no kernel may rely on
 * alignment, and ends in elements that no kernel may touch.
 */
enum { MOST_ARRAYS = 24, GUARD = 16, MARK = 0x5a };
static struct array {
    char *block, *end; /* where the guard begins */
    size_t guard;      /* bytes */
} arrays[MOST_ARRAYS];
static size_t n_arrays;

static inline void set(const crs__kernels *kernels, void *base, size_t i, double value)
{
    if (kernels->dtype == CRS_F64)
        ((double *)base)[i] = value;
    else
        ((float *)base)[i] = (float)value;
}

static inline void *make(const crs__kernels *kernels, size_t n, uint64_t *state, int special)
{
    size_t offset = random_below(state, GUARD);
    struct array *array = &arrays[n_arrays++];
    char *first;
    assert_true(n_arrays <= MOST_ARRAYS);
    array->block = malloc((offset + n + GUARD) * kernels->size);
    assert_non_null(array->block);
    first = array->block + offset * kernels->size;
    array->end = first + n * kernels->size;
    array->guard = GUARD * kernels->size;
    memset(array->end, MARK, array->guard);
    for (size_t i = 0; i < n; i++)
        set(kernels, first, i, special ? random_special(state) : random_unit(state));
    return first;
}

/* Two arrays with the same content, for the level and for scalar. */
static inline void make_two(const crs__kernels *kernels, size_t n, uint64_t *state, void **out)
{
    out[0] = make(kernels, n, state, 0);
    out[1] = make(kernels, n, state, 0);
    memcpy(out[1], out[0], n * kernels->size);
}

/* Looks behind the last n arrays and gives them back; or, below, all. */
static inline void end_of_some(size_t n, const char *what)
{
    while (n-- > 0) {
        const struct array *array = &arrays[--n_arrays];
        for (size_t i = 0; i < array->guard; i++)
            if (array->end[i] != MARK)
                fail_msg("%s: byte %zu behind an array is written (seed %llu)", what, i,
                         (unsigned long long)SEED);
        free(array->block);
    }
}

static inline void end_of_round(const char *what)
{
    end_of_some(n_arrays, what);
}

static inline double get(const crs__kernels *kernels, const void *base, size_t i)
{
    return kernels->dtype == CRS_F64 ? ((const double *)base)[i] : (double)((const float *)base)[i];
}

/* Same bits, any NaN being equal to any other. */
static inline void same(const crs__kernels *kernels, const void *x, const void *y, size_t n,
                        const char *what)
{
    for (size_t i = 0; i < n; i++) {
        double p = get(kernels, x, i), q = get(kernels, y, i);
        if ((isnan(p) && isnan(q)) || memcmp(&p, &q, sizeof p) == 0)
            continue;
        fail_msg("%s, element %zu of %zu: %a, scalar %a (%s, seed %llu)", what, i, n, p, q,
                 crs_dtype_name(kernels->dtype), (unsigned long long)SEED);
    }
}

#endif
