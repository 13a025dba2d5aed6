/* The pictures and the text of a run, of every task, and of what a run that went wrong leaves. */
#include "run_figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "metrics_show.h"

enum { N = 40, EPOCHS = 5 };

static const double epoch[EPOCHS] = {1, 2, 3, 4, 5}, cost[EPOCHS] = {2, 1, 0.7, 0.6, 0.5};

/* What is measured on made-up predictions: sample i is of class i % k, and mostly so predicted. */
typedef struct measured {
    double p[12 * N], y[12 * N];
    crs_metrics metrics;
    run_pictures what;
} measured;

static void measure(measured *m, crs_learning_task task, size_t n_out)
{
    crs_error err;
    memset(m, 0, sizeof *m);
    for (size_t i = 0; i < N; i++) {
        size_t k = n_out == 1 ? 2 : n_out;
        if (task == CRS_TASK_CLASSES)
            m->y[i] = (double)(i % k);
        for (size_t j = 0; j < n_out; j++) {
            int has = n_out == 1 ? i % k == 1 : i % k == j;
            double *p = &m->p[i * n_out + j];
            *p = (has ? 0.6 : 0.2) + 0.35 * sin((double)(7 * i + 3 * j));
            if (task != CRS_TASK_CLASSES)
                m->y[i * n_out + j] = task == CRS_TASK_LABELS ? has : 5 * *p + (double)(i % 3);
        }
    }
    assert_int_equal(crs_metrics_measure(task, n_out, N, m->p, m->y, 0, &err, &m->metrics), CRS_OK);
    m->what = (run_pictures){.metrics = &m->metrics, .n_out = n_out, .p = m->p, .y = m->y};
}

/* The titles of its panels with commas between; it has to be drawable. */
static void check_panels(const run_pictures *what, const char *titles)
{
    run_figure *figure;
    const crs_plot_figure *f;
    char found[512] = "";
    double width, height;
    crs_error err;
    assert_int_equal(run_figure_create(what, &err, &figure), CRS_OK);
    f = run_figure_get(figure);
    for (size_t i = 0; i < f->n_panels; i++) {
        strcat(found, i > 0 ? ", " : "");
        strcat(found, f->panels[i].title);
    }
    assert_string_equal(found, titles);
    if (crs_plot_size(f, &err, &width, &height) != CRS_OK)
        fail_msg("%s: %s", titles, err.text);
    run_figure_destroy(figure);
}

static void test_figure__of_each_task(void **unused)
{
    static const struct {
        crs_learning_task task;
        size_t n_out;
        const char *titles;
    } cases[] = {
        {CRS_TASK_CLASSES, 1, "Confusion matrix, ROC curves, Calibration"},
        {CRS_TASK_CLASSES, 3, "Confusion matrix, ROC curves, Calibration"},
        {CRS_TASK_CLASSES, 12, "ROC curves, Calibration, Confusion matrix"},
        {CRS_TASK_LABELS, 3, "ROC curves, Calibration"},
        {CRS_TASK_VALUES, 1, "Predicted against true"},
        {CRS_TASK_VALUES, 2, "Value 0, Value 1"},
        {CRS_TASK_VALUES, 7, "Value 0, Value 1, Value 2, Value 3, Value 4, Value 5"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        run_curve curve = {.n = EPOCHS, .epoch = epoch, .train_cost = cost, .best_epoch = 3};
        char titles[256];
        measured m;
        measure(&m, cases[i].task, cases[i].n_out);
        check_panels(&m.what, cases[i].titles);
        m.what.curve = &curve;
        (void)snprintf(titles, sizeof titles, "Cost, %s", cases[i].titles);
        check_panels(&m.what, titles);
        crs_metrics_release(&m.metrics);
    }
}

static void test_figure__curves(void **unused)
{
    const double rate[EPOCHS] = {1, 1, 1, 1, 0.5}, rare[EPOCHS] = {NAN, NAN, 0.9, NAN, 0.8};
    const double same[EPOCHS] = {1, 1, 1, 1, 1};
    run_curve curve = {.n = EPOCHS,
                       .epoch = epoch,
                       .train_cost = cost,
                       .valid_cost = rare,
                       .valid_metric = rare,
                       .metric_name = "accuracy",
                       .lr = rate};
    run_pictures what = {.curve = &curve};
    run_figure *figure;
    crs_error err;
    (void)unused;
    check_panels(&what, "Cost, Accuracy, Learning rate");
    assert_int_equal(run_figure_create(&what, &err, &figure), CRS_OK);
    /* what was not recorded leaves no gap */
    assert_int_equal(run_figure_get(figure)->panels[0].curves[1].n, 2);
    assert_true(run_figure_get(figure)->panels[0].curves[1].x[1] == 5);
    run_figure_destroy(figure);
    curve.lr = same; /* nothing to see */
    curve.metric_name = NULL;
    check_panels(&what, "Cost, Metric");
}

/* Costs of a run that diverges, that stands still, that fell far, that had one epoch. */
static void test_figure__odd_curves(void **unused)
{
    static const double curves[][EPOCHS] = {
        {1, 1e200, INFINITY, NAN, NAN},
        {0.5, 0.5, 0.5, 0.5, 0.5 + 1.2e-16},
        {1e308, 1, 1, 1, -1e308},
        {1e6, 1, 1e-3, 1e-6, 1e-9},
        {0, 0, 0, 0, 0},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof curves / sizeof *curves; i++) {
        for (size_t n = 1; n <= EPOCHS; n += EPOCHS - 1) {
            run_curve curve = {.n = n, .epoch = epoch, .train_cost = curves[i], .best_epoch = 1};
            run_pictures what = {.curve = &curve};
            if (n == 1 && i == 2)
                continue; /* nothing that a picture can show */
            check_panels(&what, "Cost");
        }
    }
}

static void test_figure__nothing_to_show(void **unused)
{
    const double none[EPOCHS] = {NAN, NAN, NAN, NAN, NAN};
    run_curve curve = {.n = EPOCHS, .epoch = epoch, .train_cost = none};
    run_pictures what = {.curve = &curve};
    run_figure *figure;
    crs_error err;
    (void)unused;
    assert_int_equal(run_figure_create(&what, &err, &figure), CRS_EINVAL);
    assert_string_equal(err.text, "there is nothing to draw: no epoch, no prediction");
    assert_null(figure);
    assert_int_equal(run_figure_write("train", "/tmp/run.bmp", &what, NULL), EXIT_INPUT);
}

/* Predictions of a net that diverged. */
static void test_figure__of_nan(void **unused)
{
    (void)unused;
    for (int task = CRS_TASK_CLASSES; task <= CRS_TASK_VALUES; task++) {
        measured m;
        crs_error err;
        measure(&m, (crs_learning_task)task, 2);
        crs_metrics_release(&m.metrics);
        for (size_t i = 0; i < sizeof m.p / sizeof *m.p; i++)
            m.p[i] = i % 2 ? NAN : INFINITY;
        assert_int_equal(
            crs_metrics_measure((crs_learning_task)task, 2, N, m.p, m.y, 0, &err, &m.metrics),
            CRS_OK);
        check_panels(&m.what, task == CRS_TASK_CLASSES  ? "Confusion matrix"
                              : task == CRS_TASK_LABELS ? "Calibration"
                                                        : "Value 0, Value 1");
        crs_metrics_release(&m.metrics);
    }
}

/* Classes that are told apart perfectly have one curve. */
static void test_figure__perfect_classes_share_a_curve(void **unused)
{
    static const char *const names[] = {"cat", "dog", "ape"};
    measured m;
    crs_error err;
    run_figure *figure;
    (void)unused;
    measure(&m, CRS_TASK_CLASSES, 3);
    crs_metrics_release(&m.metrics);
    for (size_t i = 0; i < (size_t)3 * N; i++)
        m.p[i] = m.y[i / 3] == (double)(i % 3) ? 0.8 : 0.1;
    assert_int_equal(crs_metrics_measure(CRS_TASK_CLASSES, 3, N, m.p, m.y, 0, &err, &m.metrics),
                     CRS_OK);
    m.what.names = names;
    assert_int_equal(run_figure_create(&m.what, &err, &figure), CRS_OK);
    assert_int_equal(run_figure_get(figure)->panels[1].n_curves, 1);
    assert_string_equal(run_figure_get(figure)->panels[1].curves[0].name, "cat and 2 more 1.000");
    run_figure_destroy(figure);
    crs_metrics_release(&m.metrics);
}

/* ---- text --------------------------------------------------------------------------------------- */

static void test_name__is_one_short_line(void **unused)
{
    static const char *const names[] = {"a\nb\x7F", "\xC3\xA4\xC3\xB6", NULL,
                                        "123456789012345678901234567890",
                                        "\xBF\xBF\xBF\xBF\xBF\xBF"};
    char text[METRICS_NAME_BYTES];
    (void)unused;
    assert_int_equal(metrics_name(names, 0, text), 8);
    assert_string_equal(text, "a\\nb\\x7f");
    assert_int_equal(metrics_name(names, 1, text), 2);
    assert_int_equal(metrics_name(names, 2, text), 1);
    assert_string_equal(text, "2");
    assert_int_equal(metrics_name(names, 3, text), METRICS_NAME);
    assert_int_equal(strlen(text), METRICS_NAME);
    (void)metrics_name(names, 4, text);
    assert_int_equal(metrics_name(NULL, 12, text), 2);
}

static void check_lines(const measured *m, const char *const *names, const char *const *lines)
{
    char *text;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);
    assert_non_null(file);
    metrics_print(file, &m->metrics, names);
    assert_int_equal(fclose(file), 0);
    for (; *lines != NULL; lines++) {
        if (strstr(text, *lines) == NULL)
            fail_msg("no \"%s\" in\n%s", *lines, text);
    }
    free(text);
}

static void test_print__classes(void **unused)
{
    static const char *const names[] = {"no", "yes"};
    static const char *const lines[] = {"75.00 % right: 3 of 4 samples\n",
                                        "class  samples  predicted  precision    recall       F1",
                                        "no           3          2   100.00 %   66.67 %  80.00 %",
                                        "      no  yes\nno     2    1\nyes    .    1\n",
                                        "  90-100 %            2  100.00 %\n",
                                        "   50-60 %            2   50.00 %\n",
                                        NULL};
    const double p[] = {0.05, 0.1, 0.52, 0.58}, y[] = {0, 0, 0, 1};
    measured m;
    crs_error err;
    (void)unused;
    assert_int_equal(crs_metrics_measure(CRS_TASK_CLASSES, 1, 4, p, y, 0, &err, &m.metrics),
                     CRS_OK);
    check_lines(&m, names, lines);
    crs_metrics_release(&m.metrics);
}

static void test_print__what_is_not_defined_is_a_dash(void **unused)
{
    static const char *const lines[] = {"Of 1 samples a prediction is no number (NaN).\n",
                                        "value     R^2  MAE  RMSE\n0           -    -     -\n"
                                        "1      1.0000    0     0\nmean        -    -     -\n",
                                        NULL};
    const double p[] = {NAN, 1, 2, 3}, y[] = {0, 1, 2, 3};
    measured m;
    crs_error err;
    (void)unused;
    assert_int_equal(crs_metrics_measure(CRS_TASK_VALUES, 2, 2, p, y, 0, &err, &m.metrics), CRS_OK);
    check_lines(&m, NULL, lines);
    crs_metrics_release(&m.metrics);
}

static void test_json__each_task(void **unused)
{
    (void)unused;
    for (int task = CRS_TASK_CLASSES; task <= CRS_TASK_VALUES; task++) {
        measured m;
        json_t *json;
        measure(&m, (crs_learning_task)task, 3);
        json = metrics_json(&m.metrics, NULL);
        assert_non_null(json);
        assert_int_equal(json_integer_value(json_object_get(json, "samples")), N);
        assert_int_equal(json_array_size(json_object_get(
                             json, json_string_value(json_object_get(json, "task")))),
                         3);
        assert_int_equal(json_array_size(json_object_get(json, "confusion")),
                         task == CRS_TASK_CLASSES ? 3 : 0);
        json_decref(json);
        crs_metrics_release(&m.metrics);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figure__of_each_task),
        cmocka_unit_test(test_figure__curves),
        cmocka_unit_test(test_figure__odd_curves),
        cmocka_unit_test(test_figure__nothing_to_show),
        cmocka_unit_test(test_figure__of_nan),
        cmocka_unit_test(test_figure__perfect_classes_share_a_curve),
        cmocka_unit_test(test_name__is_one_short_line),
        cmocka_unit_test(test_print__classes),
        cmocka_unit_test(test_print__what_is_not_defined_is_a_dash),
        cmocka_unit_test(test_json__each_task),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
