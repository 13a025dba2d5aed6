/*
 * crease/rulecheck.h - is a rule the derivative of an activation?
 *
 * Every one of the 4,294,967,296 float32 inputs z is tried: a = g(z), the rule's
 * value and g'(z) are computed and compared.
 *
 *     crs_rulecheck check;
 *     crs_rulecheck_run(1, &rule, &relu, NULL, NULL, NULL, &err, &check);
 *     puts(check.explanation);
 *
 * Of float64 there are 2^32 times as many: crs_rulecheck_run_f64 tries some six million
 * that are chosen so that no exponent and no side of a kink is left out, and says how
 * many of which kind.
 *
 * How values are compared
 *   Where g is piecewise linear, of float32 inputs: in float32, and they must be equal.
 *   An input that differs is tried again as below if anything in the rule rounds, so
 *   that no rule is blamed for an underflow it cannot avoid.
 *   Elsewhere: in float64, every operation carrying a bound on its own error (its
 *   rounding and what it inherited; a and g' bring theirs). A rule is right at z if
 *   it differs from g'(z) by no more than both bounds. So A * (1 - A) and 1 - A**2
 *   are right and 1 - Z**2 is not, with no tolerance that anybody chose. A comparison
 *   that its operands' bounds leave open counts as either of its outcomes.
 *   At a kink (both -0 and +0 if it is 0): any value between both slopes is inside.
 */
#ifndef CREASE_RULECHECK_H
#define CREASE_RULECHECK_H

#include <crease/act.h>
#include <crease/dtype.h>
#include <crease/executor.h>
#include <crease/rule.h>
#include <crease/status.h>

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a rule is to an activation, mildest first. */
typedef enum crs_verdict {
    CRS_VERDICT_DERIVATIVE,       /* g'(z) everywhere, inside the interval at each kink */
    CRS_VERDICT_KINK_OUTSIDE,     /* g'(z) away from the kinks, outside the interval at one */
    CRS_VERDICT_WRONG,            /* differs from g'(z) elsewhere too */
    CRS_VERDICT_REPLACES_UPSTREAM /* is no factor of the upstream gradient */
} crs_verdict;

/* "derivative", "kink-outside", "wrong", "replaces-upstream". Static storage. */
CRS_API const char *crs_verdict_name(crs_verdict verdict);

/* The inputs by kind; each is counted on its own. */
typedef enum crs_region {
    CRS_REGION_NEGATIVE,           /* negative normal numbers */
    CRS_REGION_NEGATIVE_SUBNORMAL, /* and negative subnormal ones */
    CRS_REGION_MINUS_ZERO,
    CRS_REGION_PLUS_ZERO,
    CRS_REGION_POSITIVE_SUBNORMAL,
    CRS_REGION_POSITIVE,
    CRS_REGION_INFINITE, /* both infinities */
    CRS_REGION_NAN,
    CRS_REGION_COUNT
} crs_region;

/* "negative", "negative subnormal", "-0", "+0", ... Static storage. */
CRS_API const char *crs_region_name(crs_region region);

/* The kinds of float64 inputs; one that is of several counts as the first of them. */
typedef enum crs_sample {
    CRS_SAMPLE_SPECIAL,  /* both zeros and infinities, NaNs of several kinds */
    CRS_SAMPLE_PLAIN,    /* whole numbers to 1,000, their eighths and tenths */
    CRS_SAMPLE_KINK,     /* 1 to 64 units in the last place from each kink, 2^7, 2^8, ... */
    CRS_SAMPLE_EXPONENT, /* of every exponent and sign the ends, a third and past the middle */
    CRS_SAMPLE_RANDOM,   /* and 1,024 random mantissas; 16,384 from 2^-32 to 2^16 */
    CRS_SAMPLE_COUNT
} crs_sample;

/* "special", "plain", "kink", "exponent", "random". Static storage. */
CRS_API const char *crs_sample_name(crs_sample sample);

/* What the rule gives at one kink of the activation. */
typedef struct crs_rulecheck_kink {
    double z, left, right;   /* where, and both one-sided slopes */
    double value;            /* the rule's value there; at +0 if z is 0 */
    double value_minus_zero; /* at -0 if z is 0, else the same as `value` */
    int inside;              /* 1 if both lie between the slopes */
} crs_rulecheck_kink;

#define CRS_RULECHECK_MAX_RULES 16
#define CRS_RULECHECK_MAX_SAME 8

/*
 * The result for one rule. A plain struct that the caller owns; nothing to release.
 * Values of a rule are those with an upstream gradient of 1.
 */
typedef struct crs_rulecheck {
    crs_verdict verdict;
    const char *rule;    /* its text, borrowed from the rule */
    const char *read_as; /* what was understood, borrowed from the rule */

    crs_dtype dtype;      /* of the inputs */
    uint64_t tested;      /* inputs tried: of float32 all 2^32 */
    uint64_t wrong;       /* inputs with another value than g'(z); kinks and NaN apart */
    uint64_t nan_inputs;  /* of those tried, how many are NaN: 16,777,214 of float32 */
    uint64_t not_decided; /* inputs where what the rule computes on its way overflows, so that it
                             has no value to compare; not in `wrong` */
    uint64_t not_linear;  /* inputs at which it does not follow the upstream gradient */

    uint64_t sampled[CRS_SAMPLE_COUNT]; /* float64: tried of each kind; float32: 0 */
    uint64_t region_tested[CRS_REGION_COUNT];
    uint64_t region_wrong[CRS_REGION_COUNT]; /* NaN: where it gives a number; zeros that
                                                are a kink: where the value is outside */

    size_t n_kinks;
    crs_rulecheck_kink kink[CRS_ACT_MAX_KINKS];

    int has_first_wrong; /* 0: `first_wrong` is all zero */
    struct {
        double z, a, rule, expected;
    } first_wrong; /* the plainest wrong input: -1 rather than 1.2e-38 */

    size_t n_same_as; /* known rules with the same value at every input, NaN apart */
    char same_as[CRS_RULECHECK_MAX_SAME][64]; /* "1", "Z > 0", "the derivative of tanh" */

    char explanation[2048]; /* what is wrong, where, why it matters, what to write instead */
} crs_rulecheck;

/*
 * Called in the caller's thread now and then with the share that is done, 0 to 1.
 * Anything but 0 stops the sweep: crs_rulecheck_run returns CRS_ECANCELED.
 */
typedef int (*crs_rulecheck_progress)(void *ctx, double done);

/*
 * Check `n_rules` rules against one activation in one sweep: out[i] is for rules[i].
 * Several together cost little more than one, as they share z, a and g'(z). A wrong
 * rule is a result, not an error. `executor` and `progress` may be NULL. The result
 * does not depend on the executor.
 *
 * Errors: CRS_EINVAL (n_rules is 0 or above CRS_RULECHECK_MAX_RULES, or a NULL where
 * none is allowed), CRS_ENOMEM, CRS_ECANCELED. `out` is zeroed then.
 */
CRS_API crs_status crs_rulecheck_run(size_t n_rules, const crs_rule *const *rules,
                                     const crs_act *act, const crs_executor *executor,
                                     crs_rulecheck_progress progress, void *progress_ctx,
                                     crs_error *err, crs_rulecheck *out);

/*
 * The same for float64, on a sample: every exponent with both signs, subnormal numbers,
 * both sides of every kink, plain numbers, zeros, infinities and NaN, and mantissas drawn
 * with `seed`; see crs_sample. The same seed tries the same inputs. `wrong` counts those
 * tried; a rule can be wrong at an input that was not.
 *
 * Errors: as above.
 */
CRS_API crs_status crs_rulecheck_run_f64(size_t n_rules, const crs_rule *const *rules,
                                         const crs_act *act, uint64_t seed,
                                         const crs_executor *executor,
                                         crs_rulecheck_progress progress, void *progress_ctx,
                                         crs_error *err, crs_rulecheck *out);

#ifdef __cplusplus
}
#endif
#endif
