/* crease bench: how long the program takes to start. */
#include "bench.h"
#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define SELF "/proc/self/exe"

/* A symbolic link that leads to the running program whoever follows it: resolved here. */
typedef struct start_state {
    char path[4096];
} start_state;

static exit_status start_prepare(bench_case *c)
{
    start_state *s = c->state;
    ssize_t n = readlink(SELF, s->path, sizeof s->path - 1);
    if (n < 0)
        return fail(EXIT_SYSTEM, BENCH_NAME, "cannot find the running program: %s",
                    strerror(errno));
    s->path[n] = '\0';
    return EXIT_DONE;
}

static exit_status start_run(bench_case *c)
{
    start_state *s = c->state;
    char version[] = "--version";
    char *const argv[] = {s->path, version, NULL};
    posix_spawn_file_actions_t actions;
    int error, ended = 0;
    pid_t child;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return fail(EXIT_SYSTEM, BENCH_NAME, "out of memory");
    error = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (error == 0)
        error = posix_spawn(&child, s->path, &actions, NULL, argv, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    if (error == 0) {
        while (waitpid(child, &ended, 0) < 0 && errno == EINTR)
            ;
    }
    if (error == 0 && ended == 0)
        return EXIT_DONE;
    return fail(EXIT_SYSTEM, BENCH_NAME, "%s --version could not be run%s%s", s->path,
                error != 0 ? ": " : "", error != 0 ? strerror(error) : "");
}

static const bench_kind start_kind = {start_prepare, start_run, NULL, NULL};

void bench_add_start(bench_list *list)
{
    bench_case *c;
    if (access(SELF, X_OK) != 0) /* Linux has it */
        return;
    c = bench_add(list, "start", &start_kind, sizeof(start_state), list->one, "start-version");
    if (c == NULL)
        return;
    (void)snprintf(c->what, sizeof c->what, "crease --version, from start to end");
    c->dtype = CRS_F32;
    c->unit = "start";
    c->units = 1;
}
