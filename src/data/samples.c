/*
 * Samples out of a file of arrays, whatever its format: which array is x and which is y, their
 * elements on their way into the data set, and what of them is refused.
 */
#include "data/samples.h"

#include "core/memory.h"
#include "data/dataset.h"
#include "data/labels.h"
#include "data/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static crs_status refuse(const crs__samples *s, crs_status status, const crs_error *cause)
{
    return crs_error_set(s->job->err, status, "%s: %s", s->job->file->shown, cause->text);
}

/* " 'train_x'", or nothing where arrays have no names. */
static const char *subject(const crs__samples *s, const char *shown, char *text, size_t size)
{
    text[0] = '\0';
    if (s->source->has_names)
        (void)snprintf(text, size, " '%s'", shown);
    return text;
}

/* ---- x ------------------------------------------------------------------------------------ */

static crs_status refuse_shape(const crs__samples *s, const char *shown, const char *why,
                               crs_error *err)
{
    if (!s->source->has_names)
        return crs_error_set(err, CRS_ESHAPE, "%s: %s", s->job->file->shown, why);
    return crs_error_set(err, CRS_ESHAPE, "%s: %s '%s' %s", s->job->file->shown, s->source->noun,
                         shown, why);
}

static crs_status check_shape(const crs__samples *s, const crs__stored_array *a, crs_error *err)
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

static void describe_shape(crs__samples *s, const crs__array_shape *shape)
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
static crs_status choose_columns(crs__samples *s, const crs__stored_array *a, crs_error *err)
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
    crs__samples *s = ctx;
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
    if (crs__samples_map(s, a, a->shape.dims[0]))
        return CRS_OK;
    return crs__samples_fill(s, a, a->shape.dims[0], s->is_scaled, err);
}

/* ---- y ------------------------------------------------------------------------------------ */

/* The place for y: the samples that x has, or as many as there are targets. */
static crs_status make_y(crs__samples *s, size_t n_rows, crs_error *err)
{
    crs_status status = crs__budget_take(
        s->job->file,
        crs__budget_times(n_rows, crs__budget_times(s->data.n_targets, sizeof *s->data.y)), NULL,
        err);
    if (status != CRS_OK)
        return status;
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
    crs__samples *s = ctx;
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
        status = crs__samples_fill(s, &flat, n_rows, 0, err);
    s->data.n_features = n_features;
    return status;
}

/* Labels one by one, as labels.h has them. */
static crs_status read_labels(crs__samples *s, crs__labels *labels)
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
static crs_status judge_sample(crs__samples *s, size_t i, int *keep)
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
static crs_status settle(crs__samples *s)
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

static crs_status describe(crs__samples *s)
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

static void describe_target(crs__samples *s)
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

static crs_status open_array(crs__samples *s, const char *name, crs__stored_take take)
{
    crs_status status = s->source->open(s->job->file, name, take, s, s->job->err);
    if (status == CRS_ENOENT && s->source->has_names)
        return crs__array_names_refuse(&s->names, s->source, s->job, name);
    return status;
}

static crs_status read_targets(crs__samples *s)
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

static crs_status read_file(crs__samples *s)
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
    crs__samples s = {.job = job, .source = source, .data.dtype = job->options->dtype};
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
