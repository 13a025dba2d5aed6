/* crease bench: forward alone. What comes out is held against the same net in float64. */
#include "bench.h"
#include "memory.h"
#include "message.h"

#include <crease/net.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LAYERS = 4 };

typedef struct forward_state {
    size_t n_layers, widths[MAX_LAYERS + 1];
    size_t batch, samples, passes; /* passes: in a block, each on the next `batch` samples */
    size_t last;                   /* the first sample of the last pass */
    crs_dataset data;
    crs_net *net;
    crs_predictor *predictor;
    double *out; /* [batch, n_out], of the last pass */
} forward_state;

static crs_status make_net(const forward_state *s, crs_dtype dtype, crs_error *err, crs_net **out)
{
    crs_act acts[MAX_LAYERS];
    crs_net_config config = {
        .n_layers = s->n_layers, .widths = s->widths, .acts = acts, .dtype = dtype};
    const crs_init he = {CRS_INIT_HE, 0};
    crs_random random;
    crs_status status = CRS_OK;
    config.loss = s->widths[s->n_layers] > 1 ? CRS_LOSS_SOFTMAX : CRS_LOSS_BCE;
    for (size_t l = 0; l < s->n_layers && status == CRS_OK; l++)
        status = crs_act_parse("relu", err, &acts[l]);
    if (status == CRS_OK)
        status = crs_net_create(&config, err, out);
    if (status != CRS_OK)
        return status;
    crs_random_seed(&random, 2);
    crs_net_init(*out, &he, &random);
    return CRS_OK;
}

static exit_status forward_prepare(bench_case *c)
{
    forward_state *s = c->state;
    crs_error err;
    crs_status status = bench_clouds(s->samples, s->widths[0], 10, 3, c->dtype, &err, &s->data);
    if (status == CRS_OK)
        status = make_net(s, c->dtype, &err, &s->net);
    if (status == CRS_OK)
        status = crs_predictor_create(s->net, s->batch, &c->executor, &err, &s->predictor);
    s->out = memory_get(s->batch * s->widths[s->n_layers], sizeof *s->out);
    if (status == CRS_OK && s->out == NULL)
        status = crs_error_set(&err, CRS_ENOMEM, "out of memory");
    return status == CRS_OK ? EXIT_DONE : fail_library(BENCH_NAME, &err);
}

static void forward_release(void *state)
{
    forward_state *s = state;
    crs_predictor_destroy(s->predictor);
    free(s->out);
    crs_net_destroy(s->net);
    bench_clouds_release(&s->data);
    free(s);
}

static exit_status forward_run(bench_case *c)
{
    forward_state *s = c->state;
    const float *x = s->data.x;
    size_t at = 0;
    for (size_t i = 0; i < s->passes; i++) {
        s->last = at;
        crs_predictor_run(s->predictor, s->batch, x + at * s->widths[0], 0, s->out);
        at = at + 2 * s->batch > s->samples ? 0 : at + s->batch;
    }
    return EXIT_DONE;
}

/* The largest difference of the last pass from `exact`, [batch, n_out]. */
static double largest_difference(const forward_state *s, const double *exact)
{
    double most = 0;
    for (size_t i = 0; i < s->batch * s->widths[s->n_layers]; i++)
        most = fmax(most, fabs(s->out[i] - exact[i]));
    return most;
}

static exit_status forward_judge(bench_case *c)
{
    forward_state *s = c->state;
    size_t n_in = s->widths[0], n = s->batch * n_in;
    const float *params = crs_net_params(s->net), *rows = s->data.x;
    double *x = memory_get(n, sizeof *x);
    double *out = memory_get(s->batch * s->widths[s->n_layers], sizeof *out);
    crs_net *wide = NULL;
    crs_error err;
    crs_status status = make_net(s, CRS_F64, &err, &wide);
    if (status == CRS_OK && (x == NULL || out == NULL))
        status = crs_error_set(&err, CRS_ENOMEM, "out of memory");
    for (size_t i = 0; i < n && status == CRS_OK; i++)
        x[i] = (double)rows[s->last * n_in + i];
    for (size_t i = 0; status == CRS_OK && i < crs_net_n_params(wide); i++)
        ((double *)crs_net_params(wide))[i] = (double)params[i];
    if (status == CRS_OK)
        status = crs_net_predict(wide, s->batch, x, 0, out);
    if (status == CRS_OK)
        (void)snprintf(c->result, sizeof c->result, "within %.1e of float64",
                       largest_difference(s, out));
    crs_net_destroy(wide);
    free(x);
    free(out);
    return status == CRS_OK ? EXIT_DONE : fail(EXIT_SYSTEM, BENCH_NAME, "out of memory");
}

static const bench_kind forward_kind = {forward_prepare, forward_run, forward_judge,
                                        forward_release};

static void add(bench_list *list, const char *shape, const forward_state *plan,
                const crs_executor *executor)
{
    bench_case *c =
        bench_add(list, "forward", &forward_kind, sizeof(forward_state), executor,
                  "forward-%s-batch-%zu-threads-%d", shape, plan->batch, executor->workers);
    forward_state *s;
    if (c == NULL)
        return;
    s = c->state;
    *s = *plan;
    c->dtype = CRS_F32;
    c->unit = plan->batch == 1 ? "pass" : "sample";
    c->units = (double)(plan->passes * plan->batch);
    for (size_t l = 1; l <= plan->n_layers; l++)
        c->flop += 2 * (double)(plan->widths[l - 1] * plan->widths[l]);
    if (plan->batch == 1) /* every weight is read once: memory is the limit */
        c->bytes = c->flop / 2 * (double)sizeof(float);
    (void)snprintf(c->what, sizeof c->what, "%s, forward alone, batch %zu", shape, plan->batch);
}

void bench_add_forward(bench_list *list)
{
    static const forward_state small = {
        .n_layers = 2, .widths = {2, 20, 1}, .batch = 1, .samples = 400, .passes = 4000};
    static const forward_state large = {
        .n_layers = 3, .widths = {784, 512, 256, 10}, .batch = 1, .samples = 400, .passes = 400};
    static const forward_state batch = {
        .n_layers = 3, .widths = {784, 512, 256, 10}, .batch = 1024, .samples = 1024, .passes = 1};
    const crs_executor *threads[] = {list->one, list->all};
    size_t n = list->all->workers > 1 ? 2 : 1;
    add(list, "small", &small, list->one);
    for (size_t t = 0; t < n; t++)
        add(list, "large", &large, threads[t]);
    for (size_t t = 0; t < n; t++)
        add(list, "large", &batch, threads[t]);
}
