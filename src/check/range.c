#include "check/range.h"

#include "check/range_number.h"

#include <math.h>

/* ---- masks ---- */

crs__tri crs__tri_not(crs__tri x)
{
    return x == CRS__OPEN ? x : x == CRS__NEVER ? CRS__ALWAYS : CRS__NEVER;
}

crs__tri crs__tri_and(crs__tri x, crs__tri y)
{
    if (x == CRS__NEVER || y == CRS__NEVER)
        return CRS__NEVER;
    return x == CRS__ALWAYS && y == CRS__ALWAYS ? CRS__ALWAYS : CRS__OPEN;
}

crs__tri crs__tri_or(crs__tri x, crs__tri y)
{
    return crs__tri_not(crs__tri_and(crs__tri_not(x), crs__tri_not(y)));
}

crs__tri crs__range_below(crs__span x, crs__span y, int or_equal)
{
    if (or_equal ? x.most <= y.least : x.most < y.least)
        return CRS__ALWAYS;
    if (or_equal ? x.least > y.most : x.least >= y.most)
        return CRS__NEVER;
    return CRS__OPEN;
}

static crs__range mask(crs__tri must, crs__tri may)
{
    crs__range r = crs__range_unknown();
    r.must = must;
    r.may = may;
    return r;
}

static crs__range compare(crs__op op, const crs__range *x, const crs__range *y)
{
    switch (op) {
    case CRS__OP_LT:
    case CRS__OP_LE:
        return mask(crs__range_below(x->hi, y->lo, op == CRS__OP_LE),
                    crs__range_below(x->lo, y->hi, op == CRS__OP_LE));
    case CRS__OP_EQ:
        return mask(
            crs__tri_and(crs__range_below(y->hi, x->lo, 1), crs__range_below(x->hi, y->lo, 1)),
            crs__tri_and(crs__range_below(x->lo, y->hi, 1), crs__range_below(y->lo, x->hi, 1)));
    default: /* DIFFER */
        return mask(
            crs__tri_or(crs__range_below(x->hi, y->lo, 0), crs__range_below(y->hi, x->lo, 0)),
            CRS__ALWAYS);
    }
}

static crs__tri infinite_end(crs__span x)
{
    if (isfinite(x.least) && isfinite(x.most))
        return CRS__NEVER;
    return x.least == x.most ? CRS__ALWAYS : CRS__OPEN;
}

/* Logic of three values at each z, of which three more are known: as in interval.c. */
static crs__range logic(crs__op op, const crs__range *x, const crs__range *y, const crs__range *w)
{
    switch (op) {
    case CRS__OP_AND:
        return mask(crs__tri_and(x->must, y->must), crs__tri_and(x->may, y->may));
    case CRS__OP_OR:
        return mask(crs__tri_or(x->must, y->must), crs__tri_or(x->may, y->may));
    case CRS__OP_XOR:
        return mask(
            crs__tri_or(crs__tri_and(x->must, crs__tri_not(y->may)),
                        crs__tri_and(crs__tri_not(x->may), y->must)),
            crs__tri_not(crs__tri_or(crs__tri_and(x->must, y->must),
                                     crs__tri_and(crs__tri_not(x->may), crs__tri_not(y->may)))));
    case CRS__OP_NOT:
        return mask(crs__tri_not(x->may), crs__tri_not(x->must));
    case CRS__OP_MASK_SELECT:
        return mask(
            crs__tri_or(crs__tri_or(crs__tri_and(w->must, x->must),
                                    crs__tri_and(crs__tri_not(w->may), y->must)),
                        crs__tri_and(x->must, y->must)),
            crs__tri_or(crs__tri_and(w->may, x->may), crs__tri_and(crs__tri_not(w->must), y->may)));
    default: /* FALSE */
        return mask(CRS__NEVER, CRS__NEVER);
    }
}

/* What a choice between x and y may be, where it is not known which. */
static crs__range either(const crs__range *x, const crs__range *y)
{
    crs__range r = *x;
    if (crs__range_is_unknown(x) || crs__range_is_unknown(y))
        return crs__range_unknown();
    r.lo.least = fmin(x->lo.least, y->lo.least);
    r.lo.most = fmax(x->lo.most, y->lo.most);
    r.hi.least = fmin(x->hi.least, y->hi.least);
    r.hi.most = fmax(x->hi.most, y->hi.most);
    return r;
}

static crs__range choose(const crs__range *w, const crs__range *x, const crs__range *y)
{
    if (w->must == CRS__ALWAYS)
        return *x;
    return w->may == CRS__NEVER ? *y : either(x, y);
}

static crs__range number_of(const crs__range *w)
{
    crs__range r = crs__range_constant(0, 0);
    r.lo.least = w->must == CRS__ALWAYS;
    r.lo.most = w->must != CRS__NEVER;
    r.hi.least = w->may == CRS__ALWAYS;
    r.hi.most = w->may != CRS__NEVER;
    return r;
}

static crs__range result(const crs__step *step, const crs__ops *ops, const crs__range *registers)
{
    const crs__range *x = step->x < 0 ? NULL : &registers[step->x];
    const crs__range *y = step->y < 0 ? NULL : &registers[step->y];
    const crs__range *w = step->w < 0 ? NULL : &registers[step->w];
    switch (step->op) {
    case CRS__OP_CONST:
        return crs__range_constant(step->lo, step->hi);
    case CRS__OP_NUMBER:
        return number_of(w);
    case CRS__OP_SELECT:
        return choose(w, x, y);
    case CRS__OP_IS_NAN:
        return crs__range_is_unknown(x) ? mask(CRS__OPEN, CRS__OPEN) : mask(CRS__NEVER, CRS__NEVER);
    case CRS__OP_UNBOUNDED:
        return mask(crs__tri_and(infinite_end(x->lo), infinite_end(x->hi)),
                    crs__tri_or(infinite_end(x->lo), infinite_end(x->hi)));
    case CRS__OP_DIFFER: /* nothing differs from itself, which its spans do not know */
        return x == y ? mask(CRS__NEVER, CRS__ALWAYS) : compare(step->op, x, y);
    case CRS__OP_LT:
    case CRS__OP_LE:
    case CRS__OP_EQ:
        return compare(step->op, x, y);
    default:
        return crs__op_is_mask(step->op) ? logic(step->op, x, y, w)
                                         : crs__range_arithmetic(step, ops, x, y);
    }
}

void crs__range_run(const crs__program *program, const crs__ops *ops, double first, double last,
                    crs__range *registers)
{
    crs__span z = {fmin(first, last), fmax(first, last)};
    registers[0].lo = registers[0].hi = z;
    registers[0].must = registers[0].may = CRS__OPEN;
    for (int i = 0; i < program->n_steps; i++)
        registers[program->steps[i].out] = result(&program->steps[i], ops, registers);
}
