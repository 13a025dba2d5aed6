#include "check/gradcheck_tangent.h"

#define LANES CRS__POINT_LANES

/* at = slope t for one unit */
static void through_kink(const crs__point_layer *layer, size_t at, int direction, double *t)
{
    if (direction == 0) {
        for (size_t i = 0; i < LANES; i++)
            t[i] *= layer->slope[at + i];
    } else {
        for (size_t i = 0; i < LANES; i++)
            t[i] *= t[i] > 0 ? layer->right[at + i] : layer->left[at + i];
    }
}

void crs__tangent(const crs__point *point, size_t l, size_t j, int direction, size_t from,
                  double *room, double out[LANES])
{
    const crs__point_layer *layer = &point->layers[l - 1];
    size_t ld = point->ld;
    double *in = room, *next = room + point->max_width * LANES, *swap;
    for (size_t i = 0; i < LANES; i++)
        in[j * LANES + i] = direction < 0 ? -1 : 1;
    for (size_t above = l; above < point->n_layers; above++) {
        /* in the first step unit j alone moves */
        size_t first = above == l ? j : 0, end = above == l ? j + 1 : layer->n_out;
        for (size_t k = first; k < end; k++)
            through_kink(layer, k * ld + from, direction, in + k * LANES);
        layer = &point->layers[above];
        for (size_t r = 0; r < layer->n_out; r++) {
            double *t = next + r * LANES;
            for (size_t i = 0; i < LANES; i++)
                t[i] = 0;
            for (size_t k = first; k < end; k++) {
                double w = layer->w[r * layer->n_in + k];
                for (size_t i = 0; i < LANES; i++)
                    t[i] += w * in[k * LANES + i];
            }
        }
        swap = in;
        in = next;
        next = swap;
    }
    for (size_t i = 0; i < LANES; i++)
        out[i] = 0;
    for (size_t k = l == point->n_layers ? j : 0; k < layer->n_out; k++) {
        for (size_t i = 0; i < LANES; i++)
            out[i] += point->q[k * ld + from + i] * in[k * LANES + i];
        if (l == point->n_layers)
            break;
    }
}

typedef struct job {
    crs__point *point;
    size_t l;
    double *rooms;
} job;

static void unit_task(void *arg, size_t j, int worker)
{
    const job *jb = arg;
    double *room = jb->rooms + (size_t)worker * 2 * jb->point->max_width * LANES;
    for (size_t from = 0; from < jb->point->ld; from += LANES)
        crs__tangent(jb->point, jb->l, j, 0, from, room,
                     jb->point->layers[jb->l - 1].d + j * jb->point->ld + from);
}

void crs__tangent_all(crs__point *point, double *rooms)
{
    for (size_t l = 1; l <= point->n_layers; l++) {
        job jb = {point, l, rooms};
        crs_executor_run(point->executor, point->layers[l - 1].n_out, unit_task, &jb);
    }
}
