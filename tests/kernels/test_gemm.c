/*
 * The libraries that can multiply large matrices: right for every transposition, the same
 * bits for any executor. One that is not there is not tested.
 */
#include "cmocka_all.h"
#include "random_inputs.h"

#include "kernels/gemm.h"

#include <stdlib.h>
#include <string.h>

static const uint64_t SEED = 7;

static double *make(size_t n, uint64_t *state)
{
    double *x = calloc(n + 1, sizeof *x);
    assert_non_null(x);
    for (size_t i = 0; i < n; i++)
        x[i] = random_unit(state);
    return x;
}

/* 0 where the library is not at hand */
static int get(const char *name, crs_dtype dtype, crs__gemm *out)
{
    return crs__gemm_get(name, dtype, NULL, out) == CRS_OK;
}

static void check(const crs__gemm *gemm, size_t m, size_t n, size_t k, int trans_a, int trans_b,
                  uint64_t *state)
{
    double *a = make(m * k, state), *b = make(k * n, state), *c = make(m * n, state);
    double *start = make(m * n, state), *again = make(m * n, state);
    double *work = make(crs__gemm_work(m, n, k), state);
    size_t lda = trans_a ? m : k, ldb = trans_b ? k : n;
    crs_executor two;
    assert_int_equal(crs_executor_threads(2, &two), CRS_OK);
    memcpy(start, c, m * n * sizeof *c);
    memcpy(again, c, m * n * sizeof *c);
    crs__gemm_run(gemm, CRS_F64, trans_a ? CRS__TRANS : CRS__NO_TRANS,
                  trans_b ? CRS__TRANS : CRS__NO_TRANS, m, n, k, 0.5, a, lda, b, ldb, 2, c, n, work,
                  NULL);
    crs__gemm_run(gemm, CRS_F64, trans_a ? CRS__TRANS : CRS__NO_TRANS,
                  trans_b ? CRS__TRANS : CRS__NO_TRANS, m, n, k, 0.5, a, lda, b, ldb, 2, again, n,
                  work, &two);
    crs_executor_release(&two);
    if (memcmp(c, again, m * n * sizeof *c) != 0)
        fail_msg("%zu x %zu x %zu: one and two workers differ", m, n, k);
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) {
            double sum = 0, bound;
            for (size_t l = 0; l < k; l++)
                sum += (trans_a ? a[l * m + i] : a[i * k + l]) *
                       (trans_b ? b[j * k + l] : b[l * n + j]);
            /* both sums of k terms below 1 are within k u k of the exact one */
            bound = 2 * (double)(k + 2) * (double)(k + 2) * 0x1p-53;
            if (!(fabs(0.5 * sum + 2 * start[i * n + j] - c[i * n + j]) <= bound))
                fail_msg("%zu x %zu x %zu (%d %d): element %zu, %zu", m, n, k, trans_a, trans_b, i,
                         j);
        }
    }
    free(a), free(b), free(c), free(start), free(again), free(work);
}

static void test_gemm__right_and_the_same_for_any_executor(void **unused)
{
    static const size_t shapes[][3] = {{1, 1, 1},      {3, 5, 7},     {20, 209, 12288},
                                       {20, 3000, 64}, {7, 33, 4100}, {60, 70, 5000},
                                       {1, 2500, 3}};
    uint64_t state = SEED;
    crs__gemm gemm;
    (void)unused;
    if (!get("openblas", CRS_F64, &gemm))
        skip();
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        for (int trans = 0; trans < 4; trans++)
            check(&gemm, shapes[i][0], shapes[i][1], shapes[i][2], trans & 1, trans >> 1, &state);
}

/*
 * Two calls of the library at once must not disturb each other: the product of the
 * cat net, again and again on two workers. (OpenBLAS's serial build fails this.)
 */
static void test_gemm__is_safe_in_two_threads(void **unused)
{
    enum { M = 20, N = 209, K = 12288 };
    const int rounds = 200;
    uint64_t state = SEED;
    crs__gemm gemm;
    double *a = make(M * K, &state), *b = make(K * N, &state), *work;
    double *first = make(M * N, &state), *c = make(M * N, &state);
    crs_executor two;
    (void)unused;
    work = make(crs__gemm_work(M, N, K), &state);
    if (!get("openblas", CRS_F64, &gemm))
        skip();
    assert_int_equal(crs_executor_threads(2, &two), CRS_OK);
    crs__gemm_run(&gemm, CRS_F64, CRS__NO_TRANS, CRS__TRANS, M, N, K, 1, a, K, b, K, 0, first, N,
                  work, NULL);
    for (int round = 0; round < rounds; round++) {
        crs__gemm_run(&gemm, CRS_F64, CRS__NO_TRANS, CRS__TRANS, M, N, K, 1, a, K, b, K, 0, c, N,
                      work, &two);
        if (memcmp(c, first, M * N * sizeof *c) != 0)
            fail_msg("round %d: two workers gave other bits than one", round);
    }
    crs_executor_release(&two);
    free(a), free(b), free(c), free(first), free(work);
}

static void test_gemm__takes_strides_and_no_scale(void **unused)
{
    /* c [2, 2] in rows of 3, from a [2, 2] in rows of 4; beta 0 must not read c */
    static const char *const names[] = {"openblas", "onednn"};
    const float a[8] = {1, 2, 9, 9, 3, 4, 9, 9}, b[4] = {5, 6, 7, 8};
    (void)unused;
    for (int i = 0; i < 2; i++) {
        crs__gemm gemm;
        float c[6] = {NAN, NAN, -1, NAN, NAN, -1};
        if (!get(names[i], CRS_F32, &gemm))
            continue;
        crs__gemm_run(&gemm, CRS_F32, CRS__NO_TRANS, CRS__NO_TRANS, 2, 2, 2, 1, a, 4, b, 2, 0, c, 3,
                      NULL, NULL);
        assert_true(c[0] == 19 && c[1] == 22 && c[2] == -1);
        assert_true(c[3] == 43 && c[4] == 50 && c[5] == -1);
    }
}

static void test_gemm__names(void **unused)
{
    crs__gemm gemm;
    (void)unused;
    assert_true(get("built-in", CRS_F64, &gemm) && gemm.name == NULL);
    assert_true(get("", CRS_F32, &gemm) && gemm.name == NULL);
    assert_false(get("mkl", CRS_F32, &gemm));
    assert_false(get("onednn", CRS_F64, &gemm)); /* it multiplies floats alone */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gemm__right_and_the_same_for_any_executor),
        cmocka_unit_test(test_gemm__is_safe_in_two_threads),
        cmocka_unit_test(test_gemm__takes_strides_and_no_scale),
        cmocka_unit_test(test_gemm__names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
