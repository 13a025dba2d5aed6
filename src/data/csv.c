/*
 * The CSV reader: the first two lines decide what the columns are, then rows go
 * straight into the data set.
 */
#include "core/memory.h"
#include "data/csv_line.h"
#include "data/dataset.h"
#include "data/labels.h"
#include "data/lines.h"
#include "data/number.h"
#include "data/reader.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A line and where it is. */
typedef struct csv_line {
    const char *start, *end;
    size_t number; /* from 1; 0: there is none */
} csv_line;

typedef struct csv {
    const crs__data_file *file;
    const crs_data_read_options *options;
    crs_error *err;
    crs__lines lines;
    csv_line line;               /* the one being read, for messages */
    char *first_text;            /* what `first` points into */
    csv_line first;              /* first line with content */
    crs__csv_field *first_field; /* [n_columns] of it */
    char separator;
    int has_header;
    size_t n_columns, target;
    crs__labels labels;
    char *label_text; /* room for one label without doubled quotes */
    size_t label_room;
    size_t capacity; /* rows for which `data` has room */
    crs_dataset data;
} csv;

/* Refuse the file: "path:line:column: why"; `at` is in csv->line, NULL: the whole line. */
static crs_status CRS_PRINTF(4, 5)
    refuse(csv *c, crs_status status, const char *at, const char *format, ...)
{
    char text[320], place[48];
    size_t column = at == NULL ? 0 : (size_t)(at - c->line.start) + 1;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (column == 0)
        (void)snprintf(place, sizeof place, "%zu", c->line.number);
    else
        (void)snprintf(place, sizeof place, "%zu:%zu", c->line.number, column);
    (void)crs_error_set(c->err, status, "%s:%s: %s", c->file->shown, place, text);
    if (c->err != NULL) {
        c->err->line = c->line.number;
        c->err->column = column;
    }
    return status;
}

static crs_status out_of_memory(csv *c)
{
    return crs_error_set(c->err, CRS_ENOMEM, "%s: not enough memory to read it", c->file->shown);
}

/* ---- which columns there are -------------------------------------------------- */

/* The next line that is neither empty nor a comment; number 0 after the last one. */
static crs_status next_line(csv *c, csv_line *out)
{
    size_t n, blanks;
    for (;;) {
        crs_status status = crs__lines_next(&c->lines, c->err, &out->start, &n);
        if (status != CRS_OK)
            return status;
        if (out->start == NULL) {
            out->end = NULL;
            out->number = 0;
            return CRS_OK;
        }
        out->end = out->start + n;
        out->number = c->lines.number;
        blanks = strspn(out->start, " \t"); /* ends at the line's end at the latest */
        if (blanks < n && out->start[0] != '#')
            return CRS_OK;
    }
}

/* "field 3 ('x3')", or "field 3" where columns have no names. */
static const char *field_name(const csv *c, size_t column, char *text, size_t size)
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

/* Keep the first line, since the buffer moves on, and cut it into fields. */
static crs_status read_first_line(csv *c)
{
    csv_line line;
    size_t n;
    const char *p, *problem;
    crs_status status = next_line(c, &line);
    if (status != CRS_OK)
        return status;
    if (line.number == 0)
        return crs_error_set(c->err, CRS_EPARSE, "%s: holds no rows; expected a sample a line",
                             c->file->shown);
    n = (size_t)(line.end - line.start);
    c->first_text = crs__alloc(n + 1, 1);
    if (c->first_text == NULL)
        return out_of_memory(c);
    memcpy(c->first_text, line.start, n);
    c->first.start = c->first_text;
    c->first.end = c->first_text + n;
    c->first.number = line.number;
    c->line = c->first;

    c->separator = c->options->separator;
    if (c->separator == '\0')
        c->separator = crs__csv_guess_separator(c->first.start, c->first.end);
    c->n_columns = crs__csv_count_fields(c->first.start, c->first.end, c->separator);
    if (c->n_columns < 2)
        return refuse(c, CRS_EPARSE, NULL,
                      "a single column; expected features and a label, separated by , ; or tab");
    c->first_field = crs__alloc(c->n_columns, sizeof *c->first_field);
    if (c->first_field == NULL)
        return out_of_memory(c);
    p = c->first.start;
    for (size_t i = 0; i < c->n_columns; i++) {
        status = crs__csv_next_field(&p, c->first.end, c->separator, &c->first_field[i], &problem);
        if (status != CRS_OK)
            return refuse(c, status, p, "%s", problem);
        p += p < c->first.end;
    }
    return CRS_OK;
}

/* Compare a field with a name, doubled quotes seen through. */
static int field_is(const crs__csv_field *field, const char *name)
{
    for (size_t i = 0; i < field->n; i++) {
        if (*name == '\0' || field->text[i] != *name++)
            return 0;
        if (field->has_doubled && field->text[i] == '"')
            i++;
    }
    return *name == '\0';
}

/* The column number that `text` is, from 1; 0 if it is none. */
static size_t column_number(const char *text)
{
    size_t number = 0;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p < '0' || *p > '9' || number > CRS__LINE_LIMIT)
            return 0;
        number = number * 10 + (size_t)(*p - '0');
    }
    return number;
}

/* nan and inf count: as a value they are refused, but they name no column. */
static int looks_like_number(const crs__csv_field *field)
{
    double value;
    const char *end = field->text + field->n;
    return crs__number_parse(field->text, end, &value) == end ||
           crs__number_is_nonfinite_word(field->text, field->n);
}

/* CRS_CSV_HEADER_AUTO; `target` is where the target is likely to be. */
static int guess_header(const csv *c, const csv_line *second, size_t target)
{
    size_t n_text = 0, n_numbers = 0;
    int target_is_text = !looks_like_number(&c->first_field[target]);
    const char *p = second->start, *problem;
    crs__csv_field field;
    for (size_t i = 0; i < c->n_columns; i++) {
        if (i == target || c->first_field[i].n == 0)
            continue;
        if (looks_like_number(&c->first_field[i]))
            n_numbers++;
        else
            n_text++;
    }
    if (n_text > 0)
        return n_numbers == 0 && target_is_text;
    if (!target_is_text || second->number == 0)
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

static crs_status find_header(csv *c, const csv_line *second)
{
    const char *name = c->options->target;
    size_t target = c->n_columns - 1, number;
    if (c->options->header != CRS_CSV_HEADER_AUTO) {
        c->has_header = c->options->header == CRS_CSV_HEADER_YES;
        return CRS_OK;
    }
    if (name != NULL) {
        number = column_number(name);
        if (number == 0) { /* only a header has names */
            c->has_header = 1;
            return CRS_OK;
        }
        if (number <= c->n_columns)
            target = number - 1;
    }
    c->has_header = guess_header(c, second, target);
    return CRS_OK;
}

static crs_status find_target(csv *c)
{
    char shown[CRS__SHOWN_FIELD];
    const char *name = c->options->target;
    size_t found = 0, number;
    c->target = c->n_columns - 1;
    if (name == NULL)
        return CRS_OK;
    crs__shown_text(name, strlen(name), shown, sizeof shown);
    for (size_t i = 0; c->has_header && i < c->n_columns; i++) {
        if (field_is(&c->first_field[i], name)) {
            c->target = i;
            found++;
        }
    }
    if (found == 1)
        return CRS_OK;
    if (found > 1)
        return refuse(c, CRS_EPARSE, NULL, "%zu columns are named '%s'; expected one", found,
                      shown);
    number = column_number(name);
    if (number >= 1 && number <= c->n_columns) {
        c->target = number - 1;
        return CRS_OK;
    }
    return refuse(c, CRS_ENOENT, NULL, "no column '%s'; expected a name of this line or 1 to %zu",
                  shown, c->n_columns);
}

/* data->feature_names from the header. */
static crs_status take_names(csv *c)
{
    char *text;
    char **names = crs__dataset_names(
        c->n_columns - 1, (size_t)(c->first.end - c->first.start) + c->n_columns, &text);
    if (names == NULL)
        return out_of_memory(c);
    c->data.feature_names = names;
    for (size_t i = 0; i < c->n_columns; i++) {
        if (i == c->target)
            continue;
        *names++ = text;
        text += crs__csv_copy_field(&c->first_field[i], text) + 1;
    }
    return CRS_OK;
}

/* ---- rows ------------------------------------------------------------------------ */

/* Room for more rows: as many as the file seems to hold, judged by those read so far. */
static crs_status grow(csv *c)
{
    enum { FIRST_BYTES = 65536 };
    size_t rows = c->data.n_samples;
    size_t row_bytes = c->data.n_features * crs_dtype_size(c->data.dtype);
    size_t wanted = rows == 0 ? 1 + FIRST_BYTES / row_bytes : rows + rows / 2 + 1;
    crs_error cause;
    crs_status status;
    if (rows > 0 && c->file->size > c->lines.consumed) {
        double row_length = (double)c->lines.consumed / (double)rows;
        double rest = (double)(c->file->size - c->lines.consumed) / row_length;
        wanted = rows + 16 + (size_t)(1.02 * rest); /* fewer than the file's bytes */
    }
    status = crs__dataset_reserve(&c->data, wanted, &cause);
    if (status != CRS_OK)
        return crs_error_set(c->err, status, "%s: %s", c->file->shown, cause.text);
    c->capacity = wanted;
    return CRS_OK;
}

static crs_status refuse_torn(csv *c)
{
    size_t n = crs__csv_count_fields(c->line.start, c->line.end, c->separator);
    return refuse(c, CRS_EPARSE, NULL, "%zu field%s; expected %zu, as in line %zu", n,
                  n == 1 ? "" : "s", c->n_columns, c->first.number);
}

/* A field that should be a number and is none. */
static crs_status refuse_number(csv *c, size_t column, const crs__csv_field *field)
{
    char name[96], shown[CRS__SHOWN_FIELD];
    const char *hint = c->line.number == c->first.number && !c->has_header &&
                               c->options->header == CRS_CSV_HEADER_AUTO
                           ? " (and the line does not look like a header)"
                           : "";
    field_name(c, column, name, sizeof name);
    crs__shown_text(field->text, field->n, shown, sizeof shown);
    if (field->n == 0)
        return refuse(c, CRS_EPARSE, field->text, "%s is empty; expected a number", name);
    if (crs__number_is_nonfinite_word(field->text, field->n))
        return refuse(c, CRS_ENONFINITE, field->text, "%s: '%s' is not finite; expected a number",
                      name, shown);
    return refuse(c, CRS_EPARSE, field->text, "%s: '%s' is not a number%s", name, shown, hint);
}

/* The number in the field at *p, which may have blanks or quotes around it. */
static crs_status read_number(csv *c, size_t column, const char **p, double *out)
{
    const char *start = *p, *problem;
    crs__csv_field field;
    crs_status status;
    const char *q = crs__number_parse(start, c->line.end, out);
    if (q != NULL && (q == c->line.end || *q == c->separator)) { /* nearly always */
        field.text = start;
        field.n = (size_t)(q - start);
        *p = q;
    } else {
        status = crs__csv_next_field(p, c->line.end, c->separator, &field, &problem);
        if (status != CRS_OK)
            return refuse(c, status, *p, "%s", problem);
        if (crs__number_parse(field.text, field.text + field.n, out) != field.text + field.n)
            return refuse_number(c, column, &field);
    }
    if (!isfinite(*out) || (c->data.dtype == CRS_F32 && !isfinite((float)*out))) {
        char name[96], shown[CRS__SHOWN_FIELD];
        crs__shown_text(field.text, field.n, shown, sizeof shown);
        return refuse(c, CRS_ENONFINITE, field.text, "%s: '%s' is too large for %s",
                      field_name(c, column, name, sizeof name), shown,
                      crs_dtype_name(c->data.dtype));
    }
    return CRS_OK;
}

/* A label that is no number: the name of a class. */
static crs_status read_name(csv *c, const crs__csv_field *field, crs_error *cause, double *y)
{
    const char *name = field->text;
    size_t n = field->n;
    if (field->has_doubled) {
        if (c->label_room < n + 1) {
            char *larger = crs__realloc(c->label_text, n + 1, 1);
            if (larger == NULL)
                return crs_error_set(cause, CRS_ENOMEM, "not enough memory for the label");
            c->label_text = larger;
            c->label_room = n + 1;
        }
        n = crs__csv_copy_field(field, c->label_text);
        name = c->label_text;
    }
    return crs__labels_add_name(&c->labels, name, n, cause, y);
}

static crs_status read_label(csv *c, const char **p, double *y)
{
    char name[96];
    const char *problem;
    crs__csv_field field;
    crs_error cause;
    double value;
    crs_status status = crs__csv_next_field(p, c->line.end, c->separator, &field, &problem);
    if (status != CRS_OK)
        return refuse(c, status, *p, "%s", problem);
    field_name(c, c->target, name, sizeof name);
    if (field.n == 0)
        return refuse(c, CRS_EPARSE, field.text, "%s is empty; expected a label", name);
    if (crs__number_parse(field.text, field.text + field.n, &value) != field.text + field.n) {
        if (crs__number_is_nonfinite_word(field.text, field.n))
            return refuse_number(c, c->target, &field);
        status = read_name(c, &field, &cause, y);
    } else if (!isfinite(value)) {
        return refuse(c, CRS_ENONFINITE, field.text, "%s is too large for f64", name);
    } else {
        status = crs__labels_add_number(&c->labels, value, &cause, y);
    }
    return status == CRS_OK ? CRS_OK : refuse(c, status, field.text, "%s: %s", name, cause.text);
}

static crs_status read_row(csv *c, csv_line line)
{
    const char *p = line.start;
    size_t i;
    crs_status status = CRS_OK;
    c->line = line;
    if (c->data.n_samples == c->capacity)
        status = grow(c);
    i = c->data.n_samples * c->data.n_features;
    for (size_t column = 0; status == CRS_OK && column < c->n_columns; column++) {
        double value;
        if (column > 0) {
            if (p == line.end)
                return refuse_torn(c);
            p++; /* the separator */
        }
        if (column == c->target) {
            status = read_label(c, &p, &c->data.y[c->data.n_samples]);
            continue;
        }
        status = read_number(c, column, &p, &value);
        if (status != CRS_OK)
            break;
        if (c->data.dtype == CRS_F64)
            ((double *)c->data.x)[i++] = value;
        else
            ((float *)c->data.x)[i++] = (float)value;
    }
    if (status != CRS_OK)
        return status;
    if (p != line.end)
        return refuse_torn(c);
    c->data.n_samples++;
    return CRS_OK;
}

/* ---- the file -------------------------------------------------------------------- */

static crs_status check_like(csv *c)
{
    const crs_dataset *like = c->options->like;
    if (like == NULL || like->n_features == c->n_columns - 1)
        return CRS_OK;
    return refuse(c, CRS_ESHAPE, NULL, "%zu features; expected %zu, as in the training data",
                  c->n_columns - 1, like->n_features);
}

static crs_status read_rows(csv *c)
{
    csv_line second;
    crs_status status = read_first_line(c);
    if (status == CRS_OK)
        status = next_line(c, &second);
    if (status == CRS_OK)
        status = find_header(c, &second);
    if (status == CRS_OK)
        status = find_target(c);
    if (status == CRS_OK)
        status = check_like(c);
    c->data.n_features = c->n_columns - 1;
    if (status == CRS_OK && c->has_header)
        status = take_names(c);
    else if (status == CRS_OK)
        status = read_row(c, c->first);
    while (status == CRS_OK && second.number != 0) {
        status = read_row(c, second);
        if (status == CRS_OK)
            status = next_line(c, &second);
    }
    if (status == CRS_OK && c->data.n_samples == 0)
        status = crs_error_set(c->err, CRS_EPARSE,
                               "%s: holds no rows below its header; expected a sample a line",
                               c->file->shown);
    return status;
}

static crs_status describe(csv *c)
{
    char text[256], column[96], classes[48];
    crs_dataset *d = &c->data;
    field_name(c, c->target, column, sizeof column);
    if (d->n_classes == 0)
        (void)snprintf(classes, sizeof classes, "values");
    else
        (void)snprintf(classes, sizeof classes, "%zu classes", d->n_classes);
    (void)snprintf(text, sizeof text, "CSV: %zu samples of %zu features, %s, target %s, %s",
                   d->n_samples, d->n_features, c->has_header ? "with a header" : "no header",
                   column, classes);
    d->name = crs__strdup(crs__dataset_basename(c->file->path));
    d->description = crs__strdup(text);
    return d->name == NULL || d->description == NULL ? out_of_memory(c) : CRS_OK;
}

crs_status crs__csv_read(const crs__data_file *file, const crs_data_read_options *options,
                         crs_error *err, crs_dataset *out)
{
    crs__number_locale locale;
    crs_error cause;
    crs_status status;
    csv c;
    memset(&c, 0, sizeof c);
    c.file = file;
    c.options = options;
    c.err = err;
    c.data.dtype = options->dtype;
    if (options->separator != '\0' && strchr(",;\t", options->separator) == NULL)
        return crs_error_set(err, CRS_EINVAL, "the separator of a CSV file is one of , ; or tab");
    if (crs__number_enter(&locale) != 0)
        return out_of_memory(&c);
    status = crs__labels_init(&c.labels, options->target_kind, options->like, err);
    if (status == CRS_OK)
        status = crs__lines_open(file, err, &c.lines);
    if (status == CRS_OK)
        status = read_rows(&c);
    if (status == CRS_OK) {
        status = crs__labels_finish(&c.labels, &cause, &c.data);
        if (status != CRS_OK)
            (void)crs_error_set(err, status, "%s: %s", file->shown, cause.text);
    }
    if (status == CRS_OK)
        status = describe(&c);
    if (status == CRS_OK && c.capacity > c.data.n_samples + c.data.n_samples / 8)
        (void)crs__dataset_reserve(&c.data, c.data.n_samples, NULL); /* too large does no harm */
    if (status == CRS_OK)
        *out = c.data;
    else
        crs_dataset_release(&c.data);
    crs__lines_close(&c.lines);
    crs__labels_release(&c.labels);
    crs__free(c.first_text);
    crs__free(c.first_field);
    crs__free(c.label_text);
    crs__number_leave(&locale);
    return status;
}
