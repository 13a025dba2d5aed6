/*
 * check/plan.h - what a sweep computes: rules, g, g' and whatever may be said about
 * them, all in one graph, so that what they share is computed once per block.
 *
 * Everything that the sweep asks is a mask: a rule is wrong where "rule differs from
 * g'" is set; two rules are the same if "they differ" is set nowhere.
 */
#ifndef CHECK_PLAN_H
#define CHECK_PLAN_H

#include "rule/dag.h"
#include "rule/program.h"
#include "rule/rule.h"

#include <crease/rulecheck.h>

/* What may be true of a rule for every input but NaN. */
typedef enum crs__fact_kind {
    CRS__FACT_SAME,   /* it has the values of the known rule `text` */
    CRS__FACT_ALWAYS, /* its comparison `text` is true */
    CRS__FACT_NEVER,  /* its comparison `text` is false */
    CRS__FACT_RIGHT   /* the rule `text` is the derivative, whatever is checked */
} crs__fact_kind;

typedef struct crs__fact {
    crs__fact_kind kind;
    size_t rule;     /* which one; 0 for RIGHT */
    int against;     /* the mask that is set nowhere if the fact holds */
    int uses_a;      /* a comparison: of A */
    int other;       /* about another derivative, or a multiple: of interest if the rule is wrong */
    int far_fetched; /* said only if nothing less far-fetched can be: 0, 1 or 2 */
    int holds;       /* no input against it was met so far */
    char text[64];
} crs__fact;

/* The nodes of one rule. */
typedef struct crs__plan_rule {
    int value;      /* with an upstream gradient of 1 */
    int wrong;      /* differs from g' */
    int is_nan;     /* of `value` */
    int unbounded;  /* of `value` */
    int not_linear; /* does not follow the upstream gradient; FALSE where structure shows it */
    int rounds;     /* some operation of the rule, or of g in it, rounds */
} crs__plan_rule;

typedef struct crs__plan {
    crs__dag dag;
    const crs_act *act;
    size_t n_rules;
    const crs_rule *const *rules;
    int piecewise; /* g is piecewise linear and computed without rounding but that of a slope */
    int exact;     /* and so it is in float32: compare bits; else intervals */
    int z, a;      /* nodes */
    int slope;     /* g' off the kinks */
    crs__plan_rule rule[CRS_RULECHECK_MAX_RULES];
    crs__fact *facts;
    size_t n_facts, capacity;
} crs__plan;

/* Errors: CRS_ENOMEM. `rules` and `act` are borrowed. */
crs_status crs__plan_make(size_t n_rules, const crs_rule *const *rules, const crs_act *act,
                          crs_dtype dtype, crs__plan *out);
void crs__plan_release(crs__plan *plan);

/* Add a fact that may hold, to be tried; NULL for want of memory, which dag.status says too. */
crs__fact *crs__plan_fact(crs__plan *plan, crs__fact_kind kind, size_t rule, int against,
                          const char *text);

/* Add what known.c knows to be said of rules. */
void crs__plan_known_rules(crs__plan *plan);

/* Is the mask FALSE, for every input? */
int crs__plan_is_never(const crs__plan *plan, int mask);

#endif
