/*
 * Classes and labels: what is said of each sample is counted, then the counts are divided.
 */
#include "train/metrics.h"

#include "core/memory.h"

#include <math.h>

/* p within [1e-15, 1 - 1e-15]: one sample that is surely wrong does not make the loss infinite. */
static double held(double p)
{
    return p < 1e-15 ? 1e-15 : p > 1 - 1e-15 ? 1 - 1e-15 : p;
}

static void count_confidence(crs_metrics *m, double confidence, int is_right)
{
    size_t b = 0;
    while (b + 1 < CRS_CALIBRATION_BINS && confidence >= (double)(b + 1) / CRS_CALIBRATION_BINS)
        b++;
    if (m->bins[b].n++ == 0)
        m->bins[b].confidence = m->bins[b].accuracy = 0;
    m->bins[b].confidence += confidence;
    m->bins[b].accuracy += is_right;
}

static void count_decision(crs_class_metrics *c, int has, int is_said)
{
    c->n += (size_t)has;
    c->predicted += (size_t)is_said;
    c->correct += (size_t)(has && is_said);
}

/* ---- classes ------------------------------------------------------------------------ */

/* The first of the likeliest. */
static size_t class_said(const crs__metrics_input *in, size_t i)
{
    const double *p = in->p + i * in->n_out;
    size_t best = 0;
    if (in->n_out == 1)
        return p[0] > (in->are_scores ? 0 : 0.5);
    for (size_t j = 1; j < in->n_out; j++)
        best = p[j] > p[best] ? j : best;
    return best;
}

/* log_loss and brier hold sums until all samples are in. */
static void add_probability(const crs__metrics_input *in, size_t i, size_t truth, size_t said,
                            crs_metrics *m)
{
    const double *p = in->p + i * in->n_out;
    double confidence;
    if (in->n_out == 1) {
        confidence = said == 1 ? p[0] : 1 - p[0];
        m->log_loss -= log(truth == 1 ? held(p[0]) : 1 - held(p[0]));
        m->brier += (p[0] - (double)truth) * (p[0] - (double)truth);
    } else {
        confidence = p[said];
        m->log_loss -= log(held(p[truth]));
        for (size_t j = 0; j < in->n_out; j++)
            m->brier += (p[j] - (j == truth)) * (p[j] - (j == truth));
    }
    count_confidence(m, confidence, said == truth);
}

static size_t add_classes(const crs__metrics_input *in, size_t i, crs_metrics *m)
{
    size_t truth = (size_t)in->y[i], said;
    if (crs__metrics_is_nan(in, i)) {
        m->per_class[truth].n++;
        return 0;
    }
    said = class_said(in, i);
    if (m->confusion != NULL)
        m->confusion[truth * m->n_classes + said]++;
    m->per_class[truth].n++;
    m->per_class[said].predicted++;
    m->per_class[truth].correct += said == truth;
    if (!in->are_scores)
        add_probability(in, i, truth, said, m);
    return said == truth;
}

/* ---- labels --------------------------------------------------------------------------- */

static size_t add_labels(const crs__metrics_input *in, size_t i, crs_metrics *m)
{
    size_t right = 0;
    for (size_t j = 0; j < in->n_out; j++) {
        double p = in->p[i * in->n_out + j];
        int has = crs__metrics_has(in, i, j), is_said = p > (in->are_scores ? 0 : 0.5);
        count_decision(&m->per_class[j], has, is_said);
        right += !isnan(p) && has == is_said;
        if (in->are_scores || isnan(p))
            continue;
        m->log_loss -= log(has ? held(p) : 1 - held(p)) / (double)in->n_out;
        m->brier += (p - has) * (p - has) / (double)in->n_out;
        count_confidence(m, is_said ? p : 1 - p, has == is_said);
    }
    return right == in->n_out;
}

/* ---- both ------------------------------------------------------------------------------- */

static double ratio(size_t a, size_t b)
{
    return b > 0 ? (double)a / (double)b : NAN;
}

/* A sum to which what is not defined adds nothing. */
typedef struct mean {
    double sum;
    size_t n;
} mean;

static void mean_add(mean *m, double value)
{
    if (!isnan(value)) {
        m->sum += value;
        m->n++;
    }
}

static double mean_get(mean m)
{
    return m.n > 0 ? m.sum / (double)m.n : NAN;
}

static void divide_classes(crs_metrics *m)
{
    mean precision = {0}, recall = {0}, f1 = {0}, auc = {0};
    for (size_t c = 0; c < m->n_classes; c++) {
        crs_class_metrics *k = &m->per_class[c];
        k->precision = ratio(k->correct, k->predicted);
        k->recall = ratio(k->correct, k->n);
        k->f1 = ratio(2 * k->correct, k->n + k->predicted);
        mean_add(&precision, k->precision);
        mean_add(&recall, k->recall);
        mean_add(&f1, k->f1);
        mean_add(&auc, k->roc_auc);
    }
    m->precision = mean_get(precision);
    m->recall = mean_get(recall);
    m->f1 = mean_get(f1);
    m->roc_auc = mean_get(auc);
}

static void divide_bins(crs_metrics *m)
{
    size_t n = 0;
    double error = 0;
    for (size_t b = 0; b < CRS_CALIBRATION_BINS; b++) {
        crs_calibration_bin *bin = &m->bins[b];
        if (bin->n == 0)
            continue;
        error += fabs(bin->accuracy - bin->confidence);
        bin->confidence /= (double)bin->n;
        bin->accuracy /= (double)bin->n;
        n += bin->n;
    }
    m->calibration_error = n > 0 ? error / (double)n : NAN;
}

crs_status crs__metrics_start(const crs__metrics_input *in, crs_metrics *m)
{
    m->per_class = crs__alloc(in->n_classes, sizeof *m->per_class);
    if (m->per_class == NULL)
        return CRS_ENOMEM;
    m->n_classes = in->n_classes;
    if (!in->are_scores)
        m->log_loss = m->brier = 0;
    for (size_t c = 0; c < in->n_classes; c++)
        m->per_class[c].roc_auc = NAN;
    if (in->task == CRS_TASK_CLASSES && in->n_classes <= CRS_METRICS_CONFUSION) {
        m->confusion = crs__alloc(in->n_classes, in->n_classes * sizeof *m->confusion);
        if (m->confusion == NULL)
            return CRS_ENOMEM;
    }
    return CRS_OK;
}

void crs__metrics_count(const crs__metrics_input *in, crs_metrics *m)
{
    for (size_t i = 0; i < in->n; i++) {
        m->n_nan += (size_t)crs__metrics_is_nan(in, i);
        m->n_right += (in->task == CRS_TASK_LABELS ? add_labels : add_classes)(in, i, m);
    }
    m->n += in->n;
}

void crs_metrics_end(crs_metrics *metrics)
{
    if (metrics == NULL)
        return;
    crs_metrics *m = metrics;
    if (m == NULL || m->per_class == NULL)
        return;
    m->accuracy = ratio(m->n_right, m->n);
    m->log_loss /= (double)m->n;
    m->brier /= (double)m->n;
    divide_classes(m);
    divide_bins(m);
    if (m->n_nan > 0)
        m->log_loss = m->brier = m->calibration_error = NAN;
}

crs_status crs__metrics_classify(const crs__metrics_input *in, crs_metrics *out)
{
    double *scores;
    crs_status status = crs__metrics_start(in, out);
    if (status != CRS_OK)
        return status;
    scores = crs__alloc(in->n, sizeof *scores);
    if (scores == NULL)
        return CRS_ENOMEM;
    crs__metrics_count(in, out);
    for (size_t c = 0; c < in->n_classes && out->n_nan == 0; c++)
        out->per_class[c].roc_auc = crs__metrics_auc(in, c, scores);
    crs__free(scores);
    crs_metrics_end(out);
    return CRS_OK;
}
