/* crease check grads: somebody's arrays: which one is wrong, and which bug is it? */
#include "check_grads.h"

#include "again.h"
#include "check.h"
#include "json.h"
#include "memory.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "pictures.h"
#include "say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define NAME CHECK_GRADS_NAME

typedef struct grads_values {
    const char *act, *output, *loss, *samples, *html;
    picture_paths paths;
} grads_values;

#define FIELD(name) offsetof(grads_values, name)

static const cli_option options[] = {
    {OPTION_HEADING, 0, NULL, NULL, "What cannot be found out from the arrays:", 0, 0, 0},
    {OPTION_TEXT, 'a', "act", "ACT,...",
     "activation of the hidden layers, one for all or one each: relu, leaky_relu:0.1, tanh, ...",
     FIELD(act), 0, 0},
    {OPTION_TEXT, 0, "output", "NAME", "of the last layer: sigmoid, softmax, linear, tanh",
     FIELD(output), 0, 0},
    {OPTION_TEXT, 0, "loss", "NAME",
     "bce (binary cross-entropy), ce (categorical, one class a sample), squared", FIELD(loss), 0,
     0},
    {OPTION_TEXT, 0, "samples", "WHERE", "samples lie in columns (as in the course) or rows",
     FIELD(samples), 0, 0},
    {OPTION_HEADING, 0, NULL, NULL, "What to write:", 0, 0, 0},
    {OPTION_OUTPUT, 0, "html", "FILE", "a report with pictures, one file", FIELD(html), 0, 0},
    PICTURE_OPTIONS(grads_values),
    {OPTION_END, 0, NULL, NULL, NULL, 0, 0, 0},
};

static const command_line line = {
    .name = NAME,
    .arguments = "FILE",
    .arguments_are_inputs = true,
    .min_arguments = 1,
    .max_arguments = 1,
    .missing = "which file? as np.savez(\"mine.npz\", X=X, Y=Y, **parameters, **cache, **grads) "
               "makes one",
    .intro =
        "Find the first array in FILE that does not follow from the arrays before it, and name the "
        "bug that made it. Save whatever there is of data, parameters, cache and gradients:\n\n"
        "  np.savez(\"mine.npz\", X=X, Y=Y, **parameters, **cache, **grads)\n\n"
        "with the names W1 b1 Z1 A1 dZ1 dA1 dW1 db1 ... Read are .npz, .npy, .safetensors, .h5 "
        "and MATLAB's .mat (v7.3).",
    .details =
        "Also understood: cost; D1, keep_prob (dropout); lambd (L2); W1_new, lr, beta, vdW1 and "
        "the like (a step); gamma1, mu1, var1, ... (batch normalisation); pool_x ... (max "
        "pooling); PyTorch's 0.weight, fc1.bias, 2.weight.grad. docs/check-grads.md has all of "
        "them.\n\n"
        "Verdicts of an array: match; mismatch (off by more than rounding, of which no tolerance "
        "is chosen by anybody); kink (off only where a z is exactly on a kink, and within the "
        "slopes there); undecided, with the reason.\n\n"
        "Exit status: 0 nothing wrong; 1 an array is wrong; 2 a file that cannot be read or fits "
        "no net; 3 the system failed.",
    .options = options,
};

/* Everything of one run. */
typedef struct job {
    grads_values v;
    common_options common;
    char *command;
    crs_act acts[CRS_DIAGNOSE_MAX_LAYERS];
    crs_diagnose_options how;
    crs_arrays arrays;
    crs_diagnosis found;
} job;

/* ---- setting up ------------------------------------------------------------------------ */

/* "relu,leaky_relu:0.1": each up to a comma. */
static exit_status read_acts(job *j)
{
    crs_error err;
    for (const char *at = j->v.act; at != NULL;) {
        size_t length = strcspn(at, ",");
        char one[64];
        if (j->how.n_acts == CRS_DIAGNOSE_MAX_LAYERS)
            return fail(EXIT_INPUT, NAME, "--act: more than %d activations",
                        CRS_DIAGNOSE_MAX_LAYERS);
        (void)snprintf(one, sizeof one, "%.*s", (int)length, at);
        if (crs_act_parse(one, &err, &j->acts[j->how.n_acts++]) != CRS_OK)
            return fail(exit_status_of(err.status), NAME, "--act: %s", err.text);
        at = at[length] == ',' ? at + length + 1 : NULL;
    }
    j->how.acts = j->acts;
    return EXIT_DONE;
}

/* The value of an enum by its name, 0 ... n - 1. */
typedef const char *name_function(int value);

static const char *samples_name(int value)
{
    return crs_samples_name((crs_samples)value);
}

static const char *output_name(int value)
{
    return crs_output_name((crs_output)value);
}

static const char *cost_name(int value)
{
    return crs_cost_name((crs_cost)value);
}

static exit_status read_choice(const char *option, const char *text, int n, name_function *name,
                               int *out)
{
    char names[128] = "";
    size_t at = 0;
    *out = 0;
    if (text == NULL)
        return EXIT_DONE;
    for (int value = 0; value < n; value++) {
        if (strcmp(text, name(value)) == 0) {
            *out = value;
            return EXIT_DONE;
        }
        if (value > 0 && at < sizeof names) /* 0 is auto, which nobody needs to type */
            at += (size_t)snprintf(names + at, sizeof names - at, "%s%s", at > 0 ? ", " : "",
                                   name(value));
    }
    return fail(EXIT_INPUT, NAME, "--%s: '%s' is none of %s", option, text, names);
}

static exit_status read_choices(job *j)
{
    int samples, output, cost;
    exit_status status = read_choice("samples", j->v.samples, 3, samples_name, &samples);
    if (status == EXIT_DONE)
        status = read_choice("output", j->v.output, 5, output_name, &output);
    if (status == EXIT_DONE)
        status = read_choice("loss", j->v.loss, 4, cost_name, &cost);
    if (status != EXIT_DONE)
        return status;
    j->how.samples = (crs_samples)samples;
    j->how.output = (crs_output)output;
    j->how.cost = (crs_cost)cost;
    return read_acts(j);
}

static exit_status check_outputs(const job *j)
{
    const char *const paths[] = {j->v.html, j->v.paths.png, j->v.paths.svg, j->v.paths.pdf};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (paths[i] != NULL && strcmp(paths[i], "-") == 0)
            return fail(EXIT_INPUT, NAME,
                        "a report or a figure cannot go to -: the result is printed there");
    }
    return EXIT_DONE;
}

/* ---- running, showing -------------------------------------------------------------------- */

static double seconds_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static exit_status diagnose(job *j, const char *path)
{
    crs_arrays_read_options how;
    crs_error err;
    struct stat info;
    if (strcmp(path, "-") == 0)
        return fail(EXIT_INPUT, NAME, "standard input is not read: give the file's name");
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
        return fail(EXIT_INPUT, NAME, "%s: is a %s; expected a file", path,
                    S_ISDIR(info.st_mode)    ? "folder"
                    : S_ISFIFO(info.st_mode) ? "pipe"
                                             : "device or socket");
    crs_arrays_read_options_init(&how);
    how.max_memory = options_max_memory();
    if (crs_arrays_read_with(path, &how, &err, &j->arrays) != CRS_OK)
        return fail_library(NAME, &err);
    if (crs_diagnose_run(&j->arrays, &j->how, &err, &j->found) != CRS_OK)
        return fail(exit_status_of(err.status), NAME, "%s: %s", path, err.text);
    return EXIT_DONE;
}

/* Pictures and the report; what has nothing to show is not written. */
static exit_status write_files(job *j, const grads_check *c, const crs_plot_figure *figure,
                               pictures *files, cli_output **report)
{
    crs_error err;
    output_set set = {0};
    exit_status status = EXIT_DONE;
    if (*report != NULL)
        status = output_end(*report, check_grads_html(c, figure, output_sink(*report), &err), &err,
                            &set);
    *report = NULL;
    if (status == EXIT_DONE && figure != NULL) {
        status = pictures_write(files, figure, &set);
    } else if (status == EXIT_DONE &&
               (j->v.paths.png != NULL || j->v.paths.svg != NULL || j->v.paths.pdf != NULL)) {
        say_to(stderr, "crease %s: no array is wrong that can be drawn: no figure written\n", NAME);
    }
    return status == EXIT_DONE ? output_set_keep_back(&set) : output_set_abandon(&set, status);
}

static exit_status show(job *j, const grads_check *c, pictures *files, cli_output **report)
{
    grads_figure *figure = NULL;
    exit_status status;
    if (grads_figure_create(c, &figure) == CRS_ENOMEM)
        return fail(EXIT_SYSTEM, NAME, "out of memory");
    status = write_files(j, c, figure == NULL ? NULL : grads_figure_get(figure), files, report);
    grads_figure_destroy(figure);
    if (status != EXIT_DONE)
        return status;
    if (j->common.json)
        status = json_print(NAME, check_grads_json(c, j->v.html));
    else if ((status = output_place()) == EXIT_DONE)
        check_grads_print(c);
    if (status == EXIT_DONE && !j->common.quiet && !j->common.json && j->v.html != NULL) {
        char shown[PRINTABLE_BYTES];
        say_to(stderr, "wrote %s\n", printable(j->v.html, shown));
    }
    if (status == EXIT_DONE && check_grads_is_wrong(&j->found))
        status = EXIT_WRONG;
    return status;
}

static exit_status run(job *j, const char *path)
{
    pictures files;
    cli_output *report = NULL;
    double start = seconds_now();
    exit_status status = pictures_open(NAME, &j->v.paths, &files);
    if (status != EXIT_DONE)
        return status;
    if (j->v.html != NULL)
        status = output_open(NAME, j->v.html, &report);
    if (status == EXIT_DONE)
        status = diagnose(j, path);
    if (status == EXIT_DONE) {
        const grads_check c = {&j->arrays, &j->found, j->command, seconds_now() - start};
        status = show(j, &c, &files, &report);
    }
    pictures_abandon(&files);
    (void)output_abandon(report, NULL);
    return status;
}

static void release(job *j)
{
    crs_diagnosis_release(&j->found);
    crs_arrays_release(&j->arrays);
    free(j->command);
    free(j);
}

exit_status check_grads(int argc, char **argv)
{
    job *j = memory_get(1, sizeof *j);
    size_t n_arguments;
    char **arguments;
    options_result result;
    exit_status status;
    if (j != NULL)
        j->command = again_command("crease check", argc, argv); /* before argp sorts argv */
    if (j == NULL || j->command == NULL) {
        free(j);
        return fail(EXIT_SYSTEM, NAME, "out of memory");
    }
    result = options_read(&line, argc, argv, &j->common, &j->v, &n_arguments, &arguments);
    if (result != OPTIONS_RUN) {
        release(j);
        return options_exit(result);
    }
    status = check_outputs(j);
    if (status == EXIT_DONE)
        status = read_choices(j);
    if (status == EXIT_DONE)
        status = run(j, arguments[0]);
    release(j);
    return status;
}
