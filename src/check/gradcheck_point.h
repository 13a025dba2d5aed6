/*
 * check/gradcheck_point.h - the point at which a net is differentiated.
 *
 * What the forward pass left in a workspace, in double, with the branch of every unit
 * and sample: the slope of g there, and on a kink the slopes of both sides. Arrays are
 * [n_out, ld], a row a unit; ld is the batch rounded up to CRS__POINT_LANES, and the
 * lanes past the batch are zero.
 *
 * Layers are counted from 1 as everywhere; layers[l - 1] is layer l.
 */
#ifndef CHECK_GRADCHECK_POINT_H
#define CHECK_GRADCHECK_POINT_H

#include "net/net.h"

#include <crease/gradcheck.h>

/* Samples that a tangent is carried for at once: loops of a known length. */
#define CRS__POINT_LANES ((size_t)16)

/* An array of numbers x[k, s], s a sample, wherever and however it lies. */
typedef struct crs__source {
    const void *data;
    crs_dtype dtype;
    size_t n, step_k, step_s; /* n rows k; elements from one k to the next, one s to the next */
} crs__source;

typedef struct crs__point_layer {
    size_t n_in, n_out;
    const crs_act *act; /* NULL in the output layer */
    double *w; /* [n_out, n_in]; NULL in layer 1, whose weights nothing is carried through */
    double *z, *a;
    double *slope;        /* stated: on a kink the value that backward uses there; hidden layers */
    double *left, *right; /* the slopes of both sides; `slope` where there is no kink */
    unsigned char *hit; /* [ld]: is a unit of this layer or one above on a kink, for this sample? */
    size_t n_hits;
    double *d;     /* dC/dz of a sample's own cost (gradcheck_tangent.h) */
    double *e, *p; /* bounds (gradcheck_bound.h) */
} crs__point_layer;

typedef struct crs__point {
    const crs_net *net;
    crs_workspace *work;
    const crs_executor *executor;
    size_t n_layers, batch, ld, max_width; /* the widest of layers 1 ... n_layers */
    double unit;                           /* of rounding, in the net's dtype: 2^-24 or 2^-53 */
    double tiny; /* the least positive number of the dtype: what an underflow may cost */
    double *y;   /* [n_out, ld] */
    double *q;   /* dC/dz of the output, [n_out, ld] */
    crs__point_layer *layers;
    size_t kink_hits;
    int finite; /* 0: something is infinite or NaN, and nothing can be said */
    /* the first z or a that does not follow from the layer below within its rounding */
    struct {
        int found;
        size_t layer, unit, sample;
        double given, right;
    } forward;
} crs__point;

/* Read what forward left in `work`. Errors: CRS_ENOMEM; release it in either case. */
crs_status crs__point_make(const crs_net *net, crs_workspace *work, const crs_executor *executor,
                           crs__point *out);
void crs__point_release(crs__point *point);

/* What layer l reads. */
crs__source crs__point_input(const crs__point *point, size_t l);

double crs__source_get(const crs__source *source, size_t k, size_t s);
/* x[from ... from + n, s] for all of k (`along_k` 1, at = s), or x[at, 0 ... n] into out, [n]. */
void crs__source_row(const crs__source *source, int along_k, size_t at, size_t n, double *out);

/* What backward uses for g' of a hidden layer at z, with an upstream gradient of 1. */
double crs__point_rule(const crs__point *point, size_t l, double z, double a);
int crs__point_has_rule(const crs__point *point, size_t l);

#endif
