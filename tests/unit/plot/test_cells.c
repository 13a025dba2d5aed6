/* Heat maps: each cell in the colour of its band, once, where it belongs; rows from the top. */
#include "unit/plot/fixture.h"

#include "plot/cells.h"
#include "plot/contour.h"
#include "plot/figure.h"
#include "plot/palette.h"

#define NX 7
#define NY 5

static double cell_values[NX * NY];
static const double levels[3] = {-0.5, 0, 0.5};

static crs_plot_field make_field(uint64_t seed)
{
    crs_plot_field field = {.nx = NX,
                            .ny = NY,
                            .values = cell_values,
                            .x_min = -0.5,
                            .x_max = NX - 0.5,
                            .y_min = -0.5,
                            .y_max = NY - 0.5,
                            .cells = 1,
                            .n_levels = 3,
                            .levels = levels};
    uint64_t state = seed;
    for (size_t i = 0; i < NX * NY; i++) {
        cell_values[i] = 2 * random_unit(&state) - 1;
        if (random_bits(&state) % 8 == 0)
            cell_values[i] = random_bits(&state) % 2 ? NAN : INFINITY;
    }
    return field;
}

/* How many rectangles of a path hold the point. */
static size_t count_around(const crs__plot_path *path, double x, double y)
{
    size_t n = 0;
    for (size_t i = 0; i < path->n_parts; i++) {
        double x_min = INFINITY, x_max = -INFINITY, y_min = INFINITY, y_max = -INFINITY;
        for (size_t k = path->start[i]; k < crs__plot_path_end(path, i); k++) {
            x_min = fmin(x_min, path->xy[2 * k]);
            x_max = fmax(x_max, path->xy[2 * k]);
            y_min = fmin(y_min, path->xy[2 * k + 1]);
            y_max = fmax(y_max, path->xy[2 * k + 1]);
        }
        n += x > x_min && x < x_max && y > y_min && y < y_max;
    }
    return n;
}

static void test_cells__each_in_its_band_alone(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        crs_plot_field field = make_field(seed);
        for (size_t band = 0; band <= 3; band++) {
            crs__plot_path path = {0};
            assert_int_equal(crs__plot_cells_of_band(&field, band, &path), CRS_OK);
            for (size_t i = 0; i < NX * NY; i++) {
                double value = cell_values[i];
                size_t wanted = isfinite(value) && crs__plot_band_of(&field, value) == band;
                if (count_around(&path, (double)(i % NX), (double)(i / NX)) != wanted)
                    fail_msg("seed %llu: cell %zu, band %zu", (unsigned long long)seed, i, band);
            }
            crs__plot_path_release(&path);
        }
    }
}

/* Neighbours of one colour are one rectangle. */
static void test_cells__runs_are_one(void **state)
{
    crs_plot_field field = make_field(1);
    crs__plot_path path = {0};
    (void)state;
    for (size_t i = 0; i < NX * NY; i++)
        cell_values[i] = 1;
    assert_int_equal(crs__plot_cells_of_band(&field, 3, &path), CRS_OK);
    assert_int_equal(path.n_parts, NY);
    crs__plot_path_release(&path);
}

static void test_cells__value_at_a_point(void **state)
{
    crs_plot_field field = make_field(2);
    (void)state;
    for (size_t i = 0; i < NX * NY; i++) {
        double x = (double)(i % NX), y = (double)(i / NX);
        for (int k = -1; k <= 1; k++) {
            double value = crs__plot_field_at(&field, x + 0.49 * k, y - 0.49 * k);
            assert_memory_equal(&value, &cell_values[i], sizeof value);
        }
    }
    assert_true(isnan(crs__plot_field_at(&field, NX - 0.4, 0)));
    (void)crs__plot_field_at(&field, field.x_max, field.y_max); /* the border is inside */
}

/* ---- as part of a figure ------------------------------------------------------------- */

static crs_plot_axes axes = {.x_label = "column", .y_label = "row", .y_down = 1};
static crs_plot_panel panel = {.axes = &axes, .title = "dW1"};
static crs_plot_figure figure = {.n_panels = 1, .panels = &panel};

static void test_cells__rows_from_the_top(void **state)
{
    crs_plot_field field = make_field(3);
    crs__plot_limits limits;
    double u, v;
    (void)state;
    panel.fill = &field;
    assert_int_equal(crs__plot_limits_of(&figure, 0, NULL, &limits), CRS_OK);
    assert_int_equal(crs__plot_place(&limits, -0.5, -0.5, &u, &v), 1);
    assert_true(u == 0 && v == 1);
    axes.y_down = 0;
    assert_int_equal(crs__plot_limits_of(&figure, 0, NULL, &limits), CRS_OK);
    assert_int_equal(crs__plot_place(&limits, -0.5, -0.5, &u, &v), 1);
    assert_true(u == 0 && v == 0);
    axes.y_down = 1;
}

/* The first row is told apart from the last on a terminal of characters. */
static void test_cells__on_a_terminal(void **state)
{
    crs_plot_field field = make_field(4);
    crs_term_options options = {.mode = CRS_TERM_PLAIN, .ascii = 1, .columns = 40, .rows = 5};
    buffer b = {0};
    crs_sink sink = {buffer_write, &b};
    crs_error err;
    const char *first, *last;
    (void)state;
    panel.fill = &field;
    for (size_t i = 0; i < NX * NY; i++)
        cell_values[i] = i < NX ? 1 : i >= NX * (NY - 1) ? NAN : -1;
    assert_int_equal(crs_plot_terminal(&figure, &options, &sink, &err), CRS_OK);
    first = strchr(b.bytes, '#');
    last = strchr(b.bytes, '.');
    assert_non_null(first);
    assert_non_null(last);
    assert_true(first < last);
    assert_null(strchr(b.bytes, '+')); /* no boundary between cells */
    free(b.bytes);
}

static void test_cells__in_a_file(void **state)
{
    crs_plot_field field = make_field(5);
    buffer b = {0}, again = {0};
    crs_sink sink = {buffer_write, &b}, sink_again = {buffer_write, &again};
    crs_error err;
    (void)state;
    panel.fill = &field;
    assert_int_equal(crs_plot_write(&figure, CRS_PLOT_SVG, &sink, &err), CRS_OK);
    assert_int_equal(crs_plot_write(&figure, CRS_PLOT_SVG, &sink_again, &err), CRS_OK);
    assert_string_equal(b.bytes, again.bytes);
    assert_null(strstr(b.bytes, "0.5<")); /* no cell has such a number */
    free(again.bytes);
    free(b.bytes);
}

static void test_cells__have_no_contours(void **state)
{
    crs_plot_field field = make_field(6);
    crs_plot_contour contour = {.field = &field, .level = 0};
    crs_plot_panel bad = panel;
    crs_plot_figure with = {.n_panels = 1, .panels = &bad};
    crs_error err;
    double width, height;
    (void)state;
    bad.fill = &field;
    bad.n_contours = 1;
    bad.contours = &contour;
    assert_int_equal(crs_plot_size(&with, &err, &width, &height), CRS_EINVAL);
    assert_string_equal(err.text, "contour 0 is of a field of cells");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells__each_in_its_band_alone),
        cmocka_unit_test(test_cells__runs_are_one),
        cmocka_unit_test(test_cells__value_at_a_point),
        cmocka_unit_test(test_cells__rows_from_the_top),
        cmocka_unit_test(test_cells__on_a_terminal),
        cmocka_unit_test(test_cells__in_a_file),
        cmocka_unit_test(test_cells__have_no_contours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
