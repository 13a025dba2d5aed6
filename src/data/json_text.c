#include "data/json_text.h"

#include <string.h>

#include "data/shown.h"

void crs__json_put_string(crs__text *text, const char *string)
{
    size_t left = strlen(string), n;
    crs__text_append_bytes(text, "\"", 1);
    for (; left > 0; left -= n, string += n) {
        const unsigned char *at = (const unsigned char *)string;
        n = crs__shown_character(at, left);
        if (n == 0) {
            n = *at == 0xc2 && (at[1] & 0xe0) == 0x80 ? 2 : 1; /* a C1 control is UTF-8 */
            crs__text_append(text, "\\u%04x", at[n - 1]);
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
