#include "json.h"

#include "memory.h"
#include "message.h"
#include "output.h"

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
    char *ascii = memory_get(3 * strlen(text) + 1, 1), *at = ascii;
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

char *json_write(json_t *object, bool on_one_line)
{
    size_t layout = on_one_line ? JSON_COMPACT : JSON_INDENT(2);
    char *text = NULL;
    if (object != NULL && !memory_failed())
        text = json_dumps(object, layout | JSON_REAL_PRECISION(17));
    json_decref(object);
    if (memory_failed()) {
        free(text);
        return NULL;
    }
    return text;
}

/* A character as it is, or where it is not one to print as JSON's \\u escape. */
static void put_character(const char *bytes, size_t n)
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
 * JSON as jansson writes it, which is UTF-8. It escapes the control characters below 32 itself, so
 * that a newline is its own. Returns what follows the first character.
 */
static const char *put_first(const char *text)
{
    unsigned char first = (unsigned char)*text;
    size_t n = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (first == '\n' || (first >= ' ' && first < 0x7f))
        (void)putchar(first);
    else
        put_character(text, n);
    return text + n;
}

static void put_text(const char *text)
{
    while (*text != '\0')
        text = put_first(text);
}

exit_status json_print(const char *command, json_t *object)
{
    char *text = json_write(object, false);
    exit_status status;
    if (text == NULL)
        return fail(EXIT_SYSTEM, command, "out of memory for the JSON answer");
    status = output_place();
    /* What a full disk does to stdout is found when main() flushes it. */
    if (status == EXIT_DONE)
        put_text(text), (void)putchar('\n');
    free(text);
    return status;
}

static void put_line(int level)
{
    (void)printf("\n%*s", 2 * level, "");
}

/* JSON on one line, laid out as json_write does; it stands `level` deep. */
static void put_laid_out(const char *text, int level)
{
    bool quoted = false;
    for (; *text != '\0'; text++) {
        bool opens = !quoted && (*text == '{' || *text == '[');
        bool closes = !quoted && (*text == '}' || *text == ']');
        if (closes)
            put_line(--level);
        text = put_first(text) - 1; /* its last byte */
        if (quoted && *text == '\\')
            (void)putchar(*++text);
        else if (*text == '"')
            quoted = !quoted;
        else if (opens && (text[1] == '}' || text[1] == ']'))
            (void)putchar(*++text);
        else if (opens)
            put_line(++level);
        else if (!quoted && *text == ',')
            put_line(level);
        else if (!quoted && *text == ':')
            (void)putchar(' ');
    }
}

exit_status json_print_with(const char *command, const char *key, const char *member,
                            json_t *object)
{
    char *text = json_write(object, false);
    if (text == NULL)
        return fail(EXIT_SYSTEM, command, "out of memory for the JSON answer");
    text[strlen(text) - strlen("\n}")] = '\0';
    put_text(text);
    (void)printf(",\n  \"%s\": ", key);
    put_laid_out(member == NULL ? "null" : member, 1);
    (void)puts("\n}");
    free(text);
    return EXIT_DONE;
}
