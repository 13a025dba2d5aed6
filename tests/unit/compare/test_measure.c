/* What is measured on a run: cosine and straightness. */
#include "cmocka_all.h"
#include "random_inputs.h"

#include "compare/measure.h"

#include <math.h>

static const uint64_t SEED = 5;

static void test_cosine__of_known_vectors(void **unused)
{
    const double x[] = {1, 0}, y[] = {0, 2}, diagonal[] = {3, 3}, zero[] = {0, 0},
                 minus[] = {-2, 0};
    const float xf[] = {1, 2}, yf[] = {2, 4};
    (void)unused;
    assert_true(crs__compare_cosine(CRS_F64, 2, x, x) == 1);
    assert_true(crs__compare_cosine(CRS_F64, 2, x, y) == 0);
    assert_true(crs__compare_cosine(CRS_F64, 2, x, minus) == -1);
    assert_true(fabs(crs__compare_cosine(CRS_F64, 2, x, diagonal) - sqrt(0.5)) < 1e-15);
    assert_true(isnan(crs__compare_cosine(CRS_F64, 2, x, zero)));
    assert_true(fabs(crs__compare_cosine(CRS_F32, 2, xf, yf) - 1) < 1e-15);
}

/* Values on a plane give 1, and a parabola over a symmetric interval gives 0. */
static void test_r2__of_known_shapes(void **unused)
{
    enum { N = 101 };
    double x[2 * N], plane[N], parabola[N], constant[N], r2;
    crs_dataset data = {.n_samples = N, .n_features = 2, .dtype = CRS_F64, .x = x};
    uint64_t state = SEED;
    (void)unused;
    for (size_t s = 0; s < N; s++) {
        x[2 * s] = ((double)s - 50) / 50;
        x[2 * s + 1] = random_unit(&state);
        plane[s] = 1e6 + 2 * x[2 * s] - 3 * x[2 * s + 1];
        parabola[s] = x[2 * s] * x[2 * s];
        constant[s] = 0.1; /* whose mean rounds */
    }
    assert_int_equal(crs__compare_r2(&data, plane, &r2), CRS_OK);
    assert_true(fabs(r2 - 1) < 1e-9);
    data.n_features = 2;
    assert_int_equal(crs__compare_r2(&data, parabola, &r2), CRS_OK);
    assert_true(r2 >= 0 && r2 < 0.1); /* the random column explains next to nothing */
    assert_int_equal(crs__compare_r2(&data, constant, &r2), CRS_OK);
    assert_true(isnan(r2));
}

/* A feature given twice is passed over, and few samples give no answer. */
static void test_r2__dependent_columns_and_few_samples(void **unused)
{
    enum { N = 40 };
    double x[2 * N], y[N], r2, once;
    crs_dataset data = {.n_samples = N, .n_features = 2, .dtype = CRS_F64, .x = x};
    crs_dataset single = {.n_samples = N, .n_features = 1, .dtype = CRS_F64, .x = y};
    uint64_t state = SEED;
    double column[N];
    (void)unused;
    for (size_t s = 0; s < N; s++) {
        column[s] = random_unit(&state);
        x[2 * s] = column[s];
        x[2 * s + 1] = 2 * column[s] + 7;
        y[s] = column[s] + 0.3 * random_unit(&state);
    }
    single.x = column;
    assert_int_equal(crs__compare_r2(&data, y, &r2), CRS_OK);
    assert_int_equal(crs__compare_r2(&single, y, &once), CRS_OK);
    assert_true(fabs(r2 - once) < 1e-12 && r2 > 0.5 && r2 < 1);
    data.n_samples = 11; /* below 4 (features + 1) */
    assert_int_equal(crs__compare_r2(&data, y, &r2), CRS_OK);
    assert_true(isnan(r2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cosine__of_known_vectors),
        cmocka_unit_test(test_r2__of_known_shapes),
        cmocka_unit_test(test_r2__dependent_columns_and_few_samples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
