/* From rows as the data have them to outputs as people read them. */
#include "model/model.h"

#include "core/arguments.h"
#include "core/memory.h"

#include <math.h>

/* Samples that are scaled at once. */
enum { BLOCK = 256 };

/* One feature as the net sees it; NaN or infinite where there is none. */
static double scaled(const crs_model *model, size_t i, double value)
{
    const crs_scaler *scaler = &model->scaler;
    if (crs_net_dtype(model->net) == CRS_F32)
        value = (double)(float)value;
    if (scaler->n_features == 0)
        return value;
    if (isnan(value) && scaler->fill != NULL)
        value = scaler->fill[i];
    return (value - scaler->shift[i]) * scaler->scale[i];
}

static crs_status refuse_feature(const crs_model *model, size_t sample, size_t i, double value,
                                 crs_error *err)
{
    const char *what =
        isnan(value) ? "is NaN, and the model has nothing to fill it with" : "is not finite";
    if (model->feature_names != NULL)
        return crs_error_set(err, CRS_ENONFINITE, "sample %zu (from 0), feature '%.60s' %s", sample,
                             model->feature_names[i], what);
    return crs_error_set(err, CRS_ENONFINITE, "sample %zu, feature %zu (from 0) %s", sample, i,
                         what);
}

/* Samples from ... from + n - 1 of x, scaled, into `rows` of the net's dtype. */
static crs_status take_rows(const crs_model *model, size_t from, size_t n, const double *x,
                            void *rows, crs_error *err)
{
    size_t n_in = crs__model_inputs(model->net);
    int is_single = crs_net_dtype(model->net) == CRS_F32;
    for (size_t k = 0; k < n * n_in; k++) {
        double value = scaled(model, k % n_in, x[from * n_in + k]);
        if (is_single)
            value = (double)(((float *)rows)[k] = (float)value);
        else
            ((double *)rows)[k] = value;
        if (!isfinite(value))
            return refuse_feature(model, from + k / n_in, k % n_in, x[from * n_in + k], err);
    }
    return CRS_OK;
}

crs_status crs_model_predict(const crs_model *model, size_t n, const double *x, double *out,
                             crs_error *err)
{
    if (model == NULL || (n > 0 && x == NULL) || (n > 0 && out == NULL))
        return crs__null_argument(err, __func__);
    size_t n_in = crs__model_inputs(model->net), n_out = crs__model_outputs(model->net);
    void *rows = crs__alloc_aligned((n < BLOCK ? n : BLOCK) * n_in,
                                    crs_dtype_size(crs_net_dtype(model->net)));
    crs_status status = rows == NULL ? CRS_ENOMEM : CRS_OK;
    for (size_t from = 0; from < n && status == CRS_OK; from += BLOCK) {
        size_t count = n - from < BLOCK ? n - from : BLOCK;
        double *to = out + from * n_out;
        status = take_rows(model, from, count, x, rows, err);
        if (status == CRS_OK)
            status = crs_net_predict(model->net, count, rows, 0, to);
        for (size_t k = 0; status == CRS_OK && model->target.n_features > 0 && k < count * n_out;
             k++)
            to[k] = crs__model_unscaled(&model->target, k % n_out, to[k]);
    }
    crs__free(rows);
    if (status == CRS_ENOMEM)
        (void)crs_error_set(err, CRS_ENOMEM, "no memory to predict %zu samples", n);
    return status;
}

size_t crs_model_class(const crs_model *model, const double *out)
{
    if (model == NULL || out == NULL)
        return 0;
    size_t n_out = crs__model_outputs(model->net), best = 0;
    if (n_out == 1)
        return out[0] > (crs_net_loss(model->net) == CRS_LOSS_HINGE ? 0 : 0.5);
    for (size_t j = 1; j < n_out; j++)
        best = out[j] > out[best] ? j : best;
    return best;
}
