/*
 * pictures.h - one figure as the files a user asked for, and on the terminal.
 *
 *     pictures files;
 *     status = pictures_open("plot", &paths, &files);     (before long work: a bad
 *     ...                                                   path is told at once)
 *     status = pictures_write(&files, &figure, NULL);       (or pictures_abandon)
 */
#ifndef PICTURES_H
#define PICTURES_H

#include "command.h"
#include "output.h"

#include <crease/plot.h>

/* --png, --svg, --pdf: NULL where not asked for. */
typedef struct picture_paths {
    const char *png, *svg, *pdf;
} picture_paths;

/* The rows of a table of options; `struct_` has a field `paths` of type picture_paths. */
#define PICTURE_OPTIONS(struct_)                                                                  \
    {OPTION_OUTPUT,                                                                               \
     0,                                                                                           \
     "png",                                                                                       \
     "FILE",                                                                                      \
     "write the figure as PNG",                                                                   \
     offsetof(struct_, paths.png),                                                                \
     0,                                                                                           \
     0},                                                                                          \
        {OPTION_OUTPUT,                                                                           \
         0,                                                                                       \
         "svg",                                                                                   \
         "FILE",                                                                                  \
         "write the figure as SVG",                                                               \
         offsetof(struct_, paths.svg),                                                            \
         0,                                                                                       \
         0},                                                                                      \
    {                                                                                             \
        OPTION_OUTPUT, 0, "pdf", "FILE", "write the figure as PDF", offsetof(struct_, paths.pdf), \
            0, 0                                                                                  \
    }

#define N_PICTURE_FORMATS 3

typedef struct pictures {
    const char *command;
    cli_output *file[N_PICTURE_FORMATS]; /* NULL where not asked for */
} pictures;

/* On failure a message is printed and nothing is open. */
exit_status pictures_open(const char *command, const picture_paths *paths, pictures *out);

/*
 * Draw `figure` into each and put all in their places, or keep them in the set, which is not
 * NULL then. On failure a message is printed and all are abandoned, but for what was in the set.
 */
exit_status pictures_write(pictures *p, const crs_plot_figure *figure, output_set *set);

void pictures_abandon(pictures *p);

/* A drawing for stdout, as well as it can show it. */
typedef struct picture_text {
    char *bytes; /* free() */
    size_t n, room;
} picture_text;

/* Draw it, and print nothing yet: this can run out of memory. Then nothing is left in *out. */
exit_status pictures_draw(const char *command, const crs_plot_figure *figure, picture_text *out);

/* Print it and empty it. */
void pictures_print(picture_text *text);

/* Draw, put what was kept back in its place (output.h), print. */
exit_status pictures_show(const char *command, const crs_plot_figure *figure);

#endif
