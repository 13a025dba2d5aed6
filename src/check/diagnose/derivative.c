/* dZ of a hidden layer: dA times g'(z), and what people write where g'(z) belongs. */
#include "check/diagnose/case.h"
#include "core/memory.h"

#include <math.h>
#include <string.h>

/* The arrays that a layer's derivative is made of. */
typedef struct sources {
    const crs__mat *da; /* times the dropout mask, where that is applied here */
    const crs__mat *z, *a;
    const crs__mat *other; /* z of another layer, or this one's input */
    const crs_act *act, *other_act;
    double u;
} sources;

static crs__number exactly(double v, double u)
{
    crs__number s = {v, 2 * u * fabs(v)};
    return s;
}

/* The kink that z is on, or NULL. */
static const crs_kink *kink_of(const crs_act *act, double z)
{
    for (size_t k = 0; k < act->n_kinks; k++) {
        if (act->kink[k].z == z)
            return &act->kink[k];
    }
    return NULL;
}

/* Swapped: what is on is off. For slopes of 0 and 1 alone it is 1 - g'; leaky: 1 + s - g'. */
static crs__number inverted(const sources *s, double z, double ez)
{
    crs__number slope = crs__unit_slope(s->act, z, ez, s->u);
    double sum = s->act->n_kinks > 0 ? s->act->kink[0].left + s->act->kink[0].right : 1;
    slope.v = sum - slope.v;
    slope.e += 2 * s->u;
    return slope;
}

static crs__number sigmoid_slope(double a, double ea, double u)
{
    crs__number s = {a * (1 - a), 0};
    s.e = ea * fabs(1 - 2 * a) + 4 * u * (fabs(a) + a * a);
    return s;
}

/* What stands for g' at element i; *ok is 0 where the slip has no meaning. */
static crs__number slope_at(const sources *s, const crs__variant *variant, size_t i, int *ok)
{
    double z = s->z->v[i], ez = crs__mat_e(s->z, i), u = s->u;
    double a = s->a == NULL ? NAN : s->a->v[i], ea = s->a == NULL ? 0 : crs__mat_e(s->a, i);
    crs__number slope = crs__unit_slope(s->act, z, ez, u);
    *ok = 1;
    switch (variant->slip) {
    case CRS__SLOPE_ONE:
        return exactly(1, u);
    case CRS__OTHER_ROUTE:
        return variant->value == 1 ? exactly(crs_act_slope_f64(s->act, z), u) : slope;
    case CRS__SLOPE_LEFT:
        if (fabs(z) <= ez && s->act->n_kinks > 0) { /* on the kink: either side's */
            slope.v = (1 + variant->value) / 2;
            slope.e = fabs(1 - variant->value) / 2 + 2 * u;
            return slope;
        }
        return z < 0 ? exactly(variant->value, u) : slope;
    case CRS__REPLACED_KINK:
        return slope;
    case CRS__INVERTED:
        return inverted(s, z, ez);
    case CRS__SLOPE_OF:
        return crs__unit_slope(s->other_act, s->other->v[i], crs__mat_e(s->other, i), u);
    case CRS__SLOPE_OF_INPUT:
        if (crs__mat_e(s->other, i) == 0) /* "> 0", which a relu's 0 is not */
            return exactly(s->other->v[i] > 0 ? s->act->kink[0].right : s->act->kink[0].left, u);
        return crs__unit_slope(s->act, s->other->v[i], crs__mat_e(s->other, i), u);
    case CRS__SIGMOID_OF_A:
        *ok = s->a != NULL;
        return sigmoid_slope(a, ea, u);
    case CRS__SIGMOID_OF_Z: {
        double p = 1 / (1 + exp(-z));
        return sigmoid_slope(p, ez + 4 * u, u);
    }
    case CRS__Z_TIMES_1_MINUS_Z:
        slope.v = z * (1 - z);
        slope.e = ez * (1 + 2 * fabs(z)) + 4 * u * (fabs(z) + z * z);
        return slope;
    case CRS__ONE_MINUS_Z_2:
        slope.v = 1 - z * z;
        slope.e = ez * 2 * fabs(z) + 4 * u * (1 + z * z);
        return slope;
    case CRS__SLOPE_AT_A:
        *ok = s->a != NULL;
        return crs__unit_slope(s->act, a, ea, u);
    case CRS__CLAMPED:
        if (slope.v < variant->value)
            slope.v = variant->value;
        return slope;
    default:
        return slope;
    }
}

/* dZ of one element. */
static crs__number product_at(const sources *s, const crs__variant *variant, size_t i, int *ok)
{
    crs__number slope = slope_at(s, variant, i, ok), p;
    double da = s->da->v[i], eda = crs__mat_e(s->da, i), z = s->z->v[i];
    switch (variant->slip) {
    case CRS__REPLACED:
        return (crs__number){variant->value * slope.v, fabs(variant->value) * slope.e};
    case CRS__REPLACED_ACTIVE: /* dZ = dA; dZ[Z > 0] = 1 */
        return z > 0 ? exactly(1, s->u) : (crs__number){da, eda + 2 * s->u * fabs(da)};
    case CRS__REPLACED_KINK:
        if (kink_of(s->act, z) != NULL)
            return exactly(variant->value, s->u);
        break;
    default:
        break;
    }
    p.v = da * slope.v;
    p.e = fabs(da) * slope.e + eda * (fabs(slope.v) + slope.e) + 3 * s->u * fabs(p.v);
    return p;
}

static crs_status elementwise(const sources *s, const crs__variant *variant, crs__mat *out)
{
    for (size_t i = 0; i < out->rows * out->cols; i++) {
        int ok;
        crs__number p = product_at(s, variant, i, &ok);
        if (!ok)
            return CRS_ENOENT;
        out->v[i] = p.v;
        out->e[i] = p.e;
    }
    return CRS_OK;
}

/* The matrix product of dA and g'(Z), which fits square arrays alone. */
static crs_status matrix_product(const sources *s, int left, crs__mat *out)
{
    static const crs__variant right = {CRS__RIGHT, 0, 0};
    crs__mat slopes;
    crs_status status;
    if (s->z->rows != s->z->cols)
        return CRS_ENOENT;
    status = crs__mat_make(s->z->rows, s->z->cols, &slopes);
    if (status != CRS_OK)
        return status;
    for (size_t i = 0; i < slopes.rows * slopes.cols; i++) {
        int ok;
        crs__number slope = slope_at(s, &right, i, &ok);
        slopes.v[i] = slope.v;
        slopes.e[i] = slope.e;
    }
    crs__mat_release(out);
    status = left ? crs__mat_product(1, 0, &slopes, 0, s->da, s->u, s->z->cols, out)
                  : crs__mat_product(1, 0, s->da, 0, &slopes, s->u, s->z->cols, out);
    crs__mat_release(&slopes);
    return status;
}

static int same_shape(const crs__mat *x, const crs__mat *y)
{
    return x != NULL && y != NULL && x->rows == y->rows && x->cols == y->cols;
}

/* Does the slip say something of this activation that its own derivative does not? */
static int applies(const crs_act *act, const crs__variant *variant)
{
    int relu_like = act->n_kinks == 1 && act->kink[0].z == 0 &&
                    (act->id == CRS_ACT_RELU || act->id == CRS_ACT_LEAKY_RELU);
    switch (variant->slip) {
    case CRS__SLOPE_ONE:
        return act->id != CRS_ACT_LINEAR;
    case CRS__SLOPE_LEFT:
        return act->id == CRS_ACT_LEAKY_RELU && act->param != variant->value;
    case CRS__REPLACED_ACTIVE:
    case CRS__SLOPE_OF_INPUT:
        return relu_like;
    case CRS__REPLACED_KINK:
        return act->n_kinks > 0;
    case CRS__INVERTED:
        return relu_like || act->id == CRS_ACT_RELU6 || act->id == CRS_ACT_HARDTANH ||
               act->id == CRS_ACT_HARD_SIGMOID || act->id == CRS_ACT_ABS;
    case CRS__SIGMOID_OF_A:
    case CRS__SIGMOID_OF_Z:
        return act->id != CRS_ACT_SIGMOID;
    case CRS__SLOPE_AT_A: /* the outputs of these have the signs of their inputs */
        return act->id != CRS_ACT_RELU && act->id != CRS_ACT_LEAKY_RELU &&
               act->id != CRS_ACT_RELU6 && act->id != CRS_ACT_HARDTANH;
    case CRS__CLAMPED:
        return act->id == CRS_ACT_SIGMOID || act->id == CRS_ACT_TANH;
    default:
        return 1;
    }
}

/* Where the mask is applied in this step, dA times it; else dA itself. *made must be released. */
static crs_status masked(const crs__case *c, size_t l, crs__slip slip, const crs__mat **da,
                         crs__mat *made)
{
    const crs__mat *mask = crs__get(c, CRS__D, l);
    int none = slip == CRS__MASK_MISSING, no_scale = slip == CRS__SCALE_MISSING;
    memset(made, 0, sizeof *made);
    if ((none || no_scale) && (mask == NULL || !c->ways.dropout_in_dz))
        return CRS_ENOENT;
    if (mask == NULL || !c->ways.dropout_in_dz || !same_shape(mask, *da))
        return CRS_OK;
    if (isnan(c->ways.keep_factor[l]))
        return CRS_ENOENT;
    if (crs__mat_make((*da)->rows, (*da)->cols, made) != CRS_OK)
        return CRS_ENOMEM;
    for (size_t i = 0; i < made->rows * made->cols; i++) {
        double factor = (none ? 1 : mask->v[i]) * (no_scale ? 1 : c->ways.keep_factor[l]);
        made->v[i] = (*da)->v[i] * factor;
        made->e[i] = crs__mat_e(*da, i) * factor + 4 * c->u * fabs(made->v[i]);
    }
    *da = made;
    return CRS_OK;
}

/* z of the layer whose slope is taken instead, and its activation. */
static crs_status find_other(const crs__case *c, size_t l, const crs__variant *variant, sources *s)
{
    size_t k = variant->arg;
    if (variant->slip == CRS__SLOPE_OF) {
        if (k == l || k < 1 || k > c->n_layers)
            return CRS_ENOENT;
        s->other = crs__get(c, crs__preactivation(c, k), k);
        s->other_act =
            variant->value == 0 && (k < c->n_layers || !c->has_output) ? &c->acts[k] : s->act;
    } else if (variant->slip == CRS__SLOPE_OF_INPUT) {
        s->other = crs__get(c, CRS__A, l - 1);
    } else {
        return CRS_OK;
    }
    return same_shape(s->other, s->z) ? CRS_OK : CRS_ENOENT;
}

crs_status crs__compute_derivative(const crs__case *c, crs__ref ref, const crs__variant *variant,
                                   crs__mat *out)
{
    size_t l = ref.layer;
    sources s = {crs__get(c, CRS__DA, l), crs__true_z(c, l), NULL, NULL, &c->acts[l], NULL, c->u};
    crs__mat made = {0};
    crs_status status;
    double factor;
    int is_factor;
    if (variant->slip == CRS__OTHER_ROUTE)
        s.z = c->z_overwritten[l] ? crs__get(c, CRS__Z, l) : NULL;
    if (!same_shape(s.da, s.z) || !applies(s.act, variant))
        return CRS_ENOENT;
    if (same_shape(crs__get(c, CRS__A, l), s.z) && !crs__is_given(c, CRS__D, l))
        s.a = crs__get(c, CRS__A, l);
    status = find_other(c, l, variant, &s);
    if (status == CRS_OK)
        status = masked(c, l, variant->slip, &s.da, &made);
    if (status == CRS_OK)
        status = crs__mat_make(s.z->rows, s.z->cols, out);
    if (status != CRS_OK)
        goto out;
    if (variant->slip == CRS__MATRIX_PRODUCT || variant->slip == CRS__MATRIX_PRODUCT_LEFT)
        status = matrix_product(&s, variant->slip == CRS__MATRIX_PRODUCT_LEFT, out);
    else
        status = elementwise(&s, variant, out);
    factor = crs__slip_factor(c, variant, &is_factor);
    if (status == CRS_OK && is_factor)
        crs__mat_scale(out, factor, c->u);
    if (status != CRS_OK)
        crs__mat_release(out);
out:
    crs__mat_release(&made);
    return status;
}
