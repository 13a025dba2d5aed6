/*
 * Training in epochs: the same as the plain loop where that can do it, the same for any cut into
 * calls and any number of threads, and what each option promises.
 */
#include "cmocka_all.h"

#include "fit_cases.h"

#include <crease/train.h>

#include <math.h>
#include <stdlib.h>

/* ---- as the plain loop ------------------------------------------------------------------------ */

static void assert_like_the_loop(const fit_case *c)
{
    fit_setting s;
    crs_train_config loop = {0};
    crs_net *net;
    crs_error err;
    size_t size, per_epoch;
    fit_start(c, 1, &s);
    size = crs_dtype_size(crs_net_dtype(s.net));
    assert_int_equal(crs_net_copy(s.net, &net), CRS_OK);
    per_epoch = (size_t)crs_fit_steps_per_epoch(s.fit);
    loop.lr = s.config.lr;
    loop.iterations = per_epoch * c->epochs;
    loop.batch = c->batch;
    loop.shuffle_seed = s.config.seed;
    assert_int_equal(crs_train(net, &s.data, &loop, &err), CRS_OK);
    fit_finish(&s, 5);
    assert_memory_equal(crs_net_params(net), crs_net_params(s.net), crs_net_n_params(net) * size);
    crs_net_destroy(net);
    fit_release(&s);
}

static void test_fit__is_the_plain_loop_for_plain_descent(void **state)
{
    fit_case batches = {"batches", "6:relu,1", "sgd", "constant", 16, 3, 1, .dtype = CRS_F64};
    fit_case large = {"large", "130:relu,70:relu,1", "sgd", "constant", 32, 3, 1, .dtype = CRS_F32};
    (void)state;
    assert_like_the_loop(&fit_cases[0]);
    assert_like_the_loop(&batches);
    assert_like_the_loop(&large);
}

static void test_fit__gives_the_same_bits_however_it_is_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_FIT_CASES; i++) {
        fit_setting whole, cut, threads;
        fit_start(&fit_cases[i], 1, &whole);
        fit_start(&fit_cases[i], 1, &cut);
        fit_start(&fit_cases[i], 2, &threads);
        fit_finish(&whole, SIZE_MAX);
        fit_finish(&cut, 1);
        fit_finish(&threads, 3);
        assert_same_net(fit_cases[i].name, &whole, &cut);
        assert_same_net(fit_cases[i].name, &whole, &threads);
        assert_int_not_equal(crs_fit_ended(whole.fit), CRS_FIT_DIVERGED);
        fit_release(&whole);
        fit_release(&cut);
        fit_release(&threads);
    }
}

/* ---- records ------------------------------------------------------------------------------------- */

static void test_fit__records_what_the_net_measures(void **state)
{
    const fit_case c = {"full", "5:relu,1", "sgd", "constant", 0, 5, 1, .dtype = CRS_F64};
    fit_setting s;
    crs_error err;
    (void)state;
    fit_start(&c, 1, &s);
    for (size_t epoch = 0; epoch < c.epochs; epoch++) {
        crs_score before;
        size_t n;
        const crs_fit_record *r;
        assert_int_equal(crs_evaluate(s.net, &s.data, NULL, &err, &before), CRS_OK);
        assert_int_equal(crs_fit_advance(s.fit, 1, &err), CRS_OK);
        r = crs_fit_records(s.fit, &n);
        assert_int_equal(n, epoch + 1);
        assert_true(r[epoch].epoch == (double)epoch);
        /* one sum over 150 samples in two orders */
        assert_true(fabs(r[epoch].cost - before.cost) <= 150 * 0x1p-52);
        assert_true(r[epoch].metric == before.accuracy);
        assert_true(isnan(r[epoch].valid_cost));
        assert_true(r[epoch].lr == s.config.lr);
    }
    fit_release(&s);
}

/* Every second epoch and the last. */
static void test_fit__records_as_often_as_asked(void **state)
{
    const double expected[] = {0, 2, 4, 5};
    fit_setting s;
    size_t n;
    const crs_fit_record *r;
    (void)state;
    fit_start(&fit_cases[0], 1, &s);
    fit_finish(&s, 100);
    r = crs_fit_records(s.fit, &n);
    assert_int_equal(n, 4);
    for (size_t i = 0; i < n; i++)
        assert_true(r[i].epoch == expected[i]);
    assert_int_equal(crs_fit_ended(s.fit), CRS_FIT_ALL_EPOCHS);
    fit_release(&s);
}

/* All weights 0: every z is exactly on the kink, and no unit ever has a slope. */
static void test_fit__counts_kink_hits_and_dead_units(void **state)
{
    const fit_case c = {"zeros", "4:relu,3:relu,1", "sgd", "constant", 50, 1, 1, .dtype = CRS_F32};
    fit_setting s;
    size_t n;
    const crs_fit_record *r;
    (void)state;
    fit_start(&c, 1, &s);
    memset(crs_net_params(s.net), 0, crs_net_n_params(s.net) * sizeof(float));
    fit_finish(&s, 100);
    r = crs_fit_records(s.fit, &n);
    assert_true(r[0].kink_hits == FIT_SAMPLES * 7);
    assert_true(r[0].dead_units == 7);
    fit_release(&s);
}

static void test_fit__tells_values_by_r2(void **state)
{
    const fit_case c = {
        "values", "1", "sgd", "constant", 0, 1, 1, .dtype = CRS_F64, .loss = CRS_LOSS_SQUARED};
    fit_setting s;
    size_t n;
    double mean = 0, spread = 0, squares = 0;
    double p[3];
    (void)state;
    fit_start(&c, 1, &s);
    for (size_t i = 0; i < 3; i++)
        p[i] = crs_net_param(s.net, i);
    for (size_t i = 0; i < FIT_SAMPLES; i++)
        mean += s.data.y[i] / FIT_SAMPLES;
    for (size_t i = 0; i < FIT_SAMPLES; i++) {
        double a = p[0] * crs_dataset_x(&s.data, i, 0) + p[1] * crs_dataset_x(&s.data, i, 1) + p[2];
        squares += (a - s.data.y[i]) * (a - s.data.y[i]);
        spread += (s.data.y[i] - mean) * (s.data.y[i] - mean);
    }
    fit_finish(&s, 100);
    /* sums of 150 terms, each good to a few roundings */
    assert_true(fabs(crs_fit_records(s.fit, &n)[0].metric - (1 - squares / spread)) <
                1e-13 * (1 + squares / spread));
    fit_release(&s);
}

/* ---- options --------------------------------------------------------------------------------------- */

/* With weight 2 a sample counts as if it were there twice. */
static void test_fit__weighs_samples(void **state)
{
    const fit_case once = {"once", "4:tanh,1", "sgd",         "constant",      0,
                           3,      1,          .weighted = 1, .dtype = CRS_F64};
    fit_case twice = once;
    fit_setting a, b;
    size_t n = 0, order[3 * FIT_SAMPLES];
    crs_error err;
    (void)state;
    twice.weighted = 0;
    fit_start(&once, 1, &a);
    fit_start(&twice, 1, &b);
    for (size_t i = 0; i < FIT_SAMPLES; i++) {
        a.weights[i] = (double)(i % 3);
        for (size_t k = 0; k < i % 3; k++)
            order[n++] = i;
    }
    crs_fit_destroy(a.fit);
    crs_fit_destroy(b.fit);
    b.config.train_index = order;
    b.config.n_train = n;
    assert_int_equal(crs_fit_create(a.net, &a.data, &a.config, &err, &a.fit), CRS_OK);
    assert_int_equal(crs_fit_create(b.net, &b.data, &b.config, &err, &b.fit), CRS_OK);
    fit_finish(&a, 10);
    fit_finish(&b, 10);
    /* three steps of sums over 150 samples, rounded in another order */
    for (size_t i = 0; i < crs_net_n_params(a.net); i++)
        assert_true(fabs(crs_net_param(a.net, i) - crs_net_param(b.net, i)) < 1e-13);
    fit_release(&a);
    fit_release(&b);
}

static void test_fit__weighs_classes(void **state)
{
    const fit_case c = {"classes", "4:tanh,1", "sgd",         "constant",      0,
                        3,         1,          .weighted = 1, .dtype = CRS_F64};
    const double by_class[] = {1, 3};
    fit_setting a, b;
    crs_error err;
    (void)state;
    fit_start(&c, 1, &a);
    fit_start(&c, 1, &b);
    for (size_t i = 0; i < FIT_SAMPLES; i++)
        a.weights[i] = by_class[(size_t)a.data.y[i]];
    crs_fit_destroy(a.fit);
    crs_fit_destroy(b.fit);
    b.config.sample_weights = NULL;
    b.config.class_weights = by_class;
    assert_int_equal(crs_fit_create(a.net, &a.data, &a.config, &err, &a.fit), CRS_OK);
    assert_int_equal(crs_fit_create(b.net, &b.data, &b.config, &err, &b.fit), CRS_OK);
    fit_finish(&a, 10);
    fit_finish(&b, 10);
    assert_same_net("classes", &a, &b);
    fit_release(&a);
    fit_release(&b);
}

/* After one step: p - lr (g + l1 sign(w) + l2 w) for weights, p - lr g for biases. */
static void test_fit__penalises_weights_alone(void **state)
{
    const fit_case plain = {"plain", "4:tanh,1", "sgd", "constant", 0, 1, 1, .dtype = CRS_F64};
    fit_case penalised = plain;
    fit_setting a, b;
    double start[17];
    (void)state;
    penalised.l1 = 0.3;
    penalised.l2 = 0.7;
    fit_start(&plain, 1, &a);
    fit_start(&penalised, 1, &b);
    assert_int_equal(crs_net_n_params(a.net), 17);
    for (size_t i = 0; i < 17; i++)
        start[i] = crs_net_param(a.net, i);
    fit_finish(&a, 1);
    fit_finish(&b, 1);
    for (size_t i = 0; i < 17; i++) {
        int weight = i < 8 || (i >= 12 && i < 16);
        double more = weight ? 0.02 * (0.3 * (start[i] > 0 ? 1 : -1) + 0.7 * start[i]) : 0;
        assert_true(fabs(crs_net_param(a.net, i) - more - crs_net_param(b.net, i)) < 1e-15);
    }
    fit_release(&a);
    fit_release(&b);
}

static void test_fit__stops_early_with_the_best_net(void **state)
{
    fit_setting s;
    crs_score score;
    crs_error err;
    crs_dataset valid;
    size_t n, best;
    const crs_fit_record *r;
    (void)state;
    fit_start(&fit_cases[6], 1, &s);
    /* validation has the classes the other way round: learning makes it worse from the start */
    for (size_t i = 110; i < FIT_SAMPLES; i++)
        s.data.y[s.order[i]] = 1 - s.data.y[s.order[i]];
    fit_finish(&s, 7);
    r = crs_fit_records(s.fit, &n);
    best = crs_fit_best(s.fit);
    assert_int_equal(crs_fit_ended(s.fit), CRS_FIT_STOPPED_EARLY);
    assert_int_equal(n, best + 1 + fit_cases[6].patience);
    for (size_t i = 0; i < n; i++)
        assert_true(r[i].valid_cost >= r[best].valid_cost);
    /* the net is the one that had the best cost */
    valid = s.data;
    valid.n_samples = FIT_SAMPLES - 110;
    valid.x = malloc(valid.n_samples * 2 * sizeof(double));
    valid.y = malloc(valid.n_samples * sizeof(double));
    assert_non_null(valid.x);
    assert_non_null(valid.y);
    for (size_t i = 0; i < valid.n_samples; i++) {
        memcpy((double *)valid.x + 2 * i, (double *)s.data.x + 2 * s.order[110 + i],
               2 * sizeof(double));
        valid.y[i] = s.data.y[s.order[110 + i]];
    }
    assert_int_equal(crs_evaluate(s.net, &valid, NULL, &err, &score), CRS_OK);
    assert_true(score.cost == r[best].valid_cost);
    free(valid.x);
    free(valid.y);
    fit_release(&s);
}

static void test_fit__limits_the_norm_of_rows(void **state)
{
    fit_setting s;
    (void)state;
    fit_start(&fit_cases[5], 1, &s);
    fit_finish(&s, 100);
    for (size_t j = 0; j < 9; j++)
        /* scaled, and rounded once each */
        assert_true(hypot(crs_net_param(s.net, 2 * j), crs_net_param(s.net, 2 * j + 1)) <=
                    0.7 * (1 + 0x1p-50));
    fit_release(&s);
}

static void test_fit__says_that_it_diverged(void **state)
{
    const fit_case c = {"far",
                        "5:relu,1",
                        "sgd",
                        "constant",
                        0,
                        400,
                        1,
                        .dtype = CRS_F32,
                        .loss = CRS_LOSS_SQUARED};
    fit_setting s;
    crs_error err;
    (void)state;
    fit_start(&c, 1, &s);
    crs_fit_destroy(s.fit);
    s.config.lr = 1e6;
    assert_int_equal(crs_fit_create(s.net, &s.data, &s.config, &err, &s.fit), CRS_OK);
    fit_finish(&s, 100);
    assert_int_equal(crs_fit_ended(s.fit), CRS_FIT_DIVERGED);
    fit_release(&s);
}

static void test_lbfgs__goes_to_a_minimum(void **state)
{
    const fit_case c = {"minimum", "1", "lbfgs",    "constant",      0,
                        200,       200, .l2 = 1e-2, .dtype = CRS_F64};
    fit_setting s;
    size_t n;
    crs_workspace *work;
    crs_error err;
    const double *g;
    (void)state;
    fit_start(&c, 2, &s);
    fit_finish(&s, 3);
    assert_int_equal(crs_fit_ended(s.fit), CRS_FIT_CONVERGED);
    assert_true(crs_fit_records(s.fit, &n)[n - 1].epoch < 100);
    /* logistic regression is convex: where the gradient is 0 is the minimum */
    assert_int_equal(crs_workspace_create(s.net, FIT_SAMPLES, NULL, &err, &work), CRS_OK);
    assert_int_equal(crs_workspace_load(work, FIT_SAMPLES, s.data.x, s.data.y, NULL, &err), CRS_OK);
    crs_net_forward(s.net, work);
    crs_net_backward(s.net, work);
    g = crs_workspace_gradient(work);
    for (size_t i = 0; i < 3; i++)
        assert_true(fabs(g[i] + (i < 2 ? 1e-2 * crs_net_param(s.net, i) : 0)) < 1e-7);
    crs_workspace_destroy(work);
    fit_release(&s);
}

/* ---- pictures moved --------------------------------------------------------------------------------- */

static void test_shift__moves_and_fills_with_zeros(void **state)
{
    const crs_shift how = {CRS_F32, 2, 3, 1, 1};
    const float x[6] = {1, 2, 3, 4, 5, 6};
    int seen[3][3] = {{0}};
    (void)state;
    for (uint64_t i = 0; i < 400; i++) {
        uint64_t draw = i * 0x9e3779b97f4a7c15u;
        float out[6];
        int matched = 0;
        crs_augment_shift(&how, draw, x, out);
        for (int down = -1; down <= 1; down++) {
            for (int right = -1; right <= 1; right++) {
                float want[6];
                for (int r = 0; r < 2; r++)
                    for (int q = 0; q < 3; q++)
                        want[3 * r + q] =
                            r - down < 0 || r - down > 1 || q - right < 0 || q - right > 2
                                ? 0
                                : x[3 * (r - down) + q - right];
                if (memcmp(want, out, sizeof out) == 0) {
                    seen[down + 1][right + 1]++;
                    matched++;
                }
            }
        }
        assert_int_equal(matched, 1);
    }
    for (int i = 0; i < 9; i++)
        assert_true(seen[i / 3][i % 3] > 0);
}

/* ---- refusals ----------------------------------------------------------------------------------------- */

static void refuse(fit_setting *s, crs_status status, const char *text)
{
    crs_error err;
    crs_fit *fit;
    assert_int_equal(crs_fit_create(s->net, &s->data, &s->config, &err, &fit), status);
    assert_null(fit);
    assert_string_equal(err.text, text);
}

static void test_create__refuses_in_words(void **state)
{
    const double wrong[] = {1, -1};
    fit_setting s;
    crs_fit_config good;
    (void)state;
    fit_start(&fit_cases[4], 1, &s);
    good = s.config;
    s.config.l2 = -1;
    refuse(&s, CRS_EINVAL, "l2 is -1; expected a finite number from 0 on");
    s.config = good;
    s.config.lr = NAN;
    refuse(&s, CRS_EINVAL, "the step size is nan; expected a finite number from 0 on");
    s.config = good;
    s.order[5] = FIT_SAMPLES;
    refuse(&s, CRS_EINVAL, "training sample 5 is number 150, the data has 150");
    s.order[5] = 35;
    s.config.epochs = 0;
    refuse(&s, CRS_EINVAL, "no epochs");
    s.config = good;
    s.config.batch = 1;
    refuse(&s, CRS_EINVAL, "batch normalisation needs batches of 2 samples or more");
    s.config = good;
    s.config.n_train = 1;
    refuse(&s, CRS_EINVAL, "batch normalisation needs batches of 2 samples or more");
    s.config = good;
    s.config.class_weights = wrong;
    refuse(&s, CRS_ENONFINITE, "sample 75 has the weight -1; expected a finite number from 0 on");
    s.config = good;
    (void)crs_optim_parse("lbfgs", NULL, &s.config.optim);
    refuse(&s, CRS_EINVAL, "lbfgs takes all 110 samples at once, not batches of 24");
    s.config.batch = 0;
    refuse(&s, CRS_EINVAL, "lbfgs wants the same net each time; layer 1 has batch normalisation");
    s.config = good;
    s.data.n_features = 3;
    refuse(&s, CRS_ESHAPE, "the data has 3 features, the net expects 2");
    s.data.n_features = 2;
    fit_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fit__is_the_plain_loop_for_plain_descent),
        cmocka_unit_test(test_fit__gives_the_same_bits_however_it_is_cut),
        cmocka_unit_test(test_fit__records_what_the_net_measures),
        cmocka_unit_test(test_fit__records_as_often_as_asked),
        cmocka_unit_test(test_fit__counts_kink_hits_and_dead_units),
        cmocka_unit_test(test_fit__tells_values_by_r2),
        cmocka_unit_test(test_fit__weighs_samples),
        cmocka_unit_test(test_fit__weighs_classes),
        cmocka_unit_test(test_fit__penalises_weights_alone),
        cmocka_unit_test(test_fit__stops_early_with_the_best_net),
        cmocka_unit_test(test_fit__limits_the_norm_of_rows),
        cmocka_unit_test(test_fit__says_that_it_diverged),
        cmocka_unit_test(test_lbfgs__goes_to_a_minimum),
        cmocka_unit_test(test_shift__moves_and_fills_with_zeros),
        cmocka_unit_test(test_create__refuses_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
