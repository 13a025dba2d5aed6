/* A model is written, read back and predicts. */
#include <math.h>

#include "model/random_model.h"
#include "unit/model/fixture.h"

static void assert_scalers_equal(const crs_scaler *a, const crs_scaler *b)
{
    size_t bytes = a->n_features * sizeof(double);
    assert_int_equal(a->n_features, b->n_features);
    if (bytes == 0)
        return;
    assert_int_equal(a->scaling, b->scaling);
    assert_memory_equal(a->shift, b->shift, bytes);
    assert_memory_equal(a->scale, b->scale, bytes);
    assert_int_equal(a->fill == NULL, b->fill == NULL);
    if (a->fill != NULL)
        assert_memory_equal(a->fill, b->fill, bytes);
}

static void assert_names_equal(size_t n, char *const *a, char *const *b)
{
    assert_int_equal(a == NULL, b == NULL);
    for (size_t i = 0; a != NULL && i < n; i++)
        assert_string_equal(a[i], b[i]);
}

static void assert_nets_equal(const crs_net *a, const crs_net *b)
{
    size_t size = crs_dtype_size(crs_net_dtype(a));
    assert_int_equal(crs_net_layers(a), crs_net_layers(b));
    assert_int_equal(crs_net_dtype(a), crs_net_dtype(b));
    assert_int_equal(crs_net_loss(a), crs_net_loss(b));
    assert_true(crs_net_huber_delta(a) == crs_net_huber_delta(b));
    assert_true(crs_net_label_smoothing(a) == crs_net_label_smoothing(b));
    for (size_t l = 0; l <= crs_net_layers(a); l++)
        assert_int_equal(crs_net_width(a, l), crs_net_width(b, l));
    for (size_t l = 1; l < crs_net_layers(a); l++) {
        assert_memory_equal(crs_net_act(a, l), crs_net_act(b, l), sizeof(crs_act));
        assert_memory_equal(crs_net_options(a, l), crs_net_options(b, l),
                            sizeof(crs_layer_options));
    }
    for (size_t i = 0; i < crs_net_n_params(a); i++)
        assert_true(crs_net_param(a, i) == crs_net_param(b, i));
    assert_int_equal(crs_net_n_running(a), crs_net_n_running(b));
    if (crs_net_n_running(a) > 0)
        assert_memory_equal(crs_net_running((crs_net *)(uintptr_t)a),
                            crs_net_running((crs_net *)(uintptr_t)b), crs_net_n_running(a) * size);
    assert_memory_equal(crs_net_params((crs_net *)(uintptr_t)a),
                        crs_net_params((crs_net *)(uintptr_t)b), crs_net_n_params(a) * size);
}

/* Written, read, the same; written again, the same bytes. */
static void assert_round_trip(const crs_model *model)
{
    memory first = written(model), second;
    crs_model back;
    crs_error err;
    if (crs_model_read_memory(first.n, first.bytes, "m", &err, &back) != CRS_OK)
        fail_msg("%s", err.text);
    assert_nets_equal(model->net, back.net);
    assert_scalers_equal(&model->scaler, &back.scaler);
    assert_scalers_equal(&model->target, &back.target);
    assert_int_equal(model->task, back.task);
    assert_int_equal(model->n_classes, back.n_classes);
    assert_int_equal(model->n_targets, back.n_targets);
    assert_int_equal(model->scale_bytes, back.scale_bytes);
    assert_names_equal(model->n_classes, model->class_names, back.class_names);
    assert_names_equal(crs_net_width(model->net, 0), model->feature_names, back.feature_names);
    assert_names_equal(model->n_targets, model->target_names, back.target_names);
    second = written(&back);
    assert_int_equal(first.n, second.n);
    assert_memory_equal(first.bytes, second.bytes, first.n);
    crs_model_release(&back);
    free(first.bytes);
    free(second.bytes);
}

static void test_model__round_trip(void **state)
{
    (void)state;
    for (int dtype = 0; dtype < 2; dtype++) {
        crs_model model = small_model((crs_dtype)dtype);
        assert_round_trip(&model);
        crs_model_release(&model);
    }
}

static void test_model__predicts_what_the_net_says_of_scaled_rows(void **state)
{
    static const double x[3][2] = {{0.25, -3}, {NAN, 1}, {1e3, 0.1}};
    crs_model model = small_model(CRS_F32);
    double got[3][3], expected[3][3];
    float rows[3][2];
    crs_error err;
    (void)state;
    for (size_t s = 0; s < 3; s++)
        for (size_t i = 0; i < 2; i++) {
            double value = isnan(x[s][i]) ? model.scaler.fill[i] : (double)(float)x[s][i];
            rows[s][i] = (float)((value - model.scaler.shift[i]) * model.scaler.scale[i]);
        }
    assert_int_equal(crs_net_predict(model.net, 3, rows, 0, expected[0]), CRS_OK);
    assert_int_equal(crs_model_predict(&model, 3, x[0], got[0], &err), CRS_OK);
    assert_memory_equal(got, expected, sizeof got);
    for (size_t s = 0; s < 3; s++) {
        size_t c = crs_model_class(&model, got[s]);
        for (size_t j = 0; j < 3; j++)
            assert_true(got[s][j] <= got[s][c]);
    }
    crs_model_release(&model);
}

static void test_model__round_trip_of_every_kind(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 102; seed++) {
        crs_model model = random_model(seed);
        assert_round_trip(&model);
        crs_model_release(&model);
    }
}

/* Rows that crs_scaler_apply prepared, through the net, and the outputs scaled back. */
static void test_model__predicts_as_it_was_trained(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 102; seed++) {
        crs_model model = random_model(seed);
        size_t n_in = crs_net_width(model.net, 0),
               n_out = crs_net_width(model.net, crs_net_layers(model.net));
        crs_dataset data = {0};
        crs_error err;
        double *x = random_rows(&model, seed, 300);
        double *got = some(&(crs_random){0}, 300 * n_out, 0, 0),
               *expected = some(&(crs_random){0}, 300 * n_out, 0, 0);
        assert_int_equal(
            crs__dataset_allocate(300, n_in, crs_net_dtype(model.net), "x", &err, &data), CRS_OK);
        for (size_t k = 0; k < 300 * n_in; k++)
            set(model.net, data.x, k, x[k]);
        if (model.scaler.n_features > 0)
            assert_int_equal(crs_scaler_apply(&model.scaler, &data, &err), CRS_OK);
        assert_int_equal(crs_net_predict(model.net, 300, data.x, 0, expected), CRS_OK);
        for (size_t k = 0; model.target.n_features > 0 && k < 300 * n_out; k++)
            expected[k] =
                model.target.scale[k % n_out] == 0
                    ? model.target.shift[k % n_out]
                    : expected[k] / model.target.scale[k % n_out] + model.target.shift[k % n_out];
        assert_int_equal(crs_model_predict(&model, 300, x, got, &err), CRS_OK);
        assert_memory_equal(got, expected, 300 * n_out * sizeof *got);
        crs_dataset_release(&data);
        free(x);
        free(got);
        free(expected);
        crs_model_release(&model);
    }
}

static void test_model__refuses_a_feature_that_is_none(void **state)
{
    double x[2][2] = {{0.25, -3}, {INFINITY, 1}}, out[2][3];
    crs_model model = small_model(CRS_F32);
    crs_error err;
    (void)state;
    assert_int_equal(crs_model_predict(&model, 2, x[0], out[0], &err), CRS_ENONFINITE);
    assert_string_equal(err.text, "sample 1 (from 0), feature 'sepal length' is not finite");
    crs__free(model.scaler.fill);
    model.scaler.fill = NULL;
    crs__free(model.feature_names);
    model.feature_names = NULL;
    x[1][0] = NAN;
    assert_int_equal(crs_model_predict(&model, 2, x[0], out[0], &err), CRS_ENONFINITE);
    assert_string_equal(
        err.text, "sample 1, feature 0 (from 0) is NaN, and the model has nothing to fill it with");
    x[1][0] = 1e39; /* no float32 */
    assert_int_equal(crs_model_predict(&model, 2, x[0], out[0], &err), CRS_ENONFINITE);
    crs_model_release(&model);
}

static void test_model__class(void **state)
{
    crs_model model = small_model(CRS_F64);
    (void)state;
    assert_int_equal(crs_model_class(&model, (const double[]){0.2, 0.4, 0.4}), 1); /* the first */
    crs_model_release(&model);
    for (uint32_t seed = 0; seed < 12; seed++) {
        model = random_model(seed);
        if (model.task == CRS_TASK_CLASSES && model.n_classes == 2 &&
            crs_net_width(model.net, crs_net_layers(model.net)) == 1) {
            double edge = crs_net_loss(model.net) == CRS_LOSS_HINGE ? 0 : 0.5;
            assert_int_equal(crs_model_class(&model, &edge), 0);
            edge = nextafter(edge, 1);
            assert_int_equal(crs_model_class(&model, &edge), 1);
        }
        crs_model_release(&model);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_model__round_trip),
        cmocka_unit_test(test_model__predicts_what_the_net_says_of_scaled_rows),
        cmocka_unit_test(test_model__round_trip_of_every_kind),
        cmocka_unit_test(test_model__predicts_as_it_was_trained),
        cmocka_unit_test(test_model__refuses_a_feature_that_is_none),
        cmocka_unit_test(test_model__class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
