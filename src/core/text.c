#include "core/text.h"

#include "core/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for `n` bytes more and the terminator; 0 without memory. */
static int make_room(crs__text *text, size_t n)
{
    char *data = text->data;
    if (!text->failed && text->length + n + 1 > text->room) {
        size_t room = 2 * (text->length + n + 1);
        data = crs__realloc(text->data, room, 1);
        text->failed = data == NULL;
        text->data = data == NULL ? text->data : data;
        text->room = data == NULL ? text->room : room;
    }
    return !text->failed;
}

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
    if (!make_room(text, (size_t)length))
        return;
    va_start(args, format);
    (void)vsnprintf(text->data + text->length, text->room - text->length, format, args);
    va_end(args);
    text->length += (size_t)length;
}

void crs__text_append_bytes(crs__text *text, const char *bytes, size_t n)
{
    if (!make_room(text, n))
        return;
    memcpy(text->data + text->length, bytes, n);
    text->length += n;
    text->data[text->length] = '\0';
}

void crs__text_shortest(double value, int fewest, char *text, size_t size)
{
    for (int digits = fewest; digits <= 17; digits++) { /* 17 always do */
        (void)snprintf(text, size, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
}
