#include "check/interval.h"

#include "core/memory.h"

#include <string.h>

crs_status crs__intervals_make(const crs__program *program, size_t count, crs__intervals *out)
{
    size_t n = (size_t)crs__program_registers(program), numbers = (size_t)program->n_numbers;
    size_t number = count * sizeof(double), mask = (count / 8 + CRS__ALIGN - 1) / CRS__ALIGN;
    unsigned char *at;
    mask *= CRS__ALIGN;
    memset(out, 0, sizeof *out);
    out->n = (int)n;
    out->lo = crs__alloc(n, sizeof *out->lo);
    out->hi = crs__alloc(n, sizeof *out->hi);
    out->spare = crs__alloc(n, sizeof *out->spare);
    out->block = crs__alloc_aligned(2 * (numbers * number + (n - numbers) * mask), 1);
    if (out->lo == NULL || out->hi == NULL || out->spare == NULL || out->block == NULL) {
        crs__intervals_release(out);
        return CRS_ENOMEM;
    }
    at = out->block;
    for (size_t i = 0; i < n; i++) {
        size_t size = i < numbers ? number : mask;
        out->lo[i] = at;
        out->hi[i] = out->spare[i] = at + size;
        at += 2 * size;
    }
    out->hi[0] = out->lo[0]; /* z */
    return CRS_OK;
}

void crs__intervals_release(crs__intervals *registers)
{
    crs__free(registers->lo);
    crs__free(registers->hi);
    crs__free(registers->spare);
    crs__free(registers->block);
    memset(registers, 0, sizeof *registers);
}

void crs__intervals_constants(const crs__program *program, const crs__ops *ops, size_t n,
                              crs__intervals *registers)
{
    for (int i = 0; i < program->n_constants; i++) {
        const crs__step *step = &program->steps[i];
        int is_point = step->lo == step->hi;
        registers->hi[step->out] =
            is_point ? registers->lo[step->out] : registers->spare[step->out];
        ops->f64[CRS__OP_CONST](n, NULL, NULL, NULL, step->lo, registers->lo[step->out]);
        if (!is_point)
            ops->f64[CRS__OP_CONST](n, NULL, NULL, NULL, step->hi, registers->hi[step->out]);
    }
}

/* One step's operands: lower ends or must, and upper ends or may. */
typedef struct pair {
    void *lo, *hi;
} pair;

static pair pair_of(const crs__intervals *registers, int reg)
{
    pair p = {NULL, NULL};
    if (reg != CRS__DAG_NONE) {
        p.lo = registers->lo[reg];
        p.hi = registers->hi[reg];
    }
    return p;
}

/* Where x < y must be, and may be. */
static void compare(const crs__op_fn *op, crs__op how, size_t n, pair x, pair y, pair out)
{
    op[how](n, x.hi, y.lo, NULL, 0, out.lo);
    op[how](n, x.lo, y.hi, NULL, 0, out.hi);
}

static void combine(size_t n, unsigned char *mask, const unsigned char *with, crs__op how)
{
    for (size_t i = 0; i < (n + 7) / 8; i++)
        mask[i] = (unsigned char)(how == CRS__OP_AND  ? mask[i] & with[i]
                                  : how == CRS__OP_OR ? mask[i] | with[i]
                                                      : mask[i] ^ with[i]);
}

/* The least a mask's register holds: one bit for each element of a block. */
#define MASK_BYTES (CRS__OPS_BLOCK / 8)

/* Equal must be what are two equal points; may be what overlap. */
static void equal(const crs__op_fn *op, size_t n, pair x, pair y, pair out)
{
    unsigned char other[MASK_BYTES];
    op[CRS__OP_LE](n, y.hi, x.lo, NULL, 0, out.lo);
    op[CRS__OP_LE](n, x.hi, y.lo, NULL, 0, other);
    combine(n, out.lo, other, CRS__OP_AND);
    op[CRS__OP_LE](n, x.lo, y.hi, NULL, 0, out.hi);
    op[CRS__OP_LE](n, y.lo, x.hi, NULL, 0, other);
    combine(n, out.hi, other, CRS__OP_AND);
}

/* Different must be what do not overlap, or of which one is NaN; anything may be. */
static void differ(const crs__op_fn *op, size_t n, pair x, pair y, pair out)
{
    unsigned char other[MASK_BYTES];
    op[CRS__OP_IS_NAN](n, x.lo, NULL, NULL, 0, out.lo);
    op[CRS__OP_IS_NAN](n, y.lo, NULL, NULL, 0, other);
    combine(n, out.lo, other, CRS__OP_XOR);
    op[CRS__OP_LT](n, x.hi, y.lo, NULL, 0, other);
    combine(n, out.lo, other, CRS__OP_OR);
    op[CRS__OP_LT](n, y.hi, x.lo, NULL, 0, other);
    combine(n, out.lo, other, CRS__OP_OR);
    memset(out.hi, 0xff, (n + 7) / 8);
}

static void unbounded(const crs__op_fn *op, size_t n, pair x, pair out)
{
    unsigned char other[MASK_BYTES];
    op[CRS__OP_UNBOUNDED](n, x.lo, NULL, NULL, 0, out.lo);
    op[CRS__OP_UNBOUNDED](n, x.hi, NULL, NULL, 0, other);
    memcpy(out.hi, out.lo, (n + 7) / 8);
    combine(n, out.lo, other, CRS__OP_AND);
    combine(n, out.hi, other, CRS__OP_OR);
}

/* Logic of three values: true, false, open. */
static void logic(crs__op op, size_t n, pair px, pair py, pair pw, pair out)
{
    const unsigned char *xm = px.lo, *xc = px.hi, *ym = py.lo, *yc = py.hi, *wm = pw.lo,
                        *wc = pw.hi;
    unsigned char *must = out.lo, *may = out.hi;
    for (size_t i = 0; i < (n + 7) / 8; i++) {
        int m = 0, c = 0;
        switch (op) {
        case CRS__OP_AND:
            m = xm[i] & ym[i];
            c = xc[i] & yc[i];
            break;
        case CRS__OP_OR:
            m = xm[i] | ym[i];
            c = xc[i] | yc[i];
            break;
        case CRS__OP_XOR:
            m = (xm[i] & ~yc[i]) | (~xc[i] & ym[i]);
            c = ~((xm[i] & ym[i]) | (~xc[i] & ~yc[i]));
            break;
        case CRS__OP_NOT:
            m = ~xc[i];
            c = ~xm[i];
            break;
        case CRS__OP_MASK_SELECT:
            m = (wm[i] & xm[i]) | (~wc[i] & ym[i]) | (xm[i] & ym[i]);
            c = (wc[i] & xc[i]) | (~wm[i] & yc[i]);
            break;
        default: /* FALSE */
            break;
        }
        must[i] = (unsigned char)m;
        may[i] = (unsigned char)c;
    }
}

/* Do points give a point? These operations do not round. */
static int keeps_points(crs__op op)
{
    return op == CRS__OP_NEG || op == CRS__OP_ABS || op == CRS__OP_SIGN || op == CRS__OP_TRUNC ||
           op == CRS__OP_MIN || op == CRS__OP_MAX;
}

static void run_numbers(const crs__step *step, const crs__ops *ops, size_t n,
                        crs__intervals *registers)
{
    pair x = pair_of(registers, step->x), y = pair_of(registers, step->y);
    pair w = pair_of(registers, step->w);
    void *lo = registers->lo[step->out], *hi = registers->spare[step->out];
    registers->hi[step->out] = hi;
    if (step->op == CRS__OP_NUMBER) {
        ops->f64[CRS__OP_NUMBER](n, NULL, NULL, w.lo, 0, lo);
        ops->f64[CRS__OP_NUMBER](n, NULL, NULL, w.hi, 0, hi);
    } else if (step->op == CRS__OP_SELECT) {
        ops->interval_select(n, w.lo, w.hi, x.lo, x.hi, y.lo, y.hi, lo, hi);
    } else {
        ops->interval[step->op](n, x.lo, x.hi, y.lo, y.hi, lo, hi);
        if (keeps_points(step->op) && x.lo == x.hi && y.lo == y.hi)
            registers->hi[step->out] = lo;
    }
}

static void run_masks(const crs__step *step, const crs__ops *ops, size_t n,
                      crs__intervals *registers)
{
    const crs__op_fn *op = ops->f64;
    pair x = pair_of(registers, step->x), y = pair_of(registers, step->y);
    pair w = pair_of(registers, step->w), out = pair_of(registers, step->out);
    switch (step->op) {
    case CRS__OP_LT:
    case CRS__OP_LE:
        compare(op, step->op, n, x, y, out);
        break;
    case CRS__OP_EQ:
        equal(op, n, x, y, out);
        break;
    case CRS__OP_DIFFER:
        differ(op, n, x, y, out);
        break;
    case CRS__OP_IS_NAN:
        op[CRS__OP_IS_NAN](n, x.lo, NULL, NULL, 0, out.lo);
        memcpy(out.hi, out.lo, (n + 7) / 8);
        break;
    case CRS__OP_UNBOUNDED:
        unbounded(op, n, x, out);
        break;
    default:
        logic(step->op, n, x, y, w, out);
        break;
    }
}

void crs__intervals_run(const crs__program *program, const crs__ops *ops, size_t n,
                        crs__intervals *registers)
{
    for (int i = program->n_constants; i < program->n_steps; i++) {
        const crs__step *step = &program->steps[i];
        if (crs__op_is_mask(step->op))
            run_masks(step, ops, n, registers);
        else
            run_numbers(step, ops, n, registers);
    }
}
