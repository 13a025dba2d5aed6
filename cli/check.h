/*
 * check.h - what `crease check` checks: a row each in check.c, a file each.
 */
#ifndef CHECK_H
#define CHECK_H

#include "command.h"

/* argv[0] is the word after `check`. */
command_function check_rule;
command_function check_net;
command_function check_grads;

#endif
