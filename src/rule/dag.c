#include "rule/dag.h"

#include "core/memory.h"
#include "rule/simplify.h"

#include <string.h>

void crs__dag_init(crs__dag *dag, int limit)
{
    memset(dag, 0, sizeof *dag);
    dag->limit = limit;
}

void crs__dag_release(crs__dag *dag)
{
    crs__free(dag->nodes);
    crs__free(dag->slots);
    memset(dag, 0, sizeof *dag);
}

int crs__op_is_mask(crs__op op)
{
    return op >= CRS__OP_LT;
}

int crs__dag_is_mask(const crs__dag *dag, int node)
{
    return node >= 0 && node < dag->n && crs__op_is_mask(dag->nodes[node].op);
}

int crs__dag_is_const(const crs__dag *dag, int node, double *value)
{
    const crs__node *c;
    if (node < 0 || node >= dag->n)
        return 0;
    c = &dag->nodes[node];
    if (c->op != CRS__OP_CONST || !(c->lo == c->hi))
        return 0;
    if (value != NULL)
        *value = c->value;
    return 1;
}

/* Bit patterns, so that -0 is not 0 and NaN is itself. */
static int same_double(double x, double y)
{
    return memcmp(&x, &y, sizeof x) == 0;
}

static int same_node(const crs__node *p, const crs__node *q)
{
    return p->op == q->op && p->x == q->x && p->y == q->y && p->w == q->w && p->act == q->act &&
           same_double(p->value, q->value) && same_double(p->lo, q->lo) &&
           same_double(p->hi, q->hi);
}

static size_t mix(size_t hash, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < size; i++) /* FNV-1a */
        hash = (hash ^ bytes[i]) * (size_t)16777619u;
    return hash;
}

static size_t hash_node(const crs__node *node)
{
    int key[5] = {(int)node->op, node->x, node->y, node->w, (int)node->act};
    size_t hash = mix((size_t)2166136261u, key, sizeof key);
    return mix(hash, &node->value, sizeof node->value);
}

/* The slot that holds `node`, or the free one where it belongs. */
static size_t find_slot(const crs__dag *dag, const crs__node *node)
{
    size_t at = hash_node(node) & (dag->n_slots - 1);
    while (dag->slots[at] != 0 && !same_node(&dag->nodes[dag->slots[at] - 1], node))
        at = (at + 1) & (dag->n_slots - 1);
    return at;
}

/* Room for one more node, with the hash table at most half full. */
static crs_status grow(crs__dag *dag)
{
    int capacity = dag->capacity ? 2 * dag->capacity : 64;
    crs__node *nodes;
    int *slots;
    if (dag->n < dag->capacity)
        return CRS_OK;
    nodes = crs__realloc(dag->nodes, (size_t)capacity, sizeof *nodes);
    if (nodes == NULL)
        return CRS_ENOMEM;
    dag->nodes = nodes;
    slots = crs__alloc(2 * (size_t)capacity, sizeof *slots);
    if (slots == NULL)
        return CRS_ENOMEM;
    crs__free(dag->slots);
    dag->slots = slots;
    dag->n_slots = 2 * (size_t)capacity;
    dag->capacity = capacity;
    for (int i = 0; i < dag->n; i++)
        slots[find_slot(dag, &dag->nodes[i])] = i + 1;
    return CRS_OK;
}

/* The node that is `node`, made if there is none yet. */
static int put(crs__dag *dag, const crs__node *node)
{
    size_t at;
    if (dag->status != CRS_OK)
        return 0;
    dag->status = grow(dag);
    if (dag->status != CRS_OK)
        return 0;
    at = find_slot(dag, node);
    if (dag->slots[at] != 0)
        return dag->slots[at] - 1;
    if (dag->n >= dag->limit) {
        dag->status = CRS_EPARSE;
        return 0;
    }
    dag->nodes[dag->n] = *node;
    dag->slots[at] = ++dag->n;
    return dag->n - 1;
}

static crs__node blank(crs__op op)
{
    crs__node node;
    memset(&node, 0, sizeof node);
    node.op = op;
    node.x = node.y = node.w = CRS__DAG_NONE;
    return node;
}

int crs__dag_leaf(crs__dag *dag, crs__op op)
{
    crs__node node = blank(op);
    return put(dag, &node);
}

int crs__dag_const_within(crs__dag *dag, double value, double lo, double hi)
{
    crs__node node = blank(CRS__OP_CONST);
    node.value = value;
    node.lo = lo;
    node.hi = hi;
    return put(dag, &node);
}

int crs__dag_const(crs__dag *dag, double value)
{
    return crs__dag_const_within(dag, value, value, value);
}

int crs__dag_act(crs__dag *dag, crs_act_id act, double param, int x)
{
    crs__node node = blank(CRS__OP_ACT);
    node.x = crs__dag_number(dag, x);
    node.act = act;
    node.value = param;
    return put(dag, &node);
}

int crs__dag_truth_value(crs__dag *dag, int truth)
{
    crs__node node = blank(CRS__OP_FALSE);
    int is_false = put(dag, &node);
    if (!truth)
        return is_false;
    node.op = CRS__OP_NOT;
    node.x = is_false;
    return put(dag, &node);
}

int crs__dag_number(crs__dag *dag, int node)
{
    return crs__dag_is_mask(dag, node)
               ? crs__dag_op(dag, CRS__OP_NUMBER, CRS__DAG_NONE, CRS__DAG_NONE, node)
               : node;
}

int crs__dag_mask(crs__dag *dag, int node)
{
    return crs__dag_is_mask(dag, node) ? node
                                       : crs__dag_not_equal(dag, node, crs__dag_const(dag, 0));
}

int crs__dag_greater(crs__dag *dag, int x, int y)
{
    return crs__dag_op(dag, CRS__OP_LT, y, x, CRS__DAG_NONE);
}

int crs__dag_not_equal(crs__dag *dag, int x, int y)
{
    int equal = crs__dag_op(dag, CRS__OP_EQ, x, y, CRS__DAG_NONE);
    return crs__dag_op(dag, CRS__OP_NOT, equal, CRS__DAG_NONE, CRS__DAG_NONE);
}

/* Bring the operands to numbers or masks, as the operation wants them. */
static void coerce(crs__dag *dag, crs__node *node)
{
    int masks = node->op >= CRS__OP_AND;
    if (node->w != CRS__DAG_NONE)
        node->w = crs__dag_mask(dag, node->w);
    if (node->x != CRS__DAG_NONE)
        node->x = masks ? crs__dag_mask(dag, node->x) : crs__dag_number(dag, node->x);
    if (node->y != CRS__DAG_NONE)
        node->y = masks ? crs__dag_mask(dag, node->y) : crs__dag_number(dag, node->y);
}

static int commutes(crs__op op)
{
    return op == CRS__OP_ADD || op == CRS__OP_MUL || op == CRS__OP_EQ || op == CRS__OP_DIFFER ||
           op == CRS__OP_AND || op == CRS__OP_OR || op == CRS__OP_XOR;
}

int crs__dag_op(crs__dag *dag, crs__op op, int x, int y, int w)
{
    crs__node node = blank(op);
    int simpler;
    if (dag->status != CRS_OK)
        return 0;
    node.x = x;
    node.y = y;
    node.w = w;
    coerce(dag, &node);
    if (dag->status != CRS_OK)
        return 0;
    simpler = crs__dag_simplify(dag, &node);
    if (dag->status != CRS_OK)
        return 0;
    if (simpler != CRS__DAG_NONE)
        return simpler;
    if (commutes(op)) { /* y + x, if that is there already */
        crs__node swapped = node;
        swapped.x = node.y;
        swapped.y = node.x;
        if (dag->n_slots != 0 && dag->slots[find_slot(dag, &swapped)] != 0)
            node = swapped;
    }
    return put(dag, &node);
}

void crs__dag_reach(const crs__dag *dag, int node, unsigned char *reached)
{
    memset(reached, 0, (size_t)node + 1);
    reached[node] = 1;
    for (int i = node; i >= 0; i--) {
        const crs__node *at = &dag->nodes[i];
        if (!reached[i])
            continue;
        if (at->x != CRS__DAG_NONE)
            reached[at->x] = 1;
        if (at->y != CRS__DAG_NONE)
            reached[at->y] = 1;
        if (at->w != CRS__DAG_NONE)
            reached[at->w] = 1;
    }
}

/* upstream + upstream, or where(m, upstream, upstream) */
static crs__upstream both(crs__upstream x, crs__upstream y)
{
    if (x == CRS__UPSTREAM_ZERO)
        return y;
    return y == CRS__UPSTREAM_ZERO || x == y ? x : CRS__UPSTREAM_OTHER;
}

static crs__upstream product(crs__upstream x, crs__upstream y)
{
    crs__upstream most = x > y ? x : y;
    if (most == CRS__UPSTREAM_FACTOR && x == y)
        return CRS__UPSTREAM_OTHER;
    /* 0 * f(z) is still 0 or NaN, but no literal 0 that could stand beside upstream */
    return most == CRS__UPSTREAM_FREE && x != y ? CRS__UPSTREAM_FREE : most;
}

/* `of` holds the answers of the node's operands. */
static crs__upstream upstream_of(const crs__node *node, const crs__upstream *of)
{
    crs__upstream x = node->x == CRS__DAG_NONE ? CRS__UPSTREAM_FREE : of[node->x];
    crs__upstream y = node->y == CRS__DAG_NONE ? CRS__UPSTREAM_FREE : of[node->y];
    crs__upstream w = node->w == CRS__DAG_NONE ? CRS__UPSTREAM_FREE : of[node->w];
    if (w > CRS__UPSTREAM_FREE)
        return CRS__UPSTREAM_OTHER;
    switch (node->op) {
    case CRS__OP_UPSTREAM:
        return CRS__UPSTREAM_FACTOR;
    case CRS__OP_CONST:
        return node->value == 0 ? CRS__UPSTREAM_ZERO : CRS__UPSTREAM_FREE;
    case CRS__OP_NEG:
        return x;
    case CRS__OP_ADD:
    case CRS__OP_SUB:
    case CRS__OP_SELECT:
        return both(x, y);
    case CRS__OP_MUL:
        return product(x, y);
    case CRS__OP_DIV:
        return y > CRS__UPSTREAM_FREE ? CRS__UPSTREAM_OTHER : product(x, CRS__UPSTREAM_FREE);
    default:
        return x > CRS__UPSTREAM_FREE || y > CRS__UPSTREAM_FREE ? CRS__UPSTREAM_OTHER
                                                                : CRS__UPSTREAM_FREE;
    }
}

crs__upstream crs__dag_upstream(const crs__dag *dag, int node, crs_status *status)
{
    crs__upstream *of, answer;
    if (dag->status != CRS_OK)
        return CRS__UPSTREAM_OTHER;
    of = crs__alloc((size_t)node + 1, sizeof *of);
    if (of == NULL) {
        *status = CRS_ENOMEM;
        return CRS__UPSTREAM_OTHER;
    }
    for (int i = 0; i <= node; i++)
        of[i] = upstream_of(&dag->nodes[i], of);
    answer = of[node];
    crs__free(of);
    return answer;
}

/* A product with 0 or 1 is exact. */
static int op_rounds(const crs__dag *dag, const crs__node *node)
{
    switch (node->op) {
    case CRS__OP_MUL:
        return dag->nodes[node->x].op != CRS__OP_NUMBER && dag->nodes[node->y].op != CRS__OP_NUMBER;
    case CRS__OP_NEG:
    case CRS__OP_ABS:
    case CRS__OP_SIGN:
    case CRS__OP_TRUNC:
    case CRS__OP_MIN:
    case CRS__OP_MAX:
    case CRS__OP_HEAVISIDE:
        return 0;
    default:
        return node->op > CRS__OP_CONST && node->op < CRS__OP_NUMBER;
    }
}

int crs__dag_rounds(const crs__dag *dag, int node, crs_status *status)
{
    unsigned char *reached = crs__alloc((size_t)node + 1, 1);
    int rounds = 0;
    if (reached == NULL) {
        *status = CRS_ENOMEM;
        return 1;
    }
    crs__dag_reach(dag, node, reached);
    for (int i = 0; i <= node && !rounds; i++)
        rounds = reached[i] && op_rounds(dag, &dag->nodes[i]);
    crs__free(reached);
    return rounds;
}
