/*
 * data/columns.h - which columns of a table are features, and which are targets.
 */
#ifndef DATA_COLUMNS_H
#define DATA_COLUMNS_H

#include <crease/data.h>

/* The targets where nobody named them. */
typedef enum crs__columns_default {
    CRS__COLUMNS_LAST, /* the last column that is not to be ignored */
    CRS__COLUMNS_NONE,
    CRS__COLUMNS_ALL /* there are no features */
} crs__columns_default;

/* What is there and what is wanted; all borrowed. */
typedef struct crs__columns_wish {
    size_t n;          /* columns of the table */
    char *const *name; /* [n], NULL: they have none */
    const char *where; /* what messages begin with: "data.csv:1" */
    crs__columns_default targets;
    const char *target, *columns, *ignore; /* as in crs_data_read_options */
    const crs_dataset *like;
} crs__columns_wish;

#define CRS__COLUMN_UNUSED ((size_t)-1)

typedef struct crs__columns {
    size_t n, n_features, n_targets;
    size_t *slot;    /* [n]: j: feature j; n_features + k: target k; or CRS__COLUMN_UNUSED */
    size_t *feature; /* [n_features]: its column */
    size_t *target;  /* [n_targets]: its column, in the order in which they were named */
    size_t n_left;   /* columns that `like` has not, and that are left out for it */
} crs__columns;

/*
 * Errors: CRS_ENOENT (no such column, with the nearest name), CRS_EPARSE (a name that two have),
 * CRS_EINVAL (no feature left, a column that is both), CRS_ESHAPE (not as many as `like` has),
 * CRS_ENOMEM. *out is to be released in any case.
 */
crs_status crs__columns_choose(const crs__columns_wish *wish, crs_error *err, crs__columns *out);
void crs__columns_release(crs__columns *columns);

/* 1 where feature j is column j, and there is nothing else. */
int crs__columns_are_plain(const crs__columns *columns);

#endif
