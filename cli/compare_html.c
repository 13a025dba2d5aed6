/* crease compare: the report, one HTML file that needs nothing else. */
#include "compare.h"
#include "html.h"
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_table(html_page *p, const comparison *c)
{
    char *text = memory_get(CRS_RULE_MAX_BYTES + 1, 1);
    if (text == NULL) {
        p->status = CRS_ENOMEM;
        return;
    }
    html_put(p, "<div class=\"scroll\"><table>\n<thead><tr>");
    for (size_t i = 0; compare_heading(i) != NULL; i++) {
        if (!compare_shows(c, i))
            continue;
        html_put(p, "<th scope=\"col\">");
        html_text(p, compare_heading(i));
        html_put(p, "</th>");
    }
    html_put(p, "</tr></thead>\n<tbody>\n");
    for (size_t e = 0; e < c->result->n_entries; e++) {
        const crs_compare_entry *entry = &c->result->entries[e];
        html_put(p, "<tr>");
        for (size_t i = 0; compare_heading(i) != NULL; i++) {
            if (!compare_shows(c, i))
                continue;
            compare_cell(entry, i, text, CRS_RULE_MAX_BYTES + 1);
            if (i == 0)
                html_put(p, "<td><code>");
            else if (i == 1)
                html_put(p, entry->check.verdict == CRS_VERDICT_DERIVATIVE
                                ? "<td class=\"right\">"
                                : "<td class=\"wrong\">");
            else
                html_put(p, "<td>");
            html_text(p, text);
            html_put(p, i == 0 ? "</code></td>" : "</td>");
        }
        html_put(p, "</tr>\n");
    }
    html_put(p, "</tbody></table></div>\n<dl>");
    for (size_t i = 0; compare_heading(i) != NULL; i++) {
        if (compare_heading_explained(i) == NULL || !compare_shows(c, i))
            continue;
        html_put(p, "<dt>");
        html_text(p, compare_heading(i));
        html_put(p, "</dt><dd>");
        html_text(p, compare_heading_explained(i));
        html_put(p, "</dd>");
    }
    html_put(p, "</dl>\n");
    free(text);
}

static void put_explanation(html_page *p, const comparison *c)
{
    const char *at = c->result->explanation;
    html_put(p, "<h2>What happened, and why</h2>\n");
    while (*at != '\0') {
        size_t length = strcspn(at, "\n");
        html_put(p, "<p>");
        html_prose(p, at, length);
        html_put(p, "</p>\n");
        at += length + (at[length] == '\n');
    }
}

static void put_read_as(html_page *p, const comparison *c)
{
    html_put(p, "<h2>How each rule was read</h2>\n<dl>");
    for (size_t e = 0; e < c->result->n_entries; e++) {
        html_put(p, "<dt><code>");
        html_text(p, c->result->entries[e].check.rule);
        html_put(p, "</code></dt><dd><code>");
        html_text(p, c->result->entries[e].check.read_as);
        html_put(p, "</code></dd>");
    }
    html_put(p, "</dl>\n");
}

crs_status compare_html(const comparison *c, const crs_plot_figure *figure, const crs_sink *sink,
                        crs_error *err)
{
    html_page p = {sink, CRS_OK};
    char setting[1024];
    crs_status status;
    compare_setting(c, setting, sizeof setting);
    html_begin(&p, "crease compare: one net under each rule",
               "One net, trained once under each derivative rule");
    html_put(&p, "<p>When a net learns, the error passes backwards through each hidden unit, "
                 "multiplied by g'(z): the slope of the unit's activation a = g(z) at its input z. "
                 "A <em>rule</em> is the line of code that computes this slope. Below, one net is "
                 "trained once under each of several rules. All runs start from the same weights "
                 "and see the same data; only the rule differs.</p>\n<p class=\"setting\">");
    html_text(&p, setting);
    html_put(&p, "</p>\n");
    status = html_figure(&p, figure, err);
    if (status != CRS_OK)
        return status;
    put_explanation(&p, c);
    html_put(&p, "<h2>The numbers</h2>\n");
    put_table(&p, c);
    put_read_as(&p, c);
    html_make_again(&p, c->command);
    html_end(&p);
    if (p.status != CRS_OK)
        return crs_error_set(err, p.status, "the report could not be written");
    return CRS_OK;
}
