#include "json.h"

#include "memory.h"
#include "message.h"
#include "output.h"

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

exit_status json_print(const char *command, json_t *object)
{
    char *text = json_write(object, false);
    exit_status status;
    if (text == NULL)
        return fail(EXIT_SYSTEM, command, "out of memory for the JSON answer");
    status = output_place();
    /* What a full disk does to stdout is found when main() flushes it. */
    if (status == EXIT_DONE)
        (void)puts(text);
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
        (void)putchar(*text);
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
    (void)printf("%s,\n  \"%s\": ", text, key);
    put_laid_out(member == NULL ? "null" : member, 1);
    (void)puts("\n}");
    free(text);
    return EXIT_DONE;
}
