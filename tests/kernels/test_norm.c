/*
 * Batch normalisation's kernels and dropout's numbers: every CPU level gives the bits of the scalar
 * kernels, those are what kernels.h says, and the numbers are Philox's and behave as chance.
 */
#include "cmocka_all.h"

static const uint64_t SEED = 20261124;

#include "kernels/arrays.h"
#include "kernels/real.h"

/* ---- the same bits at every level ---------------------------------------------------------- */

static void norm_equals_scalar(const crs__kernels *fast, const crs__kernels *scalar,
                               uint64_t *state, int special)
{
    size_t n = 1 + random_below(state, 150);
    const crs__kernels *level[2] = {fast, scalar};
    void *u = make(fast, n, state, special), *d = make(fast, n, state, special);
    void *v = make(fast, n, state, special), *z[2], *dz[2], *x[2], *sums[2];
    make_two(fast, n, state, z);
    make_two(fast, n, state, dz);
    make_two(fast, n, state, x);
    make_two(fast, 4, state, sums);
    for (int i = 0; i < 2; i++) {
        double mean, var, sum, product;
        level[i]->norm_stats(n, u, &mean, &var);
        level[i]->norm_sums(n, mean, u, d, &sum, &product);
        level[i]->norm_fwd(n, mean, 1.25, -0.3, u, z[i]);
        level[i]->norm_bwd(n, mean, 1.7, sum, product, u, dz[i]);
        level[i]->weigh(n, v, x[i]);
        set(fast, sums[i], 0, mean);
        set(fast, sums[i], 1, var);
        set(fast, sums[i], 2, sum);
        set(fast, sums[i], 3, product);
    }
    same(fast, sums[0], sums[1], 4, "sums of batch normalisation");
    same(fast, z[0], z[1], n, "norm_fwd");
    same(fast, dz[0], dz[1], n, "norm_bwd");
    same(fast, x[0], x[1], n, "weigh");
    end_of_round("batch normalisation");
}

static void random_drop(crs__drop *drop, uint64_t *state)
{
    *drop = (crs__drop){{(uint32_t)random_bits(state), (uint32_t)random_bits(state)},
                        (uint32_t)random_below(state, 9),
                        (uint32_t)random_below(state, 3),
                        (uint32_t)random_bits(state),
                        1.25};
}

/* The mask of a whole row is what kernels.h says, and a row cut anywhere is the same. */
static void drop_is_philox(const crs__kernels *k, uint64_t *state)
{
    size_t n = 1 + random_below(state, 300), unit = random_below(state, 1000);
    size_t cut = random_below(state, n + 1);
    void *whole = make(k, n, state, 0), *parts = make(k, n, state, 0), *want = make(k, n, state, 0);
    crs__drop drop;
    random_drop(&drop, state);
    for (size_t s = 0; s < n; s++) {
        uint32_t c[4] = {(uint32_t)(s / 64 * 16 + s % 16), (uint32_t)unit, drop.layer,
                         drop.step_high};
        crs__philox(c, drop.key);
        set(k, want, s, c[s % 64 / 16] < drop.below ? 0 : drop.scale);
    }
    k->drop(&drop, unit, (crs__span){0, n}, whole);
    k->drop(&drop, unit, (crs__span){0, cut}, parts);
    k->drop(&drop, unit, (crs__span){cut, n}, parts);
    same(k, whole, want, n, "drop");
    same(k, parts, want, n, "drop in two parts");
    end_of_round("drop");
}

static void test_norm__same_bits_as_scalar(void **unused)
{
    (void)unused;
    for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
        for (int level = CRS__CPU_SCALAR; level <= (int)crs__cpu_best(); level++) {
            uint64_t state = SEED;
            const crs__kernels *fast = crs__kernels_get((crs_dtype)dtype, (crs__cpu_level)level);
            const crs__kernels *scalar = crs__kernels_get((crs_dtype)dtype, CRS__CPU_SCALAR);
            for (int round = 0; round < 200; round++) {
                norm_equals_scalar(fast, scalar, &state, round % 4 == 3);
                drop_is_philox(fast, &state);
            }
        }
    }
}

/* ---- what they compute ------------------------------------------------------------------------ */

/*
 * Against long double sums. Each of 5 results is of n <= 150 terms of size at most 1 (or 2 x 2),
 * rounded some n / 16 + 8 times each in the sum and at most 4 times before: relative to n terms
 * of size 4, (n / 16 + 12) u 4 n, and that is more than the error of the mean that the others inherit.
 */
static void test_norm__computes_what_the_header_says(void **unused)
{
    uint64_t state = SEED;
    (void)unused;
    for (int round = 0; round < 50; round++) {
        const crs__kernels *k = crs__kernels_get(round % 2 ? CRS_F64 : CRS_F32, crs__cpu_best());
        size_t n = 1 + random_below(&state, 150);
        double unit = k->dtype == CRS_F64 ? 0x1p-53 : 0x1p-24, m = (double)n;
        double bound = (m / 16 + 12) * unit * 4 * m, mean, var, sum, product;
        void *u = make(k, n, &state, 0), *d = make(k, n, &state, 0), *z = make(k, n, &state, 0);
        long double exact_mean = 0, exact_var = 0, exact_sum = 0, exact_product = 0;
        for (size_t s = 0; s < n; s++)
            exact_mean += get(k, u, s) / (long double)n;
        for (size_t s = 0; s < n; s++) {
            long double e = get(k, u, s) - exact_mean;
            exact_var += e * e / (long double)n;
            exact_sum += get(k, d, s);
            exact_product += get(k, d, s) * e;
        }
        k->norm_stats(n, u, &mean, &var);
        k->norm_sums(n, mean, u, d, &sum, &product);
        k->norm_fwd(n, mean, 1.5, 0.25, u, z);
        assert_true(fabsl(mean - exact_mean) <= bound && fabsl(var - exact_var) <= bound);
        assert_true(fabsl(sum - exact_sum) <= bound && fabsl(product - exact_product) <= bound);
        for (size_t s = 0; s < n; s++)
            assert_true(fabsl(get(k, z, s) - (1.5L * (get(k, u, s) - exact_mean) + 0.25L)) <=
                        2 * bound);
        memcpy(z, d, n * k->size);
        k->norm_bwd(n, mean, 1.5, 0.25, 0.75, u, z);
        for (size_t s = 0; s < n; s++)
            assert_true(fabsl(get(k, z, s) - 1.5L * (get(k, d, s) - 0.25L -
                                                     0.75L * (get(k, u, s) - exact_mean))) <=
                        2 * bound);
        end_of_round("norm");
    }
}

/* The three known answers of the authors' own test (Random123 1.14, kat_vectors, philox4x32-10). */
static void test_philox__known_answers(void **unused)
{
    static const struct {
        uint32_t counter[4], key[2], want[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint32_t c[4];
        memcpy(c, known[i].counter, sizeof c);
        crs__philox(c, known[i].key);
        assert_true(memcmp(c, known[i].want, sizeof c) == 0);
    }
}

/* ---- chance --------------------------------------------------------------------------------------- */

enum { ROW = 4096, UNITS = 64 };

/* Masks of one layer as 0 and 1: 1 is dropped. */
static uint8_t *masks_of(uint32_t seed, uint64_t step, uint32_t layer, double share)
{
    const crs__kernels *k = crs__kernels_get(CRS_F32, crs__cpu_best());
    uint8_t *out = malloc((size_t)ROW * UNITS);
    float row[ROW];
    crs__drop drop = {
        {seed, (uint32_t)step}, layer, (uint32_t)(step >> 32), (uint32_t)(share * 4294967296.0), 1};
    assert_non_null(out);
    for (size_t j = 0; j < UNITS; j++) {
        k->drop(&drop, j, (crs__span){0, ROW}, row);
        for (size_t s = 0; s < ROW; s++)
            out[j * ROW + s] = row[s] == 0;
    }
    return out;
}

static double count(size_t n, const uint8_t *x, const uint8_t *y)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] & y[i];
    return sum;
}

/*
 * A count of n coins of probability p is within 5 deviations sqrt(n p (1 - p)) but for one in
 * 1.7 million tries (and the numbers are fixed: it is within them, or not, for ever).
 */
static void assert_chance(const char *what, double got, double n, double p)
{
    if (!(fabs(got - n * p) <= 5 * sqrt(n * p * (1 - p))))
        fail_msg("%s: %g of %g, expected a share of %g", what, got, n, p);
}

static void test_drop__is_uniform(void **unused)
{
    static const double shares[] = {0.01, 0.2, 0.5, 0.9};
    (void)unused;
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        uint8_t *x = masks_of(1, 0, 1, shares[i]);
        assert_chance("all", count((size_t)ROW * UNITS, x, x), (double)ROW * UNITS, shares[i]);
        for (size_t j = 0; j < UNITS; j++)
            assert_chance("a unit", count(ROW, x + j * ROW, x + j * ROW), ROW, shares[i]);
        for (size_t w = 0; w < 4; w++) { /* each of the four words of a block */
            double sum = 0;
            for (size_t s = 0; s < (size_t)ROW * UNITS; s++)
                sum += s % 64 / 16 == w ? x[s] : 0;
            assert_chance("a word", sum, (double)ROW * UNITS / 4, shares[i]);
        }
        free(x);
    }
}

/* Both of a pair are dropped as often as if neither knew of the other. */
static void test_drop__pairs_are_independent(void **unused)
{
    const double p = 0.3;
    const size_t all = (size_t)ROW * UNITS;
    uint8_t *x = masks_of(7, 100, 2, p);
    uint8_t *other[] = {masks_of(7, 101, 2, p), masks_of(7, 100, 3, p), masks_of(8, 100, 2, p),
                        masks_of(7, 100 + ((uint64_t)1 << 32), 2, p)};
    static const char *const what[] = {"next step", "next layer", "next seed", "step + 2^32"};
    (void)unused;
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        assert_chance(what[i], count(all, x, other[i]), (double)all, p * p);
        free(other[i]);
    }
    for (size_t lag = 1; lag <= 64; lag++)
        assert_chance("next samples", count(all - lag, x, x + lag), (double)(all - lag), p * p);
    for (size_t j = 1; j < UNITS; j++)
        assert_chance("next units", count(all - j * ROW, x, x + j * ROW), (double)(all - j * ROW),
                      p * p);
    free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_norm__same_bits_as_scalar),
        cmocka_unit_test(test_norm__computes_what_the_header_says),
        cmocka_unit_test(test_philox__known_answers),
        cmocka_unit_test(test_drop__is_uniform),
        cmocka_unit_test(test_drop__pairs_are_independent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
