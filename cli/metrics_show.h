/*
 * metrics_show.h - how good predictions are, as text and as JSON.
 */
#ifndef METRICS_SHOW_H
#define METRICS_SHOW_H

#include "command.h"

#include <crease/metrics.h>

#include <jansson.h>
#include <stdio.h>

/*
 * A summary to read: what was right, a line a class (label, value), the confusion matrix of up to
 * 20 classes, and how far confidence can be believed. names: [n_classes] or [n_values], NULL where
 * they have none ("0", "1", ...). Whether writing failed stands in `file`.
 */
void metrics_print(FILE *file, const crs_metrics *metrics, const char *const *names);

/* The object "metrics" of docs/json.md; NULL without memory. */
json_t *metrics_json(const crs_metrics *metrics, const char *const *names);

#endif
