/* crease check WHAT: is a derivative right? A row and a file per WHAT. */
#include "check.h"
#include "message.h"
#include "say.h"
#include "suggest.h"

#include <stdio.h>
#include <string.h>

static const cli_command checks[] = {
    {"rule", "a rule, what stands for g'(z), on every input", check_rule},
    {"net", "every parameter of a network, on given data", check_net},
    {"grads", "arrays saved from any program: which is wrong, and which bug is it", check_grads},
};

#define N_CHECKS (sizeof checks / sizeof checks[0])

static void print_help(void)
{
    (void)puts("Usage: crease check WHAT [OPTION...] [ARGUMENT...]\n"
               "Check that a derivative is right, at kinks too. WHAT is one of\n");
    for (size_t i = 0; i < N_CHECKS; i++)
        say("  %-7s %s\n", checks[i].name, checks[i].summary);
    (void)puts("\n"
               "`crease check WHAT --help` tells all about one. Exit status: 0 right; 1 something\n"
               "is wrong; 2 bad usage or input; 3 the system failed (disk, memory).");
}

/* "rule, net or grads" */
static void list_names(char *text, size_t size)
{
    size_t at = 0;
    for (size_t i = 0; i < N_CHECKS && at < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%s",
                               i == 0              ? ""
                               : i == N_CHECKS - 1 ? " or "
                                                   : ", ",
                               checks[i].name);
}

static exit_status unknown(const char *name)
{
    char names[128] = "";
    suggestion s;
    suggest_begin(&s, name);
    for (size_t i = 0; i < N_CHECKS; i++)
        suggest_consider(&s, checks[i].name);
    if (s.best != NULL)
        return fail(EXIT_INPUT, "check",
                    "cannot check '%s', did you mean '%s'? (try `crease check --help`)", name,
                    s.best);
    list_names(names, sizeof names);
    return fail(EXIT_INPUT, "check", "cannot check '%s', only %s (try `crease check --help`)", name,
                names);
}

exit_status command_check(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : NULL;
    char names[128] = "";
    if (word == NULL) {
        list_names(names, sizeof names);
        return fail(EXIT_INPUT, "check", "check what? %s (try `crease check --help`)", names);
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        print_help();
        return EXIT_DONE;
    }
    for (size_t i = 0; i < N_CHECKS; i++) {
        if (strcmp(word, checks[i].name) == 0)
            return checks[i].run(argc - 1, argv + 1);
    }
    return unknown(word);
}
