/*
 * How much memory is in use, and how much was written to files: counted at every allocation,
 * through the sanitizer's hooks or, without one, by functions in place of the C library's. The
 * writes are those of the library itself, which the linker directs here (--wrap).
 */
#include "fuzz.h"

#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* Signed: what was allocated before anything was counted may be freed later. */
static atomic_llong live, peak, limit = LLONG_MAX;
static atomic_size_t count;
static long long base;

static void take(size_t n)
{
    long long now = atomic_fetch_add(&live, (long long)n) + (long long)n;
    atomic_fetch_add(&count, 1);
    if (now > atomic_load(&peak))
        atomic_store(&peak, now);
    if (now > atomic_load(&limit)) {
        static const char text[] = "over budget: more than 256 MB + 64 x size are in use\n";
        atomic_store(&limit, LLONG_MAX);
        (void)!write(STDERR_FILENO, text, sizeof text - 1);
        abort();
    }
}

static void give(size_t n)
{
    atomic_fetch_sub(&live, (long long)n);
}

void fuzz_watch(size_t size)
{
    base = atomic_load(&live);
    atomic_store(&peak, base);
    atomic_store(&count, 0);
    atomic_store(&limit, base + ((long long)256 << 20) + 64 * (long long)size);
}

void fuzz_rest(void)
{
    atomic_store(&limit, LLONG_MAX);
}

size_t fuzz_peak(void)
{
    return (size_t)(atomic_load(&peak) - base);
}

size_t fuzz_allocations(void)
{
    return atomic_load(&count);
}

/* ---- files --------------------------------------------------------------------------------- */

/* What was written stays counted: nobody here knows when a file without a name is closed. */
ssize_t __real_write(int fd, const void *bytes, size_t n);
ssize_t __real_pwrite(int fd, const void *bytes, size_t n, off_t at);
int __real_posix_fallocate(int fd, off_t at, off_t n);
ssize_t __wrap_write(int fd, const void *bytes, size_t n);
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t n, off_t at);
int __wrap_posix_fallocate(int fd, off_t at, off_t n);

static void count_written(size_t n)
{
    if (atomic_load(&limit) != LLONG_MAX)
        take(n);
}

ssize_t __wrap_write(int fd, const void *bytes, size_t n)
{
    count_written(n);
    return __real_write(fd, bytes, n);
}

ssize_t __wrap_pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    count_written(n);
    return __real_pwrite(fd, bytes, n, at);
}

int __wrap_posix_fallocate(int fd, off_t at, off_t n)
{
    count_written((size_t)n);
    return __real_posix_fallocate(fd, at, n);
}

/* ---- memory -------------------------------------------------------------------------------- */

#if defined(__SANITIZE_ADDRESS__)
#define HAVE_HOOKS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAVE_HOOKS 1
#endif
#endif

#ifdef HAVE_HOOKS
#include <sanitizer/allocator_interface.h>

static void on_malloc(const volatile void *block, size_t n)
{
    if (block != NULL)
        take(n);
}

static void on_free(const volatile void *block)
{
    if (block != NULL)
        give(__sanitizer_get_allocated_size(block));
}

__attribute__((constructor)) static void install(void)
{
    must(__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) != 0);
}

#else
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *block, size_t n);
void *__libc_memalign(size_t align, size_t n);
void __libc_free(void *block);

static void *counted(void *block)
{
    if (block != NULL)
        take(malloc_usable_size(block));
    return block;
}

void *malloc(size_t n)
{
    return counted(__libc_malloc(n));
}

void *calloc(size_t n, size_t size)
{
    return counted(__libc_calloc(n, size));
}

void *realloc(void *block, size_t n)
{
    size_t before = block == NULL ? 0 : malloc_usable_size(block);
    void *again = __libc_realloc(block, n);
    if (again != NULL || n == 0) {
        give(before);
        (void)counted(again);
    }
    return again;
}

void *aligned_alloc(size_t align, size_t n)
{
    return counted(__libc_memalign(align, n));
}

void *memalign(size_t align, size_t n)
{
    return counted(__libc_memalign(align, n));
}

int posix_memalign(void **out, size_t align, size_t n)
{
    *out = counted(__libc_memalign(align, n));
    return *out == NULL ? 12 /* ENOMEM */ : 0;
}

void free(void *block)
{
    if (block != NULL)
        give(malloc_usable_size(block));
    __libc_free(block);
}
#endif
