/*
 * check/gradcheck_branch.h - derivatives with the branch frozen, by dual numbers.
 *
 * A kinked g is several smooth functions, its pieces, side by side; so is the cost,
 * of one piece. Each is written here a second time, in dual numbers, which carry the
 * derivative along: nothing is shared with the g' that backward uses.
 */
#ifndef CHECK_GRADCHECK_BRANCH_H
#define CHECK_GRADCHECK_BRANCH_H

#include <crease/net.h>

/* The kink that z is exactly on, or NULL. */
const crs_kink *crs__branch_kink(const crs_act *act, double z);

/*
 * The piece of g that z lies on: how many kinks are left of it. On a kink: the piece
 * on its left for side < 0, on its right else.
 */
size_t crs__branch_piece(const crs_act *act, double z, int side);

/* The derivative of that piece at z; leaky_relu's slope is rounded to `dtype`, as in forward. */
double crs__branch_slope(const crs_act *act, crs_dtype dtype, size_t piece, double z);

/*
 * The derivative by z[j] of one sample's cost, z and y [n] (y one-hot for softmax).
 */
double crs__branch_cost_slope(crs_loss loss, size_t n, const double *z, const double *y, size_t j);

/* The cost of one sample itself. */
double crs__branch_cost(crs_loss loss, size_t n, const double *z, const double *y);

#endif
