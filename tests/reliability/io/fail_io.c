/*
 * Preloaded into the program: makes its calls to the file system fail.
 *
 *     IO_FOLDER=PATH         what is tested: files below it alone, by their absolute names
 *     IO_MODE=count          nothing fails
 *     IO_MODE=fail IO_AT=N   the Nth call fails, with the error that is usual for it
 *     IO_MODE=interrupt      calls that can be interrupted give EINTR or less than was asked
 *     IO_COUNT=FILE          how many calls there were, of all processes, and which one failed
 *
 * unlink and rmdir never fail: who cannot remove a file cannot clean up.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_FD 1024

enum mode { OFF, COUNT, FAIL, INTERRUPT };

struct shared { /* by parent and children */
    atomic_long calls;
    char failed[64];
};

static enum mode mode = OFF;
static long at;
static unsigned seed = 1;
static const char *folder;
static struct shared *shared;
static char is_ours[MAX_FD]; /* descriptors of files below the folder */
static pid_t first;

__attribute__((constructor)) static void begin(void)
{
    const char *text = getenv("IO_MODE");
    folder = getenv("IO_FOLDER");
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    first = getpid();
    if (text == NULL || folder == NULL || shared == MAP_FAILED)
        return;
    mode = strcmp(text, "fail") == 0 ? FAIL : strcmp(text, "interrupt") == 0 ? INTERRUPT : COUNT;
    at = getenv("IO_AT") != NULL ? strtol(getenv("IO_AT"), NULL, 10) : 0;
    seed = getenv("IO_AT") != NULL ? (unsigned)at : 1;
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("IO_COUNT");
    char text[128];
    int n, fd;
    if (mode == OFF || path == NULL || getpid() != first)
        return;
    mode = OFF;
    n = snprintf(text, sizeof text, "%ld %s\n", atomic_load(&shared->calls), shared->failed);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd >= 0 && write(fd, text, (size_t)n) != n)
        abort();
    (void)close(fd);
}

/* ---- which calls, and what becomes of them ------------------------------------------------ */

#define REAL(name)                 \
    static __typeof__(&name) real; \
    if (real == NULL)              \
    real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static int below(const char *path)
{
    char text[PATH_MAX];
    if (mode == OFF)
        return 0;
    if (path[0] == '/')
        return strncmp(path, folder, strlen(folder)) == 0;
    return getcwd(text, sizeof text) != NULL && strncmp(text, folder, strlen(folder)) == 0;
}

static int ours(int fd)
{
    return mode != OFF && fd >= 0 && fd < MAX_FD && is_ours[fd];
}

static int note(int fd, int yes)
{
    if (fd >= 0 && fd < MAX_FD)
        is_ours[fd] = (char)yes;
    return fd;
}

/* One more call of ours: whether it is the one that fails. */
static int fails(int is_ours_too, const char *name)
{
    if (!is_ours_too || (mode != COUNT && mode != FAIL))
        return 0;
    if (atomic_fetch_add(&shared->calls, 1) + 1 != at || mode == COUNT)
        return 0;
    (void)snprintf(shared->failed, sizeof shared->failed, "%s", name);
    return 1;
}

static unsigned draw(void)
{
    static atomic_uint state;
    unsigned x = (atomic_fetch_add(&state, 1) + 1) * 2654435761u + seed * 40503u;
    x ^= x >> 15;
    x *= 2246822519u;
    return x >> 16;
}

static int interrupted(int is_ours_too)
{
    if (mode != INTERRUPT || !is_ours_too || draw() % 2 != 0)
        return 0;
    errno = EINTR;
    return 1;
}

static size_t shorter(int is_ours_too, size_t n)
{
    return mode == INTERRUPT && is_ours_too && n > 1 ? 1 + draw() % n : n;
}

static int fail_with(int code)
{
    errno = code;
    return -1;
}

/* ---- files --------------------------------------------------------------------------------- */

static mode_t mode_of(int flags, va_list args)
{
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(args, mode_t) : 0;
}

#define OPEN(name)                                              \
    int name(const char *path, int flags, ...)                  \
    {                                                           \
        mode_t bits;                                            \
        va_list args;                                           \
        REAL(name);                                             \
        va_start(args, flags);                                  \
        bits = mode_of(flags, args);                            \
        va_end(args);                                           \
        if (fails(below(path), #name))                          \
            return fail_with(flags & O_CREAT ? EROFS : EMFILE); \
        return note(real(path, flags, bits), below(path));      \
    }
OPEN(open)
OPEN(open64)

#define READ(name, offset_type)                                                         \
    ssize_t name(int fd, void *into, size_t n, offset_type from)                        \
    {                                                                                   \
        REAL(name);                                                                     \
        if (fails(ours(fd), #name))                                                     \
            return fail_with(EIO);                                                      \
        return interrupted(ours(fd)) ? -1 : real(fd, into, shorter(ours(fd), n), from); \
    }
READ(pread, off_t)
READ(pread64, off64_t)

ssize_t read(int fd, void *into, size_t n)
{
    REAL(read);
    if (fails(ours(fd), "read"))
        return fail_with(EIO);
    return interrupted(ours(fd)) ? -1 : real(fd, into, shorter(ours(fd), n));
}

ssize_t write(int fd, const void *from, size_t n)
{
    REAL(write);
    if (fails(ours(fd), "write"))
        return fail_with(ENOSPC);
    return interrupted(ours(fd)) ? -1 : real(fd, from, shorter(ours(fd), n));
}

int fsync(int fd)
{
    REAL(fsync);
    if (fails(ours(fd), "fsync"))
        return fail_with(EIO);
    return interrupted(ours(fd)) ? -1 : real(fd);
}

int close(int fd)
{
    int was = ours(fd), code;
    REAL(close);
    code = real(note(fd, 0));
    return fails(was, "close") ? fail_with(EIO) : code;
}

int flock(int fd, int how)
{
    REAL(flock);
    if (fails(ours(fd), "flock"))
        return fail_with(ENOLCK);
    return interrupted(ours(fd)) ? -1 : real(fd, how);
}

int fcntl(int fd, int what, ...)
{
    void *value;
    va_list args;
    int code;
    REAL(fcntl);
    va_start(args, what);
    value = va_arg(args, void *);
    va_end(args);
    if (what != F_DUPFD_CLOEXEC && what != F_DUPFD)
        return real(fd, what, value);
    if (fails(ours(fd), "fcntl"))
        return fail_with(EMFILE);
    code = real(fd, what, value);
    return note(code, ours(fd));
}

int posix_fallocate(int fd, off_t from, off_t n)
{
    REAL(posix_fallocate);
    if (fails(ours(fd), "posix_fallocate"))
        return ENOSPC;
    return interrupted(ours(fd)) ? EINTR : real(fd, from, n);
}

int ftruncate(int fd, off_t n)
{
    REAL(ftruncate);
    return fails(ours(fd), "ftruncate") ? fail_with(EIO) : real(fd, n);
}

off_t lseek(int fd, off_t to, int from)
{
    REAL(lseek);
    return fails(ours(fd), "lseek") ? fail_with(EIO) : real(fd, to, from);
}

void *mmap(void *where, size_t n, int protection, int flags, int fd, off_t from)
{
    REAL(mmap);
    if (fails(ours(fd), "mmap")) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    return real(where, n, protection, flags, fd, from);
}

int fstat(int fd, struct stat *info)
{
    REAL(fstat);
    return fails(ours(fd), "fstat") ? fail_with(EIO) : real(fd, info);
}

int fchmod(int fd, mode_t bits)
{
    REAL(fchmod);
    return fails(ours(fd), "fchmod") ? fail_with(EPERM) : real(fd, bits);
}

/* ---- names ----------------------------------------------------------------------------------- */

int stat(const char *path, struct stat *info)
{
    REAL(stat);
    return fails(below(path), "stat") ? fail_with(EIO) : real(path, info);
}

int lstat(const char *path, struct stat *info)
{
    REAL(lstat);
    return fails(below(path), "lstat") ? fail_with(EIO) : real(path, info);
}

int access(const char *path, int how)
{
    REAL(access);
    return fails(below(path), "access") ? fail_with(EIO) : real(path, how);
}

char *realpath(const char *path, char *into)
{
    REAL(realpath);
    if (fails(below(path), "realpath")) {
        errno = EIO;
        return NULL;
    }
    return real(path, into);
}

int rename(const char *from, const char *to)
{
    REAL(rename);
    return fails(below(to), "rename") ? fail_with(EIO) : real(from, to);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    REAL(renameat2);
    return fails(below(to), "renameat2") ? fail_with(EIO)
                                         : real(from_folder, from, to_folder, to, flags);
}

int mkdir(const char *path, mode_t bits)
{
    REAL(mkdir);
    return fails(below(path), "mkdir") ? fail_with(EROFS) : real(path, bits);
}

int mkstemp(char *path)
{
    REAL(mkstemp);
    return fails(below(path), "mkstemp") ? fail_with(EROFS) : note(real(path), below(path));
}

DIR *opendir(const char *path)
{
    DIR *files;
    REAL(opendir);
    if (fails(below(path), "opendir")) {
        errno = EMFILE;
        return NULL;
    }
    files = real(path);
    if (files != NULL)
        (void)note(dirfd(files), below(path));
    return files;
}

struct dirent *readdir(DIR *files)
{
    REAL(readdir);
    if (fails(ours(dirfd(files)), "readdir")) {
        errno = EIO;
        return NULL;
    }
    return real(files);
}

int closedir(DIR *files)
{
    REAL(closedir);
    (void)note(dirfd(files), 0);
    return real(files);
}

/* ---- streams: the library's own calls below them cannot be seen --------------------------------- */

#define FOPEN(name)                                \
    FILE *name(const char *path, const char *how)  \
    {                                              \
        FILE *file;                                \
        REAL(name);                                \
        if (fails(below(path), #name)) {           \
            errno = EMFILE;                        \
            return NULL;                           \
        }                                          \
        file = real(path, how);                    \
        if (file != NULL)                          \
            (void)note(fileno(file), below(path)); \
        return file;                               \
    }
FOPEN(fopen)
FOPEN(fopen64)

/* The stream itself has the error too: callers ask ferror(). */
size_t fread(void *into, size_t size, size_t n, FILE *file)
{
    REAL(fread);
    if (fails(ours(fileno(file)), "fread")) {
        file->_flags |= 0x20; /* glibc's _IO_ERR_SEEN */
        errno = EIO;
        return 0;
    }
    return real(into, size, n, file);
}

int fseeko(FILE *file, off_t to, int from)
{
    REAL(fseeko);
    return fails(ours(fileno(file)), "fseeko") ? fail_with(EIO) : real(file, to, from);
}

int fclose(FILE *file)
{
    int was = ours(fileno(file)), code;
    REAL(fclose);
    (void)note(fileno(file), 0);
    code = real(file);
    return fails(was, "fclose") ? fail_with(EIO) : code;
}
