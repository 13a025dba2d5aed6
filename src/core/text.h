/*
 * core/text.h - a string that grows.
 *
 * Appending after an allocation failed does nothing, so a caller checks once, at the end.
 */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include <crease/status.h>

/* Zero one to begin with; the caller owns `data` (crs__free). */
typedef struct crs__text {
    char *data;    /* terminated; NULL while nothing was appended */
    size_t length; /* without the terminator */
    size_t room;
    int failed; /* out of memory */
} crs__text;

void crs__text_append(crs__text *text, const char *format, ...) CRS_PRINTF(2, 3);
/* `n` bytes as they are. */
void crs__text_append_bytes(crs__text *text, const char *bytes, size_t n);

/*
 * `value`, which is finite, into `text` of `size` bytes with as few digits as read back to
 * the same number, and `fewest` (1 ... 17) at least where it has so many: with 15 a whole
 * number has no exponent, 1 gives "1e+03". 25 bytes hold any.
 */
void crs__text_shortest(double value, int fewest, char *text, size_t size);

#endif
