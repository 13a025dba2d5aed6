#define _GNU_SOURCE /* renameat2 */
#include "scratch.h"

#include "memory.h"
#include "paths.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define MARK ".crease.part-"
#define N_RANDOM 12
#define MARK_BYTES (sizeof MARK - 1 + N_RANDOM)
static const char letters[] = "0123456789abcdefghijklmnopqrstuv";

/* ---- what a signal removes ---------------------------------------------------------- */

/*
 * A slot that is FREE is filled by one thread, READY when its path is whole. The handler takes
 * it for good: the path it then reads is neither changed nor freed by the threads that go on.
 */
#define MAX_PENDING 32
enum { FREE, FILLING, READY, TAKEN };
static struct {
    atomic_int state;
    char *path;
} pending[MAX_PENDING];

static void remove_pending(int number)
{
    for (int i = 0; i < MAX_PENDING; i++) {
        int ready = READY;
        if (atomic_compare_exchange_strong(&pending[i].state, &ready, TAKEN))
            (void)unlink(pending[i].path);
    }
    /* SA_RESETHAND has put the default back: end as if there had been no handler. */
    (void)raise(number);
}

void scratch_handle_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGXCPU};
    struct sigaction action;
    memset(&action, 0, sizeof action);
    (void)sigemptyset(&action.sa_mask);
    action.sa_handler = SIG_IGN;
    (void)sigaction(SIGXFSZ, &action, NULL); /* a file too large is an error of write() */
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        (void)sigaddset(&action.sa_mask, numbers[i]);
    action.sa_handler = remove_pending;
    action.sa_flags = (int)SA_RESETHAND;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction old;
        /* Who started the program may have a reason to ignore it (nohup). */
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            (void)sigaction(numbers[i], &action, NULL);
    }
}

static int remember(char *path)
{
    for (int i = 0; i < MAX_PENDING; i++) {
        int empty = FREE;
        if (atomic_compare_exchange_strong(&pending[i].state, &empty, FILLING)) {
            pending[i].path = path;
            atomic_store(&pending[i].state, READY);
            return i;
        }
    }
    return -1;
}

/* The path can be freed, unless a handler is at it: the program is about to end then. */
static void forget(scratch *s)
{
    int ready = READY;
    if (s->slot >= 0 && !atomic_compare_exchange_strong(&pending[s->slot].state, &ready, FREE))
        s->path = NULL;
    s->slot = -1;
}

/* ---- names --------------------------------------------------------------------------- */

/* Of a name that is too long with the mark, the beginning. */
static size_t kept_bytes(const char *name)
{
    size_t n = strlen(name), most = NAME_MAX - MARK_BYTES;
    return n < most ? n : most;
}

int scratch_is_name(const char *name, size_t n, const char *const *names)
{
    for (size_t i = 0; i < n; i++) {
        size_t kept = kept_bytes(names[i]);
        if (strlen(name) == kept + MARK_BYTES && strncmp(name, names[i], kept) == 0 &&
            strncmp(name + kept, MARK, sizeof MARK - 1) == 0 &&
            strspn(name + kept + sizeof MARK - 1, letters) == N_RANDOM)
            return 1;
    }
    return 0;
}

static const char *name_of(const char *target)
{
    const char *slash = strrchr(target, '/');
    return slash == NULL ? target : slash + 1;
}

/* Another name each time; that nobody has it is left to O_EXCL. */
static void draw_letters(char *out)
{
    static atomic_uint_least64_t count;
    struct timespec now;
    uint64_t x;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    x = (uint64_t)now.tv_sec * 1000000007U ^ (uint64_t)now.tv_nsec << 20 ^ (uint64_t)getpid() << 44;
    x += atomic_fetch_add(&count, 1) + 1;
    for (int i = 0; i < N_RANDOM; i++) {
        x = x * 6364136223846793005U + 1442695040888963407U;
        out[i] = letters[x >> 59];
    }
}

static char *scratch_name(const char *target)
{
    const char *name = name_of(target);
    size_t n = (size_t)(name - target) + kept_bytes(name);
    char *path = memory_get(n + MARK_BYTES + 1, 1);
    if (path == NULL)
        return NULL;
    memcpy(path, target, n);
    memcpy(path + n, MARK, sizeof MARK - 1);
    draw_letters(path + n + sizeof MARK - 1);
    path[n + MARK_BYTES] = '\0';
    return path;
}

/* ---- one of them ------------------------------------------------------------------------ */

static int lock_now(int fd, int how)
{
    int code;
    do {
        code = flock(fd, how);
    } while (code != 0 && errno == EINTR);
    return code;
}

/*
 * The system gives a new file the mode that the user's umask and folder ask for. One that
 * replaces a file gets that file's, without a moment in which more people can read it.
 */
static int make(scratch *s, const struct stat *before)
{
    struct stat info;
    int code;
    do {
        s->fd = open(s->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                     before == NULL ? 0666 : 0600);
    } while (s->fd < 0 && errno == EINTR);
    if (s->fd < 0)
        return -1;
    (void)lock_now(s->fd, LOCK_EX); /* a file system without locks is no reason to fail */
    /* Another program can take it for a left one until it is locked. */
    code = fstat(s->fd, &info) != 0 ? errno : info.st_nlink == 0 ? EEXIST : 0;
    if (code != 0) {
        (void)unlink(s->path);
        (void)close(s->fd);
        s->fd = -1;
        errno = code;
        return -1;
    }
    if (before != NULL) {
        /* Only root can give a file away; for others it is theirs. */
        if (info.st_uid != before->st_uid || info.st_gid != before->st_gid)
            if (fchown(s->fd, before->st_uid, before->st_gid) != 0)
                errno = 0;
        (void)fchmod(s->fd, before->st_mode & 0777);
    }
    return 0;
}

int scratch_open(const char *target, const struct stat *before, scratch *out)
{
    enum { TRIES = 100 };
    const char *name = name_of(target);
    char folder[PATH_MAX];
    int code = EEXIST;
    (void)snprintf(folder, sizeof folder, "%.*s", (int)(name - target), target);
    scratch_sweep(folder, 1, &name);
    for (int i = 0; i < TRIES && code == EEXIST; i++) {
        *out = (scratch){-1, -1, -1, scratch_name(target)};
        if (out->path == NULL) {
            errno = ENOMEM;
            return -1;
        }
        out->slot = remember(out->path); /* first: a signal can come when it is there */
        if (make(out, before) == 0)
            return 0;
        code = errno;
        forget(out);
        free(out->path);
    }
    out->path = NULL;
    errno = code;
    return -1;
}

/* A file system may tell what went wrong at the end only: at fsync, at close, or both. */
int scratch_finish(scratch *s)
{
    int code;
    s->lock = fcntl(s->fd, F_DUPFD_CLOEXEC, 0);
    do {
        code = fsync(s->fd);
    } while (code != 0 && errno == EINTR);
    if (code != 0)
        return -1;
    code = close(s->fd);
    s->fd = -1;
    return code != 0 && errno != EINTR ? -1 : 0;
}

int scratch_place(scratch *s, const char *target, int keep)
{
    if (keep && renameat2(AT_FDCWD, s->path, AT_FDCWD, target, RENAME_EXCHANGE) == 0)
        return 0;
    if (keep && errno != EINVAL && errno != ENOSYS && errno != ENOENT)
        return -1;
    if (rename(s->path, target) != 0)
        return -1;
    forget(s);
    free(s->path);
    s->path = NULL;
    return 0;
}

void scratch_take_back(scratch *s, const char *target, int is_new)
{
    if (s->path != NULL)
        (void)renameat2(AT_FDCWD, s->path, AT_FDCWD, target, RENAME_EXCHANGE);
    else if (is_new)
        (void)unlink(target);
}

int scratch_sync_folder(const char *target)
{
    char folder[PATH_MAX];
    int fd, code, error;
    (void)snprintf(folder, sizeof folder, "%.*s", (int)(name_of(target) - target), target);
    do {
        fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    } while (fd < 0 && errno == EINTR);
    if (fd < 0) /* a folder that can be written to and not read */
        return errno == EACCES ? 0 : -1;
    do {
        code = fsync(fd);
    } while (code != 0 && errno == EINTR);
    error = errno;
    (void)close(fd);
    errno = error;
    /* Some file systems have no such thing. */
    return code == 0 || error == EINVAL || error == ENOTSUP || error == EBADF ? 0 : -1;
}

void scratch_drop(scratch *s)
{
    if (s->path != NULL)
        (void)unlink(s->path);
    if (s->fd >= 0)
        (void)close(s->fd);
    if (s->lock >= 0)
        (void)close(s->lock);
    forget(s);
    free(s->path);
    *s = (scratch){-1, -1, -1, NULL};
}

/* ---- what killed programs have left --------------------------------------------------------- */

static void remove_left(const char *path)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == geteuid() &&
        !paths_is_input(&info) && lock_now(fd, LOCK_EX | LOCK_NB) == 0)
        (void)unlink(path);
    (void)close(fd);
}

void scratch_sweep(const char *folder, size_t n, const char *const *names)
{
    DIR *files = opendir(folder);
    for (struct dirent *entry; files != NULL && (entry = readdir(files)) != NULL;) {
        char path[PATH_MAX];
        int length = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (length > 0 && length < PATH_MAX && scratch_is_name(entry->d_name, n, names))
            remove_left(path);
    }
    if (files != NULL)
        (void)closedir(files);
}
