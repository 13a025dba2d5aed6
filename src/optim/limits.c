/* What holds gradients and weights to a size. */
#include "core/cpu.h"
#include "kernels/update.h"

#include <crease/optim.h>

#include <math.h>

static const crs__update_kernels *kernels_of(crs_dtype dtype)
{
    return crs__update_kernels_get(dtype, crs__cpu_level_get());
}

double crs_norm(crs_dtype dtype, size_t n, const void *x)
{
    if (n > 0 && x == NULL)
        return 0;
    return sqrt(kernels_of(dtype)->sum_squares(n, x));
}

double crs_clip_norm(crs_dtype dtype, double limit, size_t n, void *x)
{
    if (n > 0 && x == NULL)
        return 0;
    double norm = crs_norm(dtype, n, x), share = limit / (norm + 1e-6);
    if (!(share >= 1)) /* NaN goes on, as in PyTorch: nothing is hidden */
        kernels_of(dtype)->scale(n, share, x);
    return norm;
}

void crs_clip_rows(crs_dtype dtype, double limit, size_t n_out, size_t n_in, void *w)
{
    if (w == NULL)
        return;
    const crs__update_kernels *kernels = kernels_of(dtype);
    for (size_t j = 0; j < n_out; j++) {
        void *row = (char *)w + j * n_in * crs_dtype_size(dtype);
        double norm = sqrt(kernels->sum_squares(n_in, row));
        if (norm > limit)
            kernels->scale(n_in, limit / norm, row);
    }
}

void crs_penalise(crs_dtype dtype, double l1, double l2, size_t n, const void *p, void *g)
{
    if ((n > 0 && p == NULL) || (n > 0 && g == NULL))
        return;
    kernels_of(dtype)->penalise(n, l1, l2, p, g);
}

double crs_penalty(crs_dtype dtype, double l1, double l2, size_t n, const void *p)
{
    if (n > 0 && p == NULL)
        return 0;
    double penalty = 0;
    if (l1 != 0)
        penalty += l1 * kernels_of(dtype)->sum_sizes(n, p);
    if (l2 != 0)
        penalty += l2 / 2 * kernels_of(dtype)->sum_squares(n, p);
    return penalty;
}
