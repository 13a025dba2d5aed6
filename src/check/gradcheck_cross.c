/*
 * Differences of the true cost, for parameters drawn at random: a second opinion on the
 * reference that knows nothing of slopes.
 *
 * The net is evaluated anew from the layer of the parameter up, its g with all branches
 * alive, from the z that the forward pass left; the step stays short of the nearest
 * crease, whose distance is computed: z of layer l moves by `a` for each unit of the
 * parameter, and everything above by no more than the Lipschitz constants of the g in
 * between allow. Where g is straight from the parameter up that is the exact distance.
 */
#include "check/gradcheck.h"
#include "check/gradcheck_bound.h"
#include "check/gradcheck_branch.h"
#include "core/memory.h"

#include <float.h>
#include <math.h>
#include <string.h>

/*
 * Multiply-adds (or what takes as long) that all differences of a check may cost where
 * nobody says how many to make: a second or so.
 */
#define BUDGET 2e9
#define LEAST 16

/* How much steeper than 1 any g of the table gets: hard_swish 1.5, elu alpha, selu 1.76, gelu 1.13. */
static double lipschitz(const crs_act *act)
{
    double param = fabs(act->param);
    if (act->id == CRS_ACT_HARD_SWISH)
        return 1.5;
    if (act->id == CRS_ACT_SELU)
        return 1.7581;
    if (act->id == CRS_ACT_ELU || act->id == CRS_ACT_LEAKY_RELU)
        return param > 1 ? param : 1;
    return act->id == CRS_ACT_GELU || act->id == CRS_ACT_GELU_TANH || act->id == CRS_ACT_SILU ||
                   act->id == CRS_ACT_MISH
               ? 1.2
               : 1;
}

typedef struct probe {
    const crs__point *point;
    size_t l, unit;
    const double *moves; /* [batch]: how far z[unit] moves for each unit of the parameter */
    double *in, *out;    /* [max_width]: changes of a, changes of z, for one sample */
    double noise;        /* what rounding may do to the cost that the net is evaluated to */
} probe;

/* ---- how far to the nearest crease ---- */

/* Steps for which unit k of `layer`, moving at `speed`, stays on its side; on a kink it leaves it. */
static double room_of(const crs__point_layer *layer, double z, double speed)
{
    double room = INFINITY;
    for (size_t k = 0; layer->act != NULL && k < layer->act->n_kinks; k++) {
        double gap = fabs(layer->act->kink[k].z - z);
        if (gap > 0 && speed > 0)
            room = fmin(room, gap / speed);
    }
    return room;
}

/* The speeds are signed and exact as long as g is straight; bounds from there on. */
static double distance_of(const probe *x, size_t s)
{
    const crs__point *point = x->point;
    const crs__point_layer *layer = &point->layers[x->l - 1];
    double room = room_of(layer, layer->z[x->unit * point->ld + s], fabs(x->moves[s]));
    int exact = 1;
    for (size_t k = 0; k < layer->n_out; k++)
        x->in[k] = 0;
    x->in[x->unit] = x->moves[s];
    for (size_t above = x->l; above < point->n_layers; above++) {
        /* on a kink the sides differ: no one speed is exact */
        exact = exact && crs_act_is_piecewise_linear(layer->act->id) && layer->n_hits == 0;
        for (size_t k = 0; k < layer->n_out; k++)
            x->in[k] = exact ? x->in[k] * layer->slope[k * point->ld + s]
                             : fabs(x->in[k]) * lipschitz(layer->act);
        layer = &point->layers[above];
        for (size_t r = 0; r < layer->n_out; r++) {
            double speed = 0;
            for (size_t k = 0; k < layer->n_in; k++)
                speed +=
                    (exact ? layer->w[r * layer->n_in + k] : fabs(layer->w[r * layer->n_in + k])) *
                    x->in[k];
            x->out[r] = speed;
            room = fmin(room, room_of(layer, layer->z[r * point->ld + s], fabs(speed)));
        }
        memcpy(x->in, x->out, layer->n_out * sizeof *x->in);
    }
    return room;
}

/* ---- differences ---- */

/* The cost of sample s with the parameter moved by h. */
static double cost_at(const probe *x, size_t s, double h)
{
    const crs__point *point = x->point;
    const crs__point_layer *layer = &point->layers[x->l - 1];
    double *y = x->in;
    for (size_t k = 0; k < layer->n_out; k++)
        x->out[k] = 0;
    x->out[x->unit] = h * x->moves[s];
    for (size_t above = x->l; above < point->n_layers; above++) {
        size_t first = above == x->l ? x->unit : 0, end = above == x->l ? first + 1 : layer->n_out;
        for (size_t k = first; k < end; k++) {
            double z = layer->z[k * point->ld + s];
            x->in[k] =
                crs_act_value_f64(layer->act, z + x->out[k]) - crs_act_value_f64(layer->act, z);
        }
        layer = &point->layers[above];
        for (size_t r = 0; r < layer->n_out; r++) {
            double change = 0;
            for (size_t k = first; k < end; k++)
                change += layer->w[r * layer->n_in + k] * x->in[k];
            x->out[r] = change;
        }
    }
    for (size_t k = 0; k < layer->n_out; k++) {
        x->out[k] += layer->z[k * point->ld + s];
        y[k] = point->y[k * point->ld + s];
    }
    return crs__branch_cost(crs_net_loss(point->net), layer->n_out, x->out, y);
}

/* A slope by differences, and how far it may be off. */
typedef struct estimate {
    double slope, error;
} estimate;

/*
 * Differences over h, h/2, h/4 (from `side` only, where that is not 0), extrapolated: for
 * side 0 the error goes with h^2, else with h. What the last step of the extrapolation
 * changed stands for the error, beside the rounding of the costs, which is divided by h.
 */
static estimate difference(const probe *x, int side, double h)
{
    double at[3], size = 0, m = (double)x->point->batch, first, second;
    int order = side == 0 ? 4 : 2;
    for (int i = 0; i < 3; i++, h /= 2) {
        double sum = 0;
        size = 0;
        for (size_t s = 0; s < x->point->batch; s++) {
            double right = cost_at(x, s, side < 0 ? 0 : h);
            double left = cost_at(x, s, side > 0 ? 0 : -h);
            sum += right - left;
            size += fabs(right) + fabs(left);
        }
        at[i] = sum / (side == 0 ? 2 * h : h) / m;
    }
    first = (order * at[1] - at[0]) / (order - 1);
    second = (order * at[2] - at[1]) / (order - 1);
    if (side != 0) { /* h^2 is left over: once more */
        double third = (4 * second - first) / 3;
        first = second;
        second = third;
    }
    /* h is now 1/8 of the first; a cost is some 16 roundings, and the extrapolation amplifies */
    return (estimate){second, fabs(second - first) + 16 * DBL_EPSILON * (size / m + x->noise) / h};
}

/* 1: confirmed, 0: a difference cannot tell, -1: the two are apart. */
static int confirm(const probe *x, int side, double h, double slope, double tolerance)
{
    estimate found = difference(x, side, h);
    double off = fabs(found.slope - slope), size = fmax(fabs(found.slope), fabs(slope));
    if (!isfinite(found.slope) || found.error > 1e-3 * size + 1e-9)
        return 0;
    if (off <= 4 * found.error + tolerance)
        return 1;
    return off > 64 * found.error + 2 * tolerance ? -1 : 0;
}

static int confirm_param(probe *x, const crs_gradcheck_param *param, double at)
{
    /* as far as a smooth net lets a difference be exact, and no further than the next crease */
    double h = 0.01 * fmax(1, fabs(at)), one, other;
    for (size_t s = 0; s < x->point->batch; s++)
        h = fmin(h, 0.5 * distance_of(x, s));
    if (param->from_left == param->from_right)
        return confirm(x, 0, h, param->from_right, param->tolerance);
    one = confirm(x, 1, h, param->from_right, param->tolerance);
    other = confirm(x, -1, h, param->from_left, param->tolerance);
    return one < 0 || other < 0 ? -1 : one == 1 && other == 1;
}

/* ---- which parameters ---- */

/* What the differences of one parameter of layer l cost. */
static double price(const crs__point *point, size_t l)
{
    double steps = 20.0 * (double)point->layers[point->n_layers - 1].n_out;
    for (size_t above = l; above < point->n_layers; above++) {
        const crs__point_layer *layer = &point->layers[above];
        steps += (double)(above == l ? layer->n_out : layer->n_out * layer->n_in) +
                 20.0 * (double)layer->n_in;
    }
    return 8 * steps * (double)point->batch;
}

static size_t how_many(const crs__point *point, size_t wanted, size_t n)
{
    double affordable = BUDGET / price(point, 1);
    if (wanted == 0)
        wanted = affordable < LEAST ? LEAST : affordable > 1e6 ? 1000000 : (size_t)affordable;
    return wanted < n ? wanted : n;
}

/*
 * What roundings of z and a from layer l up may do to the mean cost, in units of rounding:
 * each z is the sum of |w a|, and reaches the cost by paths of the size p.
 */
static double noise_above(const crs__point *point, size_t l)
{
    double noise = 0;
    for (size_t above = l; above < point->n_layers; above++) {
        const crs__point_layer *below = &point->layers[above - 1], *layer = &point->layers[above];
        for (size_t r = 0; r < layer->n_out; r++) {
            for (size_t k = 0; k < layer->n_in; k++) {
                double w = fabs(layer->w[r * layer->n_in + k]);
                for (size_t s = 0; s < point->batch; s++)
                    noise += w * fabs(below->a[k * point->ld + s]) * layer->p[r * point->ld + s];
            }
            for (size_t s = 0; s < point->batch; s++)
                noise += fabs(layer->z[r * point->ld + s]) * layer->p[r * point->ld + s];
        }
    }
    return noise / (double)point->batch;
}

typedef struct cross_job {
    const crs__point *point;
    crs_gradcheck *check;
    const size_t *drawn;
    signed char *found; /* [count] */
    double *rooms;      /* ld + 2 max_width doubles a worker */
    double *noise;      /* [n_layers] */
} cross_job;

static void cross_task(void *arg, size_t task, int worker)
{
    const cross_job *job = arg;
    const crs__point *point = job->point;
    size_t i = job->drawn[task], input, room = point->ld + 2 * point->max_width;
    double *moves = job->rooms + (size_t)worker * room;
    probe x = {point, 0, 0, moves, moves + point->ld, moves + point->ld + point->max_width, 0};
    crs__source source;
    if (job->check->params[i].verdict == CRS_GRADCHECK_UNDECIDED)
        return;
    crs__gradcheck_locate(point->net, i, &x.l, &x.unit, &input);
    x.noise = job->noise[x.l - 1];
    source = crs__point_input(point, x.l);
    for (size_t s = 0; s < point->batch; s++)
        moves[s] = input == source.n ? 1 : crs__source_get(&source, input, s);
    job->found[task] =
        (signed char)confirm_param(&x, &job->check->params[i], crs_net_param(point->net, i));
}

/* `count` of n at random, each once: a partial shuffle. */
static void draw(size_t n, size_t count, uint32_t seed, size_t *index)
{
    crs_random random;
    crs_random_seed(&random, seed);
    for (size_t i = 0; i < n; i++)
        index[i] = i;
    for (size_t i = 0; i < count; i++) {
        size_t other = i + (size_t)crs_random_interval(&random, n - 1 - i), kept = index[i];
        index[i] = index[other];
        index[other] = kept;
    }
}

crs_status crs__gradcheck_cross(const crs__point *point, const crs_gradcheck_config *config,
                                crs_gradcheck *check)
{
    size_t count = how_many(point, config->cross_checks, check->n);
    size_t *drawn = crs__alloc(check->n, sizeof *drawn);
    signed char *found = crs__alloc(count, 1);
    double *rooms = crs__alloc((size_t)crs_executor_workers(config->executor),
                               (point->ld + 2 * point->max_width) * sizeof *rooms);
    double *noise = crs__alloc(point->n_layers, sizeof *noise);
    cross_job job = {point, check, drawn, found, rooms, noise};
    crs_status status = CRS_ENOMEM;
    if (drawn == NULL || found == NULL || rooms == NULL || noise == NULL)
        goto out;
    for (size_t l = 1; l <= point->n_layers; l++)
        noise[l - 1] = noise_above(point, l);
    draw(check->n, count, config->seed, drawn);
    crs_executor_run(config->executor, count, cross_task, &job);
    for (size_t i = 0; i < count; i++) {
        crs_gradcheck_param *param = &check->params[drawn[i]];
        check->cross_checked += found[i] == 1;
        check->cross_open += found[i] == 0;
        if (found[i] < 0) {
            param->verdict = CRS_GRADCHECK_UNDECIDED;
            param->reason = CRS_GRADCHECK_METHODS;
        }
    }
    status = CRS_OK;
out:
    crs__free(drawn);
    crs__free(found);
    crs__free(rooms);
    crs__free(noise);
    return status;
}
