/*
 * check/gradcheck_tangent.h - dC/dz of every unit and sample, forward from each unit.
 *
 * z[j] of layer l is moved alone, for all samples at once; the layers above carry the
 * movement on as t = W at, at = slope t, up to the cost. A parameter moves one unit of
 * its layer only, so that its derivative follows from z = W a + b:
 * dC/dW[j, k] = mean over samples of dC/dz[j, s] a[k, s].
 */
#ifndef CHECK_GRADCHECK_TANGENT_H
#define CHECK_GRADCHECK_TANGENT_H

#include "check/gradcheck_point.h"

/*
 * How the cost of samples from ... from + CRS__POINT_LANES - 1 changes as z[j] of layer l
 * moves. Direction 0: the derivative, with the stated slopes at kinks. 1 or -1: the
 * directional derivative upwards or downwards, each unit on a kink going to the side it
 * is pushed to. `room` is scratch of 2 max_width CRS__POINT_LANES doubles.
 */
void crs__tangent(const crs__point *point, size_t l, size_t j, int direction, size_t from,
                  double *room, double out[CRS__POINT_LANES]);

/* Fill d of every layer; `rooms` is such scratch, one a worker. */
void crs__tangent_all(crs__point *point, double *rooms);

#endif
