#include "check/explain.h"

#include "core/memory.h"
#include "core/text.h"

#include <crease/format.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static void put_count(crs__text *text, uint64_t count)
{
    char digits[CRS_FORMAT_COUNT_BYTES];
    crs_format_count(count, digits, sizeof digits);
    crs__text_append(text, "%s", digits);
}

static void put_name(const crs__plan *plan, crs__text *text)
{
    char name[48];
    crs_act_format(plan->act, name, sizeof name);
    crs__text_append(text, "%s", name);
}

static void put_number(double value, crs__text *text)
{
    if (isnan(value))
        crs__text_append(text, "no number (NaN)");
    else
        crs__text_append(text, "%.6g", value);
}

static void put_right_rule(const crs__plan *plan, crs__text *text)
{
    char rule[160];
    crs_act_format_rule(plan->act, rule, sizeof rule);
    crs__text_append(text, "%s", rule);
}

/* What to write: short forms that the sweep has found right, `most` of them, or the table's. */
static void put_advice(const crs__plan *plan, int most, crs__text *text)
{
    static const char *const liked[] = {"A > 0", "Z > 0"};
    int n = 0;
    for (size_t i = 0; i < sizeof liked / sizeof *liked; i++) {
        for (size_t k = 0; k < plan->n_facts && n < most; k++) {
            const crs__fact *fact = &plan->facts[k];
            if (fact->kind != CRS__FACT_RIGHT || !fact->holds || strcmp(fact->text, liked[i]) != 0)
                continue;
            crs__text_append(text, "%s%s", n++ == 0 ? "" : " or ", fact->text);
        }
    }
    if (n == 0)
        put_right_rule(plan, text);
}

static void put_kink_values(const crs_rulecheck_kink *kink, crs__text *text)
{
    put_number(kink->value, text);
    if (kink->value_minus_zero != kink->value && !isnan(kink->value)) {
        crs__text_append(text, " (at -0: ");
        put_number(kink->value_minus_zero, text);
        crs__text_append(text, ")");
    }
}

static void explain_derivative(const crs__plan *plan, const crs_rulecheck *check, crs__text *text)
{
    crs__text_append(text, "Right: it is the derivative of ");
    put_name(plan, text);
    crs__text_append(text,
                     check->dtype == CRS_F32 ? " at every float32 input%s%s."
                                             : " at every float64 input tried%s%s.",
                     check->n_kinks > 0 ? " away from the kinks" : "",
                     plan->piecewise ? "" : ", within the rounding that it cannot avoid");
    for (size_t k = 0; k < check->n_kinks; k++) {
        const crs_rulecheck_kink *kink = &check->kink[k];
        crs__text_append(text, " At the kink Z = %g it gives ", kink->z);
        put_kink_values(kink, text);
        crs__text_append(text, "; any value between the slopes %g and %g is right there.",
                         kink->left, kink->right);
    }
}

static void explain_kink_outside(const crs__plan *plan, const crs_rulecheck *check, crs__text *text)
{
    int no_number = 0;
    crs__text_append(text, "Right away from the kinks of ");
    put_name(plan, text);
    crs__text_append(text, ", but not at every kink.");
    for (size_t k = 0; k < check->n_kinks; k++) {
        const crs_rulecheck_kink *kink = &check->kink[k];
        if (kink->inside)
            continue;
        no_number |= isnan(kink->value) || isnan(kink->value_minus_zero);
        crs__text_append(text, " At Z = %g it gives ", kink->z);
        put_kink_values(kink, text);
        crs__text_append(text,
                         ", but the slopes on the two sides are %g and %g, and only values between "
                         "them are derivatives in any sense.",
                         kink->left, kink->right);
    }
    crs__text_append(text, " It matters only to units whose Z is exactly there, as that of a unit "
                           "whose bias is still 0 above a layer that is all off: ");
    crs__text_append(text, no_number ? "one such sample makes every weight below NaN."
                                     : "their gradient is neither that of the left nor of the "
                                       "right side.");
    crs__text_append(text, " Write ");
    put_advice(plan, 2, text);
    crs__text_append(text, " instead.");
}

/* "A >= 0 is true for every Z", with the reason where A is a reason. */
static int put_constant_comparison(const crs__plan *plan, size_t rule, crs__text *text)
{
    for (size_t k = 0; k < plan->n_facts; k++) {
        const crs__fact *fact = &plan->facts[k];
        int always = fact->kind == CRS__FACT_ALWAYS;
        if (fact->rule != rule || !fact->holds || (!always && fact->kind != CRS__FACT_NEVER))
            continue;
        if (fact->uses_a)
            crs__text_append(text, "A is the output of %s, %s, so %s is %s for every Z",
                             crs_act_name(plan->act->id), crs_act_formula(plan->act->id),
                             fact->text, always ? "true" : "false");
        else
            crs__text_append(text, "%s is %s for every Z", fact->text, always ? "true" : "false");
        return 1;
    }
    return 0;
}

/* Of what it is the same as, what says most: a constant, somebody's derivative, a known slip. */
static const char *telling_same(const crs_rulecheck *check)
{
    for (size_t i = 0; i < check->n_same_as; i++) {
        const char *same = check->same_as[i];
        if (strcmp(same, "1") == 0 || strcmp(same, "0") == 0 || strchr(same, ',') != NULL ||
            strstr(same, "derivative") != NULL)
            return same;
    }
    return "";
}

/* What the rule is instead of a derivative, where that is more than another comparison. */
static void put_identity(const crs__plan *plan, size_t rule, const crs_rulecheck *check,
                         crs__text *text)
{
    int constant = put_constant_comparison(plan, rule, text);
    const char *same = telling_same(check), *so = constant ? ": the rule is " : "The rule is ";
    if (strcmp(same, "1") == 0)
        crs__text_append(text, "%s1 for every Z, as if there were no activation. ", so);
    else if (strcmp(same, "0") == 0)
        crs__text_append(text, "%s0 for every Z, so that nothing below this layer learns. ", so);
    else if (same[0] != '\0')
        crs__text_append(text, "%s%s. ", so, same);
    else if (constant)
        crs__text_append(text, ". ");
}

/* Where it is wrong, if that is a plain set of numbers. */
static void put_place(const crs_rulecheck *check, crs__text *text)
{
    uint64_t all = 0, negative = check->region_wrong[CRS_REGION_NEGATIVE] +
                                 check->region_wrong[CRS_REGION_NEGATIVE_SUBNORMAL];
    uint64_t positive = check->region_wrong[CRS_REGION_POSITIVE] +
                        check->region_wrong[CRS_REGION_POSITIVE_SUBNORMAL];
    all = check->region_tested[CRS_REGION_NEGATIVE] +
          check->region_tested[CRS_REGION_NEGATIVE_SUBNORMAL];
    if (negative == all && positive == 0)
        crs__text_append(text, ": all the negative ones");
    else if (positive == all && negative == 0)
        crs__text_append(text, ": all the positive ones");
    else if (negative == 0 && positive > 0)
        crs__text_append(text, ", all of them positive");
    else if (positive == 0 && negative > 0)
        crs__text_append(text, ", all of them negative");
}

/* What comes of it, from the counterexample. */
static void put_consequence(double given, double right, crs__text *text)
{
    if (isnan(given))
        crs__text_append(text, " One such sample makes every weight below NaN.");
    else if (right == 0)
        crs__text_append(text,
                         " Units that are off there receive a gradient%s, and the weights before "
                         "them are pushed by samples that they do not respond to.",
                         given == 1 ? " as if they were on" : " all the same");
    else if (given == 0)
        crs__text_append(text, " Units there receive no gradient and do not learn from such "
                               "samples.");
    else if ((given < 0) != (right < 0))
        crs__text_append(text, " There the step goes uphill: the cost rises along it.");
    else
        crs__text_append(text, " There the gradient is %.3g times what it should be.",
                         given / right);
}

static void explain_wrong(const crs__plan *plan, size_t rule, const crs_rulecheck *check,
                          crs__text *text)
{
    put_identity(plan, rule, check, text);
    crs__text_append(text, "It differs from the derivative of ");
    put_name(plan, text);
    crs__text_append(text, " at ");
    put_count(text, check->wrong);
    crs__text_append(text, " of ");
    put_count(text, check->tested);
    crs__text_append(text, check->dtype == CRS_F32 ? " inputs" : " float64 inputs tried");
    put_place(check, text);
    crs__text_append(text, ".");
    if (check->has_first_wrong) {
        crs__text_append(text,
                         " At Z = %.9g, A = %.6g the rule gives %.6g, and the derivative is %.6g.",
                         check->first_wrong.z, check->first_wrong.a, check->first_wrong.rule,
                         check->first_wrong.expected);
        put_consequence(check->first_wrong.rule, check->first_wrong.expected, text);
    }
    crs__text_append(text, " Write ");
    put_advice(plan, 2, text);
    crs__text_append(text, " instead.");
}

/* The rule's value at one input for one upstream gradient. */
static double value_at(const crs__plan *plan, size_t rule, double z, double upstream)
{
    double a = crs_act_value_f64(plan->act, z), value;
    crs_rule_eval_f64(plan->rules[rule], 1, &z, &a, &upstream, &value);
    return value;
}

/* One upstream gradient for which the rule does not give its multiple of what 1 gives. */
static void put_replacement(const crs__plan *plan, size_t rule, double z, crs__text *text)
{
    static const double upstreams[] = {0, 2, -1};
    double one = value_at(plan, rule, z, 1);
    for (size_t i = 0; i < sizeof upstreams / sizeof *upstreams; i++) {
        double value = value_at(plan, rule, z, upstreams[i]);
        if (value == upstreams[i] * one)
            continue;
        crs__text_append(text,
                         "At Z = %.9g an upstream gradient of 1 gives %.6g, and one of %g gives "
                         "%.6g, where %g is due. ",
                         z, one, upstreams[i], value, upstreams[i] * one);
        return;
    }
}

static void explain_replaced(const crs__plan *plan, size_t rule, const crs__sweep_counts *counts,
                             const crs_rulecheck *check, crs__text *text)
{
    uint64_t at_kinks = 0;
    for (size_t k = 0; k < check->n_kinks; k++)
        at_kinks += check->kink[k].z == 0 ? 2 : 1;
    crs__text_append(text, "It is not a factor of the upstream gradient but replaces it%s. ",
                     check->not_linear <= at_kinks
                         ? ", where Z is exactly on a kink (as that of a unit whose bias is still "
                           "0 above a layer that is all off)"
                         : "");
    if (counts->plainest_not_linear.found)
        put_replacement(plan, rule, counts->plainest_not_linear.z, text);
    crs__text_append(text, "The gradient that comes from the layers above is overwritten there, so "
                           "that the loss no longer decides which way the weights go. Multiply by "
                           "the derivative instead: dZ = dA * (");
    put_advice(plan, 1, text);
    crs__text_append(text, ").");
}

crs_status crs__explain(const crs__plan *plan, size_t rule, const crs__sweep_counts *counts,
                        crs_rulecheck *check)
{
    crs__text text = {0};
    switch (check->verdict) {
    case CRS_VERDICT_DERIVATIVE:
        explain_derivative(plan, check, &text);
        break;
    case CRS_VERDICT_KINK_OUTSIDE:
        explain_kink_outside(plan, check, &text);
        break;
    case CRS_VERDICT_WRONG:
        explain_wrong(plan, rule, check, &text);
        break;
    case CRS_VERDICT_REPLACES_UPSTREAM:
        explain_replaced(plan, rule, counts, check, &text);
        break;
    }
    if (check->not_decided > 0) {
        crs__text_append(&text, " At ");
        put_count(&text, check->not_decided);
        crs__text_append(
            &text, " input%s it has no value to judge: it overflows on the way, or inf meets inf.",
            check->not_decided == 1 ? "" : "s");
    }
    if (text.failed) {
        crs__free(text.data);
        return CRS_ENOMEM;
    }
    (void)snprintf(check->explanation, sizeof check->explanation, "%s", text.data);
    crs__free(text.data);
    return CRS_OK;
}
