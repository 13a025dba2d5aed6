#include "plot/cells.h"

#include <math.h>

#include "plot/palette.h"

static size_t cell_of(double at, double min, double max, size_t n)
{
    size_t i = (size_t)((at - min) / (max - min) * (double)n);
    return i < n ? i : n - 1; /* the far border belongs to the last */
}

double crs__plot_cell_at(const crs_plot_field *field, double x, double y)
{
    size_t ix = cell_of(x, field->x_min, field->x_max, field->nx);
    size_t iy = cell_of(y, field->y_min, field->y_max, field->ny);
    return field->values[iy * field->nx + ix];
}

static int is_in_band(const crs_plot_field *field, size_t band, double value)
{
    return isfinite(value) && crs__plot_band_of(field, value) == band;
}

crs_status crs__plot_cells_of_band(const crs_plot_field *field, size_t band, crs__plot_path *path)
{
    double w = (field->x_max - field->x_min) / (double)field->nx;
    double h = (field->y_max - field->y_min) / (double)field->ny;
    crs_status status = CRS_OK;
    for (size_t iy = 0; iy < field->ny; iy++) {
        const double *row = &field->values[iy * field->nx];
        for (size_t from = 0, to; from < field->nx && status == CRS_OK; from = to + 1) {
            for (to = from; to < field->nx && is_in_band(field, band, row[to]);)
                to++;
            if (to > from)
                status =
                    crs__plot_path_rect(path, field->x_min + (double)from * w,
                                        field->y_min + (double)iy * h, (double)(to - from) * w, h);
        }
    }
    return status;
}
