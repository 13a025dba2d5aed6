/*
 * crease bench: training. A block trains the same net from the same start for the same
 * iterations, so what it ends with is the same every time, and is judged once.
 */
#include "bench.h"
#include "memory.h"
#include "message.h"

#include <crease/fleet.h>
#include <crease/rule.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LAYERS = 16 };

/* What is trained. `features` 0: the planar flower. */
typedef struct train_plan {
    size_t n_layers, widths[MAX_LAYERS + 1];
    size_t samples, features;
    size_t batch, iterations, nets; /* nets: trained at once, each in a thread of its own */
    const char *init;
    double lr;
    uint32_t seed;
    const char *rule; /* what stands for g'(z); NULL: the activation's own */
} train_plan;

typedef struct train_state {
    train_plan plan;
    crs_dataset data;
    crs_net **nets;      /* [plan.nets] */
    void *start;         /* the parameters all of them begin with, one after the other */
    size_t bytes;        /* of one net's parameters */
    crs_fleet_run *runs; /* [plan.nets] */
    crs_rule *rule;
} train_state;

/* ---- making it ----------------------------------------------------------------------------- */

static crs_status load_data(const train_plan *p, crs_dtype dtype, crs_error *err, crs_dataset *out)
{
    crs_data_options how;
    crs_status status;
    if (p->features > 0)
        return bench_clouds(p->samples, p->features,
                            p->widths[p->n_layers] > 1 ? p->widths[p->n_layers] : 2, 3, dtype, err,
                            out);
    status = crs_data_defaults("planar", err, &how);
    how.dtype = dtype;
    how.n_samples = p->samples;
    return status == CRS_OK ? crs_data_generate("planar", &how, err, out) : status;
}

static crs_status make_net(const train_plan *p, crs_dtype dtype, uint32_t seed, crs_error *err,
                           crs_net **out)
{
    crs_act acts[MAX_LAYERS];
    crs_net_config config = {
        .n_layers = p->n_layers,
        .widths = p->widths,
        .acts = acts,
        .loss = p->widths[p->n_layers] > 1 ? CRS_LOSS_SOFTMAX : CRS_LOSS_BCE,
        .dtype = dtype,
    };
    crs_random random;
    crs_init init;
    crs_status status = crs_init_parse(p->init, err, &init);
    for (size_t l = 0; l < p->n_layers && status == CRS_OK; l++)
        status = crs_act_parse("relu", err, &acts[l]);
    if (status == CRS_OK)
        status = crs_net_create(&config, err, out);
    if (status != CRS_OK)
        return status;
    crs_random_seed(&random, seed);
    crs_net_init(*out, &init, &random);
    return CRS_OK;
}

static exit_status train_prepare(bench_case *c)
{
    train_state *s = c->state;
    crs_error err;
    crs_status status = load_data(&s->plan, c->dtype, &err, &s->data);
    s->nets = memory_get(s->plan.nets, sizeof(crs_net *));
    s->runs = memory_get(s->plan.nets, sizeof *s->runs);
    if (s->nets == NULL || s->runs == NULL)
        return fail(EXIT_SYSTEM, BENCH_NAME, "out of memory");
    for (size_t i = 0; i < s->plan.nets && status == CRS_OK; i++)
        status = make_net(&s->plan, c->dtype, s->plan.seed + (uint32_t)i, &err, &s->nets[i]);
    if (status == CRS_OK && s->plan.rule != NULL)
        status = crs_rule_parse(s->plan.rule, &err, &s->rule);
    if (status != CRS_OK)
        return fail_library(BENCH_NAME, &err);
    s->bytes = crs_net_n_params(s->nets[0]) * crs_dtype_size(c->dtype);
    s->start = memory_get(s->plan.nets * s->bytes, 1);
    if (s->start == NULL)
        return fail(EXIT_SYSTEM, BENCH_NAME, "out of memory");
    for (size_t i = 0; i < s->plan.nets; i++)
        memcpy((char *)s->start + i * s->bytes, crs_net_params(s->nets[i]), s->bytes);
    return EXIT_DONE;
}

static void train_release(void *state)
{
    train_state *s = state;
    for (size_t i = 0; i < s->plan.nets && s->nets != NULL; i++)
        crs_net_destroy(s->nets[i]);
    if (s->plan.features > 0)
        bench_clouds_release(&s->data);
    else
        crs_dataset_release(&s->data);
    crs_rule_destroy(s->rule);
    free(s->nets);
    free(s->start);
    free(s->runs);
    free(s);
}

/* ---- a block ------------------------------------------------------------------------------- */

/* All nets of a case: one with the threads inside it, or a fleet with the threads over it. */
static exit_status train_run(bench_case *c)
{
    train_state *s = c->state;
    const train_plan *p = &s->plan;
    crs_train_config config = {
        .lr = p->lr, .iterations = p->iterations, .batch = p->batch, .shuffle_seed = 1};
    crs_backward_rule rule;
    crs_error err;
    crs_status status;
    if (s->rule != NULL) {
        crs_rule_backward(s->rule, &rule);
        config.rule = &rule;
    }
    for (size_t i = 0; i < p->nets; i++) {
        memcpy(crs_net_params(s->nets[i]), (char *)s->start + i * s->bytes, s->bytes);
        s->runs[i] = (crs_fleet_run){.net = s->nets[i], .data = &s->data, .train = config};
    }
    if (p->nets == 1) {
        config.executor = &c->executor;
        status = crs_train(s->nets[0], &s->data, &config, &err);
    } else {
        status = crs_fleet_train(p->nets, s->runs, &c->executor, &err);
    }
    return status == CRS_OK ? EXIT_DONE : fail_library(BENCH_NAME, &err);
}

static exit_status train_judge(bench_case *c)
{
    train_state *s = c->state;
    c->cost = c->accuracy = 0;
    for (size_t i = 0; i < s->plan.nets; i++) {
        crs_score score;
        crs_error err;
        if (crs_evaluate(s->nets[i], &s->data, &c->executor, &err, &score) != CRS_OK)
            return fail_library(BENCH_NAME, &err);
        c->cost += score.cost / (double)s->plan.nets;
        c->accuracy += score.accuracy / (double)s->plan.nets;
    }
    return EXIT_DONE;
}

static const bench_kind train_kind = {train_prepare, train_run, train_judge, train_release};

/* ---- the cases ----------------------------------------------------------------------------- */

/*
 * Floating-point operations a sample: 2 a weight in forward, 2 in the gradient of the
 * weights, 2 on the way back to the layer below, where there is one with weights.
 */
static double flop_of_a_sample(const train_plan *p)
{
    double flop = 0;
    for (size_t l = 1; l <= p->n_layers; l++)
        flop += (l > 1 ? 6 : 4) * (double)(p->widths[l - 1] * p->widths[l]);
    return flop;
}

static void describe(bench_case *c, const train_plan *p)
{
    char shape[64] = "";
    size_t at = 0;
    if (p->n_layers > 5)
        (void)snprintf(shape, sizeof shape, "%zu-%zu x %zu-%zu", p->widths[0], p->n_layers - 1,
                       p->widths[1], p->widths[p->n_layers]);
    for (size_t l = 0; l <= p->n_layers && p->n_layers <= 5; l++)
        at += (size_t)snprintf(shape + at, sizeof shape - at, "%s%zu", l > 0 ? "-" : "",
                               p->widths[l]);
    if (p->nets > 1)
        (void)snprintf(c->what, sizeof c->what, "%zu nets %s, %zu iterations each", p->nets, shape,
                       p->iterations);
    else if (p->batch == 0)
        (void)snprintf(c->what, sizeof c->what, "%s, %zu samples, full batch%s%s", shape,
                       p->samples, p->rule != NULL ? ", rule " : "",
                       p->rule != NULL ? p->rule : "");
    else
        (void)snprintf(c->what, sizeof c->what, "%s, batch %zu", shape, p->batch);
}

/* Fill `c` (NULL: no room) in from its plan; `count` is what a unit is. */
static void plan_case(bench_case *c, const train_plan *plan, crs_dtype dtype, const char *count)
{
    train_state *s = c == NULL ? NULL : c->state;
    double steps;
    if (s == NULL)
        return;
    s->plan = *plan;
    c->dtype = dtype;
    c->unit = count;
    steps = (double)plan->iterations * (double)plan->nets;
    c->flop = flop_of_a_sample(plan) * (double)(plan->batch > 0 ? plan->batch : plan->samples);
    c->units = steps;
    if (strcmp(count, "sample") == 0) {
        c->units = steps * (double)plan->batch;
        c->flop = flop_of_a_sample(plan);
    } else if (strcmp(count, "net") == 0) {
        c->units = (double)plan->nets;
        c->flop *= (double)plan->iterations;
    }
    describe(c, plan);
}

static train_plan planar_plan(size_t hidden)
{
    return (train_plan){.n_layers = 2,
                        .widths = {2, hidden, 1},
                        .samples = 400,
                        .iterations = 5000,
                        .nets = 1,
                        .init = "small",
                        .lr = hidden == 4 ? 1.2 : 0.1,
                        .seed = 2};
}

static void add_planar(bench_list *list)
{
    static const size_t hidden[] = {4, 20, 50};
    train_plan p;
    for (int d = 0; d < 2; d++) {
        crs_dtype dtype = d == 0 ? CRS_F32 : CRS_F64;
        for (size_t i = 0; i < 3; i++) {
            p = planar_plan(hidden[i]);
            plan_case(bench_add(list, "planar", &train_kind, sizeof(train_state), list->one,
                                "planar-%zu-%s", hidden[i], crs_dtype_name(dtype)),
                      &p, dtype, "iteration");
        }
    }
    p = planar_plan(20);
    p.rule = "np.where(Z > 0, 1, 0)";
    plan_case(bench_add(list, "planar", &train_kind, sizeof(train_state), list->one,
                        "planar-20-f32-rule"),
              &p, CRS_F32, "iteration");
}

static void add_nets(bench_list *list)
{
    static const size_t depths[] = {2, 4, 8}, widths[] = {2, 8, 16, 32, 64};
    for (size_t d = 0; d < 3; d++) {
        for (size_t w = 0; w < 5; w++) {
            train_plan p = {.n_layers = depths[d],
                            .samples = 400,
                            .iterations = 500,
                            .nets = 1,
                            .init = "he",
                            .lr = 0.03,
                            .seed = 2};
            p.widths[0] = 2;
            for (size_t l = 1; l < depths[d]; l++)
                p.widths[l] = widths[w];
            p.widths[depths[d]] = 1;
            plan_case(bench_add(list, "nets", &train_kind, sizeof(train_state), list->one,
                                "net-depth-%zu-width-%zu", depths[d], widths[w]),
                      &p, CRS_F32, "iteration");
        }
    }
}

/* Mini-batches of 784 features: one epoch a block. */
static void add_large(bench_list *list, const char *group, const train_plan *shape, size_t batch,
                      const crs_executor *executor)
{
    train_plan p = *shape;
    p.features = p.widths[0];
    /* enough steps for what a call of crs_train sets up to be small beside them */
    p.samples = batch > 256 ? 16 * batch : 4096;
    p.batch = batch;
    p.iterations = p.samples / batch;
    p.nets = 1;
    p.init = "he";
    p.lr = 0.05;
    p.seed = 2;
    plan_case(bench_add(list, group, &train_kind, sizeof(train_state), executor,
                        "%s-batch-%zu-threads-%d", group, batch, executor->workers),
              &p, CRS_F32, "sample");
}

static void add_cats(bench_list *list, const crs_executor *executor)
{
    train_plan p = {.n_layers = 4,
                    .widths = {12288, 20, 7, 5, 1},
                    .samples = 209,
                    .features = 12288,
                    .iterations = 20,
                    .nets = 1,
                    .init = "lecun",
                    .lr = 0.0075,
                    .seed = 1};
    plan_case(bench_add(list, "cats", &train_kind, sizeof(train_state), executor, "cats-threads-%d",
                        executor->workers),
              &p, CRS_F64, "iteration");
}

static void add_fleet(bench_list *list, const crs_executor *executor)
{
    train_plan p = {.n_layers = 2,
                    .widths = {2, 16, 1},
                    .samples = 400,
                    .iterations = 1000,
                    .nets = 256,
                    .init = "small",
                    .lr = 0.5,
                    .seed = 1};
    plan_case(bench_add(list, "fleet", &train_kind, sizeof(train_state), executor,
                        "fleet-threads-%d", executor->workers),
              &p, CRS_F32, "net");
}

void bench_add_train(bench_list *list)
{
    static const size_t batches[] = {32, 128, 1024};
    static const train_plan large = {.n_layers = 3, .widths = {784, 512, 256, 10}};
    static const train_plan narrow = {.n_layers = 2, .widths = {784, 32, 10}};
    const crs_executor *threads[] = {list->one, list->all};
    size_t n = list->all->workers > 1 ? 2 : 1;
    add_planar(list);
    add_nets(list);
    for (size_t b = 0; b < 3; b++)
        for (size_t t = 0; t < n; t++)
            add_large(list, "large", &large, batches[b], threads[t]);
    add_large(list, "narrow", &narrow, 32, list->one);
    for (size_t t = 0; t < n; t++)
        add_cats(list, threads[t]);
    for (size_t t = 0; t < n; t++)
        add_fleet(list, threads[t]);
}
