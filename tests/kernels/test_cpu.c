/* The levels of this build, and the choice among them. */
#include "cmocka_all.h"

#include "core/cpu.h"
#include "kernels/kernels.h"
#include "kernels/ops.h"
#include "kernels/small.h"

#include <stdlib.h>
#include <string.h>

/* A build that forgot its vector kernels would pass every comparison with scalar. */
static void test_cpu__has_the_levels_of_its_family(void **unused)
{
    const char *best = crs__cpu_name(crs__cpu_best());
    (void)unused;
#if !CRS_VECTOR_KERNELS
    assert_true(strcmp(best, "scalar") == 0);
#elif defined(__aarch64__)
    assert_true(strcmp(best, "neon") == 0);
#elif defined(__wasm__)
    assert_true(strcmp(best, "simd128") == 0);
#else
    assert_true(strcmp(best, "scalar") == 0 || strcmp(best, "avx2") == 0 ||
                strcmp(best, "avx512") == 0);
#endif
}

static void test_cpu__takes_the_level_that_is_asked_for(void **unused)
{
    static const char *const none[] = {"", "fast", "Scalar", "sse2"};
    const crs__cpu_level best = crs__cpu_best();
    (void)unused;
    assert_int_equal(unsetenv("CREASE_CPU"), 0);
    assert_int_equal(crs__cpu_level_get(), best);
    for (int level = CRS__CPU_SCALAR; level <= (int)best; level++) {
        assert_int_equal(setenv("CREASE_CPU", crs__cpu_name((crs__cpu_level)level), 1), 0);
        assert_int_equal(crs__cpu_level_get(), level);
    }
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        assert_int_equal(setenv("CREASE_CPU", none[i], 1), 0);
        assert_int_equal(crs__cpu_level_get(), best);
    }
    assert_int_equal(unsetenv("CREASE_CPU"), 0);
}

static void test_cpu__has_tables_of_its_own_for_each_level(void **unused)
{
    (void)unused;
    for (int x = CRS__CPU_SCALAR; x <= (int)crs__cpu_best(); x++) {
        for (int y = CRS__CPU_SCALAR; y < x; y++) {
            const crs__cpu_level p = (crs__cpu_level)x, q = (crs__cpu_level)y;
            assert_ptr_not_equal(crs__ops_get(p), crs__ops_get(q));
            for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
                assert_ptr_not_equal(crs__kernels_get((crs_dtype)dtype, p),
                                     crs__kernels_get((crs_dtype)dtype, q));
                assert_ptr_not_equal(crs__small_kernels_get((crs_dtype)dtype, p),
                                     crs__small_kernels_get((crs_dtype)dtype, q));
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cpu__has_the_levels_of_its_family),
        cmocka_unit_test(test_cpu__takes_the_level_that_is_asked_for),
        cmocka_unit_test(test_cpu__has_tables_of_its_own_for_each_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
