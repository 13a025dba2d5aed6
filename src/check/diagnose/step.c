/*
 * One step from a gradient g (dW or db) to new parameters:
 *     plain      p - lr g
 *     momentum   v = beta v + (1 - beta) g, p - lr v         (the course's)
 *                v = beta v + g, p - lr v                    (PyTorch's)
 *                v = beta v - lr g, p + v                    (Sutskever's)
 *     Adam       v = beta1 v + (1 - beta1) g, s = beta2 s + (1 - beta2) g^2,
 *                p - lr (v / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + epsilon)
 */
#include "check/diagnose/case.h"

#include <math.h>

/* Of Adam, where they are not given: those of the paper (Kingma and Ba 2015) and everybody. */
#define BETA1 0.9
#define BETA2 0.999
#define EPSILON 1e-8

static double or_default(double value, double otherwise)
{
    return isnan(value) ? otherwise : value;
}

int crs__step_is_known(const crs__case *c)
{
    if (c->optimizer == CRS__PLAIN) /* or one whose velocities were not saved */
        return 0;
    if (c->optimizer == CRS__MOMENTUM)
        return !isnan(c->momentum);
    return !isnan(c->beta1) && !isnan(c->beta2) && !isnan(c->epsilon) && !isnan(c->t);
}

/* Before it moments are 0, and nobody has others to show. */
static int is_first_step(const crs__case *c)
{
    for (size_t l = 1; l <= c->n_layers; l++) {
        if (crs__is_given(c, CRS__VW_OLD, l) || crs__is_given(c, CRS__VB_OLD, l) ||
            crs__is_given(c, CRS__SW_OLD, l) || crs__is_given(c, CRS__SB_OLD, l))
            return 0;
    }
    return c->t == 1;
}

/* The factor of g in a first moment. */
static double gradient_share(const crs__case *c)
{
    if (c->optimizer == CRS__ADAM)
        return 1 - or_default(c->beta1, BETA1);
    switch (c->ways.momentum) {
    case CRS__MOMENTUM_SUM:
        return 1;
    case CRS__MOMENTUM_STEP:
        return -c->lr;
    default:
        return 1 - or_default(c->momentum, BETA1);
    }
}

static double memory(const crs__case *c)
{
    return c->optimizer == CRS__ADAM ? or_default(c->beta1, BETA1) : or_default(c->momentum, BETA1);
}

/* beta times the old moment (0 before the first step) plus its share of g or g^2. */
static crs_status moment(const crs__case *c, const crs__mat *old, const crs__mat *g, int second,
                         double sign, crs__mat *out)
{
    double beta = second ? or_default(c->beta2, BETA2) : memory(c);
    double share = second ? 1 - beta : sign * gradient_share(c);
    crs_status status;
    if (g == NULL || (old == NULL && !is_first_step(c)) ||
        (old != NULL && (old->rows != g->rows || old->cols != g->cols)))
        return CRS_ENOENT;
    status = crs__mat_make(g->rows, g->cols, out);
    for (size_t i = 0; status == CRS_OK && i < g->rows * g->cols; i++) {
        double before = old == NULL ? 0 : beta * old->v[i];
        double x = second ? g->v[i] * g->v[i] : g->v[i];
        double ex = crs__mat_e(g, i) * (second ? 2 * fabs(g->v[i]) + crs__mat_e(g, i) : 1);
        out->v[i] = before + share * x;
        out->e[i] = fabs(share) * (ex + 8 * c->u * fabs(x)) + 8 * c->u * fabs(before);
    }
    return status;
}

/* What is added to the parameter, with its bound. */
static crs__number adam_step(const crs__case *c, const crs__variant *variant, crs__number v,
                             crs__number s)
{
    double t = or_default(c->t, 1), beta1 = or_default(c->beta1, BETA1);
    double beta2 = or_default(c->beta2, BETA2), eps = or_default(c->epsilon, EPSILON);
    double correct1 = 1 - pow(beta1, t), correct2 = 1 - pow(beta2, t), root, e_root;
    crs__number step;
    if (variant->slip == CRS__ADAM_UNCORRECTED)
        correct1 = correct2 = 1;
    if (variant->slip == CRS__ADAM_MULTIPLIED) {
        correct1 = 1 / correct1;
        correct2 = 1 / correct2;
    }
    root = sqrt(fmax(s.v, 0) / correct2);
    e_root = root > 0 ? s.e / correct2 / root + 8 * c->u * root : sqrt(s.e / correct2);
    step.v = -c->lr * (v.v / correct1) / (root + eps);
    step.e =
        c->lr / (root + eps) * (v.e / correct1 + fabs(v.v) / correct1 / (root + eps) * e_root) +
        (16 + t / correct1 + t / correct2) * c->u * fabs(step.v); /* of 1 - beta^t */
    return step;
}

static crs__number step_of(const crs__case *c, const crs__variant *variant, const crs__mat *g,
                           const crs__mat *v, const crs__mat *s, size_t i)
{
    crs__number gradient = {g->v[i], crs__mat_e(g, i)}, step;
    double factor = variant->slip == CRS__STEP_SIGN || variant->slip == CRS__MOMENTUM_SIGN ? 1
                    : variant->slip == CRS__MOMENTUM_TWICE                                 ? -2
                                                                                           : -1;
    if (c->optimizer != CRS__PLAIN)
        gradient = (crs__number){v->v[i], crs__mat_e(v, i)};
    if (c->optimizer == CRS__ADAM) {
        step = adam_step(c, variant, gradient, (crs__number){s->v[i], crs__mat_e(s, i)});
        step.v *= -factor;
        return step;
    }
    if (c->optimizer == CRS__MOMENTUM && c->ways.momentum == CRS__MOMENTUM_STEP)
        factor /= -c->lr;
    step.v = factor * c->lr * gradient.v;
    step.e = fabs(factor) * c->lr * gradient.e + 4 * c->u * fabs(step.v);
    return step;
}

static int applies(const crs__case *c, crs__slip slip)
{
    switch (slip) {
    case CRS__RIGHT:
    case CRS__STEP_SIGN:
        return 1;
    case CRS__ADAM_UNCORRECTED:
    case CRS__ADAM_MULTIPLIED:
        return c->optimizer == CRS__ADAM;
    case CRS__MOMENTUM_SIGN:
    case CRS__MOMENTUM_TWICE:
        return c->optimizer == CRS__MOMENTUM;
    default:
        return 0;
    }
}

/* p after the step */
static crs_status updated(const crs__case *c, size_t l, int bias, const crs__variant *variant,
                          crs__mat *out)
{
    const crs__mat *p = crs__get(c, bias ? CRS__B : CRS__W, l);
    const crs__mat *g = crs__get(c, bias ? CRS__DB : CRS__DW, l);
    const crs__mat *v = crs__get(c, bias ? CRS__VB : CRS__VW, l);
    const crs__mat *s = crs__get(c, bias ? CRS__SB : CRS__SW, l);
    crs_status status;
    if (p == NULL || g == NULL || isnan(c->lr) || !applies(c, variant->slip) ||
        p->rows != g->rows || p->cols != g->cols || (c->optimizer != CRS__PLAIN && v == NULL) ||
        (c->optimizer == CRS__ADAM && s == NULL))
        return CRS_ENOENT;
    status = crs__mat_make(p->rows, p->cols, out);
    for (size_t i = 0; status == CRS_OK && i < p->rows * p->cols; i++) {
        crs__number step = step_of(c, variant, g, v, s, i);
        out->v[i] = p->v[i] + step.v;
        out->e[i] = step.e + 4 * c->u * (fabs(p->v[i]) + fabs(step.v));
    }
    return status;
}

crs_status crs__compute_step(const crs__case *c, crs__ref ref, const crs__variant *variant,
                             crs__mat *out)
{
    size_t l = ref.layer;
    int bias = ref.kind == CRS__VB || ref.kind == CRS__SB || ref.kind == CRS__B_NEW;
    int second = ref.kind == CRS__SW || ref.kind == CRS__SB;
    int negated = variant->slip == CRS__MOMENTUM_SIGN && c->optimizer == CRS__MOMENTUM && !second;
    if (ref.kind == CRS__W_NEW || ref.kind == CRS__B_NEW)
        return updated(c, l, bias, variant, out);
    if ((variant->slip != CRS__RIGHT && !negated) || c->optimizer == CRS__PLAIN ||
        (second && c->optimizer != CRS__ADAM))
        return CRS_ENOENT;
    if (second)
        return moment(c, crs__get(c, bias ? CRS__SB_OLD : CRS__SW_OLD, l),
                      crs__get(c, bias ? CRS__DB : CRS__DW, l), 1, 1, out);
    return moment(c, crs__get(c, bias ? CRS__VB_OLD : CRS__VW_OLD, l),
                  crs__get(c, bias ? CRS__DB : CRS__DW, l), 0, negated ? -1 : 1, out);
}
