/*
 * Preloaded into the program: writes down, in order, what it does to files below IO_FOLDER, into
 * the file IO_LOG, a line each:
 *
 *     open INODE CREATED TRUNCATED PATH    a file that can be written to
 *     write INODE OFFSET HEX
 *     cut INODE BYTES
 *     sync INODE                           a file
 *     syncfolder PATH
 *     rename FROM|TO, exchange FROM|TO, unlink PATH, mkdir PATH, rmdir PATH
 *
 * Paths are absolute.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_FD 1024
#define LOG_FD 900

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static int is_on;
static char *folder_of[MAX_FD]; /* path of an open folder */

#define REAL(name)                 \
    static __typeof__(&name) real; \
    if (real == NULL)              \
    real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static void emit(const char *text, size_t n)
{
    static ssize_t (*real)(int, const void *, size_t);
    if (real == NULL)
        real = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    if (real(LOG_FD, text, n) != (ssize_t)n)
        abort();
}

static void __attribute__((format(printf, 1, 2))) say(const char *format, ...)
{
    char text[3 * PATH_MAX];
    int saved = errno, n;
    va_list args;
    va_start(args, format);
    n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    emit(text, (size_t)n);
    errno = saved;
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("IO_LOG");
    int fd;
    folder = getenv("IO_FOLDER");
    if (path == NULL || folder == NULL)
        return;
    fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || dup3(fd, LOG_FD, O_CLOEXEC) < 0)
        abort();
    (void)close(fd);
    is_on = 1;
}

/* `path` as an absolute one; 0 where it is not below the folder. */
static int absolute(const char *path, char out[2 * PATH_MAX])
{
    char here[PATH_MAX] = "";
    if (path[0] != '/' && getcwd(here, sizeof here) == NULL)
        return 0;
    (void)snprintf(out, 2 * PATH_MAX, "%s%s%s", here, path[0] == '/' ? "" : "/", path);
    return is_on && strncmp(out, folder, strlen(folder)) == 0;
}

static unsigned long inode(int fd)
{
    struct stat info;
    return fstat(fd, &info) == 0 ? (unsigned long)info.st_ino : 0;
}

/* A file below the folder, by the name the system has for it; temporary ones have none. */
static int is_ours(int fd)
{
    char link[64], text[PATH_MAX];
    ssize_t n;
    int saved = errno;
    if (!is_on || fd < 3)
        return 0;
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = readlink(link, text, sizeof text - 1);
    errno = saved;
    return n > 0 && (size_t)n >= strlen(folder) && strncmp(text, folder, strlen(folder)) == 0;
}

int open(const char *path, int flags, ...)
{
    char whole[2 * PATH_MAX];
    struct stat info;
    mode_t bits = 0;
    va_list args;
    int fd, is_new, below = absolute(path, whole);
    REAL(open);
    va_start(args, flags);
    if (flags & O_CREAT)
        bits = va_arg(args, mode_t);
    va_end(args);
    (void)pthread_mutex_lock(&one_at_a_time);
    is_new = below && stat(path, &info) != 0;
    fd = real(path, flags, bits);
    if (fd >= 0 && below && (flags & O_ACCMODE) != O_RDONLY)
        say("open %lu %d %d %s\n", inode(fd), is_new, (flags & O_TRUNC) != 0, whole);
    if (fd >= 0 && fd < MAX_FD && below && (flags & O_DIRECTORY))
        folder_of[fd] = strdup(whole);
    (void)pthread_mutex_unlock(&one_at_a_time);
    return fd;
}

ssize_t write(int fd, const void *from, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *bytes = from;
    off_t at;
    ssize_t done;
    char *text;
    REAL(write);
    if (!is_ours(fd))
        return real(fd, from, n);
    (void)pthread_mutex_lock(&one_at_a_time);
    at = lseek(fd, 0, SEEK_CUR);
    done = real(fd, from, n);
    text = done > 0 ? malloc(2 * (size_t)done + 1) : NULL;
    if (text != NULL) {
        for (ssize_t i = 0; i < done; i++) {
            text[2 * i] = digits[bytes[i] >> 4];
            text[2 * i + 1] = digits[bytes[i] & 15];
        }
        text[2 * done] = '\n';
        say("write %lu %ld ", inode(fd), (long)at);
        emit(text, 2 * (size_t)done + 1);
        free(text);
    }
    (void)pthread_mutex_unlock(&one_at_a_time);
    return done;
}

int fsync(int fd)
{
    int code;
    REAL(fsync);
    (void)pthread_mutex_lock(&one_at_a_time);
    code = real(fd);
    if (code == 0 && fd < MAX_FD && folder_of[fd] != NULL)
        say("syncfolder %s\n", folder_of[fd]);
    else if (code == 0 && is_ours(fd))
        say("sync %lu\n", inode(fd));
    (void)pthread_mutex_unlock(&one_at_a_time);
    return code;
}

int close(int fd)
{
    REAL(close);
    if (fd >= 0 && fd < MAX_FD && folder_of[fd] != NULL) {
        free(folder_of[fd]);
        folder_of[fd] = NULL;
    }
    return real(fd);
}

int ftruncate(int fd, off_t n)
{
    int code;
    REAL(ftruncate);
    (void)pthread_mutex_lock(&one_at_a_time);
    code = real(fd, n);
    if (code == 0 && is_ours(fd))
        say("cut %lu %ld\n", inode(fd), (long)n);
    (void)pthread_mutex_unlock(&one_at_a_time);
    return code;
}

static void say_pair(const char *what, const char *from, const char *to)
{
    char a[2 * PATH_MAX], b[2 * PATH_MAX];
    int below = absolute(from, a);
    if (absolute(to, b) || below)
        say("%s %s|%s\n", what, a, b);
}

int rename(const char *from, const char *to)
{
    int code;
    REAL(rename);
    (void)pthread_mutex_lock(&one_at_a_time);
    code = real(from, to);
    if (code == 0)
        say_pair("rename", from, to);
    (void)pthread_mutex_unlock(&one_at_a_time);
    return code;
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    int code;
    REAL(renameat2);
    (void)pthread_mutex_lock(&one_at_a_time);
    code = real(from_folder, from, to_folder, to, flags);
    if (code == 0)
        say_pair(flags & RENAME_EXCHANGE ? "exchange" : "rename", from, to);
    (void)pthread_mutex_unlock(&one_at_a_time);
    return code;
}

static void say_path(const char *what, const char *path)
{
    char whole[2 * PATH_MAX];
    if (absolute(path, whole))
        say("%s %s\n", what, whole);
}

#define NAME(name, what, arguments, call)           \
    int name arguments                              \
    {                                               \
        int code;                                   \
        REAL(name);                                 \
        (void)pthread_mutex_lock(&one_at_a_time);   \
        code = real call;                           \
        if (code == 0)                              \
            say_path(what, path);                   \
        (void)pthread_mutex_unlock(&one_at_a_time); \
        return code;                                \
    }
NAME(unlink, "unlink", (const char *path), (path))
NAME(rmdir, "rmdir", (const char *path), (path))
NAME(mkdir, "mkdir", (const char *path, mode_t bits), (path, bits))
