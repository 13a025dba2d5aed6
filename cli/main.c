/*
 * crease - the command line. One table of commands; each has a file of its own.
 */
#include "command.h"
#include "memory.h"
#include "message.h"
#include "output.h"
#include "say.h"
#include "suggest.h"

#include <crease/status.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const cli_command commands[] = {
    {"compare", "train one net once under each of several derivative rules", command_compare},
    {"check", "is a derivative right? of a rule, a net, saved arrays", command_check},
    {"train", "train a net on a table or pictures, and write a model", command_train},
    {"eval", "how good a trained model is, on data", command_eval},
    {"predict", "what a trained model says of new samples", command_predict},
    {"export", "a trained model as C or ONNX", command_export},
    {"data", "make a data set in two dimensions: planar, circles, moons, ...", command_data},
    {"plot", "draw a data set, or an activation and its derivative", command_plot},
    {"bench", "what this machine can do, and how near to it crease comes", command_bench},
    {"info", "what this build has, and what it uses on this machine", command_info},
};

#define N_COMMANDS (sizeof commands / sizeof commands[0])

static const cli_command *find_command(const char *name)
{
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(name, commands[i].name) == 0)
            return &commands[i];
    }
    return NULL;
}

static void print_help(void)
{
    (void)puts("Usage: crease COMMAND [OPTION...] [ARGUMENT...]\n"
               "crease trains ReLU networks, and proves that their derivatives are right.\n");
    for (size_t i = 0; i < N_COMMANDS; i++)
        say("  %-9s %s\n", commands[i].name, commands[i].summary);
    (void)puts(
        "\n"
        "`crease COMMAND --help` tells all about one; `crease --version` prints the version.\n"
        "Results go to stdout, everything else to stderr. Exit status: 0 done and right;\n"
        "1 done, and the check found something wrong; 2 bad usage or input; 3 the system\n"
        "failed (disk, memory).");
}

static exit_status unknown_command(const char *name)
{
    suggestion s;
    suggest_begin(&s, name);
    for (size_t i = 0; i < N_COMMANDS; i++)
        suggest_consider(&s, commands[i].name);
    if (s.best != NULL)
        return fail(EXIT_INPUT, NULL, "no command '%s', did you mean '%s'? (try `crease --help`)",
                    name, s.best);
    return fail(EXIT_INPUT, NULL, "no command '%s' (try `crease --help`)", name);
}

static exit_status run(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : NULL;
    const cli_command *found;
    if (word == NULL)
        return fail(EXIT_INPUT, NULL, "which command? (try `crease --help`)");
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        print_help();
        return EXIT_DONE;
    }
    if (strcmp(word, "--version") == 0) {
        say("crease %s\n", crs_version());
        return EXIT_DONE;
    }
    found = find_command(word);
    return found == NULL ? unknown_command(word) : found->run(argc - 1, argv + 1);
}

/*
 * A program may be started without stdin, stdout or stderr. The next file opened
 * would take the free number, and messages would end up in it.
 */
static void hold_standard_streams(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY); /* use still fails */
    }
}

/* What was printed may still lie in the buffer, and the disk may be full. */
static exit_status flush_stdout(exit_status status)
{
    int failed_before = ferror(stdout);
    errno = 0;
    if (fflush(stdout) == 0 && !failed_before)
        return status;
    if (status == EXIT_INPUT || status == EXIT_SYSTEM) /* what went wrong has been said */
        return status;
    return fail(EXIT_SYSTEM, NULL, "cannot write standard output: %s",
                errno != 0 ? strerror(errno) : "write error");
}

int main(int argc, char **argv)
{
    hold_standard_streams();
    memory_watch();
    output_handle_signals();
    return (int)flush_stdout(output_settle(run(argc, argv)));
}
