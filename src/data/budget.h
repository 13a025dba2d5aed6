/*
 * data/budget.h - how much memory the reading of one file may take.
 *
 * 256 MB and 64 times the file's size, or what the caller allows (max_memory of the options,
 * --max-memory): for all that is held of the file, as it is held (doubles, floats), for what is
 * unpacked into TMPDIR, and for what the reading itself needs. It is asked for before it is
 * allocated, so that what a file claims costs nothing.
 */
#ifndef DATA_BUDGET_H
#define DATA_BUDGET_H

#include <crease/status.h>

#include <stdint.h>

struct crs__data_file;

typedef struct crs__budget {
    uint64_t limit; /* bytes */
    uint64_t used;
    int is_given; /* the caller has said how much */
} crs__budget;

/* For a file of `size` bytes; max_memory 0: by its size. */
void crs__budget_init(crs__budget *budget, uint64_t size, uint64_t max_memory);

/*
 * A pipe has had `size` bytes so far: the limit grows with them. No change to what was given.
 */
void crs__budget_grow(const struct crs__data_file *file, uint64_t size);

/*
 * `bytes` more for `file` (one without a budget has no limit). `where` begins the message; NULL:
 * the file's name. Errors: CRS_EFORMAT, with the need, the limit and the option
 * that changes it; nothing is taken then.
 */
crs_status crs__budget_take(const struct crs__data_file *file, uint64_t bytes, const char *where,
                            crs_error *err);

/* The same for the next bytes of something whose size is not known. */
crs_status crs__budget_take_next(const struct crs__data_file *file, uint64_t bytes,
                                 const char *where, crs_error *err);

/* Whether `bytes` could be taken: for the sum of what is to come, so that its need is said. */
crs_status crs__budget_foresee(const struct crs__data_file *file, uint64_t bytes, const char *where,
                               crs_error *err);

void crs__budget_return(const struct crs__data_file *file, uint64_t bytes);

/* a * b and a + b, or the largest number there is. */
uint64_t crs__budget_times(uint64_t a, uint64_t b);
uint64_t crs__budget_plus(uint64_t a, uint64_t b);

#endif
