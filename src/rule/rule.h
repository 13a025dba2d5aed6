/*
 * rule/rule.h - what is behind a crs_rule, for the checks that take it apart.
 */
#ifndef RULE_RULE_H
#define RULE_RULE_H

#include "rule/dag.h"
#include "rule/program.h"

#include <crease/rule.h>

struct crs_rule {
    char *text, *read_as;
    crs__dag dag; /* what the rule is made of, and nothing else */
    int node;     /* its value: dz, from Z, A and the upstream gradient */
    int linear;
    int is_step; /* told as one in `step` */
    crs_step_rule step;
    crs__program program;
    const crs__ops *ops;
};

/*
 * The rule without its factor upstream, "A >= 0" for "(A >= 0) * upstream"; what it
 * was read as where there is no such factor. The caller's (crs__free).
 */
crs_status crs__rule_factor_text(const crs_rule *rule, char **text);

#endif
