#include "unit/plot/fixture.h"

#include "plot/contour.h"

#define MAX_SIDE 12

/* A random field, some of its values not finite where `holes` is set. */
typedef struct sample {
    uint64_t seed;
    double values[MAX_SIDE * MAX_SIDE];
    crs_plot_field field;
} sample;

static void sample_fill(sample *s, uint64_t seed, int holes)
{
    uint64_t state = seed;
    memset(s, 0, sizeof *s);
    s->seed = seed;
    s->field.nx = 1 + (size_t)(random_bits(&state) % MAX_SIDE);
    s->field.ny = 1 + (size_t)(random_bits(&state) % MAX_SIDE);
    s->field.values = s->values;
    s->field.x_min = -3 * random_unit(&state);
    s->field.x_max = 1 + random_unit(&state);
    s->field.y_min = -2;
    s->field.y_max = 5 * random_unit(&state);
    for (size_t i = 0; i < s->field.nx * s->field.ny; i++) {
        uint64_t kind = random_bits(&state) % 16;
        s->values[i] = random_unit(&state);
        if (kind < 3)
            s->values[i] = 0.5; /* exactly on a level, also side by side */
        if (holes && kind == 15)
            s->values[i] = kind % 2 ? NAN : INFINITY;
    }
}

#define CHECK(s, condition)                                                       \
    do {                                                                          \
        if (!(condition))                                                         \
            fail_msg("seed %llu: %s", (unsigned long long)(s)->seed, #condition); \
    } while (0)

/* ---- an area that shares no code with the tracer --------------------------------- */

/* The area of the triangle's part with f >= level: cut at the level, shoelace. */
static double triangle_area(const double corner[3][3], double level)
{
    double poly[4][2], twice = 0;
    size_t n = 0;
    for (int i = 0; i < 3; i++) {
        const double *a = corner[i], *b = corner[(i + 1) % 3];
        if (a[2] >= level) {
            poly[n][0] = a[0];
            poly[n++][1] = a[1];
        }
        if ((a[2] >= level) != (b[2] >= level)) {
            double t = (level - a[2]) / (b[2] - a[2]);
            poly[n][0] = a[0] + t * (b[0] - a[0]);
            poly[n++][1] = a[1] + t * (b[1] - a[1]);
        }
    }
    for (size_t i = 0; i < n; i++) {
        size_t j = (i + 1) % n;
        twice += poly[i][0] * poly[j][1] - poly[j][0] * poly[i][1];
    }
    return 0.5 * twice;
}

static double value_at(const crs_plot_field *f, size_t ix, size_t iy)
{
    return f->values[(f->ny > 1 ? iy : 0) * f->nx + (f->nx > 1 ? ix : 0)];
}

static double exact_area(const crs_plot_field *f, double level)
{
    size_t cells_x = f->nx > 1 ? f->nx - 1 : 1, cells_y = f->ny > 1 ? f->ny - 1 : 1;
    double w = (f->x_max - f->x_min) / (double)cells_x, h = (f->y_max - f->y_min) / (double)cells_y;
    double area = 0;
    for (size_t iy = 0; iy < cells_y; iy++) {
        for (size_t ix = 0; ix < cells_x; ix++) {
            double x = f->x_min + w * (double)ix, y = f->y_min + h * (double)iy;
            double corner[4][3] = {{x, y, value_at(f, ix, iy)},
                                   {x + w, y, value_at(f, ix + 1, iy)},
                                   {x + w, y + h, value_at(f, ix + 1, iy + 1)},
                                   {x, y + h, value_at(f, ix, iy + 1)}};
            double mean = (corner[0][2] + corner[1][2] + corner[2][2] + corner[3][2]) / 4;
            if (!isfinite(mean))
                continue;
            for (int i = 0; i < 4; i++) {
                int j = (i + 1) % 4;
                double t[3][3] = {{corner[i][0], corner[i][1], corner[i][2]},
                                  {corner[j][0], corner[j][1], corner[j][2]},
                                  {x + 0.5 * w, y + 0.5 * h, mean}};
                area += triangle_area((const double(*)[3])t, level);
            }
        }
    }
    return area;
}

static double path_area(const crs__plot_path *path)
{
    double twice = 0;
    for (size_t part = 0; part < path->n_parts; part++) {
        size_t first = path->start[part], end = crs__plot_path_end(path, part);
        for (size_t i = first; i < end; i++) {
            size_t j = i + 1 < end ? i + 1 : first;
            twice += path->xy[2 * i] * path->xy[2 * j + 1] - path->xy[2 * j] * path->xy[2 * i + 1];
        }
    }
    return 0.5 * twice;
}

/* ---- regions ------------------------------------------------------------------------ */

static void test_region__has_the_exact_area(void **state)
{
    static const double level[] = {-INFINITY, 0.05, 0.3, 0.5, 0.9, 2};
    (void)state;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        sample s;
        sample_fill(&s, seed, seed % 2 == 0);
        for (size_t i = 0; i < sizeof level / sizeof *level; i++) {
            crs__plot_path path = {0};
            assert_int_equal(crs__plot_contour_region(&s.field, level[i], &path), CRS_OK);
            CHECK(&s, fabs(path_area(&path) - exact_area(&s.field, level[i])) < 1e-9);
            for (size_t part = 0; part < path.n_parts; part++)
                CHECK(&s, path.closed[part]);
            crs__plot_path_release(&path);
        }
    }
}

/*
 * Bands as they are seen: each region without the one above it. Together they are
 * the window, whatever the levels: no gap, nothing twice.
 */
static void test_region__bands_fill_the_window(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        sample s;
        double sum = 0, above = 0, window;
        sample_fill(&s, seed, 0);
        window = (s.field.x_max - s.field.x_min) * (s.field.y_max - s.field.y_min);
        for (int band = 19; band >= 0; band--) {
            crs__plot_path path = {0};
            double area;
            assert_int_equal(
                crs__plot_contour_region(&s.field, band == 0 ? -INFINITY : 0.05 * band, &path),
                CRS_OK);
            area = path_area(&path);
            CHECK(&s, area >= above - 1e-9);
            sum += area - above;
            above = area;
            crs__plot_path_release(&path);
        }
        CHECK(&s, fabs(sum - window) < 1e-9);
    }
}

static int is_on_border(const crs_plot_field *f, double x, double y)
{
    return x == f->x_min || x == f->x_max || y == f->y_min || y == f->y_max;
}

static void test_region__turns_on_the_level_or_on_the_border(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        sample s;
        crs__plot_path path = {0};
        sample_fill(&s, seed, 0);
        assert_int_equal(crs__plot_contour_region(&s.field, 0.4, &path), CRS_OK);
        for (size_t i = 0; i < path.n_points; i++) {
            double x = path.xy[2 * i], y = path.xy[2 * i + 1];
            double f = crs__plot_field_at(&s.field, x, y);
            CHECK(&s, fabs(f - 0.4) < 1e-12 || (is_on_border(&s.field, x, y) && f > 0.4));
        }
        crs__plot_path_release(&path);
    }
}

/* ---- lines ------------------------------------------------------------------------------ */

static void test_line__lies_on_the_level_and_ends_at_the_border(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        sample s;
        crs__plot_path path = {0};
        sample_fill(&s, seed, 0);
        assert_int_equal(crs__plot_contour_line(&s.field, 0.5, &path), CRS_OK);
        for (size_t i = 0; i < path.n_points; i++)
            CHECK(&s, fabs(crs__plot_field_at(&s.field, path.xy[2 * i], path.xy[2 * i + 1]) - 0.5) <
                          1e-12);
        for (size_t part = 0; part < path.n_parts; part++) {
            const double *first = &path.xy[2 * path.start[part]];
            const double *last = &path.xy[2 * (crs__plot_path_end(&path, part) - 1)];
            CHECK(&s, path.closed[part] || (is_on_border(&s.field, first[0], first[1]) &&
                                            is_on_border(&s.field, last[0], last[1])));
        }
        crs__plot_path_release(&path);
    }
}

/* High on one diagonal, low on the other: the centre's mean decides, here for the high ones. */
static void test_line__reads_a_saddle_one_way(void **state)
{
    static const double values[] = {1, 0, 0, 0.9};
    crs_plot_field field = {.nx = 2, .ny = 2, .values = values, .x_max = 1, .y_max = 1};
    crs__plot_path path = {0};
    (void)state;
    assert_int_equal(crs__plot_contour_line(&field, 0.45, &path), CRS_OK);
    assert_int_equal(path.n_parts, 2);
    crs__plot_path_clear(&path);
    /* 0.475 at the centre: above the level, so both high corners are one region */
    assert_int_equal(crs__plot_contour_region(&field, 0.45, &path), CRS_OK);
    assert_int_equal(path.n_parts, 1);
    crs__plot_path_clear(&path);
    assert_int_equal(crs__plot_contour_region(&field, 0.5, &path), CRS_OK);
    assert_int_equal(path.n_parts, 2);
    crs__plot_path_release(&path);
}

static void test_line__is_straight_for_a_plane(void **state)
{
    double values[25];
    crs_plot_field field = {.nx = 5, .ny = 5, .values = values, .x_max = 4, .y_max = 4};
    crs__plot_path path = {0};
    (void)state;
    for (int i = 0; i < 25; i++)
        values[i] = i % 5;
    assert_int_equal(crs__plot_contour_line(&field, 1.25, &path), CRS_OK);
    assert_int_equal(crs__plot_path_simplify(&path, 1e-9), CRS_OK);
    assert_int_equal(path.n_parts, 1);
    assert_int_equal(path.n_points, 2);
    assert_true(path.xy[0] == 1.25 && path.xy[2] == 1.25);
    assert_true(fabs(path.xy[1] - path.xy[3]) == 4);
    crs__plot_path_release(&path);
}

/* ---- the odd ones ------------------------------------------------------------------------- */

static void test_line__constant_fields_have_none(void **state)
{
    static const double constant[] = {0, 0.5, 1};
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        double values[16];
        crs_plot_field field = {.nx = 4, .ny = 4, .values = values, .x_max = 1, .y_max = 1};
        crs__plot_path path = {0};
        for (int i = 0; i < 16; i++)
            values[i] = constant[k];
        assert_int_equal(crs__plot_contour_line(&field, 0.5, &path), CRS_OK);
        assert_int_equal(path.n_parts, 0);
        crs__plot_path_release(&path);
    }
}

static void test_region__one_node_fills_the_window(void **state)
{
    static const double value = 0.7;
    crs_plot_field field = {.nx = 1, .ny = 1, .values = &value, .x_max = 2, .y_max = 3};
    crs__plot_path path = {0};
    (void)state;
    assert_int_equal(crs__plot_contour_region(&field, 0.5, &path), CRS_OK);
    assert_true(path_area(&path) == 6);
    crs__plot_path_clear(&path);
    assert_int_equal(crs__plot_contour_region(&field, 0.8, &path), CRS_OK);
    assert_int_equal(path.n_parts, 0);
    crs__plot_path_release(&path);
}

static void test_region__is_empty_without_finite_cells(void **state)
{
    static const double values[] = {NAN, 1, 2, INFINITY};
    crs_plot_field field = {.nx = 2, .ny = 2, .values = values, .x_max = 1, .y_max = 1};
    crs_plot_field none = {0};
    crs__plot_path path = {0};
    (void)state;
    assert_int_equal(crs__plot_contour_region(&field, -INFINITY, &path), CRS_OK);
    assert_int_equal(crs__plot_contour_region(&none, -INFINITY, &path), CRS_OK);
    assert_int_equal(crs__plot_contour_line(&field, 0.5, &path), CRS_OK);
    assert_int_equal(path.n_parts, 0);
    crs__plot_path_release(&path);
}

static void test_line__huge_values_do_not_overflow(void **state)
{
    static const double values[] = {-1.7e308, 1.7e308, -1.7e308, 1.7e308};
    crs_plot_field field = {.nx = 2, .ny = 2, .values = values, .x_max = 1, .y_max = 1};
    crs__plot_path path = {0};
    (void)state;
    assert_int_equal(crs__plot_contour_line(&field, 0, &path), CRS_OK);
    for (size_t i = 0; i < path.n_points; i++)
        assert_true(path.xy[2 * i] == 0.5);
    assert_true(path.n_points > 0);
    crs__plot_path_release(&path);
}

static void test_field_at__agrees_with_nodes_edges_and_centres(void **state)
{
    static const double values[] = {0, 1, 4, 2, 8, 16};
    crs_plot_field field = {.nx = 3, .ny = 2, .values = values, .x_max = 2, .y_max = 1};
    (void)state;
    for (int i = 0; i < 6; i++)
        assert_true(crs__plot_field_at(&field, i % 3, i / 3) == values[i]);
    assert_true(crs__plot_field_at(&field, 0.25, 0) == 0.25);
    assert_true(crs__plot_field_at(&field, 1, 0.5) == 4.5);
    assert_true(crs__plot_field_at(&field, 0.5, 0.5) == 2.75);
    assert_true(isnan(crs__plot_field_at(&field, 2.01, 0)));
    assert_true(isnan(crs__plot_field_at(&field, NAN, 0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_region__has_the_exact_area),
        cmocka_unit_test(test_region__bands_fill_the_window),
        cmocka_unit_test(test_region__turns_on_the_level_or_on_the_border),
        cmocka_unit_test(test_line__lies_on_the_level_and_ends_at_the_border),
        cmocka_unit_test(test_line__reads_a_saddle_one_way),
        cmocka_unit_test(test_line__is_straight_for_a_plane),
        cmocka_unit_test(test_line__constant_fields_have_none),
        cmocka_unit_test(test_region__one_node_fills_the_window),
        cmocka_unit_test(test_region__is_empty_without_finite_cells),
        cmocka_unit_test(test_line__huge_values_do_not_overflow),
        cmocka_unit_test(test_field_at__agrees_with_nodes_edges_and_centres),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
