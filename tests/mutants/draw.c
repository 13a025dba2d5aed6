/* The numbers a step starts from. */
#include "matrix.h"
#include "random_inputs.h"

#include <math.h>

/* Uniform in [-top, top), or a multiple of 1/4 there. */
static double number(const run *r, uint64_t *random, double top)
{
    double x = top * random_unit(random);
    return r->s->dyadic ? round(4 * x) / 4 : R(x);
}

static matrix numbers(run *r, uint64_t *random, size_t rows, size_t cols, double top)
{
    matrix a = matrix_new(r, rows, cols);
    for (size_t i = 0; i < rows * cols; i++)
        a.v[i] = number(r, random, top);
    return a;
}

/* Positive ones, in [lo, lo + 1). */
static matrix positive(run *r, uint64_t *random, size_t rows, size_t cols, double lo)
{
    matrix a = matrix_new(r, rows, cols);
    for (size_t i = 0; i < rows * cols; i++)
        a.v[i] = R(lo + 0.5 + 0.5 * random_unit(random));
    return a;
}

/*
 * Labels: one class a sample for cross-entropy and softmax, 0 or 1 for a sigmoid, numbers
 * inside the range of tanh, numbers for a linear output.
 */
static matrix draw_labels(run *r, uint64_t *random)
{
    size_t n = r->s->widths[r->s->n_layers], m = r->s->m;
    matrix y = matrix_new(r, n, m);
    for (size_t j = 0; j < m; j++) {
        if (r->s->out == OUT_SOFTMAX) {
            size_t i = random_below(random, n);
            y.v[i * m + j] = r->s->soft_labels ? 0.75 : 1;
            y.v[(i + 1) % n * m + j] += r->s->soft_labels ? 0.25 : 0;
            continue;
        }
        for (size_t i = 0; i < n; i++) {
            double x = random_unit(random);
            y.v[i * m + j] =
                r->s->out == OUT_SIGMOID ? x > 0 : R(x * (r->s->out == OUT_TANH ? 0.8 : 2));
        }
    }
    return y;
}

/* Weights of a size that keeps z near the data's size; wide ones saturate. */
static void draw_layer(run *r, uint64_t *random, size_t l)
{
    size_t n_in = r->s->widths[l - 1], n_out = r->s->widths[l];
    double top = r->s->dyadic ? 1 : 1.7 / sqrt((double)n_in);
    matrix b;
    if (r->s->wide && l < r->s->n_layers)
        top *= 4;
    r->at[K_W][l] = numbers(r, random, n_out, n_in, top);
    b = r->at[K_B][l] = numbers(r, random, n_out, 1, 1);
    for (size_t i = 0; i < n_out; i++) {
        if (!r->s->dyadic && fabs(b.v[i]) < 0.05)
            b.v[i] = R(0.05);           /* a bias of 0 would hide what is done to it */
        if (r->s->nudged && i % 2 == 0) /* a float near 1 has no neighbour as close as 1e-12 */
            b.v[i] = R(b.v[i] + (r->s->f32 ? 4e-7 : 1e-12) * random_unit(random));
        if (r->s->dead == l)
            b.v[i] = -200;
        if (r->s->without_bias)
            b.v[i] = 0;
    }
    for (size_t i = 0; r->s->same_weights && i < n_out * n_in; i++)
        r->at[K_W][l].v[i] = r->at[K_W][l].v[0];
    for (size_t i = 0; r->s->same_weights && i < n_out; i++)
        b.v[i] = b.v[0];
}

static void draw_extras(run *r, uint64_t *random, size_t l)
{
    size_t n_in = r->s->widths[l - 1], n = r->s->widths[l];
    if (r->s->keep > 0 && l < r->s->n_layers) {
        r->at[K_D][l] = matrix_new(r, n, r->s->m);
        for (size_t i = 0; i < n * r->s->m; i++)
            r->at[K_D][l].v[i] = random_unit(random) < 2 * r->s->keep - 1;
    }
    if (r->s->batchnorm && l < r->s->n_layers) {
        r->at[K_GAMMA][l] = positive(r, random, n, 1, 0.3);
        r->at[K_BETA][l] = numbers(r, random, n, 1, 1);
    }
    if (r->s->step == STEP_MOMENTUM || r->s->step == STEP_ADAM) {
        r->at[K_VW][l] = numbers(r, random, n, n_in, 0.3);
        r->at[K_VB][l] = numbers(r, random, n, 1, 0.3);
    }
    if (r->s->step == STEP_ADAM) {
        r->at[K_SW][l] = positive(r, random, n, n_in, 0.001);
        r->at[K_SB][l] = positive(r, random, n, 1, 0.001);
    }
}

static void draw_scalars(run *r, uint64_t *random)
{
    const setting *s = r->s;
    if (s->keep > 0)
        r->at[K_KEEP][0] = scalar_new(r, s->keep);
    if (s->lambd > 0)
        r->at[K_LAMBD][0] = scalar_new(r, s->lambd);
    if (s->batchnorm || s->step == STEP_ADAM)
        r->at[K_EPS][0] = scalar_new(r, s->batchnorm ? 1e-5 : 1e-8);
    if (s->step != STEP_NONE)
        r->at[K_LR][0] = scalar_new(r, 0.05 + 0.5 * fabs(random_unit(random)));
    if (s->step == STEP_MOMENTUM)
        r->at[K_MOMENTUM][0] = scalar_new(r, 0.9);
    if (s->step == STEP_ADAM) {
        r->at[K_BETA1][0] = scalar_new(r, 0.9);
        r->at[K_BETA2][0] = scalar_new(r, 0.999);
        r->at[K_T][0] = scalar_new(r, 1 + (double)random_below(random, 20));
    }
}

static void draw_images(run *r, uint64_t *random)
{
    const size_t n = 1 + random_below(random, 3), h = 2 + 2 * random_below(random, 4),
                 w = 2 + 2 * random_below(random, 4), c = 1 + random_below(random, 3);
    const size_t x[4] = {n, h, w, c}, out[4] = {n, h / 2, w / 2, c};
    r->at[K_POOL_X][0] = numbers(r, random, n, h * w * c, 2);
    r->at[K_DPOOL_OUT][0] = positive(r, random, n, h / 2 * (w / 2) * c, -0.5);
    for (size_t i = 0; i < 4; i++) {
        r->at[K_POOL_X][0].dims[i] = x[i];
        r->at[K_DPOOL_OUT][0].dims[i] = out[i];
    }
}

/* The largest |z| of the output. */
static double largest_logit(run *r)
{
    size_t l = r->s->n_layers;
    double top = 0;
    learner_forward(r);
    for (size_t i = 0; i < r->at[K_Z][l].rows * r->at[K_Z][l].cols; i++)
        top = fmax(top, fabs(r->at[K_Z][l].v[i]));
    return top;
}

/*
 * Outputs are to be clear of 0 and 1 (log(0) is a bug of its own) or, saturated, some of them
 * exactly there: 1 / (1 + e^-z) is 1 from z = 37 and 0 from -710 in float64, 17 and -89 in
 * float32.
 */
static void bound_logits(run *r)
{
    const double top = r->s->f32 ? 5 : 8, enough = 900;
    size_t l = r->s->n_layers, used = r->memory->used;
    double by = 1, z = largest_logit(r);
    if (r->s->saturated)
        by = enough / fmax(z, 1e-3);
    else
        while (z * by > top)
            by /= 2; /* keeps a coarse grid */
    r->memory->used = used;
    scale(r, r->at[K_W][l], by);
    if (!r->s->saturated)
        scale(r, r->at[K_B][l], by);
}

void learner_draw(run *r, uint64_t *random)
{
    if (r->s->pool) {
        draw_images(r, random);
        return;
    }
    draw_scalars(r, random);
    r->at[K_A][0] = numbers(r, random, r->s->widths[0], r->s->m, 2);
    r->at[K_Y][r->s->n_layers] = draw_labels(r, random);
    for (size_t l = 1; l <= r->s->n_layers; l++) {
        draw_layer(r, random, l);
        draw_extras(r, random, l);
    }
    bound_logits(r);
}

/* What learner_draw makes, and the gradient of the step before. */
static const kind given[] = {K_Y,      K_W,         K_B,       K_D,      K_KEEP,     K_LAMBD,
                             K_GAMMA,  K_BETA,      K_EPS,     K_LR,     K_MOMENTUM, K_BETA1,
                             K_BETA2,  K_T,         K_VW,      K_VB,     K_SW,       K_SB,
                             K_POOL_X, K_DPOOL_OUT, K_DW_PREV, K_DB_PREV};

void learner_share(run *r, const run *from)
{
    r->at[K_A][0] = from->at[K_A][0];
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) {
        for (size_t l = 0; l <= MAX_LAYERS; l++)
            r->at[given[i]][l] = from->at[given[i]][l];
    }
}
