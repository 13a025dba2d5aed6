#include "data/json_text.h"

#include <string.h>

#include "core/printable.h"

/* What is not to print: a control character as \\u001b, any other as the two halves of UTF-16. */
static size_t put_escape(crs__text *text, const unsigned char *at, size_t left)
{
    size_t n = crs__printable_utf8(at, left);
    uint32_t code = n == 0 ? *at : crs__printable_code(at, n);
    if (code > 0xffff)
        crs__text_append(text, "\\u%04x\\u%04x", (unsigned)(0xd7c0 + (code >> 10)),
                         (unsigned)(0xdc00 | (code & 0x3ff)));
    else
        crs__text_append(text, "\\u%04x", (unsigned)code);
    return n == 0 ? 1 : n;
}

void crs__json_put_string(crs__text *text, const char *string)
{
    size_t left = strlen(string), n;
    crs__text_append_bytes(text, "\"", 1);
    for (; left > 0; left -= n, string += n) {
        const unsigned char *at = (const unsigned char *)string;
        n = crs__printable_character(at, left);
        if (n == 0) {
            n = put_escape(text, at, left);
        } else {
            if (*at == '"' || *at == '\\')
                crs__text_append_bytes(text, "\\", 1);
            crs__text_append_bytes(text, string, n);
        }
    }
    crs__text_append_bytes(text, "\"", 1);
}

void crs__json_put_number(crs__text *text, double value)
{
    char digits[32];
    crs__text_shortest(value, 15, digits, sizeof digits);
    crs__text_append(text, "%s", digits);
}
