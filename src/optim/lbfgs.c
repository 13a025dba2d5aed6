#include "core/arguments.h"
#include "core/memory.h"
#include "optim/line_search.h"

#include <crease/optim.h>

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* What the largest |g| is at most at a flat place, times 1 + |cost|. */
#define FLAT 1e-10

/* The state's first numbers; what they say must fit the one who reads them. */
enum { MARK, VARIABLES, HISTORY, PAIRS, OLDEST, KNOWN, COST, HEAD };
static const double mark = 76066.001; /* "L-BFGS", version 1 */

struct crs_lbfgs {
    size_t n, history;
    size_t pairs, oldest; /* remembered, and where in the ring of `history` they begin */
    int known;            /* are the cost and g those at `at`? */
    double cost;
    double *state;     /* [n, 2 history + 2]: at, g, the s of all pairs, the y of all pairs */
    double *work;      /* [n, 4]: a direction, and the line search's x and two gradients */
    double *curvature; /* [2 history]: 1 / (s y) of each pair, and alpha of algorithm 7.4 */
};

static double *at_of(const crs_lbfgs *l)
{
    return l->state;
}

static double *g_of(const crs_lbfgs *l)
{
    return l->state + l->n;
}

/* Of pair k, the oldest being 0: its place, and what is there. */
static size_t place(const crs_lbfgs *l, size_t k)
{
    return (l->oldest + k) % l->history;
}

static double *s_of(const crs_lbfgs *l, size_t k)
{
    return l->state + (2 + place(l, k)) * l->n;
}

static double *y_of(const crs_lbfgs *l, size_t k)
{
    return s_of(l, k) + l->history * l->n;
}

static double *rho_of(const crs_lbfgs *l, size_t k)
{
    return l->curvature + place(l, k);
}

crs_status crs_lbfgs_create(size_t n, size_t history, crs_error *err, crs_lbfgs **out)
{
    if (out == NULL) {
        if (out != NULL)
            *out = NULL;
        return crs__null_argument(err, __func__);
    }
    crs_lbfgs *l;
    *out = NULL;
    if (n == 0 || history == 0)
        return crs_error_set(err, CRS_EINVAL, "lbfgs: %s, expected at least 1",
                             n == 0 ? "there are 0 parameters" : "history is 0");
    l = crs__alloc(1, sizeof *l);
    if (l == NULL || history > SIZE_MAX / sizeof(double) / 4 ||
        n > SIZE_MAX / sizeof(double) / (2 * history + 2))
        goto no_memory;
    l->n = n;
    l->history = history;
    l->state = crs__alloc_aligned((2 * history + 2) * n, sizeof(double));
    l->work = crs__alloc_aligned(n, 4 * sizeof(double));
    l->curvature = crs__alloc_aligned(history, 2 * sizeof(double));
    if (l->state == NULL || l->work == NULL || l->curvature == NULL)
        goto no_memory;
    *out = l;
    return CRS_OK;
no_memory:
    crs_lbfgs_destroy(l);
    return crs_error_set(err, CRS_ENOMEM, "no memory for lbfgs with %zu parameters, history %zu", n,
                         history);
}

void crs_lbfgs_destroy(crs_lbfgs *lbfgs)
{
    if (lbfgs == NULL)
        return;
    crs__free(lbfgs->state);
    crs__free(lbfgs->work);
    crs__free(lbfgs->curvature);
    crs__free(lbfgs);
}

/* y += c x */
static void add(size_t n, double c, const double *x, double *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] += c * x[i];
}

/*
 * d = -H g, algorithm 7.4 of Nocedal and Wright, with gamma of (7.20); -g without pairs. The
 * slope along it; NaN or not negative where it leads nowhere.
 */
static double direction(const crs_lbfgs *l, double *d)
{
    double *alpha = l->curvature + l->history;
    size_t n = l->n;
    for (size_t i = 0; i < n; i++)
        d[i] = -g_of(l)[i];
    for (size_t k = l->pairs; k-- > 0;) {
        alpha[k] = *rho_of(l, k) * crs__dot(n, s_of(l, k), d);
        add(n, -alpha[k], y_of(l, k), d);
    }
    if (l->pairs > 0) {
        const double *y = y_of(l, l->pairs - 1);
        double gamma = 1 / (*rho_of(l, l->pairs - 1) * crs__dot(n, y, y));
        for (size_t i = 0; i < n; i++)
            d[i] *= gamma;
    }
    for (size_t k = 0; k < l->pairs; k++)
        add(n, alpha[k] - *rho_of(l, k) * crs__dot(n, y_of(l, k), d), s_of(l, k), d);
    return crs__dot(n, g_of(l), d);
}

/* The pair of a step from `at` to p, where the gradient is `g`; the oldest makes room for it. */
static void remember(crs_lbfgs *l, const double *p, const double *g)
{
    double *s, *y, sy;
    if (l->pairs == l->history) {
        l->oldest = place(l, 1);
        l->pairs--;
    }
    s = s_of(l, l->pairs);
    y = y_of(l, l->pairs);
    for (size_t i = 0; i < l->n; i++) {
        s[i] = p[i] - at_of(l)[i];
        y[i] = g[i] - g_of(l)[i];
    }
    sy = crs__dot(l->n, s, y);
    /* Less is noise: H would not stay positive definite (Byrd, Lu, Nocedal, Zhu 1995, 3.9). */
    if (sy > DBL_EPSILON * crs__dot(l->n, y, y))
        *rho_of(l, l->pairs++) = 1 / sy;
}

/* See to it that the cost and g are those at p. */
static crs_status arrive(crs_lbfgs *l, crs_objective objective, void *ctx, const double *p)
{
    crs_status status;
    if (l->known && memcmp(p, at_of(l), l->n * sizeof(double)) == 0)
        return CRS_OK;
    l->known = 0;
    memcpy(at_of(l), p, l->n * sizeof(double));
    status = objective(ctx, l->n, at_of(l), &l->cost, g_of(l));
    l->known = status == CRS_OK;
    return status;
}

/* The largest |g|; NaN where one is. */
static double steepest(size_t n, const double *g)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fabs(g[i]) <= most ? most : fabs(g[i]);
    return most;
}

/* min(1, 1/|g|_1) */
static double careful(size_t n, const double *g)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += fabs(g[i]);
    return fmin(1, 1 / sum);
}

/* Along d to a smaller cost, or *went = 0. */
static crs_status descend(crs_lbfgs *l, double first, double slope, crs_objective objective,
                          void *ctx, double *p, int *went)
{
    size_t n = l->n;
    double *d = l->work, t = 0, cost;
    crs__line line = {.n = n,
                      .objective = objective,
                      .ctx = ctx,
                      .p = at_of(l),
                      .d = d,
                      .cost = l->cost,
                      .slope = slope,
                      .x = d + n,
                      .g = d + 2 * n,
                      .best_g = d + 3 * n};
    crs_status status = CRS_OK;
    *went = 0;
    if (slope < 0 && isfinite(slope))
        status = crs__line_search(&line, first, &t, &cost);
    if (status != CRS_OK || t == 0)
        return status;
    *went = 1;
    for (size_t i = 0; i < n; i++)
        p[i] += t * d[i];
    remember(l, p, line.best_g);
    memcpy(at_of(l), p, n * sizeof(double));
    memcpy(g_of(l), line.best_g, n * sizeof(double));
    l->cost = cost;
    return CRS_OK;
}

crs_status crs_lbfgs_step(crs_lbfgs *lbfgs, double lr, crs_objective objective, void *ctx,
                          double *p, double *cost, crs_lbfgs_end *end)
{
    if (lbfgs == NULL || objective == NULL || p == NULL || cost == NULL || end == NULL)
        return CRS_EINVAL;
    crs_status status = arrive(lbfgs, objective, ctx, p);
    double most;
    int went = 0;
    if (status != CRS_OK)
        return status;
    most = steepest(lbfgs->n, g_of(lbfgs));
    *cost = lbfgs->cost;
    *end = CRS_LBFGS_NO_PROGRESS;
    if (!isfinite(lbfgs->cost) || !isfinite(most))
        return CRS_OK;
    if (most <= FLAT * (1 + fabs(lbfgs->cost))) {
        *end = CRS_LBFGS_FLAT;
        return CRS_OK;
    }
    if (lbfgs->pairs > 0) {
        double slope = direction(lbfgs, lbfgs->work);
        status = descend(lbfgs, lr, slope, objective, ctx, p, &went);
    }
    if (status == CRS_OK && !went) { /* what is remembered misleads, or there is nothing yet */
        lbfgs->pairs = 0;
        double slope = direction(lbfgs, lbfgs->work);
        status =
            descend(lbfgs, lr * careful(lbfgs->n, g_of(lbfgs)), slope, objective, ctx, p, &went);
    }
    *cost = lbfgs->cost;
    if (went)
        *end = CRS_LBFGS_WENT_ON;
    return status;
}

static size_t numbers(const crs_lbfgs *l)
{
    return (2 * l->history + 2) * l->n;
}

size_t crs_lbfgs_state_size(const crs_lbfgs *lbfgs)
{
    if (lbfgs == NULL)
        return 0;
    return HEAD + lbfgs->history + numbers(lbfgs);
}

void crs_lbfgs_get_state(const crs_lbfgs *lbfgs, double *state)
{
    if (lbfgs == NULL || state == NULL)
        return;
    const double head[HEAD] = {[MARK] = mark,
                               [VARIABLES] = (double)lbfgs->n,
                               [HISTORY] = (double)lbfgs->history,
                               [PAIRS] = (double)lbfgs->pairs,
                               [OLDEST] = (double)lbfgs->oldest,
                               [KNOWN] = lbfgs->known,
                               [COST] = lbfgs->cost};
    memcpy(state, head, sizeof head);
    memcpy(state + HEAD, lbfgs->curvature, lbfgs->history * sizeof(double));
    memcpy(state + HEAD + lbfgs->history, lbfgs->state, numbers(lbfgs) * sizeof(double));
}

/* Is x 0, 1, ... or limit - 1? */
static int is_below(double x, size_t limit)
{
    return x >= 0 && x < (double)limit && x == floor(x);
}

crs_status crs_lbfgs_set_state(crs_lbfgs *lbfgs, const double *state, crs_error *err)
{
    if (lbfgs == NULL || state == NULL)
        return crs__null_argument(err, __func__);
    if (state[MARK] != mark)
        return crs_error_set(err, CRS_EFORMAT, "this is no state of lbfgs");
    if (state[VARIABLES] != (double)lbfgs->n || state[HISTORY] != (double)lbfgs->history)
        return crs_error_set(err, CRS_EFORMAT,
                             "a state of lbfgs for %g parameters, history %g: expected %zu and %zu",
                             state[VARIABLES], state[HISTORY], lbfgs->n, lbfgs->history);
    if (!is_below(state[PAIRS], lbfgs->history + 1) || !is_below(state[OLDEST], lbfgs->history) ||
        !is_below(state[KNOWN], 2))
        return crs_error_set(err, CRS_EFORMAT, "a damaged state of lbfgs: %g of %zu pairs, from %g",
                             state[PAIRS], lbfgs->history, state[OLDEST]);
    for (size_t k = 0; k < (size_t)state[PAIRS]; k++) {
        size_t at = ((size_t)state[OLDEST] + k) % lbfgs->history;
        if (!(state[HEAD + at] > 0 && isfinite(state[HEAD + at])))
            return crs_error_set(err, CRS_EFORMAT,
                                 "a damaged state of lbfgs: 1 / (s y) of pair %zu is %g, expected "
                                 "more than 0",
                                 k, state[HEAD + at]);
    }
    lbfgs->pairs = (size_t)state[PAIRS];
    lbfgs->oldest = (size_t)state[OLDEST];
    lbfgs->known = state[KNOWN] == 1;
    lbfgs->cost = state[COST];
    memcpy(lbfgs->curvature, state + HEAD, lbfgs->history * sizeof(double));
    memcpy(lbfgs->state, state + HEAD + lbfgs->history, numbers(lbfgs) * sizeof(double));
    return CRS_OK;
}
