/*
 * crs_random against NumPy: every value must be the same to the last bit. The
 * values come from tests/golden/make_numpy_streams.py.
 */
#include <crease/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "golden/numpy_streams.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* Bits, not values: 0 and -0 are different, and so is a last bit. */
static void assert_same_bits(double got, double want)
{
    uint64_t a, b;
    memcpy(&a, &got, sizeof a);
    memcpy(&b, &want, sizeof b);
    if (a != b)
        fail_msg("got %a, NumPy has %a", got, want);
}

typedef struct stream {
    uint32_t seed;
    size_t n;
    const double *want;
} stream;

static void test_rand__is_numpys(void **state)
{
    const stream streams[] = {{0, LENGTH(rand_0), rand_0},
                              {1, LENGTH(rand_1), rand_1},
                              {12345, LENGTH(rand_12345), rand_12345},
                              {UINT32_MAX, LENGTH(rand_4294967295), rand_4294967295}};
    crs_random rng;
    (void)state;
    for (size_t s = 0; s < LENGTH(streams); s++) {
        crs_random_seed(&rng, streams[s].seed);
        for (size_t i = 0; i < streams[s].n; i++)
            assert_same_bits(crs_random_rand(&rng), streams[s].want[i]);
    }
}

static void test_randn__is_numpys(void **state)
{
    const stream streams[] = {{0, LENGTH(randn_0), randn_0},
                              {1, LENGTH(randn_1), randn_1},
                              {12345, LENGTH(randn_12345), randn_12345},
                              {UINT32_MAX, LENGTH(randn_4294967295), randn_4294967295}};
    crs_random rng;
    (void)state;
    for (size_t s = 0; s < LENGTH(streams); s++) {
        crs_random_seed(&rng, streams[s].seed);
        for (size_t i = 0; i < streams[s].n; i++)
            assert_same_bits(crs_random_randn(&rng), streams[s].want[i]);
    }
}

static void test_fill__goes_on_past_refills(void **state)
{
    static double x[100000];
    crs_random rng;
    double sum = 0;
    (void)state;
    crs_random_seed(&rng, 1);
    crs_random_fill_rand(&rng, 2000, x);
    for (size_t i = 0; i < LENGTH(rand_tail); i++)
        assert_same_bits(x[2000 - LENGTH(rand_tail) + i], rand_tail[i]);

    crs_random_seed(&rng, 1);
    crs_random_fill_randn(&rng, LENGTH(x), x);
    for (size_t i = 0; i < LENGTH(randn_tail); i++)
        assert_same_bits(x[LENGTH(x) - LENGTH(randn_tail) + i], randn_tail[i]);

    crs_random_seed(&rng, 7);
    crs_random_fill_randn(&rng, LENGTH(x), x);
    for (size_t i = 0; i < LENGTH(x); i++)
        sum += x[i];
    assert_same_bits(sum, randn_sum[0]);
}

static void test_bits__are_mt19937(void **state)
{
    crs_random rng;
    (void)state;
    crs_random_seed(&rng, 1);
    for (size_t i = 0; i < LENGTH(bits_1); i++)
        assert_int_equal(crs_random_bits(&rng), bits_1[i]);
}

static void test_uniform__is_numpys(void **state)
{
    crs_random rng;
    (void)state;
    crs_random_seed(&rng, 3);
    for (size_t i = 0; i < LENGTH(uniform_3); i++)
        assert_same_bits(crs_random_uniform(&rng, -10, 10), uniform_3[i]);
}

static void test_interval__is_randint(void **state)
{
    crs_random rng;
    (void)state;
    crs_random_seed(&rng, 5);
    for (size_t i = 0; i < LENGTH(interval_5); i++)
        assert_int_equal(crs_random_interval(&rng, 999), interval_5[i]);
    crs_random_seed(&rng, 5); /* more than 32 bits: two words each */
    for (size_t i = 0; i < LENGTH(interval_wide); i++)
        assert_int_equal(crs_random_interval(&rng, (UINT64_C(1) << 40) + 16), interval_wide[i]);
}

static void test_interval__of_zero_draws_nothing(void **state)
{
    crs_random rng, before;
    (void)state;
    crs_random_seed(&rng, 5);
    before = rng;
    assert_int_equal(crs_random_interval(&rng, 0), 0);
    assert_memory_equal(&rng, &before, sizeof rng);
}

static void test_permutation__is_numpys(void **state)
{
    size_t index[LENGTH(permutation_4)];
    crs_random rng;
    (void)state;
    crs_random_seed(&rng, 4);
    crs_random_permutation(&rng, LENGTH(index), index);
    assert_memory_equal(index, permutation_4, sizeof index);
}

static void test_shuffle__is_numpys(void **state)
{
    size_t index[LENGTH(shuffle_9)];
    crs_random rng;
    (void)state;
    crs_random_seed(&rng, 9);
    for (int i = 0; i < 3; i++)
        (void)crs_random_rand(&rng);
    for (size_t i = 0; i < LENGTH(index); i++)
        index[i] = i;
    crs_random_shuffle(&rng, LENGTH(index), index);
    assert_memory_equal(index, shuffle_9, sizeof index);
    crs_random_shuffle(&rng, 0, index); /* nothing to do, nothing touched */
    assert_memory_equal(index, shuffle_9, sizeof index);
}

/* The kept Gaussian survives draws of other kinds, as in NumPy. */
static void test_mixed_calls__keep_the_cached_gaussian(void **state)
{
    crs_random rng;
    (void)state;
    crs_random_seed(&rng, 6);
    assert_same_bits(crs_random_randn(&rng), mixed_6[0]);
    assert_same_bits(crs_random_rand(&rng), mixed_6[1]);
    assert_same_bits(crs_random_randn(&rng), mixed_6[2]);
    assert_same_bits(crs_random_randn(&rng), mixed_6[3]);
    assert_same_bits(crs_random_uniform(&rng, 2, 5), mixed_6[4]);
    assert_same_bits((double)crs_random_interval(&rng, 9), mixed_6[5]);
    assert_same_bits(crs_random_randn(&rng), mixed_6[6]);
}

static void test_seed__drops_the_cached_gaussian(void **state)
{
    crs_random rng;
    (void)state;
    crs_random_seed(&rng, 0);
    (void)crs_random_randn(&rng);
    crs_random_seed(&rng, 0);
    assert_same_bits(crs_random_randn(&rng), randn_0[0]);
}

static void test_copy__restores_the_stream(void **state)
{
    crs_random rng, saved;
    double want[5];
    (void)state;
    crs_random_seed(&rng, 11);
    (void)crs_random_randn(&rng); /* so that a Gaussian is kept */
    saved = rng;
    crs_random_fill_randn(&rng, LENGTH(want), want);
    rng = saved;
    for (size_t i = 0; i < LENGTH(want); i++)
        assert_same_bits(crs_random_randn(&rng), want[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rand__is_numpys),
        cmocka_unit_test(test_randn__is_numpys),
        cmocka_unit_test(test_fill__goes_on_past_refills),
        cmocka_unit_test(test_bits__are_mt19937),
        cmocka_unit_test(test_uniform__is_numpys),
        cmocka_unit_test(test_interval__is_randint),
        cmocka_unit_test(test_interval__of_zero_draws_nothing),
        cmocka_unit_test(test_permutation__is_numpys),
        cmocka_unit_test(test_shuffle__is_numpys),
        cmocka_unit_test(test_mixed_calls__keep_the_cached_gaussian),
        cmocka_unit_test(test_seed__drops_the_cached_gaussian),
        cmocka_unit_test(test_copy__restores_the_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
