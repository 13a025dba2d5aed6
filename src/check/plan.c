#include "check/plan.h"

#include "core/memory.h"
#include "rule/formula.h"
#include "rule/print.h"

#include <stdio.h>
#include <string.h>

/* Far above what CRS_RULECHECK_MAX_RULES rules with all that is known of them need. */
#define PLAN_LIMIT 100000

static int op1(crs__dag *dag, crs__op op, int x)
{
    return crs__dag_op(dag, op, x, CRS__DAG_NONE, CRS__DAG_NONE);
}

static int op2(crs__dag *dag, crs__op op, int x, int y)
{
    return crs__dag_op(dag, op, x, y, CRS__DAG_NONE);
}

/* The rule's value for one upstream gradient everywhere. */
static int value_at(crs__plan *plan, const crs_rule *rule, double upstream)
{
    int leaf[3] = {plan->z, plan->a, crs__dag_const(&plan->dag, upstream)};
    return crs__dag_import(&plan->dag, &rule->dag, rule->node, leaf, 1);
}

/*
 * Where 0 does not give 0, 2 not twice and -1 not the negative of what 1 gives, as far
 * as that is a number.
 */
static int not_linear(crs__plan *plan, const crs_rule *rule, int at_1)
{
    crs__dag *dag = &plan->dag;
    int at_0 = value_at(plan, rule, 0), at_2 = value_at(plan, rule, 2);
    int at_minus_1 = value_at(plan, rule, -1);
    int twice = op2(dag, CRS__OP_MUL, crs__dag_const(dag, 2), at_1);
    int breaks = op2(dag, CRS__OP_DIFFER, at_0, crs__dag_const(dag, 0));
    int no_number =
        op2(dag, CRS__OP_OR, op1(dag, CRS__OP_IS_NAN, at_1), op1(dag, CRS__OP_UNBOUNDED, at_1));
    breaks = op2(dag, CRS__OP_OR, breaks, op2(dag, CRS__OP_DIFFER, at_2, twice));
    breaks = op2(dag, CRS__OP_OR, breaks,
                 op2(dag, CRS__OP_DIFFER, at_minus_1, op1(dag, CRS__OP_NEG, at_1)));
    return op2(dag, CRS__OP_AND, breaks, op1(dag, CRS__OP_NOT, no_number));
}

static void add_rule(crs__plan *plan, size_t i, crs_status *status)
{
    crs__dag *dag = &plan->dag;
    crs__plan_rule *r = &plan->rule[i];
    const crs_rule *rule = plan->rules[i];
    r->value = value_at(plan, rule, 1);
    r->wrong = op2(dag, CRS__OP_DIFFER, r->value, plan->slope);
    r->is_nan = op1(dag, CRS__OP_IS_NAN, r->value);
    r->unbounded = op1(dag, CRS__OP_UNBOUNDED, r->value);
    r->not_linear = rule->linear ? crs__dag_truth_value(dag, 0) : not_linear(plan, rule, r->value);
    if (dag->status == CRS_OK)
        r->rounds = crs__dag_rounds(dag, r->value, status);
}

/* Each comparison of a rule may be always true, or never: as A >= 0 of a relu's output. */
static void add_comparisons(crs__plan *plan, size_t i)
{
    const crs__dag *from = &plan->rules[i]->dag;
    int leaf[3] = {plan->z, plan->a, crs__dag_const(&plan->dag, 1)};
    for (int k = 0; k < from->n && plan->dag.status == CRS_OK; k++) {
        const crs__node *node = &from->nodes[k];
        crs__text text = {0};
        unsigned char *reached;
        int mask;
        if (node->op != CRS__OP_LT && node->op != CRS__OP_LE && node->op != CRS__OP_EQ)
            continue;
        reached = crs__alloc((size_t)from->n, 1);
        if (reached == NULL || crs__print(from, k, "", &text) != CRS_OK) {
            plan->dag.status = CRS_ENOMEM;
        } else {
            crs__dag_reach(from, k, reached);
            mask = crs__dag_import(&plan->dag, from, k, leaf, 1);
            /* the leaves are the first nodes of a rule: Z, A, upstream */
            if (!reached[CRS__OP_UPSTREAM]) {
                crs__fact *always = crs__plan_fact(plan, CRS__FACT_ALWAYS, i,
                                                   op1(&plan->dag, CRS__OP_NOT, mask), text.data);
                crs__fact *never;
                if (always != NULL)
                    always->uses_a = reached[CRS__OP_A];
                never = crs__plan_fact(plan, CRS__FACT_NEVER, i, mask, text.data);
                if (never != NULL)
                    never->uses_a = reached[CRS__OP_A];
            }
        }
        crs__free(reached);
        crs__free(text.data);
    }
}

crs_status crs__plan_make(size_t n_rules, const crs_rule *const *rules, const crs_act *act,
                          crs_dtype dtype, crs__plan *out)
{
    crs_status status = CRS_OK;
    memset(out, 0, sizeof *out);
    crs__dag_init(&out->dag, PLAN_LIMIT);
    out->act = act;
    out->rules = rules;
    out->n_rules = n_rules;
    /* hard_sigmoid is piecewise linear, but z + 3 and the division round */
    out->piecewise = crs_act_is_piecewise_linear(act->id) && act->id != CRS_ACT_HARD_SIGMOID;
    out->exact = out->piecewise && dtype == CRS_F32;
    out->z = crs__dag_leaf(&out->dag, CRS__OP_Z);
    out->a = crs__formula_value(&out->dag, act, out->z);
    out->slope = crs__formula_slope(&out->dag, act, out->z, 0);
    for (size_t i = 0; i < n_rules && status == CRS_OK; i++) {
        add_rule(out, i, &status);
        add_comparisons(out, i);
    }
    crs__plan_known_rules(out);
    if (status == CRS_OK)
        status = out->dag.status;
    if (status != CRS_OK)
        crs__plan_release(out);
    return status;
}

void crs__plan_release(crs__plan *plan)
{
    crs__dag_release(&plan->dag);
    crs__free(plan->facts);
    memset(plan, 0, sizeof *plan);
}

int crs__plan_is_never(const crs__plan *plan, int mask)
{
    return plan->dag.nodes[mask].op == CRS__OP_FALSE;
}

crs__fact *crs__plan_fact(crs__plan *plan, crs__fact_kind kind, size_t rule, int against,
                          const char *text)
{
    crs__fact *fact;
    if (plan->dag.status != CRS_OK)
        return NULL;
    if (plan->n_facts == plan->capacity) {
        size_t capacity = plan->capacity ? 2 * plan->capacity : 64;
        crs__fact *facts = crs__realloc(plan->facts, capacity, sizeof *facts);
        if (facts == NULL) {
            plan->dag.status = CRS_ENOMEM;
            return NULL;
        }
        plan->facts = facts;
        plan->capacity = capacity;
    }
    fact = &plan->facts[plan->n_facts++];
    memset(fact, 0, sizeof *fact);
    fact->kind = kind;
    fact->rule = rule;
    fact->against = against;
    fact->holds = 1;
    (void)snprintf(fact->text, sizeof fact->text, "%s", text);
    return fact;
}
