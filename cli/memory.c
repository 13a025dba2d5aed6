#include "memory.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static atomic_bool has_failed;

bool memory_failed(void)
{
    return atomic_load(&has_failed);
}

void memory_note_failure(void)
{
    atomic_store(&has_failed, true);
}

static void *noted(void *block)
{
    if (block == NULL)
        memory_note_failure();
    return block;
}

static void *get_bytes(size_t n)
{
    return noted(malloc(n > 0 ? n : 1));
}

void memory_watch(void)
{
    json_set_alloc_funcs(get_bytes, free);
}

void *memory_get(size_t count, size_t size)
{
    return noted(calloc(count > 0 ? count : 1, size > 0 ? size : 1));
}

void *memory_resize(void *block, size_t bytes)
{
    return noted(realloc(block, bytes > 0 ? bytes : 1));
}

char *memory_copy_n(const char *text, size_t n)
{
    char *copy = get_bytes(n + 1);
    if (copy != NULL) {
        memcpy(copy, text, n);
        copy[n] = '\0';
    }
    return copy;
}

char *memory_copy(const char *text)
{
    return memory_copy_n(text, strlen(text));
}
