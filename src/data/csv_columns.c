/*
 * What the columns of a CSV file are: its first two lines decide.
 */
#include "core/memory.h"
#include "data/csv.h"
#include "data/dataset.h"
#include "data/encoding.h"
#include "data/name_table.h"
#include "data/number.h"

#include <stdio.h>
#include <string.h>

/* What is kept of a column, here and while columns are chosen. */
#define COLUMN_BYTES (sizeof(crs__csv_field) + 5 * sizeof(size_t) + 3 + 3 * sizeof(char *))

const char *crs__csv_field_name(const crs__csv *c, size_t column, char *text, size_t size)
{
    char name[CRS__SHOWN_FIELD];
    if (c->names != NULL) {
        crs__shown_text(c->names[column], strlen(c->names[column]), name, sizeof name);
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

/* The names of the first line as UTF-8; of several without a name each is called by its number. */
static crs_status take_names(crs__csv *c)
{
    enum { NUMBER = 24 };
    size_t bytes = CRS__ENCODING_WIDEST * (size_t)(c->first.end - c->first.start) + c->n_columns;
    size_t n_empty = 0;
    char *text, *plain = crs__alloc((size_t)(c->first.end - c->first.start) + 1, 1);
    for (size_t i = 0; i < c->n_columns; i++)
        n_empty += c->first_field[i].n == 0;
    c->names = crs__dataset_names(c->n_columns, bytes + n_empty * NUMBER, &text);
    if (c->names == NULL || plain == NULL) {
        crs__free(plain);
        return crs__csv_no_memory(c);
    }
    for (size_t i = 0; i < c->n_columns; i++) {
        size_t n = crs__csv_copy_field(&c->first_field[i], plain);
        c->names[i] = text;
        if (n == 0 && n_empty > 1)
            text += snprintf(text, NUMBER, "%zu", i + 1);
        else
            text += crs__encoding_to_utf8(plain, n, text);
        *text++ = '\0';
    }
    crs__free(plain);
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

/* 1 where the line has a number in every column but the target's: no sample has a text there. */
static int is_of_numbers(const crs__csv *c, const crs__csv_row *line, size_t target)
{
    const char *p = line->start, *problem;
    crs__csv_field field;
    for (size_t i = 0; i < c->n_columns; i++) {
        if (line->number == 0 || (i > 0 && p == line->end))
            return 0;
        p += i > 0;
        if (crs__csv_next_field(&p, line->end, c->separator, &field, &problem) != CRS_OK ||
            (i != target && !looks_like_number(&field)))
            return 0;
    }
    return p == line->end;
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
        return target_is_text &&
               (n_numbers == 0 || (n_text >= n_numbers && is_of_numbers(c, second, target)));
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

/* 1 where the first line has a name that the training data has: it can only be a header. */
static crs_status has_like_names(crs__csv *c, int *out)
{
    const crs_dataset *like = c->job->options->like;
    crs__name_table table;
    crs_status status;
    *out = 0;
    if (like == NULL || like->feature_names == NULL || c->job->part == CRS__DATA_TARGETS)
        return CRS_OK;
    status = take_names(c);
    if (status == CRS_OK && !crs__name_table_init(&table, c->n_columns, c->names))
        status = crs__csv_no_memory(c);
    if (status != CRS_OK)
        return status;
    *out = 1;
    for (size_t j = 0; j < like->n_features && *out; j++)
        *out = crs__name_table_find(&table, like->feature_names[j],
                                    strlen(like->feature_names[j])) < c->n_columns;
    crs__name_table_release(&table);
    crs__free(c->names);
    c->names = NULL;
    return CRS_OK;
}

/*
 * 0, 1, 2, ... as the header of a table that had none is written, or a sample: they cannot be told
 * apart, and a header that is learned from, or a sample that is lost, would never be seen.
 */
static crs_status refuse_counting(crs__csv *c)
{
    enum { FEWEST = 4 }; /* a sample of 0, 1 is not rare */
    double value;
    size_t i = 0;
    while (i < c->n_columns &&
           crs__number_parse(c->first_field[i].text, c->first_field[i].text + c->first_field[i].n,
                             &value) == c->first_field[i].text + c->first_field[i].n &&
           value == (double)i)
        i++;
    if (i < c->n_columns || i < FEWEST)
        return CRS_OK;
    return crs__csv_refuse(c, CRS_EPARSE, NULL,
                           "0, 1, 2 ... %zu may be the columns' numbers or a sample; expected "
                           "--header or --no-header",
                           c->n_columns - 1);
}

static crs_status find_header(crs__csv *c, const crs__csv_row *second)
{
    const crs_data_read_options *o = c->job->options;
    const char *target = c->job->part == CRS__DATA_FEATURES ? NULL : o->target;
    size_t likely = c->job->part == CRS__DATA_ALL ? c->n_columns - 1 : c->n_columns;
    crs_status status;
    if (o->header != CRS_CSV_HEADER_AUTO) {
        c->has_header = o->header == CRS_CSV_HEADER_YES;
        return CRS_OK;
    }
    if (has_names(target) ||
        (c->job->part != CRS__DATA_TARGETS && (has_names(o->columns) || has_names(o->ignore)))) {
        c->has_header = 1; /* only a header has names */
        return CRS_OK;
    }
    status = has_like_names(c, &c->has_header);
    if (status != CRS_OK || c->has_header)
        return status;
    if (target != NULL && first_number(c, target) > 0)
        likely = first_number(c, target) - 1;
    c->has_header = guess_header(c, second, likely);
    return c->has_header ? CRS_OK : refuse_counting(c);
}

/* ---- features and targets ------------------------------------------------------------------ */

/* What the user named, as UTF-8 like the names; *out is NULL for NULL. */
static crs_status copy_wish(crs__csv *c, const char *text, char **out)
{
    *out = text == NULL ? NULL : crs__encoding_copy(text);
    return text == NULL || *out != NULL ? CRS_OK : crs__csv_no_memory(c);
}

static crs_status choose_columns(crs__csv *c)
{
    static const crs__columns_default targets[] = {CRS__COLUMNS_LAST, CRS__COLUMNS_NONE,
                                                   CRS__COLUMNS_ALL};
    const crs_data_read_options *o = c->job->options;
    int is_target = c->job->part == CRS__DATA_TARGETS;
    char where[CRS__SHOWN_PATH + 32], *target, *columns = NULL, *ignore = NULL;
    crs__columns_wish wish = {.n = c->n_columns,
                              .name = c->names,
                              .where = where,
                              .targets = targets[c->job->part],
                              .like = o->like};
    crs_status status = copy_wish(c, o->target, &target);
    if (status == CRS_OK)
        status = copy_wish(c, is_target ? NULL : o->columns, &columns);
    if (status == CRS_OK)
        status = copy_wish(c, is_target ? NULL : o->ignore, &ignore);
    wish.target = target;
    wish.columns = columns;
    wish.ignore = ignore;
    (void)snprintf(where, sizeof where, "%s:%zu", c->job->file->shown, c->first.number);
    if (status == CRS_OK) {
        status = crs__columns_choose(&wish, c->job->err, &c->columns);
        if (status != CRS_OK && c->job->err != NULL)
            c->job->err->line = c->first.number;
    }
    crs__free(target);
    crs__free(columns);
    crs__free(ignore);
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
        status = find_header(c, second);
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
