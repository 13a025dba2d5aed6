#include "matrix.h"

#include <math.h>
#include <string.h>

static void add_bias(run *r, matrix z, matrix b)
{
    for (size_t i = 0; i < z.rows; i++) {
        for (size_t j = 0; j < z.cols; j++)
            z.v[i * z.cols + j] = R(z.v[i * z.cols + j] + b.v[i]);
    }
}

static matrix linear(run *r, size_t l)
{
    matrix x = r->at[K_A][l - 1], z;
    if (planted(r, BUG_X_SCALED, l)) {
        x = matrix_copy(r, x);
        scale(r, x, 0.5);
    }
    z = product(r, r->at[K_W][l], 0, x, 0);
    if (!planted(r, BUG_BIAS_FORGOTTEN, l))
        add_bias(r, z, r->at[K_B][l]);
    return z;
}

/* Over the columns of one row: its mean, and the mean of the squared distances from it. */
static void row_moments(run *r, const double *z, size_t m, double *mean, double *variance)
{
    double terms[MAX_SAMPLES];
    memcpy(terms, z, m * sizeof *terms);
    *mean = R(add_up(r, m, terms) / (double)m);
    for (size_t j = 0; j < m; j++)
        terms[j] = R(R(z[j] - *mean) * R(z[j] - *mean));
    *variance = R(add_up(r, m, terms) / (double)m);
}

static void normalise(run *r, size_t l)
{
    matrix z = r->at[K_Z][l], hat, out, mu, var;
    hat = r->at[K_ZHAT][l] = matrix_new(r, z.rows, z.cols);
    out = r->at[K_ZN][l] = matrix_new(r, z.rows, z.cols);
    mu = r->at[K_MU][l] = matrix_new(r, z.rows, 1);
    var = r->at[K_VAR][l] = matrix_new(r, z.rows, 1);
    for (size_t i = 0; i < z.rows; i++) {
        double root;
        row_moments(r, z.v + i * z.cols, z.cols, &mu.v[i], &var.v[i]);
        root = R(sqrt(R(var.v[i] + R(r->at[K_EPS][0].v[0]))));
        for (size_t j = i * z.cols; j < (i + 1) * z.cols; j++) {
            hat.v[j] = R(R(z.v[j] - mu.v[i]) / root);
            out.v[j] = R(R(r->at[K_GAMMA][l].v[i] * hat.v[j]) + r->at[K_BETA][l].v[i]);
        }
    }
}

/* e^z over their sum, down each column or (the bug) along each row. */
static matrix softmax(run *r, matrix z, int along_rows, double temperature)
{
    matrix a = matrix_new(r, z.rows, z.cols);
    size_t lines = along_rows ? z.rows : z.cols, n = along_rows ? z.cols : z.rows;
    size_t step = along_rows ? 1 : z.cols, next = along_rows ? z.cols : 1;
    for (size_t line = 0; line < lines; line++) {
        const double *from = z.v + line * next;
        double *to = a.v + line * next, terms[MAX_SAMPLES], top = from[0], sum;
        for (size_t i = 1; i < n; i++)
            top = fmax(top, from[i * step]);
        for (size_t i = 0; i < n; i++)
            terms[i] = to[i * step] = real_exp(r->s->f32, R(R(from[i * step] - top) / temperature));
        sum = add_up(r, n, terms);
        for (size_t i = 0; i < n; i++)
            to[i * step] = R(to[i * step] / sum);
    }
    return a;
}

static matrix output(run *r, size_t l)
{
    matrix z = r->at[K_Z][l], a;
    if (r->s->out == OUT_SOFTMAX) {
        a = softmax(r, z, planted(r, BUG_SOFTMAX_AXIS, l), planted(r, BUG_TEMPERATURE, l) ? 2 : 1);
        if (planted(r, BUG_SOFTMAX_TWICE, l)) {
            r->at[K_G][l] = softmax(r, a, 0, 1);
            if (r->p->variant == 0) /* else only the loss takes it for logits */
                return r->at[K_G][l];
        }
        return a;
    }
    a = matrix_copy(r, z);
    for (size_t i = 0; i < a.rows * a.cols; i++) {
        if (r->s->out == OUT_SIGMOID)
            a.v[i] = R(1 / R(1 + real_exp(r->s->f32, -z.v[i])));
        else if (r->s->out == OUT_TANH)
            a.v[i] = real_tanh(r->s->f32, z.v[i]);
    }
    return a;
}

static void activate(run *r, size_t l)
{
    matrix z = r->s->batchnorm ? r->at[K_ZN][l] : r->at[K_Z][l], g, a;
    g = r->at[K_G][l] = matrix_new(r, z.rows, z.cols);
    for (size_t i = 0; i < z.rows * z.cols; i++)
        g.v[i] = act_value(r->s->f32, &r->s->acts[l], r->s->form, z.v[i]);
    a = r->at[K_A][l] = matrix_copy(r, g);
    if (r->s->keep > 0) {
        for (size_t i = 0; i < a.rows * a.cols; i++)
            a.v[i] = R(R(a.v[i] * r->at[K_D][l].v[i]) / R(r->at[K_KEEP][0].v[0]));
    }
    if (planted(r, BUG_A_STALE, l)) /* one sample's activations are those of another */
        for (size_t i = 0; i < a.rows; i++)
            a.v[i * a.cols] = a.v[i * a.cols + a.cols - 1];
    if (planted(r, BUG_Z_OVERWRITTEN, l))
        r->at[K_Z][l] = g; /* np.maximum(Z, 0, out=Z) */
}

void learner_forward(run *r)
{
    size_t last = r->s->n_layers;
    for (size_t l = 1; l <= last; l++) {
        r->at[K_Z][l] = linear(r, l);
        if (l == last) {
            r->at[K_A][l] = output(r, l);
            break;
        }
        if (r->s->batchnorm)
            normalise(r, l);
        activate(r, l);
    }
}
