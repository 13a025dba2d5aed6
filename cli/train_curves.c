/* crease train: what was recorded after each epoch, as CSV and JSON. */
#include "json.h"
#include "train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static crs_status put_text(const crs_sink *out, const char *text)
{
    return out->write(out->ctx, text, strlen(text));
}

crs_status train_put_json(json_t *object, bool on_one_line, const crs_sink *out)
{
    char *text = json_write(object, on_one_line);
    crs_status status = text == NULL ? CRS_ENOMEM : put_text(out, text);
    free(text);
    return status == CRS_OK ? put_text(out, "\n") : status;
}

static const char *const columns[] = {"epoch",      "lr",           "cost",      "metric",
                                      "valid_cost", "valid_metric", "kink_hits", "dead_units"};
enum { COLUMNS = sizeof columns / sizeof *columns };

static const double *cells(const crs_fit_record *r, double row[COLUMNS])
{
    const double values[COLUMNS] = {r->epoch,      r->lr,           r->cost,      r->metric,
                                    r->valid_cost, r->valid_metric, r->kink_hits, r->dead_units};
    memcpy(row, values, sizeof values);
    return row;
}

/* What is not known is an empty field. */
crs_status train_put_csv(const train_job *j, const crs_sink *out)
{
    size_t n;
    double row[COLUMNS];
    const crs_fit_record *records = crs_fit_records(j->fit, &n);
    crs_status status = CRS_OK;
    for (size_t c = 0; c < COLUMNS && status == CRS_OK; c++) {
        status = put_text(out, columns[c]);
        if (status == CRS_OK)
            status = put_text(out, c + 1 < COLUMNS ? "," : "\n");
    }
    for (size_t i = 0; i < n && status == CRS_OK; i++) {
        char line[COLUMNS * 32];
        size_t at = 0;
        cells(&records[i], row);
        for (size_t c = 0; c < COLUMNS; c++) {
            if (isfinite(row[c]))
                at += (size_t)snprintf(line + at, sizeof line - at, "%.17g", row[c]);
            line[at++] = c + 1 < COLUMNS ? ',' : '\n';
        }
        status = out->write(out->ctx, line, at);
    }
    return status;
}

static json_t *record_json(const crs_fit_record *r)
{
    double row[COLUMNS];
    json_t *object = json_object();
    cells(r, row);
    for (size_t c = 0; c < COLUMNS && object != NULL; c++) {
        int whole = c == 0 || c >= COLUMNS - 2;
        (void)json_object_set_new(object, columns[c],
                                  whole && isfinite(row[c]) ? json_integer((json_int_t)row[c])
                                                            : json_number(row[c]));
    }
    return object;
}

json_t *train_history_json(const train_job *j)
{
    size_t n;
    const crs_fit_record *records = crs_fit_records(j->fit, &n);
    json_t *list = json_array();
    for (size_t i = 0; i < n && list != NULL; i++)
        (void)json_array_append_new(list, record_json(&records[i]));
    return list;
}

crs_status train_put_lines(const train_job *j, const crs_sink *out)
{
    size_t n;
    const crs_fit_record *records = crs_fit_records(j->fit, &n);
    crs_status status = CRS_OK;
    for (size_t i = 0; i < n && status == CRS_OK; i++)
        status = train_put_json(record_json(&records[i]), true, out);
    return status;
}
