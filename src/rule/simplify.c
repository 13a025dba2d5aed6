#include "rule/simplify.h"

#include <math.h>

#define NONE CRS__DAG_NONE

static int is_op(const crs__dag *dag, int node, crs__op op)
{
    return node != NONE && dag->nodes[node].op == op;
}

/* 1 for a mask that is true everywhere, 0 for one that is false, -1 for any other. */
static int truth_of(const crs__dag *dag, int mask)
{
    if (is_op(dag, mask, CRS__OP_FALSE))
        return 0;
    return is_op(dag, mask, CRS__OP_NOT) && is_op(dag, dag->nodes[mask].x, CRS__OP_FALSE) ? 1 : -1;
}

static int is_exactly(const crs__dag *dag, int node, double value)
{
    double c;
    return node != NONE && crs__dag_is_const(dag, node, &c) && c == value && !signbit(c);
}

/* The mask m of a number that is m as 0 or 1; NONE for a number that may be something else. */
static int as_mask(crs__dag *dag, int number)
{
    if (is_op(dag, number, CRS__OP_NUMBER))
        return dag->nodes[number].w;
    if (is_exactly(dag, number, 0) || is_exactly(dag, number, 1))
        return crs__dag_truth_value(dag, is_exactly(dag, number, 1));
    return NONE;
}

/* Is r, the rounded result of an operation on exact x and y, exact too? */
static int is_exact(crs__op op, double x, double y, double r)
{
    double part = r - x;
    switch (op) {
    case CRS__OP_ADD:
        return (x - (r - part)) + (y - part) == 0;
    case CRS__OP_SUB:
        return (x - (r - part)) - (y + part) == 0;
    case CRS__OP_MUL:
        return r != 0 ? fma(x, y, -r) == 0 : x == 0 || y == 0;
    case CRS__OP_DIV:
        return fma(r, y, -x) == 0;
    case CRS__OP_SQRT:
        return fma(r, r, -x) == 0;
    case CRS__OP_POW: /* of whole numbers, as long as it is one that double holds */
        return x == floor(x) && y == floor(y) && y >= 0 && fabs(r) <= 0x1p53;
    default:
        return 0;
    }
}

/* An operation on constants is done now: by the C library in double, as numbers in Python. */
static int fold_number(crs__dag *dag, const crs__node *node)
{
    const crs__ops *ops = crs__ops_get(CRS__CPU_SCALAR);
    const crs__node *p = &dag->nodes[node->x], *q = node->y == NONE ? p : &dag->nodes[node->y];
    double value, lo, hi;
    if (p->op != CRS__OP_CONST || q->op != CRS__OP_CONST || ops->f64[node->op] == NULL)
        return NONE;
    ops->f64[node->op](1, &p->value, &q->value, NULL, 0, &value);
    lo = hi = value; /* what comes out as 0, pi - pi, is taken for 0 */
    if (value != 0 && ops->interval[node->op] != NULL &&
        !(p->lo == p->hi && q->lo == q->hi && is_exact(node->op, p->value, q->value, value)))
        ops->interval[node->op](1, &p->lo, &p->hi, &q->lo, &q->hi, &lo, &hi);
    return crs__dag_const_within(dag, value, lo, hi);
}

/* A comparison whose outcome is known for x and y. */
static int compare(crs__op op, double x, double y)
{
    if (op == CRS__OP_LT)
        return x < y;
    return op == CRS__OP_LE ? x <= y : x == y;
}

/* Constants compared, by the doubles that they are, or a constant with 0-or-1 of a mask. */
static int fold_comparison(crs__dag *dag, const crs__node *node)
{
    int left = is_op(dag, node->x, CRS__OP_CONST), right = is_op(dag, node->y, CRS__OP_CONST);
    double c = dag->nodes[node->x].value, d = dag->nodes[node->y].value;
    int number = left ? node->y : node->x, at_0, at_1, mask;
    if (left && right)
        return crs__dag_truth_value(dag, compare(node->op, c, d));
    if ((!left && !right) || !is_op(dag, number, CRS__OP_NUMBER))
        return NONE;
    at_0 = left ? compare(node->op, c, 0) : compare(node->op, 0, d);
    at_1 = left ? compare(node->op, c, 1) : compare(node->op, 1, d);
    mask = dag->nodes[number].w;
    if (at_0 == at_1)
        return crs__dag_truth_value(dag, at_0);
    return at_1 ? mask : crs__dag_op(dag, CRS__OP_NOT, mask, NONE, NONE);
}

static int simplify_product(crs__dag *dag, const crs__node *node)
{
    if (is_exactly(dag, node->x, 1))
        return node->y;
    if (is_exactly(dag, node->y, 1))
        return node->x;
    if (is_op(dag, node->x, CRS__OP_NUMBER) && is_op(dag, node->y, CRS__OP_NUMBER))
        return crs__dag_number(
            dag, crs__dag_op(dag, CRS__OP_AND, dag->nodes[node->x].w, dag->nodes[node->y].w, NONE));
    return NONE;
}

/* Powers that NumPy does not compute by pow either. */
static int simplify_power(crs__dag *dag, const crs__node *node)
{
    if (is_exactly(dag, node->y, 0))
        return crs__dag_const(dag, 1);
    if (is_exactly(dag, node->y, 1))
        return node->x;
    if (is_exactly(dag, node->y, 2))
        return crs__dag_op(dag, CRS__OP_MUL, node->x, node->x, NONE);
    if (is_exactly(dag, node->y, 0.5))
        return crs__dag_op(dag, CRS__OP_SQRT, node->x, NONE, NONE);
    if (crs__dag_is_const(dag, node->y, NULL) && dag->nodes[node->y].value == -1)
        return crs__dag_op(dag, CRS__OP_DIV, crs__dag_const(dag, 1), node->x, NONE);
    return NONE;
}

/* min, max, a cast: of masks as numbers they are masks as numbers. */
static int simplify_choice(crs__dag *dag, const crs__node *node)
{
    int p = as_mask(dag, node->x), q = node->y == NONE ? NONE : as_mask(dag, node->y);
    if (p == NONE || (node->y != NONE && q == NONE))
        return NONE;
    if (node->op == CRS__OP_MIN)
        return crs__dag_number(dag, crs__dag_op(dag, CRS__OP_AND, p, q, NONE));
    if (node->op == CRS__OP_MAX)
        return crs__dag_number(dag, crs__dag_op(dag, CRS__OP_OR, p, q, NONE));
    return node->x; /* trunc, abs and sign of 0 and 1 */
}

static int simplify_arithmetic(crs__dag *dag, const crs__node *node)
{
    int folded = fold_number(dag, node);
    if (folded != NONE)
        return folded;
    switch (node->op) {
    case CRS__OP_MUL:
        return simplify_product(dag, node);
    case CRS__OP_DIV:
        return is_exactly(dag, node->y, 1) ? node->x : NONE;
    case CRS__OP_SUB:
        return is_exactly(dag, node->y, 0) ? node->x : NONE;
    case CRS__OP_ADD: /* not for any x: -0 + 0 is 0 */
        if (is_exactly(dag, node->x, 0) && is_op(dag, node->y, CRS__OP_NUMBER))
            return node->y;
        return is_exactly(dag, node->y, 0) && is_op(dag, node->x, CRS__OP_NUMBER) ? node->x : NONE;
    case CRS__OP_NEG:
        return is_op(dag, node->x, CRS__OP_NEG) ? dag->nodes[node->x].x : NONE;
    case CRS__OP_POW:
        return simplify_power(dag, node);
    case CRS__OP_MIN:
    case CRS__OP_MAX:
        return node->x == node->y ? node->x : simplify_choice(dag, node);
    case CRS__OP_TRUNC:
    case CRS__OP_ABS:
    case CRS__OP_SIGN:
        return simplify_choice(dag, node);
    default:
        return NONE;
    }
}

/* where(w, x, y), of numbers or of masks. */
static int simplify_select(crs__dag *dag, const crs__node *node)
{
    int truth = truth_of(dag, node->w), p, q;
    if (truth >= 0)
        return truth ? node->x : node->y;
    if (node->x == node->y)
        return node->x;
    if (is_op(dag, node->w, CRS__OP_NOT))
        return crs__dag_op(dag, node->op, node->y, node->x, dag->nodes[node->w].x);
    if (node->op == CRS__OP_SELECT) {
        p = as_mask(dag, node->x);
        q = as_mask(dag, node->y);
        if (p == NONE || q == NONE)
            return NONE;
        return crs__dag_number(dag, crs__dag_op(dag, CRS__OP_MASK_SELECT, p, q, node->w));
    }
    p = truth_of(dag, node->x);
    q = truth_of(dag, node->y);
    if (p >= 0 && q >= 0) /* they differ */
        return p ? node->w : crs__dag_op(dag, CRS__OP_NOT, node->w, NONE, NONE);
    if (p == 1)
        return crs__dag_op(dag, CRS__OP_OR, node->w, node->y, NONE);
    if (q == 0)
        return crs__dag_op(dag, CRS__OP_AND, node->w, node->x, NONE);
    if (p < 0 && q < 0)
        return NONE;
    p = crs__dag_op(dag, CRS__OP_NOT, node->w, NONE, NONE);
    return q == 1 ? crs__dag_op(dag, CRS__OP_OR, p, node->x, NONE)
                  : crs__dag_op(dag, CRS__OP_AND, p, node->y, NONE);
}

static int simplify_logic(crs__dag *dag, const crs__node *node)
{
    int p = truth_of(dag, node->x), q = node->y == NONE ? -1 : truth_of(dag, node->y);
    int other = p >= 0 ? node->y : node->x, known = p >= 0 ? p : q;
    if (node->op == CRS__OP_NOT)
        return is_op(dag, node->x, CRS__OP_NOT) ? dag->nodes[node->x].x : NONE;
    if (node->x == node->y)
        return node->op == CRS__OP_XOR ? crs__dag_truth_value(dag, 0) : node->x;
    if (known < 0)
        return NONE;
    if (node->op == CRS__OP_AND)
        return known ? other : crs__dag_truth_value(dag, 0);
    if (node->op == CRS__OP_OR)
        return known ? crs__dag_truth_value(dag, 1) : other;
    return known ? crs__dag_op(dag, CRS__OP_NOT, other, NONE, NONE) : other;
}

/* Is a number chosen among constants by masks, in at most `levels` choices within each other? */
static int is_choice(const crs__dag *dag, int number, int levels)
{
    const crs__node *node = &dag->nodes[number];
    if (node->op == CRS__OP_CONST || node->op == CRS__OP_NUMBER)
        return 1;
    return node->op == CRS__OP_SELECT && levels > 0 && is_choice(dag, node->x, levels - 1) &&
           is_choice(dag, node->y, levels - 1);
}

/* Two constants: known to differ only if they do as floats too. */
static int constants_differ(crs__dag *dag, int x, int y)
{
    const crs__node *p = &dag->nodes[x], *q = &dag->nodes[y];
    int exact = (p->lo == p->hi || isnan(p->value)) && (q->lo == q->hi || isnan(q->value));
    if (exact && isnan(p->value) != isnan(q->value))
        return crs__dag_truth_value(dag, 1);
    if (exact && p->value == q->value)
        return crs__dag_truth_value(dag, 0);
    return exact && (float)p->value != (float)q->value ? crs__dag_truth_value(dag, 1) : NONE;
}

/*
 * where(m, 1, 0.1) differs from where(k, 1, 0.1): decided by the masks m and k alone, so
 * that no number need be computed.
 */
static int choices_differ(crs__dag *dag, int choice, int other)
{
    const crs__node *node = &dag->nodes[choice];
    int mask = node->w, x = node->x, y = node->y;
    if (node->op == CRS__OP_NUMBER) {
        x = crs__dag_const(dag, 1);
        y = crs__dag_const(dag, 0);
    }
    return crs__dag_op(dag, CRS__OP_MASK_SELECT, crs__dag_op(dag, CRS__OP_DIFFER, x, other, NONE),
                       crs__dag_op(dag, CRS__OP_DIFFER, y, other, NONE), mask);
}

static int simplify_differ(crs__dag *dag, const crs__node *node)
{
    int p = as_mask(dag, node->x), q = as_mask(dag, node->y);
    int x_is_const = is_op(dag, node->x, CRS__OP_CONST);
    int y_is_const = is_op(dag, node->y, CRS__OP_CONST);
    if (node->x == node->y)
        return crs__dag_truth_value(dag, 0);
    if (p != NONE && q != NONE)
        return crs__dag_op(dag, CRS__OP_XOR, p, q, NONE);
    if (x_is_const && y_is_const)
        return constants_differ(dag, node->x, node->y);
    if (!is_choice(dag, node->x, 4) || !is_choice(dag, node->y, 4))
        return NONE;
    return x_is_const ? choices_differ(dag, node->y, node->x)
                      : choices_differ(dag, node->x, node->y);
}

int crs__dag_simplify(crs__dag *dag, const crs__node *node)
{
    int truth;
    switch (node->op) {
    case CRS__OP_NUMBER:
        truth = truth_of(dag, node->w);
        return truth < 0 ? NONE : crs__dag_const(dag, truth);
    case CRS__OP_SELECT:
    case CRS__OP_MASK_SELECT:
        return simplify_select(dag, node);
    case CRS__OP_LT:
        if (node->x == node->y)
            return crs__dag_truth_value(dag, 0);
        return fold_comparison(dag, node);
    case CRS__OP_LE:
    case CRS__OP_EQ:
        return fold_comparison(dag, node);
    case CRS__OP_DIFFER:
        return simplify_differ(dag, node);
    case CRS__OP_IS_NAN:
    case CRS__OP_UNBOUNDED:
        return as_mask(dag, node->x) == NONE ? NONE : crs__dag_truth_value(dag, 0);
    case CRS__OP_AND:
    case CRS__OP_OR:
    case CRS__OP_XOR:
    case CRS__OP_NOT:
        return simplify_logic(dag, node);
    default:
        return simplify_arithmetic(dag, node);
    }
}
