/*
 * Draws figures of curves with crease's own library, as run.py's reports ask for them. On
 * standard input, a line each, words parted by tabs; SVG on standard output:
 *
 *     figure TITLE CAPTION
 *     panel ROW COLUMN TITLE X_LABEL Y_LABEL LOG_Y
 *     curve NAME STYLE        STYLE as crs_plot_curve has it, 0 for one by its place
 *     point X Y
 */
#include <crease/plot.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PANELS = 12, MAX_CURVES = 120, MAX_POINTS = 4000, MAX_WORDS = 8 };

static struct {
    crs_plot_figure figure;
    crs_plot_panel panels[MAX_PANELS];
    crs_plot_axes axes[MAX_PANELS];
    crs_plot_curve curves[MAX_CURVES];
    double x[MAX_POINTS], y[MAX_POINTS];
    size_t n_curves, n_points;
} s;

static void fail(const char *what)
{
    (void)fprintf(stderr, "draw: %s\n", what);
    exit(3);
}

static size_t split(char *line, char **words)
{
    size_t n = 0;
    line[strcspn(line, "\n")] = '\0';
    for (char *at = line; at != NULL && n < MAX_WORDS; n++) {
        words[n] = at;
        at = strchr(at, '\t');
        if (at != NULL)
            *at++ = '\0';
    }
    return n;
}

static void add_panel(char **word)
{
    size_t i = s.figure.n_panels++;
    if (i == MAX_PANELS)
        fail("too many panels");
    s.axes[i] = (crs_plot_axes){.x_label = word[4], .y_label = word[5], .log_y = atoi(word[6])};
    s.panels[i] = (crs_plot_panel){.row = strtoul(word[1], NULL, 10),
                                   .col = strtoul(word[2], NULL, 10),
                                   .title = word[3],
                                   .axes = &s.axes[i],
                                   .curves = &s.curves[s.n_curves]};
}

static void add_curve(char **word)
{
    if (s.figure.n_panels == 0 || s.n_curves == MAX_CURVES)
        fail("a curve without a panel, or too many");
    s.curves[s.n_curves++] = (crs_plot_curve){
        .name = word[1], .style = atoi(word[2]), .x = &s.x[s.n_points], .y = &s.y[s.n_points]};
    s.panels[s.figure.n_panels - 1].n_curves++;
}

static void add_point(char **word)
{
    if (s.n_curves == 0 || s.n_points == MAX_POINTS)
        fail("a point without a curve, or too many");
    s.x[s.n_points] = strtod(word[1], NULL);
    s.y[s.n_points++] = strtod(word[2], NULL);
    s.curves[s.n_curves - 1].n++;
}

static crs_status to_stdout(void *ctx, const void *bytes, size_t n)
{
    (void)ctx;
    return fwrite(bytes, 1, n, stdout) == n ? CRS_OK : CRS_EIO;
}

int main(void)
{
    const crs_sink sink = {to_stdout, NULL};
    static char lines[MAX_POINTS + MAX_CURVES][1024]; /* titles are borrowed until the end */
    crs_error err;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char *word[MAX_WORDS];
        size_t n;
        if (fgets(lines[i], sizeof lines[i], stdin) == NULL)
            break;
        n = split(lines[i], word);
        if (n == 3 && strcmp(word[0], "figure") == 0) {
            s.figure.title = word[1];
            s.figure.caption = word[2];
        } else if (n == 7 && strcmp(word[0], "panel") == 0) {
            add_panel(word);
        } else if (n == 3 && strcmp(word[0], "curve") == 0) {
            add_curve(word);
        } else if (n == 3 && strcmp(word[0], "point") == 0) {
            add_point(word);
        } else {
            fail(word[0]);
        }
    }
    s.figure.panels = s.panels;
    s.figure.column_width = 380;
    if (crs_plot_write(&s.figure, CRS_PLOT_SVG, &sink, &err) != CRS_OK)
        fail(err.text);
    return 0;
}
