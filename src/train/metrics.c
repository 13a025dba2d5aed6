#include "train/metrics.h"

#include "core/arguments.h"
#include "core/memory.h"

#include <math.h>
#include <string.h>

static crs_status check_classes(const crs__metrics_input *in, crs_error *err)
{
    for (size_t i = 0; i < in->n; i++) {
        double y = in->y[i];
        if (!(y >= 0 && y < (double)in->n_classes && y == floor(y)))
            return crs_error_set(err, CRS_EINVAL,
                                 "sample %zu is of class %g, and predictions are for classes 0 to "
                                 "%zu",
                                 i, y, in->n_classes - 1);
    }
    return CRS_OK;
}

static crs_status check_targets(const crs__metrics_input *in, crs_error *err)
{
    for (size_t i = 0; i < in->n * in->n_out; i++) {
        double y = in->y[i];
        if (in->task == CRS_TASK_LABELS && y != 0 && y != 1)
            return crs_error_set(err, CRS_EINVAL, "label %zu of sample %zu is %g, and not 0 or 1",
                                 i % in->n_out, i / in->n_out, y);
        if (!isfinite(y))
            return crs_error_set(err, CRS_EINVAL, "value %zu of sample %zu is not finite",
                                 i % in->n_out, i / in->n_out);
    }
    return CRS_OK;
}

crs_status crs__metrics_check(crs__metrics_input *in, crs_error *err)
{
    if (in->n == 0)
        return crs_error_set(err, CRS_EINVAL, "no samples to measure");
    if (in->n_out == 0)
        return crs_error_set(err, CRS_EINVAL, "no predictions to measure");
    switch (in->task) {
    case CRS_TASK_CLASSES:
        in->n_classes = in->n_out == 1 ? 2 : in->n_out;
        return check_classes(in, err);
    case CRS_TASK_LABELS:
        in->n_classes = in->n_out;
        return check_targets(in, err);
    case CRS_TASK_VALUES:
        return check_targets(in, err);
    }
    return crs_error_set(err, CRS_EINVAL, "%d is no learning task", (int)in->task);
}

int crs__metrics_has(const crs__metrics_input *in, size_t i, size_t c)
{
    if (in->task == CRS_TASK_LABELS)
        return in->y[i * in->n_out + c] != 0;
    return (size_t)in->y[i] == c;
}

int crs__metrics_is_nan(const crs__metrics_input *in, size_t i)
{
    for (size_t j = 0; j < in->n_out; j++) {
        if (isnan(in->p[i * in->n_out + j]))
            return 1;
    }
    return 0;
}

crs_status crs__metrics_values(const crs__metrics_input *in, crs_metrics *out)
{
    double n = (double)in->n, r2 = 0, mae = 0, square = 0;
    size_t n_r2 = 0;
    out->values = crs__alloc(in->n_out, sizeof *out->values);
    if (out->values == NULL)
        return CRS_ENOMEM;
    out->n = in->n;
    for (size_t i = 0; i < in->n; i++)
        out->n_nan += (size_t)crs__metrics_is_nan(in, i);
    out->n_values = in->n_out;
    for (size_t j = 0; j < in->n_out; j++) {
        const double *y = in->y + j, *p = in->p + j;
        double mean = 0, total = 0, rest = 0, away = 0;
        /* from the first one: the mean of a constant is then that constant to the last bit */
        for (size_t i = 0; i < in->n; i++)
            mean += y[i * in->n_out] - y[0];
        mean = y[0] + mean / n;
        for (size_t i = 0; i < in->n; i++) {
            double e = p[i * in->n_out] - y[i * in->n_out], d = y[i * in->n_out] - mean;
            rest += e * e;
            total += d * d;
            away += fabs(e);
        }
        out->values[j].r2 = total > 0 ? 1 - rest / total : NAN;
        out->values[j].mae = away / n;
        out->values[j].rmse = sqrt(rest / n);
        mae += away / n;
        square += rest / n;
        if (total > 0) {
            r2 += out->values[j].r2;
            n_r2++;
        }
    }
    out->r2 = n_r2 > 0 ? r2 / (double)n_r2 : NAN;
    out->mae = mae / (double)in->n_out;
    out->rmse = sqrt(square / (double)in->n_out);
    return CRS_OK;
}

/* What a task has no use for is not defined. */
static void set_undefined(crs_metrics *out)
{
    out->accuracy = out->precision = out->recall = out->f1 = out->roc_auc = NAN;
    out->log_loss = out->brier = out->calibration_error = NAN;
    out->r2 = out->mae = out->rmse = NAN;
    for (size_t b = 0; b < CRS_CALIBRATION_BINS; b++)
        out->bins[b].confidence = out->bins[b].accuracy = NAN;
}

crs_status crs_metrics_measure(crs_learning_task task, size_t n_out, size_t n, const double *p,
                               const double *y, int are_scores, crs_error *err, crs_metrics *out)
{
    if (p == NULL || y == NULL || out == NULL) {
        if (out != NULL)
            memset(out, 0, sizeof *out);
        return crs__null_argument(err, __func__);
    }
    crs__metrics_input in = {task, n_out, n, p, y, are_scores, 0};
    crs_status status;
    memset(out, 0, sizeof *out);
    status = crs__metrics_check(&in, err);
    if (status != CRS_OK)
        return status;
    out->task = task;
    set_undefined(out);
    status = (task == CRS_TASK_VALUES ? crs__metrics_values : crs__metrics_classify)(&in, out);
    if (status != CRS_OK) {
        crs_metrics_release(out);
        return crs_error_set(err, status, "no memory to measure %zu predictions", n);
    }
    return CRS_OK;
}

crs_status crs_metrics_begin(crs_learning_task task, size_t n_out, int are_scores, crs_error *err,
                             crs_metrics *out)
{
    if (out == NULL) {
        if (out != NULL)
            memset(out, 0, sizeof *out);
        return crs__null_argument(err, __func__);
    }
    crs__metrics_input in = {task, n_out, 0, NULL, NULL, are_scores, 0};
    memset(out, 0, sizeof *out);
    if ((task != CRS_TASK_CLASSES && task != CRS_TASK_LABELS) || n_out == 0)
        return crs_error_set(err, CRS_EINVAL, "classes or labels are measured block by block");
    in.n_classes = task == CRS_TASK_CLASSES && n_out == 1 ? 2 : n_out;
    out->task = task;
    out->n_out = n_out;
    out->are_scores = are_scores;
    set_undefined(out);
    if (crs__metrics_start(&in, out) == CRS_OK)
        return CRS_OK;
    crs_metrics_release(out);
    return crs_error_set(err, CRS_ENOMEM, "no memory to measure %zu classes", in.n_classes);
}

crs_status crs_metrics_add(crs_metrics *metrics, size_t n, const double *p, const double *y,
                           crs_error *err)
{
    if (metrics == NULL || p == NULL || y == NULL)
        return crs__null_argument(err, __func__);
    crs__metrics_input in = {metrics->task, metrics->n_out, n, p, y, metrics->are_scores, 0};
    crs_status status = crs__metrics_check(&in, err);
    if (status == CRS_OK)
        crs__metrics_count(&in, metrics);
    return status;
}

void crs_metrics_release(crs_metrics *metrics)
{
    if (metrics == NULL)
        return;
    crs__free(metrics->confusion);
    crs__free(metrics->per_class);
    crs__free(metrics->values);
    memset(metrics, 0, sizeof *metrics);
}
