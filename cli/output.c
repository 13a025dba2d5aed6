#include "output.h"

#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct cli_output {
    const char *command;
    const char *path; /* as the user wrote it */
    crs_sink sink;
    int fd;               /* -1: stdout, through stdio */
    int error;            /* errno of the first write that failed, 0 for none */
    char *target;         /* where it goes, symbolic links followed; NULL: written directly */
    char *scratch;        /* the temporary name; NULL: written directly */
    int slot;             /* its place in the list below, -1 for none */
    size_t held;          /* bytes of `buffer` that are not written yet */
    char buffer[1 << 16]; /* writers hand over a few bytes at a time */
};

/* ---- what a signal removes ---------------------------------------------------- */

/*
 * A handler sees nothing but globals. A slot holds the path or NULL; names are put
 * in and taken out whole, so that the handler never reads half a path.
 */
#define MAX_PENDING 16
static char *volatile pending[MAX_PENDING];

static void remove_pending(int number)
{
    for (int i = 0; i < MAX_PENDING; i++) {
        char *path = pending[i];
        if (path != NULL)
            (void)unlink(path);
    }
    /* SA_RESETHAND has put the default back: end as if there had been no handler. */
    (void)raise(number);
}

void output_handle_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ, SIGXCPU};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct sigaction old;
        struct sigaction action;
        memset(&action, 0, sizeof action);
        action.sa_handler = remove_pending;
        action.sa_flags = (int)SA_RESETHAND;
        (void)sigemptyset(&action.sa_mask);
        /* Who started us may have a reason to ignore it (nohup). */
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            (void)sigaction(numbers[i], &action, NULL);
    }
}

static int remember(char *path)
{
    for (int i = 0; i < MAX_PENDING; i++) {
        if (pending[i] == NULL) {
            pending[i] = path;
            return i;
        }
    }
    return -1;
}

/* ---- writing ------------------------------------------------------------------- */

/* CRS_EIO, and the first reason kept in file->error. */
static crs_status write_now(cli_output *file, const char *from, size_t n)
{
    while (n > 0) {
        ssize_t done = write(file->fd, from, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0) {
            file->error = errno;
            return CRS_EIO;
        }
        from += done;
        n -= (size_t)done;
    }
    return CRS_OK;
}

static crs_status write_held(cli_output *file)
{
    size_t n = file->held;
    file->held = 0;
    return write_now(file, file->buffer, n);
}

static crs_status write_all(void *ctx, const void *bytes, size_t n)
{
    cli_output *file = ctx;
    if (file->error != 0)
        return CRS_EIO;
    if (file->fd < 0) {
        if (fwrite(bytes, 1, n, stdout) == n)
            return CRS_OK;
        file->error = errno;
        return CRS_EIO;
    }
    if (n > sizeof file->buffer - file->held && write_held(file) != CRS_OK)
        return CRS_EIO;
    if (n > sizeof file->buffer)
        return write_now(file, bytes, n);
    memcpy(file->buffer + file->held, bytes, n);
    file->held += n;
    return CRS_OK;
}

static void release(cli_output *file)
{
    if (file->fd >= 0)
        (void)close(file->fd);
    if (file->slot >= 0)
        pending[file->slot] = NULL;
    free(file->scratch);
    free(file->target);
    free(file);
}

/* The reason in the system's words. A path that leads nowhere is the user's to mend. */
static exit_status fail_path(const cli_output *file, int error)
{
    bool nowhere = error == ENOENT && file->target == NULL;
    bool input =
        nowhere || error == EISDIR || error == ENOTDIR || error == ENAMETOOLONG || error == ELOOP;
    return fail(input ? EXIT_INPUT : EXIT_SYSTEM, file->command, "cannot write %s: %s", file->path,
                nowhere ? "no such folder" : strerror(error));
}

/* ---- opening --------------------------------------------------------------------- */

/*
 * Where the file shall be, with symbolic links followed, so that the file a link
 * points to is replaced, not the link; NULL and errno on failure.
 */
static char *resolve(const char *path, bool exists)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    char *folder;
    char *real_folder;
    char *target = NULL;
    size_t size;
    if (exists)
        return realpath(path, NULL);
    if (*name == '\0') {
        errno = EISDIR;
        return NULL;
    }
    folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
    if (folder == NULL)
        return NULL;
    real_folder = realpath(folder, NULL);
    free(folder);
    if (real_folder == NULL)
        return NULL;
    size = strlen(real_folder) + strlen(name) + 2;
    target = malloc(size);
    if (target != NULL)
        (void)snprintf(target, size, "%s/%s", real_folder, name);
    free(real_folder);
    return target;
}

/* What the file would have been given had it been opened by its own name. */
static void set_mode(int fd, const struct stat *before)
{
    mode_t mask = umask(0);
    (void)umask(mask);
    /* A file system without modes is no reason to fail. */
    (void)fchmod(fd, before != NULL ? before->st_mode & 07777 : 0666 & ~mask);
}

static int open_scratch(cli_output *file, const struct stat *before)
{
    static const char suffix[] = ".part-XXXXXX";
    size_t size;
    file->target = resolve(file->path, before != NULL);
    if (file->target == NULL)
        return -1;
    if (before != NULL && access(file->target, W_OK) != 0) /* a read-only file is not replaced */
        return -1;
    size = strlen(file->target) + sizeof suffix;
    file->scratch = malloc(size);
    if (file->scratch == NULL)
        return -1;
    (void)snprintf(file->scratch, size, "%s%s", file->target, suffix);
    file->fd = mkstemp(file->scratch);
    if (file->fd < 0)
        return -1;
    file->slot = remember(file->scratch);
    set_mode(file->fd, before);
    return 0;
}

exit_status output_open(const char *command, const char *path, cli_output **out)
{
    exit_status status = EXIT_DONE;
    struct stat before;
    cli_output *file = calloc(1, sizeof *file);
    *out = NULL;
    if (file == NULL)
        return fail(EXIT_SYSTEM, command, "out of memory");
    file->command = command;
    file->path = path;
    file->sink.write = write_all;
    file->sink.ctx = file;
    file->fd = -1;
    file->slot = -1;

    errno = 0;
    if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0) {
        file->path = "standard output";
    } else if (stat(path, &before) != 0) {
        if (errno != ENOENT || open_scratch(file, NULL) != 0)
            status = fail_path(file, errno);
    } else if (S_ISREG(before.st_mode)) {
        if (open_scratch(file, &before) != 0)
            status = fail_path(file, errno);
    } else {
        file->fd = open(path, O_WRONLY | O_CLOEXEC);
        if (file->fd < 0)
            status = fail_path(file, errno);
    }
    if (status == EXIT_DONE)
        *out = file;
    else
        release(file);
    return status;
}

const crs_sink *output_sink(cli_output *file)
{
    return &file->sink;
}

/* ---- the end ------------------------------------------------------------------------ */

/* Close it, all of it on the disk, under its own name. */
static int settle(cli_output *file)
{
    int fd = file->fd;
    if (fd < 0) /* stdout: main() flushes it */
        return 0;
    if (file->scratch != NULL && fsync(fd) != 0)
        return -1;
    file->fd = -1;
    if (close(fd) != 0)
        return -1;
    return file->scratch == NULL ? 0 : rename(file->scratch, file->target);
}

exit_status output_commit(cli_output *file)
{
    if (file->error == 0 && write_held(file) == CRS_OK && settle(file) != 0)
        file->error = errno;
    if (file->error != 0)
        return output_abandon(file, NULL);
    release(file);
    return EXIT_DONE;
}

exit_status output_abandon(cli_output *file, const crs_error *error)
{
    exit_status status = EXIT_DONE;
    if (file == NULL)
        return EXIT_DONE;
    if (file->error != 0)
        status = fail_path(file, file->error);
    else if (error != NULL)
        status = fail_library(file->command, error);
    if (file->scratch != NULL)
        (void)unlink(file->scratch);
    release(file);
    return status;
}
