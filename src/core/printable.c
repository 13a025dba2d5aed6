#include "core/printable.h"

#include <crease/format.h>

#include <stdio.h>
#include <string.h>

size_t crs__printable_utf8(const unsigned char *p, size_t n)
{
    size_t length = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (length == 0 || length > n || p[0] > 0xf4)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xf0 && p[1] < 0x90) || /* overlong */
        (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf4 && p[1] > 0x8f))   /* no character */
        return 0;
    return length;
}

uint32_t crs__printable_code(const unsigned char *p, size_t n)
{
    static const unsigned char mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t code = p[0] & mask[n];
    for (size_t i = 1; i < n; i++)
        code = code << 6 | (p[i] & 0x3f);
    return code;
}

/* First and last of the characters that do more, or less, than show. */
static const uint32_t hidden[][2] = {
    {0x00, 0x1f},       /* C0 controls */
    {0x7f, 0x9f},       /* delete, and C1 controls: terminals obey some */
    {0xad, 0xad},       /* soft hyphen */
    {0x34f, 0x34f},     /* combining grapheme joiner */
    {0x61c, 0x61c},     /* Arabic letter mark */
    {0x115f, 0x1160},   /* fillers */
    {0x17b4, 0x17b5},   /* vowels that do not show */
    {0x180b, 0x180f},   /* Mongolian selectors */
    {0x200b, 0x200f},   /* zero width, direction marks */
    {0x2028, 0x202e},   /* line and paragraph separator, direction overrides */
    {0x2060, 0x206f},   /* word joiner, direction isolates */
    {0x3164, 0x3164},   /* filler */
    {0xfeff, 0xfeff},   /* byte order mark */
    {0xffa0, 0xffa0},   /* filler */
    {0xfff0, 0xfffb},   /* annotations */
    {0xfffe, 0xffff},   /* no characters */
    {0x1d173, 0x1d17a}, /* marks of musical notation */
    {0xe0000, 0xe0fff}, /* tags and selectors */
};

int crs__printable_hides(uint32_t code)
{
    if (code >= ' ' && code < 0x7f)
        return 0;
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        if (code >= hidden[i][0] && code <= hidden[i][1])
            return 1;
    return 0;
}

size_t crs__printable_character(const unsigned char *p, size_t n)
{
    size_t length = crs__printable_utf8(p, n);
    return length == 0 || crs__printable_hides(crs__printable_code(p, length)) ? 0 : length;
}

size_t crs__printable_step(const unsigned char *p, size_t n, char *out, size_t *taken)
{
    size_t length = crs__printable_utf8(p, n);
    uint32_t code = length == 0 ? p[0] : crs__printable_code(p, length);
    char text[CRS__PRINTABLE_ESCAPE + 2];
    const char *known = code == '\n' ? "\\n" : code == '\t' ? "\\t" : code == '\r' ? "\\r" : NULL;
    *taken = length == 0 ? 1 : length;
    if (length > 0 && !crs__printable_hides(code)) {
        memcpy(out, p, length);
        return length;
    }
    if (known != NULL)
        (void)snprintf(text, sizeof text, "%s", known);
    else if (length <= 1)
        (void)snprintf(text, sizeof text, "\\x%02x", (unsigned)code);
    else
        (void)snprintf(text, sizeof text, code > 0xffff ? "\\U%08x" : "\\u%04x", (unsigned)code);
    memcpy(out, text, strlen(text));
    return strlen(text);
}

size_t crs_format_printable(const char *text, size_t n, char *out, size_t size)
{
    static const char ellipsis[] = "...";
    size_t needed = 0, used = 0, fits = 0, taken;
    if (text == NULL)
        n = 0;
    for (size_t i = 0; i < n; i += taken) {
        char shown[CRS__PRINTABLE_ESCAPE];
        size_t length = crs__printable_step((const unsigned char *)text + i, n - i, shown, &taken);
        if (needed == used && out != NULL && used + length < size) {
            memcpy(out + used, shown, length);
            used += length;
            if (used + sizeof ellipsis <= size)
                fits = used; /* the ellipsis has room after this */
        }
        needed += length;
    }
    if (out == NULL || size == 0)
        return needed;
    if (needed > used && size >= sizeof ellipsis)
        memcpy(out + fits, ellipsis, sizeof ellipsis);
    else
        out[used] = '\0';
    return needed;
}
