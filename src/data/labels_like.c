#include "data/labels_like.h"

#include "core/memory.h"
#include "data/number.h"
#include "data/shown.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare_numbers(const void *a, const void *b)
{
    const crs__labels_number *x = a, *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* The class names as numbers, where all of them are. */
static crs_status read_numbers(crs__labels_like *like, crs_error *err)
{
    const crs_dataset *data = like->data;
    crs__labels_number *numbers = crs__alloc(data->n_classes, sizeof *numbers);
    if (numbers == NULL)
        return crs_error_set(err, CRS_ENOMEM, "not enough memory for the labels");
    for (size_t i = 0; i < data->n_classes; i++) {
        const char *name = data->class_names[i], *end = name + strlen(name);
        numbers[i].index = i;
        if (crs__number_parse(name, end, &numbers[i].number) != end) {
            crs__free(numbers);
            return CRS_OK;
        }
    }
    qsort(numbers, data->n_classes, sizeof *numbers, compare_numbers);
    like->numbers = numbers;
    return CRS_OK;
}

crs_status crs__labels_like_init(crs__labels_like *like, const crs_dataset *data, crs_error *err)
{
    memset(like, 0, sizeof *like);
    like->data = data;
    if (data->n_classes == 0 || data->class_names == NULL)
        return CRS_OK;
    if (!crs__name_table_init(&like->names, data->n_classes, data->class_names))
        return crs_error_set(err, CRS_ENOMEM, "not enough memory for the labels");
    return read_numbers(like, err);
}

void crs__labels_like_release(crs__labels_like *like)
{
    crs__name_table_release(&like->names);
    crs__free(like->numbers);
    memset(like, 0, sizeof *like);
}

/* "0, 1, 2" or "cat, dog, ...": what the classes are called. */
static crs_status refuse(const crs__labels_like *like, const char *label, crs_error *err)
{
    const crs_dataset *data = like->data;
    char classes[160] = "";
    for (size_t i = 0; i < data->n_classes; i++) {
        char name[CRS__SHOWN_FIELD];
        size_t used = strlen(classes);
        if (data->class_names == NULL)
            (void)snprintf(name, sizeof name, "%zu", i);
        else
            crs__shown_text(data->class_names[i], strlen(data->class_names[i]), name, sizeof name);
        if (used + strlen(name) + sizeof ", ..." > sizeof classes) {
            (void)snprintf(classes + used, sizeof classes - used, ", ...");
            break;
        }
        (void)snprintf(classes + used, sizeof classes - used, "%s%s", i ? ", " : "", name);
    }
    return crs_error_set(err, CRS_EPARSE,
                         "label '%s' is no class of the training data; expected one of %s", label,
                         classes);
}

crs_status crs__labels_like_name(const crs__labels_like *like, const char *name, size_t length,
                                 crs_error *err, double *y)
{
    char shown[CRS__SHOWN_FIELD];
    size_t index = crs__name_table_find(&like->names, name, length);
    *y = (double)index;
    if (like->names.name != NULL && index < like->names.n)
        return CRS_OK;
    crs__shown_text(name, length, shown, sizeof shown);
    return refuse(like, shown, err);
}

/* The first of the sorted numbers that is not below `value`. */
static size_t search(const crs__labels_like *like, double value)
{
    size_t from = 0, to = like->data->n_classes;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (like->numbers[middle].number < value)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

crs_status crs__labels_like_number(const crs__labels_like *like, double value, crs_error *err,
                                   double *y)
{
    char shown[40];
    size_t n = like->data->n_classes, at = like->numbers == NULL ? n : search(like, value);
    if (like->numbers == NULL && value >= 0 && value < (double)n && value == floor(value)) {
        *y = value;
        return CRS_OK;
    }
    if (at < n && like->numbers[at].number == value) {
        *y = (double)like->numbers[at].index;
        return CRS_OK;
    }
    (void)snprintf(shown, sizeof shown, "%.15g", value);
    return refuse(like, shown, err);
}
