/*
 * Nets with large layers, plain and with options: the same bits however a pass is cut, at every
 * CPU level, in one go or in three, and by a predictor.
 */
#include "cmocka_all.h"
#include "random_inputs.h"

#include "core/memory.h"
#include "net/net.h"

#include <stdlib.h>
#include <string.h>

static const uint64_t SEED = 19;

enum { MAX_LAYERS = 4, MAX_UNITS = 420, MAX_BATCH = 600 };

typedef struct problem {
    size_t widths[MAX_LAYERS + 1], n_layers, batch;
    crs_dtype dtype;
    crs_net *net;
    void *x;
    double *y;
    size_t *index;   /* NULL: the first samples */
    double *weights; /* of samples; NULL: alike */
} problem;

static void set(crs_dtype dtype, void *base, size_t i, double value)
{
    if (dtype == CRS_F64)
        ((double *)base)[i] = value;
    else
        ((float *)base)[i] = (float)value;
}

/* Batch normalisation, dropout and skips here and there; a skip makes the layer as wide. */
static void add_options(problem *p, crs_layer_options *options, uint64_t *state)
{
    for (size_t l = 1; l < p->n_layers; l++) {
        crs_layer_options *o = &options[l - 1];
        o->batchnorm = random_below(state, 2) != 0;
        o->dropout = random_below(state, 2) ? 0.3 : 0;
        o->skip = random_below(state, 2) ? 1 + random_below(state, l) : 0;
        if (o->skip == l)
            p->widths[0] = 100;
        if (o->skip > 0)
            p->widths[l] = p->widths[l - o->skip];
    }
}

static void setup(problem *p, int with_options, uint64_t *state)
{
    static const crs_loss losses[] = {CRS_LOSS_SOFTMAX, CRS_LOSS_HINGE};
    crs_layer_options options[MAX_LAYERS] = {{0}};
    static const char *const names[] = {"relu", "tanh", "leaky_relu"};
    crs_act acts[MAX_LAYERS];
    crs_net_config config = {0};
    const char *act = names[random_below(state, 3)];
    p->n_layers = 2 + random_below(state, MAX_LAYERS - 1);
    for (size_t l = 0; l <= p->n_layers; l++)
        p->widths[l] = 1 + random_below(state, random_below(state, 2) ? MAX_UNITS : 30);
    p->widths[1] = 100; /* one layer is large */
    p->widths[0] = 90 + random_below(state, 300);
    if (p->widths[p->n_layers] < 2)
        p->widths[p->n_layers] = 2;
    for (size_t l = 0; l < MAX_LAYERS; l++)
        assert_int_equal(crs_act_parse(act, NULL, &acts[l]), CRS_OK);
    p->dtype = random_below(state, 2) ? CRS_F64 : CRS_F32;
    if (with_options)
        add_options(p, options, state);
    config = (crs_net_config){p->n_layers, p->widths, acts, CRS_LOSS_SOFTMAX, p->dtype};
    if (with_options) {
        config.options = options;
        config.loss = losses[random_below(state, 2)];
        config.label_smoothing = config.loss == CRS_LOSS_SOFTMAX ? 0.1 : 0;
    }
    assert_int_equal(crs_net_create(&config, NULL, &p->net), CRS_OK);
    for (size_t i = 0; i < crs_net_n_params(p->net); i++)
        set(p->dtype, crs_net_params(p->net), i, random_unit(state) / 8);
    p->batch = 1 + random_below(state, random_below(state, 2) ? MAX_BATCH : 40);
    p->x = calloc(p->batch * p->widths[0], sizeof(double));
    p->y = calloc(p->batch, sizeof *p->y);
    p->index = random_below(state, 2) ? calloc(p->batch, sizeof *p->index) : NULL;
    p->weights = with_options ? calloc(p->batch, sizeof *p->weights) : NULL;
    assert_true(p->x != NULL && p->y != NULL && (p->weights != NULL || !with_options));
    for (size_t s = 0; with_options && s < p->batch; s++)
        p->weights[s] = random_below(state, 4) == 0 ? 0 : 1 + random_unit(state);
    for (size_t i = 0; i < p->batch * p->widths[0]; i++)
        set(p->dtype, p->x, i, random_unit(state));
    for (size_t s = 0; s < p->batch; s++) {
        p->y[s] = (double)random_below(state, p->widths[p->n_layers]);
        if (p->index != NULL)
            p->index[s] = random_below(state, p->batch);
    }
}

static void teardown(problem *p)
{
    crs_net_destroy(p->net);
    free(p->x);
    free(p->y);
    free(p->index);
    free(p->weights);
}

/* Not the derivative of anything: a rule is called with z, a and da of the same unit and sample. */
static void odd_f32(const void *ctx, size_t n, const float *z, const float *a, const float *da,
                    float *dz)
{
    (void)ctx;
    for (size_t i = 0; i < n; i++)
        dz[i] = da[i] * (z[i] - 2 * a[i] + 0.5f);
}

static void odd_f64(const void *ctx, size_t n, const double *z, const double *a, const double *da,
                    double *dz)
{
    (void)ctx;
    for (size_t i = 0; i < n; i++)
        dz[i] = da[i] * (z[i] - 2 * a[i] + 0.5);
}

static const crs_backward_rule odd = {odd_f32, odd_f64, NULL, NULL};

static crs_workspace *load(const problem *p, const crs_net *net, const crs_executor *executor,
                           int with_rule)
{
    crs_workspace *work;
    assert_int_equal(crs_workspace_create(net, p->batch, executor, NULL, &work), CRS_OK);
    crs_workspace_set_weights(work, p->weights);
    assert_int_equal(crs_workspace_load(work, p->batch, p->x, p->y, p->index, NULL), CRS_OK);
    crs_workspace_set_training(work, 77, (uint64_t)5 << 32);
    crs_workspace_set_rule(work, 0, with_rule ? &odd : NULL);
    return work;
}

/* Two steps: forward and backward, one by one, and an update after each. */
static void steps_apart(crs_net *net, crs_workspace *work)
{
    for (int i = 0; i < 2; i++) {
        crs_net_forward(net, work);
        crs_net_backward(net, work);
        net->kernels->sgd(net->n_params, 0.25, crs_workspace_gradient(work), net->params);
        crs_net_follow_batch(net, work);
    }
}

static void same_rows(const problem *p, size_t units, const void *x, const void *y, size_t ld,
                      const char *what, size_t layer, int workers)
{
    size_t size = crs_dtype_size(p->dtype);
    for (size_t j = 0; j < units; j++)
        if (memcmp((const char *)x + j * ld * size, (const char *)y + j * ld * size,
                   p->batch * size) != 0)
            fail_msg("%s of layer %zu, unit %zu: other bits with %d workers (batch %zu, seed %llu)",
                     what, layer, j, workers, p->batch, (unsigned long long)SEED);
}

static void same_net(const crs_net *x, const crs_net *y)
{
    assert_memory_equal(x->params, y->params, x->n_params * x->kernels->size);
    if (x->n_running > 0)
        assert_memory_equal(x->running, y->running, x->n_running * x->kernels->size);
}

static void check(const problem *p, int with_rule)
{
    crs_net *apart;
    crs_workspace *work;
    assert_int_equal(crs_net_copy(p->net, &apart), CRS_OK);
    work = load(p, apart, NULL, with_rule);
    steps_apart(apart, work);
    for (int workers = 1; workers <= 3; workers++) {
        crs_executor executor;
        crs_net *net;
        crs_workspace *other;
        assert_int_equal(crs_executor_threads(workers, &executor), CRS_OK);
        assert_int_equal(crs_net_copy(p->net, &net), CRS_OK);
        other = load(p, net, &executor, with_rule);
        steps_apart(net, other);
        for (size_t l = 1; l <= p->n_layers; l++) {
            const crs__pass_layer *x = &work->layers[l - 1], *y = &other->layers[l - 1];
            same_rows(p, p->widths[l], x->z, y->z, work->ld, "z", l, workers);
            same_rows(p, p->widths[l], x->a, y->a, work->ld, "a", l, workers);
            same_rows(p, p->widths[l], x->dz, y->dz, work->ld, "dz", l, workers);
        }
        same_net(apart, net);
        memcpy(net->params, p->net->params, net->n_params * crs_dtype_size(p->dtype));
        if (net->n_running > 0)
            memcpy(net->running, p->net->running, net->n_running * crs_dtype_size(p->dtype));
        for (int i = 0; i < 2; i++) {
            crs__net_step(net, other, 0.25);
            crs_net_follow_batch(net, other);
        }
        same_net(apart, net);
        crs_workspace_destroy(other);
        crs_net_destroy(net);
        crs_executor_release(&executor);
    }
    crs_workspace_destroy(work);
    crs_net_destroy(apart);
}

static void test_pass__same_bits_for_any_cut(void **unused)
{
    uint64_t state = SEED;
    (void)unused;
    for (int round = 0; round < 48; round++) {
        problem p;
        setup(&p, round / 2 % 2, &state);
        check(&p, round % 2);
        teardown(&p);
    }
}

/* Parameters and running values after two steps with `level`'s kernels. */
static crs_net *trained_by(const problem *p, crs__cpu_level level)
{
    crs_net *net;
    crs_workspace *work;
    assert_int_equal(crs_net_copy(p->net, &net), CRS_OK);
    net->kernels = crs__kernels_get(p->dtype, level);
    work = load(p, net, NULL, 0);
    steps_apart(net, work);
    crs_workspace_destroy(work);
    return net;
}

static void test_options__same_bits_at_every_level(void **unused)
{
    uint64_t state = SEED;
    (void)unused;
    for (int round = 0; round < 8; round++) {
        problem p;
        crs_net *scalar;
        setup(&p, 1, &state);
        scalar = trained_by(&p, CRS__CPU_SCALAR);
        for (int level = CRS__CPU_SCALAR + 1; level <= (int)crs__cpu_best(); level++) {
            crs_net *other = trained_by(&p, (crs__cpu_level)level);
            same_net(scalar, other);
            crs_net_destroy(other);
        }
        crs_net_destroy(scalar);
        teardown(&p);
    }
}

/*
 * z of the first layer by each library. Both sums of n + 1 terms are within
 * gamma = (n + 1) u / (1 - (n + 1) u) times the sum of magnitudes of the exact one
 * (Higham 2002, 3.1), and the magnitudes here are at most 1/8 each.
 */
static void test_pass__libraries_agree_within_rounding(void **unused)
{
    static const char *const names[] = {"openblas", "onednn"};
    uint64_t state = SEED;
    int compared = 0;
    (void)unused;
    for (int round = 0; round < 12; round++) {
        problem p;
        crs_workspace *ours;
        double terms, u, bound;
        setup(&p, 0, &state);
        terms = (double)p.widths[0] + 1;
        u = p.dtype == CRS_F64 ? 0x1p-53 : 0x1p-24;
        bound = 2 * terms * u / (1 - terms * u) * terms / 8;
        ours = load(&p, p.net, NULL, 0);
        crs_net_forward(p.net, ours);
        for (int i = 0; i < 2; i++) {
            crs_net *net;
            crs_workspace *theirs;
            size_t ld, ld_theirs;
            const void *z, *z_theirs;
            assert_int_equal(crs_net_copy(p.net, &net), CRS_OK);
            if (crs_net_set_gemm(net, names[i], NULL) == CRS_OK) {
                theirs = load(&p, net, NULL, 0);
                crs_net_forward(net, theirs);
                z = crs_workspace_z(ours, 1, &ld);
                z_theirs = crs_workspace_z(theirs, 1, &ld_theirs);
                for (size_t j = 0; j < p.widths[1]; j++)
                    for (size_t s = 0; s < p.batch; s++)
                        assert_true(fabs(crs__net_get(net, z, j * ld + s) -
                                         crs__net_get(net, z_theirs, j * ld_theirs + s)) <= bound);
                crs_workspace_destroy(theirs);
                compared++;
            }
            crs_net_destroy(net);
        }
        crs_workspace_destroy(ours);
        teardown(&p);
    }
    if (compared == 0)
        skip();
}

/*
 * Loss and weights are the same with a library's products: where all weights are 0, z is the
 * output's biases whoever multiplies, and dz, its sums and the cost have the same bits.
 */
static void test_libraries__take_losses_and_weights(void **unused)
{
    enum { WIDE = 100, N_OUT = 3, BATCH = 37 };
    static const size_t widths[] = {WIDE, WIDE, N_OUT};
    crs_act relu;
    crs_net_config config = {2, widths, &relu, CRS_LOSS_HUBER, CRS_F64};
    double x[BATCH * WIDE], y[BATCH * N_OUT], weights[BATCH];
    uint64_t state = SEED;
    crs_net *net;
    problem p = {.batch = BATCH, .dtype = CRS_F64, .x = x, .y = y, .weights = weights};
    crs_workspace *work[2];
    (void)unused;
    crs_act_get(CRS_ACT_RELU, &relu);
    for (size_t i = 0; i < BATCH * WIDE; i++)
        x[i] = random_unit(&state);
    for (size_t i = 0; i < BATCH * N_OUT; i++)
        y[i] = 3 * random_unit(&state);
    for (size_t i = 0; i < BATCH; i++)
        weights[i] = 1 + random_unit(&state);
    assert_int_equal(crs_net_create(&config, NULL, &net), CRS_OK);
    for (size_t j = 0; j < N_OUT; j++)
        set(CRS_F64, net->params, crs_net_bias_at(net, 2) + j, random_unit(&state));
    for (int i = 0; i < 2; i++) {
        if (crs_net_set_gemm(net, i == 0 ? "built-in" : "openblas", NULL) != CRS_OK)
            break;
        work[i] = load(&p, net, NULL, 0);
        crs_net_forward(net, work[i]);
        crs_net_backward(net, work[i]);
    }
    if (net->gemm.name == NULL) {
        crs_workspace_destroy(work[0]);
        crs_net_destroy(net);
        skip();
    }
    assert_true(crs_net_cost(net, work[0]) == crs_net_cost(net, work[1]));
    assert_memory_equal(work[0]->layers[1].dz, work[1]->layers[1].dz,
                        N_OUT * work[0]->ld * sizeof(double));
    assert_memory_equal((double *)work[0]->gradient + crs_net_bias_at(net, 2),
                        (double *)work[1]->gradient + crs_net_bias_at(net, 2),
                        N_OUT * sizeof(double));
    crs_workspace_destroy(work[0]);
    crs_workspace_destroy(work[1]);
    crs_net_destroy(net);
}

static void test_predictor__has_the_bits_of_predict(void **unused)
{
    uint64_t state = SEED;
    (void)unused;
    for (int round = 0; round < 16; round++) {
        problem p;
        size_t n_out, n_in;
        double *want, *got;
        setup(&p, round % 2, &state);
        if (p.net->n_running > 0) { /* running values that are not those of a new net */
            crs_workspace *work = load(&p, p.net, NULL, 0);
            steps_apart(p.net, work);
            crs_workspace_destroy(work);
        }
        n_in = p.widths[0], n_out = p.widths[p.n_layers];
        want = calloc(p.batch * n_out, sizeof *want);
        got = calloc(p.batch * n_out, sizeof *got);
        assert_true(want != NULL && got != NULL);
        for (int before = 0; before < 2; before++) {
            assert_int_equal(crs_net_predict(p.net, p.batch, p.x, before, want), CRS_OK);
            for (int workers = 1; workers <= 2; workers++) {
                crs_executor executor;
                crs_predictor *predictor;
                assert_int_equal(crs_executor_threads(workers, &executor), CRS_OK);
                assert_int_equal(
                    crs_predictor_create(p.net, workers == 1 ? 1 : 37, &executor, NULL, &predictor),
                    CRS_OK);
                crs_predictor_run(predictor, p.batch, p.x, before, got);
                assert_memory_equal(want, got, p.batch * n_out * sizeof *got);
                memset(got, 0, p.batch * n_out * sizeof *got);
                for (size_t s = 0; s < p.batch && s < 20; s++)
                    crs_predictor_run(predictor, 1,
                                      (const char *)p.x + s * n_in * crs_dtype_size(p.dtype),
                                      before, got + s * n_out);
                assert_memory_equal(want, got, (p.batch < 20 ? p.batch : 20) * n_out * sizeof *got);
                crs_predictor_destroy(predictor);
                crs_executor_release(&executor);
            }
        }
        free(want);
        free(got);
        teardown(&p);
    }
}

static void test_predictor__errors(void **unused)
{
    problem p;
    uint64_t state = SEED;
    crs_predictor *predictor;
    crs_status status = CRS_ENOMEM;
    size_t walked = 0;
    (void)unused;
    setup(&p, 0, &state);
    assert_int_equal(crs_predictor_create(p.net, 0, NULL, NULL, &predictor), CRS_EINVAL);
    assert_null(predictor);
    for (size_t i = 1; status == CRS_ENOMEM; i++) {
        crs__alloc_fail_at(i);
        status = crs_predictor_create(p.net, 8, NULL, NULL, &predictor);
        crs__alloc_fail_at(0);
        walked += status == CRS_ENOMEM;
    }
    assert_int_equal(status, CRS_OK);
    assert_true(walked > 10); /* the workspace, the arrays of the layers and their tables */
    crs_predictor_destroy(predictor);
    crs_predictor_destroy(NULL);
    teardown(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pass__same_bits_for_any_cut),
        cmocka_unit_test(test_options__same_bits_at_every_level),
        cmocka_unit_test(test_pass__libraries_agree_within_rounding),
        cmocka_unit_test(test_libraries__take_losses_and_weights),
        cmocka_unit_test(test_predictor__has_the_bits_of_predict),
        cmocka_unit_test(test_predictor__errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
