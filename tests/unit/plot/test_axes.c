/* Names in place of numbers beside a heat map, and texts on its cells. */
#include "unit/plot/fixture.h"

enum { N = 3 };

/* A confusion matrix and what it points to. */
typedef struct matrix {
    double values[N * N];
    const char *texts[N * N], *names[N];
    crs_plot_field field;
    crs_plot_axes axes;
    crs_plot_panel panel;
    crs_plot_figure figure;
    buffer svg;
} matrix;

static void make(matrix *m)
{
    static const char *const names[N] = {"cat", "dog", "<ape>"};
    memset(m, 0, sizeof *m);
    m->texts[0] = "51";
    m->texts[5] = "7";
    memcpy(m->names, names, sizeof names);
    m->field = (crs_plot_field){.nx = N,
                                .ny = N,
                                .values = m->values,
                                .x_min = -0.5,
                                .x_max = N - 0.5,
                                .y_min = -0.5,
                                .y_max = N - 0.5,
                                .cells = 1,
                                .cell_texts = m->texts};
    m->axes = (crs_plot_axes){.x_label = "predicted",
                              .y_down = 1,
                              .n_x_names = N,
                              .n_y_names = N,
                              .x_names = m->names,
                              .y_names = m->names};
    m->panel = (crs_plot_panel){.axes = &m->axes, .fill = &m->field};
    m->figure = (crs_plot_figure){.n_panels = 1, .panels = &m->panel};
}

static const char *draw(matrix *m)
{
    crs_sink sink = buffer_sink(&m->svg);
    crs_error err;
    m->svg.n = 0;
    if (crs_plot_write(&m->figure, CRS_PLOT_SVG, &sink, &err) != CRS_OK)
        fail_msg("%s", err.text);
    return m->svg.bytes;
}

static size_t count(const char *text, const char *part)
{
    size_t n = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        n++;
    return n;
}

static double height_of(matrix *m)
{
    double width, height;
    crs_error err;
    assert_int_equal(crs_plot_size(&m->figure, &err, &width, &height), CRS_OK);
    return height;
}

static void test_axes__names_stand_for_numbers(void **unused)
{
    matrix m;
    const char *svg;
    (void)unused;
    make(&m);
    svg = draw(&m);
    assert_int_equal(count(svg, ">cat</text>"), 2);
    assert_int_equal(count(svg, ">&lt;ape&gt;</text>"), 2);
    assert_int_equal(count(svg, ">1</text>"), 0);
    assert_int_equal(count(svg, "rotate(-90)"), 0);
    m.axes.n_x_names = m.axes.n_y_names = 0;
    svg = draw(&m);
    assert_int_equal(count(svg, ">cat</text>"), 0);
    assert_int_equal(count(svg, ">1</text>"), 2);
    buffer_release(&m.svg);
}

/* Where they do not fit side by side, names of x are turned, and the page has room for them. */
static void test_axes__long_names_are_turned(void **unused)
{
    matrix m;
    double before;
    const char *svg;
    (void)unused;
    make(&m);
    before = height_of(&m);
    m.names[1] = "a dog that is long enough for two cells of this small matrix";
    svg = draw(&m);
    assert_int_equal(count(svg, "rotate(-90)"), N);
    assert_int_equal(count(svg, "rotate(-90)\" font-size=\"12.5\" fill=\"#3a4046\" "
                                "text-anchor=\"end\">cat<"),
                     1);
    assert_true(height_of(&m) > before + 200);
    buffer_release(&m.svg);
}

/* Less than a line for each: numbers, a few of them. */
static void test_axes__no_room_for_names(void **unused)
{
    matrix m;
    const char *svg;
    (void)unused;
    make(&m);
    m.figure.column_width = 30;
    svg = draw(&m);
    assert_int_equal(count(svg, ">cat</text>"), 0);
    buffer_release(&m.svg);
}

static void test_axes__texts_on_cells(void **unused)
{
    matrix m;
    (void)unused;
    make(&m);
    assert_int_equal(count(draw(&m), ">51</text>"), 1);
    assert_int_equal(count(m.svg.bytes, ">7</text>"), 1);
    assert_int_equal(count(m.svg.bytes, "></text>"), 0);
    /* all as small as the widest has to be */
    m.texts[8] = "1,234,567,890";
    (void)draw(&m);
    assert_int_equal(count(m.svg.bytes, ">7</text>"), 1);
    assert_int_equal(count(m.svg.bytes, "fill=\"#22262a\" text-anchor=\"middle\">7<"), 1);
    assert_int_equal(count(m.svg.bytes, "font-size=\"12.5\" fill=\"#22262a\" "
                                        "text-anchor=\"middle\">7<"),
                     0);
    /* and none where nobody could read it */
    m.texts[8] = "1,234,567,890,123,456,789,012,345,678";
    assert_int_equal(count(draw(&m), ">7</text>"), 0);
    buffer_release(&m.svg);
}

static void refused(matrix *m, const char *text)
{
    double width, height;
    crs_error err;
    assert_int_equal(crs_plot_size(&m->figure, &err, &width, &height), CRS_EINVAL);
    assert_string_equal(err.text, text);
}

static void test_axes__refused(void **unused)
{
    matrix m;
    (void)unused;
    make(&m);
    m.field.cells = 0;
    refused(&m, "a field with texts on cells and no cells");
    make(&m);
    m.axes.x_names = NULL;
    refused(&m, "3 names of x and no array of them");
    make(&m);
    m.axes.y_names = NULL;
    refused(&m, "3 names of y and no array of them");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_axes__names_stand_for_numbers),
        cmocka_unit_test(test_axes__long_names_are_turned),
        cmocka_unit_test(test_axes__no_room_for_names),
        cmocka_unit_test(test_axes__texts_on_cells),
        cmocka_unit_test(test_axes__refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
