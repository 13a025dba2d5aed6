/* Every optimizer, clip_grad_norm_ and every schedule against PyTorch's (tests/golden). */
#include "cmocka_all.h"

#include "golden/torch_optimizers.h"

#include <crease/optim.h>

#include <float.h>
#include <string.h>

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

/* |got - want| relative to |want|, both of `dtype`; the worst of n. */
static double apart(crs_dtype dtype, size_t n, const void *got, const void *want)
{
    double worst = 0;
    for (size_t i = 0; i < n; i++) {
        double x = dtype == CRS_F64 ? ((const double *)got)[i] : (double)((const float *)got)[i];
        double y = dtype == CRS_F64 ? ((const double *)want)[i] : (double)((const float *)want)[i];
        double error = x == y ? 0 : fabs(x - y) / fabs(y);
        worst = error <= worst ? worst : error; /* NaN is the worst */
    }
    return worst;
}

/* In the type itself, as PyTorch has it. */
static void gradient(crs_dtype dtype, const void *p, void *g)
{
    for (size_t i = 0; i < TORCH_N; i++) {
        if (dtype == CRS_F64)
            ((double *)g)[i] = torch_curve[i] * (((const double *)p)[i] - torch_goal[i]);
        else
            ((float *)g)[i] =
                (float)torch_curve[i] * (((const float *)p)[i] - (float)torch_goal[i]);
    }
}

/*
 * adam and adamw divide once where PyTorch divides twice. Of a quotient that is 8 roundings of
 * u = 2^-53 or 2^-24 of itself (four factors, the sum, sqrt, two divisions), and the quotient
 * times the rate is less than 0.1 of any p here, which grows from 0.5: 0.8 u, and p's own
 * rounding, a unit in the last place or 2 u. Of 6 steps, since nothing here makes an error grow:
 * 17 u, 1e-6 in float32. All others are to have PyTorch's bits.
 */
static double allowed(crs_optim_kind kind, crs_dtype dtype)
{
    if (kind != CRS_OPTIM_ADAM && kind != CRS_OPTIM_ADAMW)
        return 0;
    return 17 * (dtype == CRS_F64 ? DBL_EPSILON : (double)FLT_EPSILON) / 2;
}

static void test_step__equals_torch(void **state)
{
    (void)state;
    for (size_t c = 0; c < N_OF(torch_steps); c++) {
        for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
            double p[TORCH_N], g[TORCH_N]; /* room for either type */
            crs_optim how;
            crs_optimizer *optimizer;
            assert_int_equal(crs_optim_parse(torch_steps[c].optim, NULL, &how), CRS_OK);
            assert_int_equal(
                crs_optimizer_create(&how, (crs_dtype)dtype, TORCH_N, NULL, NULL, &optimizer),
                CRS_OK);
            for (size_t i = 0; i < TORCH_N; i++) {
                if (dtype == CRS_F64)
                    p[i] = torch_start[i];
                else
                    ((float *)p)[i] = (float)torch_start[i];
            }
            for (size_t s = 0; s < TORCH_STEPS; s++) {
                const void *want = dtype == CRS_F64 ? (const void *)torch_steps[c].f64[s]
                                                    : (const void *)torch_steps[c].f32[s];
                double off;
                gradient((crs_dtype)dtype, p, g);
                crs_optimizer_step(optimizer, torch_rates[s], g, p);
                off = apart((crs_dtype)dtype, TORCH_N, p, want);
                if (!(off <= allowed(how.kind, (crs_dtype)dtype)))
                    fail_msg("%s, %s: after step %zu off by %g", torch_steps[c].optim,
                             crs_dtype_name((crs_dtype)dtype), s + 1, off);
            }
            crs_optimizer_destroy(optimizer);
        }
    }
}

static crs_status bowl(void *ctx, size_t n, const double *p, double *cost, double *g)
{
    (void)ctx;
    *cost = 0;
    for (size_t i = 0; i < n; i++) {
        g[i] = torch_lbfgs_curve[i] * (p[i] - torch_goal[i]);
        *cost += g[i] * (p[i] - torch_goal[i]) / 2;
    }
    return CRS_OK;
}

/*
 * PyTorch's s is t d, ours p less p before: off by the rounding of p, 2^-53 of up to 6. The steps
 * are 4e-5 and longer, so s and y are within some 1e-11 of themselves, as is the next step, and p
 * within 1e-11 4e-5 = 4e-16: a unit in its last place. Room for some of them.
 */
static void test_lbfgs__equals_torch(void **state)
{
    double p[TORCH_N], cost;
    crs_lbfgs *lbfgs;
    crs_lbfgs_end end;
    (void)state;
    memcpy(p, torch_lbfgs_start, sizeof p);
    assert_int_equal(crs_lbfgs_create(TORCH_N, 3, NULL, &lbfgs), CRS_OK);
    for (size_t s = 0; s < TORCH_STEPS; s++) {
        double off;
        assert_int_equal(crs_lbfgs_step(lbfgs, 1, bowl, NULL, p, &cost, &end), CRS_OK);
        off = apart(CRS_F64, TORCH_N, p, torch_lbfgs[s]);
        if (!(off <= 1e-14))
            fail_msg("after step %zu off by %g", s + 1, off);
    }
    crs_lbfgs_destroy(lbfgs);
}

/* A norm of 25 squares is within 25 u of the exact one, here and there; a product and a quotient more. */
static void test_clip_norm__equals_torch(void **state)
{
    const double bar = 2 * (TORCH_N + 2) * DBL_EPSILON / 2;
    (void)state;
    for (size_t c = 0; c < N_OF(torch_clipped); c++) {
        double x[TORCH_N], norm;
        memcpy(x, torch_goal, sizeof x);
        norm = crs_clip_norm(CRS_F64, torch_clipped[c].limit, TORCH_N, x);
        assert_true(apart(CRS_F64, 1, &norm, torch_norm) <= bar);
        assert_true(apart(CRS_F64, TORCH_N, x, torch_clipped[c].x) <= bar);
        /* the second limit is above the norm, the third by less than 1e-6, which still scales */
        assert_true((memcmp(x, torch_goal, sizeof x) == 0) == (c == 1));
    }
}

static void shares_equal(const char *text, size_t n, const double *want, uint64_t per_epoch,
                         double bar)
{
    crs_schedule schedule;
    assert_int_equal(crs_schedule_parse(text, NULL, &schedule), CRS_OK);
    for (size_t i = 0; i < n; i++) {
        double share = crs_schedule_share(&schedule, i * per_epoch, n * per_epoch, per_epoch, NULL);
        if (!(fabs(share - want[i]) <= bar * fabs(want[i])))
            fail_msg("%s: share %zu of %zu is %.17g, PyTorch's %.17g", text, i, n, share, want[i]);
    }
}

/*
 * Of a share f + (1 - f) (1 + cos x) / 2 the cosine is rounded within 2^-53, as is x, which is
 * less than 4, by two units: (4 + 1) 2^-53 of 1 where the share may be 4e-6 (one cycle) or 0.02.
 * PyTorch makes a cosine's shares one from the other: 40 times as much.
 */
static void test_schedule__equals_torch(void **state)
{
    const double unit = 5 * DBL_EPSILON / 2;
    (void)state;
#define ONE_CYCLE(n) shares_equal("onecycle", n, torch_onecycle_##n, 1, unit / 4e-6)
    ONE_CYCLE(1);
    ONE_CYCLE(2);
    ONE_CYCLE(3);
    ONE_CYCLE(10);
    ONE_CYCLE(47);
#undef ONE_CYCLE
    shares_equal("cosine:floor=0.02", N_OF(torch_cosine), torch_cosine, 1, 40 * unit / 0.02);
    shares_equal("step:every=7,factor=0.5", N_OF(torch_step), torch_step, 1, 0);
    shares_equal("step:every=7,factor=0.5", N_OF(torch_step), torch_step, 3,
                 0); /* an epoch's first */
}

/* Powers of 0.3 by pow or by multiplying twice: three roundings. */
static void test_plateau__equals_torch(void **state)
{
    crs_schedule schedule;
    crs_plateau seen = {0};
    (void)state;
    assert_int_equal(crs_schedule_parse("plateau:patience=2,factor=0.3", NULL, &schedule), CRS_OK);
    for (size_t i = 0; i < N_OF(torch_plateau); i++) {
        double share = crs_schedule_share(&schedule, i, N_OF(torch_plateau), 1, &seen);
        assert_true(fabs(share - torch_plateau[i]) <= 3 * DBL_EPSILON / 2 * torch_plateau[i]);
        crs_plateau_see(&schedule, &seen, torch_scores[i]);
        assert_int_equal(seen.epochs, i + 1);
    }
    assert_true(seen.lowered > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_step__equals_torch),
        cmocka_unit_test(test_lbfgs__equals_torch),
        cmocka_unit_test(test_clip_norm__equals_torch),
        cmocka_unit_test(test_schedule__equals_torch),
        cmocka_unit_test(test_plateau__equals_torch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
