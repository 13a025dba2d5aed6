/*
 * What a rule computes: against values worked out by hand, and against a plain
 * recursive evaluator on random rules; at every CPU level, for every length.
 */
#include "cmocka_all.h"
#include "random_inputs.h"

#include "core/cpu.h"
#include "kernels/ops.h"
#include "rule/program.h"
#include "rule/rule.h"

#include <crease/rule.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t SEED = 20261102;

#define N 6
static const double z[N] = {-2, -0.0, 0.0, 0.5, 3, NAN};
static const double a[N] = {0, -0.0, 0.0, 0.5, 3, NAN};
static const double upstream[N] = {1, 2, 3, -4, INFINITY, 1};

static int same(double x, double y)
{
    return memcmp(&x, &y, sizeof x) == 0 || (isnan(x) && isnan(y));
}

static void gives(const char *text, double v0, double v1, double v2, double v3, double v4,
                  double v5)
{
    double expected[N] = {v0, v1, v2, v3, v4, v5}, out[N];
    float narrow_z[N], narrow_a[N], narrow_upstream[N], narrow_out[N];
    crs_error err;
    crs_rule *rule;
    if (crs_rule_parse(text, &err, &rule) != CRS_OK)
        fail_msg("%s: %s", text, err.text);
    crs_rule_eval_f64(rule, N, z, a, upstream, out);
    for (int i = 0; i < N; i++) {
        narrow_z[i] = (float)z[i];
        narrow_a[i] = (float)a[i];
        narrow_upstream[i] = (float)upstream[i];
    }
    crs_rule_eval_f32(rule, N, narrow_z, narrow_a, narrow_upstream, narrow_out);
    for (int i = 0; i < N; i++) {
        if (!same(out[i], expected[i]))
            fail_msg("%s at %g: %a, not %a", text, z[i], out[i], expected[i]);
        if (!same((double)narrow_out[i], (double)(float)expected[i]))
            fail_msg("%s at %g, float: %a, not %a", text, z[i], (double)narrow_out[i], expected[i]);
    }
    crs_rule_destroy(rule);
}

/* Values that can be written down: exact in both types. */
static void test_evaluate__computes_as_numpy_does(void **state)
{
    (void)state;
    gives("dA * (Z > 0)", 0, 0, 0, -4, INFINITY, 0);
    gives("dA * (Z >= 0)", 0, 2, 3, -4, INFINITY, 0);
    gives("dA * (A >= 0)", 1, 2, 3, -4, INFINITY, 0);
    gives("Z < 0", 1, 0, 0, -0.0, NAN, 0); /* 0 * -4 is -0, 0 * inf NaN */
    gives("dZ[Z <= 0] = 0", 0, 0, 0, -4, INFINITY, 1);
    gives("dZ[Z > 0] = 1", 1, 2, 3, 1, 1, 1);
    gives("Z == 0 ? 5 : Z; dA; Z == 0 ? 5 : Z", -2, 5, 5, 0.5, 3, NAN);
    gives("dA * 0 + np.sign(Z)", -1, 0, 0, 1, NAN, NAN);
    gives("dA; np.sign(Z)", -1, 0, 0, 1, 1, NAN);
    gives("dA; np.heaviside(Z, 0.5)", 0, 0.5, 0.5, 1, 1, NAN);
    gives("dA; np.maximum(Z, 0.25)", 0.25, 0.25, 0.25, 0.5, 3, NAN);
    gives("dA; np.minimum(0.25, Z)", -2, -0.0, 0, 0.25, 0.25, NAN);
    gives("dA; np.abs(Z)", 2, 0, 0, 0.5, 3, NAN);
    gives("dA; np.int64(Z * 1.5)", -3, -0.0, 0, 0, 4, NAN);
    gives("dA; -Z**2", -4, -0.0, -0.0, -0.25, -9, NAN);
    gives("dA; Z**-1", -0.5, -INFINITY, INFINITY, 2, 1 / 3.0, NAN);
    gives("dA; np.where((Z > 0) & ~(Z > 1), 7, 8)", 8, 8, 8, 7, 8, 8);
    gives("dA; Z != Z", 0, 0, 0, 0, 0, 1);
    gives("dA; (Z > 0) - (Z < 0)", -1, 0, 0, 1, 1, 0);
    gives("dA; (Z >= 0) + (Z > 0)", 0, 1, 1, 1, 1, 0); /* or */
    gives("dA; 1 * (Z >= 0) + (Z > 0)", 0, 1, 1, 2, 2, 0);
    gives("dA; np.sqrt(Z * Z)", 2, 0, 0, 0.5, 3, NAN);
    gives("dA; relu(Z)", 0, -0.0, 0, 0.5, 3, NAN);
    gives("dA; hardtanh(Z)", -1, -0.0, 0, 0.5, 1, NAN);
    gives("dA; leaky_relu(Z, 0.5)", -1, -0.0, 0, 0.5, 3, NAN);
    gives("dZ = np.empty_like(Z); dZ[Z > 0] = dA[Z > 0]", NAN, NAN, NAN, -4, INFINITY, NAN);
}

/* exp and the like are the C library's, in the type of the arrays. */
static void test_evaluate__calls_the_c_library(void **state)
{
    crs_rule *rule;
    double wide, one = 1, at = 0.7;
    float narrow, narrow_one = 1, narrow_at = 0.7f;
    (void)state;
    assert_int_equal(crs_rule_parse("np.exp(-Z) + np.tanh(Z)", NULL, &rule), CRS_OK);
    crs_rule_eval_f64(rule, 1, &at, &at, &one, &wide);
    crs_rule_eval_f32(rule, 1, &narrow_at, &narrow_at, &narrow_one, &narrow);
    assert_true(same(wide, exp(-at) + tanh(at)));
    assert_true(same((double)narrow, (double)(expf(-narrow_at) + tanhf(narrow_at))));
    crs_rule_destroy(rule);
}

/* ---- random rules against a plain evaluator ---- */

/* One node for one element, by recursion: the meaning of every operation. */
static double value_of(const crs__dag *dag, int i, double zi, double ai, double ui)
{
    const crs__node *node = &dag->nodes[i];
    double x = node->x < 0 ? 0 : value_of(dag, node->x, zi, ai, ui);
    double y = node->y < 0 ? 0 : value_of(dag, node->y, zi, ai, ui);
    double w = node->w < 0 ? 0 : value_of(dag, node->w, zi, ai, ui);
    crs_act act;
    switch (node->op) {
    case CRS__OP_Z:
        return zi;
    case CRS__OP_A:
        return ai;
    case CRS__OP_UPSTREAM:
        return ui;
    case CRS__OP_CONST:
        return node->value;
    case CRS__OP_NEG:
        return -x;
    case CRS__OP_ABS:
        return fabs(x);
    case CRS__OP_SIGN:
        return isnan(x) ? x : (x > 0) - (x < 0);
    case CRS__OP_TRUNC:
        return trunc(x);
    case CRS__OP_SQRT:
        return sqrt(x);
    case CRS__OP_EXP:
        return exp(x);
    case CRS__OP_TANH:
        return tanh(x);
    case CRS__OP_ACT:
        crs_act_get(node->act, &act);
        act.param = node->value;
        return crs_act_value_f64(&act, x);
    case CRS__OP_ADD:
        return x + y;
    case CRS__OP_SUB:
        return x - y;
    case CRS__OP_MUL:
        return x * y;
    case CRS__OP_DIV:
        return x / y;
    case CRS__OP_POW:
        return pow(x, y);
    case CRS__OP_MIN:
        return isnan(x) || isnan(y) ? NAN : x < y ? x : y;
    case CRS__OP_MAX:
        return isnan(x) || isnan(y) ? NAN : x > y ? x : y;
    case CRS__OP_HEAVISIDE:
        return isnan(x) ? x : x > 0 ? 1 : x < 0 ? 0 : y;
    case CRS__OP_NUMBER:
        return w;
    case CRS__OP_SELECT:
    case CRS__OP_MASK_SELECT:
        return w != 0 ? x : y;
    case CRS__OP_LT:
        return x < y;
    case CRS__OP_LE:
        return x <= y;
    case CRS__OP_EQ:
        return x == y;
    case CRS__OP_FALSE:
        return 0;
    case CRS__OP_AND:
        return x != 0 && y != 0;
    case CRS__OP_OR:
        return x != 0 || y != 0;
    case CRS__OP_XOR:
        return (x != 0) != (y != 0);
    case CRS__OP_NOT:
        return x == 0;
    default:
        fail_msg("operation %d is not in the reference", (int)node->op);
    }
    return 0;
}

/* A random rule as text: `depth` levels of operators. */
static int put_rule(char *at, uint64_t *random, int depth, int mask)
{
    static const char *const leaves[] = {"Z", "A", "dA", "0", "1", "-1.5", "0.01"};
    static const char *const numbers[] = {
        "(%)+(%)", "(%)-(%)",      "(%)*(%)",        "(%)/(%)",  "maximum(%,%)", "minimum(%,%)",
        "abs(%)",  "where(?,%,%)", "heaviside(%,%)", "-(%)",     "float(?)",     "sign(%)",
        "tanh(%)", "(%)**2",       "(%)*(?)",        "trunc(%)", "(?)-(?)",      "relu6(%)"};
    static const char *const masks[] = {"(%)>(%)",  "(%)>=0",   "(%)<0.5",     "(%)==(%)",
                                        "(%)!=(%)", "(?)&(?)",  "~(?)",        "(?)|(?)",
                                        "(?)^(?)",  "(%)<=(%)", "where(?,?,?)"};
    const char *form;
    int n = 0;
    if (depth == 0 && !mask)
        return sprintf(at, "%s", leaves[random_below(random, sizeof leaves / sizeof *leaves)]);
    form = mask ? masks[random_below(random, depth == 0 ? 2 : sizeof masks / sizeof *masks)]
                : numbers[random_below(random, sizeof numbers / sizeof *numbers)];
    if (depth == 0)
        form = "Z>0";
    for (; *form != '\0'; form++) {
        if (*form == '%' || *form == '?')
            n += put_rule(at + n, random, depth > 0 ? depth - 1 : 0, *form == '?');
        else
            at[n++] = *form;
    }
    at[n] = '\0';
    return n;
}

/* One rule, its inputs, and what is to come out. */
#define LONGEST 5000

typedef struct trial {
    double z[LONGEST], a[LONGEST], upstream[LONGEST], out[LONGEST];
    float narrow[4][LONGEST];
} trial;

static void fill(trial *t, size_t n, uint64_t *random)
{
    for (size_t i = 0; i < n; i++) {
        t->z[i] = random_special(random);
        t->a[i] = t->z[i] < 0 ? 0 : t->z[i];
        t->upstream[i] = random_special(random);
    }
    for (size_t i = 0; i < n; i++) {
        t->narrow[0][i] = (float)t->z[i];
        t->narrow[1][i] = (float)t->a[i];
        t->narrow[2][i] = (float)t->upstream[i];
    }
}

static void test_evaluate__equals_the_recursive_evaluator(void **state)
{
    uint64_t random = SEED;
    trial *t = malloc(sizeof *t);
    int n_read = 0;
    (void)state;
    assert_non_null(t);
    for (int round = 0; round < 2000; round++) {
        char text[4096];
        size_t n = 1 + random_below(&random, 40);
        crs_error err;
        crs_rule *rule;
        (void)put_rule(text, &random, 1 + (int)random_below(&random, 4), 0);
        if (crs_rule_parse(text, &err, &rule) != CRS_OK) {
            /* a constant that was folded to a number where a mask must be, at most */
            assert_non_null(strstr(err.text, "expected"));
            continue;
        }
        n_read++;
        fill(t, n, &random);
        crs_rule_eval_f64(rule, n, t->z, t->a, t->upstream, t->out);
        for (size_t i = 0; i < n; i++) {
            double expected = value_of(&rule->dag, rule->node, t->z[i], t->a[i], t->upstream[i]);
            if (!same(t->out[i], expected))
                fail_msg("seed %llu: %s at z %a, a %a, upstream %a: %a, not %a",
                         (unsigned long long)SEED, text, t->z[i], t->a[i], t->upstream[i],
                         t->out[i], expected);
        }
        crs_rule_destroy(rule);
    }
    assert_true(n_read > 1500);
    free(t);
}

static void test_evaluate__levels_and_pieces_give_the_same_bits(void **state)
{
    uint64_t random = SEED;
    trial *t = malloc(sizeof *t), *other = malloc(sizeof *other);
    (void)state;
    assert_non_null(t);
    assert_non_null(other);
    for (int round = 0; round < 300; round++) {
        char text[4096];
        size_t n = 1 + random_below(&random, LONGEST), cut = random_below(&random, n + 1);
        crs_rule *rule;
        (void)put_rule(text, &random, 1 + (int)random_below(&random, 4), 0);
        if (crs_rule_parse(text, NULL, &rule) != CRS_OK)
            continue;
        fill(t, n, &random);
        rule->ops = crs__ops_get(CRS__CPU_SCALAR);
        crs_rule_eval_f64(rule, n, t->z, t->a, t->upstream, t->out);
        crs_rule_eval_f32(rule, n, t->narrow[0], t->narrow[1], t->narrow[2], t->narrow[3]);
        for (int level = CRS__CPU_SCALAR; level <= (int)crs__cpu_best(); level++) {
            rule->ops = crs__ops_get((crs__cpu_level)level);
            /* in place, and in two pieces */
            memcpy(other, t, sizeof *t);
            crs_rule_eval_f64(rule, cut, other->z, other->a, other->upstream, other->upstream);
            crs_rule_eval_f64(rule, n - cut, other->z + cut, other->a + cut, other->upstream + cut,
                              other->upstream + cut);
            crs_rule_eval_f32(rule, n, other->narrow[0], other->narrow[1], other->narrow[2],
                              other->narrow[0]);
            for (size_t i = 0; i < n; i++) {
                if (!same(other->upstream[i], t->out[i]) ||
                    !same((double)other->narrow[0][i], (double)t->narrow[3][i]))
                    fail_msg("seed %llu: %s, %s, element %zu of %zu (cut at %zu): %a and %a, "
                             "scalar %a and %a",
                             (unsigned long long)SEED, text, crs__cpu_name((crs__cpu_level)level),
                             i, n, cut, other->upstream[i], (double)other->narrow[0][i], t->out[i],
                             (double)t->narrow[3][i]);
            }
        }
        crs_rule_destroy(rule);
    }
    free(t);
    free(other);
}

/* A program as large as the limit allows needs small blocks, and gives the same. */
static void test_evaluate__fits_large_rules_into_the_stack(void **state)
{
    char text[4096];
    size_t at = 0;
    crs_rule *rule;
    crs_error err;
    double zs[100], as[100], ones[100], out[100];
    (void)state;
    /* all values are in use to the end: t0 ... t59, then their sum */
    for (int i = 0; i < 60; i++)
        at += (size_t)sprintf(text + at, "t%d = Z * %d + A;", i, i + 2);
    at += (size_t)sprintf(text + at, "s = 0;");
    for (int i = 59; i >= 0; i--)
        at += (size_t)sprintf(text + at, "s += t%d;", i);
    (void)sprintf(text + at, "dA * s");
    if (crs_rule_parse(text, &err, &rule) != CRS_OK)
        fail_msg("%s", err.text);
    for (int i = 0; i < 100; i++) {
        zs[i] = i;
        as[i] = 1;
        ones[i] = 1;
    }
    crs_rule_eval_f64(rule, 100, zs, as, ones, out);
    for (int i = 0; i < 100; i++)
        assert_true(out[i] == i * (61 * 62 / 2 - 1) + 60);
    crs_rule_destroy(rule);
}

static void test_evaluate__is_a_backward_pass(void **state)
{
    crs_rule *rule;
    crs_backward_rule backward;
    double dz[N];
    float narrow_z = 2, narrow_dz = 5;
    (void)state;
    assert_int_equal(crs_rule_parse("Z > 0", NULL, &rule), CRS_OK);
    crs_rule_backward(rule, &backward);
    memcpy(dz, upstream, sizeof dz);
    backward.f64(backward.ctx, N, z, a, dz, dz); /* dz is da */
    assert_true(dz[0] == 0 && dz[3] == -4);
    backward.f32(backward.ctx, 1, &narrow_z, &narrow_z, &narrow_dz, &narrow_dz);
    assert_true(narrow_dz == 5);
    crs_rule_destroy(rule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_evaluate__computes_as_numpy_does),
        cmocka_unit_test(test_evaluate__calls_the_c_library),
        cmocka_unit_test(test_evaluate__equals_the_recursive_evaluator),
        cmocka_unit_test(test_evaluate__levels_and_pieces_give_the_same_bits),
        cmocka_unit_test(test_evaluate__fits_large_rules_into_the_stack),
        cmocka_unit_test(test_evaluate__is_a_backward_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
