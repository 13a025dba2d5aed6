/* dW, db and the dA of a layer below, from dZ. */
#include "check/diagnose/case.h"

#include <math.h>
#include <string.h>

double crs__weight_factor(const crs__case *c)
{
    double total = c->ways.kappa / (c->ways.is_sum ? 1 : (double)c->m);
    return total / c->ways.dz_factor;
}

/* ---- dA = W^T dZ of the layer above ---- */

/* The mask and its factor, as far as the author applies them here. */
static void apply_dropout(const crs__case *c, size_t l, crs__slip slip, crs__mat *out)
{
    const crs__mat *mask = crs__get(c, CRS__D, l);
    if (mask == NULL || c->ways.dropout_in_dz || mask->rows != out->rows || mask->cols != out->cols)
        return;
    for (size_t i = 0; i < out->rows * out->cols; i++) {
        double factor = (slip == CRS__MASK_MISSING ? 1 : mask->v[i]) *
                        (slip == CRS__SCALE_MISSING ? 1 : c->ways.keep_factor[l]);
        out->v[i] *= factor;
        out->e[i] = out->e[i] * fabs(factor) + 4 * c->u * fabs(out->v[i]);
    }
}

static crs_status through(const crs__case *c, size_t l, const crs__mat *w, int transpose,
                          crs__mat *out)
{
    const crs__mat *dz = crs__get(c, CRS__DZ, l + 1);
    if (w == NULL || dz == NULL || (transpose ? w->rows : w->cols) != dz->rows ||
        (transpose ? w->cols : w->rows) != c->widths[l])
        return CRS_ENOENT;
    return crs__mat_product(1, transpose, w, 0, dz, c->u, dz->cols, out);
}

/* W after the step, given or computed. */
static crs_status updated_weight(const crs__case *c, size_t l, crs__mat *out)
{
    static const crs__variant right = {CRS__RIGHT, 0, 0};
    crs__ref ref = {CRS__W_NEW, l};
    return crs__compute(c, ref, &right, out);
}

/* out *= g'(z): what dA is once dZ was made of it in place */
static crs_status times_slopes(const crs__case *c, size_t l, crs__mat *out)
{
    const crs__mat *z = crs__true_z(c, l);
    if (z == NULL || z->rows != out->rows || z->cols != out->cols || l == 0) {
        crs__mat_release(out);
        return CRS_ENOENT;
    }
    for (size_t i = 0; i < out->rows * out->cols; i++) {
        crs__number slope = crs__unit_slope(&c->acts[l], z->v[i], crs__mat_e(z, i), c->u);
        double da = out->v[i];
        out->v[i] = da * slope.v;
        out->e[i] =
            fabs(da) * slope.e + out->e[i] * (fabs(slope.v) + slope.e) + 3 * c->u * fabs(out->v[i]);
    }
    return CRS_OK;
}

static crs_status compute_da(const crs__case *c, size_t l, const crs__variant *variant,
                             crs__mat *out)
{
    const crs__mat *w = crs__get(c, CRS__W, l + 1);
    crs__mat updated = {0};
    crs_status status;
    int dropout = crs__is_given(c, CRS__D, l) && !c->ways.dropout_in_dz, is_factor;
    double factor = crs__slip_factor(c, variant, &is_factor);
    if (dropout && isnan(c->ways.keep_factor[l]))
        return CRS_ENOENT;
    switch (variant->slip) {
    case CRS__WEIGHT_TRANSPOSED:
        status = through(c, l, w, 0, out);
        break;
    case CRS__WEIGHT_OF:
        if (variant->arg == l + 1)
            return CRS_ENOENT;
        status = through(c, l, crs__get(c, CRS__W, variant->arg), 1, out);
        break;
    case CRS__DW_FOR_W:
        status = through(c, l, crs__get(c, CRS__DW, l + 1), 1, out);
        break;
    case CRS__W_UPDATED:
        if (crs__is_given(c, CRS__W_NEW, l + 1)) {
            status = through(c, l, crs__get(c, CRS__W_NEW, l + 1), 1, out);
            break;
        }
        status = updated_weight(c, l + 1, &updated);
        if (status == CRS_OK)
            status = through(c, l, &updated, 1, out);
        crs__mat_release(&updated);
        break;
    case CRS__MASK_MISSING:
    case CRS__SCALE_MISSING:
        if (!dropout)
            return CRS_ENOENT;
        status = through(c, l, w, 1, out);
        break;
    default:
        if (variant->slip != CRS__RIGHT && variant->slip != CRS__DA_IS_DZ && !is_factor)
            return CRS_ENOENT;
        status = through(c, l, w, 1, out);
    }
    if (status == CRS_OK)
        apply_dropout(c, l, variant->slip, out);
    if (status == CRS_OK && variant->slip == CRS__DA_IS_DZ)
        status = times_slopes(c, l, out);
    if (status == CRS_OK && is_factor)
        crs__mat_scale(out, factor, c->u);
    return status;
}

/* ---- dW = dZ A^T ---- */

static crs_status outer(const crs__case *c, size_t l, const crs__mat *input, crs__mat *out)
{
    const crs__mat *dz = crs__get(c, CRS__DZ, l);
    if (dz == NULL || input == NULL || dz->cols != input->cols || input->rows != c->widths[l - 1])
        return CRS_ENOENT;
    return crs__mat_product(crs__weight_factor(c), 0, dz, 1, input, c->u, c->columns, out);
}

/* The L2 term as the slip has it. */
static double l2_factor(const crs__case *c, crs__slip slip)
{
    switch (slip) {
    case CRS__L2_MISSING:
        return 0;
    case CRS__L2_NOT_AVERAGED:
        return c->ways.l2 * (double)c->m;
    case CRS__L2_SIGN:
        return -c->ways.l2;
    default:
        return c->ways.l2;
    }
}

static int is_l2_slip(crs__slip slip)
{
    return slip == CRS__L2_MISSING || slip == CRS__L2_NOT_AVERAGED || slip == CRS__L2_SIGN;
}

/* What was in the gradient before this step was added to it. */
static crs_status plus_previous(const crs__case *c, crs__kind previous, size_t l, crs__mat *out)
{
    const crs__mat *before = crs__get(c, previous, l);
    if (before == NULL || before->rows != out->rows || before->cols < out->cols) {
        crs__mat_release(out);
        return CRS_ENOENT;
    }
    crs__mat_add(out, 1, before, c->u);
    return CRS_OK;
}

static crs_status compute_dw(const crs__case *c, size_t l, const crs__variant *variant,
                             crs__mat *out)
{
    const crs__mat *w = crs__get(c, CRS__W, l), *input = crs__get(c, CRS__A, l - 1);
    crs_status status;
    double factor, l2 = l2_factor(c, variant->slip);
    int is_factor;
    factor = crs__slip_factor(c, variant, &is_factor);
    if (variant->slip == CRS__INPUT_OF && variant->arg != l - 1)
        input = crs__get(c, CRS__A, variant->arg);
    else if (variant->slip == CRS__INPUT_IS_Z && l > 1)
        input = crs__get(c, CRS__Z, l - 1);
    else if (variant->slip != CRS__RIGHT && variant->slip != CRS__PLUS_PREV && !is_factor &&
             !(is_l2_slip(variant->slip) && c->ways.l2 != 0))
        return CRS_ENOENT;
    status = outer(c, l, input, out);
    if (status == CRS_OK && l2 != 0) {
        /* a factor that is missing from the data's part alone leaves the term as it is */
        if (is_factor && (variant->slip == CRS__TIMES_M || variant->slip == CRS__OVER_M) && w) {
            crs__mat_scale(out, factor, c->u);
            is_factor = 0;
        }
        if (w == NULL) {
            crs__mat_release(out);
            return CRS_ENOENT;
        }
        crs__mat_add(out, l2, w, c->u);
    }
    if (status == CRS_OK && is_factor)
        crs__mat_scale(out, factor, c->u);
    if (status == CRS_OK && variant->slip == CRS__PLUS_PREV)
        status = plus_previous(c, CRS__DW_PREV, l, out);
    return status;
}

/* ---- db = sum of dZ ---- */

/* Along the wrong axis. */
static crs_status column_sums(double factor, const crs__mat *dz, double u, crs__mat *out)
{
    crs_status status = crs__mat_make(dz->cols, 1, out);
    for (size_t j = 0; status == CRS_OK && j < dz->cols; j++) {
        double size = 0, e = 0;
        for (size_t i = 0; i < dz->rows; i++) {
            out->v[j] += factor * dz->v[i * dz->cols + j];
            size += fabs(factor * dz->v[i * dz->cols + j]);
            e += fabs(factor) * crs__mat_e(dz, i * dz->cols + j);
        }
        out->e[j] = e + crs__mat_gamma(dz->rows + 8, u) * size;
    }
    return status;
}

static crs_status compute_db(const crs__case *c, size_t l, const crs__variant *variant,
                             crs__mat *out)
{
    const crs__mat *dz = crs__get(c, CRS__DZ, l), *b = crs__get(c, CRS__B, l);
    double factor = crs__weight_factor(c);
    crs_status status;
    int is_factor;
    (void)crs__slip_factor(c, variant, &is_factor);
    if (dz == NULL)
        return CRS_ENOENT;
    switch (variant->slip) {
    case CRS__BIAS_COLUMN: {
        crs__mat column = {dz->rows, 1, NULL, NULL};
        if (variant->arg >= dz->cols || dz->cols < 2)
            return CRS_ENOENT;
        status = crs__mat_make(dz->rows, 1, &column);
        for (size_t i = 0; status == CRS_OK && i < dz->rows; i++) {
            column.v[i] = variant->value * dz->v[i * dz->cols + variant->arg];
            column.e[i] = fabs(variant->value) * crs__mat_e(dz, i * dz->cols + variant->arg) +
                          4 * c->u * fabs(column.v[i]);
        }
        *out = column;
        return status;
    }
    case CRS__BIAS_AXIS: /* shows in the shape but where there are as many units as samples */
        if (dz->rows != dz->cols || dz->rows < 2)
            return CRS_ENOENT;
        return column_sums(factor, dz, c->u, out);
    case CRS__BIAS_REGULARISED:
    case CRS__BIAS_REGULARISED_WHOLE:
        if (c->ways.l2 == 0 || b == NULL)
            return CRS_ENOENT;
        break;
    default:
        if (variant->slip != CRS__RIGHT && variant->slip != CRS__PLUS_PREV && !is_factor)
            return CRS_ENOENT;
    }
    status = crs__mat_row_sums(factor, dz, c->u, out);
    if (status != CRS_OK)
        return status;
    if (is_factor)
        crs__mat_scale(out, crs__slip_factor(c, variant, &is_factor), c->u);
    if (variant->slip == CRS__BIAS_REGULARISED)
        crs__mat_add(out, c->ways.l2, b, c->u);
    if (variant->slip == CRS__BIAS_REGULARISED_WHOLE)
        crs__mat_add(out, c->ways.l2 * (double)c->m, b, c->u);
    if (variant->slip == CRS__PLUS_PREV)
        status = plus_previous(c, CRS__DB_PREV, l, out);
    return status;
}

crs_status crs__compute_backward(const crs__case *c, crs__ref ref, const crs__variant *variant,
                                 crs__mat *out)
{
    if (ref.kind == CRS__DA)
        return compute_da(c, ref.layer, variant, out);
    if (ref.kind == CRS__DW)
        return compute_dw(c, ref.layer, variant, out);
    return compute_db(c, ref.layer, variant, out);
}
