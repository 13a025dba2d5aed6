#include "optim/options.h"

#include "core/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for the names of all kinds, or of all options. */
#define NAMES_ROOM 160

static int is_name(const char *text, size_t length, const char *name)
{
    return strlen(name) == length && memcmp(text, name, length) == 0;
}

/* How much of what somebody wrote to repeat: up to 40 bytes, and nothing that ends a line. */
static int shown(const char *text, size_t length)
{
    int n = 0;
    while (n < 40 && (size_t)n < length && (unsigned char)text[n] >= ' ')
        n++;
    return n;
}

static void add_name(char list[NAMES_ROOM], const char *name)
{
    size_t length = strlen(list);
    (void)snprintf(list + length, NAMES_ROOM - length, "%s%s", length > 0 ? ", " : "", name);
}

static double get(const crs__option *option, const void *value)
{
    const char *at = (const char *)value + option->at;
    double real;
    size_t whole;
    if (option->whole) {
        memcpy(&whole, at, sizeof whole);
        return (double)whole;
    }
    memcpy(&real, at, sizeof real);
    return real;
}

static void put(const crs__option *option, double number, void *value)
{
    char *at = (char *)value + option->at;
    size_t whole = option->whole ? (size_t)number : 0;
    if (option->whole)
        memcpy(at, &whole, sizeof whole);
    else
        memcpy(at, &number, sizeof number);
}

static int has(const crs__option_set *set, size_t kind, size_t option)
{
    return (int)(set->kinds[kind].has >> option & 1);
}

crs_status crs__options_kind(const crs__option_set *set, const char *text, crs_error *err,
                             size_t *kind, const char **rest)
{
    size_t length = strcspn(text, ":");
    char known[NAMES_ROOM] = "";
    for (size_t k = 0; k < set->n_kinds; k++) {
        if (is_name(text, length, set->kinds[k].name)) {
            *kind = k;
            *rest = text[length] == ':' ? text + length + 1 : NULL;
            return CRS_OK;
        }
        add_name(known, set->kinds[k].name);
    }
    return crs_error_set(err, CRS_ENOENT, "no %s '%.*s': expected one of %s", set->what,
                         shown(text, length), text, known);
}

static crs_status unknown_option(const crs__option_set *set, size_t kind, const char *name,
                                 size_t length, crs_error *err)
{
    char known[NAMES_ROOM] = "";
    for (size_t i = 0; i < set->n_options; i++) {
        if (has(set, kind, i))
            add_name(known, set->options[i].name);
    }
    return crs_error_set(err, CRS_ENOENT, "%s has no option '%.*s': %s%s", set->kinds[kind].name,
                         shown(name, length), name,
                         *known == '\0' ? "it has none" : "expected one of ", known);
}

static crs_status check(const crs__option *option, double number, const char *kind, crs_error *err)
{
    char given[32], range[80];
    int length;
    if (number >= option->least && number <= option->most &&
        !(option->below && number == option->most) && (!option->whole || number == floor(number)))
        return CRS_OK;
    length = snprintf(range, sizeof range, "%g <= %s", option->least, option->name);
    if (isfinite(option->most))
        (void)snprintf(range + length, sizeof range - (size_t)length, " %s %g",
                       option->below ? "<" : "<=", option->most);
    (void)snprintf(given, sizeof given, "%g", number);
    if (isfinite(number))
        crs__text_shortest(number, 1, given, sizeof given);
    return crs_error_set(err, CRS_EINVAL, "%s: %s is %s, expected %s%s", kind, option->name, given,
                         option->whole ? "a whole number, " : "", range);
}

/* A number and nothing else, of `length` bytes. */
static int read_number(const char *text, size_t length, double *out)
{
    char *end;
    if (length == 0 || strchr("+-.0123456789", *text) == NULL)
        return 0;
    *out = strtod(text, &end);
    return end == text + length;
}

/* One "name=value", or a value alone. `seen` are the options that were given before. */
static crs_status read_one(const crs__option_set *set, size_t kind, const char *item, size_t length,
                           uint32_t *seen, crs_error *err, void *out)
{
    const char *equals = memchr(item, '=', length), *value = equals == NULL ? item : equals + 1;
    size_t name_length = equals == NULL ? 0 : (size_t)(equals - item);
    size_t value_length = length - (size_t)(value - item), i = 0;
    double number;
    while (
        i < set->n_options &&
        !(has(set, kind, i) && (equals == NULL ? (set->bare >> i & 1) != 0 && *seen == 0
                                               : is_name(item, name_length, set->options[i].name))))
        i++;
    if (i == set->n_options) {
        if (equals != NULL)
            return unknown_option(set, kind, item, name_length, err);
        return crs_error_set(err, CRS_EPARSE, "%s: '%.*s' is no option, expected NAME=NUMBER",
                             set->kinds[kind].name, shown(item, length), item);
    }
    if (*seen >> i & 1)
        return crs_error_set(err, CRS_EPARSE, "%s: %s is given twice", set->kinds[kind].name,
                             set->options[i].name);
    if (!read_number(value, value_length, &number))
        return crs_error_set(err, CRS_EPARSE, "%s: %s is '%.*s', expected a number",
                             set->kinds[kind].name, set->options[i].name,
                             shown(value, value_length), value);
    *seen |= UINT32_C(1) << i;
    if (check(&set->options[i], number, set->kinds[kind].name, err) != CRS_OK)
        return CRS_EINVAL;
    put(&set->options[i], number, out);
    return CRS_OK;
}

crs_status crs__options_read(const crs__option_set *set, size_t kind, const char *text,
                             const char *rest, crs_error *err, void *out)
{
    crs_status status = CRS_OK;
    uint32_t seen = 0;
    while (rest != NULL && status == CRS_OK) {
        size_t length = strcspn(rest, ",");
        status = read_one(set, kind, rest, length, &seen, err, out);
        if (status != CRS_OK && err != NULL)
            err->column = (size_t)(rest - text) + 1;
        rest = rest[length] == ',' ? rest + length + 1 : NULL;
    }
    return status;
}

crs_status crs__options_check(const crs__option_set *set, size_t kind, const void *value,
                              crs_error *err)
{
    for (size_t i = 0; i < set->n_options; i++) {
        const crs__option *option = &set->options[i];
        if (has(set, kind, i) &&
            check(option, get(option, value), set->kinds[kind].name, err) != CRS_OK)
            return CRS_EINVAL;
    }
    return CRS_OK;
}

void crs__options_format(const crs__option_set *set, size_t kind, const void *value,
                         const void *defaults, char *text, size_t size)
{
    int written = snprintf(text, size, "%s", kind < set->n_kinds ? set->kinds[kind].name : "?");
    char before = ':';
    if (kind >= set->n_kinds)
        return;
    for (size_t i = 0; i < set->n_options; i++) {
        const crs__option *option = &set->options[i];
        double number = get(option, value);
        char shortest[32];
        if (!has(set, kind, i) || number == get(option, defaults) || (size_t)written >= size)
            continue;
        crs__text_shortest(number, option->whole ? 15 : 1, shortest, sizeof shortest);
        written += snprintf(text + written, size - (size_t)written, "%c%s=%s", before, option->name,
                            shortest);
        before = ',';
    }
}
