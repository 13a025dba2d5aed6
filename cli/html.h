/*
 * html.h - a report: one page that needs nothing else.
 */
#ifndef HTML_H
#define HTML_H

#include <crease/plot.h>
#include <crease/sink.h>

/* Where the page goes; after the first failure nothing more is written. */
typedef struct html_page {
    const crs_sink *sink;
    crs_status status;
} html_page;

/* Everything up to and with the heading. Both texts are escaped. */
void html_begin(html_page *p, const char *title, const char *heading);
void html_end(html_page *p);

/* Markup, as it is. */
void html_put(html_page *p, const char *html);

/* Text, escaped. */
void html_text(html_page *p, const char *text);
void html_text_n(html_page *p, const char *text, size_t n);

/* Text in which `x` in backquotes is code. */
void html_prose(html_page *p, const char *text, size_t n);

/* A figure as SVG. On failure `err` says why. */
crs_status html_figure(html_page *p, const crs_plot_figure *figure, crs_error *err);

/* The section with the command line that makes the page again. */
void html_make_again(html_page *p, const char *command);

#endif
