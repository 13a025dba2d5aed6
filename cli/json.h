/*
 * json.h - results as one JSON object on stdout, through jansson.
 */
#ifndef JSON_H
#define JSON_H

#include "command.h"

#include <jansson.h>
#include <stdbool.h>

/* A number, or null where it is not finite: JSON has no NaN. NULL without memory. */
json_t *json_number(double value);

/* Text, or null for NULL; bytes that are no UTF-8 show as U+FFFD. */
json_t *json_text(const char *text);

/*
 * `object` (taken over) as text, released by free(). Numbers have the 17 digits that read back
 * to the same bits. NULL where there was no memory for it or for any value in it, whoever left
 * that value out: memory.h remembers. So what builds a value need not look at each step.
 */
char *json_write(json_t *object, bool on_one_line);

/*
 * Print `object` (taken over) and a newline, or say that there was no memory for it; files that
 * were kept back (output.h) are put in their places in between.
 */
exit_status json_print(const char *command, json_t *object);

/*
 * The same with one member more at its end: `member`, which is JSON on one line (NULL: null),
 * under the name `key`. `object` is not empty. Read by jansson, a text can come out as another
 * where memory is short.
 */
exit_status json_print_with(const char *command, const char *key, const char *member,
                            json_t *object);

#endif
