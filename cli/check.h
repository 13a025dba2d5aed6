/*
 * check.h - what `crease check` checks: a row each in check.c, a file each.
 */
#ifndef CHECK_H
#define CHECK_H

#include "command.h"

command_function check_net;

#endif
