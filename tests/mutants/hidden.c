/* From dZ of the layer above to dA, dZ of a hidden one. */
#include "matrix.h"
#include "random_inputs.h"

#include <math.h>

/* The weights through which the gradient goes down to layer l. */
static matrix weights_above(run *r, size_t l)
{
    matrix w = r->at[K_W][l + 1];
    if (planted(r, BUG_WEIGHT_WRONG_LAYER, l))
        return r->p->variant == 0 ? r->at[K_W][r->p->other] : r->at[K_DW][l + 1];
    if (planted(r, BUG_UPDATE_FIRST, l))
        return r->at[K_W_NEW][l + 1];
    if (planted(r, BUG_DA_ABS_W, l)) {
        w = matrix_copy(r, w);
        for (size_t i = 0; i < w.rows * w.cols; i++)
            w.v[i] = fabs(w.v[i]);
    }
    if (planted(r, BUG_DA_FIRST_UNIT, l)) {
        w = matrix_copy(r, w);
        for (size_t i = w.cols; i < w.rows * w.cols; i++)
            w.v[i] = 0;
    }
    return w;
}

static matrix from_above(run *r, size_t l)
{
    matrix da =
        product(r, weights_above(r, l), !planted(r, BUG_TRANSPOSED, l), r->at[K_DZ][l + 1], 0);
    if (planted(r, BUG_DA_NOISE, l)) {
        uint64_t state = r->p->other;
        for (size_t i = 0; i < da.rows * da.cols; i++)
            da.v[i] = R(da.v[i] * (1 + 0.05 * random_unit(&state)));
    }
    return da;
}

/* Dropout's mask and scale on the way back. */
static matrix masked(run *r, size_t l, matrix da)
{
    matrix d = r->at[K_D][planted(r, BUG_DROPOUT_WRONG_D, l) ? r->p->other : l];
    if (r->s->keep <= 0)
        return da;
    da = matrix_copy(r, da);
    for (size_t i = 0; i < da.rows * da.cols; i++) {
        if (!planted(r, BUG_DROPOUT_MASK, l))
            da.v[i] = R(da.v[i] * d.v[i]);
        if (!planted(r, BUG_DROPOUT_SCALE, l))
            da.v[i] = R(da.v[i] / R(r->at[K_KEEP][0].v[0]));
    }
    return da;
}

/* sigmoid and tanh whose argument or result was cut off before the derivative. */
static double clamped_slope(const run *r, size_t l, double z, double a)
{
    double eps = r->p->value;
    int is_tanh = r->s->acts[l].id == CRS_ACT_TANH;
    if (r->p->variant == 1) {
        z = fmin(fmax(z, -eps), eps);
        return act_slope(r->s->f32, &r->s->acts[l], 1, z, 0);
    }
    a = fmin(fmax(a, R(is_tanh ? eps - 1 : eps)), R(1 - eps));
    return is_tanh ? R(1 - R(a * a)) : R(a * R(1 - a));
}

static double sigmoid_rule(const run *r, double z, double a)
{
    double s = R(1 / R(1 + real_exp(r->s->f32, -z)));
    return r->p->variant == 0 ? R(a * R(1 - a)) : R(s * R(1 - s));
}

/* What this learner has in place of g'(z), at element i of layer l. */
static double factor_at(const run *r, size_t l, matrix pre, size_t i)
{
    const crs_act *act = &r->s->acts[l];
    int f32 = r->s->f32, form = r->s->form;
    double z = pre.v[i], a = r->at[K_G][l].v[i], slope = act_slope(f32, act, form, z, a);
    double inactive = R(act->id == CRS_ACT_LEAKY_RELU ? act->param : 0);
    if (r->p == NULL || (r->p->layers >> l & 1) == 0)
        return slope;
    switch (r->p->bug) {
    case BUG_MASK_ALWAYS_TRUE:
    case BUG_LEAKY_SLOPE0:
        return a >= 0 ? 1 : 0;
    case BUG_SLOPE_FORGOTTEN:
        return z > 0 ? 1 : r->p->value;
    case BUG_MASK_INVERTED:
        return z > 0 ? inactive : 1;
    case BUG_MASK_WRONG_LAYER:
        return r->at[K_Z][r->p->other].v[i] > 0 ? 1 : inactive;
    case BUG_MASK_OF_INPUT:
        return r->at[K_A][l - 1].v[i] > 0 ? 1 : inactive;
    case BUG_SIGMOID_IN_RELU:
        return sigmoid_rule(r, z, a);
    case BUG_SIGMOID_PRIME_OF_Z:
        return R(z * R(1 - z));
    case BUG_TANH_PRIME_OF_Z:
        return R(1 - R(z * z));
    case BUG_DERIVATIVE_OF_A:
        return act_slope(f32, act, form, a, act_value(f32, act, form, a));
    case BUG_Z_OVERWRITTEN: /* the cache holds a where z is meant */
        return r->p->variant == 0 ? slope
                                  : act_slope(f32, act, form, a, act_value(f32, act, form, a));
    case BUG_ACTIVATION_MISSING:
        return 1;
    case BUG_CLAMPED:
        return clamped_slope(r, l, z, a);
    case BUG_DZ_TIMES_Z:
        return R(slope * z);
    case BUG_SLOPE_09:
        return z > 0 ? 0.9 : slope;
    case BUG_TANH_1_MINUS_A:
        return R(1 - a);
    case BUG_PRIME_OF_DROPPED_A:
        a = r->at[K_A][l].v[i];
        return R(1 - R(a * a));
    default:
        return slope;
    }
}

static matrix through_act(run *r, size_t l, matrix da)
{
    matrix pre = r->s->batchnorm ? r->at[K_ZN][l] : r->at[K_Z][l];
    matrix factor = matrix_new(r, da.rows, da.cols), dz = matrix_new(r, da.rows, da.cols);
    if (planted(r, BUG_Z_OVERWRITTEN, l)) /* z was good while the forward pass used it */
        pre = r->at[K_DAM][l];
    for (size_t i = 0; i < da.rows * da.cols; i++)
        factor.v[i] = factor_at(r, l, pre, i);
    if (planted(r, BUG_MATRIX_PRODUCT, l))
        return product(r, da, 0, factor, 0);
    if (planted(r, BUG_DZ_WITH_A, l))
        da = r->at[K_A][l];
    for (size_t i = 0; i < da.rows * da.cols; i++) {
        dz.v[i] = planted(r, BUG_UPSTREAM_REPLACED, l) ? factor.v[i] : R(da.v[i] * factor.v[i]);
        if (planted(r, BUG_REPLACED_AT_KINK, l) && !(pre.v[i] < 0 || pre.v[i] > 0))
            dz.v[i] = R(r->p->value);
    }
    if (planted(r, BUG_DZ_ROLLED, l)) {
        for (size_t i = 0; i < dz.rows; i++) {
            double first = dz.v[i * dz.cols];
            for (size_t j = 0; j + 1 < dz.cols; j++)
                dz.v[i * dz.cols + j] = dz.v[i * dz.cols + j + 1];
            dz.v[(i + 1) * dz.cols - 1] = first;
        }
    }
    return dz;
}

/* Means over the samples of one unit of dZhat, and of dZhat * Zhat. */
static void hat_means(run *r, const double *dhat, const double *hat, double *mean, double *slope)
{
    double terms[MAX_SAMPLES];
    size_t m = r->s->m;
    for (size_t j = 0; j < m; j++)
        terms[j] = dhat[j];
    *mean = R(add_up(r, m, terms) / (double)m);
    for (size_t j = 0; j < m; j++)
        terms[j] = R(dhat[j] * hat[j]);
    *slope = R(add_up(r, m, terms) / (double)m);
}

/* The mean of Zhat is 0: a term with it is in long-hand backward passes, and is right either way. */
static double zero_term(run *r, const double *hat, double slope)
{
    double terms[MAX_SAMPLES];
    if (!r->s->bn_full)
        return 0;
    for (size_t j = 0; j < r->s->m; j++)
        terms[j] = hat[j];
    return R(R(add_up(r, r->s->m, terms) / (double)r->s->m) * slope);
}

/*
 * dZ = (dZhat - mean(dZhat) - Zhat * mean(dZhat * Zhat)) / sqrt(var + eps), dZhat = gamma dZN;
 * Ioffe and Szegedy (2015), section 3.
 */
static matrix through_batchnorm(run *r, size_t l, matrix dzn)
{
    matrix hat = r->at[K_ZHAT][l], dz = matrix_new(r, dzn.rows, dzn.cols);
    matrix dhat = matrix_copy(r, dzn), product_of = matrix_new(r, dzn.rows, dzn.cols);
    size_t m = dzn.cols;
    for (size_t i = 0; i < dzn.rows; i++) {
        double gamma = planted(r, BUG_BN_GAMMA, l) ? 1 : r->at[K_GAMMA][l].v[i];
        double root = R(sqrt(R(r->at[K_VAR][l].v[i] + R(r->at[K_EPS][0].v[0])))), mean, slope, zero;
        for (size_t j = i * m; j < (i + 1) * m; j++) {
            dhat.v[j] = R(gamma * dzn.v[j]);
            product_of.v[j] = R(dzn.v[j] * hat.v[j]);
        }
        hat_means(r, dhat.v + i * m, hat.v + i * m, &mean, &slope);
        zero = zero_term(r, hat.v + i * m, slope);
        if (planted(r, BUG_BN_MEAN, l))
            mean = zero = 0;
        if (planted(r, BUG_BN_VAR, l))
            slope = 0;
        for (size_t j = i * m; j < (i + 1) * m; j++)
            dz.v[j] = R(R(R(R(dhat.v[j] - mean) - R(hat.v[j] * slope)) + zero) / root);
    }
    r->at[K_DGAMMA][l] = row_sums(r, product_of);
    r->at[K_DBETA][l] = row_sums(r, dzn);
    scale(r, r->at[K_DGAMMA][l], learner_mean(r, MEAN_AT_DW));
    scale(r, r->at[K_DBETA][l], learner_mean(r, MEAN_AT_DW));
    return dz;
}

void learner_hidden_gradient(run *r, size_t l)
{
    matrix da = from_above(r, l), through;
    if (planted(r, BUG_Z_OVERWRITTEN, l)) { /* see through_act */
        matrix z = product(r, r->at[K_W][l], 0, r->at[K_A][l - 1], 0);
        for (size_t i = 0; i < z.rows * z.cols; i++)
            z.v[i] = R(z.v[i] + r->at[K_B][l].v[i / z.cols]);
        r->at[K_DAM][l] = z;
    }
    through = masked(r, l, da);
    r->at[K_DA][l] = r->s->da_masked ? through : da;
    if (!r->s->batchnorm) {
        r->at[K_DZ][l] = through_act(r, l, through);
        return;
    }
    r->at[K_DZN][l] = through_act(r, l, through);
    r->at[K_DZ][l] = through_batchnorm(r, l, r->at[K_DZN][l]);
}
