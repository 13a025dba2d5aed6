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
const double crs__number_powers[CRS__NUMBER_EXACT_POWER + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
#define MAX_EXACT_POWER CRS__NUMBER_EXACT_POWER
#define MAX_EXACT_MANTISSA CRS__NUMBER_EXACT_MANTISSA
#define MAX_DIGITS CRS__NUMBER_DIGITS

/* A larger exponent is zero or infinity for any mantissa that fits in a file. */
#define EXPONENT_LIMIT 1000000000

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

const char *crs__number_exponent(const char *p, const char *end, int64_t *exponent)
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

double crs__number_finish(const char *start, uint64_t mantissa, ptrdiff_t n_digits,
                          int64_t exponent, int negative)
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
        value = exponent < 0 ? value / crs__number_powers[-exponent]
                             : value * crs__number_powers[exponent];
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
    p = crs__number_exponent(p, end, &exponent);
    *out = crs__number_finish(start, mantissa, n_digits, exponent, negative);
    return p;
}

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
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
