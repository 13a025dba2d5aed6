/* Where backward goes wrong: the dz that is not what the dz above makes of it. */
#include "check/gradcheck.h"
#include "check/gradcheck_bound.h"

#include <math.h>

static double element(const crs__point *point, const void *base, size_t j, size_t s)
{
    return crs__net_get(point->net, base, j * point->work->ld + s);
}

/* The gradient by a[k], from dz of the layer above as backward has it, and its rounding. */
static double upstream_of(const crs__point *point, size_t l, size_t k, size_t s, double *rounding)
{
    const crs__point_layer *above = &point->layers[l];
    double sum = 0, size = 0;
    for (size_t j = 0; j < above->n_out; j++) {
        double term =
            above->w[j * above->n_in + k] * element(point, point->work->layers[l].dz, j, s);
        sum += term;
        size += fabs(term);
    }
    *rounding = ((double)above->n_out + 2) * (point->unit * size + point->tiny);
    return sum;
}

/* How far dz of a hidden unit and sample is off, 0 where rounding explains it. */
static double hidden_error(const crs__point *point, size_t l, size_t k, size_t s,
                           crs_gradcheck_place *place)
{
    const crs__point_layer *layer = &point->layers[l - 1];
    size_t at = k * point->ld + s;
    double rounding, da = upstream_of(point, l, k, s, &rounding), slope = layer->slope[at];
    double given = element(point, point->work->layers[l - 1].dz, k, s), tolerance;
    tolerance =
        1.01 * (fabs(slope) * rounding + (fabs(da) + rounding) * (crs__bound_slope(point, l, at) +
                                                                  point->unit * fabs(slope))) +
        point->tiny;
    place->z = layer->z[at];
    place->a = layer->a[at];
    place->upstream = da;
    place->given = given;
    place->right = da * slope + 0.0; /* no -0 */
    place->slope = slope;
    place->rule = crs__point_rule(point, l, place->z, place->a);
    return fabs(given - place->right) <= tolerance ? 0
           : isfinite(given)                       ? fabs(given - place->right)
                                                   : INFINITY;
}

static double output_error(const crs__point *point, size_t j, size_t s, crs_gradcheck_place *place)
{
    const crs__point_layer *last = &point->layers[point->n_layers - 1];
    size_t at = j * point->ld + s;
    place->z = last->z[at];
    place->a = last->a[at];
    place->upstream = NAN;
    place->given = element(point, point->work->layers[point->n_layers - 1].dz, j, s);
    place->right = point->q[at];
    place->rule = place->slope = NAN;
    return fabs(place->given - place->right) <= last->e[at] ? 0
           : isfinite(place->given)                         ? fabs(place->given - place->right)
                                                            : INFINITY;
}

void crs__gradcheck_find_place(const crs__point *point, crs_gradcheck_place *out)
{
    out->found = 0;
    for (size_t l = point->n_layers; l >= 1 && !out->found; l--) {
        double most = 0;
        size_t count = 0;
        for (size_t k = 0; k < point->layers[l - 1].n_out; k++) {
            for (size_t s = 0; s < point->batch; s++) {
                crs_gradcheck_place here = {1, l, k, s, 0, 0, 0, 0, 0, 0, 0, 0};
                double off = l == point->n_layers ? output_error(point, k, s, &here)
                                                  : hidden_error(point, l, k, s, &here);
                count += off > 0;
                if (off > most) {
                    most = off;
                    *out = here;
                }
            }
        }
        out->count = count;
    }
}
