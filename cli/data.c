/* crease data: make one of the data sets in two dimensions, as CSV. */
#include "command.h"
#include "json.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "say.h"
#include "source.h"

#include <crease/data.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct data_values {
    const char *output;
    bool list;
    size_t samples, classes, centers;
    double noise, factor, variance;
} data_values;

#define FIELD(name) offsetof(data_values, name)

static const cli_option options[] = {
    {OPTION_OUTPUT, 'o', "output", "FILE", "write there, as CSV; - is standard output",
     FIELD(output), 0, 0},
    {OPTION_FLAG, 'l', "list", NULL, "print names and defaults, make nothing", FIELD(list), 0, 0},
    {OPTION_HEADING, 0, NULL, NULL, "What to make (a data set takes those it has a use for):", 0, 0,
     0},
    {OPTION_COUNT, 'n', "samples", "N", "how many samples", FIELD(samples), 1, 1e8},
    {OPTION_REAL, 0, "noise", "X", "standard deviation of what is added to each coordinate",
     FIELD(noise), 0, 0},
    {OPTION_REAL, 0, "factor", "X", "circles: radius of the inner one over that of the outer one",
     FIELD(factor), 0, 0},
    {OPTION_REAL, 0, "variance", "X", "quantiles: of each coordinate", FIELD(variance), 0, 0},
    {OPTION_COUNT, 0, "classes", "N", "how many classes", FIELD(classes), 1, 256},
    {OPTION_COUNT, 0, "centers", "N", "blobs: how many", FIELD(centers), 1, 1e6},
    {OPTION_END, 0, NULL, NULL, NULL, 0, 0, 0},
};

#define NAME "data"

/* ---- --list -------------------------------------------------------------------- */

static json_t *generator_json(const crs_data_generator *row)
{
    return json_pack("{s:s, s:s, s:I, s:I, s:f, s:I}", "name", row->name, "summary", row->summary,
                     "samples", (json_int_t)row->defaults.n_samples, "seed",
                     (json_int_t)row->defaults.seed, "noise", row->defaults.noise, "classes",
                     (json_int_t)row->defaults.n_classes);
}

static exit_status list_json(void)
{
    json_t *rows = json_array();
    for (size_t i = 0; crs_data_generator_at(i) != NULL && rows != NULL; i++) {
        if (json_array_append_new(rows, generator_json(crs_data_generator_at(i))) != 0) {
            json_decref(rows);
            rows = NULL;
        }
    }
    return json_print(NAME, json_pack("{s:o}", "data", rows));
}

static void list_text(void)
{
    for (size_t i = 0; crs_data_generator_at(i) != NULL; i++) {
        const crs_data_generator *row = crs_data_generator_at(i);
        const crs_data_options *d = &row->defaults;
        say("%-10s %s\n           %zu samples, %zu classes, seed %u", row->name, row->summary,
            d->n_samples, d->n_classes, (unsigned)d->seed);
        if (row->uses & CRS_DATA_USES_NOISE)
            say(", noise %g", d->noise);
        if (row->uses & CRS_DATA_USES_FACTOR)
            say(", factor %g", d->factor);
        if (row->uses & CRS_DATA_USES_VARIANCE)
            say(", variance %g", d->variance);
        if (row->uses & CRS_DATA_USES_CENTERS)
            say(", centers %zu", d->n_centers);
        (void)putchar('\n');
    }
}

/* ---- making one ------------------------------------------------------------------ */

static unsigned uses_of(const char *name)
{
    for (size_t i = 0; crs_data_generator_at(i) != NULL; i++) {
        if (strcmp(name, crs_data_generator_at(i)->name) == 0)
            return crs_data_generator_at(i)->uses;
    }
    return 0;
}

/* Put the values that were given over the defaults; one that has no use here is a mistake. */
static exit_status apply(const data_values *v, const char *name, crs_data_options *how)
{
    const struct {
        const char *option;
        unsigned use;
        bool given;
    } rows[] = {
        {"noise", CRS_DATA_USES_NOISE, !isnan(v->noise)},
        {"factor", CRS_DATA_USES_FACTOR, !isnan(v->factor)},
        {"variance", CRS_DATA_USES_VARIANCE, !isnan(v->variance)},
        {"classes", CRS_DATA_USES_CLASSES, v->classes != COUNT_NOT_GIVEN},
        {"centers", CRS_DATA_USES_CENTERS, v->centers != COUNT_NOT_GIVEN},
    };
    unsigned uses = uses_of(name);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].given && !(uses & rows[i].use))
            return fail(EXIT_INPUT, NAME,
                        "%s has no use for --%s (`crease data --list` tells what has)", name,
                        rows[i].option);
    }
    if (v->samples != COUNT_NOT_GIVEN)
        how->n_samples = v->samples;
    if (v->classes != COUNT_NOT_GIVEN)
        how->n_classes = v->classes;
    if (v->centers != COUNT_NOT_GIVEN)
        how->n_centers = v->centers;
    how->noise = isnan(v->noise) ? how->noise : v->noise;
    how->factor = isnan(v->factor) ? how->factor : v->factor;
    how->variance = isnan(v->variance) ? how->variance : v->variance;
    return EXIT_DONE;
}

static exit_status report(const crs_dataset *data, const crs_data_options *how, const char *path,
                          const common_options *common)
{
    if (common->json)
        return json_print(NAME, json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:s}", "name", data->name,
                                          "description", data->description, "samples",
                                          (json_int_t)data->n_samples, "features",
                                          (json_int_t)data->n_features, "classes",
                                          (json_int_t)data->n_classes, "seed",
                                          (json_int_t)how->seed, "file", path));
    if (!common->quiet && strcmp(path, "-") != 0) {
        char shown[PRINTABLE_BYTES];
        say_to(stderr, "wrote %s: %s\n", printable(path, shown), data->description);
    }
    return EXIT_DONE;
}

static exit_status write_csv(const crs_dataset *data, const char *path)
{
    crs_error err;
    cli_output *file;
    exit_status status = output_open(NAME, path, &file);
    if (status != EXIT_DONE)
        return status;
    return output_end(file, crs_data_write_csv(data, output_sink(file), &err), &err, NULL);
}

static exit_status make(const char *name, const data_values *v, const common_options *common)
{
    crs_error err;
    crs_data_options how;
    crs_dataset data;
    exit_status status;
    if (crs_data_defaults(name, &err, &how) != CRS_OK)
        return fail_library(NAME, &err);
    if (common->seed_given)
        how.seed = common->seed;
    status = apply(v, name, &how);
    if (status != EXIT_DONE)
        return status;
    if (crs_data_generate(name, &how, &err, &data) != CRS_OK)
        return fail_library(NAME, &err);
    status = write_csv(&data, v->output);
    if (status == EXIT_DONE)
        status = report(&data, &how, v->output, common);
    crs_dataset_release(&data);
    return status;
}

exit_status command_data(int argc, char **argv)
{
    data_values v = {.samples = COUNT_NOT_GIVEN,
                     .classes = COUNT_NOT_GIVEN,
                     .centers = COUNT_NOT_GIVEN,
                     .noise = NAN,
                     .factor = NAN,
                     .variance = NAN};
    char table[1024];
    char names[256];
    const command_line line = {
        .name = NAME,
        .arguments = "NAME",
        .max_arguments = 1,
        .intro =
            "Make a data set with two features and write it as CSV, a sample a line. The random "
            "numbers are NumPy's: from the same seed the same data.",
        .details = table,
        .options = options,
    };
    common_options common;
    size_t n_arguments;
    char **arguments;
    options_result result;
    source_table(table, sizeof table);
    source_names(names, sizeof names);
    result = options_read(&line, argc, argv, &common, &v, &n_arguments, &arguments);
    if (result != OPTIONS_RUN)
        return options_exit(result);
    if (v.list && common.json)
        return list_json();
    if (v.list) {
        list_text();
        return EXIT_DONE;
    }
    if (n_arguments == 0)
        return fail(EXIT_INPUT, NAME, "which data set? %s", names);
    if (v.output == NULL)
        return fail(EXIT_INPUT, NAME, "where to? -o FILE writes a file, -o - to standard output");
    if (common.json && strcmp(v.output, "-") == 0)
        return fail(EXIT_INPUT, NAME, "--json and -o - cannot both have standard output");
    return make(arguments[0], &v, &common);
}
