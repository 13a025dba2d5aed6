#include "rule/print.h"

#include "core/memory.h"
#include "rule/names.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A line longer than this is spread over statements. */
#define LONG_LINE 400
/* An operation shorter than this is written again rather than given a name. */
#define WORTH_A_NAME 12
/* Operations within each other in one statement. */
#define DEEP 16

/* How tightly operators bind, as in Python. */
enum { COMPARISON = 1, OR, XOR, AND, SUM, PRODUCT, UNARY, POWER, ATOM };

typedef struct printer {
    const crs__dag *dag;
    crs__text *text;
    unsigned char *reached, *upstream; /* of each node: needed; made of the upstream gradient */
    int *uses;
    int *name; /* 0: written in place; k: called tk */
} printer;

static void put_node(const printer *p, int node, int binding);

void crs__print_number(double value, crs__text *text)
{
    char digits[40];
    if (isnan(value) || isinf(value)) {
        crs__text_append(text, "%s", isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return;
    }
    crs__text_shortest(value, 15, digits, sizeof digits);
    for (char *at = digits; *at != '\0'; at++) { /* some locales write a comma */
        if (*at == ',')
            *at = '.';
    }
    crs__text_append(text, "%s", digits);
}

/*
 * What is no double is written with so many digits that it is read as cut off: 0.5, if it
 * stands for (1 / 3) * 1.5, as 0.50000000.
 */
static void put_constant(const crs__node *node, crs__text *text)
{
    char digits[40];
    double size = fabs(node->value);
    int decimal = size >= 1e-4 && size < 1e7; /* no exponent */
    (void)snprintf(digits, sizeof digits, "%.15g", node->value);
    if (node->lo < node->hi && decimal && strtod(digits, NULL) == node->value && strlen(digits) < 9)
        crs__text_append(text, "%s%s00000000", digits, strpbrk(digits, ".,") == NULL ? "." : "");
    else
        crs__print_number(node->value, text);
}

static int is_op(const crs__dag *dag, int node, crs__op op)
{
    return dag->nodes[node].op == op;
}

static int is_true(const crs__dag *dag, const crs__node *node)
{
    return node->op == CRS__OP_NOT && is_op(dag, node->x, CRS__OP_FALSE);
}

static int binding_of(const crs__dag *dag, const crs__node *node)
{
    switch (node->op) {
    case CRS__OP_LT:
    case CRS__OP_LE:
    case CRS__OP_EQ:
        return COMPARISON;
    case CRS__OP_NOT:
        if (is_op(dag, node->x, CRS__OP_EQ))
            return COMPARISON;
        return is_true(dag, node) ? ATOM : UNARY;
    case CRS__OP_OR:
        return OR;
    case CRS__OP_XOR:
        return XOR;
    case CRS__OP_AND:
        return AND;
    case CRS__OP_ADD:
    case CRS__OP_SUB:
        return SUM;
    case CRS__OP_MUL:
        return node->x == node->y ? POWER : PRODUCT;
    case CRS__OP_DIV:
        return PRODUCT;
    case CRS__OP_NEG:
        return UNARY;
    case CRS__OP_CONST:
        return signbit(node->value) ? UNARY : ATOM;
    default:
        return ATOM;
    }
}

static void put_pair(const printer *p, int x, const char *between, int y, int x_binding,
                     int y_binding)
{
    put_node(p, x, x_binding);
    crs__text_append(p->text, "%s", between);
    put_node(p, y, y_binding);
}

/* "Z > 0" rather than "0 < Z" */
static void put_comparison(const printer *p, const crs__node *node, const char *op,
                           const char *swapped)
{
    if (is_op(p->dag, node->x, CRS__OP_CONST))
        put_pair(p, node->y, swapped, node->x, OR, OR);
    else
        put_pair(p, node->x, op, node->y, OR, OR);
}

/* A sum of two masks is an "or" when it is read, so one of them is made a number. */
static void put_sum(const printer *p, const crs__node *node)
{
    if (is_op(p->dag, node->x, CRS__OP_NUMBER) && is_op(p->dag, node->y, CRS__OP_NUMBER)) {
        crs__text_append(p->text, "1 * ");
        put_pair(p, node->x, " + ", node->y, UNARY, PRODUCT);
    } else {
        put_pair(p, node->x, " + ", node->y, SUM, PRODUCT);
    }
}

static void put_product(const printer *p, const crs__node *node)
{
    if (node->x == node->y) {
        put_node(p, node->x, ATOM);
        crs__text_append(p->text, "**2");
    } else if (p->upstream[node->x] && !p->upstream[node->y]) {
        put_pair(p, node->y, " * ", node->x, PRODUCT, UNARY);
    } else {
        put_pair(p, node->x, " * ", node->y, PRODUCT, UNARY);
    }
}

static void put_call(const printer *p, const crs__node *node)
{
    int operands[3] = {node->w, node->x, node->y};
    const char *between = "";
    crs_act act;
    if (node->op == CRS__OP_ACT) {
        crs_act_get(node->act, &act);
        crs__text_append(p->text, "%s(", crs_act_name(node->act));
    } else {
        crs__text_append(p->text, "%s(", crs__op_function(node->op));
    }
    for (int k = 0; k < 3; k++) {
        if (operands[k] == CRS__DAG_NONE)
            continue;
        crs__text_append(p->text, "%s", between);
        put_node(p, operands[k], 0);
        between = ", ";
    }
    if (node->op == CRS__OP_ACT && node->value != act.param) {
        crs__text_append(p->text, ", ");
        crs__print_number(node->value, p->text);
    }
    crs__text_append(p->text, ")");
}

static void put_not(const printer *p, const crs__node *node)
{
    if (is_true(p->dag, node)) {
        crs__text_append(p->text, "True");
    } else if (is_op(p->dag, node->x, CRS__OP_EQ)) {
        put_comparison(p, &p->dag->nodes[node->x], " != ", " != ");
    } else {
        crs__text_append(p->text, "~");
        put_node(p, node->x, UNARY);
    }
}

static void put_operation(const printer *p, const crs__node *node)
{
    switch (node->op) {
    case CRS__OP_Z:
    case CRS__OP_A:
    case CRS__OP_UPSTREAM:
        crs__text_append(p->text, "%s", crs__op_function(node->op));
        break;
    case CRS__OP_CONST:
        put_constant(node, p->text);
        break;
    case CRS__OP_FALSE:
        crs__text_append(p->text, "False");
        break;
    case CRS__OP_NEG:
        crs__text_append(p->text, "-");
        put_node(p, node->x, UNARY);
        break;
    case CRS__OP_ADD:
        put_sum(p, node);
        break;
    case CRS__OP_SUB:
        put_pair(p, node->x, " - ", node->y, SUM, PRODUCT);
        break;
    case CRS__OP_MUL:
        put_product(p, node);
        break;
    case CRS__OP_DIV:
        put_pair(p, node->x, " / ", node->y, PRODUCT, UNARY);
        break;
    case CRS__OP_LT:
        put_comparison(p, node, " < ", " > ");
        break;
    case CRS__OP_LE:
        put_comparison(p, node, " <= ", " >= ");
        break;
    case CRS__OP_EQ:
        put_comparison(p, node, " == ", " == ");
        break;
    case CRS__OP_AND:
        put_pair(p, node->x, " & ", node->y, AND, SUM);
        break;
    case CRS__OP_XOR:
        put_pair(p, node->x, " ^ ", node->y, XOR, AND);
        break;
    case CRS__OP_OR:
        put_pair(p, node->x, " | ", node->y, OR, XOR);
        break;
    case CRS__OP_NOT:
        put_not(p, node);
        break;
    default:
        put_call(p, node);
        break;
    }
}

/* `binding`: how tightly what stands around it binds. */
static void put_node(const printer *p, int i, int binding)
{
    const crs__node *node = &p->dag->nodes[i];
    int brackets;
    if (p->name[i] != 0) {
        crs__text_append(p->text, "t%d", p->name[i]);
        return;
    }
    if (node->op == CRS__OP_NUMBER) { /* read back as one where a number is due */
        put_node(p, node->w, binding);
        return;
    }
    brackets = binding_of(p->dag, node) < binding;
    crs__text_append(p->text, brackets ? "(" : "");
    put_operation(p, node);
    crs__text_append(p->text, brackets ? ")" : "");
}

static size_t at_most(size_t x, size_t bound)
{
    return x < bound ? x : bound;
}

/*
 * Give names to what is used more than once, if the line would be long without, and
 * to what is deep. Lengths are rough: eight bytes an operation.
 */
static crs_status choose_names(const printer *p, int root)
{
    size_t *length = crs__alloc((size_t)root + 1, sizeof *length), inline_length;
    int *depth = crs__alloc((size_t)root + 1, sizeof *depth), names = 0;
    crs_status status = length == NULL || depth == NULL ? CRS_ENOMEM : CRS_OK;
    for (int naming = 0; naming < 2 && status == CRS_OK; naming++) {
        inline_length = length[root];
        for (int i = 0; i <= root; i++) {
            const crs__node *node = &p->dag->nodes[i];
            int operands[3] = {node->x, node->y, node->w};
            length[i] = 8;
            depth[i] = 0;
            for (int k = 0; k < 3; k++) {
                int operand = operands[k];
                if (operand == CRS__DAG_NONE)
                    continue;
                length[i] = at_most(length[i] + length[operand], 100000);
                depth[i] = depth[operand] + 1 > depth[i] ? depth[operand] + 1 : depth[i];
            }
            if (!naming || !p->reached[i] || i == root || node->op <= CRS__OP_CONST ||
                node->op == CRS__OP_NUMBER)
                continue;
            if (depth[i] >= DEEP ||
                (inline_length > LONG_LINE && p->uses[i] > 1 && length[i] > WORTH_A_NAME)) {
                p->name[i] = ++names;
                length[i] = 0;
                depth[i] = 0;
            }
        }
    }
    crs__free(length);
    crs__free(depth);
    return status;
}

static void look_at_uses(const printer *p, int root)
{
    crs__dag_reach(p->dag, root, p->reached);
    for (int i = 0; i <= root; i++) {
        const crs__node *node = &p->dag->nodes[i];
        int operands[3] = {node->x, node->y, node->w};
        p->upstream[i] = node->op == CRS__OP_UPSTREAM;
        for (int k = 0; k < 3; k++) {
            if (operands[k] == CRS__DAG_NONE)
                continue;
            if (p->upstream[operands[k]])
                p->upstream[i] = 1;
            p->uses[operands[k]] += (int)p->reached[i];
        }
    }
}

crs_status crs__print(const crs__dag *dag, int root, const char *target, crs__text *text)
{
    printer p = {.dag = dag, .text = text};
    size_t n = (size_t)root + 1;
    crs_status status = CRS_ENOMEM;
    p.reached = crs__alloc(n, 1);
    p.upstream = crs__alloc(n, 1);
    p.uses = crs__alloc(n, sizeof *p.uses);
    p.name = crs__alloc(n, sizeof *p.name);
    if (p.reached == NULL || p.upstream == NULL || p.uses == NULL || p.name == NULL)
        goto out;
    look_at_uses(&p, root);
    status = choose_names(&p, root);
    if (status != CRS_OK)
        goto out;
    for (int i = 0; i < root; i++) {
        int name = p.name[i];
        if (name == 0)
            continue;
        crs__text_append(text, "t%d = ", name);
        p.name[i] = 0; /* for once, what it stands for */
        put_node(&p, i, 0);
        p.name[i] = name;
        crs__text_append(text, "; ");
    }
    crs__text_append(text, "%s", target);
    put_node(&p, root, 0);
    status = text->failed ? CRS_ENOMEM : CRS_OK;
out:
    crs__free(p.reached);
    crs__free(p.upstream);
    crs__free(p.uses);
    crs__free(p.name);
    return status;
}
