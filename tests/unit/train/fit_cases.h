/* Trainings of every kind, for tests of what must hold for all of them. Needs cmocka_all.h. */
#ifndef FIT_CASES_H
#define FIT_CASES_H

#include <crease/fit.h>

#include <string.h>

typedef struct fit_case {
    const char *name;
    const char *layers, *optim, *schedule;
    size_t batch, epochs, every, patience;
    double l1, l2, clip, max_norm;
    int validates, weighted, augments;
    crs_dtype dtype;
    crs_loss loss;
} fit_case;

#define N_FIT_CASES 12

static const fit_case fit_cases[N_FIT_CASES] = {
    {"the small engine", "5:relu,1", "sgd", "constant", 0, 6, 2, .dtype = CRS_F64},
    {"the small engine in batches", "5:tanh,3:relu,1", "momentum", "cosine", 16, 3, 1, 0,
     .dtype = CRS_F32},
    {"a large layer", "130:relu,70:relu,1", "sgd", "step:every=2", 32, 4, 1, 0, .dtype = CRS_F32},
    {"adam", "20:relu,1", "adam:beta1=0.8", "constant", 32, 4, 1, 0, 1e-4, 1e-3, .dtype = CRS_F64},
    {"norm and dropout", "40:relu+bn+drop=0.2,40:relu+bn+drop=0.3+skip,1", "adamw", "onecycle", 24,
     4, 1, 0, .validates = 1, .dtype = CRS_F32},
    {"clipped", "9:relu,1", "nesterov", "constant:warmup=1", 50, 4, 1, 0, 0, 0, 0.05, 0.7,
     .dtype = CRS_F64},
    {"patience", "9:elu,1", "rmsprop", "constant", 20, 40, 1, 2, .validates = 1, .dtype = CRS_F64},
    {"plateau", "9:relu,1", "adagrad", "plateau:patience=1,factor=0.5", 20, 9, 1, 0, .validates = 1,
     .dtype = CRS_F32},
    {"weights", "9:relu,1", "sgd", "constant", 20, 4, 1, 0, .weighted = 1, .dtype = CRS_F64},
    {"augmented", "9:relu+drop=0.1,1", "sgd", "constant", 20, 4, 1, 0, .augments = 1, .weighted = 1,
     .dtype = CRS_F32},
    {"hinge", "9:relu,1", "sgd", "constant", 20, 4, 1, 0, .dtype = CRS_F64, .loss = CRS_LOSS_HINGE},
    {"lbfgs", "9:tanh,1", "lbfgs:history=4", "constant", 0, 9, 2, 0, 0, 1e-3, .weighted = 1,
     .dtype = CRS_F64},
};

#define FIT_SAMPLES 150

/* What a training of a case needs; the fit is made by fit_start. */
typedef struct fit_setting {
    crs_dataset data;
    crs_net *net;
    crs_fit_config config;
    crs_shift shift;
    size_t order[FIT_SAMPLES];
    double weights[FIT_SAMPLES];
    crs_executor executor;
    crs_fit *fit;
} fit_setting;

static void fit_net(const fit_case *c, fit_setting *s)
{
    static crs_layers layers; /* too large for a stack frame */
    crs_act relu;
    crs_error err;
    crs_random random;
    const crs_init he = {CRS_INIT_HE, 0};
    crs_net_config config = {.loss = c->loss, .dtype = c->dtype};
    crs_act_get(CRS_ACT_RELU, &relu);
    assert_int_equal(crs_layers_parse(c->layers, &relu, &err, &layers), CRS_OK);
    layers.widths[0] = 2;
    config.n_layers = layers.n_layers;
    config.widths = layers.widths;
    config.acts = layers.acts;
    config.options = layers.options;
    if (crs_net_create(&config, &err, &s->net) != CRS_OK)
        fail_msg("%s: %s", c->name, err.text);
    crs_random_seed(&random, 7);
    crs_net_init(s->net, &he, &random);
}

static void fit_start(const fit_case *c, int threads, fit_setting *s)
{
    crs_data_options planar;
    crs_error err;
    memset(s, 0, sizeof *s);
    assert_int_equal(crs_data_defaults("planar", &err, &planar), CRS_OK);
    planar.n_samples = FIT_SAMPLES;
    planar.dtype = c->dtype;
    assert_int_equal(crs_data_generate("planar", &planar, &err, &s->data), CRS_OK);
    fit_net(c, s);
    crs_fit_config_init(&s->config);
    assert_int_equal(crs_optim_parse(c->optim, &err, &s->config.optim), CRS_OK);
    assert_int_equal(crs_schedule_parse(c->schedule, &err, &s->config.schedule), CRS_OK);
    s->config.lr = s->config.optim.kind == CRS_OPTIM_LBFGS ? 1 : 0.02;
    s->config.epochs = c->epochs;
    s->config.batch = c->batch;
    s->config.seed = 11;
    s->config.every = c->every;
    s->config.patience = c->patience;
    s->config.l1 = c->l1;
    s->config.l2 = c->l2;
    s->config.clip = c->clip;
    s->config.max_norm = c->max_norm;
    assert_int_equal(crs_executor_threads(threads, &s->executor), CRS_OK);
    s->config.executor = threads > 1 ? &s->executor : NULL;
    for (size_t i = 0; i < FIT_SAMPLES; i++) {
        s->order[i] = (i * 7) % FIT_SAMPLES;
        s->weights[i] = 0.5 + (double)(i % 3);
    }
    if (c->validates) {
        s->config.train_index = s->order;
        s->config.n_train = 110;
        s->config.valid_index = s->order + 110;
        s->config.n_valid = FIT_SAMPLES - 110;
    }
    if (c->weighted)
        s->config.sample_weights = s->weights;
    if (c->augments) {
        s->shift = (crs_shift){c->dtype, 1, 2, 1, 1};
        s->config.augment = crs_augment_shift;
        s->config.augment_ctx = &s->shift;
    }
    if (crs_fit_create(s->net, &s->data, &s->config, &err, &s->fit) != CRS_OK)
        fail_msg("%s: %s", c->name, err.text);
}

static void fit_release(fit_setting *s)
{
    crs_fit_destroy(s->fit);
    crs_executor_release(&s->executor);
    crs_net_destroy(s->net);
    crs_dataset_release(&s->data);
}

/* To the end, `stride` steps a call. */
static void fit_finish(fit_setting *s, size_t stride)
{
    crs_error err;
    while (crs_fit_ended(s->fit) == CRS_FIT_GOES_ON)
        if (crs_fit_advance(s->fit, stride, &err) != CRS_OK)
            fail_msg("%s", err.text);
}

static void assert_same_net(const char *name, const fit_setting *a, const fit_setting *b)
{
    size_t size = crs_dtype_size(crs_net_dtype(a->net)), n, m;
    const crs_fit_record *ours = crs_fit_records(a->fit, &n);
    const crs_fit_record *theirs = crs_fit_records(b->fit, &m);
    if (memcmp(crs_net_params(a->net), crs_net_params(b->net), crs_net_n_params(a->net) * size) !=
        0)
        fail_msg("%s: other parameters", name);
    if (crs_net_n_running(a->net) > 0 && memcmp(crs_net_running(a->net), crs_net_running(b->net),
                                                crs_net_n_running(a->net) * size) != 0)
        fail_msg("%s: other running values", name);
    if (n != m || memcmp(ours, theirs, n * sizeof *ours) != 0)
        fail_msg("%s: other records", name);
}

#endif
