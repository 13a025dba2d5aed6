/*
 * The small-net engine against the passes of a workspace: the same gradient and cost up to
 * rounding, for any shape, activation, rule, loss and batch; the same bits at every CPU
 * level and for any executor.
 */
#include "cmocka_all.h"
#include "random_inputs.h"

#include "net/small.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t SEED = 20261124;

enum { MAX_LAYERS = 6, MAX_WIDTH = 24 };

/* A rule in both ways: as functions, and, where that is possible, as a step. */
typedef struct rule_case {
    int of_a, strict;
    double at, above, below;
} rule_case;

#define APPLY(T)                                             \
    const rule_case *r = ctx;                                \
    for (size_t i = 0; i < n; i++) {                         \
        T x = r->of_a ? a[i] : z[i];                         \
        int high = r->strict ? x > (T)r->at : x >= (T)r->at; \
        dz[i] = da[i] * (T)(high ? r->above : r->below);     \
    }

static void apply_f32(const void *ctx, size_t n, const float *z, const float *a, const float *da,
                      float *dz)
{
    APPLY(float)
}

static void apply_f64(const void *ctx, size_t n, const double *z, const double *a, const double *da,
                      double *dz)
{
    APPLY(double)
}

typedef struct problem {
    crs_net *net;
    size_t batch;
    void *x;
    double *y;
    rule_case rule;
    crs_step_rule step;
    crs_backward_rule backward;
    int has_rule;
} problem;

static void make(problem *p, uint64_t *state, crs_dtype dtype, size_t batch)
{
    static const crs_act_id acts[] = {CRS_ACT_RELU,    CRS_ACT_LEAKY_RELU, CRS_ACT_TANH,
                                      CRS_ACT_SIGMOID, CRS_ACT_GELU,       CRS_ACT_HARDTANH,
                                      CRS_ACT_LINEAR};
    size_t widths[MAX_LAYERS + 1], n_layers = 1 + random_below(state, MAX_LAYERS);
    crs_act hidden[MAX_LAYERS];
    crs_net_config config = {n_layers, widths, hidden, (crs_loss)random_below(state, 3), dtype};
    double scale;
    crs_error err;
    for (size_t l = 0; l <= n_layers; l++)
        widths[l] = 1 + random_below(state, MAX_WIDTH);
    if (random_below(state, 2) == 0) { /* the nets of the plane */
        widths[0] = 1 + random_below(state, 3);
        widths[n_layers] = 1;
    }
    if (config.loss == CRS_LOSS_SOFTMAX && widths[n_layers] < 2)
        widths[n_layers] = 2;
    for (size_t l = 0; l + 1 < n_layers; l++)
        crs_act_get(acts[random_below(state, sizeof acts / sizeof *acts)], &hidden[l]);
    if (random_below(state, 3) == 0)
        for (size_t l = 0; l + 1 < n_layers; l++)
            hidden[l].kink[0].value = 1;
    assert_int_equal(crs_net_create(&config, &err, &p->net), CRS_OK);
    for (size_t l = 0; l < n_layers; l++) {
        crs__net_layer *layer = &p->net->layers[l];
        scale = 1.5 / sqrt((double)layer->dense.n_in);
        for (size_t i = 0; i < layer->dense.n_out * (layer->dense.n_in + 1); i++)
            crs__net_set(p->net, p->net->params, layer->weight_at + i,
                         scale * (2 * random_unit(state) - 1));
    }
    p->batch = batch;
    p->x = calloc(batch * widths[0], crs_dtype_size(dtype));
    p->y = calloc(batch * widths[n_layers], sizeof *p->y);
    assert_non_null(p->x);
    assert_non_null(p->y);
    for (size_t i = 0; i < batch * widths[0]; i++)
        crs__net_set(p->net, p->x, i, 4 * random_unit(state) - 2);
    for (size_t i = 0; i < batch * widths[n_layers]; i++)
        p->y[i] = crs__net_has_classes(p->net)
                      ? (double)random_below(state, widths[n_layers] > 1 ? widths[n_layers] : 2)
                      : random_unit(state);
    p->has_rule = random_below(state, 2) == 0;
    p->rule = (rule_case){(int)random_below(state, 2), (int)random_below(state, 2),
                          random_below(state, 2) == 0 ? 0 : 0.25, random_unit(state),
                          random_below(state, 2) == 0 ? 0 : random_unit(state)};
    p->step =
        (crs_step_rule){p->rule.of_a, p->rule.strict, p->rule.at, p->rule.above, p->rule.below};
    p->backward = (crs_backward_rule){apply_f32, apply_f64, &p->rule,
                                      random_below(state, 2) == 0 ? &p->step : NULL};
}

static void drop(problem *p)
{
    crs_net_destroy(p->net);
    free(p->x);
    free(p->y);
}

/* The engine's gradient in a fresh block, and what it saw. */
static void *engine(const problem *p, const crs_executor *executor, crs__small_seen *seen)
{
    size_t bytes = p->net->n_params * p->net->kernels->size;
    crs_workspace *work;
    crs__small *small;
    crs_error err;
    void *gradient = malloc(bytes);
    assert_non_null(gradient);
    assert_true(crs__small_fits(p->net));
    assert_int_equal(crs__workspace_create_bare(p->net, p->batch, &err, &work), CRS_OK);
    assert_int_equal(crs__small_create(p->net, p->batch, executor, &small), CRS_OK);
    crs_workspace_set_rule(work, 0, p->has_rule ? &p->backward : NULL);
    assert_int_equal(crs_workspace_load(work, p->batch, p->x, p->y, NULL, &err), CRS_OK);
    crs__small_set_rules(small, p->net, work, 1);
    seen->want_cost = 1;
    crs__small_run(small, p->net, work, seen);
    memcpy(gradient, work->gradient, bytes);
    crs__small_destroy(small);
    crs_workspace_destroy(work);
    return gradient;
}

/*
 * Both gradients are sums of the same products in other orders and groupings, and exp is
 * another within some ulp. Errors of n roundings of terms whose absolute values sum to S
 * are below n eps S; S is not at hand, so the largest derivative of the layer, times the
 * square root of the batch that cancels at worst, stands for it. A bug is orders
 * of magnitude larger: the planted case below.
 */
static double distance(const problem *p, const void *x, const void *y)
{
    double worst = 0, eps = p->net->kernels->dtype == CRS_F64 ? DBL_EPSILON : FLT_EPSILON;
    for (size_t l = 0; l < p->net->n_layers; l++) {
        const crs__net_layer *layer = &p->net->layers[l];
        size_t n = layer->dense.n_out * (layer->dense.n_in + 1);
        double largest = 0, differs = 0;
        for (size_t i = layer->weight_at; i < layer->weight_at + n; i++) {
            double g = crs__net_get(p->net, x, i), h = crs__net_get(p->net, y, i);
            largest = fmax(largest, fabs(h));
            differs = fmax(differs, fabs(g - h));
        }
        if (differs > 0)
            worst = fmax(worst, differs / ((largest + 1e-3) * sqrt((double)p->batch) * eps));
    }
    return worst;
}

/* Operations between an input and a derivative, as a number of roundings: layers times widths. */
#define BOUND (16.0 * MAX_LAYERS * MAX_WIDTH)

/* Does any z of a hidden layer stand on, or so near a kink or step that rounding decides? */
static int is_near_jump(const problem *p, const crs_workspace *work)
{
    double eps = p->net->kernels->dtype == CRS_F64 ? 1e-11 : 1e-4;
    for (size_t l = 0; l + 1 < p->net->n_layers; l++) {
        const crs_act *act = &p->net->layers[l].act;
        for (size_t i = 0; i < p->net->layers[l].dense.n_out * work->ld; i++) {
            double z = crs__net_get(p->net, work->layers[l].z, i);
            double a = crs__net_get(p->net, work->layers[l].a, i);
            for (size_t k = 0; k < act->n_kinks; k++)
                if (fabs(z - act->kink[k].z) < eps)
                    return 1;
            if (p->has_rule && fabs((p->rule.of_a ? a : z) - p->rule.at) < eps && z != 0 &&
                (a != 0 || z > -eps))
                return 1;
        }
    }
    return 0;
}

static void test_engine__is_the_pass_up_to_rounding(void **unused)
{
    uint64_t state = SEED;
    size_t compared = 0;
    (void)unused;
    for (int round = 0; round < 400; round++) {
        problem p;
        crs_workspace *work;
        crs_error err;
        crs__small_seen seen;
        void *gradient;
        double apart, cost;
        make(&p, &state, round % 2 ? CRS_F64 : CRS_F32, 1 + random_below(&state, 700));
        gradient = engine(&p, NULL, &seen);
        assert_int_equal(crs_workspace_create(p.net, p.batch, NULL, &err, &work), CRS_OK);
        crs_workspace_set_rule(work, 0, p.has_rule ? &p.backward : NULL);
        assert_int_equal(crs_workspace_load(work, p.batch, p.x, p.y, NULL, &err), CRS_OK);
        crs_net_forward(p.net, work);
        crs_net_backward(p.net, work);
        cost = crs_net_cost(p.net, work);
        if (!is_near_jump(&p, work)) {
            apart = distance(&p, gradient, work->gradient);
            if (!(apart <= BOUND))
                fail_msg("round %d: %g times its unit apart (seed %llu)", round, apart,
                         (unsigned long long)SEED);
            assert_true(fabs(seen.cost - cost) <= 1e-4 * (1 + fabs(cost)));
            compared++;
            /* planted: one derivative is off */
            size_t i = random_below(&state, p.net->n_params);
            crs__net_set(p.net, gradient, i, 100 + 2 * crs__net_get(p.net, gradient, i));
            assert_true(distance(&p, gradient, work->gradient) > BOUND);
        }
        free(gradient);
        crs_workspace_destroy(work);
        drop(&p);
    }
    assert_true(compared > 150);
}

static void test_engine__same_bits_at_every_level(void **unused)
{
    static const char *const levels[] = {"scalar", "avx2", "avx512", "neon", "simd128"};
    uint64_t state = SEED + 1;
    (void)unused;
    for (int round = 0; round < 120; round++) {
        problem p;
        void *first = NULL;
        make(&p, &state, round % 2 ? CRS_F64 : CRS_F32, 1 + random_below(&state, 1500));
        for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
            crs__small_seen seen;
            void *gradient;
            assert_int_equal(setenv("CREASE_CPU", levels[i], 1), 0);
            p.net->kernels = crs__kernels_get(p.net->kernels->dtype, crs__cpu_level_get());
            gradient = engine(&p, NULL, &seen);
            if (first != NULL &&
                memcmp(first, gradient, p.net->n_params * p.net->kernels->size) != 0)
                fail_msg("round %d: %s differs from scalar (seed %llu)", round, levels[i],
                         (unsigned long long)SEED);
            if (first == NULL)
                first = gradient;
            else
                free(gradient);
        }
        free(first);
        drop(&p);
    }
    assert_int_equal(unsetenv("CREASE_CPU"), 0);
}

static void test_engine__same_bits_for_any_executor(void **unused)
{
    uint64_t state = SEED + 2;
    (void)unused;
    for (int round = 0; round < 4; round++) {
        problem p;
        crs_executor two;
        crs__small_seen one_seen, two_seen;
        void *x, *y;
        assert_int_equal(crs_executor_threads(2, &two), CRS_OK);
        make(&p, &state, round % 2 ? CRS_F64 : CRS_F32, 8193 + random_below(&state, 30000));
        x = engine(&p, NULL, &one_seen);
        y = engine(&p, &two, &two_seen);
        assert_memory_equal(x, y, p.net->n_params * p.net->kernels->size);
        assert_true(one_seen.cost == two_seen.cost);
        assert_int_equal(one_seen.kinks, two_seen.kinks);
        free(x);
        free(y);
        drop(&p);
        crs_executor_release(&two);
    }
}

/* A sample at the origin, under weights alone, stands on relu's kink. */
static void test_engine__sees_kinks(void **unused)
{
    static const size_t widths[] = {2, 3, 1};
    crs_act relu;
    const crs_net_config config = {2, widths, &relu, CRS_LOSS_BCE, CRS_F64};
    problem p = {.batch = 40};
    crs__small_seen seen;
    crs_error err;
    double x[80], y[40] = {0};
    (void)unused;
    crs_act_get(CRS_ACT_RELU, &relu);
    assert_int_equal(crs_net_create(&config, &err, &p.net), CRS_OK);
    for (size_t i = 0; i < 6; i++)
        ((double *)p.net->params)[i] = 0.5 + (double)i;
    for (size_t i = 0; i < 80; i++)
        x[i] = 1 + (double)i;
    p.x = x;
    p.y = y;
    free(engine(&p, NULL, &seen));
    assert_int_equal(seen.kinks, 0);
    x[66] = x[67] = 0;
    free(engine(&p, NULL, &seen));
    assert_int_equal(seen.kinks, 1);
    crs_net_destroy(p.net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_engine__is_the_pass_up_to_rounding),
        cmocka_unit_test(test_engine__same_bits_at_every_level),
        cmocka_unit_test(test_engine__same_bits_for_any_executor),
        cmocka_unit_test(test_engine__sees_kinks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
