#include "optim/sgd.h"

void crs__sgd_step(const crs__kernels *kernels, size_t n, double lr, const void *gradient,
                   void *params)
{
    kernels->sgd(n, lr, gradient, params);
}
