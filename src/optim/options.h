/*
 * optim/options.h - "name:option=value,option=value" to a struct, and back.
 *
 * What optimizers and schedules have in common as text. A struct begins with its kind (an
 * enum, the index of its row); its options are doubles and size_t, found by their offset.
 */
#ifndef OPTIM_OPTIONS_H
#define OPTIM_OPTIONS_H

#include <crease/status.h>

#include <stdint.h>

typedef struct crs__option {
    const char *name;
    size_t at;          /* offset in the struct */
    int whole;          /* a size_t, not a double */
    double least, most; /* the values it may have; at least 1 and at most 2^53 where whole */
    int below;          /* `most` itself is none of them */
} crs__option;

/* A kind and which options it has: bit i is option i. */
typedef struct crs__option_kind {
    const char *name;
    uint32_t has;
} crs__option_kind;

typedef struct crs__option_set {
    const char *what; /* "optimizer" */
    size_t n_kinds, n_options;
    const crs__option_kind *kinds;
    const crs__option *options;
    uint32_t bare; /* bit i: option i may leave out its name where it is the first */
} crs__option_set;

/* Which kind `text` begins with, and what follows its colon (NULL: nothing). Errors: CRS_ENOENT. */
crs_status crs__options_kind(const crs__option_set *set, const char *text, crs_error *err,
                             size_t *kind, const char **rest);

/*
 * Read `rest`, which is part of `text`, into `out`, which holds the defaults of `kind`.
 * Errors: CRS_ENOENT (no such option), CRS_EPARSE, CRS_EINVAL (out of its range).
 */
crs_status crs__options_read(const crs__option_set *set, size_t kind, const char *text,
                             const char *rest, crs_error *err, void *out);

/* Is every option of `kind` in its range? Errors: CRS_EINVAL. */
crs_status crs__options_check(const crs__option_set *set, size_t kind, const void *value,
                              crs_error *err);

/* The name of `kind`, and the options of `value` that differ from those of `defaults`. */
void crs__options_format(const crs__option_set *set, size_t kind, const void *value,
                         const void *defaults, char *text, size_t size);

#endif
