/* Metrics: scikit-learn's values, what is not defined, NaN, bad input, no memory. */
#include "cmocka_all.h"
#include "golden/sklearn_metrics.h"

#include "core/memory.h"

#include <crease/random.h>

#include <float.h>
#include <stdlib.h>
#include <string.h>

enum { N_CASES = sizeof sklearn_cases / sizeof *sklearn_cases };

static int is_near(double found, double expected, double tolerance)
{
    if (isnan(expected))
        return isnan(found);
    return fabs(found - expected) <= tolerance * fmax(1, fabs(expected));
}

static void check(const sklearn_case *k, const char *what, size_t i, double found, double expected,
                  double tolerance)
{
    if (!is_near(found, expected, tolerance))
        fail_msg("%s: %s %zu is %.17g, scikit-learn has %.17g", k->name, what, i, found, expected);
}

/*
 * Both sides add at most N = n n_out terms, all of one sign and a few roundings each, so that each
 * is off by (N + 8) epsilon of its sum, and so are what ratios and means of classes make of them.
 */
static double rounding(const sklearn_case *k)
{
    return 2 * ((double)(k->n * k->n_out) + 8) * DBL_EPSILON;
}

static crs_metrics measure(const sklearn_case *k)
{
    crs_metrics m;
    crs_error err;
    if (crs_metrics_measure(k->task, k->n_out, k->n, k->p, k->y, k->are_scores, &err, &m) != CRS_OK)
        fail_msg("%s: %s", k->name, err.text);
    assert_int_equal(m.task, k->task);
    assert_int_equal(m.n, k->n);
    assert_int_equal(m.n_nan, 0);
    return m;
}

static void test_is_near__tells_apart(void **unused)
{
    (void)unused;
    assert_true(is_near(NAN, NAN, 0));
    assert_false(is_near(1, NAN, 1));
    assert_false(is_near(NAN, 1, 1));
    assert_false(is_near(1 + 4e-14, 1, 2e-14));
}

static void check_class(const sklearn_case *k, const crs_metrics *m, size_t c)
{
    const crs_class_metrics *found = &m->per_class[c];
    const double *expected = k->per_class + 7 * c;
    double tolerance = rounding(k);
    check(k, "count of class", c, (double)found->n, expected[0], 0);
    check(k, "predictions of class", c, (double)found->predicted, expected[1], 0);
    check(k, "right ones of class", c, (double)found->correct, expected[2], 0);
    check(k, "precision", c, found->precision, expected[3], tolerance);
    check(k, "recall", c, found->recall, expected[4], tolerance);
    check(k, "f1", c, found->f1, expected[5], tolerance);
    check(k, "roc_auc", c, found->roc_auc, expected[6], tolerance);
}

static void check_bins(const sklearn_case *k, const crs_metrics *m)
{
    for (size_t b = 0; b < CRS_CALIBRATION_BINS; b++) {
        static const double none[] = {0, NAN, NAN};
        const double *expected = k->bins == NULL ? none : k->bins + 3 * b;
        check(k, "count of bin", b, (double)m->bins[b].n, expected[0], 0);
        check(k, "confidence", b, m->bins[b].confidence, expected[1], rounding(k));
        check(k, "accuracy of bin", b, m->bins[b].accuracy, expected[2], rounding(k));
    }
}

static void test_measure__classes_and_labels_as_scikit_learn(void **unused)
{
    (void)unused;
    for (const sklearn_case *k = sklearn_cases; k < sklearn_cases + N_CASES; k++) {
        crs_metrics m = measure(k);
        double tolerance = rounding(k);
        assert_int_equal(m.n_classes, k->n_classes);
        check(k, "accuracy", 0, m.accuracy, k->accuracy, tolerance);
        for (size_t i = 0; k->confusion != NULL && i < m.n_classes * m.n_classes; i++)
            check(k, "confusion", i, (double)m.confusion[i], (double)k->confusion[i], 0);
        assert_int_equal(m.confusion == NULL, k->confusion == NULL);
        for (size_t c = 0; c < m.n_classes; c++)
            check_class(k, &m, c);
        check(k, "precision", 0, m.precision, k->precision, tolerance);
        check(k, "recall", 0, m.recall, k->recall, tolerance);
        check(k, "f1", 0, m.f1, k->f1, tolerance);
        check(k, "roc_auc", 0, m.roc_auc, k->roc_auc, tolerance);
        /* it holds p within the same limits, and then divides by their sum, which the limits
         * moved by up to 1e-15 a class */
        check(k, "log_loss", 0, m.log_loss, k->log_loss,
              tolerance + 1e-15 * (double)(k->n_classes + 1));
        check(k, "brier", 0, m.brier, k->brier, tolerance);
        check_bins(k, &m);
        check(k, "calibration_error", 0, m.calibration_error, k->calibration_error, tolerance);
        crs_metrics_release(&m);
    }
}

/*
 * y - mean is off by epsilon |y|, and their sum of squares S by that times sum |y - mean| <=
 * sqrt(n S), twice; S is at least half the square of the largest difference. R^2 by that share of
 * 1 - R^2.
 */
static double r2_tolerance(const sklearn_case *k, size_t j, double r2)
{
    double most = 0, low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < k->n; i++) {
        double y = k->y[i * k->n_out + j];
        most = fmax(most, fabs(y));
        low = fmin(low, y);
        high = fmax(high, y);
    }
    return (rounding(k) + 3 * DBL_EPSILON * most * sqrt((double)k->n) / (high - low)) *
           (1 + fabs(1 - r2));
}

static void test_measure__values_as_scikit_learn(void **unused)
{
    size_t seen = 0;
    (void)unused;
    for (const sklearn_case *k = sklearn_cases; k < sklearn_cases + N_CASES; k++) {
        crs_metrics m = measure(k);
        double tolerance = 0;
        for (size_t j = 0; j < m.n_values; j++) {
            const double *expected = k->values + 3 * j;
            double here = isnan(expected[0]) ? 0 : r2_tolerance(k, j, expected[0]);
            check(k, "r2", j, m.values[j].r2, expected[0], here);
            check(k, "mae", j, m.values[j].mae, expected[1], rounding(k) * expected[1]);
            check(k, "rmse", j, m.values[j].rmse, expected[2], rounding(k) * expected[2]);
            tolerance += here;
            seen++;
        }
        check(k, "r2", 0, m.r2, k->r2, tolerance);
        check(k, "mae", 0, m.mae, k->mae, rounding(k));
        check(k, "rmse", 0, m.rmse, k->rmse, rounding(k));
        crs_metrics_release(&m);
    }
    assert_int_equal(seen, 8);
}

static void test_roc__as_scikit_learn(void **unused)
{
    size_t seen = 0;
    (void)unused;
    for (const sklearn_case *k = sklearn_cases; k < sklearn_cases + N_CASES; k++) {
        double *fpr, *tpr;
        size_t n;
        crs_error err;
        if (k->fpr == NULL)
            continue;
        assert_int_equal(crs_metrics_roc(k->task, k->n_out, k->n, k->p, k->y, k->roc_class, &err,
                                         &n, &fpr, &tpr),
                         CRS_OK);
        assert_int_equal(n, k->n_points);
        for (size_t i = 0; i < n; i++) { /* the same quotients of the same counts */
            check(k, "false positive rate", i, fpr[i], k->fpr[i], 0);
            check(k, "true positive rate", i, tpr[i], k->tpr[i], 0);
        }
        crs_metrics_curve_release(fpr);
        seen++;
    }
    assert_in_range(seen, 10, N_CASES);
}

/* ---- what scikit-learn has no word for --------------------------------------------------- */

static void test_measure__nan_is_wrong(void **unused)
{
    const double p[] = {0.9, 0.1, NAN, 0.5, 0.2, 0.8}, y[] = {0, 0, 1};
    const double one[] = {NAN, 0.9, 0.1}, zero[] = {0, 1, 0};
    crs_metrics m;
    crs_error err;
    (void)unused;
    assert_int_equal(crs_metrics_measure(CRS_TASK_CLASSES, 2, 3, p, y, 0, &err, &m), CRS_OK);
    assert_int_equal(m.n_nan, 1);
    assert_true(m.accuracy == 2.0 / 3);
    assert_int_equal(m.confusion[0] + m.confusion[1] + m.confusion[2] + m.confusion[3], 2);
    assert_true(m.per_class[0].n == 2 && m.per_class[0].predicted == 1);
    assert_true(m.per_class[0].recall == 0.5 && m.per_class[0].precision == 1);
    assert_true(isnan(m.roc_auc) && isnan(m.log_loss) && isnan(m.brier));
    assert_true(isnan(m.calibration_error));
    crs_metrics_release(&m);
    /* one output: NaN > 0.5 is not class 0 */
    assert_int_equal(crs_metrics_measure(CRS_TASK_CLASSES, 1, 3, one, zero, 0, &err, &m), CRS_OK);
    assert_true(m.accuracy == 2.0 / 3 && m.per_class[0].predicted == 1);
    crs_metrics_release(&m);
}

static void test_measure__nan_of_labels_and_values(void **unused)
{
    const double p[] = {NAN, 0.9, 0.2, 0.8}, y[] = {0, 1, 0, 1};
    crs_metrics m;
    crs_error err;
    (void)unused;
    assert_int_equal(crs_metrics_measure(CRS_TASK_LABELS, 2, 2, p, y, 0, &err, &m), CRS_OK);
    assert_true(m.n_nan == 1 && m.accuracy == 0.5);
    assert_true(m.per_class[0].predicted == 0 && m.per_class[1].correct == 2);
    assert_true(isnan(m.roc_auc) && isnan(m.log_loss) && isnan(m.brier));
    crs_metrics_release(&m);
    assert_int_equal(crs_metrics_measure(CRS_TASK_VALUES, 2, 2, p, y, 0, &err, &m), CRS_OK);
    assert_int_equal(m.n_nan, 1);
    assert_true(isnan(m.values[0].mae) && isnan(m.mae) && isnan(m.rmse));
    assert_true(m.values[1].mae > 0 && m.values[1].mae < 1);
    crs_metrics_release(&m);
}

/* r2 of [x, y], of which the second has a NaN prediction, is not that of x alone. */
static void test_measure__nan_is_not_passed_over_in_means(void **unused)
{
    const double p[] = {1, NAN, 2, 5}, y[] = {1, 4, 2, 5};
    crs_metrics m;
    crs_error err;
    (void)unused;
    assert_int_equal(crs_metrics_measure(CRS_TASK_VALUES, 2, 2, p, y, 0, &err, &m), CRS_OK);
    assert_true(m.values[0].r2 == 1 && isnan(m.values[1].r2) && isnan(m.r2));
    crs_metrics_release(&m);
}

/* -0 and 0 are tied, and infinite scores are only large. */
static void test_auc__of_odd_scores(void **unused)
{
    const double p[] = {-INFINITY, -0.0, 0.0, INFINITY}, y[] = {0, 1, 0, 1};
    double *fpr, *tpr;
    size_t n;
    crs_metrics m;
    crs_error err;
    (void)unused;
    assert_int_equal(crs_metrics_measure(CRS_TASK_CLASSES, 1, 4, p, y, 1, &err, &m), CRS_OK);
    assert_true(m.per_class[1].roc_auc == 3.5 / 4 && m.per_class[0].roc_auc == 3.5 / 4);
    crs_metrics_release(&m);
    assert_int_equal(crs_metrics_roc(CRS_TASK_CLASSES, 1, 4, p, y, 1, &err, &n, &fpr, &tpr),
                     CRS_OK);
    assert_int_equal(n, 4);
    assert_true(fpr[2] == 0.5 && tpr[2] == 1 && fpr[3] == 1 && tpr[3] == 1);
    crs_metrics_curve_release(fpr);
}

/* A confidence on the border of two bins is in the upper one, 1 in the last. */
static void test_measure__borders_of_bins(void **unused)
{
    enum { N = 6 };
    const double p[N] = {0.5, 0.6, 0.7, 0.8, 0.9, 1}, y[N] = {0, 1, 1, 1, 0, 1};
    crs_metrics m;
    crs_error err;
    (void)unused;
    assert_int_equal(crs_metrics_measure(CRS_TASK_CLASSES, 1, N, p, y, 0, &err, &m), CRS_OK);
    for (size_t b = 0; b < CRS_CALIBRATION_BINS; b++)
        assert_int_equal(m.bins[b].n, b < 5 ? 0 : b < 9 ? 1 : 2);
    assert_true(m.bins[5].accuracy == 1 && m.bins[9].accuracy == 0.5);
    assert_true(m.bins[9].confidence == (0.9 + 1) / 2);
    crs_metrics_release(&m);
}

/* ---- what cannot be measured ----------------------------------------------------------------- */

static void test_measure__refuses(void **unused)
{
    static const struct {
        crs_learning_task task;
        size_t n_out, n;
        double y[4];
        const char *text;
    } cases[] = {
        {CRS_TASK_CLASSES, 2, 0, {0}, "no samples"},
        {CRS_TASK_CLASSES, 0, 2, {0}, "no predictions"},
        {CRS_TASK_CLASSES, 2, 2, {0, 2}, "sample 1 is of class 2, and predictions are for "},
        {CRS_TASK_CLASSES, 1, 4, {0, 0, 0, 2}, "sample 3 is of class 2, and predictions are for "},
        {CRS_TASK_CLASSES, 2, 2, {-1, 0}, "sample 0 is of class -1"},
        {CRS_TASK_CLASSES, 2, 2, {0.5, 0}, "sample 0 is of class 0.5"},
        {CRS_TASK_CLASSES, 2, 2, {NAN, 0}, "sample 0 is of class"},
        {CRS_TASK_LABELS, 2, 2, {0, 1, 0, 2}, "label 1 of sample 1 is 2"},
        {CRS_TASK_LABELS, 2, 2, {0, 1, NAN, 1}, "label 0 of sample 1 is"},
        {CRS_TASK_VALUES, 2, 2, {0, 1, INFINITY, 2}, "value 0 of sample 1 is not finite"},
        {(crs_learning_task)9, 2, 2, {0}, "9 is no learning task"},
    };
    const double p[4] = {0.5, 0.5, 0.5, 0.5};
    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crs_metrics m;
        crs_error err;
        double *fpr, *tpr;
        size_t n;
        assert_int_equal(crs_metrics_measure(cases[i].task, cases[i].n_out, cases[i].n, p,
                                             cases[i].y, 0, &err, &m),
                         CRS_EINVAL);
        assert_memory_equal(err.text, cases[i].text, strlen(cases[i].text));
        assert_null(m.per_class);
        crs_metrics_release(&m);
        assert_int_equal(crs_metrics_roc(cases[i].task, cases[i].n_out, cases[i].n, p, cases[i].y,
                                         0, &err, &n, &fpr, &tpr),
                         CRS_EINVAL);
        assert_memory_equal(err.text, cases[i].text, strlen(cases[i].text));
    }
}

static void test_roc__refuses(void **unused)
{
    const double p[] = {0.5, 0.2, NAN}, y[] = {1, 1, 0};
    double *fpr, *tpr;
    size_t n;
    crs_error err;
    (void)unused;
    assert_int_equal(crs_metrics_roc(CRS_TASK_CLASSES, 1, 2, p, y, 1, &err, &n, &fpr, &tpr),
                     CRS_EINVAL);
    assert_string_equal(err.text, "every sample has class 1: it has no ROC curve");
    assert_int_equal(crs_metrics_roc(CRS_TASK_CLASSES, 1, 2, p, y, 0, &err, &n, &fpr, &tpr),
                     CRS_EINVAL);
    assert_string_equal(err.text, "no sample has class 0: it has no ROC curve");
    assert_int_equal(crs_metrics_roc(CRS_TASK_CLASSES, 1, 2, p, y, 2, &err, &n, &fpr, &tpr),
                     CRS_EINVAL);
    assert_int_equal(crs_metrics_roc(CRS_TASK_VALUES, 1, 2, p, y, 0, &err, &n, &fpr, &tpr),
                     CRS_EINVAL);
    assert_int_equal(crs_metrics_roc(CRS_TASK_CLASSES, 1, 3, p, y, 0, &err, &n, &fpr, &tpr),
                     CRS_ENONFINITE);
    assert_string_equal(err.text, "the prediction of sample 2 is NaN");
    assert_null(fpr);
}

/* Each allocation fails once; what is left holds nothing (the leak checker sees the rest). */
static void test_measure__without_memory(void **unused)
{
    const double p[] = {0.9, 0.1, 0.4, 0.6}, y[] = {0, 1, 1, 0};
    (void)unused;
    for (int task = CRS_TASK_CLASSES; task <= CRS_TASK_VALUES; task++) {
        crs_status status = CRS_ENOMEM;
        size_t at = 0;
        while (status != CRS_OK) {
            crs_metrics m;
            crs_error err;
            crs__alloc_fail_at(++at);
            status = crs_metrics_measure((crs_learning_task)task, 2, 2, p, y, 0, &err, &m);
            crs__alloc_fail_at(0);
            assert_true(status == CRS_OK || status == CRS_ENOMEM);
            if (status != CRS_OK)
                assert_true(m.per_class == NULL && m.values == NULL && m.n_classes == 0);
            crs_metrics_release(&m);
        }
        assert_int_equal(at, task == CRS_TASK_CLASSES ? 4 : task == CRS_TASK_LABELS ? 3 : 2);
    }
}

static void test_roc__without_memory(void **unused)
{
    const double p[] = {0.9, 0.1}, y[] = {0, 1};
    (void)unused;
    for (size_t at = 1; at <= 2; at++) {
        double *fpr, *tpr;
        size_t n;
        crs_error err;
        crs_status status;
        crs__alloc_fail_at(at);
        status = crs_metrics_roc(CRS_TASK_CLASSES, 1, 2, p, y, 1, &err, &n, &fpr, &tpr);
        crs__alloc_fail_at(0);
        assert_int_equal(status, CRS_ENOMEM);
        assert_true(fpr == NULL && tpr == NULL && n == 0);
    }
}

/* ---- block by block --------------------------------------------------------------------- */

/* The bits of one call, whatever the blocks; without the area under the curve. */
static void test_blocks__are_one_call(void **state)
{
    enum { N = 100, K = 5 };
    double p[N * K], y[N];
    crs_random rng;
    crs_metrics all, parts;
    crs_error err;
    (void)state;
    crs_random_seed(&rng, 7);
    for (size_t i = 0; i < N; i++) {
        double sum = 0;
        for (size_t j = 0; j < K; j++)
            sum += p[i * K + j] = crs_random_rand(&rng);
        for (size_t j = 0; j < K; j++)
            p[i * K + j] /= sum;
        y[i] = (double)crs_random_interval(&rng, K - 1);
    }
    assert_int_equal(crs_metrics_measure(CRS_TASK_CLASSES, K, N, p, y, 0, &err, &all), CRS_OK);
    for (size_t block = 1; block <= N; block += 33) {
        assert_int_equal(crs_metrics_begin(CRS_TASK_CLASSES, K, 0, &err, &parts), CRS_OK);
        for (size_t from = 0; from < N; from += block)
            assert_int_equal(crs_metrics_add(&parts, N - from < block ? N - from : block,
                                             p + from * K, y + from, &err),
                             CRS_OK);
        crs_metrics_end(&parts);
        assert_true(parts.n == N && parts.accuracy == all.accuracy && parts.f1 == all.f1);
        assert_true(parts.log_loss == all.log_loss && parts.brier == all.brier);
        assert_true(parts.calibration_error == all.calibration_error);
        assert_memory_equal(parts.confusion, all.confusion, K * K * sizeof *all.confusion);
        assert_true(isnan(parts.roc_auc) && isnan(parts.per_class[0].roc_auc));
        crs_metrics_release(&parts);
    }
    crs_metrics_release(&all);
    assert_int_equal(crs_metrics_begin(CRS_TASK_VALUES, 1, 0, &err, &parts), CRS_EINVAL);
}

/* Above CRS_METRICS_CONFUSION classes memory grows with the classes, not with their square. */
static void test_many_classes__have_no_confusion(void **state)
{
    enum { K = 50000 };
    double *p = calloc(K, sizeof *p), y[1] = {K - 1};
    crs_metrics m;
    crs_error err;
    (void)state;
    assert_non_null(p);
    p[K - 1] = 1;
    assert_int_equal(crs_metrics_begin(CRS_TASK_CLASSES, K, 0, &err, &m), CRS_OK);
    assert_int_equal(crs_metrics_add(&m, 1, p, y, &err), CRS_OK);
    crs_metrics_end(&m);
    assert_null(m.confusion);
    assert_true(m.accuracy == 1 && m.per_class[K - 1].correct == 1);
    crs_metrics_release(&m);
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_is_near__tells_apart),
        cmocka_unit_test(test_measure__classes_and_labels_as_scikit_learn),
        cmocka_unit_test(test_measure__values_as_scikit_learn),
        cmocka_unit_test(test_roc__as_scikit_learn),
        cmocka_unit_test(test_measure__nan_is_wrong),
        cmocka_unit_test(test_measure__nan_of_labels_and_values),
        cmocka_unit_test(test_measure__nan_is_not_passed_over_in_means),
        cmocka_unit_test(test_auc__of_odd_scores),
        cmocka_unit_test(test_measure__borders_of_bins),
        cmocka_unit_test(test_measure__refuses),
        cmocka_unit_test(test_roc__refuses),
        cmocka_unit_test(test_measure__without_memory),
        cmocka_unit_test(test_roc__without_memory),
        cmocka_unit_test(test_blocks__are_one_call),
        cmocka_unit_test(test_many_classes__have_no_confusion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
