#include "data/number.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int crs__number_enter(crs__number_locale *locale)
{
    locale->before = (locale_t)0;
    locale->c = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    if (locale->c == (locale_t)0)
        return -1;
    locale->before = uselocale(locale->c);
    return 0;
}

void crs__number_leave(crs__number_locale *locale)
{
    if (locale->c == (locale_t)0)
        return;
    (void)uselocale(locale->before);
    freelocale(locale->c);
    locale->c = (locale_t)0;
}

/* These powers of ten are exact in a double, and so is a mantissa up to 2^53. */
static const double power_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                      1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
#define MAX_EXACT_POWER 22
#define MAX_EXACT_MANTISSA (UINT64_C(1) << 53)

/* As many digits as always fit in 64 bits. */
#define MAX_DIGITS 19

/* A larger exponent is zero or infinity for any mantissa that fits in a file. */
#define EXPONENT_LIMIT 1000000000

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The exponent after a mantissa, if there is one: adds it and returns what follows. */
static const char *parse_exponent(const char *p, const char *end, int64_t *exponent)
{
    const char *q = p;
    int negative = 0;
    int64_t value = 0;
    if (q == end || (*q != 'e' && *q != 'E'))
        return p;
    q++;
    if (q < end && (*q == '+' || *q == '-'))
        negative = *q++ == '-';
    if (q == end || !is_digit(*q))
        return p;
    for (; q < end && is_digit(*q); q++)
        if (value < EXPONENT_LIMIT)
            value = value * 10 + (*q - '0');
    *exponent += negative ? -value : value;
    return q;
}

/* Append digits to a mantissa, which wraps around where they are too many. */
static const char *parse_digits(const char *p, const char *end, uint64_t *mantissa)
{
    uint64_t value = *mantissa;
    for (; p < end && is_digit(*p); p++)
        value = value * 10 + (uint64_t)(*p - '0');
    *mantissa = value;
    return p;
}

/*
 * The value of what was read at `start`; strtod's where the shortcuts do not reach. n_digits
 * counts those of the mantissa, with zeros before it.
 */
static double finish(const char *start, uint64_t mantissa, ptrdiff_t n_digits, int64_t exponent,
                     int negative)
{
    double value;
    if (n_digits > MAX_DIGITS) {
        const char *p = start + (*start == '+' || *start == '-');
        for (; *p == '0' || *p == '.'; p++)
            n_digits -= *p == '0';
        if (n_digits > MAX_DIGITS)
            return strtod(start, NULL);
    }
    if (mantissa <= MAX_EXACT_MANTISSA && exponent >= -MAX_EXACT_POWER &&
        exponent <= MAX_EXACT_POWER) {
        /* One operation on two exact numbers: rounded once, so correctly. */
        value = (double)mantissa;
        value = exponent < 0 ? value / power_of_ten[-exponent] : value * power_of_ten[exponent];
    } else if (!crs__number_scale(mantissa, exponent, &value)) {
        return strtod(start, NULL);
    }
    return negative ? -value : value;
}

const char *crs__number_parse(const char *p, const char *end, double *out)
{
    const char *start = p, *first, *point;
    uint64_t mantissa = 0;
    int64_t exponent = 0;
    ptrdiff_t n_digits;
    int negative = 0;
    if (p < end && (*p == '+' || *p == '-'))
        negative = *p++ == '-';
    first = p;
    p = parse_digits(p, end, &mantissa);
    n_digits = p - first;
    if (p < end && *p == '.') {
        point = p++;
        p = parse_digits(p, end, &mantissa);
        exponent = point + 1 - p;
        n_digits += p - point - 1;
    }
    if (n_digits == 0)
        return NULL;
    p = parse_exponent(p, end, &exponent);
    *out = finish(start, mantissa, n_digits, exponent, negative);
    return p;
}

/* ---- eight digits at a time ------------------------------------------------------------ */

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

/* How many of the eight bytes at p are digits, before the first that is none; their value. */
static inline unsigned digits8(const char *p, uint64_t *value)
{
    const uint64_t each = UINT64_C(0x0101010101010101), pair = UINT64_C(0x000000ff000000ff);
    uint64_t bytes, other;
    unsigned n;
    memcpy(&bytes, p, sizeof bytes);
    bytes ^= each * '0';
    other = (bytes | (bytes + each * 0x76)) & each * 0x80; /* above 9; right up to the first */
    n = other == 0 ? 8 : (unsigned)__builtin_ctzll(other) / 8;
    if (n == 0)
        return 0;
    bytes <<= 64 - 8 * n; /* zeros before them */
    bytes = bytes * 10 + (bytes >> 8);
    bytes = (bytes & pair) * (100 + (UINT64_C(1000000) << 32)) +
            (bytes >> 16 & pair) * (1 + (UINT64_C(10000) << 32));
    *value = bytes >> 32;
    return n;
}

static inline const char *padded_digits(const char *p, uint64_t *mantissa)
{
    static const uint64_t shift[9] = {1,      10,      100,      1000,     10000,
                                      100000, 1000000, 10000000, 100000000};
    unsigned n;
    do {
        uint64_t value = 0;
        n = digits8(p, &value);
        *mantissa = *mantissa * shift[n] + value;
        p += n;
    } while (n == 8);
    return p;
}

const char *crs__number_parse_padded(const char *p, double *out)
{
    const char *start = p, *first, *point;
    uint64_t mantissa = 0;
    int64_t exponent = 0;
    ptrdiff_t n_digits;
    int negative = *p == '-';
    p += negative || *p == '+';
    first = p;
    p = padded_digits(p, &mantissa);
    n_digits = p - first;
    if (*p == '.') {
        point = p++;
        p = padded_digits(p, &mantissa);
        exponent = point + 1 - p;
        n_digits += p - point - 1;
    }
    if (n_digits == 0)
        return NULL;
    if ((*p | 0x20) == 'e')
        p = parse_exponent(p, p + CRS__NUMBER_PADDING, &exponent);
    if (n_digits < MAX_DIGITS && mantissa <= MAX_EXACT_MANTISSA && exponent <= 0 &&
        exponent >= -MAX_EXACT_POWER) {
        double value = (double)mantissa / power_of_ten[-exponent];
        *out = negative ? -value : value;
    } else {
        *out = finish(start, mantissa, n_digits, exponent, negative);
    }
    return p;
}

#else

/* The text ends where a byte is no part of a number. */
const char *crs__number_parse_padded(const char *p, double *out)
{
    return crs__number_parse(p, p + strspn(p, "+-.0123456789eE"), out);
}

#endif

/* Compare n bytes with a lower-case ASCII word, whatever their case. */
static int is_word(const char *text, size_t n, const char *word)
{
    size_t i = 0;
    for (; i < n && word[i] != '\0'; i++)
        if ((text[i] | 0x20) != word[i])
            return 0;
    return i == n && word[i] == '\0';
}

int crs__number_is_nonfinite_word(const char *text, size_t n)
{
    if (n > 0 && (*text == '+' || *text == '-')) {
        text++;
        n--;
    }
    return is_word(text, n, "nan") || is_word(text, n, "inf") || is_word(text, n, "infinity");
}

int crs__number_is_missing_word(const char *text, size_t n)
{
    static const char *const words[] = {"", "na", "n/a", "nan", "null", "none", "?", "-"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is_word(text, n, words[i]))
            return 1;
    return 0;
}
