/* crease bench: data sets of the shapes that are timed, made on the spot. */
#include "bench.h"
#include "memory.h"

#include <crease/random.h>

#include <stdlib.h>
#include <string.h>

static void put(crs_dataset *data, size_t i, double value)
{
    if (data->dtype == CRS_F64)
        ((double *)data->x)[i] = value;
    else
        ((float *)data->x)[i] = (float)value;
}

static void fill(crs_dataset *data, const double *centers, crs_random *random)
{
    for (size_t i = 0; i < data->n_samples; i++) {
        size_t class = i % data->n_classes;
        for (size_t k = 0; k < data->n_features; k++)
            put(data, i * data->n_features + k,
                centers[class * data->n_features + k] + crs_random_randn(random));
        data->y[i] = (double)class;
    }
}

crs_status bench_clouds(size_t samples, size_t features, size_t classes, uint32_t seed,
                        crs_dtype dtype, crs_error *err, crs_dataset *out)
{
    crs_random random;
    size_t bytes = samples * features * crs_dtype_size(dtype);
    double *centers = memory_get(classes * features, sizeof *centers);
    memset(out, 0, sizeof *out);
    out->x = aligned_alloc(64, (bytes + 63) / 64 * 64);
    out->y = memory_get(samples, sizeof *out->y);
    if (centers == NULL || out->x == NULL || out->y == NULL) {
        free(centers);
        bench_clouds_release(out);
        return crs_error_set(err, CRS_ENOMEM, "no memory for %zu samples of %zu features", samples,
                             features);
    }
    out->n_samples = samples;
    out->n_features = features;
    out->n_classes = classes;
    out->dtype = dtype;
    crs_random_seed(&random, seed);
    for (size_t i = 0; i < classes * features; i++)
        centers[i] = 0.1 * crs_random_randn(&random);
    fill(out, centers, &random);
    free(centers);
    return CRS_OK;
}

void bench_clouds_release(crs_dataset *data)
{
    free(data->x);
    free(data->y);
    memset(data, 0, sizeof *data);
}
