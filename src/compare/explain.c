#include "compare/explain.h"

#include "core/memory.h"
#include "core/text.h"

#include <crease/format.h>

#include <math.h>
#include <string.h>

static int is_right(const crs_compare_entry *entry)
{
    return entry->check.verdict == CRS_VERDICT_DERIVATIVE;
}

/* The first run under a right rule, which the others are held against; NULL if there is none. */
static const crs_compare_entry *find_reference(const crs_compare *result)
{
    for (size_t i = 0; i < result->n_entries; i++) {
        if (is_right(&result->entries[i]))
            return &result->entries[i];
    }
    return NULL;
}

/* 1 if the rule takes 1 for every z: there is no activation in the backward pass. */
static int passes_everything(const crs_rulecheck *check)
{
    for (size_t i = 0; i < check->n_same_as; i++) {
        if (check->verdict == CRS_VERDICT_WRONG && strcmp(check->same_as[i], "1") == 0)
            return 1;
    }
    return 0;
}

/* A rule as it was typed, between backquotes and on one line: paragraphs are parted by newlines. */
static void quote(crs__text *text, const crs_compare_entry *entry)
{
    const char *rule = entry->check.rule;
    crs__text_append(text, "`");
    for (size_t length; *rule != '\0'; rule += length + (rule[length] != '\0')) {
        length = strcspn(rule, "\r\n");
        crs__text_append(text, "%.*s%s", (int)length, rule, rule[length] != '\0' ? " " : "");
    }
    crs__text_append(text, "`");
}

static void outcome(crs__text *text, const crs_compare_entry *entry)
{
    if (entry->has_diverged) {
        crs__text_append(text, "no cost that is a number: it had diverged by iteration %zu",
                         entry->diverged_at);
        return;
    }
    crs__text_append(text, "cost %.4g", entry->cost);
    if (isfinite(entry->accuracy))
        crs__text_append(text, " and %.1f %% of the samples right", 100 * entry->accuracy);
}

/* "`A`", "`A` and `B`", "`A`, `B` and `C`": the rules of the entries that `mark` picks. */
static void list_rules(crs__text *text, const crs_compare *result, const char *mark)
{
    size_t count = 0, nth = 0;
    for (size_t i = 0; i < result->n_entries; i++)
        count += mark[i] != 0;
    for (size_t i = 0; i < result->n_entries; i++) {
        if (!mark[i])
            continue;
        crs__text_append(text, "%s", nth == 0 ? "" : nth + 1 == count ? " and " : ", ");
        quote(text, &result->entries[i]);
        nth++;
    }
}

/*
 * A wrong rule that scores no worse on n test samples. The standard error of the
 * difference of two shares p and q is sqrt((p (1 - p) + q (1 - q)) / n).
 */
static void explain_test_score(crs__text *text, const crs_compare_entry *entry,
                               const crs_compare_entry *reference, double n)
{
    double p = reference->test_accuracy, q = entry->test_accuracy;
    double error = sqrt((p * (1 - p) + q * (1 - q)) / n);
    if (!(q >= p) || error == 0 || q - p > 2 * error)
        return;
    crs__text_append(text,
                     " That it scores %.0f %% on the %.0f test samples, against %.0f %%, says "
                     "little: between two nets that are equally good such scores differ by %.0f "
                     "points or so by chance (one standard error).",
                     100 * q, n, 100 * p, 100 * error);
}

/* What a wrong rule did to the net. */
static void explain_damage(crs__text *text, const crs_compare_config *config,
                           const crs_compare *result, const crs_compare_entry *entry,
                           const crs_compare_entry *reference)
{
    crs__text_append(text, "What it did here: the same net from the same start ended with ");
    outcome(text, entry);
    if (reference != NULL) {
        crs__text_append(text, "; under ");
        quote(text, reference);
        crs__text_append(text, " with ");
        outcome(text, reference);
    }
    crs__text_append(text, ".");
    if (isfinite(entry->gradient_cosine) && !entry->has_diverged)
        crs__text_append(text,
                         " The gradient it followed had a cosine of %.2f with the right one, on "
                         "average (1: the same direction, 0: unrelated).",
                         entry->gradient_cosine);
    if (passes_everything(&entry->check))
        crs__text_append(text,
                         " With 1 for every Z the backward pass treats the net as a linear one: it "
                         "learns what would suit a linear net, which can only %s.",
                         result->loss == CRS_LOSS_SQUARED ? "fit a plane"
                                                          : "draw straight boundaries");
    if (isfinite(entry->boundary_r2) && reference != NULL && isfinite(reference->boundary_r2)) {
        crs__text_append(text,
                         " How straight its boundary is shows in R^2, the share of the net's "
                         "logit that a straight line explains: %.2f, against %.2f under ",
                         entry->boundary_r2, reference->boundary_r2);
        quote(text, reference);
        crs__text_append(text, ".");
    }
    if (reference != NULL && config->test != NULL)
        explain_test_score(text, entry, reference, (double)config->test->n_samples);
    crs__text_append(text, "\n");
}

/* The right rules whose nets have the same bits as the reference's. */
static void explain_same(crs__text *text, const crs_compare *result,
                         const crs_compare_entry *reference, char *mark)
{
    size_t first = (size_t)(reference - result->entries), count = 0;
    int values_differ = 0, tests_output = 0;
    for (size_t i = 0; i < result->n_entries; i++) {
        const crs_compare_entry *entry = &result->entries[i];
        mark[i] = is_right(entry) && entry->identical_to == result->entries[first].identical_to;
        count += (size_t)mark[i];
        tests_output |= result->act.id == CRS_ACT_RELU && passes_everything(&entry->check);
        for (size_t k = 0; mark[i] && k < entry->check.n_kinks; k++)
            values_differ |= entry->check.kink[k].value != reference->check.kink[k].value;
    }
    if (count < 2)
        return;
    list_rules(text, result, mark);
    crs__text_append(text, " gave the same net, identical to the last bit.");
    if (values_differ && reference->kink_hits == 0) {
        char z[CRS_FORMAT_COUNT_BYTES];
        crs_format_count(reference->preactivations, z, sizeof z);
        crs__text_append(text,
                         " As functions of z they differ only where z is exactly on a kink, and "
                         "of the %s pre-activations of this run none was.",
                         z);
        if (tests_output)
            crs__text_append(text, " So the choice between `>` and `>=` at 0 made no difference; "
                                   "what a wrong rule tests, the output or z, did.");
    }
    crs__text_append(text, "\n");
}

/* The first kink at which two rules have other values; NULL if there is none. */
static const crs_rulecheck_kink *differing_kink(const crs_rulecheck *x, const crs_rulecheck *y)
{
    for (size_t k = 0; k < y->n_kinks; k++) {
        if (x->kink[k].value != y->kink[k].value)
            return &y->kink[k];
    }
    return NULL;
}

/* Right rules that parted from the reference: a z was on a kink, or they round otherwise. */
static void explain_parted(crs__text *text, const crs_compare *result,
                           const crs_compare_entry *reference)
{
    for (size_t i = 0; i < result->n_entries; i++) {
        const crs_compare_entry *entry = &result->entries[i];
        const crs_kink_hit *hit = &entry->first_kink_hit;
        const crs_rulecheck_kink *kink = differing_kink(&reference->check, &entry->check);
        if (!is_right(entry) || entry->identical_to == reference->identical_to)
            continue;
        quote(text, reference);
        crs__text_append(text, " and ");
        quote(text, entry);
        crs__text_append(text, " are both right and yet gave different nets");
        if (kink == NULL || !entry->has_first_kink_hit) {
            crs__text_append(text, ": they round differently, and %zu iterations carry that far.\n",
                             result->iterations);
            continue;
        }
        crs__text_append(text,
                         ". In iteration %zu, unit %zu of layer %zu had a z exactly on a kink for "
                         "%zu sample%s. At z = %g the derivative is not defined: any value from %g "
                         "to %g may stand for it, and the second rule takes %g where the first "
                         "takes %g. From such a step on they are two nets, which ended with ",
                         hit->iteration, hit->unit, hit->layer, hit->count,
                         hit->count == 1 ? "" : "s", kink->z, fmin(kink->left, kink->right),
                         fmax(kink->left, kink->right), kink->value,
                         reference->check.kink[kink - entry->check.kink].value);
        outcome(text, reference);
        crs__text_append(text, " (the first), and ");
        outcome(text, entry);
        crs__text_append(text, ". Neither is wrong.\n");
    }
}

crs_status crs__compare_explain(const crs_compare_config *config, const crs_compare *result,
                                char **out)
{
    const crs_compare_entry *reference = find_reference(result);
    crs__text text = {0};
    char mark[CRS_RULECHECK_MAX_RULES] = {0};
    for (size_t i = 0; i < result->n_entries; i++) {
        const crs_compare_entry *entry = &result->entries[i];
        if (is_right(entry))
            continue;
        quote(&text, entry);
        crs__text_append(&text, ": %s\n", entry->check.explanation);
        explain_damage(&text, config, result, entry, reference);
    }
    if (reference != NULL) {
        explain_same(&text, result, reference, mark);
        explain_parted(&text, result, reference);
    }
    if (text.length == 0)
        crs__text_append(&text, "`%s` is the derivative of %s at every float32 input.\n",
                         result->entries[0].check.rule, crs_act_name(result->act.id));
    if (text.failed) {
        crs__free(text.data);
        *out = NULL;
        return CRS_ENOMEM;
    }
    text.data[text.length - 1] = '\0'; /* the last newline */
    *out = text.data;
    return CRS_OK;
}
