/*
 * progress.h - a bar on stderr, for as long as something takes.
 *
 * Shown on a terminal only, and not with --quiet; wiped when done, so that what
 * stays on the screen is the result.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>

typedef struct cli_progress {
    bool shown;       /* false: every call does nothing */
    bool utf8;        /* the bar's blocks can be drawn */
    int width;        /* columns of the terminal */
    double last_time; /* when it was drawn last, seconds; negative before the first time */
} cli_progress;

void progress_begin(cli_progress *p, bool quiet);

/* `fraction` in [0, 1] of the work is done, and `text` is being done now. Cheap: call it often. */
void progress_update(cli_progress *p, double fraction, const char *text);

/* Wipe the bar. Call it before anything else is printed. */
void progress_end(cli_progress *p);

#endif
