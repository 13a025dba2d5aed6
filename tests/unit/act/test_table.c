/* The table of activations: names, kinks, chosen values and the special numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <crease/act.h>

#include <float.h>
#include <math.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static crs_act parsed(const char *text)
{
    crs_act act;
    crs_error err = {CRS_OK, 0, 0, ""};
    if (crs_act_parse(text, &err, &act) != CRS_OK)
        fail_msg("\"%s\": %s", text, err.text);
    return act;
}

/* ---- text ---- */

static void test_parse__knows_every_name_and_alias(void **state)
{
    static const struct {
        const char *alias;
        crs_act_id id;
    } aliases[] = {
        {"prelu", CRS_ACT_LEAKY_RELU},         {"swish", CRS_ACT_SILU},
        {"identity", CRS_ACT_LINEAR},          {"logistic", CRS_ACT_SIGMOID},
        {"hardsigmoid", CRS_ACT_HARD_SIGMOID}, {"hardswish", CRS_ACT_HARD_SWISH},
        {"gelu_tanh", CRS_ACT_GELU_TANH},      {"relu6", CRS_ACT_RELU6},
    };
    (void)state;
    for (int id = 0; id < CRS_ACT_COUNT; id++) {
        crs_act got, act = parsed(crs_act_name((crs_act_id)id));
        assert_int_equal(act.id, id);
        crs_act_get((crs_act_id)id, &got);
        assert_memory_equal(&got, &act, sizeof act);
        assert_true(strlen(crs_act_formula((crs_act_id)id)) > 0);
        assert_true(strlen(crs_act_rule_text((crs_act_id)id)) > 0);
        assert_null(strchr(crs_act_formula((crs_act_id)id), '\n'));
        assert_null(strchr(crs_act_rule_text((crs_act_id)id), '\n'));
    }
    for (size_t i = 0; i < COUNT(aliases); i++)
        assert_int_equal(parsed(aliases[i].alias).id, aliases[i].id);
    assert_string_equal(crs_act_rule_text(CRS_ACT_RELU), "Z > 0");
    assert_string_equal(crs_act_formula(CRS_ACT_RELU), "max(0, z)");
}

static void test_parse__reads_parameters(void **state)
{
    (void)state;
    assert_true(parsed("leaky_relu").param == 0.01);
    assert_true(parsed("leaky_relu:0.1").param == 0.1);
    assert_true(parsed("prelu:-1.5").param == -1.5);
    assert_true(parsed("leaky_relu:+2e-3").param == 2e-3);
    assert_true(parsed("leaky_relu:.5").param == 0.5);
    assert_true(parsed("elu").param == 1);
    assert_true(parsed("elu:0").param == 0);
    assert_true(parsed("relu").param == 0);
}

static void test_parse__refuses_with_a_reason(void **state)
{
    static const struct {
        const char *text;
        crs_status status;
        size_t column;
        const char *says;
    } bad[] = {
        {"step", CRS_ENOENT, 0, "g itself jumps at 0"},
        {"threshold", CRS_ENOENT, 0, "g itself jumps at 0"},
        {"heaviside", CRS_ENOENT, 0, "g itself jumps at 0"},
        {"ReLU", CRS_ENOENT, 0, "did you mean \"relu\"?"},
        {"LeakyReLU", CRS_ENOENT, 0, "did you mean \"leaky_relu\"?"},
        {"gelu_tahn", CRS_ENOENT, 0, "did you mean \"gelu_tanh\"?"},
        {"step:3", CRS_ENOENT, 0, "g itself jumps at 0"},
        {"maxout", CRS_ENOENT, 0, "expected one of: linear relu leaky_relu"},
        {"maxout", CRS_ENOENT, 0, "gelu_tanh silu mish"}, /* the list is whole */
        {"max\nout", CRS_ENOENT, 0, "\"max\""},           /* and the text one line */
        {"elu:1\n", CRS_EPARSE, 5, "\"1\" of elu"},
        {"", CRS_ENOENT, 0, "expected one of"},
        {":1", CRS_ENOENT, 0, "expected one of"},
        {"relu ", CRS_ENOENT, 0, "did you mean \"relu\"?"},
        {"a_name_that_is_much_longer_than_any_activation_ever_was", CRS_ENOENT, 0,
         "expected one of"},
        {"relu:1", CRS_EPARSE, 6, "relu takes no parameter"},
        {"tanh:", CRS_EPARSE, 6, "tanh takes no parameter"},
        {"leaky_relu:", CRS_EPARSE, 12, "no finite number"},
        {"leaky_relu:x", CRS_EPARSE, 12, "\"x\" of leaky_relu"},
        {"leaky_relu: 1", CRS_EPARSE, 12, "no finite number"},
        {"leaky_relu:0.1x", CRS_EPARSE, 12, "no finite number"},
        {"leaky_relu:0.1:2", CRS_EPARSE, 12, "no finite number"},
        {"elu:inf", CRS_EPARSE, 5, "no finite number"},
        {"elu:-inf", CRS_EPARSE, 5, "no finite number"},
        {"elu:nan", CRS_EPARSE, 5, "no finite number"},
        {"elu:1e39", CRS_EPARSE, 5, "no finite number"}, /* is none in float32 */
        {"elu:1e400", CRS_EPARSE, 5, "no finite number"},
    };
    crs_act zero;

    (void)state;
    memset(&zero, 0, sizeof zero);
    for (size_t i = 0; i < COUNT(bad); i++) {
        crs_act act = parsed("hardtanh");
        crs_error err;
        assert_int_equal(crs_act_parse(bad[i].text, &err, &act), bad[i].status);
        assert_int_equal(err.status, bad[i].status);
        assert_int_equal(err.column, bad[i].column);
        assert_null(strchr(err.text, '\n'));
        if (strstr(err.text, bad[i].says) == NULL)
            fail_msg("\"%s\" is refused with \"%s\"", bad[i].text, err.text);
        assert_memory_equal(&act, &zero, sizeof act);
        assert_int_equal(crs_act_parse(bad[i].text, NULL, &act), bad[i].status);
    }
}

static void test_format__is_read_back_as_it_was(void **state)
{
    static const double params[] = {0.01,    0.1,     1,    0,         -0.0,
                                    1.0 / 3, -2.5e-7, 1e30, 0x1p-1074, FLT_MAX};
    char text[64];

    (void)state;
    for (int id = 0; id < CRS_ACT_COUNT; id++) {
        crs_act act, again;
        crs_act_get((crs_act_id)id, &act);
        crs_act_format(&act, text, sizeof text);
        again = parsed(text);
        assert_memory_equal(&act, &again, sizeof act);
    }
    for (size_t i = 0; i < COUNT(params); i++) {
        crs_act act = parsed("leaky_relu");
        act.param = params[i];
        crs_act_format(&act, text, sizeof text);
        act = parsed(text);
        assert_memory_equal(&act.param, &params[i], sizeof params[i]);
    }
}

static void test_format__is_short_and_always_terminated(void **state)
{
    crs_act act = parsed("prelu:0.10");
    char text[8] = "XXXXXXX";
    char whole[32];

    (void)state;
    crs_act_format(&act, whole, sizeof whole);
    assert_string_equal(whole, "leaky_relu:0.1");
    crs_act_format(&act, text, sizeof text);
    assert_string_equal(text, "leaky_r");
    act = parsed("relu");
    crs_act_format(&act, whole, sizeof whole);
    assert_string_equal(whole, "relu");
}

static void test_id__that_is_none_has_no_row(void **state)
{
    static const int none[] = {-1, CRS_ACT_COUNT, 1000};
    (void)state;
    for (size_t i = 0; i < COUNT(none); i++) {
        crs_act_id id = (crs_act_id)none[i];
        crs_act_bounds bounds;
        assert_null(crs_act_name(id));
        assert_null(crs_act_formula(id));
        assert_null(crs_act_rule_text(id));
        assert_false(crs_act_is_piecewise_linear(id));
        crs_act_error_bounds(id, &bounds);
        assert_true(bounds.value_f64 == 0 && bounds.slope_f64 == 0);
    }
}

/* ---- kinks ---- */

/* derivatives.md, section 1; hard_swish from (2 z + 3) / 6 at its kinks. */
static const struct {
    const char *act;
    size_t n;
    crs_kink kink[CRS_ACT_MAX_KINKS];
} kinks[] = {
    {"linear", 0, {{0, 0, 0, 0}}},
    {"relu", 1, {{0, 0, 1, 0}}},
    {"leaky_relu", 1, {{0, 0.01, 1, 0.01}}},
    {"leaky_relu:-0.5", 1, {{0, -0.5, 1, -0.5}}},
    {"leaky_relu:3", 1, {{0, 3, 1, 3}}},
    {"leaky_relu:1", 0, {{0, 0, 0, 0}}},
    {"relu6", 2, {{0, 0, 1, 0}, {6, 1, 0, 0}}},
    {"hardtanh", 2, {{-1, 0, 1, 0}, {1, 1, 0, 0}}},
    {"abs", 1, {{0, -1, 1, 0}}},
    {"hard_sigmoid", 2, {{-3, 0, 1.0 / 6, 0}, {3, 1.0 / 6, 0, 0}}},
    {"hard_swish", 2, {{-3, 0, -0.5, 0}, {3, 1.5, 1, 1}}},
    {"elu", 0, {{0, 0, 0, 0}}},
    {"elu:0.5", 1, {{0, 0.5, 1, 0.5}}},
    {"elu:-2", 1, {{0, -2, 1, -2}}},
    {"selu", 1, {{0, 1.7580993408473768599, 1.0507009873554804934, 1.7580993408473768599}}},
    {"softplus", 0, {{0, 0, 0, 0}}},
    {"sigmoid", 0, {{0, 0, 0, 0}}},
    {"tanh", 0, {{0, 0, 0, 0}}},
    {"gelu", 0, {{0, 0, 0, 0}}},
    {"gelu_tanh", 0, {{0, 0, 0, 0}}},
    {"silu", 0, {{0, 0, 0, 0}}},
    {"mish", 0, {{0, 0, 0, 0}}},
};

static void test_kinks__are_as_the_design_says(void **state)
{
    int seen[CRS_ACT_COUNT] = {0};
    (void)state;
    for (size_t i = 0; i < COUNT(kinks); i++) {
        crs_act act = parsed(kinks[i].act);
        seen[act.id] = 1;
        assert_int_equal(act.n_kinks, kinks[i].n);
        assert_memory_equal(act.kink, kinks[i].kink, kinks[i].n * sizeof(crs_kink));
    }
    for (int id = 0; id < CRS_ACT_COUNT; id++)
        assert_true(seen[id]);
}

/* The slope is the chosen value on the kink, and the one-sided slope next to it. */
static void test_kinks__hold_the_chosen_value_there_only(void **state)
{
    static const double chosen[] = {0.5, 2, -7};
    (void)state;
    for (size_t i = 0; i < COUNT(kinks); i++) {
        crs_act act = parsed(kinks[i].act);
        for (size_t k = 0; k < act.n_kinks; k++) {
            crs_kink *kink = &act.kink[k];
            double z = kink->z;
            assert_true(crs_act_slope_f64(&act, z) == kink->value);
            assert_true(crs_act_slope_f32(&act, (float)z) == (float)kink->value);
            for (size_t c = 0; c < COUNT(chosen); c++) {
                kink->value = chosen[c];
                assert_true(crs_act_slope_f64(&act, z) == chosen[c]);
                assert_true(crs_act_slope_f32(&act, (float)z) == (float)chosen[c]);
                if (z == 0) {
                    assert_true(crs_act_slope_f64(&act, -z) == chosen[c]);
                    assert_true(crs_act_slope_f32(&act, (float)-z) == (float)chosen[c]);
                }
            }
            /* hard_swish' moves by eps * 3 / 3 within the step */
            assert_true(fabs(crs_act_slope_f64(&act, nextafter(z, -10)) - kink->left) < 1e-15);
            assert_true(fabs(crs_act_slope_f64(&act, nextafter(z, 10)) - kink->right) < 1e-15);
            assert_true(fabsf(crs_act_slope_f32(&act, nextafterf((float)z, -10)) -
                              (float)kink->left) < 1e-6F);
            assert_true(fabsf(crs_act_slope_f32(&act, nextafterf((float)z, 10)) -
                              (float)kink->right) < 1e-6F);
        }
    }
}

/* At the zero of a row whose kink has gone, the slope is that of both sides. */
static void test_kinks__of_equal_slopes_are_none(void **state)
{
    crs_act leaky = parsed("leaky_relu:1"), elu = parsed("elu:1");
    (void)state;
    assert_true(crs_act_slope_f64(&leaky, 0) == 1 && crs_act_slope_f64(&leaky, -0.0) == 1);
    assert_true(crs_act_slope_f32(&leaky, 0) == 1 && crs_act_slope_f32(&leaky, -0.0F) == 1);
    assert_true(crs_act_slope_f64(&elu, 0) == 1 && crs_act_slope_f64(&elu, -0.0) == 1);
}

/*
 * One-sided slopes found from g alone. With |g''| at most 2 next to every kink (selu
 * has 1.76), the difference quotient is within h of the slope, and g, below 6, is
 * rounded to 1e-15: 1e-15 / h is 1e-9.
 */
static void test_kinks__slopes_are_those_of_g(void **state)
{
    const double h = 0x1p-20, tolerance = h + 2e-9;
    (void)state;
    for (size_t i = 0; i < COUNT(kinks); i++) {
        crs_act act = parsed(kinks[i].act);
        for (size_t k = 0; k < act.n_kinks; k++) {
            double z = act.kink[k].z, at = crs_act_value_f64(&act, z);
            double left = (at - crs_act_value_f64(&act, z - h)) / h;
            double right = (crs_act_value_f64(&act, z + h) - at) / h;
            assert_true(fabs(left - act.kink[k].left) <= tolerance);
            assert_true(fabs(right - act.kink[k].right) <= tolerance);
            assert_true(fabs(left - right) > 1e-3); /* it is a kink */
        }
    }
}

/*
 * g' from g by central differences, away from the kinks: |g'''| is at most 8 (elu:-2,
 * selu and mish below 3), so h^2 |g'''| / 6 < 2e-10; rounding of g below 12 ulp of 20.
 */
static void test_slope__is_the_derivative_of_the_value(void **state)
{
    const double h = 0x1p-17;
    (void)state;
    for (size_t i = 0; i < COUNT(kinks); i++) {
        crs_act act = parsed(kinks[i].act);
        for (double z = -20.03; z < 20; z += 0.0625) { /* no kink within h */
            double slope =
                (crs_act_value_f64(&act, z + h) - crs_act_value_f64(&act, z - h)) / (2 * h);
            if (fabs(slope - crs_act_slope_f64(&act, z)) > 5e-9)
                fail_msg("%s at %g: %.12g from g, %.12g from g'", kinks[i].act, z, slope,
                         crs_act_slope_f64(&act, z));
        }
    }
}

/* ---- special numbers ---- */

static void test_nan__gives_nan(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(kinks); i++) {
        crs_act act = parsed(kinks[i].act);
        assert_true(isnan(crs_act_value_f32(&act, NAN)));
        assert_true(isnan(crs_act_value_f64(&act, (double)NAN)));
        assert_true(isnan(crs_act_slope_f32(&act, NAN)));
        assert_true(isnan(crs_act_slope_f64(&act, (double)NAN)));
        assert_true(isnan(crs_act_value_f32(&act, -NAN)));
        assert_true(isnan(crs_act_slope_f32(&act, -NAN)));
    }
}

static void test_infinity__gives_the_limits(void **state)
{
    const double inf = (double)INFINITY;
    const struct {
        const char *act;
        double value_left, value_right, slope_left, slope_right;
    } limits[] = {
        {"linear", -inf, inf, 1, 1},
        {"relu", 0, inf, 0, 1},
        {"leaky_relu:0.25", -inf, inf, 0.25, 1},
        {"leaky_relu:-0.25", inf, inf, -0.25, 1},
        {"relu6", 0, 6, 0, 0},
        {"hardtanh", -1, 1, 0, 0},
        {"abs", inf, inf, -1, 1},
        {"hard_sigmoid", 0, 1, 0, 0},
        {"hard_swish", 0, inf, 0, 1},
        {"elu", -1, inf, 0, 1},
        {"elu:0", 0, inf, 0, 1},
        {"elu:-2", 2, inf, 0, 1},
        {"selu", -1.7580993408473768599, inf, 0, 1.0507009873554804934},
        {"softplus", 0, inf, 0, 1},
        {"sigmoid", 0, 1, 0, 0},
        {"tanh", -1, 1, 0, 0},
        {"gelu", 0, inf, 0, 1},
        {"gelu_tanh", 0, inf, 0, 1},
        {"silu", 0, inf, 0, 1},
        {"mish", 0, inf, 0, 1},
    };
    int seen[CRS_ACT_COUNT] = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(limits); i++) {
        crs_act act = parsed(limits[i].act);
        seen[act.id] = 1;
        assert_true(crs_act_value_f64(&act, -inf) == limits[i].value_left);
        assert_true(crs_act_value_f64(&act, inf) == limits[i].value_right);
        assert_true(crs_act_slope_f64(&act, -inf) == limits[i].slope_left);
        assert_true(crs_act_slope_f64(&act, inf) == limits[i].slope_right);
        assert_true(crs_act_value_f32(&act, -INFINITY) == (float)limits[i].value_left);
        assert_true(crs_act_value_f32(&act, INFINITY) == (float)limits[i].value_right);
        assert_true(crs_act_slope_f32(&act, -INFINITY) == (float)limits[i].slope_left);
        assert_true(crs_act_slope_f32(&act, INFINITY) == (float)limits[i].slope_right);
    }
    for (int id = 0; id < CRS_ACT_COUNT; id++)
        assert_true(seen[id]);
}

/*
 * No step on the way overflows: finite in, finite out, slopes within [-2, 3]. The two
 * largest exponents are left out: there 3 z itself (leaky_relu:3) is no number.
 */
static void test_large_numbers__do_no_harm(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(kinks); i++) {
        crs_act act = parsed(kinks[i].act);
        for (int e = -1074; e < 1022; e++) {
            for (int sign = -1; sign <= 1; sign += 2) {
                double z = sign * ldexp(1, e), slope = crs_act_slope_f64(&act, z);
                assert_true(isfinite(crs_act_value_f64(&act, z)));
                assert_true(slope >= -2 && slope <= 3);
                if (e < 126 && e >= -149) {
                    float slope_f32 = crs_act_slope_f32(&act, (float)z);
                    assert_true(isfinite(crs_act_value_f32(&act, (float)z)));
                    assert_true(slope_f32 >= -2 && slope_f32 <= 3);
                }
            }
        }
    }
}

/* z < 0 ? 0 : z keeps the sign of a zero, and so do the other odd-looking ones at 0. */
static void test_zeros__keep_their_sign(void **state)
{
    static const char *const keeps[] = {"linear",   "relu", "leaky_relu", "relu6",
                                        "hardtanh", "elu",  "selu",       "tanh",
                                        "gelu",     "silu", "mish",       "gelu_tanh"};
    crs_act act;

    (void)state;
    for (size_t i = 0; i < COUNT(keeps); i++) {
        act = parsed(keeps[i]);
        assert_true(crs_act_value_f64(&act, 0) == 0 && !signbit(crs_act_value_f64(&act, 0)));
        assert_true(crs_act_value_f64(&act, -0.0) == 0 && signbit(crs_act_value_f64(&act, -0.0)));
        assert_true(!signbit(crs_act_value_f32(&act, 0)));
        assert_true(signbit(crs_act_value_f32(&act, -0.0F)));
    }
    act = parsed("abs");
    assert_true(!signbit(crs_act_value_f64(&act, -0.0)) &&
                !signbit(crs_act_value_f32(&act, -0.0F)));
    act = parsed("relu");
    assert_true(!signbit(crs_act_value_f64(&act, -1)) && !signbit(crs_act_value_f32(&act, -1)));
}

/* The smallest numbers are on one side of the kink or the other, never on it. */
static void test_subnormals__are_not_zero(void **state)
{
    const double tiny = 0x1p-1074;
    const float tiny_f32 = 0x1p-149F;
    crs_act relu = parsed("relu"), abs_ = parsed("abs"), act;

    (void)state;
    assert_true(crs_act_value_f64(&relu, tiny) == tiny && crs_act_value_f64(&relu, -tiny) == 0);
    assert_true(crs_act_slope_f64(&relu, tiny) == 1 && crs_act_slope_f64(&relu, -tiny) == 0);
    assert_true(crs_act_value_f32(&relu, tiny_f32) == tiny_f32);
    assert_true(crs_act_slope_f32(&relu, tiny_f32) == 1 &&
                crs_act_slope_f32(&relu, -tiny_f32) == 0);
    assert_true(crs_act_value_f64(&abs_, -tiny) == tiny);
    assert_true(crs_act_slope_f64(&abs_, -tiny) == -1 && crs_act_slope_f64(&abs_, tiny) == 1);
    act = parsed("tanh");
    assert_true(crs_act_value_f64(&act, -tiny) == -tiny && crs_act_slope_f64(&act, -tiny) == 1);
    act = parsed("sigmoid");
    assert_true(crs_act_value_f64(&act, -744) > 0); /* a subnormal, not 0 */
    act = parsed("tanh");
    assert_true(crs_act_slope_f64(&act, 300) > 0); /* where 1 - tanh(z)^2 has long been 0 */
}

/* The parameter of leaky_relu is rounded to float once, then it is a single product. */
static void test_leaky_relu__is_one_product(void **state)
{
    crs_act act = parsed("leaky_relu:0.1");
    (void)state;
    for (float z = -1e30F; z < -1e-30F; z *= 0.37F) {
        assert_true(crs_act_value_f32(&act, z) == 0.1F * z);
        assert_true(crs_act_value_f64(&act, (double)z) == 0.1 * (double)z);
    }
    assert_true(crs_act_slope_f32(&act, -1) == 0.1F);
}

/* The derivative as a rule has the activation's own parameter, in as few digits as do. */
static void test_format_rule__has_the_parameter(void **state)
{
    static const char *const rows[][2] = {
        {"relu", "Z > 0"},
        {"leaky_relu:0.1", "np.where(Z > 0, 1, 0.1)"},
        {"elu", "np.where(Z > 0, 1, np.exp(Z))"},
        {"elu:0.3", "np.where(Z > 0, 1, 0.3 * np.exp(Z))"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[160];
        crs_act act;
        assert_int_equal(crs_act_parse(rows[i][0], NULL, &act), CRS_OK);
        crs_act_format_rule(&act, text, sizeof text);
        assert_string_equal(text, rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse__knows_every_name_and_alias),
        cmocka_unit_test(test_parse__reads_parameters),
        cmocka_unit_test(test_parse__refuses_with_a_reason),
        cmocka_unit_test(test_format__is_read_back_as_it_was),
        cmocka_unit_test(test_format__is_short_and_always_terminated),
        cmocka_unit_test(test_id__that_is_none_has_no_row),
        cmocka_unit_test(test_kinks__are_as_the_design_says),
        cmocka_unit_test(test_kinks__hold_the_chosen_value_there_only),
        cmocka_unit_test(test_kinks__of_equal_slopes_are_none),
        cmocka_unit_test(test_kinks__slopes_are_those_of_g),
        cmocka_unit_test(test_slope__is_the_derivative_of_the_value),
        cmocka_unit_test(test_nan__gives_nan),
        cmocka_unit_test(test_infinity__gives_the_limits),
        cmocka_unit_test(test_large_numbers__do_no_harm),
        cmocka_unit_test(test_zeros__keep_their_sign),
        cmocka_unit_test(test_subnormals__are_not_zero),
        cmocka_unit_test(test_leaky_relu__is_one_product),
        cmocka_unit_test(test_format_rule__has_the_parameter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
