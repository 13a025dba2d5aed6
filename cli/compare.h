/*
 * compare.h - what the views of a comparison show: the table and the text, JSON,
 * the figure, the report.
 */
#ifndef COMPARE_H
#define COMPARE_H

#include "command.h"

#include <crease/compare.h>
#include <crease/plot.h>

#include <jansson.h>

#define COMPARE_NAME "compare"

/* A comparison that was run. Everything is borrowed. */
typedef struct comparison {
    const crs_compare_config *config;
    const crs_compare *result;
    const char *preset;     /* its name, or NULL */
    char act[64], init[64]; /* as options take them */
    int threads;
    double seconds;
    const char *command; /* the command line that makes it again */
} comparison;

/* ---- in words (compare_text.c) ------------------------------------------------ */

/* "planar: 400 samples, 2 features" and the like: the data, the net, how it was trained. */
void compare_setting(const comparison *c, char *text, size_t size);

/* "wrong: 2,139,095,040 inputs" and the like, for captions. */
void compare_verdict(const crs_compare_entry *entry, char *text, size_t size);

/* The table: heading i of a column (NULL past the last one), and its cell of an entry. */
const char *compare_heading(size_t i);
const char *compare_heading_explained(size_t i);
void compare_cell(const crs_compare_entry *entry, size_t i, char *text, size_t size);
/* Whether column i says anything for this comparison (a test set, a boundary). */
int compare_shows(const comparison *c, size_t i);

/* Print table, legend and what was understood; the pictures come after, then the explanation. */
void compare_print_table(const comparison *c);
void compare_print_explanation(const comparison *c);

/* ---- as data (compare_json.c) --------------------------------------------------- */

/* The object that interface.md promises; NULL without memory. */
json_t *compare_json(const comparison *c, const char *report_path);

/* ---- as a figure (compare_figure.c) ---------------------------------------------- */

typedef struct compare_figure compare_figure;

/*
 * Boundaries as small multiples, where the data has two features, and the cost
 * curves. At most `max_columns` boundaries side by side. Errors: CRS_ENOMEM.
 */
crs_status compare_figure_create(const comparison *c, size_t max_columns, compare_figure **out);
void compare_figure_destroy(compare_figure *figure);
const crs_plot_figure *compare_figure_get(const compare_figure *figure);

/* ---- as a page (compare_html.c) -------------------------------------------------- */

/* One self-contained HTML file with the figure. */
crs_status compare_html(const comparison *c, const crs_plot_figure *figure, const crs_sink *sink,
                        crs_error *err);

/* ---- what to run (compare_setup.c) ------------------------------------------------ */

/* Settings as given on the command line, filled up from a preset or the defaults. */
typedef struct compare_settings {
    const char *preset, *hidden, *act, *init, *dtype, *data, *test, *gemm;
    double lr, kink;
    size_t iterations, every, batch;
} compare_settings;

/* Every field "not given". */
void compare_settings_init(compare_settings *s);

/*
 * Fill what was not given from the preset, or the defaults. On failure (an unknown
 * preset, one that needs --data) a message is printed.
 */
exit_status compare_settings_fill(compare_settings *s, uint32_t *seed, int seed_given);

/* "20,7,5" into at most `max` widths; on failure `command` prints a message. */
exit_status compare_read_hidden(const char *command, const char *text, size_t max, size_t *widths,
                                size_t *n);

#define COMPARE_MAX_RULES CRS_RULECHECK_MAX_RULES

/*
 * The rules to compare for an activation where none were given: its derivative (whose
 * text goes to `buffer` of `size` bytes) and what people write instead.
 */
size_t compare_default_rules(const crs_act *act, const char *rules[COMPARE_MAX_RULES], char *buffer,
                             size_t size);

/* "default", "thread", ...: names and one line each, for --help. */
const char *compare_preset_help(void);

#endif
