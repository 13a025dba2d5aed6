#include "compare/explain.h"

#include "core/memory.h"
#include "core/text.h"

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

static int is_same_as(const crs_rulecheck *check, const char *known)
{
    for (size_t i = 0; i < check->n_same_as; i++) {
        if (strcmp(check->same_as[i], known) == 0)
            return 1;
    }
    return 0;
}

static void outcome(crs__text *text, const crs_compare_entry *entry)
{
    if (entry->has_diverged) {
        crs__text_append(text, "no cost that is a number: it diverged within %zu iterations",
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
        crs__text_append(text, "%s`%s`",
                         nth == 0           ? ""
                         : nth + 1 == count ? " and "
                                            : ", ",
                         result->entries[i].check.rule);
        nth++;
    }
}

/* What a wrong rule did to the net. */
static void explain_damage(crs__text *text, const crs_compare_config *config,
                           const crs_compare_entry *entry, const crs_compare_entry *reference)
{
    crs__text_append(text, "What it did here: the same net from the same start ended with ");
    outcome(text, entry);
    if (reference != NULL) {
        crs__text_append(text, "; under `%s` with ", reference->check.rule);
        outcome(text, reference);
    }
    crs__text_append(text, ".");
    if (isfinite(entry->gradient_cosine) && !entry->has_diverged)
        crs__text_append(text,
                         " The gradient it followed had a cosine of %.2f with the right one, on "
                         "average (1: the same direction, 0: unrelated).",
                         entry->gradient_cosine);
    if (is_same_as(&entry->check, "1"))
        crs__text_append(text,
                         " With 1 for every Z, errors pass back as if the %s were not there: "
                         "the units learn as those of a linear net do, and a linear net can "
                         "only draw a straight boundary.",
                         crs_act_name(config->act.id));
    if (isfinite(entry->boundary_r2) && reference != NULL && isfinite(reference->boundary_r2))
        crs__text_append(text,
                         " How straight its boundary is shows in R^2, the share of the net's "
                         "logit that a straight line explains: %.2f, against %.2f under `%s`.",
                         entry->boundary_r2, reference->boundary_r2, reference->check.rule);
    if (reference != NULL && config->test != NULL &&
        entry->test_accuracy >= reference->test_accuracy) {
        double p = reference->test_accuracy, n = (double)config->test->n_samples;
        crs__text_append(text,
                         " That it scores %.0f %% on the %zu test samples, against %.0f %%, proves "
                         "nothing: by chance alone such a score varies by %.0f points or so (one "
                         "standard error), and a wrong gradient does not minimise the cost shown.",
                         100 * entry->test_accuracy, config->test->n_samples, 100 * p,
                         100 * sqrt(p * (1 - p) / n));
    }
    crs__text_append(text, "\n");
}

/* How many pre-activations of hidden units one run computed. */
static uint64_t count_z(const crs_compare_config *config)
{
    uint64_t units = 0;
    size_t batch = config->batch == 0 || config->batch > config->data->n_samples
                       ? config->data->n_samples
                       : config->batch;
    for (size_t l = 0; l < config->n_hidden; l++)
        units += config->hidden[l];
    return units * batch * config->iterations;
}

/* The right rules whose nets have the same bits as the reference's. */
static void explain_same(crs__text *text, const crs_compare_config *config,
                         const crs_compare *result, const crs_compare_entry *reference, char *mark)
{
    size_t first = (size_t)(reference - result->entries), count = 0;
    int values_differ = 0, any_wrong = 0;
    for (size_t i = 0; i < result->n_entries; i++) {
        const crs_compare_entry *entry = &result->entries[i];
        mark[i] = is_right(entry) && entry->identical_to == result->entries[first].identical_to;
        count += (size_t)mark[i];
        any_wrong |= !is_right(entry);
        for (size_t k = 0; mark[i] && k < entry->check.n_kinks; k++)
            values_differ |= entry->check.kink[k].value != reference->check.kink[k].value;
    }
    if (count < 2)
        return;
    list_rules(text, result, mark);
    crs__text_append(text, " gave the same net, identical to the last bit.");
    if (values_differ && reference->kink_hits == 0) {
        char z[32];
        crs__text_count(count_z(config), z, sizeof z);
        crs__text_append(text,
                         " As functions of z they differ only where z is exactly on a kink, and "
                         "of the %s pre-activations of this run none was.",
                         z);
        if (any_wrong)
            crs__text_append(text, " So the choice between `>` and `>=` at 0 made no difference; "
                                   "what a wrong rule tests, the output or z, did.");
    }
    crs__text_append(text, "\n");
}

/* Right rules that parted from the reference: a z was on a kink, and the value there mattered. */
static void explain_parted(crs__text *text, const crs_compare *result,
                           const crs_compare_entry *reference)
{
    for (size_t i = 0; i < result->n_entries; i++) {
        const crs_compare_entry *entry = &result->entries[i];
        const crs_kink_hit *hit = &entry->first_kink_hit;
        const crs_rulecheck_kink *kink = &entry->check.kink[0];
        if (!is_right(entry) || entry->identical_to == reference->identical_to)
            continue;
        crs__text_append(text, "`%s` and `%s` are both right and yet gave different nets",
                         reference->check.rule, entry->check.rule);
        if (!entry->has_first_kink_hit) {
            crs__text_append(text,
                             ": away from the kinks their values agree but for rounding, "
                             "and %zu iterations carry that far.\n",
                             result->iterations);
            continue;
        }
        crs__text_append(text,
                         ". In iteration %zu, unit %zu of layer %zu had a z exactly on the kink "
                         "for %zu sample%s; there the derivative is not defined, any value from "
                         "%g to %g may stand for it, and the rules chose %g and %g. From that "
                         "step on they are two nets, which ended with ",
                         hit->iteration, hit->unit, hit->layer, hit->count,
                         hit->count == 1 ? "" : "s", fmin(kink->left, kink->right),
                         fmax(kink->left, kink->right), reference->check.kink[0].value,
                         kink->value);
        outcome(text, reference);
        crs__text_append(text, ", and ");
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
        crs__text_append(&text, "%s\n", entry->check.explanation);
        explain_damage(&text, config, entry, reference);
    }
    if (reference != NULL) {
        explain_same(&text, config, result, reference, mark);
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
