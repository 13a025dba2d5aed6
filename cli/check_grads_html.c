/* crease check grads: the report, one HTML file that needs nothing else. */
#include "check_grads.h"

#include "html.h"

#include <stdio.h>
#include <string.h>

/* Paragraphs parted by newlines, `x` in backquotes as code. */
static void put_paragraphs(html_page *p, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        html_put(p, "<p>");
        html_prose(p, text, length);
        html_put(p, "</p>\n");
        text += length + (text[length] == '\n');
    }
}

static void put_also(html_page *p, const crs_diagnosis_bug *bug)
{
    if (bug->n_also == 0)
        return;
    html_put(p, "<p>These would make the same arrays; your code tells which it is:</p>\n<dl>");
    for (size_t i = 0; i < bug->n_also; i++) {
        html_put(p, "<dt><code>");
        html_text(p, bug->also[i].id);
        html_put(p, "</code></dt><dd>");
        html_prose(p, bug->also[i].why, strlen(bug->also[i].why));
        html_put(p, "</dd>");
    }
    html_put(p, "</dl>\n");
}

static void put_bug(html_page *p, const crs_diagnosis_bug *bug)
{
    char layers[256];
    check_grads_layers(bug, layers, sizeof layers);
    html_put(p, "<h2 class=\"wrong\">");
    html_text(p, bug->array);
    html_text(p, layers);
    html_put(p, ": ");
    html_text(p, bug->id);
    html_put(p, "</h2>\n");
    put_paragraphs(p, bug->sentence);
    if (bug->line[0] != '\0') {
        html_put(p, "<p>Write instead:</p>\n<pre>");
        html_text(p, bug->line);
        html_put(p, "</pre>\n");
    }
    if (bug->has_counterexample) {
        html_put(p, "<p>For example: ");
        html_text(p, bug->counterexample.text);
        html_put(p, "</p>\n");
    }
    put_also(p, bug);
}

/* ---- the table ------------------------------------------------------------------------ */

static void put_row(html_page *p, const crs_diagnosis_array *array)
{
    char text[128];
    html_put(p, "<tr>");
    for (size_t i = 0; check_grads_heading(i) != NULL; i++) {
        check_grads_cell(array, i, text, sizeof text);
        if (i == 0)
            html_put(p, "<td><code>");
        else if (i == 1)
            html_put(p, array->verdict == CRS_ARRAY_MISMATCH ? "<td class=\"wrong\">"
                        : array->verdict == CRS_ARRAY_MATCH  ? "<td class=\"right\">"
                                                             : "<td>");
        else
            html_put(p, "<td>");
        html_text(p, text);
        html_put(p, i == 0 ? "</code></td>" : "</td>");
    }
    html_put(p, "</tr>\n");
}

static void put_reasons(html_page *p, const crs_diagnosis *found)
{
    html_put(p, "<dl>");
    for (size_t i = 0; i < found->n_arrays; i++) {
        char names[1024];
        if (!check_grads_reason(found, i, names, sizeof names))
            continue;
        html_put(p, "<dt>");
        html_text(p, names);
        html_put(p, "</dt><dd>");
        html_text(p, found->arrays[i].reason);
        html_put(p, "</dd>");
    }
    html_put(p, "</dl>\n");
}

static void put_table(html_page *p, const crs_diagnosis *found)
{
    html_put(p, "<h2>Every array</h2>\n<p>In the order in which they follow from one another. Each "
                "is computed anew from the arrays before it, the given ones where they are there; "
                "<em>error</em> is the largest difference over the largest computed value.</p>\n"
                "<div class=\"scroll\"><table>\n<thead><tr>");
    for (size_t i = 0; check_grads_heading(i) != NULL; i++) {
        html_put(p, "<th scope=\"col\">");
        html_text(p, check_grads_heading(i));
        html_put(p, "</th>");
    }
    html_put(p, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < found->n_arrays; i++) {
        if (found->arrays[i].verdict != CRS_ARRAY_NOT_GIVEN)
            put_row(p, &found->arrays[i]);
    }
    html_put(p, "</tbody></table></div>\n");
    put_reasons(p, found);
}

/* ---- the page ---------------------------------------------------------------------------- */

static void put_notes(html_page *p, const grads_check *c)
{
    const crs_diagnosis *found = c->found;
    if (found->n_findings > 0)
        html_put(p, "<h2>Worth knowing</h2>\n");
    for (size_t i = 0; i < found->n_findings; i++)
        put_paragraphs(p, found->findings[i].sentence);
    if (found->n_unused == 0 && c->arrays->skipped == NULL)
        return;
    html_put(p, "<h2>Not used</h2>\n<dl>");
    for (size_t i = 0; i < found->n_unused; i++) {
        const char *meant = check_grads_suggest(c, found->unused[i]);
        html_put(p, "<dt><code>");
        html_text(p, found->unused[i]);
        html_put(p, "</code></dt><dd>not understood");
        if (meant != NULL) {
            html_put(p, "; did you mean <code>");
            html_text(p, meant);
            html_put(p, "</code>?");
        }
        html_put(p, "</dd>");
    }
    html_put(p, "</dl>\n");
    if (c->arrays->skipped != NULL) {
        html_put(p, "<p>Left out: ");
        html_text(p, c->arrays->skipped);
        html_put(p, "</p>\n");
    }
}

crs_status check_grads_html(const grads_check *c, const crs_plot_figure *figure,
                            const crs_sink *sink, crs_error *err)
{
    const crs_diagnosis *found = c->found;
    html_page p = {sink, CRS_OK};
    char heading[256], summary[1024];
    (void)snprintf(heading, sizeof heading, "%s: %s", c->arrays->name,
                   check_grads_is_wrong(found) ? "which array is wrong, and why"
                                               : "nothing wrong was found");
    html_begin(&p, "crease check grads", heading);
    check_grads_summary(c, summary, sizeof summary);
    put_paragraphs(&p, summary);
    html_put(&p, "<p class=\"setting\">Read as: ");
    html_text(&p, found->read_as);
    html_put(&p, "</p>\n");
    if (found->n_bugs > 0)
        put_bug(&p, &found->bugs[0]);
    if (figure != NULL) {
        crs_status status = html_figure(&p, figure, err);
        if (status != CRS_OK)
            return status;
    }
    for (size_t i = 1; i < found->n_bugs; i++)
        put_bug(&p, &found->bugs[i]);
    put_table(&p, found);
    put_notes(&p, c);
    html_make_again(&p, c->command);
    html_end(&p);
    if (p.status != CRS_OK)
        return crs_error_set(err, p.status, "the report could not be written");
    return CRS_OK;
}
