#include "core/text.h"

#include "core/memory.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void crs__text_append(crs__text *text, const char *format, ...)
{
    va_list args;
    int length;
    if (text->failed)
        return;
    va_start(args, format);
    length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0) {
        text->failed = 1;
        return;
    }
    if (text->length + (size_t)length + 1 > text->room) {
        size_t room = 2 * (text->length + (size_t)length + 1);
        char *data = crs__realloc(text->data, room, 1);
        if (data == NULL) {
            text->failed = 1;
            return;
        }
        text->data = data;
        text->room = room;
    }
    va_start(args, format);
    (void)vsnprintf(text->data + text->length, text->room - text->length, format, args);
    va_end(args);
    text->length += (size_t)length;
}

void crs__text_count(uint64_t n, char *text, size_t size)
{
    char digits[24], out[32];
    size_t length, at = 0;
    (void)snprintf(digits, sizeof digits, "%" PRIu64, n);
    length = strlen(digits);
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    (void)snprintf(text, size, "%s", out);
}
