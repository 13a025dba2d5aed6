/*
 * crease/random.h - random numbers, bit for bit those of NumPy.
 *
 * crs_random is numpy.random.RandomState, the generator behind np.random.seed,
 * np.random.randn and the rest of NumPy's legacy interface, whose streams NumPy
 * has frozen: MT19937, 53-bit uniforms, the polar Gaussian that keeps its second
 * value, and bounded integers by masked rejection. The same seed followed by the
 * same calls gives the same doubles, so a net initialised or data drawn here
 * matches what a notebook has.
 *
 *     crs_random rng;
 *     crs_random_seed(&rng, 1);              np.random.seed(1)
 *     double w = crs_random_randn(&rng);     w = np.random.randn()
 *
 * (A Gaussian goes through the C library's log and sqrt, as NumPy's does. sqrt is
 * exact everywhere; a C library with another log may differ in the last bit.)
 *
 * State: a plain struct owned by the caller. Copying it saves it, copying it back
 * restores it; nothing to release. Threads: one state, one thread at a time.
 *
 * Source: M. Matsumoto, T. Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998),
 * the 2002 initialisation; NumPy's distributions, legacy part.
 */
#ifndef CREASE_RANDOM_H
#define CREASE_RANDOM_H

#include <crease/status.h>

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Words of MT19937's state. */
#define CRS_RANDOM_WORDS 624

/* Fields as in NumPy's RandomState.get_state(): ('MT19937', key, pos, has_gauss, gauss). */
typedef struct crs_random {
    uint32_t key[CRS_RANDOM_WORDS];
    uint32_t pos;       /* next word of key, CRS_RANDOM_WORDS: make new ones first */
    uint32_t has_gauss; /* 1: `gauss` is the next Gaussian */
    double gauss;
} crs_random;

/* np.random.seed(seed). A state must be seeded, or copied from one that was, before its use. */
CRS_API void crs_random_seed(crs_random *rng, uint32_t seed);

/* 32 random bits: the raw output of MT19937. */
CRS_API uint32_t crs_random_bits(crs_random *rng);

/* rand(): uniform in [0, 1), a multiple of 2^-53. */
CRS_API double crs_random_rand(crs_random *rng);

/* uniform(lo, hi): lo + (hi - lo) * rand(). */
CRS_API double crs_random_uniform(crs_random *rng, double lo, double hi);

/* randn(): Gaussian with mean 0 and standard deviation 1. normal(loc, scale) is loc + scale * randn(). */
CRS_API double crs_random_randn(crs_random *rng);

/*
 * Uniform over the integers 0 ... max, both included: randint(lo, hi) is
 * lo + crs_random_interval(rng, hi - 1 - lo). For max 0 no random bits are drawn.
 */
CRS_API uint64_t crs_random_interval(crs_random *rng, uint64_t max);

/* rand(n) and randn(n) into x, [n]. */
CRS_API void crs_random_fill_rand(crs_random *rng, size_t n, double *x);
CRS_API void crs_random_fill_randn(crs_random *rng, size_t n, double *x);

/* shuffle(index): reorder the n entries of `index` in place. */
CRS_API void crs_random_shuffle(crs_random *rng, size_t n, size_t *index);

/* permutation(n): 0 ... n - 1 in random order into `index`, [n]. */
CRS_API void crs_random_permutation(crs_random *rng, size_t n, size_t *index);

#ifdef __cplusplus
}
#endif
#endif
