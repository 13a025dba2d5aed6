#include "json.h"

#include "message.h"

#include <math.h>
#include <stdio.h>

json_t *json_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *json_text(const char *text)
{
    return text == NULL ? json_null() : json_string(text);
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
