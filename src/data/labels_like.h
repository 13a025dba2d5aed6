/*
 * data/labels_like.h - labels that are to be classes of the training data.
 */
#ifndef DATA_LABELS_LIKE_H
#define DATA_LABELS_LIKE_H

#include <crease/data.h>

#include "data/name_table.h"

/* A class and the number that its name is. */
typedef struct crs__labels_number {
    double number;
    size_t index;
} crs__labels_number;

/* The classes, so kept that finding one takes no longer where there are many. */
typedef struct crs__labels_like {
    const crs_dataset *data;     /* borrowed */
    crs__name_table names;       /* of data->class_names */
    crs__labels_number *numbers; /* [n_classes] by their numbers; NULL: a name is no number */
} crs__labels_like;

/* Errors: CRS_ENOMEM. Release it in any case. */
crs_status crs__labels_like_init(crs__labels_like *like, const crs_dataset *data, crs_error *err);
void crs__labels_like_release(crs__labels_like *like);

/* The class's index in *y. Errors: CRS_EPARSE (no class of the training data). */
crs_status crs__labels_like_name(const crs__labels_like *like, const char *name, size_t length,
                                 crs_error *err, double *y);
/* The same of a number: the class that is called so, or whose index it is where they have no names. */
crs_status crs__labels_like_number(const crs__labels_like *like, double value, crs_error *err,
                                   double *y);

#endif
