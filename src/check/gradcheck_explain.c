/* What was found about a gradient, in words for a learner. */
#include "check/gradcheck.h"
#include "core/memory.h"

#include <crease/format.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void put_count(uint64_t count, crs__text *text)
{
    char digits[CRS_FORMAT_COUNT_BYTES];
    crs_format_count(count, digits, sizeof digits);
    crs__text_append(text, "%s", digits);
}

/* 0.0312, or enough digits to tell it from `beside`. */
static void put_number(double value, double beside, crs__text *text)
{
    char shown[32], other[32];
    int digits = 6;
    if (isnan(value)) {
        crs__text_append(text, "no number (NaN)");
        return;
    }
    for (; digits < 17; digits++) {
        (void)snprintf(shown, sizeof shown, "%.*g", digits, value);
        (void)snprintf(other, sizeof other, "%.*g", digits, beside);
        if (value == beside ||
            fabs(strtod(shown, NULL) - strtod(other, NULL)) >= 0.5 * fabs(value - beside))
            break;
    }
    crs__text_append(text, "%.*g", digits, value);
}

/* "All 31 derivatives", "28 of 31 derivatives", "The derivative" */
static void put_share(size_t count, size_t all, crs__text *text)
{
    if (all == 1) {
        crs__text_append(text, "the one derivative");
        return;
    }
    if (count == all)
        crs__text_append(text, "all ");
    else
        put_count(count, text);
    if (count != all)
        crs__text_append(text, " of ");
    put_count(all, text);
    crs__text_append(text, " derivatives");
}

static void put_undecided(const crs_gradcheck *check, crs__text *text)
{
    size_t counts[CRS_GRADCHECK_REASONS] = {0};
    if (check->counts[CRS_GRADCHECK_UNDECIDED] == 0)
        return;
    for (size_t i = 0; i < check->n; i++) {
        if (check->params[i].verdict == CRS_GRADCHECK_UNDECIDED)
            counts[check->params[i].reason]++;
    }
    for (int reason = 0; reason < CRS_GRADCHECK_REASONS; reason++) {
        if (counts[reason] == 0)
            continue;
        crs__text_append(text, " Not decided: ");
        put_share(counts[reason], check->n, text);
        crs__text_append(text, ", because %s.",
                         crs_gradcheck_reason_text((crs_gradcheck_reason)reason));
    }
}

static crs_status finish(crs__text *text, crs_gradcheck *check)
{
    crs_status status = text->failed ? CRS_ENOMEM : CRS_OK;
    if (status == CRS_OK)
        (void)snprintf(check->explanation, sizeof check->explanation, "%s", text->data);
    crs__free(text->data);
    return status;
}

/* ---- a net ---- */

/* "dW2[3, 5]", as arrays are called in notebooks */
static void put_param(const crs__point *point, size_t i, crs__text *text)
{
    size_t layer, unit, input;
    crs__gradcheck_locate(point->net, i, &layer, &unit, &input);
    if (input == point->layers[layer - 1].n_in)
        crs__text_append(text, "db%zu[%zu]", layer, unit);
    else
        crs__text_append(text, "dW%zu[%zu, %zu]", layer, unit, input);
}

static void put_worst(const crs__point *point, const crs_gradcheck *check, crs__text *text)
{
    const crs_gradcheck_param *param = &check->params[check->worst];
    crs__text_append(text, " The derivative that is off the most is ");
    put_param(point, check->worst, text);
    crs__text_append(text, ": ");
    put_number(param->claimed, param->right, text);
    crs__text_append(text, " where ");
    put_number(param->right, param->claimed, text);
    crs__text_append(text, " is right, and rounding explains %.2g at most.", param->tolerance);
}

static void put_consequence(const crs_gradcheck_place *place, crs__text *text)
{
    if (!isfinite(place->given))
        crs__text_append(text, " One such sample makes the gradient of every weight below NaN.");
    else if (place->slope == 0)
        crs__text_append(text, " The unit is off for this sample, and yet it is told to change "
                               "because of it: so are all weights below.");
    else if (place->given == 0)
        crs__text_append(text, " The unit responds to this sample, and learns nothing from it.");
    else if ((place->given < 0) != (place->right < 0))
        crs__text_append(text, " The step goes uphill there: the cost rises along it.");
    else
        crs__text_append(text, " What reaches the weights below is %.4g times what it should be.",
                         place->given / place->right);
}

/* "Z2 > 0" for "Z > 0": no other capital letters occur in the table's rules */
static void put_rule_of_layer(const char *rule, size_t layer, crs__text *text)
{
    for (; *rule != '\0'; rule++) {
        crs__text_append(text, "%c", *rule);
        if (*rule == 'Z' || *rule == 'A')
            crs__text_append(text, "%zu", layer);
    }
}

static void put_hidden_place(const crs__point *point, const crs_gradcheck_place *place,
                             crs__text *text)
{
    const crs_act *act = point->layers[place->layer - 1].act;
    char name[48], rule[160];
    int factor = place->upstream != 0 &&
                 fabs(place->rule * place->upstream - place->given) <= 1e-5 * fabs(place->given);
    crs_act_format(act, name, sizeof name);
    crs_act_format_rule(act, rule, sizeof rule);
    if (crs__point_has_rule(point, place->layer) && factor) {
        crs__text_append(text, " the rule gives ");
        put_number(place->rule, place->slope, text);
        crs__text_append(text, ", and the derivative of %s is ", name);
        put_number(place->slope, place->rule, text);
        crs__text_append(text, ".");
    } else {
        crs__text_append(text,
                         " the upstream gradient is %.6g and the derivative of %s is %.6g: "
                         "dZ%zu is ",
                         place->upstream, name, place->slope, place->layer);
        put_number(place->given, place->right, text);
        crs__text_append(text, " where the product of the two, ");
        put_number(place->right, place->given, text);
        crs__text_append(text, ", is due.");
    }
    put_consequence(place, text);
    crs__text_append(text, " Write dZ%zu = dA%zu * (", place->layer, place->layer);
    put_rule_of_layer(rule, place->layer, text);
    crs__text_append(text, ").");
}

static void put_place(const crs__point *point, const crs_gradcheck_place *place, crs__text *text)
{
    if (!place->found)
        return;
    crs__text_append(text, " Coming from the output, the first array that is wrong is dZ%zu, in ",
                     place->layer);
    put_count(place->count, text);
    crs__text_append(text, " of its ");
    put_count(point->layers[place->layer - 1].n_out * point->batch, text);
    crs__text_append(text, " entries. Layer %zu, unit %zu, sample %zu: at z = %.6g, a = %.6g",
                     place->layer, place->unit, place->sample, place->z, place->a);
    if (place->layer < point->n_layers) {
        put_hidden_place(point, place, text);
    } else {
        crs__text_append(text, " dZ%zu is ", place->layer);
        put_number(place->given, place->right, text);
        crs__text_append(text, " where the derivative of the cost by z is ");
        put_number(place->right, place->given, text);
        crs__text_append(text, ". Write dZ%zu = A%zu - Y.", place->layer, place->layer);
    }
}

static void put_kinks(const crs__point *point, const crs_gradcheck *check, crs__text *text)
{
    if (check->counts[CRS_GRADCHECK_KINK] + check->counts[CRS_GRADCHECK_KINK_OUTSIDE] == 0)
        return;
    crs__text_append(text, " ");
    put_count(check->kink_hits, text);
    crs__text_append(text, " z %s exactly on a kink.", check->kink_hits == 1 ? "is" : "are");
    if (check->counts[CRS_GRADCHECK_KINK] > 0) {
        crs__text_append(text, " The cost has a crease there, with one slope on either side, in ");
        put_share(check->counts[CRS_GRADCHECK_KINK], check->n, text);
        crs__text_append(text, "; what is claimed lies between the two, as it may.");
    }
    if (check->not_as_stated > 0) {
        crs__text_append(text, " (");
        put_count(check->not_as_stated, text);
        crs__text_append(text, " of them are not what the value stated for the kink gives.)");
    }
    if (check->counts[CRS_GRADCHECK_KINK_OUTSIDE] > 0) {
        crs__text_append(text, " ");
        put_share(check->counts[CRS_GRADCHECK_KINK_OUTSIDE], check->n, text);
        crs__text_append(text,
                         " %s what the chain rule gives with the value stated for the kink, "
                         "and no slope of the cost: outside of both sides' (",
                         check->counts[CRS_GRADCHECK_KINK_OUTSIDE] == 1 ? "is" : "are");
        if (check->counts[CRS_GRADCHECK_MISMATCH] == 0) {
            put_param(point, check->worst, text);
            crs__text_append(text, " is %.6g; the slopes are %.6g and %.6g). ",
                             check->params[check->worst].claimed,
                             check->params[check->worst].from_left,
                             check->params[check->worst].from_right);
        } else {
            crs__text_append(text, "see the list). ");
        }
        crs__text_append(text, "%s",
                         check->passed ? "That is no slip in the code: where several units are on "
                                         "a kink at once, the chain rule promises no derivative."
                                       : "A value at a kink must lie between its two slopes.");
    }
}

crs_status crs__gradcheck_explain_net(const crs__point *point, crs_gradcheck *check)
{
    crs__text text = {0};
    size_t wrong = check->counts[CRS_GRADCHECK_MISMATCH];
    if (wrong > 0) {
        crs__text_append(&text, "Wrong: ");
        put_share(wrong, check->n, &text);
        crs__text_append(&text, " %s not %s of the cost.", wrong == 1 ? "is" : "are",
                         wrong == 1 ? "the one" : "those");
        put_place(point, &check->place, &text);
        put_worst(point, check, &text);
    } else if (check->counts[CRS_GRADCHECK_UNDECIDED] == check->n) {
        crs__text_append(&text, "Nothing could be checked.");
    } else {
        size_t right = check->n - check->counts[CRS_GRADCHECK_UNDECIDED] -
                       check->counts[CRS_GRADCHECK_KINK_OUTSIDE];
        crs__text_append(&text, check->passed ? "Right: " : "Not all right: ");
        put_share(right, check->n, &text);
        crs__text_append(&text, " %s of the cost, within the rounding that %s cannot avoid.",
                         right == 1 ? "is that" : "are those",
                         crs_dtype_name(crs_net_dtype(point->net)));
    }
    if (point->forward.found)
        crs__text_append(&text,
                         " In layer %zu, unit %zu, sample %zu forward has %.9g, where the "
                         "layer below gives %.9g.",
                         point->forward.layer, point->forward.unit, point->forward.sample,
                         point->forward.given, point->forward.right);
    put_kinks(point, check, &text);
    put_undecided(check, &text);
    return finish(&text, check);
}

/* ---- a function ---- */

static void put_function_worst(const double *x, const crs_gradcheck *check, crs__text *text)
{
    const crs_gradcheck_param *param = &check->params[check->worst];
    crs__text_append(text, " The worst is that by x[%zu], at x[%zu] = %.9g: the gradient says ",
                     check->worst, check->worst, x[check->worst]);
    put_number(param->claimed, param->right, text);
    if (param->verdict == CRS_GRADCHECK_KINK_OUTSIDE) {
        crs__text_append(text,
                         ", and the function has a kink there with the slopes %.9g on the "
                         "left and %.9g on the right: any number between the two is fine, "
                         "and this one is not.",
                         param->from_left, param->from_right);
        return;
    }
    crs__text_append(text, ", the slope of the function is ");
    put_number(param->right, param->claimed, text);
    crs__text_append(text, ", give or take %.2g.", param->tolerance);
    if (!isfinite(param->claimed))
        return;
    if (param->right == 0)
        crs__text_append(text,
                         " The function does not change there, and the gradient says it does.");
    else if (param->claimed == 0)
        crs__text_append(text, " Is a part of the sum missing, or a mask wrong?");
    else if ((param->claimed < 0) != (param->right < 0))
        crs__text_append(text, " The sign is wrong: a step along it goes uphill.");
    else
        crs__text_append(text, " It is %.6g times what it should be.",
                         param->claimed / param->right);
}

crs_status crs__gradcheck_explain_function(const double *x, crs_gradcheck *check)
{
    crs__text text = {0};
    size_t wrong =
        check->counts[CRS_GRADCHECK_MISMATCH] + check->counts[CRS_GRADCHECK_KINK_OUTSIDE];
    size_t right = check->counts[CRS_GRADCHECK_MATCH] + check->counts[CRS_GRADCHECK_KINK];
    if (wrong > 0) {
        crs__text_append(&text, "Wrong: ");
        put_share(wrong, check->n, &text);
        crs__text_append(&text, " %s not %s of the function.", wrong == 1 ? "is" : "are",
                         wrong == 1 ? "the one" : "those");
        put_function_worst(x, check, &text);
    } else if (right == 0) {
        crs__text_append(&text, "Nothing could be checked.");
    } else {
        crs__text_append(&text, "Right: ");
        put_share(right, check->n, &text);
        crs__text_append(&text, " %s what the gradient says.", right == 1 ? "is" : "are");
    }
    if (check->counts[CRS_GRADCHECK_KINK] > 0) {
        crs__text_append(&text, " At a kink, where both sides have a slope of their own and any "
                                "number between them is fine: ");
        put_share(check->counts[CRS_GRADCHECK_KINK], check->n, &text);
        crs__text_append(&text, ".");
    }
    put_undecided(check, &text);
    return finish(&text, check);
}
