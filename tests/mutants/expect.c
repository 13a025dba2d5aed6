/* What the diagnosis is told besides the arrays, and what can be expected of it then. */
#include "random_inputs.h"
#include "trial.h"

#include <math.h>

static int kept(const trial *t, kind k, size_t l)
{
    return t->v.kept[k][l] != 0;
}

/* ---- options ---- */

/* 1 where m is also a width: shapes alone may fit both ways round. */
static int ambiguous(const setting *s)
{
    for (size_t l = 0; l <= s->n_layers; l++) {
        if (s->widths[l] == s->m)
            return 1;
    }
    return 0;
}

/*
 * g of a hidden layer can be found from its z and a, if they are there, neither is what the bug
 * spoils, and there are enough of them: one pair fits many a leaky slope.
 */
static int act_can_be_found(const trial *t, size_t l)
{
    kind pre = t->s.batchnorm ? K_ZN : K_Z;
    /* where no z is below a kink, many have the same a; on it their slopes are not the same */
    if (t->s.dyadic && t->s.acts[l].id != CRS_ACT_RELU)
        return 0;
    if (t->s.widths[l] * t->s.m < 16 || t->bug == BUG_A_STALE || t->bug == BUG_Z_OVERWRITTEN)
        return 0;
    return kept(t, pre, l) && kept(t, K_A, l);
}

static void tell_acts(trial *t, uint64_t *random)
{
    int found = 1, relu = 1, same = 1;
    size_t n = t->s.n_layers - 1;
    for (size_t l = 1; l <= n; l++) {
        crs_act *act = &t->o.acts[l - 1];
        char text[64]; /* without the value at a kink, which is the user's affair */
        crs_act_format(&t->s.acts[l], text, sizeof text);
        if (crs_act_parse(text, NULL, act) != CRS_OK)
            *act = t->s.acts[l];
        found = found && act_can_be_found(t, l);
        relu = relu && act->id == CRS_ACT_RELU;
        same = same && act->id == t->o.acts[0].id && !(act->param < t->o.acts[0].param) &&
               !(act->param > t->o.acts[0].param);
    }
    /* relu is what is taken where nothing tells */
    if (n == 0 || ((found || relu) && percent(random, 60)))
        return;
    t->o.o.acts = t->o.acts;
    t->o.o.n_acts = same && percent(random, 50) ? 1 : n;
}

static void tell_output(trial *t, uint64_t *random)
{
    static const crs_output outputs[] = {CRS_OUTPUT_SIGMOID, CRS_OUTPUT_SOFTMAX, CRS_OUTPUT_LINEAR,
                                         CRS_OUTPUT_TANH};
    static const crs_cost costs[] = {CRS_COST_BCE, CRS_COST_CE, CRS_COST_SQUARED};
    size_t last = t->s.n_layers;
    int found = kept(t, K_Z, last) && kept(t, K_A, last) && t->s.widths[last] * t->s.m >= 16 &&
                t->bug != BUG_SOFTMAX_AXIS && t->bug != BUG_SOFTMAX_TWICE &&
                t->bug != BUG_TEMPERATURE;
    int common = t->s.cost != COST_SQUARED || t->s.out == OUT_LINEAR;
    if (!found || percent(random, 40))
        t->o.o.output = outputs[t->s.out];
    /* where the cost is not the output's usual one, either its value is there or it is told */
    t->o.cost_known =
        percent(random, 40) || (!common && !kept(t, K_COST, 0) && percent(random, 70));
    if (t->bug == BUG_OUTPUT_MISSING && (t->s.without_half || t->s.mean_outputs))
        t->o.cost_known =
            1; /* else it reads as twice, or a part of, the gradient of cross-entropy */
    if (t->s.cost == COST_SQUARED && t->s.out == OUT_SOFTMAX && !kept(t, K_COST, 0))
        t->o.cost_known = 1;
    if (t->o.cost_known)
        t->o.o.cost = costs[t->s.cost];
}

void options_draw(trial *t, uint64_t *random)
{
    if (t->s.pool)
        return;
    tell_acts(t, random);
    tell_output(t, random);
    if (ambiguous(&t->s) || percent(random, 30))
        t->o.o.samples = t->v.rows ? CRS_SAMPLES_ROWS : CRS_SAMPLES_COLUMNS;
}

/* ---- expectations ---- */

/*
 * 1 if some cost has the gradient that comes out at `factor` times the one with neither 2 nor
 * 1/n: the squared error with or without its half, and either with a mean over n outputs.
 */
static int factor_is_a_cost(const setting *s, double factor)
{
    const double n = (double)s->widths[s->n_layers];
    const double right[] = {1, 1 / n, 2, 2 / n};
    for (size_t i = 0; i < (s->cost == COST_SQUARED ? 4 : 2); i++) {
        if (fabs(factor - right[i]) < 1e-9)
            return 1;
    }
    return 0;
}

static int any_kept(const trial *t, kind k)
{
    int any = 0;
    for (size_t l = 1; l <= t->s.n_layers; l++)
        any = any || kept(t, k, l);
    return any;
}

/* All planted layers have theirs. */
static int planted_kept(const trial *t, kind k)
{
    for (size_t l = 1; l <= t->s.n_layers; l++) {
        if ((t->p.layers >> l & 1) && !kept(t, k, l))
            return 0;
    }
    return 1;
}

/* Twice the gradient in every layer is the right one of twice the cost. */
static expectation of_accumulated(const trial *t)
{
    int every_layer = t->p.layers == (1u << (t->s.n_layers + 1)) - 2;
    if (t->p.variant == 0)
        return planted_kept(t, K_DW_PREV) ? EXPECT_NAME : EXPECT_FLAG;
    if (every_layer && !kept(t, K_COST, 0) && !any_kept(t, K_DZ) && !any_kept(t, K_DA) &&
        factor_is_a_cost(&t->s, learner_cost_factor(&t->s) * t->p.value))
        return EXPECT_MAYBE;
    return EXPECT_NAME;
}

expectation expect(const trial *t)
{
    size_t last = t->s.n_layers;
    int cost_told = kept(t, K_COST, 0) || t->o.cost_known;
    if (t->t.seen_open && !t->t.seen && !t->t.faint) /* nowhere else: see is_open_step */
        return EXPECT_OPEN;
    /*
     * Many print the mean of the losses and put the L2 term into the gradient alone; where lambd
     * is given that is a right reading, and to say that the cost lacks the term is right as well.
     */
    if (t->bug == BUG_COST_WITHOUT_L2)
        return EXPECT_MAYBE;
    if (bug_is_stranger(t->bug))
        return EXPECT_FLAG;
    switch (t->bug) {
    case BUG_SYMMETRIC_UNITS:
    case BUG_DEAD_LAYER:
        return EXPECT_FINDING;
    case BUG_OUTPUT_MISSING: /* A - Y is right for cross-entropy */
        return cost_told || kept(t, K_DA, last) ? EXPECT_NAME : EXPECT_MAYBE;
    case BUG_OUTPUT_EXTRA:
        /*
         * (A - Y) A (1 - A) is right for the squared error of a sigmoid. Of a softmax of two,
         * a2 = 1 - a1, y2 = 1 - y1: sum_k (a_k - y_k) da_k/dz_1 = 2 (a1 - y1) a1 (1 - a1), so for
         * kappa 1/2 (1/2 of sum (a - y)^2 / 2, the mean over both) it is right too
         */
        return cost_told || kept(t, K_DA, last) ||
                       (t->s.out == OUT_SOFTMAX && t->s.widths[last] > 2)
                   ? EXPECT_NAME
                   : EXPECT_MAYBE;
    case BUG_LOSS_MISMATCH: /* there is no mismatch until the cost is shown or told */
        return cost_told ? EXPECT_NAME : EXPECT_MAYBE;
    case BUG_FACTOR_TWO: /* only the cost's value tells which factor is right */
        return kept(t, K_COST, 0) ||
                       !factor_is_a_cost(&t->s, learner_cost_factor(&t->s) * t->p.value)
                   ? EXPECT_NAME
                   : EXPECT_MAYBE;
    case BUG_LABELS_PERMUTED: /* the order of labels can be read off the delta, not off its sums */
        return kept(t, K_DZ, last) || kept(t, K_DA, last) ? EXPECT_NAME : EXPECT_FLAG;
    case BUG_CLAMPED: /* the clamp is a number nobody told; dW is a sum over all of them */
        return planted_kept(t, K_DZ) ? EXPECT_NAME : EXPECT_FLAG;
    case BUG_REPLACED_AT_KINK: /* in sums, what some slopes there give hides what none gives */
        return planted_kept(t, K_DZ) && planted_kept(t, K_Z) ? EXPECT_NAME : EXPECT_MAYBE;
    case BUG_ACCUMULATED:
        return of_accumulated(t);
    default:
        return EXPECT_NAME;
    }
}
