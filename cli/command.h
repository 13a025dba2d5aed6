/*
 * command.h - what a subcommand is.
 *
 * One file per command, one row per command in main.c. A command reads its
 * options (options.h), does its work through the public library, writes its
 * result to stdout and everything else to stderr, and returns an exit status.
 */
#ifndef COMMAND_H
#define COMMAND_H

typedef enum exit_status {
    EXIT_DONE = 0,   /* done and right */
    EXIT_WRONG = 1,  /* done, and the check found something wrong */
    EXIT_INPUT = 2,  /* bad usage or bad input */
    EXIT_SYSTEM = 3, /* the system failed: disk, memory */
} exit_status;

/* argv[0] is the command's name; argv[argc] is NULL. */
typedef exit_status command_function(int argc, char **argv);

typedef struct cli_command {
    const char *name;
    const char *summary; /* one line, for `crease --help` */
    command_function *run;
} cli_command;

command_function command_bench;
command_function command_check;
command_function command_compare;
command_function command_data;
command_function command_eval;
command_function command_export;
command_function command_info;
command_function command_plot;
command_function command_predict;
command_function command_train;

#endif
