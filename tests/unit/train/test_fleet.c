/*
 * A fleet: every run ends as crs_train alone ends it, whatever runs beside it; one that
 * fails is told and stops no other.
 */
#include "cmocka_all.h"

#include <crease/fleet.h>

#include <math.h>
#include <string.h>

enum { RUNS = 12 };

static crs_dataset planar(crs_dtype dtype)
{
    crs_data_options options;
    crs_dataset data;
    crs_error err;
    assert_int_equal(crs_data_defaults("planar", &err, &options), CRS_OK);
    options.n_samples = 150;
    options.dtype = dtype;
    assert_int_equal(crs_data_generate("planar", &options, &err, &data), CRS_OK);
    return data;
}

/* Run i: its own width, seed, step size, and value of g' at the kink; the last one is large. */
static crs_net *make(size_t i, crs_dtype dtype)
{
    size_t widths[] = {2, i + 1 == RUNS ? 200 : 3 + i, i + 1 == RUNS ? 60 : 4, 1};
    crs_act acts[2];
    crs_net_config config = {3, widths, acts, CRS_LOSS_BCE, dtype};
    const crs_init he = {CRS_INIT_HE, 0};
    crs_random random;
    crs_error err;
    crs_net *net;
    crs_act_get(CRS_ACT_RELU, &acts[0]);
    crs_act_get(i % 2 ? CRS_ACT_TANH : CRS_ACT_RELU, &acts[1]);
    acts[0].kink[0].value = (double)(i % 3) / 2;
    assert_int_equal(crs_net_create(&config, &err, &net), CRS_OK);
    crs_random_seed(&random, (uint32_t)i);
    crs_net_init(net, &he, &random);
    return net;
}

static void fill(crs_fleet_run *runs, const crs_dataset *data, const crs_backward_rule *rule)
{
    memset(runs, 0, RUNS * sizeof *runs);
    for (size_t i = 0; i < RUNS; i++) {
        runs[i].net = make(i, data->dtype);
        runs[i].data = data;
        runs[i].train.lr = 0.01 * (double)(i + 1);
        runs[i].train.iterations = 20 + i;
        runs[i].train.batch = i % 4 == 3 ? 32 : 0;
        runs[i].train.rule = i % 5 == 4 ? rule : NULL;
    }
}

static void release(crs_fleet_run *runs)
{
    for (size_t i = 0; i < RUNS; i++)
        crs_net_destroy(runs[i].net);
}

/* "A >= 0" */
static void everywhere_f32(const void *ctx, size_t n, const float *z, const float *a,
                           const float *da, float *dz)
{
    (void)ctx;
    (void)z;
    for (size_t i = 0; i < n; i++)
        dz[i] = (a[i] >= 0 ? 1.0f : 0.0f) * da[i];
}

static void everywhere_f64(const void *ctx, size_t n, const double *z, const double *a,
                           const double *da, double *dz)
{
    (void)ctx;
    (void)z;
    for (size_t i = 0; i < n; i++)
        dz[i] = (a[i] >= 0 ? 1.0 : 0.0) * da[i];
}

static void test_fleet__each_run_is_the_one_alone(void **unused)
{
    crs_dataset data[2] = {planar(CRS_F32), planar(CRS_F64)};
    const crs_backward_rule rule = {everywhere_f32, everywhere_f64, NULL, NULL};
    crs_executor two;
    crs_error err;
    (void)unused;
    assert_int_equal(crs_executor_threads(2, &two), CRS_OK);
    for (int d = 0; d < 2; d++) {
        crs_fleet_run runs[RUNS], again[RUNS];
        fill(runs, &data[d], &rule);
        fill(again, &data[d], &rule);
        assert_int_equal(crs_fleet_train(RUNS, runs, &two, &err), CRS_OK);
        for (size_t i = 0; i < RUNS; i++) {
            size_t bytes = crs_net_n_params(runs[i].net) * crs_dtype_size(data[d].dtype);
            assert_int_equal(runs[i].status, CRS_OK);
            assert_true(isfinite(runs[i].score.cost));
            assert_int_equal(crs_train(again[i].net, &data[d], &again[i].train, &err), CRS_OK);
            assert_memory_equal(crs_net_params(runs[i].net), crs_net_params(again[i].net), bytes);
        }
        release(runs);
        release(again);
    }
    crs_executor_release(&two);
    crs_dataset_release(&data[0]);
    crs_dataset_release(&data[1]);
}

static void test_fleet__a_failure_stops_no_other(void **unused)
{
    crs_dataset data = planar(CRS_F64), other = planar(CRS_F32);
    crs_fleet_run runs[RUNS];
    crs_error err;
    (void)unused;
    fill(runs, &data, NULL);
    runs[4].data = &other;
    assert_int_equal(crs_fleet_train(RUNS, runs, NULL, &err), CRS_ESHAPE);
    assert_non_null(strstr(err.text, "run 5 of 12"));
    for (size_t i = 0; i < RUNS; i++) {
        assert_int_equal(runs[i].status, i == 4 ? CRS_ESHAPE : CRS_OK);
        assert_true(i == 4 ? isnan(runs[i].score.cost) : isfinite(runs[i].score.cost));
    }
    assert_int_equal(crs_fleet_train(0, NULL, NULL, &err), CRS_OK);
    release(runs);
    crs_dataset_release(&data);
    crs_dataset_release(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fleet__each_run_is_the_one_alone),
        cmocka_unit_test(test_fleet__a_failure_stops_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
