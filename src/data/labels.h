/*
 * data/labels.h - from what a file says about each sample to y.
 *
 * Labels are added one by one, as numbers or as names; at the end it is clear
 * whether they are classes, and which index each class has.
 */
#ifndef DATA_LABELS_H
#define DATA_LABELS_H

#include "data/labels_like.h"

#include <stdint.h>

/* More different classes than this are taken for a mistake. */
#define CRS__LABELS_LIMIT 65536

typedef struct crs__labels_name {
    size_t start; /* in `text` */
    size_t length;
    uint64_t hash;
} crs__labels_name;

typedef struct crs__labels {
    crs_target_kind kind;
    const crs_dataset *like; /* borrowed; NULL: classes are found out */
    size_t n_targets;        /* 1, or more: labels that are there or not, or values */
    int has_numbers, has_names;
    /* the different names, in the order they came in */
    crs__labels_name *names;
    size_t n_names, names_capacity;
    char *text;
    size_t text_used, text_capacity;
    uint32_t *slots;          /* hash table of 1 + index into names, 0 where empty */
    size_t n_slots;           /* a power of two */
    crs__labels_like classes; /* of `like` */
} crs__labels;

/* Errors: CRS_ESHAPE (not as many targets as like has), CRS_ENOMEM. Release it in any case. */
crs_status crs__labels_init(crs__labels *labels, crs_target_kind kind, const crs_dataset *like,
                            size_t n_targets, crs_error *err);
void crs__labels_release(crs__labels *labels);

/*
 * What to store in y for one label. The texts of errors do not say where it was.
 *
 * Errors: CRS_EPARSE (no class can be made of it, none of like's classes, names
 * mixed with numbers), CRS_ENOMEM.
 */
crs_status crs__labels_add_number(crs__labels *labels, double value, crs_error *err, double *y);
crs_status crs__labels_add_name(crs__labels *labels, const char *name, size_t length,
                                crs_error *err, double *y);

/*
 * All labels are in data->y, [n_samples, n_targets]: make class indices of them where they are classes,
 * and set n_classes and class_names.
 *
 * Errors: CRS_EPARSE (fewer than two classes, or far too many), CRS_ENOMEM.
 */
crs_status crs__labels_finish(crs__labels *labels, crs_error *err, crs_dataset *data);

/* What they came to be: "10 classes", "values", "3 labels". */
void crs__labels_describe(const crs_dataset *data, char *text, size_t size);

#endif
