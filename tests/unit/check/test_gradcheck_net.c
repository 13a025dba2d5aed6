/* The gradient check of nets: no false alarm on right ones, no miss of planted slips. */
#include "unit/check/gradcheck_nets.h"

#include <crease/rule.h>

#include <stdio.h>

static const uint64_t SEED = 20260;

static crs_gradcheck *check(random_net *n, const void *claimed, size_t cross_checks)
{
    crs_gradcheck_config config = {claimed, cross_checks, 1, NULL, NULL, NULL};
    crs_gradcheck *result;
    crs_error err;
    if (crs_gradcheck_net(n->net, n->work, &config, &err, &result) != CRS_OK)
        fail_msg("%s: %s", n->text, err.text);
    return result;
}

/* ---- right nets ---- */

/*
 * CREASE_TEST_EFFORT=25 makes them 10,200. The share that the differences confirm, and
 * that z on kinks were there at all, is asserted too: a check that looks at nothing
 * raises no alarm either.
 */
static void test_net__no_false_alarm(void **unused)
{
    size_t rounds = nets_effort(4), nets = 0, hits = 0, kinks = 0, outside = 0, confirmed = 0;
    size_t open = 0, params = 0;
    uint64_t state = SEED;
    (void)unused;
    for (size_t round = 0; round < rounds; round++) {
        for (int act = 0; act < CRS_ACT_COUNT; act++) {
            for (int way = 0; way < 6; way++, nets++) {
                random_net n;
                crs_gradcheck *c;
                nets_make(&n, (crs_act_id)act, (crs_loss)random_below(&state, 3),
                          way < 3 ? CRS_F64 : CRS_F32, (nets_kind)(way % 3), &state);
                c = check(&n, NULL, 8);
                if (!c->passed || c->counts[CRS_GRADCHECK_MISMATCH] > 0 ||
                    c->counts[CRS_GRADCHECK_UNDECIDED] > 0)
                    fail_msg("%s: %s", n.text, c->explanation);
                hits += c->kink_hits;
                kinks += c->counts[CRS_GRADCHECK_KINK];
                outside += c->counts[CRS_GRADCHECK_KINK_OUTSIDE];
                confirmed += c->cross_checked;
                open += c->cross_open;
                params += c->n;
                assert_int_equal(c->not_as_stated, 0);
                crs_gradcheck_destroy(c);
                nets_release(&n);
            }
        }
    }
    print_message("%zu nets, %zu parameters: no false alarm; %zu z on kinks, %zu parameters at a "
                  "kink, %zu outside; %zu confirmed by differences, %zu open\n",
                  nets, params, hits, kinks, outside, confirmed, open);
    assert_true(kinks > 10 * rounds && hits > 100 * rounds);
    assert_true(confirmed > 4 * open);
}

/* ---- planted slips ---- */

typedef enum slip { ALWAYS_TRUE, INVERTED, WRONG_SLOPE, THOUSANDTH, SLIPS } slip;

typedef struct slip_ctx {
    slip kind;
    const crs_act *act;
} slip_ctx;

/* The slope of `slip`, from the right one and the side that z is on. */
static double slipped(const slip_ctx *ctx, double z, double slope)
{
    switch (ctx->kind) {
    case ALWAYS_TRUE:
        return 1;
    case INVERTED:
        return crs_act_slope_f64(ctx->act, -z);
    case WRONG_SLOPE:
        return z < 0 ? slope + 0.25 : slope;
    default:
        return 1.001 * slope;
    }
}

static void slip_f64(const void *ctx, size_t n, const double *z, const double *a, const double *da,
                     double *dz)
{
    const slip_ctx *x = ctx;
    (void)a;
    for (size_t i = 0; i < n; i++)
        dz[i] = da[i] * slipped(x, z[i], crs_act_slope_f64(x->act, z[i]));
}

static void slip_f32(const void *ctx, size_t n, const float *z, const float *a, const float *da,
                     float *dz)
{
    const slip_ctx *x = ctx;
    (void)a;
    for (size_t i = 0; i < n; i++)
        dz[i] = (float)((double)da[i] *
                        slipped(x, (double)z[i], (double)crs_act_slope_f32(x->act, z[i])));
}

/*
 * A trace: a derivative that differs from the right one by more than any rounding. In
 * float32, sums of up to 1,000 terms through four layers keep 1e-4 of the largest, and
 * a - y of a saturated output has lost all but 1e-6 or so, whatever its size.
 */
static int leaves_a_trace(const random_net *n, const void *right, const void *wrong)
{
    double most = 0, off = 0;
    for (size_t i = 0; i < crs_net_n_params(n->net); i++) {
        most = fmax(most, fabs(nets_get(n->dtype, right, i)));
        off = fmax(off, fabs(nets_get(n->dtype, right, i) - nets_get(n->dtype, wrong, i)));
    }
    return n->dtype == CRS_F64 ? off > 1e-10 * most + 1e-13 : off > 3e-4 * most + 3e-5;
}

static void test_net__planted_slips_are_found_and_placed(void **unused)
{
    static const crs_act_id acts[] = {CRS_ACT_RELU, CRS_ACT_LEAKY_RELU, CRS_ACT_TANH, CRS_ACT_GELU,
                                      CRS_ACT_ELU};
    size_t rounds = nets_effort(60), planted = 0, traced = 0, placed = 0;
    uint64_t state = SEED;
    (void)unused;
    for (size_t round = 0; round < rounds; round++) {
        random_net n;
        crs_gradcheck *c;
        slip_ctx ctx;
        size_t layer, bytes;
        void *right;
        const crs_backward_rule rule = {slip_f32, slip_f64, &ctx, NULL};
        nets_make(&n, acts[round % 5], (crs_loss)random_below(&state, 3),
                  round % 2 ? CRS_F64 : CRS_F32, (nets_kind)(round % 3), &state);
        bytes = crs_net_n_params(n.net) * crs_dtype_size(n.dtype);
        right = malloc(bytes);
        assert_non_null(right);
        crs_net_forward(n.net, n.work);
        crs_net_backward(n.net, n.work);
        memcpy(right, crs_workspace_gradient(n.work), bytes);
        for (int kind = 0; kind < SLIPS && n.n_layers > 1; kind++) {
            layer = 1 + random_below(&state, n.n_layers - 1);
            ctx = (slip_ctx){(slip)kind, crs_net_act(n.net, layer)};
            crs_workspace_set_rule(n.work, 0, NULL);
            crs_workspace_set_rule(n.work, layer, &rule);
            c = check(&n, NULL, 1);
            planted++;
            if (leaves_a_trace(&n, right, crs_workspace_gradient(n.work))) {
                traced++;
                /* on a kink alone the slip may give another value that is allowed */
                if (c->passed && c->counts[CRS_GRADCHECK_KINK] == 0)
                    fail_msg("slip %d in layer %zu passes: %s", kind, layer, n.text);
                if (c->counts[CRS_GRADCHECK_MISMATCH] > 0) {
                    placed++;
                    if (!c->place.found || c->place.layer != layer)
                        fail_msg("slip %d in layer %zu placed in %zu: %s", kind, layer,
                                 c->place.layer, n.text);
                }
            }
            crs_gradcheck_destroy(c);
        }
        free(right);
        nets_release(&n);
    }
    print_message("%zu slips planted, %zu left a trace, %zu placed\n", planted, traced, placed);
    assert_true(traced > rounds && placed > traced * 9 / 10);
}

/* ---- at kinks ---- */

/* One input, relu units with the weights `w` and output weights `v`, squared loss, one sample. */
static void small_net(random_net *n, size_t units, const double *w, const double *v, double x,
                      double kink_value)
{
    crs_net_config config = {0};
    double *params;
    memset(n, 0, sizeof *n);
    n->widths[0] = n->widths[2] = 1;
    n->widths[1] = units;
    n->n_layers = 2;
    n->batch = 1;
    crs_act_get(CRS_ACT_RELU, &n->acts[0]);
    n->acts[0].kink[0].value = kink_value;
    config = (crs_net_config){2, n->widths, n->acts, CRS_LOSS_SQUARED, CRS_F64};
    assert_int_equal(crs_net_create(&config, NULL, &n->net), CRS_OK);
    params = crs_net_params(n->net);
    memcpy(params + crs_net_weight_at(n->net, 1), w, units * sizeof *w);
    memcpy(params + crs_net_weight_at(n->net, 2), v, units * sizeof *v);
    n->x = malloc(sizeof(double));
    n->y = malloc(sizeof(double));
    *(double *)n->x = x;
    n->y[0] = -1; /* so that the cost's slope by the output, a - y, is 1 where a = 0 */
    assert_int_equal(crs_workspace_create(n->net, 1, NULL, NULL, &n->work), CRS_OK);
    assert_int_equal(crs_workspace_load(n->work, 1, n->x, n->y, NULL, NULL), CRS_OK);
}

/*
 * relu(x) - relu(-x) is x, and its slope 1. As a net: 1-1-2-1 where layer 1 is the line z = w x
 * and layer 2 has the weights 1 and -1; w is the parameter that takes both units off
 * their kink at once. Backward gives 2 v for a kink value v.
 */
static void test_net__relu_of_x_minus_relu_of_minus_x(void **unused)
{
    static const double values[] = {0, 0.5, 1};
    static const crs_gradcheck_verdict verdicts[] = {
        CRS_GRADCHECK_KINK_OUTSIDE, CRS_GRADCHECK_MATCH, CRS_GRADCHECK_KINK_OUTSIDE};
    static const size_t widths[] = {1, 1, 2, 1};
    (void)unused;
    for (size_t i = 0; i < 3; i++) {
        crs_act acts[2];
        crs_net_config config = {3, widths, acts, CRS_LOSS_SQUARED, CRS_F64};
        crs_net *net;
        crs_workspace *work;
        crs_gradcheck *c;
        crs_gradcheck_param *w;
        double x = 1, y = -1, *params;
        crs_act_get(CRS_ACT_LINEAR, &acts[0]);
        crs_act_get(CRS_ACT_RELU, &acts[1]);
        acts[1].kink[0].value = values[i];
        assert_int_equal(crs_net_create(&config, NULL, &net), CRS_OK);
        params = crs_net_params(net); /* W1 = 0, b1 = 0: z of layer 1 is 0 */
        params[crs_net_weight_at(net, 2)] = 1;
        params[crs_net_weight_at(net, 2) + 1] = -1;
        params[crs_net_weight_at(net, 3)] = 1;
        params[crs_net_weight_at(net, 3) + 1] = -1;
        assert_int_equal(crs_workspace_create(net, 1, NULL, NULL, &work), CRS_OK);
        assert_int_equal(crs_workspace_load(work, 1, &x, &y, NULL, NULL), CRS_OK);
        assert_int_equal(crs_gradcheck_net(net, work, NULL, NULL, &c), CRS_OK);
        w = &c->params[crs_net_weight_at(net, 1)];
        assert_true(w->claimed == 2 * values[i]);
        assert_true(w->from_left == 1 && w->from_right == 1);
        assert_int_equal(w->verdict, verdicts[i]);
        assert_int_equal(c->kink_hits, 2);
        crs_gradcheck_destroy(c);
        crs_workspace_destroy(work);
        crs_net_destroy(net);
    }
}

/* One unit on its kink: its bias has the slopes 0 and v, and the stated value decides. */
static void test_net__between_the_slopes_and_outside(void **unused)
{
    static const struct {
        double value;
        crs_gradcheck_verdict verdict;
        int passed;
    } cases[] = {{0, CRS_GRADCHECK_KINK, 1},
                 {0.5, CRS_GRADCHECK_KINK, 1},
                 {1, CRS_GRADCHECK_KINK, 1},
                 {2, CRS_GRADCHECK_KINK_OUTSIDE, 0},
                 {-0.25, CRS_GRADCHECK_KINK_OUTSIDE, 0}};
    const double w = 1, v = 3;
    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        random_net n;
        crs_gradcheck *c;
        const crs_gradcheck_param *bias;
        small_net(&n, 1, &w, &v, 0, cases[i].value);
        c = check(&n, NULL, 0);
        bias = &c->params[crs_net_bias_at(n.net, 1)];
        assert_int_equal(bias->verdict, cases[i].verdict);
        assert_true(bias->from_left == 0 && bias->from_right == v);
        assert_true(bias->right == cases[i].value * v);
        assert_int_equal(c->passed, cases[i].passed);
        /* x is 0: the weight does not move z off the kink */
        assert_int_equal(c->params[crs_net_weight_at(n.net, 1)].verdict, CRS_GRADCHECK_MATCH);
        crs_gradcheck_destroy(c);
        nets_release(&n);
    }
}

/* A gradient from elsewhere, with another value at the kink than the net states: legal, and said. */
static void test_net__another_value_at_the_kink(void **unused)
{
    const double w = 1, v = 3;
    double gradient[8] = {0};
    random_net n;
    crs_gradcheck *c;
    (void)unused;
    small_net(&n, 1, &w, &v, 0, 0);
    crs_net_forward(n.net, n.work);
    crs_net_backward(n.net, n.work);
    memcpy(gradient, crs_workspace_gradient(n.work), crs_net_n_params(n.net) * sizeof *gradient);
    gradient[crs_net_bias_at(n.net, 1)] = v; /* as if relu'(0) were 1 */
    c = check(&n, gradient, 0);
    assert_int_equal(c->params[crs_net_bias_at(n.net, 1)].verdict, CRS_GRADCHECK_KINK);
    assert_int_equal(c->not_as_stated, 1);
    assert_true(c->passed);
    crs_gradcheck_destroy(c);
    gradient[crs_net_bias_at(n.net, 1)] = 4 * v; /* no slope of either side */
    c = check(&n, gradient, 0);
    assert_int_equal(c->params[crs_net_bias_at(n.net, 1)].verdict, CRS_GRADCHECK_MISMATCH);
    assert_false(c->passed);
    assert_int_equal(c->worst, crs_net_bias_at(n.net, 1));
    crs_gradcheck_destroy(c);
    nets_release(&n);
}

/* ---- rules ---- */

static crs_gradcheck *check_rule(const char *act, const char *text, crs_dtype dtype,
                                 uint64_t *state)
{
    crs_act row;
    crs_rule *rule;
    crs_backward_rule backward;
    random_net n;
    crs_gradcheck *c;
    assert_int_equal(crs_act_parse(act, NULL, &row), CRS_OK);
    do {
        nets_make(&n, row.id, CRS_LOSS_BCE, dtype, NETS_ANYWHERE, state);
        if (n.n_layers > 1 && n.batch > 4) {
            int all = 1;
            for (size_t l = 0; l + 1 < n.n_layers; l++)
                all &= n.acts[l].id == row.id && n.acts[l].param == row.param;
            if (all)
                break;
        }
        nets_release(&n);
    } while (1);
    assert_int_equal(crs_rule_parse(text, NULL, &rule), CRS_OK);
    crs_rule_backward(rule, &backward);
    crs_workspace_set_rule(n.work, 0, &backward);
    c = check(&n, NULL, 4);
    nets_release(&n);
    crs_rule_destroy(rule);
    return c;
}

/* Right however it is written, in both number types. */
static void test_net__right_rules_pass(void **unused)
{
    static const char *const rules[][2] = {
        {"relu", "A > 0"},
        {"relu", "Z > 0"},
        {"relu", "Z >= 0"},
        {"relu", "dZ = np.array(dA, copy=True); dZ[Z <= 0] = 0"},
        {"tanh", "1 - A**2"},
        {"sigmoid", "A * (1 - A)"},
        {"softplus", "1 - np.exp(-A)"},
        {"silu", "A + (1 - A) / (1 + np.exp(-Z))"},
        {"selu", "np.where(Z > 0, 1.0507009873554805, A + 1.7580993408473769)"}};
    uint64_t state = SEED;
    (void)unused;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        for (int round = 0; round < 10; round++) {
            crs_gradcheck *c =
                check_rule(rules[i][0], rules[i][1], round % 2 ? CRS_F32 : CRS_F64, &state);
            if (!c->passed)
                fail_msg("%s for %s: %s", rules[i][1], rules[i][0], c->explanation);
            crs_gradcheck_destroy(c);
        }
    }
}

static void test_net__a_at_least_0_fails_and_says_where(void **unused)
{
    uint64_t state = SEED;
    int failed = 0;
    (void)unused;
    for (int round = 0; round < 20; round++) {
        crs_gradcheck *c = check_rule("relu", "A >= 0", round % 2 ? CRS_F32 : CRS_F64, &state);
        if (c->counts[CRS_GRADCHECK_MISMATCH] > 0) { /* all units may be on in a tiny net */
            failed++;
            assert_true(c->place.found);
            assert_true(c->place.z < 0 && c->place.a == 0);
            assert_true(c->place.rule == 1 && c->place.slope == 0);
            assert_true(c->place.right == 0); /* the sum that upstream is, rounds in float32 */
            assert_true(fabs(c->place.given - c->place.upstream) <= 1e-5 * fabs(c->place.given));
            assert_non_null(strstr(c->explanation, "the rule gives 1"));
            assert_non_null(strstr(c->explanation, "sample"));
        }
        crs_gradcheck_destroy(c);
    }
    assert_true(failed >= 18);
}

/* ---- what is said besides ---- */

static int has_weakness(const crs_gradcheck *c, crs_gradcheck_weakness kind)
{
    for (size_t i = 0; i < c->n_weak; i++) {
        if (c->weak[i].kind == kind)
            return 1;
    }
    return 0;
}

static void test_net__weak_tests_are_reported(void **unused)
{
    const double same[] = {1, 1}, off[] = {-1, -2}, v[] = {3, 3};
    uint64_t state = SEED;
    random_net n;
    crs_gradcheck *c;
    (void)unused;
    small_net(&n, 2, same, v, 1, 0);
    c = check(&n, NULL, 0);
    assert_true(has_weakness(c, CRS_GRADCHECK_ONE_SAMPLE));
    assert_true(has_weakness(c, CRS_GRADCHECK_ZERO_BIASES));
    assert_true(has_weakness(c, CRS_GRADCHECK_EQUAL_UNITS));
    assert_true(has_weakness(c, CRS_GRADCHECK_ONE_SIDED));
    assert_false(has_weakness(c, CRS_GRADCHECK_DEAD_LAYER));
    assert_false(has_weakness(c, CRS_GRADCHECK_ZERO));
    crs_gradcheck_destroy(c);
    nets_release(&n);
    small_net(&n, 2, off, v, 1, 0);
    c = check(&n, NULL, 0);
    assert_true(has_weakness(c, CRS_GRADCHECK_DEAD_LAYER));
    assert_true(has_weakness(c, CRS_GRADCHECK_ZERO));
    assert_false(has_weakness(c, CRS_GRADCHECK_EQUAL_UNITS));
    crs_gradcheck_destroy(c);
    nets_release(&n);
    do { /* of a plain net of smooth g: nothing */
        nets_make(&n, CRS_ACT_TANH, CRS_LOSS_BCE, CRS_F64, NETS_ANYWHERE, &state);
        if (n.batch > 1 && n.n_layers == 2 && n.acts[0].id == CRS_ACT_TANH)
            break;
        nets_release(&n);
    } while (1);
    c = check(&n, NULL, 0);
    assert_int_equal(c->n_weak, 0);
    crs_gradcheck_destroy(c);
    nets_release(&n);
}

static void test_net__what_is_not_finite_is_not_decided(void **unused)
{
    const double w = 1, v = 3;
    random_net n;
    crs_gradcheck *c;
    (void)unused;
    small_net(&n, 1, &w, &v, INFINITY, 0);
    c = check(&n, NULL, 0);
    assert_false(c->passed);
    assert_int_equal(c->counts[CRS_GRADCHECK_UNDECIDED], c->n);
    assert_int_equal(c->params[0].reason, CRS_GRADCHECK_NOT_FINITE);
    crs_gradcheck_destroy(c);
    nets_release(&n);
}

/* The same bits for one thread and for three. */
static void test_net__does_not_depend_on_the_executor(void **unused)
{
    uint64_t state = SEED;
    crs_executor three;
    (void)unused;
    assert_int_equal(crs_executor_threads(3, &three), CRS_OK);
    for (int round = 0; round < 20; round++) {
        const crs_gradcheck_config config = {NULL, 16, 3, &three, NULL, NULL};
        const crs_gradcheck_config serial = {NULL, 16, 3, NULL, NULL, NULL};
        random_net n;
        crs_gradcheck *one, *many;
        nets_make(&n, CRS_ACT_RELU, CRS_LOSS_SOFTMAX, CRS_F32, NETS_ON_A_GRID, &state);
        assert_int_equal(crs_gradcheck_net(n.net, n.work, &serial, NULL, &one), CRS_OK);
        assert_int_equal(crs_gradcheck_net(n.net, n.work, &config, NULL, &many), CRS_OK);
        assert_memory_equal(one->params, many->params, one->n * sizeof *one->params);
        assert_string_equal(one->explanation, many->explanation);
        crs_gradcheck_destroy(one);
        crs_gradcheck_destroy(many);
        nets_release(&n);
    }
    crs_executor_release(&three);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_net__no_false_alarm),
        cmocka_unit_test(test_net__planted_slips_are_found_and_placed),
        cmocka_unit_test(test_net__relu_of_x_minus_relu_of_minus_x),
        cmocka_unit_test(test_net__between_the_slopes_and_outside),
        cmocka_unit_test(test_net__another_value_at_the_kink),
        cmocka_unit_test(test_net__right_rules_pass),
        cmocka_unit_test(test_net__a_at_least_0_fails_and_says_where),
        cmocka_unit_test(test_net__weak_tests_are_reported),
        cmocka_unit_test(test_net__what_is_not_finite_is_not_decided),
        cmocka_unit_test(test_net__does_not_depend_on_the_executor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
