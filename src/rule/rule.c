#include "rule/rule.h"

#include "core/memory.h"
#include "rule/parser.h"
#include "rule/print.h"
#include "rule/step.h"

#include <stdalign.h>
#include <string.h>

/* Operations while a text is read, before those that its value does not need are dropped. */
#define PARSE_LIMIT (4 * CRS_RULE_MAX_STEPS)

/* Registers of one evaluation, on the stack: half of a first-level cache. */
#define SCRATCH_BYTES 20480

/* The value of the text, with the upstream gradient it may have left to be understood. */
static int complete_value(crs__dag *dag, int node, int complete, crs_status *status)
{
    node = crs__dag_number(dag, node);
    if (!complete && crs__dag_upstream(dag, node, status) <= CRS__UPSTREAM_FREE)
        node = crs__dag_op(dag, CRS__OP_MUL, node, crs__dag_leaf(dag, CRS__OP_UPSTREAM),
                           CRS__DAG_NONE);
    return node;
}

/* Keep of `parsed` what its value is made of. */
static crs_status keep_value(crs_rule *rule, const crs__dag *parsed, int node, crs_error *err)
{
    int leaf[3] = {crs__dag_leaf(&rule->dag, CRS__OP_Z), crs__dag_leaf(&rule->dag, CRS__OP_A),
                   crs__dag_leaf(&rule->dag, CRS__OP_UPSTREAM)};
    rule->node = crs__dag_import(&rule->dag, parsed, node, leaf, 0);
    if (rule->dag.status == CRS_EPARSE)
        return crs__lex_error(rule->text, 0, err,
                              "too long a computation: expected at most %d operations",
                              CRS_RULE_MAX_STEPS);
    return rule->dag.status;
}

static crs_status understand(crs_rule *rule, crs_error *err)
{
    crs__dag parsed;
    crs_status status;
    int node = 0, complete = 0;
    crs__dag_init(&parsed, PARSE_LIMIT);
    status = crs__parse(rule->text, &parsed, err, &node, &complete);
    if (status != CRS_OK)
        goto out;
    node = complete_value(&parsed, node, complete, &status);
    if (status == CRS_OK)
        status = parsed.status;
    if (status == CRS_OK)
        status = keep_value(rule, &parsed, node, err);
out:
    crs__dag_release(&parsed);
    return status;
}

static crs_status prepare(crs_rule *rule)
{
    crs_status status = CRS_OK;
    crs__upstream upstream = crs__dag_upstream(&rule->dag, rule->node, &status);
    int is_dropped = upstream <= CRS__UPSTREAM_FREE; /* it was named, and then thrown away */
    crs__text text = {0};
    rule->linear = upstream == CRS__UPSTREAM_FACTOR;
    if (is_dropped)
        crs__text_append(&text, "dZ = upstream; ");
    if (status == CRS_OK)
        status = crs__print(&rule->dag, rule->node, is_dropped ? "dZ = " : "", &text);
    rule->read_as = text.data;
    if (status != CRS_OK)
        return status;
    rule->ops = crs__ops_get(crs__cpu_level_get());
    status = crs__rule_step(&rule->dag, rule->node, &rule->is_step, &rule->step);
    if (status != CRS_OK)
        return status;
    return crs__program_make(&rule->dag, 1, &rule->node, 1, &rule->program);
}

crs_status crs_rule_parse(const char *text, crs_error *err, crs_rule **out)
{
    crs_error unasked;
    crs_rule *rule;
    crs_status status = CRS_ENOMEM;
    if (err == NULL)
        err = &unasked;
    if (out == NULL || text == NULL)
        return crs_error_set(err, CRS_EINVAL, "crs_rule_parse: expected a text and a place for it");
    *out = NULL;
    (void)crs_error_set(err, CRS_OK, "%s", "");
    rule = crs__alloc(1, sizeof *rule);
    if (rule == NULL)
        goto out;
    crs__dag_init(&rule->dag, CRS_RULE_MAX_STEPS);
    rule->text = crs__strdup(text);
    if (rule->text == NULL)
        goto out;
    status = understand(rule, err);
    if (status == CRS_OK)
        status = prepare(rule);
out:
    if (status == CRS_ENOMEM)
        (void)crs_error_set(err, status, "no memory to read a rule");
    if (status != CRS_OK) {
        crs_rule_destroy(rule);
        return status;
    }
    *out = rule;
    return CRS_OK;
}

void crs_rule_destroy(crs_rule *rule)
{
    if (rule == NULL)
        return;
    crs__program_release(&rule->program);
    crs__dag_release(&rule->dag);
    crs__free(rule->read_as);
    crs__free(rule->text);
    crs__free(rule);
}

const char *crs_rule_text(const crs_rule *rule)
{
    if (rule == NULL)
        return NULL;
    return rule->text;
}

const char *crs_rule_read_as(const crs_rule *rule)
{
    if (rule == NULL)
        return NULL;
    return rule->read_as;
}

int crs_rule_is_linear(const crs_rule *rule)
{
    if (rule == NULL)
        return 0;
    return rule->linear;
}

crs_status crs__rule_factor_text(const crs_rule *rule, char **text)
{
    const crs__node *top = &rule->dag.nodes[rule->node];
    crs__text factor = {0};
    int node = rule->node;
    crs_status status;
    if (top->op == CRS__OP_MUL && rule->dag.nodes[top->y].op == CRS__OP_UPSTREAM)
        node = top->x;
    else if (top->op == CRS__OP_MUL && rule->dag.nodes[top->x].op == CRS__OP_UPSTREAM)
        node = top->y;
    status = crs__print(&rule->dag, node, "", &factor);
    *text = factor.data;
    return status;
}

/* ---- evaluation ---- */

/* An input as a register; the program only reads it. */
static void *borrow(const void *array, size_t byte)
{
    union {
        const void *read_only;
        void *plain;
    } p;
    p.read_only = (const char *)array + byte;
    return p.plain;
}

/* Elements whose registers fit into `bytes`, a multiple of 8 and at least 8. */
static size_t block_of(const crs__program *program, size_t size, size_t bytes)
{
    size_t numbers = (size_t)(program->n_numbers - CRS__PROGRAM_INPUTS);
    size_t eight = numbers * 8 * size + (size_t)program->n_masks;
    size_t block = eight == 0 ? CRS__OPS_BLOCK : 8 * (bytes / eight);
    return block < CRS__OPS_BLOCK ? block : CRS__OPS_BLOCK;
}

static void evaluate(const crs_rule *rule, crs_dtype dtype, size_t n, const void *z, const void *a,
                     const void *upstream, void *out)
{
    alignas(64) unsigned char scratch[SCRATCH_BYTES];
    void *registers[CRS__PROGRAM_INPUTS + 2 * CRS_RULE_MAX_STEPS];
    const crs__program *program = &rule->program;
    size_t size = crs_dtype_size(dtype), block = block_of(program, size, sizeof scratch);
    size_t used = 0, count;
    for (int i = CRS__PROGRAM_INPUTS; i < crs__program_registers(program); i++) {
        registers[i] = scratch + used;
        used += crs__program_is_mask(program, i) ? block / 8 : block * size;
    }
    crs__program_constants(program, rule->ops, dtype, block < n ? block : n, registers);
    for (size_t i = 0; i < n; i += count) {
        count = n - i < block ? n - i : block;
        registers[0] = borrow(z, i * size);
        registers[1] = borrow(a, i * size);
        registers[2] = borrow(upstream, i * size);
        crs__program_run(program, rule->ops, dtype, count, registers);
        memmove((char *)out + i * size, registers[program->outputs[0]], count * size);
    }
}

void crs_rule_eval_f32(const crs_rule *rule, size_t n, const float *z, const float *a,
                       const float *upstream, float *out)
{
    if (rule == NULL || (n > 0 && z == NULL) || (n > 0 && a == NULL) ||
        (n > 0 && upstream == NULL) || (n > 0 && out == NULL))
        return;
    evaluate(rule, CRS_F32, n, z, a, upstream, out);
}

void crs_rule_eval_f64(const crs_rule *rule, size_t n, const double *z, const double *a,
                       const double *upstream, double *out)
{
    if (rule == NULL || (n > 0 && z == NULL) || (n > 0 && a == NULL) ||
        (n > 0 && upstream == NULL) || (n > 0 && out == NULL))
        return;
    evaluate(rule, CRS_F64, n, z, a, upstream, out);
}

static void backward_f32(const void *ctx, size_t n, const float *z, const float *a, const float *da,
                         float *dz)
{
    crs_rule_eval_f32(ctx, n, z, a, da, dz);
}

static void backward_f64(const void *ctx, size_t n, const double *z, const double *a,
                         const double *da, double *dz)
{
    crs_rule_eval_f64(ctx, n, z, a, da, dz);
}

void crs_rule_backward(const crs_rule *rule, crs_backward_rule *out)
{
    if (rule == NULL || out == NULL)
        return;
    out->f32 = backward_f32;
    out->f64 = backward_f64;
    out->ctx = rule;
    out->step = rule->is_step ? &rule->step : NULL;
}
