#include <crease/data.h>

#include "core/arguments.h"
#include "core/memory.h"
#include "data/dataset.h"
#include "data/shown.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"none", "standard", "minmax"};
#define N_NAMES (sizeof names / sizeof names[0])

const char *crs_scaling_name(crs_scaling scaling)
{
    return (size_t)scaling < N_NAMES ? names[scaling] : NULL;
}

crs_status crs_scaling_parse(const char *text, crs_error *err, crs_scaling *out)
{
    if (text == NULL || out == NULL)
        return crs__null_argument(err, __func__);
    char shown[CRS__SHOWN_FIELD];
    for (size_t i = 0; i < N_NAMES; i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = (crs_scaling)i;
            return CRS_OK;
        }
    }
    crs__shown_text(text, strlen(text), shown, sizeof shown);
    return crs_error_set(err, CRS_ENOENT, "no scaling '%s'; expected none, standard or minmax",
                         shown);
}

static crs_status out_of_memory(crs_error *err)
{
    return crs_error_set(err, CRS_ENOMEM, "not enough memory to scale the features");
}

/* Room for n features; `fill` where asked for. */
static crs_status allocate(crs_scaling scaling, size_t n, int has_fill, crs_scaler *out)
{
    memset(out, 0, sizeof *out);
    out->scaling = scaling;
    out->n_features = n;
    out->shift = crs__alloc(n, sizeof *out->shift);
    out->scale = crs__alloc(n, sizeof *out->scale);
    out->fill = has_fill ? crs__alloc(n, sizeof *out->fill) : NULL;
    if (out->shift != NULL && out->scale != NULL && (!has_fill || out->fill != NULL))
        return CRS_OK;
    crs_scaler_release(out);
    return CRS_ENOMEM;
}

/* "feature 3 ('x3')" */
static const char *feature_text(const crs_dataset *data, size_t feature, char *text, size_t size)
{
    char name[CRS__SHOWN_FIELD];
    if (data->feature_names == NULL) {
        (void)snprintf(text, size, "feature %zu", feature + 1);
        return text;
    }
    crs__shown_text(data->feature_names[feature], strlen(data->feature_names[feature]), name,
                    sizeof name);
    (void)snprintf(text, size, "feature %zu ('%s')", feature + 1, name);
    return text;
}

/* ---- fitting ---------------------------------------------------------------------- */

/* Of each feature: how many numbers, and their sum, least and greatest. */
typedef struct moments {
    size_t *n;
    double *mean, *square, *least, *greatest;
    void *block;
} moments;

static size_t sample_at(const size_t *index, size_t i)
{
    return index == NULL ? i : index[i];
}

/*
 * Welford's updates, feature by feature in the order of the samples: mean += (x - mean) / n and
 * square += (x - old mean)(x - new mean), which lose nothing to a large mean (B. P. Welford,
 * Technometrics 4 (1962), 419-420).
 */
static void add_sample(const crs_dataset *data, size_t sample, moments *m)
{
    for (size_t j = 0; j < data->n_features; j++) {
        double x = crs_dataset_x(data, sample, j), before = m->mean[j];
        if (isnan(x))
            continue;
        m->mean[j] += (x - before) / (double)++m->n[j];
        m->square[j] += (x - before) * (x - m->mean[j]);
        if (m->n[j] == 1 || x < m->least[j])
            m->least[j] = x;
        if (m->n[j] == 1 || x > m->greatest[j])
            m->greatest[j] = x;
    }
}

static crs_status measure(const crs_dataset *data, size_t n, const size_t *index, moments *out)
{
    size_t k = data->n_features;
    double *block = crs__alloc(k, 4 * sizeof *block);
    memset(out, 0, sizeof *out);
    out->n = crs__alloc(k, sizeof *out->n);
    out->block = block;
    if (block == NULL || out->n == NULL)
        return CRS_ENOMEM;
    out->mean = block;
    out->square = block + k;
    out->least = block + 2 * k;
    out->greatest = block + 3 * k;
    for (size_t i = 0; i < n; i++)
        add_sample(data, sample_at(index, i), out);
    return CRS_OK;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The middle of the `n_numbers` of a feature, or the mean of the two in the middle. */
static double median_of(const crs_dataset *data, size_t feature, size_t n, const size_t *index,
                        double *sorted)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        double x = crs_dataset_x(data, sample_at(index, i), feature);
        if (!isnan(x))
            sorted[count++] = x;
    }
    qsort(sorted, count, sizeof *sorted, compare);
    return count % 2 == 1 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

static crs_status set_fill(crs_fill fill, const crs_dataset *data, size_t n, const size_t *index,
                           const moments *m, crs_scaler *out)
{
    double *sorted = NULL;
    if (fill == CRS_FILL_MEDIAN && (sorted = crs__alloc(n, sizeof *sorted)) == NULL)
        return CRS_ENOMEM;
    for (size_t j = 0; j < data->n_features; j++)
        out->fill[j] = fill == CRS_FILL_MEAN     ? m->mean[j]
                       : fill == CRS_FILL_MEDIAN ? median_of(data, j, n, index, sorted)
                                                 : 0;
    crs__free(sorted);
    return CRS_OK;
}

/* (x - shift) * scale; a constant feature has scale 0, so that it becomes 0. */
static void set_scale(const moments *m, crs_scaler *out)
{
    for (size_t j = 0; j < out->n_features; j++) {
        double width = out->scaling == CRS_SCALE_MINMAX ? m->greatest[j] - m->least[j]
                                                        : sqrt(m->square[j] / (double)m->n[j]);
        int is_constant = m->least[j] == m->greatest[j];
        out->shift[j] = out->scaling == CRS_SCALE_NONE     ? 0
                        : out->scaling == CRS_SCALE_MINMAX ? m->least[j]
                                                           : m->mean[j];
        out->scale[j] = out->scaling == CRS_SCALE_NONE        ? 1
                        : is_constant || !isfinite(1 / width) ? 0
                                                              : 1 / width;
    }
}

static crs_status check_numbers(const crs_dataset *data, size_t n, crs_fill fill, const moments *m,
                                crs_error *err)
{
    char feature[96];
    for (size_t j = 0; j < data->n_features; j++) {
        if (m->n[j] == n && n > 0)
            continue;
        feature_text(data, j, feature, sizeof feature);
        if (m->n[j] == 0)
            return crs_error_set(err, CRS_ENONFINITE,
                                 "%s has no value in any of the %zu samples; leave it out", feature,
                                 n);
        if (fill == CRS_FILL_NONE)
            return crs_error_set(err, CRS_ENONFINITE,
                                 "%s lacks %zu of %zu values; say what is to fill them: mean, "
                                 "median or zero",
                                 feature, n - m->n[j], n);
    }
    return CRS_OK;
}

crs_status crs_scaler_fit(crs_scaling scaling, crs_fill fill, const crs_dataset *data, size_t n,
                          const size_t *index, crs_error *err, crs_scaler *out)
{
    if (data == NULL || out == NULL) {
        if (out != NULL)
            memset(out, 0, sizeof *out);
        return crs__null_argument(err, __func__);
    }
    moments m;
    crs_status status;
    memset(out, 0, sizeof *out);
    if (index == NULL)
        n = data->n_samples;
    status = measure(data, n, index, &m);
    if (status == CRS_OK)
        status = check_numbers(data, n, fill, &m, err);
    if (status == CRS_OK)
        status = allocate(scaling, data->n_features, fill != CRS_FILL_NONE, out);
    if (status == CRS_OK)
        set_scale(&m, out);
    if (status == CRS_OK && fill != CRS_FILL_NONE)
        status = set_fill(fill, data, n, index, &m, out);
    crs__free(m.n);
    crs__free(m.block);
    if (status == CRS_ENOMEM)
        (void)out_of_memory(err);
    if (status != CRS_OK)
        crs_scaler_release(out);
    return status;
}

/* ---- applying --------------------------------------------------------------------- */

static crs_status refuse_value(const crs_dataset *data, size_t sample, size_t feature, double x,
                               crs_error *err)
{
    char text[96];
    feature_text(data, feature, text, sizeof text);
    if (isnan(x))
        return crs_error_set(err, CRS_ENONFINITE,
                             "sample %zu has no value of %s, and the scaler has nothing to fill it",
                             sample + 1, text);
    return crs_error_set(err, CRS_ENONFINITE, "sample %zu: %s, scaled, is too large for %s",
                         sample + 1, text, crs_dtype_name(data->dtype));
}

static double scaled(const crs_scaler *scaler, size_t j, double x)
{
    if (scaler->fill != NULL && isnan(x))
        x = scaler->fill[j];
    return (x - scaler->shift[j]) * scaler->scale[j];
}

/* Every value has a scaled one: looked at before any is changed. */
static crs_status check(const crs_scaler *scaler, const crs_dataset *data, crs_error *err)
{
    for (size_t i = 0; i < data->n_samples; i++) {
        for (size_t j = 0; j < data->n_features; j++) {
            double x = crs_dataset_x(data, i, j), z = scaled(scaler, j, x);
            if (!isfinite(data->dtype == CRS_F32 ? (double)(float)z : z))
                return refuse_value(data, i, j, x, err);
        }
    }
    return CRS_OK;
}

crs_status crs_scaler_apply(const crs_scaler *scaler, crs_dataset *data, crs_error *err)
{
    if (scaler == NULL || data == NULL)
        return crs__null_argument(err, __func__);
    size_t k = data->n_features;
    crs_status status;
    if (scaler->n_features == 0)
        return CRS_OK;
    if (scaler->n_features != k)
        return crs_error_set(err, CRS_ESHAPE,
                             "%zu features to scale; expected %zu, as the scaler was fitted to", k,
                             scaler->n_features);
    status = check(scaler, data, err);
    if (status == CRS_OK && scaler->scaling == CRS_SCALE_NONE && scaler->fill == NULL)
        return CRS_OK;
    if (status == CRS_OK)
        status = crs__dataset_own(data, 0, err);
    if (status != CRS_OK)
        return status;
    for (size_t i = 0; i < data->n_samples; i++) {
        for (size_t j = 0; j < k; j++) {
            double z = scaled(scaler, j, crs_dataset_x(data, i, j));
            if (data->dtype == CRS_F32)
                ((float *)data->x)[i * k + j] = (float)z;
            else
                ((double *)data->x)[i * k + j] = z;
        }
    }
    return CRS_OK;
}

crs_status crs_scaler_copy(const crs_scaler *scaler, crs_scaler *out)
{
    if (scaler == NULL || out == NULL) {
        if (out != NULL)
            memset(out, 0, sizeof *out);
        return CRS_EINVAL;
    }
    size_t bytes = scaler->n_features * sizeof *scaler->shift;
    crs_status status;
    memset(out, 0, sizeof *out);
    out->scaling = scaler->scaling;
    if (scaler->n_features == 0)
        return CRS_OK;
    status = allocate(scaler->scaling, scaler->n_features, scaler->fill != NULL, out);
    if (status != CRS_OK)
        return status;
    memcpy(out->shift, scaler->shift, bytes);
    memcpy(out->scale, scaler->scale, bytes);
    if (scaler->fill != NULL)
        memcpy(out->fill, scaler->fill, bytes);
    return CRS_OK;
}

void crs_scaler_release(crs_scaler *scaler)
{
    if (scaler == NULL)
        return;
    crs__free(scaler->shift);
    crs__free(scaler->scale);
    crs__free(scaler->fill);
    memset(scaler, 0, sizeof *scaler);
}
