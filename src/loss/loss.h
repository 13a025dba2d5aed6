/*
 * loss/loss.h - the output activation and the cost it belongs to.
 *
 * For the first three the derivative of the cost with respect to z is a - y for one
 * sample; the others have a = z. No g' of the output is ever needed:
 *   bce       a = sigmoid(z), cost -sum (y log a + (1 - y) log(1 - a))
 *   softmax   a = softmax(z), cost -sum y log a, y one-hot or smoothed: its sum is 1
 *   squared   a = z,          cost 1/2 sum (a - y)^2
 *   absolute  a = z,          cost sum |a - y|, slope 0 at a = y
 *   huber     a = z,          cost sum of e^2/2 where |e| <= delta, delta (|e| - delta/2)
 *             beyond, e = a - y (Huber 1964)
 *   hinge     a = z; one output: cost max(0, 1 - t z), t = 2 y - 1; several, true class c:
 *             sum over j != c of max(0, 1 + z_j - z_c) (Weston and Watkins 1999), y one-hot;
 *             slope 0 where a maximum's sides are equal
 * The sum runs over the n outputs; the cost of a batch is the mean over its
 * samples. Costs are computed from z (log-sum-exp), so that a saturated output
 * gives a large number and never log(0).
 */
#ifndef LOSS_LOSS_H
#define LOSS_LOSS_H

#include "kernels/kernels.h"

typedef enum crs__loss_id {
    CRS__BCE,
    CRS__SOFTMAX,
    CRS__SQUARED,
    CRS__ABSOLUTE,
    CRS__HUBER,
    CRS__HINGE
} crs__loss_id;

/* One loss for one dtype; all arrays [n, batch] with one leading dimension. */
typedef struct crs__loss {
    /* a = the output for z */
    void (*output)(size_t n, size_t batch, const void *z, void *a, size_t ld);
    /* the mean cost; y has rows ldy apart; `bend` is Huber's delta */
    double (*cost)(size_t n, size_t batch, double bend, const void *z, size_t ld, const void *y,
                   size_t ldy);
    /* dz per sample: the mean's 1/batch is applied with dw and db */
    void (*delta)(size_t n, size_t batch, double bend, const void *a, const void *y, void *dz,
                  size_t ld);
} crs__loss;

/* Static storage. */
const crs__loss *crs__loss_get(crs__loss_id id, crs_dtype dtype);

#endif
