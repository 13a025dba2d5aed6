/* Gradients of parameters, the update, max pooling, and a step as a whole. */
#include "matrix.h"

#include <math.h>
#include <string.h>

/* What dZ A^T and the sum of dZ are multiplied with. */
static double parameter_scale(const run *r, size_t l)
{
    double by = learner_mean(r, MEAN_AT_DW);
    if (planted(r, BUG_M_MISSING, l))
        return 1;
    return planted(r, BUG_M_TWICE, l) ? by / (double)r->s->m : by;
}

static matrix input_of(run *r, size_t l)
{
    if (planted(r, BUG_INPUT_WRONG_LAYER, l))
        return r->at[K_A][r->p->other];
    return planted(r, BUG_DW_WITH_Z, l) ? r->at[K_Z][l - 1] : r->at[K_A][l - 1];
}

static void regularise(run *r, size_t l, matrix dw)
{
    double lambd = r->at[K_LAMBD][0].v[0], by = lambd / (double)r->s->m;
    if (planted(r, BUG_L2_MISSING, l))
        return;
    if (planted(r, BUG_L2_NOT_AVERAGED, l))
        by = lambd;
    add_scaled(r, dw, planted(r, BUG_L2_SIGN, l) ? -by : by, r->at[K_W][l]);
}

/* Strangers that change dW after it was computed. */
static void spoil_weights(run *r, size_t l, matrix dw)
{
    double top = 0, bound;
    size_t n = dw.rows * dw.cols;
    for (size_t i = 0; i < n; i++)
        top = fmax(top, fabs(dw.v[i]));
    bound = R(0.5 * top);
    if (planted(r, BUG_DW_NORM_CLIPPED, l))
        scale(r, dw, 0.73);
    if (planted(r, BUG_DW_ROW_ZEROED, l))
        memset(dw.v + (dw.rows - 1) * dw.cols, 0, dw.cols * sizeof *dw.v);
    for (size_t i = 0; i < n; i++) {
        if (planted(r, BUG_DW_CLIPPED, l))
            dw.v[i] = fmin(fmax(dw.v[i], -bound), bound);
        if (planted(r, BUG_DW_ROUNDED, l) && top > 0)
            dw.v[i] = R(round(dw.v[i] / top * 1000) / 1000 * top);
    }
}

/* db is dZ itself, one of its samples, or its sum along the wrong axis. */
static matrix bias_gradient(run *r, size_t l, matrix dz)
{
    matrix db;
    if (planted(r, BUG_BIAS_AXIS, l)) {
        db = matrix_new(r, 1, dz.cols);
        for (size_t i = 0; i < dz.rows; i++) {
            for (size_t j = 0; j < dz.cols; j++)
                db.v[j] = R(db.v[j] + dz.v[i * dz.cols + j]);
        }
        return db;
    }
    if (!planted(r, BUG_BIAS_NOT_SUMMED, l))
        return row_sums(r, dz);
    if (r->p->variant == 0)
        return matrix_copy(r, dz);
    db = matrix_new(r, dz.rows, 1);
    for (size_t i = 0; i < dz.rows; i++)
        db.v[i] = dz.v[i * dz.cols + (r->p->variant == 1 ? 0 : dz.cols - 1)];
    return db;
}

static double bias_scale(const run *r, size_t l)
{
    double by = parameter_scale(r, l);
    if (!planted(r, BUG_BIAS_MEAN, l))
        return by;
    return r->s->place == MEAN_AT_DW ? 1 : by / (double)r->s->m;
}

static matrix accumulated(run *r, matrix g, matrix before)
{
    matrix sum = matrix_copy(r, g);
    if (r->p->variant == 0)
        add_scaled(r, sum, 1, before);
    else
        scale(r, sum, r->p->value);
    return sum;
}

void learner_parameter_gradient(run *r, size_t l)
{
    matrix dz = r->at[K_DZ][l], dw, db;
    if (planted(r, BUG_LAST_SAMPLE_DROPPED, l)) {
        dz = matrix_copy(r, dz);
        for (size_t i = 0; i < dz.rows; i++)
            dz.v[(i + 1) * dz.cols - 1] = 0;
    }
    dw = product(r, dz, 0, input_of(r, l), 1);
    scale(r, dw, parameter_scale(r, l));
    if (r->s->lambd > 0)
        regularise(r, l, dw);
    spoil_weights(r, l, dw);
    db = bias_gradient(r, l, planted(r, BUG_DB_FROM_DA, l) ? r->at[K_DA][l] : dz);
    scale(r, db, bias_scale(r, l));
    if (planted(r, BUG_BIAS_REGULARISED, l))
        add_scaled(r, db, R(r->at[K_LAMBD][0].v[0] / (double)r->s->m), r->at[K_B][l]);
    if (planted(r, BUG_DB_WRONG_LAYER, l))
        db = r->at[K_DB][l + 1];
    if (planted(r, BUG_ACCUMULATED, l)) {
        dw = accumulated(r, dw, r->at[K_DW_PREV][l]);
        db = accumulated(r, db, r->at[K_DB_PREV][l]);
    }
    r->at[K_DW][l] = dw;
    r->at[K_DB][l] = db;
}

static matrix sgd(run *r, size_t l, matrix w, matrix dw)
{
    matrix w_new = matrix_copy(r, w);
    double lr = r->at[K_LR][0].v[0];
    if (planted(r, BUG_STEP_SIGN, l))
        lr = -lr;
    if (planted(r, BUG_STEP_TENTH, l))
        lr *= 0.1;
    add_scaled(r, w_new, -lr, dw);
    return w_new;
}

static matrix momentum(run *r, size_t l, matrix w, matrix dw, matrix v, matrix *v_new)
{
    matrix w_new = matrix_copy(r, w);
    double beta = r->at[K_MOMENTUM][0].v[0], lr = r->at[K_LR][0].v[0], one = 1 - beta;
    double by = r->s->momentum == MOMENTUM_AVERAGE ? one : r->s->momentum == MOMENTUM_SUM ? 1 : -lr;
    double step = r->s->momentum == MOMENTUM_STEP ? 1 : -lr;
    if (planted(r, BUG_MOMENTUM_SWAPPED, l)) {
        by = beta;
        beta = one;
    }
    *v_new = matrix_copy(r, v);
    scale(r, *v_new, beta);
    add_scaled(r, *v_new, planted(r, BUG_MOMENTUM_SIGN, l) && r->p->variant == 1 ? -by : by, dw);
    if (planted(r, BUG_MOMENTUM_SIGN, l) && r->p->variant == 0)
        step = -step; /* added */
    add_scaled(r, w_new, step, *v_new);
    if (planted(r, BUG_MOMENTUM_SIGN, l) && r->p->variant == 2)
        add_scaled(r, w_new, step, *v_new); /* twice */
    return w_new;
}

/* The correction 1 / (1 - beta^t), or what the bug makes of it. */
static double correction(const run *r, size_t l, double beta)
{
    double by = 1 - pow(beta, r->at[K_T][0].v[0]);
    if (planted(r, BUG_ADAM_CORRECTION, l))
        return r->p->variant == 0 ? 1 : by;
    return 1 / by;
}

/* Kingma and Ba (2015), algorithm 1. */
static matrix adam(run *r, size_t l, matrix w, matrix dw, matrix v, matrix sq, matrix *v_new,
                   matrix *sq_new)
{
    matrix w_new = matrix_copy(r, w);
    double lr = r->at[K_LR][0].v[0], eps = r->at[K_EPS][0].v[0];
    double beta1 = r->at[K_BETA1][0].v[0], beta2 = r->at[K_BETA2][0].v[0];
    double c1 = correction(r, l, beta1), c2 = correction(r, l, beta2);
    *v_new = matrix_copy(r, v);
    *sq_new = matrix_copy(r, sq);
    for (size_t i = 0; i < w.rows * w.cols; i++) {
        double g = dw.v[i], root;
        v_new->v[i] = R(R(R(beta1) * v.v[i]) + R(R(1 - beta1) * g));
        sq_new->v[i] = R(R(R(beta2) * sq.v[i]) + R(R(1 - beta2) * R(g * g)));
        root = R(sq_new->v[i] * R(c2));
        root = planted(r, BUG_ADAM_NO_ROOT, l) ? root : R(sqrt(root));
        w_new.v[i] = R(w.v[i] - R(R(lr) * R(R(v_new->v[i] * R(c1)) / R(root + R(eps)))));
    }
    return w_new;
}

static void update_one(run *r, size_t l, kind w, kind dw, kind v, kind sq, kind v_new, kind sq_new,
                       kind w_new)
{
    matrix from = r->at[w][l], g = r->at[dw][l];
    if (r->s->step == STEP_SGD)
        r->at[w_new][l] = sgd(r, l, from, g);
    else if (r->s->step == STEP_MOMENTUM)
        r->at[w_new][l] = momentum(r, l, from, g, r->at[v][l], &r->at[v_new][l]);
    else
        r->at[w_new][l] =
            adam(r, l, from, g, r->at[v][l], r->at[sq][l], &r->at[v_new][l], &r->at[sq_new][l]);
}

void learner_update(run *r, size_t l)
{
    if (r->s->step == STEP_NONE)
        return;
    update_one(r, l, K_W, K_DW, K_VW, K_SW, K_VW_NEW, K_SW_NEW, K_W_NEW);
    if (r->at[K_DB][l].cols == 1 && r->at[K_DB][l].rows == r->at[K_B][l].rows)
        update_one(r, l, K_B, K_DB, K_VB, K_SB, K_VB_NEW, K_SB_NEW, K_B_NEW);
}

void learner_step(run *r)
{
    if (r->s->pool) {
        learner_pool(r);
        return;
    }
    learner_forward(r);
    r->at[K_COST][0] = scalar_new(r, learner_cost(r));
    learner_output_gradient(r);
    for (size_t l = r->s->n_layers; l >= 1; l--) {
        learner_parameter_gradient(r, l);
        learner_update(r, l);
        if (l > 1)
            learner_hidden_gradient(r, l - 1);
    }
}
