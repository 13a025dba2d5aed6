/* A model from safetensors; docs/model-file.md. */
#include "model/model.h"

#include "core/arguments.h"
#include "core/memory.h"
#include "data/arrays_reader.h"
#include "data/number.h"
#include "data/safetensors_file.h"
#include "model/read_json.h"
#include "model/training.h"

#include <stdio.h>
#include <string.h>

typedef struct reader {
    char shown[CRS__SHOWN_PATH];
    crs_error *err;
    size_t size; /* of the file */
    crs__safetensors file;
    const char *description; /* the metadata's */
    crs__json_object about;
    crs_net_config config; /* its arrays are the reader's own */
    size_t *widths;
    crs_act *acts;
    crs_layer_options *options;
    crs_model *out;
} reader;

crs_status crs__training_plain(const char *training, crs_error *err, char **out)
{
    crs__json_document json = {0};
    crs__json_fault fault;
    crs_status status = CRS_OK;
    *out = NULL;
    if (training != NULL)
        status = crs__json_read(training, strlen(training), &json, &fault);
    if (status == CRS_OK && training != NULL && !crs__json_is(json.values, CRS__JSON_OBJECT))
        status = CRS_EFORMAT;
    if (status == CRS_OK) {
        *out = training == NULL ? crs__strdup("null") : crs__json_plain(training, json.values);
        status = *out == NULL ? CRS_ENOMEM : CRS_OK;
    }
    crs__json_release(&json);
    if (status == CRS_EFORMAT)
        return crs_error_set(err, CRS_EINVAL, "the model's `training` is no JSON object");
    return status == CRS_OK ? CRS_OK : crs_error_set(err, status, "no memory to write the model");
}

/* What another call found wrong, told of this file. */
static crs_status told(const reader *r, crs_status status, const crs_error *why)
{
    return crs_error_set(r->err, status == CRS_EINVAL ? CRS_EFORMAT : status, "%s: %s", r->shown,
                         why->text);
}

/* The same of a word in the description. */
static crs_status refuse_word(const crs__json_object *from, const char *key, const crs_error *why)
{
    return crs_error_set(from->err, CRS_EFORMAT, "%s: description, %s%s: %s", from->shown,
                         from->path, key, why->text);
}

/* ---- the description ------------------------------------------------------------------- */

static crs_status parse_description(reader *r, crs__json_document *json)
{
    const char *text = crs__safetensors_metadata(&r->file, CRS__MODEL_KEY);
    crs__json_fault fault;
    crs_status status;
    if (text == NULL)
        return crs_error_set(r->err, CRS_EFORMAT,
                             "%s: is no model of crease: its metadata lack 'crease', which says "
                             "what the layers are; expected a file that crease wrote",
                             r->shown);
    status = crs__json_read(text, strlen(text), json, &fault);
    if (status == CRS_ENOMEM)
        return crs_error_set(r->err, status, "%s: no memory for its description", r->shown);
    if (status != CRS_OK)
        return crs_error_set(r->err, status,
                             "%s: the description is no JSON: expected %s, at its byte %zu",
                             r->shown, fault.expected, fault.at);
    if (!crs__json_is(json->values, CRS__JSON_OBJECT))
        return crs_error_set(r->err, CRS_EFORMAT, "%s: the description is no JSON object",
                             r->shown);
    r->description = text;
    r->about = (crs__json_object){.json = json->values, .shown = r->shown, .err = r->err};
    return CRS_OK;
}

static crs_status check_version(const reader *r)
{
    size_t version = 0;
    const char *by = NULL;
    char shown[CRS__SHOWN_FIELD];
    crs_status status = crs__json_count(&r->about, "version", 1, &version);
    if (status == CRS_OK)
        status = crs__json_text(&r->about, "crease", &by);
    if (status != CRS_OK || version <= CRS_MODEL_VERSION)
        return status;
    crs__shown_text(by, strlen(by), shown, sizeof shown);
    return crs_error_set(r->err, CRS_EUNSUPPORTED,
                         "%s: is of version %zu, written by crease %s; this is crease %s, which "
                         "reads up to version %d",
                         r->shown, version, shown, crs_version(), CRS_MODEL_VERSION);
}

static crs_status take_task(const reader *r)
{
    const char *name;
    crs_status status = crs__json_text(&r->about, "task", &name);
    if (status != CRS_OK)
        return status;
    for (int task = 0; crs_task_name((crs_learning_task)task) != NULL; task++) {
        if (strcmp(name, crs_task_name((crs_learning_task)task)) == 0) {
            r->out->task = (crs_learning_task)task;
            return CRS_OK;
        }
    }
    return crs__json_refuse(&r->about, "task", "classes, labels or values");
}

static crs_status take_act(const crs__json_object *layer, crs_act *act)
{
    const char *name;
    double kinks[CRS_ACT_MAX_KINKS];
    crs_error why;
    crs_status status = crs__json_text(layer, "act", &name);
    if (status != CRS_OK)
        return status;
    if (crs_act_parse(name, &why, act) != CRS_OK)
        return refuse_word(layer, "act", &why);
    status = crs__json_numbers(layer, "kinks", act->n_kinks, kinks);
    for (size_t i = 0; i < act->n_kinks && status == CRS_OK; i++)
        act->kink[i].value = kinks[i];
    return status;
}

static crs_status take_options(const crs__json_object *layer, crs_layer_options *options)
{
    crs__json_object norm;
    crs_status status = crs__json_inner(layer, "batchnorm", &norm);
    if (status == CRS_OK && norm.json != NULL) {
        options->batchnorm = 1;
        status = crs__json_number(&norm, "momentum", &options->momentum);
        if (status == CRS_OK)
            status = crs__json_number(&norm, "eps", &options->eps);
    }
    if (status == CRS_OK)
        status = crs__json_number(layer, "dropout", &options->dropout);
    if (status == CRS_OK)
        status = crs__json_count(layer, "skip", 0, &options->skip);
    return status;
}

static crs_status take_layer(reader *r, const crs__json *json, size_t i)
{
    crs__json_object layer = {.json = json, .shown = r->shown, .err = r->err};
    crs_status status;
    (void)snprintf(layer.path, sizeof layer.path, "layers[%zu].", i);
    status = crs__json_count(&layer, "units", 1, &r->widths[i + 1]);
    if (status == CRS_OK && i + 1 < r->config.n_layers)
        status = take_act(&layer, &r->acts[i]);
    if (status == CRS_OK && i + 1 < r->config.n_layers)
        status = take_options(&layer, &r->options[i]);
    return status;
}

static crs_status take_layers(reader *r)
{
    const crs__json *list = crs__json_member(r->about.json, "layers"), *one;
    size_t n = crs__json_is(list, CRS__JSON_ARRAY) ? list->n : 0, i = 0;
    crs_status status;
    if (n == 0)
        return crs__json_refuse(&r->about, "layers", "a list of layers");
    r->config.n_layers = n;
    r->config.widths = r->widths = crs__alloc(n + 1, sizeof *r->widths);
    r->config.acts = r->acts = crs__alloc(n, sizeof *r->acts);
    r->config.options = r->options = crs__alloc(n, sizeof *r->options);
    if (r->widths == NULL || r->acts == NULL || r->options == NULL)
        return crs_error_set(r->err, CRS_ENOMEM, "%s: no memory for its %zu layers", r->shown, n);
    status = crs__json_count(&r->about, "inputs", 1, &r->widths[0]);
    for (one = crs__json_first(list); one != NULL && status == CRS_OK;
         one = crs__json_next(list, one))
        status = take_layer(r, one, i++);
    return status;
}

static crs_status take_net(reader *r)
{
    const char *dtype, *loss = NULL;
    crs_error why;
    crs_status status = crs__json_text(&r->about, "dtype", &dtype);
    if (status == CRS_OK && crs_dtype_parse(dtype, &why, &r->config.dtype) != CRS_OK)
        return refuse_word(&r->about, "dtype", &why);
    if (status == CRS_OK)
        status = crs__json_text(&r->about, "loss", &loss);
    if (status == CRS_OK && crs_loss_parse(loss, &why, &r->config.loss) != CRS_OK)
        return refuse_word(&r->about, "loss", &why);
    if (status == CRS_OK)
        status = crs__json_number(&r->about, "huber_delta", &r->config.huber_delta);
    if (status == CRS_OK)
        status = crs__json_number(&r->about, "label_smoothing", &r->config.label_smoothing);
    return status == CRS_OK ? take_layers(r) : status;
}

static crs_status take_scaler(const reader *r, const char *key, size_t n, crs_scaler *out)
{
    crs__json_object from;
    const char *scaling;
    int has_fill;
    crs_error why;
    crs_status status = crs__json_inner(&r->about, key, &from);
    if (status != CRS_OK || from.json == NULL)
        return status;
    status = crs__json_text(&from, "scaling", &scaling);
    if (status != CRS_OK)
        return status;
    if (crs_scaling_parse(scaling, &why, &out->scaling) != CRS_OK)
        return refuse_word(&from, "scaling", &why);
    if (n > r->size) /* so many numbers cannot be there: no memory for them */
        return crs__json_refuse(&from, "shift", "as many numbers as there are inputs or outputs");
    has_fill = !crs__json_is(crs__json_member(from.json, "fill"), CRS__JSON_NULL);
    out->n_features = n;
    out->shift = crs__alloc(n, sizeof *out->shift);
    out->scale = crs__alloc(n, sizeof *out->scale);
    if (has_fill)
        out->fill = crs__alloc(n, sizeof *out->fill);
    if (out->shift == NULL || out->scale == NULL || (has_fill && out->fill == NULL))
        return crs_error_set(r->err, CRS_ENOMEM, "%s: no memory for its %s", r->shown, key);
    status = crs__json_numbers(&from, "shift", n, out->shift);
    if (status == CRS_OK)
        status = crs__json_numbers(&from, "scale", n, out->scale);
    return status == CRS_OK && has_fill ? crs__json_numbers(&from, "fill", n, out->fill) : status;
}

static crs_status take_training(const reader *r)
{
    crs__json_object training;
    crs_status status = crs__json_inner(&r->about, "training", &training);
    if (status != CRS_OK || training.json == NULL)
        return status;
    r->out->training = crs__json_plain(r->description, training.json);
    return r->out->training != NULL
               ? CRS_OK
               : crs_error_set(r->err, CRS_ENOMEM, "%s: no memory for its training", r->shown);
}

/* What stands beside the net. */
static crs_status take_rest(const reader *r)
{
    size_t n_in = r->widths[0], n_out = r->widths[r->config.n_layers];
    crs_model *out = r->out;
    crs_status status = take_scaler(r, "scaler", n_in, &out->scaler);
    if (status == CRS_OK)
        status = take_scaler(r, "target", n_out, &out->target);
    if (status == CRS_OK)
        status = crs__json_count(&r->about, "n_classes", 0, &out->n_classes);
    if (status == CRS_OK)
        status = crs__json_names(&r->about, "classes", out->n_classes, &out->class_names);
    if (status == CRS_OK)
        status = crs__json_names(&r->about, "features", n_in, &out->feature_names);
    if (status == CRS_OK)
        status = crs__json_count(&r->about, "n_targets", 1, &out->n_targets);
    if (status == CRS_OK)
        status = crs__json_names(&r->about, "targets", out->n_targets, &out->target_names);
    if (status == CRS_OK)
        status = crs__json_flag(&r->about, "scale_bytes", &out->scale_bytes);
    return status == CRS_OK ? take_training(r) : status;
}

/* ---- the net and its tensors ----------------------------------------------------------- */

/* Memory is taken for what the file holds, and not for what the description claims. */
static crs_status check_size(const reader *r)
{
    size_t left = r->size / crs_dtype_size(r->config.dtype);
    for (size_t i = 0; i < r->config.n_layers; i++) {
        size_t n_in = r->widths[i], n_out = r->widths[i + 1];
        if (n_in >= left || n_out > left / (n_in + 1))
            return crs_error_set(r->err, CRS_EFORMAT,
                                 "%s: description, layers[%zu]: %zu units of %zu inputs are more "
                                 "than the file's %zu bytes hold",
                                 r->shown, i, n_out, n_in, r->size);
        left -= n_out * (n_in + 1);
    }
    return CRS_OK;
}

static void show_shape(size_t n_dims, const size_t *dims, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < n_dims && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, i == 0 ? "%zu" : ", %zu", dims[i]);
}

/* Is the tensor there, and what it must be? It is struck off, so that what is left is too much. */
static crs_status find_tensor(const reader *r, const crs__model_array *array, size_t layer,
                              const crs__element *type, crs__tensor *out)
{
    const crs__tensor *t = crs__safetensors_find(&r->file, array->name);
    char has[256], needs[64];
    if (t == NULL)
        return crs_error_set(r->err, CRS_EFORMAT, "%s: has no tensor '%s', which layer %zu needs",
                             r->shown, array->name, layer);
    if (t->type != type)
        return crs_error_set(r->err, CRS_EFORMAT, "%s: tensor '%s' is %s; expected %s", r->shown,
                             array->name, t->type->name, type->name);
    show_shape(t->n_dims, t->dims, has, sizeof has);
    show_shape(array->n_dims, array->dims, needs, sizeof needs);
    if (strcmp(has, needs) != 0)
        return crs_error_set(r->err, CRS_EFORMAT, "%s: tensor '%s' is [%s]; expected [%s]",
                             r->shown, array->name, has, needs);
    *out = *t;
    r->file.tensors[t - r->file.tensors].values = NULL;
    return CRS_OK;
}

static crs_status take_tensor(const reader *r, const crs__model_array *array, size_t layer)
{
    size_t size = crs_dtype_size(r->config.dtype);
    crs__tensor t;
    crs_status status = find_tensor(r, array, layer, crs__element_of(CRS__ELEMENT_FLOAT, size), &t);
    if (status != CRS_OK)
        return status;
    crs__tensor_take(&t, array->values);
    if (crs__model_is_sound(r->out->net, array))
        return CRS_OK;
    return crs_error_set(
        r->err, CRS_ENONFINITE, "%s: tensor '%s' has a number that is %s", r->shown, array->name,
        strstr(array->name, "running_var") != NULL ? "not finite or below 0" : "not finite");
}

/* PyTorch's counter, which nothing here needs. */
static crs_status take_counter(const reader *r, size_t layer, size_t place)
{
    crs__model_array counter = {.n_dims = 0};
    crs__tensor t;
    (void)snprintf(counter.name, sizeof counter.name, "%zu.num_batches_tracked", place);
    return find_tensor(r, &counter, layer, crs__element_of(CRS__ELEMENT_SIGNED, 8), &t);
}

static crs_status take_tensors(const reader *r)
{
    const crs_net *net = r->out->net;
    size_t place = 0;
    crs_status status = CRS_OK;
    for (size_t l = 1; l <= r->config.n_layers && status == CRS_OK; l++) {
        crs__model_array arrays[CRS__MODEL_ARRAYS];
        size_t n = crs__model_arrays(net, l, place, arrays);
        for (size_t i = 0; i < n && status == CRS_OK; i++)
            status = take_tensor(r, &arrays[i], l);
        if (status == CRS_OK && crs_net_options(net, l)->batchnorm)
            status = take_counter(r, l, place + 1);
        place += crs__model_places(crs_net_options(net, l));
    }
    for (size_t i = 0; i < r->file.n && status == CRS_OK; i++) {
        const crs__tensor *t = &r->file.tensors[i];
        char shown[CRS__SHOWN_FIELD];
        if (t->values == NULL)
            continue;
        crs__shown_text(t->name, strlen(t->name), shown, sizeof shown);
        status = crs_error_set(r->err, CRS_EFORMAT, "%s: tensor '%s' belongs to no layer", r->shown,
                               shown);
    }
    return status;
}

static crs_status build(reader *r)
{
    crs_error why;
    crs_status status = check_size(r);
    if (status != CRS_OK)
        return status;
    status = crs_net_create(&r->config, &why, &r->out->net);
    if (status == CRS_OK)
        status = crs__model_check(r->out, &why);
    return status == CRS_OK ? take_tensors(r) : told(r, status, &why);
}

static crs_status read_description(reader *r)
{
    crs__json_document json = {0};
    crs_status status = parse_description(r, &json);
    if (status == CRS_OK)
        status = check_version(r);
    if (status == CRS_OK)
        status = take_task(r);
    if (status == CRS_OK)
        status = take_net(r);
    if (status == CRS_OK)
        status = take_rest(r);
    crs__json_release(&json);
    return status;
}

crs_status crs_model_read_memory(size_t n, const void *bytes, const char *name, crs_error *err,
                                 crs_model *out)
{
    if ((n > 0 && bytes == NULL) || name == NULL || out == NULL) {
        if (out != NULL)
            memset(out, 0, sizeof *out);
        return crs__null_argument(err, __func__);
    }
    reader r = {.err = err, .size = n, .out = out};
    crs__number_locale locale;
    crs_status status;
    memset(out, 0, sizeof *out);
    crs__shown_path(name, r.shown, sizeof r.shown);
    if (n > 8 && !crs__safetensors_recognises(bytes, n))
        return crs_error_set(err, CRS_EFORMAT,
                             "%s: is no safetensors file; expected a model that crease wrote",
                             r.shown);
    if (crs__number_enter(&locale) != 0)
        return crs_error_set(err, CRS_ENOMEM, "%s: no memory to read it", r.shown);
    status = crs__safetensors_load(n, bytes, name, err, &r.file);
    if (status == CRS_OK)
        status = read_description(&r);
    if (status == CRS_OK)
        status = build(&r);
    crs__number_leave(&locale);
    crs__safetensors_release(&r.file);
    crs__free(r.widths);
    crs__free(r.acts);
    crs__free(r.options);
    if (status != CRS_OK)
        crs_model_release(out);
    return status;
}

crs_status crs_model_read(const char *path, crs_error *err, crs_model *out)
{
    if (path == NULL || out == NULL) {
        if (out != NULL)
            memset(out, 0, sizeof *out);
        return crs__null_argument(err, __func__);
    }
    void *bytes;
    size_t n = 0;
    crs_status status = crs__safetensors_slurp(path, err, &n, &bytes);
    memset(out, 0, sizeof *out);
    if (status == CRS_OK)
        status = crs_model_read_memory(n, bytes, path, err, out);
    crs__free(bytes);
    return status;
}
