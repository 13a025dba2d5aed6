/*
 * What the net is, as far as its arrays tell: number type, activations, output.
 *
 * An activation is inferred from Z and A, where both are there. Where they are not, all that
 * is common are tried, and that under which the fewest arrays are wrong is taken.
 */
#include "act/act.h"
#include "check/diagnose/case.h"
#include "core/memory.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* ---- the number type ---- */

/* Are all values of a float64 array numbers of float32, and not just whole ones? */
static int is_narrow(const crs_array *array, int *fractions)
{
    for (size_t i = 0; i < array->n; i++) {
        double v = array->values[i];
        if (isfinite(v) && (double)(float)v != v)
            return 0;
        *fractions |= isfinite(v) && v * 16 != floor(v * 16);
    }
    return 1;
}

/*
 * The coarsest type among what was computed. Arrays of float64 whose every value is one of
 * float32 were computed in that and widened when they were saved.
 */
double crs__roundoff(const crs__case *c)
{
    double u = 0;
    int narrow = 1, fractions = 0;
    for (int kind = CRS__W; kind < CRS__KINDS; kind++) {
        for (size_t l = 0; l <= c->n_layers; l++) {
            const crs_array *source = c->nodes[kind][l].source;
            if (source == NULL || kind == CRS__D || kind == CRS__COST || (kind == CRS__A && l == 0))
                continue;
            u = fmax(u, source->roundoff);
            narrow = narrow && is_narrow(source, &fractions);
        }
    }
    if (narrow && fractions)
        u = fmax(u, 0x1p-24);
    return fmax(u, 0x1p-53);
}

/* ---- hidden activations ---- */

/* Tried in this order: where data cannot tell two apart, the first is taken. */
static const crs_act_id usual_order[] = {
    CRS_ACT_RELU,     CRS_ACT_TANH,  CRS_ACT_SIGMOID,  CRS_ACT_ABS,          CRS_ACT_LEAKY_RELU,
    CRS_ACT_ELU,      CRS_ACT_SELU,  CRS_ACT_GELU,     CRS_ACT_GELU_TANH,    CRS_ACT_SILU,
    CRS_ACT_SOFTPLUS, CRS_ACT_RELU6, CRS_ACT_HARDTANH, CRS_ACT_HARD_SIGMOID, CRS_ACT_HARD_SWISH,
    CRS_ACT_MISH,     CRS_ACT_LINEAR};

#define N_ACTS (sizeof usual_order / sizeof *usual_order)

/* How many elements of A are not keep D g(z). */
static size_t count_off(const crs__case *c, size_t l, const crs_act *act, double keep,
                        const crs__mat *z)
{
    const crs__mat *a = &c->nodes[CRS__A][l].given;
    const crs__mat *mask = crs__is_given(c, CRS__D, l) ? &c->nodes[CRS__D][l].given : NULL;
    size_t off = 0;
    for (size_t i = 0; i < z->rows * z->cols; i++) {
        crs__number g = crs__unit_value(act, z->v[i], crs__mat_e(z, i), c->u);
        double factor = mask == NULL ? 1 : mask->v[i] * keep;
        double bound = factor * g.e + 4 * c->u * (fabs(factor * g.v) + fabs(a->v[i]));
        off += !(fabs(factor * g.v - a->v[i]) <= bound);
    }
    return off;
}

/* The element with the most negative z that dropout lets through; -1 without one. */
static ptrdiff_t lowest(const crs__case *c, size_t l, const crs__mat *z)
{
    const crs__mat *mask = crs__is_given(c, CRS__D, l) ? &c->nodes[CRS__D][l].given : NULL;
    ptrdiff_t at = -1;
    for (size_t i = 0; i < z->rows * z->cols; i++) {
        if (z->v[i] < 0 && (mask == NULL || mask->v[i] != 0) && (at < 0 || z->v[i] < z->v[at]))
            at = (ptrdiff_t)i;
    }
    return at;
}

/* The parameter that the data ask for: leaky_relu's slope, elu's alpha. */
static void fit_parameter(const crs__case *c, size_t l, double keep, const crs__mat *z,
                          crs_act *act)
{
    ptrdiff_t at = lowest(c, l, z);
    double mask = 1, below, param;
    if (at < 0 || (act->id != CRS_ACT_LEAKY_RELU && act->id != CRS_ACT_ELU))
        return;
    if (crs__is_given(c, CRS__D, l))
        mask = c->nodes[CRS__D][l].given.v[at] * keep;
    below = act->id == CRS_ACT_LEAKY_RELU ? z->v[at] : expm1(z->v[at]);
    param = c->nodes[CRS__A][l].given.v[at] / mask / below;
    if (isfinite(param) && fabs(param) > 1e-9)
        crs__act_fill(act->id, crs__as_typed(param, c->u), act);
}

/* Factors that dropout may have: inverted, none, or what one element asks for. */
static size_t keep_factors(const crs__case *c, size_t l, const crs_act *act, const crs__mat *z,
                           double *out)
{
    const crs__mat *mask = &c->nodes[CRS__D][l].given, *a = &c->nodes[CRS__A][l].given;
    size_t n = 0, largest = 0;
    double g;
    out[n++] = 1;
    if (!crs__is_given(c, CRS__D, l))
        return n;
    if (!isnan(c->keep_prob[l]) && c->keep_prob[l] > 0) {
        out[0] = 1 / c->keep_prob[l];
        out[n++] = 1;
    } else {
        for (size_t i = 0; i < z->rows * z->cols; i++) {
            if (mask->v[i] != 0 && fabs(a->v[i]) > fabs(a->v[largest]))
                largest = i;
        }
        g = crs_act_value_f64(act, z->v[largest]);
        if (g != 0 && mask->v[largest] != 0)
            out[n++] = a->v[largest] / g / mask->v[largest];
    }
    return n;
}

/* Would somebody type this number? A slope that one negative z made up has all its digits. */
static int is_typed(const crs_act *act)
{
    return crs__as_typed(act->param, 1e-6) == act->param;
}

/*
 * The act, and dropout's factor, that explain A of layer l from z best; how many are off, twice
 * and one more for a parameter that nobody would type.
 */
static size_t best_act(crs__case *c, size_t l, const crs__mat *z, int fixed, crs_act *out)
{
    size_t least = SIZE_MAX;
    double keep_found = 1;
    for (size_t i = 0; i < (fixed ? 1 : N_ACTS) && least > 0; i++) {
        crs_act act;
        double keep[3];
        size_t n_keep;
        if (fixed)
            act = c->acts[l];
        else
            crs_act_get(usual_order[i], &act);
        n_keep = keep_factors(c, l, &act, z, keep);
        for (size_t k = 0; k < n_keep; k++) {
            size_t off;
            if (!fixed)
                fit_parameter(c, l, keep[k], z, &act);
            off = 2 * count_off(c, l, &act, keep[k], z) + !is_typed(&act);
            if (off < least) {
                least = off;
                *out = act;
                keep_found = keep[k];
            }
        }
    }
    c->ways.keep_factor[l] = keep_found;
    return least / 2;
}

static int same(const crs__mat *x, const crs__mat *y)
{
    return x->rows == y->rows && x->cols == y->cols &&
           memcmp(x->v, y->v, x->rows * x->cols * sizeof *x->v) == 0;
}

/*
 * Infer a hidden layer's act where A and something to hold it against are given. A Z that is
 * bit for bit A tells nothing; then what Z should have been is asked.
 */
static crs_status infer_act(crs__case *c, size_t l)
{
    static const crs__variant right = {CRS__RIGHT, 0, 0};
    crs__kind before = crs__preactivation(c, l);
    crs__ref ref = {before, l};
    const crs__mat *z = crs__get(c, before, l), *a = crs__get(c, CRS__A, l);
    int fixed = c->act_settled[l];
    crs__mat computed = {0};
    crs_act act;
    size_t off;
    crs_status status;
    if (isnan(c->keep_prob[l]) == 0 && c->keep_prob[l] > 0)
        c->ways.keep_factor[l] = 1 / c->keep_prob[l];
    if (!crs__is_given(c, CRS__A, l) || z == NULL || z->rows != a->rows || z->cols != a->cols)
        return CRS_OK;
    if (crs__is_given(c, before, l) && same(z, a)) {
        status = crs__compute(c, ref, &right, &computed);
        if (status != CRS_OK && status != CRS_ENOENT)
            return status;
        if (status == CRS_OK)
            z = &computed;
    }
    off = best_act(c, l, z, fixed, &act);
    if (off > 0 && z == &computed) { /* nothing was overwritten: a linear layer */
        z = crs__get(c, before, l);
        off = best_act(c, l, z, fixed, &act);
    }
    if (!fixed && off <= z->rows * z->cols / 2) {
        c->acts[l] = act;
        c->act_settled[l] = 1;
    }
    crs__mat_release(&computed);
    return CRS_OK;
}

/* What the range of A alone says: zeros and nothing below, between 0 and 1, between -1 and 1. */
static void guess_from_range(crs__case *c, size_t l)
{
    const crs__mat *a = &c->nodes[CRS__A][l].given;
    double least = INFINITY, most = -INFINITY;
    size_t zeros = 0;
    if (!crs__is_given(c, CRS__A, l) || crs__is_given(c, CRS__D, l))
        return;
    for (size_t i = 0; i < a->rows * a->cols; i++) {
        least = fmin(least, a->v[i]);
        most = fmax(most, a->v[i]);
        zeros += a->v[i] == 0;
    }
    if (least >= 0 && zeros > 0)
        crs_act_get(CRS_ACT_RELU, &c->acts[l]);
    else if (least > 0 && most < 1)
        crs_act_get(CRS_ACT_SIGMOID, &c->acts[l]);
    else if (least < 0 && least >= -1 && most <= 1)
        crs_act_get(CRS_ACT_TANH, &c->acts[l]);
    else
        return;
    c->act_settled[l] = 1;
}

/* ---- the output ---- */

static void set_output(crs__case *c, crs_output output)
{
    static const crs_act_id acts[] = {[CRS_OUTPUT_AUTO] = CRS_ACT_LINEAR,
                                      [CRS_OUTPUT_SIGMOID] = CRS_ACT_SIGMOID,
                                      [CRS_OUTPUT_SOFTMAX] = CRS_ACT_LINEAR,
                                      [CRS_OUTPUT_LINEAR] = CRS_ACT_LINEAR,
                                      [CRS_OUTPUT_TANH] = CRS_ACT_TANH};
    c->output = output;
    crs_act_get(acts[output], &c->acts[c->n_layers]);
}

/* Outputs that the labels go with, the usual first; those that A and Z decide alone. */
static crs_status outputs_of(crs__case *c, crs_output *list, size_t *n)
{
    static const crs__variant right = {CRS__RIGHT, 0, 0};
    static const crs_output all[] = {CRS_OUTPUT_SIGMOID, CRS_OUTPUT_SOFTMAX, CRS_OUTPUT_LINEAR,
                                     CRS_OUTPUT_TANH};
    const crs__mat *y = crs__get(c, CRS__Y, 0);
    size_t l = c->n_layers, k = c->widths[l];
    crs__ref ref = {CRS__A, l};
    int binary = y != NULL, one_hot = y != NULL && k > 1;
    *n = 0;
    for (size_t j = 0; y != NULL && j < y->cols; j++) {
        double sum = 0;
        for (size_t i = 0; i < y->rows; i++) {
            double v = y->v[i * y->cols + j];
            binary = binary && v >= 0 && v <= 1;
            sum += v;
        }
        one_hot = one_hot && fabs(sum - 1) < 1e-6;
    }
    for (size_t i = 0; crs__is_given(c, CRS__A, l) && i < 4; i++) {
        crs__difference difference;
        crs__mat computed;
        crs_status status;
        if (all[i] == CRS_OUTPUT_SOFTMAX && k < 2)
            continue;
        set_output(c, all[i]);
        status = crs__compute(c, ref, &right, &computed);
        if (status == CRS_ENOENT)
            continue;
        if (status != CRS_OK)
            return status;
        crs__compare(c, crs__node_at(c, ref), &computed, &difference);
        crs__mat_release(&computed);
        if (difference.n_wrong == 0) {
            list[(*n)++] = all[i];
            return CRS_OK;
        }
    }
    if (binary && one_hot)
        list[(*n)++] = CRS_OUTPUT_SOFTMAX;
    if (binary)
        list[(*n)++] = CRS_OUTPUT_SIGMOID;
    list[(*n)++] = CRS_OUTPUT_LINEAR;
    list[(*n)++] = CRS_OUTPUT_TANH;
    return CRS_OK;
}

/* ---- all together ---- */

/* Forward is computed for the output at hand; the ways of backward are settled. */
static crs_status try_output(crs__case *c, crs_output output, size_t *wrong)
{
    size_t forward = 0, backward = 0;
    crs_status status;
    set_output(c, output);
    status = crs__compute_all(c, CRS__Z);
    if (status == CRS_OK)
        status = crs__settle_ways(c, &backward);
    if (status == CRS_OK) /* the output alone: hidden layers are the same for all */
        status = crs__count_mismatches(c, CRS__COST, CRS__COST, SIZE_MAX, &forward);
    *wrong = forward + backward;
    return status;
}

static crs_status settle_output(crs__case *c, size_t *least)
{
    crs_output list[4], best;
    size_t n = 0, wrong;
    crs_status status = CRS_OK;
    *least = SIZE_MAX;
    if (!c->has_output)
        return crs__settle_ways(c, least);
    if (c->options->output != CRS_OUTPUT_AUTO)
        list[n++] = c->options->output;
    else
        status = outputs_of(c, list, &n);
    c->output_assumed = n > 1;
    best = list[0];
    for (size_t i = 0; status == CRS_OK && i<n && * least> 0; i++) {
        status = try_output(c, list[i], &wrong);
        if (status == CRS_OK && wrong < *least) {
            *least = wrong;
            best = list[i];
        }
    }
    return status == CRS_OK ? try_output(c, best, least) : status;
}

/* Common acts for the layers that nothing tells of, the same for all of them. */
static crs_status try_acts(crs__case *c, size_t hidden, size_t *least)
{
    static const crs_act_id common[] = {
        CRS_ACT_RELU,     CRS_ACT_TANH,         CRS_ACT_SIGMOID,    CRS_ACT_LEAKY_RELU,
        CRS_ACT_GELU,     CRS_ACT_SILU,         CRS_ACT_ELU,        CRS_ACT_SELU,
        CRS_ACT_SOFTPLUS, CRS_ACT_GELU_TANH,    CRS_ACT_MISH,       CRS_ACT_RELU6,
        CRS_ACT_HARDTANH, CRS_ACT_HARD_SIGMOID, CRS_ACT_HARD_SWISH, CRS_ACT_ABS};
    size_t n = sizeof common / sizeof *common, best = 0, wrong, forward;
    size_t front = SIZE_MAX, back = SIZE_MAX;
    crs_status status = CRS_OK;
    *least = SIZE_MAX;
    for (size_t i = 0; status == CRS_OK && i <= n && (*least > 0 || i == n); i++) {
        size_t now = i < n ? i : best;
        for (size_t l = 1; l <= hidden; l++) {
            if (!c->act_settled[l])
                crs_act_get(common[now], &c->acts[l]);
        }
        status = crs__compute_all(c, CRS__Z);
        if (status == CRS_OK)
            status = settle_output(c, &wrong);
        if (status == CRS_OK)
            status = crs__count_mismatches(c, CRS__Z, CRS__A, SIZE_MAX, &forward);
        /* Z = W g(Z) + b tells g whatever backward makes of it */
        if (status == CRS_OK && (forward < front || (forward == front && wrong < back))) {
            front = forward;
            back = wrong;
            *least = front + back;
            best = now;
        }
        if (*least == 0)
            break;
    }
    for (size_t l = 1; l <= hidden; l++)
        c->act_assumed[l] = !c->act_settled[l];
    return status;
}

crs_status crs__settle(crs__case *c, size_t *mismatches, crs_error *err)
{
    size_t all = c->columns, hidden = c->has_output ? c->n_layers - 1 : c->n_layers;
    size_t wrong = 0, unsettled = 0;
    crs_status status = CRS_OK;
    c->u = crs__roundoff(c);
    c->columns = all < CRS__FIRST_LOOK ? all : CRS__FIRST_LOOK;
    for (size_t l = 1; status == CRS_OK && l <= hidden; l++) {
        status = crs__compute_all(c, CRS__Z);
        if (status == CRS_OK)
            status = infer_act(c, l);
        if (status == CRS_OK && !c->act_settled[l])
            guess_from_range(c, l);
        unsettled += !c->act_settled[l];
    }
    if (status == CRS_OK)
        status = crs__compute_all(c, CRS__Z);
    if (status == CRS_OK)
        status = unsettled > 0 ? try_acts(c, hidden, &wrong) : settle_output(c, &wrong);
    c->columns = all;
    if (status == CRS_OK)
        status = crs__compute_all(c, CRS__Z);
    if (status == CRS_OK)
        status = crs__settle_step(c);
    if (status == CRS_OK)
        status = crs__count_mismatches(c, CRS__Z, CRS__B_NEW, SIZE_MAX, mismatches);
    if (status != CRS_OK)
        return crs_error_set(err, status, "reading the arrays: %s", crs_status_text(status));
    return CRS_OK;
}
