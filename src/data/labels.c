#include "data/labels.h"

#include "core/memory.h"
#include "data/dataset.h"
#include "data/shown.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Numbered classes without a gap are believed up to this many when nobody asked for classes. */
#define MAX_GUESSED_CLASSES 256

/* So few classes are learned from however few samples: a table to try things with. */
#define FEW_CLASSES 32

static crs_status out_of_memory(crs_error *err)
{
    return crs_error_set(err, CRS_ENOMEM, "not enough memory for the labels");
}

/* ---- the table of names ---------------------------------------------------- */

/* The slot that holds the name, or the empty one where it belongs. */
static size_t slot_of(const crs__labels *labels, const char *name, size_t length, uint64_t hash)
{
    size_t mask = labels->n_slots - 1;
    size_t slot = (size_t)hash & mask;
    for (; labels->slots[slot] != 0; slot = (slot + 1) & mask) {
        const crs__labels_name *known = &labels->names[labels->slots[slot] - 1];
        if (known->hash == hash && known->length == length &&
            memcmp(labels->text + known->start, name, length) == 0)
            break;
    }
    return slot;
}

/* Keep the table at most half full. */
static int grow_slots(crs__labels *labels)
{
    size_t n_slots = labels->n_slots == 0 ? 64 : 2 * labels->n_slots;
    uint32_t *slots;
    if (labels->n_slots > 2 * labels->n_names)
        return 0;
    slots = crs__alloc(n_slots, sizeof *slots);
    if (slots == NULL)
        return -1;
    for (size_t i = 0; i < labels->n_names; i++) {
        size_t slot = (size_t)labels->names[i].hash & (n_slots - 1);
        while (slots[slot] != 0)
            slot = (slot + 1) & (n_slots - 1);
        slots[slot] = (uint32_t)(i + 1);
    }
    crs__free(labels->slots);
    labels->slots = slots;
    labels->n_slots = n_slots;
    return 0;
}

/* Room for one more name of `length` bytes and its NUL. */
static int grow_names(crs__labels *labels, size_t length)
{
    if (labels->n_names == labels->names_capacity) {
        size_t capacity = labels->names_capacity == 0 ? 16 : 2 * labels->names_capacity;
        crs__labels_name *names = crs__realloc(labels->names, capacity, sizeof *names);
        if (names == NULL)
            return -1;
        labels->names = names;
        labels->names_capacity = capacity;
    }
    if (labels->text_capacity - labels->text_used < length + 1) {
        size_t capacity = 2 * labels->text_capacity + length + 1;
        char *text = crs__realloc(labels->text, capacity, 1);
        if (text == NULL)
            return -1;
        labels->text = text;
        labels->text_capacity = capacity;
    }
    return grow_slots(labels);
}

static crs_status find_or_insert(crs__labels *labels, const char *name, size_t length,
                                 crs_error *err, size_t *index)
{
    uint64_t hash = crs__name_hash(name, length);
    crs__labels_name *added;
    size_t slot;
    if (labels->n_slots > 0) {
        slot = slot_of(labels, name, length, hash);
        if (labels->slots[slot] != 0) {
            *index = labels->slots[slot] - 1;
            return CRS_OK;
        }
    }
    if (labels->n_names == CRS__LABELS_LIMIT)
        return crs_error_set(err, CRS_EPARSE,
                             "more than %d different labels; is this the target's column?",
                             CRS__LABELS_LIMIT);
    if (grow_names(labels, length) != 0)
        return out_of_memory(err);
    slot = slot_of(labels, name, length, hash);
    added = &labels->names[labels->n_names];
    added->start = labels->text_used;
    added->length = length;
    added->hash = hash;
    memcpy(labels->text + labels->text_used, name, length);
    labels->text[labels->text_used + length] = '\0';
    labels->text_used += length + 1;
    *index = labels->n_names++;
    labels->slots[slot] = (uint32_t)labels->n_names;
    return CRS_OK;
}

/* ---- labels one by one ------------------------------------------------------- */

crs_status crs__labels_init(crs__labels *labels, crs_target_kind kind, const crs_dataset *like,
                            size_t n_targets, crs_error *err)
{
    memset(labels, 0, sizeof *labels);
    labels->kind = kind;
    labels->like = like;
    labels->n_targets = n_targets;
    if (like == NULL)
        return CRS_OK;
    if (crs__dataset_targets(like) != n_targets)
        return crs_error_set(err, CRS_ESHAPE, "%zu target%s; expected %zu, as in the training data",
                             n_targets, n_targets == 1 ? "" : "s", crs__dataset_targets(like));
    labels->kind = like->n_classes == 0 ? CRS_TARGET_VALUES : CRS_TARGET_CLASSES;
    return crs__labels_like_init(&labels->classes, like, err);
}

void crs__labels_release(crs__labels *labels)
{
    crs__free(labels->names);
    crs__free(labels->text);
    crs__free(labels->slots);
    crs__labels_like_release(&labels->classes);
    memset(labels, 0, sizeof *labels);
}

crs_status crs__labels_add_number(crs__labels *labels, double value, crs_error *err, double *y)
{
    if (labels->has_names)
        return crs_error_set(err, CRS_EPARSE,
                             "label %.15g is a number, but those before it are names", value);
    labels->has_numbers = 1;
    if (labels->n_targets > 1) {
        *y = value;
        return labels->kind != CRS_TARGET_CLASSES || value == 0 || value == 1
                   ? CRS_OK
                   : crs_error_set(err, CRS_EPARSE,
                                   "label %.15g; expected 0 or 1: of several targets each is there "
                                   "or not",
                                   value);
    }
    if (labels->like != NULL && labels->like->n_classes > 0)
        return crs__labels_like_number(&labels->classes, value, err, y);
    if (labels->kind == CRS_TARGET_CLASSES && value != floor(value))
        return crs_error_set(err, CRS_EPARSE,
                             "label %.15g; expected a class: a whole number or a name", value);
    *y = value;
    return CRS_OK;
}

crs_status crs__labels_add_name(crs__labels *labels, const char *name, size_t length,
                                crs_error *err, double *y)
{
    char shown[CRS__SHOWN_FIELD];
    size_t index = 0;
    crs_status status;
    crs__shown_text(name, length, shown, sizeof shown);
    if (labels->kind == CRS_TARGET_VALUES || labels->n_targets > 1)
        return crs_error_set(err, CRS_EPARSE, "label '%s' is not a number", shown);
    if (labels->has_numbers)
        return crs_error_set(err, CRS_EPARSE, "label '%s' is not a number, but those before it are",
                             shown);
    labels->has_names = 1;
    if (labels->like != NULL)
        return crs__labels_like_name(&labels->classes, name, length, err, y);
    status = find_or_insert(labels, name, length, err, &index);
    *y = (double)index;
    return status;
}

/* ---- all labels ---------------------------------------------------------------- */

typedef struct named {
    const char *name;
    size_t index; /* in the order of appearance */
} named;

static int compare_named(const void *a, const void *b)
{
    return strcmp(((const named *)a)->name, ((const named *)b)->name);
}

/*
 * Fewer than two samples a class on average: at least one class has a single one, which can be
 * learned or tested and not both. That is a column of names, of numbers of samples, or of texts.
 */
static int is_one_each(size_t n_classes, size_t n_samples)
{
    return n_classes > FEW_CLASSES && n_classes > n_samples / 2;
}

/* Classes are numbered in the order of their names, whatever order the samples come in. */
static crs_status finish_names(const crs__labels *labels, crs_error *err, crs_dataset *data)
{
    size_t n = labels->n_names;
    named *sorted = NULL;
    double *rank = NULL;
    char *text;
    char shown[CRS__SHOWN_FIELD];
    crs_status status = CRS_OK;
    if (n < 2) {
        crs__shown_text(labels->text, labels->names[0].length, shown, sizeof shown);
        return crs_error_set(err, CRS_EPARSE, "all labels are '%s'; expected at least two classes",
                             shown);
    }
    if (labels->kind != CRS_TARGET_CLASSES && is_one_each(n, data->n_samples))
        return crs_error_set(err, CRS_EPARSE,
                             "%zu different texts as labels of %zu samples: %s; expected several "
                             "samples a class: another --target, --ignore this column, or --task "
                             "classes if they are",
                             n, data->n_samples,
                             n == data->n_samples ? "as many classes as samples"
                                                  : "fewer than two samples a class");
    sorted = crs__alloc(n, sizeof *sorted);
    rank = crs__alloc(n, sizeof *rank);
    data->class_names = crs__dataset_names(n, labels->text_used, &text);
    if (sorted == NULL || rank == NULL || data->class_names == NULL) {
        status = out_of_memory(err);
        goto out;
    }
    memcpy(text, labels->text, labels->text_used);
    for (size_t i = 0; i < n; i++) {
        sorted[i].name = text + labels->names[i].start;
        sorted[i].index = i;
    }
    qsort(sorted, n, sizeof *sorted, compare_named);
    for (size_t i = 0; i < n; i++) {
        data->class_names[i] = text + labels->names[sorted[i].index].start;
        rank[sorted[i].index] = (double)i;
    }
    for (size_t i = 0; i < data->n_samples; i++)
        data->y[i] = rank[(size_t)data->y[i]];
    data->n_classes = n;
out:
    crs__free(sorted);
    crs__free(rank);
    return status;
}

/* The different values among labels that are all whole numbers. */
typedef struct whole_numbers {
    double lowest, highest;
    size_t n;       /* how many different ones; CRS__LABELS_LIMIT + 1: too many to tell */
    uint32_t *rank; /* [highest - lowest + 1]: 1 + its place, 0: does not occur; NULL: only two */
} whole_numbers;

static int find_range(const crs_dataset *data, whole_numbers *out)
{
    out->lowest = out->highest = data->y[0];
    for (size_t i = 0; i < data->n_samples; i++) {
        double y = data->y[i];
        if (y != floor(y))
            return 0;
        if (y < out->lowest)
            out->lowest = y;
        if (y > out->highest)
            out->highest = y;
    }
    return 1;
}

static crs_status count_whole(const crs_dataset *data, crs_error *err, whole_numbers *out)
{
    size_t span;
    out->n = 2;
    if (out->highest - out->lowest >= CRS__LABELS_LIMIT) {
        for (size_t i = 0; i < data->n_samples; i++)
            if (data->y[i] != out->lowest && data->y[i] != out->highest)
                out->n = CRS__LABELS_LIMIT + 1;
        return CRS_OK;
    }
    span = (size_t)(out->highest - out->lowest) + 1;
    out->rank = crs__alloc(span, sizeof *out->rank);
    if (out->rank == NULL)
        return out_of_memory(err);
    for (size_t i = 0; i < data->n_samples; i++)
        out->rank[(size_t)(data->y[i] - out->lowest)] = 1;
    out->n = 0;
    for (size_t i = 0; i < span; i++)
        if (out->rank[i] != 0)
            out->rank[i] = (uint32_t)++out->n;
    return CRS_OK;
}

/* Whether whole numbers are classes where nobody said so: see CRS_TARGET_AUTO. */
static int look_like_classes(const whole_numbers *whole, size_t n_samples)
{
    int starts = whole->lowest == 0 || whole->lowest == 1;
    int gapless = whole->highest - whole->lowest + 1 == (double)whole->n;
    return whole->n == 2 || (starts && gapless && whole->n <= MAX_GUESSED_CLASSES &&
                             !is_one_each(whole->n, n_samples));
}

/* Names for classes that are numbered other than 0, 1, 2 ... */
static crs_status name_numbers(const whole_numbers *whole, crs_error *err, crs_dataset *data)
{
    enum { LONGEST = 32 }; /* "-1.2345678901234567e+308" */
    char *text;
    size_t next = 0, span = (size_t)(whole->rank == NULL ? 0 : whole->highest - whole->lowest);
    data->class_names = crs__dataset_names(whole->n, whole->n * LONGEST, &text);
    if (data->class_names == NULL)
        return out_of_memory(err);
    for (size_t i = 0; i < whole->n; i++)
        data->class_names[i] = text + i * LONGEST;
    for (size_t i = 0; whole->rank != NULL && i <= span; i++)
        if (whole->rank[i] != 0)
            (void)snprintf(data->class_names[next++], LONGEST, "%.17g", whole->lowest + (double)i);
    if (whole->rank == NULL) {
        (void)snprintf(data->class_names[0], LONGEST, "%.17g", whole->lowest);
        (void)snprintf(data->class_names[1], LONGEST, "%.17g", whole->highest);
    }
    return CRS_OK;
}

static crs_status make_classes(const whole_numbers *whole, crs_error *err, crs_dataset *data)
{
    int is_plain = whole->lowest == 0 && whole->highest + 1 == (double)whole->n;
    if (whole->n == 1) { /* one class of 0 and 1: the other does not occur */
        if (whole->lowest != 0 && whole->lowest != 1)
            return crs_error_set(err, CRS_EPARSE,
                                 "all labels are %.15g; expected at least two classes",
                                 whole->lowest);
        data->n_classes = 2;
        return CRS_OK;
    }
    if (!is_plain) {
        crs_status status = name_numbers(whole, err, data);
        if (status != CRS_OK)
            return status;
    }
    for (size_t i = 0; i < data->n_samples; i++)
        data->y[i] = whole->rank == NULL
                         ? (data->y[i] == whole->highest ? 1 : 0)
                         : (double)(whole->rank[(size_t)(data->y[i] - whole->lowest)] - 1);
    data->n_classes = whole->n;
    return CRS_OK;
}

static crs_status finish_numbers(const crs__labels *labels, crs_error *err, crs_dataset *data)
{
    whole_numbers whole = {0, 0, 0, NULL};
    crs_status status;
    if (labels->kind == CRS_TARGET_VALUES || !find_range(data, &whole))
        return CRS_OK; /* values */
    status = count_whole(data, err, &whole);
    if (status == CRS_OK &&
        (labels->kind == CRS_TARGET_CLASSES || look_like_classes(&whole, data->n_samples))) {
        if (whole.n > CRS__LABELS_LIMIT)
            status = crs_error_set(err, CRS_EPARSE,
                                   "labels from %.15g to %.15g; expected at most %d classes",
                                   whole.lowest, whole.highest, CRS__LABELS_LIMIT);
        else
            status = make_classes(&whole, err, data);
    }
    crs__free(whole.rank);
    return status;
}

/* Several targets: labels where nothing but 0 and 1 occurs, unless values were asked for. */
static void finish_several(const crs__labels *labels, crs_dataset *data)
{
    size_t n = data->n_samples * labels->n_targets, i = 0;
    while (labels->kind != CRS_TARGET_VALUES && i < n && (data->y[i] == 0 || data->y[i] == 1))
        i++;
    data->n_classes = labels->kind != CRS_TARGET_VALUES && i == n ? 2 : 0;
}

crs_status crs__labels_finish(crs__labels *labels, crs_error *err, crs_dataset *data)
{
    if (labels->like != NULL) {
        data->n_classes = labels->like->n_classes;
        if (labels->like->class_names == NULL)
            return CRS_OK;
        data->class_names = crs__dataset_copy_names(data->n_classes, labels->like->class_names);
        return data->class_names == NULL ? out_of_memory(err) : CRS_OK;
    }
    if (labels->n_targets > 1) {
        finish_several(labels, data);
        return CRS_OK;
    }
    return labels->has_names ? finish_names(labels, err, data) : finish_numbers(labels, err, data);
}

/* 1 where every sample has one label and no more: classes that were spread over columns. */
static int have_one_each(const crs_dataset *data)
{
    for (size_t i = 0; i < data->n_samples; i++) {
        double sum = 0;
        for (size_t k = 0; k < data->n_targets; k++)
            sum += data->y[i * data->n_targets + k];
        if (sum != 1)
            return 0;
    }
    return 1;
}

void crs__labels_describe(const crs_dataset *data, char *text, size_t size)
{
    size_t k = crs__dataset_targets(data);
    switch (crs_dataset_task(data)) {
    case CRS_TASK_CLASSES:
        (void)snprintf(text, size, "%zu classes", data->n_classes);
        break;
    case CRS_TASK_LABELS:
        (void)snprintf(text, size, "%zu labels%s", k,
                       have_one_each(data) ? " (one a sample, as if they were classes)" : "");
        break;
    case CRS_TASK_VALUES:
        if (k > 1)
            (void)snprintf(text, size, "%zu values", k);
        else
            (void)snprintf(text, size, "values");
    }
}
