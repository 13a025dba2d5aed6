#include "unit/plot/fixture.h"

static void draw(const crs_plot_figure *figure, const crs_term_options *options, buffer *out)
{
    crs_sink sink = buffer_sink(out);
    crs_error err = {0};
    if (crs_plot_terminal(figure, options, &sink, &err) != CRS_OK)
        fail_msg("%s", err.text);
}

/* A figure with the field 0.1 at the left and 0.8 at the right, its boundary and three points. */
typedef struct slope {
    double values[2];
    double xy[6];
    int label[3];
    unsigned char wrong[3];
    crs_plot_field field;
    crs_plot_contour boundary;
    crs_plot_points points;
    crs_plot_panel panel;
    crs_plot_figure figure;
} slope;

static void slope_init(slope *s)
{
    static const slope empty;
    *s = empty;
    s->values[0] = 0.1;
    s->values[1] = 0.8;
    s->field.nx = 2;
    s->field.ny = 1;
    s->field.values = s->values;
    s->field.x_max = s->field.y_max = 6;
    s->boundary.field = &s->field;
    s->boundary.level = 0.5;
    s->panel.fill = &s->field;
    s->panel.n_contours = 1;
    s->panel.contours = &s->boundary;
    s->figure.n_panels = 1;
    s->figure.panels = &s->panel;
}

/* Column 0 right, column 1 wrong in the lower row; column 5 right. */
static void slope_add_points(slope *s)
{
    static const double xy[6] = {0.5, 5.9, 1.5, 0.1, 5.5, 3.1};
    memcpy(s->xy, xy, sizeof xy);
    s->label[1] = s->label[2] = 1;
    s->wrong[1] = 1;
    s->points.n = 3;
    s->points.xy = s->xy;
    s->points.label = s->label;
    s->points.wrong = s->wrong;
    s->panel.points = &s->points;
}

static void check(const slope *s, crs_term_mode mode, int ascii, const char *expected)
{
    crs_term_options options = {mode, ascii, 20, 3};
    buffer b = {0};
    draw(&s->figure, &options, &b);
    assert_string_equal(b.bytes, expected);
    buffer_release(&b);
}

/* Three rows make a picture six columns wide; the field is 0.1 + 0.7 x / 6, 0.5 at x = 3.43. */
static void test_picture__ascii(void **state)
{
    slope s;
    (void)state;
    slope_init(&s);
    check(&s, CRS_TERM_PLAIN, 1, "..+###\n..+###\n..+###\n\n");
    slope_add_points(&s);
    check(&s, CRS_TERM_PLAIN, 1,
          "o.+###\n..+##x\n.X+###\n\no class 0\nx class 1\nOX misclassified\n");
}

static void test_picture__plain(void **state)
{
    slope s;
    (void)state;
    slope_init(&s);
    slope_add_points(&s);
    s.boundary.name = "p = 0.5";
    check(&s, CRS_TERM_PLAIN, 0,
          "o\u00B7\u2588\u2592\u2592\u2592\n\u00B7\u00B7\u2588\u2592\u2592x\n"
          "\u00B7X\u2588\u2592\u2592\u2592\n\no class 0\nx class 1\nOX misclassified\n"
          "\u2588 p = 0.5\n");
}

/* In ASCII the mode's colours are left out too. */
static void test_picture__ascii_has_no_colour(void **state)
{
    slope s;
    (void)state;
    slope_init(&s);
    check(&s, CRS_TERM_TRUECOLOR, 1, "..+###\n..+###\n..+###\n\n");
}

/*
 * Colours by hand from the seven of 256 colours: bands 3, 5, (boundary), 10, 12, 14 of
 * 0 to 19 are colours 1, 2, -, 3, 4, 4 of 0 to 6; 235 is the grey next to the ink.
 */
static void test_picture__256_colours(void **state)
{
#define ROW                                                          \
    "\x1b[0;38;5;110;48;5;110m\u2580\x1b[0;38;5;153;48;5;153m\u2580" \
    "\x1b[0;38;5;235;48;5;235m\u2580\x1b[0;38;5;255;48;5;255m\u2580" \
    "\x1b[0;38;5;223;48;5;223m\u2580\u2580\x1b[0m\n"
    slope s;
    (void)state;
    slope_init(&s);
    check(&s, CRS_TERM_256, 0, ROW ROW ROW "\n");
#undef ROW
}

/*
 * 0.17 is in band 3 of 0 to 19: 3/19 of the way over four stretches is 0.632 of the first,
 * from 7FB0DC to B9D5EE: 127 + 0.632 * 58, 176 + 0.632 * 37, 220 + 0.632 * 18.
 */
static void test_picture__24_bit_colours(void **state)
{
#define ROW "\x1b[0;38;2;164;199;231;48;2;164;199;231m\u2580\u2580\u2580\u2580\u2580\u2580\x1b[0m\n"
    slope s;
    (void)state;
    slope_init(&s);
    s.values[0] = s.values[1] = 0.17;
    check(&s, CRS_TERM_TRUECOLOR, 0, ROW ROW ROW "\n");
#undef ROW
}

/* A hole in the field is left blank, and so is what lies behind the last block of a row. */
static void test_picture__holes_are_blank(void **state)
{
    double values[4] = {0.2, 0.2, NAN, 0.2};
    slope s;
    (void)state;
    slope_init(&s);
    s.field.nx = 4;
    s.field.values = values;
    check(&s, CRS_TERM_PLAIN, 1, "..\n..\n..\n\n");
}

static void test_titles__are_wrapped_marked_and_harmless(void **state)
{
    slope s;
    (void)state;
    slope_init(&s);
    s.panel.title = "A\x1b[2J";
    s.panel.subtitle[0] = "\u03C3 ok";
    s.panel.mark = CRS_PLOT_MARK_BAD;
    check(&s, CRS_TERM_PLAIN, 0,
          "\u2717 A\n  [2J\n\u03C3 ok\n\u00B7\u00B7\u2588\u2592\u2592\u2592\n"
          "\u00B7\u00B7\u2588\u2592\u2592\u2592\n\u00B7\u00B7\u2588\u2592\u2592\u2592\n\n");
}

static void test_panels__stand_side_by_side_while_they_fit(void **state)
{
    slope s;
    crs_plot_panel panels[3];
    crs_plot_figure figure = {.n_panels = 3, .panels = panels};
    crs_term_options options = {CRS_TERM_PLAIN, 1, 20, 3};
    buffer b = {0};
    (void)state;
    slope_init(&s);
    for (size_t i = 0; i < 3; i++) {
        panels[i] = s.panel;
        panels[i].col = i;
        panels[i].title = i == 0 ? "one" : i == 1 ? "two words" : "three";
    }
    panels[2].subtitle[0] = "sub";
    draw(&figure, &options, &b);
    assert_string_equal(b.bytes, "         two\none      words\n"
                                 "..+###   ..+###\n..+###   ..+###\n..+###   ..+###\n\n"
                                 "three\nsub\n..+###\n..+###\n..+###\n\n");
    buffer_release(&b);
}

/* ---- charts ------------------------------------------------------------------------ */

/*
 * a and c rise from 0 to 4 in five rows of numbers, b lies at 2 (the middle row) and
 * is drawn over them; their signs o and + take turns. Checked by eye.
 */
static void test_chart__ascii(void **state)
{
    static const double x[] = {0, 1, 2, 3, 4}, up[] = {0, 1, 2, 3, 4}, flat[] = {2, 2, 2, 2, 2};
    crs_plot_curve curve[3] = {{.name = "a", .n = 5, .x = x, .y = up},
                               {.name = "b > 0", .n = 5, .x = x, .y = flat},
                               {.name = "c", .n = 5, .x = x, .y = up}};
    crs_plot_axes axes = {.x_max = 4, .y_max = 4};
    crs_plot_panel panel = {.axes = &axes, .title = "t", .n_curves = 3, .curves = curve};
    crs_plot_figure figure = {.n_panels = 1, .panels = &panel};
    crs_term_options options = {CRS_TERM_PLAIN, 1, 20, 6};
    buffer b = {0};
    (void)state;
    draw(&figure, &options, &b);
    assert_string_equal(b.bytes, "t\n"
                                 "4 +              oo+\n"
                                 "  |          oooo\n"
                                 "2 +xxxxxxxxxxxxxxxxx\n"
                                 "  |   o+oo\n"
                                 "0 +oooo\n"
                                 "   0       2       4\n"
                                 "o + a, c (identical)\n"
                                 "x b > 0\n\n");
    buffer_release(&b);
}

/* A line along the lower edge: the lowest two of each cell's eight dots, U+28C0. */
static void test_chart__braille(void **state)
{
    static const double x[] = {0, 1}, y[] = {0, 0};
    crs_plot_curve curve = {.n = 2, .x = x, .y = y};
    crs_plot_axes axes = {.x_max = 1, .y_max = 1};
    crs_plot_panel panel = {.axes = &axes, .n_curves = 1, .curves = &curve};
    crs_plot_figure figure = {.n_panels = 1, .panels = &panel};
    crs_term_options options = {CRS_TERM_PLAIN, 0, 20, 3};
    buffer b = {0};
    (void)state;
    draw(&figure, &options, &b);
    assert_string_equal(b.bytes, "  1 \u2524\n"
                                 "  0 \u2524\u25CF\u28C0\u28C0\u28C0\u28C0\u28C0\u28C0\u28C0"
                                 "\u28C0\u28C0\u28C0\u28C0\u28C0\u28C0\u25CF\n"
                                 "     0     0.5     1\n\n");
    buffer_release(&b);
}

static void test_flower__fits_the_terminal(void **state)
{
    flower *f = flower_create();
    (void)state;
    for (size_t columns = 20; columns <= 200; columns += 9) {
        crs_term_options options = {CRS_TERM_PLAIN, 1, columns, 9};
        buffer b = {0};
        size_t line = 0;
        draw(&f->figure, &options, &b);
        for (size_t i = 0; i < b.n; i++) {
            line = b.bytes[i] == '\n' ? 0 : line + 1;
            assert_true(line <= columns);
            assert_true(b.bytes[i] == '\n' || (b.bytes[i] >= ' ' && b.bytes[i] <= '~'));
        }
        assert_true(b.bytes[b.n - 1] == '\n');
        buffer_release(&b);
    }
    free(f);
}

static void test_terminal__refuses_sizes_in_words(void **state)
{
    static const crs_term_options bad[] = {{CRS_TERM_PLAIN, 0, 19, 5},
                                           {CRS_TERM_PLAIN, 0, 1001, 5},
                                           {CRS_TERM_PLAIN, 0, 80, 2},
                                           {CRS_TERM_PLAIN, 0, 80, 1001},
                                           {(crs_term_mode)7, 0, 80, 10}};
    slope s;
    (void)state;
    slope_init(&s);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        buffer b = {0};
        crs_sink sink = buffer_sink(&b);
        crs_error err = {0};
        assert_int_equal(crs_plot_terminal(&s.figure, &bad[i], &sink, &err), CRS_EINVAL);
        assert_true(strlen(err.text) > 10);
        assert_int_equal(b.n, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_picture__ascii),
        cmocka_unit_test(test_picture__plain),
        cmocka_unit_test(test_picture__ascii_has_no_colour),
        cmocka_unit_test(test_picture__256_colours),
        cmocka_unit_test(test_picture__24_bit_colours),
        cmocka_unit_test(test_picture__holes_are_blank),
        cmocka_unit_test(test_titles__are_wrapped_marked_and_harmless),
        cmocka_unit_test(test_panels__stand_side_by_side_while_they_fit),
        cmocka_unit_test(test_chart__ascii),
        cmocka_unit_test(test_chart__braille),
        cmocka_unit_test(test_flower__fits_the_terminal),
        cmocka_unit_test(test_terminal__refuses_sizes_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
