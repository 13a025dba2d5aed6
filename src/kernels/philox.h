/*
 * kernels/philox.h - Philox4x32-10: four random words from a counter and a key, and no state.
 *
 * J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011. A word depends on its counter and key alone, so it comes out the same in any
 * order, for any cut and in any thread. With 10 rounds it passes all of TestU01's BigCrush, also
 * where the streams are those of neighbouring counters and keys, which is how dropout
 * uses it (docs/decisions/0025-layer-options.md).
 */
#ifndef KERNELS_PHILOX_H
#define KERNELS_PHILOX_H

#include <stdint.h>

enum { CRS__PHILOX_ROUNDS = 10 };

#define CRS__PHILOX_TIMES_0 0xD2511F53u
#define CRS__PHILOX_TIMES_1 0xCD9E8D57u
/* The keys of the next round. */
#define CRS__PHILOX_STEP_0 0x9E3779B9u
#define CRS__PHILOX_STEP_1 0xBB67AE85u

/* One round of c[0..3] with the keys of this round. */
static inline void crs__philox_round(uint32_t c[4], uint32_t k0, uint32_t k1)
{
    uint64_t x = (uint64_t)CRS__PHILOX_TIMES_0 * c[0], y = (uint64_t)CRS__PHILOX_TIMES_1 * c[2];
    uint32_t high_x = (uint32_t)(x >> 32), high_y = (uint32_t)(y >> 32);
    c[0] = high_y ^ c[1] ^ k0;
    c[1] = (uint32_t)y;
    c[2] = high_x ^ c[3] ^ k1;
    c[3] = (uint32_t)x;
}

/* c becomes four random words. */
static inline void crs__philox(uint32_t c[4], const uint32_t key[2])
{
    for (uint32_t r = 0; r < CRS__PHILOX_ROUNDS; r++)
        crs__philox_round(c, key[0] + r * CRS__PHILOX_STEP_0, key[1] + r * CRS__PHILOX_STEP_1);
}

#endif
