/*
 * data/samples.h - samples that are read from a file of arrays: samples.c, which arrays and what
 * they mean; samples_fill.c, their elements on the way into the data set.
 */
#ifndef DATA_SAMPLES_H
#define DATA_SAMPLES_H

#include "data/arrays_reader.h"
#include "data/columns.h"
#include "data/samples_names.h"

typedef struct crs__samples {
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
} crs__samples;

/* All elements of an array of n_rows, as s->columns says; divided by 255 where `scale`. */
crs_status crs__samples_fill(crs__samples *s, const crs__stored_array *a, size_t n_rows, int scale,
                             crs_error *err);

/* Let x be the file itself, where it is there as it is to be in memory. 0: it is to be read. */
int crs__samples_map(crs__samples *s, const crs__stored_array *a, size_t n_rows);

#endif
