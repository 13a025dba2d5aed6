/*
 * data/samples_names.h - which array of a file holds the samples, and which the targets.
 */
#ifndef DATA_SAMPLES_NAMES_H
#define DATA_SAMPLES_NAMES_H

#include "data/arrays_reader.h"

typedef struct crs__array_names {
    size_t n, room;
    char **name; /* [n] */
    int failed;  /* out of memory */
} crs__array_names;

/* The names of a file's arrays. Release them in any case. */
crs_status crs__array_names_list(crs__array_names *names, const crs__array_source *source,
                                 const crs__data_job *job);
void crs__array_names_release(crs__array_names *names);

/*
 * Copies of the names of x, and of y that goes with `x` (NULL: on its own), to be freed. Errors:
 * CRS_ENOENT (there is none; the text lists those there), CRS_EINVAL (several), CRS_ENOMEM.
 */
crs_status crs__array_names_x(const crs__array_names *names, const crs__array_source *source,
                              const crs__data_job *job, char **out);
crs_status crs__array_names_y(const crs__array_names *names, const crs__array_source *source,
                              const crs__data_job *job, const char *x, char **out);

/* CRS_ENOENT: there is no array `wanted`, but these. */
crs_status crs__array_names_refuse(const crs__array_names *names, const crs__array_source *source,
                                   const crs__data_job *job, const char *wanted);

#endif
