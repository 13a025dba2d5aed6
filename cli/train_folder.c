/* crease train: the folder of a run. */
#include "json.h"
#include "message.h"
#include "output.h"
#include "train.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* "model.safetensors" and "model.run" lie side by side. */
static char *default_folder(const char *output)
{
    const char *slash = strrchr(output, '/'), *dot = strrchr(output, '.');
    size_t stem = dot != NULL && (slash == NULL || dot > slash + 1) && dot != output
                      ? (size_t)(dot - output)
                      : strlen(output);
    char *folder = malloc(stem + sizeof ".run");
    if (folder == NULL)
        return NULL;
    memcpy(folder, output, stem);
    memcpy(folder + stem, ".run", sizeof ".run");
    return folder;
}

/* What a run that was killed had begun to write. */
static void remove_begun(const train_job *j)
{
    DIR *folder = opendir(j->folder);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        char *path =
            strstr(entry->d_name, ".part-") == NULL ? NULL : train_folder_path(j, entry->d_name);
        if (path != NULL)
            (void)unlink(path);
        free(path);
    }
    if (folder != NULL)
        (void)closedir(folder);
}

exit_status train_folder_prepare(train_job *j)
{
    struct stat info;
    if (j->v.no_run && j->v.resume)
        return fail(EXIT_INPUT, TRAIN_NAME, "--resume wants the run's folder; not --no-run");
    if (j->v.no_run)
        return EXIT_DONE;
    j->folder = j->v.run != NULL ? strdup(j->v.run) : default_folder(j->v.output);
    if (j->folder == NULL)
        return fail(EXIT_SYSTEM, TRAIN_NAME, "out of memory");
    if (strcmp(j->folder, j->v.output) == 0)
        return fail(
            EXIT_INPUT, TRAIN_NAME,
            "-o %s: the run's folder would have that name; expected another, or --run FOLDER",
            j->v.output);
    j->folder_is_new = mkdir(j->folder, 0777) == 0;
    if (j->folder_is_new)
        return EXIT_DONE;
    if (errno == EEXIST && stat(j->folder, &info) == 0 && S_ISDIR(info.st_mode)) {
        remove_begun(j);
        return EXIT_DONE;
    }
    return fail(errno == ENOENT || errno == ENOTDIR || errno == EEXIST ? EXIT_INPUT : EXIT_SYSTEM,
                TRAIN_NAME, "cannot make the folder %s: %s", j->folder,
                errno == EEXIST ? "a file has that name" : strerror(errno));
}

char *train_folder_path(const train_job *j, const char *name)
{
    size_t n = strlen(j->folder) + strlen(name) + 2;
    char *path = malloc(n);
    if (path != NULL)
        (void)snprintf(path, n, "%s/%s", j->folder, name);
    return path;
}

void train_folder_clear(const train_job *j)
{
    static const char *const names[] = {"settings.json",         "curves.csv",  "curves.jsonl",
                                        "pictures.svg",          "report.html", "result.json",
                                        "checkpoint.safetensors"};
    for (size_t i = 0; !j->folder_is_new && i < sizeof names / sizeof *names; i++) {
        char *path = train_folder_path(j, names[i]);
        if (path != NULL)
            (void)unlink(path);
        free(path);
    }
}

/* ---- one file ------------------------------------------------------------------------------ */

/* Writes a run's file into `out`; CRS_OK, or what the sink said. */
typedef crs_status (*run_file)(const train_job *j, const crs_sink *out);

static exit_status write_file(const train_job *j, const char *name, run_file write)
{
    char *path = train_folder_path(j, name);
    cli_output *file;
    exit_status status;
    if (path == NULL)
        return fail(EXIT_SYSTEM, TRAIN_NAME, "out of memory");
    status = output_open(TRAIN_NAME, path, &file);
    if (status == EXIT_DONE)
        status = write(j, output_sink(file)) == CRS_OK ? output_commit(file)
                                                       : output_abandon(file, NULL);
    free(path);
    return status;
}

static crs_status put_text(const crs_sink *out, const char *text)
{
    return out->write(out->ctx, text, strlen(text));
}

static int put_json(const char *bytes, size_t n, void *ctx)
{
    const crs_sink *out = ctx;
    return out->write(out->ctx, bytes, n) == CRS_OK ? 0 : -1;
}

/* ---- curves ---------------------------------------------------------------------------------- */

static const char *const columns[] = {"epoch",      "lr",           "cost",      "metric",
                                      "valid_cost", "valid_metric", "kink_hits", "dead_units"};
enum { COLUMNS = sizeof columns / sizeof *columns };

static const double *cells(const crs_fit_record *r, double row[COLUMNS])
{
    const double values[COLUMNS] = {r->epoch,      r->lr,           r->cost,      r->metric,
                                    r->valid_cost, r->valid_metric, r->kink_hits, r->dead_units};
    memcpy(row, values, sizeof values);
    return row;
}

/* What is not known is an empty field. */
static crs_status put_csv(const train_job *j, const crs_sink *out)
{
    size_t n;
    double row[COLUMNS];
    const crs_fit_record *records = crs_fit_records(j->fit, &n);
    crs_status status = CRS_OK;
    for (size_t c = 0; c < COLUMNS && status == CRS_OK; c++) {
        status = put_text(out, columns[c]);
        if (status == CRS_OK)
            status = put_text(out, c + 1 < COLUMNS ? "," : "\n");
    }
    for (size_t i = 0; i < n && status == CRS_OK; i++) {
        char line[COLUMNS * 32];
        size_t at = 0;
        cells(&records[i], row);
        for (size_t c = 0; c < COLUMNS; c++) {
            if (isfinite(row[c]))
                at += (size_t)snprintf(line + at, sizeof line - at, "%.17g", row[c]);
            line[at++] = c + 1 < COLUMNS ? ',' : '\n';
        }
        status = out->write(out->ctx, line, at);
    }
    return status;
}

static json_t *record_json(const crs_fit_record *r)
{
    double row[COLUMNS];
    json_t *object = json_object();
    cells(r, row);
    for (size_t c = 0; c < COLUMNS && object != NULL; c++) {
        int whole = c == 0 || c >= COLUMNS - 2;
        (void)json_object_set_new(object, columns[c],
                                  whole && isfinite(row[c]) ? json_integer((json_int_t)row[c])
                                                            : json_number(row[c]));
    }
    return object;
}

json_t *train_history_json(const train_job *j)
{
    size_t n;
    const crs_fit_record *records = crs_fit_records(j->fit, &n);
    json_t *list = json_array();
    for (size_t i = 0; i < n && list != NULL; i++)
        (void)json_array_append_new(list, record_json(&records[i]));
    return list;
}

static crs_status put_lines(const train_job *j, const crs_sink *out)
{
    size_t n;
    const crs_fit_record *records = crs_fit_records(j->fit, &n);
    crs_status status = CRS_OK;
    for (size_t i = 0; i < n && status == CRS_OK; i++) {
        json_t *record = record_json(&records[i]);
        if (record == NULL)
            return CRS_ENOMEM;
        status = json_dump_callback(record, put_json, (void *)(uintptr_t)out,
                                    JSON_COMPACT | JSON_REAL_PRECISION(17)) == 0
                     ? put_text(out, "\n")
                     : CRS_EIO;
        json_decref(record);
    }
    return status;
}

exit_status train_folder_write_curves(const train_job *j)
{
    exit_status status = write_file(j, "curves.csv", put_csv);
    return status == EXIT_DONE ? write_file(j, "curves.jsonl", put_lines) : status;
}

/* ---- settings and result ----------------------------------------------------------------------- */

static crs_status put_object(json_t *object, const crs_sink *out)
{
    crs_status status;
    if (object == NULL)
        return CRS_ENOMEM;
    status = json_dump_callback(object, put_json, (void *)(uintptr_t)out,
                                JSON_INDENT(2) | JSON_REAL_PRECISION(17)) == 0
                 ? put_text(out, "\n")
                 : CRS_EIO;
    json_decref(object);
    return status;
}

static crs_status put_settings(const train_job *j, const crs_sink *out)
{
    return put_object(train_settings_json(j), out);
}

static crs_status put_result(const train_job *j, const crs_sink *out)
{
    return put_object(train_json(j), out);
}

exit_status train_folder_write_settings(const train_job *j)
{
    return write_file(j, "settings.json", put_settings);
}

/* One of the run's files by its name, through `write`. */
static exit_status write_named(const train_job *j, const char *name,
                               exit_status (*write)(const train_job *j, const char *path))
{
    char *path = train_folder_path(j, name);
    exit_status status =
        path == NULL ? fail(EXIT_SYSTEM, TRAIN_NAME, "out of memory") : write(j, path);
    free(path);
    return status;
}

exit_status train_folder_write_result(const train_job *j)
{
    exit_status status = write_named(j, "pictures.svg", train_draw);
    if (status == EXIT_DONE)
        status = write_named(j, "report.html", train_report);
    return status == EXIT_DONE ? write_file(j, "result.json", put_result) : status;
}
