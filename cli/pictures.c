#include "pictures.h"

#include "drawing.h"
#include "memory.h"
#include "message.h"
#include "terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    crs_plot_format format;
    const char *name;
} formats[N_PICTURE_FORMATS] = {
    {CRS_PLOT_PNG, "PNG"},
    {CRS_PLOT_SVG, "SVG"},
    {CRS_PLOT_PDF, "PDF"},
};

exit_status pictures_open(const char *command, const picture_paths *paths, pictures *out)
{
    const char *const path[N_PICTURE_FORMATS] = {paths->png, paths->svg, paths->pdf};
    memset(out, 0, sizeof *out);
    out->command = command;
    for (size_t i = 0; i < N_PICTURE_FORMATS; i++) {
        exit_status status = EXIT_DONE;
        crs_error err;
        if (path[i] == NULL)
            continue;
        if (!crs_plot_can_write(formats[i].format))
            status = fail(EXIT_INPUT, command,
                          "this build cannot write %s: install libcairo2-dev and build again",
                          formats[i].name);
        else if (drawing_prepare(formats[i].format, &err) != CRS_OK)
            status = fail_library(command, &err);
        else
            status = output_open(command, path[i], &out->file[i]);
        if (status != EXIT_DONE) {
            pictures_abandon(out);
            return status;
        }
    }
    return EXIT_DONE;
}

exit_status pictures_write(pictures *p, const crs_plot_figure *figure, output_set *set)
{
    output_set own = {0};
    exit_status status = EXIT_DONE;
    for (size_t i = 0; i < N_PICTURE_FORMATS && status == EXIT_DONE; i++) {
        cli_output *file = p->file[i];
        crs_error err;
        if (file == NULL)
            continue;
        p->file[i] = NULL;
        status = output_end(file, drawing_write(figure, formats[i].format, output_sink(file), &err),
                            &err, set == NULL ? &own : set);
    }
    if (status == EXIT_DONE)
        return output_set_keep_back(&own);
    pictures_abandon(p);
    return output_set_abandon(&own, status);
}

void pictures_abandon(pictures *p)
{
    for (size_t i = 0; i < N_PICTURE_FORMATS; i++) {
        (void)output_abandon(p->file[i], NULL);
        p->file[i] = NULL;
    }
}

/* ---- on the terminal ------------------------------------------------------------------ */

static crs_status keep(void *ctx, const void *bytes, size_t n)
{
    picture_text *text = ctx;
    if (n > text->room - text->n) {
        size_t room = 2 * text->room + n;
        char *more = memory_resize(text->bytes, room);
        if (more == NULL)
            return CRS_ENOMEM;
        text->bytes = more;
        text->room = room;
    }
    memcpy(text->bytes + text->n, bytes, n);
    text->n += n;
    return CRS_OK;
}

exit_status pictures_draw(const char *command, const crs_plot_figure *figure, picture_text *out)
{
    static const crs_term_mode modes[] = {
        [TERMINAL_PLAIN] = CRS_TERM_PLAIN,
        [TERMINAL_256] = CRS_TERM_256,
        [TERMINAL_TRUECOLOR] = CRS_TERM_TRUECOLOR,
    };
    crs_sink sink = {keep, out};
    cli_terminal facts;
    crs_term_options options = {0};
    crs_error err;
    memset(out, 0, sizeof *out);
    terminal_ask(stdout, &facts);
    options.mode = modes[facts.color];
    options.ascii = !facts.utf8;
    options.columns = (size_t)facts.width;
    if (crs_plot_terminal(figure, &options, &sink, &err) == CRS_OK)
        return EXIT_DONE;
    free(out->bytes);
    memset(out, 0, sizeof *out);
    return fail_library(command, &err);
}

void pictures_print(picture_text *text)
{
    (void)fwrite(text->bytes, 1, text->n, stdout);
    free(text->bytes);
    memset(text, 0, sizeof *text);
}

exit_status pictures_show(const char *command, const crs_plot_figure *figure)
{
    picture_text text;
    exit_status status = pictures_draw(command, figure, &text);
    if (status != EXIT_DONE)
        return status;
    status = output_place();
    if (status == EXIT_DONE)
        pictures_print(&text);
    free(text.bytes);
    return status;
}
