#include "output.h"

#include "memory.h"
#include "message.h"
#include "paths.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct cli_output {
    const char *command;
    const char *path; /* as the user wrote it */
    char *own_path;   /* the same, where it outlives the caller's */
    crs_sink sink;
    bool is_stdout; /* through stdio: main() flushes it */
    bool finished;  /* all bytes are where they go */
    bool placed;    /* it has its name */
    bool is_new;    /* nothing had that name before */
    int fd;         /* written directly; -1: it is not */
    int error;      /* errno of the first write that failed, 0 for none */
    scratch scratch;
    size_t held; /* bytes of `buffer` that are not written yet */
    path_place place;
    char buffer[1 << 16]; /* writers hand over a few bytes at a time */
};

void output_handle_signals(void)
{
    scratch_handle_signals();
}

/* ---- writing ------------------------------------------------------------------- */

/* CRS_EIO, and the first reason kept in file->error. */
static crs_status write_now(cli_output *file, const char *from, size_t n)
{
    int fd = file->fd >= 0 ? file->fd : file->scratch.fd;
    while (n > 0) {
        ssize_t done = write(fd, from, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0) {
            file->error = done < 0 ? errno : EIO;
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
    if (file->is_stdout) {
        errno = 0;
        if (fwrite(bytes, 1, n, stdout) == n)
            return CRS_OK;
        file->error = errno != 0 ? errno : EIO;
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
    scratch_drop(&file->scratch);
    free(file->own_path);
    free(file);
}

/* The reason in the system's words. A path that leads nowhere is the user's to correct. */
static exit_status fail_path(const cli_output *file, int error)
{
    bool nowhere = error == ENOENT && file->place.file[0] == '\0';
    bool input =
        nowhere || error == EISDIR || error == ENOTDIR || error == ENAMETOOLONG || error == ELOOP;
    return fail(input ? EXIT_INPUT : EXIT_SYSTEM, file->command, "cannot write %s: %s", file->path,
                nowhere ? "no such folder" : strerror(error));
}

/* ---- opening --------------------------------------------------------------------- */

static int open_directly(cli_output *file)
{
    do {
        file->fd = file->place.fd >= 0 ? fcntl(file->place.fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
                                       : open(file->path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    } while (file->fd < 0 && errno == EINTR);
    return file->fd < 0 ? -1 : 0;
}

static int open_scratch(cli_output *file)
{
    const path_place *place = &file->place;
    if (place->exists && access(place->file, W_OK) != 0) /* a read-only file is not replaced */
        return -1;
    file->is_new = !place->exists;
    return scratch_open(place->file, place->exists ? &place->info : NULL, &file->scratch);
}

static int open_place(cli_output *file)
{
    if (file->place.fd == STDOUT_FILENO) {
        file->path = "standard output";
        file->is_stdout = true;
        return 0;
    }
    return file->place.file[0] == '\0' ? open_directly(file) : open_scratch(file);
}

exit_status output_open(const char *command, const char *path, cli_output **out)
{
    exit_status status;
    cli_output *file = memory_get(1, sizeof *file);
    *out = NULL;
    if (file == NULL)
        return fail(EXIT_SYSTEM, command, "out of memory");
    file->command = command;
    file->path = path;
    file->sink.write = write_all;
    file->sink.ctx = file;
    file->fd = -1;
    file->scratch = (scratch){-1, -1, -1, NULL};
    if (path_find(path, &file->place) != 0) {
        int error = errno;
        file->place.file[0] = '\0';
        status = fail_path(file, error);
    } else {
        status = paths_refuse_input(command, path, &file->place);
        if (status == EXIT_DONE && open_place(file) != 0)
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

/* All of it on the disk, or with whom it was written to. False: file->error says why. */
static bool finish(cli_output *file)
{
    int code = 0;
    if (file->error == 0 && memory_failed()) /* something may be missing from it */
        file->error = ENOMEM;
    if (file->error != 0 || file->finished || file->is_stdout)
        return file->error == 0;
    if (write_held(file) != CRS_OK)
        return false;
    if (file->scratch.path != NULL) {
        code = scratch_finish(&file->scratch);
    } else {
        code = close(file->fd);
        file->fd = -1;
        if (code != 0 && errno == EINTR)
            code = 0;
    }
    file->finished = code == 0;
    file->error = code == 0 ? 0 : errno;
    return file->finished;
}

/* One of several keeps what it replaces until all have their names. */
static bool place(cli_output *file, bool keep)
{
    if (file->scratch.path == NULL)
        return true;
    file->placed = scratch_place(&file->scratch, file->place.file, keep && !file->is_new) == 0;
    file->error = file->placed ? 0 : errno;
    return file->placed;
}

static bool same_folder(const cli_output *a, const cli_output *b)
{
    size_t n = (size_t)(strrchr(a->place.file, '/') - a->place.file);
    return strncmp(a->place.file, b->place.file, n + 1) == 0 &&
           strchr(b->place.file + n + 1, '/') == NULL;
}

/* A folder once. */
static bool sync_folders(const output_set *set, size_t *failed)
{
    for (size_t i = 0; i < set->n; i++) {
        bool done = !set->file[i]->placed;
        for (size_t k = 0; k < i && !done; k++)
            done = set->file[k]->placed && same_folder(set->file[i], set->file[k]);
        if (!done && scratch_sync_folder(set->file[i]->place.file) != 0) {
            set->file[i]->error = errno;
            *failed = i;
            return false;
        }
    }
    return true;
}

static bool finish_all(const output_set *set, size_t *failed)
{
    for (*failed = 0; *failed < set->n; ++*failed) {
        if (!finish(set->file[*failed]))
            return false;
    }
    return true;
}

static bool place_all(const output_set *set, size_t *failed)
{
    for (*failed = 0; *failed < set->n; ++*failed) {
        if (!place(set->file[*failed], set->n > 1))
            return false;
    }
    return sync_folders(set, failed);
}

/* What is new goes, and what was replaced comes back, as far as the file system can do that. */
static exit_status fail_set(output_set *set, size_t failed)
{
    exit_status status = fail_path(set->file[failed], set->file[failed]->error);
    for (size_t i = 0; i < set->n; i++) {
        if (set->file[i]->placed)
            scratch_take_back(&set->file[i]->scratch, set->file[i]->place.file,
                              set->file[i]->is_new);
    }
    return output_set_abandon(set, status);
}

exit_status output_set_finish(output_set *set)
{
    size_t failed;
    return finish_all(set, &failed) ? EXIT_DONE : fail_set(set, failed);
}

exit_status output_set_commit(output_set *set)
{
    size_t failed;
    if (!finish_all(set, &failed) || !place_all(set, &failed))
        return fail_set(set, failed);
    return output_set_abandon(set, EXIT_DONE); /* releases them: what is placed stays */
}

exit_status output_set_abandon(output_set *set, exit_status status)
{
    for (size_t i = 0; i < set->n; i++)
        release(set->file[i]);
    set->n = 0;
    return status;
}

/* ---- what waits for the answer ------------------------------------------------------ */

static output_set kept_back;

exit_status output_set_keep_back(output_set *set)
{
    size_t failed;
    if (set->n > OUTPUT_SET_MAX - kept_back.n)
        return output_set_commit(set);
    if (!finish_all(set, &failed))
        return fail_set(set, failed);
    for (size_t i = 0; i < set->n; i++) {
        cli_output *file = set->file[i];
        file->own_path = memory_copy(file->path);
        if (file->own_path == NULL)
            return output_set_abandon(set, fail(EXIT_SYSTEM, file->command, "out of memory"));
        file->path = file->own_path;
    }
    for (size_t i = 0; i < set->n; i++)
        kept_back.file[kept_back.n++] = set->file[i];
    set->n = 0;
    return EXIT_DONE;
}

exit_status output_place(void)
{
    if (memory_failed())
        return output_set_abandon(&kept_back, fail(EXIT_SYSTEM, NULL, "out of memory"));
    return output_set_commit(&kept_back);
}

exit_status output_settle(exit_status status)
{
    exit_status placed;
    if (status != EXIT_DONE && status != EXIT_WRONG)
        return output_set_abandon(&kept_back, status);
    placed = output_place();
    return placed == EXIT_DONE ? status : placed;
}

exit_status output_commit(cli_output *file)
{
    output_set one = {1, {file}};
    return output_set_commit(&one);
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
    release(file);
    return status;
}

exit_status output_end(cli_output *file, crs_status written, const crs_error *error,
                       output_set *set)
{
    const char *command = file->command;
    exit_status status;
    if (written == CRS_OK && file->error == 0) {
        if (set == NULL) {
            output_set one = {1, {file}};
            return output_set_keep_back(&one);
        }
        set->file[set->n++] = file;
        return EXIT_DONE;
    }
    status = output_abandon(file, error);
    if (status != EXIT_DONE)
        return status;
    return fail(exit_status_of(written), command, "%s",
                written == CRS_ENOMEM ? "out of memory" : "an output could not be written");
}
