#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "drawing.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_SECONDS 300 /* of the processor: a drawing takes one or two */
#define STUCK_SECONDS 5  /* with less than a thousandth of work in each */

/* What the two processes share: how it ended, in words. */
typedef struct outcome {
    bool is_finished;
    crs_status status;
    crs_error err;
} outcome;

/* ---- the process that draws ------------------------------------------------------------- */

static volatile sig_atomic_t is_sending;

/* Each second: fontconfig that waits for itself gets no time of the processor, and does not end. */
static void look_for_work(int number)
{
    static clock_t before;
    static int idle;
    clock_t now = clock();
    (void)number;
    idle = is_sending || now - before > CLOCKS_PER_SEC / 1000 ? 0 : idle + 1;
    before = now;
    if (idle == STUCK_SECONDS)
        _exit(1);
}

static void watch(void)
{
    const struct itimerval second = {{1, 0}, {1, 0}};
    const struct rlimit most = {MOST_SECONDS, MOST_SECONDS};
    struct sigaction action;
#ifdef __linux__
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* nobody waits for it any more */
#endif
    (void)setrlimit(RLIMIT_CPU, &most);
    memset(&action, 0, sizeof action);
    action.sa_handler = look_for_work;
    action.sa_flags = SA_RESTART;
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGALRM, &action, NULL);
    (void)setitimer(ITIMER_REAL, &second, NULL);
}

static crs_status send(void *ctx, const void *bytes, size_t n)
{
    const char *from = bytes;
    while (n > 0) {
        ssize_t count;
        is_sending = 1;
        count = write(*(int *)ctx, from, n);
        is_sending = 0;
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return CRS_EIO;
        from += count;
        n -= (size_t)count;
    }
    return CRS_OK;
}

/* figure is NULL: see only whether it can be drawn. */
static _Noreturn void draw(const crs_plot_figure *figure, crs_plot_format format, int answer,
                           int complaints, outcome *o)
{
    const crs_sink sink = {send, &answer};
    if (dup2(complaints, STDERR_FILENO) < 0)
        _exit(1);
    watch();
    o->status = figure == NULL ? crs_plot_prepare(format, &o->err)
                               : crs_plot_write(figure, format, &sink, &o->err);
    o->is_finished = true;
    _exit(0); /* what stdio holds is the other process's to write */
}

/* ---- the one that asked ------------------------------------------------------------------- */

/* All that comes goes to the sink; what cannot be written is read all the same. */
static crs_status forward(int from, const crs_sink *sink)
{
    char bytes[1 << 15];
    crs_status status = CRS_OK;
    ssize_t n;
    while ((n = read(from, bytes, sizeof bytes)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return CRS_EIO;
        if (status == CRS_OK)
            status = sink->write(sink->ctx, bytes, (size_t)n);
    }
    return status;
}

/* 1 where something was printed on the drawing process's stderr: libraries do so in distress. */
static bool has_complained(int complaints)
{
    char first;
    return read(complaints, &first, 1) > 0;
}

static bool has_died(pid_t child)
{
    int how = 0;
    while (waitpid(child, &how, 0) < 0)
        if (errno != EINTR)
            return true;
    return !WIFEXITED(how) || WEXITSTATUS(how) != 0;
}

static crs_status draw_apart(const crs_plot_figure *figure, crs_plot_format format,
                             const crs_sink *sink, outcome *o, int answer[2], int complaints[2],
                             crs_error *err)
{
    crs_status status;
    bool died;
    pid_t child = fork();
    if (child < 0)
        return crs_error_set(err, CRS_EIO, "cannot start the process that draws: %s",
                             strerror(errno));
    if (child == 0)
        draw(figure, format, answer[1], complaints[1], o);
    (void)close(answer[1]);
    (void)close(complaints[1]);
    answer[1] = complaints[1] = -1;
    status = forward(answer[0], sink);
    died = has_died(child);
    if (died || !o->is_finished || has_complained(complaints[0]))
        return crs_error_set(err, CRS_ENOMEM, "not enough memory to draw it");
    if (o->status == CRS_OK)
        return status == CRS_OK ? CRS_OK
                                : crs_error_set(err, status, "the picture cannot be written");
    *err = o->err;
    return o->status;
}

static void close_both(const int end[2])
{
    for (int i = 0; i < 2; i++)
        if (end[i] >= 0)
            (void)close(end[i]);
}

static crs_status with_pipes(const crs_plot_figure *figure, crs_plot_format format,
                             const crs_sink *sink, crs_error *err)
{
    int answer[2] = {-1, -1}, complaints[2] = {-1, -1};
    outcome *o;
    crs_status status;
    o = mmap(NULL, sizeof *o, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (o == MAP_FAILED)
        return crs_error_set(err, CRS_ENOMEM, "not enough memory to draw it");
    /* a complaint that finds no room is dropped: the first byte is enough */
    if (pipe(answer) != 0 || pipe(complaints) != 0 ||
        fcntl(complaints[1], F_SETFL, O_NONBLOCK) != 0)
        status =
            crs_error_set(err, CRS_EIO, "cannot start the process that draws: %s", strerror(errno));
    else
        status = draw_apart(figure, format, sink, o, answer, complaints, err);
    close_both(answer);
    close_both(complaints);
    (void)munmap(o, sizeof *o);
    return status;
}

crs_status drawing_write(const crs_plot_figure *figure, crs_plot_format format,
                         const crs_sink *sink, crs_error *err)
{
    if (format == CRS_PLOT_SVG) /* our own, without a library */
        return crs_plot_write(figure, format, sink, err);
    return with_pipes(figure, format, sink, err);
}

crs_status drawing_prepare(crs_plot_format format, crs_error *err)
{
    return format == CRS_PLOT_SVG ? CRS_OK : with_pipes(NULL, format, NULL, err);
}
