/*
 * data/json_text.h - JSON as we write it into files: short, in a given order, exact.
 */
#ifndef DATA_JSON_TEXT_H
#define DATA_JSON_TEXT_H

#include "core/text.h"

/*
 * A string with its quotes. Bytes that are no UTF-8 are taken as Latin-1, so that any text is
 * JSON and two that differ stay different.
 */
void crs__json_put_string(crs__text *text, const char *string);

/*
 * A finite number with as few digits as read back to the same bits. In the C locale
 * (data/number.h).
 */
void crs__json_put_number(crs__text *text, double value);

#endif
