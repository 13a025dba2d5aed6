/* crease bench: sweeps of rules over every float32 input. */
#include "bench.h"
#include "message.h"

#include <crease/rulecheck.h>

#include <stdio.h>
#include <stdlib.h>

enum { MAX_RULES = 4 };

typedef struct sweep {
    const char *name, *act;
    size_t n;
    const char *texts[MAX_RULES];
    const char *what;
} sweep;

static const sweep sweeps[] = {
    {"sweep-relu-1", "relu", 1, {"A >= 0"}, "relu, one comparison"},
    {"sweep-relu-4", "relu", 4, {"A > 0", "A >= 0", "Z > 0", "Z >= 0"}, "relu, four comparisons"},
    {"sweep-tanh", "tanh", 1, {"1 - A**2"}, "tanh, 1 - A**2"},
    {"sweep-exp", "softplus", 1, {"1 / (1 + np.exp(-Z))"}, "softplus, 1 / (1 + exp(-Z))"},
};

typedef struct sweep_state {
    const sweep *sweep;
    crs_act act;
    crs_rule *rules[MAX_RULES];
    crs_rulecheck checks[MAX_RULES];
} sweep_state;

static exit_status sweep_prepare(bench_case *c)
{
    sweep_state *s = c->state;
    crs_error err;
    crs_status status = crs_act_parse(s->sweep->act, &err, &s->act);
    for (size_t i = 0; i < s->sweep->n && status == CRS_OK; i++)
        status = crs_rule_parse(s->sweep->texts[i], &err, &s->rules[i]);
    return status == CRS_OK ? EXIT_DONE : fail_library(BENCH_NAME, &err);
}

static exit_status sweep_run(bench_case *c)
{
    sweep_state *s = c->state;
    crs_error err;
    if (crs_rulecheck_run(s->sweep->n, (const crs_rule *const *)s->rules, &s->act, &c->executor,
                          NULL, NULL, &err, s->checks) != CRS_OK)
        return fail_library(BENCH_NAME, &err);
    return EXIT_DONE;
}

static exit_status sweep_judge(bench_case *c)
{
    const sweep_state *s = c->state;
    size_t at = 0;
    for (size_t i = 0; i < s->sweep->n && at < sizeof c->result; i++)
        at += (size_t)snprintf(c->result + at, sizeof c->result - at, "%s%s", i > 0 ? ", " : "",
                               crs_verdict_name(s->checks[i].verdict));
    return EXIT_DONE;
}

static void sweep_release(void *state)
{
    sweep_state *s = state;
    for (size_t i = 0; i < MAX_RULES; i++)
        crs_rule_destroy(s->rules[i]);
    free(s);
}

static const bench_kind sweep_kind = {sweep_prepare, sweep_run, sweep_judge, sweep_release};

void bench_add_rules(bench_list *list)
{
    for (size_t i = 0; i < sizeof sweeps / sizeof sweeps[0]; i++) {
        bench_case *c = bench_add(list, "sweep", &sweep_kind, sizeof(sweep_state), list->all, "%s",
                                  sweeps[i].name);
        sweep_state *s = c == NULL ? NULL : c->state;
        if (s == NULL)
            return;
        s->sweep = &sweeps[i];
        c->dtype = CRS_F32;
        c->unit = "sweep";
        c->units = 1;
        (void)snprintf(c->what, sizeof c->what, "%s, all 2^32 inputs", sweeps[i].what);
    }
}
