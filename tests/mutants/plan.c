/* Which net a bug needs, and where in it the bug is. */
#include "random_inputs.h"
#include "trial.h"

#include <string.h>

/* What the net must be like for the bug to be possible. */
enum {
    HIDDEN = 1 << 0,
    RELU = 1 << 1,
    LEAKY = 1 << 2,
    KINKED = 1 << 3, /* relu or leaky relu */
    SIGMOID = 1 << 4,
    TANH = 1 << 5,
    SMOOTH = 1 << 6,
    ACT = 1 << 7,        /* any but linear */
    TWO_HIDDEN = 1 << 8, /* of the same width */
    SQUARE = 1 << 9,     /* all widths are the same, 2 at least */
    ONE_OUT = 1 << 10,
    MATCHED = 1 << 11, /* the delta is A - Y */
    SIGMOID_OUT = 1 << 12,
    SOFTMAX_CE = 1 << 13,
    SQUARED = 1 << 14,
    LARGE_M = 1 << 15,    /* 25 ... 300: no other factor is m or 1/m */
    M_IS_WIDTH = 1 << 16, /* of the hidden layers */
    DROPOUT = 1 << 17,
    L2 = 1 << 18,
    BATCHNORM = 1 << 19,
    SGD = 1 << 20,
    MOMENTUM = 1 << 21,
    ADAM = 1 << 22,
    PREVIOUS = 1 << 23,
    DYADIC = 1 << 24,
    WIDE = 1 << 25,
    SATURATED = 1 << 26,
    THROUGH_DA = 1 << 27,
    STEP_ANY = 1 << 28
};

/* Layers where it can be; of them all, or one. */
typedef enum scope {
    IN_HIDDEN,
    IN_ANY,
    IN_OUTPUT,
    IN_ALL,
    IN_UPPER,
    IN_FIRST,
    IN_ONE_HIDDEN,
    IN_ONE
} scope;

typedef struct bug_row {
    bug_id bug;
    scope where;
    uint64_t sites; /* 0: see bug_sites */
    unsigned needs;
} bug_row;

static const bug_row rows[] = {
    {BUG_MASK_ALWAYS_TRUE, IN_HIDDEN, AT(DZ), HIDDEN | RELU},
    {BUG_LEAKY_SLOPE0, IN_HIDDEN, AT(DZ), HIDDEN | RELU},
    {BUG_UPSTREAM_REPLACED, IN_HIDDEN, AT(DZ), HIDDEN | ACT},
    {BUG_REPLACED_AT_KINK, IN_HIDDEN, AT(DZ), HIDDEN | KINKED | DYADIC},
    {BUG_SLOPE_FORGOTTEN, IN_HIDDEN, AT(DZ), HIDDEN | LEAKY},
    {BUG_MASK_INVERTED, IN_HIDDEN, AT(DZ), HIDDEN | KINKED},
    {BUG_MASK_WRONG_LAYER, IN_ONE_HIDDEN, AT(DZ), TWO_HIDDEN | KINKED},
    {BUG_MASK_OF_INPUT, IN_ONE_HIDDEN, AT(DZ), HIDDEN | KINKED | SQUARE},
    {BUG_SIGMOID_IN_RELU, IN_HIDDEN, AT(DZ), HIDDEN | RELU},
    {BUG_SIGMOID_PRIME_OF_Z, IN_HIDDEN, AT(DZ), HIDDEN | SIGMOID},
    {BUG_TANH_PRIME_OF_Z, IN_HIDDEN, AT(DZ), HIDDEN | TANH},
    {BUG_DERIVATIVE_OF_A, IN_HIDDEN, AT(DZ), HIDDEN | SMOOTH},
    {BUG_ACTIVATION_MISSING, IN_HIDDEN, AT(DZ), HIDDEN | SMOOTH},
    {BUG_OUTPUT_MISSING, IN_OUTPUT, AT(DZ), SIGMOID_OUT | SQUARED},
    {BUG_OUTPUT_EXTRA, IN_OUTPUT, AT(DZ), MATCHED},
    {BUG_CLAMPED, IN_HIDDEN, AT(DZ), HIDDEN | SIGMOID | TANH | WIDE},
    {BUG_Z_OVERWRITTEN, IN_HIDDEN, AT(Z), HIDDEN | ACT},
    {BUG_MATRIX_PRODUCT, IN_ONE_HIDDEN, AT(DZ), HIDDEN | ACT | M_IS_WIDTH},
    {BUG_SOFTMAX_DIAGONAL, IN_OUTPUT, AT(DZ), SOFTMAX_CE | THROUGH_DA},
    {BUG_SOFTMAX_AXIS, IN_OUTPUT, AT(A), SOFTMAX_CE},
    {BUG_SOFTMAX_TWICE, IN_OUTPUT, 0, SOFTMAX_CE},
    {BUG_GRADIENT_SIGN, IN_OUTPUT, 0, 0},
    {BUG_FACTOR_TWO, IN_OUTPUT, 0, 0},
    {BUG_LOSS_MISMATCH, IN_OUTPUT, 0, 0},
    {BUG_COST_NOT_FINITE, IN_OUTPUT, 0, MATCHED | SIGMOID_OUT | SATURATED},
    {BUG_M_MISSING, IN_ANY, AT(DW) | AT(DB), LARGE_M},
    {BUG_M_TWICE, IN_ANY, AT(DW) | AT(DB), LARGE_M},
    {BUG_BIAS_MEAN, IN_ANY, AT(DB), LARGE_M},
    {BUG_BIAS_AXIS, IN_ANY, AT(DB), 0},
    {BUG_BIAS_NOT_SUMMED, IN_ANY, AT(DB), 0},
    {BUG_SHAPE_BROADCAST, IN_OUTPUT, 0, ONE_OUT},
    {BUG_INTEGER_DIVISION, IN_ALL, 0, 0},
    {BUG_ACCUMULATED, IN_ANY, AT(DW) | AT(DB), PREVIOUS},
    {BUG_TRANSPOSED, IN_HIDDEN, AT(DA), HIDDEN | SQUARE},
    {BUG_WEIGHT_WRONG_LAYER, IN_ONE_HIDDEN, AT(DA), HIDDEN | SQUARE},
    {BUG_INPUT_WRONG_LAYER, IN_ONE, AT(DW), SQUARE},
    {BUG_LABELS_PERMUTED, IN_OUTPUT, 0, 0},
    {BUG_UPDATE_FIRST, IN_HIDDEN, AT(DA), HIDDEN | SGD},
    {BUG_STEP_SIGN, IN_ALL, AT(W_NEW) | AT(B_NEW), SGD},
    {BUG_L2_MISSING, IN_ANY, AT(DW), L2},
    {BUG_L2_NOT_AVERAGED, IN_ANY, AT(DW), L2},
    {BUG_L2_SIGN, IN_ANY, AT(DW), L2},
    {BUG_BIAS_REGULARISED, IN_ANY, AT(DB), L2},
    {BUG_ADAM_CORRECTION, IN_ALL, AT(W_NEW) | AT(B_NEW), ADAM},
    {BUG_MOMENTUM_SIGN, IN_ALL, 0, MOMENTUM},
    {BUG_DROPOUT_MASK, IN_HIDDEN, 0, HIDDEN | DROPOUT},
    {BUG_DROPOUT_SCALE, IN_HIDDEN, 0, HIDDEN | DROPOUT},
    {BUG_BN_GAMMA, IN_HIDDEN, AT(DZ), HIDDEN | BATCHNORM},
    {BUG_BN_MEAN, IN_HIDDEN, AT(DZ), HIDDEN | BATCHNORM},
    {BUG_BN_VAR, IN_HIDDEN, AT(DZ), HIDDEN | BATCHNORM},
    {BUG_POOL_TIES, IN_FIRST, AT(DPOOL_X), DYADIC},
    {BUG_SYMMETRIC_UNITS, IN_ALL, AT(W), HIDDEN | SQUARE},
    {BUG_DEAD_LAYER, IN_ONE_HIDDEN, AT(Z), HIDDEN | RELU},

    {BUG_DZ_TIMES_Z, IN_HIDDEN, AT(DZ), HIDDEN | ACT},
    {BUG_DZ_ROLLED, IN_HIDDEN, AT(DZ), HIDDEN | LARGE_M},
    {BUG_DZ_WITH_A, IN_HIDDEN, AT(DZ), HIDDEN | ACT},
    {BUG_SLOPE_09, IN_HIDDEN, AT(DZ), HIDDEN | KINKED},
    {BUG_TANH_1_MINUS_A, IN_HIDDEN, AT(DZ), HIDDEN | TANH},
    {BUG_PRIME_OF_DROPPED_A, IN_HIDDEN, AT(DZ), HIDDEN | TANH | DROPOUT},
    {BUG_DA_FIRST_UNIT, IN_HIDDEN, AT(DA), HIDDEN | SQUARE},
    {BUG_DA_ABS_W, IN_HIDDEN, AT(DA), HIDDEN | SQUARE},
    {BUG_DA_NOISE, IN_HIDDEN, AT(DA), HIDDEN},
    {BUG_DW_CLIPPED, IN_ANY, AT(DW), SQUARE},
    {BUG_DW_NORM_CLIPPED, IN_ANY, AT(DW), 0},
    {BUG_DW_ROW_ZEROED, IN_ANY, AT(DW), SQUARE},
    {BUG_DW_ROUNDED, IN_ANY, AT(DW), 0},
    {BUG_DW_WITH_Z, IN_UPPER, AT(DW), HIDDEN | ACT},
    {BUG_LAST_SAMPLE_DROPPED, IN_ANY, AT(DW) | AT(DB), LARGE_M},
    {BUG_DB_WRONG_LAYER, IN_ONE_HIDDEN, AT(DB), HIDDEN | SQUARE},
    {BUG_DB_FROM_DA, IN_HIDDEN, AT(DB), HIDDEN | ACT},
    {BUG_BIAS_FORGOTTEN, IN_ANY, AT(Z), 0},
    {BUG_X_SCALED, IN_FIRST, AT(Z), 0},
    {BUG_A_STALE, IN_HIDDEN, AT(A), HIDDEN | LARGE_M},
    {BUG_TEMPERATURE, IN_OUTPUT, AT(A), SOFTMAX_CE},
    {BUG_LABELS_SMOOTHED, IN_OUTPUT, 0, LARGE_M},
    {BUG_COST_HALF_BCE, IN_OUTPUT, AT(COST), MATCHED | SIGMOID_OUT | LARGE_M},
    {BUG_COST_WITHOUT_L2, IN_OUTPUT, AT(COST), L2},
    {BUG_DROPOUT_WRONG_D, IN_ONE_HIDDEN, 0, TWO_HIDDEN | DROPOUT},
    {BUG_STEP_TENTH, IN_ALL, AT(W_NEW) | AT(B_NEW), SGD},
    {BUG_ADAM_NO_ROOT, IN_ALL, AT(W_NEW) | AT(B_NEW), ADAM},
    {BUG_MOMENTUM_SWAPPED, IN_ALL, AT(VW_NEW) | AT(VB_NEW), MOMENTUM},
};

static const bug_row *row_of(bug_id bug)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].bug == bug)
            return &rows[i];
    }
    return NULL;
}

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
        while (!act_fits(s->acts[l].id, needs))
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
    const bug_row *row = row_of(bug);
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

uint64_t bug_sites(const run *r)
{
    /* the output's gradient begins at dA where the notebook has one */
    uint64_t first = r->at[K_DA][r->s->n_layers].v != NULL ? AT(DA) : AT(DZ);
    switch (r->p->bug) {
    case BUG_SOFTMAX_TWICE:
        return r->p->variant == 0 ? AT(A) : AT(COST) | first;
    case BUG_GRADIENT_SIGN:
    case BUG_FACTOR_TWO:
    case BUG_LOSS_MISMATCH:
    case BUG_LABELS_SMOOTHED:
        return first;
    case BUG_SHAPE_BROADCAST:
    case BUG_LABELS_PERMUTED:
    case BUG_COST_NOT_FINITE:
        return AT(COST) | first;
    case BUG_INTEGER_DIVISION:
        return r->s->place == MEAN_AT_DW   ? AT(DW) | AT(DB)
               : r->s->place == MEAN_AT_DZ ? AT(DZ)
                                           : first;
    case BUG_MOMENTUM_SIGN:
        return r->p->variant == 1 ? AT(VW_NEW) | AT(VB_NEW) : AT(W_NEW) | AT(B_NEW);
    case BUG_DROPOUT_MASK:
    case BUG_DROPOUT_SCALE:
    case BUG_DROPOUT_WRONG_D:
        return r->s->da_masked ? AT(DA) : AT(DZ);
    default:
        return row_of(r->p->bug)->sites;
    }
}
