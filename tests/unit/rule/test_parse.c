/*
 * What texts are read as, and where and how they are refused.
 */
#include "cmocka_all.h"
#include "random_inputs.h"

#include "core/memory.h"

#include <crease/rule.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t SEED = 20261101;

/* A text is read as `read_as`, and that as itself. */
static void reads(const char *text, const char *read_as)
{
    crs_error err;
    crs_rule *rule, *again;
    if (crs_rule_parse(text, &err, &rule) != CRS_OK)
        fail_msg("%s\n  refused at %zu: %s", text, err.column, err.text);
    assert_string_equal(crs_rule_text(rule), text);
    if (strcmp(crs_rule_read_as(rule), read_as) != 0)
        fail_msg("%s\n  read as  %s\n  not      %s", text, crs_rule_read_as(rule), read_as);
    if (crs_rule_parse(read_as, &err, &again) != CRS_OK)
        fail_msg("%s\n  its own text is refused at %zu: %s", read_as, err.column, err.text);
    assert_string_equal(crs_rule_read_as(again), read_as);
    assert_int_equal(crs_rule_is_linear(again), crs_rule_is_linear(rule));
    crs_rule_destroy(rule);
    crs_rule_destroy(again);
}

/* Every form that the design names. */
static void test_parse__reads_the_forms_of_the_design(void **state)
{
    (void)state;
    reads("A >= 0", "(A >= 0) * upstream");
    reads("A > 0", "(A > 0) * upstream");
    reads("Z > 0", "(Z > 0) * upstream");
    reads("Z >= 0", "(Z >= 0) * upstream");
    reads("z > 0", "(Z > 0) * upstream");
    reads("Z1 > 0", "(Z > 0) * upstream");
    reads("x > 0", "(Z > 0) * upstream");
    reads("input > 0", "(Z > 0) * upstream");
    reads("a > 0", "(A > 0) * upstream");
    reads("A1 > 0", "(A > 0) * upstream");
    reads("y > 0", "(A > 0) * upstream");
    reads("output > 0", "(A > 0) * upstream");
    reads("out > 0", "(A > 0) * upstream");
    reads("dA * (Z > 0)", "(Z > 0) * upstream");
    reads("dA1 * (Z1 > 0)", "(Z > 0) * upstream");
    reads("da * (z > 0)", "(Z > 0) * upstream");
    reads("grad_output * (input > 0)", "(Z > 0) * upstream");
    reads("upstream * (Z > 0)", "(Z > 0) * upstream");
    reads("da_next * (Z > 0)", "(Z > 0) * upstream");
    reads("np.dot(W2.T, dZ2) * (Z1 > 0)", "(Z > 0) * upstream");
    reads("W2.T @ dZ2 * (Z1 > 0)", "(Z > 0) * upstream");
    reads("dZ1 = np.dot(W2.T, dZ2) * (np.ones((A1.shape)) * (A1 >= 0))", "(A >= 0) * upstream");
    reads("1 + 2 - 3 * Z / 4", "(3 - 3 * Z / 4) * upstream");
    reads("1 - A**2", "(1 - A**2) * upstream");
    reads("A * (1 - A)", "A * (1 - A) * upstream");
    reads("-Z", "-Z * upstream");
    reads("Z < 0", "(Z < 0) * upstream");
    reads("Z <= 0", "(Z <= 0) * upstream");
    reads("Z == 0", "(Z == 0) * upstream");
    reads("Z != 0", "(Z != 0) * upstream");
    reads("(Z > 0) & (Z < 6)", "((Z > 0) & (Z < 6)) * upstream");
    reads("(Z > 0) | (Z < -6)", "((Z > 0) | (Z < -6)) * upstream");
    reads("~(Z <= 0)", "~(Z <= 0) * upstream");
    reads("not Z <= 0", "~(Z <= 0) * upstream");
    reads("np.where(Z1 > 0, 1, 0)", "(Z > 0) * upstream");
    reads("np.where(Z > 0, 1, 0.01)", "where(Z > 0, 1, 0.01) * upstream");
    reads("np.maximum(Z, 0)", "maximum(Z, 0) * upstream");
    reads("np.minimum(Z, 6)", "minimum(Z, 6) * upstream");
    reads("np.multiply(dA, Z > 0)", "(Z > 0) * upstream");
    reads("np.sign(Z)", "sign(Z) * upstream");
    reads("np.heaviside(Z, 0.5)", "heaviside(Z, 0.5) * upstream");
    reads("np.exp(Z)", "exp(Z) * upstream");
    reads("np.log(Z)", "log(Z) * upstream");
    reads("np.tanh(Z)", "tanh(Z) * upstream");
    reads("1 / np.cosh(Z)**2", "1 / cosh(Z)**2 * upstream");
    reads("np.abs(Z)", "abs(Z) * upstream");
    reads("np.ones(Z.shape)", "upstream");
    reads("np.ones_like(Z) * (Z > 0)", "(Z > 0) * upstream");
    reads("np.zeros((3, 4))", "0 * upstream");
    reads("np.zeros_like(Z)", "0 * upstream");
    reads("np.int64(A > 0)", "(A > 0) * upstream");
    reads("np.float32(A > 0)", "(A > 0) * upstream");
    reads("np.array(A > 0, dtype=float)", "(A > 0) * upstream");
    reads("np.copy(dA) * (Z > 0)", "(Z > 0) * upstream");
    reads("(Z1 > 0).astype(float)", "(Z > 0) * upstream");
    reads("(Z1 > 0).astype(int).copy()", "(Z > 0) * upstream");
    reads("torch.where(x > 0, 1, 0)", "(Z > 0) * upstream");
    reads("(x > 0).float() * grad_output", "(Z > 0) * upstream");
    reads("z > 0 ? 1 : 0", "(Z > 0) * upstream");
    reads("z > 0 && z < 6", "((Z > 0) & (Z < 6)) * upstream");
    reads("z < 0 || z > 6", "((Z < 0) | (Z > 6)) * upstream");
    reads("dZ = np.array(dA, copy=True); dZ[Z <= 0] = 0", "where(Z <= 0, 0, upstream)");
    reads("dZ[Z <= 0] = 0", "where(Z <= 0, 0, upstream)");
    reads("dZ[Z > 0] = 1", "where(Z > 0, 1, upstream)");
    reads("dZ *= (Z > 0)", "(Z > 0) * upstream");
}

static void test_parse__reads_what_is_pasted(void **state)
{
    (void)state;
    reads("def relu_backward(dA, cache):\n"
          "    \"\"\"\n    Backward of a relu unit; Z < 0 is off.\n    \"\"\"\n"
          "    Z = cache\n"
          "    dZ = np.array(dA, copy=True) # just converting\n"
          "    dZ[Z <= 0] = 0\n"
          "    assert (dZ.shape == Z.shape)\n"
          "    return dZ\n",
          "where(Z <= 0, 0, upstream)");
    reads("dA1 = np.dot(W2.T, dZ2)\n"
          "dZ1 = np.multiply(dA1, np.int64(A1 > 0))\n"
          "dW1 = 1. / m * np.dot(dZ1, X.T)\n"
          "db1 = 1. / m * np.sum(dZ1, axis=1, keepdims=True)\n",
          "(A > 0) * upstream");
    reads("static float relu_slope(float z) { return z > 0 ? 1.0f : 0.01f; }",
          "where(Z > 0, 1, 0.01) * upstream");
    reads("delta[i] *= (x[i] > 0);", "(Z > 0) * upstream");
    reads("l.delta[i] *= (l->output[i] > 0) ? 1 : .1;", "where(A > 0, 1, 0.1) * upstream");
    reads("self.dinputs = dvalues.copy(); self.dinputs[self.inputs <= 0] = 0",
          "where(Z <= 0, 0, upstream)");
    reads("grad_input = grad_output.clone()\ngrad_input[input < 0] = 0\nreturn grad_input",
          "where(Z < 0, 0, upstream)");
    reads("dZ = np.zeros_like(dA); dZ[Z > 0] = dA[Z > 0]", "where(Z > 0, upstream, 0)");
    reads("alpha = 0.01; dZ = np.ones_like(Z); dZ[Z < 0] = alpha",
          "where(Z < 0, 0.01, 1) * upstream");
    reads("dZ = dA; dZ[Z < 0] *= 0.01", "where(Z < 0, 0.01 * upstream, upstream)");
    reads("grad_output.masked_fill(input <= 0, 0)", "where(Z <= 0, 0, upstream)");
    reads("drelu = lambda z: np.where(z > 0, 1, 0)", "(Z > 0) * upstream");
    reads("params[\"W2\"].T @ grads['dZ2'] * (cache[\"A1\"] > 0)", "(A > 0) * upstream");
    reads("np.dot(parameters['W' + str(l)].T, dZ) * (cache['A' + str(l)] > 0)",
          "(A > 0) * upstream");
    reads("layers[i].dZ = layers[i].dA * (layers[i].Z > 0)", "(Z > 0) * upstream");
    reads("dZ2.dot(W2) * (A1 > 0)", "(A > 0) * upstream");
    reads("(dZ2 @ W2.T) * (A1 > 0)", "(A > 0) * upstream");
    reads("tf.cast(Z > 0, tf.float32)", "(Z > 0) * upstream");
    reads("(float)(z > 0)", "(Z > 0) * upstream");
    reads("(Z > 0) * 1.0", "(Z > 0) * upstream");
    reads("1 if Z > 0 else 0", "(Z > 0) * upstream");
    reads("np.greater(Z, 0)", "(Z > 0) * upstream");
    reads("Z.clip(0, 1)", "minimum(maximum(Z, 0), 1) * upstream");
    reads("torch.clamp(Z, min=0)", "maximum(Z, 0) * upstream");
    reads("np.clip(Z, None, 1)", "minimum(Z, 1) * upstream");
    reads("sigmoid(Z) * (1 - sigmoid(Z))", "sigmoid(Z) * (1 - sigmoid(Z)) * upstream");
    reads("leaky_relu(Z, 0.2)", "leaky_relu(Z, 0.2) * upstream");
    reads("F.leaky_relu(Z, negative_slope=0.01)", "leaky_relu(Z) * upstream");
    reads("dZ = dA * (\n    Z > 0\n)  # over lines", "(Z > 0) * upstream");
    reads("/* C */ z > 0 /* here too */", "(Z > 0) * upstream");
    reads("(Z > 0) * np.pi", "(Z > 0) * 3.141592653589793 * upstream");
}

static void test_parse__binds_as_python_does(void **state)
{
    (void)state;
    reads("-A**2", "-A**2 * upstream");
    reads("(-A)**2", "(-A)**2 * upstream");
    reads("Z**2**3", "power(Z, 8) * upstream");
    reads("Z**-1", "1 / Z * upstream");
    reads("2 - 3 - Z", "(-1 - Z) * upstream");
    reads("2 - (3 - Z)", "(2 - (3 - Z)) * upstream");
    reads("Z / 2 / 3", "Z / 2 / 3 * upstream");
    reads("Z / (2 / 4)", "Z / 0.5 * upstream");
    reads("not Z > 0 and A > 0", "(~(Z > 0) & (A > 0)) * upstream");
    reads("Z > 0 or Z < -1 and A > 0", "((Z > 0) | (Z < -1) & (A > 0)) * upstream");
    /* a product of comparisons is "and", a sum "or", a difference a number */
    reads("(Z > 0) * (A > 0)", "((Z > 0) & (A > 0)) * upstream");
    reads("(Z > 0) + (A > 0)", "((Z > 0) | (A > 0)) * upstream");
    reads("1 * (Z > 0) + 1 * (A > 0)", "(1 * (Z > 0) + (A > 0)) * upstream");
    reads("(Z > 0) - (Z < 0)", "((Z > 0) - (Z < 0)) * upstream");
}

static void test_parse__says_when_upstream_is_no_factor(void **state)
{
    crs_rule *rule;
    (void)state;
    reads("dZ = dA; dZ = Z > 0", "dZ = upstream; dZ = Z > 0");
    reads("np.maximum(dA, 0) * (Z > 0)", "(Z > 0) * maximum(upstream, 0)");
    assert_int_equal(crs_rule_parse("dA * (Z > 0)", NULL, &rule), CRS_OK);
    assert_int_equal(crs_rule_is_linear(rule), 1);
    crs_rule_destroy(rule);
    assert_int_equal(crs_rule_parse("dZ[Z > 0] = 1", NULL, &rule), CRS_OK);
    assert_int_equal(crs_rule_is_linear(rule), 0);
    crs_rule_destroy(rule);
    assert_int_equal(crs_rule_parse("dZ = dA; dZ = Z > 0", NULL, &rule), CRS_OK);
    assert_int_equal(crs_rule_is_linear(rule), 0);
    crs_rule_destroy(rule);
}

/* A text is refused at `column`, by a sentence that says `what`. */
static void refuses(const char *text, size_t column, const char *what)
{
    crs_error err;
    crs_rule *rule = (crs_rule *)&err;
    if (crs_rule_parse(text, &err, &rule) == CRS_OK)
        fail_msg("%s\n  read as %s", text, crs_rule_read_as(rule));
    assert_null(rule);
    assert_int_equal(err.status, CRS_EPARSE);
    if (err.column != column || strstr(err.text, what) == NULL)
        fail_msg("%s\n  at %zu, not %zu: %s", text, err.column, column, err.text);
    assert_null(strchr(err.text, '\n'));
    if (strstr(err.text, "expected") == NULL)
        fail_msg("%s\n  does not say what was expected: %s", text, err.text);
}

static void test_parse__refuses_with_a_place_and_a_reason(void **state)
{
    (void)state;
    refuses("", 1, "no rule");
    refuses("   # only a comment", 20, "no rule");
    refuses("Z >", 4, "the line ends");
    refuses("Z > 0)", 6, "unexpected ')'");
    refuses("(Z > 0", 7, "expected ')'");
    refuses("Z > 0 0", 7, "unexpected '0'");
    refuses("* Z", 1, "'*' where a value is due");
    refuses("foo > 0", 1, "unknown name 'foo'");
    refuses("Z > 0 * alpha", 9, "unknown name 'alpha'");
    refuses("outputt > 0", 1, "did you mean 'output'");
    refuses("np.were(Z > 0, 1, 0)", 4, "did you mean 'where'");
    refuses("np.convolve(Z)", 4, "unknown function 'convolve'");
    refuses("A_prev > 0", 1, "the layer's input");
    refuses("0 < Z < 6", 7, "(0 < Z) & (Z < 6)");
    refuses("Z > 0 & A > 0", 7, "binds tighter");
    refuses("Z | 1", 3, "'|' between numbers");
    refuses("~Z", 1, "'~' before a number");
    refuses("np.where(Z > 0, 1)", 4, "two arguments");
    refuses("np.exp()", 4, "'exp' with 0 arguments");
    refuses("np.exp(Z, 1)", 4, "'exp' with 2 arguments");
    refuses("np.where(Z > 0, 1, 0", 21, "')'");
    refuses("np.where(Z > 0, 1, 0, out=A)", 23, "unknown keyword 'out'");
    refuses("np.dot(dA, Z > 0)", 4, "matrix product");
    refuses("dA @ (Z > 0)", 4, "matrix product");
    refuses("W2 * (Z > 0)", 1, "'W2' on its own");
    refuses("(Z > 0).T", 9, "'.T'");
    refuses("Z.shape", 3, "'.shape'");
    refuses("Z.foo(1)", 3, "unknown method '.foo'");
    refuses("dZ[Z] = 0", 4, "no comparison");
    refuses("mask[Z > 0] = 1", 1, "no value yet");
    refuses("Z[A > 0]", 2, "picks elements");
    refuses("dZ1 = da_next * (Z2 > 0)", 18, "another layer");
    refuses("(Z1 > 0) * (A2 > 0)", 13, "of layer 2");
    refuses("if Z > 0: dZ = 1", 1, "'if'");
    refuses("for (i = 0; i < n; i++) dz[i] = 1;", 1, "'for'");
    refuses("1.5.2", 4, "goes on");
    refuses("2Z", 2, "goes on");
    refuses("Z > 'a", 5, "does not end");
    refuses("Z $ 0", 3, "unexpected '$'");
    refuses("Z // 2", 3, "'//'");
    refuses("Z \xe2\x89\xa5 0", 3, "not plain ASCII");
    refuses("Z % 2", 3, "'%'");
    refuses("Z ? 1", 6, "expected ':'");
    refuses("Z = ", 5, "the line ends");
    refuses("leaky_relu(Z, A)", 1, "no number");
}

static void test_parse__counts_columns_in_the_line(void **state)
{
    crs_error err;
    crs_rule *rule;
    (void)state;
    assert_int_equal(crs_rule_parse("dZ = dA\ndZ[foo <= 0] = 0", &err, &rule), CRS_EPARSE);
    assert_int_equal(err.line, 2);
    assert_int_equal(err.column, 4);
    assert_int_equal(crs_rule_parse("dZ[foo <= 0] = 0", &err, &rule), CRS_EPARSE);
    assert_int_equal(err.line, 0);
}

static void test_parse__says_in_one_line_what_spans_two(void **state)
{
    crs_error err;
    crs_rule *rule;
    (void)state;
    assert_int_equal(crs_rule_parse("n[\"\"\"a\n4\"-\"\"\"\"\"", &err, &rule), CRS_EPARSE);
    assert_non_null(strstr(err.text, "a 4"));
    assert_null(strchr(err.text, '\n'));
}

/* `count` times a piece of text, between a head and a tail. */
static char *repeat(const char *head, const char *piece, size_t count, const char *tail)
{
    size_t n = strlen(piece);
    char *text = malloc(strlen(head) + n * count + strlen(tail) + 1), *at = text;
    assert_non_null(text);
    at += sprintf(at, "%s", head);
    for (size_t i = 0; i < count; i++, at += n)
        memcpy(at, piece, n);
    (void)sprintf(at, "%s", tail);
    return text;
}

static crs_status status_of(char *text, crs_error *err)
{
    crs_rule *rule;
    crs_status status = crs_rule_parse(text, err, &rule);
    crs_rule_destroy(rule);
    free(text);
    return status;
}

static void test_parse__keeps_its_limits(void **state)
{
    crs_error err;
    (void)state;
    /* depth: brackets, signs, powers, not, ternaries */
    assert_int_equal(status_of(repeat("", "(", 20, "Z))))))))))))))))))))"), &err), CRS_OK);
    assert_int_equal(status_of(repeat("", "(", 500, "Z"), &err), CRS_EPARSE);
    assert_non_null(strstr(err.text, "too deep"));
    assert_int_equal(status_of(repeat("", "-", 500, "Z"), &err), CRS_EPARSE);
    assert_non_null(strstr(err.text, "too deep"));
    assert_int_equal(status_of(repeat("Z", "**Z", 500, ""), &err), CRS_EPARSE);
    assert_non_null(strstr(err.text, "too deep"));
    assert_int_equal(status_of(repeat("", "not ", 500, "Z"), &err), CRS_EPARSE);
    assert_non_null(strstr(err.text, "too deep"));
    assert_int_equal(status_of(repeat("", "Z ? Z : ", 300, "Z"), &err), CRS_EPARSE);
    assert_non_null(strstr(err.text, "too deep"));
    /* length: operators of one level are no depth */
    assert_int_equal(status_of(repeat("Z", " + Z", 200, ""), &err), CRS_OK);
    assert_int_equal(status_of(repeat("Z", "   ", CRS_RULE_MAX_BYTES / 3, ""), &err), CRS_OK);
    assert_int_equal(status_of(repeat("Z", "    ", CRS_RULE_MAX_BYTES / 4, ""), &err), CRS_EPARSE);
    assert_non_null(strstr(err.text, "bytes"));
    /* operations: 300 sums that are all different */
    assert_int_equal(status_of(repeat("Z", " + Z", 300, ""), &err), CRS_EPARSE);
    assert_non_null(strstr(err.text, "operations"));
    /* what doubles with every statement is printed no longer than it is */
    assert_int_equal(status_of(repeat("t = Z; ", "t = t * t + 1;", 60, "t"), &err), CRS_OK);
}

static void test_parse__prints_what_is_shared_once(void **state)
{
    char *text = repeat("t = Z; ", "t = t * t + A;", 60, "t");
    crs_error err;
    crs_rule *rule;
    (void)state;
    assert_int_equal(crs_rule_parse(text, &err, &rule), CRS_OK);
    assert_true(strlen(crs_rule_read_as(rule)) < 3000);
    reads(crs_rule_read_as(rule), crs_rule_read_as(rule));
    crs_rule_destroy(rule);
    free(text);
    /* and what throws the upstream gradient away says so at both ends */
    text = repeat("dA; t = Z; ", "t = t * t + A;", 60, "t");
    assert_int_equal(crs_rule_parse(text, &err, &rule), CRS_OK);
    assert_memory_equal(crs_rule_read_as(rule), "dZ = upstream; t1 = ", 20);
    reads(crs_rule_read_as(rule), crs_rule_read_as(rule));
    crs_rule_destroy(rule);
    free(text);
}

static void test_parse__refuses_null(void **state)
{
    crs_error err;
    crs_rule *rule;
    (void)state;
    assert_int_equal(crs_rule_parse(NULL, &err, &rule), CRS_EINVAL);
    assert_int_equal(crs_rule_parse("Z", &err, NULL), CRS_EINVAL);
    assert_int_equal(crs_rule_parse("foo", NULL, &rule), CRS_EPARSE);
    crs_rule_destroy(NULL);
}

/* Every allocation fails once; nothing leaks (which the sanitizers see) and nothing breaks. */
static void test_parse__survives_want_of_memory(void **state)
{
    static const char *const texts[] = {
        "dZ1 = np.dot(W2.T, dZ2) * (np.ones((A1.shape)) * (A1 >= 0))",
        "t = Z; t = t * t + A; t = t * t + A; t = t * t + A; dZ = dA; dZ[t > 0] = sigmoid(t)",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        crs_status status = CRS_ENOMEM;
        size_t n;
        for (n = 1; status == CRS_ENOMEM; n++) {
            crs_error err;
            crs_rule *rule;
            crs__alloc_fail_at(n);
            status = crs_rule_parse(texts[i], &err, &rule);
            crs__alloc_fail_at(0);
            if (status == CRS_ENOMEM) {
                assert_null(rule);
                assert_int_equal(err.status, CRS_ENOMEM);
            } else {
                crs_rule_destroy(rule);
            }
        }
        assert_int_equal(status, CRS_OK);
        assert_true(n > 10);
    }
}

/* ---- random texts ---- */

static const char *const pieces[] = {
    "Z",        "A",         "dA",
    "dZ",       "dZ[",       "]",
    "(",        ")",         "0",
    "1",        "2.5",       " > ",
    " >= ",     " < ",       " == ",
    " != ",     " + ",       " - ",
    " * ",      " / ",       "**",
    " & ",      " | ",       "~",
    "not ",     " and ",     " or ",
    " ? ",      " : ",       " = ",
    " *= ",     "; ",        "\n",
    "np.",      "where",     "exp",
    "(Z, A)",   ", ",        ".",
    "astype",   "float",     "W2",
    ".T",       " @ ",       "dot",
    "return ",  "def f(x):", "if ",
    " else ",   "1e999",     "np.where(Z > 0, ",
    "sigmoid(", "'",         "\"",
    "[i]",      "lambda z:", "#",
    "/*",       "{",         "}",
};

static void parse_and_use(const char *text)
{
    static const float z[3] = {-1, 0, 2}, a[3] = {0, 0, 2}, upstream[3] = {1, 2, 3};
    crs_error err;
    crs_rule *rule, *again;
    float out[3];
    if (crs_rule_parse(text, &err, &rule) != CRS_OK) {
        assert_null(rule);
        assert_true(err.column <= strlen(text) + 1);
        assert_null(strchr(err.text, '\n'));
        return;
    }
    crs_rule_eval_f32(rule, 3, z, a, upstream, out);
    if (crs_rule_parse(crs_rule_read_as(rule), &err, &again) != CRS_OK)
        fail_msg("seed %llu: '%s' is read as '%s', which is refused at %zu: %s",
                 (unsigned long long)SEED, text, crs_rule_read_as(rule), err.column, err.text);
    if (strcmp(crs_rule_read_as(rule), crs_rule_read_as(again)) != 0)
        fail_msg("seed %llu: '%s' is read as '%s', and that as '%s'", (unsigned long long)SEED,
                 text, crs_rule_read_as(rule), crs_rule_read_as(again));
    crs_rule_destroy(again);
    crs_rule_destroy(rule);
}

static void test_parse__survives_random_texts(void **state)
{
    uint64_t random = SEED;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char text[400] = "";
        size_t n = 1 + random_below(&random, 24), at = 0;
        for (size_t i = 0; i < n; i++) {
            const char *piece = pieces[random_below(&random, sizeof pieces / sizeof *pieces)];
            if (random_below(&random, 40) == 0) /* any byte at all */
                text[at++] = (char)(1 + random_below(&random, 255));
            else
                at += (size_t)sprintf(text + at, "%s", piece);
        }
        text[at] = '\0';
        parse_and_use(text);
    }
}

/* Rules with one byte changed, dropped or doubled. */
static void test_parse__survives_mutated_rules(void **state)
{
    static const char *const texts[] = {
        "dZ1 = np.dot(W2.T, dZ2) * (np.ones((A1.shape)) * (A1 >= 0))",
        "dZ = np.array(dA, copy=True); dZ[Z <= 0] = 0",
        "z > 0 && z < 6 ? 1.0f : 0.0f",
        "np.where((Z > -3) & (Z < 3), 1 / 6, 0) * dA[i]",
        "def f(dA, cache):\n  Z = cache\n  return dA * (1 - np.tanh(Z)**2)",
    };
    uint64_t random = SEED;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        const char *from = texts[random_below(&random, sizeof texts / sizeof *texts)];
        size_t n = strlen(from), at = random_below(&random, n), how = random_below(&random, 3);
        char text[200];
        memcpy(text, from, n + 1);
        if (how == 0)
            text[at] = (char)(32 + random_below(&random, 95));
        else if (how == 1)
            memmove(text + at, text + at + 1, n - at);
        else
            memmove(text + at + 1, text + at, n - at + 1);
        parse_and_use(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse__reads_the_forms_of_the_design),
        cmocka_unit_test(test_parse__reads_what_is_pasted),
        cmocka_unit_test(test_parse__binds_as_python_does),
        cmocka_unit_test(test_parse__says_when_upstream_is_no_factor),
        cmocka_unit_test(test_parse__refuses_with_a_place_and_a_reason),
        cmocka_unit_test(test_parse__counts_columns_in_the_line),
        cmocka_unit_test(test_parse__says_in_one_line_what_spans_two),
        cmocka_unit_test(test_parse__keeps_its_limits),
        cmocka_unit_test(test_parse__prints_what_is_shared_once),
        cmocka_unit_test(test_parse__refuses_null),
        cmocka_unit_test(test_parse__survives_want_of_memory),
        cmocka_unit_test(test_parse__survives_random_texts),
        cmocka_unit_test(test_parse__survives_mutated_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
