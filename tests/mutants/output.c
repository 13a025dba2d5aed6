/* The cost, and the gradient at the output. */
#include "matrix.h"
#include "random_inputs.h"

#include <math.h>

double learner_mean(const run *r, mean_place place)
{
    if (r->s->sums || r->s->place != place)
        return 1;
    if (planted(r, BUG_INTEGER_DIVISION, r->s->n_layers))
        return r->s->m == 1; /* 1 / m of whole numbers */
    return 1 / (double)r->s->m;
}

double learner_cost_factor(const setting *s)
{
    double factor = s->cost == COST_SQUARED && s->without_half ? 2 : 1;
    return s->mean_outputs ? factor / (double)s->widths[s->n_layers] : factor;
}

/* Y's samples in another order, which is the same for every call of one plant. */
static matrix permuted(run *r, matrix y)
{
    matrix out = matrix_copy(r, y);
    size_t order[MAX_SAMPLES];
    uint64_t state = r->p->other;
    for (size_t j = 0; j < y.cols; j++) {
        size_t k = random_below(&state, j + 1);
        order[j] = order[k];
        order[k] = j;
    }
    for (size_t i = 0; i < y.rows; i++) {
        for (size_t j = 0; j < y.cols; j++)
            out.v[i * y.cols + j] = y.v[i * y.cols + order[j]];
    }
    return out;
}

/* The labels that this learner really uses. */
static matrix labels(run *r)
{
    size_t l = r->s->n_layers;
    matrix y = r->at[K_Y][l];
    if (planted(r, BUG_LABELS_PERMUTED, l))
        return permuted(r, y);
    if (planted(r, BUG_SHAPE_BROADCAST,
                l)) { /* every a against every y: their mean is what counts */
        double mean;
        y = matrix_copy(r, y);
        mean = R(row_sums(r, y).v[0] / (double)y.cols);
        for (size_t j = 0; j < y.cols; j++)
            y.v[j] = mean;
    }
    if (planted(r, BUG_LABELS_SMOOTHED, l)) {
        y = matrix_copy(r, y);
        for (size_t i = 0; i < y.rows * y.cols; i++)
            y.v[i] = R(R(0.9 * y.v[i]) + R(0.1 / (double)y.rows));
    }
    return y;
}

static double loss_of(run *r, double z, double a, double y)
{
    int f32 = r->s->f32,
        naive = !r->s->stable_cost || planted(r, BUG_COST_NOT_FINITE, r->s->n_layers);
    double inactive = planted(r, BUG_COST_HALF_BCE, r->s->n_layers) ? 0 : 1 - y;
    if (r->s->cost == COST_SQUARED)
        return R(R(a - y) * R(a - y)) * (r->s->without_half ? 1 : 0.5);
    if (r->s->cost == COST_CE)
        return naive || y > 0 ? -R(y * real_log(f32, a)) : 0;
    if (naive)
        return -R(R(y * real_log(f32, a)) + R(inactive * real_log(f32, R(1 - a))));
    return R(R((z > 0 ? z : 0) - R(z * y)) + real_log(f32, R(1 + real_exp(f32, -fabs(z)))));
}

static double regulariser(run *r)
{
    double sum = 0, terms[MAX_WIDTH * MAX_WIDTH];
    if (r->s->lambd <= 0 || planted(r, BUG_COST_WITHOUT_L2, r->s->n_layers))
        return 0;
    for (size_t l = 1; l <= r->s->n_layers; l++) {
        matrix w = r->at[K_W][l];
        for (size_t i = 0; i < w.rows * w.cols; i++)
            terms[i] = R(w.v[i] * w.v[i]);
        sum = R(sum + add_up(r, w.rows * w.cols, terms));
    }
    return R(R(r->at[K_LAMBD][0].v[0] / (2 * (double)r->s->m)) * sum);
}

/* A broadcast of (m,) against (m, 1): the mean over all m^2 pairs. */
static double pairs_cost(run *r, matrix z, matrix a, matrix y)
{
    double rows[MAX_SAMPLES], terms[MAX_SAMPLES];
    for (size_t i = 0; i < a.cols; i++) {
        for (size_t j = 0; j < a.cols; j++)
            terms[j] = loss_of(r, z.v[i], a.v[i], y.v[j]);
        rows[i] = add_up(r, a.cols, terms);
    }
    return R(R(add_up(r, a.cols, rows) / (double)a.cols) / (double)a.cols);
}

double learner_cost(run *r)
{
    size_t l = r->s->n_layers;
    matrix z = r->at[K_Z][l], a = r->at[K_A][l], y = labels(r), each;
    double terms[MAX_SAMPLES], cost;
    if (planted(r, BUG_SHAPE_BROADCAST, l))
        return pairs_cost(r, z, a, r->at[K_Y][l]);
    if (planted(r, BUG_SOFTMAX_TWICE, l))
        a = r->at[K_G][l];
    if (planted(r, BUG_LABELS_SMOOTHED, l))
        y = r->at[K_Y][l];
    each = matrix_new(r, a.rows, a.cols);
    for (size_t i = 0; i < a.rows * a.cols; i++)
        each.v[i] = loss_of(r, z.v[i], a.v[i], y.v[i]);
    each = row_sums(r, each);
    for (size_t i = 0; i < a.rows; i++)
        terms[i] = each.v[i];
    cost = add_up(r, a.rows, terms);
    if (!r->s->sums)
        cost = R(cost / (double)r->s->m);
    if (r->s->mean_outputs)
        cost = R(cost / (double)a.rows);
    return R(cost + regulariser(r));
}

/* The cost whose gradient is taken: not the one shown, if that is the bug. */
static cost_kind gradient_cost(const run *r)
{
    if (!planted(r, BUG_LOSS_MISMATCH, r->s->n_layers))
        return r->s->cost;
    return r->s->cost == COST_SQUARED ? COST_BCE : COST_SQUARED;
}

static double gradient_factor(const run *r)
{
    double factor = learner_cost_factor(r->s);
    if (planted(r, BUG_LOSS_MISMATCH, r->s->n_layers))
        factor = r->p->value;
    if (planted(r, BUG_FACTOR_TWO, r->s->n_layers))
        factor *= r->p->value;
    if (planted(r, BUG_GRADIENT_SIGN, r->s->n_layers))
        factor = -factor;
    return factor;
}

static double loss_slope(const run *r, cost_kind cost, double a, double y)
{
    if (cost == COST_SQUARED)
        return R(a - y);
    if (cost == COST_CE)
        return -R(y / a);
    return -R(R(y / a) - R(R(1 - y) / R(1 - a)));
}

static double output_slope(const run *r, double a)
{
    if (r->s->out == OUT_LINEAR)
        return 1;
    return r->s->out == OUT_TANH ? R(1 - R(a * a)) : R(a * R(1 - a));
}

/* dZ_i = a_i (dA_i - sum_k a_k dA_k) for each sample. */
static matrix through_softmax(run *r, matrix a, matrix da)
{
    matrix dz = matrix_new(r, a.rows, a.cols);
    double terms[MAX_WIDTH];
    for (size_t j = 0; j < a.cols; j++) {
        double sum;
        for (size_t i = 0; i < a.rows; i++)
            terms[i] = R(a.v[i * a.cols + j] * da.v[i * a.cols + j]);
        sum = add_up(r, a.rows, terms);
        for (size_t i = 0; i < a.rows; i++)
            dz.v[i * a.cols + j] = R(a.v[i * a.cols + j] * R(da.v[i * a.cols + j] - sum));
    }
    return dz;
}

static matrix through_activation(run *r, matrix a, matrix da)
{
    size_t l = r->s->n_layers;
    matrix dz;
    if (planted(r, BUG_OUTPUT_MISSING, l))
        return matrix_copy(r, da);
    if (r->s->out == OUT_SOFTMAX && !planted(r, BUG_SOFTMAX_DIAGONAL, l))
        return through_softmax(r, a, da);
    dz = matrix_copy(r, da);
    for (size_t i = 0; i < a.rows * a.cols; i++)
        dz.v[i] = R(da.v[i] * output_slope(r, a.v[i]));
    return dz;
}

/* 1 where dZ = A - Y is the whole of it. */
static int delta_is_difference(const run *r)
{
    cost_kind cost = gradient_cost(r);
    return (r->s->out == OUT_SIGMOID && cost == COST_BCE) ||
           (r->s->out == OUT_SOFTMAX && cost == COST_CE) || r->s->out == OUT_LINEAR;
}

void learner_output_gradient(run *r)
{
    size_t l = r->s->n_layers;
    matrix a = r->at[K_A][l], y = labels(r), dz;
    matrix da = matrix_new(r, a.rows, a.cols);
    int twice = planted(r, BUG_SOFTMAX_TWICE, l) && r->p->variant == 1;
    int by_hand = planted(r, BUG_COST_NOT_FINITE, l) && r->p->variant == 1;
    int fused = !r->s->through_da && delta_is_difference(r) && !twice && !by_hand;
    for (size_t i = 0; i < a.rows * a.cols; i++) {
        double p = twice ? r->at[K_G][l].v[i] : a.v[i];
        da.v[i] = fused || twice ? R(p - y.v[i]) : loss_slope(r, gradient_cost(r), a.v[i], y.v[i]);
    }
    scale(r, da, gradient_factor(r));
    scale(r, da, learner_mean(r, MEAN_AT_DA));
    dz = fused ? matrix_copy(r, da) : through_activation(r, a, da);
    scale(r, dz, learner_mean(r, MEAN_AT_DZ));
    if (planted(r, BUG_OUTPUT_EXTRA, l)) {
        for (size_t i = 0; i < a.rows * a.cols; i++)
            dz.v[i] = R(dz.v[i] * R(a.v[i] * R(1 - a.v[i])));
    }
    r->at[K_DZ][l] = dz;
    if (!fused)
        r->at[K_DA][l] = da;
}
