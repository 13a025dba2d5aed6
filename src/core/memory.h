/*
 * core/memory.h - allocation for every module.
 *
 * One door, so that tests can make the n-th allocation fail and every path
 * out of memory is walked. Aligned blocks are what the kernels want.
 */
#ifndef CORE_MEMORY_H
#define CORE_MEMORY_H

#include <stddef.h>

/* One cache line, and one AVX-512 register. */
#define CRS__ALIGN 64

/* `count` zeroed elements of `size` bytes; NULL when it overflows or there is no memory. */
void *crs__alloc(size_t count, size_t size);

/* The same, aligned to CRS__ALIGN. Both are released with crs__free. */
void *crs__alloc_aligned(size_t count, size_t size);

/*
 * Grow or shrink a block from crs__alloc to `count` elements; what is new is not
 * zeroed. On failure NULL comes back and the old block stays as it was.
 */
void *crs__realloc(void *block, size_t count, size_t size);

/* A copy of a string, NULL when there is no memory. */
char *crs__strdup(const char *text);

/* NULL is fine. */
void crs__free(void *block);

/*
 * For tests: let the `n`-th allocation from now on (1 is the next) and all after
 * it fail; 0 turns that off. Process-wide; not for use while threads run.
 */
void crs__alloc_fail_at(size_t n);

/* The same for the `n`-th alone: those after it have their memory. */
void crs__alloc_fail_once_at(size_t n);

/* How many allocations there are until one fails; 0: none will, or the one has. */
size_t crs__alloc_fail_left(void);

#endif
