/*
 * A training run as one figure: curves over epochs in the first row, below them what the net
 * predicts.
 */
#include "memory.h"
#include "run_figure_parts.h"

#include "message.h"
#include "pictures.h"

#include <crease/format.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

run_panel *run_figure_add(run_figure *f, size_t row, size_t col, crs_plot_panel **panel)
{
    run_panel *d = &f->data[f->figure.n_panels];
    *panel = &f->panels[f->figure.n_panels++];
    (*panel)->row = row;
    (*panel)->col = col;
    (*panel)->axes = &d->axes;
    (*panel)->title = d->title;
    (*panel)->curves = d->series;
    for (size_t i = 0; i < CRS_PLOT_SUBTITLES; i++)
        (*panel)->subtitle[i] = d->subtitle[i];
    return d;
}

void run_figure_diagonal(run_panel *d, crs_plot_panel *panel)
{
    d->line[0] = 1;
    d->line[1] = -1;
    panel->creases = d->line;
    panel->n_creases = 1;
}

int run_figure_shows(double value)
{
    return fabs(value) < 1e300;
}

/* Rows of one width: what a row lacks in panels its first chart, or its matrix, takes. */
static void fill_rows(run_figure *f)
{
    size_t columns = 1, in_row[RUN_MAX_PANELS] = {0};
    for (size_t i = 0; i < f->figure.n_panels; i++) {
        size_t n = ++in_row[f->panels[i].row];
        columns = n > columns ? n : columns;
    }
    for (size_t i = 0; i < f->figure.n_panels; i++) {
        crs_plot_panel *panel = &f->panels[i];
        size_t missing = columns - in_row[panel->row];
        int may_stretch = panel->row == 0 || (panel->fill != NULL && panel->height > 0);
        if (panel->height == 0 || !may_stretch)
            continue;
        panel->col_span = panel->col == 0 ? 1 + missing : 1;
        panel->col += panel->col > 0 ? missing : 0;
    }
    f->figure.column_width = columns == 1 ? 1.5 * RUN_COLUMN_WIDTH : RUN_COLUMN_WIDTH;
}

/* What the second row was measured on stands in its first panel. */
static void name_source(run_figure *f, size_t first)
{
    char count[CRS_FORMAT_COUNT_BYTES];
    run_panel *d = &f->data[first];
    if (f->what.measured_on == NULL || first == f->figure.n_panels)
        return;
    crs_format_count(f->what.metrics->n, count, sizeof count);
    (void)snprintf(d->subtitle[1], sizeof d->subtitle[1], "%s, %s samples", f->what.measured_on,
                   count);
}

crs_status run_figure_create(const run_pictures *what, crs_error *err, run_figure **out)
{
    run_figure *f = memory_get(1, sizeof *f);
    size_t first;
    crs_status status;
    *out = NULL;
    if (f == NULL)
        return crs_error_set(err, CRS_ENOMEM, "no memory for a figure");
    if (err != NULL)
        err->status = CRS_OK;
    f->what = *what;
    f->figure.panels = f->panels;
    f->figure.title = what->title;
    f->figure.caption = what->caption;
    status = run_figure_curves(f);
    first = f->figure.n_panels;
    if (status == CRS_OK && what->metrics != NULL) {
        size_t row = first > 0;
        if (what->metrics->task != CRS_TASK_VALUES)
            status = run_figure_classes(f, row, err);
        else if (what->p != NULL && what->y != NULL)
            status = run_figure_values(f, row);
        name_source(f, first);
    }
    if (status == CRS_OK && f->figure.n_panels == 0)
        status =
            crs_error_set(err, CRS_EINVAL, "there is nothing to draw: no epoch, no prediction");
    if (status != CRS_OK) {
        if (err == NULL || err->status != status)
            (void)crs_error_set(err, status, "no memory for a figure");
        run_figure_destroy(f);
        return status;
    }
    fill_rows(f);
    *out = f;
    return CRS_OK;
}

void run_figure_destroy(run_figure *figure)
{
    if (figure == NULL)
        return;
    for (size_t i = 0; i < RUN_MAX_PANELS; i++) {
        for (size_t k = 0; k < RUN_MAX_SERIES; k++)
            free(figure->data[i].xy[k]);
        free(figure->data[i].texts);
        free(figure->data[i].labels);
        free(figure->data[i].text_bytes);
    }
    free(figure);
}

const crs_plot_figure *run_figure_get(const run_figure *figure)
{
    return &figure->figure;
}

/* ---- to a file ---------------------------------------------------------------------------------- */

static exit_status choose_format(const char *command, const char *path, picture_paths *paths)
{
    const char *end = strrchr(path, '.');
    memset(paths, 0, sizeof *paths);
    if (end != NULL && strcasecmp(end, ".svg") == 0)
        paths->svg = path;
    else if (end != NULL && strcasecmp(end, ".png") == 0)
        paths->png = path;
    else if (end != NULL && strcasecmp(end, ".pdf") == 0)
        paths->pdf = path;
    else
        return fail(EXIT_INPUT, command, "%s: a picture ends in .svg, .png or .pdf", path);
    return EXIT_DONE;
}

exit_status run_figure_check(const char *command, const char *path)
{
    picture_paths paths;
    pictures files;
    exit_status status = path == NULL ? EXIT_DONE : choose_format(command, path, &paths);
    if (path == NULL || status != EXIT_DONE)
        return status;
    status = pictures_open(command, &paths, &files);
    if (status == EXIT_DONE)
        pictures_abandon(&files);
    return status;
}

exit_status run_figure_write(const char *command, const char *path, const run_pictures *what,
                             output_set *set)
{
    picture_paths paths;
    pictures files;
    run_figure *figure;
    crs_error err;
    exit_status status = choose_format(command, path, &paths);
    if (status != EXIT_DONE)
        return status;
    if (run_figure_create(what, &err, &figure) != CRS_OK)
        return fail_library(command, &err);
    status = pictures_open(command, &paths, &files);
    if (status == EXIT_DONE)
        status = pictures_write(&files, &figure->figure, set);
    run_figure_destroy(figure);
    return status;
}
