/*
 * crease/metrics.h - how good predictions are, by task.
 *
 *     crs_metrics m;
 *     crs_metrics_measure(CRS_TASK_CLASSES, 10, n, p, y, NULL, &err, &m);
 *     printf("%.4f\n", m.accuracy);
 *     crs_metrics_release(&m);
 *
 * Definitions are scikit-learn's; what is not defined (precision of a class that was never
 * predicted, the area under a curve with one class only, R^2 of a constant) is NAN and left out of
 * means, and so is what a task does not have.
 *
 * A sample with a NaN among its predictions is wrong, is said to be of no class and stands in no
 * cell of the confusion matrix (with several labels: that label is not said and wrong, the others
 * count). Roc_auc, log_loss, brier and calibration_error are then NAN, mae, rmse and r2 too.
 */
#ifndef CREASE_METRICS_H
#define CREASE_METRICS_H

#include <crease/data.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CRS_CALIBRATION_BINS 10

/* More classes than this have no confusion matrix: nobody reads it, and it grows with their square. */
#define CRS_METRICS_CONFUSION 1024

/* One class, or one label of several. */
typedef struct crs_class_metrics {
    size_t n;         /* samples that have it */
    size_t predicted; /* samples that are said to */
    size_t correct;   /* both */
    double precision, recall, f1;
    double roc_auc; /* this class against the rest (Hanley and McNeil 1982: ties count half) */
} crs_class_metrics;

/* Predictions whose confidence lies in [i / 10, (i + 1) / 10); 1 in the last. */
typedef struct crs_calibration_bin {
    size_t n;
    double confidence; /* mean of what was said; NAN where n is 0 */
    double accuracy;   /* share that was right; likewise */
} crs_calibration_bin;

typedef struct crs_value_metrics {
    double r2, mae, rmse;
} crs_value_metrics;

/* Owned by the caller, released with crs_metrics_release; zeroed it is empty. */
typedef struct crs_metrics {
    crs_learning_task task;
    size_t n;     /* samples */
    size_t n_nan; /* of these, with a NaN among their predictions */

    double accuracy;  /* classes: share right; labels: share of samples with all labels right */
    size_t n_classes; /* classes or labels */
    /* Up to CRS_METRICS_CONFUSION classes: [n_classes, n_classes], row the truth, column the
     * prediction; else NULL. */
    size_t *confusion;
    crs_class_metrics *per_class;          /* [n_classes] */
    double precision, recall, f1, roc_auc; /* means over classes (macro) */
    /* Of probabilities; NAN, and bins empty, for scores. */
    double log_loss; /* mean -log p of the truth, p within [1e-15, 1 - 1e-15]; labels: over all */
    double brier;    /* mean of sum over classes (p - y)^2 (one output: its own alone);
                        labels: of the mean over labels */
    /* By what was said: the likeliest class, or, for each label, there or not. */
    crs_calibration_bin bins[CRS_CALIBRATION_BINS];
    double calibration_error; /* expected: the bins' |accuracy - confidence|, weighted by n */

    size_t n_values;           /* values */
    crs_value_metrics *values; /* [n_values] */
    double r2, mae, rmse;      /* means over values (rmse: root of the mean) */

    size_t n_out, n_right; /* the library's own, between begin and end */
    int are_scores;
} crs_metrics;

/*
 * p is [n, n_out] as crs_model_predict gives it, y as crs_dataset has it ([n], or [n, n_out] for
 * labels and values). Classes with one output: p is the probability of class 1. `are_scores` 1: p
 * are scores (hinge), compared with 0 or with each other, not probabilities. What is likelier than
 * 0.5 (above 0 for scores) is said; of several classes the likeliest, the first among equals.
 * Takes n log n steps a class.
 *
 * Errors: CRS_EINVAL (n or n_out is 0, a class that p lacks, a label that is not 0 or 1, a value
 * that is not finite), CRS_ENOMEM.
 */
CRS_API crs_status crs_metrics_measure(crs_learning_task task, size_t n_out, size_t n,
                                       const double *p, const double *y, int are_scores,
                                       crs_error *err, crs_metrics *out);
CRS_API void crs_metrics_release(crs_metrics *metrics);

/*
 * The same of classes or labels block by block, where [n, n_out] predictions are more than memory
 * should hold: begin, add for each block in the samples' order, end. The bits are those of one call
 * but for roc_auc, which needs all of a class's scores at once and is NAN. `metrics` is released in any
 * case.
 *
 * Errors: as above; of a call with values CRS_EINVAL.
 */
CRS_API crs_status crs_metrics_begin(crs_learning_task task, size_t n_out, int are_scores,
                                     crs_error *err, crs_metrics *out);
CRS_API crs_status crs_metrics_add(crs_metrics *metrics, size_t n, const double *p, const double *y,
                                   crs_error *err);
CRS_API void crs_metrics_end(crs_metrics *metrics);

/*
 * The points of the ROC curve of class (or label) c: false and true positive rates, from (0, 0) to
 * (1, 1), one a distinct score; *fpr is released with crs_metrics_curve_release, *tpr lies in the
 * same block.
 *
 * Errors: CRS_EINVAL (one class only, no class c, y as above), CRS_ENONFINITE (a NaN), CRS_ENOMEM.
 */
CRS_API crs_status crs_metrics_roc(crs_learning_task task, size_t n_out, size_t n, const double *p,
                                   const double *y, size_t c, crs_error *err, size_t *n_points,
                                   double **fpr, double **tpr);
CRS_API void crs_metrics_curve_release(double *fpr);

#ifdef __cplusplus
}
#endif
#endif
