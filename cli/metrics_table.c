/* The table of classes, labels or values: what stands in it. */
#include "metrics_show.h"
#include "say.h"

#include <crease/format.h>

#include <math.h>

/* ---- cells ---------------------------------------------------------------------------------- */

size_t metrics_name(const char *const *names, size_t i, char text[METRICS_NAME_BYTES])
{
    size_t n = 0, length = 0;
    char name[PRINTABLE_BYTES];
    if (names == NULL || names[i] == NULL)
        return (size_t)snprintf(text, METRICS_NAME_BYTES, "%zu", i);
    for (const char *at = printable(names[i], name); *at != '\0'; at++) {
        int begins = ((unsigned char)*at & 0xC0) != 0x80; /* of a UTF-8 character */
        if (begins && (length == METRICS_NAME || n + 4 >= (size_t)METRICS_NAME_BYTES))
            break;
        length += (size_t)begins;
        text[n++] = *at;
    }
    text[n] = '\0';
    return length;
}

/* `decimals` of them; below 0: as many as tell the value, in the unit of what is predicted. */
static void put_number(double value, int decimals, const char *unit, char *text)
{
    if (isnan(value))
        (void)snprintf(text, METRICS_NAME_BYTES, "-");
    else if (decimals < 0)
        (void)snprintf(text, METRICS_NAME_BYTES, "%.6g", value);
    else
        (void)snprintf(text, METRICS_NAME_BYTES, "%.*f%s", decimals, value, unit);
}

/* ---- columns -------------------------------------------------------------------------------- */

typedef struct heading {
    const char *text, *explained;
} heading;

enum { NAME, SAMPLES, PREDICTED, PRECISION, RECALL, F1, AREA, N_CLASS_COLUMNS };
enum { R2 = NAME + 1, MAE, RMSE, N_VALUE_COLUMNS };

static const heading class_headings[N_CLASS_COLUMNS] = {
    [NAME] = {"class", NULL},
    [SAMPLES] = {"samples", NULL},
    [PREDICTED] = {"predicted", NULL},
    [PRECISION] = {"precision", "of those predicted to be it, the share that is"},
    [RECALL] = {"recall", "of those that are it, the share predicted to be"},
    [F1] = {"F1", "both in one number (harmonic mean)"},
    [AREA] = {"ROC AUC", "how often one that is it ranks above one that is not (chance: 0.5)"},
};

static const heading value_headings[N_VALUE_COLUMNS] = {
    [NAME] = {"value", NULL},
    [R2] = {"R^2", "share of the spread that is explained (1: all, 0: as if by the mean)"},
    [MAE] = {"MAE", "mean distance from the true value"},
    [RMSE] = {"RMSE", "root of the mean square of it"},
};

static const heading *heading_at(const crs_metrics *m, size_t column)
{
    if (m->task == CRS_TASK_VALUES)
        return column < N_VALUE_COLUMNS ? &value_headings[column] : NULL;
    return column < N_CLASS_COLUMNS ? &class_headings[column] : NULL;
}

const char *metrics_heading(const crs_metrics *metrics, size_t column)
{
    const heading *h = heading_at(metrics, column);
    if (h != NULL && column == NAME && metrics->task == CRS_TASK_LABELS)
        return "label";
    return h == NULL ? NULL : h->text;
}

const char *metrics_heading_explained(const crs_metrics *metrics, size_t column)
{
    return heading_at(metrics, column)->explained;
}

/* ---- rows ----------------------------------------------------------------------------------- */

size_t metrics_rows(const crs_metrics *metrics)
{
    size_t n = metrics->task == CRS_TASK_VALUES ? metrics->n_values : metrics->n_classes;
    return n > 1 ? n + 1 : n;
}

static void class_cell(const crs_metrics *m, const crs_class_metrics *k, size_t column, char *text)
{
    switch (column) {
    case SAMPLES:
    case PREDICTED:
        if (k != NULL)
            crs_format_count(column == SAMPLES ? k->n : k->predicted, text, METRICS_NAME_BYTES);
        break;
    case PRECISION:
        put_number(100 * (k != NULL ? k->precision : m->precision), 2, " %", text);
        break;
    case RECALL:
        put_number(100 * (k != NULL ? k->recall : m->recall), 2, " %", text);
        break;
    case F1:
        put_number(100 * (k != NULL ? k->f1 : m->f1), 2, " %", text);
        break;
    default:
        put_number(k != NULL ? k->roc_auc : m->roc_auc, 4, "", text);
    }
}

void metrics_cell(const crs_metrics *metrics, const char *const *names, size_t row, size_t column,
                  char text[METRICS_NAME_BYTES])
{
    int is_value = metrics->task == CRS_TASK_VALUES;
    int is_mean = row == (is_value ? metrics->n_values : metrics->n_classes);
    text[0] = '\0';
    if (column == NAME && is_mean) {
        (void)snprintf(text, METRICS_NAME_BYTES, "mean");
    } else if (column == NAME) {
        (void)metrics_name(names, row, text);
    } else if (is_value) {
        crs_value_metrics mean = {metrics->r2, metrics->mae, metrics->rmse};
        const crs_value_metrics *v = is_mean ? &mean : &metrics->values[row];
        if (column == R2)
            put_number(v->r2, 4, "", text);
        else
            put_number(column == MAE ? v->mae : v->rmse, -1, "", text);
    } else {
        class_cell(metrics, is_mean ? NULL : &metrics->per_class[row], column, text);
    }
}
