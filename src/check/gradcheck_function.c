/* Somebody's gradient, judged by the values of the function alone. */
#include "check/gradcheck.h"
#include "check/gradcheck_fit.h"
#include "core/memory.h"

#include <crease/format.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Intervals on either side of x: 1/2 of |x| (of 1, where that is more), 1/8 of that, ... */
#define SCALES 13
#define FIRST_REACH 0.5
#define RATIO 8

/* What must have shown for a derivative to be called right, as a share of it. */
#define RESOLVED 5e-4
/* The same for a derivative that is 0, as a share of the function and of the largest derivative. */
#define RESOLVED_ZERO 1e-9
/* A gradient may lose digits that the value keeps: nothing below this share is a bug. */
#define LEAST_ERROR 1e-10

typedef struct function {
    crs_gradcheck_value value;
    void *ctx;
    size_t n;
    double *x;        /* a copy, of which one entry is moved at a time */
    double at_x;      /* f(x) */
    double wavering;  /* by how much repeated calls differ */
    double most;      /* the largest |claimed| */
    int claims_float; /* every entry of the gradient is a float32 */
} function;

/* The function along x[i]. */
typedef struct line {
    const function *f;
    size_t i;
    double x;        /* x[i] */
    double rounding; /* of one value, whatever its size */
    int is_float;    /* all values are float32 */
} line;

/* f(x + t e_i) - f(x); *moved is the t that x + t, rounded, stands for. */
static double change_at(const line *l, double t, double *moved)
{
    double value;
    l->f->x[l->i] = l->x + t;
    *moved = l->f->x[l->i] - l->x;
    value = l->f->value(l->f->ctx, l->f->n, l->f->x);
    l->f->x[l->i] = l->x;
    return value - l->f->at_x;
}

/* ---- one side of x ------------------------------------------------------------------------ */

/* What was seen on one side. */
typedef struct side {
    double sign;
    double t[SCALES][CRS__FIT_POINTS], change[SCALES][CRS__FIT_POINTS];
    int finite[SCALES], usable[SCALES];
    crs__fit fit[SCALES], raw[SCALES]; /* raw: as if there were no noise but rounding */

    int found; /* a fit that meets f(x) at x */
    crs__fit best;
    int settled;        /* all that meet it agree */
    double least, most; /* all slopes that it may have there */
    int has_beyond;     /* a fit whatever it does at x: what is seen from further away */
    crs__fit beyond;
} side;

static void sample(const line *l, double sign, side *out)
{
    double nodes[CRS__FIT_POINTS], reach = FIRST_REACH * fmax(1, fabs(l->x));
    crs__fit_nodes(nodes);
    memset(out, 0, sizeof *out);
    out->sign = sign;
    for (int k = 0; k < SCALES; k++, reach /= RATIO) {
        out->fit[k].reach = reach;
        out->finite[k] = 1;
        for (int p = 0; p < CRS__FIT_POINTS; p++) {
            out->change[k][p] = change_at(l, sign * reach * nodes[p], &out->t[k][p]);
            out->finite[k] &= isfinite(out->change[k][p]) != 0;
        }
    }
}

static int ascending(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

/*
 * A function that computes in float32 shows: all its values are float32, or (where x alone
 * is rounded so) it is a staircase, with many values and no two of them nearer to each
 * other than a step.
 */
static void find_rounding(line *l, const side *sides)
{
    enum { ALL = 2 * SCALES * CRS__FIT_POINTS, MANY = 4 * CRS__FIT_POINTS };
    double values[ALL + 1], step = INFINITY;
    int n = 0, distinct = 0;
    l->is_float = l->f->at_x == (double)(float)l->f->at_x;
    values[n++] = 0;
    for (int which = 0; which < 2; which++) {
        for (int k = 0; k < SCALES; k++) {
            for (int p = 0; p < CRS__FIT_POINTS && sides[which].finite[k]; p++) {
                double value = l->f->at_x + sides[which].change[k][p];
                l->is_float &= value == (double)(float)value;
                values[n++] = sides[which].change[k][p];
            }
        }
    }
    qsort(values, (size_t)n, sizeof *values, ascending);
    for (int i = 1; i < n; i++) {
        if (values[i] == values[i - 1])
            continue;
        step = fmin(step, values[i] - values[i - 1]);
        distinct++;
    }
    l->is_float &= distinct > 0;
    l->rounding = fmax(l->f->wavering, distinct >= MANY ? step / 2 : 0);
}

/* What a value of the interval may be off by: half an ulp at least. */
static double rounding_at(const line *l, const side *s, int k)
{
    double size = fmax(fabs(l->f->at_x), DBL_MIN / DBL_EPSILON); /* normal, in any case */
    for (int p = 0; p < CRS__FIT_POINTS; p++)
        size = fmax(size, fabs(l->f->at_x + s->change[k][p]));
    return fmax(l->rounding, size * (l->is_float ? (double)FLT_EPSILON : DBL_EPSILON) / 2);
}

static int is_constant(const side *s, int k)
{
    for (int p = 0; p < CRS__FIT_POINTS; p++) {
        if (s->change[k][p] != 0)
            return 0;
    }
    return 1;
}

/*
 * What no polynomial explains shrinks with the interval, be it curvature or a kink (which
 * is seen at three scales at most). What stays the same over PLATEAU scales is noise: a
 * float32 somewhere on the way. It is there in shorter intervals too, even where they are
 * too short to show it.
 */
#define PLATEAU 4

static void raise_rounding(const side *s, double *rounding)
{
    for (int k = 0; k + PLATEAU <= SCALES; k++) {
        double least = INFINITY, most = 0;
        for (int i = k; i < k + PLATEAU; i++) {
            least = fmin(least, s->usable[i] ? s->fit[i].residual : 0);
            most = fmax(most, s->fit[i].residual);
        }
        for (int i = k; i < SCALES && least > 0 && most <= 4 * least; i++)
            rounding[i] = fmax(rounding[i], most);
    }
}

static void fit_all(const line *l, side *s)
{
    double rounding[SCALES];
    for (int k = 0; k < SCALES; k++) {
        /* without any change, and so short that x as a float32 may not have moved either */
        int still = is_constant(s, k) && s->fit[k].reach <= 0x1p-18 * fabs(l->x);
        s->usable[k] = s->finite[k] && !still;
        rounding[k] = rounding_at(l, s, k);
    }
    for (int round = 0; round < 2; round++) {
        for (int k = 0; k < SCALES; k++) {
            if (s->usable[k])
                crs__fit_make(s->fit[k].reach, s->t[k], s->change[k], rounding[k], &s->fit[k]);
        }
        if (round > 0)
            break;
        memcpy(s->raw, s->fit, sizeof s->raw);
        raise_rounding(s, rounding);
    }
}

/* Does the polynomial lead to f(x), or does something lie between? */
static int meets(const line *l, const side *s, const crs__fit *fit, int k)
{
    return s->usable[k] && fabs(fit->at_0) <= fit->at_0_error + rounding_at(l, s, k);
}

static int agree(const crs__fit *x, const crs__fit *y)
{
    return fabs(x->slope - y->slope) <= x->slope_error + y->slope_error;
}

static void widen(side *s, const crs__fit *fit)
{
    s->least = fmin(s->least, fit->slope - 2 * fit->slope_error);
    s->most = fmax(s->most, fit->slope + 2 * fit->slope_error);
}

static int is_confirmed(const line *l, const side *s, int k)
{
    for (int i = k + 1; i < SCALES; i++) {
        if (meets(l, s, &s->fit[i], i) && !agree(&s->fit[k], &s->fit[i]))
            return 0;
    }
    return 1;
}

/*
 * The surest slope that all shorter intervals confirm. Where one of them, taken at its
 * word, has another slope, what was taken for noise may be a fast wave, or the function a
 * staircase of float32 numbers: then either slope may be meant.
 */
static void fit_side(const line *l, side *s)
{
    int best = -1;
    fit_all(l, s);
    s->least = INFINITY;
    s->most = -INFINITY;
    s->settled = 1;
    for (int k = 0; k < SCALES; k++) {
        const crs__fit *fit = &s->fit[k];
        if (s->usable[k] && (!s->has_beyond || fit->slope_error < s->beyond.slope_error)) {
            s->has_beyond = 1;
            s->beyond = *fit;
        }
        if (meets(l, s, fit, k) && is_confirmed(l, s, k) &&
            (best < 0 || fit->slope_error < s->fit[best].slope_error))
            best = k;
    }
    if (best < 0)
        return;
    s->found = 1;
    s->best = s->fit[best];
    widen(s, &s->best);
    for (int k = 0; k < SCALES; k++) {
        int doubtful = k > best || (l->is_float && is_constant(s, best) && !is_constant(s, k));
        if (doubtful && meets(l, s, &s->raw[k], k) && !agree(&s->best, &s->raw[k])) {
            s->settled = 0;
            widen(s, &s->raw[k]);
        }
    }
}

/* ---- a kink beside x ----------------------------------------------------------------------- */

/*
 * Where, on the side of `far`, the function changes over from `near`'s polynomial (the
 * other side of x, and x itself) to far's: bisection on which of the two is nearer. 1 if
 * it does so clearly off x; then the slope at x is near's.
 */
static int kink_is_beside(const line *l, const crs__fit *near, const side *far)
{
    const crs__fit *beyond = &far->beyond;
    double on = 0, off = 0, t, gap = fabs(near->slope - beyond->slope), slack;
    if (gap <= near->slope_error + beyond->slope_error)
        return 0;
    off = far->sign * 0.006 * beyond->reach; /* about the first of its points */
    for (int step = 0; step < 60; step++) {
        double middle = on + (off - on) / 2, change = change_at(l, middle, &t);
        if (t == 0 || !isfinite(change))
            break;
        if (fabs(change - crs__fit_value(near, t)) < fabs(change - crs__fit_value(beyond, t)))
            on = middle;
        else
            off = middle;
    }
    slack = (near->at_0_error + beyond->at_0_error) / gap;
    if (fabs(on) <= slack)
        return 0;
    for (int part = 1; part < 4; part++) { /* up to there it must be near's all the way */
        double change = change_at(l, on * part / 4, &t);
        if (!(fabs(change - crs__fit_value(near, t)) <=
              near->at_0_error + near->slope_error * fabs(t)))
            return 0;
    }
    return 1;
}

/* ---- the verdict ------------------------------------------------------------------------------ */

static int resolves(const function *f, const line *l, double slope, double error, double claimed)
{
    double scale = fabs(f->at_x) / fmax(1, fabs(l->x)) + f->most;
    return error <= RESOLVED * fmax(fabs(slope), isfinite(claimed) ? fabs(claimed) : 0) ||
           (fabs(claimed) <= 1e-3 * error && error <= RESOLVED_ZERO * scale + 1e-280);
}

/* What the gradient's own arithmetic may lose. */
static double gradient_rounding(const line *l, double slope)
{
    double share = LEAST_ERROR;
    if (l->is_float || l->f->claims_float)
        share = 16 * (double)FLT_EPSILON;
    return share * fabs(slope);
}

static void leave(crs_gradcheck_param *param, crs_gradcheck_reason reason)
{
    param->verdict = CRS_GRADCHECK_UNDECIDED;
    param->reason = reason;
}

static void decide(crs_gradcheck_param *param, crs_gradcheck_verdict verdict, double right)
{
    param->verdict = verdict;
    param->reason = CRS_GRADCHECK_DECIDED;
    param->right = right;
}

/* One slope, known to `error`. `least` and `most`: what else it may be, seen from either side. */
static void judge_slope(const line *l, double slope, double error, double least, double most,
                        int settled, crs_gradcheck_param *param)
{
    double allowed = gradient_rounding(l, slope), off = fabs(param->claimed - slope);
    param->from_left = param->from_right = slope;
    param->tolerance = error + allowed;
    if (settled && off <= error + allowed && resolves(l->f, l, slope, error, param->claimed))
        decide(param, CRS_GRADCHECK_MATCH, slope);
    else if (isnan(param->claimed) || param->claimed < least - allowed ||
             param->claimed > most + allowed)
        decide(param, CRS_GRADCHECK_MISMATCH, slope);
    else
        leave(param, settled ? CRS_GRADCHECK_NOISE : CRS_GRADCHECK_UNSETTLED);
}

static void judge_kink(const line *l, const crs__fit *left, const crs__fit *right,
                       crs_gradcheck_param *param)
{
    double error = fmax(left->slope_error, right->slope_error);
    double low = fmin(left->slope, right->slope), high = fmax(left->slope, right->slope);
    double size = fmax(fabs(low), fabs(high)), allowed = gradient_rounding(l, size);
    param->from_left = left->slope;
    param->from_right = right->slope;
    param->tolerance = error + allowed;
    if (isnan(param->claimed) || param->claimed < low - 2 * error - allowed ||
        param->claimed > high + 2 * error + allowed)
        decide(param, CRS_GRADCHECK_KINK_OUTSIDE, param->claimed > high ? high : low);
    else if (param->claimed >= low - error - allowed && param->claimed <= high + error + allowed &&
             resolves(l->f, l, size, error, param->claimed))
        decide(param, CRS_GRADCHECK_KINK, fmin(fmax(param->claimed, low), high));
    else
        leave(param, CRS_GRADCHECK_NOISE);
}

/* Why a side says nothing. */
static crs_gradcheck_reason silence_of(const side *s)
{
    for (int k = 0; k < SCALES; k++) {
        if (s->usable[k])
            return CRS_GRADCHECK_JUMP; /* there are values, and none of them lead to f(x) */
    }
    for (int k = 0; k < SCALES; k++) {
        if (!s->finite[k])
            return CRS_GRADCHECK_NOT_FINITE;
    }
    return CRS_GRADCHECK_NOISE;
}

/* What belongs to x is on one side only: there is a kink on the other, beside x. */
static int judge_one(const line *l, const side *near, const side *far, crs_gradcheck_param *param)
{
    const crs__fit *best = &near->best;
    if (!near->found || !near->settled || !far->has_beyond ||
        !resolves(l->f, l, best->slope, best->slope_error, param->claimed) ||
        !kink_is_beside(l, best, far))
        return 0;
    judge_slope(l, best->slope, best->slope_error, near->least, near->most, 1, param);
    return 1;
}

static int is_sure(const line *l, const side *s, double claimed)
{
    return s->found && s->settled && resolves(l->f, l, s->best.slope, s->best.slope_error, claimed);
}

static void judge_both(const line *l, const side *sides, crs_gradcheck_param *param)
{
    const crs__fit *left = &sides[0].best, *right = &sides[1].best;
    const crs__fit *sure = left->slope_error < right->slope_error ? left : right;
    int settled = sides[0].settled && sides[1].settled;
    if (settled && !agree(left, right)) {
        judge_kink(l, left, right, param);
        return;
    }
    judge_slope(l, sure->slope, sure->slope_error, fmin(sides[0].least, sides[1].least),
                fmax(sides[0].most, sides[1].most), settled, param);
}

static void judge(const function *f, size_t i, crs_gradcheck_param *param)
{
    line l = {f, i, f->x[i], 0, 0};
    side sides[2];
    sample(&l, -1, &sides[0]);
    sample(&l, 1, &sides[1]);
    find_rounding(&l, sides);
    fit_side(&l, &sides[0]);
    fit_side(&l, &sides[1]);
    if (!is_sure(&l, &sides[0], param->claimed) || !is_sure(&l, &sides[1], param->claimed) ||
        !agree(&sides[0].best, &sides[1].best)) {
        if (judge_one(&l, &sides[0], &sides[1], param) ||
            judge_one(&l, &sides[1], &sides[0], param))
            return;
    }
    if (!sides[0].found || !sides[1].found)
        leave(param, silence_of(&sides[sides[0].found]));
    else
        judge_both(&l, sides, param);
}

/* ---- the whole --------------------------------------------------------------------------------- */

/* f(x) and how much it wavers; CRS_GRADCHECK_DECIDED if it is fit to be differentiated. */
static crs_gradcheck_reason look(function *f)
{
    f->at_x = f->value(f->ctx, f->n, f->x);
    if (!isfinite(f->at_x))
        return CRS_GRADCHECK_NOT_FINITE;
    for (int again = 0; again < 3; again++) {
        double value = f->value(f->ctx, f->n, f->x);
        if (!isfinite(value) || fabs(value - f->at_x) > 1e-5 * fabs(f->at_x))
            return CRS_GRADCHECK_UNREPEATED;
        f->wavering = fmax(f->wavering, 4 * fabs(value - f->at_x));
    }
    return CRS_GRADCHECK_DECIDED;
}

static void weaknesses(crs_gradcheck *check)
{
    char count[CRS_FORMAT_COUNT_BYTES];
    size_t zeros = 0;
    for (size_t i = 0; i < check->n; i++)
        zeros += check->params[i].verdict == CRS_GRADCHECK_MATCH && check->params[i].claimed == 0;
    if (zeros == 0)
        return;
    crs_format_count(zeros, count, sizeof count);
    if (zeros == check->n)
        crs__gradcheck_add_weak(
            check, CRS_GRADCHECK_ZERO, 0, zeros,
            "every derivative is 0: any factor, right or wrong, leaves it 0, so "
            "this tests next to nothing; take another x");
    else
        crs__gradcheck_add_weak(check, CRS_GRADCHECK_ZERO, 0, zeros,
                                "%s derivative%s 0: a wrong factor does not show there", count,
                                zeros == 1 ? " is" : "s are");
}

static void check_function(function *f, crs_gradcheck_gradient gradient, double *claimed,
                           crs_gradcheck *check)
{
    crs_gradcheck_reason reason = look(f);
    gradient(f->ctx, f->n, f->x, claimed);
    f->claims_float = 1;
    for (size_t i = 0; i < f->n; i++) {
        if (isfinite(claimed[i]))
            f->most = fmax(f->most, fabs(claimed[i]));
        f->claims_float &= claimed[i] == (double)(float)claimed[i];
    }
    for (size_t i = 0; i < f->n; i++) {
        check->params[i].claimed = claimed[i];
        check->params[i].reason = reason;
        if (reason == CRS_GRADCHECK_DECIDED)
            judge(f, i, &check->params[i]);
    }
    weaknesses(check);
    crs__gradcheck_sum_up(check, 0);
}

crs_status crs_gradcheck_function(crs_gradcheck_value value, crs_gradcheck_gradient gradient,
                                  void *ctx, size_t n, const double *x, crs_error *err,
                                  crs_gradcheck **out)
{
    function f = {value, ctx, n, NULL, 0, 0, 0, 0};
    crs_gradcheck *check = NULL;
    double *room = NULL;
    crs_status status = CRS_ENOMEM;
    if (out != NULL)
        *out = NULL;
    if (value == NULL || gradient == NULL || x == NULL || out == NULL || n == 0)
        return crs_error_set(err, CRS_EINVAL,
                             "crs_gradcheck_function: expected a value and a gradient callback, at "
                             "least one variable, and a place for the result");
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i]))
            return crs_error_set(err, CRS_EINVAL,
                                 "crs_gradcheck_function: x[%zu] is %g, expected a finite number",
                                 i, x[i]);
    }
    check = crs__gradcheck_new(n);
    room = crs__alloc(n, 2 * sizeof *room);
    if (check == NULL || room == NULL)
        goto out;
    f.x = room;
    memcpy(f.x, x, n * sizeof *x);
    check_function(&f, gradient, room + n, check);
    status = crs__gradcheck_explain_function(x, check);
out:
    crs__free(room);
    if (status == CRS_OK) {
        *out = check;
        return CRS_OK;
    }
    crs_gradcheck_destroy(check);
    return crs_error_set(err, status, "checking a gradient of %zu variables: %s", n,
                         crs_status_text(status));
}
