/*
 * Philox for 64 samples of a unit at a time: 16 counters side by side, each word in 64 bits, so
 * that a multiplication leaves both halves in their lane. Included once by <level>/kernels.c, with
 *     WIDE_LANES      words in a register
 *     WIDE            the register: a vector of uint64_t, or one
 *     WIDE_MUL(x, y)  the product of words below 2^32
 */
enum { WIDES = 16 / WIDE_LANES };

/* The words of group `group` of a unit, in the order of kernels.h. */
static void drop_words(const crs__drop *drop, uint32_t unit, uint32_t group, uint32_t *words)
{
    const WIDE zero = {0}, low = zero + 0xFFFFFFFFu;
    const WIDE m0 = zero + CRS__PHILOX_TIMES_0, m1 = zero + CRS__PHILOX_TIMES_1;
    WIDE c[4][WIDES];
    uint64_t lane[4][16];
    for (uint32_t i = 0; i < 16; i++)
        lane[0][i] = group * 16 + i;
    memcpy(c[0], lane[0], sizeof c[0]);
    for (int v = 0; v < WIDES; v++) {
        c[1][v] = zero + unit;
        c[2][v] = zero + drop->layer;
        c[3][v] = zero + drop->step_high;
    }
    for (uint32_t r = 0; r < CRS__PHILOX_ROUNDS; r++) {
        const uint32_t k0 = drop->key[0] + r * CRS__PHILOX_STEP_0;
        const uint32_t k1 = drop->key[1] + r * CRS__PHILOX_STEP_1;
        for (int v = 0; v < WIDES; v++) {
            const WIDE x = WIDE_MUL(c[0][v], m0), y = WIDE_MUL(c[2][v], m1);
            c[0][v] = (y >> 32) ^ c[1][v] ^ (zero + k0);
            c[1][v] = y & low;
            c[2][v] = (x >> 32) ^ c[3][v] ^ (zero + k1);
            c[3][v] = x & low;
        }
    }
    memcpy(lane, c, sizeof lane);
    for (int w = 0; w < 4; w++)
        for (int i = 0; i < 16; i++)
            words[w * 16 + i] = (uint32_t)lane[w][i];
}

#undef WIDE
#undef WIDE_LANES
#undef WIDE_MUL
