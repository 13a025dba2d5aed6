/*
 * check_rule.h - what the views of a check of rules show: text and JSON.
 */
#ifndef CHECK_RULE_H
#define CHECK_RULE_H

#include <crease/act.h>
#include <crease/rulecheck.h>

#include <jansson.h>

#define CHECK_RULE_NAME "check rule"

/* A check that was run. Everything is borrowed. */
typedef struct rule_check {
    const crs_act *act;
    size_t n;
    const crs_rulecheck *checks; /* n of them */
    uint64_t seed;               /* of float64 inputs */
    double seconds;
} rule_check;

/* Of one rule: what was understood, the verdict, where it is wrong, and the sentence. */
void check_rule_print(const rule_check *c, size_t i);

/* The object of one rule; of several, one with a list of those. NULL without memory. */
json_t *check_rule_json(const rule_check *c);

#endif
