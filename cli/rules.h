/*
 * rules.h - rules as a user types them.
 */
#ifndef RULES_H
#define RULES_H

#include "command.h"

#include <crease/rule.h>

/*
 * Read texts[i] into out[i] for every i < n. On failure the message quotes the rule
 * and names the column, and every out[i] is NULL.
 */
exit_status rules_parse(const char *command, size_t n, const char *const *texts, crs_rule **out);

/* Release out[i] for every i < n and set it to NULL. */
void rules_release(size_t n, crs_rule **rules);

#endif
