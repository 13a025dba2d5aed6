#include "data/encoding.h"

#include "core/memory.h"
#include "core/printable.h"

#include <stdint.h>
#include <string.h>

/* 0x80 to 0x9f of Windows-1252; the five that it leaves open are the control characters. */
static const uint16_t upper[32] = {0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                   0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d,   0x017d, 0x8f,
                                   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                   0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178};

int crs__encoding_is_utf8(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    for (size_t i = 0, length; i < n; i += length) {
        length = p[i] < 0x80 ? 1 : crs__printable_utf8(p + i, n - i);
        if (length == 0)
            return 0;
    }
    return 1;
}

size_t crs__encoding_to_utf8(const char *text, size_t n, char *out)
{
    size_t used = 0;
    if (crs__encoding_is_utf8(text, n)) {
        memcpy(out, text, n);
        return n;
    }
    for (size_t i = 0; i < n; i++) {
        unsigned byte = (unsigned char)text[i];
        unsigned code = byte >= 0x80 && byte < 0xa0 ? upper[byte - 0x80] : byte;
        if (code < 0x80) {
            out[used++] = (char)code;
        } else if (code < 0x800) {
            out[used++] = (char)(0xc0 | code >> 6);
            out[used++] = (char)(0x80 | (code & 0x3f));
        } else {
            out[used++] = (char)(0xe0 | code >> 12);
            out[used++] = (char)(0x80 | (code >> 6 & 0x3f));
            out[used++] = (char)(0x80 | (code & 0x3f));
        }
    }
    return used;
}

char *crs__encoding_copy(const char *text)
{
    size_t n = strlen(text);
    char *copy = crs__alloc(n + 1, CRS__ENCODING_WIDEST);
    if (copy != NULL)
        copy[crs__encoding_to_utf8(text, n, copy)] = '\0';
    return copy;
}
