/* crease train: the folder of a run. */
#include "memory.h"
#include "message.h"
#include "output.h"
#include "paths.h"
#include "scratch.h"
#include "train.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static const char *const names[N_RUN_FILES] = {
    [RUN_SETTINGS] = "settings.json",
    [RUN_CURVES] = "curves.csv",
    [RUN_RECORDS] = "curves.jsonl",
    [RUN_PICTURES] = "pictures.svg",
    [RUN_REPORT] = "report.html",
    [RUN_RESULT] = "result.json",
    [RUN_CHECKPOINT] = "checkpoint.safetensors",
};

/* ---- which folder ------------------------------------------------------------------------- */

/* "model.safetensors" and "model.run" are in the same folder. */
static char *default_folder(const char *output)
{
    const char *slash = strrchr(output, '/'), *dot = strrchr(output, '.');
    size_t stem = dot != NULL && (slash == NULL || dot > slash + 1) && dot != output
                      ? (size_t)(dot - output)
                      : strlen(output);
    char *folder = memory_get(stem + sizeof ".run", 1);
    if (folder == NULL)
        return NULL;
    memcpy(folder, output, stem);
    memcpy(folder + stem, ".run", sizeof ".run");
    return folder;
}

/* The first bytes of a run's file as text without white space; false: it cannot be read. */
static bool read_head(const char *path, char *text, size_t size)
{
    char head[512];
    size_t n = 0, at = 0;
    ssize_t got = 1;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), error;
    text[0] = '\0';
    if (fd < 0)
        return errno == ENOENT || errno == ENXIO;
    while (n < sizeof head && got != 0) {
        got = read(fd, head + n, sizeof head - n);
        if (got < 0 && errno != EINTR)
            break;
        n += got > 0 ? (size_t)got : 0;
    }
    error = got < 0 ? errno : 0;
    (void)close(fd);
    errno = error;
    for (size_t i = 0; i < n && at + 1 < size; i++) {
        if (head[i] != '\0' && strchr(" \t\r\n", head[i]) == NULL)
            text[at++] = head[i];
    }
    text[at] = '\0';
    return got >= 0 || error == EISDIR;
}

/* Whether `crease train` wrote settings or a checkpoint there. */
static exit_status find_run(const train_job *j, bool *is_run)
{
    char settings[600], checkpoint[600];
    if (!read_head(j->file[RUN_SETTINGS], settings, sizeof settings) ||
        !read_head(j->file[RUN_CHECKPOINT], checkpoint, sizeof checkpoint))
        return fail(EXIT_SYSTEM, TRAIN_NAME, "cannot read the folder %s: %s", j->folder,
                    strerror(errno));
    *is_run = (strncmp(settings, "{\"crease\":\"", 11) == 0 &&
               strstr(settings, "\"command\":\"crease") != NULL) ||
              strstr(checkpoint, "\"crease_checkpoint\":") != NULL;
    return EXIT_DONE;
}

/* Whether there is nothing in the folder but what a killed run had begun to write. */
static exit_status find_empty(const train_job *j, bool *is_empty)
{
    struct dirent *entry = NULL;
    DIR *files = opendir(j->folder);
    int error = files == NULL ? errno : 0;
    *is_empty = true;
    while (error == 0 && *is_empty) {
        errno = 0;
        entry = readdir(files);
        if (entry == NULL) {
            error = errno;
            break;
        }
        *is_empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
                    scratch_is_name(entry->d_name, N_RUN_FILES, names);
    }
    if (files != NULL)
        (void)closedir(files);
    return error == 0 ? EXIT_DONE
                      : fail(EXIT_SYSTEM, TRAIN_NAME, "cannot read the folder %s: %s", j->folder,
                             strerror(error));
}

/* Nothing in a folder that crease has not made is replaced. */
static exit_status refuse_foreign(const train_job *j)
{
    bool is_run = false, is_empty = false;
    exit_status status = find_run(j, &is_run);
    if (status == EXIT_DONE && !is_run)
        status = find_empty(j, &is_empty);
    if (status != EXIT_DONE || is_run || is_empty)
        return status;
    return fail(EXIT_INPUT, TRAIN_NAME,
                "the folder %s has files, and is not a run of crease; expected a new or empty "
                "folder, or a run (--run FOLDER, or --no-run)",
                j->folder);
}

static exit_status name_files(train_job *j)
{
    for (size_t i = 0; i < N_RUN_FILES; i++) {
        size_t n = strlen(j->folder) + strlen(names[i]) + 2;
        j->file[i] = memory_get(n, 1);
        if (j->file[i] == NULL)
            return fail(EXIT_SYSTEM, TRAIN_NAME, "out of memory");
        (void)snprintf(j->file[i], n, "%s/%s", j->folder, names[i]);
    }
    return EXIT_DONE;
}

exit_status train_folder_choose(train_job *j)
{
    struct stat info;
    exit_status status;
    if (j->v.no_run && j->v.resume)
        return fail(EXIT_INPUT, TRAIN_NAME, "--resume wants the run's folder; not --no-run");
    if (j->v.no_run)
        return EXIT_DONE;
    j->folder = j->v.run != NULL ? memory_copy(j->v.run) : default_folder(j->v.output);
    if (j->folder == NULL)
        return fail(EXIT_SYSTEM, TRAIN_NAME, "out of memory");
    if (strcmp(j->folder, j->v.output) == 0)
        return fail(
            EXIT_INPUT, TRAIN_NAME,
            "-o %s: the run's folder would have that name; expected another, or --run FOLDER",
            j->v.output);
    status = name_files(j);
    for (size_t i = 0; i < N_RUN_FILES && status == EXIT_DONE; i++)
        status = paths_output(TRAIN_NAME, "run", j->file[i]);
    if (status == EXIT_DONE && stat(j->folder, &info) == 0 && S_ISDIR(info.st_mode))
        status = refuse_foreign(j);
    return status;
}

/* ---- making it ---------------------------------------------------------------------------- */

/* One training a folder; the lock goes with the process, however it ends. */
static exit_status lock_folder(train_job *j)
{
    int fd = open(j->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), code;
    if (fd < 0)
        return fail(EXIT_SYSTEM, TRAIN_NAME, "cannot read the folder %s: %s", j->folder,
                    strerror(errno));
    do {
        code = flock(fd, LOCK_EX | LOCK_NB);
    } while (code != 0 && errno == EINTR);
    if (code != 0 && errno == EWOULDBLOCK) {
        (void)close(fd);
        return fail(EXIT_INPUT, TRAIN_NAME,
                    "another training is writing to the folder %s; expected another (--run FOLDER)",
                    j->folder);
    }
    j->folder_lock = fd; /* a file system without locks has none */
    return EXIT_DONE;
}

static exit_status fail_make(const train_job *j, int error)
{
    return fail(error == ENOENT || error == ENOTDIR || error == EEXIST ? EXIT_INPUT : EXIT_SYSTEM,
                TRAIN_NAME, "cannot make the folder %s: %s", j->folder,
                error == EEXIST ? "a file has that name" : strerror(error));
}

exit_status train_folder_prepare(train_job *j)
{
    path_place place;
    struct stat info;
    exit_status status;
    if (j->folder == NULL)
        return EXIT_DONE;
    j->folder_is_new = mkdir(j->folder, 0777) == 0;
    if (!j->folder_is_new &&
        (errno != EEXIST || stat(j->folder, &info) != 0 || !S_ISDIR(info.st_mode)))
        return fail_make(j, errno);
    status = lock_folder(j);
    if (status != EXIT_DONE)
        return status;
    /* The name of a new folder is on the disk too. */
    if (j->folder_is_new && path_find(j->file[0], &place) == 0) {
        *strrchr(place.file, '/') = '\0';
        if (scratch_sync_folder(place.file) != 0)
            return fail_make(j, errno);
    }
    scratch_sweep(j->folder, N_RUN_FILES, names);
    for (size_t i = 0; i < N_RUN_FILES; i++)
        j->has_old_run |= i != RUN_SETTINGS && access(j->file[i], F_OK) == 0;
    return EXIT_DONE;
}

void train_folder_release(train_job *j)
{
    if (j->folder_lock >= 0)
        (void)close(j->folder_lock);
    for (size_t i = 0; i < N_RUN_FILES; i++)
        free(j->file[i]);
    free(j->folder);
}

/* ---- one file ------------------------------------------------------------------------------ */

/* Writes a run's file into `out`; CRS_OK, or what the sink said. */
typedef crs_status (*run_file)(const train_job *j, const crs_sink *out);

/* Into `set`; NULL: at once in its place, where a run that is killed goes on from. */
static exit_status write_file(const train_job *j, run_file_id id, run_file write, output_set *set)
{
    output_set own = {0};
    cli_output *file;
    exit_status status = output_open(TRAIN_NAME, j->file[id], &file);
    if (status == EXIT_DONE)
        status = output_end(file, write(j, output_sink(file)), NULL, set == NULL ? &own : set);
    return status == EXIT_DONE ? output_set_commit(&own) : status;
}

static crs_status put_settings(const train_job *j, const crs_sink *out)
{
    return train_put_json(train_settings_json(j), false, out);
}

static crs_status put_result(const train_job *j, const crs_sink *out)
{
    return train_put_json(train_json(j), false, out);
}

static crs_status put_checkpoint(const train_job *j, const crs_sink *out)
{
    return out->write(out->ctx, j->checkpoint.bytes, j->checkpoint.n);
}

exit_status train_folder_write_curves(const train_job *j, output_set *set)
{
    output_set own = {0};
    output_set *use = set == NULL ? &own : set;
    exit_status status = write_file(j, RUN_CURVES, train_put_csv, use);
    if (status == EXIT_DONE)
        status = write_file(j, RUN_RECORDS, train_put_lines, use);
    return status == EXIT_DONE ? output_set_commit(&own) : output_set_abandon(&own, status);
}

exit_status train_folder_write_settings(const train_job *j)
{
    return write_file(j, RUN_SETTINGS, put_settings, NULL);
}

exit_status train_folder_write_checkpoint(const train_job *j)
{
    return write_file(j, RUN_CHECKPOINT, put_checkpoint, NULL);
}

exit_status train_folder_write_result(const train_job *j, output_set *set)
{
    exit_status status = train_draw(j, j->file[RUN_PICTURES], set);
    if (status == EXIT_DONE)
        status = train_report(j, j->file[RUN_REPORT], set);
    return status == EXIT_DONE ? write_file(j, RUN_RESULT, put_result, set) : status;
}

/* ---- in place of an earlier run ------------------------------------------------------------- */

/* What the new run has not got yet. */
static void remove_old_result(const train_job *j)
{
    static const run_file_id old[] = {RUN_PICTURES, RUN_REPORT, RUN_RESULT};
    for (size_t i = 0; i < sizeof old / sizeof *old; i++)
        (void)unlink(j->file[old[i]]);
    (void)scratch_sync_folder(j->file[RUN_RESULT]);
}

/*
 * The checkpoint takes its place first, at once: before that moment the old run is whole, after
 * it the new one can go on. All that can fail for want of space has been done before.
 */
exit_status train_folder_replace(train_job *j)
{
    output_set checkpoint = {0}, others = {0};
    exit_status status = write_file(j, RUN_CHECKPOINT, put_checkpoint, &checkpoint);
    if (status == EXIT_DONE)
        status = write_file(j, RUN_SETTINGS, put_settings, &others);
    if (status == EXIT_DONE)
        status = train_folder_write_curves(j, &others);
    if (status == EXIT_DONE)
        status = output_set_finish(&others);
    if (status == EXIT_DONE)
        status = output_set_commit(&checkpoint);
    if (status == EXIT_DONE)
        status = output_set_commit(&others);
    (void)output_set_abandon(&checkpoint, status);
    (void)output_set_abandon(&others, status);
    if (status != EXIT_DONE)
        return status;
    remove_old_result(j);
    j->has_old_run = false;
    return EXIT_DONE;
}
