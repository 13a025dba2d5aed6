/*
 * The graph: what it simplifies has the same value as what it was asked for.
 */
#include "cmocka_all.h"
#include "random_inputs.h"

#include "core/memory.h"
#include "rule/dag.h"

#include <math.h>
#include <string.h>

static const uint64_t SEED = 20261103;

/* Inputs that every node is followed on. */
#define N 12
#define MOST 60

typedef struct shadow {
    int node, is_mask;
    double value[N]; /* what was asked for, computed step by step */
} shadow;

/* The meaning of one operation. */
static double apply(crs__op op, double x, double y, double w)
{
    switch (op) {
    case CRS__OP_NEG:
        return -x;
    case CRS__OP_ABS:
        return fabs(x);
    case CRS__OP_SIGN:
        return isnan(x) ? x : (x > 0) - (x < 0);
    case CRS__OP_TRUNC:
        return trunc(x);
    case CRS__OP_ADD:
        return x + y;
    case CRS__OP_SUB:
        return x - y;
    case CRS__OP_MUL:
        return x * y;
    case CRS__OP_DIV:
        return x / y;
    case CRS__OP_POW: /* as NumPy: small powers by products */
        return y == 2 ? x * x : y == -1 ? 1 / x : pow(x, y);
    case CRS__OP_MIN:
        return isnan(x) || isnan(y) ? NAN : x < y ? x : y;
    case CRS__OP_MAX:
        return isnan(x) || isnan(y) ? NAN : x > y ? x : y;
    case CRS__OP_SELECT:
    case CRS__OP_MASK_SELECT:
        return w != 0 ? x : y;
    case CRS__OP_LT:
        return x < y;
    case CRS__OP_LE:
        return x <= y;
    case CRS__OP_EQ:
        return x == y;
    case CRS__OP_DIFFER:
        return !(x == y || (isnan(x) && isnan(y)));
    case CRS__OP_IS_NAN:
        return isnan(x);
    case CRS__OP_AND:
        return x != 0 && y != 0;
    case CRS__OP_OR:
        return x != 0 || y != 0;
    case CRS__OP_XOR:
        return (x != 0) != (y != 0);
    case CRS__OP_NOT:
        return x == 0;
    default:
        fail_msg("operation %d", (int)op);
    }
    return 0;
}

static double value_of(const crs__dag *dag, int i, double z)
{
    const crs__node *node = &dag->nodes[i];
    double x = node->x < 0 ? 0 : value_of(dag, node->x, z);
    double y = node->y < 0 ? 0 : value_of(dag, node->y, z);
    double w = node->w < 0 ? 0 : value_of(dag, node->w, z);
    switch (node->op) {
    case CRS__OP_Z:
        return z;
    case CRS__OP_CONST:
        return node->value;
    case CRS__OP_FALSE:
        return 0;
    case CRS__OP_NUMBER:
        return w;
    default:
        return apply(node->op, x, y, w);
    }
}

static int same(double x, double y)
{
    return memcmp(&x, &y, sizeof x) == 0 || (isnan(x) && isnan(y));
}

/* -0 and 0 are one number to a mask that was made of it, and min and max may choose either. */
static int same_number(double x, double y)
{
    return same(x, y) || x == y;
}

static void start(crs__dag *dag, const double *z, shadow *s)
{
    static const double constants[] = {0, 1, -1, 2, 0.5, -0.0};
    s[0].node = crs__dag_leaf(dag, CRS__OP_Z);
    s[0].is_mask = 0;
    memcpy(s[0].value, z, N * sizeof *z);
    for (int k = 0; k < 6; k++) {
        s[1 + k].node = crs__dag_const(dag, constants[k]);
        s[1 + k].is_mask = 0;
        for (int i = 0; i < N; i++)
            s[1 + k].value[i] = constants[k];
    }
}

/* One random operation on random operands, of whatever kind they are. */
static void step(crs__dag *dag, uint64_t *random, shadow *s, int n)
{
    static const crs__op ops[] = {
        CRS__OP_NEG,    CRS__OP_ABS,         CRS__OP_SIGN, CRS__OP_TRUNC,  CRS__OP_ADD,
        CRS__OP_SUB,    CRS__OP_MUL,         CRS__OP_MUL,  CRS__OP_DIV,    CRS__OP_POW,
        CRS__OP_MIN,    CRS__OP_MAX,         CRS__OP_LT,   CRS__OP_LE,     CRS__OP_EQ,
        CRS__OP_SELECT, CRS__OP_SELECT,      CRS__OP_AND,  CRS__OP_OR,     CRS__OP_XOR,
        CRS__OP_NOT,    CRS__OP_MASK_SELECT, CRS__OP_LT,   CRS__OP_DIFFER, CRS__OP_IS_NAN,
    };
    crs__op op = ops[random_below(random, sizeof ops / sizeof *ops)];
    int one = op <= CRS__OP_TRUNC || op == CRS__OP_NOT || op == CRS__OP_IS_NAN;
    const shadow *x = &s[random_below(random, (size_t)n)], *y = &s[random_below(random, (size_t)n)];
    const shadow *w = &s[random_below(random, (size_t)n)];
    int chooses = op == CRS__OP_SELECT || op == CRS__OP_MASK_SELECT;
    int wants_masks = op >= CRS__OP_AND;
    if (op == CRS__OP_POW)
        y = &s[3 + random_below(random, 2)]; /* -1, 2 */
    s[n].node = crs__dag_op(dag, op, x->node, one ? CRS__DAG_NONE : y->node,
                            chooses ? w->node : CRS__DAG_NONE);
    s[n].is_mask = crs__op_is_mask(op);
    for (int i = 0; i < N; i++) {
        double p = x->value[i], q = y->value[i], m = w->value[i];
        if (wants_masks) {
            p = p != 0;
            q = q != 0;
        }
        s[n].value[i] = apply(op, p, q, m != 0);
    }
}

static void test_dag__simplifies_to_the_same_value(void **state)
{
    static const double z[N] = {-2, -1, -0.0,  0.0,      1e-310,    0.5,
                                1,  2,  1e300, INFINITY, -INFINITY, NAN};
    uint64_t random = SEED;
    (void)state;
    for (int round = 0; round < 3000; round++) {
        crs__dag dag;
        shadow s[MOST];
        int n = 7;
        crs__dag_init(&dag, 10000);
        start(&dag, z, s);
        for (; n < 7 + 1 + round % 25; n++)
            step(&dag, &random, s, n);
        assert_int_equal(dag.status, CRS_OK);
        for (int k = 7; k < n; k++) {
            for (int i = 0; i < N; i++) {
                double value = value_of(&dag, s[k].node, z[i]);
                if (!same_number(value, s[k].value[i]))
                    fail_msg("seed %llu, round %d: node %d (operation %d) at %g: %a, not %a",
                             (unsigned long long)SEED, round, k, (int)dag.nodes[s[k].node].op, z[i],
                             value, s[k].value[i]);
            }
        }
        crs__dag_release(&dag);
    }
}

static void test_dag__makes_equal_operations_one_node(void **state)
{
    crs__dag dag;
    int z, one, a, b;
    (void)state;
    crs__dag_init(&dag, 100);
    z = crs__dag_leaf(&dag, CRS__OP_Z);
    one = crs__dag_const(&dag, 1);
    a = crs__dag_op(&dag, CRS__OP_ADD, z, one, CRS__DAG_NONE);
    b = crs__dag_op(&dag, CRS__OP_ADD, one, z, CRS__DAG_NONE);
    assert_int_equal(a, b);
    assert_int_not_equal(crs__dag_op(&dag, CRS__OP_SUB, z, one, CRS__DAG_NONE),
                         crs__dag_op(&dag, CRS__OP_SUB, one, z, CRS__DAG_NONE));
    assert_int_equal(crs__dag_op(&dag, CRS__OP_MUL, one, a, CRS__DAG_NONE), a);
    assert_int_not_equal(crs__dag_const(&dag, 0), crs__dag_const(&dag, -0.0));
    crs__dag_release(&dag);
}

static void test_dag__tells_a_factor_of_upstream(void **state)
{
    crs__dag dag;
    crs_status status = CRS_OK;
    int u, z, mask, zero, one;
    (void)state;
    crs__dag_init(&dag, 100);
    u = crs__dag_leaf(&dag, CRS__OP_UPSTREAM);
    z = crs__dag_leaf(&dag, CRS__OP_Z);
    zero = crs__dag_const(&dag, 0);
    one = crs__dag_const(&dag, 1);
    mask = crs__dag_greater(&dag, z, zero);
#define DEPENDS(node) crs__dag_upstream(&dag, node, &status)
    assert_int_equal(DEPENDS(u), CRS__UPSTREAM_FACTOR);
    assert_int_equal(DEPENDS(z), CRS__UPSTREAM_FREE);
    assert_int_equal(DEPENDS(zero), CRS__UPSTREAM_ZERO);
    assert_int_equal(DEPENDS(crs__dag_op(&dag, CRS__OP_MUL, u, z, CRS__DAG_NONE)),
                     CRS__UPSTREAM_FACTOR);
    assert_int_equal(DEPENDS(crs__dag_op(&dag, CRS__OP_DIV, u, z, CRS__DAG_NONE)),
                     CRS__UPSTREAM_FACTOR);
    assert_int_equal(DEPENDS(crs__dag_op(&dag, CRS__OP_DIV, z, u, CRS__DAG_NONE)),
                     CRS__UPSTREAM_OTHER);
    assert_int_equal(DEPENDS(crs__dag_op(&dag, CRS__OP_ADD, u, one, CRS__DAG_NONE)),
                     CRS__UPSTREAM_OTHER);
    assert_int_equal(DEPENDS(crs__dag_op(&dag, CRS__OP_MUL, u, u, CRS__DAG_NONE)),
                     CRS__UPSTREAM_OTHER);
    assert_int_equal(DEPENDS(crs__dag_op(&dag, CRS__OP_SELECT, u, zero, mask)),
                     CRS__UPSTREAM_FACTOR);
    assert_int_equal(DEPENDS(crs__dag_op(&dag, CRS__OP_SELECT, u, one, mask)), CRS__UPSTREAM_OTHER);
    assert_int_equal(DEPENDS(crs__dag_op(&dag, CRS__OP_MAX, u, zero, CRS__DAG_NONE)),
                     CRS__UPSTREAM_OTHER);
#undef DEPENDS
    assert_int_equal(status, CRS_OK);
    crs__dag_release(&dag);
}

/* Constants know what they stand for: 1 / 3 is no double, 3 * 2 is. */
static void test_dag__encloses_folded_constants(void **state)
{
    crs__dag dag;
    const crs__node *third;
    int node;
    (void)state;
    crs__dag_init(&dag, 100);
    node = crs__dag_op(&dag, CRS__OP_DIV, crs__dag_const(&dag, 1), crs__dag_const(&dag, 3),
                       CRS__DAG_NONE);
    third = &dag.nodes[node];
    assert_true(third->lo < 1.0 / 3 && third->hi > 1.0 / 3 && third->hi - third->lo < 1e-15);
    assert_true(crs__dag_is_const(&dag,
                                  crs__dag_op(&dag, CRS__OP_MUL, crs__dag_const(&dag, 3),
                                              crs__dag_const(&dag, 2), CRS__DAG_NONE),
                                  NULL));
    crs__dag_release(&dag);
}

static void test_dag__stops_at_its_limit(void **state)
{
    crs__dag dag;
    int node;
    (void)state;
    crs__dag_init(&dag, 10);
    node = crs__dag_leaf(&dag, CRS__OP_Z);
    for (int i = 0; i < 100; i++)
        node = crs__dag_op(&dag, CRS__OP_EXP, node, CRS__DAG_NONE, CRS__DAG_NONE);
    assert_int_equal(dag.status, CRS_EPARSE);
    assert_int_equal(dag.n, 10);
    assert_int_equal(node, 0);
    crs__dag_release(&dag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dag__simplifies_to_the_same_value),
        cmocka_unit_test(test_dag__makes_equal_operations_one_node),
        cmocka_unit_test(test_dag__tells_a_factor_of_upstream),
        cmocka_unit_test(test_dag__encloses_folded_constants),
        cmocka_unit_test(test_dag__stops_at_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
