/*
 * Rules that are steps: found where they are, refused where they are not, and, for those that
 * are found, the step is what the rule computes.
 */
#include "cmocka_all.h"

#include <crease/rule.h>

#include <float.h>
#include <math.h>

static crs_rule *parse(const char *text)
{
    crs_rule *rule;
    crs_error err;
    if (crs_rule_parse(text, &err, &rule) != CRS_OK)
        fail_msg("%s: %s", text, err.text);
    return rule;
}

/* The step and the rule itself on both sides of the place, at it, and far away. */
static void agree(const char *text, const crs_rule *rule, const crs_step_rule *step)
{
    const double near = step->at;
    const double at[] = {-1e30,    -3,
                         near - 1, nextafter(near, -INFINITY),
                         near,     nextafter(near, INFINITY),
                         near + 1, 7,
                         1e30,     -0.0,
                         0.0,      -DBL_MIN,
                         DBL_MIN,  0.5};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        /* the other array holds what would give a wrong answer */
        double other = at[i] > near ? near - 2 : near + 2, up = 0.7, dz;
        double source = at[i], z = step->of_a ? other : source, a = step->of_a ? source : other;
        int high = step->strict ? source > step->at : source >= step->at;
        crs_rule_eval_f64(rule, 1, &z, &a, &up, &dz);
        if (!(dz == up * (high ? step->above : step->below)))
            fail_msg("%s at %a: %g, by the step %g", text, source, dz,
                     up * (high ? step->above : step->below));
    }
}

static void test_step__found(void **unused)
{
    static const char *const texts[] = {
        "A > 0",
        "A >= 0",
        "Z > 0",
        "Z >= 0",
        "0 < Z",
        "Z < 0",
        "Z <= 0",
        "A < 0.5",
        "1",
        "dA",
        "0.5 * dA",
        "-dA",
        "dA * (Z > 0)",
        "(Z > 0) * dA",
        "dA * np.where(Z > 0, 1, 0.01)",
        "np.where(Z > 0, dA, 0)",
        "np.where(A <= 0, 0, dA)",
        "np.where(Z > 0, dA, 0.01 * dA)",
        "dZ = np.array(dA, copy=True); dZ[Z <= 0] = 0",
        "dZ = dA.copy(); dZ[A < 0] = 0",
        "np.heaviside(Z, 0)",
        "np.heaviside(Z, 1)",
        "np.int64(A > 0)",
        "~(Z <= 0)",
        "(Z > 0) & (Z >= 0)",
        "Z > 0.25",
        "dA if Z > 0 else 0",
    };
    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        crs_rule *rule = parse(texts[i]);
        crs_backward_rule backward;
        crs_rule_backward(rule, &backward);
        if (backward.step == NULL)
            fail_msg("%s is not told as a step", texts[i]);
        agree(texts[i], rule, backward.step);
        crs_rule_destroy(rule);
    }
}

static void test_step__refused(void **unused)
{
    static const char *const texts[] = {
        "1 - A**2",
        "A * (1 - A)",
        "Z",
        "A",
        "(Z > 0) & (Z < 6)",
        "np.heaviside(Z, 0.5)",
        "np.sign(Z)",
        "(Z > 0) * (A > 1)",
        "np.where(Z > 0, 1, Z)",
        "dA + (Z > 0)",
        "np.exp(Z) > 1",
        "Z == 0",
        "Z != 0",
        "np.where(Z > 0, 1, dA)",
        "(Z > 0) * dA * dA",
        "dA > 0",
        "Z > A",
        "Z > np.pi",
        "np.where(Z > np.nan, 1, 0)",
    };
    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        crs_rule *rule = parse(texts[i]);
        crs_backward_rule backward;
        crs_rule_backward(rule, &backward);
        if (backward.step != NULL)
            fail_msg("%s is told as a step: at %g, %g and %g", texts[i], backward.step->at,
                     backward.step->above, backward.step->below);
        crs_rule_destroy(rule);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_step__found),
        cmocka_unit_test(test_step__refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
