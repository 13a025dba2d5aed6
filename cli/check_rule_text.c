/* crease check rule: the result in words. */
#include "check_rule.h"
#include "prose.h"
#include "say.h"

#include <crease/format.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Columns of what stands before a sentence. */
#define LABEL 9

static void print_labelled(const char *label, const char *text)
{
    say("%-*s", LABEL, label);
    prose_print(text, LABEL);
}

/* A rule as it was typed; line by line, if it has several. */
static void print_rule(const char *text)
{
    for (const char *label = "rule"; text != NULL; label = "") {
        const char *end = strchr(text, '\n');
        print_labelled(label, text);
        text = end == NULL ? NULL : end + 1;
    }
}

/* ---- what was tried ------------------------------------------------------------------ */

/* "5,350 plain numbers, 238 beside the kinks, ..." */
static void format_kinds(const crs_rulecheck *check, char *text, size_t size)
{
    static const char *const words[CRS_SAMPLE_COUNT] = {
        [CRS_SAMPLE_SPECIAL] = "zeros, infinities and NaN",
        [CRS_SAMPLE_PLAIN] = "plain numbers",
        [CRS_SAMPLE_KINK] = "on or beside the kinks",
        [CRS_SAMPLE_EXPONENT] = "at the ends and within every exponent",
        [CRS_SAMPLE_RANDOM] = "random in every exponent",
    };
    size_t at = 0;
    text[0] = '\0';
    for (int kind = 0; kind < CRS_SAMPLE_COUNT && at < size; kind++) {
        char digits[CRS_FORMAT_COUNT_BYTES];
        if (check->sampled[kind] == 0)
            continue;
        crs_format_count(check->sampled[kind], digits, sizeof digits);
        at += (size_t)snprintf(text + at, size - at, "%s%s %s", at == 0 ? "" : ", ", digits,
                               words[kind]);
    }
}

static void print_inputs(const rule_check *c, const crs_rulecheck *check)
{
    char tested[CRS_FORMAT_COUNT_BYTES], kinds[256], act[64], text[512];
    crs_act_format(c->act, act, sizeof act);
    crs_format_count(check->tested, tested, sizeof tested);
    if (check->dtype == CRS_F32) {
        (void)snprintf(text, sizeof text, "%s, a = %s, at all %s float32 inputs", act,
                       crs_act_formula(c->act->id), tested);
    } else {
        format_kinds(check, kinds, sizeof kinds);
        (void)snprintf(text, sizeof text,
                       "%s, a = %s, at %s float64 inputs, as 2^64 are too many; sampled: %s (seed "
                       "%llu)",
                       act, crs_act_formula(c->act->id), tested, kinds,
                       (unsigned long long)c->seed);
    }
    print_labelled("against", text);
}

/* ---- where it is wrong --------------------------------------------------------------- */

static int is_zero(int region)
{
    return region == CRS_REGION_MINUS_ZERO || region == CRS_REGION_PLUS_ZERO;
}

/* "-0, the kink" */
static void format_region(const rule_check *c, int region, char *text, size_t size)
{
    int on_kink = 0;
    for (size_t k = 0; k < c->act->n_kinks && is_zero(region); k++)
        on_kink |= c->act->kink[k].z == 0;
    (void)snprintf(text, size, "%s%s", crs_region_name((crs_region)region),
                   on_kink ? " (a kink)" : "");
}

/* NaN has no derivative to be right or wrong about. */
static void print_nan(const crs_rulecheck *check)
{
    char tested[CRS_FORMAT_COUNT_BYTES], numbers[CRS_FORMAT_COUNT_BYTES];
    uint64_t n = check->region_wrong[CRS_REGION_NAN];
    crs_format_count(check->nan_inputs, tested, sizeof tested);
    crs_format_count(n, numbers, sizeof numbers);
    say("  %-18s  %13s  %13s  (the rule gives ", "NaN", tested, "-");
    if (n == 0 || n == check->nan_inputs)
        (void)puts(n == 0 ? "NaN)" : "a number)");
    else
        say("a number at %s)\n", numbers);
}

static void print_regions(const rule_check *c, const crs_rulecheck *check)
{
    say("  %-18s  %13s  %13s\n", "z", "tried", "wrong");
    for (int region = 0; region < CRS_REGION_NAN; region++) {
        char name[48], tested[CRS_FORMAT_COUNT_BYTES], wrong[CRS_FORMAT_COUNT_BYTES];
        format_region(c, region, name, sizeof name);
        crs_format_count(check->region_tested[region], tested, sizeof tested);
        crs_format_count(check->region_wrong[region], wrong, sizeof wrong);
        say("  %-18s  %13s  %13s\n", name, tested, wrong);
    }
    print_nan(check);
}

/* "0", or "0 (at -0: 1)" where that differs, or "no number (NaN)" */
static void format_kink_value(const crs_rulecheck_kink *kink, char *text, size_t size)
{
    if (isnan(kink->value))
        (void)snprintf(text, size, "no number (NaN)");
    else if (kink->value_minus_zero != kink->value)
        (void)snprintf(text, size, "%.9g (at -0: %.9g)", kink->value, kink->value_minus_zero);
    else
        (void)snprintf(text, size, "%.9g", kink->value);
}

static void print_kinks(const crs_rulecheck *check)
{
    for (size_t k = 0; k < check->n_kinks; k++) {
        const crs_rulecheck_kink *kink = &check->kink[k];
        char text[256], value[80];
        format_kink_value(kink, value, sizeof value);
        (void)snprintf(
            text, sizeof text, "z = %g: slope %.9g on the left, %.9g on the right; %s gives %s: %s",
            kink->z, kink->left, kink->right,
            check->not_linear == 0 ? "the rule" : "for an upstream gradient of 1 the rule", value,
            kink->inside ? "allowed, as is any value from one to the other" : "outside");
        print_labelled("kink", text);
    }
}

static void print_example(const crs_rulecheck *check)
{
    char text[256], value[32] = "no number (NaN)";
    if (!check->has_first_wrong)
        return;
    if (!isnan(check->first_wrong.rule))
        (void)snprintf(value, sizeof value, "%.6g", check->first_wrong.rule);
    (void)snprintf(text, sizeof text, "z = %.9g, a = %.6g: the rule gives %s, g'(z) is %.6g",
                   check->first_wrong.z, check->first_wrong.a, value, check->first_wrong.expected);
    print_labelled("example", text);
}

/* The table is for an upstream gradient of 1; this is for others. */
static void print_upstream(const crs_rulecheck *check)
{
    char text[128], not_linear[CRS_FORMAT_COUNT_BYTES];
    if (check->not_linear == 0)
        return;
    crs_format_count(check->not_linear, not_linear, sizeof not_linear);
    (void)snprintf(text, sizeof text, "the rule is no factor of the upstream gradient at %s inputs",
                   not_linear);
    print_labelled("upstream", text);
}

static void print_undecided(const crs_rulecheck *check)
{
    char text[128], not_decided[CRS_FORMAT_COUNT_BYTES];
    if (check->not_decided == 0)
        return;
    crs_format_count(check->not_decided, not_decided, sizeof not_decided);
    (void)snprintf(text, sizeof text, "%s input%s without a value to judge, as of inf / inf",
                   not_decided, check->not_decided == 1 ? "" : "s");
    print_labelled("open", text);
}

static void print_same(const crs_rulecheck *check)
{
    for (size_t k = 0; k < check->n_same_as; k++)
        print_labelled(k == 0 ? "equals" : "", check->same_as[k]);
}

void check_rule_print(const rule_check *c, size_t i)
{
    const crs_rulecheck *check = &c->checks[i];
    print_rule(check->rule);
    print_labelled("read as", check->read_as);
    print_inputs(c, check);
    say("%-*s%s\n\n", LABEL, "verdict", crs_verdict_name(check->verdict));
    print_regions(c, check);
    (void)putchar('\n');
    print_kinks(check);
    print_example(check);
    print_upstream(check);
    print_undecided(check);
    print_same(check);
    if (check->n_kinks > 0 || check->has_first_wrong || check->n_same_as > 0 ||
        check->not_linear > 0 || check->not_decided > 0)
        (void)putchar('\n');
    prose_print(check->explanation, 0);
}
