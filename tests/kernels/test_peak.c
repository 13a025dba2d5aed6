/* What stands behind crease/bench.h computes what it says it does, at every level. */
#include "cmocka_all.h"

#include "kernels/peak.h"

#include <crease/bench.h>

#include <stdlib.h>

static const crs_dtype dtypes[] = {CRS_F32, CRS_F64};
static const char *const levels[] = {"scalar", "avx2", "avx512"}; /* one the CPU lacks: the best */

/*
 * Every lane of every chain goes to 2 (c / 2 + 1, below one bit from it after 64 rounds),
 * so the sum counts lanes: two a lane, as there are operations.
 */
static void test_peak_fma__counts_its_operations(void **state)
{
    (void)state;
    for (size_t l = 0; l < sizeof levels / sizeof levels[0]; l++) {
        assert_int_equal(setenv("CREASE_CPU", levels[l], 1), 0);
        for (size_t d = 0; d < 2; d++) {
            double sum, flop = crs_peak_fma(dtypes[d], 64, &sum);
            assert_true(flop > 0);
            assert_true(64 * sum == flop);
        }
    }
    assert_int_equal(unsetenv("CREASE_CPU"), 0);
}

/* 0, 1, 2, ... below 2^11: every partial sum is a whole number that float32 holds. */
static void test_peak_read__reads_every_element(void **state)
{
    enum { N = 2048 + 100 };
    float *x = malloc(N * sizeof *x);
    double *y = malloc(N * sizeof *y);
    size_t whole = N - N % CRS__PEAK_STEP;
    double expected = (double)whole * (double)(whole - 1) / 2;
    (void)state;
    assert_non_null(x);
    assert_non_null(y);
    for (size_t i = 0; i < N; i++) {
        x[i] = (float)i;
        y[i] = (double)i;
    }
    for (size_t l = 0; l < sizeof levels / sizeof levels[0]; l++) {
        double sum;
        assert_int_equal(setenv("CREASE_CPU", levels[l], 1), 0);
        assert_true(crs_peak_read(CRS_F32, N, x, 3, &sum) == 3.0 * 4.0 * (double)whole);
        assert_true(sum == 3 * expected);
        assert_true(crs_peak_read(CRS_F64, N, y, 2, &sum) == 2.0 * 8.0 * (double)whole);
        assert_true(sum == 2 * expected);
    }
    assert_int_equal(unsetenv("CREASE_CPU"), 0);
    free(x);
    free(y);
}

static void test_peak__no_dtype_no_work(void **state)
{
    double sum = 1;
    (void)state;
    assert_true(crs_peak_fma((crs_dtype)7, 10, &sum) == 0 && sum == 0);
    assert_true(crs_peak_read((crs_dtype)7, 0, NULL, 10, &sum) == 0 && sum == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_peak_fma__counts_its_operations),
        cmocka_unit_test(test_peak_read__reads_every_element),
        cmocka_unit_test(test_peak__no_dtype_no_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
