/*
 * check_grads.h - what the views of a diagnosis show: text, JSON, the figure, the report.
 */
#ifndef CHECK_GRADS_H
#define CHECK_GRADS_H

#include "command.h"

#include <crease/diagnose.h>
#include <crease/plot.h>

#include <jansson.h>
#include <stdbool.h>

#define CHECK_GRADS_NAME "check grads"

/* A diagnosis that was made. Everything is borrowed. */
typedef struct grads_check {
    const crs_arrays *arrays;
    const crs_diagnosis *found;
    const char *command; /* the command line that makes it again */
    double seconds;
} grads_check;

/* ---- in words (check_grads_text.c) ---------------------------------------------- */

/* "net 2-4-1, relu, ...": for the report as well. */
void check_grads_print(const grads_check *c);

/* Whether anything is wrong: a bug, or an array that does not match. */
bool check_grads_is_wrong(const crs_diagnosis *found);

/* How many arrays have the verdict. */
size_t check_grads_count(const crs_diagnosis *found, crs_array_verdict verdict);

/* One sentence on what came of it. */
void check_grads_summary(const grads_check *c, char *text, size_t size);

/* ", layer 1", ", layers 3, 2 and 1", or nothing. */
void check_grads_layers(const crs_diagnosis_bug *bug, char *text, size_t size);

/*
 * The names of all arrays that share array i's reason, where i is the first of them. False: it
 * has none, or it was said of one before it.
 */
bool check_grads_reason(const crs_diagnosis *found, size_t i, char *names, size_t size);

/* A name that the user may have meant by an array's that was not understood, or NULL. */
const char *check_grads_suggest(const grads_check *c, const char *unused);

/* The table: heading i of a column (NULL past the last one), and its cell of an array. */
const char *check_grads_heading(size_t i);
void check_grads_cell(const crs_diagnosis_array *array, size_t i, char *text, size_t size);

/* ---- as data (check_grads_json.c) ------------------------------------------------- */

/* The object that interface.md promises; NULL without memory. */
json_t *check_grads_json(const grads_check *c, const char *report_path);

/* ---- as a figure (check_grads_figure.c) --------------------------------------------- */

typedef struct grads_figure grads_figure;

/*
 * Of the first array that is wrong: the derivative it claims over z, and the array as given,
 * as it should be, and their difference. CRS_ENOENT: there is nothing to draw. CRS_ENOMEM.
 */
crs_status grads_figure_create(const grads_check *c, grads_figure **out);
void grads_figure_destroy(grads_figure *figure); /* NULL is fine */
const crs_plot_figure *grads_figure_get(const grads_figure *figure);

/* ---- as a page (check_grads_html.c) -------------------------------------------------- */

/* One self-contained HTML file; `figure` is NULL where there is nothing to draw. */
crs_status check_grads_html(const grads_check *c, const crs_plot_figure *figure,
                            const crs_sink *sink, crs_error *err);

#endif
