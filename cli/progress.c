#include "progress.h"

#include "terminal.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#define BAR_WIDTH 30
/* A bar that appears for an instant is noise, and so is one that flickers. */
#define SECONDS_BETWEEN 0.1

static double seconds_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void progress_begin(cli_progress *p, bool quiet)
{
    cli_terminal facts;
    terminal_ask(stderr, &facts);
    p->shown = facts.is_terminal && !quiet;
    p->utf8 = facts.utf8;
    p->width = facts.width;
    p->last_time = seconds_now();
}

void progress_update(cli_progress *p, double fraction, const char *text)
{
    double now;
    int full;
    if (!p->shown)
        return;
    now = seconds_now();
    if (now - p->last_time < SECONDS_BETWEEN)
        return;
    p->last_time = now;
    full = (int)lround(fmin(fmax(fraction, 0), 1) * BAR_WIDTH);
    (void)fputs("\r\033[K", stderr);
    for (int i = 0; i < BAR_WIDTH; i++)
        (void)fputs(p->utf8 ? (i < full ? "█" : "░") : (i < full ? "#" : "."), stderr);
    (void)fprintf(stderr, " %3.0f %%  %.*s", 100 * fraction, p->width - BAR_WIDTH - 10, text);
    (void)fflush(stderr);
}

void progress_end(cli_progress *p)
{
    if (!p->shown)
        return;
    (void)fputs("\r\033[K", stderr);
    (void)fflush(stderr);
}
