/* crease bench: what this machine can do, and how near to it crease comes. */
#include "bench.h"
#include "json.h"
#include "memory.h"
#include "message.h"
#include "options.h"
#include "progress.h"
#include "say.h"
#include "suggest.h"

#include <crease/executor.h>

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct bench_values {
    text_list only;
    bool list;
    double seconds;
} bench_values;

#define FIELD(name) offsetof(bench_values, name)

static const cli_option options[] = {
    {OPTION_FLAG, 'l', "list", NULL, "print the names of all cases, time nothing", FIELD(list), 0,
     0},
    {OPTION_LIST, 'o', "only", "NAME", "this case, or the cases of this group; may be repeated",
     FIELD(only), 0, 0},
    {OPTION_REAL, 's', "seconds", "X", "time for each case (default 0.5)", FIELD(seconds), 1e-4,
     3600},
    {OPTION_END, 0, NULL, NULL, NULL, 0, 0, 0},
};

static const command_line line = {
    .name = BENCH_NAME,
    .intro =
        "Measure what this machine can do (fused multiply-adds, reading from each cache and from "
        "memory), then how long crease takes for work of its own, as a time and as a share of the "
        "FMA peak. What the trained nets cost and how many samples they get right stands beside "
        "every time.",
    .details =
        "Groups: machine, planar, nets, large, narrow, cats, fleet, forward, sweep, start.\n\n"
        "The cases are taken in turn, five rounds, and the median is shown with the least and the "
        "most; one that takes long (a sweep) has fewer. The peak that a share refers to is "
        "measured just before each round of a case, with its dtype and threads, as the clock "
        "changes with load. Training starts from the same weights in every round, so cost and "
        "accuracy do not depend on the time that was given.\n\n"
        "Data: the planar flower where a net has 2 inputs; where it has 784 or 12,288, clouds of "
        "random numbers in as many dimensions, made on the spot: not digits, not cats.",
    .options = options,
};

bench_case *bench_add(bench_list *list, const char *group, const bench_kind *kind, size_t size,
                      const crs_executor *executor, const char *name, ...)
{
    bench_case *c = &list->cases[list->n];
    va_list args;
    void *state = list->n < BENCH_MAX_CASES ? memory_get(1, size > 0 ? size : 1) : NULL;
    if (state == NULL) {
        list->full = true;
        return NULL;
    }
    list->n++;
    c->group = group;
    c->kind = kind;
    c->state = state;
    c->executor = *executor;
    c->cost = c->accuracy = NAN;
    va_start(args, name);
    (void)vsnprintf(c->name, sizeof c->name, name, args);
    va_end(args);
    return c;
}

static void release(bench_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        bench_case *c = &list->cases[i];
        if (c->kind->release != NULL)
            c->kind->release(c->state);
        else
            free(c->state);
    }
    free(list);
}

/* ---- which cases ---------------------------------------------------------------------- */

static exit_status select_one(bench_list *list, const char *name)
{
    bool found = false;
    suggestion s;
    suggest_begin(&s, name);
    for (size_t i = 0; i < list->n; i++) {
        bench_case *c = &list->cases[i];
        if (strcmp(name, c->group) == 0 || strcmp(name, c->name) == 0)
            c->selected = found = true;
        suggest_consider(&s, c->group);
        suggest_consider(&s, c->name);
    }
    if (found)
        return EXIT_DONE;
    if (s.best != NULL)
        return fail(EXIT_INPUT, BENCH_NAME,
                    "no case or group '%s', did you mean '%s'? (`crease bench --list` names all)",
                    name, s.best);
    return fail(EXIT_INPUT, BENCH_NAME, "no case or group '%s' (`crease bench --list` names all)",
                name);
}

static exit_status select_cases(bench_list *list, const text_list *only)
{
    exit_status status = EXIT_DONE;
    for (size_t i = 0; i < list->n && only->n == 0; i++)
        list->cases[i].selected = true;
    for (size_t i = 0; i < only->n && status == EXIT_DONE; i++)
        status = select_one(list, only->item[i]);
    return status;
}

static exit_status fill(bench_list *list)
{
    bench_add_machine(list);
    bench_add_train(list);
    bench_add_forward(list);
    bench_add_rules(list);
    bench_add_start(list);
    return list->full ? fail(EXIT_SYSTEM, BENCH_NAME, "out of memory") : EXIT_DONE;
}

/* ---- taking the time ------------------------------------------------------------------ */

static exit_status run_blocks(bench_case *c, size_t n)
{
    exit_status status = EXIT_DONE;
    for (size_t i = 0; i < n && status == EXIT_DONE; i++)
        status = c->kind->run(c);
    return status;
}

/* Take down that `n` blocks took `seconds`. */
static void record(bench_case *c, size_t n, double seconds)
{
    c->seconds[c->n_rounds++] = seconds / ((double)n * c->units);
}

/*
 * Warm up, and find how many blocks make a round of `seconds`. Where a single block is
 * longer than all rounds should be, it was the first of them.
 */
static exit_status prepare(bench_case *c, double seconds)
{
    exit_status status = c->kind->prepare == NULL ? EXIT_DONE : c->kind->prepare(c);
    double start, took = 0;
    size_t blocks = 0;
    c->peak[0] = bench_peak(c->dtype, &c->executor, fmin(2e-3, seconds / 4));
    start = bench_now();
    while (status == EXIT_DONE && took < seconds / 4) {
        status = c->kind->run(c);
        blocks++;
        took = bench_now() - start;
    }
    c->repeats = (size_t)fmax(1, seconds * (double)blocks / fmax(took, 1e-9));
    if (blocks == 1 && took > BENCH_ROUNDS * seconds)
        record(c, 1, took);
    return status;
}

static exit_status run_round(bench_case *c, double seconds)
{
    double start;
    exit_status status;
    c->peak[c->n_rounds] = bench_peak(c->dtype, &c->executor, fmin(2e-3, seconds / 4));
    start = bench_now();
    status = run_blocks(c, c->repeats);
    record(c, c->repeats, bench_now() - start);
    return status;
}

/* A case that takes long has had its time after a round or two. */
static bool has_time(const bench_case *c, double seconds)
{
    double used = 0;
    for (size_t i = 0; i < c->n_rounds; i++)
        used += c->seconds[i] * c->units * (double)c->repeats;
    return c->n_rounds == 0 || used < 4 * seconds;
}

static exit_status take_times(bench_list *list, double seconds, cli_progress *progress)
{
    exit_status status = EXIT_DONE;
    double n = (double)list->n;
    for (size_t i = 0; i < list->n && status == EXIT_DONE; i++) {
        progress_update(progress, 0, list->cases[i].name);
        if (list->cases[i].selected)
            status = prepare(&list->cases[i], seconds / BENCH_ROUNDS);
    }
    for (size_t round = 0; round < BENCH_ROUNDS; round++) {
        for (size_t i = 0; i < list->n && status == EXIT_DONE; i++) {
            bench_case *c = &list->cases[i];
            progress_update(progress, ((double)round * n + (double)i) / (BENCH_ROUNDS * n),
                            c->name);
            if (c->selected && c->n_rounds <= round && has_time(c, seconds))
                status = run_round(c, seconds / BENCH_ROUNDS);
        }
    }
    for (size_t i = 0; i < list->n && status == EXIT_DONE; i++) {
        bench_case *c = &list->cases[i];
        if (c->selected && c->kind->judge != NULL)
            status = c->kind->judge(c);
    }
    return status;
}

/* ---- the command ---------------------------------------------------------------------- */

static exit_status list_names(const bench_list *list, bool json)
{
    json_t *names = json_array();
    for (size_t i = 0; i < list->n && !json; i++)
        say("%-10s %-36s %s\n", list->cases[i].group, list->cases[i].name, list->cases[i].what);
    for (size_t i = 0; i < list->n && json && names != NULL; i++)
        (void)json_array_append_new(
            names, json_pack("{s:s, s:s, s:s}", "group", list->cases[i].group, "name",
                             list->cases[i].name, "what", list->cases[i].what));
    if (json)
        return json_print(BENCH_NAME, json_pack("{s:o}", "cases", names));
    json_decref(names);
    return EXIT_DONE;
}

static exit_status measure(bench_list *list, const bench_values *v, const common_options *common)
{
    bench_setting setting = {.seconds = v->seconds, .load = bench_load()};
    cli_progress progress;
    exit_status status;
    setting.threads = list->all->workers;
    progress_begin(&progress, common->quiet);
    status = take_times(list, v->seconds, &progress);
    progress_end(&progress);
    if (status != EXIT_DONE)
        return status;
    if (common->json)
        return json_print(BENCH_NAME, bench_json(list, &setting));
    bench_print(list, &setting);
    return EXIT_DONE;
}

exit_status command_bench(int argc, char **argv)
{
    bench_values v = {.seconds = 0.5};
    common_options common;
    size_t n_arguments;
    char **arguments;
    crs_executor one, all;
    bench_list *list;
    exit_status status;
    options_result result = options_read(&line, argc, argv, &common, &v, &n_arguments, &arguments);
    if (result != OPTIONS_RUN)
        return options_exit(result);
    list = memory_get(1, sizeof *list);
    if (list == NULL)
        return fail(EXIT_SYSTEM, BENCH_NAME, "out of memory");
    crs_executor_serial(&one);
    status = options_threads(BENCH_NAME, &common, &all);
    list->one = &one;
    list->all = &all;
    if (status == EXIT_DONE)
        status = fill(list);
    if (status == EXIT_DONE)
        status = select_cases(list, &v.only);
    if (status == EXIT_DONE)
        status = v.list ? list_names(list, common.json) : measure(list, &v, &common);
    release(list);
    crs_executor_release(&all);
    return status;
}
