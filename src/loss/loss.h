/*
 * loss/loss.h - the output activation and the cost it belongs to.
 *
 * Each is a pair for which the derivative of the cost with respect to z is
 * a - y for one sample, so that no g' of the output is ever needed:
 *   bce      a = sigmoid(z), cost -sum (y log a + (1 - y) log(1 - a))
 *   softmax  a = softmax(z), cost -sum y log a, y one-hot
 *   squared  a = z,          cost 1/2 sum (a - y)^2
 * The sum runs over the n outputs; the cost of a batch is the mean over its
 * samples. Costs are computed from z (log-sum-exp), so that a saturated output
 * gives a large number and never log(0).
 */
#ifndef LOSS_LOSS_H
#define LOSS_LOSS_H

#include "kernels/kernels.h"

typedef enum crs__loss_id { CRS__BCE, CRS__SOFTMAX, CRS__SQUARED } crs__loss_id;

/* One loss for one dtype; all arrays [n, batch] with one leading dimension. */
typedef struct crs__loss {
    /* a = the output for z */
    void (*output)(size_t n, size_t batch, const void *z, void *a, size_t ld);
    /* the mean cost; y has rows ldy apart */
    double (*cost)(size_t n, size_t batch, const void *z, size_t ld, const void *y, size_t ldy);
    /* dz = a - y, per sample: the mean's 1/batch is applied with dw and db */
    void (*delta)(size_t n, size_t batch, const void *a, const void *y, void *dz, size_t ld);
} crs__loss;

/* Static storage. */
const crs__loss *crs__loss_get(crs__loss_id id, crs_dtype dtype);

#endif
