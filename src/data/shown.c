#include "data/shown.h"

#include <string.h>

size_t crs__shown_character(const unsigned char *p, size_t n)
{
    size_t length = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (length == 0 || length > n || p[0] > 0xf4 || p[0] == 0x7f || p[0] < 0x20)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    if (p[0] == 0xc2 && p[1] < 0xa0) /* C1 control characters: terminals obey some */
        return 0;
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xf0 && p[1] < 0x90) || /* overlong */
        (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf4 && p[1] > 0x8f))   /* no character */
        return 0;
    return length;
}

void crs__shown_text(const char *text, size_t n, char *out, size_t size)
{
    static const char ellipsis[] = "...";
    size_t used = 0, i = 0;
    size_t room = size - sizeof ellipsis;
    while (i < n) {
        size_t length = crs__shown_character((const unsigned char *)text + i, n - i);
        size_t step = length == 0 ? 1 : length;
        if (used + step > room) {
            memcpy(out + used, ellipsis, sizeof ellipsis);
            return;
        }
        if (length == 0)
            out[used] = '?';
        else
            memcpy(out + used, text + i, length);
        used += step;
        i += step;
    }
    out[used] = '\0';
}

void crs__shown_path(const char *path, char *out, size_t size)
{
    size_t n = strlen(path);
    size_t room = size - 2 * sizeof "...";
    if (n <= room) {
        crs__shown_text(path, n, out, size);
        return;
    }
    path += n - room;
    while (((unsigned char)*path & 0xc0) == 0x80) /* not into the middle of a character */
        path++;
    memcpy(out, "...", 3);
    crs__shown_text(path, strlen(path), out + 3, size - 3);
}
