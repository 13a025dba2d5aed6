#include "grads_map.h"

#include "memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* At most so many cells: a pixel or two for each, and files of reasonable size. */
#define MAX_COLUMNS 96
#define MAX_ROWS 64

int grads_map_measure(const crs_array *array, grads_map *map)
{
    if (array->n < 2)
        return 0;
    map->rows = array->n_dims > 1 ? array->dims[0] : 1;
    map->columns = array->n / map->rows;
    map->block_rows = (map->rows - 1) / MAX_ROWS + 1;
    map->block_columns = (map->columns - 1) / MAX_COLUMNS + 1;
    map->ny = (map->rows - 1) / map->block_rows + 1;
    map->nx = (map->columns - 1) / map->block_columns + 1;
    return 1;
}

static double off_by(const double *given, const double *right, size_t i)
{
    double off = right == NULL ? fabs(given[i]) : fabs(given[i] - right[i]);
    return isnan(off) ? INFINITY : off;
}

/* The element of a block that shows most of what is wrong. */
static size_t worst_of_block(const grads_map *map, size_t iy, size_t ix, const double *given,
                             const double *right)
{
    size_t worst = iy * map->block_rows * map->columns + ix * map->block_columns;
    for (size_t r = iy * map->block_rows; r < (iy + 1) * map->block_rows && r < map->rows; r++) {
        for (size_t k = ix * map->block_columns;
             k < (ix + 1) * map->block_columns && k < map->columns; k++) {
            size_t i = r * map->columns + k;
            if (off_by(given, right, i) > off_by(given, right, worst))
                worst = i;
        }
    }
    return worst;
}

/* What values are divided by to lie in [-1, 1]; 1 where all are 0. */
static double scale_of(size_t n, const double *a, const double *b)
{
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        if (isfinite(a[i]))
            most = fmax(most, fabs(a[i]));
        if (b != NULL && isfinite(b[i]))
            most = fmax(most, fabs(b[i]));
    }
    return most > 0 ? most : 1;
}

static void divide(size_t n, double *values, double scale)
{
    for (size_t i = 0; i < n; i++)
        values[i] /= scale;
}

int grads_map_fill(grads_map *map, const char *name, const double *given, const double *right)
{
    size_t n = map->ny * map->nx;
    double scale, scale_of_difference;
    for (size_t k = 0; k < GRADS_MAPS; k++) {
        map->values[k] = memory_get(n, sizeof *map->values[k]);
        if (map->values[k] == NULL)
            return 0;
    }
    for (size_t i = 0; i < n; i++) {
        size_t at = worst_of_block(map, i / map->nx, i % map->nx, given, right);
        map->values[0][i] = given[at];
        map->values[1][i] = right == NULL ? NAN : right[at];
        map->values[2][i] = right == NULL ? NAN : given[at] - right[at];
    }
    scale = scale_of(n, map->values[0], map->values[1]);
    scale_of_difference = scale_of(n, map->values[2], NULL);
    divide(n, map->values[0], scale);
    divide(n, map->values[1], scale);
    divide(n, map->values[2], scale_of_difference);
    (void)snprintf(map->name[0], sizeof map->name[0], "%s, in units of %.3g", name, scale);
    (void)snprintf(map->name[1], sizeof map->name[1], "difference, in units of %.3g",
                   scale_of_difference);
    return 1;
}

void grads_map_release(grads_map *map)
{
    for (size_t k = 0; k < GRADS_MAPS; k++)
        free(map->values[k]);
}
