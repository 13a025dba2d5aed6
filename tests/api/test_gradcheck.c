/* The gradient check from outside: what it refuses, and that it may be stopped. */
#include "cmocka_all.h"

#include <crease/gradcheck.h>

#include <math.h>
#include <string.h>

static crs_net *net;
static crs_workspace *work;
static const double x[] = {0.5, -1, 2, 0.25, -2, 1}, y[] = {1, 0, 1};

static int set_up(void **unused)
{
    static const size_t widths[] = {2, 3, 1};
    const crs_init he = {CRS_INIT_HE, 0};
    crs_act relu;
    crs_random random;
    crs_net_config config = {2, widths, &relu, CRS_LOSS_BCE, CRS_F64};
    (void)unused;
    crs_act_get(CRS_ACT_RELU, &relu);
    crs_random_seed(&random, 1);
    if (crs_net_create(&config, NULL, &net) != CRS_OK)
        return 1;
    crs_net_init(net, &he, &random);
    return crs_workspace_create(net, 3, NULL, NULL, &work) != CRS_OK;
}

static int tear_down(void **unused)
{
    (void)unused;
    crs_workspace_destroy(work);
    crs_net_destroy(net);
    return 0;
}

static double value(void *ctx, size_t n, const double *p)
{
    (void)ctx;
    return n > 1 ? p[0] * p[1] : p[0];
}

static void gradient(void *ctx, size_t n, const double *p, double *g)
{
    (void)ctx;
    g[0] = n > 1 ? p[1] : 1;
    if (n > 1)
        g[1] = p[0];
}

static void test_net__documented_errors(void **unused)
{
    static const size_t other_widths[] = {2, 4, 1};
    crs_act relu;
    crs_net_config config = {2, other_widths, &relu, CRS_LOSS_BCE, CRS_F64};
    crs_gradcheck *check = (crs_gradcheck *)1;
    crs_net *other;
    crs_error err;
    (void)unused;
    assert_int_equal(crs_gradcheck_net(net, work, NULL, &err, &check), CRS_EINVAL);
    assert_null(check);
    assert_non_null(strstr(err.text, "no batch is loaded"));
    assert_int_equal(crs_workspace_load(work, 3, x, y, NULL, NULL), CRS_OK);
    assert_int_equal(crs_gradcheck_net(NULL, work, NULL, &err, &check), CRS_EINVAL);
    assert_int_equal(crs_gradcheck_net(net, NULL, NULL, &err, &check), CRS_EINVAL);
    assert_int_equal(crs_gradcheck_net(net, work, NULL, &err, NULL), CRS_EINVAL);
    crs_act_get(CRS_ACT_RELU, &relu);
    assert_int_equal(crs_net_create(&config, NULL, &other), CRS_OK);
    assert_int_equal(crs_gradcheck_net(other, work, NULL, &err, &check), CRS_ESHAPE);
    crs_net_destroy(other);
}

static int stop(void *ctx, double done)
{
    ++*(int *)ctx;
    assert_true(done > 0 && done <= 1);
    return 1;
}

static void test_net__can_be_stopped(void **unused)
{
    int calls = 0;
    crs_gradcheck_config config = {0};
    crs_gradcheck *check;
    crs_error err;
    (void)unused;
    config.progress = stop;
    config.progress_ctx = &calls;
    assert_int_equal(crs_workspace_load(work, 3, x, y, NULL, NULL), CRS_OK);
    assert_int_equal(crs_gradcheck_net(net, work, &config, &err, &check), CRS_ECANCELED);
    assert_null(check);
    assert_int_equal(calls, 1);
}

static void test_net__a_right_one_passes(void **unused)
{
    crs_gradcheck *check;
    (void)unused;
    assert_int_equal(crs_workspace_load(work, 3, x, y, NULL, NULL), CRS_OK);
    assert_int_equal(crs_gradcheck_net(net, work, NULL, NULL, &check), CRS_OK);
    assert_true(check->passed);
    assert_int_equal(check->n, crs_net_n_params(net));
    assert_int_equal(check->counts[CRS_GRADCHECK_MATCH], check->n);
    crs_gradcheck_destroy(check);
}

static void test_function__documented_errors(void **unused)
{
    const double p[] = {1, 2}, bad[] = {1, INFINITY};
    crs_gradcheck *check = (crs_gradcheck *)1;
    crs_error err;
    (void)unused;
    assert_int_equal(crs_gradcheck_function(NULL, gradient, NULL, 2, p, &err, &check), CRS_EINVAL);
    assert_null(check);
    assert_int_equal(crs_gradcheck_function(value, NULL, NULL, 2, p, &err, &check), CRS_EINVAL);
    assert_int_equal(crs_gradcheck_function(value, gradient, NULL, 0, p, &err, &check), CRS_EINVAL);
    assert_int_equal(crs_gradcheck_function(value, gradient, NULL, 2, NULL, &err, &check),
                     CRS_EINVAL);
    assert_int_equal(crs_gradcheck_function(value, gradient, NULL, 2, p, &err, NULL), CRS_EINVAL);
    assert_int_equal(crs_gradcheck_function(value, gradient, NULL, 2, bad, &err, &check),
                     CRS_EINVAL);
    assert_non_null(strstr(err.text, "x[1]"));
    assert_int_equal(crs_gradcheck_function(value, gradient, NULL, 2, p, NULL, &check), CRS_OK);
    assert_true(check->passed);
    crs_gradcheck_destroy(check);
    crs_gradcheck_destroy(NULL);
}

static void test_names__are_there_for_every_value(void **unused)
{
    (void)unused;
    for (int i = 0; i < CRS_GRADCHECK_VERDICTS; i++)
        assert_string_not_equal(crs_gradcheck_verdict_name((crs_gradcheck_verdict)i), "?");
    for (int i = 0; i < CRS_GRADCHECK_REASONS; i++)
        assert_string_not_equal(crs_gradcheck_reason_text((crs_gradcheck_reason)i), "?");
    for (int i = 0; i < CRS_GRADCHECK_WEAKNESSES; i++)
        assert_string_not_equal(crs_gradcheck_weakness_name((crs_gradcheck_weakness)i), "?");
    assert_string_equal(crs_gradcheck_verdict_name(CRS_GRADCHECK_VERDICTS), "?");
    assert_string_equal(crs_gradcheck_reason_text(CRS_GRADCHECK_REASONS), "?");
    assert_string_equal(crs_gradcheck_weakness_name(CRS_GRADCHECK_WEAKNESSES), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_net__documented_errors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_net__can_be_stopped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_net__a_right_one_passes, set_up, tear_down),
        cmocka_unit_test(test_function__documented_errors),
        cmocka_unit_test(test_names__are_there_for_every_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
