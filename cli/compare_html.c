/* crease compare: the report, one HTML file that needs nothing else. */
#include "compare.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the page goes; after the first failure nothing more is written. */
typedef struct page {
    const crs_sink *sink;
    crs_status status;
} page;

static void put_bytes(page *p, const char *bytes, size_t n)
{
    if (p->status == CRS_OK && n > 0)
        p->status = p->sink->write(p->sink->ctx, bytes, n);
}

static void put(page *p, const char *html)
{
    put_bytes(p, html, strlen(html));
}

/* `n` bytes of text, escaped. */
static void put_text_n(page *p, const char *text, size_t n)
{
    size_t from = 0;
    for (size_t i = 0; i < n; i++) {
        const char *entity = text[i] == '<'   ? "&lt;"
                             : text[i] == '>' ? "&gt;"
                             : text[i] == '&' ? "&amp;"
                             : text[i] == '"' ? "&quot;"
                                              : NULL;
        if (entity == NULL)
            continue;
        put_bytes(p, text + from, i - from);
        put(p, entity);
        from = i + 1;
    }
    put_bytes(p, text + from, n - from);
}

static void put_text(page *p, const char *text)
{
    put_text_n(p, text, strlen(text));
}

/* Text in which `x` in backquotes is code. */
static void put_prose(page *p, const char *text, size_t n)
{
    const char *end = text + n;
    while (text < end) {
        const char *open = memchr(text, '`', (size_t)(end - text));
        const char *close = open ? memchr(open + 1, '`', (size_t)(end - open - 1)) : NULL;
        if (close == NULL) {
            put_text_n(p, text, (size_t)(end - text));
            return;
        }
        put_text_n(p, text, (size_t)(open - text));
        put(p, "<code>");
        put_text_n(p, open + 1, (size_t)(close - open - 1));
        put(p, "</code>");
        text = close + 1;
    }
}

static const char style[] =
    "<style>\n"
    ":root{color-scheme:light}\n"
    "body{font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;color:#1c1c1e;"
    "background:#fff;margin:0 auto;max-width:1120px;padding:24px 20px 48px}\n"
    "h1{font-size:1.6rem;margin:.2em 0 .3em}h2{font-size:1.15rem;margin:2em 0 .5em}\n"
    "p{max-width:46em;margin:.6em 0}.setting{color:#555}\n"
    "figure{margin:1.2em 0;overflow-x:auto}figure svg{max-width:100%;height:auto}\n"
    ".scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.95rem}\n"
    "th,td{padding:.35em .9em .35em 0;text-align:right;white-space:nowrap;"
    "border-bottom:1px solid #e3e3e6}\n"
    "th:first-child,td:first-child,th:nth-child(2),td:nth-child(2){text-align:left}\n"
    "code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em}\n"
    "code{background:#f3f3f5;padding:.08em .3em;border-radius:3px}\n"
    "pre{background:#f3f3f5;padding:.7em 1em;border-radius:5px;white-space:pre-wrap;"
    "overflow-wrap:anywhere}\n"
    ".right{color:#00694e}.wrong{color:#a8321d;font-weight:600}\n"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.15em 1em;max-width:52em;"
    "font-size:.92rem;color:#444}dt{font-weight:600}dd{margin:0}\n"
    "</style>\n";

static void put_table(page *p, const comparison *c)
{
    char *text = malloc(CRS_RULE_MAX_BYTES + 1);
    if (text == NULL) {
        p->status = CRS_ENOMEM;
        return;
    }
    put(p, "<div class=\"scroll\"><table>\n<thead><tr>");
    for (size_t i = 0; compare_heading(i) != NULL; i++) {
        if (!compare_shows(c, i))
            continue;
        put(p, "<th scope=\"col\">");
        put_text(p, compare_heading(i));
        put(p, "</th>");
    }
    put(p, "</tr></thead>\n<tbody>\n");
    for (size_t e = 0; e < c->result->n_entries; e++) {
        const crs_compare_entry *entry = &c->result->entries[e];
        put(p, "<tr>");
        for (size_t i = 0; compare_heading(i) != NULL; i++) {
            if (!compare_shows(c, i))
                continue;
            compare_cell(entry, i, text, CRS_RULE_MAX_BYTES + 1);
            if (i == 0)
                put(p, "<td><code>");
            else if (i == 1)
                put(p, entry->check.verdict == CRS_VERDICT_DERIVATIVE ? "<td class=\"right\">"
                                                                      : "<td class=\"wrong\">");
            else
                put(p, "<td>");
            put_text(p, text);
            put(p, i == 0 ? "</code></td>" : "</td>");
        }
        put(p, "</tr>\n");
    }
    put(p, "</tbody></table></div>\n<dl>");
    for (size_t i = 0; compare_heading(i) != NULL; i++) {
        if (compare_heading_explained(i) == NULL || !compare_shows(c, i))
            continue;
        put(p, "<dt>");
        put_text(p, compare_heading(i));
        put(p, "</dt><dd>");
        put_text(p, compare_heading_explained(i));
        put(p, "</dd>");
    }
    put(p, "</dl>\n");
    free(text);
}

static void put_explanation(page *p, const comparison *c)
{
    const char *at = c->result->explanation;
    put(p, "<h2>What happened, and why</h2>\n");
    while (*at != '\0') {
        size_t length = strcspn(at, "\n");
        put(p, "<p>");
        put_prose(p, at, length);
        put(p, "</p>\n");
        at += length + (at[length] == '\n');
    }
}

static void put_read_as(page *p, const comparison *c)
{
    put(p, "<h2>How each rule was read</h2>\n<dl>");
    for (size_t e = 0; e < c->result->n_entries; e++) {
        put(p, "<dt><code>");
        put_text(p, c->result->entries[e].check.rule);
        put(p, "</code></dt><dd><code>");
        put_text(p, c->result->entries[e].check.read_as);
        put(p, "</code></dd>");
    }
    put(p, "</dl>\n");
}

crs_status compare_html(const comparison *c, const crs_plot_figure *figure, const crs_sink *sink,
                        crs_error *err)
{
    page p = {sink, CRS_OK};
    char setting[1024];
    crs_status status;
    compare_setting(c, setting, sizeof setting);
    put(&p, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
            "<meta name=\"generator\" content=\"crease ");
    put_text(&p, crs_version());
    put(&p, "\">\n<title>crease compare: one net under each rule</title>\n");
    put(&p, style);
    put(&p, "</head>\n<body>\n<h1>One net, trained once under each derivative rule</h1>\n"
            "<p>When a net learns, the error passes backwards through each hidden unit, multiplied "
            "by g'(z): the slope of the unit's activation a = g(z) at its input z. A <em>rule</em> "
            "is the line of code that computes this slope. Below, one net is trained once under "
            "each of several rules. All runs start from the same weights and see the same data; "
            "only the rule differs.</p>\n<p class=\"setting\">");
    put_text(&p, setting);
    put(&p, "</p>\n<figure>\n");
    if (p.status == CRS_OK) {
        status = crs_plot_write(figure, CRS_PLOT_SVG, sink, err);
        if (status != CRS_OK)
            return status;
    }
    put(&p, "</figure>\n");
    put_explanation(&p, c);
    put(&p, "<h2>The numbers</h2>\n");
    put_table(&p, c);
    put_read_as(&p, c);
    put(&p, "<h2>Make it again</h2>\n<pre>");
    put_text(&p, c->command);
    put(&p, "</pre>\n</body>\n</html>\n");
    if (p.status != CRS_OK)
        return crs_error_set(err, p.status, "the report could not be written");
    return CRS_OK;
}
