/*
 * Batch normalisation between Z and g, forward and backward.
 *
 *     mu = mean of Z, var = mean of (Z - mu)^2, Zhat = (Z - mu) / sqrt(var + epsilon)
 *     ZN = gamma Zhat + beta
 *     dZ = gamma / sqrt(var + epsilon) (dZN - mean(dZN) - Zhat mean(dZN Zhat))
 *
 * (Ioffe and Szegedy 2015, with the terms collected). The middle term of the usual four-step
 * derivation, -2 / m sum(Z - mu), is 0 and may be dropped.
 */
#include "check/diagnose/case.h"

#include <math.h>

/* Of values that are not given with the net; what the common frameworks take. */
#define DEFAULT_EPSILON 1e-5

static double epsilon_of(const crs__case *c)
{
    return isnan(c->epsilon) ? DEFAULT_EPSILON : c->epsilon;
}

/* The value and bound of row i of a [n, 1] array. */
static crs__number row_of(const crs__mat *x, size_t i)
{
    crs__number r = {x->v[i], crs__mat_e(x, i)};
    return r;
}

/* 1 / sqrt(var + epsilon) */
static crs__number inverse_deviation(const crs__case *c, size_t l, size_t i)
{
    crs__number var = row_of(crs__get(c, CRS__VAR, l), i), r;
    double sum = var.v + epsilon_of(c);
    r.v = 1 / sqrt(sum);
    r.e = r.v * (var.e / sum + 8 * c->u);
    return r;
}

static crs_status mean(const crs__case *c, size_t l, crs__mat *out)
{
    const crs__mat *z = crs__get(c, CRS__Z, l);
    return z == NULL ? CRS_ENOENT : crs__mat_row_sums(1 / (double)z->cols, z, c->u, out);
}

static crs_status variance(const crs__case *c, size_t l, crs__mat *out)
{
    const crs__mat *z = crs__get(c, CRS__Z, l), *mu = crs__get(c, CRS__MU, l);
    crs_status status;
    if (z == NULL || mu == NULL)
        return CRS_ENOENT;
    status = crs__mat_make(z->rows, 1, out);
    for (size_t i = 0; status == CRS_OK && i < z->rows; i++) {
        double sum = 0, e = 0, count = (double)z->cols - (c->ways.unbiased ? 1 : 0);
        for (size_t j = 0; j < z->cols; j++) {
            size_t at = i * z->cols + j;
            double d = z->v[at] - mu->v[i];
            double ed = crs__mat_e(z, at) + crs__mat_e(mu, i) +
                        2 * c->u * (fabs(z->v[at]) + fabs(mu->v[i]));
            sum += d * d;
            e += (2 * fabs(d) + ed) * ed;
        }
        out->v[i] = sum / count;
        out->e[i] = (e + crs__mat_gamma(z->cols + 6, c->u) * sum) / count;
    }
    return status;
}

static crs_status normalised(const crs__case *c, size_t l, crs__mat *out)
{
    const crs__mat *z = crs__get(c, CRS__Z, l), *mu = crs__get(c, CRS__MU, l);
    crs_status status;
    if (z == NULL || mu == NULL || crs__get(c, CRS__VAR, l) == NULL)
        return CRS_ENOENT;
    status = crs__mat_make(z->rows, z->cols, out);
    for (size_t i = 0; status == CRS_OK && i < z->rows; i++) {
        crs__number inverse = inverse_deviation(c, l, i);
        for (size_t j = 0; j < z->cols; j++) {
            size_t at = i * z->cols + j;
            double d = z->v[at] - mu->v[i];
            double ed = crs__mat_e(z, at) + crs__mat_e(mu, i) +
                        2 * c->u * (fabs(z->v[at]) + fabs(mu->v[i]));
            out->v[at] = d * inverse.v;
            out->e[at] =
                fabs(d) * inverse.e + ed * (inverse.v + inverse.e) + 2 * c->u * fabs(out->v[at]);
        }
    }
    return status;
}

static crs_status scaled(const crs__case *c, size_t l, crs__mat *out)
{
    const crs__mat *hat = crs__get(c, CRS__ZHAT, l), *gamma = crs__get(c, CRS__GAMMA, l);
    const crs__mat *beta = crs__get(c, CRS__BETA, l);
    crs_status status;
    if (hat == NULL || gamma == NULL || beta == NULL)
        return CRS_ENOENT;
    status = crs__mat_make(hat->rows, hat->cols, out);
    for (size_t i = 0; status == CRS_OK && i < hat->rows; i++) {
        for (size_t j = 0; j < hat->cols; j++) {
            size_t at = i * hat->cols + j;
            double p = gamma->v[i] * hat->v[at];
            out->v[at] = p + beta->v[i];
            out->e[at] =
                fabs(gamma->v[i]) * crs__mat_e(hat, at) + 4 * c->u * (fabs(p) + fabs(beta->v[i]));
        }
    }
    return status;
}

/* Sums over the samples of dZN, or of dZN Zhat; with what of the cost's factor is due. */
static crs_status parameter_gradient(const crs__case *c, size_t l, int times_hat, crs__mat *out)
{
    const crs__mat *d = crs__get(c, CRS__DZN, l), *hat = crs__get(c, CRS__ZHAT, l);
    double factor = c->ways.kappa / (c->ways.is_sum ? 1 : (double)c->m) / c->ways.dz_factor;
    crs_status status;
    if (d == NULL || (times_hat && hat == NULL))
        return CRS_ENOENT;
    if (!times_hat)
        return crs__mat_row_sums(factor, d, c->u, out);
    status = crs__mat_make(d->rows, 1, out);
    for (size_t i = 0; status == CRS_OK && i < d->rows; i++) {
        double sum = 0, size = 0, e = 0;
        for (size_t j = 0; j < d->cols; j++) {
            size_t at = i * d->cols + j;
            sum += d->v[at] * hat->v[at];
            size += fabs(d->v[at] * hat->v[at]);
            e += fabs(d->v[at]) * crs__mat_e(hat, at) +
                 crs__mat_e(d, at) * (fabs(hat->v[at]) + crs__mat_e(hat, at));
        }
        out->v[i] = factor * sum;
        out->e[i] = fabs(factor) * (e + crs__mat_gamma(d->cols + 8, c->u) * size);
    }
    return status;
}

/* dZ of one unit. */
static void input_gradient(const crs__case *c, size_t l, size_t i, crs__slip slip, crs__mat *out)
{
    const crs__mat *d = crs__get(c, CRS__DZN, l), *hat = crs__get(c, CRS__ZHAT, l);
    crs__number inverse = inverse_deviation(c, l, i);
    double gamma = slip == CRS__GAMMA_MISSING ? 1 : crs__get(c, CRS__GAMMA, l)->v[i];
    double m = (double)d->cols, sum = 0, dot = 0, size = 0, dot_size = 0, e = 0, dot_e = 0;
    double rounding = crs__mat_gamma(d->cols + 8, c->u);
    for (size_t j = 0; j < d->cols; j++) {
        size_t at = i * d->cols + j;
        double p = d->v[at] * hat->v[at];
        sum += d->v[at] / m;
        size += fabs(d->v[at]) / m;
        e += crs__mat_e(d, at) / m;
        dot += p / m;
        dot_size += fabs(p) / m;
        dot_e += (fabs(d->v[at]) * crs__mat_e(hat, at) +
                  crs__mat_e(d, at) * (fabs(hat->v[at]) + crs__mat_e(hat, at))) /
                 m;
    }
    if (slip == CRS__MEAN_TERM)
        sum = size = e = 0;
    if (slip == CRS__VAR_TERM)
        dot = dot_size = dot_e = 0;
    for (size_t j = 0; j < d->cols; j++) {
        size_t at = i * d->cols + j;
        double inner = d->v[at] - sum - hat->v[at] * dot;
        double all = fabs(d->v[at]) + size + fabs(hat->v[at]) * dot_size;
        double e_inner = crs__mat_e(d, at) + e + fabs(hat->v[at]) * dot_e +
                         crs__mat_e(hat, at) * (dot_size + dot_e) + rounding * all;
        out->v[at] = gamma * inverse.v * inner;
        out->e[at] = fabs(gamma) * (inverse.v * e_inner + inverse.e * (fabs(inner) + e_inner)) +
                     8 * c->u * fabs(gamma) * inverse.v * all;
    }
}

static crs_status compute_dz(const crs__case *c, size_t l, const crs__variant *variant,
                             crs__mat *out)
{
    const crs__mat *d = crs__get(c, CRS__DZN, l), *hat = crs__get(c, CRS__ZHAT, l);
    crs__slip slip = variant->slip;
    crs_status status;
    double factor;
    int is_factor;
    factor = crs__slip_factor(c, variant, &is_factor);
    if (d == NULL || hat == NULL || crs__get(c, CRS__VAR, l) == NULL ||
        crs__get(c, CRS__GAMMA, l) == NULL ||
        (slip != CRS__RIGHT && slip != CRS__GAMMA_MISSING && slip != CRS__MEAN_TERM &&
         slip != CRS__VAR_TERM && !is_factor))
        return CRS_ENOENT;
    status = crs__mat_make(d->rows, d->cols, out);
    for (size_t i = 0; status == CRS_OK && i < d->rows; i++)
        input_gradient(c, l, i, slip, out);
    if (status == CRS_OK && is_factor)
        crs__mat_scale(out, factor, c->u);
    return status;
}

crs_status crs__compute_batchnorm(const crs__case *c, crs__ref ref, const crs__variant *variant,
                                  crs__mat *out)
{
    crs_status status;
    double factor;
    int is_factor;
    if (ref.kind == CRS__DZ)
        return compute_dz(c, ref.layer, variant, out);
    factor = crs__slip_factor(c, variant, &is_factor);
    if (variant->slip != CRS__RIGHT &&
        !(is_factor && (ref.kind == CRS__DGAMMA || ref.kind == CRS__DBETA)))
        return CRS_ENOENT;
    switch (ref.kind) {
    case CRS__MU:
        return mean(c, ref.layer, out);
    case CRS__VAR:
        return variance(c, ref.layer, out);
    case CRS__ZHAT:
        return normalised(c, ref.layer, out);
    case CRS__ZN:
        return scaled(c, ref.layer, out);
    default:
        status = parameter_gradient(c, ref.layer, ref.kind == CRS__DGAMMA, out);
        if (status == CRS_OK && is_factor)
            crs__mat_scale(out, factor, c->u);
        return status;
    }
}
