#include "rule/formula.h"

#include "act/act.h"
#include "core/memory.h"

#include <math.h>

/* Operations as calls, for formulas to read like formulas. */
#define OP1(name, op)                                               \
    static int name(crs__dag *d, int x)                             \
    {                                                               \
        return crs__dag_op(d, op, x, CRS__DAG_NONE, CRS__DAG_NONE); \
    }
#define OP2(name, op)                                   \
    static int name(crs__dag *d, int x, int y)          \
    {                                                   \
        return crs__dag_op(d, op, x, y, CRS__DAG_NONE); \
    }
OP1(neg, CRS__OP_NEG)
OP1(magnitude, CRS__OP_ABS)
OP1(exponential, CRS__OP_EXP)
OP1(hyperbolic, CRS__OP_TANH)
OP2(add, CRS__OP_ADD)
OP2(mul, CRS__OP_MUL)
OP2(quotient, CRS__OP_DIV)
OP2(least, CRS__OP_MIN)
OP2(most, CRS__OP_MAX)
OP2(less, CRS__OP_LT)
OP2(at_most, CRS__OP_LE)

static int number(crs__dag *d, double value)
{
    return crs__dag_const(d, value);
}

/* A number that is no double: the nearest one stands for it. */
static int nearly(crs__dag *d, double value)
{
    return crs__dag_const_within(d, value, nextafter(value, -INFINITY), nextafter(value, INFINITY));
}

static int select(crs__dag *d, int mask, int x, int y)
{
    return crs__dag_op(d, CRS__OP_SELECT, x, y, mask);
}

/*
 * x held to [-bound, bound]: there the functions below have long reached their limits,
 * and infinity would make inf * 0 of them.
 */
static int clamp(crs__dag *d, int x, double bound)
{
    return least(d, most(d, x, number(d, -bound)), number(d, bound));
}

static int sigmoid(crs__dag *d, int x)
{
    return quotient(d, number(d, 1), add(d, number(d, 1), exponential(d, neg(d, x))));
}

/* e / (1 + e)^2 with e = exp(-|x|) */
static int sigmoid_slope(crs__dag *d, int x)
{
    int e = exponential(d, neg(d, magnitude(d, x)));
    int sum = add(d, number(d, 1), e);
    return quotient(d, e, mul(d, sum, sum));
}

/* (2 e / (1 + e^2))^2 with e = exp(-|x|) */
static int tanh_slope(crs__dag *d, int x)
{
    int e = exponential(d, neg(d, magnitude(d, x)));
    int sech = quotient(d, mul(d, number(d, 2), e), add(d, number(d, 1), mul(d, e, e)));
    return mul(d, sech, sech);
}

/* max(x, 0) + log(1 + exp(-|x|)) */
static int softplus(crs__dag *d, int x)
{
    int e = exponential(d, neg(d, magnitude(d, x)));
    return add(d, most(d, x, number(d, 0)),
               crs__dag_op(d, CRS__OP_LOG1P, e, CRS__DAG_NONE, CRS__DAG_NONE));
}

/* the normal distribution function, erfc(-x / sqrt(2)) / 2 */
static int normal(crs__dag *d, int x)
{
    int scaled = mul(d, neg(d, x), nearly(d, 0.70710678118654752440));
    return mul(d, number(d, 0.5),
               crs__dag_op(d, CRS__OP_ERFC, scaled, CRS__DAG_NONE, CRS__DAG_NONE));
}

static int gelu_slope(crs__dag *d, int x)
{
    int t = clamp(d, x, 1e4);
    int bell = exponential(d, mul(d, number(d, -0.5), mul(d, t, t)));
    return add(d, normal(d, t), mul(d, mul(d, t, nearly(d, 0.39894228040143267794)), bell));
}

/* 2 sqrt(2 / pi) (x + 0.044715 x^3): 1 + tanh of its half is 2 sigmoid of it */
static int gelu_tanh_exponent(crs__dag *d, int x)
{
    int cubic = add(d, number(d, 1), mul(d, nearly(d, 0.044715), mul(d, x, x)));
    return mul(d, mul(d, nearly(d, 1.5957691216057307117), x), cubic);
}

/* s + x s' v' with s = sigmoid(v), v the exponent above */
static int gelu_tanh_slope(crs__dag *d, int x)
{
    int t = clamp(d, x, 1e4), v = gelu_tanh_exponent(d, t);
    int rise = add(d, number(d, 1), mul(d, nearly(d, 0.134145), mul(d, t, t)));
    int dv = mul(d, nearly(d, 1.5957691216057307117), rise);
    return add(d, sigmoid(d, v), mul(d, mul(d, t, dv), sigmoid_slope(d, v)));
}

/* s (1 + x (1 - s)) with s = sigmoid(x) */
static int silu_slope(crs__dag *d, int x)
{
    int t = clamp(d, x, 1000);
    return mul(d, sigmoid(d, t), add(d, number(d, 1), mul(d, t, sigmoid(d, neg(d, t)))));
}

/* With w = exp(x) and n = w (w + 2): tanh(softplus(x)) = n / (n + 2). */
static int mish_n(crs__dag *d, int x, int *w)
{
    *w = exponential(d, least(d, x, number(d, 300)));
    return mul(d, *w, add(d, *w, number(d, 2)));
}

static int mish(crs__dag *d, int x)
{
    int w, t = most(d, x, number(d, -1000)), n = mish_n(d, t, &w);
    return mul(d, t, quotient(d, n, add(d, n, number(d, 2))));
}

/* n / (n + 2) + x 4 (n + 1) / (n + 2)^2 w / (1 + w) */
static int mish_slope(crs__dag *d, int x)
{
    int w, t = clamp(d, x, 1000), n = mish_n(d, t, &w), n2 = add(d, n, number(d, 2));
    int curve = quotient(d, mul(d, number(d, 4), add(d, n, number(d, 1))), mul(d, n2, n2));
    int s = quotient(d, w, add(d, number(d, 1), w));
    return add(d, quotient(d, n, n2), mul(d, mul(d, t, curve), s));
}

/* z <= -3 ? 0 : z >= 3 ? high : inner */
static int hard(crs__dag *d, int x, int inner, int high)
{
    return select(d, at_most(d, x, number(d, -3)), number(d, 0),
                  select(d, at_most(d, number(d, 3), x), high, inner));
}

static int expm1_times(crs__dag *d, int scale, int x)
{
    return mul(d, scale, crs__dag_op(d, CRS__OP_EXPM1, x, CRS__DAG_NONE, CRS__DAG_NONE));
}

/* x < least ? least : x > most ? most : x */
static int between(crs__dag *d, int x, double least_value, double most_value)
{
    return select(d, less(d, x, number(d, least_value)), number(d, least_value),
                  select(d, less(d, number(d, most_value), x), number(d, most_value), x));
}

int crs__formula_value(crs__dag *d, const crs_act *act, int x)
{
    int negative = less(d, x, number(d, 0));
    switch (act->id) {
    case CRS_ACT_LINEAR:
    case CRS_ACT_COUNT:
        return x;
    case CRS_ACT_RELU:
        return select(d, negative, number(d, 0), x);
    case CRS_ACT_LEAKY_RELU:
        return select(d, negative, mul(d, number(d, act->param), x), x);
    case CRS_ACT_RELU6:
        return between(d, x, 0, 6);
    case CRS_ACT_HARDTANH:
        return between(d, x, -1, 1);
    case CRS_ACT_ABS:
        return magnitude(d, x);
    case CRS_ACT_HARD_SIGMOID:
        return hard(d, x, quotient(d, add(d, x, number(d, 3)), number(d, 6)), number(d, 1));
    case CRS_ACT_HARD_SWISH:
        return hard(d, x, quotient(d, mul(d, x, add(d, x, number(d, 3))), number(d, 6)), x);
    case CRS_ACT_ELU:
        return select(d, negative, expm1_times(d, number(d, act->param), x), x);
    case CRS_ACT_SELU:
        return select(d, negative, expm1_times(d, nearly(d, CRS__SELU_LAMBDA_ALPHA), x),
                      mul(d, nearly(d, CRS__SELU_LAMBDA), x));
    case CRS_ACT_SOFTPLUS:
        return softplus(d, x);
    case CRS_ACT_SIGMOID:
        return sigmoid(d, x);
    case CRS_ACT_TANH:
        return hyperbolic(d, x);
    case CRS_ACT_GELU:
        return mul(d, most(d, x, number(d, -1e4)), normal(d, x));
    case CRS_ACT_GELU_TANH:
        return mul(d, most(d, x, number(d, -1e4)),
                   sigmoid(d, gelu_tanh_exponent(d, clamp(d, x, 1e4))));
    case CRS_ACT_SILU:
        return mul(d, most(d, x, number(d, -1000)), sigmoid(d, x));
    case CRS_ACT_MISH:
        return mish(d, x);
    }
    return x;
}

/* Constant between kinks: of hard_sigmoid 1/6, which is no double. */
static int piecewise_slope(crs__dag *d, const crs_act *act, int x)
{
    size_t last = act->n_kinks;
    int slope;
    if (last == 0)
        return number(d, 1);
    slope = number(d, act->kink[last - 1].right);
    for (size_t k = last; k-- > 0;) {
        double left = act->kink[k].left;
        int piece = left == floor(left) || act->id == CRS_ACT_LEAKY_RELU ? number(d, left)
                                                                         : nearly(d, left);
        slope = select(d, less(d, x, number(d, act->kink[k].z)), piece, slope);
    }
    return slope;
}

static int slope_between_kinks(crs__dag *d, const crs_act *act, int x)
{
    int negative = less(d, x, number(d, 0));
    switch (act->id) {
    case CRS_ACT_HARD_SWISH:
        return hard(d, x, quotient(d, add(d, mul(d, number(d, 2), x), number(d, 3)), number(d, 6)),
                    number(d, 1));
    case CRS_ACT_ELU:
        return select(d, negative, mul(d, number(d, act->param), exponential(d, x)), number(d, 1));
    case CRS_ACT_SELU:
        return select(d, negative, mul(d, nearly(d, CRS__SELU_LAMBDA_ALPHA), exponential(d, x)),
                      nearly(d, CRS__SELU_LAMBDA));
    case CRS_ACT_SOFTPLUS:
        return sigmoid(d, x);
    case CRS_ACT_SIGMOID:
        return sigmoid_slope(d, x);
    case CRS_ACT_TANH:
        return tanh_slope(d, x);
    case CRS_ACT_GELU:
        return gelu_slope(d, x);
    case CRS_ACT_GELU_TANH:
        return gelu_tanh_slope(d, x);
    case CRS_ACT_SILU:
        return silu_slope(d, x);
    case CRS_ACT_MISH:
        return mish_slope(d, x);
    default:
        return piecewise_slope(d, act, x);
    }
}

int crs__formula_slope(crs__dag *d, const crs_act *act, int x, int at_kinks)
{
    int slope = slope_between_kinks(d, act, x);
    for (size_t k = 0; at_kinks && k < act->n_kinks; k++) {
        int on = crs__dag_op(d, CRS__OP_EQ, x, number(d, act->kink[k].z), CRS__DAG_NONE);
        slope = select(d, on, number(d, act->kink[k].value), slope);
    }
    return slope;
}

int crs__formula_heaviside(crs__dag *d, int x, int y)
{
    int zero = number(d, 0), at = crs__dag_op(d, CRS__OP_EQ, x, zero, CRS__DAG_NONE);
    return select(d, less(d, zero, x), number(d, 1),
                  select(d, less(d, x, zero), zero, select(d, at, y, number(d, NAN))));
}

/* c times a mask: a choice between c and 0 (or -0, or NaN), which masks can be told apart by. */
static int times_mask(crs__dag *d, int constant, int mask)
{
    return select(d, mask, constant, mul(d, constant, number(d, 0)));
}

static int expand_product(crs__dag *d, int x, int y)
{
    if (crs__dag_is_const(d, x, NULL) && d->nodes[y].op == CRS__OP_NUMBER)
        return times_mask(d, x, d->nodes[y].w);
    if (crs__dag_is_const(d, y, NULL) && d->nodes[x].op == CRS__OP_NUMBER)
        return times_mask(d, y, d->nodes[x].w);
    return mul(d, x, y);
}

/* A node's operation in `dag` on operands that are there already. */
static int rebuild(crs__dag *dag, const crs__node *node, int x, int y, int w, int expand)
{
    crs_act act;
    switch (node->op) {
    case CRS__OP_CONST:
        return crs__dag_const_within(dag, node->value, node->lo, node->hi);
    case CRS__OP_FALSE:
        return crs__dag_truth_value(dag, 0);
    case CRS__OP_ACT:
        if (!expand)
            return crs__dag_act(dag, node->act, node->value, x);
        crs__act_fill(node->act, node->value, &act);
        return crs__formula_value(dag, &act, x);
    case CRS__OP_HEAVISIDE:
        return expand ? crs__formula_heaviside(dag, x, y) : crs__dag_op(dag, node->op, x, y, w);
    case CRS__OP_MUL:
        return expand && dag->status == CRS_OK ? expand_product(dag, x, y)
                                               : crs__dag_op(dag, node->op, x, y, w);
    default:
        return crs__dag_op(dag, node->op, x, y, w);
    }
}

int crs__dag_import(crs__dag *dag, const crs__dag *from, int node, const int leaf[3], int expand)
{
    int *in = crs__alloc((size_t)node + 1, sizeof *in), answer = 0;
    unsigned char *reached = crs__alloc((size_t)node + 1, 1);
    if (in == NULL || reached == NULL) {
        dag->status = CRS_ENOMEM;
        goto out;
    }
    crs__dag_reach(from, node, reached);
    for (int i = 0; i <= node; i++) {
        const crs__node *at = &from->nodes[i];
        if (!reached[i])
            continue;
        if (at->op <= CRS__OP_UPSTREAM)
            in[i] = leaf[at->op];
        else
            in[i] = rebuild(dag, at, at->x == CRS__DAG_NONE ? CRS__DAG_NONE : in[at->x],
                            at->y == CRS__DAG_NONE ? CRS__DAG_NONE : in[at->y],
                            at->w == CRS__DAG_NONE ? CRS__DAG_NONE : in[at->w], expand);
    }
    answer = in[node];
out:
    crs__free(in);
    crs__free(reached);
    return answer;
}
