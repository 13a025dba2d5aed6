#include <crease/compare.h>

#include "compare/explain.h"
#include "compare/measure.h"
#include "core/arguments.h"
#include "core/memory.h"
#include "net/net.h"

#include <crease/fleet.h>

#include <math.h>
#include <stdatomic.h>
#include <string.h>

/* How often the right gradient is computed beside a run's own. */
enum { COSINES = 100 };

/* Points of the cost curve. */
enum { CURVE = 255 };

/* The share of the progress bar that the sweep over all float32 inputs has. */
static const double SWEEP_SHARE = 0.5;

/* What all runs share. */
typedef struct plan {
    const crs_compare_config *config;
    crs_compare *result;
    const crs_net *start;          /* the parameters every run begins with */
    atomic_size_t iterations_done; /* over all runs */
    atomic_flag reporting;         /* somebody is in the progress callback */
    atomic_int canceled;
} plan;

/* One run while it trains. */
typedef struct run {
    plan *plan;
    crs_compare_entry *entry;
    crs_backward_rule rule;
    void *gradient;  /* of this rule, while the right one is computed */
    size_t next;     /* the next iteration that is looked at whatever happens */
    size_t reported; /* iterations that the progress knows of */
    size_t n_cosines;
    double sum_cosines;
} run;

void crs_compare_config_init(crs_compare_config *out)
{
    if (out == NULL)
        return;
    memset(out, 0, sizeof *out);
    crs_act_get(CRS_ACT_RELU, &out->act);
    out->dtype = CRS_F64;
    out->init.kind = CRS_INIT_RANDN;
    out->init.scale = 0.01;
    out->seed = 2;
    out->lr = 0.1;
    out->iterations = 5000;
    out->every = 1000;
}

/* ---- what is watched while a net trains -------------------------------------- */

static void count_kink_hits(crs_compare_entry *entry, const crs_train_event *event)
{
    for (size_t l = 1; l < crs_net_layers(event->net); l++) {
        size_t units = crs_net_width(event->net, l);
        for (size_t j = 0; j < units; j++) {
            size_t hits = crs_workspace_kink_hits(event->work, l, j);
            if (hits == 0)
                continue;
            entry->kink_hits += hits;
            if (!entry->has_first_kink_hit) {
                entry->has_first_kink_hit = 1;
                entry->first_kink_hit = (crs_kink_hit){event->iteration, l, j, hits};
            }
        }
    }
}

/* Compute the right gradient at these parameters, compare, and put this rule's back. */
static void compare_gradient(run *r, const crs_train_event *event)
{
    crs_dtype dtype = crs_net_dtype(event->net);
    size_t n = crs_net_n_params(event->net);
    void *gradient = crs_workspace_gradient(event->work);
    double cosine;
    memcpy(r->gradient, gradient, n * crs_dtype_size(dtype));
    crs_workspace_set_rule(event->work, 0, NULL);
    crs_net_backward(event->net, event->work);
    cosine = crs__compare_cosine(dtype, n, r->gradient, gradient);
    crs_workspace_set_rule(event->work, 0, &r->rule);
    memcpy(gradient, r->gradient, n * crs_dtype_size(dtype));
    if (isfinite(cosine)) {
        r->sum_cosines += cosine;
        r->n_cosines++;
    }
}

static void record_cost(crs_compare_entry *entry, size_t iteration, double cost)
{
    entry->cost_at[entry->n_costs] = iteration;
    entry->costs[entry->n_costs] = cost;
    entry->n_costs++;
}

/* Progress is reported by whichever run takes a step of it; a report under way is not waited for. */
static crs_status report(run *r, size_t done_here)
{
    plan *p = r->plan;
    const crs_compare_config *config = p->config;
    size_t all = config->iterations * config->n_rules, step = all / 200 + 1;
    size_t more = done_here - r->reported;
    size_t done = atomic_fetch_add(&p->iterations_done, more) + more;
    r->reported = done_here;
    if (config->progress != NULL && (done - more) / step != done / step &&
        !atomic_flag_test_and_set(&p->reporting)) {
        double share = SWEEP_SHARE + (1 - SWEEP_SHARE) * (double)done / (double)all;
        if (config->progress(config->progress_ctx, share, "training"))
            atomic_store(&p->canceled, 1);
        atomic_flag_clear(&p->reporting);
    }
    return atomic_load(&p->canceled) ? CRS_ECANCELED : CRS_OK;
}

/* What is done at an iteration. */
static int is_recorded(const crs_compare_config *config, size_t iteration)
{
    return iteration % config->every == 0 || iteration == config->iterations - 1;
}

static int is_drawn(const crs_compare_config *config, size_t iteration)
{
    return iteration % ((config->iterations - 1) / CURVE + 1) == 0;
}

static int has_cosine(const crs_compare_config *config, size_t iteration)
{
    return iteration % ((config->iterations - 1) / COSINES + 1) == 0;
}

static size_t next_multiple(size_t iteration, size_t step)
{
    return (iteration / step + 1) * step;
}

/* Is this iteration one to look at? Asked in every one: the divisions are kept out of it. */
static int observe(void *ctx, size_t iteration)
{
    run *r = ctx;
    const crs_compare_config *config = r->plan->config;
    size_t last = config->iterations - 1, next;
    if (iteration < r->next)
        return 0;
    next = next_multiple(iteration, last / CURVE + 1);
    if (next > next_multiple(iteration, last / COSINES + 1))
        next = next_multiple(iteration, last / COSINES + 1);
    if (next > next_multiple(iteration, config->every))
        next = next_multiple(iteration, config->every);
    r->next = iteration < last && next > last ? last : next;
    return 1;
}

/* The cost on all training data, whatever the batch. */
static crs_status cost_now(const run *r, const crs_train_event *event, double *out)
{
    crs_score score;
    crs_status status = CRS_OK;
    if (crs_workspace_batch(event->work) == r->plan->config->data->n_samples) {
        *out = crs_net_cost(event->net, event->work);
    } else {
        status = crs_evaluate(event->net, r->plan->config->data, NULL, NULL, &score);
        *out = score.cost;
    }
    return status;
}

static crs_status watch(void *ctx, const crs_train_event *event)
{
    run *r = ctx;
    const crs_compare_config *config = r->plan->config;
    int recorded = is_recorded(config, event->iteration);
    int drawn = is_drawn(config, event->iteration);
    count_kink_hits(r->entry, event);
    if (recorded || drawn) {
        double cost;
        crs_status status = cost_now(r, event, &cost);
        if (status != CRS_OK)
            return status;
        if (!isfinite(cost) && r->entry->diverged_at > event->iteration)
            r->entry->diverged_at = event->iteration;
        if (recorded)
            record_cost(r->entry, event->iteration, cost);
        if (drawn) {
            r->entry->curve_at[r->entry->n_curve] = (double)event->iteration;
            r->entry->curve[r->entry->n_curve++] = cost;
        }
    }
    if (has_cosine(config, event->iteration))
        compare_gradient(r, event);
    return report(r, event->iteration + 1);
}

/* z of hidden units that a run computes: an epoch of mini-batches takes every sample once. */
static uint64_t count_preactivations(const crs_compare_config *config)
{
    size_t n = config->data->n_samples, units = 0;
    size_t batch = config->batch == 0 || config->batch > n ? n : config->batch;
    size_t an_epoch = (n + batch - 1) / batch;
    for (size_t l = 0; l < config->n_hidden; l++)
        units += config->hidden[l];
    return (uint64_t)units * ((uint64_t)(config->iterations / an_epoch) * n +
                              (uint64_t)(config->iterations % an_epoch) * batch);
}

/* ---- one run ------------------------------------------------------------------- */

static crs_status measure_dead_units(const crs_net *net, const crs_dataset *data, size_t *out)
{
    crs_workspace *work;
    crs_status status = crs_workspace_create(net, data->n_samples, NULL, NULL, &work);
    *out = 0;
    if (status != CRS_OK)
        return status;
    status = crs_workspace_load(work, data->n_samples, data->x, NULL, NULL, NULL);
    if (status == CRS_OK) {
        crs_net_forward(net, work);
        for (size_t l = 1; l < crs_net_layers(net); l++)
            *out += crs_workspace_dead_units(work, l);
    }
    crs_workspace_destroy(work);
    return status;
}

static crs_status measure_boundary(const crs_net *net, const crs_dataset *data, double *out)
{
    double *logits;
    crs_status status;
    *out = NAN;
    if (crs_net_loss(net) != CRS_LOSS_BCE)
        return CRS_OK;
    logits = crs__alloc(data->n_samples, sizeof *logits);
    if (logits == NULL)
        return CRS_ENOMEM;
    status = crs_net_predict(net, data->n_samples, data->x, 1, logits);
    if (status == CRS_OK)
        status = crs__compare_r2(data, logits, out);
    crs__free(logits);
    return status;
}

static crs_status measure(const plan *p, crs_compare_entry *entry, const crs_score *trained)
{
    const crs_compare_config *config = p->config;
    crs_score score;
    crs_status status;
    entry->cost = trained->cost;
    entry->accuracy = trained->accuracy;
    entry->has_diverged = !isfinite(trained->cost);
    if (config->test != NULL) {
        status = crs_evaluate(entry->net, config->test, NULL, NULL, &score);
        if (status != CRS_OK)
            return status;
        entry->test_accuracy = score.accuracy;
    }
    status = measure_dead_units(entry->net, config->data, &entry->dead_units);
    if (status == CRS_OK)
        status = measure_boundary(entry->net, config->data, &entry->boundary_r2);
    return status;
}

/* A net, room for what is watched, and how it is to be trained. */
static crs_status prepare_run(plan *p, size_t i, run *r, crs_fleet_run *out)
{
    const crs_compare_config *config = p->config;
    crs_compare_entry *entry = &p->result->entries[i];
    size_t n_costs = config->iterations / config->every + 2;
    crs_status status = crs_net_copy(p->start, &entry->net);
    crs_rule_backward(config->rules[i], &r->rule);
    r->plan = p;
    r->entry = entry;
    entry->test_accuracy = NAN;
    entry->preactivations = count_preactivations(config);
    entry->diverged_at = config->iterations;
    entry->cost_at = crs__alloc(n_costs, sizeof *entry->cost_at);
    entry->costs = crs__alloc(n_costs, sizeof *entry->costs);
    entry->curve_at = crs__alloc(CURVE + 1, sizeof *entry->curve_at);
    entry->curve = crs__alloc(CURVE + 1, sizeof *entry->curve);
    r->gradient = crs__alloc_aligned(crs_net_n_params(p->start), crs_dtype_size(config->dtype));
    if (status != CRS_OK || entry->cost_at == NULL || entry->costs == NULL ||
        entry->curve_at == NULL || entry->curve == NULL || r->gradient == NULL)
        return CRS_ENOMEM;
    out->net = entry->net;
    out->data = config->data;
    out->train = (crs_train_config){.lr = config->lr,
                                    .iterations = config->iterations,
                                    .batch = config->batch,
                                    .shuffle_seed = config->seed,
                                    .rule = &r->rule,
                                    .observer = watch,
                                    .observer_ctx = r,
                                    .observe = observe,
                                    .observe_kinks = 1};
    return CRS_OK;
}

/* ---- all of them ------------------------------------------------------------------ */

typedef struct measuring {
    plan *plan;
    const crs_fleet_run *trained;
    crs_status *status; /* [n_rules] */
} measuring;

static void measure_task(void *arg, size_t i, int worker)
{
    measuring *m = arg;
    (void)worker;
    m->status[i] = measure(m->plan, &m->plan->result->entries[i], &m->trained[i].score);
}

static crs_status measure_all(plan *p, const crs_fleet_run *trained, crs_error *err)
{
    size_t n = p->config->n_rules;
    crs_status result = CRS_OK, status[CRS_RULECHECK_MAX_RULES] = {CRS_OK};
    measuring m = {p, trained, status};
    crs_executor_run(p->config->executor, n, measure_task, &m);
    for (size_t i = 0; result == CRS_OK && i < n; i++)
        result = status[i];
    return result == CRS_OK ? CRS_OK : crs_error_set(err, result, "no memory to measure a run");
}

static crs_status run_rules(plan *p, crs_error *err)
{
    size_t n = p->config->n_rules;
    run *watched = crs__alloc(n, sizeof *watched);
    crs_fleet_run *runs = crs__alloc(n, sizeof *runs);
    crs_status status = watched == NULL || runs == NULL ? CRS_ENOMEM : CRS_OK;
    for (size_t i = 0; status == CRS_OK && i < n; i++)
        status = prepare_run(p, i, &watched[i], &runs[i]);
    if (status != CRS_OK)
        (void)crs_error_set(err, status, "no memory for %zu runs", n);
    else
        status = crs_fleet_train(n, runs, p->config->executor, err);
    if (status == CRS_OK)
        status = measure_all(p, runs, err);
    for (size_t i = 0; watched != NULL && i < n; i++) {
        if (watched[i].entry != NULL)
            watched[i].entry->gradient_cosine =
                watched[i].n_cosines > 0 ? watched[i].sum_cosines / (double)watched[i].n_cosines
                                         : NAN;
        crs__free(watched[i].gradient);
    }
    crs__free(watched);
    crs__free(runs);
    return status;
}

/* The sweep's progress as a part of the whole. */
static int sweep_progress(void *ctx, double done)
{
    const plan *p = ctx;
    const crs_compare_config *config = p->config;
    return config->progress(config->progress_ctx, SWEEP_SHARE * done,
                            "checking the rules on all float32 inputs");
}

static crs_status check_rules(plan *p, crs_error *err)
{
    const crs_compare_config *config = p->config;
    crs_rulecheck *checks = crs__alloc(config->n_rules, sizeof *checks);
    crs_status status;
    if (checks == NULL)
        return crs_error_set(err, CRS_ENOMEM, "no memory to check %zu rules", config->n_rules);
    status = crs_rulecheck_run(config->n_rules, config->rules, &config->act, config->executor,
                               config->progress == NULL ? NULL : sweep_progress, p, err, checks);
    for (size_t i = 0; status == CRS_OK && i < config->n_rules; i++)
        p->result->entries[i].check = checks[i];
    crs__free(checks);
    return status;
}

static void find_identical(crs_compare *result)
{
    for (size_t i = 0; i < result->n_entries; i++) {
        const crs_net *net = result->entries[i].net;
        size_t bytes = net->n_params * net->kernels->size, j = 0;
        while (j < i && memcmp(result->entries[j].net->params, net->params, bytes) != 0)
            j++;
        result->entries[i].identical_to = j;
    }
}

/* The net every run starts from, and the shape in the result. */
static crs_status make_start(const crs_compare_config *config, crs_compare *result, crs_error *err,
                             crs_net **out)
{
    const crs_dataset *data = config->data;
    crs_net_config shape = {0};
    crs_act *acts = crs__alloc(config->n_hidden, sizeof *acts);
    crs_random random;
    crs_status status;
    *out = NULL;
    result->n_layers = config->n_hidden + 1;
    result->widths = crs__alloc(result->n_layers + 1, sizeof *result->widths);
    if (acts == NULL || result->widths == NULL) {
        crs__free(acts);
        return crs_error_set(err, CRS_ENOMEM, "no memory for the net");
    }
    result->widths[0] = data->n_features;
    for (size_t l = 0; l < config->n_hidden; l++) {
        result->widths[l + 1] = config->hidden[l];
        acts[l] = config->act;
    }
    result->widths[result->n_layers] = data->n_classes > 2 ? data->n_classes : 1;
    result->loss = data->n_classes == 0  ? CRS_LOSS_SQUARED
                   : data->n_classes > 2 ? CRS_LOSS_SOFTMAX
                                         : CRS_LOSS_BCE;
    shape.n_layers = result->n_layers;
    shape.widths = result->widths;
    shape.acts = acts;
    shape.loss = result->loss;
    shape.dtype = config->dtype;
    status = crs_net_create(&shape, err, out);
    crs__free(acts);
    if (status == CRS_OK && config->gemm != NULL)
        status = crs_net_set_gemm(*out, config->gemm, err);
    if (status == CRS_OK) {
        crs_random_seed(&random, config->seed);
        crs_net_init(*out, &config->init, &random);
    }
    return status;
}

static crs_status check_config(const crs_compare_config *config, crs_error *err)
{
    if (config->n_rules == 0 || config->n_rules > CRS_RULECHECK_MAX_RULES)
        return crs_error_set(err, CRS_EINVAL, "%zu rules: expected 1 to %d", config->n_rules,
                             CRS_RULECHECK_MAX_RULES);
    if (config->n_hidden == 0)
        return crs_error_set(err, CRS_EINVAL,
                             "a net without a hidden layer uses no rule: expected at least one");
    if (config->every == 0 || config->iterations == 0)
        return crs_error_set(err, CRS_EINVAL, "%s must be at least 1",
                             config->every == 0 ? "the distance of recorded costs" : "iterations");
    if (config->data->dtype != config->dtype ||
        (config->test != NULL && config->test->dtype != config->dtype))
        return crs_error_set(err, CRS_ESHAPE, "the data is not %s, as the net is",
                             crs_dtype_name(config->dtype));
    if (config->test != NULL && config->test->n_classes != config->data->n_classes)
        return crs_error_set(err, CRS_ESHAPE,
                             "the test data has %zu classes, the training data %zu",
                             config->test->n_classes, config->data->n_classes);
    if (config->test != NULL && config->test->n_features != config->data->n_features)
        return crs_error_set(err, CRS_ESHAPE,
                             "the test data has %zu features, the training data %zu",
                             config->test->n_features, config->data->n_features);
    return CRS_OK;
}

crs_status crs_compare_run(const crs_compare_config *config, crs_error *err, crs_compare **out)
{
    if (config == NULL || out == NULL) {
        if (out != NULL)
            *out = NULL;
        return crs__null_argument(err, __func__);
    }
    crs_net *start = NULL;
    crs_compare *result = NULL;
    plan p = {.config = config, .reporting = ATOMIC_FLAG_INIT};
    crs_status status;
    *out = NULL;
    status = check_config(config, err);
    if (status != CRS_OK)
        return status;
    result = crs__alloc(1, sizeof *result);
    if (result != NULL)
        result->entries = crs__alloc(config->n_rules, sizeof *result->entries);
    if (result == NULL || result->entries == NULL) {
        status = crs_error_set(err, CRS_ENOMEM, "no memory for %zu runs", config->n_rules);
        goto out;
    }
    result->n_entries = config->n_rules;
    result->act = config->act;
    result->iterations = config->iterations;
    p.result = result;
    status = make_start(config, result, err, &start);
    if (status != CRS_OK)
        goto out;
    p.start = start;
    status = check_rules(&p, err);
    if (status != CRS_OK)
        goto out;
    status = run_rules(&p, err);
    if (status != CRS_OK)
        goto out;
    find_identical(result);
    status = crs__compare_explain(config, result, &result->explanation);
    if (status != CRS_OK)
        (void)crs_error_set(err, status, "no memory for the explanation");
out:
    crs_net_destroy(start);
    if (status != CRS_OK) {
        crs_compare_destroy(result);
        return status;
    }
    *out = result;
    return CRS_OK;
}

void crs_compare_destroy(crs_compare *result)
{
    if (result == NULL)
        return;
    for (size_t i = 0; result->entries != NULL && i < result->n_entries; i++) {
        crs__free(result->entries[i].cost_at);
        crs__free(result->entries[i].costs);
        crs__free(result->entries[i].curve_at);
        crs__free(result->entries[i].curve);
        crs_net_destroy(result->entries[i].net);
    }
    crs__free(result->entries);
    crs__free(result->widths);
    crs__free(result->explanation);
    crs__free(result);
}
