#include "data/name_table.h"

#include "core/memory.h"

#include <string.h>

uint64_t crs__name_hash(const char *name, size_t n)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ (unsigned char)name[i]) * UINT64_C(1099511628211);
    return hash;
}

/* The slot of the name, or the empty one where it belongs. */
static size_t slot_of(const crs__name_table *t, const char *text, size_t n)
{
    size_t slot = (size_t)crs__name_hash(text, n) & (t->n_slots - 1);
    for (; t->slot[slot] != 0; slot = (slot + 1) & (t->n_slots - 1)) {
        const char *known = t->name[t->slot[slot] - 1];
        if (strncmp(known, text, n) == 0 && known[n] == '\0')
            break;
    }
    return slot;
}

int crs__name_table_init(crs__name_table *table, size_t n, char *const *name)
{
    memset(table, 0, sizeof *table);
    table->n = n;
    if (name == NULL || n == 0)
        return 1;
    table->n_slots = 16;
    while (table->n_slots / 2 < n)
        table->n_slots *= 2;
    table->slot = crs__alloc(table->n_slots, sizeof *table->slot);
    table->before = crs__alloc(n, sizeof *table->before);
    if (table->slot == NULL || table->before == NULL) {
        crs__name_table_release(table);
        table->n = n;
        return 0;
    }
    table->name = name;
    for (size_t i = 0; i < n; i++) {
        size_t slot = slot_of(table, name[i], strlen(name[i]));
        table->before[i] = table->slot[slot];
        table->slot[slot] = i + 1;
    }
    return 1;
}

void crs__name_table_release(crs__name_table *table)
{
    crs__free(table->slot);
    crs__free(table->before);
    memset(table, 0, sizeof *table);
}

size_t crs__name_table_find(const crs__name_table *table, const char *text, size_t n)
{
    size_t slot;
    if (table->name == NULL || memchr(text, '\0', n) != NULL)
        return table->n;
    slot = table->slot[slot_of(table, text, n)];
    return slot == 0 ? table->n : slot - 1;
}

size_t crs__name_table_before(const crs__name_table *table, size_t i)
{
    return table->before[i] == 0 ? table->n : table->before[i] - 1;
}
