/*
 * options.h - a command's options as a table; argp does the rest.
 *
 * A command says which options it takes in a table of option rows, each of which
 * names the field of the command's own struct that the value goes to. Reading,
 * range checks, --help and messages are done here, the same way for all:
 *
 *     typedef struct values { size_t samples; const char *output; } values;
 *     static const cli_option table[] = {
 *         {OPTION_COUNT, 0, "samples", "N", "how many samples",
 *          offsetof(values, samples), 1, 1e7},
 *         {OPTION_OUTPUT, 'o', "output", "FILE", "where to", offsetof(values, output), 0, 0},
 *         {OPTION_END, 0, NULL, NULL, NULL, 0, 0, 0},
 *     };
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "command.h"

#include <crease/executor.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum option_kind {
    OPTION_END,
    OPTION_HEADING, /* a line above the options that follow: help */
    OPTION_FLAG,    /* bool: set to true; takes no value */
    OPTION_COUNT,   /* size_t, a whole number in [min, max] */
    OPTION_REAL,    /* double in [min, max], or any finite one where both are 0 */
    OPTION_SIZE,    /* size_t, bytes: "500M", with K, M or G of 1024 */
    OPTION_TEXT,    /* const char *, borrowed from argv; never the name of a file */
    OPTION_LIST,    /* text_list: every time the option is given, one more */
    OPTION_INPUT,   /* const char *: a file that is read, or a generated data set */
    OPTION_NAME,    /* const char *: the name of a column or the like, or a file that is read */
    OPTION_OUTPUT,  /* const char *: a file that is written; "-" for standard output */
} option_kind;

#define TEXT_LIST_MAX 16

typedef struct text_list {
    size_t n;
    const char *item[TEXT_LIST_MAX]; /* borrowed from argv */
} text_list;

/* A field that no option has filled, for what has no default of its own. */
#define COUNT_NOT_GIVEN SIZE_MAX

typedef struct cli_option {
    option_kind kind;
    char key;          /* 'o' for -o; 0 for none */
    const char *name;  /* "output" */
    const char *value; /* what stands for the value in --help: "FILE" */
    const char *help;
    size_t offset; /* of the field in the struct of values */
    double min, max;
} cli_option;

/* What every command takes. */
typedef struct common_options {
    bool json;
    bool quiet;
    bool seed_given;
    uint32_t seed; /* as for np.random.seed */
    int threads;   /* 0: as many as the process may use */
} common_options;

/*
 * --max-memory: what a file may take while it is read, for max_memory of the library's options;
 * 0: not given. One for the program, as everything that reads files needs it.
 */
size_t options_max_memory(void);

/* A command's line: name, what stands on it besides options, and what to say of it. */
typedef struct command_line {
    const char *name;      /* "data" */
    const char *arguments; /* "NAME", as --help shows them; NULL for none */
    size_t min_arguments, max_arguments;
    bool arguments_are_inputs; /* files that are read, or generated data sets */
    const char *missing;       /* what to say when there are fewer: "which data set?" */
    const char *intro;         /* what the command does, above the options */
    const char *details;       /* what else is to know, below them; NULL for none */
    const cli_option *options;
} command_line;

typedef enum options_result {
    OPTIONS_RUN,    /* go on */
    OPTIONS_SHOWN,  /* --help was asked for and printed: done */
    OPTIONS_BAD,    /* a message was printed: exit status 2 */
    OPTIONS_FAILED, /* a message was printed: exit status 3 */
} options_result;

/*
 * Read argv. An output that is an input too is refused (paths.h), defaults that the fields of
 * OPTION_OUTPUT have included. `common` is filled, `values` (the struct the table points into) is
 * changed where an option was given, *arguments is what is left of argv.
 */
options_result options_read(const command_line *line, int argc, char **argv, common_options *common,
                            void *values, size_t *n_arguments, char ***arguments);

/* The exit status of a result that is not OPTIONS_RUN. */
exit_status options_exit(options_result result);

/*
 * The executor that --threads asks for, released with crs_executor_release. EXIT_SYSTEM, and a
 * message, if there is no memory for it.
 */
exit_status options_threads(const char *command, const common_options *common, crs_executor *out);

#endif
