#include "json.h"

#include "message.h"

#include <crease/format.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

json_t *json_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* Text that is no UTF-8 (a file name may be anything): what is not ASCII becomes U+FFFD. */
static json_t *replaced_text(const char *text)
{
    char *ascii = malloc(3 * strlen(text) + 1), *at = ascii;
    json_t *value;
    if (ascii == NULL)
        return NULL;
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x80) {
            *at++ = *text;
        } else {
            memcpy(at, "\xef\xbf\xbd", 3);
            at += 3;
        }
    }
    *at = '\0';
    value = json_string(ascii);
    free(ascii);
    return value;
}

json_t *json_text(const char *text)
{
    json_t *value;
    if (text == NULL)
        return json_null();
    value = json_string(text);
    return value != NULL ? value : replaced_text(text);
}

/* The bytes of a character that are there so far. */
typedef struct json_piece {
    char bytes[4];
    size_t n;
} json_piece;

/* A character as it is, or where it is not one to print as JSON's \\u escape. */
static void print_character(const char *bytes, size_t n)
{
    char shown[16];
    unsigned long code;
    if (crs_format_printable(bytes, n, shown, sizeof shown) == n) {
        (void)fwrite(bytes, 1, n, stdout);
        return;
    }
    code = strtoul(shown + 2, NULL, 16); /* "\\x7f", "\\u202e", "\\U000e0001" */
    if (code > 0xffff)
        (void)printf("\\u%04lx\\u%04lx", 0xd7c0 + (code >> 10), 0xdc00 | (code & 0x3ff));
    else
        (void)printf("\\u%04lx", code);
}

/*
 * What jansson gives is UTF-8, in pieces that may end inside a character; it escapes the control
 * characters below 32 itself, so that a newline is its own.
 */
static int print(const char *bytes, size_t n, void *ctx)
{
    json_piece *piece = ctx;
    for (size_t i = 0; i < n; i++) {
        unsigned char first;
        piece->bytes[piece->n++] = bytes[i];
        first = (unsigned char)piece->bytes[0];
        if (first == '\n' || (first >= ' ' && first < 0x7f))
            (void)putchar(first);
        else if (piece->n < (first < 0xc0 ? 1u : first < 0xe0 ? 2u : first < 0xf0 ? 3u : 4u))
            continue;
        else
            print_character(piece->bytes, piece->n);
        piece->n = 0;
    }
    return 0;
}

exit_status json_print(const char *command, json_t *object)
{
    json_piece piece = {{0}, 0};
    if (object == NULL)
        return fail(EXIT_SYSTEM, command, "out of memory for the JSON answer");
    /* What a full disk does to stdout is found when main() closes it. */
    if (json_dump_callback(object, print, &piece, JSON_INDENT(2) | JSON_REAL_PRECISION(17)) != 0) {
        json_decref(object);
        return fail(EXIT_SYSTEM, command, "out of memory for the JSON answer");
    }
    (void)putchar('\n');
    json_decref(object);
    return EXIT_DONE;
}
