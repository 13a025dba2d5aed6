#include "core/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* 0: never fail. Only tests write it, before any thread runs. */
static size_t fail_countdown;

void crs__alloc_fail_at(size_t n)
{
    fail_countdown = n;
}

static int must_fail(void)
{
    if (fail_countdown == 0)
        return 0;
    if (fail_countdown == 1)
        return 1;
    fail_countdown--;
    return 0;
}

void *crs__alloc(size_t count, size_t size)
{
    if (must_fail())
        return NULL;
    return calloc(count ? count : 1, size ? size : 1);
}

void *crs__alloc_aligned(size_t count, size_t size)
{
    size_t bytes;
    void *block;
    if (must_fail() || (size != 0 && count > (SIZE_MAX - CRS__ALIGN) / size))
        return NULL;
    /* aligned_alloc wants a multiple of the alignment */
    bytes = (count * size + CRS__ALIGN - 1) / CRS__ALIGN * CRS__ALIGN;
    block = aligned_alloc(CRS__ALIGN, bytes ? bytes : CRS__ALIGN);
    if (block != NULL)
        memset(block, 0, bytes);
    return block;
}

void *crs__realloc(void *block, size_t count, size_t size)
{
    if (must_fail() || (size != 0 && count > SIZE_MAX / size))
        return NULL;
    size_t bytes = count * size;
    return realloc(block, bytes > 0 ? bytes : 1);
}

char *crs__strdup(const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = crs__alloc(bytes, 1);
    if (copy != NULL)
        memcpy(copy, text, bytes);
    return copy;
}

void crs__free(void *block)
{
    free(block);
}
