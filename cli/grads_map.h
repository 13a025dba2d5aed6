/*
 * grads_map.h - an array as the cells of three heat maps: given, right, and the difference.
 */
#ifndef GRADS_MAP_H
#define GRADS_MAP_H

#include <crease/arrays.h>

#define GRADS_MAPS 3

/* A matrix as it is drawn: [ny, nx] cells, each standing for a block of elements. */
typedef struct grads_map {
    size_t rows, columns; /* of the array */
    size_t block_rows, block_columns;
    size_t ny, nx;
    double *values[GRADS_MAPS]; /* [ny, nx], divided by the scale: in [-1, 1] */
    char name[2][96];           /* "dW1, in units of 0.3", "difference, in ..." */
} grads_map;

/*
 * How an array is laid out: a vector is a row, and what has more than two axes is
 * [first, all others]. 0 for what is no picture: fewer than two elements.
 */
int grads_map_measure(const crs_array *array, grads_map *map);

/*
 * A cell shows the element of its block that is off by the most (`right` NULL: the largest),
 * in all three maps. 0 without memory; the map is to be released all the same.
 */
int grads_map_fill(grads_map *map, const char *name, const double *given, const double *right);

void grads_map_release(grads_map *map);

#endif
