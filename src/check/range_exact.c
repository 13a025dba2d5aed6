/*
 * Ranges for programs in float32. Every number is a span of what the operation itself gives at
 * the ends of its operands: +, -, *, ... rounded to the nearest are monotone in each operand
 * where the other keeps its sign, and of a product the corners are the extremes anyway. What
 * is not so, or not finite, is unknown. must and may are one, and so are lo and hi.
 */
#include "check/range.h"
#include "check/range_number.h"

#include <math.h>

static crs__range span(double least, double most)
{
    crs__range r = crs__range_constant(least, most);
    r.lo.most = most;
    r.hi.least = least;
    return r;
}

static crs__range constant(double value)
{
    double narrow = (double)(float)value;
    return span(narrow, narrow);
}

static crs__range mask(crs__tri tri)
{
    crs__range r = crs__range_unknown();
    r.must = r.may = tri;
    return r;
}

static int holds_zero(const crs__range *x)
{
    return x->lo.least <= 0 && x->lo.most >= 0;
}

/* The span of an operation that is monotone in each operand. */
static crs__range corners(crs__op op, const crs__ops *ops, const crs__range *x, const crs__range *y)
{
    float p[4], q[4], r[4];
    double least, most;
    for (int i = 0; i < 4; i++) {
        p[i] = (float)(i & 1 ? x->lo.most : x->lo.least);
        q[i] = y == NULL ? 0 : (float)(i & 2 ? y->lo.most : y->lo.least);
    }
    ops->f32[op](4, p, q, NULL, 0, r);
    least = most = (double)r[0];
    for (int i = 1; i < 4; i++) {
        least = fmin(least, (double)r[i]);
        most = fmax(most, (double)r[i]);
    }
    return span(least, most);
}

static crs__range number(const crs__step *step, const crs__ops *ops, const crs__range *x,
                         const crs__range *y)
{
    crs__range r;
    if (crs__range_is_unknown(x) || (y != NULL && crs__range_is_unknown(y)))
        return crs__range_unknown();
    switch (step->op) {
    case CRS__OP_ADD:
    case CRS__OP_SUB:
    case CRS__OP_MUL:
    case CRS__OP_MIN:
    case CRS__OP_MAX:
    case CRS__OP_NEG:
    case CRS__OP_SIGN:
    case CRS__OP_TRUNC:
        return corners(step->op, ops, x, y);
    case CRS__OP_DIV:
        return holds_zero(y) ? crs__range_unknown() : corners(step->op, ops, x, y);
    case CRS__OP_HEAVISIDE:
        return holds_zero(x) ? crs__range_unknown() : corners(step->op, ops, x, y);
    case CRS__OP_ABS:
        r = corners(step->op, ops, x, y);
        return holds_zero(x) ? span(0, r.lo.most) : r;
    default:
        return crs__range_unknown();
    }
}

/* A span is compared with one that is the same number throughout where it is a constant's. */
static crs__tri compare(const crs__step *step, const crs__range *x, const crs__range *y)
{
    crs__range c = constant(step->value);
    switch (step->op) {
    case CRS__OP_LT:
        return crs__range_below(x->lo, y->lo, 0);
    case CRS__OP_LE:
        return crs__range_below(x->lo, y->lo, 1);
    case CRS__OP_LT_C:
        return crs__range_below(x->lo, c.lo, 0);
    case CRS__OP_LE_C:
        return crs__range_below(x->lo, c.lo, 1);
    case CRS__OP_GT_C:
        return crs__range_below(c.lo, x->lo, 0);
    case CRS__OP_GE_C:
        return crs__range_below(c.lo, x->lo, 1);
    case CRS__OP_EQ:
        return crs__tri_and(crs__range_below(x->lo, y->lo, 1), crs__range_below(y->lo, x->lo, 1));
    case CRS__OP_EQ_C:
        return crs__tri_and(crs__range_below(x->lo, c.lo, 1), crs__range_below(c.lo, x->lo, 1));
    default: /* DIFFER */
        return crs__tri_not(
            crs__tri_and(crs__range_below(x->lo, y->lo, 1), crs__range_below(y->lo, x->lo, 1)));
    }
}

static crs__tri logic(crs__op op, const crs__range *x, const crs__range *y, const crs__range *w)
{
    crs__tri both;
    switch (op) {
    case CRS__OP_AND:
        return crs__tri_and(x->must, y->must);
    case CRS__OP_OR:
        return crs__tri_or(x->must, y->must);
    case CRS__OP_XOR:
        both = crs__tri_and(x->must, y->must);
        return crs__tri_and(crs__tri_or(x->must, y->must), crs__tri_not(both));
    case CRS__OP_NOT:
        return crs__tri_not(x->must);
    case CRS__OP_MASK_SELECT:
        return w->must == CRS__OPEN ? CRS__OPEN : w->must == CRS__ALWAYS ? x->must : y->must;
    default: /* FALSE */
        return CRS__NEVER;
    }
}

static crs__range choose(crs__tri w, const crs__range *x, const crs__range *y)
{
    if (w == CRS__OPEN && !crs__range_is_unknown(x) && !crs__range_is_unknown(y))
        return span(fmin(x->lo.least, y->lo.least), fmax(x->lo.most, y->lo.most));
    return w == CRS__OPEN ? crs__range_unknown() : w == CRS__ALWAYS ? *x : *y;
}

static crs__range result(const crs__step *step, const crs__ops *ops, const crs__range *registers)
{
    const crs__range *x = step->x < 0 ? NULL : &registers[step->x];
    const crs__range *y = step->y < 0 ? NULL : &registers[step->y];
    const crs__range *w = step->w < 0 ? NULL : &registers[step->w];
    switch (step->op) {
    case CRS__OP_ACT:
        return crs__range_unknown();
    case CRS__OP_CONST:
        return constant(step->value);
    case CRS__OP_NUMBER:
        return span(w->must == CRS__ALWAYS, w->must != CRS__NEVER);
    case CRS__OP_SELECT:
        return choose(w->must, x, y);
    case CRS__OP_IS_NAN:
    case CRS__OP_UNBOUNDED:
        return mask(crs__range_is_unknown(x) ? CRS__OPEN : CRS__NEVER);
    case CRS__OP_DIFFER:
        return mask(x == y ? CRS__NEVER : compare(step, x, y));
    case CRS__OP_LT:
    case CRS__OP_LE:
    case CRS__OP_EQ:
    case CRS__OP_LT_C:
    case CRS__OP_LE_C:
    case CRS__OP_GT_C:
    case CRS__OP_GE_C:
    case CRS__OP_EQ_C:
        return mask(compare(step, x, y));
    default:
        return crs__op_is_mask(step->op) ? mask(logic(step->op, x, y, w)) : number(step, ops, x, y);
    }
}

void crs__range_run_exact(const crs__program *program, const crs__ops *ops, float first, float last,
                          crs__range *registers)
{
    registers[0] = span(fmin((double)first, (double)last), fmax((double)first, (double)last));
    for (int i = 0; i < program->n_steps; i++)
        registers[program->steps[i].out] = result(&program->steps[i], ops, registers);
}
