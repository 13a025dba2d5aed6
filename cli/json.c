#include "json.h"

#include "message.h"

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

exit_status json_print(const char *command, json_t *object)
{
    if (object == NULL)
        return fail(EXIT_SYSTEM, command, "out of memory for the JSON answer");
    /* What a full disk does to stdout is found when main() closes it. */
    (void)json_dumpf(object, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    (void)putchar('\n');
    json_decref(object);
    return EXIT_DONE;
}
