/* crease compare: one net, trained once under each of several derivative rules. */
#include "compare.h"

#include "again.h"
#include "json.h"
#include "memory.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "paths.h"
#include "pictures.h"
#include "progress.h"
#include "rules.h"
#include "say.h"
#include "source.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_HIDDEN 64

/* At most so many boundaries side by side in a figure. */
#define FIGURE_COLUMNS 4

typedef struct compare_values {
    compare_settings s;
    picture_paths paths;
    const char *html;
    bool no_html;
} compare_values;

#define FIELD(name) offsetof(compare_values, name)

static const cli_option options[] = {
    {OPTION_HEADING, 0, NULL, NULL, "What to train:", 0, 0, 0},
    {OPTION_TEXT, 'p', "preset", "NAME", "a whole experiment: thread, cats, cats2", FIELD(s.preset),
     0, 0},
    {OPTION_INPUT, 'd', "data", "DATA", "training data: planar, circles, ..., a .csv or .h5 file",
     FIELD(s.data), 0, 0},
    {OPTION_INPUT, 0, "test", "FILE", "test data", FIELD(s.test), 0, 0},
    {OPTION_TEXT, 0, "hidden", "N,N,...", "units of the hidden layers", FIELD(s.hidden), 0, 0},
    {OPTION_TEXT, 'a', "act", "ACT", "their activation: relu, leaky_relu:0.1, tanh, ...",
     FIELD(s.act), 0, 0},
    {OPTION_REAL, 0, "kink", "X",
     "the derivative's value at the kinks, which the right gradient uses", FIELD(s.kink), 0, 0},
    {OPTION_REAL, 0, "lr", "X", "step size", FIELD(s.lr), 0, 1e6},
    {OPTION_COUNT, 'n', "iterations", "N", "how many updates", FIELD(s.iterations), 1, 1e9},
    {OPTION_COUNT, 0, "batch", "N", "samples in a batch; 0: all (full batch)", FIELD(s.batch), 0,
     1e9},
    {OPTION_TEXT, 0, "init", "INIT", "he, lecun, glorot, zeros, small (0.01 randn), randn:SCALE",
     FIELD(s.init), 0, 0},
    {OPTION_TEXT, 0, "dtype", "f32|f64", "number type", FIELD(s.dtype), 0, 0},
    {OPTION_TEXT, 0, "gemm", "NAME", "large matrices by built-in, openblas or onednn",
     FIELD(s.gemm), 0, 0},
    {OPTION_COUNT, 0, "every", "N", "record the cost every so many iterations", FIELD(s.every), 1,
     1e9},
    {OPTION_HEADING, 0, NULL, NULL, "What to write:", 0, 0, 0},
    {OPTION_OUTPUT, 0, "html", "FILE", "the report (default: crease-compare.html)", FIELD(html), 0,
     0},
    {OPTION_FLAG, 0, "no-html", NULL, "no report", FIELD(no_html), 0, 0},
    PICTURE_OPTIONS(compare_values),
    {OPTION_END, 0, NULL, NULL, NULL, 0, 0, 0},
};

/* All that a comparison holds on to. */
typedef struct job {
    compare_values v;
    common_options common;
    char *command; /* the line as typed, to make it again */
    size_t n_rules;
    const char *rule_text[COMPARE_MAX_RULES];
    char rule_buffer[160]; /* of the activation's own derivative */
    crs_rule *rules[COMPARE_MAX_RULES];
    size_t hidden[MAX_HIDDEN];
    crs_dataset data, test;
    crs_executor executor;
    crs_compare_config config;
    crs_compare *result;
    cli_progress progress;
} job;

/* ---- setting up ------------------------------------------------------------------------ */

static exit_status load_data(job *j)
{
    crs_data_read_options how;
    exit_status status;
    crs_data_read_options_init(&how);
    how.dtype = j->config.dtype;
    status = source_load_single(COMPARE_NAME, j->v.s.data, NULL, &how, &j->data);
    if (status != EXIT_DONE)
        return status;
    j->config.data = &j->data;
    if (j->v.s.test == NULL)
        return EXIT_DONE;
    how.like = &j->data;
    status = source_load_single(COMPARE_NAME, j->v.s.test, NULL, &how, &j->test);
    j->config.test = &j->test;
    return status;
}

static exit_status set_up(job *j, size_t n_arguments, char **arguments)
{
    crs_error err;
    compare_settings *s = &j->v.s;
    crs_compare_config *config = &j->config;
    exit_status status;
    crs_compare_config_init(config);
    status = compare_settings_fill(s, &j->common.seed, j->common.seed_given);
    if (status != EXIT_DONE)
        return status;
    if (crs_act_parse(s->act, &err, &config->act) != CRS_OK ||
        crs_init_parse(s->init, &err, &config->init) != CRS_OK ||
        crs_dtype_parse(s->dtype, &err, &config->dtype) != CRS_OK)
        return fail_library(COMPARE_NAME, &err);
    for (size_t i = 0; i < config->act.n_kinks && !isnan(s->kink); i++)
        config->act.kink[i].value = s->kink;
    status = compare_read_hidden(COMPARE_NAME, s->hidden, MAX_HIDDEN, j->hidden, &config->n_hidden);
    if (status != EXIT_DONE)
        return status;
    j->n_rules = n_arguments;
    for (size_t i = 0; i < n_arguments; i++)
        j->rule_text[i] = arguments[i];
    if (n_arguments == 0)
        j->n_rules = compare_default_rules(&config->act, j->rule_text, j->rule_buffer,
                                           sizeof j->rule_buffer);
    status = rules_parse(COMPARE_NAME, j->n_rules, j->rule_text, j->rules);
    if (status == EXIT_DONE)
        status = options_threads(COMPARE_NAME, &j->common, &j->executor);
    if (status != EXIT_DONE)
        return status;
    config->executor = &j->executor;
    config->hidden = j->hidden;
    config->n_rules = j->n_rules;
    config->rules = (const crs_rule *const *)j->rules;
    config->seed = j->common.seed;
    config->lr = s->lr;
    config->iterations = s->iterations;
    config->every = s->every;
    config->batch = s->batch;
    config->gemm = s->gemm;
    return load_data(j);
}

/* ---- running, showing ------------------------------------------------------------------------ */

static int show_progress(void *ctx, double done, const char *what)
{
    progress_update(ctx, done, what);
    return 0;
}

static double seconds_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static exit_status run(job *j, double *seconds)
{
    crs_error err;
    crs_status status;
    double start = seconds_now();
    progress_begin(&j->progress, j->common.quiet);
    j->config.progress = show_progress;
    j->config.progress_ctx = &j->progress;
    status = crs_compare_run(&j->config, &err, &j->result);
    progress_end(&j->progress);
    *seconds = seconds_now() - start;
    return status == CRS_OK ? EXIT_DONE : fail_library(COMPARE_NAME, &err);
}

/* The report and the pictures, all together. */
static exit_status write_files(const comparison *c, const crs_plot_figure *drawn, pictures *files,
                               cli_output **report)
{
    crs_error err;
    output_set set = {0};
    exit_status status = EXIT_DONE;
    if (*report != NULL)
        status =
            output_end(*report, compare_html(c, drawn, output_sink(*report), &err), &err, &set);
    *report = NULL;
    if (status == EXIT_DONE)
        status = pictures_write(files, drawn, &set);
    return status == EXIT_DONE ? output_set_keep_back(&set) : output_set_abandon(&set, status);
}

/* The files and the terminal, once the figure is there. */
static exit_status show(job *j, const comparison *c, compare_figure *figure, pictures *files,
                        cli_output **report)
{
    const crs_plot_figure *drawn = compare_figure_get(figure);
    picture_text picture = {0};
    exit_status status = write_files(c, drawn, files, report);
    if (status != EXIT_DONE)
        return status;
    if (j->common.json)
        return json_print(COMPARE_NAME, compare_json(c, j->v.html));
    status = pictures_draw(COMPARE_NAME, drawn, &picture);
    if (status == EXIT_DONE)
        status = output_place();
    if (status == EXIT_DONE) {
        compare_print_table(c);
        pictures_print(&picture);
    }
    free(picture.bytes);
    if (status != EXIT_DONE)
        return status;
    (void)putchar('\n');
    compare_print_explanation(c);
    if (!j->common.quiet && j->v.html != NULL) {
        char shown[PRINTABLE_BYTES];
        say_to(stderr, "wrote %s (%.2f s)\n", printable(j->v.html, shown), c->seconds);
    }
    return EXIT_DONE;
}

static exit_status run_and_show(job *j)
{
    pictures files;
    cli_output *report = NULL;
    compare_figure *figure = NULL;
    comparison c = {.config = &j->config, .preset = j->v.s.preset};
    exit_status status = pictures_open(COMPARE_NAME, &j->v.paths, &files);
    if (status != EXIT_DONE)
        return status;
    if (j->v.html != NULL)
        status = output_open(COMPARE_NAME, j->v.html, &report);
    if (status == EXIT_DONE)
        status = run(j, &c.seconds);
    if (status == EXIT_DONE) {
        c.result = j->result;
        c.command = j->command;
        c.threads = crs_executor_workers(&j->executor);
        crs_act_format(&j->config.act, c.act, sizeof c.act);
        crs_init_format(&j->config.init, c.init, sizeof c.init);
        status = compare_figure_create(&c, FIGURE_COLUMNS, &figure) == CRS_OK
                     ? show(j, &c, figure, &files, &report)
                     : fail(EXIT_SYSTEM, COMPARE_NAME, "out of memory");
    }
    pictures_abandon(&files);
    (void)output_abandon(report, NULL);
    compare_figure_destroy(figure);
    return status;
}

static void release(job *j)
{
    crs_compare_destroy(j->result);
    crs_dataset_release(&j->data);
    crs_dataset_release(&j->test);
    rules_release(j->n_rules, j->rules);
    crs_executor_release(&j->executor);
    free(j->command);
    free(j);
}

static bool writes_stdout(const compare_values *v)
{
    const char *const paths[] = {v->html, v->paths.png, v->paths.svg, v->paths.pdf};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (paths[i] != NULL && strcmp(paths[i], "-") == 0)
            return true;
    }
    return false;
}

/* The report that is written where no option says so is an output as any other. */
static exit_status choose_report(job *j)
{
    if (j->v.no_html)
        j->v.html = NULL;
    if (j->v.no_html || j->v.html != NULL)
        return EXIT_DONE;
    j->v.html = "crease-compare.html";
    return paths_output(COMPARE_NAME, "html", j->v.html);
}

exit_status command_compare(int argc, char **argv)
{
    static const command_line line = {
        .name = COMPARE_NAME,
        .arguments = "[RULE]...",
        .max_arguments = COMPARE_MAX_RULES,
        .intro = "Train one net once under each RULE, what stands for the activation's derivative "
                 "in the backward pass, and show side by side what that does. Each rule is checked "
                 "against the derivative on all 4,294,967,296 float32 inputs. Without rules, for "
                 "relu: 'A > 0' 'A >= 0' 'Z > 0' 'Z >= 0'.",
        .options = options,
    };
    command_line with_presets = line;
    job *j = memory_get(1, sizeof *j);
    size_t n_arguments;
    char **arguments;
    options_result result;
    exit_status status;
    if (j != NULL)
        j->command = again_command("crease", argc, argv); /* before argp sorts argv */
    if (j == NULL || j->command == NULL) {
        free(j);
        return fail(EXIT_SYSTEM, COMPARE_NAME, "out of memory");
    }
    with_presets.details = compare_preset_help();
    compare_settings_init(&j->v.s);
    result = options_read(&with_presets, argc, argv, &j->common, &j->v, &n_arguments, &arguments);
    if (result != OPTIONS_RUN) {
        release(j);
        return options_exit(result);
    }
    if (j->common.json && writes_stdout(&j->v)) {
        release(j);
        return fail(EXIT_INPUT, COMPARE_NAME,
                    "--json and a file named - cannot both have standard output");
    }
    status = choose_report(j);
    if (status == EXIT_DONE)
        status = set_up(j, n_arguments, arguments);
    if (status == EXIT_DONE)
        status = run_and_show(j);
    release(j);
    return status;
}
