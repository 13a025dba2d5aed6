/* Training: mini-batches, observers, what is refused, what running out of memory does. */
#include "cmocka_all.h"

#include "core/memory.h"

#include <crease/fleet.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static crs_net *make_net(size_t n_in, size_t n_h, size_t n_out, crs_loss loss, crs_dtype dtype)
{
    const size_t widths[] = {n_in, n_h, n_out};
    const crs_init he = {CRS_INIT_HE, 0};
    crs_act relu;
    crs_net_config config = {2, widths, &relu, loss, dtype};
    crs_random random;
    crs_net *net;
    crs_act_get(CRS_ACT_RELU, &relu);
    assert_int_equal(crs_net_create(&config, NULL, &net), CRS_OK);
    crs_random_seed(&random, 4);
    crs_net_init(net, &he, &random);
    return net;
}

static void generate(const char *name, crs_dtype dtype, crs_dataset *out)
{
    crs_data_options how;
    assert_int_equal(crs_data_defaults(name, NULL, &how), CRS_OK);
    how.dtype = dtype;
    assert_int_equal(crs_data_generate(name, &how, NULL, out), CRS_OK);
}

/* How large the first batches were. */
typedef struct seen {
    size_t batches, sizes[16];
} seen;

static crs_status look(void *ctx, const crs_train_event *event)
{
    seen *s = ctx;
    if (s->batches < 16)
        s->sizes[s->batches] = crs_workspace_batch(event->work);
    s->batches++;
    return CRS_OK;
}

static void test_batches__are_of_the_size_asked_for(void **unused)
{
    crs_dataset data;
    crs_net *net;
    seen s = {0};
    crs_train_config config = {
        .lr = 0.01, .iterations = 8, .batch = 64, .observer = look, .observer_ctx = &s};
    (void)unused;
    generate("moons", CRS_F64, &data); /* 200 samples: 64 + 64 + 64 + 8 */
    net = make_net(2, 5, 1, CRS_LOSS_BCE, CRS_F64);
    assert_int_equal(crs_train(net, &data, &config, NULL), CRS_OK);
    assert_int_equal(s.batches, 8);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(s.sizes[i], i % 4 == 3 ? 8 : 64);
    crs_net_destroy(net);
    crs_dataset_release(&data);
}

static void test_batches__same_seed_same_bits_other_seed_other_order(void **unused)
{
    crs_dataset data;
    crs_net *net[3];
    const uint32_t seeds[] = {1, 1, 2};
    (void)unused;
    generate("moons", CRS_F64, &data);
    for (int i = 0; i < 3; i++) {
        crs_train_config config = {
            .lr = 0.1, .iterations = 40, .batch = 32, .shuffle_seed = seeds[i]};
        net[i] = make_net(2, 5, 1, CRS_LOSS_BCE, CRS_F64);
        assert_int_equal(crs_train(net[i], &data, &config, NULL), CRS_OK);
    }
    assert_memory_equal(crs_net_params(net[0]), crs_net_params(net[1]),
                        crs_net_n_params(net[0]) * sizeof(double));
    assert_memory_not_equal(crs_net_params(net[0]), crs_net_params(net[2]),
                            crs_net_n_params(net[0]) * sizeof(double));
    for (int i = 0; i < 3; i++)
        crs_net_destroy(net[i]);
    crs_dataset_release(&data);
}

/* Every loss and dtype learns what it should: spirals by softmax, moons by bce. */
static void test_training__learns(void **unused)
{
    static const struct {
        const char *data;
        size_t n_out;
        crs_loss loss;
        double accuracy;
    } rows[] = {{"spiral", 3, CRS_LOSS_SOFTMAX, 0.95},
                {"moons", 1, CRS_LOSS_BCE, 0.93},
                {"xor", 1, CRS_LOSS_BCE, 0.9}};
    (void)unused;
    for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
        for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
            crs_dataset data;
            crs_score score;
            crs_train_config config = {.lr = 0.5, .iterations = 3000, .batch = 100};
            crs_net *net = make_net(2, 40, rows[r].n_out, rows[r].loss, (crs_dtype)dtype);
            generate(rows[r].data, (crs_dtype)dtype, &data);
            assert_int_equal(crs_train(net, &data, &config, NULL), CRS_OK);
            assert_int_equal(crs_evaluate(net, &data, NULL, NULL, &score), CRS_OK);
            if (score.accuracy < rows[r].accuracy)
                fail_msg("%s, %s: %.1f %% right", rows[r].data, crs_dtype_name((crs_dtype)dtype),
                         100 * score.accuracy);
            crs_net_destroy(net);
            crs_dataset_release(&data);
        }
    }
}

/* Squared loss on values: a line is learned to the last digits. */
static void test_training__regression_finds_the_line(void **unused)
{
    enum { N = 50 };
    double x[N], y[N];
    const size_t widths[] = {1, 1};
    crs_net_config shape = {1, widths, NULL, CRS_LOSS_SQUARED, CRS_F64};
    crs_dataset data = {.n_samples = N, .n_features = 1, .dtype = CRS_F64, .x = x, .y = y};
    crs_train_config config = {.lr = 0.5, .iterations = 2000};
    crs_score score;
    crs_net *net;
    (void)unused;
    for (size_t s = 0; s < N; s++) {
        x[s] = -1 + 2.0 * (double)s / (N - 1);
        y[s] = 3 * x[s] - 0.5;
    }
    assert_int_equal(crs_net_create(&shape, NULL, &net), CRS_OK);
    assert_int_equal(crs_train(net, &data, &config, NULL), CRS_OK);
    assert_true(fabs(crs_net_param(net, 0) - 3) < 1e-12);
    assert_true(fabs(crs_net_param(net, 1) + 0.5) < 1e-12);
    assert_int_equal(crs_evaluate(net, &data, NULL, NULL, &score), CRS_OK);
    assert_true(score.cost < 1e-20 && isnan(score.accuracy));
    crs_net_destroy(net);
}

/* A net with every option, trained by `workers`; observed or not, in a fleet or not. */
static crs_net *train_options(const crs_dataset *data, int workers, int observed, int fleet)
{
    const size_t widths[] = {2, 40, 40, 1};
    const crs_layer_options options[] = {{.batchnorm = 1, .dropout = 0.1},
                                         {.batchnorm = 1, .skip = 1}};
    const crs_init he = {CRS_INIT_HE, 0};
    crs_act acts[2];
    crs_net_config shape = {3, widths, acts, CRS_LOSS_HINGE, data->dtype, options, 0, 0};
    seen s = {0};
    crs_executor executor;
    crs_random random;
    crs_fleet_run run = {.data = data};
    crs_act_get(CRS_ACT_RELU, &acts[0]);
    acts[1] = acts[0];
    assert_int_equal(crs_net_create(&shape, NULL, &run.net), CRS_OK);
    crs_random_seed(&random, 4);
    crs_net_init(run.net, &he, &random);
    assert_int_equal(crs_executor_threads(workers, &executor), CRS_OK);
    run.train = (crs_train_config){
        .lr = 0.1, .iterations = 600, .batch = 128, .shuffle_seed = 5, .executor = &executor};
    if (observed) {
        run.train.observer = look;
        run.train.observer_ctx = &s;
    }
    if (fleet)
        assert_int_equal(crs_fleet_train(1, &run, &executor, NULL), CRS_OK);
    else
        assert_int_equal(crs_train(run.net, data, &run.train, NULL), CRS_OK);
    crs_executor_release(&executor);
    return run.net;
}

/* Dropout and running values follow the seed and the iteration, and nothing else. */
static void test_options__same_bits_however_trained(void **unused)
{
    crs_dataset data;
    crs_net *first;
    crs_score score;
    (void)unused;
    generate("moons", CRS_F32, &data);
    first = train_options(&data, 1, 0, 0);
    for (int i = 1; i < 4; i++) {
        crs_net *other = train_options(&data, 1 + i % 2, i == 2, i == 3);
        assert_memory_equal(crs_net_params(first), crs_net_params(other),
                            crs_net_n_params(first) * sizeof(float));
        assert_memory_equal(crs_net_running(first), crs_net_running(other),
                            crs_net_n_running(first) * sizeof(float));
        crs_net_destroy(other);
    }
    for (size_t i = 0; i < crs_net_n_running(first); i++) /* they began at 0 and 1 */
        assert_true(((float *)crs_net_running(first))[i] != (i / 40 % 2 == 0 ? 0 : 1));
    assert_int_equal(crs_evaluate(first, &data, NULL, NULL, &score), CRS_OK);
    assert_true(score.accuracy > 0.95); /* moons can be told apart but for some of their noise */
    crs_net_destroy(first);
    crs_dataset_release(&data);
}

static crs_status stop_at_three(void *ctx, const crs_train_event *event)
{
    (void)ctx;
    return event->iteration == 3 ? CRS_ECANCELED : CRS_OK;
}

static void test_observer__ends_the_training(void **unused)
{
    crs_dataset data;
    crs_error err;
    crs_net *stopped = make_net(2, 5, 1, CRS_LOSS_BCE, CRS_F64);
    crs_net *whole = make_net(2, 5, 1, CRS_LOSS_BCE, CRS_F64);
    crs_train_config config = {.lr = 0.1, .iterations = 100, .observer = stop_at_three};
    crs_train_config three = {.lr = 0.1, .iterations = 3};
    (void)unused;
    generate("moons", CRS_F64, &data);
    assert_int_equal(crs_train(stopped, &data, &config, &err), CRS_ECANCELED);
    assert_string_equal(err.text, "training ended at iteration 3: stopped by the caller");
    assert_int_equal(crs_train(whole, &data, &three, NULL), CRS_OK);
    assert_memory_equal(crs_net_params(stopped), crs_net_params(whole),
                        crs_net_n_params(whole) * sizeof(double));
    crs_net_destroy(stopped);
    crs_net_destroy(whole);
    crs_dataset_release(&data);
}

static void test_errors__name_what_does_not_fit(void **unused)
{
    crs_dataset data, spiral;
    crs_error err;
    crs_score score;
    crs_train_config config = {.lr = 0.1, .iterations = 1};
    crs_net *wide = make_net(3, 5, 1, CRS_LOSS_BCE, CRS_F64);
    crs_net *single = make_net(2, 5, 1, CRS_LOSS_BCE, CRS_F32);
    crs_net *two = make_net(2, 5, 2, CRS_LOSS_SOFTMAX, CRS_F64);
    crs_net *binary = make_net(2, 5, 1, CRS_LOSS_BCE, CRS_F64);
    (void)unused;
    generate("moons", CRS_F64, &data);
    generate("spiral", CRS_F64, &spiral);
    assert_int_equal(crs_train(wide, &data, &config, &err), CRS_ESHAPE);
    assert_string_equal(err.text, "the data has 2 features, the net expects 3");
    assert_int_equal(crs_train(single, &data, &config, &err), CRS_ESHAPE);
    assert_string_equal(err.text, "the data is f64, the net f32");
    assert_int_equal(crs_train(two, &spiral, &config, &err), CRS_ESHAPE);
    assert_string_equal(err.text, "the data has 3 classes, the net 2 outputs");
    assert_int_equal(crs_evaluate(binary, &spiral, NULL, &err, &score), CRS_EINVAL);
    assert_string_equal(err.text, "sample 200 has the label 2, the output has classes 0 to 1");
    assert_true(isnan(score.cost));
    crs_net_destroy(wide);
    crs_net_destroy(single);
    crs_net_destroy(two);
    crs_net_destroy(binary);
    crs_dataset_release(&data);
    crs_dataset_release(&spiral);
}

static void test_memory__every_failure_is_reported(void **unused)
{
    crs_dataset data;
    crs_net *net = make_net(2, 5, 1, CRS_LOSS_BCE, CRS_F64);
    crs_train_config config = {.lr = 0.1, .iterations = 2, .batch = 50};
    size_t failures = 0;
    (void)unused;
    generate("moons", CRS_F64, &data);
    for (size_t n = 1;; n++) {
        crs_status status;
        crs__alloc_fail_at(n);
        status = crs_train(net, &data, &config, NULL);
        crs__alloc_fail_at(0);
        if (status == CRS_OK)
            break;
        assert_int_equal(status, CRS_ENOMEM);
        failures++;
    }
    assert_true(failures > 5);
    crs_net_destroy(net);
    crs_dataset_release(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_batches__are_of_the_size_asked_for),
        cmocka_unit_test(test_batches__same_seed_same_bits_other_seed_other_order),
        cmocka_unit_test(test_training__learns),
        cmocka_unit_test(test_training__regression_finds_the_line),
        cmocka_unit_test(test_options__same_bits_however_trained),
        cmocka_unit_test(test_observer__ends_the_training),
        cmocka_unit_test(test_errors__name_what_does_not_fit),
        cmocka_unit_test(test_memory__every_failure_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
