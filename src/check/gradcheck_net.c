/* The gradient of a net: every parameter from dC/dz, held to what is claimed. */
#include "check/gradcheck.h"
#include "check/gradcheck_bound.h"
#include "check/gradcheck_tangent.h"
#include "core/memory.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define LANES CRS__POINT_LANES
#define REFERENCE_UNIT (DBL_EPSILON / 2)

/* ---- one unit's parameters --------------------------------------------------------------- */

/* Sums over samples, one an input and one more for the bias: [n_in + 1] each. */
typedef struct sums {
    double *right;        /* dz a */
    double *tolerance;    /* |a| times the bound on dz and on this sum */
    double *up, *down;    /* what the side slopes of moved kinks add to `right` */
    double *sides;        /* bound on those */
    double *row;          /* scratch: a row of the input, max(n_in, ld) */
    double *weight;       /* [ld], the bound on a sample's part */
    double *plus, *minus; /* [ld], directional derivatives by z */
    double *room;         /* for tangents */
} sums;

typedef struct net_job {
    const crs__point *point;
    const crs_gradcheck_config *config;
    const void *claimed;
    crs_gradcheck *check;
    size_t l;
    double *rooms;
    size_t room_size; /* doubles a worker */
} net_job;

static size_t scratch_size(const crs__point *point)
{
    size_t n = 0;
    for (size_t l = 1; l <= point->n_layers; l++)
        n = point->layers[l - 1].n_in > n ? point->layers[l - 1].n_in : n;
    return 5 * (n + 1) + (n > point->ld ? n : point->ld) + 3 * point->ld +
           2 * point->max_width * LANES;
}

static void carve(const crs__point *point, size_t l, double *room, sums *out)
{
    size_t n = point->layers[l - 1].n_in + 1;
    memset(room, 0, 5 * n * sizeof *room);
    out->right = room;
    out->tolerance = room + n;
    out->up = room + 2 * n;
    out->down = room + 3 * n;
    out->sides = room + 4 * n;
    out->row = room + 5 * n;
    out->weight = out->row + (n - 1 > point->ld ? n - 1 : point->ld);
    out->plus = out->weight + point->ld;
    out->minus = out->plus + point->ld;
    out->room = out->minus + point->ld;
}

/* The sums over all samples, with the stated slopes; the input is read along its rows. */
static void sum_samples(const crs__point *point, const crs__source *input, const double *d, sums *x)
{
    size_t n = input->n;
    if (input->step_k == 1) {
        for (size_t s = 0; s < point->batch; s++) {
            crs__source_row(input, 1, s, n, x->row);
            for (size_t k = 0; k < n; k++) {
                x->right[k] += d[s] * x->row[k];
                x->tolerance[k] += x->weight[s] * fabs(x->row[k]);
            }
        }
    } else {
        for (size_t k = 0; k < n; k++) {
            double right = 0, tolerance = 0;
            crs__source_row(input, 0, k, point->batch, x->row);
            for (size_t s = 0; s < point->batch; s++) {
                right += d[s] * x->row[s];
                tolerance += x->weight[s] * fabs(x->row[s]);
            }
            x->right[k] = right;
            x->tolerance[k] = tolerance;
        }
    }
    for (size_t s = 0; s < point->batch; s++) {
        x->right[n] += d[s];
        x->tolerance[n] += x->weight[s];
    }
}

/*
 * One sample whose kinks z[j] moves. Moving a parameter upwards moves z by a: in the
 * direction of a's sign, |a| times as far.
 */
static void add_sides(const crs__source *input, size_t s, double d, double error, sums *x)
{
    for (size_t k = 0; k <= input->n; k++) {
        double a = k < input->n ? crs__source_get(input, k, s) : 1, size = fabs(a);
        x->up[k] += size * (a > 0 ? x->plus[s] : x->minus[s]) - d * a;
        x->down[k] += -size * (a > 0 ? x->minus[s] : x->plus[s]) - d * a;
        x->sides[k] += size * error;
    }
}

/* Returns 1 if there are samples with kinks that the unit moves. */
static int sum_sides(const crs__point *point, size_t l, size_t j, const crs__source *input, sums *x)
{
    const crs__point_layer *layer = &point->layers[l - 1];
    const double *d = layer->d + j * point->ld, *p = layer->p + j * point->ld;
    double steps = 4 * (crs__bound_steps(point, l) + (double)point->batch) * REFERENCE_UNIT;
    int moved = 0;
    for (size_t from = 0; from < point->ld; from += LANES) {
        int hit = 0;
        for (size_t i = 0; i < LANES; i++)
            hit |= layer->hit[from + i];
        if (!hit)
            continue;
        crs__tangent(point, l, j, 1, from, x->room, x->plus + from);
        crs__tangent(point, l, j, -1, from, x->room, x->minus + from);
        for (size_t s = from; s < from + LANES && s < point->batch; s++) {
            double error = steps * p[s];
            if (!layer->hit[s] ||
                (fabs(x->plus[s] - d[s]) <= error && fabs(x->minus[s] + d[s]) <= error))
                continue;
            add_sides(input, s, d[s], error, x);
            moved = 1;
        }
    }
    return moved;
}

static crs_gradcheck_verdict judge(crs_gradcheck_param *param, double sides, int moved)
{
    double least = fmin(param->from_left, param->from_right) - sides - param->tolerance;
    double most = fmax(param->from_left, param->from_right) + sides + param->tolerance;
    int as_stated = fabs(param->claimed - param->right) <= param->tolerance;
    int inside = param->claimed >= least && param->claimed <= most;
    if (!moved)
        return as_stated ? CRS_GRADCHECK_MATCH : CRS_GRADCHECK_MISMATCH;
    if (inside)
        return CRS_GRADCHECK_KINK;
    return as_stated ? CRS_GRADCHECK_KINK_OUTSIDE : CRS_GRADCHECK_MISMATCH;
}

static void fill_param(const net_job *job, const sums *x, size_t k, int any_moved, double claimed,
                       crs_gradcheck_param *param)
{
    const crs__point *point = job->point;
    double m = (double)point->batch, limit = point->unit > 1e-10 ? (double)FLT_MAX : DBL_MAX;
    double sides = x->sides[k] / m;
    int moved = any_moved && (fabs(x->up[k]) > x->sides[k] || fabs(x->down[k]) > x->sides[k]);
    param->claimed = claimed;
    param->right = x->right[k] / m;
    param->from_right = moved ? (x->right[k] + x->up[k]) / m : param->right;
    param->from_left = moved ? (x->right[k] + x->down[k]) / m : param->right;
    param->tolerance = 1.01 * x->tolerance[k] / m + (m + 1) * point->tiny;
    param->reason = CRS_GRADCHECK_DECIDED;
    if (!isfinite(param->right) || !isfinite(param->tolerance) ||
        fabs(param->right) + param->tolerance > limit) {
        param->verdict = CRS_GRADCHECK_UNDECIDED;
        param->reason = CRS_GRADCHECK_OVERFLOW;
        return;
    }
    param->verdict = judge(param, sides, moved);
}

static void unit_task(void *arg, size_t j, int worker)
{
    const net_job *job = arg;
    const crs__point *point = job->point;
    const crs__point_layer *layer = &point->layers[job->l - 1];
    crs__source input = crs__point_input(point, job->l);
    const double *d = layer->d + j * point->ld, *e = layer->e + j * point->ld,
                 *p = layer->p + j * point->ld;
    double terms = ((double)point->batch + 4) * point->unit;
    double steps = ((double)point->batch + 4 + crs__bound_steps(point, job->l)) * REFERENCE_UNIT;
    crs__source claimed = {job->claimed, crs_net_dtype(point->net), 0, 1, 1};
    size_t weight_at = crs_net_weight_at(point->net, job->l) + j * layer->n_in;
    size_t bias_at = crs_net_bias_at(point->net, job->l) + j;
    sums x;
    int moved;
    carve(point, job->l, job->rooms + (size_t)worker * job->room_size, &x);
    for (size_t s = 0; s < point->batch; s++)
        x.weight[s] = e[s] + terms * (fabs(d[s]) + e[s]) + steps * p[s];
    sum_samples(point, &input, d, &x);
    moved = sum_sides(point, job->l, j, &input, &x);
    for (size_t k = 0; k <= layer->n_in; k++) {
        size_t i = k < layer->n_in ? weight_at + k : bias_at;
        fill_param(job, &x, k, moved, crs__source_get(&claimed, i, 0), &job->check->params[i]);
    }
}

/* ---- the whole ------------------------------------------------------------------------------ */

static int report(const crs_gradcheck_config *config, double done)
{
    return config->progress != NULL && config->progress(config->progress_ctx, done) != 0;
}

static crs_status judge_all(crs__point *point, const crs_gradcheck_config *config,
                            const void *claimed, crs_gradcheck *check)
{
    net_job job = {point, config, claimed, check, 0, NULL, scratch_size(point)};
    crs_status status = CRS_OK;
    job.rooms = crs__alloc((size_t)crs_executor_workers(config->executor), /* at least one */
                           job.room_size * sizeof *job.rooms);
    if (job.rooms == NULL)
        return CRS_ENOMEM;
    /* the scratch of tangents is less than that of sums */
    crs__tangent_all(point, job.rooms);
    if (report(config, 0.4)) {
        status = CRS_ECANCELED;
        goto out;
    }
    crs__bound_all(point);
    for (job.l = 1; job.l <= point->n_layers; job.l++)
        crs_executor_run(config->executor, point->layers[job.l - 1].n_out, unit_task, &job);
    if (report(config, 0.7))
        status = CRS_ECANCELED;
out:
    crs__free(job.rooms);
    return status;
}

/* Do the values that are stated at kinks lie between the slopes there? */
static int kink_values_are_slopes(const crs__point *point)
{
    for (size_t l = 1; l < point->n_layers; l++) {
        const crs__point_layer *layer = &point->layers[l - 1];
        for (size_t i = 0; layer->n_hits > 0 && i < layer->n_out * point->ld; i++) {
            double slack = 4 * point->unit * (fabs(layer->left[i]) + fabs(layer->right[i]));
            if (layer->slope[i] < fmin(layer->left[i], layer->right[i]) - slack ||
                layer->slope[i] > fmax(layer->left[i], layer->right[i]) + slack)
                return 0;
        }
    }
    return 1;
}

static void leave_undecided(const void *claimed, const crs__point *point,
                            crs_gradcheck_reason reason, crs_gradcheck *check)
{
    crs__source source = {claimed, crs_net_dtype(point->net), 0, 1, 1};
    for (size_t i = 0; i < check->n; i++) {
        check->params[i].claimed = crs__source_get(&source, i, 0);
        check->params[i].reason = reason;
    }
}

static void count_not_as_stated(crs_gradcheck *check)
{
    for (size_t i = 0; i < check->n; i++) {
        const crs_gradcheck_param *param = &check->params[i];
        check->not_as_stated += param->verdict == CRS_GRADCHECK_KINK &&
                                fabs(param->claimed - param->right) > param->tolerance;
    }
}

static crs_status check_at(crs__point *point, const crs_gradcheck_config *config,
                           const void *claimed, crs_gradcheck *check)
{
    crs_status status;
    check->kink_hits = point->kink_hits;
    if (!point->finite) {
        leave_undecided(claimed, point, CRS_GRADCHECK_NOT_FINITE, check);
    } else {
        status = crs__bound_forward(point);
        if (status != CRS_OK)
            return status;
        if (report(config, 0.2))
            return CRS_ECANCELED;
        if (point->forward.found)
            leave_undecided(claimed, point, CRS_GRADCHECK_FORWARD, check);
        else
            status = judge_all(point, config, claimed, check);
        if (status == CRS_OK && !point->forward.found)
            status = crs__gradcheck_cross(point, config, check);
        if (status == CRS_OK)
            status = crs__gradcheck_weaknesses(point, check);
        if (status != CRS_OK)
            return status;
    }
    count_not_as_stated(check);
    crs__gradcheck_sum_up(check, point->finite && kink_values_are_slopes(point));
    if (config->claimed == NULL && check->counts[CRS_GRADCHECK_MISMATCH] > 0)
        crs__gradcheck_find_place(point, &check->place);
    return crs__gradcheck_explain_net(point, check);
}

void crs__gradcheck_locate(const crs_net *net, size_t i, size_t *layer, size_t *unit, size_t *input)
{
    size_t l = crs_net_layers(net), n_in;
    while (l > 1 && i < crs_net_weight_at(net, l))
        l--;
    n_in = crs_net_width(net, l - 1);
    *layer = l;
    if (i >= crs_net_bias_at(net, l)) {
        *unit = i - crs_net_bias_at(net, l);
        *input = n_in;
    } else {
        *unit = (i - crs_net_weight_at(net, l)) / n_in;
        *input = (i - crs_net_weight_at(net, l)) % n_in;
    }
}

static int same_shape(const crs_net *x, const crs_net *y)
{
    if (crs_net_layers(x) != crs_net_layers(y) || crs_net_dtype(x) != crs_net_dtype(y))
        return 0;
    for (size_t l = 0; l <= crs_net_layers(x); l++) {
        if (crs_net_width(x, l) != crs_net_width(y, l))
            return 0;
    }
    return 1;
}

/* The theory behind the bounds knows plain layers and the three losses with dz = a - y. */
static crs_status check_known(const crs_net *net, const crs_workspace *work, crs_error *err)
{
    const char *what = NULL;
    if (net->has_options)
        what = "batch normalisation, dropout or skips";
    else if (net->loss_id > CRS_LOSS_SQUARED)
        what = "an absolute, huber or hinge loss";
    else if (net->label_smoothing > 0)
        what = "label smoothing";
    else if (work->v != NULL)
        what = "sample weights";
    if (what == NULL)
        return CRS_OK;
    return crs_error_set(err, CRS_EUNSUPPORTED,
                         "crs_gradcheck_net: it cannot judge a net with %s; crs_gradcheck_function "
                         "can, with the net's cost as the function",
                         what);
}

crs_status crs_gradcheck_net(const crs_net *net, crs_workspace *work,
                             const crs_gradcheck_config *config, crs_error *err,
                             crs_gradcheck **out)
{
    static const crs_gradcheck_config defaults;
    crs__point point = {0};
    crs_gradcheck *check;
    const void *claimed;
    crs_status status;
    if (out != NULL)
        *out = NULL;
    if (net == NULL || work == NULL || out == NULL)
        return crs_error_set(err, CRS_EINVAL,
                             "crs_gradcheck_net: expected a net, a workspace and a place for the "
                             "result");
    if (!same_shape(net, work->net))
        return crs_error_set(
            err, CRS_ESHAPE,
            "crs_gradcheck_net: the workspace was made for a net of another shape");
    if (crs_workspace_batch(work) == 0)
        return crs_error_set(
            err, CRS_EINVAL,
            "crs_gradcheck_net: no batch is loaded: call crs_workspace_load with x "
            "and y first");
    status = check_known(net, work, err);
    if (status != CRS_OK)
        return status;
    config = config != NULL ? config : &defaults;
    crs_net_forward(net, work);
    if (config->claimed == NULL)
        crs_net_backward(net, work);
    claimed = config->claimed != NULL ? config->claimed : crs_workspace_gradient(work);

    check = crs__gradcheck_new(crs_net_n_params(net));
    status = check == NULL ? CRS_ENOMEM : crs__point_make(net, work, config->executor, &point);
    if (status == CRS_OK)
        status = check_at(&point, config, claimed, check);
    crs__point_release(&point);
    if (status == CRS_OK) {
        *out = check;
        return CRS_OK;
    }
    crs_gradcheck_destroy(check);
    return crs_error_set(err, status, "checking a net of %zu parameters: %s", crs_net_n_params(net),
                         crs_status_text(status));
}
