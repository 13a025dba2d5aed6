#include "source.h"

#include "message.h"
#include "options.h"
#include "suggest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

void source_names(char *text, size_t size)
{
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; crs_data_generator_at(i) != NULL && length < size; i++)
        length += (size_t)snprintf(text + length, size - length, "%s%s", i == 0 ? "" : ", ",
                                   crs_data_generator_at(i)->name);
}

void source_table(char *text, size_t size)
{
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; crs_data_generator_at(i) != NULL && length < size; i++) {
        const crs_data_generator *row = crs_data_generator_at(i);
        length += (size_t)snprintf(text + length, size - length, "%s  %-9s %s", i == 0 ? "" : "\n",
                                   row->name, row->summary);
    }
}

bool source_is_generator(const char *name)
{
    for (size_t i = 0; crs_data_generator_at(i) != NULL; i++) {
        if (strcmp(name, crs_data_generator_at(i)->name) == 0)
            return true;
    }
    return false;
}

/* A word without a file behind it was meant to be a generator, or a file elsewhere. */
static crs_status refuse_unknown(const char *name, crs_error *err)
{
    char names[256];
    suggestion s;
    suggest_begin(&s, name);
    for (size_t i = 0; crs_data_generator_at(i) != NULL; i++)
        suggest_consider(&s, crs_data_generator_at(i)->name);
    if (s.best != NULL)
        return crs_error_set(err, CRS_ENOENT, "%s: no such file or data set, did you mean '%s'?",
                             name, s.best);
    source_names(names, sizeof names);
    return crs_error_set(err, CRS_ENOENT, "%s: no such file, and no data set crease makes (%s)",
                         name, names);
}

crs_status source_read(const char *name, const uint32_t *seed, const crs_data_read_options *options,
                       crs_error *err, crs_dataset *out)
{
    crs_data_options how;
    crs_data_read_options limited;
    crs_status status;
    struct stat file;
    memset(out, 0, sizeof *out);
    if (!source_is_generator(name)) {
        int missing = stat(name, &file);
        if (missing && (errno == ENOENT || errno == ENOTDIR))
            return refuse_unknown(name, err);
        if (!missing && S_ISDIR(file.st_mode))
            return crs_error_set(err, CRS_EINVAL, "%s: is a folder, expected a file", name);
        crs_data_read_options_init(&limited);
        if (options != NULL)
            limited = *options;
        limited.max_memory = options_max_memory();
        status = crs_data_read(name, &limited, err, out);
    } else {
        status = crs_data_defaults(name, err, &how);
        if (seed != NULL)
            how.seed = *seed;
        if (options != NULL)
            how.dtype = options->dtype;
        if (status == CRS_OK)
            status = crs_data_generate(name, &how, err, out);
    }
    return status;
}

bool source_looks_like_file(const char *text)
{
    return text != NULL && (strpbrk(text, "./") != NULL || strstr(text, "-ubyte") != NULL);
}

exit_status source_fail(const char *command, const crs_data_read_options *options,
                        const crs_error *err)
{
    if (options != NULL && source_looks_like_file(options->target) &&
        (err->status == CRS_ENOENT || err->status == CRS_ESHAPE))
        return fail(EXIT_INPUT, command, "%s; there is no file '%s' either", err->text,
                    options->target);
    return fail_library(command, err);
}

exit_status source_load(const char *command, const char *name, const uint32_t *seed,
                        const crs_data_read_options *options, crs_dataset *out)
{
    crs_error err;
    crs_status status = source_read(name, seed, options, &err, out);
    return status == CRS_OK ? EXIT_DONE : source_fail(command, options, &err);
}

exit_status source_load_single(const char *command, const char *name, const uint32_t *seed,
                               const crs_data_read_options *options, crs_dataset *out)
{
    size_t n;
    exit_status status = source_load(command, name, seed, options, out);
    if (status != EXIT_DONE || out->n_targets <= 1)
        return status;
    n = out->n_targets;
    crs_dataset_release(out);
    return fail(EXIT_INPUT, command, "%s: has %zu targets a sample, expected one", name, n);
}
