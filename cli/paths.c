#include "paths.h"

#include "memory.h"
#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_LINKS 40 /* as the system */
#define MAX_PATHS 64

/* ---- where a path leads ------------------------------------------------------------ */

static int too_long(void)
{
    errno = ENAMETOOLONG;
    return -1;
}

/* The folder of `path` with links followed, and its last name. */
static int split(const char *path, char *folder, const char **name)
{
    char text[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t n = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    *name = path + n;
    if (**name == '\0') {
        errno = EISDIR;
        return -1;
    }
    if (n >= sizeof text)
        return too_long();
    memcpy(text, n == 0 ? "." : path, n == 0 ? 1 : n);
    text[n == 0 ? 1 : n] = '\0';
    return realpath(text, folder) == NULL ? -1 : 0;
}

/* The number of the descriptor where `folder` is this process's own list of them; else -1. */
static int descriptor(const char *folder, const char *name)
{
    char own[64];
    size_t at = (size_t)snprintf(own, sizeof own, "/proc/%ld/", (long)getpid());
    size_t n = strlen(folder);
    char *end;
    long fd;
    if (strncmp(folder, own, at) != 0 || n < at + 2 || strcmp(folder + n - 2, "fd") != 0)
        return -1;
    fd = strtol(name, &end, 10);
    return *end == '\0' && fd >= 0 && fd < INT_MAX ? (int)fd : -1;
}

/* One step: `path` with its folder's links followed in *file; where it is a link, what it says. */
static int follow(char *path, char *file, int *fd, bool *more)
{
    char folder[PATH_MAX], text[PATH_MAX];
    const char *name;
    struct stat info;
    ssize_t n;
    int length;
    *more = false;
    if (split(path, folder, &name) != 0)
        return -1;
    length = snprintf(file, PATH_MAX, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, name);
    if (length < 0 || length >= PATH_MAX)
        return too_long();
    if (lstat(file, &info) != 0)
        return errno == ENOENT ? 0 : -1;
    if (!S_ISLNK(info.st_mode))
        return 0;
    *fd = descriptor(folder, name);
    if (*fd >= 0)
        return 0;
    n = readlink(file, text, sizeof text - 1);
    if (n < 0)
        return -1;
    text[n] = '\0';
    length = text[0] == '/' ? snprintf(path, PATH_MAX, "%s", text)
                            : snprintf(path, PATH_MAX, "%s/%s", folder, text);
    *more = true;
    return length < 0 || length >= PATH_MAX ? too_long() : 0;
}

static int find_descriptor(int fd, path_place *out)
{
    out->file[0] = '\0';
    out->fd = fd;
    out->exists = true;
    return fstat(fd, &out->info);
}

int path_find(const char *path, path_place *out)
{
    char at[PATH_MAX];
    struct stat named;
    bool more = true;
    int fd = -1;
    memset(out, 0, sizeof *out);
    out->fd = -1;
    if (strcmp(path, "-") == 0)
        return find_descriptor(STDOUT_FILENO, out);
    if (strlen(path) >= sizeof at)
        return too_long();
    memcpy(at, path, strlen(path) + 1);
    for (int links = 0; more; links++) {
        if (links == MAX_LINKS) {
            errno = ELOOP;
            return -1;
        }
        if (follow(at, out->file, &fd, &more) != 0)
            return -1;
    }
    if (fd >= 0)
        return find_descriptor(fd, out);
    out->exists = stat(path, &out->info) == 0;
    if (!out->exists)
        return errno == ENOENT ? 0 : -1;
    if (S_ISREG(out->info.st_mode) && stat(out->file, &named) != 0) {
        if (errno != ENOENT)
            return -1;
        memset(&named, 0, sizeof named);
    }
    /* A device or folder; or a file without a name, which a link in /proc leads to. */
    if (!S_ISREG(out->info.st_mode) || named.st_dev != out->info.st_dev ||
        named.st_ino != out->info.st_ino)
        out->file[0] = '\0';
    return 0;
}

/* ---- inputs ------------------------------------------------------------------------- */

static struct input {
    const char *path;
    dev_t device;
    ino_t inode;
} inputs[MAX_PATHS];
static size_t n_inputs;

/* What is read and written at once without loss: a terminal, a pipe. */
static bool holds_bytes(const struct stat *info)
{
    return S_ISREG(info->st_mode) || S_ISBLK(info->st_mode);
}

static const struct input *find_input(const struct stat *info)
{
    for (size_t i = 0; i < n_inputs && holds_bytes(info); i++) {
        if (inputs[i].device == info->st_dev && inputs[i].inode == info->st_ino)
            return &inputs[i];
    }
    return NULL;
}

bool paths_is_input(const struct stat *info)
{
    return find_input(info) != NULL;
}

exit_status paths_input(const char *command, const char *path)
{
    struct stat info;
    bool is_stdin = strcmp(path, "-") == 0;
    if (is_stdin ? fstat(STDIN_FILENO, &info) != 0 : stat(path, &info) != 0)
        return EXIT_DONE;
    if (n_inputs == MAX_PATHS)
        return fail(EXIT_INPUT, command, "%s: more than %d inputs", path, MAX_PATHS);
    inputs[n_inputs++] =
        (struct input){is_stdin ? "standard input" : path, info.st_dev, info.st_ino};
    return EXIT_DONE;
}

exit_status paths_refuse_input(const char *command, const char *path, const path_place *place)
{
    const struct input *same = place->exists ? find_input(&place->info) : NULL;
    if (same == NULL)
        return EXIT_DONE;
    if (strcmp(path, same->path) == 0)
        return fail(EXIT_INPUT, command,
                    "cannot write %s: it is an input of the same command; expected another file",
                    path);
    return fail(EXIT_INPUT, command,
                "cannot write %s: it is the same file as the input %s; expected another", path,
                same->path);
}

/* ---- outputs ------------------------------------------------------------------------- */

static struct output {
    const char *what, *path;
    char *file; /* absolute; NULL: a descriptor, a device */
    bool stream;
    int fd;
    bool exists;
    struct stat info;
} outputs[MAX_PATHS];
static size_t n_outputs;

/* A stream is where an output goes that names it: one of the two is enough to ask. */
static bool is_one_file(const struct output *a, const struct output *b)
{
    if (a->stream && b->stream)
        return false;
    if (a->fd >= 0 && a->fd == b->fd)
        return !a->stream && !b->stream;
    if (a->exists && b->exists)
        return S_ISREG(a->info.st_mode) && a->info.st_dev == b->info.st_dev &&
               a->info.st_ino == b->info.st_ino;
    return a->file != NULL && b->file != NULL && strcmp(a->file, b->file) == 0;
}

static exit_status refuse_both(const char *command, const struct output *a, const struct output *b)
{
    if (a->stream || b->stream)
        return fail(EXIT_INPUT, command, "--%s %s: %s goes to the same file; expected another",
                    a->stream ? b->what : a->what, a->stream ? b->path : a->path,
                    a->stream ? a->what : b->what);
    if (strcmp(a->path, b->path) == 0)
        return fail(EXIT_INPUT, command, "--%s and --%s both name %s; expected two files", a->what,
                    b->what, a->path);
    return fail(EXIT_INPUT, command, "--%s %s and --%s %s are one file; expected two", a->what,
                a->path, b->what, b->path);
}

static exit_status add_output(const char *command, const struct output *one, const char *file)
{
    struct output *added = &outputs[n_outputs];
    for (size_t i = 0; i < n_outputs; i++) {
        if (is_one_file(&outputs[i], one))
            return refuse_both(command, &outputs[i], one);
    }
    if (n_outputs == MAX_PATHS)
        return fail(EXIT_INPUT, command, "%s: more than %d outputs", one->path, MAX_PATHS);
    *added = *one;
    added->file = NULL;
    if (file[0] != '\0' && (added->file = memory_copy(file)) == NULL)
        return fail(EXIT_SYSTEM, command, "out of memory");
    n_outputs++;
    return EXIT_DONE;
}

exit_status paths_output(const char *command, const char *option, const char *path)
{
    path_place place;
    struct output one = {.what = option, .path = path};
    exit_status status;
    if (path_find(path, &place) != 0)
        return EXIT_DONE;
    status = paths_refuse_input(command, path, &place);
    if (status != EXIT_DONE)
        return status;
    one.file = place.file[0] == '\0' ? NULL : place.file;
    one.fd = place.fd;
    one.exists = place.exists;
    one.info = place.info;
    return add_output(command, &one, place.file);
}

/* The message shall not go into the input: it goes to stdout, if that is another file. */
static void leave_stderr(void)
{
    struct stat info;
    int other = fstat(STDOUT_FILENO, &info) == 0 && !paths_is_input(&info)
                    ? STDOUT_FILENO
                    : open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (other >= 0)
        (void)dup2(other, STDERR_FILENO);
    if (other > STDERR_FILENO)
        (void)close(other);
}

exit_status paths_streams(const char *command)
{
    static const char *const names[] = {
        [STDOUT_FILENO] = "standard output", [STDERR_FILENO] = "standard error"};
    for (int fd = STDERR_FILENO; fd >= STDOUT_FILENO; fd--) {
        struct output one = {.what = names[fd], .path = "", .stream = true, .fd = fd};
        path_place place;
        exit_status status;
        if (find_descriptor(fd, &place) != 0)
            continue;
        if (fd == STDERR_FILENO && paths_is_input(&place.info))
            leave_stderr();
        status = paths_refuse_input(command, names[fd], &place);
        one.exists = true;
        one.info = place.info;
        if (status == EXIT_DONE)
            status = add_output(command, &one, "");
        if (status != EXIT_DONE)
            return status;
    }
    return EXIT_DONE;
}
