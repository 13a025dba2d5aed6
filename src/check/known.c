/* Rules that people write, to say of a wrong one what it is instead. */
#include "check/plan.h"
#include "core/memory.h"
#include "rule/formula.h"

#include <crease/rule.h>

#include <stdio.h>
#include <string.h>

/*
 * What the text is called, if it says more than the text. Comparisons say less of a
 * rule than whose derivative it is.
 */
static const struct {
    const char *text, *name;
    int far_fetched;
} known[] = {
    {"1", NULL, 0},
    {"0", NULL, 0},
    {"-1", NULL, 0},
    {"Z > 0", NULL, 1},
    {"Z >= 0", NULL, 1},
    {"A > 0", NULL, 1},
    {"A >= 0", NULL, 1},
    {"Z < 0", "Z < 0, on where it is to be off", 0},
    {"Z <= 0", "Z <= 0, on where it is to be off", 0},
    {"Z", NULL, 0},
    {"A", NULL, 0},
    {"sign(Z)", NULL, 1},
    {"A * (1 - A)", NULL, 1},
    {"Z * (1 - Z)", "Z * (1 - Z), sigmoid' as if z were a", 0},
    {"1 - A**2", NULL, 1},
    {"1 - Z**2", "1 - Z**2, tanh' as if z were a", 0},
};

/* What may be said of rule i: that it has the values of `node`. */
static void add_same(crs__plan *plan, size_t i, int node, const char *name, int far_fetched)
{
    int against = crs__dag_op(&plan->dag, CRS__OP_DIFFER, plan->rule[i].value, node, CRS__DAG_NONE);
    crs__fact *fact = crs__plan_fact(plan, CRS__FACT_SAME, i, against, name);
    if (fact == NULL)
        return;
    fact->far_fetched = far_fetched;
    fact->other = strstr(name, "derivative") != NULL;
}

/* A known rule in the graph, for every rule but the one that is written just so. */
static crs_status add_text(crs__plan *plan, const char *text, const char *name, int far_fetched)
{
    int leaf[3] = {plan->z, plan->a, crs__dag_const(&plan->dag, 1)}, node;
    crs_rule *rule;
    crs_status status = crs_rule_parse(text, NULL, &rule);
    if (status != CRS_OK)
        return status;
    node = crs__dag_import(&plan->dag, &rule->dag, rule->node, leaf, 1);
    for (size_t i = 0; i < plan->n_rules && status == CRS_OK; i++) {
        char *written;
        status = crs__rule_factor_text(plan->rules[i], &written);
        if (status == CRS_OK && (name != NULL || strcmp(written, text) != 0))
            add_same(plan, i, node, name != NULL ? name : text, far_fetched);
        crs__free(written);
    }
    /* for piecewise linear g, comparisons with 0 are what people write */
    if (plan->piecewise && strpbrk(text, "<>") != NULL)
        crs__plan_fact(plan, CRS__FACT_RIGHT, 0,
                       crs__dag_op(&plan->dag, CRS__OP_DIFFER, node, plan->slope, CRS__DAG_NONE),
                       text);
    crs_rule_destroy(rule);
    return status;
}

/* Derivatives of the other activations, and of any at a where z belongs. */
static void add_derivatives(crs__plan *plan)
{
    char name[64], called[40];
    for (int id = 0; id < CRS_ACT_COUNT; id++) {
        crs_act act;
        int at_z, at_a, is_own;
        if (id == CRS_ACT_LINEAR) /* that is "1" */
            continue;
        crs_act_get((crs_act_id)id, &act);
        is_own = act.id == plan->act->id && act.param == plan->act->param;
        if (act.id == plan->act->id) /* which of them, by its parameter */
            crs_act_format(&act, called, sizeof called);
        else
            (void)snprintf(called, sizeof called, "%s", crs_act_name(act.id));
        at_z = crs__formula_slope(&plan->dag, &act, plan->z, 1);
        at_a = crs__formula_slope(&plan->dag, &act, plan->a, 1);
        for (size_t i = 0; i < plan->n_rules; i++) {
            (void)snprintf(name, sizeof name, "the derivative of %s", called);
            if (!is_own)
                add_same(plan, i, at_z, name, 1);
            (void)snprintf(name, sizeof name, "the derivative of %s taken at a",
                           crs_act_name(act.id));
            add_same(plan, i, at_a, name, 2);
        }
    }
}

/* The right one times a number: a forgotten or doubled factor, a wrong sign. */
static void add_multiples(crs__plan *plan)
{
    static const double factors[] = {2, 0.5, -1, 3, 4, 0.25, -2};
    int slope = crs__formula_slope(&plan->dag, plan->act, plan->z, 1);
    char name[64];
    for (size_t k = 0; k < sizeof factors / sizeof *factors; k++) {
        int node = crs__dag_op(&plan->dag, CRS__OP_MUL, crs__dag_const(&plan->dag, factors[k]),
                               slope, CRS__DAG_NONE);
        (void)snprintf(name, sizeof name, "%g times the derivative of %s", factors[k],
                       crs_act_name(plan->act->id));
        for (size_t i = 0; i < plan->n_rules; i++)
            add_same(plan, i, node, name, 1);
    }
}

void crs__plan_known_rules(crs__plan *plan)
{
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        crs_status status = add_text(plan, known[k].text, known[k].name, known[k].far_fetched);
        if (status != CRS_OK) {
            plan->dag.status = status;
            return;
        }
    }
    add_multiples(plan);
    add_derivatives(plan);
}
