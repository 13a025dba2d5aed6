/* How good predictions are, as JSON. */
#include "json.h"
#include "metrics_show.h"

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
