/*
 * The steps of optimizers and what else goes over all parameters (kernels/update.h): every
 * level gives the bits of scalar, and scalar gives what the header says.
 */
#include "cmocka_all.h"

static const uint64_t SEED = 20261124;

#include "kernels/arrays.h"
#include "kernels/real.h"
#include "kernels/update.h"

static const char *const names[] = {"sgd", "momentum", "nesterov", "scaled", "adam"};

/* Constants of an optimizer, or any numbers. */
static crs__update draw(crs__update_rule rule, uint64_t *state, int special)
{
    crs__update update = {.rule = rule};
    double *constant[] = {&update.shrink, &update.decay, &update.step,  &update.keep1,
                          &update.take1,  &update.keep2, &update.take2, &update.eps};
    for (size_t i = 0; i < sizeof constant / sizeof constant[0]; i++)
        *constant[i] = special ? random_special(state) : 0.5 + random_unit(state) / 4;
    return update;
}

static void step_equals_scalar(const crs__kernels *type, const crs__update_kernels *fast,
                               const crs__update_kernels *scalar, crs__update_rule rule,
                               uint64_t *state, int special)
{
    size_t n = random_below(state, 70);
    crs__update update = draw(rule, state, special);
    const void *g = make(type, n, state, special);
    void *p[2], *m[2], *v[2];
    for (int i = 0; i < 2; i++) {
        p[i] = make(type, n, state, special);
        m[i] = make(type, n, state, special);
        v[i] = make(type, n, state, special);
    }
    memcpy(p[1], p[0], n * type->size);
    memcpy(m[1], m[0], n * type->size);
    memcpy(v[1], v[0], n * type->size);
    fast->step(&update, n, g, p[0], rule == CRS__UPDATE_SGD ? NULL : m[0],
               rule == CRS__UPDATE_ADAM ? v[0] : NULL);
    scalar->step(&update, n, g, p[1], rule == CRS__UPDATE_SGD ? NULL : m[1],
                 rule == CRS__UPDATE_ADAM ? v[1] : NULL);
    same(type, p[0], p[1], n, names[rule]);
    same(type, m[0], m[1], n, names[rule]);
    same(type, v[0], v[1], n, names[rule]);
    end_of_round(names[rule]);
}

static void rest_equals_scalar(const crs__kernels *type, const crs__update_kernels *fast,
                               const crs__update_kernels *scalar, uint64_t *state, int special)
{
    size_t n = random_below(state, 70);
    double by = random_special(state), l1 = random_unit(state), l2 = random_unit(state), sum[4];
    const void *p = make(type, n, state, special);
    void *x[2];
    make_two(type, n, state, x);
    fast->scale(n, by, x[0]);
    scalar->scale(n, by, x[1]);
    same(type, x[0], x[1], n, "scale");
    fast->penalise(n, l1, l2, p, x[0]);
    scalar->penalise(n, l1, l2, p, x[1]);
    same(type, x[0], x[1], n, "penalise");
    sum[0] = fast->sum_squares(n, p);
    sum[1] = scalar->sum_squares(n, p);
    sum[2] = fast->sum_sizes(n, p);
    sum[3] = scalar->sum_sizes(n, p);
    for (int i = 0; i < 4; i += 2)
        assert_true((isnan(sum[i]) && isnan(sum[i + 1])) ||
                    memcmp(&sum[i], &sum[i + 1], sizeof sum[0]) == 0);
    end_of_round("limits");
}

static void test_update__same_bits_as_scalar(void **unused)
{
    (void)unused;
    for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
        const crs__kernels *type = crs__kernels_get((crs_dtype)dtype, CRS__CPU_SCALAR);
        const crs__update_kernels *scalar =
            crs__update_kernels_get((crs_dtype)dtype, CRS__CPU_SCALAR);
        for (int level = CRS__CPU_SCALAR + 1; level <= (int)crs__cpu_best(); level++) {
            const crs__update_kernels *fast =
                crs__update_kernels_get((crs_dtype)dtype, (crs__cpu_level)level);
            uint64_t state = SEED;
            assert_ptr_not_equal(fast, scalar);
            for (int round = 0; round < 400; round++) {
                for (int rule = CRS__UPDATE_SGD; rule <= CRS__UPDATE_ADAM; rule++)
                    step_equals_scalar(type, fast, scalar, (crs__update_rule)rule, &state,
                                       round % 2);
                rest_equals_scalar(type, fast, scalar, &state, round % 2);
            }
        }
    }
}

/* The header's formulas in float32: each line of its operations rounds as it says. */
static void expect_step(const crs__update *u, float g, float p, float m, float v)
{
    float step = -(float)u->step, keep1 = (float)u->keep1, take1 = (float)u->take1;
    float keep2 = (float)u->keep2, take2 = (float)u->take2, eps = (float)u->eps;
    float want[3] = {(float)u->shrink * p, m, v}, got[3] = {p, m, v};
    float d = crs__fma_f32((float)u->decay, want[0], g);
    switch (u->rule) {
    case CRS__UPDATE_SGD:
        want[0] = crs__fma_f32(step, d, want[0]);
        break;
    case CRS__UPDATE_MOMENTUM:
        want[1] = keep1 * m + d;
        want[0] = crs__fma_f32(step, want[1], want[0]);
        break;
    case CRS__UPDATE_NESTEROV:
        want[1] = keep1 * m + d;
        want[0] = crs__fma_f32(step, crs__fma_f32(keep1, want[1], d), want[0]);
        break;
    case CRS__UPDATE_SCALED:
        want[1] = crs__fma_f32(take1 * d, d, keep1 * m);
        want[0] = want[0] + step * d / (sqrtf(want[1]) + eps);
        break;
    case CRS__UPDATE_ADAM:
        want[1] = crs__fma_f32(take1, d, keep1 * m);
        want[2] = crs__fma_f32(take2 * d, d, keep2 * v);
        want[0] = want[0] + step * want[1] / (sqrtf(want[2]) + eps);
        break;
    }
    crs__update_kernels_get(CRS_F32, CRS__CPU_SCALAR)->step(u, 1, &g, &got[0], &got[1], &got[2]);
    for (int i = 0; i < 3; i++)
        if (memcmp(&got[i], &want[i], sizeof got[i]) != 0)
            fail_msg("%s: %c is %a, expected %a (seed %llu)", names[u->rule], "pmv"[i],
                     (double)got[i], (double)want[i], (unsigned long long)SEED);
}

static void test_update__scalar_is_the_formulas(void **unused)
{
    uint64_t state = SEED;
    (void)unused;
    for (int round = 0; round < 1000; round++) {
        crs__update update = draw((crs__update_rule)(round % 5), &state, 0);
        float g = (float)random_unit(&state), p = (float)random_unit(&state);
        float m = (float)random_unit(&state), v = (float)random_unit(&state);
        /* what is under a root is a sum of squares */
        expect_step(&update, g, p, update.rule == CRS__UPDATE_SCALED ? fabsf(m) : m, fabsf(v));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_update__same_bits_as_scalar),
        cmocka_unit_test(test_update__scalar_is_the_formulas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
