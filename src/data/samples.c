/*
 * Samples out of a file of arrays, whatever its format: which array is x and which is y, their
 * elements on their way into the data set, and what of them is refused.
 */
#include "core/memory.h"
#include "data/arrays_reader.h"
#include "data/columns.h"
#include "data/dataset.h"
#include "data/labels.h"
#include "data/number.h"
#include "data/samples_names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Elements that are decoded at once: their doubles stay in the second cache. */
#define CHUNK ((size_t)8192)

typedef struct samples {
    crs__data_job *job;
    const crs__array_source *source;
    crs__array_names names;
    crs__columns columns; /* of the array that is read */
    char x_shown[CRS__SHOWN_FIELD], y_shown[CRS__SHOWN_FIELD];
    char *x_name, *y_name;
    char shape[96]; /* of a sample: "64x64x3", "4 features" */
    int is_scaled;  /* x was bytes, divided by 255 */
    int is_mapped;
    int is_plain;    /* the array's columns are the features, one by one */
    size_t capacity; /* rows for which there is room */
    crs_dataset data;
} samples;

static crs_status refuse(const samples *s, crs_status status, const crs_error *cause)
{
    return crs_error_set(s->job->err, status, "%s: %s", s->job->file->shown, cause->text);
}

/* " 'train_x'", or nothing where arrays have no names. */
static const char *subject(const samples *s, const char *shown, char *text, size_t size)
{
    text[0] = '\0';
    if (s->source->has_names)
        (void)snprintf(text, size, " '%s'", shown);
    return text;
}

/* ---- elements into x and y ----------------------------------------------------------------- */

static void put(samples *s, size_t row, size_t slot, double value)
{
    crs_dataset *d = &s->data;
    if (slot == CRS__COLUMN_UNUSED)
        return;
    if (slot >= d->n_features)
        d->y[row * d->n_targets + slot - d->n_features] = value;
    else if (d->dtype == CRS_F32)
        ((float *)d->x)[row * d->n_features + slot] = (float)value;
    else
        ((double *)d->x)[row * d->n_features + slot] = value;
}

/* Element `first` and those behind it, in the file's order. */
static void place(samples *s, const crs__stored_array *a, size_t n_rows, size_t first, size_t n,
                  const double *values)
{
    size_t n_columns = s->columns.n, row, column;
    if (s->is_plain && !a->is_fortran) {
        if (s->data.dtype == CRS_F64)
            memcpy((double *)s->data.x + first, values, n * sizeof *values);
        for (size_t i = 0; s->data.dtype == CRS_F32 && i < n; i++)
            ((float *)s->data.x)[first + i] = (float)values[i];
        return;
    }
    if (a->is_fortran) {
        for (size_t i = 0; i < n; i++)
            put(s, (first + i) % n_rows, s->columns.slot[(first + i) / n_rows], values[i]);
        return;
    }
    row = first / n_columns;
    column = first % n_columns;
    for (size_t i = 0; i < n; i++) {
        put(s, row, s->columns.slot[column], values[i]);
        if (++column == n_columns) {
            column = 0;
            row++;
        }
    }
}

/* Room up to element `last`: at once where the file has so many, else as they come. */
static crs_status make_room(samples *s, const crs__stored_array *a, size_t n_rows, size_t last)
{
    size_t needed = a->is_fortran || a->bytes->is_size_sure ? n_rows : (last / s->columns.n) + 1;
    crs_error cause;
    crs_status status;
    if (needed <= s->capacity)
        return CRS_OK;
    if (needed < n_rows)
        needed = needed < n_rows / 2 ? 2 * needed : n_rows;
    s->data.n_samples = s->capacity; /* to be kept */
    status = crs__dataset_reserve(&s->data, needed, s->job->options->memory_limit, &cause);
    if (status != CRS_OK)
        return refuse(s, status, &cause);
    s->capacity = needed;
    return CRS_OK;
}

static crs_status refuse_whole(const crs__stored_array *a, size_t element, double value,
                               crs_error *err)
{
    return crs_error_set(err, CRS_EUNSUPPORTED,
                         "%s: element %zu (from 0, in the file's order) is a whole number near "
                         "%.0f that no double holds exactly",
                         a->bytes->where, element, value);
}

/* All elements of an array of n_rows, as s->columns says. */
static crs_status fill(samples *s, const crs__stored_array *a, size_t n_rows, int scale,
                       crs_error *err)
{
    unsigned char *raw = crs__alloc(CHUNK, a->type->size);
    double *values = crs__alloc(CHUNK, sizeof *values);
    crs_status status = CRS_OK;
    if (raw == NULL || values == NULL)
        status =
            crs_error_set(err, CRS_ENOMEM, "%s: not enough memory to read it", s->job->file->shown);
    s->is_plain = crs__columns_are_plain(&s->columns);
    for (size_t done = 0; done < a->shape.n && status == CRS_OK;) {
        size_t n = a->shape.n - done < CHUNK ? a->shape.n - done : CHUNK, decoded;
        status = make_room(s, a, n_rows, done + n - 1);
        if (status == CRS_OK)
            status = crs__bytes_take(a->bytes, raw, n * a->type->size, err);
        if (status != CRS_OK)
            break;
        decoded = crs__element_decode(a->type, a->big_endian, raw, n, values);
        if (decoded < n) {
            status = refuse_whole(a, done + decoded, values[decoded], err);
            break;
        }
        for (size_t i = 0; scale && i < n; i++)
            values[i] /= 255;
        place(s, a, n_rows, done, n, values);
        done += n;
    }
    crs__free(raw);
    crs__free(values);
    s->data.n_samples = n_rows;
    return status;
}

/* 1 where x is in the file as it is to be in memory. */
static int can_map(const samples *s, const crs__stored_array *a)
{
    static const uint16_t one = 1;
    int is_little = *(const unsigned char *)&one;
    return a->offset > 0 && a->offset % CRS__ALIGN == 0 && !a->is_fortran &&
           a->big_endian == !is_little && a->type->kind == CRS__ELEMENT_FLOAT &&
           a->type->size == crs_dtype_size(s->data.dtype) && crs__columns_are_plain(&s->columns) &&
           s->job->options->missing != CRS_MISSING_DROP;
}

/* x is the file itself. 0: it cannot be, and is to be read. */
static int map_in_place(samples *s, const crs__stored_array *a, size_t n_rows)
{
    crs_dataset *d = &s->data;
    size_t bytes = (size_t)a->offset + a->shape.n * a->type->size;
    void *start = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, s->job->file->fd, 0);
    if (start == MAP_FAILED)
        return 0;
    d->y = crs__alloc(n_rows, sizeof *d->y);
    if (d->y == NULL) {
        (void)munmap(start, bytes);
        return 0;
    }
    d->mapping.start = start;
    d->mapping.bytes = bytes;
    d->x = (char *)start + a->offset;
    d->n_samples = s->capacity = n_rows;
    s->is_mapped = 1;
    return 1;
}

/* ---- x ------------------------------------------------------------------------------------ */

static crs_status refuse_shape(const samples *s, const char *shown, const char *why, crs_error *err)
{
    if (!s->source->has_names)
        return crs_error_set(err, CRS_ESHAPE, "%s: %s", s->job->file->shown, why);
    return crs_error_set(err, CRS_ESHAPE, "%s: %s '%s' %s", s->job->file->shown, s->source->noun,
                         shown, why);
}

static crs_status check_shape(const samples *s, const crs__stored_array *a, crs_error *err)
{
    char why[96];
    if (a->shape.n_dims < 2) {
        (void)snprintf(why, sizeof why, "has %zu ax%cs; expected samples by features",
                       a->shape.n_dims, a->shape.n_dims == 1 ? 'i' : 'e');
        return refuse_shape(s, s->x_shown, why, err);
    }
    if (a->shape.n == 0)
        return refuse_shape(s, s->x_shown, "is empty; expected samples by features", err);
    if (a->is_fortran && a->shape.n_dims > 2)
        return refuse_shape(s, s->x_shown,
                            "is in Fortran order and has more than two axes; save "
                            "np.ascontiguousarray of it",
                            err);
    return CRS_OK;
}

static void describe_shape(samples *s, const crs__array_shape *shape)
{
    size_t n = shape->n / shape->dims[0];
    if (s->data.n_features < n && s->data.n_targets == 0)
        (void)snprintf(s->shape, sizeof s->shape, "%zu of %zu features", s->data.n_features, n);
    else if (shape->n_dims == 2)
        (void)snprintf(s->shape, sizeof s->shape, "%zu feature%s", s->data.n_features,
                       s->data.n_features == 1 ? "" : "s");
    for (size_t i = 1; s->data.n_features == n && shape->n_dims > 2 && i < shape->n_dims; i++)
        (void)snprintf(s->shape + strlen(s->shape), sizeof s->shape - strlen(s->shape), "%s%zu",
                       i > 1 ? "x" : "", shape->dims[i]);
}

/* What of the columns of x is features; the target too where there is no other array. */
static crs_status choose_columns(samples *s, const crs__stored_array *a, crs_error *err)
{
    const crs_data_read_options *o = s->job->options;
    char where[CRS__SHOWN_PATH + CRS__SHOWN_FIELD], text[CRS__SHOWN_FIELD + 4];
    int has_target = s->job->part == CRS__DATA_ALL && !s->source->has_names;
    crs__columns_wish wish = {.n = a->shape.n / a->shape.dims[0],
                              .where = where,
                              .targets = has_target ? CRS__COLUMNS_LAST : CRS__COLUMNS_NONE,
                              .target = o->target,
                              .columns = o->columns,
                              .ignore = o->ignore,
                              .like = o->like};
    (void)snprintf(where, sizeof where, "%s%s%s", s->job->file->shown,
                   s->source->has_names ? ":" : "", subject(s, s->x_shown, text, sizeof text));
    if (has_target && (a->shape.n_dims > 2 || strcmp(s->source->title, "IDX") == 0))
        return crs_error_set(err, CRS_ESHAPE,
                             "%s: holds samples of %zu axes and no target; say which file has it",
                             s->job->file->shown, a->shape.n_dims - 1);
    return crs__columns_choose(&wish, err, &s->columns);
}

static crs_status take_x(void *ctx, const crs__stored_array *a, crs_error *err)
{
    samples *s = ctx;
    crs_status status = check_shape(s, a, err);
    if (status == CRS_OK)
        status = choose_columns(s, a, err);
    if (status != CRS_OK)
        return status;
    s->data.n_features = s->columns.n_features;
    s->data.n_targets = s->columns.n_targets;
    describe_shape(s, &a->shape);
    s->is_scaled = s->job->options->scale_bytes && a->type->kind == CRS__ELEMENT_UNSIGNED &&
                   a->type->size == 1;
    if (can_map(s, a) && map_in_place(s, a, a->shape.dims[0]))
        return CRS_OK;
    return fill(s, a, a->shape.dims[0], s->is_scaled, err);
}

/* ---- y ------------------------------------------------------------------------------------ */

/* The place for y: the samples that x has, or as many as there are targets. */
static crs_status make_y(samples *s, size_t n_rows, crs_error *err)
{
    crs__free(s->data.y);
    s->data.y = crs__alloc(n_rows, s->data.n_targets * sizeof *s->data.y);
    if (s->data.y == NULL)
        return crs_error_set(err, CRS_ENOMEM, "%s: not enough memory to read it",
                             s->job->file->shown);
    s->capacity = n_rows;
    return CRS_OK;
}

static crs_status take_y(void *ctx, const crs__stored_array *a, crs_error *err)
{
    samples *s = ctx;
    size_t n_expected = s->job->part == CRS__DATA_ALL ? s->data.n_samples : s->job->n_expected;
    size_t n_features = s->data.n_features, n_rows, k;
    crs__columns_wish wish = {.where = s->job->file->shown, .targets = CRS__COLUMNS_ALL};
    crs__stored_array flat = *a;
    crs_status status;
    if (a->shape.n_dims == 0 || a->shape.n == 0)
        return refuse_shape(s, s->y_shown, "is empty; expected a target for each sample", err);
    n_rows = a->shape.dims[0];
    if (a->shape.n_dims == 2 && n_rows == 1 && n_expected != 1)
        n_rows = a->shape.dims[1]; /* a row of labels, as the cats have them */
    if (a->is_fortran && a->shape.n_dims > 2)
        return refuse_shape(s, s->y_shown, "is in Fortran order and has more than two axes", err);
    k = a->shape.n / n_rows;
    if (s->job->part == CRS__DATA_ALL && n_rows != n_expected)
        return crs_error_set(err, CRS_ESHAPE,
                             "%s: '%s' has %zu labels, but '%s' has %zu samples; expected as many",
                             s->job->file->shown, s->y_shown, n_rows, s->x_shown, n_expected);
    if (!s->source->has_names)
        wish.target = s->job->options->target;
    wish.n = k;
    crs__columns_release(&s->columns);
    status = crs__columns_choose(&wish, err, &s->columns);
    if (status != CRS_OK)
        return status;
    s->data.n_features = 0;
    s->data.n_targets = s->columns.n_targets;
    status = make_y(s, n_rows, err);
    flat.is_fortran = a->is_fortran && k > 1;
    if (status == CRS_OK)
        status = fill(s, &flat, n_rows, 0, err);
    s->data.n_features = n_features;
    return status;
}

/* Labels one by one, as labels.h has them. */
static crs_status read_labels(samples *s, crs__labels *labels)
{
    crs_dataset *d = &s->data;
    char text[CRS__SHOWN_FIELD + 4];
    crs_error cause;
    for (size_t i = 0; i < d->n_samples * d->n_targets; i++) {
        crs_status status = isfinite(d->y[i])
                                ? crs__labels_add_number(labels, d->y[i], &cause, &d->y[i])
                                : crs_error_set(&cause, CRS_ENONFINITE, "label is not finite");
        if (status != CRS_OK)
            return crs_error_set(s->job->err, status, "%s:%s%s sample %zu (from 0): %s",
                                 s->job->file->shown, subject(s, s->y_shown, text, sizeof text),
                                 s->source->has_names ? "," : "", i / d->n_targets, cause.text);
    }
    return CRS_OK;
}

/* ---- what is missing ------------------------------------------------------------------------ */

/* 1 where a feature of a sample is no finite number: x - x is 0 of all others. */
static int has_hole(const crs_dataset *d, size_t sample)
{
    size_t n = d->n_features;
    int bad = 0;
    if (d->dtype == CRS_F32) {
        const float *x = (const float *)d->x + sample * n;
        for (size_t j = 0; j < n; j++)
            bad |= x[j] - x[j] != 0;
    } else {
        const double *x = (const double *)d->x + sample * n;
        for (size_t j = 0; j < n; j++)
            bad |= x[j] - x[j] != 0;
    }
    return bad;
}

/* CRS_OK where sample `i` may be as it is; *keep: it is not to be left out. */
static crs_status judge_sample(samples *s, size_t i, int *keep)
{
    crs_dataset *d = &s->data;
    crs_missing missing = s->job->options->missing;
    char text[CRS__SHOWN_FIELD + 4];
    int hole = has_hole(d, i);
    *keep = !hole || missing != CRS_MISSING_DROP;
    for (size_t j = 0; hole && j < d->n_features; j++) {
        double x = crs_dataset_x(d, i, j);
        if (isfinite(x) || (isnan(x) && missing != CRS_MISSING_REFUSE))
            continue;
        return crs_error_set(s->job->err, CRS_ENONFINITE,
                             "%s:%s has %s at sample %zu, feature %zu (from 0); expected finite %s",
                             s->job->file->shown, subject(s, s->x_shown, text, sizeof text),
                             isnan(x) ? "NaN" : "infinity", i, j, crs_dtype_name(d->dtype));
    }
    return CRS_OK;
}

/* Look at every sample, and close the gaps of those that are left out. */
static crs_status settle(samples *s)
{
    crs_dataset *d = &s->data;
    size_t kept = 0, bytes = d->n_features * crs_dtype_size(d->dtype);
    size_t k = s->job->part == CRS__DATA_FEATURES ? 1 : d->n_targets;
    s->job->n_rows = d->n_samples;
    for (size_t i = 0; i < d->n_samples; i++) {
        int keep = 1;
        crs_status status = judge_sample(s, i, &keep);
        if (status != CRS_OK)
            return status;
        if (s->job->part == CRS__DATA_FEATURES)
            d->y[i] = (double)i;
        if (!keep)
            continue;
        if (kept < i) {
            memmove((char *)d->x + kept * bytes, (char *)d->x + i * bytes, bytes);
            memmove(d->y + kept * k, d->y + i * k, k * sizeof *d->y);
        }
        kept++;
    }
    d->n_samples = kept;
    if (kept == 0)
        return crs_error_set(s->job->err, CRS_ENONFINITE, "%s: each of %zu samples lacks a value",
                             s->job->file->shown, s->job->n_rows);
    return CRS_OK;
}

/* ---- the file ---------------------------------------------------------------------------- */

static crs_status describe(samples *s)
{
    char text[400], from[CRS__SHOWN_FIELD + 12] = "";
    crs_dataset *d = &s->data;
    if (s->source->has_names)
        (void)snprintf(from, sizeof from, " from '%s'", s->x_shown);
    (void)snprintf(text, sizeof text, "%s: %zu samples of %s%s%s%s", s->source->title, d->n_samples,
                   s->shape, from, s->is_scaled ? " (uint8, divided by 255)" : "",
                   s->is_mapped ? ", mapped" : "");
    d->name = crs__strdup(crs__dataset_basename(s->job->file->path));
    d->description = crs__strdup(text);
    if (d->name == NULL || d->description == NULL)
        return crs_error_set(s->job->err, CRS_ENOMEM, "%s: not enough memory to read it",
                             s->job->file->shown);
    return CRS_OK;
}

static void describe_target(samples *s)
{
    char *text = s->job->target;
    size_t size = sizeof s->job->target;
    const crs__columns *c = &s->columns;
    if (s->source->has_names)
        (void)snprintf(text, size, "target '%s'", s->y_shown);
    else if (s->job->part == CRS__DATA_TARGETS && c->n_targets == c->n)
        (void)snprintf(text, size, "target");
    else if (c->n_targets == 1)
        (void)snprintf(text, size, "target column %zu", c->target[0] + 1);
    else
        (void)snprintf(text, size, "targets columns %zu ... %zu", c->target[0] + 1,
                       c->target[c->n_targets - 1] + 1);
}

static crs_status open_array(samples *s, const char *name, crs__stored_take take)
{
    crs_status status = s->source->open(s->job->file, name, take, s, s->job->err);
    if (status == CRS_ENOENT && s->source->has_names)
        return crs__array_names_refuse(&s->names, s->source, s->job, name);
    return status;
}

static crs_status read_targets(samples *s)
{
    crs__labels labels;
    crs_error cause;
    const crs_data_read_options *o = s->job->options;
    char text[CRS__SHOWN_FIELD + 4];
    crs_status status =
        crs__labels_init(&labels, o->target_kind, o->like, s->data.n_targets, &cause);
    if (status != CRS_OK)
        (void)refuse(s, status, &cause);
    if (status == CRS_OK)
        status = read_labels(s, &labels);
    if (status == CRS_OK && s->job->part == CRS__DATA_ALL)
        status = settle(s);
    if (status == CRS_OK && s->source->class_names != NULL && s->data.n_targets == 1 &&
        o->like == NULL && o->target_kind != CRS_TARGET_VALUES)
        status = s->source->class_names(s->job->file, &s->data, s->job->err);
    if (status == CRS_OK && s->data.class_names == NULL) {
        status = crs__labels_finish(&labels, &cause, &s->data);
        if (status != CRS_OK)
            (void)crs_error_set(s->job->err, status, "%s:%s%s %s", s->job->file->shown,
                                subject(s, s->y_shown, text, sizeof text),
                                s->source->has_names ? ":" : "", cause.text);
    }
    describe_target(s);
    crs__labels_release(&labels);
    return status;
}

static crs_status read_file(samples *s)
{
    crs__data_part part = s->job->part;
    crs_status status = crs__array_names_list(&s->names, s->source, s->job);
    if (status == CRS_OK && part != CRS__DATA_TARGETS)
        status = crs__array_names_x(&s->names, s->source, s->job, &s->x_name);
    if (status == CRS_OK && part != CRS__DATA_FEATURES)
        status = crs__array_names_y(&s->names, s->source, s->job, s->x_name, &s->y_name);
    if (status != CRS_OK)
        return status;
    if (s->x_name != NULL)
        crs__shown_text(s->x_name, strlen(s->x_name), s->x_shown, sizeof s->x_shown);
    if (s->y_name != NULL)
        crs__shown_text(s->y_name, strlen(s->y_name), s->y_shown, sizeof s->y_shown);
    if (part != CRS__DATA_TARGETS)
        status = open_array(s, s->x_name, take_x);
    if (status == CRS_OK && part != CRS__DATA_FEATURES &&
        (part == CRS__DATA_TARGETS || s->source->has_names))
        status = open_array(s, s->y_name, take_y);
    if (status != CRS_OK)
        return status;
    if (part == CRS__DATA_FEATURES)
        status = settle(s);
    else
        status = read_targets(s);
    if (part == CRS__DATA_TARGETS)
        s->job->n_rows = s->data.n_samples;
    return status == CRS_OK ? describe(s) : status;
}

crs_status crs__samples_read(const crs__array_source *source, crs__data_job *job, crs_dataset *out)
{
    samples s = {.job = job, .source = source, .data.dtype = job->options->dtype};
    crs__number_locale locale;
    crs_status status;
    if (!job->file->is_regular)
        return crs_error_set(job->err, CRS_EIO, "%s: is a pipe; %s needs a file", job->file->shown,
                             source->title);
    if (crs__number_enter(&locale) != 0)
        return crs_error_set(job->err, CRS_ENOMEM, "%s: not enough memory to read it",
                             job->file->shown);
    status = read_file(&s);
    if (status == CRS_OK)
        *out = s.data;
    else
        crs_dataset_release(&s.data);
    crs__columns_release(&s.columns);
    crs__array_names_release(&s.names);
    crs__free(s.x_name);
    crs__free(s.y_name);
    crs__number_leave(&locale);
    return status;
}
