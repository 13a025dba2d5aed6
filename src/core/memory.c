#define _DEFAULT_SOURCE /* madvise */
#include "core/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

/* Blocks from here on may lie in huge pages: one page fault instead of 512, which cost most of
 * what it takes to fill a block for the first time. */
#define HUGE_PAGE ((size_t)2 << 20)
#define HUGE_BLOCK (4 * HUGE_PAGE)

/* 0: never fail. Only tests write it, before any thread runs. */
static size_t fail_countdown;
static int fail_once;

void crs__alloc_fail_at(size_t n)
{
    fail_countdown = n;
    fail_once = 0;
}

void crs__alloc_fail_once_at(size_t n)
{
    fail_countdown = n;
    fail_once = 1;
}

size_t crs__alloc_fail_left(void)
{
    return fail_countdown;
}

static int must_fail(void)
{
    if (fail_countdown == 0)
        return 0;
    if (fail_countdown > 1) {
        fail_countdown--;
        return 0;
    }
    fail_countdown = fail_once ? 0 : 1;
    return 1;
}

void *crs__alloc(size_t count, size_t size)
{
    if (must_fail())
        return NULL;
    return calloc(count ? count : 1, size ? size : 1);
}

void *crs__alloc_aligned(size_t count, size_t size)
{
    size_t bytes, align = CRS__ALIGN;
    void *block;
    if (must_fail() || (size != 0 && count > (SIZE_MAX - HUGE_PAGE) / size))
        return NULL;
    if (count * size >= HUGE_BLOCK)
        align = HUGE_PAGE;
    /* aligned_alloc wants a multiple of the alignment */
    bytes = (count * size + align - 1) / align * align;
    block = aligned_alloc(align, bytes ? bytes : align);
    if (block == NULL)
        return NULL;
#ifdef MADV_HUGEPAGE
    if (align == HUGE_PAGE)
        (void)madvise(block, bytes, MADV_HUGEPAGE); /* a wish: it may be refused */
#endif
    return memset(block, 0, bytes);
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
