#define _GNU_SOURCE /* environ */
#include "data/hdf5_child.h"

#include "core/part.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FILE_FD = 3, LINE_FD = 4, ABOVE_THEM = 10 };

/* Nanoseconds between two looks at a process that is about to end, and how often. */
enum { PAUSE = 1000000, MOST_PAUSES = 3000 };

/* Seconds of a processor's time: so many, and one for each of these bytes that it may hold. */
#define SECONDS 4
#define BYTES_A_SECOND ((uint64_t)64 << 20)

static crs__data_state *state_of(const crs__data_file *file)
{
    return file->state;
}

static uint64_t seconds_for(const crs__data_file *file)
{
    return SECONDS + file->state->budget.limit / BYTES_A_SECOND;
}

/* ---- the end -------------------------------------------------------------------------------- */

/* End it and collect its exit status, which is awaited where it `is_ended`; -1 where it has none:
 * it had to be ended, or somebody else has collected it. */
static int collect(const crs__data_file *file, int is_ended)
{
    crs__data_state *s = state_of(file);
    int how = -1, pauses = 0;
    pid_t got;
    if (s->hdf5_line >= 0)
        (void)close(s->hdf5_line);
    s->hdf5_line = -1;
    s->hdf5_left = 0;
    if (s->hdf5_pid <= 0)
        return -1;
    do {
        got = waitpid(s->hdf5_pid, &how, WNOHANG);
        if (got == 0 && is_ended)
            (void)nanosleep(&(struct timespec){0, PAUSE}, NULL);
    } while ((got == 0 && is_ended && pauses++ < MOST_PAUSES) || (got < 0 && errno == EINTR));
    if (got == 0) { /* it is still ours, so that the number is no other's */
        (void)kill(s->hdf5_pid, SIGKILL);
        do {
            got = waitpid(s->hdf5_pid, &how, 0);
        } while (got < 0 && errno == EINTR);
        how = -1;
    }
    s->hdf5_pid = 0;
    return got > 0 ? how : -1;
}

void crs__hdf5_child_stop(const crs__data_file *file)
{
    if (file->state != NULL)
        (void)collect(file, 0);
}

crs_status crs__hdf5_child_refuse(const crs__data_file *file, crs_error *err)
{
    crs__hdf5_child_stop(file);
    return crs_error_set(err, CRS_EFORMAT,
                         "%s: is damaged: the process that reads HDF5 answers nonsense about it",
                         file->shown);
}

/* 1 where it may be the system that has too little memory, and not the file that asks for much. */
static int is_memory_short(const crs__data_file *file)
{
    struct rlimit limit;
    uint64_t budget = file->state->budget.limit;
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) ||
           (pages > 0 && size > 0 && budget > (uint64_t)pages * (uint64_t)size);
}

/* It has closed the line: by a crash, or because it was ended. */
static crs_status tell_end(const crs__data_file *file, crs_error *err)
{
    int how = collect(file, 1), signal_number = how >= 0 && WIFSIGNALED(how) ? WTERMSIG(how) : 0;
    if (signal_number == SIGXCPU)
        return crs_error_set(err, CRS_EFORMAT,
                             "%s: is damaged: libhdf5 takes more than %llu seconds for it",
                             file->shown, (unsigned long long)seconds_for(file));
    if (signal_number == SIGKILL || (signal_number != 0 && is_memory_short(file)))
        return crs_error_set(err, CRS_ENOMEM,
                             "%s: the process that reads HDF5 was ended (signal %d); is there too "
                             "little memory?",
                             file->shown, signal_number);
    if (signal_number != 0)
        return crs_error_set(err, CRS_EFORMAT, "%s: is damaged: libhdf5 crashes on it (signal %d)",
                             file->shown, signal_number);
    return crs_error_set(err, CRS_EFORMAT,
                         "%s: is damaged: the process that reads HDF5 has ended over it",
                         file->shown);
}

/* ---- the start ------------------------------------------------------------------------------ */

static crs_status refuse_start(const char *advice, const char *cause, crs_error *err)
{
    return crs_error_set(err, CRS_EIO, "part 'hdf5' cannot be started: install %s (%s)", advice,
                         cause);
}

/* Of the environment, what the loader and sanitizers look at; libhdf5 has settings there too. */
static void choose_environment(char **out, size_t room)
{
    static const char *const kept[] = {
        "LD_LIBRARY_PATH=", "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "LSAN_OPTIONS=", "TSAN_OPTIONS="};
    size_t n = 0;
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++)
        for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
            if (n + 1 < room && strncmp(*entry, kept[i], strlen(kept[i])) == 0)
                out[n++] = *entry;
    out[n] = NULL;
}

/* Signals as a new program expects them, whatever this one has made of them. */
static int set_signals(posix_spawnattr_t *how)
{
    sigset_t none, all;
    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    return posix_spawnattr_setsigmask(how, &none) | posix_spawnattr_setsigdefault(how, &all) |
           posix_spawnattr_setflags(how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

/* Start `path` with its descriptors; 0, or the error's number. */
static int spawn(const char *path, char *const *argv, int file, int line, pid_t *pid)
{
    char *environment[8];
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t how;
    int code = posix_spawn_file_actions_init(&actions);
    if (code != 0)
        return code;
    code = posix_spawnattr_init(&how);
    if (code == 0) {
        choose_environment(environment, sizeof environment / sizeof *environment);
        /* the loader's complaints go to the line */
        code = posix_spawn_file_actions_adddup2(&actions, file, FILE_FD) |
               posix_spawn_file_actions_adddup2(&actions, line, LINE_FD) |
               posix_spawn_file_actions_adddup2(&actions, line, STDERR_FILENO);
        code = code != 0 || set_signals(&how) != 0
                   ? ENOMEM
                   : posix_spawn(pid, path, &actions, &how, argv, environment);
        (void)posix_spawnattr_destroy(&how);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    return code;
}

/* A pair of connected sockets and a copy of the file's descriptor, above those they become. */
static int open_lines(int fd, int out[3])
{
    int pair[2], code = 0;
    out[0] = out[1] = out[2] = -1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return errno;
    out[0] = pair[0];
    out[1] = fcntl(pair[1], F_DUPFD_CLOEXEC, ABOVE_THEM);
    if (out[1] >= 0)
        out[2] = fcntl(fd, F_DUPFD_CLOEXEC, ABOVE_THEM);
    if (out[2] < 0)
        code = errno;
    (void)close(pair[1]);
    return code;
}

static void close_lines(const int lines[3], int from)
{
    for (int i = from; i < 3; i++)
        if (lines[i] >= 0)
            (void)close(lines[i]);
}

static crs_status receive(const crs__data_file *file, void *into, size_t n, size_t *got)
{
    char *at = into;
    *got = 0;
    while (*got < n) {
        ssize_t count = recv(state_of(file)->hdf5_line, at + *got, n - *got, 0);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return CRS_EIO;
        *got += (size_t)count;
    }
    return CRS_OK;
}

/* The greeting; else what the loader had to say, as far as it came. */
static crs_status greet(const crs__data_file *file, const char *path, crs_error *err)
{
    struct {
        crs__hdf5_frame frame;
        char text[512];
    } hello = {{0, 0}, ""};
    const char *words = (const char *)&hello, *version = crs_version();
    char shown[160];
    size_t got, n = strlen(version), more = 0;
    crs_status status = receive(file, &hello, sizeof hello.frame + n, &got);
    if (status == CRS_OK && hello.frame.kind == CRS__HDF5_HELLO && hello.frame.length == n &&
        memcmp(hello.text, version, n) == 0)
        return CRS_OK;
    if (got < sizeof hello.frame || hello.frame.kind != CRS__HDF5_HELLO) {
        if (status == CRS_OK)
            (void)receive(file, (char *)&hello + got, sizeof hello - got - 1, &more);
        got += more;
        while (got > 0 && words[got - 1] == '\n')
            got--;
        crs__shown_text(words, got, shown, sizeof shown);
        crs__hdf5_child_stop(file);
        return refuse_start("libhdf5-dev", got > 0 ? shown : "it ends at once", err);
    }
    crs__hdf5_child_stop(file);
    return crs_error_set(err, CRS_EIO, "part 'hdf5' is not of crease %s: install crease again (%s)",
                         version, path);
}

static crs_status start(const crs__data_file *file, crs_error *err)
{
    char path[PATH_MAX], size[24], memory[24], seconds[24], cause[PATH_MAX + 160], reason[128];
    char *argv[] = {path, size, memory, seconds, NULL};
    crs__data_state *s = state_of(file);
    int lines[3], code;
    if (!CRS_HAVE_HDF5)
        return crs_error_set(err, CRS_EUNSUPPORTED,
                             "%s: this build cannot read HDF5; install libhdf5-dev and build again",
                             file->shown);
    if (!crs__part_find("crease-hdf5", path, sizeof path))
        return crs_error_set(err, CRS_EIO, "part 'hdf5': the library's folder is not known");
    (void)snprintf(size, sizeof size, "%llu", (unsigned long long)file->size);
    (void)snprintf(memory, sizeof memory, "%llu", (unsigned long long)s->budget.limit);
    (void)snprintf(seconds, sizeof seconds, "%llu", (unsigned long long)seconds_for(file));
    code = open_lines(file->fd, lines);
    if (code == 0)
        code = spawn(path, argv, lines[2], lines[1], &s->hdf5_pid);
    close_lines(lines, code == 0 ? 1 : 0);
    if (code != 0) {
        s->hdf5_pid = 0;
        crs__data_system_text(code, reason, sizeof reason);
        if (code == ENOMEM || code == EAGAIN || code == EMFILE || code == ENFILE)
            return crs_error_set(err, code == ENOMEM ? CRS_ENOMEM : CRS_EIO,
                                 "%s: no process to read HDF5 can be started: %s", file->shown,
                                 reason);
        (void)snprintf(cause, sizeof cause, "%s: cannot open: %s", path, reason);
        return refuse_start("crease again", cause, err);
    }
    s->hdf5_line = lines[0];
    return greet(file, path, err);
}

void crs__hdf5_child_attach(const crs__data_file *file, int line)
{
    state_of(file)->hdf5_line = line;
}

/* ---- a conversation ----------------------------------------------------------------------------- */

crs_status crs__hdf5_child_ask(const crs__data_file *file, crs__hdf5_what what, const char *name,
                               crs_error *err)
{
    crs__hdf5_request request;
    const char *at = (const char *)&request;
    crs_status status = state_of(file)->hdf5_line < 0 ? start(file, err) : CRS_OK;
    memset(&request, 0, sizeof request);
    request.what = (uint32_t)what;
    if (name != NULL)
        (void)snprintf(request.name, sizeof request.name, "%s", name);
    for (size_t n = sizeof request; status == CRS_OK && n > 0;) {
        ssize_t sent = send(state_of(file)->hdf5_line, at, n, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
            return tell_end(file, err);
        at += sent > 0 ? sent : 0;
        n -= sent > 0 ? (size_t)sent : 0;
    }
    return status;
}

static crs_status tell_memory(const crs__data_file *file, const char *reason, crs_error *err)
{
    if (is_memory_short(file))
        return crs_error_set(err, CRS_ENOMEM, "%s: %s", file->shown, reason);
    return crs_error_set(err, CRS_EFORMAT, "%s: %s; --max-memory allows more", file->shown, reason);
}

/* It does not do what it was asked to, and says why. */
static crs_status take_refusal(const crs__data_file *file, uint32_t length, crs_error *err)
{
    struct {
        uint32_t status;
        char text[CRS__HDF5_TEXT];
    } reason;
    char shown[CRS__HDF5_TEXT + 8];
    size_t got;
    if (length < sizeof reason.status || length > sizeof reason)
        return crs__hdf5_child_refuse(file, err);
    if (receive(file, &reason, length, &got) != CRS_OK)
        return tell_end(file, err);
    crs__shown_text(reason.text, length - sizeof reason.status, shown, sizeof shown);
    /* asked for an array; what answers so to anything else is refused in words, too */
    if (reason.status == (uint32_t)CRS_ENOENT)
        return crs_error_set(err, CRS_ENOENT, "%s: %s", file->shown, shown);
    if (reason.status == (uint32_t)CRS_ENOMEM)
        return tell_memory(file, shown, err);
    return crs_error_set(
        err, reason.status == (uint32_t)CRS_EUNSUPPORTED ? CRS_EUNSUPPORTED : CRS_EFORMAT, "%s: %s",
        file->shown, shown);
}

crs_status crs__hdf5_child_next(const crs__data_file *file, crs__hdf5_kind kind, size_t least,
                                size_t most, void *into, size_t *n, int *is_done, crs_error *err)
{
    crs__hdf5_frame frame;
    size_t got;
    *is_done = 0;
    *n = 0;
    if (receive(file, &frame, sizeof frame, &got) != CRS_OK)
        return tell_end(file, err);
    *is_done = frame.kind == CRS__HDF5_DONE && frame.length == 0;
    if (*is_done)
        return CRS_OK;
    if (frame.kind == CRS__HDF5_REFUSED)
        return take_refusal(file, frame.length, err);
    if (frame.kind != (uint32_t)kind || frame.length < least || frame.length > most)
        return crs__hdf5_child_refuse(file, err);
    *n = frame.length;
    if (into == NULL) /* to be taken bit by bit */
        return CRS_OK;
    return receive(file, into, frame.length, &got) == CRS_OK ? CRS_OK : tell_end(file, err);
}

crs_status crs__hdf5_child_data(const crs__data_file *file, void *into, size_t n, size_t *got,
                                crs_error *err)
{
    crs__data_state *s = state_of(file);
    int is_done = 0;
    crs_status status = CRS_OK;
    *got = 0;
    if (s->hdf5_left == 0)
        status = crs__hdf5_child_next(file, CRS__HDF5_DATA, 1, CRS__HDF5_BLOCK, NULL, &s->hdf5_left,
                                      &is_done, err);
    if (status != CRS_OK || is_done)
        return status;
    n = n < s->hdf5_left ? n : s->hdf5_left;
    if (receive(file, into, n, got) != CRS_OK)
        return tell_end(file, err);
    s->hdf5_left -= *got;
    return CRS_OK;
}
