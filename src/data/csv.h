/*
 * data/csv.h - a CSV file that is read: csv.c, the rows; csv_columns.c, what the columns are.
 */
#ifndef DATA_CSV_H
#define DATA_CSV_H

#include "data/columns.h"
#include "data/csv_line.h"
#include "data/labels.h"
#include "data/lines.h"
#include "data/reader.h"

/* A line and where it is. */
typedef struct crs__csv_row {
    const char *start, *end;
    size_t number; /* from 1; 0: there is none */
} crs__csv_row;

typedef struct crs__csv {
    crs__data_job *job;
    crs__lines lines;
    crs__csv_row line;           /* the one being read, for messages */
    char *first_text;            /* what `first` points into */
    crs__csv_row first;          /* first line with content */
    crs__csv_field *first_field; /* [n_columns] of it */
    char separator;
    int has_header;
    size_t n_columns;
    char **names; /* [n_columns], NULL without a header */
    crs__columns columns;
    size_t *run; /* [n_columns]: columns from here on that are one feature after another */
    crs__labels labels;
    char *label_text; /* room for one label without doubled quotes */
    size_t label_room;
    size_t capacity; /* rows for which `data` has room */
    crs_dataset data;
} crs__csv;

/* Refuse the file: "path:line:column: why"; `at` is in c->line, NULL: the whole line. */
crs_status crs__csv_refuse(crs__csv *c, crs_status status, const char *at, const char *format, ...)
    CRS_PRINTF(4, 5);
crs_status crs__csv_no_memory(crs__csv *c);

/* The next line that is neither empty nor a comment; number 0 after the last one. */
crs_status crs__csv_next_line(crs__csv *c, crs__csv_row *out);

/* "field 3 ('x3')", or "field 3" where columns have no names. */
const char *crs__csv_field_name(const crs__csv *c, size_t column, char *text, size_t size);

/*
 * The first line with content, its fields and what they are: separator, header, names, columns;
 * *second is the line behind it. c->data has its shape and names then.
 */
crs_status crs__csv_read_columns(crs__csv *c, crs__csv_row *second);

/* job->target: "target field 3 ('label')". */
void crs__csv_describe_target(crs__csv *c);

#endif
