/* A net in which a bug can act, and where in it the bug is. */
#include "plan.h"
#include "random_inputs.h"
#include "trial.h"

#include <string.h>

static int smooth(crs_act_id id)
{
    return id >= CRS_ACT_ELU && id < CRS_ACT_COUNT;
}

static int act_fits(crs_act_id id, unsigned needs)
{
    unsigned any = RELU | LEAKY | KINKED | SIGMOID | TANH | SMOOTH | ACT;
    return (needs & any) == 0 || ((needs & RELU) && id == CRS_ACT_RELU) ||
           ((needs & (LEAKY | KINKED)) && id == CRS_ACT_LEAKY_RELU) ||
           ((needs & KINKED) && id == CRS_ACT_RELU) ||
           ((needs & SIGMOID) && id == CRS_ACT_SIGMOID) || ((needs & TANH) && id == CRS_ACT_TANH) ||
           ((needs & SMOOTH) && smooth(id)) || ((needs & ACT) && id != CRS_ACT_LINEAR);
}

static void fit_shape(setting *s, unsigned needs, uint64_t *random)
{
    size_t n = 2 + random_below(random, 7), least = needs & TWO_HIDDEN ? 3 : needs & HIDDEN ? 2 : 1;
    if (s->n_layers < least)
        s->n_layers = least + random_below(random, MAX_LAYERS - least + 1);
    for (size_t l = 0; l <= s->n_layers; l++) {
        int hidden = l > 0 && l < s->n_layers;
        if (s->widths[l] == 0)
            s->widths[l] = 1 + random_below(random, MAX_WIDTH);
        if ((needs & SQUARE) || ((needs & (TWO_HIDDEN | M_IS_WIDTH)) && hidden))
            s->widths[l] = n;
    }
    if (needs & LARGE_M)
        s->m = 25 + random_below(random, 276);
    if (needs & M_IS_WIDTH)
        s->m = n;
}

static void fit_output(setting *s, unsigned needs, uint64_t *random)
{
    size_t *n = &s->widths[s->n_layers];
    if (needs & SOFTMAX_CE) {
        s->out = OUT_SOFTMAX;
        s->cost = COST_CE;
    } else if ((needs & SIGMOID_OUT) || ((needs & ONE_OUT) && s->out == OUT_SOFTMAX)) {
        s->out = OUT_SIGMOID;
        s->cost = needs & SQUARED ? COST_SQUARED : COST_BCE;
    } else if (needs & MATCHED) {
        s->cost = s->out == OUT_SOFTMAX ? COST_CE : COST_BCE;
        s->out = s->cost == COST_CE ? OUT_SOFTMAX : OUT_SIGMOID;
    }
    if (needs & ONE_OUT)
        *n = 1;
    if (s->out == OUT_SOFTMAX && *n < 2)
        *n = 2 + random_below(random, 4);
    if (s->cost != COST_SQUARED)
        s->without_half = s->mean_outputs = 0;
    if (needs & THROUGH_DA)
        s->through_da = 1;
}

static void fit_parts(setting *s, unsigned needs, uint64_t *random)
{
    s->keep = needs & DROPOUT ? (percent(random, 50) ? 0.8 : 0.6) : 0;
    s->batchnorm = (needs & BATCHNORM) != 0;
    s->lambd = needs & L2 ? (percent(random, 50) ? 0.7 : 3) : s->lambd;
    s->step = needs & SGD        ? STEP_SGD
              : needs & MOMENTUM ? STEP_MOMENTUM
              : needs & ADAM     ? STEP_ADAM
                                 : s->step;
    if (s->step > STEP_SGD && !(needs & (MOMENTUM | ADAM)))
        s->step = STEP_SGD;
    s->previous = (needs & PREVIOUS) != 0;
    s->dyadic = (needs & DYADIC) != 0;
    s->wide = (needs & WIDE) != 0;
    s->saturated = (needs & SATURATED) != 0;
    if (s->batchnorm && s->m < 4)
        s->m = 4 + random_below(random, 60);
    /* float32 through several layers that magnify leaves bounds as large as what is planted */
    if ((s->batchnorm && s->n_layers > 2) || s->wide)
        s->f32 = 0;
    if (needs & L2)
        s->m = 2 + random_below(random, 60);
}

static unsigned layers_of(scope where, size_t n_layers)
{
    unsigned all = (1u << (n_layers + 1)) - 2, last = 1u << n_layers;
    switch (where) {
    case IN_HIDDEN:
    case IN_ONE_HIDDEN:
        return all & ~last;
    case IN_OUTPUT:
        return last;
    case IN_UPPER:
        return all & ~2u;
    case IN_FIRST:
        return 2;
    default:
        return all;
    }
}

/* One of the layers, or all of them where the scope allows that. */
static unsigned pick_layers(scope where, size_t n_layers, uint64_t *random)
{
    unsigned from = layers_of(where, n_layers), one;
    if (where == IN_ALL || where == IN_OUTPUT || where == IN_FIRST)
        return from;
    if (where != IN_ONE && where != IN_ONE_HIDDEN && percent(random, 50))
        return from;
    do
        one = 1u << random_below(random, n_layers + 1);
    while ((from & one) == 0);
    return one;
}

/* The layer whose array is taken by mistake: its width fits, and it is not the right one. */
static size_t pick_other(bug_id bug, const setting *s, unsigned layers, uint64_t *random)
{
    size_t l = 0, right, lo = 1, hi = s->n_layers - 1, other;
    while ((layers >> l & 1) == 0)
        l++;
    right = l;
    if (bug == BUG_WEIGHT_WRONG_LAYER) {
        right = l + 1;
        hi = s->n_layers;
    } else if (bug == BUG_INPUT_WRONG_LAYER) {
        right = l - 1;
        lo = 0;
        hi = s->n_layers;
    } else if (bug != BUG_MASK_WRONG_LAYER && bug != BUG_DROPOUT_WRONG_D) {
        return random_bits(random) >> 1; /* a seed */
    }
    do
        other = lo + random_below(random, hi - lo + 1);
    while (other == right);
    return other;
}

/* Numbers and variants. */
static void fit_values(bug_id bug, setting *s, plant *p, uint64_t *random)
{
    static const double clamps[] = {0.1, 0.05, 0.01, 1e-3}, cuts[] = {3, 2, 1, 4};
    double slope = s->acts[0].param;
    p->variant =
        (int)random_below(random, bug == BUG_MOMENTUM_SIGN || bug == BUG_BIAS_NOT_SUMMED ? 3 : 2);
    p->value = percent(random, 50) ? 2 : 0.5;
    if (bug == BUG_CLAMPED)
        p->value = (p->variant == 0 ? clamps : cuts)[random_below(random, 4)];
    if (bug == BUG_SLOPE_FORGOTTEN)
        p->value = percent(random, 60) ? 0 : 1;
    if (bug == BUG_REPLACED_AT_KINK)
        p->value = slope > 0 ? slope : percent(random, 50) ? 1 : 0.25;
    if (bug == BUG_ACCUMULATED)
        p->value = 2 + (double)random_below(random, 3);
    if (bug == BUG_LOSS_MISMATCH)
        p->value = s->cost == COST_SQUARED ? 1 : p->value < 1 ? 1 : 2;
    if (bug == BUG_OUTPUT_EXTRA || bug == BUG_LOSS_MISMATCH)
        s->through_da = s->through_da && bug == BUG_OUTPUT_EXTRA;
    if (bug == BUG_WEIGHT_WRONG_LAYER && s->n_layers < 2)
        p->variant = 1;
}

/* Details that no flag says. */
static void fit_bug(bug_id bug, setting *s, uint64_t *random)
{
    switch (bug) {
    case BUG_M_MISSING:
        s->place = MEAN_AT_DW;
        break;
    case BUG_FACTOR_TWO: /* of two samples 2 is m */
        s->m += s->m == 2;
        break;
    case BUG_BIAS_AXIS: /* in some nets its shape is right */
        for (size_t l = 0; l <= s->n_layers && s->m % 2 == 0; l++)
            s->widths[l] = s->m = 5 + s->m % 7;
        if (s->m < 5)
            s->m = 5 + random_below(random, 100);
        break;
    case BUG_INTEGER_DIVISION:
    case BUG_BIAS_NOT_SUMMED:
    case BUG_LABELS_PERMUTED:
    case BUG_SHAPE_BROADCAST:
    case BUG_SOFTMAX_AXIS:
    case BUG_UPSTREAM_REPLACED:
        if (s->m < 5)
            s->m = 5 + random_below(random, 100);
        break;
    case BUG_LOSS_MISMATCH: /* of two costs that both fit the output */
        if (s->out == OUT_LINEAR || s->out == OUT_TANH) {
            s->out = OUT_SIGMOID;
            s->cost = percent(random, 50) ? COST_BCE : COST_SQUARED;
        }
        if (s->out == OUT_SOFTMAX)
            s->cost = COST_CE;
        break;
    case BUG_COST_NOT_FINITE: /* the right one takes care */
        s->stable_cost = 1;
        s->through_da = 0;
        s->m = 5 + random_below(random, 100);
        break;
    case BUG_COST_HALF_BCE:
        s->stable_cost = 0;
        break;
    case BUG_POOL_TIES:
        s->pool = 1;
        break;
    case BUG_SYMMETRIC_UNITS:
        s->same_weights = 1;
        s->keep = 0;
        break;
    default:
        break;
    }
    if (bug == BUG_LOSS_MISMATCH && s->cost != COST_SQUARED)
        s->without_half = s->mean_outputs = 0;
}

static void fit_acts(bug_id bug, setting *s, unsigned needs, uint64_t *random)
{
    for (size_t l = 0; l < MAX_LAYERS; l++) {
        /* a hard sigmoid's slope of 1/6 everywhere makes of dA six times the right db */
        while (!act_fits(s->acts[l].id, needs) ||
               (bug == BUG_DB_FROM_DA && s->acts[l].id == CRS_ACT_HARD_SIGMOID))
            setting_draw_act(&s->acts[l], random);
    }
    if (needs & LEAKY || bug == BUG_REPLACED_AT_KINK) /* one slope, for one alpha */
        for (size_t l = 1; l < MAX_LAYERS; l++)
            s->acts[l] = s->acts[0];
    if (bug == BUG_LEAKY_SLOPE0 && percent(random, 50)) /* else it is called relu */
        for (size_t l = 0; l < MAX_LAYERS; l++) {
            crs_act_get(CRS_ACT_LEAKY_RELU, &s->acts[l]);
            s->acts[l].param = s->acts[l].kink[0].left = s->acts[l].kink[0].value = 0;
        }
}

void plan_bug(bug_id bug, uint64_t *random, setting *s, plant *p)
{
    const bug_row *row = bug_row_of(bug);
    setting_draw(s, random, 300);
    memset(p, 0, sizeof *p);
    p->bug = bug;
    fit_shape(s, row->needs, random);
    fit_output(s, row->needs, random);
    fit_parts(s, row->needs, random);
    fit_bug(bug, s, random);
    fit_acts(bug, s, row->needs, random);
    p->layers = s->pool ? 1 : pick_layers(row->where, s->n_layers, random);
    p->other = pick_other(bug, s, p->layers, random);
    fit_values(bug, s, p, random);
    if (bug == BUG_WEIGHT_WRONG_LAYER && p->variant == 0 && p->other == 0)
        p->variant = 1;
    if (bug == BUG_DEAD_LAYER)
        for (size_t l = 1; l < s->n_layers; l++)
            s->dead = p->layers >> l & 1 ? l : s->dead;
    if (bug == BUG_INTEGER_DIVISION && s->lambd > 0)
        s->lambd = 0;
}
