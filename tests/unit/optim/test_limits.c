/* Norms, clipping and penalties against sums written out, in long double where they round. */
#include "cmocka_all.h"

static const uint64_t SEED = 20261124;

#include "random_inputs.h"

#include <crease/optim.h>

#include <float.h>
#include <string.h>

#define N 101

typedef union numbers {
    double f64[N];
    float f32[N];
} numbers;

static double get(crs_dtype dtype, const numbers *x, size_t i)
{
    return dtype == CRS_F64 ? x->f64[i] : (double)x->f32[i];
}

static void draw(crs_dtype dtype, numbers *x)
{
    uint64_t state = SEED;
    for (size_t i = 0; i < N; i++) {
        double value = i % 10 == 0 ? 0 : random_unit(&state);
        if (dtype == CRS_F64)
            x->f64[i] = value;
        else
            x->f32[i] = (float)value;
    }
}

static double norm_of(crs_dtype dtype, size_t first, size_t n, const numbers *x)
{
    long double sum = 0;
    for (size_t i = first; i < first + n; i++)
        sum += (long double)get(dtype, x, i) * (long double)get(dtype, x, i);
    return sqrt((double)sum);
}

static void expect(double got, double want, double bar)
{
    if (!(fabs(got - want) <= bar * fabs(want)))
        fail_msg("%.17g, expected %.17g (seed %llu)", got, want, (unsigned long long)SEED);
}

/* N squares, each rounded, and N - 1 sums, halved by the root, which is one more. */
static const double sum_bar = (N + 1) * DBL_EPSILON / 2;

static double unit_of(crs_dtype dtype)
{
    return (dtype == CRS_F64 ? DBL_EPSILON : (double)FLT_EPSILON) / 2;
}

static void test_norm__of_any_length(void **state)
{
    (void)state;
    for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
        numbers x;
        draw((crs_dtype)dtype, &x);
        for (size_t n = 0; n <= N; n++)
            expect(crs_norm((crs_dtype)dtype, n, &x), norm_of((crs_dtype)dtype, 0, n, &x), sum_bar);
    }
}

/* Floats whose squares no float holds. */
static void test_norm__of_large_and_small_floats(void **state)
{
    const float large[] = {3e30f, 4e30f}, small[] = {3e-30f, 4e-30f};
    (void)state;
    expect(crs_norm(CRS_F32, 2, large), 5e30, (double)FLT_EPSILON);
    expect(crs_norm(CRS_F32, 2, small), 5e-30, (double)FLT_EPSILON);
}

static void test_clip_norm__scales_what_is_longer(void **state)
{
    (void)state;
    for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
        numbers before, x;
        double norm;
        draw((crs_dtype)dtype, &before);
        x = before;
        norm = norm_of((crs_dtype)dtype, 0, N, &x);
        expect(crs_clip_norm((crs_dtype)dtype, 2 * norm, N, &x), norm, sum_bar);
        assert_memory_equal(&x, &before, N * crs_dtype_size((crs_dtype)dtype));
        expect(crs_clip_norm((crs_dtype)dtype, norm / 3, N, &x), norm, sum_bar);
        for (size_t i = 0; i < N; i++) /* the factor is rounded, and the product */
            expect(get((crs_dtype)dtype, &x, i),
                   get((crs_dtype)dtype, &before, i) * (norm / 3 / (norm + 1e-6)),
                   2 * sum_bar + 2 * unit_of((crs_dtype)dtype));
    }
}

/* As in PyTorch: a NaN makes all NaN, an infinity itself, and the rest 0. Somebody will notice. */
static void test_clip_norm__hides_no_damage(void **state)
{
    double x[3] = {1, NAN, 2}, y[3] = {1, INFINITY, 2};
    (void)state;
    assert_true(isnan(crs_clip_norm(CRS_F64, 1, 3, x)));
    assert_true(isnan(x[0]) && isnan(x[1]) && isnan(x[2]));
    assert_true(isinf(crs_clip_norm(CRS_F64, 1, 3, y)));
    assert_true(y[0] == 0 && isnan(y[1]) && y[2] == 0);
}

static void test_clip_rows__each_by_itself(void **state)
{
    enum { ROWS = 4, COLUMNS = 25 };
    (void)state;
    for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
        numbers before, x;
        double limit;
        size_t changed = 0;
        draw((crs_dtype)dtype, &before);
        x = before;
        limit = norm_of((crs_dtype)dtype, 0, ROWS * COLUMNS, &x) / sqrt(ROWS); /* in their midst */
        crs_clip_rows((crs_dtype)dtype, limit, ROWS, COLUMNS, &x);
        for (size_t j = 0; j < ROWS; j++) {
            double norm = norm_of((crs_dtype)dtype, j * COLUMNS, COLUMNS, &before);
            double share = norm > limit ? limit / norm : 1;
            changed += norm > limit;
            for (size_t i = j * COLUMNS; i < (j + 1) * COLUMNS; i++)
                expect(get((crs_dtype)dtype, &x, i), share * get((crs_dtype)dtype, &before, i),
                       share == 1 ? 0 : 2 * sum_bar + 2 * unit_of((crs_dtype)dtype));
        }
        assert_true(changed > 0 && changed < ROWS);
    }
}

/*
 * The gradient is the penalty's derivative: (f(p + h) - f(p - h)) / 2h is exact for a quadratic
 * but for f's rounding, where the interval does not hold the kink.
 */
static void test_penalise__is_the_derivative_of_the_penalty(void **state)
{
    static const double of[][2] = {{0.3, 0}, {0, 0.7}, {0.3, 0.7}, {0, 0}};
    const double h = 0x1p-10;
    (void)state;
    for (size_t c = 0; c < 4; c++) {
        const double l1 = of[c][0], l2 = of[c][1];
        numbers p, g = {{0}};
        double whole, bar;
        draw(CRS_F64, &p);
        whole = crs_penalty(CRS_F64, l1, l2, N, &p);
        bar = whole * 2 * sum_bar / h + 4 * DBL_EPSILON;
        for (size_t i = 0; i < N; i++)
            g.f64[i] = (double)i;
        crs_penalise(CRS_F64, l1, l2, N, &p, &g);
        for (size_t i = 0; i < N; i++) {
            double here = p.f64[i], up, down;
            p.f64[i] = here + h;
            up = crs_penalty(CRS_F64, l1, l2, N, &p);
            p.f64[i] = here - h;
            down = crs_penalty(CRS_F64, l1, l2, N, &p);
            p.f64[i] = here;
            if (here != 0 && fabs(here) <= h)
                continue;
            if (!(fabs(g.f64[i] - (double)i - (up - down) / (2 * h)) <= bar + N * DBL_EPSILON))
                fail_msg("element %zu, l1 %g, l2 %g: %.17g, expected %.17g", i, l1, l2, g.f64[i],
                         (double)i + (up - down) / (2 * h));
        }
    }
}

static void test_penalty__is_the_sum(void **state)
{
    (void)state;
    for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
        numbers p;
        long double want = 0;
        draw((crs_dtype)dtype, &p);
        for (size_t i = 0; i < N; i++) {
            long double x = (long double)get((crs_dtype)dtype, &p, i);
            want += 0.25L * fabsl(x) + 0.375L / 2 * x * x;
        }
        expect(crs_penalty((crs_dtype)dtype, 0.25, 0.375, N, &p), (double)want, 2 * sum_bar);
    }
}

/* sign(0) = 0, of either zero; NaN goes on. */
static void test_penalise__at_the_kink(void **state)
{
    const float p[] = {0.0f, -0.0f, 2, -2, NAN};
    float g[] = {5, 5, 5, 5, 5};
    (void)state;
    crs_penalise(CRS_F32, 0.5, 0, 5, p, g);
    assert_true(g[0] == 5 && g[1] == 5 && g[2] == 5.5f && g[3] == 4.5f && isnan(g[4]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_norm__of_any_length),
        cmocka_unit_test(test_norm__of_large_and_small_floats),
        cmocka_unit_test(test_clip_norm__scales_what_is_longer),
        cmocka_unit_test(test_clip_norm__hides_no_damage),
        cmocka_unit_test(test_clip_rows__each_by_itself),
        cmocka_unit_test(test_penalise__is_the_derivative_of_the_penalty),
        cmocka_unit_test(test_penalty__is_the_sum),
        cmocka_unit_test(test_penalise__at_the_kink),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
