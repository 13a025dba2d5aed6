/*
 * How the author reckons: what the cost is a mean or sum of, and where its factors stand.
 *
 * The gradient of the cost is kappa / m (or kappa) times a product; each of dA, dZ and dW may
 * carry its share, as long as the whole is right. What nothing given decides is taken so that
 * the fewest arrays are wrong: an author who is right anywhere is right in his own way.
 */
#include "check/diagnose/case.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CANDIDATES 64

double crs__as_typed(double value, double u)
{
    for (int digits = 1; digits <= 8; digits++) {
        char text[40];
        double typed;
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        typed = strtod(text, NULL);
        if (fabs(typed - value) <= 16 * u * fabs(value))
            return typed;
    }
    return value;
}

void crs__kappas(const crs__case *c, crs_cost cost, crs__numbers *out)
{
    double k = (double)c->widths[c->n_layers];
    out->n = 0;
    crs__numbers_put(out, 1);
    if (cost == CRS_COST_SQUARED)
        crs__numbers_put(out, 2);
    crs__numbers_put(out, 1 / k);
    if (cost == CRS_COST_SQUARED)
        crs__numbers_put(out, 2 / k);
}

/* Gradients of the L2 terms that people add, for lambda: the course's first. */
static void l2_terms(const crs__case *c, crs__numbers *out)
{
    out->n = 0;
    if (isnan(c->lambd) || c->lambd == 0) {
        crs__numbers_put(out, 0);
        return;
    }
    crs__numbers_put(out, c->lambd / (double)c->m);
    crs__numbers_put(out, c->lambd);
    crs__numbers_put(out, 2 * c->lambd);
    crs__numbers_put(out, 2 * c->lambd / (double)c->m);
    crs__numbers_put(out, 0);
}

/* The costs that an output goes with, the usual one first. */
static size_t costs_of(const crs__case *c, crs_cost *out)
{
    size_t n = 0;
    crs_cost usual = c->output == CRS_OUTPUT_SIGMOID   ? CRS_COST_BCE
                     : c->output == CRS_OUTPUT_SOFTMAX ? CRS_COST_CE
                                                       : CRS_COST_SQUARED;
    if (c->options->cost != CRS_COST_AUTO) {
        out[0] = c->options->cost;
        return 1;
    }
    out[n++] = usual;
    if (usual != CRS_COST_SQUARED)
        out[n++] = CRS_COST_SQUARED;
    return n;
}

/* ---- from a cost that is given ---- */

/* Does the given cost come out this way? A guard against log(0) is part of the way. */
static crs_status cost_matches(const crs__case *c, int twice, int broadcast, crs__ways *ways,
                               int *out)
{
    static const double epsilons[] = {0, 1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5};
    const crs__mat *given = &c->nodes[CRS__COST][0].given;
    size_t n = ways->cost == CRS_COST_SQUARED ? 1 : sizeof epsilons / sizeof *epsilons;
    *out = 0;
    for (size_t i = 0; i < n && !*out; i++) {
        double value, bound;
        crs_status status;
        ways->log_epsilon = epsilons[i];
        status = crs__cost(c, ways, twice, broadcast, &value, &bound);
        if (status != CRS_OK)
            return status;
        *out = fabs(value - given->v[0]) <= bound + 2 * c->u * fabs(given->v[0]);
    }
    if (!*out)
        ways->log_epsilon = 0;
    return CRS_OK;
}

/*
 * Every way in which the given cost comes out, the usual first; `twice`, `broadcast`: if it is
 * wrong so.
 */
static crs_status ways_of_cost(const crs__case *c, int twice, int broadcast, crs__ways *list,
                               size_t *n)
{
    crs_cost costs[2];
    size_t n_costs = costs_of(c, costs);
    *n = 0;
    for (size_t i = 0; i < n_costs; i++) {
        crs__numbers kappa, l2;
        crs__kappas(c, costs[i], &kappa);
        l2_terms(c, &l2);
        for (size_t t = 0; t < l2.n; t++)
            for (size_t k = 0; k < kappa.n; k++)
                for (int sum = 0; sum <= (c->m > 1); sum++) {
                    crs__ways ways = c->ways;
                    crs_status status;
                    int matched;
                    ways.cost = costs[i];
                    ways.kappa = kappa.item[k];
                    ways.is_sum = sum;
                    ways.l2 = l2.item[t];
                    status = cost_matches(c, twice, broadcast, &ways, &matched);
                    if (status != CRS_OK)
                        return status;
                    if (matched && *n < MAX_CANDIDATES)
                        list[(*n)++] = ways;
                }
    }
    return CRS_OK;
}

/* A cost without an L2 term says nothing of the gradient's where there is a lambda. */
static void open_l2(const crs__case *c, crs__ways *list, size_t *n)
{
    size_t found = *n;
    if (isnan(c->lambd) || c->lambd == 0)
        return;
    for (size_t i = 0; i < found; i++) {
        if (list[i].l2 != 0 || *n == MAX_CANDIDATES)
            continue;
        list[*n] = list[i];
        list[(*n)++].l2 = c->lambd / (double)c->m;
    }
}

/* Without one: the mean, of each cost that goes with the output. */
static size_t usual_ways(const crs__case *c, crs__ways *list)
{
    crs_cost costs[2];
    size_t n_costs = costs_of(c, costs), n = 0;
    for (size_t i = 0; i < n_costs; i++) {
        crs__numbers kappa, l2;
        crs__kappas(c, costs[i], &kappa);
        l2_terms(c, &l2);
        for (size_t k = 0; k < kappa.n; k++) {
            list[n] = c->ways;
            list[n].cost = costs[i];
            list[n].kappa = kappa.item[k];
            list[n].is_sum = 0;
            list[n].l2 = l2.item[0];
            list[n++].log_epsilon = 0;
        }
    }
    return n;
}

/* ---- all of it ---- */

/*
 * Factors that people forget or put in twice. If all is right but for one of them, everywhere
 * below the cost, the way is the one that shows it: it tells kappa, which no cost does.
 */
static crs_status try_slipped(crs__case *c, const crs__ways *list, size_t n, crs__ways *best,
                              size_t *score)
{
    double m = (double)c->m, factors[] = {m, 1 / m, -1, 2, 0.5};
    crs_status status = CRS_OK;
    for (size_t i = 0; status == CRS_OK && i < n; i++) {
        for (size_t f = 0; status == CRS_OK && f < sizeof factors / sizeof *factors; f++) {
            crs__ways way = list[i], found = list[i];
            size_t least = 1; /* only all right is of interest */
            way.kappa *= factors[f];
            status = crs__settle_shares(c, &way, &found, &least);
            if (status == CRS_OK && least > 0)
                status = crs__settle_late_shares(c, &way, &found, &least);
            if (status != CRS_OK || least > 0)
                continue;
            *best = found;
            best->kappa = list[i].kappa;
            if (f > 1 || c->m == 1) /* in the delta, where it can be seen */
                best->dz_factor /= factors[f];
            if (f > 1 || c->m == 1)
                best->da_factor /= factors[f];
            *score = 1; /* one slip explains all: better than anything but no slip */
            return CRS_OK;
        }
    }
    return status;
}

/* Without labels the output's delta is taken as it is: only dW's share of 1 / m is open. */
static size_t headless_ways(const crs__case *c, crs__ways *list)
{
    crs__numbers l2;
    l2_terms(c, &l2);
    list[0] = c->ways;
    list[0].l2 = l2.item[0];
    list[0].kappa = 1;
    list[0].is_sum = 0;
    return 1;
}

static crs_status settle(crs__case *c, size_t *mismatches)
{
    crs__ways list[MAX_CANDIDATES], best = c->ways;
    const crs__node *cost = &c->nodes[CRS__COST][0];
    size_t n = 0, least = SIZE_MAX;
    int told;
    crs_status status = CRS_OK;
    c->ways.da_factor = c->ways.dz_factor = 1;
    if (c->has_output && cost->source != NULL && isfinite(cost->given.v[0])) {
        status = ways_of_cost(c, 0, 0, list, &n);
        if (status == CRS_OK && n == 0 && c->output == CRS_OUTPUT_SOFTMAX)
            status = ways_of_cost(c, 1, 0, list, &n);
        if (status == CRS_OK && n == 0 && c->widths[c->n_layers] == 1)
            status = ways_of_cost(c, 0, 1, list, &n);
        open_l2(c, list, &n);
    }
    if (status != CRS_OK && status != CRS_ENOENT)
        return status;
    told = n > 0;
    c->cost_assumed = !told && c->options->cost == CRS_COST_AUTO;
    if (n == 0)
        n = c->has_output ? usual_ways(c, list) : headless_ways(c, list);
    status = CRS_OK;
    best = list[0];
    best.da_factor = best.dz_factor = 1;
    for (size_t i = 0; status == CRS_OK && i < n && least > 0; i++)
        status = crs__settle_shares(c, &list[i], &best, &least);
    for (size_t i = 0; status == CRS_OK && i < n && least > 0; i++)
        status = crs__settle_late_shares(c, &list[i], &best, &least);
    if (status == CRS_OK && least > 0 && !told && c->has_output)
        status = try_slipped(c, list, n, &best, &least);
    c->ways = best;
    *mismatches = least;
    return status == CRS_OK ? crs__compute_all(c, CRS__DA) : status;
}

/* ---- an L2 term that nobody saved ---- */

/*
 * The factor of W in what a given dW has more than it should: NaN if that is no multiple of W.
 * Three elements at least must agree on it.
 */
static crs_status excess_of_weights(const crs__case *c, size_t l, double *out)
{
    static const crs__variant right = {CRS__RIGHT, 0, 0};
    const crs__node *node = &c->nodes[CRS__DW][l];
    const crs__mat *w = crs__get(c, CRS__W, l);
    crs__ref ref = {CRS__DW, l};
    double dot = 0, size = 0;
    size_t telling = 0;
    crs__mat computed;
    crs_status status = w == NULL ? CRS_ENOENT : crs__compute(c, ref, &right, &computed);
    *out = NAN;
    if (status != CRS_OK)
        return status == CRS_ENOENT ? CRS_OK : status;
    for (size_t i = 0; i < computed.rows; i++)
        for (size_t j = 0; j < computed.cols; j++) {
            double x = w->v[i * w->cols + j];
            dot += x * (node->given.v[i * w->cols + j] - computed.v[i * computed.cols + j]);
            size += x * x;
        }
    *out = size > 0 ? dot / size : NAN;
    for (size_t i = 0; i < computed.rows; i++)
        for (size_t j = 0; j < computed.cols; j++) {
            size_t from = i * w->cols + j, at = i * computed.cols + j;
            double term = *out * w->v[from], bound = computed.e[at] + 16 * c->u * fabs(term);
            double off = fabs(node->given.v[from] - computed.v[at] - term);
            if (!(off <= bound + 4 * c->u * fabs(node->given.v[from])))
                *out = NAN;
            telling += fabs(term) > 16 * bound;
        }
    if (telling < 3)
        *out = NAN;
    crs__mat_release(&computed);
    return CRS_OK;
}

/* lambd that all given dW agree on; NaN without one. */
static crs_status find_lambd(const crs__case *c, double *out)
{
    double found = NAN;
    *out = NAN;
    for (size_t l = 1; l <= c->n_layers; l++) {
        double factor;
        crs_status status;
        if (!crs__is_given(c, CRS__DW, l) || c->nodes[CRS__DW][l].odd)
            continue;
        status = excess_of_weights(c, l, &factor);
        if (status != CRS_OK)
            return status;
        if (isnan(factor) || (!isnan(found) && fabs(factor - found) > 1e-3 * fabs(found)))
            return CRS_OK;
        found = factor;
    }
    *out = crs__as_typed(fabs(found) * (double)c->m, c->u * 1e4);
    return CRS_OK;
}

crs_status crs__settle_ways(crs__case *c, size_t *mismatches)
{
    crs_status status = settle(c, mismatches);
    double lambd;
    if (status != CRS_OK || *mismatches == 0 || !isnan(c->lambd))
        return status;
    status = find_lambd(c, &lambd);
    if (status != CRS_OK || isnan(lambd))
        return status;
    c->lambd = lambd;
    c->l2_inferred = 1;
    return settle(c, mismatches);
}
