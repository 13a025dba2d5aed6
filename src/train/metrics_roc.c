#include "train/metrics.h"

#include "core/arguments.h"
#include "core/memory.h"

#include <math.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/*
 * What is said of class c, rising: of the samples that have it in scores[0] ... scores[k - 1], of
 * the others behind; k comes back. One output speaks of class 1, and its negative of class 0.
 */
static size_t part(const crs__metrics_input *in, size_t c, double *scores)
{
    int is_single = in->task == CRS_TASK_CLASSES && in->n_out == 1;
    size_t have = 0, rest = in->n;
    for (size_t i = 0; i < in->n; i++) {
        double p = is_single ? (c == 1 ? in->p[i] : -in->p[i]) : in->p[i * in->n_out + c];
        scores[crs__metrics_has(in, i, c) ? have++ : --rest] = p;
    }
    qsort(scores, have, sizeof *scores, compare);
    qsort(scores + have, in->n - have, sizeof *scores, compare);
    return have;
}

double crs__metrics_auc(const crs__metrics_input *in, size_t c, double *scores)
{
    size_t have = part(in, c, scores), others = in->n - have, below = 0, upto = 0;
    const double *other = scores + have;
    uint64_t twice = 0; /* pairs in the right order count 2, ties 1 */
    for (size_t i = 0; i < have; i++) {
        while (below < others && other[below] < scores[i])
            below++;
        while (upto < others && other[upto] <= scores[i])
            upto++;
        twice += below + upto;
    }
    if (have == 0 || others == 0)
        return NAN;
    return (double)twice / (2 * (double)have * (double)others);
}

/* From the highest score down, one point each. */
static size_t walk(size_t have, size_t others, const double *scores, double *fpr, double *tpr)
{
    const double *other = scores + have;
    size_t n = 0, i = have, j = others;
    fpr[n] = tpr[n] = 0;
    n++;
    while (i > 0 || j > 0) {
        double score =
            j == 0 || (i > 0 && scores[i - 1] > other[j - 1]) ? scores[i - 1] : other[j - 1];
        while (i > 0 && scores[i - 1] == score)
            i--;
        while (j > 0 && other[j - 1] == score)
            j--;
        fpr[n] = (double)(others - j) / (double)others;
        tpr[n] = (double)(have - i) / (double)have;
        n++;
    }
    return n;
}

crs_status crs_metrics_roc(crs_learning_task task, size_t n_out, size_t n, const double *p,
                           const double *y, size_t c, crs_error *err, size_t *n_points,
                           double **fpr, double **tpr)
{
    if (p == NULL || y == NULL || n_points == NULL || fpr == NULL || tpr == NULL)
        return crs__null_argument(err, __func__);
    crs__metrics_input in = {task, n_out, n, p, y, 0, 0};
    double *scores = NULL, *curve = NULL;
    size_t have;
    crs_status status = crs__metrics_check(&in, err);
    *n_points = 0;
    *fpr = *tpr = NULL;
    if (status != CRS_OK)
        return status;
    if (task == CRS_TASK_VALUES || c >= in.n_classes)
        return crs_error_set(err, CRS_EINVAL, "there is no class %zu", c);
    for (size_t i = 0; i < n; i++) {
        if (crs__metrics_is_nan(&in, i))
            return crs_error_set(err, CRS_ENONFINITE, "the prediction of sample %zu is NaN", i);
    }
    scores = crs__alloc(n, sizeof *scores);
    curve = crs__alloc(n + 1, 2 * sizeof *curve);
    if (scores == NULL || curve == NULL) {
        status = crs_error_set(err, CRS_ENOMEM, "no memory for a curve of %zu samples", n);
        goto out;
    }
    have = part(&in, c, scores);
    if (have == 0 || have == n) {
        status = crs_error_set(err, CRS_EINVAL, "%s sample has class %zu: it has no ROC curve",
                               have == 0 ? "no" : "every", c);
        goto out;
    }
    *n_points = walk(have, n - have, scores, curve, curve + n + 1);
    *fpr = curve;
    *tpr = curve + n + 1;
    curve = NULL;
out:
    crs__free(scores);
    crs__free(curve);
    return status;
}

void crs_metrics_curve_release(double *fpr)
{
    if (fpr == NULL)
        return;
    crs__free(fpr);
}
