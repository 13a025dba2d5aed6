/*
 * train/metrics.h - what the sources of crease/metrics.h share.
 */
#ifndef TRAIN_METRICS_H
#define TRAIN_METRICS_H

#include <crease/metrics.h>

/* The arguments of a public call. */
typedef struct crs__metrics_input {
    crs_learning_task task;
    size_t n_out, n;
    const double *p, *y;
    int are_scores;
    size_t n_classes; /* filled by crs__metrics_check: 2 for classes with one output */
} crs__metrics_input;

/* Errors: CRS_EINVAL, in words. */
crs_status crs__metrics_check(crs__metrics_input *in, crs_error *err);

/* Whether sample i has class (or label) c. */
int crs__metrics_has(const crs__metrics_input *in, size_t i, size_t c);

/* Whether a prediction of sample i is NaN. */
int crs__metrics_is_nan(const crs__metrics_input *in, size_t i);

/*
 * The area under the ROC curve of class c; NAN where all samples have it or none has. scores is
 * scratch, [n]. No prediction may be NaN.
 */
double crs__metrics_auc(const crs__metrics_input *in, size_t c, double *scores);

/* The tables of classes or labels; one block of samples is counted. */
crs_status crs__metrics_start(const crs__metrics_input *in, crs_metrics *m);
void crs__metrics_count(const crs__metrics_input *in, crs_metrics *m);

/* Classes and labels; values. `out` is zeroed but for the task, and released by the caller on failure. */
crs_status crs__metrics_classify(const crs__metrics_input *in, crs_metrics *out);
crs_status crs__metrics_values(const crs__metrics_input *in, crs_metrics *out);

#endif
