#include "rule/parser.h"

#include <string.h>

/* where(mask, x, y) has the most; clip has as many */
#define MOST_ARGUMENTS 3

/* Arguments by their place; CRS__DAG_NONE where none is given. */
typedef struct arguments {
    int node[MOST_ARGUMENTS];
    int n; /* one more than the highest place that is given */
} arguments;

int crs__is_function(const crs__parser *p, size_t token)
{
    crs_act act;
    return crs__name_call(crs__word_at(p, token)) != NULL ||
           crs__name_act(crs__word_at(p, token), &act);
}

static int is_one_of(crs__word word, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (crs__word_is(word, *list))
            return 1;
    }
    return 0;
}

/* The place of a keyword's value; -1: it changes no value; -2: unknown. */
static int keyword_place(crs__word word)
{
    static const char *const second[] = {"min",   "a_min",          "min_value", "other",
                                         "alpha", "negative_slope", "exponent",  NULL};
    static const char *const third[] = {"max", "a_max", "max_value", NULL};
    static const char *const storage[] = {"dtype", "copy",          "order",   "device",
                                          "subok", "requires_grad", "inplace", NULL};
    if (is_one_of(word, second))
        return 1;
    if (is_one_of(word, third))
        return 2;
    return is_one_of(word, storage) ? -1 : -2;
}

/* Step over an argument that is not looked at: a shape, a type. */
static void skip_argument(crs__parser *p)
{
    while (!crs__next_is(p, ',') && !crs__next_is(p, ')') &&
           p->tokens[p->at].kind != CRS__TOKEN_END) {
        if (crs__next_is(p, '(') || crs__next_is(p, '['))
            p->at = crs__after_bracket(p, p->at);
        else
            p->at++;
    }
}

static void parse_argument(crs__parser *p, arguments *a)
{
    int place = a->n;
    if (p->tokens[p->at].kind == CRS__TOKEN_NAME && p->tokens[p->at + 1].sign == '=') {
        place = keyword_place(crs__word_at(p, p->at));
        if (place == -2)
            crs__parse_fail(p, p->at,
                            "unknown keyword '%.*s': expected none, or one such as min, "
                            "max, dtype",
                            CRS__TOKEN_TEXT(p, p->at));
        p->at += 2;
    }
    if (place == -1 || crs__next_is_word(p, "None")) {
        skip_argument(p);
        a->n += place == a->n; /* clip(x, None, 1) */
        return;
    }
    if (place >= MOST_ARGUMENTS) {
        crs__parse_fail(p, p->at, "one argument too many: expected at most %d", MOST_ARGUMENTS);
        return;
    }
    if (p->status != CRS_OK)
        return;
    a->node[place] = crs__parse_expression(p);
    if (a->n < place + 1)
        a->n = place + 1;
}

/* From behind "(" to behind ")". */
static void parse_arguments(crs__parser *p, size_t name, int self, int least, int most,
                            arguments *a)
{
    for (int i = 0; i < MOST_ARGUMENTS; i++)
        a->node[i] = CRS__DAG_NONE;
    a->n = 0;
    if (self >= 0)
        a->node[a->n++] = self;
    while (p->status == CRS_OK && !crs__accept(p, ')')) {
        parse_argument(p, a);
        if (!crs__next_is(p, ')'))
            crs__expect(p, ',', "or ')' after an argument");
    }
    if (p->status == CRS_OK &&
        (a->n < least || a->n > most || (least > 0 && a->node[0] == CRS__DAG_NONE)))
        crs__parse_fail(p, name, "'%.*s' with %d argument%s: expected %d%s",
                        CRS__TOKEN_TEXT(p, name), a->n, a->n == 1 ? "" : "s",
                        a->n < least ? least : most,
                        least == most  ? ""
                        : a->n < least ? " or more"
                                       : " or fewer");
}

/* np.dot(W2.T, dZ2): which kinds of names stand in the brackets at `open`. */
static int mentions(const crs__parser *p, size_t open, crs__value_kind kind, crs__value_kind other)
{
    size_t end = crs__after_bracket(p, open);
    for (size_t i = open; i < end; i++) {
        crs__value_kind at = crs__kind_at(p, i);
        if (at == kind || at == other)
            return 1;
    }
    return 0;
}

static int parse_matrix_product(crs__parser *p, size_t name, int self)
{
    size_t open = p->at;
    crs_status status = CRS_OK;
    int weight =
        self == CRS__SELF_WEIGHT || mentions(p, open, CRS__VALUE_WEIGHT, CRS__VALUE_WEIGHT);
    int gradient = (self >= 0 && crs__dag_upstream(p->dag, self, &status) > CRS__UPSTREAM_FREE) ||
                   mentions(p, open, CRS__VALUE_UPSTREAM, CRS__VALUE_GRADIENT);
    if (!weight || !gradient)
        return crs__parse_fail(p, name,
                               "a matrix product of something else than W.T and dZ: expected "
                               "np.dot(W.T, dZ), or '*' to multiply element by element");
    p->at = crs__after_bracket(p, open);
    p->met_upstream = 1;
    return crs__dag_leaf(p->dag, CRS__OP_UPSTREAM);
}

/* array(x, dtype=...), x.reshape(-1, 1): x, whatever else stands there. */
static int parse_same(crs__parser *p, int self)
{
    size_t end = crs__after_bracket(p, p->at);
    int node = self;
    p->at++;
    if (self == CRS__SELF_NONE)
        node = crs__parse_expression(p);
    if (p->status != CRS_OK)
        return 0;
    if (!crs__next_is(p, ')') && !crs__next_is(p, ',') && self == CRS__SELF_NONE)
        crs__expect(p, ')', "after the argument");
    p->at = end;
    return node;
}

static int parse_full(crs__parser *p)
{
    int node;
    p->at++;
    skip_argument(p);
    crs__expect(p, ',', "between the shape and the value");
    node = crs__parse_expression(p);
    if (crs__accept(p, ','))
        skip_argument(p);
    crs__expect(p, ')', "to close the call");
    return node;
}

static int parse_activation(crs__parser *p, size_t name, int self)
{
    crs_act act;
    arguments a;
    double param;
    (void)crs__name_act(crs__word_at(p, name), &act);
    param = act.param;
    p->at++;
    parse_arguments(p, name, self, 1, act.param != 0 ? 2 : 1, &a);
    if (p->status != CRS_OK)
        return 0;
    if (a.n == 2 && !crs__dag_is_const(p->dag, a.node[1], &param))
        return crs__parse_fail(p, name,
                               "'%.*s' with a parameter that is no number: expected one "
                               "such as 0.01",
                               CRS__TOKEN_TEXT(p, name));
    return crs__dag_act(p->dag, act.id, param, a.node[0]);
}

static int choose(crs__dag *dag, int mask, int x, int y)
{
    int masks = crs__dag_is_mask(dag, x) && crs__dag_is_mask(dag, y);
    return crs__dag_op(dag, masks ? CRS__OP_MASK_SELECT : CRS__OP_SELECT, x, y, mask);
}

static int clip(crs__dag *dag, const arguments *a)
{
    int node = a->node[0];
    if (a->node[1] != CRS__DAG_NONE)
        node = crs__dag_op(dag, CRS__OP_MAX, node, a->node[1], CRS__DAG_NONE);
    if (a->node[2] != CRS__DAG_NONE)
        node = crs__dag_op(dag, CRS__OP_MIN, node, a->node[2], CRS__DAG_NONE);
    return node;
}

/* The result of a call whose arguments are all values. */
static int apply(crs__parser *p, size_t name, const crs__call *call, const arguments *a)
{
    crs__dag *dag = p->dag;
    int x = a->node[0], y = a->node[1];
    switch (call->kind) {
    case CRS__CALL_OP:
        return crs__parse_combine(p, call->op, x, call->least == 1 ? CRS__DAG_NONE : y);
    case CRS__CALL_SWAPPED:
        return crs__dag_op(dag, call->op, y, x, CRS__DAG_NONE);
    case CRS__CALL_NOT:
        return crs__dag_op(dag, CRS__OP_NOT, crs__dag_op(dag, call->op, x, y, CRS__DAG_NONE),
                           CRS__DAG_NONE, CRS__DAG_NONE);
    case CRS__CALL_TRUTH:
        return crs__dag_mask(dag, x);
    case CRS__CALL_WHERE:
        if (a->n == 1)
            return crs__dag_mask(dag, x);
        if (a->n == 3 && y != CRS__DAG_NONE)
            return choose(dag, x, y, a->node[2]);
        return crs__parse_fail(p, name, "'where' with two arguments: expected where(mask, x, y)");
    case CRS__CALL_FILL:
        return choose(dag, y, a->node[2], x);
    case CRS__CALL_CLIP:
        return clip(dag, a);
    default:
        return crs__dag_op(dag, CRS__OP_MUL, x, x, CRS__DAG_NONE);
    }
}

int crs__parse_call(crs__parser *p, size_t name, int self)
{
    const crs__call *call = crs__name_call(crs__word_at(p, name));
    arguments a;
    if (p->status != CRS_OK)
        return 0;
    if (call == NULL)
        return parse_activation(p, name, self);
    switch (call->kind) {
    case CRS__CALL_CONSTANT:
        p->at = crs__after_bracket(p, p->at);
        return crs__dag_const(p->dag, call->value);
    case CRS__CALL_FULL:
        return parse_full(p);
    case CRS__CALL_PRODUCT:
        return parse_matrix_product(p, name, self);
    case CRS__CALL_SAME:
        return parse_same(p, self);
    default:
        p->at++;
        parse_arguments(p, name, self, call->least, call->most, &a);
        return p->status == CRS_OK ? apply(p, name, call, &a) : 0;
    }
}
