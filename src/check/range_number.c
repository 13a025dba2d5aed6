/*
 * Every operation of kernels/interval_template.h once more, for spans of its operands'
 * ends. An end of a result is a function of ends of the operands that is monotone in
 * each; rounding and the step outwards are monotone too. So its least and its most are
 * among its values at the least and the most of those. Zeros, which that file leaves
 * alone where they are exact, count as moved for the outer bound and as left alone for
 * the inner one.
 */
#include "check/range_number.h"

#include <float.h>
#include <math.h>

/* As in interval_template.h. */
#define STEP 0x1p-52
#define TINY 0x1p-1022
#define SMALLEST 0x1p-1074

/*
 * Between two evaluations of a function of the C library or of SLEEF, in units in the
 * last place: 2 for glibc, 1.5 for SLEEF, by their documentation. It leaves one of
 * the CRS__OPS_ULP that interval ends are moved by. Near the subnormal numbers:
 * each is within TINY / 8.
 */
#define WOBBLE 4

crs__range crs__range_unknown(void)
{
    crs__range r = {{NAN, NAN}, {NAN, NAN}, CRS__OPEN, CRS__OPEN};
    return r;
}

int crs__range_is_unknown(const crs__range *x)
{
    return isnan(x->lo.least) || isnan(x->lo.most) || isnan(x->hi.least) || isnan(x->hi.most);
}

/* An interval that has the same ends at every z. */
crs__range crs__range_constant(double lo, double hi)
{
    crs__range r = {{lo, lo}, {hi, hi}, CRS__OPEN, CRS__OPEN};
    return isfinite(lo) && isfinite(hi) ? r : crs__range_unknown();
}

/* ---- ends moved outwards ---- */

static double down(double r)
{
    double top = fmin(DBL_MAX, r);
    return top - fmax(fabs(top) * STEP, SMALLEST);
}

static double up(double r)
{
    return -down(-r);
}

/* Spans of ends before rounding outwards, to ends. A NaN makes the whole unknown. */
static crs__range outwards(crs__span lo, crs__span hi)
{
    crs__range r = crs__range_unknown();
    if (isnan(lo.least) || isnan(lo.most) || isnan(hi.least) || isnan(hi.most))
        return r;
    r.lo.least = down(lo.least);
    r.lo.most = lo.most == 0 ? 0 : down(lo.most);
    r.hi.least = hi.least == 0 ? 0 : up(hi.least);
    r.hi.most = up(hi.most);
    return r;
}

/* ---- arithmetic ---- */

static crs__range negative(const crs__range *x)
{
    crs__range r = {{-x->hi.most, -x->hi.least}, {-x->lo.most, -x->lo.least}, CRS__OPEN, CRS__OPEN};
    return r;
}

static crs__span sum(crs__span x, crs__span y)
{
    crs__span s = {x.least + y.least, x.most + y.most};
    return s;
}

static crs__range add(const crs__range *x, const crs__range *y)
{
    return outwards(sum(x->lo, y->lo), sum(x->hi, y->hi));
}

static double product(double x, double y)
{
    return x * y;
}

static double quotient(double x, double y)
{
    return x / y;
}

typedef double binary(double x, double y);

/* The span of f at x and y, monotone in both; NaN if any of its corners is. */
static crs__span corners(binary *f, crs__span x, crs__span y)
{
    double p = f(x.least, y.least), q = f(x.least, y.most), r = f(x.most, y.least);
    double s = f(x.most, y.most);
    crs__span span = {fmin(fmin(p, q), fmin(r, s)), fmax(fmax(p, q), fmax(r, s))};
    if (isnan(p) || isnan(q) || isnan(r) || isnan(s))
        span.least = NAN;
    return span;
}

static int holds_zero(const crs__range *x)
{
    return x->lo.least <= 0 && x->hi.most >= 0;
}

static int is_infinite(const crs__range *x)
{
    return isinf(x->lo.least) || isinf(x->hi.most);
}

/* The least and the most of four products or quotients of ends. */
static crs__range of_four(binary *f, const crs__range *x, const crs__range *y)
{
    crs__span s[4], lo, hi;
    s[0] = corners(f, x->lo, y->lo);
    s[1] = corners(f, x->lo, y->hi);
    s[2] = corners(f, x->hi, y->lo);
    s[3] = corners(f, x->hi, y->hi);
    lo = hi = s[0];
    for (int i = 0; i < 4; i++) {
        if (isnan(s[i].least))
            return crs__range_unknown();
        lo.least = fmin(lo.least, s[i].least);
        lo.most = fmin(lo.most, s[i].most);
        hi.least = fmax(hi.least, s[i].least);
        hi.most = fmax(hi.most, s[i].most);
    }
    return outwards(lo, hi);
}

/* 0 times an infinite end has rules of its own. */
static crs__range mul(const crs__range *x, const crs__range *y)
{
    if ((is_infinite(x) && holds_zero(y)) || (is_infinite(y) && holds_zero(x)))
        return crs__range_unknown();
    return of_four(product, x, y);
}

static crs__range divide(const crs__range *x, const crs__range *y)
{
    return holds_zero(y) ? crs__range_unknown() : of_four(quotient, x, y);
}

static crs__range magnitude(const crs__range *x)
{
    crs__range r;
    if (x->lo.least >= 0)
        return *x;
    if (x->hi.most <= 0)
        return negative(x);
    r.lo.least = r.hi.least = 0;
    r.lo.most = r.hi.most = fmax(-x->lo.least, x->hi.most);
    r.must = r.may = CRS__OPEN;
    return r;
}

/* x times itself is no less than 0. */
static crs__range square(const crs__range *x)
{
    crs__range size = magnitude(x), r = of_four(product, &size, &size);
    if (crs__range_is_unknown(&r))
        return r;
    r.lo.least = fmax(0, r.lo.least);
    r.lo.most = fmax(0, r.lo.most);
    if (holds_zero(x)) {
        r.lo.least = r.hi.least = 0;
        r.lo.most = fmax(r.lo.most, size.lo.most * size.lo.most);
    }
    return r;
}

static crs__range least(const crs__range *x, const crs__range *y)
{
    crs__range r = *x;
    r.lo.least = fmin(x->lo.least, y->lo.least);
    r.lo.most = fmin(x->lo.most, y->lo.most);
    r.hi.least = fmin(x->hi.least, y->hi.least);
    r.hi.most = fmin(x->hi.most, y->hi.most);
    return r;
}

static crs__range square_root(const crs__range *x)
{
    crs__span lo = {sqrt(x->lo.least), sqrt(x->lo.most)};
    crs__span hi = {sqrt(x->hi.least), sqrt(x->hi.most)};
    return x->lo.least < 0 ? crs__range_unknown() : outwards(lo, hi);
}

/* ---- functions ---- */

/* The least (sign -1) or the most (1) that another evaluation gives where one gave v. */
static double wobbled(double v, double sign)
{
    return isinf(v) ? v : v + sign * fmax(fabs(v) * (WOBBLE * STEP), TINY / 4);
}

static double function_down(double r)
{
    double top = fmin(r, DBL_MAX);
    return top - fmax(fabs(top) * (CRS__OPS_ULP * STEP), TINY);
}

/* Below it what overflowed in one evaluation need not have in another. */
#define LEAST_OVERFLOW (DBL_MAX / 8)

/* Lower ends from a function's span; beyond a quarter of DBL_MAX it may count as infinite. */
static crs__span lower_ends(crs__span x, crs__span v)
{
    crs__span lo;
    lo.least = function_down(fmin(wobbled(v.least, -1), LEAST_OVERFLOW));
    lo.most = function_down(wobbled(v.most, 1));
    if (x.least <= 0 && x.most >= 0) /* f(0) = 0 is exact */
        lo.most = fmax(lo.most, 0);
    return lo;
}

static crs__span opposite(crs__span x)
{
    crs__span s = {-x.most, -x.least};
    return s;
}

static double at(const crs__ops *ops, crs__op op, double x)
{
    double value;
    ops->f64[op](1, &x, NULL, NULL, 0, &value);
    return value;
}

/*
 * What has overflowed nearer to 0 by 1 too is e times DBL_MAX at x, for exp and its kin:
 * then it does in every evaluation. If not, one of them may be finite.
 */
static double surely_at(const crs__ops *ops, crs__op op, double x, double infinity)
{
    double v = at(ops, op, x);
    if (v != infinity || at(ops, op, x - copysign(1, x)) == infinity)
        return v;
    return copysign(LEAST_OVERFLOW, infinity);
}

static const struct {
    crs__op op;
    double from; /* its least argument */
    double bottom, top;
} functions[] = {
    {CRS__OP_EXP, -INFINITY, 0, INFINITY},    {CRS__OP_EXPM1, -INFINITY, -1, INFINITY},
    {CRS__OP_LOG, TINY, -INFINITY, INFINITY}, {CRS__OP_LOG1P, -0.5, -INFINITY, INFINITY},
    {CRS__OP_TANH, -INFINITY, -1, 1},         {CRS__OP_SINH, -INFINITY, -INFINITY, INFINITY},
    {CRS__OP_ERF, -INFINITY, -1, 1},          {CRS__OP_COSH, 0, 1, INFINITY},
    {CRS__OP_ERFC, -INFINITY, 0, 2},
};

static double held(double x, double bottom, double top)
{
    return fmin(fmax(x, bottom), top);
}

/* A rising function; erfc falls: the ends of x change places. */
static crs__range function_of(const crs__ops *ops, crs__op op, const crs__range *x)
{
    size_t k = 0;
    crs__span from_lo = x->lo, from_hi = x->hi, lo, hi;
    crs__range r = crs__range_unknown();
    while (k < sizeof functions / sizeof *functions && functions[k].op != op)
        k++;
    if (k == sizeof functions / sizeof *functions || x->lo.least < functions[k].from)
        return r;
    if (op == CRS__OP_ERFC) {
        from_lo.least = x->hi.most;
        from_lo.most = x->hi.least;
        from_hi.least = x->lo.most;
        from_hi.most = x->lo.least;
    }
    lo.least = at(ops, op, from_lo.least);
    lo.most = surely_at(ops, op, from_lo.most, -INFINITY);
    hi.least = surely_at(ops, op, from_hi.least, INFINITY);
    hi.most = at(ops, op, from_hi.most);
    r.lo = lower_ends(from_lo, lo);
    r.hi = opposite(lower_ends(opposite(from_hi), opposite(hi)));
    r.lo.least = held(r.lo.least, functions[k].bottom, functions[k].top);
    r.lo.most = held(r.lo.most, functions[k].bottom, functions[k].top);
    r.hi.least = held(r.hi.least, functions[k].bottom, functions[k].top);
    r.hi.most = held(r.hi.most, functions[k].bottom, functions[k].top);
    return r;
}

/* Sign and trunc: exact, and rising in steps. */
static crs__range steps_of(const crs__ops *ops, crs__op op, const crs__range *x)
{
    crs__range r = *x;
    r.lo.least = at(ops, op, x->lo.least);
    r.lo.most = at(ops, op, x->lo.most);
    r.hi.least = at(ops, op, x->hi.least);
    r.hi.most = at(ops, op, x->hi.most);
    return r;
}

/* x to a power that is one number: rising or falling on either side of 0. */
static crs__range power(const crs__ops *ops, const crs__range *x, const crs__range *y)
{
    const crs__span one = {1, 1}; /* no power of it is 0 */
    const double ends[4] = {x->lo.least, x->lo.most, x->hi.least, x->hi.most};
    double v[4];
    crs__span lo, hi;
    crs__range r = crs__range_unknown();
    if (holds_zero(x) || y->lo.least != y->hi.most)
        return r;
    for (int i = 0; i < 4; i++) {
        ops->f64[CRS__OP_POW](1, &ends[i], &y->lo.least, NULL, 0, &v[i]);
        if (isnan(v[i]))
            return r;
    }
    lo.least = fmin(fmin(v[0], v[1]), fmin(v[2], v[3]));
    lo.most = fmax(fmin(fmax(v[0], v[1]), fmax(v[2], v[3])), -LEAST_OVERFLOW);
    hi.least = fmin(fmax(fmin(v[0], v[1]), fmin(v[2], v[3])), LEAST_OVERFLOW);
    hi.most = fmax(fmax(v[0], v[1]), fmax(v[2], v[3]));
    r.lo = lower_ends(one, lo);
    r.hi = opposite(lower_ends(opposite(one), opposite(hi)));
    return r;
}

crs__range crs__range_arithmetic(const crs__step *step, const crs__ops *ops, const crs__range *x,
                                 const crs__range *y)
{
    crs__range minus_x, minus_y, r;
    if (crs__range_is_unknown(x) || (y != NULL && crs__range_is_unknown(y)))
        return crs__range_unknown();
    switch (step->op) {
    case CRS__OP_NEG:
        return negative(x);
    case CRS__OP_ABS:
        return magnitude(x);
    case CRS__OP_SQRT:
        return square_root(x);
    case CRS__OP_ADD:
        return add(x, y);
    case CRS__OP_SUB:
        minus_y = negative(y);
        return add(x, &minus_y);
    case CRS__OP_MUL:
        return step->x == step->y ? square(x) : mul(x, y);
    case CRS__OP_DIV:
        return divide(x, y);
    case CRS__OP_MIN:
        return least(x, y);
    case CRS__OP_MAX:
        minus_x = negative(x);
        minus_y = negative(y);
        r = least(&minus_x, &minus_y);
        return negative(&r);
    case CRS__OP_SIGN:
    case CRS__OP_TRUNC:
        return steps_of(ops, step->op, x);
    case CRS__OP_POW:
        return power(ops, x, y);
    case CRS__OP_COSH:
        r = magnitude(x);
        return function_of(ops, step->op, &r);
    default:
        return function_of(ops, step->op, x);
    }
}
