/*
 * Loaded into a program by LD_PRELOAD: lets one allocation fail, or one and all after it.
 *
 *     CREASE_ALLOC_FAIL=N    the N-th allocation fails (1 is the first; 0 or not set: none)
 *     CREASE_ALLOC_ALL=1     and so do all after it
 *     CREASE_ALLOC_COUNT=F   how many there were is kept in F, 8 bytes; the count goes on in
 *                            child processes, which share it
 *
 * Where the program crashes, "CRASH IN file" names on stderr the first file on the stack that is
 * neither the C library nor this one: whose defect it is.
 *
 * Counted are malloc, calloc, realloc and the aligned ones from the moment that the loader has
 * put the program together: an allocation that fails before main() ends in the loader, which
 * prints its own words. What dlopen() allocates later is counted. glibc alone: its functions
 * under their second names are called, so that nothing has to be looked up first.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t align, size_t size);

static int64_t alone, *count = &alone;
static int64_t fail_at;
static int fail_all, is_counting;

static void say(const char *text)
{
    (void)!write(STDERR_FILENO, text, strlen(text));
}

static void tell_where(int number)
{
    void *stack[64];
    int n = backtrace(stack, 64);
    is_counting = 0;
    for (int i = 1; i < n; i++) {
        Dl_info info;
        const char *file = dladdr(stack[i], &info) == 0 ? NULL : info.dli_fname;
        if (file == NULL || strstr(file, "/libc.so") != NULL ||
            strstr(file, "failing_alloc") != NULL)
            continue;
        say("CRASH IN ");
        say(strrchr(file, '/') == NULL ? file : strrchr(file, '/') + 1);
        say("\n");
        break;
    }
    (void)raise(number); /* SA_RESETHAND has put the default back */
}

/* The signals of a crash; backtrace() loads what it needs at its first call. */
static void watch_crashes(void)
{
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
    struct sigaction action = {.sa_handler = tell_where,
                               .sa_flags = (int)(SA_RESETHAND | SA_NODEFER)};
    void *once[1];
    (void)backtrace(once, 1);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        (void)sigaction(numbers[i], &action, NULL);
}

__attribute__((constructor)) static void begin(void)
{
    const char *at = getenv("CREASE_ALLOC_FAIL"), *path = getenv("CREASE_ALLOC_COUNT");
    int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (fd >= 0) {
        void *shared = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (shared != MAP_FAILED)
            count = shared;
        (void)close(fd);
    }
    fail_at = at == NULL ? 0 : atoll(at);
    fail_all = getenv("CREASE_ALLOC_ALL") != NULL;
    watch_crashes();
    is_counting = 1;
}

static int must_fail(void)
{
    int64_t n;
    if (!is_counting)
        return 0;
    n = __atomic_add_fetch(count, 1, __ATOMIC_RELAXED);
    if (fail_at == 0 || n < fail_at || (n > fail_at && !fail_all))
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return must_fail() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return must_fail() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *block, size_t size)
{
    return must_fail() ? NULL : __libc_realloc(block, size);
}

void *reallocarray(void *block, size_t n, size_t size)
{
    size_t bytes;
    if (must_fail() || __builtin_mul_overflow(n, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_realloc(block, bytes);
}

void *aligned_alloc(size_t align, size_t size)
{
    return must_fail() ? NULL : __libc_memalign(align, size);
}

void *memalign(size_t align, size_t size)
{
    return aligned_alloc(align, size);
}

int posix_memalign(void **out, size_t align, size_t size)
{
    void *block = aligned_alloc(align, size);
    if (block == NULL)
        return ENOMEM;
    *out = block;
    return 0;
}
