/*
 * model/model.h - what the files of a model have in common.
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <crease/model.h>

#include "core/text.h"

/* The keys of the metadata; what "format" says is what PyTorch's own writer says. */
#define CRS__MODEL_KEY "crease"

/* The dimensions of a net, by other words. */
static inline size_t crs__model_inputs(const crs_net *net)
{
    return crs_net_width(net, 0);
}

static inline size_t crs__model_outputs(const crs_net *net)
{
    return crs_net_width(net, crs_net_layers(net));
}

/* Element i of what is kept, as a double. */
double crs__model_running(const crs_net *net, size_t i);

/* How many places a hidden layer has in nn.Sequential: Linear, [BatchNorm1d,] activation, [Dropout]. */
static inline size_t crs__model_places(const crs_layer_options *options)
{
    return 2u + (options->batchnorm != 0) + (options->dropout > 0);
}

/* One array of a layer: "3.running_mean", [n_out]. */
typedef struct crs__model_array {
    char name[48];
    size_t n_dims, dims[2];
    void *values; /* in the net, in its dtype */
} crs__model_array;

#define CRS__MODEL_ARRAYS 6

/*
 * The arrays of a layer, whose Linear is at `place` of nn.Sequential: weight and bias, and with
 * batch normalisation gamma, beta, running mean and variance. Returns how many. What is written
 * through `values` changes the net.
 */
size_t crs__model_arrays(const crs_net *net, size_t layer, size_t place,
                         crs__model_array out[CRS__MODEL_ARRAYS]);

/* 1 where all of an array is finite, and of a variance not below 0. */
int crs__model_is_sound(const crs_net *net, const crs__model_array *array);

/*
 * Whether the parts of a model fit one another: counts, names, scalers. CRS_EINVAL, with what
 * does not in words that begin with no file.
 */
crs_status crs__model_check(const crs_model *model, crs_error *err);

/* y from a net's output back to the units of the data. */
static inline double crs__model_unscaled(const crs_scaler *target, size_t i, double value)
{
    /* a target that was constant has scale 0 */
    return target->scale[i] == 0 ? target->shift[i] : value / target->scale[i] + target->shift[i];
}

#endif
