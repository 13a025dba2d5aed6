/*
 * What is saved and is no more what it was: parameters after the step that the rest led to.
 * The data tell it beyond doubt, and it is mended before anything is judged, so that right code
 * is not blamed for when it was saved.
 */
#include "check/diagnose/case.h"
#include "core/memory.h"

#include <math.h>
#include <string.h>

/* ---- parameters after the step ---- */

static int has_step(const crs__case *c, size_t l)
{
    return crs__is_given(c, CRS__W, l) && crs__is_given(c, CRS__DW, l) &&
           !crs__is_given(c, CRS__W_NEW, l);
}

/* W x + b and dW x + db of layer l. CRS_ENOENT: they are not there. */
static crs_status products(const crs__case *c, size_t l, crs__mat *z, crs__mat *dz)
{
    const crs__mat *w = crs__get(c, CRS__W, l), *dw = crs__get(c, CRS__DW, l);
    const crs__mat *x = crs__get(c, CRS__A, l - 1), *b = crs__get(c, CRS__B, l);
    const crs__mat *db = crs__get(c, CRS__DB, l);
    crs_status status;
    memset(z, 0, sizeof *z);
    memset(dz, 0, sizeof *dz);
    if (!has_step(c, l) || !crs__is_given(c, CRS__A, l - 1) || (b != NULL && db == NULL))
        return CRS_ENOENT;
    status = crs__mat_product(1, 0, w, 0, x, c->u, x->cols, z);
    if (status == CRS_OK)
        status = crs__mat_product(1, 0, dw, 0, x, c->u, x->cols, dz);
    if (status == CRS_OK && b != NULL) {
        crs__mat_add_column(z, b, c->u);
        crs__mat_add_column(dz, db, c->u);
    }
    return status;
}

/*
 * The lr for which Z = (W + lr dW) x + (b + lr db), by least squares; NaN if no one number makes
 * every element so, or none is needed.
 */
static double fit_step(const crs__case *c, const crs__mat *given, const crs__mat *z,
                       const crs__mat *dz)
{
    double dot = 0, size = 0, lr;
    size_t n = z->rows * z->cols, off = 0;
    for (size_t i = 0; i < n; i++) {
        double rest = given->v[i] - z->v[i];
        dot += rest * dz->v[i];
        size += dz->v[i] * dz->v[i];
        off += fabs(rest) > z->e[i] + 4 * c->u * fabs(given->v[i]);
    }
    lr = size > 0 && off > n / 2 && n > 4 ? dot / size : NAN;
    if (!(lr > 0) || (!isnan(c->lr) && fabs(lr - c->lr) > 1e-3 * c->lr))
        return NAN;
    for (size_t i = 0; i < n; i++) {
        /* what lr itself may be off by is of the size of the roundings it was found from */
        double bound =
            2 * (z->e[i] + lr * dz->e[i]) + 16 * c->u * (fabs(given->v[i]) + lr * fabs(dz->v[i]));
        if (!(fabs(given->v[i] - z->v[i] - lr * dz->v[i]) <= bound))
            return NAN;
    }
    return lr;
}

/* p += lr g, with the bound of that. */
static crs_status undo(crs__case *c, crs__kind parameter, crs__kind gradient, size_t l, double lr)
{
    crs__mat *p = &c->nodes[parameter][l].given;
    const crs__mat *g = crs__get(c, gradient, l);
    if (!crs__is_given(c, parameter, l) || g == NULL || g->rows != p->rows || g->cols != p->cols)
        return CRS_OK;
    p->e = crs__alloc(p->rows * p->cols, sizeof *p->e);
    if (p->e == NULL)
        return CRS_ENOMEM;
    for (size_t i = 0; i < p->rows * p->cols; i++) {
        p->e[i] = 16 * c->u * (fabs(p->v[i]) + lr * fabs(g->v[i]));
        p->v[i] += lr * g->v[i];
    }
    return CRS_OK;
}

static crs_status undo_step(crs__case *c)
{
    const crs__mat *given = crs__get(c, CRS__Z, 1);
    crs__mat z, dz;
    double lr = NAN;
    crs_status status = CRS_ENOENT;
    c->undone_lr = NAN;
    if (!crs__is_given(c, CRS__Z, 1))
        return CRS_OK;
    status = products(c, 1, &z, &dz);
    if (status == CRS_OK && given->rows == z.rows && given->cols == z.cols)
        lr = fit_step(c, given, &z, &dz);
    crs__mat_release(&z);
    crs__mat_release(&dz);
    if (status != CRS_OK || isnan(lr))
        return status == CRS_ENOENT ? CRS_OK : status;
    lr = crs__as_typed(lr, c->u * 1e3);
    for (size_t l = 1; status == CRS_OK && l <= c->n_layers; l++) {
        if (!has_step(c, l))
            continue;
        status = undo(c, CRS__W, CRS__DW, l, lr);
        if (status == CRS_OK)
            status = undo(c, CRS__B, CRS__DB, l, lr);
    }
    c->undone_lr = lr;
    return status;
}

crs_status crs__undo_habits(crs__case *c)
{
    c->u = crs__roundoff(c);
    return undo_step(c);
}
