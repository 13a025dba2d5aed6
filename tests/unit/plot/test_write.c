#include "unit/plot/fixture.h"

#include "core/memory.h"

/* ---- what is refused, in words ------------------------------------------------------ */

typedef struct bare {
    double values[4];
    crs_plot_field field;
    crs_plot_contour contour;
    crs_plot_points points;
    crs_plot_curve curve;
    crs_plot_axes axes;
    crs_plot_panel panel[2];
    crs_plot_figure figure;
} bare;

static void bare_init(bare *b)
{
    static const bare empty;
    *b = empty;
    b->values[1] = b->values[2] = 1;
    b->field.nx = b->field.ny = 2;
    b->field.values = b->values;
    b->field.x_max = b->field.y_max = 1;
    b->contour.field = &b->field;
    b->contour.level = 0.5;
    b->panel[0].axes = &b->axes;
    b->panel[0].fill = &b->field;
    b->panel[0].n_contours = 1;
    b->panel[0].contours = &b->contour;
    b->panel[0].points = &b->points;
    b->panel[0].n_curves = 1;
    b->panel[0].curves = &b->curve;
    b->panel[1].col = 1;
    b->figure.n_panels = 2;
    b->figure.panels = b->panel;
}

/* Both doors refuse alike and before anything is written. */
static void check_refused(const bare *b, const char *word)
{
    crs_term_options options = {CRS_TERM_PLAIN, 0, 80, 5};
    buffer out = {0};
    crs_sink sink = buffer_sink(&out);
    crs_error err = {0};
    double width = 1, height = 1;
    assert_int_equal(crs_plot_write(&b->figure, CRS_PLOT_SVG, &sink, &err), CRS_EINVAL);
    assert_int_equal(err.status, CRS_EINVAL);
    if (strstr(err.text, word) == NULL || strchr(err.text, '\n') != NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.text, word);
    assert_int_equal(crs_plot_terminal(&b->figure, &options, &sink, &err), CRS_EINVAL);
    assert_int_equal(crs_plot_size(&b->figure, NULL, &width, &height), CRS_EINVAL);
    assert_true(width == 0 && height == 0);
    assert_int_equal(out.n, 0);
}

static void test_check__field(void **state)
{
    static const double falling[] = {0.5, 0.2};
    bare b;
    (void)state;
    bare_init(&b);
    b.field.x_max = 0;
    check_refused(&b, "limit");
    b.field.x_max = -1;
    check_refused(&b, "below");
    b.field.x_max = NAN;
    check_refused(&b, "not finite");
    bare_init(&b);
    b.field.y_min = -1e308;
    b.field.y_max = 1e308;
    check_refused(&b, "too wide");
    bare_init(&b);
    b.field.y_min = 1;
    b.field.y_max = 1 + 1e-15;
    check_refused(&b, "narrow");
    bare_init(&b);
    b.field.values = NULL;
    check_refused(&b, "values");
    bare_init(&b);
    b.field.nx = (size_t)1 << 40;
    b.field.ny = (size_t)1 << 40;
    check_refused(&b, "at most");
    bare_init(&b);
    b.field.n_levels = 2;
    b.field.levels = falling;
    check_refused(&b, "rise");
    b.field.levels = NULL;
    check_refused(&b, "levels");
}

static void test_check__axes(void **state)
{
    bare b;
    (void)state;
    bare_init(&b);
    b.axes.x_min = 3;
    b.axes.x_max = 2;
    check_refused(&b, "x axis: the lower limit 3");
    bare_init(&b);
    b.axes.y_max = INFINITY;
    check_refused(&b, "y axis");
    bare_init(&b);
    b.axes.log_y = 1;
    b.axes.y_max = 1;
    check_refused(&b, "logarithmic");
    bare_init(&b);
    b.axes.log_y = 1;
    check_refused(&b, "logarithmic"); /* the field reaches 0 */
}

static void test_check__content(void **state)
{
    static const int below[] = {0, -1};
    static const double xy[] = {0, 0, 1, 1};
    bare b;
    (void)state;
    bare_init(&b);
    b.contour.level = NAN;
    check_refused(&b, "contour 0");
    b.contour.level = 0;
    b.contour.field = NULL;
    check_refused(&b, "contour 0");
    bare_init(&b);
    b.points.n = 2;
    check_refused(&b, "points");
    b.points.xy = xy;
    b.points.label = below;
    check_refused(&b, "class -1");
    bare_init(&b);
    b.curve.n = 1;
    check_refused(&b, "curve");
    bare_init(&b);
    b.panel[0].n_creases = 1;
    check_refused(&b, "creases");
    bare_init(&b);
    b.panel[0].curves = NULL;
    check_refused(&b, "curves");
}

static void test_check__figure(void **state)
{
    bare b;
    (void)state;
    bare_init(&b);
    b.figure.n_panels = 0;
    check_refused(&b, "panel");
    bare_init(&b);
    b.panel[0].col_span = 2;
    check_refused(&b, "column 1");
    bare_init(&b);
    b.panel[1].row = 64;
    check_refused(&b, "grid");
    bare_init(&b);
    b.panel[1].col_span = SIZE_MAX;
    check_refused(&b, "grid");
    bare_init(&b);
    b.panel[0].height = -1;
    check_refused(&b, "height");
    bare_init(&b);
    b.figure.column_width = NAN;
    check_refused(&b, "wide");
    bare_init(&b);
    b.figure.id_prefix = "a\"b";
    check_refused(&b, "id");
}

/* ---- what is drawn all the same ---------------------------------------------------------- */

static void draw_everywhere(const crs_plot_figure *figure)
{
    static const crs_plot_format format[] = {CRS_PLOT_SVG, CRS_PLOT_PNG, CRS_PLOT_PDF};
    static const crs_term_options options[] = {{CRS_TERM_PLAIN, 1, 40, 5},
                                               {CRS_TERM_TRUECOLOR, 0, 80, 0}};
    crs_error err = {0};
    buffer out = {0};
    crs_sink sink = buffer_sink(&out);
    for (size_t i = 0; i < 3; i++)
        if (crs_plot_can_write(format[i]) &&
            crs_plot_write(figure, format[i], &sink, &err) != CRS_OK)
            fail_msg("format %zu: %s", i, err.text);
    for (size_t i = 0; i < 2; i++)
        if (crs_plot_terminal(figure, &options[i], &sink, &err) != CRS_OK)
            fail_msg("terminal %zu: %s", i, err.text);
    buffer_release(&out);
}

static void test_draw__empty_panels_and_single_things(void **state)
{
    static const double one[] = {2.5}, nothing[] = {NAN};
    crs_plot_field empty = {0};
    crs_plot_field single = {.nx = 1, .ny = 1, .values = one, .x_max = 1, .y_max = 1};
    crs_plot_field hole = {.nx = 1, .ny = 1, .values = nothing, .x_max = 1, .y_max = 1};
    crs_plot_points point = {.n = 1, .xy = (const double[]){3, 4}};
    crs_plot_points none = {0};
    crs_plot_curve dot = {.name = "one", .n = 1, .x = one, .y = one};
    crs_plot_curve gap = {.name = "none", .n = 1, .x = nothing, .y = one};
    crs_plot_axes log_axes = {.log_y = 1};
    crs_plot_panel panel[] = {
        {.col = 0},
        {.col = 1, .fill = &empty},
        {.col = 2, .fill = &single, .points = &none},
        {.col = 3, .fill = &hole},
        {.col = 4, .points = &point},
        {.row = 1, .col = 0, .n_curves = 1, .curves = &dot},
        {.row = 1, .col = 1, .n_curves = 1, .curves = &gap},
        {.row = 1, .col = 2, .n_curves = 1, .curves = &dot, .axes = &log_axes},
        {.row = 1, .col = 3, .n_curves = 1, .curves = &gap, .axes = &log_axes},
    };
    crs_plot_figure figure = {.n_panels = sizeof panel / sizeof *panel, .panels = panel};
    (void)state;
    draw_everywhere(&figure);
}

/* A step with its kink, as in a picture of g': gap, open and filled dot, heavy line. */
static void test_draw__step_with_dots_on_log_and_linear_axes(void **state)
{
    static const double x[] = {-1, 0, 0, 0, 1}, y[] = {0.1, 0.1, NAN, 1, 1},
                        zero[] = {0, 0, 0, 0, 0};
    crs_plot_curve curve[] = {{.name = "g'", .n = 5, .x = x, .y = y, .heavy = 1},
                              {.name = "zero", .n = 5, .x = x, .y = zero, .style = 99}};
    crs_plot_dot dot[] = {{.x = 0, .y = 0.1, .open = 1}, {.x = 0, .y = 1, .style = 2}};
    crs_plot_axes axes[2] = {{.y_label = "linear"}, {.y_label = "log", .log_y = 1}};
    crs_plot_panel panel[2] = {
        {.axes = &axes[0], .n_curves = 2, .curves = curve, .n_dots = 2, .dots = dot},
        {.col = 1, .axes = &axes[1], .n_curves = 2, .curves = curve, .n_dots = 2, .dots = dot}};
    crs_plot_figure figure = {.n_panels = 2, .panels = panel};
    (void)state;
    draw_everywhere(&figure);
}

/* Axes that two panels share are labelled once. */
static size_t count(const char *text, const char *part)
{
    size_t n = 0;
    for (; (text = strstr(text, part)) != NULL; text++)
        n++;
    return n;
}

static void test_draw__shared_axes_are_labelled_once(void **state)
{
    bare b;
    buffer out = {0};
    crs_sink sink = buffer_sink(&out);
    (void)state;
    bare_init(&b);
    b.axes.x_label = "across";
    b.axes.y_label = "upward";
    b.panel[1] = b.panel[0];
    b.panel[1].col = 1;
    assert_int_equal(crs_plot_write(&b.figure, CRS_PLOT_SVG, &sink, NULL), CRS_OK);
    assert_int_equal(count(out.bytes, ">upward<"), 1);
    assert_int_equal(count(out.bytes, ">across<"), 2);
    out.n = 0;
    b.panel[1].col = 0;
    b.panel[1].row = 1;
    assert_int_equal(crs_plot_write(&b.figure, CRS_PLOT_SVG, &sink, NULL), CRS_OK);
    assert_int_equal(count(out.bytes, ">upward<"), 2);
    assert_int_equal(count(out.bytes, ">across<"), 1);
    buffer_release(&out);
}

/* ---- what fails on the way --------------------------------------------------------------- */

static crs_status write_one(const crs_plot_figure *figure, int way, const crs_sink *sink,
                            crs_error *err)
{
    static const crs_term_options options = {CRS_TERM_TRUECOLOR, 0, 100, 6};
    if (way < 3)
        return crs_plot_write(figure, (crs_plot_format)way, sink, err);
    return crs_plot_terminal(figure, &options, sink, err);
}

static int is_built(int way)
{
    return way == 3 || crs_plot_can_write((crs_plot_format)way);
}

/* Everything that is there stays, but less of it: these figures are drawn hundreds of times. */
static void flower_shrink(flower *f)
{
    f->figure.png_scale = 0.1;
    for (int k = 0; k < FLOWER_PANELS; k++) {
        f->field[k].nx = f->field[k].ny = 8;
        f->field[k].n_levels = 1;
        f->field[k].levels = &f->boundary[k].level;
        f->points[k].n = 3;
    }
}

static void test_write__passes_on_what_the_sink_says(void **state)
{
    flower *f = flower_create();
    (void)state;
    flower_shrink(f);
    for (int way = 0; way < 4; way++) {
        size_t writes, step;
        buffer whole = {0};
        crs_sink sink = buffer_sink(&whole);
        crs_error err = {0};
        if (!is_built(way))
            continue;
        assert_int_equal(write_one(&f->figure, way, &sink, &err), CRS_OK);
        writes = whole.n_writes;
        step = 1 + writes / 10;
        for (size_t n = 1; n <= writes; n += step) {
            buffer part = {.fail_from = n};
            crs_sink failing = buffer_sink(&part);
            assert_int_equal(write_one(&f->figure, way, &failing, &err), CRS_EIO);
            assert_int_equal(err.status, CRS_EIO);
            assert_true(strlen(err.text) > 0);
            /* not asked again once it has failed, and what came before is the same */
            assert_int_equal(part.n_writes, n);
            assert_memory_equal(part.bytes != NULL ? part.bytes : "", whole.bytes, part.n);
            buffer_release(&part);
        }
        buffer_release(&whole);
    }
    free(f);
}

static void test_write__survives_each_failing_allocation(void **state)
{
    flower *f = flower_create();
    (void)state;
    flower_shrink(f);
    for (int way = 0; way < 4; way++) {
        crs_status status = CRS_ENOMEM;
        size_t n;
        if (!is_built(way))
            continue;
        for (n = 1; status != CRS_OK; n++) {
            buffer out = {0};
            crs_sink sink = buffer_sink(&out);
            crs_error err = {0};
            crs__alloc_fail_at(n);
            status = write_one(&f->figure, way, &sink, &err);
            crs__alloc_fail_at(0);
            buffer_release(&out);
            if (status != CRS_OK) {
                assert_int_equal(status, CRS_ENOMEM);
                assert_int_equal(err.status, CRS_ENOMEM);
                assert_true(strlen(err.text) > 0);
            }
        }
        print_message("way %d: %zu allocations\n", way, n - 2);
        assert_true(n > 10);
    }
    free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check__field),
        cmocka_unit_test(test_check__axes),
        cmocka_unit_test(test_check__content),
        cmocka_unit_test(test_check__figure),
        cmocka_unit_test(test_draw__empty_panels_and_single_things),
        cmocka_unit_test(test_draw__step_with_dots_on_log_and_linear_axes),
        cmocka_unit_test(test_draw__shared_axes_are_labelled_once),
        cmocka_unit_test(test_write__passes_on_what_the_sink_says),
        cmocka_unit_test(test_write__survives_each_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
