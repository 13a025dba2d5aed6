#include "check/gradcheck.h"

#include "core/memory.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

const char *crs_gradcheck_verdict_name(crs_gradcheck_verdict verdict)
{
    static const char *const names[CRS_GRADCHECK_VERDICTS] = {"match", "kink", "kink-outside",
                                                              "mismatch", "undecided"};
    return (unsigned)verdict < CRS_GRADCHECK_VERDICTS ? names[verdict] : "?";
}

const char *crs_gradcheck_reason_text(crs_gradcheck_reason reason)
{
    static const char *const texts[CRS_GRADCHECK_REASONS] = {
        [CRS_GRADCHECK_DECIDED] = "decided",
        [CRS_GRADCHECK_NOT_FINITE] = "the value is infinite or NaN here or right beside",
        [CRS_GRADCHECK_NOISE] = "the rounding of the value hides the slope",
        [CRS_GRADCHECK_JUMP] = "the value jumps here, so that there is no slope",
        [CRS_GRADCHECK_UNSETTLED] = "the slope changes with every smaller step",
        [CRS_GRADCHECK_UNREPEATED] = "two calls with the same numbers gave two values",
        [CRS_GRADCHECK_OVERFLOW] = "the derivative is beyond the number type",
        [CRS_GRADCHECK_FORWARD] = "the forward pass is wrong, so there is nothing to differentiate",
        [CRS_GRADCHECK_METHODS] = "our two ways to differentiate disagree; please report it",
    };
    return (unsigned)reason < CRS_GRADCHECK_REASONS ? texts[reason] : "?";
}

const char *crs_gradcheck_weakness_name(crs_gradcheck_weakness weakness)
{
    static const char *const names[CRS_GRADCHECK_WEAKNESSES] = {
        "one-sample", "zero-biases", "zero", "equal-units", "dead-layer", "one-sided"};
    return (unsigned)weakness < CRS_GRADCHECK_WEAKNESSES ? names[weakness] : "?";
}

crs_gradcheck *crs__gradcheck_new(size_t n)
{
    crs_gradcheck *check = crs__alloc(1, sizeof *check);
    if (check == NULL)
        return NULL;
    check->n = n;
    check->params = crs__alloc(n, sizeof *check->params);
    if (check->params == NULL) {
        crs__free(check);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        check->params[i].right = check->params[i].from_left = check->params[i].from_right = NAN;
        check->params[i].verdict = CRS_GRADCHECK_UNDECIDED;
    }
    return check;
}

void crs_gradcheck_destroy(crs_gradcheck *check)
{
    if (check == NULL)
        return;
    crs__free(check->params);
    crs__free(check);
}

/* How far a wrong parameter is off: a claim that is no number is off the most. */
static double distance(const crs_gradcheck_param *param)
{
    double off = fabs(param->claimed - param->right);
    return isnan(off) ? INFINITY : off;
}

void crs__gradcheck_sum_up(crs_gradcheck *check, int kink_values_are_slopes)
{
    crs_gradcheck_verdict shown;
    for (int v = 0; v < CRS_GRADCHECK_VERDICTS; v++)
        check->counts[v] = 0;
    for (size_t i = 0; i < check->n; i++)
        check->counts[check->params[i].verdict]++;
    shown = check->counts[CRS_GRADCHECK_MISMATCH] > 0 ? CRS_GRADCHECK_MISMATCH
                                                      : CRS_GRADCHECK_KINK_OUTSIDE;
    check->has_worst = check->counts[shown] > 0;
    check->worst = 0;
    for (size_t i = 0, first = 1; i < check->n; i++) {
        if (check->params[i].verdict != shown)
            continue;
        if (first || distance(&check->params[i]) > distance(&check->params[check->worst]))
            check->worst = i;
        first = 0;
    }
    check->passed = check->counts[CRS_GRADCHECK_MISMATCH] == 0 &&
                    (kink_values_are_slopes || check->counts[CRS_GRADCHECK_KINK_OUTSIDE] == 0) &&
                    check->counts[CRS_GRADCHECK_UNDECIDED] < check->n;
}

void crs__gradcheck_add_weak(crs_gradcheck *check, crs_gradcheck_weakness kind, size_t layer,
                             size_t count, const char *format, ...)
{
    crs_gradcheck_weak *weak = &check->weak[check->n_weak];
    va_list args;
    if (check->n_weak == CRS_GRADCHECK_WEAKNESSES)
        return;
    check->n_weak++;
    weak->kind = kind;
    weak->layer = layer;
    weak->count = count;
    va_start(args, format);
    (void)vsnprintf(weak->text, sizeof weak->text, format, args);
    va_end(args);
}
