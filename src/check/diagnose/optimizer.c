/*
 * How a step was made: which optimizer, lr where it is not given, which of three forms momentum
 * has; and the cost's factor, where new parameters and moments are all that tell it.
 */
#include "check/diagnose/case.h"

#include <math.h>
#include <stdint.h>

/* lr = (W - W_new) / dW where dW is largest; NaN where there is none to tell. */
static double fit_rate(const crs__case *c)
{
    double largest = 0, rate = NAN;
    for (size_t l = 1; l <= c->n_layers; l++) {
        const crs__mat *w = crs__get(c, CRS__W, l), *g = crs__get(c, CRS__DW, l);
        const crs__mat *after = &c->nodes[CRS__W_NEW][l].given;
        if (!crs__is_given(c, CRS__W_NEW, l) || !crs__is_given(c, CRS__DW, l) || w == NULL ||
            g->cols != after->cols || w->cols != after->cols)
            continue;
        for (size_t i = 0; i < g->rows * g->cols; i++) {
            if (fabs(g->v[i]) <= largest)
                continue;
            largest = fabs(g->v[i]);
            rate = fabs((w->v[i] - after->v[i]) / g->v[i]);
        }
    }
    return rate;
}

/* Which optimizer the names speak of. */
static crs__optimizer optimizer_of(const crs__case *c)
{
    int first = !isnan(c->momentum), second = !isnan(c->beta2);
    for (size_t l = 1; l <= c->n_layers; l++) {
        first = first || crs__is_given(c, CRS__VW_OLD, l) || crs__is_given(c, CRS__VW, l);
        second = second || crs__is_given(c, CRS__SW_OLD, l) || crs__is_given(c, CRS__SW, l);
    }
    return second ? CRS__ADAM : first ? CRS__MOMENTUM : CRS__PLAIN;
}

/* Does a slip explain a step or a velocity that is wrong in this form of momentum? */
static crs_status explains_step(crs__case *c, int *out)
{
    static const struct {
        crs__kind kind;
        crs__slip slip;
    } slips[] = {{CRS__W_NEW, CRS__MOMENTUM_SIGN},
                 {CRS__W_NEW, CRS__MOMENTUM_TWICE},
                 {CRS__VW, CRS__MOMENTUM_SIGN},
                 {CRS__VB, CRS__MOMENTUM_SIGN}};
    crs_status status = CRS_OK;
    *out = 0;
    for (size_t l = 1; l <= c->n_layers; l++) {
        for (size_t i = 0; status == CRS_OK && !*out && i < sizeof slips / sizeof *slips; i++) {
            crs__variant variant = {slips[i].slip, 0, 0};
            crs__ref ref = {slips[i].kind, l};
            crs__difference difference;
            crs__mat computed;
            if (!crs__is_given(c, ref.kind, l))
                continue;
            status = crs__compute(c, ref, &variant, &computed);
            if (status == CRS_OK) {
                crs__compare(c, crs__node_at(c, ref), &computed, &difference);
                crs__mat_release(&computed);
                *out = difference.n_wrong == 0;
            }
            status = status == CRS_ENOENT ? CRS_OK : status;
        }
    }
    return status;
}

/* The form of momentum under which the fewest arrays are wrong; *least: how wrong they are. */
static crs_status settle_form(crs__case *c, size_t *least)
{
    crs__momentum best = CRS__MOMENTUM_AVERAGE;
    size_t wrong = 0;
    crs_status status = CRS_OK;
    *least = SIZE_MAX;
    for (int form = 0; status == CRS_OK && form<CRS__MOMENTUM_FORMS && * least> 0; form++) {
        c->ways.momentum = (crs__momentum)form;
        status = crs__count_mismatches(c, CRS__VW, CRS__B_NEW, SIZE_MAX, &wrong);
        if (status == CRS_OK && wrong > 0 && c->optimizer == CRS__MOMENTUM) {
            int explained;
            status = explains_step(c, &explained);
            wrong -= explained ? CRS__FLOW / 2 : 0;
        }
        if (status == CRS_OK && wrong < *least) {
            *least = wrong;
            best = c->ways.momentum;
        }
        if (c->optimizer != CRS__MOMENTUM)
            break;
    }
    c->ways.momentum = best;
    return status == CRS_OK ? crs__compute_all(c, CRS__VW) : status;
}

/* Is nothing given that shows the squared error's factor before the step does? */
static int only_step_tells(const crs__case *c)
{
    if (!c->has_output || c->ways.cost != CRS_COST_SQUARED || crs__is_given(c, CRS__COST, 0))
        return 0;
    for (int kind = CRS__DA; kind <= CRS__DB; kind++) {
        for (size_t l = 0; l <= c->n_layers; l++) {
            if (crs__is_given(c, (crs__kind)kind, l))
                return 0;
        }
    }
    return 1;
}

static crs_status settle_with(crs__case *c, double kappa, size_t *least)
{
    crs_status status;
    c->ways.kappa = c->ways.da_factor = c->ways.dz_factor = kappa;
    status = crs__compute_all(c, CRS__DA);
    return status == CRS_OK ? settle_form(c, least) : status;
}

crs_status crs__settle_step(crs__case *c)
{
    size_t least, now;
    double best = c->ways.kappa;
    crs__numbers kappa;
    crs_status status;
    c->optimizer = optimizer_of(c);
    if (isnan(c->lr) && c->optimizer == CRS__PLAIN)
        c->lr = crs__as_typed(fit_rate(c), c->u * 1e3);
    status = settle_form(c, &least);
    if (status != CRS_OK || least == 0 || !only_step_tells(c))
        return status;
    crs__kappas(c, c->ways.cost, &kappa);
    for (size_t i = 0; status == CRS_OK && i < kappa.n && least > 0; i++) {
        status = settle_with(c, kappa.item[i], &now);
        if (status == CRS_OK && now < least) {
            least = now;
            best = kappa.item[i];
        }
    }
    return status == CRS_OK ? settle_with(c, best, &now) : status;
}
