#include "unit/plot/fixture.h"

#include "plot/path.h"

static void test_simplify__keeps_what_is_needed(void **state)
{
    crs__plot_path path = {0};
    (void)state;
    assert_int_equal(crs__plot_path_begin(&path, 0), CRS_OK);
    for (int i = 0; i <= 100; i++)
        assert_int_equal(crs__plot_path_add(&path, i, i < 50 ? 0 : i - 50), CRS_OK);
    assert_int_equal(crs__plot_path_simplify(&path, 0.1), CRS_OK);
    assert_int_equal(path.n_points, 3);
    assert_true(path.xy[0] == 0 && path.xy[2] == 50 && path.xy[4] == 100);
    crs__plot_path_release(&path);
}

/* Every point left out is within the tolerance of the line that remains. */
static void test_simplify__stays_within_the_tolerance(void **state)
{
    const double tolerance = 0.3;
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        uint64_t random = seed;
        double original[2 * 200];
        crs__plot_path path = {0};
        assert_int_equal(crs__plot_path_begin(&path, seed % 2 == 0), CRS_OK);
        for (int i = 0; i < 200; i++) {
            original[2 * i] = 10 * cos(0.0314159 * i) + 0.5 * random_unit(&random);
            original[2 * i + 1] = 10 * sin(0.0314159 * i) + 0.5 * random_unit(&random);
            assert_int_equal(crs__plot_path_add(&path, original[2 * i], original[2 * i + 1]),
                             CRS_OK);
        }
        assert_int_equal(crs__plot_path_simplify(&path, tolerance), CRS_OK);
        assert_true(path.n_points < 200);
        for (int i = 0; i < 200; i++) {
            double best = INFINITY;
            size_t last = path.closed[0] ? path.n_points : path.n_points - 1;
            for (size_t j = 0; j < last; j++) {
                const double *a = &path.xy[2 * j], *b = &path.xy[2 * ((j + 1) % path.n_points)];
                for (double t = 0; t <= 1; t += 1.0 / 256)
                    best = fmin(best, hypot(original[2 * i] - a[0] - t * (b[0] - a[0]),
                                            original[2 * i + 1] - a[1] - t * (b[1] - a[1])));
            }
            /* the 256 probes of a segment are at most 20/256 apart */
            if (best > tolerance + 0.04)
                fail_msg("seed %llu: point %d is %g away", (unsigned long long)seed, i, best);
        }
        crs__plot_path_release(&path);
    }
}

static void test_simplify__drops_specks_and_keeps_the_rest(void **state)
{
    crs__plot_path path = {0};
    (void)state;
    assert_int_equal(crs__plot_path_rect(&path, 0, 0, 0.01, 0.01), CRS_OK);
    assert_int_equal(crs__plot_path_rect(&path, 5, 5, 2, 2), CRS_OK);
    assert_int_equal(crs__plot_path_line(&path, 1, 1, 1, 1), CRS_OK);
    assert_int_equal(crs__plot_path_begin(&path, 1), CRS_OK); /* without points */
    assert_int_equal(crs__plot_path_simplify(&path, 0.2), CRS_OK);
    assert_int_equal(path.n_parts, 2);
    assert_int_equal(crs__plot_path_end(&path, 0), 4);
    assert_true(path.closed[0] && !path.closed[1]);
    crs__plot_path_release(&path);
}

/* ---- clipping ------------------------------------------------------------------- */

static void test_clip_line__reaches_the_border(void **state)
{
    static const double diagonal[3] = {1, -1, 0}, upright[3] = {2, 0, -1}, level[3] = {0, 3, 1.5};
    double ends[4];
    (void)state;
    assert_true(crs__plot_clip_line(diagonal, -1, 2, -3, 1, ends));
    assert_float_equal(fmin(ends[0], ends[2]), -1, 1e-12);
    assert_float_equal(fmax(ends[0], ends[2]), 1, 1e-12);
    assert_float_equal(fmin(ends[1], ends[3]), -1, 1e-12);
    assert_true(crs__plot_clip_line(upright, -1, 2, -3, 1, ends));
    assert_true(ends[0] == 0.5 && ends[2] == 0.5 && fabs(ends[1] - ends[3]) == 4);
    assert_true(crs__plot_clip_line(level, -1, 2, -3, 1, ends));
    assert_true(ends[1] == -0.5 && ends[3] == -0.5 && fabs(ends[0] - ends[2]) == 3);
}

static void test_clip_line__random_lines(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        uint64_t random = seed;
        double abc[3], ends[4], scale = pow(10, 40 * random_unit(&random) - 20);
        int inside = 0, crosses, found;
        for (int i = 0; i < 3; i++)
            abc[i] = scale * (random_unit(&random) - 0.5);
        for (int corner = 0; corner < 4; corner++)
            inside += abc[0] * (corner % 2) + abc[1] * (corner / 2) + abc[2] > 0;
        crosses = inside > 0 && inside < 4;
        found = crs__plot_clip_line(abc, 0, 1, 0, 1, ends);
        if (found != crosses)
            fail_msg("seed %llu: found %d, crosses %d", (unsigned long long)seed, found, crosses);
        for (int i = 0; found && i < 2; i++) {
            double x = ends[2 * i], y = ends[2 * i + 1];
            double off = (abc[0] * x + abc[1] * y + abc[2]) / scale;
            double edge = fmin(fmin(x, 1 - x), fmin(y, 1 - y));
            if (fabs(off) > 1e-12 || edge < 0 || edge > 1e-12)
                fail_msg("seed %llu: (%g, %g) is off", (unsigned long long)seed, x, y);
        }
    }
}

static void test_clip_line__refuses_what_is_no_line(void **state)
{
    static const double bad[][3] = {{0, 0, 1},   {0, 0, 0},      {NAN, 1, 0}, {1, INFINITY, 0},
                                    {1, 1, NAN}, {1, 0, -1e300}, {1, 1, 5}};
    double ends[4];
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(crs__plot_clip_line(bad[i], -1, 1, -1, 1, ends));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_simplify__keeps_what_is_needed),
        cmocka_unit_test(test_simplify__stays_within_the_tolerance),
        cmocka_unit_test(test_simplify__drops_specks_and_keeps_the_rest),
        cmocka_unit_test(test_clip_line__reaches_the_border),
        cmocka_unit_test(test_clip_line__random_lines),
        cmocka_unit_test(test_clip_line__refuses_what_is_no_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
