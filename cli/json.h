/*
 * json.h - results as one JSON object on stdout, through jansson.
 */
#ifndef JSON_H
#define JSON_H

#include "command.h"

#include <jansson.h>

/* A number, or null where it is not finite: JSON has no NaN. NULL without memory. */
json_t *json_number(double value);

/* Text, or null for NULL; bytes that are no UTF-8 show as U+FFFD. */
json_t *json_text(const char *text);

/*
 * Print `object` (taken over; NULL: there was no memory for it, which is said) and
 * a newline. Numbers have the 17 digits that read back to the same bits.
 */
exit_status json_print(const char *command, json_t *object);

#endif
