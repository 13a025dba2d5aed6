/*
 * data/number_padded.h - numbers in a text that goes on behind them, eight digits at a time: for
 * the loop over a row of numbers, into which this is to be compiled.
 *
 * Eight bytes in a word, as in D. Lemire, "Number parsing at a gigabyte per second", Software:
 * Practice and Experience 51 (2021), section 4.
 */
#ifndef DATA_NUMBER_PADDED_H
#define DATA_NUMBER_PADDED_H

#include "data/number.h"

#include <string.h>

/* Bytes behind a number that crs__number_parse_padded may look at. */
#define CRS__NUMBER_PADDING 32

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

/*
 * How many of the eight bytes at p are digits, before the first that is none; their value. There
 * is no branch here, since how long numbers are follows no pattern.
 */
static inline unsigned crs__digits8(const char *p, uint64_t *value)
{
    const uint64_t each = UINT64_C(0x0101010101010101), pair = UINT64_C(0x000000ff000000ff);
    uint64_t bytes, other;
    unsigned n;
    memcpy(&bytes, p, sizeof bytes);
    bytes ^= each * '0';
    other = (bytes | (bytes + each * 0x76)) & each * 0x80; /* above 9; right up to the first */
    n = other == 0 ? 8 : (unsigned)__builtin_ctzll(other) / 8;
    bytes = bytes << 4 * (8 - n) << 4 * (8 - n); /* zeros before them; none: all are zeros */
    bytes = bytes * 10 + (bytes >> 8);
    bytes = (bytes & pair) * (100 + (UINT64_C(1000000) << 32)) +
            (bytes >> 16 & pair) * (1 + (UINT64_C(10000) << 32));
    *value = bytes >> 32;
    return n;
}

/* Digits appended to a mantissa, which wraps around where they are too many. */
static inline const char *crs__digits_padded(const char *p, uint64_t *mantissa)
{
    static const uint64_t shift[9] = {1,      10,      100,      1000,     10000,
                                      100000, 1000000, 10000000, 100000000};
    unsigned n;
    do {
        uint64_t value;
        n = crs__digits8(p, &value);
        *mantissa = *mantissa * shift[n] + value;
        p += n;
    } while (n == 8);
    return p;
}

/* `value`, or less it: without a branch, since signs follow no pattern. */
static inline double crs__number_signed(double value, uint64_t negative)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits ^= negative << 63;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/*
 * What crs__number_parse does with a number behind which a byte comes that is no part of it, and
 * CRS__NUMBER_PADDING more that are readable.
 */
static inline const char *crs__number_parse_padded(const char *p, double *out)
{
    const char *start = p, *first;
    uint64_t mantissa = 0, negative = *p == '-';
    int64_t exponent = 0;
    ptrdiff_t n_digits;
    p += negative;
    if (*p == '+' && !negative)
        p++;
    first = p;
    p = crs__digits_padded(p, &mantissa);
    n_digits = p - first;
    if (*p == '.') {
        first = ++p;
        p = crs__digits_padded(p, &mantissa);
        exponent = first - p;
        n_digits -= exponent;
    }
    if (n_digits == 0)
        return NULL;
    if ((*p | 0x20) == 'e')
        p = crs__number_exponent(p, p + CRS__NUMBER_PADDING, &exponent);
    if (n_digits < CRS__NUMBER_DIGITS && mantissa <= CRS__NUMBER_EXACT_MANTISSA && exponent <= 0 &&
        exponent >= -CRS__NUMBER_EXACT_POWER)
        *out = crs__number_signed((double)mantissa / crs__number_powers[-exponent], negative);
    else
        *out = crs__number_finish(start, mantissa, n_digits, exponent, (int)negative);
    return p;
}

#else

const char *crs__number_parse_padded(const char *p, double *out);

#endif
#endif
