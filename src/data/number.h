/*
 * data/number.h - numbers as text, whatever the program's locale.
 *
 * The C library reads and prints "1,5" where the locale says so; files must not
 * depend on that. So the calling thread is put into the C locale while a file is
 * read or written.
 */
#ifndef DATA_NUMBER_H
#define DATA_NUMBER_H

#include <locale.h>
#include <stddef.h>
#include <stdint.h>

/* The locale to go back to. */
typedef struct crs__number_locale {
    locale_t c;
    locale_t before;
} crs__number_locale;

/* Put the calling thread into the C locale; 0, or -1 when there is no memory. */
int crs__number_enter(crs__number_locale *locale);

/* Back to what it was. */
void crs__number_leave(crs__number_locale *locale);

/*
 * Read the number that starts at `p`, correctly rounded: an optional sign, digits
 * with an optional point, an optional exponent. Returns what follows it, NULL
 * where there is none. *out is infinite when it is too large.
 *
 * Nothing from `end` on belongs to it, but the byte there must be readable and
 * no part of a number (a separator, a line end or NUL). Within crs__number_enter.
 */
const char *crs__number_parse(const char *p, const char *end, double *out);

/* Powers of ten up to this are exact in a double, and so is a whole number up to 2^53. */
#define CRS__NUMBER_EXACT_POWER 22
#define CRS__NUMBER_EXACT_MANTISSA (UINT64_C(1) << 53)
extern const double crs__number_powers[CRS__NUMBER_EXACT_POWER + 1];

/* As many digits as always fit in 64 bits. */
#define CRS__NUMBER_DIGITS 19

/* The exponent after a mantissa, if there is one: adds it and returns what follows. */
const char *crs__number_exponent(const char *p, const char *end, int64_t *exponent);

/*
 * The value of what was read at `start`; strtod's where the shortcuts do not reach. n_digits
 * counts those of the mantissa, with zeros before it.
 */
double crs__number_finish(const char *start, uint64_t mantissa, ptrdiff_t n_digits,
                          int64_t exponent, int negative);

/*
 * mantissa * 10^exponent, correctly rounded. 0: it takes more than 128 bits to tell, or a larger
 * table.
 */
int crs__number_scale(uint64_t mantissa, int64_t exponent, double *out);

/* 1 where the `n` bytes say that a value is missing: see crs_data_read_options. */
int crs__number_is_missing_word(const char *text, size_t n);

/* 1 where the `n` bytes are nan, inf or infinity, in any case and with any sign. */
int crs__number_is_nonfinite_word(const char *text, size_t n);

#endif
