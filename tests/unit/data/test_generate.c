/*
 * The generators against NumPy and scikit-learn; the values come from
 * tests/golden/make_numpy_streams.py.
 */
#include <crease/data.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/memory.h"
#include "golden/numpy_streams.h"

/*
 * The random streams are equal to the last bit; sin and cos need not be. With
 * |r| < 5.5 and sin and cos within one ulp (1.1e-16) in either library:
 * |dr| <= 8 * 1.1e-16, |d(r sin t)| <= |dr| + 2 * 5.5 * 1.1e-16, and three
 * roundings of numbers below 8 at 4.4e-16 each: under 4e-15.
 */
#define POINT_TOLERANCE 4e-15
/* 400 of them, and sums below 2^10 rounded 400 times at 5.7e-14. */
#define SUM_TOLERANCE 3e-11

static void assert_close(double got, double want, double tolerance)
{
    if (!(fabs(got - want) <= tolerance))
        fail_msg("got %.17g, expected %.17g within %g", got, want, tolerance);
}

/* `golden` is [12, 3]: the first and last five rows, then two rows of sums. */
static void check_golden(const char *name, const crs_data_options *options, const double *golden)
{
    crs_dataset data;
    double sums[2][3] = {{0}};
    crs_error err;
    if (crs_data_generate(name, options, &err, &data) != CRS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(data.n_features, 2);
    for (size_t k = 0; k < 10; k++) {
        size_t i = k < 5 ? k : data.n_samples - 10 + k;
        assert_close(crs_dataset_x(&data, i, 0), golden[3 * k], POINT_TOLERANCE);
        assert_close(crs_dataset_x(&data, i, 1), golden[3 * k + 1], POINT_TOLERANCE);
        assert_true(data.y[i] == golden[3 * k + 2]);
    }
    for (size_t i = 0; i < data.n_samples; i++) {
        double x0 = crs_dataset_x(&data, i, 0), x1 = crs_dataset_x(&data, i, 1);
        double row[2][3] = {{x0, x1, data.y[i]}, {fabs(x0), fabs(x1), (double)(i + 1) * data.y[i]}};
        for (size_t j = 0; j < 6; j++)
            sums[j / 3][j % 3] += row[j / 3][j % 3];
    }
    for (size_t j = 0; j < 6; j++)
        assert_close(sums[j / 3][j % 3], golden[30 + j], j % 3 == 2 ? 0 : SUM_TOLERANCE);
    crs_dataset_release(&data);
}

static crs_data_options defaults_of(const char *name)
{
    crs_data_options options;
    assert_int_equal(crs_data_defaults(name, NULL, &options), CRS_OK);
    return options;
}

static void test_planar__is_the_courses_flower(void **state)
{
    crs_data_options options = defaults_of("planar");
    (void)state;
    check_golden("planar", NULL, planar_1);
    options.seed = 3;
    check_golden("planar", &options, planar_3);
}

/* The figures everybody knows who did the exercise, to the digits printed there. */
static void test_planar__has_the_published_figures(void **state)
{
    crs_dataset data;
    double sum0 = 0, sum1 = 0;
    (void)state;
    assert_int_equal(crs_data_generate("planar", NULL, NULL, &data), CRS_OK);
    assert_int_equal(data.n_samples, 400);
    assert_int_equal(data.n_classes, 2);
    assert_close(crs_dataset_x(&data, 0, 0), 1.20444229, 5e-9);
    assert_close(crs_dataset_x(&data, 0, 1), 3.57611415, 5e-9);
    for (size_t i = 0; i < 400; i++) {
        sum0 += crs_dataset_x(&data, i, 0);
        sum1 += crs_dataset_x(&data, i, 1);
        assert_true(data.y[i] == (i < 200 ? 0 : 1));
    }
    assert_close(sum0, -17.33836367, 5e-9);
    assert_close(sum1, 27.42634695, 5e-9);
    crs_dataset_release(&data);
}

static void test_circles__are_scikit_learns(void **state)
{
    crs_data_options options = defaults_of("circles");
    (void)state;
    check_golden("circles", NULL, circles_1);
    options.n_samples = 75;
    options.factor = 0.25;
    options.noise = 0.1;
    options.seed = 8;
    check_golden("circles", &options, circles_odd);
}

static void test_moons__are_scikit_learns(void **state)
{
    (void)state;
    check_golden("moons", NULL, moons_1);
}

static void test_blobs__are_scikit_learns(void **state)
{
    (void)state;
    check_golden("blobs", NULL, blobs_5);
}

static void test_quantiles__are_scikit_learns(void **state)
{
    crs_data_options options = defaults_of("quantiles");
    (void)state;
    check_golden("quantiles", NULL, quantiles_1);
    options.n_samples = 101;
    options.variance = 2;
    options.n_classes = 3;
    options.seed = 4;
    check_golden("quantiles", &options, quantiles_odd);
}

static void test_spiral_xor_uniform__are_numpys(void **state)
{
    (void)state;
    check_golden("spiral", NULL, spiral_1);
    check_golden("xor", NULL, xor_1);
    check_golden("uniform", NULL, uniform_1);
}

static void test_f32__is_the_f64_data_rounded(void **state)
{
    (void)state;
    for (size_t g = 0; crs_data_generator_at(g) != NULL; g++) {
        const char *name = crs_data_generator_at(g)->name;
        crs_data_options options = defaults_of(name);
        crs_dataset wide, narrow;
        assert_int_equal(crs_data_generate(name, &options, NULL, &wide), CRS_OK);
        options.dtype = CRS_F32;
        assert_int_equal(crs_data_generate(name, &options, NULL, &narrow), CRS_OK);
        for (size_t i = 0; i < 2 * wide.n_samples; i++)
            assert_true(((float *)narrow.x)[i] == (float)((double *)wide.x)[i]);
        assert_memory_equal(wide.y, narrow.y, wide.n_samples * sizeof *wide.y);
        crs_dataset_release(&wide);
        crs_dataset_release(&narrow);
    }
}

/* Class counts that do not divide the samples, and the least number of samples. */
static void test_every_generator__fills_all_samples_and_classes(void **state)
{
    const size_t sizes[] = {6, 7, 11, 101};
    (void)state;
    for (size_t g = 0; crs_data_generator_at(g) != NULL; g++) {
        const crs_data_generator *row = crs_data_generator_at(g);
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            crs_data_options options = defaults_of(row->name);
            crs_dataset data;
            options.n_samples = sizes[s];
            assert_int_equal(crs_data_generate(row->name, &options, NULL, &data), CRS_OK);
            assert_int_equal(data.n_samples, sizes[s]);
            for (size_t i = 0; i < data.n_samples; i++) {
                assert_true(isfinite(crs_dataset_x(&data, i, 0)));
                assert_true(isfinite(crs_dataset_x(&data, i, 1)));
                assert_true(data.y[i] >= 0 && data.y[i] < (double)data.n_classes);
                assert_true(data.y[i] == floor(data.y[i]));
            }
            crs_dataset_release(&data);
        }
    }
}

static void test_description__says_how_to_make_it_again(void **state)
{
    crs_dataset data;
    (void)state;
    assert_int_equal(crs_data_generate("circles", NULL, NULL, &data), CRS_OK);
    assert_string_equal(data.name, "circles");
    assert_string_equal(data.description, "circles: 200 samples, seed 1, noise 0.3, factor 0.5");
    crs_dataset_release(&data);
}

static void expect_refusal(const char *name, const crs_data_options *options, crs_status status,
                           const char *text)
{
    crs_dataset data, empty;
    crs_error err;
    memset(&empty, 0, sizeof empty);
    assert_int_equal(crs_data_generate(name, options, &err, &data), status);
    assert_int_equal(err.status, status);
    assert_string_equal(err.text, text);
    assert_memory_equal(&data, &empty, sizeof data);
}

static void test_unknown_name__is_refused_with_the_known_ones(void **state)
{
    crs_data_options options;
    crs_error err;
    (void)state;
    expect_refusal("planet", NULL, CRS_ENOENT,
                   "no data set 'planet'; expected one of planar, circles, moons, blobs, "
                   "quantiles, spiral, xor, uniform");
    assert_int_equal(crs_data_defaults("", &err, &options), CRS_ENOENT);
}

static void test_options_out_of_range__are_refused(void **state)
{
    crs_data_options o;
    (void)state;
    o = defaults_of("planar");
    o.n_samples = 1;
    expect_refusal("planar", &o, CRS_EINVAL, "planar: 1 samples; expected at least 2");
    o = defaults_of("planar");
    o.noise = -0.5;
    expect_refusal("planar", &o, CRS_EINVAL, "planar: noise is not a number from 0 up");
    o.noise = (double)NAN;
    expect_refusal("planar", &o, CRS_EINVAL, "planar: noise is not a number from 0 up");
    o = defaults_of("circles");
    o.factor = 1;
    expect_refusal("circles", &o, CRS_EINVAL, "circles: factor is not in [0, 1)");
    o = defaults_of("quantiles");
    o.variance = -1;
    expect_refusal("quantiles", &o, CRS_EINVAL, "quantiles: variance is not a number from 0 up");
    o = defaults_of("spiral");
    o.n_classes = 1;
    expect_refusal("spiral", &o, CRS_EINVAL, "spiral: 1 classes; expected at least 2");
    o = defaults_of("blobs");
    o.n_centers = 1;
    expect_refusal("blobs", &o, CRS_EINVAL, "blobs: 1 centers for 2 classes; expected one each");
    o = defaults_of("blobs");
    o.n_samples = 5;
    expect_refusal("blobs", &o, CRS_EINVAL, "blobs: 5 samples; expected at least 6");
    o = defaults_of("xor");
    o.n_samples = SIZE_MAX / 8;
    expect_refusal("xor", &o, CRS_ENOMEM, "xor: not enough memory for 2305843009213693951 samples");
    o = defaults_of("xor");
    o.dtype = (crs_dtype)7;
    expect_refusal("xor", &o, CRS_EINVAL, "xor: the dtype is neither f32 nor f64");
}

static void test_failing_allocator__is_reported_and_leaks_nothing(void **state)
{
    crs_status status = CRS_ENOMEM;
    size_t walked = 0;
    (void)state;
    while (status != CRS_OK) {
        crs_dataset data, empty;
        crs_error err;
        memset(&empty, 0, sizeof empty);
        crs__alloc_fail_at(++walked);
        status = crs_data_generate("blobs", NULL, &err, &data);
        crs__alloc_fail_at(0);
        if (status != CRS_OK) {
            assert_int_equal(status, CRS_ENOMEM);
            assert_non_null(strstr(err.text, "not enough memory"));
            assert_memory_equal(&data, &empty, sizeof data);
        }
        crs_dataset_release(&data);
    }
    assert_true(walked > 5); /* x, y, name, description and the scratch space */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_planar__is_the_courses_flower),
        cmocka_unit_test(test_planar__has_the_published_figures),
        cmocka_unit_test(test_circles__are_scikit_learns),
        cmocka_unit_test(test_moons__are_scikit_learns),
        cmocka_unit_test(test_blobs__are_scikit_learns),
        cmocka_unit_test(test_quantiles__are_scikit_learns),
        cmocka_unit_test(test_spiral_xor_uniform__are_numpys),
        cmocka_unit_test(test_f32__is_the_f64_data_rounded),
        cmocka_unit_test(test_every_generator__fills_all_samples_and_classes),
        cmocka_unit_test(test_description__says_how_to_make_it_again),
        cmocka_unit_test(test_unknown_name__is_refused_with_the_known_ones),
        cmocka_unit_test(test_options_out_of_range__are_refused),
        cmocka_unit_test(test_failing_allocator__is_reported_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
