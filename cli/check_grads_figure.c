/* crease check grads: the first array that is wrong, as pictures. */
#include "check_grads.h"

#include "grads_map.h"
#include "memory.h"
#include "plot_act.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_LEVELS 20 /* an even number: the band in the middle, around 0, is white */

/* More points than these only blacken the page. */
#define MAX_POINTS 1500

#define COLUMN_WIDTH 250.0
#define LONE_COLUMN_WIDTH 420.0 /* the legend is to fit beside it */

struct grads_figure {
    const grads_check *c;
    const crs_diagnosis_array *array; /* the one that is wrong */
    grads_map map;
    double levels[N_LEVELS];
    crs_plot_field fields[GRADS_MAPS];
    char titles[GRADS_MAPS][96], subtitle[128];
    crs_plot_axes map_axes;

    act_figure *slope; /* g', drawn by another view */
    double *xy;        /* [points, 2]: z and the derivative that is claimed there */
    int *label;        /* 1: not g'(z), as far as an eye can see */
    char claimed[2][192], scatter_title[128];
    const char *names[2];
    crs_plot_points points;
    crs_plot_axes scatter_axes;

    char title[160];
    crs_plot_panel panels[1 + GRADS_MAPS];
    crs_plot_figure figure;
};

/* ---- which arrays --------------------------------------------------------------------- */

static const crs_diagnosis_array *find_name(const crs_diagnosis *found, const char *name)
{
    for (size_t i = 0; i < found->n_arrays; i++) {
        if (strcmp(found->arrays[i].name, name) == 0)
            return &found->arrays[i];
    }
    return NULL;
}

static const crs_diagnosis_array *find_role(const crs_diagnosis *found, const char *role,
                                            size_t layer)
{
    for (size_t i = 0; i < found->n_arrays; i++) {
        if (found->arrays[i].layer == layer && strcmp(found->arrays[i].role, role) == 0)
            return &found->arrays[i];
    }
    return NULL;
}

/* The first bug's array, else the first that does not match. */
static const crs_diagnosis_array *first_wrong(const crs_diagnosis *found)
{
    const crs_diagnosis_array *array =
        found->n_bugs > 0 ? find_name(found, found->bugs[0].array) : NULL;
    for (size_t i = 0; i < found->n_arrays && array == NULL; i++) {
        if (found->arrays[i].verdict == CRS_ARRAY_MISMATCH)
            array = &found->arrays[i];
    }
    return array;
}

/* Values of an array, given ones first; *n is how many. NULL where neither is there. */
static const double *values_of(const grads_check *c, const crs_diagnosis_array *array, size_t *n)
{
    const crs_array *given = array == NULL ? NULL : crs_arrays_find(c->arrays, array->name);
    *n = 1;
    if (given != NULL) {
        *n = given->n;
        return given->values;
    }
    for (size_t i = 0; array != NULL && i < array->n_dims; i++)
        *n *= array->dims[i];
    return array == NULL ? NULL : array->right;
}

/* ---- the derivative that is claimed, over z ---------------------------------------------- */

static int compare_doubles(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Limits of y that hold g' and most of what is claimed: quotients may be huge. */
static int choose_range(grads_figure *f, const crs_act *act)
{
    size_t n = f->points.n;
    double *sorted = memory_get(n + 1, sizeof *sorted), low, high, margin;
    if (sorted == NULL)
        return 0;
    for (size_t i = 0; i < n; i++)
        sorted[i] = f->xy[2 * i + 1];
    qsort(sorted, n, sizeof *sorted, compare_doubles);
    low = fmin(0, sorted[n / 50]);
    high = fmax(1, sorted[n - 1 - n / 50]);
    free(sorted);
    for (size_t i = 0; i < n; i++) {
        double slope = crs_act_slope_f64(act, f->xy[2 * i]);
        low = fmin(low, slope);
        high = fmax(high, slope);
    }
    margin = 0.08 * (high - low);
    f->scatter_axes.y_min = low - margin;
    f->scatter_axes.y_max = high + margin;
    return 1;
}

/* What an eye sees: a hundredth of the picture's height apart. */
static void label_points(grads_figure *f, const crs_act *act)
{
    double visible = 0.01 * (f->scatter_axes.y_max - f->scatter_axes.y_min);
    for (size_t i = 0; i < f->points.n; i++)
        f->label[i] = fabs(f->xy[2 * i + 1] - crs_act_slope_f64(act, f->xy[2 * i])) > visible;
}

static int is_point(double z, double da, double dz)
{
    return isfinite(z) && isfinite(dz / da) && da != 0; /* no upstream, no claim */
}

/* At most MAX_POINTS of n, evenly. Returns how many there are. */
static size_t take_points(grads_figure *f, size_t n, const double *z, const double *da,
                          const double *dz)
{
    size_t step = n / MAX_POINTS + 1, count = 0;
    for (size_t i = 0; i < n; i += step) {
        if (!is_point(z[i], da[i], dz[i]))
            continue;
        f->xy[2 * count] = z[i];
        f->xy[2 * count + 1] = dz[i] / da[i];
        count++;
    }
    return count;
}

static void describe_scatter(grads_figure *f, const char *dz, const char *da, size_t layer)
{
    (void)snprintf(f->scatter_title, sizeof f->scatter_title,
                   "the derivative that %s claims, layer %zu", dz, layer);
    (void)snprintf(f->claimed[0], sizeof f->claimed[0], "%s / %s, as it should be", dz, da);
    (void)snprintf(f->claimed[1], sizeof f->claimed[1], "%s / %s, wrong", dz, da);
    f->names[0] = f->claimed[0];
    f->names[1] = f->claimed[1];
}

/* The panel of g' with the points on it; 0 without memory. */
static int fill_scatter(grads_figure *f, const crs_act *act, crs_plot_panel *panel)
{
    double from = INFINITY, to = -INFINITY, margin;
    for (size_t i = 0; i < f->points.n; i++) {
        from = fmin(from, f->xy[2 * i]);
        to = fmax(to, f->xy[2 * i]);
    }
    margin = fmax(0.05 * (to - from), 1e-3 * fmax(fabs(from), fabs(to)) + 1e-9);
    f->slope = act_figure_create(act, from - margin, to + margin, 0, NULL);
    if (f->slope == NULL || !choose_range(f, act))
        return 0;
    f->scatter_axes.x_min = from - margin;
    f->scatter_axes.x_max = to + margin;
    f->scatter_axes.x_label = "z";
    f->scatter_axes.y_label = "in place of g'(z)";
    label_points(f, act);
    f->points.xy = f->xy;
    f->points.label = f->label;
    f->points.names = f->names;
    f->points.n_names = 2;
    *panel = act_figure_get(f->slope)->panels[1];
    panel->row = panel->col = 0;
    panel->col_span = GRADS_MAPS;
    panel->height = COLUMN_WIDTH;
    panel->title = f->scatter_title;
    panel->axes = &f->scatter_axes;
    panel->points = &f->points;
    return 1;
}

/*
 * Only where the wrong array is a hidden layer's dZ: there, and nowhere else, dZ / dA is what
 * stands for g'(z). CRS_ENOENT: it is not, or Z or dA is not known.
 */
static crs_status add_scatter(grads_figure *f)
{
    const grads_check *c = f->c;
    const crs_diagnosis_array *dz = f->array, *z, *da;
    size_t layer = dz->layer, n, n_z, n_da;
    const double *dz_values, *z_values, *da_values;
    const crs_act *act;
    if (strcmp(dz->role, "dZ") != 0 || layer == 0 || layer >= c->found->n_layers)
        return CRS_ENOENT;
    act = &c->found->acts[layer - 1];
    z = find_role(c->found, "Z", layer);
    da = find_role(c->found, "dA", layer);
    dz_values = values_of(c, dz, &n);
    z_values = values_of(c, z, &n_z);
    da_values = values_of(c, da, &n_da);
    if (dz_values == NULL || z_values == NULL || da_values == NULL || n != n_z || n != n_da)
        return CRS_ENOENT;
    f->xy = memory_get(2 * (MAX_POINTS + 1), sizeof *f->xy);
    f->label = memory_get(MAX_POINTS + 1, sizeof *f->label);
    if (f->xy == NULL || f->label == NULL)
        return CRS_ENOMEM;
    f->points.n = take_points(f, n, z_values, da_values, dz_values);
    if (f->points.n == 0)
        return CRS_ENOENT;
    describe_scatter(f, dz->name, da->name, layer);
    if (!fill_scatter(f, act, &f->panels[f->figure.n_panels]))
        return CRS_ENOMEM;
    f->figure.n_panels++;
    return CRS_OK;
}

/* ---- the array as heat maps ---------------------------------------------------------------- */

/* What rows and columns are, where that is sure. */
static void name_axes(grads_figure *f)
{
    static const char *const per_sample[] = {"Z", "A", "dZ", "dA", "D", "ZN", "dZN", "Zhat"};
    crs_samples samples = f->c->found->samples;
    f->map_axes.x_label = "column";
    f->map_axes.y_label = "row";
    f->map_axes.y_down = 1;
    for (size_t i = 0; i < sizeof per_sample / sizeof per_sample[0]; i++) {
        if (strcmp(f->array->role, per_sample[i]) != 0 || samples == CRS_SAMPLES_AUTO)
            continue;
        f->map_axes.x_label = samples == CRS_SAMPLES_COLUMNS ? "sample" : "unit";
        f->map_axes.y_label = samples == CRS_SAMPLES_COLUMNS ? "unit" : "sample";
    }
}

static void describe_map(grads_figure *f, size_t k, crs_plot_panel *panel)
{
    static const char *const forms[GRADS_MAPS] = {" as given", " as it should be",
                                                  ": the difference"};
    static const crs_plot_mark marks[GRADS_MAPS] = {CRS_PLOT_MARK_BAD, CRS_PLOT_MARK_GOOD,
                                                    CRS_PLOT_MARK_NONE};
    const grads_map *map = &f->map;
    double height = COLUMN_WIDTH * (double)map->ny / (double)map->nx;
    crs_plot_field *field = &f->fields[k];
    (void)snprintf(f->titles[k], sizeof f->titles[k], "%s%s", f->array->name, forms[k]);
    *field = (crs_plot_field){.nx = map->nx,
                              .ny = map->ny,
                              .values = map->values[k],
                              .x_min = -0.5,
                              .x_max = (double)(map->nx * map->block_columns) - 0.5,
                              .y_min = -0.5,
                              .y_max = (double)(map->ny * map->block_rows) - 0.5,
                              .cells = 1,
                              .n_levels = N_LEVELS,
                              .levels = f->levels,
                              .name = map->name[k == 2]};
    panel->row = f->slope != NULL;
    panel->col = k;
    panel->height = fmax(60, fmin(height, COLUMN_WIDTH));
    panel->axes = &f->map_axes;
    panel->title = f->titles[k];
    panel->subtitle[0] = k == 0   ? f->subtitle
                         : k == 1 ? "from the arrays before it"
                                  : "given - right";
    panel->mark = marks[k];
    panel->fill = field;
}

static crs_status add_maps(grads_figure *f)
{
    const crs_array *given = crs_arrays_find(f->c->arrays, f->array->name);
    grads_map *map = &f->map;
    size_t n_maps = f->array->right != NULL ? GRADS_MAPS : 1;
    if (given == NULL || !grads_map_measure(given, map))
        return CRS_ENOENT;
    if (!grads_map_fill(map, f->array->name, given->values, f->array->right))
        return CRS_ENOMEM;
    for (size_t i = 0; i < N_LEVELS; i++)
        f->levels[i] = (2 * (double)i + 1) / N_LEVELS - 1;
    (void)snprintf(f->subtitle, sizeof f->subtitle, "%zu x %zu", map->rows, map->columns);
    if (map->block_rows > 1 || map->block_columns > 1)
        (void)snprintf(f->subtitle, sizeof f->subtitle,
                       "%zu x %zu, each cell the largest of %zu x %zu", map->rows, map->columns,
                       map->block_rows, map->block_columns);
    name_axes(f);
    for (size_t k = 0; k < n_maps; k++)
        describe_map(f, k, &f->panels[f->figure.n_panels++]);
    return CRS_OK;
}

/* ---- the figure ---------------------------------------------------------------------------- */

crs_status grads_figure_create(const grads_check *c, grads_figure **out)
{
    const crs_diagnosis_array *array = first_wrong(c->found);
    grads_figure *f;
    crs_status status;
    *out = NULL;
    if (array == NULL)
        return CRS_ENOENT;
    f = memory_get(1, sizeof *f);
    if (f == NULL)
        return CRS_ENOMEM;
    f->c = c;
    f->array = array;
    (void)snprintf(f->title, sizeof f->title, "%s: the first array that is wrong in %s",
                   array->name, c->arrays->name);
    f->figure.title = f->title;
    f->figure.column_width = COLUMN_WIDTH;
    f->figure.panels = f->panels;
    status = add_scatter(f);
    if (status != CRS_ENOMEM)
        status = add_maps(f);
    if (f->figure.n_panels == 1)
        f->figure.column_width = LONE_COLUMN_WIDTH;
    if (status == CRS_ENOMEM || f->figure.n_panels == 0) {
        grads_figure_destroy(f);
        return status;
    }
    *out = f;
    return CRS_OK;
}

void grads_figure_destroy(grads_figure *figure)
{
    if (figure == NULL)
        return;
    act_figure_destroy(figure->slope);
    grads_map_release(&figure->map);
    free(figure->xy);
    free(figure->label);
    free(figure);
}

const crs_plot_figure *grads_figure_get(const grads_figure *figure)
{
    return &figure->figure;
}
