/*
 * metrics_show.h - how good predictions are, as text and as JSON.
 */
#ifndef METRICS_SHOW_H
#define METRICS_SHOW_H

#include "command.h"

#include <crease/metrics.h>

#include <jansson.h>
#include <stdio.h>

/* Names longer than this many characters are cut; they take at most that many bytes. */
#define METRICS_NAME 24
#define METRICS_NAME_BYTES (4 * METRICS_NAME + 1)

/* Name i, or its number, as one line whatever a file's names hold; returns its characters. */
size_t metrics_name(const char *const *names, size_t i, char text[METRICS_NAME_BYTES]);

/*
 * The table of classes, labels or values, and in its last row the means where there are several.
 * A heading is NULL past the last column; some want no explanation (NULL). What is not defined is a
 * dash.
 */
#define METRICS_MAX_COLUMNS 8
const char *metrics_heading(const crs_metrics *metrics, size_t column);
const char *metrics_heading_explained(const crs_metrics *metrics, size_t column);
size_t metrics_rows(const crs_metrics *metrics);
void metrics_cell(const crs_metrics *metrics, const char *const *names, size_t row, size_t column,
                  char text[METRICS_NAME_BYTES]);

/*
 * A summary to read: what was right, a line a class (label, value), the confusion matrix of up to
 * 20 classes, and how far confidence can be believed. names: [n_classes] or [n_values], NULL where
 * they have none ("0", "1", ...). Whether writing failed stands in `file`.
 */
void metrics_print(FILE *file, const crs_metrics *metrics, const char *const *names);

/* The object "metrics" of docs/json.md; NULL without memory. */
json_t *metrics_json(const crs_metrics *metrics, const char *const *names);

#endif
