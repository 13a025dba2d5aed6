#include "unit/plot/fixture.h"

#if CRS_HAVE_CAIRO

static void write_figure(const crs_plot_figure *figure, crs_plot_format format, buffer *out)
{
    crs_sink sink = buffer_sink(out);
    crs_error err = {0};
    if (crs_plot_write(figure, format, &sink, &err) != CRS_OK)
        fail_msg("%s", err.text);
}

static unsigned big_endian(const char *bytes)
{
    const unsigned char *b = (const unsigned char *)bytes;
    return (unsigned)b[0] << 24 | (unsigned)b[1] << 16 | (unsigned)b[2] << 8 | b[3];
}

static void test_png__has_the_figures_size(void **state)
{
    flower *f = flower_create();
    buffer b = {0};
    double width, height;
    (void)state;
    f->figure.png_scale = 1.5;
    write_figure(&f->figure, CRS_PLOT_PNG, &b);
    assert_memory_equal(b.bytes, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
    assert_int_equal(crs_plot_size(&f->figure, NULL, &width, &height), CRS_OK);
    assert_int_equal(big_endian(b.bytes + 16), lround(1.5 * width));
    assert_int_equal(big_endian(b.bytes + 20), lround(1.5 * height));
    assert_memory_equal(b.bytes + b.n - 8, "IEND", 4);
    buffer_release(&b);
    free(f);
}

static void test_pdf__is_whole(void **state)
{
    flower *f = flower_create();
    buffer b = {0};
    (void)state;
    assert_true(crs_plot_can_write(CRS_PLOT_PDF));
    write_figure(&f->figure, CRS_PLOT_PDF, &b);
    assert_memory_equal(b.bytes, "%PDF-1.", 7);
    assert_non_null(strstr(b.bytes + b.n - 8, "%%EOF"));
    buffer_release(&b);
    free(f);
}

static void test_cairo__is_the_same_each_time(void **state)
{
    static const crs_plot_format format[] = {CRS_PLOT_PNG, CRS_PLOT_PDF};
    flower *f = flower_create();
    (void)state;
    for (int i = 0; i < 2; i++) {
        buffer a = {0}, b = {0};
        write_figure(&f->figure, format[i], &a);
        write_figure(&f->figure, format[i], &b);
        assert_int_equal(a.n, b.n);
        assert_memory_equal(a.bytes, b.bytes, a.n);
        buffer_release(&a);
        buffer_release(&b);
    }
    free(f);
}

/* No date at all, so that a run of tomorrow gives these bytes too. */
static void test_pdf__names_no_date(void **state)
{
    crs_plot_panel panel = {.title = "A"};
    crs_plot_figure figure = {.n_panels = 1, .panels = &panel};
    buffer b = {0};
    (void)state;
    write_figure(&figure, CRS_PLOT_PDF, &b);
    for (size_t i = 0; i + 13 < b.n; i++) {
        assert_memory_not_equal(b.bytes + i, "/CreationDate", 13);
        assert_memory_not_equal(b.bytes + i, "/ModDate (", 10);
    }
    buffer_release(&b);
}

static void test_cairo__takes_any_text(void **state)
{
    crs_plot_panel panel = {.title = "\xFF <b> \xC3\xA9 \x01"};
    crs_plot_figure figure = {.n_panels = 1, .panels = &panel};
    buffer b = {0};
    (void)state;
    write_figure(&figure, CRS_PLOT_PNG, &b);
    buffer_release(&b);
}

static void test_png__refuses_more_than_cairo_holds(void **state)
{
    crs_plot_panel panel = {.title = "A"};
    crs_plot_figure figure = {
        .column_width = 8000, .png_scale = 16, .n_panels = 1, .panels = &panel};
    buffer b = {0};
    crs_sink sink = buffer_sink(&b);
    crs_error err = {0};
    (void)state;
    assert_int_equal(crs_plot_write(&figure, CRS_PLOT_PNG, &sink, &err), CRS_EINVAL);
    assert_non_null(strstr(err.text, "32767"));
    assert_int_equal(b.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_png__has_the_figures_size),
        cmocka_unit_test(test_pdf__is_whole),
        cmocka_unit_test(test_cairo__is_the_same_each_time),
        cmocka_unit_test(test_pdf__names_no_date),
        cmocka_unit_test(test_cairo__takes_any_text),
        cmocka_unit_test(test_png__refuses_more_than_cairo_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

static void test_cairo__its_absence_is_named(void **state)
{
    crs_plot_panel panel = {.title = "A"};
    crs_plot_figure figure = {.n_panels = 1, .panels = &panel};
    buffer b = {0};
    crs_sink sink = buffer_sink(&b);
    crs_error err = {0};
    (void)state;
    assert_false(crs_plot_can_write(CRS_PLOT_PNG));
    assert_int_equal(crs_plot_prepare(CRS_PLOT_SVG, NULL), CRS_OK);
    assert_int_equal(crs_plot_prepare(CRS_PLOT_PNG, &err), CRS_EUNSUPPORTED);
    assert_non_null(strstr(err.text, "libcairo2-dev"));
    assert_int_equal(crs_plot_write(&figure, CRS_PLOT_PDF, &sink, &err), CRS_EUNSUPPORTED);
    assert_non_null(strstr(err.text, "libcairo2-dev"));
    assert_int_equal(b.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cairo__its_absence_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
