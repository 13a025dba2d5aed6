/*
 * How long a diagnosis of somebody's arrays takes: a net of the cats' shape, 12288-20-7-5-1 on
 * 209 samples in float64, of pixels and weights drawn from a seed.
 *
 * Usage: bench_diagnose [CASE...]
 *
 * all-right, all-bug: X, Y, W, b, Z, A, dZ, dW, db and the cost, right and with A >= 0 as the
 * derivative of three layers; few-right, few-bug: X, Y, W, b, dW, db alone. Each turn by turn
 * with its peer, a plain pass forward and backward of the same net (crs_net), five times. One
 * line of JSON a case: median, least and most seconds, and what the median is in passes.
 */
#include <crease/diagnose.h>
#include <crease/net.h>
#include <crease/rule.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LAYERS = 4, SAMPLES = 209, ROUNDS = 5, PASSES = 5 };
static const size_t widths[LAYERS + 1] = {12288, 20, 7, 5, 1};

typedef struct bench {
    double *x, *turned, y[SAMPLES]; /* x [samples, pixels], and as it is saved */
    crs_net *net;
    crs_workspace *work;
    crs_rule *rule;
} bench;

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void die(const char *what)
{
    (void)fprintf(stderr, "bench_diagnose: %s\n", what);
    exit(3);
}

/* ---- the net ---------------------------------------------------------------------------- */

static void make(bench *b)
{
    const crs_init init = {CRS_INIT_LECUN, 0};
    crs_act acts[LAYERS - 1];
    const crs_net_config config = {LAYERS, widths, acts, CRS_LOSS_BCE, CRS_F64};
    crs_random random;
    crs_error err;
    crs_random_seed(&random, 1);
    for (size_t l = 0; l + 1 < LAYERS; l++)
        crs_act_get(CRS_ACT_RELU, &acts[l]);
    b->x = malloc(widths[0] * SAMPLES * sizeof *b->x);
    b->turned = malloc(widths[0] * SAMPLES * sizeof *b->turned);
    if (b->x == NULL || b->turned == NULL || crs_net_create(&config, &err, &b->net) != CRS_OK ||
        crs_workspace_create(b->net, SAMPLES, NULL, &err, &b->work) != CRS_OK ||
        crs_rule_parse("A >= 0", &err, &b->rule) != CRS_OK)
        die("out of memory");
    crs_net_init(b->net, &init, &random);
    for (size_t j = 0; j < SAMPLES; j++) {
        b->y[j] = (double)crs_random_interval(&random, 1);
        for (size_t i = 0; i < widths[0]; i++)
            b->x[j * widths[0] + i] = b->turned[i * SAMPLES + j] =
                (double)crs_random_interval(&random, 255) / 255;
    }
    if (crs_workspace_load(b->work, SAMPLES, b->x, b->y, NULL, &err) != CRS_OK)
        die(err.text);
}

static void pass(bench *b)
{
    crs_net_forward(b->net, b->work);
    crs_net_backward(b->net, b->work);
}

/* ---- what is saved of it ---------------------------------------------------------------- */

static void add(crs_arrays *to, const char *name, size_t layer, size_t rows, size_t cols,
                const double *values)
{
    size_t dims[2] = {rows, cols};
    crs_error err;
    char text[16];
    (void)snprintf(text, sizeof text, layer > 0 ? "%s%zu" : "%s", name, layer);
    if (crs_arrays_add(to, text, CRS_F64, 2, dims, values, &err) != CRS_OK)
        die(err.text);
}

/* An array of the workspace, whose rows may lie further apart. */
static void add_pass(crs_arrays *to, const char *name, size_t layer, const crs_workspace *work,
                     const void *(*get)(const crs_workspace *work, size_t layer, size_t *ld))
{
    static double packed[20 * SAMPLES];
    size_t ld;
    const double *values = get(work, layer, &ld);
    for (size_t i = 0; i < widths[layer]; i++)
        memcpy(packed + i * SAMPLES, values + i * ld, SAMPLES * sizeof *packed);
    add(to, name, layer, widths[layer], SAMPLES, packed);
}

static void save(bench *b, int all, int bug, crs_arrays *to)
{
    const double *params = crs_net_params(b->net), *gradient = crs_workspace_gradient(b->work);
    crs_backward_rule rule;
    double cost;
    crs_rule_backward(b->rule, &rule);
    crs_workspace_set_rule(b->work, 0, bug ? &rule : NULL);
    pass(b);
    add(to, "X", 0, widths[0], SAMPLES, b->turned);
    add(to, "Y", 0, 1, SAMPLES, b->y);
    for (size_t l = 1; l <= LAYERS; l++) {
        size_t w = crs_net_weight_at(b->net, l), bias = crs_net_bias_at(b->net, l);
        add(to, "W", l, widths[l], widths[l - 1], params + w);
        add(to, "b", l, widths[l], 1, params + bias);
        add(to, "dW", l, widths[l], widths[l - 1], gradient + w);
        add(to, "db", l, widths[l], 1, gradient + bias);
        if (!all)
            continue;
        add_pass(to, "Z", l, b->work, crs_workspace_z);
        add_pass(to, "A", l, b->work, crs_workspace_a);
        add_pass(to, "dZ", l, b->work, crs_workspace_dz);
    }
    cost = crs_net_cost(b->net, b->work);
    if (all)
        add(to, "cost", 0, 1, 1, &cost);
}

/* ---- timing ------------------------------------------------------------------------------- */

static int by_size(const void *x, const void *y)
{
    const double *p = x, *q = y;
    return (*p > *q) - (*p < *q);
}

static double diagnosis_seconds(const crs_arrays *arrays, int bug)
{
    double start = now(), seconds;
    crs_diagnosis found;
    crs_error err;
    if (crs_diagnose_run(arrays, NULL, &err, &found) != CRS_OK)
        die(err.text);
    seconds = now() - start;
    if ((found.n_bugs > 0) != bug)
        die("the diagnosis is wrong");
    crs_diagnosis_release(&found);
    return seconds;
}

static double pass_seconds(bench *b)
{
    double start = now();
    for (int i = 0; i < PASSES; i++)
        pass(b);
    return (now() - start) / PASSES;
}

static void run_case(bench *b, const char *name, int all, int bug)
{
    double seconds[ROUNDS], passes[ROUNDS];
    crs_arrays arrays = {0};
    save(b, all, bug, &arrays);
    for (int round = 0; round < ROUNDS; round++) {
        seconds[round] = diagnosis_seconds(&arrays, bug);
        passes[round] = pass_seconds(b);
    }
    crs_arrays_release(&arrays);
    qsort(seconds, ROUNDS, sizeof *seconds, by_size);
    qsort(passes, ROUNDS, sizeof *passes, by_size);
    (void)printf("{\"bench\":\"diagnose\",\"case\":\"%s\",\"seconds\":%.3f,\"least\":%.3f,"
                 "\"most\":%.3f,\"pass_seconds\":%.5f,\"passes\":%.1f}\n",
                 name, seconds[ROUNDS / 2], seconds[0], seconds[ROUNDS - 1], passes[ROUNDS / 2],
                 seconds[ROUNDS / 2] / passes[ROUNDS / 2]);
    (void)fflush(stdout);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int all, bug;
    } cases[] = {{"all-right", 1, 0}, {"all-bug", 1, 1}, {"few-right", 0, 0}, {"few-bug", 0, 1}};
    bench b = {0};
    int ran = 0;
    make(&b);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int wanted = argc < 2;
        for (int k = 1; k < argc; k++)
            wanted = wanted || strcmp(argv[k], cases[i].name) == 0;
        if (wanted)
            run_case(&b, cases[i].name, cases[i].all, cases[i].bug);
        ran += wanted;
    }
    crs_workspace_destroy(b.work);
    crs_net_destroy(b.net);
    crs_rule_destroy(b.rule);
    free(b.x);
    free(b.turned);
    if (ran == 0)
        (void)fprintf(stderr, "usage: bench_diagnose [all-right|all-bug|few-right|few-bug]...\n");
    return ran > 0 ? 0 : 2;
}
