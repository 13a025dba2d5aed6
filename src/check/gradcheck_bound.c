#include "check/gradcheck_bound.h"

#include "core/memory.h"

#include <float.h>
#include <math.h>

/* Of the reference, which is computed in double. */
#define REFERENCE_UNIT (DBL_EPSILON / 2)

double crs__bound_steps(const crs__point *point, size_t l)
{
    double steps = 32; /* the dual numbers of one g, and of the cost */
    for (size_t above = l; above < point->n_layers; above++)
        steps += (double)point->layers[above].n_in + 32;
    return steps + (double)point->layers[point->n_layers - 1].n_out;
}

double crs__bound_slope(const crs__point *point, size_t l, size_t at)
{
    const crs__point_layer *layer = &point->layers[l - 1];
    double u = point->unit, slope = fabs(layer->slope[at]);
    double size = 1 + fabs(layer->z[at]) + fabs(layer->a[at]);
    crs_act_bounds bounds;
    crs_act_error_bounds(layer->act->id, &bounds);
    if (crs__point_has_rule(point, l)) {
        /* a rule is a formula of numbers about as large as 1, z and a (1 - a^2 is) whose
           roundings may all remain: some 32. Where g is straight it is a constant. */
        if (crs_act_is_piecewise_linear(layer->act->id))
            return 4 * u * (1 + slope);
        return 32 * u * size * (1 + fabs(layer->act->param));
    }
    /* an ulp is at most 2 u of the number */
    return (2 * (crs_net_dtype(point->net) == CRS_F64 ? bounds.slope_f64 : bounds.slope_f32) + 1) *
               u * slope +
           bounds.slope_abs_f64 + point->tiny;
}

/* ---- the output ---- */

static void bound_output(crs__point *point)
{
    crs__point_layer *last = &point->layers[point->n_layers - 1];
    size_t n = last->n_out, ld = point->ld;
    crs_act_bounds sigmoid;
    crs_act_error_bounds(CRS_ACT_SIGMOID, &sigmoid);
    for (size_t s = 0; s < point->batch; s++) {
        double most = last->z[s];
        for (size_t j = 1; j < n; j++)
            most = fmax(most, last->z[j * ld + s]);
        for (size_t j = 0; j < n; j++) {
            size_t at = j * ld + s;
            double a = fabs(last->a[at]), y = fabs(point->y[at]), relative = 0;
            if (crs_net_loss(point->net) == CRS_LOSS_BCE)
                relative = 2 * (crs_net_dtype(point->net) == CRS_F64 ? sigmoid.value_f64
                                                                     : sigmoid.value_f32);
            /* exp(z - max): the difference rounds, exp does by two units; n of them are added
               (sum x exp(-x) <= 0.37 n of their own errors), then divided by */
            if (crs_net_loss(point->net) == CRS_LOSS_SOFTMAX)
                relative = fabs(last->z[at] - most) + 1.4 * (double)n + 8;
            last->p[at] = fabs(point->q[at]);
            last->e[at] = 1.01 * point->unit * (relative * a + last->p[at]) + point->tiny +
                          8 * REFERENCE_UNIT * (a + y);
        }
    }
}

/* ---- hidden layers ---- */

typedef struct job {
    crs__point *point;
    size_t l;
} job;

static void hidden_task(void *arg, size_t k, int worker)
{
    const job *jb = arg;
    crs__point *point = jb->point;
    crs__point_layer *layer = &point->layers[jb->l - 1], *above = &point->layers[jb->l];
    double u = point->unit, terms = (double)above->n_out + 1;
    (void)worker;
    for (size_t s = 0; s < point->batch; s++) {
        size_t at = k * point->ld + s;
        double da = 0, inherited = 0, size = 0, paths = 0, slope, most, e_slope, e_da;
        for (size_t j = 0; j < above->n_out; j++) {
            double w = above->w[j * above->n_in + k], d = above->d[j * point->ld + s];
            da += w * d;
            inherited += fabs(w) * above->e[j * point->ld + s];
            size += fabs(w * d);
            paths += fabs(w) * above->p[j * point->ld + s];
        }
        slope = fabs(layer->slope[at]);
        most = fmax(slope, fmax(fabs(layer->left[at]), fabs(layer->right[at])));
        e_slope = crs__bound_slope(point, jb->l, at);
        e_da = inherited + terms * (u * (size + inherited) + point->tiny);
        layer->p[at] = paths * most;
        layer->e[at] =
            1.01 * (slope * e_da + (fabs(da) + e_da) * (e_slope + u * slope)) + point->tiny;
    }
}

void crs__bound_all(crs__point *point)
{
    bound_output(point);
    for (size_t l = point->n_layers - 1; l >= 1; l--) {
        job jb = {point, l};
        crs_executor_run(point->executor, point->layers[l - 1].n_out, hidden_task, &jb);
    }
}

/* ---- the forward pass ---- */

/* z = b + sum w a in any order: n + 1 roundings of the sum of absolute values */
static double check_z(const crs__point *point, size_t l, size_t j, size_t s, double *tolerance)
{
    const crs__point_layer *layer = &point->layers[l - 1];
    crs__source input = crs__point_input(point, l);
    size_t row = crs_net_weight_at(point->net, l) + j * layer->n_in;
    double sum = crs_net_param(point->net, crs_net_bias_at(point->net, l) + j), size = fabs(sum);
    for (size_t k = 0; k < layer->n_in; k++) {
        double term = (l > 1 ? layer->w[j * layer->n_in + k] : crs_net_param(point->net, row + k)) *
                      crs__source_get(&input, k, s);
        sum += term;
        size += fabs(term);
    }
    *tolerance =
        1.01 * ((double)layer->n_in + 2) * ((point->unit + REFERENCE_UNIT) * size + point->tiny);
    return sum;
}

static double check_a(const crs__point *point, size_t l, size_t at, double *tolerance)
{
    const crs__point_layer *layer = &point->layers[l - 1];
    double a = crs_act_value_f64(layer->act, layer->z[at]);
    crs_act_bounds bounds;
    crs_act_error_bounds(layer->act->id, &bounds);
    *tolerance = (2 * (crs_net_dtype(point->net) == CRS_F64 ? bounds.value_f64 : bounds.value_f32) +
                  2 * bounds.value_f64 * REFERENCE_UNIT + 2) *
                     point->unit * fabs(a) +
                 point->tiny;
    return a;
}

/* Is z or a of this unit and sample off? What was given and what is right. */
static int forward_differs(const crs__point *point, size_t l, size_t j, size_t s, double *given,
                           double *right)
{
    const crs__point_layer *layer = &point->layers[l - 1];
    size_t at = j * point->ld + s;
    double tolerance;
    *right = check_z(point, l, j, s, &tolerance);
    *given = layer->z[at];
    if (fabs(*right - *given) <= tolerance && layer->act != NULL) {
        *right = check_a(point, l, at, &tolerance);
        *given = layer->a[at];
    }
    return !(fabs(*right - *given) <= tolerance);
}

typedef struct forward_job {
    const crs__point *point;
    size_t l;
    size_t *bad; /* [n_out]: the first sample that is off, or the batch */
} forward_job;

static void forward_task(void *arg, size_t j, int worker)
{
    const forward_job *jb = arg;
    double given, right;
    size_t s = 0;
    (void)worker;
    while (s < jb->point->batch && !forward_differs(jb->point, jb->l, j, s, &given, &right))
        s++;
    jb->bad[j] = s;
}

crs_status crs__bound_forward(crs__point *point)
{
    size_t *bad = crs__alloc(point->max_width, sizeof *bad);
    if (bad == NULL)
        return CRS_ENOMEM;
    for (size_t l = 1; l <= point->n_layers && !point->forward.found; l++) {
        forward_job jb = {point, l, bad};
        size_t n = point->layers[l - 1].n_out, j = 0;
        crs_executor_run(point->executor, n, forward_task, &jb);
        while (j < n && bad[j] == point->batch)
            j++;
        if (j == n)
            continue;
        point->forward.found = 1;
        point->forward.layer = l;
        point->forward.unit = j;
        point->forward.sample = bad[j];
        (void)forward_differs(point, l, j, bad[j], &point->forward.given, &point->forward.right);
    }
    crs__free(bad);
    return CRS_OK;
}
