#include "rule/parser.h"

#include <crease/rule.h>

static int op2(crs__parser *p, crs__op op, int x, int y)
{
    return p->status == CRS_OK ? crs__dag_op(p->dag, op, x, y, CRS__DAG_NONE) : 0;
}

int crs__parse_combine(crs__parser *p, crs__op op, int x, int y)
{
    if (p->status != CRS_OK)
        return 0;
    if (crs__dag_is_mask(p->dag, x) && crs__dag_is_mask(p->dag, y)) {
        if (op == CRS__OP_ADD)
            op = CRS__OP_OR;
        else if (op == CRS__OP_MUL)
            op = CRS__OP_AND;
    }
    return crs__dag_op(p->dag, op, x, y, CRS__DAG_NONE);
}

static int op1(crs__parser *p, crs__op op, int x)
{
    return op2(p, op, x, CRS__DAG_NONE);
}

/* One level deeper; what the recursion of the parser is bounded by. */
static int enter(crs__parser *p)
{
    if (++p->depth > CRS_RULE_MAX_DEPTH)
        crs__parse_fail(p, p->at, "nested too deep: expected at most %d levels",
                        CRS_RULE_MAX_DEPTH);
    return p->status == CRS_OK;
}

/* x ** y: to the right, and -2 may stand there. */
static int parse_power(crs__parser *p)
{
    int base = crs__parse_value(p);
    if (!crs__accept(p, CRS__SIGN_POWER))
        return base;
    return op2(p, CRS__OP_POW, base, crs__parse_unary(p));
}

/* ~ is "not" for comparisons; for numbers it counts bits, which NumPy refuses for floats. */
static int parse_invert(crs__parser *p)
{
    size_t sign = p->at - 1;
    int mask = crs__parse_unary(p);
    if (p->status == CRS_OK && !crs__dag_is_mask(p->dag, mask))
        return crs__parse_fail(p, sign, "'~' before a number: expected a comparison, ~(Z > 0)");
    return op1(p, CRS__OP_NOT, mask);
}

int crs__parse_unary(crs__parser *p)
{
    int node = 0;
    if (!enter(p))
        return 0;
    if (crs__accept(p, '-'))
        node = op1(p, CRS__OP_NEG, crs__parse_unary(p));
    else if (crs__accept(p, '+'))
        node = crs__dag_number(p->dag, crs__parse_unary(p));
    else if (crs__accept(p, '~'))
        node = parse_invert(p);
    else if (crs__accept(p, '!'))
        node = op1(p, CRS__OP_NOT, crs__parse_unary(p));
    else
        node = parse_power(p);
    p->depth--;
    return node;
}

/* dZ2 @ W2: a matrix product whose left side was read already. */
static int parse_product_with_weight(crs__parser *p, int left)
{
    size_t sign = p->at - 1, right = crs__parse_path(p);
    crs_status status = CRS_OK;
    if (p->status != CRS_OK)
        return 0;
    if (crs__kind_at(p, right) != CRS__VALUE_WEIGHT ||
        crs__dag_upstream(p->dag, left, &status) <= CRS__UPSTREAM_FREE)
        return crs__parse_fail(p, sign,
                               "a matrix product that is not W.T @ dZ: expected '*', which "
                               "multiplies element by element");
    while (crs__accept(p, '.') && p->tokens[p->at].kind == CRS__TOKEN_NAME)
        p->at++; /* W2.T */
    return crs__dag_leaf(p->dag, CRS__OP_UPSTREAM);
}

static int parse_product(crs__parser *p)
{
    int left = crs__parse_unary(p);
    while (p->status == CRS_OK) {
        if (crs__accept(p, '*')) {
            left = crs__parse_combine(p, CRS__OP_MUL, left, crs__parse_unary(p));
        } else if (crs__accept(p, '/')) {
            left = op2(p, CRS__OP_DIV, left, crs__parse_unary(p));
        } else if (crs__accept(p, '@')) {
            left = parse_product_with_weight(p, left);
        } else if (crs__next_is(p, '%')) {
            return crs__parse_fail(p, p->at, "'%%' is not understood: expected + - * / or **");
        } else {
            break;
        }
    }
    return left;
}

static int parse_sum(crs__parser *p)
{
    int left = parse_product(p);
    while (p->status == CRS_OK) {
        if (crs__accept(p, '+'))
            left = crs__parse_combine(p, CRS__OP_ADD, left, parse_product(p));
        else if (crs__accept(p, '-'))
            left = op2(p, CRS__OP_SUB, left, parse_product(p));
        else
            break;
    }
    return left;
}

/* One of & ^ |, which join comparisons and bind tighter than they do. */
static int parse_bits(crs__parser *p, int level)
{
    static const struct {
        int sign;
        crs__op op;
        const char *name;
    } levels[] = {
        {'|', CRS__OP_OR, "|"},
        {'^', CRS__OP_XOR, "^"},
        {'&', CRS__OP_AND, "&"},
    };
    int left;
    if (level == 3)
        return parse_sum(p);
    left = parse_bits(p, level + 1);
    while (p->status == CRS_OK && crs__next_is(p, levels[level].sign)) {
        size_t sign = p->at++;
        int right = parse_bits(p, level + 1);
        if (p->status == CRS_OK &&
            !(crs__dag_is_mask(p->dag, left) && crs__dag_is_mask(p->dag, right)))
            return crs__parse_fail(p, sign,
                                   "'%s' between numbers (in Python it binds tighter than '>'): "
                                   "expected comparisons in brackets, (Z > 0) %s (A > 0)",
                                   levels[level].name, levels[level].name);
        left = op2(p, levels[level].op, left, right);
    }
    return left;
}

static int is_comparison(const crs__parser *p)
{
    return crs__next_is(p, '<') || crs__next_is(p, '>') || crs__next_is(p, CRS__SIGN_LE) ||
           crs__next_is(p, CRS__SIGN_GE) || crs__next_is(p, CRS__SIGN_EQ) ||
           crs__next_is(p, CRS__SIGN_NE);
}

static int parse_comparison(crs__parser *p)
{
    int left = parse_bits(p, 0), right, sign;
    if (p->status != CRS_OK || !is_comparison(p))
        return left;
    sign = p->tokens[p->at++].sign;
    right = parse_bits(p, 0);
    if (is_comparison(p))
        return crs__parse_fail(p, p->at,
                               "a chain of comparisons, which NumPy refuses and C reads another "
                               "way: expected (0 < Z) & (Z < 6)");
    switch (sign) {
    case '<':
        return op2(p, CRS__OP_LT, left, right);
    case '>':
        return op2(p, CRS__OP_LT, right, left);
    case CRS__SIGN_LE:
        return op2(p, CRS__OP_LE, left, right);
    case CRS__SIGN_GE:
        return op2(p, CRS__OP_LE, right, left);
    case CRS__SIGN_EQ:
        return op2(p, CRS__OP_EQ, left, right);
    default:
        return op1(p, CRS__OP_NOT, op2(p, CRS__OP_EQ, left, right));
    }
}

static int parse_not(crs__parser *p)
{
    int node;
    if (!crs__accept_word(p, "not"))
        return parse_comparison(p);
    if (!enter(p))
        return 0;
    node = op1(p, CRS__OP_NOT, parse_not(p));
    p->depth--;
    return node;
}

static int parse_and(crs__parser *p)
{
    int left = parse_not(p);
    while (crs__accept_word(p, "and") || crs__accept(p, CRS__SIGN_AND_AND))
        left = op2(p, CRS__OP_AND, left, parse_not(p));
    return left;
}

static int parse_or(crs__parser *p)
{
    int left = parse_and(p);
    while (crs__accept_word(p, "or") || crs__accept(p, CRS__SIGN_OR_OR))
        left = op2(p, CRS__OP_OR, left, parse_and(p));
    return left;
}

/* condition ? x : y, or x if condition else y; mask-valued if both are. */
static int choose(crs__parser *p, int condition, int x, int y)
{
    int masks;
    if (p->status != CRS_OK)
        return 0;
    masks = crs__dag_is_mask(p->dag, x) && crs__dag_is_mask(p->dag, y);
    return crs__dag_op(p->dag, masks ? CRS__OP_MASK_SELECT : CRS__OP_SELECT, x, y, condition);
}

/* "lambda x:" is passed over. */
static void skip_lambda(crs__parser *p)
{
    if (!crs__accept_word(p, "lambda"))
        return;
    while (!crs__next_is(p, ':') && p->tokens[p->at].kind != CRS__TOKEN_BREAK &&
           p->tokens[p->at].kind != CRS__TOKEN_END)
        p->at++;
    crs__expect(p, ':', "after lambda's names");
}

int crs__parse_expression(crs__parser *p)
{
    int node, x, y;
    if (!enter(p))
        return 0;
    skip_lambda(p);
    node = parse_or(p);
    if (crs__accept(p, '?')) {
        x = crs__parse_expression(p);
        crs__expect(p, ':', "between the two values of '?'");
        y = crs__parse_expression(p);
        node = choose(p, node, x, y);
    } else if (crs__accept_word(p, "if")) {
        x = parse_or(p);
        if (!crs__accept_word(p, "else"))
            return crs__parse_fail(p, p->at, "'if' without 'else': expected x if mask else y");
        y = crs__parse_expression(p);
        node = choose(p, x, node, y);
    }
    p->depth--;
    return node;
}
