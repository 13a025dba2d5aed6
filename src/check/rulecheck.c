#include <crease/rulecheck.h>

#include "check/explain.h"
#include "check/interval.h"
#include "check/plan.h"
#include "check/sample.h"
#include "check/sweep.h"
#include "core/memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *crs_verdict_name(crs_verdict verdict)
{
    static const char *const names[] = {"derivative", "kink-outside", "wrong", "replaces-upstream"};
    return (unsigned)verdict < sizeof names / sizeof *names ? names[verdict] : "?";
}

const char *crs_region_name(crs_region region)
{
    static const char *const names[CRS_REGION_COUNT] = {
        "negative",           "negative subnormal", "-0",       "+0",
        "positive subnormal", "positive",           "infinite", "NaN"};
    return (unsigned)region < CRS_REGION_COUNT ? names[region] : "?";
}

const char *crs_sample_name(crs_sample sample)
{
    static const char *const names[CRS_SAMPLE_COUNT] = {"special", "plain", "kink", "exponent",
                                                        "random"};
    return (unsigned)sample < CRS_SAMPLE_COUNT ? names[sample] : "?";
}

/* How many float32 there are of each kind. */
static const uint64_t region_sizes[CRS_REGION_COUNT] = {
    [CRS_REGION_NEGATIVE] = 254u << 23,
    [CRS_REGION_NEGATIVE_SUBNORMAL] = (1u << 23) - 1,
    [CRS_REGION_MINUS_ZERO] = 1,
    [CRS_REGION_PLUS_ZERO] = 1,
    [CRS_REGION_POSITIVE_SUBNORMAL] = (1u << 23) - 1,
    [CRS_REGION_POSITIVE] = 254u << 23,
    [CRS_REGION_INFINITE] = 2,
    [CRS_REGION_NAN] = 2 * ((1u << 23) - 1),
};

/* The rule's value with an upstream gradient of 1, in double; NaN without a sign. */
static double value_at(const crs_rule *rule, const crs_act *act, double z)
{
    double a = crs_act_value_f64(act, z), upstream = 1, value;
    crs_rule_eval_f64(rule, 1, &z, &a, &upstream, &value);
    return isnan(value) ? NAN : value;
}

/* ---- kinks ---- */

/* Elements of an interval's block: one mask word */
#define KINK_BLOCK 64

/* Does the interval of rule i's value at z reach into that between both slopes? */
static int is_inside(const crs__intervals *registers, int reg, size_t at, const crs_kink *kink)
{
    const double *lo = registers->lo[reg], *hi = registers->hi[reg];
    double least = kink->left < kink->right ? kink->left : kink->right;
    double most = kink->left < kink->right ? kink->right : kink->left;
    return lo[at] <= most && hi[at] >= least;
}

/* Each kink twice, as z and as -z if z is 0: elements 2k and 2k + 1. */
static void kink_inputs(const crs_act *act, double *z)
{
    for (size_t k = 0; k < KINK_BLOCK / 2; k++) {
        double at = k < act->n_kinks ? act->kink[k].z : 0;
        z[2 * k] = at == 0 ? 0 : at;
        z[2 * k + 1] = at == 0 ? -0.0 : at;
    }
}

static crs_status judge_kinks(const crs__plan *plan, crs_rulecheck *checks)
{
    const crs__ops *ops = crs__ops_get(crs__cpu_level_get());
    int values[CRS_RULECHECK_MAX_RULES];
    crs__program program;
    crs__intervals registers = {0};
    crs_status status;
    for (size_t i = 0; i < plan->n_rules; i++)
        values[i] = plan->rule[i].value;
    status = crs__program_make(&plan->dag, (int)plan->n_rules, values, 0, &program);
    if (status == CRS_OK)
        status = crs__intervals_make(&program, KINK_BLOCK, &registers);
    if (status != CRS_OK)
        goto out;
    crs__intervals_constants(&program, ops, KINK_BLOCK, &registers);
    kink_inputs(plan->act, registers.lo[0]);
    crs__intervals_run(&program, ops, KINK_BLOCK, &registers);
    for (size_t i = 0; i < plan->n_rules; i++) {
        checks[i].n_kinks = plan->act->n_kinks;
        for (size_t k = 0; k < plan->act->n_kinks; k++) {
            const crs_kink *kink = &plan->act->kink[k];
            crs_rulecheck_kink *found = &checks[i].kink[k];
            int plus = is_inside(&registers, program.outputs[i], 2 * k, kink);
            int minus = is_inside(&registers, program.outputs[i], 2 * k + 1, kink);
            found->z = kink->z;
            found->left = kink->left;
            found->right = kink->right;
            found->value = value_at(plan->rules[i], plan->act, kink->z);
            found->value_minus_zero =
                value_at(plan->rules[i], plan->act, kink->z == 0 ? -0.0 : kink->z);
            found->inside = plus && minus;
            if (kink->z == 0) {
                checks[i].region_wrong[CRS_REGION_PLUS_ZERO] = !plus;
                checks[i].region_wrong[CRS_REGION_MINUS_ZERO] = !minus;
            }
        }
    }
out:
    crs__intervals_release(&registers);
    crs__program_release(&program);
    return status;
}

/* ---- results ---- */

/* `tested` is how many inputs of each kind there were. */
static void fill_counts(const crs__sweep_counts *counts, const uint64_t *tested,
                        crs_rulecheck *check)
{
    for (int region = 0; region < CRS_REGION_COUNT; region++) {
        check->region_tested[region] = tested[region];
        check->tested += tested[region];
        check->region_wrong[region] += counts->wrong[region];
        if (region != CRS_REGION_NAN)
            check->wrong += counts->wrong[region];
    }
    check->nan_inputs = tested[CRS_REGION_NAN];
    check->not_decided = counts->not_decided;
    check->not_linear = counts->not_linear;
}

/* In the number type that the rule was judged in. */
static void fill_first_wrong(const crs__plan *plan, size_t i, const crs__sweep_counts *counts,
                             crs_rulecheck *check)
{
    double z = counts->plainest_wrong.z;
    float narrow, a, upstream = 1, value;
    check->has_first_wrong = counts->plainest_wrong.found;
    if (!check->has_first_wrong)
        return;
    check->first_wrong.z = z;
    if (!plan->exact) {
        check->first_wrong.a = crs_act_value_f64(plan->act, z);
        check->first_wrong.rule = value_at(plan->rules[i], plan->act, z);
        check->first_wrong.expected = crs_act_slope_f64(plan->act, z);
        return;
    }
    narrow = (float)z;
    a = crs_act_value_f32(plan->act, narrow);
    crs_rule_eval_f32(plan->rules[i], 1, &narrow, &a, &upstream, &value);
    check->first_wrong.a = (double)a;
    check->first_wrong.rule = (double)value;
    check->first_wrong.expected = (double)crs_act_slope_f32(plan->act, narrow);
}

/*
 * More than half of the inputs without a value is no derivative: what overflows on
 * the way does so far from 0, unless it is no number at all.
 */
static crs_verdict verdict_of(const crs_rulecheck *check)
{
    if (check->not_linear > 0)
        return CRS_VERDICT_REPLACES_UPSTREAM;
    if (check->wrong > 0 || check->not_decided > check->tested / 2)
        return CRS_VERDICT_WRONG;
    for (size_t k = 0; k < check->n_kinks; k++) {
        if (!check->kink[k].inside)
            return CRS_VERDICT_KINK_OUTSIDE;
    }
    return CRS_VERDICT_DERIVATIVE;
}

static void fill_same_as(const crs__plan *plan, size_t i, crs_rulecheck *check)
{
    for (size_t k = 0; k < plan->n_facts && check->n_same_as < CRS_RULECHECK_MAX_SAME; k++) {
        const crs__fact *fact = &plan->facts[k];
        if (fact->kind == CRS__FACT_SAME && fact->rule == i && fact->holds)
            (void)snprintf(check->same_as[check->n_same_as++], sizeof *check->same_as, "%s",
                           fact->text);
    }
}

static crs_status fill(const crs__plan *plan, const crs__sweep_counts *counts,
                       const uint64_t *tested, crs_rulecheck *checks)
{
    crs_status status = judge_kinks(plan, checks);
    for (size_t i = 0; i < plan->n_rules && status == CRS_OK; i++) {
        crs_rulecheck *check = &checks[i];
        check->rule = crs_rule_text(plan->rules[i]);
        check->read_as = crs_rule_read_as(plan->rules[i]);
        fill_counts(&counts[i], tested, check);
        fill_first_wrong(plan, i, &counts[i], check);
        check->verdict = verdict_of(check);
        fill_same_as(plan, i, check);
        status = crs__explain(plan, i, &counts[i], check);
    }
    return status;
}

static int is_refused(size_t n_rules, const crs_rule *const *rules, const crs_act *act)
{
    if (n_rules == 0 || n_rules > CRS_RULECHECK_MAX_RULES || rules == NULL || act == NULL ||
        crs_act_name(act->id) == NULL)
        return 1;
    for (size_t i = 0; i < n_rules; i++) {
        if (rules[i] == NULL)
            return 1;
    }
    return 0;
}

/* `seed` is of float64 alone. */
static crs_status run(crs_dtype dtype, size_t n_rules, const crs_rule *const *rules,
                      const crs_act *act, uint64_t seed, const crs_executor *executor,
                      crs_rulecheck_progress progress, void *progress_ctx, crs_rulecheck *out)
{
    crs__sweep_counts counts[CRS_RULECHECK_MAX_RULES];
    crs__sample_sizes sizes;
    crs__plan plan = {0};
    crs_status status;
    memset(out, 0, n_rules * sizeof *out);
    for (size_t i = 0; i < n_rules; i++)
        out[i].dtype = dtype;
    status = crs__plan_make(n_rules, rules, act, dtype, &plan);
    if (status == CRS_OK && dtype == CRS_F32)
        status = crs__sweep_run(&plan, executor, 0, progress, progress_ctx, counts);
    else if (status == CRS_OK)
        status = crs__sample_run(&plan, seed, executor, progress, progress_ctx, counts, &sizes);
    for (size_t i = 0; i < n_rules && status == CRS_OK && dtype == CRS_F64; i++)
        memcpy(out[i].sampled, sizes.kind, sizeof sizes.kind);
    if (status == CRS_OK)
        status = fill(&plan, counts, dtype == CRS_F32 ? region_sizes : sizes.region, out);
    crs__plan_release(&plan);
    if (status != CRS_OK)
        memset(out, 0, n_rules * sizeof *out);
    return status;
}

static crs_status refuse(crs_error *err)
{
    return crs_error_set(err, CRS_EINVAL,
                         "a check of rules: expected 1 to %d rules, an activation and a place "
                         "for the results",
                         CRS_RULECHECK_MAX_RULES);
}

static crs_status finish(crs_error *err, crs_status status)
{
    return status == CRS_OK
               ? CRS_OK
               : crs_error_set(err, status, "checking rules: %s", crs_status_text(status));
}

crs_status crs_rulecheck_run(size_t n_rules, const crs_rule *const *rules, const crs_act *act,
                             const crs_executor *executor, crs_rulecheck_progress progress,
                             void *progress_ctx, crs_error *err, crs_rulecheck *out)
{
    if (out == NULL || is_refused(n_rules, rules, act))
        return refuse(err);
    return finish(err, run(CRS_F32, n_rules, rules, act, 0, executor, progress, progress_ctx, out));
}

crs_status crs_rulecheck_run_f64(size_t n_rules, const crs_rule *const *rules, const crs_act *act,
                                 uint64_t seed, const crs_executor *executor,
                                 crs_rulecheck_progress progress, void *progress_ctx,
                                 crs_error *err, crs_rulecheck *out)
{
    if (out == NULL || is_refused(n_rules, rules, act))
        return refuse(err);
    return finish(err,
                  run(CRS_F64, n_rules, rules, act, seed, executor, progress, progress_ctx, out));
}
