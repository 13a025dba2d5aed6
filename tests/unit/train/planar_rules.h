/* The rules of the planar exercise as plain functions, and one run with them. */
#ifndef TESTS_PLANAR_RULES_H
#define TESTS_PLANAR_RULES_H

#include <crease/train.h>

#define PLANAR_RULE(name, test)                                                          \
    static inline void name(const void *ctx, size_t n, const double *z, const double *a, \
                            const double *da, double *dz)                                \
    {                                                                                    \
        (void)ctx, (void)z, (void)a;                                                     \
        for (size_t i = 0; i < n; i++)                                                   \
            dz[i] = da[i] * ((test) ? 1.0 : 0.0);                                        \
    }
PLANAR_RULE(planar_a_gt, a[i] > 0)
PLANAR_RULE(planar_a_ge, a[i] >= 0)
PLANAR_RULE(planar_z_gt, z[i] > 0)
PLANAR_RULE(planar_z_ge, z[i] >= 0)

typedef void (*planar_rule)(const void *, size_t, const double *, const double *, const double *,
                            double *);

typedef struct planar_run {
    const char *act;
    size_t n_h;
    uint32_t seed;
    double lr;
    size_t iterations, every;
    crs_backward_rule rule; /* f64 NULL: the activation's own */
    double costs[128];      /* recorded */
    size_t n_costs, kink_hits;
    crs_score score; /* of the trained net */
    double params[512];
    size_t n_params;
} planar_run;

/* `rule` NULL: the activation's own derivative. */
static inline planar_run planar_setup(const char *act, size_t n_h, uint32_t seed, double lr,
                                      size_t iterations, size_t every, planar_rule rule)
{
    planar_run run = {
        .act = act, .n_h = n_h, .seed = seed, .lr = lr, .iterations = iterations, .every = every};
    run.rule.f64 = rule;
    return run;
}

static crs_status planar_watch(void *ctx, const crs_train_event *event)
{
    planar_run *run = ctx;
    if (event->iteration % run->every == 0)
        run->costs[run->n_costs++] = crs_net_cost(event->net, event->work);
    for (size_t j = 0; j < run->n_h; j++)
        run->kink_hits += crs_workspace_kink_hits(event->work, 1, j);
    return CRS_OK;
}

/* Train 2-n_h-1 on the planar data with 0.01 randn; CRS_OK or what failed. */
static crs_status planar_train(planar_run *run)
{
    const size_t widths[] = {2, run->n_h, 1};
    const crs_init init = {CRS_INIT_RANDN, 0.01};
    crs_act act;
    crs_net_config shape = {2, widths, &act, CRS_LOSS_BCE, CRS_F64};
    crs_train_config config = {.lr = run->lr,
                               .iterations = run->iterations,
                               .rule = run->rule.f64 == NULL ? NULL : &run->rule,
                               .observer = planar_watch,
                               .observer_ctx = run};
    crs_dataset data = {0};
    crs_random random;
    crs_net *net = NULL;
    crs_status status = crs_act_parse(run->act, NULL, &act);
    if (status == CRS_OK)
        status = crs_data_generate("planar", NULL, NULL, &data);
    if (status == CRS_OK)
        status = crs_net_create(&shape, NULL, &net);
    if (status == CRS_OK) {
        crs_random_seed(&random, run->seed);
        crs_net_init(net, &init, &random);
        status = crs_train(net, &data, &config, NULL);
    }
    if (status == CRS_OK)
        status = crs_evaluate(net, &data, NULL, NULL, &run->score);
    if (status == CRS_OK) {
        run->n_params = crs_net_n_params(net);
        for (size_t i = 0; i < run->n_params; i++)
            run->params[i] = crs_net_param(net, i);
    }
    crs_net_destroy(net);
    crs_dataset_release(&data);
    return status;
}

#endif
