/*
 * Activations as operations: the bits of the specification where it is piecewise
 * linear, an interval around it elsewhere.
 */
#include "cmocka_all.h"

#include "core/cpu.h"
#include "rule/formula.h"
#include "rule/program.h"

#include <crease/act.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Every activation with its default parameter, and two with another. */
#define N_ACTS (CRS_ACT_COUNT + 2)
static crs_act act_of(int i)
{
    crs_act act;
    if (i < CRS_ACT_COUNT)
        crs_act_get((crs_act_id)i, &act);
    else if (crs_act_parse(i == CRS_ACT_COUNT ? "leaky_relu:0.3" : "elu:1.7", NULL, &act) != CRS_OK)
        fail();
    return act;
}

/* One float in `every` of all, and both neighbours of each kink. */
static float input_at(const crs_act *act, size_t i, uint32_t every)
{
    uint32_t bits = (uint32_t)i * every;
    float z;
    if (i < 4 * act->n_kinks) {
        float at = (float)act->kink[i / 4].z;
        return i % 4 == 0   ? at
               : i % 4 == 1 ? -at
               : i % 4 == 2 ? nextafterf(at, INFINITY)
                            : nextafterf(at, -INFINITY);
    }
    memcpy(&z, &bits, sizeof z);
    return z;
}

#define EVERY 65521u
#define COUNT ((size_t)(0xffffffffu / EVERY))

static void test_formula__has_the_bits_of_piecewise_linear_g(void **state)
{
    float *z = malloc(COUNT * sizeof *z), *a = malloc(COUNT * sizeof *a);
    (void)state;
    assert_non_null(z);
    assert_non_null(a);
    for (int id = 0; id < N_ACTS; id++) {
        crs_act act = act_of(id);
        crs__dag dag;
        crs__program program;
        int g;
        void *registers[40];
        if (!crs_act_is_piecewise_linear(act.id))
            continue;
        crs__dag_init(&dag, 1000);
        g = crs__formula_value(&dag, &act, crs__dag_leaf(&dag, CRS__OP_Z));
        assert_int_equal(crs__program_make(&dag, 1, &g, 1, &program), CRS_OK);
        assert_true(crs__program_registers(&program) <= 40);
        for (size_t i = 0; i < COUNT; i++)
            z[i] = input_at(&act, i, EVERY);
        registers[0] = z;
        for (int k = 1; k < crs__program_registers(&program); k++)
            registers[k] = calloc(COUNT, sizeof(float));
        crs__program_constants(&program, crs__ops_get(crs__cpu_best()), CRS_F32, COUNT, registers);
        crs__program_run(&program, crs__ops_get(crs__cpu_best()), CRS_F32, COUNT, registers);
        memcpy(a, registers[program.outputs[0]], COUNT * sizeof *a);
        for (size_t i = 0; i < COUNT; i++) {
            float expected = crs_act_value_f32(&act, z[i]);
            if (memcmp(&a[i], &expected, sizeof expected) != 0 && !(isnan(a[i]) && isnan(expected)))
                fail_msg("%s at %a: %a, not %a", crs_act_name(act.id), (double)z[i], (double)a[i],
                         (double)expected);
        }
        for (int k = 1; k < crs__program_registers(&program); k++)
            free(registers[k]);
        crs__program_release(&program);
        crs__dag_release(&dag);
    }
    free(z);
    free(a);
}

/* The interval of one node at z, by recursion over one element. */
typedef struct interval {
    double lo, hi;
} interval;

static interval interval_of(const crs__dag *dag, const crs__ops *ops, int i, double z)
{
    const crs__node *node = &dag->nodes[i];
    interval x = {0, 0}, y = {0, 0}, w = {0, 0}, r = {node->lo, node->hi};
    if (node->x >= 0)
        x = interval_of(dag, ops, node->x, z);
    if (node->y >= 0)
        y = interval_of(dag, ops, node->y, z);
    if (node->w >= 0)
        w = interval_of(dag, ops, node->w, z);
    switch (node->op) {
    case CRS__OP_Z:
        r.lo = r.hi = z;
        break;
    case CRS__OP_CONST:
        break;
    case CRS__OP_NUMBER:
        r = w;
        break;
    case CRS__OP_SELECT: /* these formulas choose by z alone, or by exact ends */
        r = w.lo != 0 ? x : y;
        if (w.lo != w.hi) {
            r.lo = fmin(x.lo, y.lo);
            r.hi = fmax(x.hi, y.hi);
        }
        break;
    case CRS__OP_MASK_SELECT:
        r = w.lo != 0 ? x : y;
        break;
    case CRS__OP_LT:
        r.lo = x.hi < y.lo;
        r.hi = x.lo < y.hi;
        break;
    case CRS__OP_LE:
        r.lo = x.hi <= y.lo;
        r.hi = x.lo <= y.hi;
        break;
    case CRS__OP_EQ:
        r.lo = x.hi <= y.lo && y.hi <= x.lo;
        r.hi = x.lo <= y.hi && y.lo <= x.hi;
        break;
    case CRS__OP_FALSE:
        r.lo = r.hi = 0;
        break;
    case CRS__OP_NOT:
        r.lo = x.hi == 0;
        r.hi = x.lo == 0;
        break;
    case CRS__OP_AND:
        r.lo = x.lo != 0 && y.lo != 0;
        r.hi = x.hi != 0 && y.hi != 0;
        break;
    case CRS__OP_OR:
        r.lo = x.lo != 0 || y.lo != 0;
        r.hi = x.hi != 0 || y.hi != 0;
        break;
    default:
        if (ops->interval[node->op] == NULL)
            fail_msg("operation %d", (int)node->op);
        ops->interval[node->op](1, &x.lo, &x.hi, &y.lo, &y.hi, &r.lo, &r.hi);
        break;
    }
    return r;
}

/*
 * crs_act's functions are within their bounds of the exact value (test_mpfr), so they
 * are within them of the interval; and the interval is not much wider than those: 64
 * ulp of the largest value nearby, which an interval of everything would fail.
 */
static void expect_near(const crs_act *act, const char *what, float z, interval r, double value,
                        double ulp)
{
    double slack = (ulp + 1) * 0x1p-52 * fabs(value) + 0x1p-1022;
    double size = fmax(1, fmax(fabs(value), fabs((double)z)));
    if (isnan(value) && isnan(r.lo))
        return;
    if (!(r.lo <= value + slack && r.hi >= value - slack))
        fail_msg("%s %s at %a: [%a, %a] is not around %a", crs_act_name(act->id), what, (double)z,
                 r.lo, r.hi, value);
    if (isfinite(value) && !(r.hi - r.lo <= 64 * 0x1p-52 * size) && !isinf(z))
        fail_msg("%s %s at %a: [%a, %a] is too wide", crs_act_name(act->id), what, (double)z, r.lo,
                 r.hi);
}

static void test_formula__encloses_g_and_its_derivative(void **state)
{
    (void)state;
    for (int id = 0; id < N_ACTS; id++) {
        crs_act act = act_of(id);
        crs_act_bounds bounds;
        crs__dag dag;
        int z, g, slope;
        crs__dag_init(&dag, 1000);
        z = crs__dag_leaf(&dag, CRS__OP_Z);
        g = crs__formula_value(&dag, &act, z);
        slope = crs__formula_slope(&dag, &act, z, 1);
        assert_int_equal(dag.status, CRS_OK);
        crs_act_error_bounds(act.id, &bounds);
        for (int level = CRS__CPU_SCALAR; level <= (int)crs__cpu_best(); level++) {
            const crs__ops *ops = crs__ops_get((crs__cpu_level)level);
            for (size_t i = 0; i < COUNT; i += 7) {
                float at = input_at(&act, i < 28 ? i / 7 : i, EVERY);
                double wide = (double)at;
                if (isnan(at))
                    continue;
                expect_near(&act, "value", at, interval_of(&dag, ops, g, wide),
                            crs_act_value_f64(&act, wide), bounds.value_f64);
                expect_near(&act, "slope", at, interval_of(&dag, ops, slope, wide),
                            crs_act_slope_f64(&act, wide), bounds.slope_f64);
            }
        }
        crs__dag_release(&dag);
    }
}

/* heaviside by comparisons, and an activation called by a rule, come through an import. */
static void test_formula__expands_on_import(void **state)
{
    static const double zs[] = {-2, -0.0, 0, 3, INFINITY};
    crs__dag from, to;
    int z, leaf[3], node;
    (void)state;
    crs__dag_init(&from, 100);
    crs__dag_init(&to, 100);
    z = crs__dag_leaf(&from, CRS__OP_Z);
    node = crs__dag_op(&from, CRS__OP_HEAVISIDE, z, crs__dag_const(&from, 0.5), CRS__DAG_NONE);
    node = crs__dag_op(&from, CRS__OP_ADD, node, crs__dag_act(&from, CRS_ACT_RELU, 0, z),
                       CRS__DAG_NONE);
    leaf[0] = crs__dag_leaf(&to, CRS__OP_Z);
    leaf[1] = leaf[2] = leaf[0];
    node = crs__dag_import(&to, &from, node, leaf, 1);
    assert_int_equal(to.status, CRS_OK);
    for (int i = 0; i <= node; i++) {
        assert_int_not_equal(to.nodes[i].op, CRS__OP_HEAVISIDE);
        assert_int_not_equal(to.nodes[i].op, CRS__OP_ACT);
    }
    for (size_t i = 0; i < sizeof zs / sizeof *zs; i++) {
        interval r = interval_of(&to, crs__ops_get(CRS__CPU_SCALAR), node, zs[i]);
        double expected = zs[i] > 0 ? 1 + zs[i] : zs[i] < 0 ? 0 : 0.5;
        assert_true(r.lo <= expected && r.hi >= expected);
    }
    crs__dag_release(&from);
    crs__dag_release(&to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formula__has_the_bits_of_piecewise_linear_g),
        cmocka_unit_test(test_formula__encloses_g_and_its_derivative),
        cmocka_unit_test(test_formula__expands_on_import),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
