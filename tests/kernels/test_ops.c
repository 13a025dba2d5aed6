/*
 * The block operations of rules: every CPU level gives the bits of the scalar one, on
 * any length, alignment and value.
 */
#include "cmocka_all.h"
#include "random_inputs.h"

#include "core/cpu.h"
#include "kernels/ops.h"

#include <crease/act.h>

#include <stdlib.h>
#include <string.h>

static const uint64_t SEED = 20261105;

enum { MOST = 200, OFFSETS = 16, GUARD = 16, MARK = 0x5a };

/* One set of operands in both types, and masks; each is used from a random element on. */
typedef struct operands {
    double wide[2][MOST + OFFSETS];
    float narrow[2][MOST + OFFSETS];
    uint8_t mask[3][MOST + OFFSETS];
    size_t at[3], out_at;
    double c;
} operands;

static void fill(operands *o, uint64_t *random)
{
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < MOST + OFFSETS; i++) {
            o->wide[k][i] = random_special(random);
            o->narrow[k][i] = (float)o->wide[k][i];
        }
    }
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < MOST + OFFSETS; i++)
            o->mask[k][i] = (uint8_t)random_bits(random);
        o->at[k] = random_below(random, OFFSETS);
    }
    for (size_t i = 0; i < MOST; i++) { /* equal ones are rare otherwise */
        if (random_below(random, 3) == 0) {
            o->wide[1][o->at[1] + i] = o->wide[0][o->at[0] + i];
            o->narrow[1][o->at[1] + i] = o->narrow[0][o->at[0] + i];
        }
    }
    o->out_at = random_below(random, OFFSETS);
    o->c = random_special(random);
}

static int is_mask(crs__op op)
{
    return op >= CRS__OP_LT;
}

/* The operation at a level; `same` gives it one array for both operands. */
static void run(crs__cpu_level level, int wide, crs__op op, size_t n, const operands *o, int same,
                void *out)
{
    static const crs_act relu6 = {.id = CRS_ACT_RELU6};
    const crs__ops *ops = crs__ops_get(level);
    int k = same ? 0 : 1;
    const void *x = wide ? (const void *)&o->wide[0][o->at[0]] : &o->narrow[0][o->at[0]];
    const void *y = wide ? (const void *)&o->wide[k][o->at[k]] : &o->narrow[k][o->at[k]];
    if (op >= CRS__OP_AND) {
        x = &o->mask[0][o->at[0]];
        y = &o->mask[k][o->at[k]];
    }
    if (op == CRS__OP_ACT)
        y = &relu6;
    (wide ? ops->f64 : ops->f32)[op](n, x, y, &o->mask[2][o->at[2]], o->c, out);
}

/* Element i of a result as a double, masks as 0 and 1. */
static double element(const void *out, int wide, crs__op op, size_t i)
{
    if (is_mask(op))
        return ((const uint8_t *)out)[i / 8] >> (i % 8) & 1;
    return wide ? ((const double *)out)[i] : (double)((const float *)out)[i];
}

static void equals_scalar(crs__cpu_level level, int wide, crs__op op, size_t n, const operands *o,
                          int same)
{
    size_t size = is_mask(op) ? 1 : wide ? sizeof(double) : sizeof(float);
    size_t bytes = is_mask(op) ? (n + 7) / 8 : n * size;
    /* doubles, for their alignment */
    static double results[2][MOST + OFFSETS + GUARD];
    uint8_t *scalar = (uint8_t *)results[0] + o->out_at * size;
    uint8_t *fast = (uint8_t *)results[1] + o->out_at * size;
    memset(results, MARK, sizeof results);
    run(CRS__CPU_SCALAR, wide, op, n, o, same, scalar);
    run(level, wide, op, n, o, same, fast);
    for (size_t i = 0; i < n; i++) {
        double p = element(scalar, wide, op, i), q = element(fast, wide, op, i);
        if (memcmp(&p, &q, sizeof p) != 0 && !(isnan(p) && isnan(q)))
            fail_msg("seed %llu: operation %d, %s, f%d, %zu of %zu: %a, scalar %a",
                     (unsigned long long)SEED, (int)op, crs__cpu_name(level), wide ? 64 : 32, i, n,
                     q, p);
    }
    for (size_t i = 0; i < GUARD; i++)
        if (fast[bytes + i] != MARK)
            fail_msg("seed %llu: operation %d, %s, f%d: byte %zu behind the end is written",
                     (unsigned long long)SEED, (int)op, crs__cpu_name(level), wide ? 64 : 32, i);
}

static void test_ops__give_the_bits_of_scalar(void **state)
{
    uint64_t random = SEED;
    operands *o = malloc(sizeof *o);
    (void)state;
    assert_non_null(o);
    for (int round = 0; round < 200; round++) {
        size_t n = 1 + random_below(&random, MOST);
        fill(o, &random);
        for (int level = CRS__CPU_SCALAR + 1; level <= (int)crs__cpu_best(); level++)
            for (int op = CRS__OP_CONST; op < CRS__OP_COUNT; op++)
                for (int wide = 0; wide < 2; wide++)
                    equals_scalar((crs__cpu_level)level, wide, (crs__op)op, n, o, round % 5 == 4);
    }
    free(o);
}

static void test_ops__count_floats_and_bits(void **state)
{
    uint64_t random = SEED;
    (void)state;
    for (int level = CRS__CPU_SCALAR; level <= (int)crs__cpu_best(); level++) {
        const crs__ops *ops = crs__ops_get((crs__cpu_level)level);
        uint8_t mask[256];
        for (int round = 0; round < 100; round++) {
            uint32_t first = (uint32_t)random_bits(&random);
            size_t n = 1 + random_below(&random, 100), set = 0;
            float narrow[101];
            double wide[101];
            narrow[n] = 6;
            wide[n] = 6;
            ops->count_f32(n, first, narrow);
            ops->count_f64(n, first, wide);
            assert_true(narrow[n] == 6 && wide[n] == 6);
            for (size_t i = 0; i < n; i++) {
                uint32_t bits;
                memcpy(&bits, &narrow[i], sizeof bits);
                assert_int_equal(bits, first + (uint32_t)i);
                assert_true(wide[i] == (double)narrow[i] || isnan(wide[i]));
            }
            memset(mask, 0, sizeof mask);
            n = 64 * random_below(&random, 32);
            for (size_t i = 0; i < n; i++) {
                int one = random_below(&random, 300) == 0;
                mask[i / 8] = (uint8_t)(mask[i / 8] | one << (i % 8));
                set += (size_t)one;
            }
            assert_int_equal(ops->popcount(n, mask), set);
            assert_int_equal(ops->any(n, mask) != 0, set != 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ops__give_the_bits_of_scalar),
        cmocka_unit_test(test_ops__count_floats_and_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
