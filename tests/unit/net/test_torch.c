/*
 * Batch normalisation, skips, losses, weights and smoothing against numbers of PyTorch
 * (tests/golden/make_torch_layers.py), in float64.
 */
#include "cmocka_all.h"

#include "golden/torch_layers.h"
#include "net/net.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * The bar is 1e-12. What both sides round is far below: numbers of size 0.1 to 10 from
 * sums of at most 13 terms, through two normalisations that divide by deviations of 0.2 and
 * more, so some 10^3 units of 1.1e-16.
 */
static const double BAR = 1e-12;

static void same(const char *what, size_t n, const double *got, const double *want)
{
    for (size_t i = 0; i < n; i++)
        if (!(fabs(got[i] - want[i]) <= BAR * fmax(1, fabs(want[i]))))
            fail_msg("%s[%zu]: %.17g, PyTorch has %.17g", what, i, got[i], want[i]);
}

/* An array of the workspace, by the call that gives it, without the ends of its rows. */
static void same_rows(const char *what, size_t units, size_t batch,
                      const void *(*array)(const crs_workspace *, size_t, size_t *),
                      const crs_workspace *work, size_t layer, const double *want)
{
    size_t ld;
    const void *rows = array(work, layer, &ld);
    for (size_t j = 0; j < units; j++)
        same(what, batch, (const double *)rows + j * ld, want + j * batch);
}

enum { BATCH = 7, UNITS = 6, N_OUT = 3 };

static crs_net *make_net(void)
{
    static const size_t widths[] = {5, UNITS, UNITS, N_OUT};
    crs_layer_options options[] = {{.batchnorm = 1},
                                   {.batchnorm = 1, .momentum = 0.3, .eps = 1e-3, .skip = 1}};
    crs_act acts[2];
    crs_net_config config = {3, widths, acts, CRS_LOSS_SOFTMAX, CRS_F64, options, 0, 0};
    crs_net *net;
    assert_int_equal(crs_act_parse("leaky_relu:0.1", NULL, &acts[0]), CRS_OK);
    assert_int_equal(crs_act_parse("tanh", NULL, &acts[1]), CRS_OK);
    assert_int_equal(crs_net_create(&config, NULL, &net), CRS_OK);
    assert_int_equal(crs_net_n_params(net) * sizeof(double), sizeof net_params);
    assert_int_equal(crs_net_n_running(net) * sizeof(double), sizeof train_running);
    memcpy(crs_net_params(net), net_params, sizeof net_params);
    return net;
}

static void same_pass(const crs_net *net, crs_workspace *work, const double *cost, const double *z1,
                      const double *z2, const double *a2, const double *z3)
{
    double got = crs_net_cost(net, work);
    same("cost", 1, &got, cost);
    same_rows("z1", UNITS, BATCH, crs_workspace_z, work, 1, z1);
    same_rows("z2", UNITS, BATCH, crs_workspace_z, work, 2, z2);
    same_rows("a2", UNITS, BATCH, crs_workspace_a, work, 2, a2);
    same_rows("z3", N_OUT, BATCH, crs_workspace_z, work, 3, z3);
}

static void test_batchnorm__is_that_of_torch(void **unused)
{
    crs_net *net = make_net();
    crs_workspace *work;
    double out[BATCH * N_OUT];
    (void)unused;
    assert_int_equal(crs_workspace_create(net, BATCH, NULL, NULL, &work), CRS_OK);
    assert_int_equal(crs_workspace_load(work, BATCH, net_x, net_y, NULL, NULL), CRS_OK);
    for (int i = 0; i < 2; i++) {
        crs_workspace_set_training(work, 1, (uint64_t)i);
        crs_net_forward(net, work);
        crs_net_backward(net, work);
        same_pass(net, work, train_cost, train_z1, train_z2, train_a2, train_z3);
        same("gradient", crs_net_n_params(net), crs_workspace_gradient(work), train_gradient);
        crs_net_follow_batch(net, work);
        same("running", crs_net_n_running(net), crs_net_running(net),
             i == 0 ? train_running : train_again_running);
    }
    crs_workspace_set_predicting(work);
    crs_net_forward(net, work);
    crs_net_backward(net, work);
    same_pass(net, work, eval_cost, eval_z1, eval_z2, eval_a2, eval_z3);
    same("gradient", crs_net_n_params(net), crs_workspace_gradient(work), eval_gradient);
    crs_net_follow_batch(net, work); /* not a batch of training: nothing moves */
    same("running", crs_net_n_running(net), crs_net_running(net), eval_running);
    assert_int_equal(crs_net_predict(net, BATCH, net_x, 1, out), CRS_OK);
    for (size_t s = 0; s < BATCH; s++)
        for (size_t j = 0; j < N_OUT; j++)
            same("prediction", 1, &out[s * N_OUT + j], &eval_z3[j * BATCH + s]);
    crs_workspace_destroy(work);
    crs_net_destroy(net);
}

/* ---- losses ------------------------------------------------------------------------------------ */

enum { N = 6, K = 4 };

typedef struct loss_case {
    const char *name;
    crs_loss loss;
    size_t n_out;
    double smoothing;
    const double *y, *cost, *dz, *weighted_cost, *weighted_dz;
} loss_case;

/* One layer that hands its input on: z = x. */
static void check_loss(const loss_case *c)
{
    size_t widths[] = {K, c->n_out};
    crs_net_config config = {1, widths, NULL, c->loss, CRS_F64, NULL, 0.75, c->smoothing};
    crs_net *net;
    crs_workspace *work;
    assert_int_equal(crs_net_create(&config, NULL, &net), CRS_OK);
    for (size_t j = 0; j < c->n_out; j++)
        ((double *)crs_net_params(net))[j * K + j] = 1;
    assert_int_equal(crs_workspace_create(net, N, NULL, NULL, &work), CRS_OK);
    for (int weighted = 0; weighted < 2; weighted++) {
        double cost;
        crs_workspace_set_weights(work, weighted ? loss_weights : NULL);
        assert_int_equal(crs_workspace_load(work, N, loss_z, c->y, NULL, NULL), CRS_OK);
        crs_net_forward(net, work);
        crs_net_backward(net, work);
        cost = crs_net_cost(net, work);
        same(c->name, 1, &cost, weighted ? c->weighted_cost : c->cost);
        same_rows(c->name, c->n_out, N, crs_workspace_dz, work, 1,
                  weighted ? c->weighted_dz : c->dz);
    }
    crs_workspace_destroy(work);
    crs_net_destroy(net);
}

#define CASE(name, loss, n_out, smoothing, y)                                           \
    {                                                                                   \
#name, loss, n_out, smoothing, y, name##_cost, name##_dz, name##_weighted_cost, \
            name##_weighted_dz                                                          \
    }

static void test_losses__are_those_of_torch(void **unused)
{
    double first_bits[N];
    const loss_case cases[] = {
        CASE(softmax, CRS_LOSS_SOFTMAX, K, 0, loss_classes),
        CASE(softmax_smooth, CRS_LOSS_SOFTMAX, K, 0.3, loss_classes),
        CASE(bce, CRS_LOSS_BCE, K, 0, loss_bits),
        CASE(bce_smooth, CRS_LOSS_BCE, K, 0.2, loss_bits),
        CASE(squared, CRS_LOSS_SQUARED, K, 0, loss_values),
        CASE(absolute, CRS_LOSS_ABSOLUTE, K, 0, loss_values),
        CASE(huber, CRS_LOSS_HUBER, K, 0, loss_values),
        CASE(hinge, CRS_LOSS_HINGE, K, 0, loss_classes),
        CASE(hinge_single, CRS_LOSS_HINGE, 1, 0, first_bits),
    };
    (void)unused;
    for (size_t s = 0; s < N; s++)
        first_bits[s] = loss_bits[s * K];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_loss(&cases[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_batchnorm__is_that_of_torch),
        cmocka_unit_test(test_losses__are_those_of_torch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
