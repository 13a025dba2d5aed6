#include "say.h"

#include <crease/format.h>

#include <stdarg.h>
#include <string.h>

const char *printable(const char *text, char out[PRINTABLE_BYTES])
{
    (void)crs_format_printable(text, text == NULL ? 0 : strlen(text), out, PRINTABLE_BYTES);
    return out;
}

/* Bytes of the longest piece of `n` that cuts no character in two. */
static size_t piece_of(const char *text, size_t n)
{
    enum { PIECE = 64, LONGEST = 4 };
    size_t whole = PIECE;
    if (n <= PIECE)
        return n;
    while (whole > PIECE - LONGEST && ((unsigned char)text[whole] & 0xC0) == 0x80)
        whole--;
    return whole;
}

void say_text(FILE *file, const char *text)
{
    size_t left = strlen(text), n;
    for (; left > 0; text += n, left -= n) {
        char out[1024]; /* no escape is longer than 10 bytes */
        if (*text == '\n') {
            n = 1;
            (void)fputc('\n', file);
            continue;
        }
        n = piece_of(text, strcspn(text, "\n"));
        (void)crs_format_printable(text, n, out, sizeof out);
        (void)fputs(out, file);
    }
}

static void say_list(FILE *file, const char *format, va_list args) CRS_PRINTF(2, 0);

static void say_list(FILE *file, const char *format, va_list args)
{
    static const char ellipsis[] = "...\n";
    char text[16384];
    int length = vsnprintf(text, sizeof text, format, args);
    if (length >= (int)sizeof text)
        memcpy(text + sizeof text - sizeof ellipsis, ellipsis, sizeof ellipsis);
    if (length > 0)
        say_text(file, text);
}

void say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say_list(stdout, format, args);
    va_end(args);
}

void say_to(FILE *file, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say_list(file, format, args);
    va_end(args);
}
