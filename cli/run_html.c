#include "run_html.h"

#include "html.h"
#include "message.h"
#include "metrics_show.h"
#include "output.h"

#include <stdio.h>

static void put_row(html_page *p, const crs_metrics *m, const char *const *names, size_t row)
{
    html_put(p, "<tr>");
    for (size_t i = 0; metrics_heading(m, i) != NULL; i++) {
        char text[METRICS_NAME_BYTES];
        metrics_cell(m, names, row, i, text);
        html_put(p, i == 0 ? "<th scope=\"row\">" : "<td>");
        html_text(p, text);
        html_put(p, i == 0 ? "</th>" : "</td>");
    }
    html_put(p, "</tr>\n");
}

static void put_table(html_page *p, const crs_metrics *m, const char *const *names)
{
    html_put(p, "<h2>The numbers</h2>\n<div class=\"scroll\"><table class=\"numbers\">\n"
                "<thead><tr>");
    for (size_t i = 0; metrics_heading(m, i) != NULL; i++) {
        html_put(p, "<th scope=\"col\">");
        html_text(p, metrics_heading(m, i));
        html_put(p, "</th>");
    }
    html_put(p, "</tr></thead>\n<tbody>\n");
    for (size_t row = 0; row < metrics_rows(m); row++)
        put_row(p, m, names, row);
    html_put(p, "</tbody></table></div>\n<dl>");
    for (size_t i = 0; metrics_heading(m, i) != NULL; i++) {
        if (metrics_heading_explained(m, i) == NULL)
            continue;
        html_put(p, "<dt>");
        html_text(p, metrics_heading(m, i));
        html_put(p, "</dt><dd>");
        html_text(p, metrics_heading_explained(m, i));
        html_put(p, "</dd>");
    }
    html_put(p, "</dl>\n");
}

static void put_settings(html_page *p, const run_report *r)
{
    if (r->n_settings == 0)
        return;
    html_put(p, "<h2>Settings</h2>\n<dl>");
    for (size_t i = 0; i < r->n_settings; i++) {
        html_put(p, "<dt>");
        html_text(p, r->settings[i].name);
        html_put(p, "</dt><dd>");
        html_text(p, r->settings[i].value);
        html_put(p, "</dd>");
    }
    html_put(p, "</dl>\n");
}

static crs_status write_page(const run_report *r, const crs_plot_figure *figure,
                             const crs_sink *sink, crs_error *err)
{
    html_page p = {sink, CRS_OK};
    crs_status status;
    html_begin(&p, "crease train: a run", r->heading);
    if (r->summary != NULL) {
        html_put(&p, "<p>");
        html_text(&p, r->summary);
        html_put(&p, "</p>\n");
    }
    status = html_figure(&p, figure, err);
    if (status != CRS_OK)
        return status;
    if (r->pictures.metrics != NULL)
        put_table(&p, r->pictures.metrics, r->pictures.names);
    put_settings(&p, r);
    if (r->command != NULL)
        html_make_again(&p, r->command);
    html_end(&p);
    if (p.status != CRS_OK)
        return crs_error_set(err, p.status, "the report could not be written");
    return CRS_OK;
}

exit_status run_html_write(const char *command, const char *path, const run_report *report,
                           output_set *set)
{
    run_pictures what = report->pictures;
    run_figure *figure;
    cli_output *file;
    crs_error err;
    exit_status status;
    what.title = what.caption = NULL;
    if (run_figure_create(&what, &err, &figure) != CRS_OK)
        return fail_library(command, &err);
    status = output_open(command, path, &file);
    if (status == EXIT_DONE)
        status = output_end(
            file, write_page(report, run_figure_get(figure), output_sink(file), &err), &err, set);
    run_figure_destroy(figure);
    return status;
}
