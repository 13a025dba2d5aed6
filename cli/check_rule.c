/* crease check rule: is a rule the derivative of an activation? */
#include "check_rule.h"

#include "check.h"
#include "json.h"
#include "memory.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "pictures.h"
#include "plot_act.h"
#include "progress.h"
#include "rules.h"
#include "say.h"

#include <crease/executor.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NAME CHECK_RULE_NAME

typedef struct rule_values {
    const char *act, *dtype;
    bool any_kink_value, plot;
    picture_paths paths;
} rule_values;

#define FIELD(name) offsetof(rule_values, name)

static const cli_option options[] = {
    {OPTION_TEXT, 'a', "act", "ACT", "of which activation: relu (default), leaky_relu:0.1, ...",
     FIELD(act), 0, 0},
    {OPTION_TEXT, 0, "dtype", "TYPE", "inputs: f32, every one there is (default), or f64, a sample",
     FIELD(dtype), 0, 0},
    {OPTION_FLAG, 0, "any-kink-value", NULL,
     "take a number outside the slopes at a kink for right (exit status 0): for study",
     FIELD(any_kink_value), 0, 0},
    {OPTION_FLAG, 'p', "plot", NULL, "draw g'(z) and the rules in the terminal", FIELD(plot), 0, 0},
    PICTURE_OPTIONS(rule_values),
    {OPTION_END, 0, NULL, NULL, NULL, 0, 0, 0},
};

static const command_line line = {
    .name = NAME,
    .arguments = "RULE...",
    .min_arguments = 1,
    .max_arguments = CRS_RULECHECK_MAX_RULES,
    .missing = "which rule? as 'A > 0', or the line of backward code it stands in",
    .intro = "Check RULE, what stands for the derivative g'(z) of an activation in the backward "
             "pass, against that derivative: at all 4,294,967,296 float32 inputs z, at every kink, "
             "and for upstream gradients that it should be a factor of. RULE is NumPy, PyTorch or "
             "C as typed: 'A >= 0', 'dZ = dA * (Z > 0)', 'dZ[Z <= 0] = 0'. Several rules share one "
             "sweep.",
    .details =
        "Verdicts: derivative; kink-outside (right but at a kink, where it is outside the slopes on "
        "its two sides, or NaN); wrong; replaces-upstream (no factor of the upstream gradient). "
        "Right within the rounding it cannot avoid is right: no tolerance is chosen by anybody.\n\n"
        "A RULE that begins with - goes after --: crease check rule -- '-(Z < 0)'.\n\n"
        "Exit status: 0 if every rule is the derivative; 1 if one is not. kink-outside counts as "
        "wrong, because nothing in the data forbids a z on a kink; with --any-kink-value it does "
        "not, unless the rule gives no number there. 2 for a rule that cannot be read.\n\n"
        "Of float64 there are too many inputs to try all. Tried are every exponent with both signs "
        "and 1,024 random mantissas each (--seed), 1 to 64 units in the last place on both sides "
        "of every kink and on in powers of 2, whole numbers to 1,000 with their eighths and "
        "tenths, zeros, infinities and NaN; how many of each is printed.",
    .options = options,
};

/* Everything of one run. */
typedef struct job {
    rule_values v;
    common_options common;
    crs_act act;
    crs_dtype dtype;
    crs_executor executor;
    size_t n;
    crs_rule *rules[CRS_RULECHECK_MAX_RULES];
    crs_rulecheck checks[CRS_RULECHECK_MAX_RULES];
    cli_progress progress;
} job;

static double seconds_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int show_progress(void *ctx, double done)
{
    job *j = ctx;
    progress_update(&j->progress, done,
                    j->dtype == CRS_F32 ? "of 4,294,967,296 inputs" : "of the sample");
    return 0;
}

static exit_status run(job *j, double *seconds)
{
    const crs_rule *const *rules = (const crs_rule *const *)j->rules;
    crs_error err;
    crs_status status;
    double start = seconds_now();
    progress_begin(&j->progress, j->common.quiet);
    if (j->dtype == CRS_F32)
        status = crs_rulecheck_run(j->n, rules, &j->act, &j->executor, show_progress, j, &err,
                                   j->checks);
    else
        status = crs_rulecheck_run_f64(j->n, rules, &j->act, j->common.seed, &j->executor,
                                       show_progress, j, &err, j->checks);
    progress_end(&j->progress);
    *seconds = seconds_now() - start;
    return status == CRS_OK ? EXIT_DONE : fail_library(NAME, &err);
}

/* ---- what comes of it ---------------------------------------------------------------- */

static bool has_number_at_kinks(const crs_rulecheck *check)
{
    for (size_t k = 0; k < check->n_kinks; k++) {
        if (!isfinite(check->kink[k].value) || !isfinite(check->kink[k].value_minus_zero))
            return false;
    }
    return true;
}

static exit_status verdict_status(const job *j)
{
    for (size_t i = 0; i < j->n; i++) {
        const crs_rulecheck *check = &j->checks[i];
        if (check->verdict == CRS_VERDICT_DERIVATIVE ||
            (check->verdict == CRS_VERDICT_KINK_OUTSIDE && j->v.any_kink_value &&
             has_number_at_kinks(check)))
            continue;
        return EXIT_WRONG;
    }
    return EXIT_DONE;
}

/* Draw to every place that was asked for. */
static exit_status draw(const job *j, pictures *files)
{
    double from, to;
    act_figure *figure;
    exit_status status;
    act_figure_range(&j->act, &from, &to);
    figure = act_figure_create(&j->act, from, to, j->n, j->rules);
    if (figure == NULL)
        return fail(EXIT_SYSTEM, NAME, "out of memory");
    status = pictures_write(files, act_figure_get(figure), NULL);
    if (status == EXIT_DONE && j->v.plot && !j->common.json) {
        status = pictures_show(NAME, act_figure_get(figure));
        (void)putchar('\n');
    }
    act_figure_destroy(figure);
    return status;
}

static exit_status show(const job *j, double seconds, pictures *files)
{
    const rule_check c = {&j->act, j->n, j->checks, j->common.seed, seconds};
    exit_status status = draw(j, files);
    if (status != EXIT_DONE)
        return status;
    if (j->common.json) {
        status = json_print(NAME, check_rule_json(&c));
    } else if ((status = output_place()) == EXIT_DONE) {
        for (size_t i = 0; i < j->n; i++) {
            if (i > 0)
                (void)putchar('\n');
            check_rule_print(&c, i);
        }
        if (!j->common.quiet)
            say_to(stderr, "checked in %.2f s\n", seconds);
    }
    return status == EXIT_DONE ? verdict_status(j) : status;
}

/* ---- the command --------------------------------------------------------------------- */

static bool writes_stdout(const rule_values *v)
{
    const char *const paths[] = {v->paths.png, v->paths.svg, v->paths.pdf};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (paths[i] != NULL && strcmp(paths[i], "-") == 0)
            return true;
    }
    return false;
}

static exit_status set_up(job *j, size_t n, char **texts)
{
    crs_error err;
    exit_status status;
    if (writes_stdout(&j->v))
        return fail(EXIT_INPUT, NAME, "a figure cannot go to -: the result is printed there");
    if (crs_act_parse(j->v.act, &err, &j->act) != CRS_OK ||
        crs_dtype_parse(j->v.dtype, &err, &j->dtype) != CRS_OK)
        return fail_library(NAME, &err);
    j->n = n;
    status = options_threads(NAME, &j->common, &j->executor);
    return status == EXIT_DONE ? rules_parse(NAME, n, (const char *const *)texts, j->rules)
                               : status;
}

exit_status check_rule(int argc, char **argv)
{
    job *j = memory_get(1, sizeof *j);
    pictures files;
    size_t n_arguments;
    char **arguments;
    options_result result;
    exit_status status;
    double seconds;
    if (j == NULL)
        return fail(EXIT_SYSTEM, NAME, "out of memory");
    j->v.act = "relu";
    j->v.dtype = "f32";
    result = options_read(&line, argc, argv, &j->common, &j->v, &n_arguments, &arguments);
    if (result != OPTIONS_RUN) {
        free(j);
        return options_exit(result);
    }
    status = set_up(j, n_arguments, arguments);
    if (status == EXIT_DONE)
        status = pictures_open(NAME, &j->v.paths, &files);
    if (status == EXIT_DONE) {
        status = run(j, &seconds);
        if (status == EXIT_DONE)
            status = show(j, seconds, &files);
        pictures_abandon(&files);
    }
    rules_release(j->n, j->rules);
    crs_executor_release(&j->executor);
    free(j);
    return status;
}
