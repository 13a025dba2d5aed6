/*
 * Where the factors of the gradient stand: dA and dZ of the output may carry their share of
 * kappa / m, and dW and db have the rest. 1 / m may stand anywhere; kappa, the 2 of a square,
 * usually comes first. What is given of dA and dZ tells by itself; the rest is told by what
 * makes the fewest arrays wrong.
 */
#include "check/diagnose/case.h"
#include "check/diagnose/hypotheses.h"

#include <stdint.h>

void crs__numbers_put(crs__numbers *list, double value)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->item[i] == value)
            return;
    }
    if (list->n < sizeof list->item / sizeof *list->item)
        list->item[list->n++] = value;
}

/* kappa with or without 1 / m; then as if kappa came later. The second kind if `unusual`. */
static void shares(const crs__case *c, const crs__ways *ways, int unusual, crs__numbers *out)
{
    double m = (double)c->m;
    out->n = 0;
    if (!unusual) {
        crs__numbers_put(out, ways->kappa);
        crs__numbers_put(out, ways->kappa / m);
        return;
    }
    crs__numbers_put(out, 1);
    crs__numbers_put(out, 1 / m);
    crs__numbers_put(out, 1 / (double)c->widths[c->n_layers]);
}

/* Is the node what the formula says? */
static crs_status fits(crs__case *c, crs__ref ref, const crs__variant *variant, int *out)
{
    crs__difference difference;
    crs__mat computed;
    crs_status status = crs__compute(c, ref, variant, &computed);
    *out = 0;
    if (status == CRS_ENOENT)
        return CRS_OK;
    if (status != CRS_OK)
        return status;
    crs__compare(c, crs__node_at(c, ref), &computed, &difference);
    crs__mat_release(&computed);
    *out = !difference.shape && difference.n_wrong == 0;
    return CRS_OK;
}

/* The share under which one of `n` formulas gives the node; *share is left alone without one. */
static crs_status find_share(crs__case *c, crs__ref ref, const crs__numbers *candidates,
                             double *share, const crs__hypothesis *formulas, size_t n, int *found)
{
    double before = *share;
    int is_factor;
    crs_status status = CRS_OK;
    *found = 0;
    for (size_t f = 0; status == CRS_OK && !*found && f < n; f++) {
        /* 1 / m more or less is another share, and no slip, as far as this array tells */
        if (formulas[f].variant.slip == CRS__TIMES_M || formulas[f].variant.slip == CRS__OVER_M ||
            formulas[f].variant.slip == CRS__ZERO)
            continue;
        (void)crs__slip_factor(c, &formulas[f].variant, &is_factor);
        if (is_factor && ref.kind == CRS__DZ) /* a factor of dZ would hide which kappa is right */
            continue;
        for (size_t i = 0; status == CRS_OK && !*found && i < candidates->n; i++) {
            *share = candidates->item[i];
            status = fits(c, ref, &formulas[f].variant, found);
        }
    }
    if (!*found)
        *share = before;
    return status;
}

/*
 * The shares that the given dA and dZ of the output tell, right or slipped. *dz_told: dZ's is
 * known. *coupled: dA's is not, and dZ follows from it with the same. *da_open: dA's is not, and
 * dZ is not given. *slipped: one of them is wrong in a way that has a name with these shares.
 */
static crs_status read_shares(crs__case *c, const crs__numbers *usual, crs__hypothesis *formulas,
                              int *dz_told, int *coupled, int *da_open, int *slipped)
{
    static const crs__hypothesis right = {{CRS__RIGHT, 0, 0}, NULL};
    static const crs__hypothesis route = {{CRS__OTHER_ROUTE, 0, 0}, NULL};
    crs__ref da = {CRS__DA, c->n_layers}, dz = {CRS__DZ, c->n_layers};
    double *da_share = &c->ways.da_factor, *dz_share = &c->ways.dz_factor;
    size_t n = 0;
    int da_told = 0;
    crs_status status = CRS_OK;
    *dz_told = *coupled = *da_open = *slipped = 0;
    if (c->has_bn[c->n_layers])
        return CRS_OK;
    if (crs__is_given(c, CRS__DA, c->n_layers)) {
        status = find_share(c, da, usual, da_share, &right, 1, &da_told);
        if (status == CRS_OK && !da_told)
            status = crs__hypotheses(c, da, formulas, &n);
        if (status == CRS_OK && !da_told) {
            status = find_share(c, da, usual, da_share, formulas, n, &da_told);
            *slipped = da_told;
        }
    }
    if (status != CRS_OK || !crs__is_given(c, CRS__DZ, c->n_layers)) {
        *da_open = !da_told && crs__is_given(c, CRS__DA, c->n_layers);
        return status;
    }
    status = find_share(c, dz, usual, dz_share, &right, 1, dz_told);
    if (status == CRS_OK && !*dz_told && da_told)
        status = find_share(c, dz, usual, dz_share, &route, 1, dz_told);
    if (status == CRS_OK && !*dz_told && !da_told && crs__is_given(c, CRS__DA, c->n_layers)) {
        *da_share = *dz_share; /* nobody knows what dA has; dZ may have the same */
        status = fits(c, dz, &route.variant, coupled);
    }
    if (status == CRS_OK && !*dz_told && !*coupled && !*slipped) {
        status = crs__hypotheses(c, dz, formulas, &n);
        if (status == CRS_OK)
            status = find_share(c, dz, usual, dz_share, formulas, n, dz_told);
        *slipped = *dz_told;
    }
    return status;
}

static int has_dropout(const crs__case *c)
{
    for (size_t l = 1; l <= c->n_layers; l++) {
        if (crs__is_given(c, CRS__D, l))
            return 1;
    }
    return 0;
}

/* How wrong backward's given arrays are in this way; `best` and `least` are kept. */
static crs_status try_way(crs__case *c, crs__ways *best, size_t *least)
{
    size_t wrong;
    crs_status status = crs__count_mismatches(c, CRS__DA, CRS__DB, *least, &wrong);
    if (status == CRS_OK && wrong < *least) {
        *least = wrong;
        *best = c->ways;
    }
    return status;
}

/* Every share of dZ that is asked for, with dropout's mask in dA and in dZ. */
static crs_status try_all(crs__case *c, const crs__numbers *candidates, int coupled,
                          crs__ways *best, size_t *least)
{
    crs_status status = CRS_OK;
    for (size_t i = 0; status == CRS_OK && *least > 0 && i < candidates->n; i++) {
        for (int late = 0; status == CRS_OK && *least > 0 && late <= has_dropout(c); late++) {
            c->ways.dz_factor = candidates->item[i];
            c->ways.da_factor = coupled ? candidates->item[i] : c->ways.da_factor;
            c->ways.dropout_in_dz = late;
            status = try_way(c, best, least);
        }
    }
    return status;
}

crs_status crs__settle_shares(crs__case *c, const crs__ways *way, crs__ways *best, size_t *least)
{
    crs__hypothesis formulas[CRS__HYPOTHESES];
    crs__numbers usual, told = {0, {0}};
    const size_t bonus = CRS__FLOW / 2; /* of a wrong array with a name */
    size_t now, before;
    crs__ways found = *way;
    int dz_told, coupled, da_open, slipped;
    crs_status status;
    c->ways = *way;
    shares(c, way, 0, &usual);
    c->ways.da_factor = c->ways.dz_factor = usual.item[0];
    status = read_shares(c, &usual, formulas, &dz_told, &coupled, &da_open, &slipped);
    if (status != CRS_OK)
        return status;
    crs__numbers_put(&told, c->ways.dz_factor);
    now = before = slipped && *least < SIZE_MAX - bonus ? *least + bonus : *least;
    for (size_t i = 0; status == CRS_OK && i < (da_open ? usual.n : 1); i++) {
        c->ways.da_factor = da_open ? usual.item[i] : c->ways.da_factor;
        status = try_all(c, dz_told ? &told : &usual, coupled, &found, &now);
    }
    if (status == CRS_OK && now < before) {
        *best = found;
        *least = slipped && now > bonus ? now - bonus : now;
    }
    return status;
}

crs_status crs__settle_late_shares(crs__case *c, const crs__ways *way, crs__ways *best,
                                   size_t *least)
{
    crs__hypothesis formulas[CRS__HYPOTHESES];
    crs__numbers usual, unusual;
    size_t otherwise = 1; /* only what leaves nothing wrong is of interest */
    crs__ways found = *way;
    int dz_told, coupled, da_open, slipped;
    crs_status status;
    c->ways = *way;
    shares(c, way, 0, &usual);
    c->ways.da_factor = c->ways.dz_factor = usual.item[0];
    status = read_shares(c, &usual, formulas, &dz_told, &coupled, &da_open, &slipped);
    if (status != CRS_OK || dz_told)
        return status;
    shares(c, way, 1, &unusual);
    for (size_t i = 0; status == CRS_OK && i < unusual.n && otherwise > 0; i++) {
        crs__numbers one = {1, {unusual.item[i]}};
        c->ways.da_factor = unusual.item[i];
        status = try_all(c, &one, 0, &found, &otherwise);
    }
    if (status == CRS_OK && otherwise == 0) {
        *best = found;
        *least = 0;
    }
    return status;
}
