#include "html.h"

#include <crease/format.h>
#include <crease/status.h>

#include <string.h>

static void put_bytes(html_page *p, const char *bytes, size_t n)
{
    if (p->status == CRS_OK && n > 0)
        p->status = p->sink->write(p->sink->ctx, bytes, n);
}

void html_put(html_page *p, const char *html)
{
    put_bytes(p, html, strlen(html));
}

/* What only shows. */
static void put_printable(html_page *p, const char *text, size_t n)
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
        html_put(p, entity);
        from = i + 1;
    }
    put_bytes(p, text + from, n - from);
}

/* Line by line, and in pieces that fit a buffer: no escape is longer than 10 bytes. */
void html_text_n(html_page *p, const char *text, size_t n)
{
    enum { PIECE = 64 };
    char out[10 * PIECE + 1];
    while (n > 0) {
        const char *newline = memchr(text, '\n', n);
        size_t length = newline == NULL ? n : (size_t)(newline - text);
        if (length > PIECE)
            for (length = PIECE;
                 length > PIECE - 4 && ((unsigned char)text[length] & 0xC0) == 0x80;)
                length--;
        (void)crs_format_printable(text, length, out, sizeof out);
        put_printable(p, out, strlen(out));
        if (length == 0) {
            html_put(p, "\n");
            length = 1;
        }
        text += length;
        n -= length;
    }
}

void html_text(html_page *p, const char *text)
{
    html_text_n(p, text, strlen(text));
}

void html_prose(html_page *p, const char *text, size_t n)
{
    const char *end = text + n;
    while (text < end) {
        const char *open = memchr(text, '`', (size_t)(end - text));
        const char *close = open ? memchr(open + 1, '`', (size_t)(end - open - 1)) : NULL;
        if (close == NULL) {
            html_text_n(p, text, (size_t)(end - text));
            return;
        }
        html_text_n(p, text, (size_t)(open - text));
        html_put(p, "<code>");
        html_text_n(p, open + 1, (size_t)(close - open - 1));
        html_put(p, "</code>");
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
    ".numbers td:nth-child(2),.numbers th:nth-child(2){text-align:right}\n"
    "code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em}\n"
    "code{background:#f3f3f5;padding:.08em .3em;border-radius:3px}\n"
    "pre{background:#f3f3f5;padding:.7em 1em;border-radius:5px;white-space:pre-wrap;"
    "overflow-wrap:anywhere}\n"
    ".right{color:#00694e}.wrong{color:#a8321d;font-weight:600}\n"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.15em 1em;max-width:52em;"
    "font-size:.92rem;color:#444}dt{font-weight:600}dd{margin:0}\n"
    "</style>\n";

void html_begin(html_page *p, const char *title, const char *heading)
{
    html_put(p, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                "<meta name=\"generator\" content=\"crease ");
    html_text(p, crs_version());
    html_put(p, "\">\n<title>");
    html_text(p, title);
    html_put(p, "</title>\n");
    html_put(p, style);
    html_put(p, "</head>\n<body>\n<h1>");
    html_text(p, heading);
    html_put(p, "</h1>\n");
}

crs_status html_figure(html_page *p, const crs_plot_figure *figure, crs_error *err)
{
    html_put(p, "<figure>\n");
    if (p->status == CRS_OK) {
        crs_status status = crs_plot_write(figure, CRS_PLOT_SVG, p->sink, err);
        if (status != CRS_OK)
            return status;
    }
    html_put(p, "</figure>\n");
    return CRS_OK;
}

void html_make_again(html_page *p, const char *command)
{
    html_put(p, "<h2>Make it again</h2>\n<pre>");
    html_text(p, command);
    html_put(p, "</pre>\n");
}

void html_end(html_page *p)
{
    html_put(p, "</body>\n</html>\n");
}
