/* Activations as text: "leaky_relu:0.1" to the row and its parameter, and back. */
#include "act/act.h"

#include "core/arguments.h"
#include "core/text.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longer than any name, so that the nearest one can be searched in a small table. */
#define NAME_MAX_LENGTH 24

/* Names of the jump itself, which people try because NumPy and Keras have it. */
static const char *const steps[] = {"step", "threshold", "heaviside", "binary_step"};

static int is_name(const char *text, size_t length, const char *name)
{
    return name != NULL && strlen(name) == length && memcmp(text, name, length) == 0;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Letters to insert, delete or replace to turn one into the other; case is ignored. */
static size_t edit_distance(const char *text, size_t length, const char *name)
{
    size_t row[NAME_MAX_LENGTH + 1], n = strlen(name);
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 0; i < length; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < n; j++) {
            size_t best = diagonal + (lower(text[i]) != name[j]);
            diagonal = row[j + 1];
            if (diagonal + 1 < best)
                best = diagonal + 1;
            if (row[j] + 1 < best)
                best = row[j] + 1;
            row[j + 1] = best;
        }
    }
    return row[n];
}

/* The row's name that is nearest, if a slip or two away, else NULL. */
static const char *nearest_name(const char *text, size_t length)
{
    const char *nearest = NULL;
    size_t least = 3;
    if (length > NAME_MAX_LENGTH)
        return NULL;
    for (int id = 0; id < CRS_ACT_COUNT; id++) {
        const char *name = crs_act_name((crs_act_id)id);
        size_t distance = edit_distance(text, length, name);
        if (distance < least && distance < length) {
            least = distance;
            nearest = name;
        }
    }
    return nearest;
}

/* How much of what somebody wrote to repeat: up to 40 bytes, and nothing that ends a line. */
static int shown_length(const char *text, size_t length)
{
    int shown = 0;
    while (shown < 40 && (size_t)shown < length && (unsigned char)text[shown] >= ' ')
        shown++;
    return shown;
}

static crs_status unknown_name(const char *text, size_t length, crs_error *err)
{
    char known[256]; /* all names, with room for as many again */
    size_t written = 0;
    const char *nearest = nearest_name(text, length);
    int shown = shown_length(text, length);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (is_name(text, length, steps[i]))
            return crs_error_set(
                err, CRS_ENOENT,
                "activation \"%s\" is not supported: g itself jumps at 0, so there is "
                "no finite slope there and the slope is 0 everywhere else",
                steps[i]);
    }
    if (nearest != NULL)
        return crs_error_set(err, CRS_ENOENT, "unknown activation \"%.*s\", did you mean \"%s\"?",
                             shown, text, nearest);
    for (int id = 0; id < CRS_ACT_COUNT && written < sizeof known; id++)
        written += (size_t)snprintf(known + written, sizeof known - written, "%s%s",
                                    id == 0 ? "" : " ", crs_act_name((crs_act_id)id));
    return crs_error_set(err, CRS_ENOENT, "unknown activation \"%.*s\", expected one of: %s", shown,
                         text, known);
}

static int find_name(const char *text, size_t length, crs_act_id *out)
{
    for (int id = 0; id < CRS_ACT_COUNT; id++) {
        const crs__act_row *row = crs__act_row_of((crs_act_id)id);
        int found = is_name(text, length, row->name);
        for (int i = 0; i < CRS__ACT_MAX_ALIASES; i++)
            found = found || is_name(text, length, row->aliases[i]);
        if (found) {
            *out = (crs_act_id)id;
            return 1;
        }
    }
    return 0;
}

/* A number and nothing else, that float32 can hold as well. */
static int read_param(const char *text, double *out)
{
    char *end;
    if (strchr("+-.0123456789", *text) == NULL || *text == '\0')
        return 0;
    *out = strtod(text, &end);
    return *end == '\0' && fabs(*out) <= (double)FLT_MAX; /* NaN compares false */
}

static crs_status bad_param(const char *text, const crs__act_row *row, crs_error *err)
{
    int shown = shown_length(text, strlen(text));
    if (!row->has_param)
        return crs_error_set(err, CRS_EPARSE, "%s takes no parameter, but was given \":%.*s\"",
                             row->name, shown, text);
    return crs_error_set(
        err, CRS_EPARSE,
        "parameter \"%.*s\" of %s is no finite number, expected one as in \"%s:0.1\"", shown, text,
        row->name, row->name);
}

crs_status crs_act_parse(const char *text, crs_error *err, crs_act *out)
{
    if (text == NULL || out == NULL)
        return crs__null_argument(err, __func__);
    const char *colon = strchr(text, ':');
    size_t length = colon == NULL ? strlen(text) : (size_t)(colon - text);
    const crs__act_row *row;
    crs_act_id id;
    double param;

    memset(out, 0, sizeof *out);
    if (!find_name(text, length, &id))
        return unknown_name(text, length, err);
    row = crs__act_row_of(id);
    param = row->param;
    if (colon != NULL && (!row->has_param || !read_param(colon + 1, &param))) {
        crs_status status = bad_param(colon + 1, row, err);
        if (err != NULL)
            err->column = length + 2;
        return status;
    }
    crs__act_fill(id, param, out);
    return CRS_OK;
}

void crs_act_format(const crs_act *act, char *text, size_t size)
{
    if (act == NULL || text == NULL)
        return;
    const crs__act_row *row = crs__act_row_of(act->id);
    char number[40];
    if (!row->has_param) {
        (void)snprintf(text, size, "%s", row->name);
        return;
    }
    crs__text_shortest(act->param, 1, number, sizeof number);
    (void)snprintf(text, size, "%s:%s", row->name, number);
}

void crs_act_format_rule(const crs_act *act, char *text, size_t size)
{
    if (act == NULL || text == NULL)
        return;
    char number[40];
    crs__text_shortest(act->param, 1, number, sizeof number);
    if (act->id == CRS_ACT_LEAKY_RELU)
        (void)snprintf(text, size, "np.where(Z > 0, 1, %s)", number);
    else if (act->id == CRS_ACT_ELU && act->param != 1)
        (void)snprintf(text, size, "np.where(Z > 0, 1, %s * np.exp(Z))", number);
    else
        (void)snprintf(text, size, "%s", crs_act_rule_text(act->id));
}
