/*
 * Batch normalisation, dropout, skips, every loss, sample weights and label smoothing held to
 * crs_gradcheck_function: the cost of a net as a function of its parameters. Each case is run once
 * more with the gradient of a pass that forgets the very thing, and that must be told.
 */
#include "cmocka_all.h"
#include "random_inputs.h"

#include <crease/gradcheck.h>
#include <crease/net.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t SEED = 31;

enum { N_IN = 4, BATCH = 6, MOST_OUT = 4 };

/* What a pass may be wrong about. */
typedef enum slip {
    NONE,
    ONE_ENTRY,   /* one derivative is off by 1/100 */
    RUNNING,     /* batch normalisation by running values: no way back through mean and variance */
    OTHER_UNITS, /* dropout of another step */
    NO_SKIP,     /* nothing handed past a layer */
    NO_WEIGHTS,
    NO_SMOOTHING,
    OTHER_DELTA /* Huber's */
} slip;

typedef struct setting {
    const char *layers;
    crs_loss loss;
    double smoothing, delta;
    int weighted, predicting;
    slip slips[3];
} setting;

static const setting settings[] = {
    {"5:tanh,3", CRS_LOSS_BCE, 0, 0, 0, 0, {ONE_ENTRY}},
    {"5:tanh,3", CRS_LOSS_BCE, 0.2, 0, 1, 0, {NO_SMOOTHING, NO_WEIGHTS}},
    {"5:tanh,1", CRS_LOSS_BCE, 0.3, 0, 1, 0, {NO_SMOOTHING, NO_WEIGHTS, ONE_ENTRY}},
    {"5:tanh,3", CRS_LOSS_SOFTMAX, 0, 0, 0, 0, {ONE_ENTRY}},
    {"5:silu,4", CRS_LOSS_SOFTMAX, 0.1, 0, 1, 0, {NO_SMOOTHING, NO_WEIGHTS}},
    {"5:tanh,3", CRS_LOSS_SQUARED, 0, 0, 1, 0, {NO_WEIGHTS, ONE_ENTRY}},
    {"5:tanh,3", CRS_LOSS_ABSOLUTE, 0, 0, 1, 0, {NO_WEIGHTS, ONE_ENTRY}},
    {"5:tanh,3", CRS_LOSS_HUBER, 0, 0.4, 1, 0, {OTHER_DELTA, NO_WEIGHTS}},
    {"5:tanh,1", CRS_LOSS_HINGE, 0, 0, 1, 0, {NO_WEIGHTS, ONE_ENTRY}},
    {"5:tanh,4", CRS_LOSS_HINGE, 0, 0, 1, 0, {NO_WEIGHTS, ONE_ENTRY}},
    {"5:relu+bn,3", CRS_LOSS_SOFTMAX, 0, 0, 0, 0, {RUNNING, ONE_ENTRY}},
    {"5:tanh+bn,4:gelu+bn,3", CRS_LOSS_SQUARED, 0, 0, 1, 0, {RUNNING, NO_WEIGHTS}},
    {"5:elu+bn,3", CRS_LOSS_SOFTMAX, 0, 0, 0, 1, {ONE_ENTRY}},
    {"6:tanh+drop=0.4,3", CRS_LOSS_SOFTMAX, 0, 0, 0, 0, {OTHER_UNITS}},
    {"6:leaky_relu+drop=0.3,6:relu+drop=0.3,3", CRS_LOSS_HUBER, 0, 0, 0, 0, {OTHER_UNITS}},
    {"4:tanh+skip,3", CRS_LOSS_SOFTMAX, 0, 0, 0, 0, {ONE_ENTRY}}, /* from the input */
    {"4:tanh,4:sigmoid+skip,3", CRS_LOSS_SQUARED, 0, 0, 0, 0, {NO_SKIP}},
    {"4:tanh,4:relu+skip,4:silu+skip=2,4:tanh+skip=2,2", CRS_LOSS_SOFTMAX, 0, 0, 0, 0, {NO_SKIP}},
    {"4:tanh+bn,4:relu+bn+drop=0.25+skip,4:mish+bn+drop=0.25+skip=2,3",
     CRS_LOSS_SOFTMAX,
     0.1,
     0,
     1,
     0,
     {RUNNING, OTHER_UNITS, NO_SKIP}},
};

/* A net and a pass of its own. */
typedef struct pass {
    crs_net *net;
    crs_workspace *work;
} pass;

/* Two passes: one for the value, one for the gradient, which may slip. */
typedef struct bench {
    pass value, gradient;
    slip slip;
    size_t entry;
    double x[BATCH * N_IN], y[BATCH * MOST_OUT], weights[BATCH];
} bench;

static void make_pass(const setting *s, slip kind, const bench *b, pass *out)
{
    crs_layers layers;
    crs_net_config config = {0};
    crs_act tanh_act;
    crs_act_get(CRS_ACT_TANH, &tanh_act);
    assert_int_equal(crs_layers_parse(s->layers, &tanh_act, NULL, &layers), CRS_OK);
    layers.widths[0] = N_IN;
    for (size_t l = 0; kind == NO_SKIP && l < layers.n_layers; l++)
        layers.options[l].skip = 0;
    config = (crs_net_config){layers.n_layers,
                              layers.widths,
                              layers.acts,
                              s->loss,
                              CRS_F64,
                              layers.options,
                              kind == OTHER_DELTA ? 0.6 : s->delta,
                              kind == NO_SMOOTHING ? 0 : s->smoothing};
    assert_int_equal(crs_net_create(&config, NULL, &out->net), CRS_OK);
    for (size_t i = 0; i < crs_net_n_running(out->net); i++)
        ((double *)crs_net_running(out->net))[i] = 0.5 + 0.125 * (double)(i % 5);
    assert_int_equal(crs_workspace_create(out->net, BATCH, NULL, NULL, &out->work), CRS_OK);
    crs_workspace_set_weights(out->work, s->weighted && kind != NO_WEIGHTS ? b->weights : NULL);
    if (!s->predicting && kind != RUNNING)
        crs_workspace_set_training(out->work, 9, kind == OTHER_UNITS ? 4 : 3);
    assert_int_equal(crs_workspace_load(out->work, BATCH, b->x, b->y, NULL, NULL), CRS_OK);
}

static void forward(pass *p, const double *params)
{
    memcpy(crs_net_params(p->net), params, crs_net_n_params(p->net) * sizeof *params);
    crs_net_forward(p->net, p->work);
}

static double value_of(void *ctx, size_t n, const double *x)
{
    bench *b = ctx;
    (void)n;
    forward(&b->value, x);
    return crs_net_cost(b->value.net, b->value.work);
}

static void gradient_of(void *ctx, size_t n, const double *x, double *gradient)
{
    bench *b = ctx;
    forward(&b->gradient, x);
    crs_net_backward(b->gradient.net, b->gradient.work);
    memcpy(gradient, crs_workspace_gradient(b->gradient.work), n * sizeof *gradient);
    if (b->slip == ONE_ENTRY)
        gradient[b->entry] *= 1.01;
}

/* Random data: classes or numbers, as the loss wants them. */
static void fill(const setting *s, bench *b, uint64_t *state)
{
    const char *last = strrchr(s->layers, ',');
    size_t n_out = strtoul(last + 1, NULL, 10);
    int numbers =
        s->loss != CRS_LOSS_SOFTMAX && s->loss != CRS_LOSS_HINGE && s->loss != CRS_LOSS_BCE;
    for (size_t i = 0; i < BATCH * N_IN; i++)
        b->x[i] = 2 * random_unit(state);
    for (size_t i = 0; i < BATCH * MOST_OUT; i++)
        b->y[i] = numbers ? random_unit(state)
                          : (double)random_below(state,
                                                 n_out == 1 || s->loss == CRS_LOSS_BCE ? 2 : n_out);
    for (size_t i = 0; i < BATCH; i++)
        b->weights[i] = i == 2 ? 0 : 1 + random_unit(state);
}

static crs_gradcheck *check(const setting *s, slip kind, bench *b, const double *params)
{
    crs_gradcheck *result;
    crs_error err;
    b->slip = kind;
    make_pass(s, NONE, b, &b->value);
    make_pass(s, kind, b, &b->gradient);
    if (crs_gradcheck_function(value_of, gradient_of, b, crs_net_n_params(b->value.net), params,
                               &err, &result) != CRS_OK)
        fail_msg("%s: %s", s->layers, err.text);
    crs_workspace_destroy(b->value.work);
    crs_workspace_destroy(b->gradient.work);
    crs_net_destroy(b->value.net);
    crs_net_destroy(b->gradient.net);
    return result;
}

/* The right gradient is told as right, and every slip as wrong. */
static void check_setting(const setting *s, uint64_t *state)
{
    bench b = {0};
    double params[256];
    crs_gradcheck *result;
    for (size_t i = 0; i < sizeof params / sizeof *params; i++)
        params[i] = random_unit(state);
    fill(s, &b, state);
    result = check(s, NONE, &b, params);
    assert_true(result->n <= sizeof params / sizeof *params);
    if (!result->passed)
        fail_msg("%s, %s (seed %llu): %s", s->layers, crs_loss_name(s->loss),
                 (unsigned long long)SEED, result->explanation);
    for (size_t i = 0; i < result->n; i++)
        if (fabs(result->params[i].right) > 1e-3)
            b.entry = i;
    assert_true(4 * (result->counts[CRS_GRADCHECK_MATCH] + result->counts[CRS_GRADCHECK_KINK]) >=
                3 * result->n);
    crs_gradcheck_destroy(result);
    for (size_t i = 0; i < 3 && s->slips[i] != NONE; i++) {
        result = check(s, s->slips[i], &b, params);
        if (result->passed || result->counts[CRS_GRADCHECK_MISMATCH] == 0)
            fail_msg("%s, %s: slip %d passes (seed %llu)", s->layers, crs_loss_name(s->loss),
                     s->slips[i], (unsigned long long)SEED);
        crs_gradcheck_destroy(result);
    }
}

static void test_gradients__are_the_cost_s(void **unused)
{
    uint64_t state = SEED;
    (void)unused;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        check_setting(&settings[i], &state);
}

/* What crs_gradcheck_net has no theory for it refuses, and says so. */
static void test_gradcheck_net__refuses_what_it_cannot_judge(void **unused)
{
    static const setting refused[] = {
        {"5:tanh+bn,3", CRS_LOSS_SOFTMAX, 0, 0, 0, 0, {NONE}},
        {"5:tanh+drop=0.1,3", CRS_LOSS_SOFTMAX, 0, 0, 0, 0, {NONE}},
        {"4:tanh+skip,3", CRS_LOSS_SOFTMAX, 0, 0, 0, 0, {NONE}},
        {"5:tanh,3", CRS_LOSS_HINGE, 0, 0, 0, 0, {NONE}},
        {"5:tanh,3", CRS_LOSS_SOFTMAX, 0.1, 0, 0, 0, {NONE}},
        {"5:tanh,3", CRS_LOSS_SOFTMAX, 0, 0, 1, 0, {NONE}},
    };
    static const char *const what[] = {"batch normalisation", "dropout", "skips", "hinge",
                                       "smoothing",           "weights"};
    uint64_t state = SEED;
    (void)unused;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        bench b = {0};
        crs_gradcheck *result;
        crs_error err;
        fill(&refused[i], &b, &state);
        make_pass(&refused[i], NONE, &b, &b.value);
        assert_int_equal(crs_gradcheck_net(b.value.net, b.value.work, NULL, &err, &result),
                         CRS_EUNSUPPORTED);
        assert_null(result);
        assert_non_null(strstr(err.text, what[i]));
        crs_workspace_destroy(b.value.work);
        crs_net_destroy(b.value.net);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gradients__are_the_cost_s),
        cmocka_unit_test(test_gradcheck_net__refuses_what_it_cannot_judge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
