#include "model/model.h"

#include "core/memory.h"
#include "data/name_table.h"
#include "data/shown.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void crs_model_release(crs_model *model)
{
    if (model == NULL)
        return;
    if (model == NULL)
        return;
    crs_net_destroy(model->net);
    crs_scaler_release(&model->scaler);
    crs_scaler_release(&model->target);
    crs__free(model->class_names);
    crs__free(model->feature_names);
    crs__free(model->target_names);
    crs__free(model->training);
    memset(model, 0, sizeof *model);
}

/* ---- the arrays ---------------------------------------------------------------------- */

static void *at(const crs_net *net, const void *base, size_t i)
{
    return (char *)(uintptr_t)base + i * crs_dtype_size(crs_net_dtype(net));
}

static double number_at(const crs_net *net, const void *base, size_t i)
{
    return crs_net_dtype(net) == CRS_F32 ? (double)((const float *)base)[i]
                                         : ((const double *)base)[i];
}

double crs__model_running(const crs_net *net, size_t i)
{
    return number_at(net, crs_net_running((crs_net *)(uintptr_t)net), i);
}

static void set_array(crs__model_array *out, size_t place, const char *name, size_t n_dims,
                      size_t n_out, size_t n_in, void *values)
{
    (void)snprintf(out->name, sizeof out->name, "%zu.%s", place, name);
    out->n_dims = n_dims;
    out->dims[0] = n_out;
    out->dims[1] = n_in;
    out->values = values;
}

size_t crs__model_arrays(const crs_net *net, size_t layer, size_t place,
                         crs__model_array out[CRS__MODEL_ARRAYS])
{
    crs_net *own = (crs_net *)(uintptr_t)net; /* the caller says whether it writes */
    void *params = crs_net_params(own), *running;
    size_t n_out = crs_net_width(net, layer), n_in = crs_net_width(net, layer - 1), mean;
    set_array(&out[0], place, "weight", 2, n_out, n_in,
              at(net, params, crs_net_weight_at(net, layer)));
    set_array(&out[1], place, "bias", 1, n_out, 1, at(net, params, crs_net_bias_at(net, layer)));
    if (!crs_net_options(net, layer)->batchnorm)
        return 2;
    running = crs_net_running(own);
    mean = crs_net_running_at(net, layer);
    set_array(&out[2], place + 1, "weight", 1, n_out, 1,
              at(net, params, crs_net_gamma_at(net, layer)));
    set_array(&out[3], place + 1, "bias", 1, n_out, 1,
              at(net, params, crs_net_beta_at(net, layer)));
    set_array(&out[4], place + 1, "running_mean", 1, n_out, 1, at(net, running, mean));
    set_array(&out[5], place + 1, "running_var", 1, n_out, 1, at(net, running, mean + n_out));
    return 6;
}

int crs__model_is_sound(const crs_net *net, const crs__model_array *array)
{
    size_t n = array->dims[0] * array->dims[1];
    int is_variance = strstr(array->name, "running_var") != NULL;
    for (size_t i = 0; i < n; i++) {
        double value = number_at(net, array->values, i);
        if (!isfinite(value) || (is_variance && value < 0))
            return 0;
    }
    return 1;
}

/* ---- do its parts fit? ------------------------------------------------------------------ */

/* `most` is the largest number that a feature can be. */
static crs_status check_scaler(const crs_scaler *scaler, size_t n, const char *which, double most,
                               crs_error *err)
{
    if (scaler->n_features == 0)
        return CRS_OK;
    if (scaler->n_features != n)
        return crs_error_set(err, CRS_EINVAL, "the %s has %zu numbers, expected %zu", which,
                             scaler->n_features, n);
    for (size_t i = 0; i < n; i++) {
        double fill = scaler->fill == NULL ? 0 : scaler->fill[i];
        if (!isfinite(scaler->shift[i]) || !isfinite(scaler->scale[i]) || !isfinite(fill))
            return crs_error_set(err, CRS_EINVAL, "number %zu (from 0) of the %s is not finite", i,
                                 which);
        if (fabs(scaler->shift[i]) > most || fabs(fill) > most)
            return crs_error_set(err, CRS_EINVAL,
                                 "shift or fill %zu (from 0) of the %s is above %g, the largest "
                                 "number of the net's type",
                                 i, which, most);
        if (scaler->scale[i] < 0)
            return crs_error_set(err, CRS_EINVAL, "scale %zu (from 0) of the %s is below 0", i,
                                 which);
    }
    return CRS_OK;
}

/* A name finds its column, or says which class it is: no two may be the same. */
static crs_status check_names(size_t n, char *const *names, const char *what, crs_error *err)
{
    crs__name_table table;
    char shown[CRS__SHOWN_FIELD];
    size_t i = 0;
    if (names == NULL)
        return CRS_OK;
    if (!crs__name_table_init(&table, n, names))
        return crs_error_set(err, CRS_ENOMEM, "no memory to check the names of %zu %s", n, what);
    while (i < n && crs__name_table_before(&table, i) == n)
        i++;
    crs__name_table_release(&table);
    if (i == n)
        return CRS_OK;
    crs__shown_text(names[i], strlen(names[i]), shown, sizeof shown);
    return crs_error_set(err, CRS_EINVAL, "two %s are named '%s'; expected different names", what,
                         shown);
}

static crs_status check_counts(const crs_model *model, size_t n_out, crs_error *err)
{
    size_t n_targets = model->n_targets == 0 ? 1 : model->n_targets, classes, targets;
    switch (model->task) {
    case CRS_TASK_CLASSES:
        classes = n_out == 1 ? 2 : n_out;
        targets = 1;
        break;
    case CRS_TASK_LABELS:
        classes = 2;
        targets = n_out;
        break;
    case CRS_TASK_VALUES:
        classes = 0;
        targets = n_out;
        break;
    default:
        return crs_error_set(err, CRS_EINVAL, "the task is none of classes, labels, values");
    }
    if (model->n_classes != classes)
        return crs_error_set(err, CRS_EINVAL,
                             "%zu classes, but a net of %zu outputs that learns %s has %zu",
                             model->n_classes, n_out, crs_task_name(model->task), classes);
    if (n_targets != targets)
        return crs_error_set(err, CRS_EINVAL,
                             "%zu targets, but a net of %zu outputs that learns %s has %zu",
                             n_targets, n_out, crs_task_name(model->task), targets);
    return CRS_OK;
}

crs_status crs__model_check(const crs_model *model, crs_error *err)
{
    size_t n_out = crs__model_outputs(model->net);
    crs_status status = check_counts(model, n_out, err);
    if (status == CRS_OK)
        status =
            check_scaler(&model->scaler, crs__model_inputs(model->net), "scaler",
                         crs_net_dtype(model->net) == CRS_F32 ? (double)FLT_MAX : DBL_MAX, err);
    if (status == CRS_OK)
        status = check_scaler(&model->target, n_out, "scaler of targets", DBL_MAX, err);
    if (status == CRS_OK && model->target.n_features > 0 && model->task != CRS_TASK_VALUES)
        status = crs_error_set(err, CRS_EINVAL, "a scaler of targets, but %s are not scaled",
                               crs_task_name(model->task));
    if (status == CRS_OK)
        status = check_names(crs__model_inputs(model->net), model->feature_names, "features", err);
    if (status == CRS_OK)
        status = check_names(model->n_classes, model->class_names, "classes", err);
    if (status == CRS_OK)
        status = check_names(model->n_targets == 0 ? 1 : model->n_targets, model->target_names,
                             "targets", err);
    return status;
}
