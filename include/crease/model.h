/*
 * crease/model.h - a trained net with all that a prediction needs, as a file.
 *
 * A crs_model is a net, what is done to a row of data before the net sees it, and what its outputs are
 * called:
 *
 *     crs_model model;
 *     if (crs_model_read("model.safetensors", &err, &model) != CRS_OK)
 *         puts(err.text);
 *     crs_model_predict(&model, 1, x, out, &err);
 *
 * The file is safetensors. The tensors have the names that PyTorch gives the parameters of
 * nn.Sequential(Linear, [BatchNorm1d,] activation, [Dropout,] Linear, ...): "0.weight" [n_out, n_in], "0.bias", then
 * the next Linear's position, so that torch's load_state_dict takes them as they are:
 * a layer with batch normalisation has "N.weight", "N.bias", "N.running_mean", "N.running_var"
 * and "N.num_batches_tracked". All else is JSON in the metadata under "crease" (docs/model-file.md),
 * "format" is "pt".
 *
 * Threads: as in crease/status.h.
 */
#ifndef CREASE_MODEL_H
#define CREASE_MODEL_H

#include <crease/data.h>
#include <crease/net.h>
#include <crease/sink.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the file's form that is written; newer ones are refused in words. */
#define CRS_MODEL_VERSION 1

/*
 * Owned by the caller, released with crs_model_release; zeroed it is empty. What its pointers are
 * at is malloc's; names are one block, the array and the texts behind it.
 */
typedef struct crs_model {
    crs_net *net;
    crs_learning_task task;
    crs_scaler scaler; /* of the features */
    crs_scaler
        target; /* of the values (CRS_TASK_VALUES): y was scaled for training, outputs are scaled back */
    char **class_names;   /* [n_classes]; NULL: just numbered */
    size_t n_classes;     /* CRS_TASK_CLASSES: 2 where the net has one output */
    char **feature_names; /* [inputs]; NULL: none */
    char **target_names;  /* [n_targets]; NULL: none */
    size_t n_targets;     /* columns of y it was trained on */
    int scale_bytes;      /* as crs_data_read_options has it */
    char *training;       /* a JSON object that says how it was trained, for people; NULL: none */
} crs_model;

CRS_API void crs_model_release(crs_model *model);

/* Take copies of the names that `data` has for its classes, features and targets. Errors: CRS_ENOMEM. */
CRS_API crs_status crs_model_set_names(crs_model *model, const crs_dataset *data);
/* Take a copy of `json`, an object. Errors: CRS_ENOMEM. */
CRS_API crs_status crs_model_set_training(crs_model *model, const char *json);

/*
 * Errors: what the sink returns, CRS_EINVAL (counts, scalers or `training` that do not fit the net
 * or are no JSON object), CRS_ENONFINITE (a parameter that is none: what is written can be read),
 * CRS_ENOMEM. The same model gives the same bytes.
 */
CRS_API crs_status crs_model_write(const crs_model *model, const crs_sink *sink, crs_error *err);

/*
 * Errors: CRS_ENOENT, CRS_EIO, CRS_EFORMAT (torn, no model of crease, claims more than it holds, tensors
 * and description that do not fit: the text says where), CRS_EUNSUPPORTED (a newer version),
 * CRS_ENONFINITE (a parameter that is none), CRS_ENOMEM. *out is empty then.
 */
CRS_API crs_status crs_model_read(const char *path, crs_error *err, crs_model *out);

/* The same from bytes in memory; `name` is for messages. */
CRS_API crs_status crs_model_read_memory(size_t n, const void *bytes, const char *name,
                                         crs_error *err, crs_model *out);

/*
 * x is [n, n_in] as the data have it, not scaled; out is [n, n_out]: probabilities of classes (one output: of
 * class 1) or labels, values in the units of the data; scores for hinge.
 * Errors: CRS_ENONFINITE (a feature that is not finite and has no fill: sample and feature), CRS_ENOMEM.
 */
CRS_API crs_status crs_model_predict(const crs_model *model, size_t n, const double *x, double *out,
                                     crs_error *err);

/* The class that a row of outputs [n_out] says; CRS_TASK_CLASSES. */
CRS_API size_t crs_model_class(const crs_model *model, const double *out);

/*
 * The whole of it, scaling and output included, as an ONNX model (opset 13, ir version 8): input "x" [N, n_in],
 * output "y" [N, n_out], float32 or float64 as the net.
 * Errors: what the sink returns, CRS_EUNSUPPORTED (what has no place in ONNX), CRS_ENOMEM.
 */
CRS_API crs_status crs_model_export_onnx(const crs_model *model, const crs_sink *sink,
                                         crs_error *err);

/*
 * One C99 file that needs nothing but libm: the weights as hexadecimal constants and
 *
 *     void NAME_predict(const float x[N_IN], float out[N_OUT]);
 *
 * (double for a float64 net), scaling and output included; its comment says how large it is and shows a call. No allocation, no
 * global that is written. `name` is a C identifier.
 * Errors: CRS_EINVAL (no identifier), what the sink returns, CRS_ENOMEM.
 */
CRS_API crs_status crs_model_export_c(const crs_model *model, const char *name,
                                      const crs_sink *sink, crs_error *err);

#ifdef __cplusplus
}
#endif
#endif
