/* L-BFGS and its line search on functions of which the answer is known. */
#include "cmocka_all.h"

#include <crease/optim.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_N 60
#define MOST_STEPS 1000

/* A function, and what was asked of it. */
typedef struct asked {
    size_t calls;
    size_t fail_at;     /* this call (from 1) fails; 0: none */
    double first_trial; /* p[0] of the second call: the first trial step's */
} asked;

static crs_status count(asked *a, const double *p)
{
    a->calls++;
    if (a->calls == 2)
        a->first_trial = p[0];
    return a->calls == a->fail_at ? CRS_ECANCELED : CRS_OK;
}

/* Rosenbrock 1960: a curved valley, 0 at (1, 1). */
static crs_status rosenbrock(void *ctx, size_t n, const double *p, double *cost, double *g)
{
    double a = 1 - p[0], b = p[1] - p[0] * p[0];
    assert_int_equal(n, 2);
    *cost = a * a + 100 * b * b;
    g[0] = -2 * a - 400 * p[0] * b;
    g[1] = 200 * b;
    return count(ctx, p);
}

/* sum of c (p - 1)^2 / 2, c from 1 to 1000 */
static crs_status bowl(void *ctx, size_t n, const double *p, double *cost, double *g)
{
    *cost = 0;
    for (size_t i = 0; i < n; i++) {
        double c = pow(1000, (double)i / (double)(n - 1));
        g[i] = c * (p[i] - 1);
        *cost += g[i] * (p[i] - 1) / 2;
    }
    return count(ctx, p);
}

/* 100 x - log x, smallest at 0.01; NaN left of 0, infinite at it. */
static crs_status barrier(void *ctx, size_t n, const double *p, double *cost, double *g)
{
    assert_int_equal(n, 1);
    *cost = 100 * p[0] - log(p[0]);
    g[0] = p[0] > 0 ? 100 - 1 / p[0] : NAN;
    return count(ctx, p);
}

/* -x, and nothing from 1 on. */
static crs_status wall(void *ctx, size_t n, const double *p, double *cost, double *g)
{
    assert_int_equal(n, 1);
    *cost = p[0] < 1 ? -p[0] : INFINITY;
    g[0] = -1;
    return count(ctx, p);
}

/* |x - 0.3| with a slope of 1 at its kink: nowhere flat. */
static crs_status kinked(void *ctx, size_t n, const double *p, double *cost, double *g)
{
    assert_int_equal(n, 1);
    *cost = fabs(p[0] - 0.3);
    g[0] = p[0] >= 0.3 ? 1 : -1;
    return count(ctx, p);
}

/* Goes down for ever: no search may do so too. */
static crs_status slope(void *ctx, size_t n, const double *p, double *cost, double *g)
{
    assert_int_equal(n, 1);
    *cost = -p[0];
    g[0] = -1;
    return count(ctx, p);
}

/* -x e^(-20 x): down by 0.02 to 0.05, and from there up to a plain that is hardly below the start. */
static crs_status ditch(void *ctx, size_t n, const double *p, double *cost, double *g)
{
    assert_int_equal(n, 1);
    *cost = -p[0] * exp(-20 * p[0]);
    g[0] = (20 * p[0] - 1) * exp(-20 * p[0]);
    return count(ctx, p);
}

/* x^2, of which nobody knows the derivative around its bottom. */
static crs_status no_slope(void *ctx, size_t n, const double *p, double *cost, double *g)
{
    assert_int_equal(n, 1);
    *cost = p[0] * p[0];
    g[0] = fabs(p[0]) < 0.5 ? NAN : 2 * p[0];
    return count(ctx, p);
}

/* x^2, but only along y = 1. */
static crs_status rail(void *ctx, size_t n, const double *p, double *cost, double *g)
{
    assert_int_equal(n, 2);
    *cost = p[1] == 1 ? p[0] * p[0] : NAN;
    g[0] = 2 * p[0];
    g[1] = 0;
    return count(ctx, p);
}

static crs_status nan_everywhere(void *ctx, size_t n, const double *p, double *cost, double *g)
{
    (void)n;
    *cost = NAN;
    g[0] = 1;
    return count(ctx, p);
}

/* An uphill gradient: what is told is wrong, and no step helps. */
static crs_status lying(void *ctx, size_t n, const double *p, double *cost, double *g)
{
    assert_int_equal(n, 1);
    *cost = p[0] * p[0];
    g[0] = -2 * p[0];
    return count(ctx, p);
}

static crs_lbfgs *lbfgs_of(size_t n, size_t history)
{
    crs_lbfgs *lbfgs;
    assert_int_equal(crs_lbfgs_create(n, history, NULL, &lbfgs), CRS_OK);
    return lbfgs;
}

/*
 * Until it ends, MOST_STEPS at most; how many steps went on. Each of them must have made the
 * cost smaller, to what the function has at p.
 */
static size_t minimise(crs_objective objective, size_t n, size_t history, double *p, asked *a,
                       crs_lbfgs_end *end)
{
    crs_lbfgs *lbfgs = lbfgs_of(n, history);
    double cost, before = INFINITY, there, g[MOST_N];
    size_t steps = 0;
    for (; steps < MOST_STEPS; steps++) {
        asked unasked = {0};
        assert_int_equal(crs_lbfgs_step(lbfgs, 1, objective, a, p, &cost, end), CRS_OK);
        if (*end != CRS_LBFGS_WENT_ON)
            break;
        assert_true(cost < before);
        assert_int_equal(objective(&unasked, n, p, &there, g), CRS_OK);
        assert_true(cost == there);
        before = cost;
    }
    crs_lbfgs_destroy(lbfgs);
    return steps;
}

/* 40 iterations are what the textbooks' codes need; twice that means that something is broken. */
static void test_step__finds_the_end_of_a_curved_valley(void **state)
{
    double p[2] = {-1.2, 1};
    asked a = {0};
    crs_lbfgs_end end;
    size_t steps = minimise(rosenbrock, 2, 10, p, &a, &end);
    (void)state;
    assert_int_equal(end, CRS_LBFGS_FLAT);
    assert_true(fabs(p[0] - 1) <= 1e-10 && fabs(p[1] - 1) <= 1e-10);
    assert_true(steps <= 80);
    assert_true(a.calls <= 2 * steps);
}

/* The largest |g| is 1e-10 at most where it is flat, and c is 1 at least. */
static void test_step__finds_the_bottom_of_a_bowl(void **state)
{
    static const size_t histories[] = {1, 3, MOST_N};
    (void)state;
    for (size_t h = 0; h < 3; h++) {
        double p[MOST_N];
        asked a = {0};
        crs_lbfgs_end end;
        for (size_t i = 0; i < MOST_N; i++)
            p[i] = i % 2 == 0 ? 3 : -2;
        assert_true(minimise(bowl, MOST_N, histories[h], p, &a, &end) < MOST_STEPS);
        assert_int_equal(end, CRS_LBFGS_FLAT);
        for (size_t i = 0; i < MOST_N; i++)
            assert_true(fabs(p[i] - 1) <= 1e-10);
    }
}

static double dot(size_t n, const double *x, const double *y)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

/*
 * With s = t d from one p to the next: cost after <= cost before + c1 g s, |g after s| <= c2 |g s|.
 * s is known from p's of up to 3, each rounded, and is 1e-9 long in the end: within 1e-6.
 */
static void meets_wolfe(crs_objective objective, size_t n, double *p)
{
    crs_lbfgs *lbfgs = lbfgs_of(n, 10);
    double g[2][MOST_N], cost[2], s[MOST_N];
    asked a = {0};
    crs_lbfgs_end end;
    size_t steps = 0;
    assert_int_equal(objective(&a, n, p, &cost[0], g[0]), CRS_OK);
    for (;; steps++) {
        for (size_t i = 0; i < n; i++)
            s[i] = -p[i];
        assert_int_equal(crs_lbfgs_step(lbfgs, 1, objective, &a, p, &cost[1], &end), CRS_OK);
        if (end != CRS_LBFGS_WENT_ON)
            break;
        for (size_t i = 0; i < n; i++)
            s[i] += p[i];
        assert_int_equal(objective(&a, n, p, &cost[1], g[1]), CRS_OK);
        assert_true(dot(n, g[0], s) < 0);
        assert_true(cost[1] <= cost[0] + 1e-4 * dot(n, g[0], s) * (1 - 1e-6));
        assert_true(fabs(dot(n, g[1], s)) <= 0.9 * fabs(dot(n, g[0], s)) * (1 + 1e-6));
        cost[0] = cost[1];
        memcpy(g[0], g[1], sizeof g[0]);
    }
    assert_int_equal(end, CRS_LBFGS_FLAT);
    assert_true(steps > 20);
    crs_lbfgs_destroy(lbfgs);
}

static void test_step__meets_the_wolfe_conditions(void **state)
{
    double p[MOST_N] = {-1.2, 1};
    (void)state;
    meets_wolfe(rosenbrock, 2, p);
    for (size_t i = 0; i < MOST_N; i++)
        p[i] = i % 2 == 0 ? 3 : -2;
    meets_wolfe(bowl, MOST_N, p);
}

static void test_step__begins_carefully(void **state)
{
    const double rates[] = {1, 0.25};
    (void)state;
    for (int r = 0; r < 2; r++) {
        double p[MOST_N], cost, g[MOST_N], sum = 0;
        crs_lbfgs *lbfgs = lbfgs_of(MOST_N, 2);
        asked a = {0}, unasked = {0};
        crs_lbfgs_end end;
        for (size_t i = 0; i < MOST_N; i++)
            p[i] = 2;
        assert_int_equal(bowl(&unasked, MOST_N, p, &cost, g), CRS_OK);
        for (size_t i = 0; i < MOST_N; i++)
            sum += fabs(g[i]);
        assert_true(sum > 1);
        assert_int_equal(crs_lbfgs_step(lbfgs, rates[r], bowl, &a, p, &cost, &end), CRS_OK);
        assert_true(fabs(a.first_trial - (2 - rates[r] / sum * g[0])) <= 4 * DBL_EPSILON);
        crs_lbfgs_destroy(lbfgs);
    }
}

/*
 * Left of 0 there is no cost, and the first trials go there. It ends where costs of 5.6 that are
 * rounded to 2^-53 of themselves are all alike: sqrt(2 5.6 2^-53 / 10^4), 10^4 being the second
 * derivative, is 3.5e-10 away; ten times that for the roundings of the cost's own parts.
 */
static void test_step__comes_back_from_where_there_is_no_cost(void **state)
{
    static const double starts[] = {0.5, 2, 1e-3, 1e-9};
    (void)state;
    for (size_t s = 0; s < 4; s++) {
        double p = starts[s];
        asked a = {0};
        crs_lbfgs_end end;
        assert_true(minimise(barrier, 1, 10, &p, &a, &end) < MOST_STEPS);
        assert_true(fabs(p - 0.01) <= 3.5e-9);
        assert_true(a.calls < 200);
    }
}

/* The first trial, at 1, has a smaller cost and is flat: but it is not what the slope promises. */
static void test_step__wants_more_than_a_little(void **state)
{
    double p = 0, cost;
    crs_lbfgs *lbfgs = lbfgs_of(1, 10);
    asked a = {0};
    crs_lbfgs_end end;
    (void)state;
    assert_int_equal(crs_lbfgs_step(lbfgs, 1, ditch, &a, &p, &cost, &end), CRS_OK);
    assert_int_equal(end, CRS_LBFGS_WENT_ON);
    assert_true(a.first_trial == 1);
    assert_true(cost <= -1e-4 * p && p < 0.5);
    crs_lbfgs_destroy(lbfgs);
}

/* The first trial, at 0, is the best there is, but nothing could go on from there. */
static void test_step__keeps_to_where_there_is_a_slope(void **state)
{
    double p = 2, cost;
    crs_lbfgs *lbfgs = lbfgs_of(1, 10);
    asked a = {0};
    crs_lbfgs_end end;
    (void)state;
    assert_int_equal(crs_lbfgs_step(lbfgs, 2, no_slope, &a, &p, &cost, &end), CRS_OK);
    assert_true(a.first_trial == 0);
    assert_int_equal(end, CRS_LBFGS_WENT_ON);
    assert_true(fabs(p) >= 0.5 && fabs(p) < 2);
    crs_lbfgs_destroy(lbfgs);
}

static void test_step__goes_up_to_a_wall(void **state)
{
    double p = -2;
    asked a = {0};
    crs_lbfgs_end end;
    (void)state;
    assert_true(minimise(wall, 1, 10, &p, &a, &end) < 10);
    assert_int_equal(end, CRS_LBFGS_NO_PROGRESS);
    assert_true(p < 1 && p >= 1 - 2 * DBL_EPSILON);
}

static void test_step__ends_at_a_kink(void **state)
{
    static const double starts[] = {7, -3, 0.31, 1e9};
    (void)state;
    for (size_t s = 0; s < 4; s++) {
        double p = starts[s];
        asked a = {0};
        crs_lbfgs_end end;
        assert_true(minimise(kinked, 1, 10, &p, &a, &end) < 20);
        assert_int_equal(end, CRS_LBFGS_NO_PROGRESS);
        assert_true(fabs(p - 0.3) <= 1e-6);
        assert_true(a.calls < 400);
    }
}

static void test_step__ends_where_the_gradient_lies(void **state)
{
    double p = 2;
    asked a = {0};
    crs_lbfgs_end end;
    (void)state;
    assert_int_equal(minimise(lying, 1, 10, &p, &a, &end), 0);
    assert_int_equal(end, CRS_LBFGS_NO_PROGRESS);
    assert_true(p == 2);
}

/* The gradient is the same everywhere: nothing to learn from, and nothing that spoils the state. */
static void test_step__searches_for_a_while_only(void **state)
{
    double p = 0, cost, *saved;
    crs_lbfgs *lbfgs = lbfgs_of(1, 10);
    asked a = {0};
    crs_lbfgs_end end;
    (void)state;
    assert_int_equal(crs_lbfgs_step(lbfgs, 1, slope, &a, &p, &cost, &end), CRS_OK);
    assert_int_equal(end, CRS_LBFGS_WENT_ON);
    assert_true(p > 1e6 && isfinite(p));
    assert_true(a.calls < 100);
    saved = malloc(crs_lbfgs_state_size(lbfgs) * sizeof *saved);
    assert_non_null(saved);
    crs_lbfgs_get_state(lbfgs, saved);
    assert_true(saved[3] == 0); /* pairs */
    assert_int_equal(crs_lbfgs_set_state(lbfgs, saved, NULL), CRS_OK);
    free(saved);
    crs_lbfgs_destroy(lbfgs);
}

static void test_step__stays_where_it_is_flat(void **state)
{
    double p[2] = {1, 1};
    asked a = {0};
    crs_lbfgs_end end;
    (void)state;
    assert_int_equal(minimise(rosenbrock, 2, 10, p, &a, &end), 0);
    assert_int_equal(end, CRS_LBFGS_FLAT);
    assert_int_equal(a.calls, 1);
    assert_true(p[0] == 1 && p[1] == 1);
}

static void test_step__stays_where_the_cost_is_not_finite(void **state)
{
    double p = 3;
    asked a = {0};
    crs_lbfgs_end end;
    (void)state;
    assert_int_equal(minimise(nan_everywhere, 1, 10, &p, &a, &end), 0);
    assert_int_equal(end, CRS_LBFGS_NO_PROGRESS);
    assert_true(p == 3);
}

/* Parameters that somebody changed between two steps: the cost is that of the new ones. */
static void test_step__sees_that_it_was_moved(void **state)
{
    double p[2] = {-1.2, 1}, cost, there, g[2];
    crs_lbfgs *lbfgs = lbfgs_of(2, 10);
    asked a = {0};
    crs_lbfgs_end end;
    (void)state;
    for (int s = 0; s < 5; s++)
        assert_int_equal(crs_lbfgs_step(lbfgs, 1, rosenbrock, &a, p, &cost, &end), CRS_OK);
    p[0] = 1;
    p[1] = 1;
    assert_int_equal(crs_lbfgs_step(lbfgs, 1, rosenbrock, &a, p, &cost, &end), CRS_OK);
    assert_int_equal(end, CRS_LBFGS_FLAT);
    p[0] = 2;
    assert_int_equal(crs_lbfgs_step(lbfgs, 1, rosenbrock, &a, p, &cost, &end), CRS_OK);
    assert_int_equal(end, CRS_LBFGS_WENT_ON);
    assert_int_equal(rosenbrock(&a, 2, p, &there, g), CRS_OK);
    assert_true(cost == there);
    crs_lbfgs_destroy(lbfgs);
}

/* What was learned of one function leads astray on another, and is forgotten. */
static void test_step__forgets_what_misleads(void **state)
{
    double p[2] = {-1.2, 1}, cost;
    crs_lbfgs *lbfgs = lbfgs_of(2, 10);
    asked a = {0};
    crs_lbfgs_end end;
    (void)state;
    for (int s = 0; s < 5; s++)
        assert_int_equal(crs_lbfgs_step(lbfgs, 1, rosenbrock, &a, p, &cost, &end), CRS_OK);
    p[0] = 3;
    p[1] = 1;
    assert_int_equal(crs_lbfgs_step(lbfgs, 1, rail, &a, p, &cost, &end), CRS_OK);
    assert_int_equal(end, CRS_LBFGS_WENT_ON);
    assert_true(fabs(p[0]) < 3 && p[1] == 1);
    crs_lbfgs_destroy(lbfgs);
}

/* Steps of `lbfgs` on Rosenbrock's valley, each p written to `path`. */
static void walk(crs_lbfgs *lbfgs, double *p, size_t steps, double (*path)[2])
{
    asked a = {0};
    double cost;
    crs_lbfgs_end end;
    for (size_t s = 0; s < steps; s++) {
        assert_int_equal(crs_lbfgs_step(lbfgs, 1, rosenbrock, &a, p, &cost, &end), CRS_OK);
        memcpy(path[s], p, 2 * sizeof *p);
    }
}

/* Whenever it is interrupted; history 3, so that the oldest pairs are forgotten on the way. */
static void test_state__goes_on_with_the_same_bits(void **state)
{
    enum { STEPS = 20 };
    double whole[STEPS][2], rest[STEPS][2], p[2] = {-1.2, 1};
    crs_lbfgs *lbfgs = lbfgs_of(2, 3);
    (void)state;
    walk(lbfgs, p, STEPS, whole);
    crs_lbfgs_destroy(lbfgs);
    for (size_t cut = 0; cut < STEPS; cut++) {
        double q[2] = {-1.2, 1}, *saved;
        crs_lbfgs *before = lbfgs_of(2, 3), *after = lbfgs_of(2, 3);
        walk(before, q, cut, rest);
        assert_int_equal(crs_lbfgs_state_size(before), crs_lbfgs_state_size(after));
        saved = malloc(crs_lbfgs_state_size(before) * sizeof *saved);
        assert_non_null(saved);
        crs_lbfgs_get_state(before, saved);
        crs_lbfgs_destroy(before);
        assert_int_equal(crs_lbfgs_set_state(after, saved, NULL), CRS_OK);
        walk(after, q, STEPS - cut, rest + cut);
        assert_memory_equal(rest, whole, sizeof whole);
        crs_lbfgs_destroy(after);
        free(saved);
    }
}

/* Where the function fails p stays, and the next step is the one that failed. */
static void test_step__hands_on_the_error(void **state)
{
    enum { STEPS = 6 };
    double whole[STEPS][2], p[2] = {-1.2, 1};
    crs_lbfgs *lbfgs = lbfgs_of(2, 10);
    (void)state;
    walk(lbfgs, p, STEPS, whole);
    crs_lbfgs_destroy(lbfgs);
    for (size_t fail_at = 1; fail_at < 8; fail_at++) {
        asked a = {.fail_at = fail_at};
        double q[2] = {-1.2, 1}, cost, before[2];
        crs_lbfgs_end end;
        size_t done = 0;
        crs_status status;
        lbfgs = lbfgs_of(2, 10);
        for (;;) {
            memcpy(before, q, sizeof q);
            status = crs_lbfgs_step(lbfgs, 1, rosenbrock, &a, q, &cost, &end);
            if (status != CRS_OK)
                break;
            done++;
            assert_true(done < STEPS);
        }
        assert_int_equal(status, CRS_ECANCELED);
        assert_memory_equal(q, before, sizeof q);
        assert_int_equal(crs_lbfgs_step(lbfgs, 1, rosenbrock, &a, q, &cost, &end), CRS_OK);
        assert_memory_equal(q, whole[done], sizeof q);
        crs_lbfgs_destroy(lbfgs);
    }
}

static void test_set_state__refuses_what_it_did_not_write(void **state)
{
    double path[8][2], p[2] = {-1.2, 1}, *good, *bad;
    crs_lbfgs *lbfgs = lbfgs_of(2, 3), *other = lbfgs_of(3, 3);
    size_t size = crs_lbfgs_state_size(lbfgs);
    crs_error err;
    (void)state;
    walk(lbfgs, p, 8, path);
    good = malloc(size * sizeof *good);
    bad = malloc(size * sizeof *bad);
    assert_non_null(good);
    assert_non_null(bad);
    crs_lbfgs_get_state(lbfgs, good);
#define REFUSED(at, value, words)                                         \
    memcpy(bad, good, size * sizeof *bad);                                \
    bad[at] = value;                                                      \
    assert_int_equal(crs_lbfgs_set_state(lbfgs, bad, &err), CRS_EFORMAT); \
    if (strstr(err.text, words) == NULL)                                  \
    fail_msg("%s", err.text)
    REFUSED(0, 1, "this is no state of lbfgs");
    REFUSED(0, NAN, "this is no state of lbfgs");
    REFUSED(1, 3, "for 3 parameters, history 3: expected 2 and 3");
    REFUSED(2, 4, "for 2 parameters, history 4: expected 2 and 3");
    REFUSED(3, 4, "a damaged state of lbfgs: 4 of 3 pairs");
    REFUSED(3, 0.5, "a damaged state");
    REFUSED(3, NAN, "a damaged state");
    REFUSED(4, 3, "a damaged state");
    REFUSED(4, -1, "a damaged state");
    REFUSED(5, 2, "a damaged state");
    REFUSED(7, -1, "is -1, expected more than 0");
    REFUSED(8, NAN, "expected more than 0");
#undef REFUSED
    assert_int_equal(crs_lbfgs_set_state(other, good, &err), CRS_EFORMAT);
    crs_lbfgs_get_state(lbfgs, bad);
    assert_memory_equal(good, bad, size * sizeof *good); /* as it was */
    free(good);
    free(bad);
    crs_lbfgs_destroy(lbfgs);
    crs_lbfgs_destroy(other);
}

static void test_create__says_what_is_wrong(void **state)
{
    crs_lbfgs *lbfgs;
    crs_error err;
    (void)state;
    assert_int_equal(crs_lbfgs_create(0, 10, &err, &lbfgs), CRS_EINVAL);
    assert_string_equal(err.text, "lbfgs: there are 0 parameters, expected at least 1");
    assert_int_equal(crs_lbfgs_create(10, 0, &err, &lbfgs), CRS_EINVAL);
    assert_string_equal(err.text, "lbfgs: history is 0, expected at least 1");
    assert_int_equal(crs_lbfgs_create(SIZE_MAX / 64, 1000, &err, &lbfgs), CRS_ENOMEM);
    assert_null(lbfgs);
    assert_int_equal(crs_lbfgs_create(1000, SIZE_MAX / 2, &err, &lbfgs), CRS_ENOMEM);
    assert_null(lbfgs);
    crs_lbfgs_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_step__finds_the_end_of_a_curved_valley),
        cmocka_unit_test(test_step__finds_the_bottom_of_a_bowl),
        cmocka_unit_test(test_step__meets_the_wolfe_conditions),
        cmocka_unit_test(test_step__begins_carefully),
        cmocka_unit_test(test_step__comes_back_from_where_there_is_no_cost),
        cmocka_unit_test(test_step__wants_more_than_a_little),
        cmocka_unit_test(test_step__keeps_to_where_there_is_a_slope),
        cmocka_unit_test(test_step__goes_up_to_a_wall),
        cmocka_unit_test(test_step__ends_at_a_kink),
        cmocka_unit_test(test_step__ends_where_the_gradient_lies),
        cmocka_unit_test(test_step__searches_for_a_while_only),
        cmocka_unit_test(test_step__stays_where_it_is_flat),
        cmocka_unit_test(test_step__stays_where_the_cost_is_not_finite),
        cmocka_unit_test(test_step__sees_that_it_was_moved),
        cmocka_unit_test(test_step__forgets_what_misleads),
        cmocka_unit_test(test_state__goes_on_with_the_same_bits),
        cmocka_unit_test(test_step__hands_on_the_error),
        cmocka_unit_test(test_set_state__refuses_what_it_did_not_write),
        cmocka_unit_test(test_create__says_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
