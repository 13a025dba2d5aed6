/*
 * check/gradcheck_bound.h - by how much right code may be off.
 *
 * Bounds on rounding, operation by operation, for any order of the sums. With u the
 * unit of rounding of the net's dtype, v = 2^-53 that of the reference, d = dC/dz:
 *
 *   e  how far dz as backward computes it, from z and a as they are, may be from d.
 *      Output: d = a - y, a within its own bound (loss/loss.h) and one rounding of the
 *      difference. Hidden: da = sum w dz inherits sum |w| e and adds (n + 1) u sum
 *      |w| |dz|; dz = da g' inherits |g'| e_da, adds |da| e_g' (crs_act_error_bounds,
 *      or what a rule's own arithmetic may lose) and one rounding.
 *   p  the sum over all paths from z to the cost of the product of their absolute
 *      values; the reference is off by no more than (steps) v p.
 *
 * From these, dW[j, k] = sum_s dz a / m: sum |a| (e + (m + 4) u |d| + (m + steps) v p) / m.
 */
#ifndef CHECK_GRADCHECK_BOUND_H
#define CHECK_GRADCHECK_BOUND_H

#include "check/gradcheck_point.h"

/* Fill e and p of every layer; d must be there. */
void crs__bound_all(crs__point *point);

/* Roundings on the way from z of layer l to the cost, of the reference. */
double crs__bound_steps(const crs__point *point, size_t l);

/* How far g', or a rule that is one, may be from the slope at unit and sample `at` of layer l. */
double crs__bound_slope(const crs__point *point, size_t l, size_t at);

/*
 * Is every z and a what the layer below makes of it, within its rounding? Fills
 * point->forward if not. Errors: CRS_ENOMEM.
 */
crs_status crs__bound_forward(crs__point *point);

#endif
