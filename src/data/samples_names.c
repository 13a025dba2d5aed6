#include "data/samples_names.h"

#include "core/memory.h"

#include <stdio.h>
#include <string.h>

static crs_status out_of_memory(const crs__data_job *job)
{
    return crs_error_set(job->err, CRS_ENOMEM, "%s: not enough memory to read it",
                         job->file->shown);
}

static void add(void *ctx, const char *name)
{
    crs__array_names *names = ctx;
    if (names->n == names->room) {
        size_t room = 2 * names->room + 8;
        char **grown = crs__realloc(names->name, room, sizeof *grown);
        if (grown == NULL) {
            names->failed = 1;
            return;
        }
        names->name = grown;
        names->room = room;
    }
    names->name[names->n] = crs__strdup(name);
    if (names->name[names->n] == NULL)
        names->failed = 1;
    else
        names->n++;
}

crs_status crs__array_names_list(crs__array_names *names, const crs__array_source *source,
                                 const crs__data_job *job)
{
    crs_status status = source->list(job->file, add, names, job->err);
    return status == CRS_OK && names->failed ? out_of_memory(job) : status;
}

void crs__array_names_release(crs__array_names *names)
{
    for (size_t i = 0; i < names->n; i++)
        crs__free(names->name[i]);
    crs__free(names->name);
    memset(names, 0, sizeof *names);
}

/* "a, b, c" */
static void list(const crs__array_names *names, char *text, size_t size)
{
    char shown[CRS__SHOWN_FIELD];
    size_t used = 0;
    (void)snprintf(text, size, "none");
    for (size_t i = 0; i < names->n; i++) {
        crs__shown_text(names->name[i], strlen(names->name[i]), shown, sizeof shown);
        if (used + strlen(shown) + sizeof ", , ..." > size) {
            (void)snprintf(text + used, size - used, ", ...");
            return;
        }
        (void)snprintf(text + used, size - used, "%s%s", used ? ", " : "", shown);
        used += strlen(text + used);
    }
}

crs_status crs__array_names_refuse(const crs__array_names *names, const crs__array_source *source,
                                   const crs__data_job *job, const char *wanted)
{
    char there[160], shown[CRS__SHOWN_FIELD];
    list(names, there, sizeof there);
    crs__shown_text(wanted, strlen(wanted), shown, sizeof shown);
    return crs_error_set(job->err, CRS_ENOENT, "%s: no %s '%s'; expected one of those there: %s",
                         job->file->shown, source->noun, shown, there);
}

static int ends_with(const char *name, const char *suffix)
{
    size_t n = strlen(name), m = strlen(suffix);
    return n >= m && strcmp(name + n - m, suffix) == 0;
}

static int is_there(const crs__array_names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->name[i], name) == 0)
            return 1;
    return 0;
}

/* The first of some usual names that is there, or the one that ends in `suffix`. */
static crs_status find(const crs__array_names *names, const crs__array_source *source,
                       const crs__data_job *job, const char *const usual[4], const char *suffix,
                       const char **out)
{
    char there[160], wanted[16];
    size_t found = 0;
    for (size_t i = 0; i < 4; i++) {
        if (is_there(names, usual[i])) {
            *out = usual[i];
            return CRS_OK;
        }
    }
    for (size_t i = 0; i < names->n; i++) {
        if (ends_with(names->name[i], suffix)) {
            *out = names->name[i];
            found++;
        }
    }
    if (found == 1)
        return CRS_OK;
    if (found == 0) {
        (void)snprintf(wanted, sizeof wanted, "...%s", suffix);
        return crs__array_names_refuse(names, source, job, wanted);
    }
    list(names, there, sizeof there);
    return crs_error_set(job->err, CRS_EINVAL, "%s: %zu %ss end in '%s', say which; there are %s",
                         job->file->shown, found, source->noun, suffix, there);
}

static crs_status copy(const crs__data_job *job, const char *name, char **out)
{
    *out = crs__strdup(name);
    return *out == NULL ? out_of_memory(job) : CRS_OK;
}

crs_status crs__array_names_x(const crs__array_names *names, const crs__array_source *source,
                              const crs__data_job *job, char **out)
{
    static const char *const usual[4] = {"X", "x", "X_train", "x_train"};
    const char *name = NULL;
    crs_status status;
    if (source->has_names && job->options->features != NULL)
        return copy(job, job->options->features, out);
    if (!source->has_names || (names->n == 1 && job->part == CRS__DATA_FEATURES))
        return copy(job, names->name[0], out);
    status = find(names, source, job, usual, "_x", &name);
    return status == CRS_OK ? copy(job, name, out) : status;
}

/* The name with the x or X at `at` made y (case as it was); *out is freed where it is no name. */
static crs_status try_twin(const crs__array_names *names, const crs__data_job *job, const char *x,
                           size_t at, int capital, char **out)
{
    crs_status status = copy(job, x, out);
    if (status != CRS_OK)
        return status;
    (*out)[at] = capital ? 'Y' : 'y';
    if (is_there(names, *out))
        return CRS_OK;
    crs__free(*out);
    *out = NULL;
    return CRS_OK;
}

/* y with x, X_train with y_train, train_set_x with train_set_y; *out stays NULL without one. */
static crs_status find_twin(const crs__array_names *names, const crs__data_job *job, const char *x,
                            char **out)
{
    size_t n = strlen(x);
    const size_t places[2] = {0, n - 1};
    crs_status status = CRS_OK;
    for (size_t i = 0; i < 4 && n > 0 && status == CRS_OK && *out == NULL; i++) {
        size_t at = places[i / 2], beside = at == 0 ? 1 : at - 1;
        if ((x[at] | 0x20) == 'x' && (n == 1 || x[beside] == '_'))
            status = try_twin(names, job, x, at, (int)(i % 2), out);
    }
    return status;
}

crs_status crs__array_names_y(const crs__array_names *names, const crs__array_source *source,
                              const crs__data_job *job, const char *x, char **out)
{
    static const char *const usual[4] = {"y", "Y", "y_train", "labels"};
    const char *name = NULL;
    crs_status status = CRS_OK;
    if (source->has_names && job->options->target != NULL)
        return copy(job, job->options->target, out);
    if (x == NULL && names->n == 1)
        return copy(job, names->name[0], out);
    if (!source->has_names)
        return CRS_OK;
    if (x != NULL)
        status = find_twin(names, job, x, out);
    if (status != CRS_OK || *out != NULL)
        return status;
    status = find(names, source, job, usual, "_y", &name);
    return status == CRS_OK ? copy(job, name, out) : status;
}
