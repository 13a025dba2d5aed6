#include "plane.h"

#include "memory.h"

#include <math.h>
#include <stdlib.h>

void plane_window(const crs_dataset *data, crs_plot_axes *axes)
{
    double lo[2] = {INFINITY, INFINITY}, hi[2] = {-INFINITY, -INFINITY};
    for (size_t s = 0; s < data->n_samples; s++) {
        for (size_t k = 0; k < 2; k++) {
            lo[k] = fmin(lo[k], crs_dataset_x(data, s, k));
            hi[k] = fmax(hi[k], crs_dataset_x(data, s, k));
        }
    }
    for (size_t k = 0; k < 2; k++) {
        double margin = hi[k] > lo[k] ? 0.06 * (hi[k] - lo[k]) : 1;
        lo[k] -= margin;
        hi[k] += margin;
    }
    axes->x_min = lo[0];
    axes->x_max = hi[0];
    axes->y_min = lo[1];
    axes->y_max = hi[1];
}

void *plane_nodes(const crs_plot_axes *axes, crs_dtype dtype)
{
    void *nodes = memory_get((size_t)PLANE_NODES * 2, crs_dtype_size(dtype));
    for (size_t i = 0; nodes != NULL && i < PLANE_NODES; i++) {
        double x =
            axes->x_min + (axes->x_max - axes->x_min) * (double)(i % PLANE_GRID) / (PLANE_GRID - 1);
        double y =
            axes->y_min + (axes->y_max - axes->y_min) * (double)(i / PLANE_GRID) / (PLANE_GRID - 1);
        if (dtype == CRS_F64) {
            ((double *)nodes)[2 * i] = x;
            ((double *)nodes)[2 * i + 1] = y;
        } else {
            ((float *)nodes)[2 * i] = (float)x;
            ((float *)nodes)[2 * i + 1] = (float)y;
        }
    }
    return nodes;
}

crs_plot_field plane_field(const crs_plot_axes *axes, const double *values)
{
    return (crs_plot_field){.nx = PLANE_GRID,
                            .ny = PLANE_GRID,
                            .values = values,
                            .x_min = axes->x_min,
                            .x_max = axes->x_max,
                            .y_min = axes->y_min,
                            .y_max = axes->y_max};
}

double plane_crease_at(const crs_act *act, size_t k)
{
    return act->n_kinks == 0 ? 0 : act->kink[k].z;
}

const char *plane_creases_name(const crs_act *act)
{
    return act->n_kinks > 0 ? "creases: z of a hidden unit on its kink"
                            : "z = 0 of each hidden unit";
}

/* With x scaled: w ((x - shift) scale) + b - kink = 0. */
double *plane_creases(const crs_net *net, const crs_scaler *scaler, size_t *n)
{
    const crs_act *act = crs_net_act(net, 1);
    size_t units = crs_net_width(net, 1), per_unit = act->n_kinks == 0 ? 1 : act->n_kinks;
    double *lines = memory_get(units * per_unit * 3, sizeof *lines);
    *n = 0;
    for (size_t j = 0; lines != NULL && j < units; j++) {
        double w[2], b = crs_net_param(net, crs_net_bias_at(net, 1) + j);
        for (size_t i = 0; i < 2; i++) {
            w[i] = crs_net_param(net, crs_net_weight_at(net, 1) + 2 * j + i);
            if (scaler != NULL && scaler->n_features > 0) {
                w[i] *= scaler->scale[i];
                b -= w[i] * scaler->shift[i];
            }
        }
        for (size_t k = 0; k < per_unit && (w[0] != 0 || w[1] != 0); k++) {
            double *line = lines + 3 * (*n)++;
            line[0] = w[0];
            line[1] = w[1];
            line[2] = b - plane_crease_at(act, k);
        }
    }
    return lines;
}

double *plane_levels(size_t n_classes)
{
    double *levels = memory_get(n_classes, sizeof *levels);
    for (size_t k = 0; levels != NULL && k + 1 < n_classes; k++)
        levels[k] = ((double)k + 0.5) / (double)(n_classes - 1);
    return levels;
}
