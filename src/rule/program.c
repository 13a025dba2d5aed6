#include "rule/program.h"

#include "act/act.h"
#include "core/memory.h"

#include <string.h>

/* While a program is made: what is known of each node. */
typedef struct maker {
    const crs__dag *dag;
    int n_nodes; /* of the graph that matter: 0 .. the highest output */
    unsigned char *reached;
    int *last_use; /* the last node that reads it; n_nodes for an output */
    int *reg;      /* its register; masks counted from 0 until the end */
    int *free_numbers, *free_masks;
    int n_free_numbers, n_free_masks;
} maker;

static crs__op swap_sides(crs__op op)
{
    return op == CRS__OP_LT ? CRS__OP_GT_C : op == CRS__OP_LE ? CRS__OP_GE_C : CRS__OP_EQ_C;
}

static crs__op hold_right(crs__op op)
{
    return op == CRS__OP_LT ? CRS__OP_LT_C : op == CRS__OP_LE ? CRS__OP_LE_C : CRS__OP_EQ_C;
}

/* The operand of a comparison that is a constant and the other is not; CRS__DAG_NONE if none. */
static int constant_side(const crs__dag *dag, const crs__node *node)
{
    if (node->op != CRS__OP_LT && node->op != CRS__OP_LE && node->op != CRS__OP_EQ)
        return CRS__DAG_NONE;
    if (dag->nodes[node->y].op == CRS__OP_CONST)
        return node->y;
    return dag->nodes[node->x].op == CRS__OP_CONST ? node->x : CRS__DAG_NONE;
}

static void note_use(maker *m, int operand, int user)
{
    if (operand != CRS__DAG_NONE && m->last_use[operand] < user)
        m->last_use[operand] = user;
}

/* Which nodes are needed, and by which other last. */
static void find_uses(maker *m, int n_nodes, const int *nodes, int immediate)
{
    for (int i = 0; i < n_nodes; i++) {
        m->reached[nodes[i]] = 1;
        m->last_use[nodes[i]] = m->n_nodes;
    }
    for (int i = m->n_nodes - 1; i >= 0; i--) {
        const crs__node *node = &m->dag->nodes[i];
        int operands[3] = {node->x, node->y, node->w};
        int held = immediate && m->reached[i] ? constant_side(m->dag, node) : CRS__DAG_NONE;
        if (!m->reached[i])
            continue;
        for (int k = 0; k < 3; k++) {
            if (operands[k] == CRS__DAG_NONE || operands[k] == held)
                continue;
            m->reached[operands[k]] = 1;
            note_use(m, operands[k], i);
        }
    }
}

static int take(int *free_list, int *n_free, int *n_registers)
{
    return *n_free > 0 ? free_list[--*n_free] : (*n_registers)++;
}

/* Give back the registers of operands that node `user` was the last to read. */
static void give_back(maker *m, int user)
{
    const crs__node *node = &m->dag->nodes[user];
    int operands[3] = {node->x, node->y, node->w};
    for (int k = 0; k < 3; k++) {
        int operand = operands[k];
        int again = (k > 0 && operand == operands[0]) || (k > 1 && operand == operands[1]);
        if (operand == CRS__DAG_NONE || again || m->last_use[operand] != user ||
            m->dag->nodes[operand].op <= CRS__OP_CONST)
            continue;
        if (crs__dag_is_mask(m->dag, operand))
            m->free_masks[m->n_free_masks++] = m->reg[operand];
        else
            m->free_numbers[m->n_free_numbers++] = m->reg[operand];
    }
}

/* Registers in the order of the nodes; a result never shares one with its operands. */
static void assign_registers(maker *m, crs__program *program)
{
    for (int i = 0; i < m->n_nodes; i++) { /* constants keep theirs */
        if (m->reached[i] && m->dag->nodes[i].op == CRS__OP_CONST)
            m->reg[i] = program->n_numbers++;
    }
    for (int i = 0; i < m->n_nodes; i++) {
        crs__op op = m->dag->nodes[i].op;
        if (!m->reached[i] || op == CRS__OP_CONST)
            continue;
        if (op < CRS__OP_CONST)
            m->reg[i] = (int)op - (int)CRS__OP_Z;
        else if (crs__op_is_mask(op))
            m->reg[i] = take(m->free_masks, &m->n_free_masks, &program->n_masks);
        else
            m->reg[i] = take(m->free_numbers, &m->n_free_numbers, &program->n_numbers);
        give_back(m, i);
    }
}

/* The register of a node in the finished program: masks come after numbers. */
static int register_of(const maker *m, const crs__program *program, int node)
{
    if (node == CRS__DAG_NONE)
        return CRS__DAG_NONE;
    return m->reg[node] + (crs__dag_is_mask(m->dag, node) ? program->n_numbers : 0);
}

static void write_step(const maker *m, crs__program *program, int i, int immediate)
{
    const crs__node *node = &m->dag->nodes[i];
    crs__step *step = &program->steps[program->n_steps++];
    int held = immediate ? constant_side(m->dag, node) : CRS__DAG_NONE;
    step->op = node->op;
    step->x = step->y = CRS__DAG_NONE;
    step->w = register_of(m, program, node->w);
    step->out = register_of(m, program, i);
    step->node = i;
    step->value = node->value;
    step->lo = node->lo;
    step->hi = node->hi;
    if (held == CRS__DAG_NONE) {
        step->x = register_of(m, program, node->x);
        step->y = register_of(m, program, node->y);
        return;
    }
    step->op = held == node->y ? hold_right(node->op) : swap_sides(node->op);
    step->x = register_of(m, program, held == node->y ? node->x : node->y);
    step->value = m->dag->nodes[held].value;
}

static void write_steps(const maker *m, crs__program *program, int immediate)
{
    for (int constants = 1; constants >= 0; constants--) {
        for (int i = 0; i < m->n_nodes; i++) {
            crs__op op = m->dag->nodes[i].op;
            if (m->reached[i] && op >= CRS__OP_CONST && (op == CRS__OP_CONST) == constants)
                write_step(m, program, i, immediate);
        }
        if (constants)
            program->n_constants = program->n_steps;
    }
}

static crs_status write_acts(const crs__dag *dag, crs__program *program)
{
    for (int i = 0; i < program->n_steps; i++) {
        const crs__node *node = &dag->nodes[program->steps[i].node];
        if (program->steps[i].op != CRS__OP_ACT)
            continue;
        if (program->acts == NULL)
            program->acts = crs__alloc((size_t)program->n_steps, sizeof *program->acts);
        if (program->acts == NULL)
            return CRS_ENOMEM;
        crs__act_fill(node->act, node->value, &program->acts[i]);
    }
    return CRS_OK;
}

static crs_status maker_alloc(maker *m)
{
    size_t n = (size_t)m->n_nodes;
    m->reached = crs__alloc(n, 1);
    m->last_use = crs__alloc(n, sizeof *m->last_use);
    m->reg = crs__alloc(n, sizeof *m->reg);
    m->free_numbers = crs__alloc(n, sizeof *m->free_numbers);
    m->free_masks = crs__alloc(n, sizeof *m->free_masks);
    return m->reached && m->last_use && m->reg && m->free_numbers && m->free_masks ? CRS_OK
                                                                                   : CRS_ENOMEM;
}

crs_status crs__program_make(const crs__dag *dag, int n_nodes, const int *nodes, int immediate,
                             crs__program *out)
{
    maker m = {.dag = dag};
    crs_status status;
    memset(out, 0, sizeof *out);
    for (int i = 0; i < n_nodes; i++)
        m.n_nodes = nodes[i] + 1 > m.n_nodes ? nodes[i] + 1 : m.n_nodes;
    status = maker_alloc(&m);
    if (status != CRS_OK)
        goto out;
    out->steps = crs__alloc((size_t)m.n_nodes, sizeof *out->steps);
    out->outputs = crs__alloc((size_t)n_nodes, sizeof *out->outputs);
    if (out->steps == NULL || out->outputs == NULL) {
        status = CRS_ENOMEM;
        goto out;
    }
    out->n_numbers = CRS__PROGRAM_INPUTS;
    find_uses(&m, n_nodes, nodes, immediate);
    assign_registers(&m, out);
    write_steps(&m, out, immediate);
    out->n_outputs = n_nodes;
    for (int i = 0; i < n_nodes; i++)
        out->outputs[i] = register_of(&m, out, nodes[i]);
    status = write_acts(dag, out);
out:
    crs__free(m.reached);
    crs__free(m.last_use);
    crs__free(m.reg);
    crs__free(m.free_numbers);
    crs__free(m.free_masks);
    if (status != CRS_OK)
        crs__program_release(out);
    return status;
}

void crs__program_release(crs__program *program)
{
    crs__free(program->steps);
    crs__free(program->outputs);
    crs__free(program->acts);
    memset(program, 0, sizeof *program);
}

int crs__program_registers(const crs__program *program)
{
    return program->n_numbers + program->n_masks;
}

int crs__program_is_mask(const crs__program *program, int reg)
{
    return reg >= program->n_numbers;
}

static const void *operand(void *const *registers, int reg)
{
    return reg == CRS__DAG_NONE ? NULL : registers[reg];
}

static void run_steps(const crs__program *program, const crs__op_fn *table, int from, int to,
                      size_t n, void *const *registers)
{
    for (int i = from; i < to; i++) {
        const crs__step *step = &program->steps[i];
        const void *y = step->op == CRS__OP_ACT ? &program->acts[i] : operand(registers, step->y);
        table[step->op](n, operand(registers, step->x), y, operand(registers, step->w), step->value,
                        registers[step->out]);
    }
}

void crs__program_constants(const crs__program *program, const crs__ops *ops, crs_dtype dtype,
                            size_t n, void *const *registers)
{
    run_steps(program, dtype == CRS_F32 ? ops->f32 : ops->f64, 0, program->n_constants, n,
              registers);
}

void crs__program_run(const crs__program *program, const crs__ops *ops, crs_dtype dtype, size_t n,
                      void *const *registers)
{
    run_steps(program, dtype == CRS_F32 ? ops->f32 : ops->f64, program->n_constants,
              program->n_steps, n, registers);
}
