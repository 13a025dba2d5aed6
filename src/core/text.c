#include "core/text.h"

#include "core/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

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

void crs__text_shortest(double value, int fewest, char *text, size_t size)
{
    for (int digits = fewest; digits <= 17; digits++) { /* 17 always do */
        (void)snprintf(text, size, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
}
