/*
 * data/shapes.h - the point clouds behind crs_data_generate.
 *
 * Each call draws from `rng` exactly what NumPy or scikit-learn draw for the same
 * data, in the same order. They cannot fail: memory and options were seen to
 * before. To add one: a function here, a row in generate.c.
 */
#ifndef DATA_SHAPES_H
#define DATA_SHAPES_H

#include <crease/data.h>
#include <crease/random.h>

typedef struct crs__points {
    size_t n;
    double *x;       /* [n, 2] */
    double *y;       /* [n]: the class */
    double *scratch; /* [n, 3] */
    size_t *order;   /* [n], scratch */
} crs__points;

typedef void crs__shape(const crs_data_options *options, crs_random *rng, crs__points *points);

crs__shape crs__shape_planar;
crs__shape crs__shape_circles;
crs__shape crs__shape_moons;
crs__shape crs__shape_blobs;
crs__shape crs__shape_quantiles;
crs__shape crs__shape_spiral;
crs__shape crs__shape_xor;
crs__shape crs__shape_uniform;

#endif
