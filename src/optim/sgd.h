/*
 * optim/sgd.h - plain gradient descent, p <- p - lr g.
 */
#ifndef OPTIM_SGD_H
#define OPTIM_SGD_H

#include "kernels/kernels.h"

/* All n parameters of a net in one walk; each is rounded once. */
void crs__sgd_step(const crs__kernels *kernels, size_t n, double lr, const void *gradient,
                   void *params);

#endif
