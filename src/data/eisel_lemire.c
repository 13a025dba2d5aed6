/*
 * mantissa * 10^exponent, correctly rounded, by one or two products of 64 bits: D. Lemire,
 * "Number parsing at a gigabyte per second", Software: Practice and Experience 51 (2021),
 * algorithm 1 with the fallback of section 6.
 */
#include "data/number.h"
#include "data/powers_of_five.h"

#include <string.h>

__extension__ typedef unsigned __int128 wide;

/* Bits of a double's mantissa, the first not stored; three more than it has decide the rounding. */
#define STORED_BITS 52

/* The first 128 bits of mantissa * 5^q, with an error below one in the last. */
static void multiply(uint64_t mantissa, const uint64_t power[2], uint64_t *high, uint64_t *low)
{
    wide product = (wide)mantissa * power[0];
    const uint64_t precision = UINT64_MAX >> (STORED_BITS + 3);
    *high = (uint64_t)(product >> 64);
    *low = (uint64_t)product;
    if ((*high & precision) == precision) { /* what is below may carry into the digits */
        uint64_t more = (uint64_t)((wide)mantissa * power[1] >> 64);
        *low += more;
        *high += more > *low;
    }
}

int crs__number_scale(uint64_t mantissa, int64_t q, double *out)
{
    uint64_t high, low, bits;
    int zeros, upper;
    int64_t exponent;
    if (mantissa == 0 || q < CRS__POWER_FIRST || q > CRS__POWER_LAST)
        return 0;
    zeros = __builtin_clzll(mantissa);
    multiply(mantissa << zeros, crs__powers_of_five[q - CRS__POWER_FIRST], &high, &low);
    if (low == UINT64_MAX && (q < -27 || q > 55)) /* the powers between are exact */
        return 0;
    upper = (int)(high >> 63);
    bits = high >> (upper + 64 - STORED_BITS - 3);
    /* floor(q log2(10)) + 63, and the bias of the exponent; far from its ends for these powers */
    exponent = ((217706 * q) >> 16) + 63 + upper - zeros + 1023;
    /* halfway between two doubles: to the even one */
    if (low <= 1 && q >= -4 && q <= 23 && (bits & 3) == 1 &&
        bits << (upper + 64 - STORED_BITS - 3) == high)
        bits &= ~UINT64_C(1);
    bits = (bits + (bits & 1)) >> 1;
    if (bits >> (STORED_BITS + 1) != 0) {
        bits >>= 1;
        exponent++;
    }
    bits = (bits & ((UINT64_C(1) << STORED_BITS) - 1)) | (uint64_t)exponent << STORED_BITS;
    memcpy(out, &bits, sizeof *out);
    return 1;
}
