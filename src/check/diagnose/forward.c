/* Forward: Z, A and the cost, by the right formula and by those that people slip into. */
#include "check/diagnose/case.h"
#include "core/memory.h"

#include <math.h>
#include <string.h>

/* ---- Z ---- */

/* W of layer `from` times an input, with the bias of layer l. */
static crs_status affine(const crs__case *c, size_t l, size_t from, int transpose, int bias,
                         const crs__mat *input, crs__mat *out)
{
    const crs__mat *w = crs__get(c, CRS__W, from), *b = crs__get(c, CRS__B, l);
    crs_status status;
    if (w == NULL || input == NULL || (transpose ? w->rows : w->cols) != input->rows ||
        (transpose ? w->cols : w->rows) != c->widths[l])
        return CRS_ENOENT;
    status = crs__mat_product(1, transpose, w, 0, input, c->u, input->cols, out);
    if (status == CRS_OK && bias && b != NULL)
        crs__mat_add_column(out, b, c->u);
    return status;
}

static void apply_unit(const crs_act *act, double u, crs__mat *x)
{
    for (size_t i = 0; i < x->rows * x->cols; i++) {
        crs__number a = crs__unit_value(act, x->v[i], x->e[i], u);
        x->v[i] = a.v;
        x->e[i] = a.e;
    }
}

static crs_status compute_z(const crs__case *c, size_t l, const crs__variant *variant,
                            crs__mat *out)
{
    const crs__mat *input = crs__get(c, CRS__A, l - 1);
    crs_status status;
    switch (variant->slip) {
    case CRS__RIGHT:
        return affine(c, l, l, 0, 1, input, out);
    case CRS__NO_BIAS:
        return crs__is_given(c, CRS__B, l) ? affine(c, l, l, 0, 0, input, out) : CRS_ENOENT;
    case CRS__Z_IS_A:
        if ((l == c->n_layers && c->output == CRS_OUTPUT_SOFTMAX) || c->has_bn[l])
            return CRS_ENOENT;
        status = affine(c, l, l, 0, 1, input, out);
        if (status == CRS_OK)
            apply_unit(&c->acts[l], c->u, out);
        return status;
    case CRS__WEIGHT_TRANSPOSED:
        return affine(c, l, l, 1, 1, input, out);
    case CRS__WEIGHT_OF:
        return affine(c, l, variant->arg, 0, 1, input, out);
    case CRS__INPUT_OF:
        return affine(c, l, l, 0, 1, crs__get(c, CRS__A, variant->arg), out);
    case CRS__INPUT_IS_Z:
        return l > 1 ? affine(c, l, l, 0, 1, crs__get(c, CRS__Z, l - 1), out) : CRS_ENOENT;
    default:
        return CRS_ENOENT;
    }
}

/* ---- A ---- */

/*
 * softmax over `n` numbers `stride` apart. exp(z - max) has the relative error of one rounding
 * of z - max, |z - max| u, and of exp; the sum n u; an error of z goes in at most twice.
 */
static void softmax(size_t n, size_t stride, double u, double *v, double *e)
{
    double max = v[0], sum = 0, ez = 0, spread = 0;
    for (size_t i = 0; i < n; i++) {
        max = fmax(max, v[i * stride]);
        ez = fmax(ez, e[i * stride]);
    }
    for (size_t i = 0; i < n; i++) {
        spread = fmax(spread, max - v[i * stride]);
        sum += v[i * stride] = exp(v[i * stride] - max);
    }
    for (size_t i = 0; i < n; i++) {
        double p = v[i * stride] / sum;
        v[i * stride] = p;
        e[i * stride] = p * (2 * ez + crs__mat_gamma(n + 8, u) + 2 * spread * u);
    }
}

static void softmax_columns(double u, crs__mat *x)
{
    for (size_t j = 0; j < x->cols; j++)
        softmax(x->rows, x->cols, u, x->v + j, x->e + j);
}

static void softmax_rows(double u, crs__mat *x)
{
    for (size_t i = 0; i < x->rows; i++)
        softmax(x->cols, 1, u, x->v + i * x->cols, x->e + i * x->cols);
}

/* A copy of z with bounds. */
static crs_status copy(const crs__mat *z, crs__mat *out)
{
    crs_status status = z == NULL ? CRS_ENOENT : crs__mat_make(z->rows, z->cols, out);
    if (status != CRS_OK)
        return status;
    memcpy(out->v, z->v, z->rows * z->cols * sizeof *z->v);
    if (z->e != NULL)
        memcpy(out->e, z->e, z->rows * z->cols * sizeof *z->e);
    return CRS_OK;
}

static crs_status compute_softmax(const crs__case *c, crs__slip slip, crs__mat *out)
{
    crs_status status;
    if (slip != CRS__RIGHT && slip != CRS__SOFTMAX_AXIS && slip != CRS__SOFTMAX_TWICE)
        return CRS_ENOENT;
    status = copy(crs__true_z(c, c->n_layers), out);
    if (status != CRS_OK)
        return status;
    if (slip == CRS__SOFTMAX_AXIS)
        softmax_rows(c->u, out);
    else
        softmax_columns(c->u, out);
    if (slip == CRS__SOFTMAX_TWICE)
        softmax_columns(c->u, out);
    return CRS_OK;
}

static crs_status compute_a(const crs__case *c, size_t l, const crs__variant *variant,
                            crs__mat *out)
{
    const crs__mat *mask = crs__get(c, CRS__D, l);
    crs_status status;
    if (l == c->n_layers && c->has_output && c->output == CRS_OUTPUT_SOFTMAX)
        return compute_softmax(c, variant->slip, out);
    if (variant->slip != CRS__RIGHT || (mask != NULL && isnan(c->ways.keep_factor[l])))
        return CRS_ENOENT;
    status = copy(crs__true_z(c, l), out);
    if (status != CRS_OK)
        return status;
    apply_unit(&c->acts[l], c->u, out);
    for (size_t i = 0; mask != NULL && i < out->rows * out->cols; i++) {
        out->v[i] *= mask->v[i] * c->ways.keep_factor[l];
        out->e[i] = out->e[i] * mask->v[i] * c->ways.keep_factor[l] +
                    crs__mat_gamma(3, c->u) * fabs(out->v[i]);
    }
    return CRS_OK;
}

/* ---- the cost ---- */

/*
 * One term and its bound. log(a) inherits ea / a; what is added to a is part of the author's
 * formula. 1 - a is exact or rounded once: u / (1 - a).
 */
static crs__number term(const crs__ways *ways, double a, double ea, double y, double u)
{
    crs__number t = {0, 0};
    double eps = ways->log_epsilon, rest = 1 - a;
    if (ways->cost == CRS_COST_SQUARED) {
        t.v = (a - y) * (a - y) / 2;
        t.e = fabs(a - y) * (ea + 2 * u * (fabs(a) + fabs(y))) + 4 * u * t.v;
        return t;
    }
    if (y != 0) {
        t.v -= y * log(a + eps);
        t.e += fabs(y) * ((ea + 2 * u * a) / (a + eps) + 4 * u * fabs(log(a + eps)));
    }
    if (ways->cost == CRS_COST_BCE && y != 1) {
        t.v -= (1 - y) * log(rest + eps);
        t.e += fabs(1 - y) * ((ea + 2 * u) / (rest + eps) + 4 * u * fabs(log(rest + eps)));
    }
    return t;
}

/* The outputs as the loss sees them: A, or softmax of it once more. */
static crs_status outputs_of_cost(const crs__case *c, int softmax_twice, crs__mat *out)
{
    crs_status status = copy(crs__get(c, CRS__A, c->n_layers), out);
    if (status == CRS_OK && softmax_twice)
        softmax_columns(c->u, out);
    return status;
}

/* sum of |w|^2 over all layers, and its bound */
static int squared_weights(const crs__case *c, crs__number *out)
{
    size_t n = 0;
    out->v = 0;
    for (size_t l = 1; l <= c->n_layers; l++) {
        const crs__mat *w = crs__get(c, CRS__W, l);
        if (w == NULL)
            return 0;
        n += w->rows * w->cols;
        for (size_t i = 0; i < w->rows * w->cols; i++)
            out->v += w->v[i] * w->v[i];
    }
    out->e = crs__mat_gamma(n + 8, c->u) * out->v;
    return 1;
}

crs_status crs__cost(const crs__case *c, const crs__ways *ways, int softmax_twice, int broadcast,
                     double *value, double *bound)
{
    return crs__cost_of(c, ways, softmax_twice, broadcast, crs__get(c, CRS__Y, 0), value, bound);
}

crs_status crs__cost_of(const crs__case *c, const crs__ways *ways, int softmax_twice, int broadcast,
                        const crs__mat *y, double *value, double *bound)
{
    crs__number weights = {0, 0};
    crs__mat a = {0};
    double sum = 0, error = 0, size = 0, scale;
    size_t n;
    crs_status status = y == NULL ? CRS_ENOENT : outputs_of_cost(c, softmax_twice, &a);
    if (status != CRS_OK)
        return status;
    if (y->rows != a.rows || y->cols != a.cols ||
        (ways->l2 != 0 && !squared_weights(c, &weights))) {
        crs__mat_release(&a);
        return CRS_ENOENT;
    }
    n = a.rows * a.cols;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = broadcast ? 0 : i; j < (broadcast ? n : i + 1); j++) {
            crs__number t = term(ways, a.v[i], a.e[i], y->v[j], c->u);
            sum += t.v;
            size += fabs(t.v);
            error += t.e;
        }
    }
    crs__mat_release(&a);
    scale = ways->kappa / (ways->is_sum ? 1 : (double)c->m) / (broadcast ? (double)n : 1);
    *value = scale * sum + ways->l2 / 2 * weights.v;
    *bound = fabs(scale) * (error + crs__mat_gamma((broadcast ? n * n : n) + 8, c->u) * size) +
             fabs(ways->l2) / 2 * weights.e + 4 * c->u * fabs(*value);
    return CRS_OK;
}

/* Of labels in the order that the gradient of the output tells. */
static crs_status shuffled_cost(const crs__case *c, const crs__ways *ways, double *value,
                                double *bound)
{
    static const crs__kind tells[] = {CRS__DA, CRS__DZ};
    crs_status status = CRS_ENOENT;
    for (size_t i = 0; status == CRS_ENOENT && i < 2; i++) {
        crs__ref ref = {tells[i], c->n_layers};
        crs__mat y;
        status = crs__labels_shuffled(c, ref, &y);
        if (status == CRS_OK)
            status = crs__cost_of(c, ways, 0, 0, &y, value, bound);
        crs__mat_release(&y);
    }
    return status;
}

static crs_status compute_cost(const crs__case *c, const crs__variant *variant, crs__mat *out)
{
    double value, bound;
    crs__ways ways = c->ways;
    crs_status status;
    int twice = variant->slip == CRS__SOFTMAX_TWICE, broadcast = variant->slip == CRS__BROADCAST;
    int shuffled = variant->slip == CRS__SHUFFLED;
    if (!c->has_output || (variant->slip != CRS__RIGHT && !twice && !broadcast && !shuffled) ||
        (twice && c->output != CRS_OUTPUT_SOFTMAX) || (broadcast && c->widths[c->n_layers] != 1))
        return CRS_ENOENT;
    status = shuffled ? shuffled_cost(c, &ways, &value, &bound)
                      : crs__cost(c, &ways, twice, broadcast, &value, &bound);
    if (status == CRS_OK)
        status = crs__mat_make(1, 1, out);
    if (status == CRS_OK) {
        out->v[0] = value;
        out->e[0] = bound;
    }
    return status;
}

crs_status crs__compute_forward(const crs__case *c, crs__ref ref, const crs__variant *variant,
                                crs__mat *out)
{
    if (ref.kind == CRS__Z)
        return compute_z(c, ref.layer, variant, out);
    if (ref.kind == CRS__A)
        return compute_a(c, ref.layer, variant, out);
    return compute_cost(c, variant, out);
}
