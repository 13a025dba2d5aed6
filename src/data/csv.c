/*
 * The CSV reader: the first two lines decide what the columns are, then rows go
 * straight into the data set.
 */
#include "data/csv.h"

#include "core/memory.h"
#include "data/dataset.h"
#include "data/encoding.h"
#include "data/number.h"
#include "data/number_padded.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

crs_status crs__csv_refuse(crs__csv *c, crs_status status, const char *at, const char *format, ...)
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
    (void)crs_error_set(c->job->err, status, "%s:%s: %s", c->job->file->shown, place, text);
    if (c->job->err != NULL) {
        c->job->err->line = c->line.number;
        c->job->err->column = column;
    }
    return status;
}

crs_status crs__csv_no_memory(crs__csv *c)
{
    return crs_error_set(c->job->err, CRS_ENOMEM, "%s: not enough memory to read it",
                         c->job->file->shown);
}

crs_status crs__csv_next_line(crs__csv *c, crs__csv_row *out)
{
    size_t n;
    for (;;) {
        const char *p;
        crs_status status = crs__lines_next(&c->lines, c->job->err, &out->start, &n);
        if (status != CRS_OK)
            return status;
        if (out->start == NULL) {
            out->end = NULL;
            out->number = 0;
            return CRS_OK;
        }
        out->end = out->start + n;
        out->number = c->lines.number;
        p = out->start;
        while (*p == ' ' || *p == '\t') /* the line's end is neither */
            p++;
        if (p < out->end && out->start[0] != '#')
            return CRS_OK;
    }
}

/* ---- numbers --------------------------------------------------------------------- */

/* A field that should be a number and is none. */
static crs_status refuse_number(crs__csv *c, size_t column, const crs__csv_field *field)
{
    char name[96], shown[CRS__SHOWN_FIELD];
    const char *hint = c->line.number == c->first.number && !c->has_header &&
                               c->job->options->header == CRS_CSV_HEADER_AUTO
                           ? " (and the line does not look like a header; --header if it is)"
                           : "";
    crs__csv_field_name(c, column, name, sizeof name);
    crs__shown_text(field->text, field->n, shown, sizeof shown);
    if (field->n == 0)
        return crs__csv_refuse(c, CRS_EPARSE, field->text, "%s is empty; expected a number", name);
    if (crs__number_is_nonfinite_word(field->text, field->n))
        return crs__csv_refuse(c, CRS_ENONFINITE, field->text,
                               "%s: '%s' is not finite; expected a number", name, shown);
    return crs__csv_refuse(c, CRS_EPARSE, field->text, "%s: '%s' is not a number%s", name, shown,
                           hint);
}

/* The number in the field at *p, with blanks or quotes around it; NaN where it is missing. */
static crs_status read_number(crs__csv *c, size_t column, const char **p, double *out)
{
    const char *problem;
    crs__csv_field field;
    crs_status status = crs__csv_next_field(p, c->line.end, c->separator, &field, &problem);
    if (status != CRS_OK)
        return crs__csv_refuse(c, status, *p, "%s", problem);
    if (c->job->options->missing != CRS_MISSING_REFUSE &&
        crs__number_is_missing_word(field.text, field.n)) {
        *out = (double)NAN;
        return CRS_OK;
    }
    if (crs__number_parse(field.text, field.text + field.n, out) != field.text + field.n)
        return refuse_number(c, column, &field);
    if (!isfinite(*out) || (c->data.dtype == CRS_F32 && !isfinite((float)*out))) {
        char name[96], shown[CRS__SHOWN_FIELD];
        crs__shown_text(field.text, field.n, shown, sizeof shown);
        return crs__csv_refuse(c, CRS_ENONFINITE, field.text, "%s: '%s' is too large for %s",
                               crs__csv_field_name(c, column, name, sizeof name), shown,
                               crs_dtype_name(c->data.dtype));
    }
    return CRS_OK;
}

/* ---- labels ----------------------------------------------------------------------- */

/* A label that is no number: the name of a class. */
static crs_status read_name(crs__csv *c, const crs__csv_field *field, crs_error *cause, double *y)
{
    const char *name = field->text;
    size_t n = field->n, room = (CRS__ENCODING_WIDEST + 1) * n + 1;
    if (field->has_doubled || !crs__encoding_is_utf8(name, n)) {
        char *plain;
        if (c->label_room < room) {
            char *larger = crs__realloc(c->label_text, room, 1);
            if (larger == NULL)
                return crs_error_set(cause, CRS_ENOMEM, "not enough memory for the label");
            c->label_text = larger;
            c->label_room = room;
        }
        plain = c->label_text + CRS__ENCODING_WIDEST * n;
        n = crs__csv_copy_field(field, plain);
        n = crs__encoding_to_utf8(plain, n, c->label_text);
        name = c->label_text;
    }
    return crs__labels_add_name(&c->labels, name, n, cause, y);
}

static crs_status read_label(crs__csv *c, size_t column, const char **p, double *y)
{
    char name[96];
    const char *problem;
    crs__csv_field field;
    crs_error cause;
    double value;
    crs_status status = crs__csv_next_field(p, c->line.end, c->separator, &field, &problem);
    if (status != CRS_OK)
        return crs__csv_refuse(c, status, *p, "%s", problem);
    if (field.n > 0 &&
        crs__number_parse(field.text, field.text + field.n, &value) == field.text + field.n) {
        status = isfinite(value) ? crs__labels_add_number(&c->labels, value, &cause, y)
                                 : crs_error_set(&cause, CRS_ENONFINITE, "is too large for f64");
        if (status == CRS_OK)
            return CRS_OK;
    } else if (field.n == 0) {
        status = crs_error_set(&cause, CRS_EPARSE, "is empty; expected a label");
    } else if (crs__number_is_nonfinite_word(field.text, field.n)) {
        return refuse_number(c, column, &field);
    } else {
        status = read_name(c, &field, &cause, y);
        if (status == CRS_OK)
            return CRS_OK;
    }
    crs__csv_field_name(c, column, name, sizeof name);
    return crs__csv_refuse(c, status, field.text, "%s%s%s", name,
                           strncmp(cause.text, "is ", 3) == 0 ? " " : ": ", cause.text);
}

/* ---- rows ------------------------------------------------------------------------------ */

/* Room for more rows: as many as the file seems to hold, judged by those read so far. */
static crs_status grow(crs__csv *c)
{
    enum { FIRST_BYTES = 65536 };
    size_t rows = c->data.n_samples;
    size_t row_bytes = (c->data.n_features + 1) * crs_dtype_size(c->data.dtype);
    size_t wanted = rows == 0 ? 1 + FIRST_BYTES / row_bytes : rows + rows / 2 + 1;
    crs_error cause;
    crs_status status;
    if (rows > 0 && c->job->file->size > c->lines.consumed) {
        double row_length = (double)c->lines.consumed / (double)rows;
        double rest = (double)(c->job->file->size - c->lines.consumed) / row_length;
        wanted = rows + 16 + (size_t)(1.02 * rest); /* fewer than the file's bytes */
    }
    crs__budget_grow(c->job->file, c->lines.consumed);
    status = crs__budget_take(
        c->job->file,
        crs__budget_times(wanted - c->capacity,
                          row_bytes + crs__dataset_targets(&c->data) * sizeof(double)),
        NULL, c->job->err);
    if (status != CRS_OK)
        return status;
    status = crs__dataset_reserve(&c->data, wanted, c->job->options->memory_limit, &cause);
    if (status != CRS_OK)
        return crs_error_set(c->job->err, status, "%s: %s", c->job->file->shown, cause.text);
    c->capacity = wanted;
    return CRS_OK;
}

static crs_status refuse_torn(crs__csv *c)
{
    size_t n = crs__csv_count_fields(c->line.start, c->line.end, c->separator);
    return crs__csv_refuse(c, CRS_EPARSE, NULL, "%zu field%s; expected %zu, as in line %zu", n,
                           n == 1 ? "" : "s", c->n_columns, c->first.number);
}

/* A field that is no plain number of a feature. *is_missing: it is to be filled, or dropped. */
static crs_status read_field(crs__csv *c, size_t column, size_t slot, const char **p,
                             int *is_missing, double *value)
{
    const size_t k = c->data.n_targets, n = c->data.n_features;
    const char *problem;
    crs__csv_field field;
    crs_status status;
    if (slot == CRS__COLUMN_UNUSED) {
        status = crs__csv_next_field(p, c->line.end, c->separator, &field, &problem);
        return status == CRS_OK ? status : crs__csv_refuse(c, status, *p, "%s", problem);
    }
    if (slot >= n)
        return read_label(c, column, p, &c->data.y[c->data.n_samples * k + slot - n]);
    status = read_number(c, column, p, value);
    *is_missing |= isnan(*value);
    return status;
}

/*
 * Up to n plain numbers, each with a separator behind it, into x; *p is behind the last one's.
 * Returns how many: fewer where one is out of the ordinary.
 */
static size_t read_singles(const char **p, char separator, size_t n, float *x)
{
    const char *at = *p;
    size_t i = 0;
    for (; i < n; i++) {
        double value;
        const char *q = crs__number_parse_padded(at, &value);
        if (q == NULL || *q != separator || !(value <= FLT_MAX && value >= -FLT_MAX))
            break;
        x[i] = (float)value;
        at = q + 1;
    }
    *p = at;
    return i;
}

static size_t read_doubles(const char **p, char separator, size_t n, double *x)
{
    const char *at = *p;
    size_t i = 0;
    for (; i < n; i++) {
        const char *q = crs__number_parse_padded(at, &x[i]);
        if (q == NULL || *q != separator || !(x[i] <= DBL_MAX && x[i] >= -DBL_MAX))
            break;
        at = q + 1;
    }
    *p = at;
    return i;
}

static size_t read_run(crs__csv *c, const char **p, size_t column)
{
    size_t i = c->data.n_samples * c->data.n_features + c->columns.slot[column];
    return c->data.dtype == CRS_F32
               ? read_singles(p, c->separator, c->run[column], (float *)c->data.x + i)
               : read_doubles(p, c->separator, c->run[column], (double *)c->data.x + i);
}

static void put_feature(crs__csv *c, size_t slot, double value)
{
    size_t i = c->data.n_samples * c->data.n_features + slot;
    if (c->data.dtype == CRS_F32)
        ((float *)c->data.x)[i] = (float)value;
    else
        ((double *)c->data.x)[i] = value;
}

static crs_status read_row(crs__csv *c, crs__csv_row line)
{
    const char *p = line.start;
    const size_t *slots = c->columns.slot, n = c->data.n_features;
    int is_missing = 0;
    crs_status status = CRS_OK;
    c->line = line;
    if (c->data.n_samples == c->capacity && (status = grow(c)) != CRS_OK)
        return status;
    for (size_t column = 0; column < c->n_columns; column++) {
        double value = 0;
        size_t done;
        if (column > 0) {
            if (p == line.end)
                return refuse_torn(c);
            p++; /* the separator */
        }
        if (c->run[column] > 0 && (done = read_run(c, &p, column)) > 0) {
            p--;
            column += done - 1;
            continue;
        }
        status = read_field(c, column, slots[column], &p, &is_missing, &value);
        if (status != CRS_OK)
            return status;
        if (slots[column] < n)
            put_feature(c, slots[column], value);
    }
    if (p != line.end)
        return refuse_torn(c);
    if (c->job->part == CRS__DATA_FEATURES)
        c->data.y[c->data.n_samples] = (double)c->job->n_rows;
    c->job->n_rows++;
    c->data.n_samples += !is_missing || c->job->options->missing == CRS_MISSING_KEEP;
    return CRS_OK;
}

static crs_status read_rows(crs__csv *c, crs__csv_row second)
{
    crs_status status = CRS_OK;
    if (!c->has_header)
        status = read_row(c, c->first);
    while (status == CRS_OK && second.number != 0) {
        status = read_row(c, second);
        if (status == CRS_OK)
            status = crs__csv_next_line(c, &second);
    }
    if (status == CRS_OK && c->job->n_rows == 0)
        return crs_error_set(c->job->err, CRS_EPARSE,
                             "%s: holds no rows below its header; expected a sample a line",
                             c->job->file->shown);
    if (status == CRS_OK && c->data.n_samples == 0)
        return crs_error_set(c->job->err, CRS_ENONFINITE, "%s: each of %zu samples lacks a value",
                             c->job->file->shown, c->job->n_rows);
    return status;
}

/* ---- the file -------------------------------------------------------------------- */

static crs_status start_labels(crs__csv *c)
{
    const crs_data_read_options *o = c->job->options;
    crs_error cause;
    crs_status status;
    if (c->columns.n_targets == 0)
        return CRS_OK;
    status = crs__labels_init(&c->labels, o->target_kind, o->like, c->columns.n_targets, &cause);
    return status == CRS_OK ? status : crs__csv_refuse(c, status, NULL, "%s", cause.text);
}

static crs_status finish_labels(crs__csv *c)
{
    crs_error cause;
    crs_status status;
    if (c->columns.n_targets == 0)
        return CRS_OK;
    status = crs__labels_finish(&c->labels, &cause, &c->data);
    return status == CRS_OK
               ? status
               : crs_error_set(c->job->err, status, "%s: %s", c->job->file->shown, cause.text);
}

static crs_status describe(crs__csv *c)
{
    char text[200], left[80] = "";
    crs_dataset *d = &c->data;
    if (c->columns.n_left > 0)
        (void)snprintf(left, sizeof left, ", %zu column%s left out that the training data has not",
                       c->columns.n_left, c->columns.n_left == 1 ? "" : "s");
    (void)snprintf(text, sizeof text, "CSV: %zu samples of %zu feature%s, %s%s", d->n_samples,
                   d->n_features, d->n_features == 1 ? "" : "s",
                   c->has_header ? "with a header" : "no header", left);
    crs__csv_describe_target(c);
    d->name = crs__strdup(crs__dataset_basename(c->job->file->path));
    d->description = crs__strdup(text);
    return d->name == NULL || d->description == NULL ? crs__csv_no_memory(c) : CRS_OK;
}

static crs_status read_file(crs__csv *c)
{
    crs__csv_row second;
    crs_status status = crs__lines_open(c->job->file, c->job->err, &c->lines);
    if (status == CRS_OK)
        status = crs__csv_read_columns(c, &second);
    if (status == CRS_OK)
        status = start_labels(c);
    if (status == CRS_OK)
        status = read_rows(c, second);
    if (status == CRS_OK)
        status = finish_labels(c);
    if (status == CRS_OK)
        status = describe(c);
    if (status == CRS_OK &&
        c->capacity > c->data.n_samples + c->data.n_samples / 8) /* no harm if not */
        (void)crs__dataset_reserve(&c->data, c->data.n_samples, SIZE_MAX, NULL);
    return status;
}

crs_status crs__csv_read(crs__data_job *job, crs_dataset *out)
{
    crs__number_locale locale;
    crs_status status;
    crs__csv c;
    memset(&c, 0, sizeof c);
    c.job = job;
    c.data.dtype = job->options->dtype;
    job->n_rows = 0;
    if (job->options->separator != '\0' && strchr(",;\t", job->options->separator) == NULL)
        return crs_error_set(job->err, CRS_EINVAL,
                             "the separator of a CSV file is one of , ; or tab");
    if (crs__number_enter(&locale) != 0)
        return crs__csv_no_memory(&c);
    status = read_file(&c);
    if (status == CRS_OK)
        *out = c.data;
    else
        crs_dataset_release(&c.data);
    crs__lines_close(&c.lines);
    crs__labels_release(&c.labels);
    crs__columns_release(&c.columns);
    crs__free(c.run);
    crs__free(c.names);
    crs__free(c.first_text);
    crs__free(c.first_field);
    crs__free(c.label_text);
    crs__number_leave(&locale);
    return status;
}
