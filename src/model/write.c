/* A model as safetensors: docs/model-file.md. */
#include "model/model.h"

#include "core/arguments.h"
#include "core/memory.h"
#include "data/json_text.h"
#include "data/number.h"
#include "data/safetensors_file.h"
#include "model/training.h"

#include <stdio.h>
#include <string.h>

/* ---- the description ------------------------------------------------------------------- */

static void put_names(crs__text *text, const char *key, size_t n, char *const *names)
{
    crs__text_append(text, ",\"%s\":", key);
    if (names == NULL) {
        crs__text_append(text, "null");
        return;
    }
    for (size_t i = 0; i < n; i++) {
        crs__text_append(text, i == 0 ? "[" : ",");
        crs__json_put_string(text, names[i]);
    }
    crs__text_append(text, "]");
}

static void put_numbers(crs__text *text, const char *key, size_t n, const double *values)
{
    crs__text_append(text, ",\"%s\":", key);
    if (values == NULL) {
        crs__text_append(text, "null");
        return;
    }
    crs__text_append(text, "[");
    for (size_t i = 0; i < n; i++) {
        crs__text_append(text, i == 0 ? "" : ",");
        crs__json_put_number(text, values[i]);
    }
    crs__text_append(text, "]");
}

static void put_number(crs__text *text, const char *key, double value)
{
    crs__text_append(text, ",\"%s\":", key);
    crs__json_put_number(text, value);
}

static void put_scaler(crs__text *text, const char *key, const crs_scaler *scaler)
{
    crs__text_append(text, ",\"%s\":", key);
    if (scaler->n_features == 0) {
        crs__text_append(text, "null");
        return;
    }
    crs__text_append(text, "{\"scaling\":\"%s\"", crs_scaling_name(scaler->scaling));
    put_numbers(text, "shift", scaler->n_features, scaler->shift);
    put_numbers(text, "scale", scaler->n_features, scaler->scale);
    put_numbers(text, "fill", scaler->n_features, scaler->fill);
    crs__text_append(text, "}");
}

static void put_hidden(crs__text *text, const crs_act *act, const crs_layer_options *options)
{
    char name[64];
    double kinks[CRS_ACT_MAX_KINKS];
    for (size_t i = 0; i < act->n_kinks; i++)
        kinks[i] = act->kink[i].value;
    crs_act_format(act, name, sizeof name);
    crs__text_append(text, ",\"act\":\"%s\"", name);
    put_numbers(text, "kinks", act->n_kinks, kinks);
    if (options->batchnorm) {
        crs__text_append(text, ",\"batchnorm\":{\"momentum\":");
        crs__json_put_number(text, options->momentum);
        put_number(text, "eps", options->eps);
        crs__text_append(text, "}");
    } else {
        crs__text_append(text, ",\"batchnorm\":null");
    }
    put_number(text, "dropout", options->dropout);
    crs__text_append(text, ",\"skip\":%zu", options->skip);
}

static void put_net(crs__text *text, const crs_net *net)
{
    size_t n = crs_net_layers(net);
    crs__text_append(text, ",\"dtype\":\"%s\",\"loss\":\"%s\"", crs_dtype_name(crs_net_dtype(net)),
                     crs_loss_name(crs_net_loss(net)));
    put_number(text, "huber_delta", crs_net_huber_delta(net));
    put_number(text, "label_smoothing", crs_net_label_smoothing(net));
    crs__text_append(text, ",\"inputs\":%zu,\"layers\":[", crs_net_width(net, 0));
    for (size_t l = 1; l <= n; l++) {
        crs__text_append(text, "{\"units\":%zu", crs_net_width(net, l));
        if (l < n)
            put_hidden(text, crs_net_act(net, l), crs_net_options(net, l));
        crs__text_append(text, l < n ? "}," : "}]");
    }
}

static void describe(const crs_model *model, const char *training, crs__text *text)
{
    crs__text_append(text, "{\"version\":%d,\"crease\":\"%s\",\"task\":\"%s\"", CRS_MODEL_VERSION,
                     crs_version(), crs_task_name(model->task));
    put_net(text, model->net);
    put_scaler(text, "scaler", &model->scaler);
    put_scaler(text, "target", &model->target);
    crs__text_append(text, ",\"n_classes\":%zu", model->n_classes);
    put_names(text, "classes", model->n_classes, model->class_names);
    put_names(text, "features", crs__model_inputs(model->net), model->feature_names);
    crs__text_append(text, ",\"n_targets\":%zu", model->n_targets == 0 ? 1 : model->n_targets);
    put_names(text, "targets", model->n_targets == 0 ? 1 : model->n_targets, model->target_names);
    crs__text_append(text, ",\"scale_bytes\":%s,\"training\":%s}",
                     model->scale_bytes ? "true" : "false", training);
}

/* ---- the tensors ------------------------------------------------------------------------ */

/* Of every layer; *tensors points into *arrays. Both are the caller's to free. */
static crs_status list_tensors(const crs_net *net, crs__model_array **arrays, crs__tensor **tensors,
                               size_t *n, crs_error *err)
{
    static const int64_t batches = 0; /* for PyTorch, which counts them and needs them not */
    const crs__element *type =
        crs__element_of(CRS__ELEMENT_FLOAT, crs_dtype_size(crs_net_dtype(net)));
    size_t layers = crs_net_layers(net), place = 0;
    *arrays = crs__alloc(layers, (CRS__MODEL_ARRAYS + 1) * sizeof **arrays);
    *tensors = crs__alloc(layers, (CRS__MODEL_ARRAYS + 1) * sizeof **tensors);
    if (*arrays == NULL || *tensors == NULL)
        return crs_error_set(err, CRS_ENOMEM, "no memory to write the model");
    for (size_t l = 1; l <= layers; l++) {
        crs__model_array *array = *arrays + *n;
        size_t count = crs__model_arrays(net, l, place, array);
        for (size_t i = 0; i < count; i++, array++) {
            if (!crs__model_is_sound(net, array))
                return crs_error_set(err, CRS_ENONFINITE,
                                     "%s of layer %zu has a number that is not finite: no model",
                                     strchr(array->name, '.') + 1, l);
            (*tensors)[(*n)++] = (crs__tensor){
                array->name, type,         array->n_dims, {array->dims[0], array->dims[1]},
                0,           array->values};
        }
        if (crs_net_options(net, l)->batchnorm) {
            crs__model_array *counter = *arrays + *n;
            (void)snprintf(counter->name, sizeof counter->name, "%zu.num_batches_tracked",
                           place + 1);
            (*tensors)[(*n)++] = (crs__tensor){
                counter->name, crs__element_of(CRS__ELEMENT_SIGNED, 8), 0, {0}, 0, &batches};
        }
        place += crs__model_places(crs_net_options(net, l));
    }
    return CRS_OK;
}

crs_status crs_model_write(const crs_model *model, const crs_sink *sink, crs_error *err)
{
    if (model == NULL || sink == NULL || sink->write == NULL)
        return crs__null_argument(err, __func__);
    crs__metadata metadata[] = {{CRS__MODEL_KEY, NULL}, {"format", "pt"}};
    crs__number_locale locale;
    crs__model_array *arrays = NULL;
    crs__tensor *tensors = NULL;
    crs__text text = {0};
    char *training = NULL;
    size_t n = 0;
    crs_status status = crs__model_check(model, err);
    if (status == CRS_OK)
        status = crs__training_plain(model->training, err, &training);
    if (status == CRS_OK)
        status = list_tensors(model->net, &arrays, &tensors, &n, err);
    if (status == CRS_OK && crs__number_enter(&locale) != 0)
        status = crs_error_set(err, CRS_ENOMEM, "no memory to write the model");
    if (status == CRS_OK) {
        describe(model, training, &text);
        crs__number_leave(&locale);
        metadata[0].value = text.data;
        status = text.failed ? crs_error_set(err, CRS_ENOMEM, "no memory to write the model")
                             : crs__safetensors_write(n, tensors, 2, metadata, sink, err);
    }
    crs__free(text.data);
    crs__free(training);
    crs__free(tensors);
    crs__free(arrays);
    return status;
}
