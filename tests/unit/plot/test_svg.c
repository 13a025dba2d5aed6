#include "unit/plot/fixture.h"

#include <ctype.h>

/* ---- a checker of well-formedness, small enough to be trusted -------------------------- */

#define MAX_DEPTH 32

typedef struct xml {
    const char *at;
    size_t depth;
    char open[MAX_DEPTH][32];
    size_t n_ids;
    char id[512][48];
} xml;

/* "&lt;" and its kin; anything else behind an ampersand is an error. */
static int is_entity(const char *at)
{
    static const char *const known[] = {"&lt;", "&gt;", "&amp;", "&quot;"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strncmp(at, known[i], strlen(known[i])) == 0)
            return 1;
    return 0;
}

static const char *read_name(xml *x, char *name, size_t size)
{
    size_t n = 0;
    while (isalnum((unsigned char)*x->at) || *x->at == '-' || *x->at == ':') {
        if (n + 1 < size)
            name[n++] = *x->at;
        x->at++;
    }
    name[n] = '\0';
    return n > 0 ? NULL : "a name is missing";
}

/* name="value" with nothing in the value that has to be escaped; ids must differ. */
static const char *read_attribute(xml *x)
{
    char name[32];
    const char *value, *wrong = read_name(x, name, sizeof name);
    if (wrong != NULL)
        return wrong;
    if (x->at[0] != '=' || x->at[1] != '"')
        return "an attribute without a quoted value";
    value = x->at += 2;
    for (; *x->at != '"'; x->at++)
        if (*x->at == '\0' || *x->at == '<' || (*x->at == '&' && !is_entity(x->at)))
            return "an attribute with a bare character";
    if (strcmp(name, "id") == 0 && x->n_ids < 512) {
        (void)snprintf(x->id[x->n_ids], sizeof x->id[0], "%.*s", (int)(x->at - value), value);
        for (size_t i = 0; i < x->n_ids; i++)
            if (strcmp(x->id[i], x->id[x->n_ids]) == 0)
                return "an id twice";
        x->n_ids++;
    }
    x->at++;
    return NULL;
}

static const char *read_tag(xml *x)
{
    char name[32];
    int closing = x->at[1] == '/';
    const char *wrong;
    x->at += closing ? 2 : 1;
    wrong = read_name(x, name, sizeof name);
    if (wrong != NULL)
        return wrong;
    if (closing) {
        if (x->depth == 0 || strcmp(x->open[--x->depth], name) != 0 || *x->at++ != '>')
            return "a tag that closes what is not open";
        return NULL;
    }
    while (*x->at == ' ') {
        x->at++;
        if ((wrong = read_attribute(x)) != NULL)
            return wrong;
    }
    if (strncmp(x->at, "/>", 2) == 0) {
        x->at += 2;
        return NULL;
    }
    if (*x->at++ != '>' || x->depth == MAX_DEPTH)
        return "a tag without an end";
    (void)snprintf(x->open[x->depth++], sizeof x->open[0], "%s", name);
    return NULL;
}

/* NULL, or what is wrong. */
static const char *check_xml(const char *text)
{
    static xml x;
    memset(&x, 0, sizeof x);
    x.at = text;
    while (*x.at != '\0') {
        const char *wrong = NULL;
        if (*x.at == '<')
            wrong = read_tag(&x);
        else if (*x.at == '&' && !is_entity(x.at))
            wrong = "a bare ampersand";
        else if (*x.at == '>' || (unsigned char)*x.at < '\n')
            wrong = "a bare character";
        else if (x.depth == 0 && *x.at != '\n')
            wrong = "text outside of the element";
        else
            x.at++;
        if (wrong != NULL)
            return wrong;
    }
    return x.depth == 0 ? NULL : "an element is not closed";
}

static void test_check_xml__finds_what_is_wrong(void **state)
{
    (void)state;
    assert_null(check_xml("<a b=\"1 &lt; 2\"><c/>x &gt; y</a>\n"));
    assert_non_null(check_xml("<a>"));
    assert_non_null(check_xml("<a></b>"));
    assert_non_null(check_xml("<a>1 > 0</a>"));
    assert_non_null(check_xml("<a>x & y</a>"));
    assert_non_null(check_xml("<a b=\"<\"/>"));
    assert_non_null(check_xml("<a b=1/>"));
    assert_non_null(check_xml("<a><b id=\"i\"/><c id=\"i\"/></a>"));
}

/* ---- the writer -------------------------------------------------------------------------- */

static void write_svg(const crs_plot_figure *figure, buffer *out)
{
    crs_sink sink = buffer_sink(out);
    crs_error err = {0};
    if (crs_plot_write(figure, CRS_PLOT_SVG, &sink, &err) != CRS_OK)
        fail_msg("%s", err.text);
}

static void check_has(const buffer *b, const char *part)
{
    if (strstr(b->bytes, part) == NULL)
        fail_msg("no %s", part);
}

static void test_svg__planar_figure_is_small_and_well_formed(void **state)
{
    flower *f = flower_create();
    buffer b = {0};
    const char *wrong;
    (void)state;
    write_svg(&f->figure, &b);
    if ((wrong = check_xml(b.bytes)) != NULL)
        fail_msg("%s", wrong);
    print_message("%zu bytes\n", b.n);
    assert_in_range(b.n, 20000, 300000);
    buffer_release(&b);
    free(f);
}

static void test_svg__is_the_same_each_time(void **state)
{
    flower *f = flower_create();
    buffer a = {0}, b = {0};
    (void)state;
    write_svg(&f->figure, &a);
    write_svg(&f->figure, &b);
    assert_int_equal(a.n, b.n);
    assert_memory_equal(a.bytes, b.bytes, a.n);
    buffer_release(&a);
    buffer_release(&b);
    free(f);
}

static void test_svg__texts_are_escaped_and_whole(void **state)
{
    flower *f = flower_create();
    buffer b = {0};
    (void)state;
    f->panel[0].title = "dZ[Z <= 0] = 0 & \"x\" \xE2\x89\xA5 \x01\xFF";
    write_svg(&f->figure, &b);
    assert_null(check_xml(b.bytes));
    check_has(&b, ">dZ[Z &lt;= 0] = 0 &amp; &quot;x&quot; \xE2\x89\xA5  \xEF\xBF\xBD</title>");
    check_has(&b, ">A &gt;= 0</text>");
    check_has(&b, "&quot;A &gt;= 0&quot; &amp; &lt;others&gt;.</text>");
    check_has(&b, ">A &gt; 0, Z &gt; 0 (identical)</text>");
    buffer_release(&b);
    free(f);
}

static void test_svg__speaks_to_a_screen_reader(void **state)
{
    flower *f = flower_create();
    buffer b = {0};
    (void)state;
    f->figure.id_prefix = "two";
    write_svg(&f->figure, &b);
    check_has(&b, " role=\"img\" aria-labelledby=\"two-title two-desc\">");
    check_has(&b, "<title id=\"two-title\">One network, four derivative rules</title>");
    check_has(&b, "<desc id=\"two-desc\">Boundaries of four runs, and their costs.</desc>");
    check_has(&b, "href=\"#two-m0\"");
    assert_null(strstr(b.bytes, "crs-"));
    buffer_release(&b);
    free(f);
}

/* Numbers never follow the locale's comma; coordinates are never "nan" or "-0". */
static void test_svg__numbers_are_plain(void **state)
{
    flower *f = flower_create();
    buffer b = {0};
    (void)state;
    f->values[0][700] = NAN;
    f->values[0][900] = INFINITY;
    f->xy[0] = NAN;
    f->xy[3] = -INFINITY;
    f->cost[1][7] = NAN;
    f->creases[0][2] = NAN;
    write_svg(&f->figure, &b);
    assert_null(check_xml(b.bytes));
    assert_null(strstr(b.bytes, "nan"));
    assert_null(strstr(b.bytes, "inf"));
    assert_null(strstr(b.bytes, "\"-0\""));
    buffer_release(&b);
    free(f);
}

/* More kinds of markers than the table of definitions holds. */
static void test_svg__many_classes(void **state)
{
    double xy[2 * 200];
    int label[200];
    unsigned char wrong[200];
    crs_plot_points points = {.n = 200, .xy = xy, .label = label, .wrong = wrong};
    crs_plot_panel panel = {.points = &points};
    crs_plot_figure figure = {.n_panels = 1, .panels = &panel};
    buffer b = {0};
    (void)state;
    for (int i = 0; i < 200; i++) {
        xy[2 * i] = i;
        xy[2 * i + 1] = i % 7;
        label[i] = i;
        wrong[i] = i >= 100;
    }
    write_svg(&figure, &b);
    assert_null(check_xml(b.bytes));
    buffer_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check_xml__finds_what_is_wrong),
        cmocka_unit_test(test_svg__planar_figure_is_small_and_well_formed),
        cmocka_unit_test(test_svg__is_the_same_each_time),
        cmocka_unit_test(test_svg__texts_are_escaped_and_whole),
        cmocka_unit_test(test_svg__speaks_to_a_screen_reader),
        cmocka_unit_test(test_svg__numbers_are_plain),
        cmocka_unit_test(test_svg__many_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
