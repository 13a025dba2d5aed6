/*
 * Where backward begins: dA and dZ of the output, from A and Y.
 *
 * Unit delta (the derivative of a sample's own cost with kappa = 1; the (a - y)^2 / 2 of the
 * squared error), with respect to z:
 *     sigmoid with bce, softmax with ce, linear with squared      a - y
 *     sigmoid or tanh with squared                                (a - y) g'(z)
 *     softmax with squared                                        J (a - y), J = diag(a) - a a^T
 */
#include "check/diagnose/case.h"
#include "core/memory.h"

#include <math.h>
#include <string.h>

/* a - y with its bound: a is what the author had, or what we think he had. */
static crs__number residual(const crs__case *c, const crs__mat *a, const crs__mat *y, size_t i)
{
    crs__number r = {a->v[i] - y->v[i], 0};
    r.e = crs__mat_e(a, i) + 2 * c->u * (fabs(a->v[i]) + fabs(r.v));
    return r;
}

static crs__number times(crs__number x, crs__number y, double u)
{
    crs__number p = {x.v * y.v, 0};
    p.e = fabs(x.v) * y.e + x.e * (fabs(y.v) + y.e) + 2 * u * fabs(p.v);
    return p;
}

/* g' of the output from its a: a (1 - a) or 1 - a^2; by either formula, so u of 1. */
static crs__number slope_from_a(const crs__case *c, const crs__mat *a, size_t i)
{
    double v = a->v[i], e = crs__mat_e(a, i);
    crs__number s = {1, 0};
    if (c->output == CRS_OUTPUT_TANH) {
        s.v = 1 - v * v;
        s.e = 2 * fabs(v) * e + 4 * c->u;
    } else if (c->output != CRS_OUTPUT_LINEAR) {
        s.v = v * (1 - v);
        s.e = e + 4 * c->u * fabs(v);
    }
    return s;
}

/* J r of one sample: a_k (r_k - sum_j a_j r_j) */
static void times_jacobian(const crs__case *c, const crs__mat *a, size_t sample, crs__mat *r)
{
    size_t k_max = a->rows, m = a->cols;
    double dot = 0, size = 0, e = 0;
    for (size_t k = 0; k < k_max; k++) {
        size_t i = k * m + sample;
        dot += a->v[i] * r->v[i];
        size += fabs(a->v[i] * r->v[i]);
        e += fabs(a->v[i]) * r->e[i] + crs__mat_e(a, i) * fabs(r->v[i]);
    }
    e += crs__mat_gamma(k_max + 6, c->u) * size;
    for (size_t k = 0; k < k_max; k++) {
        size_t i = k * m + sample;
        double inner = r->v[i] - dot, e_inner = r->e[i] + e + 2 * c->u * (fabs(r->v[i]) + size);
        r->v[i] = a->v[i] * inner;
        r->e[i] =
            fabs(a->v[i]) * e_inner + crs__mat_e(a, i) * fabs(inner) + 4 * c->u * fabs(r->v[i]);
    }
}

/* dA of a loss, with kappa = 1. */
static crs__number da_of(const crs__case *c, crs_cost cost, const crs__mat *a, const crs__mat *y,
                         size_t i)
{
    double v = a->v[i], e = crs__mat_e(a, i), t = y->v[i], eps = c->ways.log_epsilon;
    crs__number r = {0, 0};
    if (cost == CRS_COST_SQUARED)
        return residual(c, a, y, i);
    if (t != 0) {
        r.v -= t / (v + eps);
        r.e += fabs(t) / ((v + eps) * (v + eps)) * (e + 4 * c->u * fabs(v));
    }
    if (cost == CRS_COST_BCE && t != 1) {
        double rest = 1 - v + eps;
        r.v += (1 - t) / rest;
        r.e += fabs(1 - t) / (rest * rest) * (e + 4 * c->u);
    }
    r.e += 4 * c->u * fabs(r.v);
    return r;
}

/* Does delta come out as a - y? */
static int is_canonical(crs_output output, crs_cost cost)
{
    return (output == CRS_OUTPUT_SIGMOID && cost == CRS_COST_BCE) ||
           (output == CRS_OUTPUT_SOFTMAX && cost == CRS_COST_CE) ||
           (output == CRS_OUTPUT_LINEAR && cost == CRS_COST_SQUARED);
}

/* What the passes below need. */
typedef struct sources {
    const crs__mat *a, *y, *da;
    size_t n, rows, cols;
} sources;

/* out = a - y, or dA of a loss. */
static void fill(const crs__case *c, const sources *s, int as_da, crs_cost cost, crs__mat *out)
{
    for (size_t i = 0; i < s->n; i++) {
        crs__number r = as_da ? da_of(c, cost, s->a, s->y, i) : residual(c, s->a, s->y, i);
        out->v[i] = r.v;
        out->e[i] = r.e;
    }
}

/* out *= g', elementwise; for softmax only its diagonal */
static void times_slopes(const crs__case *c, const crs__mat *a, crs__mat *out)
{
    for (size_t i = 0; i < out->rows * out->cols; i++) {
        crs__number r = {out->v[i], out->e[i]};
        r = times(r, slope_from_a(c, a, i), c->u);
        out->v[i] = r.v;
        out->e[i] = r.e;
    }
}

/* out = g' applied to dA, with all of softmax's Jacobian */
static void times_derivative(const crs__case *c, const crs__mat *a, crs__mat *out)
{
    if (c->output != CRS_OUTPUT_SOFTMAX) {
        times_slopes(c, a, out);
        return;
    }
    for (size_t j = 0; j < out->cols; j++)
        times_jacobian(c, a, j, out);
}

/* Cross-entropies want probabilities. */
static int goes_with(crs_output output, crs_cost cost)
{
    return (cost != CRS_COST_BCE || output == CRS_OUTPUT_SIGMOID) &&
           (cost != CRS_COST_CE || output == CRS_OUTPUT_SOFTMAX);
}

/*
 * The delta a - y may have come by way of dA, which was not saved: of a softmax
 * a_k (-y_k / a_k + sum_j a_j y_j / a_j), of a sigmoid (-y / a + (1 - y) / (1 - a)) a (1 - a).
 * Where a and y cancel, that leaves the rounding of terms of their size: four steps of y_k, and
 * of a_k four and those of the sum, as labels sum to 1.
 */
static void allow_way_by_da(const crs__case *c, const sources *s, crs__mat *out)
{
    double steps = crs__mat_gamma(s->rows + 6, c->u);
    for (size_t i = 0; i < s->n; i++)
        out->e[i] += steps * (fabs(s->a->v[i]) + fabs(s->y->v[i]));
}

/* The unit delta of a loss with this output; CRS_ENOENT where they make none. */
static crs_status unit_delta(const crs__case *c, const sources *s, crs_cost cost, crs__mat *out)
{
    if (!goes_with(c->output, cost))
        return CRS_ENOENT;
    fill(c, s, 0, cost, out);
    if (!is_canonical(c->output, cost))
        times_derivative(c, s->a, out);
    else if (cost != CRS_COST_SQUARED)
        allow_way_by_da(c, s, out);
    return CRS_OK;
}

/* softmax(a) - y: the loss takes probabilities for logits; `full`: and goes back through both */
static crs_status twice(const crs__case *c, const sources *s, int full, crs__mat *out)
{
    if (c->output != CRS_OUTPUT_SOFTMAX)
        return CRS_ENOENT;
    for (size_t j = 0; j < s->cols; j++) {
        double sum = 0;
        for (size_t k = 0; k < s->rows; k++)
            sum += exp(s->a->v[k * s->cols + j]);
        for (size_t k = 0; k < s->rows; k++) {
            size_t i = k * s->cols + j;
            double p = exp(s->a->v[i]) / sum;
            out->v[i] = p - s->y->v[i];
            out->e[i] = (crs__mat_gamma(s->rows + 12, c->u) + 2 * crs__mat_e(s->a, i)) * p +
                        2 * c->u * fabs(out->v[i]);
        }
    }
    if (full)
        times_derivative(c, s->a, out);
    return CRS_OK;
}

/* y replaced by its mean over the samples: what (m, 1) - (m,) comes to */
static crs_status broadcast(const crs__case *c, const sources *s, int through, crs__mat *out)
{
    double mean = 0;
    if (s->rows != 1 || s->cols < 2)
        return CRS_ENOENT;
    for (size_t j = 0; j < s->cols; j++)
        mean += s->y->v[j] / (double)s->cols;
    for (size_t j = 0; j < s->cols; j++) {
        out->v[j] = s->a->v[j] - mean;
        out->e[j] = crs__mat_e(s->a, j) +
                    crs__mat_gamma(s->cols + 8, c->u) * (fabs(mean) + fabs(s->a->v[j]));
    }
    if (through && !is_canonical(c->output, c->ways.cost))
        times_derivative(c, s->a, out);
    return CRS_OK;
}

/* sign(a - y), the derivative of |a - y|, times g' */
static crs_status absolute(const crs__case *c, const sources *s, int through, crs__mat *out)
{
    for (size_t i = 0; i < s->n; i++) {
        crs__number r = residual(c, s->a, s->y, i);
        out->v[i] = r.v > 0 ? 1 : r.v < 0 ? -1 : 0;
        out->e[i] = fabs(r.v) <= r.e ? 2 : 2 * c->u;
    }
    if (through)
        times_derivative(c, s->a, out);
    return CRS_OK;
}

/* dZ without the factors that stand in it. */
static crs_status delta(const crs__case *c, const sources *s, const crs__variant *variant,
                        crs__mat *out)
{
    crs_cost cost = c->ways.cost;
    crs_status status;
    int is_factor;
    (void)crs__slip_factor(c, variant, &is_factor);
    if (is_factor || variant->slip == CRS__RIGHT)
        return unit_delta(c, s, cost, out);
    switch (variant->slip) {
    case CRS__TIMES_SLOPE:
        if (c->output == CRS_OUTPUT_LINEAR || !is_canonical(c->output, cost))
            return CRS_ENOENT;
        fill(c, s, 0, cost, out);
        times_slopes(c, s->a, out);
        crs__mat_scale(out, variant->value, c->u);
        return CRS_OK;
    case CRS__WITHOUT_SLOPE:
        if (is_canonical(c->output, cost))
            return CRS_ENOENT;
        fill(c, s, 0, cost, out);
        crs__mat_scale(out, variant->value, c->u);
        return CRS_OK;
    case CRS__OTHER_LOSS:
        if (variant->arg == (size_t)cost)
            return CRS_ENOENT;
        status = unit_delta(c, s, (crs_cost)variant->arg, out);
        if (status == CRS_OK)
            crs__mat_scale(out, variant->value, c->u);
        return status;
    case CRS__ABSOLUTE_LOSS:
        return absolute(c, s, 1, out);
    case CRS__SOFTMAX_DIAGONAL:
        if (c->output != CRS_OUTPUT_SOFTMAX)
            return CRS_ENOENT;
        fill(c, s, 1, cost, out);
        times_slopes(c, s->a, out);
        return CRS_OK;
    case CRS__SOFTMAX_TWICE:
    case CRS__SOFTMAX_TWICE_FULL:
        return twice(c, s, variant->slip == CRS__SOFTMAX_TWICE_FULL, out);
    case CRS__BROADCAST:
    case CRS__BROADCAST_SUM:
        status = broadcast(c, s, 1, out);
        if (status == CRS_OK && variant->slip == CRS__BROADCAST_SUM)
            crs__mat_scale(out, (double)c->m, c->u);
        return status;
    default:
        return CRS_ENOENT;
    }
}

/* From the given dA through g'; the factor that dZ has and dA not yet. */
static crs_status from_da(const crs__case *c, const sources *s, const crs__variant *variant,
                          crs__mat *out)
{
    int diagonal = variant->slip == CRS__SOFTMAX_DIAGONAL;
    int none = variant->slip == CRS__SLOPE_ONE;
    if (s->da == NULL || (diagonal && c->output != CRS_OUTPUT_SOFTMAX))
        return CRS_ENOENT;
    for (size_t i = 0; i < s->n; i++) {
        out->v[i] = s->da->v[i];
        out->e[i] = crs__mat_e(s->da, i) + 2 * c->u * fabs(s->da->v[i]);
    }
    if (diagonal)
        times_slopes(c, s->a, out);
    else if (!none)
        times_derivative(c, s->a, out);
    crs__mat_scale(out, c->ways.dz_factor / c->ways.da_factor, c->u);
    return CRS_OK;
}

static crs_status compute_da(const crs__case *c, const sources *s, const crs__variant *variant,
                             crs__mat *out)
{
    crs_cost cost = c->ways.cost;
    int is_factor;
    crs_status status = CRS_OK;
    double factor = c->ways.da_factor;
    (void)crs__slip_factor(c, variant, &is_factor);
    switch (variant->slip) {
    case CRS__OTHER_LOSS:
        if (variant->arg == (size_t)cost || !goes_with(c->output, (crs_cost)variant->arg))
            return CRS_ENOENT;
        fill(c, s, 1, (crs_cost)variant->arg, out);
        factor *= variant->value;
        break;
    case CRS__SOFTMAX_TWICE:
        status = twice(c, s, 0, out);
        break;
    case CRS__BROADCAST:
    case CRS__BROADCAST_SUM:
        if (cost != CRS_COST_SQUARED)
            return CRS_ENOENT;
        status = broadcast(c, s, 0, out);
        factor *= variant->slip == CRS__BROADCAST_SUM ? (double)c->m : 1;
        break;
    case CRS__ABSOLUTE_LOSS:
        status = absolute(c, s, 0, out);
        break;
    default:
        if (variant->slip != CRS__RIGHT && !is_factor)
            return CRS_ENOENT;
        fill(c, s, 1, cost, out);
    }
    if (status == CRS_OK)
        crs__mat_scale(out, factor, c->u);
    return status;
}

static crs_status compute_dz(const crs__case *c, const sources *s, const crs__variant *variant,
                             crs__mat *out)
{
    crs_status status;
    int given = c->nodes[CRS__DZ][c->n_layers].source != NULL;
    if (variant->slip == CRS__OTHER_ROUTE || variant->slip == CRS__SLOPE_ONE ||
        (s->da != NULL && (s->y == NULL || variant->slip == CRS__SOFTMAX_DIAGONAL ||
                           (variant->slip == CRS__RIGHT && !given))))
        return from_da(c, s, variant, out);
    if (s->y == NULL)
        return CRS_ENOENT;
    status = delta(c, s, variant, out);
    if (status == CRS_OK)
        crs__mat_scale(out, c->ways.dz_factor, c->u);
    return status;
}

crs_status crs__output_of(const crs__case *c, crs__kind kind, const crs__mat *a, const crs__mat *y,
                          crs__mat *out)
{
    static const crs__variant right = {CRS__RIGHT, 0, 0};
    sources s = {a, y, NULL, a->rows * a->cols, a->rows, a->cols};
    crs_status status = crs__mat_make(a->rows, a->cols, out);
    if (status != CRS_OK)
        return status;
    status = kind == CRS__DA ? compute_da(c, &s, &right, out) : compute_dz(c, &s, &right, out);
    if (status != CRS_OK)
        crs__mat_release(out);
    return status;
}

/* For labels of other samples. */
static crs_status shuffled(const crs__case *c, crs__ref ref, crs__mat *out)
{
    crs__mat y;
    crs_status status = crs__labels_shuffled(c, ref, &y);
    if (status == CRS_OK)
        status = crs__output_of(c, ref.kind, crs__get(c, CRS__A, ref.layer), &y, out);
    crs__mat_release(&y);
    return status;
}

crs_status crs__compute_output(const crs__case *c, crs__ref ref, const crs__variant *variant,
                               crs__mat *out)
{
    size_t l = c->n_layers;
    sources s = {crs__get(c, CRS__A, l),
                 crs__get(c, CRS__Y, 0),
                 crs__is_given(c, CRS__DA, l) ? crs__get(c, CRS__DA, l) : NULL,
                 0,
                 0,
                 0};
    crs_status status;
    double factor;
    int is_factor;
    if (s.a == NULL || (ref.kind == CRS__DA && s.y == NULL) ||
        (s.y != NULL && (s.y->rows != s.a->rows || s.y->cols != s.a->cols)))
        return CRS_ENOENT;
    if (variant->slip == CRS__SHUFFLED)
        return shuffled(c, ref, out);
    s.rows = s.a->rows;
    s.cols = s.a->cols;
    s.n = s.rows * s.cols;
    status = crs__mat_make(s.rows, s.cols, out);
    if (status != CRS_OK)
        return status;
    status =
        ref.kind == CRS__DA ? compute_da(c, &s, variant, out) : compute_dz(c, &s, variant, out);
    factor = crs__slip_factor(c, variant, &is_factor);
    if (status == CRS_OK && is_factor)
        crs__mat_scale(out, factor, c->u);
    if (status != CRS_OK)
        crs__mat_release(out);
    return status;
}
