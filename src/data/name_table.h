/*
 * data/name_table.h - which of many names a text is, without looking at all of them.
 */
#ifndef DATA_NAME_TABLE_H
#define DATA_NAME_TABLE_H

#include <stddef.h>
#include <stdint.h>

typedef struct crs__name_table {
    size_t n;
    char *const *name; /* [n], borrowed; NULL: no names, and none is found */
    size_t *slot;      /* [n_slots]: 1 + the last of a name, 0 where empty */
    size_t *before;    /* [n]: 1 + the one before it of the same name, 0: it is the first */
    size_t n_slots;    /* a power of two */
} crs__name_table;

/* FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/). */
uint64_t crs__name_hash(const char *name, size_t n);

/* 0 without memory. Release it in any case. */
int crs__name_table_init(crs__name_table *table, size_t n, char *const *name);
void crs__name_table_release(crs__name_table *table);

/* The last that is called `text`, of `n` bytes; table->n: none. */
size_t crs__name_table_find(const crs__name_table *table, const char *text, size_t n);

/* The one before it of the same name; table->n: none. */
size_t crs__name_table_before(const crs__name_table *table, size_t i);

#endif
