/* Forward and backward of whole nets, held to slopes of the cost and to plain loops. */
#include "cmocka_all.h"
#include "random_inputs.h"

#include "core/memory.h"

#include <crease/net.h>

#include <stdlib.h>
#include <string.h>

static const uint64_t SEED = 11;

/* Room for every net and batch below. */
enum { MAX_LAYERS = 4, MAX_UNITS = 12, MAX_BATCH = 40 };

typedef struct problem {
    size_t widths[MAX_LAYERS + 1], n_layers, batch;
    crs_net *net;
    crs_workspace *work;
    double x[MAX_BATCH * MAX_UNITS], y[MAX_BATCH * MAX_UNITS];
} problem;

/* A net with biases that are not zero and data for it, all from `state`. */
static void setup(problem *p, const char *act, crs_loss loss, uint64_t *state)
{
    crs_act acts[MAX_LAYERS];
    crs_net_config config = {0};
    double *params;
    size_t n_out;
    p->n_layers = 1 + random_below(state, MAX_LAYERS);
    for (size_t l = 0; l <= p->n_layers; l++)
        p->widths[l] = 1 + random_below(state, MAX_UNITS);
    if (loss == CRS_LOSS_SOFTMAX && p->widths[p->n_layers] < 2)
        p->widths[p->n_layers] = 2;
    n_out = p->widths[p->n_layers];
    for (size_t l = 0; l < MAX_LAYERS; l++)
        assert_int_equal(crs_act_parse(act, NULL, &acts[l]), CRS_OK);
    config.n_layers = p->n_layers;
    config.widths = p->widths;
    config.acts = acts;
    config.loss = loss;
    config.dtype = CRS_F64;
    assert_int_equal(crs_net_create(&config, NULL, &p->net), CRS_OK);
    params = crs_net_params(p->net);
    for (size_t i = 0; i < crs_net_n_params(p->net); i++)
        params[i] = random_unit(state);
    p->batch = 1 + random_below(state, MAX_BATCH);
    for (size_t i = 0; i < p->batch * p->widths[0]; i++)
        p->x[i] = 2 * random_unit(state);
    for (size_t s = 0; s < p->batch; s++) {
        for (size_t j = 0; j < n_out; j++)
            p->y[s * n_out + j] = random_unit(state) > 0;
        if (loss == CRS_LOSS_SOFTMAX)
            p->y[s] = (double)random_below(state, n_out);
    }
    assert_int_equal(crs_workspace_create(p->net, MAX_BATCH, NULL, NULL, &p->work), CRS_OK);
    assert_int_equal(crs_workspace_load(p->work, p->batch, p->x, p->y, NULL, NULL), CRS_OK);
}

static void teardown(problem *p)
{
    crs_workspace_destroy(p->work);
    crs_net_destroy(p->net);
}

static double cost_at(problem *p, size_t i, double value)
{
    double *params = crs_net_params(p->net), kept = params[i], cost;
    params[i] = value;
    crs_net_forward(p->net, p->work);
    cost = crs_net_cost(p->net, p->work);
    params[i] = kept;
    return cost;
}

/*
 * The gradient is the slope of the cost. Smooth activations only, where central
 * differences with h = 1e-5 are good to h^2 times a third derivative (all weights
 * and data are below 2: below 1e4) plus u |cost| / h: 1e-6 and 1e-10.
 */
static double worst_slope_error(const char *act, crs_loss loss, int rounds)
{
    const double h = 1e-5;
    uint64_t state = SEED;
    double worst = 0;
    for (int round = 0; round < rounds; round++) {
        problem p;
        double gradient[1024];
        setup(&p, act, loss, &state);
        crs_net_forward(p.net, p.work);
        crs_net_backward(p.net, p.work);
        memcpy(gradient, crs_workspace_gradient(p.work), crs_net_n_params(p.net) * sizeof(double));
        for (size_t i = 0; i < crs_net_n_params(p.net); i++) {
            double at = crs_net_param(p.net, i);
            double slope = (cost_at(&p, i, at + h) - cost_at(&p, i, at - h)) / (2 * h);
            worst = fmax(worst, fabs(slope - gradient[i]));
        }
        teardown(&p);
    }
    return worst;
}

static void test_backward__is_the_slope_of_the_cost(void **unused)
{
    static const char *const acts[] = {"linear", "softplus",  "sigmoid", "tanh",
                                       "gelu",   "gelu_tanh", "silu",    "mish"};
    (void)unused;
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        for (int loss = CRS_LOSS_BCE; loss <= CRS_LOSS_SQUARED; loss++) {
            double worst = worst_slope_error(acts[i], (crs_loss)loss, 25);
            if (!(worst < 1e-6))
                fail_msg("%s, %s: off by %g (seed %llu)", acts[i], crs_loss_name((crs_loss)loss),
                         worst, (unsigned long long)SEED);
        }
    }
}

static void double_slope(const void *ctx, size_t n, const double *z, const double *a,
                         const double *da, double *dz)
{
    (void)ctx, (void)z, (void)a;
    for (size_t i = 0; i < n; i++)
        dz[i] = 2 * da[i] * (1 - a[i] * a[i]);
}

/* The check above would see a wrong rule: a planted factor of two is far outside its bound. */
static void test_backward__uses_the_rule_it_is_given(void **unused)
{
    const crs_backward_rule rule = {NULL, double_slope, NULL, NULL};
    uint64_t state = SEED;
    int seen = 0;
    (void)unused;
    for (int round = 0; round < 20; round++) {
        problem p;
        double first[1024], *gradient;
        setup(&p, "tanh", CRS_LOSS_BCE, &state);
        if (p.n_layers > 1) {
            size_t last = crs_net_weight_at(p.net, p.n_layers);
            crs_net_forward(p.net, p.work);
            crs_net_backward(p.net, p.work);
            gradient = crs_workspace_gradient(p.work);
            memcpy(first, gradient, crs_net_n_params(p.net) * sizeof *first);
            crs_workspace_set_rule(p.work, p.n_layers - 1, &rule);
            crs_net_backward(p.net, p.work);
            for (size_t i = 0; i < crs_net_n_params(p.net); i++) {
                /* the output layer is above the rule, everything else below it; 1 - a^2 and
                   1 / cosh^2 agree to rounding where |z| is small */
                double expected = i >= last ? first[i] : 2 * first[i];
                assert_true(fabs(gradient[i] - expected) <= 1e-10 * (1 + fabs(expected)));
                seen += i < last && fabs(first[i]) > 1e-6;
            }
            crs_workspace_set_rule(p.work, 0, NULL);
            crs_net_backward(p.net, p.work);
            assert_memory_equal(gradient, first, crs_net_n_params(p.net) * sizeof *first);
        }
        teardown(&p);
    }
    assert_true(seen > 100);
}

/* A batch picked by index, and one that is smaller than the last, compute like a fresh one. */
static void test_load__picks_rows_and_forgets_the_last_batch(void **unused)
{
    uint64_t state = SEED;
    (void)unused;
    for (int round = 0; round < 60; round++) {
        problem p;
        size_t index[MAX_BATCH], n;
        double x[MAX_BATCH * MAX_UNITS], y[MAX_BATCH * MAX_UNITS], gradient[1024], cost;
        size_t n_in, n_out;
        setup(&p, "relu", round % 2 ? CRS_LOSS_SQUARED : CRS_LOSS_BCE, &state);
        n_in = p.widths[0];
        n_out = p.widths[p.n_layers];
        crs_net_forward(p.net, p.work); /* leaves its marks in the buffers */
        crs_net_backward(p.net, p.work);
        n = 1 + random_below(&state, p.batch);
        for (size_t s = 0; s < n; s++) {
            index[s] = random_below(&state, p.batch);
            memcpy(x + s * n_in, p.x + index[s] * n_in, n_in * sizeof *x);
            memcpy(y + s * n_out, p.y + index[s] * n_out, n_out * sizeof *y);
        }
        assert_int_equal(crs_workspace_load(p.work, n, p.x, p.y, index, NULL), CRS_OK);
        crs_net_forward(p.net, p.work);
        crs_net_backward(p.net, p.work);
        cost = crs_net_cost(p.net, p.work);
        memcpy(gradient, crs_workspace_gradient(p.work),
               crs_net_n_params(p.net) * sizeof *gradient);

        crs_workspace_destroy(p.work);
        assert_int_equal(crs_workspace_create(p.net, n, NULL, NULL, &p.work), CRS_OK);
        assert_int_equal(crs_workspace_load(p.work, n, x, y, NULL, NULL), CRS_OK);
        crs_net_forward(p.net, p.work);
        crs_net_backward(p.net, p.work);
        assert_true(cost == crs_net_cost(p.net, p.work));
        assert_memory_equal(gradient, crs_workspace_gradient(p.work),
                            crs_net_n_params(p.net) * sizeof *gradient);
        teardown(&p);
    }
}

/* A first layer for the matrix library computes what small kernels do, for any executor. */
static void test_large_layer__same_for_any_executor(void **unused)
{
    enum { N_IN = 9000, BATCH = 33 };
    const size_t widths[] = {N_IN, 4, 1};
    crs_act relu;
    crs_net_config config = {2, widths, &relu, CRS_LOSS_BCE, CRS_F64};
    crs_executor two;
    uint64_t state = SEED;
    double *x = malloc(N_IN * BATCH * sizeof *x), y[BATCH], first[N_IN * 4 + 9];
    size_t index[BATCH];
    crs_net *net;
    (void)unused;
    assert_non_null(x);
    crs_act_get(CRS_ACT_RELU, &relu);
    assert_int_equal(crs_executor_threads(2, &two), CRS_OK);
    assert_int_equal(crs_net_create(&config, NULL, &net), CRS_OK);
    for (size_t i = 0; i < crs_net_n_params(net); i++)
        ((double *)crs_net_params(net))[i] = 0.02 * random_unit(&state);
    for (size_t i = 0; i < N_IN * BATCH; i++)
        x[i] = random_unit(&state);
    for (size_t s = 0; s < BATCH; s++) {
        y[s] = (double)(s % 2);
        index[s] = s;
    }
    for (int variant = 0; variant < 3; variant++) {
        crs_workspace *work;
        assert_int_equal(crs_workspace_create(net, BATCH, variant == 1 ? &two : NULL, NULL, &work),
                         CRS_OK);
        assert_int_equal(crs_workspace_load(work, BATCH, x, y, variant == 2 ? index : NULL, NULL),
                         CRS_OK);
        crs_net_forward(net, work);
        crs_net_backward(net, work);
        if (variant == 0) {
            size_t ld;
            const double *z = crs_workspace_z(work, 1, &ld);
            memcpy(first, crs_workspace_gradient(work), crs_net_n_params(net) * sizeof *first);
            for (size_t j = 0; j < 4; j++) {
                double sum = crs_net_param(net, crs_net_bias_at(net, 1) + j);
                for (size_t k = 0; k < N_IN; k++)
                    sum += crs_net_param(net, j * N_IN + k) * x[5 * N_IN + k];
                /* n u times the sum of the terms' sizes, each below 0.02 */
                assert_true(fabs(sum - z[j * ld + 5]) <= N_IN * 0x1p-53 * N_IN * 0.02);
            }
        } else {
            assert_memory_equal(first, crs_workspace_gradient(work),
                                crs_net_n_params(net) * sizeof *first);
        }
        crs_workspace_destroy(work);
    }
    crs_net_destroy(net);
    crs_executor_release(&two);
    free(x);
}

/*
 * A large hidden layer (12,000 weights: all three of its products go to the matrix
 * library) and a batch below the workspace's capacity: the gradient is the slope of
 * the cost. tanh; the bound is that of test_backward__is_the_slope_of_the_cost.
 */
static void test_large_layer__gradient_is_the_slope(void **unused)
{
    enum { BATCH = 7 };
    const size_t widths[] = {5, 100, 120, 3};
    const double h = 1e-5;
    crs_act acts[2];
    crs_net_config config = {3, widths, acts, CRS_LOSS_SOFTMAX, CRS_F64};
    crs_workspace *work;
    uint64_t state = SEED;
    double x[BATCH * 5], y[BATCH], *params, *gradient;
    crs_net *net;
    (void)unused;
    crs_act_get(CRS_ACT_TANH, &acts[0]);
    acts[1] = acts[0];
    assert_int_equal(crs_net_create(&config, NULL, &net), CRS_OK);
    params = crs_net_params(net);
    for (size_t i = 0; i < crs_net_n_params(net); i++)
        params[i] = 0.2 * random_unit(&state);
    for (size_t i = 0; i < BATCH * 5; i++)
        x[i] = random_unit(&state);
    for (size_t s = 0; s < BATCH; s++)
        y[s] = (double)(s % 3);
    assert_int_equal(crs_workspace_create(net, 1024, NULL, NULL, &work), CRS_OK);
    assert_int_equal(crs_workspace_load(work, BATCH, x, y, NULL, NULL), CRS_OK);
    crs_net_forward(net, work);
    crs_net_backward(net, work);
    gradient = malloc(crs_net_n_params(net) * sizeof *gradient);
    assert_non_null(gradient);
    memcpy(gradient, crs_workspace_gradient(work), crs_net_n_params(net) * sizeof *gradient);
    for (size_t i = 0; i < crs_net_n_params(net); i += 37) {
        double kept = params[i], up, down;
        params[i] = kept + h;
        crs_net_forward(net, work);
        up = crs_net_cost(net, work);
        params[i] = kept - h;
        crs_net_forward(net, work);
        down = crs_net_cost(net, work);
        params[i] = kept;
        if (!(fabs((up - down) / (2 * h) - gradient[i]) < 1e-6))
            fail_msg("parameter %zu: %g, slope %g", i, gradient[i], (up - down) / (2 * h));
    }
    free(gradient);
    crs_workspace_destroy(work);
    crs_net_destroy(net);
}

/* Scratch for a full batch is enough for every smaller one (the sanitizers look on). */
static void test_large_layer__any_batch_fits_its_scratch(void **unused)
{
    enum { N_IN = 4000, CAPACITY = 1024 };
    const size_t widths[] = {N_IN, 100, 1};
    crs_act relu;
    crs_net_config config = {2, widths, &relu, CRS_LOSS_BCE, CRS_F32};
    float *x = calloc((size_t)N_IN * CAPACITY, sizeof *x);
    double *y = calloc(CAPACITY, sizeof *y);
    crs_workspace *work;
    crs_net *net;
    (void)unused;
    assert_non_null(x);
    assert_non_null(y);
    crs_act_get(CRS_ACT_RELU, &relu);
    assert_int_equal(crs_net_create(&config, NULL, &net), CRS_OK);
    assert_int_equal(crs_workspace_create(net, CAPACITY, NULL, NULL, &work), CRS_OK);
    for (size_t n = 1; n <= CAPACITY; n = 3 * n + 7) {
        assert_int_equal(crs_workspace_load(work, n, x, y, NULL, NULL), CRS_OK);
        crs_net_forward(net, work);
        crs_net_backward(net, work);
        /* all weights 0: every logit 0, cost log 2, summed with n roundings of 2^-53 */
        assert_true(fabs(crs_net_cost(net, work) - 0.69314718055994531) < CAPACITY * 0x1p-53);
    }
    crs_workspace_destroy(work);
    crs_net_destroy(net);
    free(x);
    free(y);
}

/* Float32 follows float64: same shape, parameters and data, rounding apart. */
static void test_float32__follows_float64(void **unused)
{
    uint64_t state = SEED;
    (void)unused;
    for (int round = 0; round < 30; round++) {
        problem p;
        crs_act acts[MAX_LAYERS];
        crs_net_config config = {0};
        crs_net *single;
        crs_workspace *work;
        float x[MAX_BATCH * MAX_UNITS];
        double *gradient;
        setup(&p, "tanh", (crs_loss)(round % 3), &state);
        for (size_t l = 0; l < MAX_LAYERS; l++)
            crs_act_get(CRS_ACT_TANH, &acts[l]);
        config = (crs_net_config){p.n_layers, p.widths, acts, crs_net_loss(p.net), CRS_F32};
        assert_int_equal(crs_net_create(&config, NULL, &single), CRS_OK);
        for (size_t i = 0; i < crs_net_n_params(single); i++)
            ((float *)crs_net_params(single))[i] = (float)crs_net_param(p.net, i);
        for (size_t i = 0; i < p.batch * p.widths[0]; i++)
            x[i] = (float)p.x[i];
        assert_int_equal(crs_workspace_create(single, p.batch, NULL, NULL, &work), CRS_OK);
        assert_int_equal(crs_workspace_load(work, p.batch, x, p.y, NULL, NULL), CRS_OK);
        crs_net_forward(single, work);
        crs_net_backward(single, work);
        crs_net_forward(p.net, p.work);
        crs_net_backward(p.net, p.work);
        gradient = crs_workspace_gradient(p.work);
        for (size_t i = 0; i < crs_net_n_params(single); i++) /* 4 layers of 12 terms below 8 */
            assert_true(fabs((double)((float *)crs_workspace_gradient(work))[i] - gradient[i]) <
                        4 * 12 * 8 * 8 * 0x1p-24 * 4);
        crs_workspace_destroy(work);
        crs_net_destroy(single);
        teardown(&p);
    }
}

/* z exactly on a kink, dead units, and right answers, counted on a net written by hand. */
static void test_counts__kinks_dead_units_and_answers(void **unused)
{
    const size_t widths[] = {1, 3, 1};
    /* units: z = x (on the kink at x = 0), z = -5 - x (dead), z = 1 */
    const double params[] = {1, -1, 0, 0, -5, 1, 1, 1, 0, -1.5};
    const double x[] = {0, 1, -0.0, 2}, y[] = {0, 1, 1, 1};
    crs_act relu;
    crs_net_config config = {2, widths, &relu, CRS_LOSS_BCE, CRS_F64};
    crs_net *net;
    crs_workspace *work;
    double out[4];
    (void)unused;
    crs_act_get(CRS_ACT_RELU, &relu);
    assert_int_equal(crs_net_create(&config, NULL, &net), CRS_OK);
    memcpy(crs_net_params(net), params, sizeof params);
    assert_int_equal(crs_workspace_create(net, 4, NULL, NULL, &work), CRS_OK);
    assert_int_equal(crs_workspace_load(work, 4, x, y, NULL, NULL), CRS_OK);
    crs_net_forward(net, work);
    assert_int_equal(crs_workspace_kink_hits(work, 1, 0), 2);
    assert_int_equal(crs_workspace_kink_hits(work, 1, 1), 0);
    assert_int_equal(crs_workspace_kink_hits(work, 1, 2), 0);
    assert_int_equal(crs_workspace_dead_units(work, 1), 1);
    assert_int_equal(crs_net_count_correct(net, work), 2); /* logits x - 1.5: -1.5 -0.5 -1.5 0.5 */
    assert_true(crs_net_is_correct(net, work, 0) && crs_net_is_correct(net, work, 3));
    assert_int_equal(crs_net_predict(net, 4, x, 1, out), CRS_OK);
    assert_true(out[0] == -1.5 && out[1] == -0.5 && out[3] == 0.5);
    crs_workspace_destroy(work);
    crs_net_destroy(net);
}

static void test_init__is_numpys(void **unused)
{
    /* np.random.seed(1); np.random.randn(2, 2): [[1.62434536, -0.61175641], [-0.52817175,
       -1.07296862]], then 0.86540763, -2.3015387 (NumPy 1.24.2) */
    const size_t widths[] = {2, 2, 1};
    const double expected[] = {
        1.62434536, -0.61175641, -0.52817175, -1.07296862, 0, 0, 0.86540763, -2.3015387, 0};
    static const struct {
        const char *name;
        double first, second; /* factors of both layers */
    } inits[] = {{"randn:1", 1, 1},
                 {"small", 0.01, 0.01},
                 {"he", 1, 1},
                 {"lecun", 0.70710678118654757, 0.70710678118654757},
                 {"glorot", 0.70710678118654757, 0.81649658092772603},
                 {"zeros", 0, 0}};
    crs_act relu;
    crs_net_config config = {2, widths, &relu, CRS_LOSS_BCE, CRS_F64};
    crs_net *net;
    (void)unused;
    crs_act_get(CRS_ACT_RELU, &relu);
    assert_int_equal(crs_net_create(&config, NULL, &net), CRS_OK);
    for (size_t i = 0; i < sizeof inits / sizeof inits[0]; i++) {
        crs_init init;
        crs_random random;
        crs_random_seed(&random, 1);
        assert_int_equal(crs_init_parse(inits[i].name, NULL, &init), CRS_OK);
        crs_net_init(net, &init, &random);
        for (size_t k = 0; k < 9; k++) {
            double factor = k < 4 ? inits[i].first : inits[i].second;
            assert_true(fabs(crs_net_param(net, k) - factor * expected[k]) < 1e-8);
        }
    }
    crs_net_destroy(net);
}

static void test_errors__are_named(void **unused)
{
    const size_t widths[] = {2, 0, 1}, fine[] = {2, 3, 1}, huge[] = {SIZE_MAX / 4, 3, 1};
    const size_t wide[] = {1, SIZE_MAX / 2 + 1, 1};
    crs_act relu;
    crs_net_config config = {0, widths, &relu, CRS_LOSS_BCE, CRS_F64};
    const double x[] = {1, 2, 3, 4}, y[] = {0, 2};
    crs_error err;
    crs_init init;
    crs_net *net;
    crs_workspace *work;
    (void)unused;
    crs_act_get(CRS_ACT_RELU, &relu);
    assert_int_equal(crs_net_create(&config, &err, &net), CRS_EINVAL);
    assert_null(net);
    config.n_layers = 2;
    assert_int_equal(crs_net_create(&config, &err, &net), CRS_EINVAL);
    assert_string_equal(err.text, "layer 1 has no units");
    config.widths = huge;
    assert_int_equal(crs_net_create(&config, &err, &net), CRS_ENOMEM);
    config.widths = wide;
    assert_int_equal(crs_net_create(&config, &err, &net), CRS_ENOMEM);
    config.widths = fine;
    config.loss = CRS_LOSS_SOFTMAX;
    assert_int_equal(crs_net_create(&config, &err, &net), CRS_EINVAL);
    config.loss = CRS_LOSS_BCE;
    assert_int_equal(crs_net_create(&config, &err, &net), CRS_OK);
    assert_int_equal(crs_workspace_create(net, 0, NULL, &err, &work), CRS_EINVAL);
    assert_int_equal(crs_workspace_create(net, SIZE_MAX / 8, NULL, &err, &work), CRS_ENOMEM);
    assert_int_equal(crs_workspace_create(net, 2, NULL, &err, &work), CRS_OK);
    assert_int_equal(crs_workspace_load(work, 3, x, y, NULL, &err), CRS_EINVAL);
    assert_int_equal(crs_workspace_load(work, 2, x, y, NULL, &err), CRS_EINVAL);
    assert_string_equal(err.text, "sample 1 has the label 2, the output has classes 0 to 1");
    assert_int_equal(crs_init_parse("hee", &err, &init), CRS_ENOENT);
    assert_int_equal(crs_init_parse("randn:x", &err, &init), CRS_EPARSE);
    assert_int_equal(crs_init_parse("randn:nan", &err, &init), CRS_EPARSE);
    crs_workspace_destroy(work);
    crs_net_destroy(net);
}

/* Every allocation may fail: CRS_ENOMEM, nothing leaks (the sanitizers look on). */
static void test_memory__every_failure_is_reported(void **unused)
{
    const size_t widths[] = {2, 3, 1};
    crs_act relu;
    crs_net_config config = {2, widths, &relu, CRS_LOSS_BCE, CRS_F64};
    size_t failures = 0;
    (void)unused;
    crs_act_get(CRS_ACT_RELU, &relu);
    for (size_t n = 1;; n++) {
        crs_net *net = NULL, *copy = NULL;
        crs_workspace *work = NULL;
        crs_status status;
        crs__alloc_fail_at(n);
        status = crs_net_create(&config, NULL, &net);
        if (status == CRS_OK)
            status = crs_net_copy(net, &copy);
        if (status == CRS_OK)
            status = crs_workspace_create(net, 5, NULL, NULL, &work);
        crs__alloc_fail_at(0);
        crs_workspace_destroy(work);
        crs_net_destroy(copy);
        crs_net_destroy(net);
        if (status == CRS_OK)
            break;
        assert_int_equal(status, CRS_ENOMEM);
        failures++;
    }
    assert_true(failures > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_backward__is_the_slope_of_the_cost),
        cmocka_unit_test(test_backward__uses_the_rule_it_is_given),
        cmocka_unit_test(test_load__picks_rows_and_forgets_the_last_batch),
        cmocka_unit_test(test_large_layer__same_for_any_executor),
        cmocka_unit_test(test_large_layer__gradient_is_the_slope),
        cmocka_unit_test(test_large_layer__any_batch_fits_its_scratch),
        cmocka_unit_test(test_float32__follows_float64),
        cmocka_unit_test(test_counts__kinks_dead_units_and_answers),
        cmocka_unit_test(test_init__is_numpys),
        cmocka_unit_test(test_errors__are_named),
        cmocka_unit_test(test_memory__every_failure_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
