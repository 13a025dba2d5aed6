/*
 * What the columns of a CSV file are: its first two lines decide.
 */
#include "core/memory.h"
#include "data/csv.h"
#include "data/dataset.h"
#include "data/number.h"

#include <stdio.h>
#include <string.h>

/* What is kept of a column, here and while columns are chosen. */
#define COLUMN_BYTES (sizeof(crs__csv_field) + 5 * sizeof(size_t) + 3 + 3 * sizeof(char *))

const char *crs__csv_field_name(const crs__csv *c, size_t column, char *text, size_t size)
{
    char name[CRS__SHOWN_FIELD];
    if (c->has_header) {
        crs__shown_text(c->first_field[column].text, c->first_field[column].n, name, sizeof name);
        (void)snprintf(text, size, "field %zu ('%s')", column + 1, name);
    } else {
        (void)snprintf(text, size, "field %zu", column + 1);
    }
    return text;
}

/* ---- the first line --------------------------------------------------------------------- */

/* Keep it, since the buffer moves on, and cut it into fields. */
static crs_status read_first_line(crs__csv *c)
{
    crs__csv_row line;
    size_t n;
    const char *p, *problem;
    crs_status status = crs__csv_next_line(c, &line);
    if (status != CRS_OK)
        return status;
    if (line.number == 0)
        return crs_error_set(c->job->err, CRS_EPARSE, "%s: holds no rows; expected a sample a line",
                             c->job->file->shown);
    n = (size_t)(line.end - line.start);
    c->first_text = crs__alloc(n + 1 + CRS__LINE_PADDING, 1);
    if (c->first_text == NULL)
        return crs__csv_no_memory(c);
    memcpy(c->first_text, line.start, n);
    c->first.start = c->first_text;
    c->first.end = c->first_text + n;
    c->first.number = line.number;
    c->line = c->first;

    c->separator = c->job->options->separator;
    if (c->separator == '\0')
        c->separator = crs__csv_guess_separator(c->first.start, c->first.end);
    c->n_columns = crs__csv_count_fields(c->first.start, c->first.end, c->separator);
    if (c->n_columns < 2 && c->job->part == CRS__DATA_ALL)
        return crs__csv_refuse(
            c, CRS_EPARSE, NULL,
            "a single column; expected features and a label, separated by , ; or tab");
    status = crs__budget_take(c->job->file, crs__budget_times(c->n_columns, COLUMN_BYTES), NULL,
                              c->job->err);
    if (status != CRS_OK)
        return status;
    c->first_field = crs__alloc(c->n_columns, sizeof *c->first_field);
    if (c->first_field == NULL)
        return crs__csv_no_memory(c);
    p = c->first.start;
    for (size_t i = 0; i < c->n_columns; i++) {
        status = crs__csv_next_field(&p, c->first.end, c->separator, &c->first_field[i], &problem);
        if (status != CRS_OK)
            return crs__csv_refuse(c, status, p, "%s", problem);
        p += p < c->first.end;
    }
    return CRS_OK;
}

/* ---- a header or not ---------------------------------------------------------------------- */

/* nan and inf count: as a value they are refused, but they name no column. */
static int looks_like_number(const crs__csv_field *field)
{
    double value;
    const char *end = field->text + field->n;
    return crs__number_parse(field->text, end, &value) == end ||
           crs__number_is_nonfinite_word(field->text, field->n);
}

/* 1 where a field says neither that this is a header nor that it is a row. */
static int says_nothing(const crs__csv *c, const crs__csv_field *field)
{
    return field->n == 0 || (c->job->options->missing != CRS_MISSING_REFUSE &&
                             crs__number_is_missing_word(field->text, field->n));
}

/* CRS_CSV_HEADER_AUTO; `target` is where the target is likely to be, n_columns: nowhere. */
static int guess_header(const crs__csv *c, const crs__csv_row *second, size_t target)
{
    size_t n_text = 0, n_numbers = 0;
    int target_is_text = target == c->n_columns || !looks_like_number(&c->first_field[target]);
    const char *p = second->start, *problem;
    crs__csv_field field;
    for (size_t i = 0; i < c->n_columns; i++) {
        if (i == target || says_nothing(c, &c->first_field[i]))
            continue;
        if (looks_like_number(&c->first_field[i]))
            n_numbers++;
        else
            n_text++;
    }
    if (n_text > 0)
        return n_numbers == 0 && target_is_text;
    if (!target_is_text || second->number == 0 || target == c->n_columns)
        return 0;
    /* Numbers and a text at last: names such as 0, 1, 2, label, or a row with a named class? */
    for (size_t i = 0; i <= target; i++) {
        if (crs__csv_next_field(&p, second->end, c->separator, &field, &problem) != CRS_OK ||
            (i < target && p == second->end))
            return 0;
        p += p < second->end;
    }
    return looks_like_number(&field);
}

/* 1 where a list of columns has names and not just numbers. */
static int has_names(const char *list)
{
    return list != NULL && list[strspn(list, "0123456789,- ")] != '\0';
}

/* The column number that a list begins with, from 1; 0 if it is none of this file. */
static size_t first_number(const crs__csv *c, const char *list)
{
    size_t number = 0;
    for (; *list >= '0' && *list <= '9' && number <= c->n_columns; list++)
        number = number * 10 + (size_t)(*list - '0');
    return number <= c->n_columns ? number : 0;
}

static void find_header(crs__csv *c, const crs__csv_row *second)
{
    const crs_data_read_options *o = c->job->options;
    const char *target = c->job->part == CRS__DATA_FEATURES ? NULL : o->target;
    size_t likely = c->job->part == CRS__DATA_ALL ? c->n_columns - 1 : c->n_columns;
    if (o->header != CRS_CSV_HEADER_AUTO) {
        c->has_header = o->header == CRS_CSV_HEADER_YES;
        return;
    }
    if (has_names(target) ||
        (c->job->part != CRS__DATA_TARGETS && (has_names(o->columns) || has_names(o->ignore)))) {
        c->has_header = 1; /* only a header has names */
        return;
    }
    if (target != NULL && first_number(c, target) > 0)
        likely = first_number(c, target) - 1;
    c->has_header = guess_header(c, second, likely);
}

/* ---- features and targets ------------------------------------------------------------------ */

static crs_status take_names(crs__csv *c)
{
    char *text;
    c->names = crs__dataset_names(c->n_columns,
                                  (size_t)(c->first.end - c->first.start) + c->n_columns, &text);
    if (c->names == NULL)
        return crs__csv_no_memory(c);
    for (size_t i = 0; i < c->n_columns; i++) {
        c->names[i] = text;
        text += crs__csv_copy_field(&c->first_field[i], text) + 1;
    }
    return CRS_OK;
}

static crs_status choose_columns(crs__csv *c)
{
    static const crs__columns_default targets[] = {CRS__COLUMNS_LAST, CRS__COLUMNS_NONE,
                                                   CRS__COLUMNS_ALL};
    const crs_data_read_options *o = c->job->options;
    int is_target = c->job->part == CRS__DATA_TARGETS;
    char where[CRS__SHOWN_PATH + 32];
    crs__columns_wish wish = {.n = c->n_columns,
                              .name = c->names,
                              .where = where,
                              .targets = targets[c->job->part],
                              .target = o->target,
                              .columns = is_target ? NULL : o->columns,
                              .ignore = is_target ? NULL : o->ignore,
                              .like = o->like};
    crs_status status;
    (void)snprintf(where, sizeof where, "%s:%zu", c->job->file->shown, c->first.number);
    status = crs__columns_choose(&wish, c->job->err, &c->columns);
    if (status != CRS_OK && c->job->err != NULL)
        c->job->err->line = c->first.number;
    return status;
}

static crs_status find_runs(crs__csv *c)
{
    const size_t *slot = c->columns.slot;
    c->run = crs__alloc(c->n_columns, sizeof *c->run);
    if (c->run == NULL)
        return crs__csv_no_memory(c);
    for (size_t i = c->n_columns; i-- > 0;) {
        if (slot[i] >= c->columns.n_features)
            continue;
        c->run[i] = 1;
        if (i + 1 < c->n_columns && slot[i + 1] == slot[i] + 1)
            c->run[i] += c->run[i + 1];
    }
    return CRS_OK;
}

/* Copies of the names of some columns. */
static crs_status copy_names(crs__csv *c, size_t n, const size_t *column, char ***out)
{
    char **chosen = crs__alloc(n, sizeof *chosen);
    *out = NULL;
    for (size_t i = 0; chosen != NULL && i < n; i++)
        chosen[i] = c->names[column[i]];
    if (chosen != NULL)
        *out = crs__dataset_copy_names(n, chosen);
    crs__free(chosen);
    return *out == NULL ? crs__csv_no_memory(c) : CRS_OK;
}

crs_status crs__csv_read_columns(crs__csv *c, crs__csv_row *second)
{
    crs_status status = read_first_line(c);
    if (status == CRS_OK)
        status = crs__csv_next_line(c, second);
    if (status == CRS_OK)
        find_header(c, second);
    if (status == CRS_OK && c->has_header)
        status = take_names(c);
    if (status == CRS_OK)
        status = choose_columns(c);
    if (status == CRS_OK)
        status = find_runs(c);
    if (status != CRS_OK)
        return status;
    c->data.n_features = c->columns.n_features;
    c->data.n_targets = c->columns.n_targets;
    if (c->has_header && c->columns.n_features > 0)
        status = copy_names(c, c->columns.n_features, c->columns.feature, &c->data.feature_names);
    if (status == CRS_OK && c->has_header && c->columns.n_targets > 0)
        status = copy_names(c, c->columns.n_targets, c->columns.target, &c->data.target_names);
    return status;
}

void crs__csv_describe_target(crs__csv *c)
{
    char first[64], last[64];
    size_t n = c->columns.n_targets;
    if (n == 0)
        return;
    crs__csv_field_name(c, c->columns.target[0], first, sizeof first);
    crs__csv_field_name(c, c->columns.target[n - 1], last, sizeof last);
    if (n == 1)
        (void)snprintf(c->job->target, sizeof c->job->target, "target %s", first);
    else
        (void)snprintf(c->job->target, sizeof c->job->target, "targets %.36s ... %.36s", first,
                       last);
}
