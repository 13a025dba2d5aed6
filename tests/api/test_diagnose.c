/*
 * crease/diagnose.h from outside: nets of the library's own, whose arrays are saved as a
 * notebook would, with a rule of somebody's in the backward pass. The mutation tests
 * (tests/mutants) go through the catalogue; here are the story itself, cases that were
 * published, files of real size, and every documented error.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <crease/arrays.h>
#include <crease/data.h>
#include <crease/diagnose.h>
#include <crease/net.h>
#include <crease/random.h>
#include <crease/rule.h>

#include "random_inputs.h"
#include "shared_data.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a net's arrays ---------------------------------------------------------- */

static void add(crs_arrays *to, const char *name, size_t layer, size_t rows, size_t cols,
                const double *values)
{
    char text[32];
    size_t dims[2] = {rows, cols};
    crs_error err;
    (void)snprintf(text, sizeof text, layer > 0 ? "%s%zu" : "%s", name, layer);
    assert_int_equal(crs_arrays_add(to, text, CRS_F64, 2, dims, values, &err), CRS_OK);
}

/* Rows that are `ld` apart, without the gaps. */
static void add_rows(crs_arrays *to, const char *name, size_t layer, size_t rows, size_t cols,
                     const double *values, size_t ld)
{
    double *packed = calloc(rows * cols, sizeof *packed);
    assert_non_null(packed);
    for (size_t i = 0; i < rows; i++)
        memcpy(packed + i * cols, values + i * ld, cols * sizeof *packed);
    add(to, name, layer, rows, cols, packed);
    free(packed);
}

/* x is [m, n]: saved as columns. */
static void add_input(crs_arrays *to, size_t m, size_t n, const double *x, const double *y)
{
    double *columns = calloc(m * n, sizeof *columns);
    assert_non_null(columns);
    for (size_t s = 0; s < m; s++)
        for (size_t k = 0; k < n; k++)
            columns[k * m + s] = x[s * n + k];
    add(to, "X", 0, n, m, columns);
    add(to, "Y", 0, 1, m, y);
    free(columns);
}

/* One forward and backward pass with `rule` in place of every hidden g', and all its arrays. */
static void save_pass(crs_net *net, const char *rule, size_t m, const double *x, const double *y,
                      crs_arrays *out)
{
    crs_workspace *work;
    crs_rule *parsed = NULL;
    crs_backward_rule backward;
    crs_error err;
    double cost;
    size_t n = crs_net_width(net, 0);
    memset(out, 0, sizeof *out);
    assert_int_equal(crs_workspace_create(net, m, NULL, &err, &work), CRS_OK);
    if (rule != NULL) {
        assert_int_equal(crs_rule_parse(rule, &err, &parsed), CRS_OK);
        crs_rule_backward(parsed, &backward);
        crs_workspace_set_rule(work, 0, &backward);
    }
    assert_int_equal(crs_workspace_load(work, m, x, y, NULL, &err), CRS_OK);
    crs_net_forward(net, work);
    cost = crs_net_cost(net, work);
    crs_net_backward(net, work);
    add_input(out, m, n, x, y);
    add(out, "cost", 0, 1, 1, &cost);
    for (size_t l = 1; l <= crs_net_layers(net); l++) {
        size_t rows = crs_net_width(net, l), cols = crs_net_width(net, l - 1), ld;
        const double *params = crs_net_params(net), *gradient = crs_workspace_gradient(work);
        const double *z = crs_workspace_z(work, l, &ld), *a = crs_workspace_a(work, l, &ld);
        add(out, "W", l, rows, cols, params + crs_net_weight_at(net, l));
        add(out, "b", l, rows, 1, params + crs_net_bias_at(net, l));
        add_rows(out, "Z", l, rows, m, z, ld);
        add_rows(out, "A", l, rows, m, a, ld);
        add_rows(out, "dZ", l, rows, m, crs_workspace_dz(work, l, &ld), ld);
        add(out, "dW", l, rows, cols, gradient + crs_net_weight_at(net, l));
        add(out, "db", l, rows, 1, gradient + crs_net_bias_at(net, l));
    }
    crs_workspace_destroy(work);
    crs_rule_destroy(parsed);
}

/* A net with relu (or `act`) hidden layers and a sigmoid, He-initialised, biases not zero. */
static crs_net *make_net(size_t n_layers, const size_t *widths, const char *act, uint32_t seed)
{
    crs_act acts[8];
    crs_net_config config = {n_layers, widths, acts, CRS_LOSS_BCE, CRS_F64};
    crs_init init = {CRS_INIT_HE, 0};
    crs_random random;
    crs_net *net;
    crs_error err;
    uint64_t state = seed;
    for (size_t l = 0; l + 1 < n_layers; l++)
        assert_int_equal(crs_act_parse(act, &err, &acts[l]), CRS_OK);
    assert_int_equal(crs_net_create(&config, &err, &net), CRS_OK);
    crs_random_seed(&random, seed);
    crs_net_init(net, &init, &random);
    for (size_t l = 1; l <= n_layers; l++)
        for (size_t i = 0; i < widths[l]; i++)
            ((double *)crs_net_params(net))[crs_net_bias_at(net, l) + i] = random_unit(&state) / 4;
    return net;
}

/* The planar flower through 2-4-1 or deeper. */
static void save_planar(size_t n_layers, const size_t *widths, const char *act, const char *rule,
                        crs_arrays *out)
{
    crs_dataset data;
    crs_error err;
    crs_net *net = make_net(n_layers, widths, act, 3);
    assert_int_equal(crs_data_generate("planar", NULL, &err, &data), CRS_OK);
    save_pass(net, rule, data.n_samples, data.x, data.y, out);
    crs_dataset_release(&data);
    crs_net_destroy(net);
}

static void diagnose(const crs_arrays *arrays, crs_diagnosis *out)
{
    crs_error err = {CRS_OK, 0, 0, ""};
    if (crs_diagnose_run(arrays, NULL, &err, out) != CRS_OK)
        fail_msg("%s", err.text);
}

static const crs_diagnosis_array *find(const crs_diagnosis *found, const char *name)
{
    for (size_t i = 0; i < found->n_arrays; i++) {
        if (strcmp(found->arrays[i].name, name) == 0)
            return &found->arrays[i];
    }
    fail_msg("%s is not among the arrays", name);
    return NULL;
}

/* Give it a name that means nothing, as if it had not been saved. */
static void forget(crs_arrays *arrays, const char *name)
{
    for (size_t i = 0; i < arrays->n; i++) {
        if (strcmp(arrays->array[i].name, name) == 0) {
            arrays->array[i].name[0] = '?';
            return;
        }
    }
    fail_msg("no %s", name);
}

static double *values_of(crs_arrays *arrays, const char *name)
{
    for (size_t i = 0; i < arrays->n; i++) {
        if (strcmp(arrays->array[i].name, name) == 0)
            return arrays->array[i].values;
    }
    fail_msg("no %s", name);
    return NULL;
}

/* ---- the story ----------------------------------------------------------------- */

static const size_t planar[] = {2, 4, 1};

static void test_diagnose__right_nets_are_silent(void **state)
{
    static const char *const acts[] = {"relu", "tanh", "sigmoid", "leaky_relu:0.1", "gelu"};
    (void)state;
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        crs_arrays saved;
        crs_diagnosis found;
        save_planar(2, planar, acts[i], NULL, &saved);
        diagnose(&saved, &found);
        assert_int_equal(found.n_bugs, 0);
        assert_int_equal(found.n_samples, 400);
        for (size_t k = 0; k < found.n_arrays; k++)
            assert_true(found.arrays[k].verdict == CRS_ARRAY_MATCH ||
                        found.arrays[k].verdict == CRS_ARRAY_NOT_GIVEN);
        crs_diagnosis_release(&found);
        crs_arrays_release(&saved);
    }
}

static void test_diagnose__output_at_least_0_is_named(void **state)
{
    crs_arrays saved;
    crs_diagnosis found;
    (void)state;
    save_planar(2, planar, "relu", "A >= 0", &saved);
    diagnose(&saved, &found);
    assert_int_equal(found.n_bugs, 1);
    assert_string_equal(found.bugs[0].id, "mask-always-true");
    assert_string_equal(found.bugs[0].array, "dZ1");
    assert_int_equal(found.bugs[0].layer, 1);
    assert_true(found.bugs[0].has_counterexample);
    assert_true(found.bugs[0].counterexample.z < 0);
    assert_true(found.bugs[0].counterexample.given != 0);
    assert_true(found.bugs[0].counterexample.right == 0);
    assert_non_null(strstr(found.bugs[0].sentence, "never negative"));
    assert_string_equal(found.bugs[0].line, "dZ1 = np.dot(W2.T, dZ2) * (Z1 > 0)");
    /* what follows from it is not blamed */
    assert_int_equal(find(&found, "dW1")->verdict, CRS_ARRAY_MATCH);
    assert_int_equal(find(&found, "dZ1")->verdict, CRS_ARRAY_MISMATCH);
    crs_diagnosis_release(&found);
    crs_arrays_release(&saved);
}

/* Only parameters, data and gradients: the line itself was not saved. */
static void test_diagnose__found_without_the_cache(void **state)
{
    static const char *const cache[] = {"Z1", "A1", "dZ1", "Z2", "A2", "dZ2", "cost"};
    crs_arrays saved;
    crs_diagnosis found;
    (void)state;
    save_planar(2, planar, "relu", "A >= 0", &saved);
    for (size_t i = 0; i < sizeof cache / sizeof *cache; i++)
        forget(&saved, cache[i]);
    diagnose(&saved, &found);
    assert_true(found.n_bugs >= 1);
    assert_string_equal(found.bugs[0].id, "mask-always-true");
    assert_string_equal(found.bugs[0].array, "dW1");
    assert_int_equal(find(&found, "dZ1")->verdict, CRS_ARRAY_NOT_GIVEN);
    assert_true(found.act_assumed[0]);
    crs_diagnosis_release(&found);
    crs_arrays_release(&saved);
}

/* Two bugs, the one upstream first. */
static void test_diagnose__two_bugs_one_after_the_other(void **state)
{
    crs_arrays saved;
    crs_diagnosis found;
    double *dw1;
    (void)state;
    save_planar(2, planar, "relu", "A >= 0", &saved);
    dw1 = values_of(&saved, "dW1");
    for (size_t i = 0; i < 8; i++)
        dw1[i] *= 400;
    for (size_t i = 0; i < 4; i++)
        values_of(&saved, "db1")[i] *= 400;
    diagnose(&saved, &found);
    assert_int_equal(found.n_bugs, 2);
    assert_string_equal(found.bugs[0].id, "mask-always-true");
    assert_string_equal(found.bugs[1].id, "m-missing");
    assert_string_equal(found.bugs[1].array, "dW1");
    crs_diagnosis_release(&found);
    crs_arrays_release(&saved);
}

/* What is in no catalogue is placed, and given no name. */
static void test_diagnose__a_stranger_has_no_name(void **state)
{
    crs_arrays saved;
    crs_diagnosis found;
    (void)state;
    save_planar(2, planar, "relu", "np.where(Z > 0, 0.9, 0)", &saved);
    diagnose(&saved, &found);
    assert_int_equal(found.n_bugs, 1);
    assert_string_equal(found.bugs[0].id, "unknown");
    assert_string_equal(found.bugs[0].array, "dZ1");
    assert_true(found.bugs[0].explains == 0);
    crs_diagnosis_release(&found);
    crs_arrays_release(&saved);
}

/* ---- published ------------------------------------------------------------------- */

/*
 * A library whose leaky ReLU with slope 0 is its ReLU, and whose slope is that of "output < 0":
 * the output of such a unit is never below 0, so the slope is 1 everywhere.
 */
static void test_diagnose__library_whose_relu_tests_output_below_0(void **state)
{
    crs_arrays saved;
    crs_diagnosis found;
    (void)state;
    save_planar(2, planar, "relu", "np.where(A < 0, 0, 1)", &saved);
    diagnose(&saved, &found);
    assert_int_equal(found.n_bugs, 1);
    assert_string_equal(found.bugs[0].id, "mask-always-true");
    assert_true(found.bugs[0].n_also >= 1);
    assert_string_equal(found.bugs[0].also[0].id, "leaky-slope0-output-test");
    crs_diagnosis_release(&found);
    crs_arrays_release(&saved);
}

/*
 * A research code that sets grad_input[input == 0] = alpha: right everywhere else. Two units are
 * put on the kink for every sample by weights of 0; alpha is no slope times what arrives there.
 */
static void test_diagnose__research_code_that_assigns_at_the_kink(void **state)
{
    static const double x[] = {1, 2, -1, 1, 0.5, -2, 3, 1}, y[] = {0, 1, 1, 0};
    crs_net *net = make_net(2, planar, "leaky_relu:0.25", 5);
    double *params = crs_net_params(net);
    crs_arrays saved;
    crs_diagnosis found;
    (void)state;
    for (size_t i = 0; i < 4; i++) /* units 0 and 1 */
        params[crs_net_weight_at(net, 1) + i] = 0;
    params[crs_net_bias_at(net, 1)] = params[crs_net_bias_at(net, 1) + 1] = 0;
    save_pass(net, "dZ = np.where(Z > 0, dA, 0.25 * dA); dZ[Z == 0] = 0.25", 4, x, y, &saved);
    diagnose(&saved, &found);
    assert_int_equal(found.n_bugs, 1);
    assert_string_equal(found.bugs[0].id, "upstream-replaced-at-kink");
    assert_string_equal(found.bugs[0].array, "dZ1");
    assert_true(found.bugs[0].counterexample.z == 0);
    crs_diagnosis_release(&found);
    crs_arrays_release(&saved);
    crs_net_destroy(net);
}

/* Any value between the slopes is right at a kink; where it is not the usual one it is said. */
static void test_diagnose__any_slope_at_the_kink_is_right(void **state)
{
    static const double x[] = {1, 2, -1, 1, 0.5, -2, 3, 1}, y[] = {0, 1, 1, 0};
    static const char *const rules[] = {"Z > 0", "Z >= 0", "np.heaviside(Z, 0.5)"};
    crs_net *net = make_net(2, planar, "relu", 5);
    double *params = crs_net_params(net);
    (void)state;
    for (size_t i = 0; i < 4; i++)
        params[crs_net_weight_at(net, 1) + i] = 0;
    params[crs_net_bias_at(net, 1)] = params[crs_net_bias_at(net, 1) + 1] = 0;
    for (size_t i = 0; i < 3; i++) {
        crs_arrays saved;
        crs_diagnosis found;
        save_pass(net, rules[i], 4, x, y, &saved);
        diagnose(&saved, &found);
        assert_int_equal(found.n_bugs, 0);
        assert_int_equal(find(&found, "dZ1")->verdict, i == 0 ? CRS_ARRAY_MATCH : CRS_ARRAY_KINK);
        crs_diagnosis_release(&found);
        crs_arrays_release(&saved);
    }
    crs_net_destroy(net);
}

/*
 * A tutorial with inverted dropout whose backward tests output >= 0 and loses 1 / keep_prob: two
 * bugs in one line of one layer, dZ = dA * (A >= 0) with dA = W^T dZ * D.
 */
static void test_diagnose__tutorial_that_loses_keep_prob(void **state)
{
    static const double x[] = {1, 2, -1, 1, 0.5, -2, 3, 1}, y[] = {0, 1, 1, 0};
    static const double mask[16] = {1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1}, keep = 0.75;
    crs_net *net = make_net(2, planar, "relu", 8);
    crs_arrays saved;
    crs_diagnosis found;
    double *a1, *z2, *a2, *dz2, *dw2, *db2, *dz1, *dw1, *db1, da1[16], cost = 0;
    const double *w2;
    (void)state;
    save_pass(net, NULL, 4, x, y, &saved);
    a1 = values_of(&saved, "A1");
    z2 = values_of(&saved, "Z2");
    a2 = values_of(&saved, "A2");
    dz2 = values_of(&saved, "dZ2");
    dw2 = values_of(&saved, "dW2");
    db2 = values_of(&saved, "db2");
    dz1 = values_of(&saved, "dZ1");
    dw1 = values_of(&saved, "dW1");
    db1 = values_of(&saved, "db1");
    w2 = values_of(&saved, "W2");
    for (size_t i = 0; i < 16; i++)
        a1[i] *= mask[i] / keep;
    memset(dw2, 0, 4 * sizeof *dw2);
    db2[0] = 0;
    for (size_t s = 0; s < 4; s++) {
        z2[s] = values_of(&saved, "b2")[0];
        for (size_t j = 0; j < 4; j++)
            z2[s] += w2[j] * a1[4 * j + s];
        a2[s] = 1 / (1 + exp(-z2[s]));
        cost -= (y[s] * log(a2[s]) + (1 - y[s]) * log(1 - a2[s])) / 4;
        dz2[s] = a2[s] - y[s];
        db2[0] += dz2[s] / 4;
        for (size_t j = 0; j < 4; j++)
            dw2[j] += dz2[s] * a1[4 * j + s] / 4;
    }
    values_of(&saved, "cost")[0] = cost;
    memset(dw1, 0, 8 * sizeof *dw1);
    for (size_t j = 0; j < 4; j++) {
        db1[j] = 0;
        for (size_t s = 0; s < 4; s++) {
            da1[4 * j + s] = w2[j] * dz2[s] * mask[4 * j + s]; /* no / keep */
            dz1[4 * j + s] = da1[4 * j + s];                   /* A1 >= 0 */
            db1[j] += dz1[4 * j + s] / 4;
            for (size_t k = 0; k < 2; k++)
                dw1[2 * j + k] += dz1[4 * j + s] * x[2 * s + k] / 4;
        }
    }
    add(&saved, "dA", 1, 4, 4, da1);
    add(&saved, "D", 1, 4, 4, mask);
    add(&saved, "keep_prob", 0, 1, 1, &keep);
    diagnose(&saved, &found);
    assert_int_equal(found.n_bugs, 2);
    assert_string_equal(found.bugs[0].id, "dropout-scale-missing");
    assert_string_equal(found.bugs[0].array, "dA1");
    assert_string_equal(found.bugs[1].id, "mask-always-true");
    assert_string_equal(found.bugs[1].array, "dZ1");
    crs_diagnosis_release(&found);
    crs_arrays_release(&saved);
    crs_net_destroy(net);
}

/* ---- a file of real size ----------------------------------------------------------- */

/*
 * The four-layer net of the course on its 209 pictures in iteration 1, where 89 z are exactly 0
 * (the golden page): right with the course's dZ = 0 there, a kink with Z >= 0, wrong with A >= 0.
 */
static void test_diagnose__cats(void **state)
{
    static const size_t widths[] = {12288, 20, 7, 5, 1};
    static const char *const rules[] = {"Z > 0", "Z >= 0", "A >= 0"};
    char path[1024];
    crs_dataset data;
    crs_error err;
    crs_act acts[3];
    crs_net_config config = {4, widths, acts, CRS_LOSS_BCE, CRS_F64};
    crs_init init = {CRS_INIT_LECUN, 0};
    crs_random random;
    crs_workspace *work;
    crs_net *net;
    double *params, *gradient;
    (void)state;
    if (!find_shared_data("cats/train_catvnoncat.h5", path, sizeof path))
        skip();
    if (crs_data_read(path, NULL, &err, &data) == CRS_EUNSUPPORTED)
        skip();
    for (size_t l = 0; l < 3; l++)
        crs_act_get(CRS_ACT_RELU, &acts[l]);
    assert_int_equal(crs_net_create(&config, &err, &net), CRS_OK);
    crs_random_seed(&random, 1);
    crs_net_init(net, &init, &random);
    /* iteration 0 */
    assert_int_equal(crs_workspace_create(net, data.n_samples, NULL, &err, &work), CRS_OK);
    assert_int_equal(crs_workspace_load(work, data.n_samples, data.x, data.y, NULL, &err), CRS_OK);
    crs_net_forward(net, work);
    crs_net_backward(net, work);
    params = crs_net_params(net);
    gradient = crs_workspace_gradient(work);
    for (size_t i = 0; i < crs_net_n_params(net); i++)
        params[i] -= 0.0075 * gradient[i];
    crs_workspace_destroy(work);
    for (size_t i = 0; i < 3; i++) {
        crs_arrays saved;
        crs_diagnosis found;
        size_t hits = 0;
        save_pass(net, rules[i], data.n_samples, data.x, data.y, &saved);
        diagnose(&saved, &found);
        for (size_t k = 0; k < 5 * data.n_samples; k++)
            hits += values_of(&saved, "Z3")[k] == 0;
        assert_int_equal(hits, 89);
        if (i < 2) {
            assert_int_equal(found.n_bugs, 0);
            assert_int_equal(find(&found, "dZ3")->verdict,
                             i == 0 ? CRS_ARRAY_MATCH : CRS_ARRAY_KINK);
        } else {
            assert_int_equal(found.n_bugs, 1);
            assert_string_equal(found.bugs[0].id, "mask-always-true");
            assert_string_equal(found.bugs[0].array, "dZ3");
            assert_int_equal(found.bugs[0].n_layers, 3);
        }
        crs_diagnosis_release(&found);
        crs_arrays_release(&saved);
    }
    crs_net_destroy(net);
    crs_dataset_release(&data);
}

/* ---- errors ------------------------------------------------------------------------- */

static void refuses(const crs_arrays *arrays, const crs_diagnose_options *options,
                    crs_status status, const char *part)
{
    crs_diagnosis found;
    crs_error err = {CRS_OK, 0, 0, ""};
    assert_int_equal(crs_diagnose_run(arrays, options, &err, &found), status);
    assert_int_equal(err.status, status);
    if (strstr(err.text, part) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.text, part);
    assert_null(found.arrays);
    assert_int_equal(found.n_bugs, 0);
}

static void test_diagnose__enoent(void **state)
{
    static const double v[4] = {1, 2, 3, 4};
    crs_arrays none = {0}, strange = {0};
    (void)state;
    refuses(&none, NULL, CRS_ENOENT, "nothing that can be checked");
    add(&strange, "weather", 0, 2, 2, v);
    refuses(&strange, NULL, CRS_ENOENT, "expected arrays such as X");
    crs_arrays_release(&strange);
}

static void test_diagnose__eshape(void **state)
{
    static const double v[64] = {0};
    crs_arrays saved;
    (void)state;
    save_planar(2, planar, "relu", NULL, &saved);
    forget(&saved, "b1");
    add(&saved, "b", 1, 3, 1, v);
    refuses(&saved, NULL, CRS_ESHAPE, "b1 (3, 1) has 3 units in layer 1, but");
    crs_arrays_release(&saved);
}

/* Everything square: nothing tells rows from columns. */
static void test_diagnose__eshape_both_ways(void **state)
{
    static const double v[4] = {1, 0, 0, 1};
    crs_diagnose_options options = {NULL, 0, CRS_OUTPUT_AUTO, CRS_COST_AUTO, CRS_SAMPLES_COLUMNS};
    crs_diagnosis found;
    crs_arrays saved = {0};
    (void)state;
    add(&saved, "Z", 1, 2, 2, v);
    add(&saved, "A", 1, 2, 2, v);
    refuses(&saved, NULL, CRS_ESHAPE, "--samples");
    assert_int_equal(crs_diagnose_run(&saved, &options, NULL, &found), CRS_OK);
    crs_diagnosis_release(&found);
    crs_arrays_release(&saved);
}

static void test_diagnose__enonfinite(void **state)
{
    crs_arrays saved;
    (void)state;
    save_planar(2, planar, "relu", NULL, &saved);
    values_of(&saved, "A1")[401] = NAN;
    refuses(&saved, NULL, CRS_ENONFINITE, "A1[1, 1] is NaN");
    values_of(&saved, "W1")[2] = INFINITY;
    refuses(&saved, NULL, CRS_ENONFINITE, "W1[1, 0] is infinite");
    crs_arrays_release(&saved);
}

static void test_diagnose__einval(void **state)
{
    static const double other[800] = {0};
    crs_act acts[3];
    crs_diagnose_options options = {acts, 3, CRS_OUTPUT_AUTO, CRS_COST_AUTO, CRS_SAMPLES_AUTO};
    crs_arrays saved;
    (void)state;
    save_planar(2, planar, "relu", NULL, &saved);
    for (size_t i = 0; i < 3; i++)
        crs_act_get(CRS_ACT_RELU, &acts[i]);
    refuses(&saved, &options, CRS_EINVAL, "3 activations for 1 hidden layer");
    add(&saved, "A0", 0, 2, 400, other);
    refuses(&saved, NULL, CRS_EINVAL, "X and A0 are the same array by their names and differ");
    crs_arrays_release(&saved);
    refuses(NULL, NULL, CRS_EINVAL, "expected arrays");
}

static void test_bug_info__every_row_says_something(void **state)
{
    size_t n = 0;
    (void)state;
    for (const crs_bug_info *row; (row = crs_bug_info_at(n)) != NULL; n++) {
        assert_true(row->id[0] != '\0' && row->summary[0] != '\0');
        for (size_t i = 0; i < n; i++)
            assert_string_not_equal(row->id, crs_bug_info_at(i)->id);
    }
    assert_int_equal(n, 53);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_diagnose__right_nets_are_silent),
        cmocka_unit_test(test_diagnose__output_at_least_0_is_named),
        cmocka_unit_test(test_diagnose__found_without_the_cache),
        cmocka_unit_test(test_diagnose__two_bugs_one_after_the_other),
        cmocka_unit_test(test_diagnose__a_stranger_has_no_name),
        cmocka_unit_test(test_diagnose__library_whose_relu_tests_output_below_0),
        cmocka_unit_test(test_diagnose__research_code_that_assigns_at_the_kink),
        cmocka_unit_test(test_diagnose__any_slope_at_the_kink_is_right),
        cmocka_unit_test(test_diagnose__tutorial_that_loses_keep_prob),
        cmocka_unit_test(test_diagnose__cats),
        cmocka_unit_test(test_diagnose__enoent),
        cmocka_unit_test(test_diagnose__eshape),
        cmocka_unit_test(test_diagnose__eshape_both_ways),
        cmocka_unit_test(test_diagnose__enonfinite),
        cmocka_unit_test(test_diagnose__einval),
        cmocka_unit_test(test_bug_info__every_row_says_something),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
