/*
 * run_html.h - a training run as one HTML page that needs nothing else: pictures, table, settings.
 */
#ifndef RUN_HTML_H
#define RUN_HTML_H

#include "command.h"
#include "run_figure.h"

typedef struct run_setting {
    const char *name, *value;
} run_setting;

/* Borrowed for the call. */
typedef struct run_report {
    const char *heading;   /* "digits.csv: 96.5 % of the validation data are right" */
    const char *summary;   /* one paragraph; NULL: none */
    run_pictures pictures; /* its title and caption are not shown: heading and settings are */
    size_t n_settings;
    const run_setting *settings; /* [n_settings] */
    const char *command;         /* that makes it again; NULL: not said */
} run_report;

/*
 * Write the page to `path`, whole or not at all; in `set`, where that is not NULL. On failure a
 * message is printed.
 */
exit_status run_html_write(const char *command, const char *path, const run_report *report,
                           output_set *set);

#endif
