#include "metrics_show.h"

#include "json.h"

#include <crease/format.h>

#include <math.h>
#include <string.h>

/* A matrix of more classes fits no terminal. */
#define MAX_CONFUSION 20
/* Heads of columns longer than this become numbers. */
#define MAX_HEAD 6

/* ---- names, padded ---------------------------------------------------------------------- */

size_t metrics_name(const char *const *names, size_t i, char text[METRICS_NAME_BYTES])
{
    size_t n = 0, length = 0;
    const char *at;
    if (names == NULL || names[i] == NULL)
        return (size_t)snprintf(text, METRICS_NAME_BYTES, "%zu", i);
    for (at = names[i]; *at != '\0'; at++) {
        int begins = ((unsigned char)*at & 0xC0) != 0x80; /* of a UTF-8 character */
        if ((begins && length == METRICS_NAME) || n == (size_t)METRICS_NAME_BYTES - 1)
            break;
        length += (size_t)begins;
        text[n++] = (unsigned char)*at < 0x20 || *at == 0x7F ? '?' : *at;
    }
    text[n] = '\0';
    return length;
}

static size_t widest_name(size_t n, const char *const *names, size_t least)
{
    char text[METRICS_NAME_BYTES];
    for (size_t i = 0; i < n; i++) {
        size_t length = metrics_name(names, i, text);
        least = length > least ? length : least;
    }
    return least;
}

static void put_name(FILE *file, const char *const *names, size_t i, size_t width)
{
    char text[METRICS_NAME_BYTES];
    size_t length = metrics_name(names, i, text);
    (void)fprintf(file, "%s%*s", text, (int)(width > length ? width - length : 0), "");
}

/* ---- numbers ------------------------------------------------------------------------------ */

static void put_count(FILE *file, int width, size_t n)
{
    char text[CRS_FORMAT_COUNT_BYTES];
    crs_format_count(n, text, sizeof text);
    (void)fprintf(file, "%*s", width, text);
}

/* What is not defined shows as a dash. */
static void put_percent(FILE *file, int width, double share)
{
    if (isnan(share))
        (void)fprintf(file, "%*s", width, "-");
    else
        (void)fprintf(file, "%*.2f %%", width - 2, 100 * share);
}

static void put_fixed(FILE *file, int width, double value)
{
    if (isnan(value))
        (void)fprintf(file, "%*s", width, "-");
    else
        (void)fprintf(file, "%*.4f", width, value);
}

/* In the unit of what is predicted. */
static void put_measure(FILE *file, int width, double value)
{
    if (isnan(value))
        (void)fprintf(file, "%*s", width, "-");
    else
        (void)fprintf(file, "%*.6g", width, value);
}

/* ---- classes and labels --------------------------------------------------------------------- */

static void print_classes(FILE *file, const crs_metrics *m, const char *const *names)
{
    size_t width = widest_name(m->n_classes, names, strlen("class"));
    (void)fprintf(file, "\n%-*s%10s%10s%11s%10s%10s%9s\n", (int)width,
                  m->task == CRS_TASK_LABELS ? "label" : "class", "samples", "predicted",
                  "precision", "recall", "F1", "ROC AUC");
    for (size_t c = 0; c < m->n_classes; c++) {
        const crs_class_metrics *k = &m->per_class[c];
        put_name(file, names, c, width);
        put_count(file, 10, k->n);
        put_count(file, 10, k->predicted);
        put_percent(file, 11, k->precision);
        put_percent(file, 10, k->recall);
        put_percent(file, 10, k->f1);
        put_fixed(file, 9, k->roc_auc);
        (void)fputc('\n', file);
    }
    if (m->n_classes > 1) {
        (void)fprintf(file, "%-*s%20s", (int)width, "mean", "");
        put_percent(file, 11, m->precision);
        put_percent(file, 10, m->recall);
        put_percent(file, 10, m->f1);
        put_fixed(file, 9, m->roc_auc);
        (void)fputc('\n', file);
    }
    (void)fprintf(
        file, "\nprecision  of those predicted to be it, the share that is"
              "\nrecall     of those that are it, the share predicted to be"
              "\nF1         both in one number (harmonic mean)"
              "\nROC AUC    how often one that is it ranks above one that is not (chance: 0.5)\n");
}

static int digits_of(size_t n)
{
    return snprintf(NULL, 0, "%zu", n);
}

/* Rows the truth, columns the prediction; a dot for none. */
static void print_confusion(FILE *file, const crs_metrics *m, const char *const *names)
{
    size_t k = m->n_classes, width = widest_name(k, names, 1), head = width;
    int numbered = names != NULL && head > MAX_HEAD, cell, mark = numbered ? digits_of(k - 1) : 0;
    if (k > MAX_CONFUSION) {
        (void)fprintf(file,
                      "\nThe confusion matrix of %zu classes is in the JSON and the picture.\n", k);
        return;
    }
    cell = numbered ? mark : (int)head;
    for (size_t i = 0; i < k * k; i++)
        cell = digits_of(m->confusion[i]) > cell ? digits_of(m->confusion[i]) : cell;
    (void)fprintf(file, "\nTrue class (rows), and predicted class (columns):\n\n%*s",
                  (int)width + (numbered ? mark + 1 : 0), "");
    for (size_t c = 0; c < k; c++) {
        char text[METRICS_NAME_BYTES];
        size_t length = metrics_name(numbered ? NULL : names, c, text);
        (void)fprintf(file, "  %*s%s", cell - (int)length, "", text);
    }
    (void)fputc('\n', file);
    for (size_t r = 0; r < k; r++) {
        if (numbered)
            (void)fprintf(file, "%*zu ", mark, r);
        put_name(file, names, r, width);
        for (size_t c = 0; c < k; c++) {
            if (m->confusion[r * k + c] == 0)
                (void)fprintf(file, "  %*s", cell, ".");
            else
                (void)fprintf(file, "  %*zu", cell, m->confusion[r * k + c]);
        }
        (void)fputc('\n', file);
    }
}

static void print_calibration(FILE *file, const crs_metrics *m)
{
    int begun = 0;
    for (size_t b = CRS_CALIBRATION_BINS; b-- > 0;) {
        const crs_calibration_bin *bin = &m->bins[b];
        char range[16];
        if (bin->n == 0)
            continue;
        if (!begun++)
            (void)fprintf(file, "\nconfidence  predictions     right\n");
        (void)snprintf(range, sizeof range, "%zu-%zu %%", 10 * b, 10 * (b + 1));
        (void)fprintf(file, "%10s", range);
        put_count(file, 13, bin->n);
        put_percent(file, 10, bin->accuracy);
        (void)fputc('\n', file);
    }
    if (isnan(m->log_loss))
        return;
    (void)fputs("\nConfidence and share of right answers differ by ", file);
    put_percent(file, 1, m->calibration_error);
    (void)fprintf(file, " on average\n(calibration error). Log loss %.4f, Brier score %.4f.\n",
                  m->log_loss, m->brier);
}

static void print_accuracy(FILE *file, const crs_metrics *m)
{
    char right[CRS_FORMAT_COUNT_BYTES], all[CRS_FORMAT_COUNT_BYTES];
    crs_format_count((uint64_t)llround(m->accuracy * (double)m->n), right, sizeof right);
    crs_format_count(m->n, all, sizeof all);
    (void)fprintf(file, "%.2f %% right: %s of %s samples%s\n", 100 * m->accuracy, right, all,
                  m->task == CRS_TASK_LABELS ? ", with all labels" : "");
}

/* ---- values ----------------------------------------------------------------------------------- */

static void print_values(FILE *file, const crs_metrics *m, const char *const *names)
{
    size_t width = widest_name(m->n_values, names, strlen("value"));
    (void)fprintf(file, "%-*s%10s%14s%14s\n", (int)width, "value", "R^2", "MAE", "RMSE");
    for (size_t j = 0; j <= m->n_values; j++) {
        int is_mean = j == m->n_values;
        crs_value_metrics v = is_mean ? (crs_value_metrics){m->r2, m->mae, m->rmse} : m->values[j];
        if (is_mean && m->n_values == 1)
            break;
        if (is_mean)
            (void)fprintf(file, "%-*s", (int)width, "mean");
        else
            put_name(file, names, j, width);
        put_fixed(file, 10, v.r2);
        put_measure(file, 14, v.mae);
        put_measure(file, 14, v.rmse);
        (void)fputc('\n', file);
    }
    (void)fprintf(file,
                  "\nR^2   share of the spread that is explained (1: all, 0: as if by the mean)"
                  "\nMAE   mean distance from the true value"
                  "\nRMSE  root of the mean square of it\n");
}

void metrics_print(FILE *file, const crs_metrics *metrics, const char *const *names)
{
    if (metrics->n_nan > 0) {
        char count[CRS_FORMAT_COUNT_BYTES];
        crs_format_count(metrics->n_nan, count, sizeof count);
        (void)fprintf(file, "Of %s samples a prediction is no number (NaN).\n\n", count);
    }
    if (metrics->task == CRS_TASK_VALUES) {
        print_values(file, metrics, names);
        return;
    }
    print_accuracy(file, metrics);
    print_classes(file, metrics, names);
    if (metrics->confusion != NULL)
        print_confusion(file, metrics, names);
    print_calibration(file, metrics);
}

/* ---- JSON --------------------------------------------------------------------------------------- */

static json_t *name_json(const char *const *names, size_t i)
{
    return json_text(names == NULL ? NULL : names[i]);
}

static json_t *class_json(const crs_class_metrics *k, json_t *name)
{
    return json_pack("{s:o, s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "name", name, "samples",
                     (json_int_t)k->n, "predicted", (json_int_t)k->predicted, "correct",
                     (json_int_t)k->correct, "precision", json_number(k->precision), "recall",
                     json_number(k->recall), "f1", json_number(k->f1), "roc_auc",
                     json_number(k->roc_auc));
}

/* Rows of the confusion matrix; null where the task has none. */
static json_t *confusion_json(const crs_metrics *m)
{
    json_t *rows = m->confusion == NULL ? json_null() : json_array();
    for (size_t r = 0; m->confusion != NULL && r < m->n_classes; r++) {
        json_t *row = json_array();
        for (size_t c = 0; c < m->n_classes; c++)
            (void)json_array_append_new(
                row, json_integer((json_int_t)m->confusion[r * m->n_classes + c]));
        (void)json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *bins_json(const crs_metrics *m)
{
    json_t *bins = json_array();
    for (size_t b = 0; b < CRS_CALIBRATION_BINS; b++)
        (void)json_array_append_new(bins, json_pack("{s:f, s:I, s:o, s:o}", "from",
                                                    (double)b / CRS_CALIBRATION_BINS, "n",
                                                    (json_int_t)m->bins[b].n, "confidence",
                                                    json_number(m->bins[b].confidence), "accuracy",
                                                    json_number(m->bins[b].accuracy)));
    return bins;
}

static json_t *values_json(const crs_metrics *m, const char *const *names)
{
    json_t *values = json_array();
    for (size_t j = 0; j < m->n_values; j++)
        (void)json_array_append_new(
            values, json_pack("{s:o, s:o, s:o, s:o}", "name", name_json(names, j), "r2",
                              json_number(m->values[j].r2), "mae", json_number(m->values[j].mae),
                              "rmse", json_number(m->values[j].rmse)));
    return json_pack("{s:s, s:I, s:I, s:o, s:o, s:o, s:o}", "task", "values", "samples",
                     (json_int_t)m->n, "nan", (json_int_t)m->n_nan, "r2", json_number(m->r2), "mae",
                     json_number(m->mae), "rmse", json_number(m->rmse), "values", values);
}

json_t *metrics_json(const crs_metrics *metrics, const char *const *names)
{
    json_t *classes;
    int is_labels = metrics->task == CRS_TASK_LABELS;
    if (metrics->task == CRS_TASK_VALUES)
        return values_json(metrics, names);
    classes = json_array();
    for (size_t c = 0; c < metrics->n_classes; c++)
        (void)json_array_append_new(classes,
                                    class_json(&metrics->per_class[c], name_json(names, c)));
    return json_pack(
        "{s:s, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "task",
        is_labels ? "labels" : "classes", "samples", (json_int_t)metrics->n, "nan",
        (json_int_t)metrics->n_nan, "accuracy", json_number(metrics->accuracy), "precision",
        json_number(metrics->precision), "recall", json_number(metrics->recall), "f1",
        json_number(metrics->f1), "roc_auc", json_number(metrics->roc_auc), "log_loss",
        json_number(metrics->log_loss), "brier", json_number(metrics->brier), "calibration_error",
        json_number(metrics->calibration_error), "calibration", bins_json(metrics),
        is_labels ? "labels" : "classes", classes, "confusion", confusion_json(metrics));
}
