#include <crease/random.h>

#include <math.h>

/* MT19937's parameters: distance to the middle word, and its feedback matrix. */
#define MIDDLE 397
#define MATRIX_A 0x9908b0dfU
#define UPPER_MASK 0x80000000U
#define LOWER_MASK 0x7fffffffU

void crs_random_seed(crs_random *rng, uint32_t seed)
{
    if (rng == NULL)
        return;
    for (uint32_t i = 0; i < CRS_RANDOM_WORDS; i++) {
        rng->key[i] = seed;
        seed = 1812433253U * (seed ^ (seed >> 30)) + i + 1;
    }
    rng->pos = CRS_RANDOM_WORDS;
    rng->has_gauss = 0;
    rng->gauss = 0;
}

static uint32_t twist(uint32_t upper, uint32_t lower)
{
    uint32_t y = (upper & UPPER_MASK) | (lower & LOWER_MASK);
    return (y >> 1) ^ ((y & 1U) ? MATRIX_A : 0U);
}

/* The next CRS_RANDOM_WORDS words. */
static void refill(crs_random *rng)
{
    uint32_t *key = rng->key;
    size_t i = 0;
    for (; i < CRS_RANDOM_WORDS - MIDDLE; i++)
        key[i] = key[i + MIDDLE] ^ twist(key[i], key[i + 1]);
    for (; i < CRS_RANDOM_WORDS - 1; i++)
        key[i] = key[i + MIDDLE - CRS_RANDOM_WORDS] ^ twist(key[i], key[i + 1]);
    key[i] = key[MIDDLE - 1] ^ twist(key[i], key[0]);
    rng->pos = 0;
}

uint32_t crs_random_bits(crs_random *rng)
{
    if (rng == NULL)
        return 0;
    uint32_t y;
    if (rng->pos >= CRS_RANDOM_WORDS)
        refill(rng);
    y = rng->key[rng->pos++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680U;
    y ^= (y << 15) & 0xefc60000U;
    y ^= y >> 18;
    return y;
}

double crs_random_rand(crs_random *rng)
{
    if (rng == NULL)
        return 0;
    uint32_t high = crs_random_bits(rng) >> 5; /* 27 bits */
    uint32_t low = crs_random_bits(rng) >> 6;  /* 26 bits */
    return (high * 67108864.0 + low) / 9007199254740992.0;
}

double crs_random_uniform(crs_random *rng, double lo, double hi)
{
    if (rng == NULL)
        return 0;
    double range = hi - lo;
    return lo + range * crs_random_rand(rng);
}

/* Marsaglia's polar method: two Gaussians from a point in the unit disc, one of them kept. */
double crs_random_randn(crs_random *rng)
{
    if (rng == NULL)
        return 0;
    double x1, x2, r2, f;
    if (rng->has_gauss) {
        double gauss = rng->gauss;
        rng->has_gauss = 0;
        rng->gauss = 0;
        return gauss;
    }
    do {
        x1 = 2.0 * crs_random_rand(rng) - 1.0;
        x2 = 2.0 * crs_random_rand(rng) - 1.0;
        r2 = x1 * x1 + x2 * x2;
    } while (r2 >= 1.0 || r2 == 0.0);
    f = sqrt(-2.0 * log(r2) / r2);
    rng->gauss = f * x1;
    rng->has_gauss = 1;
    return f * x2;
}

/* Draw as many bits as `max` has until they are no more than it. */
uint64_t crs_random_interval(crs_random *rng, uint64_t max)
{
    if (rng == NULL)
        return 0;
    uint64_t mask = max;
    uint64_t value;
    if (max == 0)
        return 0;
    for (unsigned shift = 1; shift < 64; shift *= 2)
        mask |= mask >> shift;
    do {
        value = crs_random_bits(rng);
        if (max > UINT32_MAX) /* the first word is the upper one */
            value = value << 32 | crs_random_bits(rng);
        value &= mask;
    } while (value > max);
    return value;
}

void crs_random_fill_rand(crs_random *rng, size_t n, double *x)
{
    if (rng == NULL || (n > 0 && x == NULL))
        return;
    for (size_t i = 0; i < n; i++)
        x[i] = crs_random_rand(rng);
}

void crs_random_fill_randn(crs_random *rng, size_t n, double *x)
{
    if (rng == NULL || (n > 0 && x == NULL))
        return;
    for (size_t i = 0; i < n; i++)
        x[i] = crs_random_randn(rng);
}

/* Fisher and Yates, from the end, as NumPy does it. */
void crs_random_shuffle(crs_random *rng, size_t n, size_t *index)
{
    if (rng == NULL || (n > 0 && index == NULL))
        return;
    for (size_t i = n; i-- > 1;) {
        size_t j = (size_t)crs_random_interval(rng, i);
        size_t held = index[i];
        index[i] = index[j];
        index[j] = held;
    }
}

void crs_random_permutation(crs_random *rng, size_t n, size_t *index)
{
    if (rng == NULL || (n > 0 && index == NULL))
        return;
    for (size_t i = 0; i < n; i++)
        index[i] = i;
    crs_random_shuffle(rng, n, index);
}
