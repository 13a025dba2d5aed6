#include "core/arguments.h"
#include "core/memory.h"
#include "data/dataset.h"
#include "data/number.h"
#include "data/shapes.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* A row of the public table, and what draws it. */
typedef struct generator {
    crs_data_generator row;
    crs__shape *shape;
} generator;

/* Scratch for one sample: three doubles and an index. No array may be larger than memory. */
#define MAX_SAMPLES (SIZE_MAX / (8 * sizeof(double)))

#define NOISE CRS_DATA_USES_NOISE
#define FACTOR CRS_DATA_USES_FACTOR
#define VARIANCE CRS_DATA_USES_VARIANCE
#define CLASSES CRS_DATA_USES_CLASSES
#define CENTERS CRS_DATA_USES_CENTERS

/* Defaults in the order of crs_data_options: samples, seed, noise, factor, variance, classes, centers. */
static const generator generators[] = {
    {{"planar",
      "a flower, petals of two classes in turn (the course's data)",
      NOISE,
      {400, 1, 0.2, 0, 0, 2, 0, CRS_F64}},
     crs__shape_planar},
    {{"circles",
      "a circle inside another, as scikit-learn's make_circles",
      NOISE | FACTOR,
      {200, 1, 0.3, 0.5, 0, 2, 0, CRS_F64}},
     crs__shape_circles},
    {{"moons",
      "two half circles that hook into each other, as make_moons",
      NOISE,
      {200, 1, 0.2, 0, 0, 2, 0, CRS_F64}},
     crs__shape_moons},
    {{"blobs",
      "round clouds dealt to the classes in turn, as make_blobs",
      NOISE | CLASSES | CENTERS,
      {200, 5, 1.0, 0, 0, 2, 6, CRS_F64}},
     crs__shape_blobs},
    {{"quantiles",
      "one round cloud cut into rings, as make_gaussian_quantiles",
      VARIANCE | CLASSES,
      {200, 1, 0, 0, 0.5, 2, 0, CRS_F64}},
     crs__shape_quantiles},
    {{"spiral",
      "interleaved spiral arms, a class each",
      NOISE | CLASSES,
      {300, 1, 0.2, 0, 0, 3, 0, CRS_F64}},
     crs__shape_spiral},
    {{"xor",
      "four quadrants, opposite ones of one class",
      NOISE,
      {200, 1, 0.1, 0, 0, 2, 0, CRS_F64}},
     crs__shape_xor},
    {{"uniform",
      "no structure: labels that have nothing to do with the points",
      CLASSES,
      {200, 1, 0, 0, 0, 2, 0, CRS_F64}},
     crs__shape_uniform},
};
#define N_GENERATORS (sizeof generators / sizeof generators[0])

const crs_data_generator *crs_data_generator_at(size_t i)
{
    return i < N_GENERATORS ? &generators[i].row : NULL;
}

static crs_status find(const char *name, crs_error *err, const generator **out)
{
    char names[160] = "";
    for (size_t i = 0; i < N_GENERATORS; i++) {
        const char *known = generators[i].row.name;
        size_t used = strlen(names);
        if (strcmp(name, known) == 0) {
            *out = &generators[i];
            return CRS_OK;
        }
        (void)snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", known);
    }
    return crs_error_set(err, CRS_ENOENT, "no data set '%.40s'; expected one of %s", name, names);
}

crs_status crs_data_defaults(const char *name, crs_error *err, crs_data_options *out)
{
    if (name == NULL || out == NULL)
        return crs__null_argument(err, __func__);
    const generator *g;
    crs_status status = find(name, err, &g);
    memset(out, 0, sizeof *out);
    if (status == CRS_OK)
        *out = g->row.defaults;
    return status;
}

/* Only what the generator heeds is looked at. */
static crs_status check(const crs_data_generator *g, const crs_data_options *o, crs_error *err)
{
    size_t least = g->uses & CENTERS ? o->n_centers : g->defaults.n_classes;
    if (g->uses & CLASSES && !(g->uses & CENTERS))
        least = o->n_classes;
    if (crs_dtype_size(o->dtype) == 0)
        return crs_error_set(err, CRS_EINVAL, "%s: the dtype is neither f32 nor f64", g->name);
    if (g->uses & CLASSES && o->n_classes < 2)
        return crs_error_set(err, CRS_EINVAL, "%s: %zu classes; expected at least 2", g->name,
                             o->n_classes);
    if (g->uses & CENTERS && o->n_centers < o->n_classes)
        return crs_error_set(err, CRS_EINVAL, "%s: %zu centers for %zu classes; expected one each",
                             g->name, o->n_centers, o->n_classes);
    if (o->n_samples < least)
        return crs_error_set(err, CRS_EINVAL, "%s: %zu samples; expected at least %zu", g->name,
                             o->n_samples, least);
    if (g->uses & NOISE && !(o->noise >= 0 && isfinite(o->noise)))
        return crs_error_set(err, CRS_EINVAL, "%s: noise is not a number from 0 up", g->name);
    if (g->uses & FACTOR && !(o->factor >= 0 && o->factor < 1))
        return crs_error_set(err, CRS_EINVAL, "%s: factor is not in [0, 1)", g->name);
    if (g->uses & VARIANCE && !(o->variance >= 0 && isfinite(o->variance)))
        return crs_error_set(err, CRS_EINVAL, "%s: variance is not a number from 0 up", g->name);
    if (o->n_samples > MAX_SAMPLES)
        return crs_error_set(err, CRS_ENOMEM, "%s: not enough memory for %zu samples", g->name,
                             o->n_samples);
    return CRS_OK;
}

/* "planar: 400 samples, seed 1, noise 0.2": all that is needed to make it again. */
static crs_status describe(const crs_data_generator *g, const crs_data_options *o, crs_error *err,
                           char **out)
{
    char text[256];
    crs__number_locale locale;
    size_t used;
    if (crs__number_enter(&locale) != 0)
        return crs_error_set(err, CRS_ENOMEM, "%s: not enough memory", g->name);
    (void)snprintf(text, sizeof text, "%s: %zu samples, seed %lu", g->name, o->n_samples,
                   (unsigned long)o->seed);
#define APPEND(flag, ...)                                                  \
    if (g->uses & (flag)) {                                                \
        used = strlen(text);                                               \
        (void)snprintf(text + used, sizeof text - used, ", " __VA_ARGS__); \
    }
    APPEND(NOISE, "noise %.15g", o->noise)
    APPEND(FACTOR, "factor %.15g", o->factor)
    APPEND(VARIANCE, "variance %.15g", o->variance)
    APPEND(CENTERS, "%zu centers", o->n_centers)
    APPEND(CLASSES, "%zu classes", o->n_classes)
#undef APPEND
    crs__number_leave(&locale);
    *out = crs__strdup(text);
    return *out == NULL ? crs_error_set(err, CRS_ENOMEM, "%s: not enough memory", g->name) : CRS_OK;
}

/* Draw the points in float64, then round them into data->x. */
static crs_status draw(const generator *g, const crs_data_options *options, crs_error *err,
                       crs_dataset *data)
{
    crs_status status = CRS_OK;
    crs_random rng;
    size_t n = data->n_samples;
    crs__points points = {n, NULL, data->y, NULL, NULL};
    points.x = crs__alloc(n, 2 * sizeof *points.x);
    points.scratch = crs__alloc(n, 3 * sizeof *points.scratch);
    points.order = crs__alloc(n, sizeof *points.order);
    if (points.x == NULL || points.scratch == NULL || points.order == NULL) {
        status =
            crs_error_set(err, CRS_ENOMEM, "%s: not enough memory for %zu samples", g->row.name, n);
        goto out;
    }
    crs_random_seed(&rng, options->seed);
    g->shape(options, &rng, &points);
    if (data->dtype == CRS_F64) {
        memcpy(data->x, points.x, 2 * n * sizeof(double));
    } else {
        float *x = data->x;
        for (size_t i = 0; i < 2 * n; i++)
            x[i] = (float)points.x[i];
    }
out:
    crs__free(points.x);
    crs__free(points.scratch);
    crs__free(points.order);
    return status;
}

crs_status crs_data_generate(const char *name, const crs_data_options *options, crs_error *err,
                             crs_dataset *out)
{
    if (name == NULL || out == NULL) {
        if (out != NULL)
            memset(out, 0, sizeof *out);
        return crs__null_argument(err, __func__);
    }
    const generator *g;
    crs_status status;
    memset(out, 0, sizeof *out);
    status = find(name, err, &g);
    if (status != CRS_OK)
        return status;
    if (options == NULL)
        options = &g->row.defaults;
    status = check(&g->row, options, err);
    if (status == CRS_OK)
        status = crs__dataset_allocate(options->n_samples, 2, options->dtype, name, err, out);
    if (status == CRS_OK)
        status = describe(&g->row, options, err, &out->description);
    if (status == CRS_OK)
        status = draw(g, options, err, out);
    if (status != CRS_OK) {
        crs_dataset_release(out);
        return status;
    }
    out->n_classes = g->row.uses & CLASSES ? options->n_classes : 2;
    return CRS_OK;
}
