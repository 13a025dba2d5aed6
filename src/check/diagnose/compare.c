/* A given array held against a computed one. */
#include "check/diagnose/case.h"

#include <float.h>
#include <math.h>
#include <string.h>

/*
 * What underflow may do to a result on the way, beside its rounding: the smallest normal
 * number of the author's type, for each of a few steps.
 */
static double underflow(double u)
{
    return 4 * (u > 0x1p-20 ? 0x1p-14 * 0x1p-10 : u > 0x1p-40 ? (double)FLT_MIN : DBL_MIN);
}

/* The place in `computed` of element i of `given`, which may have more columns; -1 past its end. */
static ptrdiff_t place(const crs__mat *given, const crs__mat *computed, size_t i)
{
    size_t row, col;
    if (given->cols == computed->cols)
        return (ptrdiff_t)i;
    row = i / given->cols;
    col = i % given->cols;
    return col < computed->cols ? (ptrdiff_t)(row * computed->cols + col) : -1;
}

/*
 * How many bounds element i is off by; 1 is just allowed. What is below u^2 of the array's
 * largest, `largest`, is left of a cancellation, in one right formula and not in the next.
 */
static double excess(const crs__case *c, const crs__mat *given, const crs__mat *computed, size_t i,
                     size_t at, double largest)
{
    double x = given->v[i], y = computed->v[at], bound;
    if (!isfinite(x)) /* never right, though what makes it may be infinite too */
        return INFINITY;
    if (x == y || isnan(y) || isnan(computed->e[at]))
        return 0;
    if (isinf(y))
        return INFINITY;
    bound =
        computed->e[at] + 2 * c->u * (fabs(x) + fabs(y)) + c->u * c->u * largest + underflow(c->u);
    return isnan(bound) ? 0 : fabs(x - y) / bound;
}

int crs__is_off(const crs__case *c, const crs__node *node, const crs__mat *computed, size_t i)
{
    ptrdiff_t at = place(&node->given, computed, i);
    return at >= 0 && excess(c, &node->given, computed, i, (size_t)at, 0) > 1;
}

static double largest_of(const crs__mat *x)
{
    double largest = 0;
    for (size_t i = 0; i < x->rows * x->cols; i++)
        largest = fabs(x->v[i]) > largest ? fabs(x->v[i]) : largest;
    return largest;
}

void crs__compare(const crs__case *c, const crs__node *node, const crs__mat *computed,
                  crs__difference *out)
{
    const crs__mat *given = &node->given;
    double largest = largest_of(computed), difference = 0;
    memset(out, 0, sizeof *out);
    if (node->odd || given->rows != computed->rows || given->cols < computed->cols) {
        out->shape = 1;
        return;
    }
    for (size_t i = 0; i < given->rows * given->cols; i++) {
        ptrdiff_t at = place(given, computed, i);
        double by, d;
        if (at < 0)
            continue;
        by = excess(c, given, computed, i, (size_t)at, largest);
        d = fabs(given->v[i] - computed->v[at]);
        difference = d > difference ? d : difference;
        out->n++;
        out->n_wrong += by > 1;
        if (by > out->excess) {
            out->excess = by;
            out->worst = i;
        }
    }
    out->error = difference == 0 ? 0 : difference / (largest > 0 ? largest : 1);
}

/* Does a given node follow from what is before it, by either right route? */
static crs_status matches(crs__case *c, crs__ref ref, int *checked, int *out)
{
    static const crs__slip routes[] = {CRS__RIGHT, CRS__OTHER_ROUTE};
    crs__node *node = crs__node_at(c, ref);
    *checked = *out = 0;
    if (node->odd) { /* no right array has such a shape */
        *checked = 1;
        return CRS_OK;
    }
    for (size_t i = 0; i < 2 && !*out; i++) {
        crs__difference difference;
        crs_status status;
        if (i == 1 && !(ref.kind == CRS__DZ))
            break;
        status = crs__check(c, ref, routes[i], &difference);
        if (status == CRS_ENOENT)
            continue;
        if (status != CRS_OK)
            return status;
        *checked = 1;
        *out = !difference.shape && difference.n_wrong == 0;
    }
    return CRS_OK;
}

crs_status crs__count_mismatches(crs__case *c, crs__kind from, crs__kind to, size_t least,
                                 size_t *out)
{
    size_t late = 0;
    *out = 0;
    for (size_t i = 0; i < c->n_flow && *out + late < least; i++) {
        crs__ref ref = c->flow[i];
        int checked, matched;
        crs_status status = CRS_OK;
        if (ref.kind < from || ref.kind > to)
            continue;
        status = crs__compute_node(c, ref);
        if (status == CRS_OK && !crs__is_given(c, ref.kind, ref.layer))
            continue;
        if (status == CRS_OK)
            status = matches(c, ref, &checked, &matched);
        if (status != CRS_OK)
            return status;
        if (!checked || matched)
            continue;
        late = *out == 0 ? c->n_flow - i : late;
        *out += CRS__FLOW;
    }
    *out += late;
    return CRS_OK;
}
