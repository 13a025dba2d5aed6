/*
 * The scaler against its formulas, and the split into training and validation.
 */
#include <crease/data.h>

#include "cmocka_all.h"
#include "core/memory.h"

#include <math.h>
#include <string.h>

/* Features: plain, constant, with holes (1, 5, 2 and two of them missing). */
#define N 5
#define NAN_D ((double)NAN)
static double plain[N * 3] = {2, 7, 1, 4, 7, NAN_D, 4, 7, 5, 5, 7, 2, 10, 7, NAN_D};
static char *names[3];
static char name_a[] = "a", name_b[] = "b", name_c[] = "c";

static crs_dataset dataset_of(double *x, size_t n)
{
    crs_dataset data;
    memset(&data, 0, sizeof data);
    data.n_samples = n;
    data.n_features = 3;
    data.dtype = CRS_F64;
    data.x = x;
    names[0] = name_a;
    names[1] = name_b;
    names[2] = name_c;
    data.feature_names = names;
    return data;
}

static void fit(crs_scaling scaling, crs_fill fill, const crs_dataset *data, size_t n,
                const size_t *index, crs_scaler *out)
{
    crs_error err;
    if (crs_scaler_fit(scaling, fill, data, n, index, &err, out) != CRS_OK)
        fail_msg("%s", err.text);
}

/*
 * Two sums of five small numbers and a root: some ten roundings, each of half an ulp of numbers
 * below 16, make less than 1e-14.
 */
#define NEAR 1e-14

static void test_scaling__has_names(void **state)
{
    crs_scaling scaling = CRS_SCALE_NONE;
    crs_error err;
    (void)state;
    assert_string_equal(crs_scaling_name(CRS_SCALE_MINMAX), "minmax");
    assert_null(crs_scaling_name((crs_scaling)3));
    assert_int_equal(crs_scaling_parse("standard", NULL, &scaling), CRS_OK);
    assert_int_equal(scaling, CRS_SCALE_STANDARD);
    assert_int_equal(crs_scaling_parse("log", &err, &scaling), CRS_ENOENT);
    assert_string_equal(err.text, "no scaling 'log'; expected none, standard or minmax");
}

static void test_standard__is_mean_and_deviation(void **state)
{
    crs_dataset data = dataset_of(plain, N);
    crs_scaler scaler;
    (void)state;
    fit(CRS_SCALE_STANDARD, CRS_FILL_MEAN, &data, 0, NULL, &scaler);
    /* a: mean 5, variance (9 + 1 + 1 + 0 + 25) / 5 = 7.2 */
    assert_true(fabs(scaler.shift[0] - 5) < NEAR);
    assert_true(fabs(scaler.scale[0] - 1 / sqrt(7.2)) < NEAR);
    assert_true(scaler.shift[1] == 7 && scaler.scale[1] == 0);
    /* c of what is there: mean 8 / 3, variance (25 + 49 + 4) / 27 */
    assert_true(fabs(scaler.shift[2] - 8.0 / 3) < NEAR);
    assert_true(fabs(scaler.scale[2] - 1 / sqrt(78.0 / 27)) < NEAR);
    assert_true(scaler.fill[2] == scaler.shift[2]);
    crs_scaler_release(&scaler);
}

static void test_minmax__is_from_0_to_1(void **state)
{
    crs_dataset data = dataset_of(plain, N);
    crs_scaler scaler;
    (void)state;
    fit(CRS_SCALE_MINMAX, CRS_FILL_ZERO, &data, 0, NULL, &scaler);
    assert_true(scaler.shift[0] == 2 && scaler.scale[0] == 1.0 / 8);
    assert_true(scaler.scale[1] == 0);
    assert_true(scaler.shift[2] == 1 && scaler.scale[2] == 1.0 / 4);
    assert_true(scaler.fill[0] == 0 && scaler.fill[2] == 0);
    crs_scaler_release(&scaler);
}

static void test_median__is_the_middle_or_between_two(void **state)
{
    crs_dataset data = dataset_of(plain, N);
    const size_t two[3] = {0, 1, 2};
    crs_scaler scaler;
    (void)state;
    fit(CRS_SCALE_NONE, CRS_FILL_MEDIAN, &data, 0, NULL, &scaler);
    assert_true(scaler.fill[0] == 4 && scaler.fill[2] == 2);
    assert_true(scaler.shift[0] == 0 && scaler.scale[0] == 1);
    crs_scaler_release(&scaler);
    fit(CRS_SCALE_NONE, CRS_FILL_MEDIAN, &data, 3, two, &scaler);
    assert_true(scaler.fill[2] == 3); /* of 1 and 5 */
    crs_scaler_release(&scaler);
}

static void test_index__chooses_what_is_fitted_to(void **state)
{
    crs_dataset data = dataset_of(plain, N);
    const size_t index[2] = {0, 2};
    crs_scaler scaler;
    (void)state;
    fit(CRS_SCALE_MINMAX, CRS_FILL_NONE, &data, 2, index, &scaler);
    assert_true(scaler.shift[0] == 2 && scaler.scale[0] == 0.5);
    assert_null(scaler.fill);
    crs_scaler_release(&scaler);
}

static void test_apply__scales_and_fills(void **state)
{
    double x[N * 3];
    float single[3] = {4, 9, NAN};
    crs_dataset data = dataset_of(x, N);
    crs_scaler scaler, copy;
    (void)state;
    memcpy(x, plain, sizeof x);
    fit(CRS_SCALE_MINMAX, CRS_FILL_MEDIAN, &data, 0, NULL, &scaler);
    assert_int_equal(crs_scaler_copy(&scaler, &copy), CRS_OK);
    crs_scaler_release(&scaler);
    assert_int_equal(crs_scaler_apply(&copy, &data, NULL), CRS_OK);
    for (size_t i = 0; i < N; i++) {
        double c = isnan(plain[3 * i + 2]) ? 2 : plain[3 * i + 2];
        assert_true(x[3 * i] == (plain[3 * i] - 2) / 8);
        assert_true(x[3 * i + 1] == 0);
        assert_true(x[3 * i + 2] == (c - 1) / 4);
    }
    data = dataset_of((double *)(void *)single, 1);
    data.dtype = CRS_F32;
    assert_int_equal(crs_scaler_apply(&copy, &data, NULL), CRS_OK);
    assert_true(single[0] == 0.25F && single[1] == 0 && single[2] == 0.25F);
    crs_scaler_release(&copy);
}

static void test_what_cannot_be_scaled__is_refused_and_left_alone(void **state)
{
    double x[6] = {1, 2, 3, 4, 5, NAN_D}, before[6], none[3] = {1, 2, NAN_D};
    crs_dataset data = dataset_of(plain, N);
    crs_scaler scaler;
    crs_error err;
    (void)state;
    assert_int_equal(
        crs_scaler_fit(CRS_SCALE_STANDARD, CRS_FILL_NONE, &data, 0, NULL, &err, &scaler),
        CRS_ENONFINITE);
    assert_string_equal(err.text, "feature 3 ('c') lacks 2 of 5 values; say what is to fill them: "
                                  "mean, median or zero");
    assert_null(scaler.shift);
    data = dataset_of(none, 1);
    assert_int_equal(
        crs_scaler_fit(CRS_SCALE_STANDARD, CRS_FILL_MEAN, &data, 0, NULL, &err, &scaler),
        CRS_ENONFINITE);
    assert_string_equal(err.text,
                        "feature 3 ('c') has no value in any of the 1 samples; leave it out");

    data = dataset_of(x, 1);
    fit(CRS_SCALE_MINMAX, CRS_FILL_NONE, &data, 0, NULL, &scaler);
    data.n_samples = 2;
    memcpy(before, x, sizeof before);
    assert_int_equal(crs_scaler_apply(&scaler, &data, &err), CRS_ENONFINITE);
    assert_string_equal(err.text, "sample 2 has no value of feature 3 ('c'), and the scaler has "
                                  "nothing to fill it");
    assert_memory_equal(before, x, sizeof before);
    data.n_features = 2;
    assert_int_equal(crs_scaler_apply(&scaler, &data, &err), CRS_ESHAPE);
    assert_string_equal(err.text, "2 features to scale; expected 3, as the scaler was fitted to");
    crs_scaler_release(&scaler);
    assert_int_equal(crs_scaler_apply(&scaler, &data, &err), CRS_OK); /* zeroed: does nothing */
}

static void test_scaler__out_of_memory(void **state)
{
    crs_dataset data = dataset_of(plain, N);
    crs_status status = CRS_ENOMEM;
    size_t walked = 0;
    crs_scaler scaler;
    (void)state;
    while (status != CRS_OK) {
        crs_error err;
        crs__alloc_fail_at(++walked);
        status = crs_scaler_fit(CRS_SCALE_STANDARD, CRS_FILL_MEDIAN, &data, 0, NULL, &err, &scaler);
        crs__alloc_fail_at(0);
        if (status != CRS_OK)
            assert_int_equal(status, CRS_ENOMEM);
    }
    assert_true(walked > 5);
    crs_scaler_release(&scaler);
}

/* ---- the split -------------------------------------------------------------------------- */

static void split(const crs_dataset *data, double share, uint32_t seed, size_t *order, size_t *n)
{
    crs_error err;
    if (crs_dataset_split(data, share, seed, &err, order, n) != CRS_OK)
        fail_msg("%s", err.text);
    for (size_t i = 1; i < data->n_samples; i++)
        if (i != *n)
            assert_true(order[i - 1] < order[i]); /* rising: each once at most */
}

static size_t count_class(const crs_dataset *data, const size_t *order, size_t from, size_t to,
                          double class)
{
    size_t n = 0;
    for (size_t i = from; i < to; i++)
        n += data->y[order[i]] == class;
    return n;
}

static crs_dataset classes_of(double *y, size_t n, size_t n_classes)
{
    crs_dataset data;
    memset(&data, 0, sizeof data);
    data.y = y;
    data.n_samples = n;
    data.n_classes = n_classes;
    return data;
}

static void test_split__keeps_proportions(void **state)
{
    double y[100];
    size_t order[100], n_train;
    crs_dataset data = classes_of(y, 100, 3);
    (void)state;
    for (size_t i = 0; i < 100; i++)
        y[i] = i < 60 ? 0 : i < 90 ? 1 : 2;
    split(&data, 0.2, 1, order, &n_train);
    assert_int_equal(n_train, 80);
    assert_int_equal(count_class(&data, order, 80, 100, 0), 12);
    assert_int_equal(count_class(&data, order, 80, 100, 1), 6);
    assert_int_equal(count_class(&data, order, 80, 100, 2), 2);
    /* 15 of 100: 9, 4.5, 1.5: the largest remainder goes first, of equal ones the first class */
    split(&data, 0.15, 1, order, &n_train);
    assert_int_equal(count_class(&data, order, n_train, 100, 0), 9);
    assert_int_equal(count_class(&data, order, n_train, 100, 1), 5);
    assert_int_equal(count_class(&data, order, n_train, 100, 2), 1);
}

/* A class of two is on both sides, one of one is on one; the number set apart stays. */
static void test_split__has_small_classes_on_both_sides(void **state)
{
    double y[20];
    size_t order[20], n_train;
    crs_dataset data = classes_of(y, 20, 3);
    (void)state;
    for (size_t i = 0; i < 20; i++)
        y[i] = i < 17 ? 0 : i < 19 ? 1 : 2;
    for (uint32_t seed = 0; seed < 20; seed++) {
        split(&data, 0.2, seed, order, &n_train);
        assert_int_equal(n_train, 16);
        assert_int_equal(count_class(&data, order, n_train, 20, 1), 1);
        split(&data, 0.8, seed, order, &n_train);
        assert_int_equal(n_train, 4);
        assert_int_equal(count_class(&data, order, n_train, 20, 1), 1);
    }
}

static void test_split__is_the_same_for_a_seed_and_not_for_all(void **state)
{
    double y[50] = {0};
    size_t first[50], second[50], other[50], n_train;
    crs_dataset data = classes_of(y, 50, 0);
    (void)state;
    split(&data, 0.3, 7, first, &n_train);
    assert_int_equal(n_train, 35);
    split(&data, 0.3, 7, second, &n_train);
    assert_memory_equal(first, second, sizeof first);
    split(&data, 0.3, 8, other, &n_train);
    assert_memory_not_equal(first, other, sizeof first);
}

static void test_split__of_too_little_is_refused(void **state)
{
    double y[2] = {0, 1};
    size_t order[2], n_train;
    crs_dataset data = classes_of(y, 2, 2);
    crs_error err;
    (void)state;
    split(&data, 0.01, 1, order, &n_train); /* at least one */
    assert_int_equal(n_train, 1);
    split(&data, 0.99, 1, order, &n_train); /* not all */
    assert_int_equal(n_train, 1);
    assert_int_equal(crs_dataset_split(&data, 0, 1, &err, order, &n_train), CRS_EINVAL);
    assert_string_equal(err.text, "a share of 0 for validation; expected one between 0 and 1");
    assert_int_equal(crs_dataset_split(&data, 1, 1, NULL, order, &n_train), CRS_EINVAL);
    assert_int_equal(crs_dataset_split(&data, NAN_D, 1, NULL, order, &n_train), CRS_EINVAL);
    data.n_samples = 1;
    assert_int_equal(crs_dataset_split(&data, 0.5, 1, &err, order, &n_train), CRS_EINVAL);
    assert_string_equal(err.text, "1 sample to split; expected two or more");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scaling__has_names),
        cmocka_unit_test(test_standard__is_mean_and_deviation),
        cmocka_unit_test(test_minmax__is_from_0_to_1),
        cmocka_unit_test(test_median__is_the_middle_or_between_two),
        cmocka_unit_test(test_index__chooses_what_is_fitted_to),
        cmocka_unit_test(test_apply__scales_and_fills),
        cmocka_unit_test(test_what_cannot_be_scaled__is_refused_and_left_alone),
        cmocka_unit_test(test_scaler__out_of_memory),
        cmocka_unit_test(test_split__keeps_proportions),
        cmocka_unit_test(test_split__has_small_classes_on_both_sides),
        cmocka_unit_test(test_split__is_the_same_for_a_seed_and_not_for_all),
        cmocka_unit_test(test_split__of_too_little_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
