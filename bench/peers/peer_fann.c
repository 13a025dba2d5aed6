/*
 * FANN 2.2, full batch. It has no ReLU: the nearest is FANN_LINEAR_PIECE, which is cut off
 * at 1 too and whose slope it takes for 1 everywhere, so that what it trains is another
 * net. It has no cross-entropy either: squared error through the sigmoid.
 */
#include "peer.h"

#include <floatfann.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fann *net;
static struct fann_train_data *data;

/* FANN keeps a unit's bias behind its weights; `place` does one of both directions. */
static void each_weight(const workload *w, void (*place)(fann_type *, double *), double *params)
{
    fann_type *at = net->weights;
    for (size_t l = 1; l <= w->n_layers; l++) {
        size_t n_in = w->widths[l - 1], n_out = w->widths[l];
        for (size_t j = 0; j < n_out; j++) {
            for (size_t k = 0; k < n_in; k++)
                place(at++, &params[j * n_in + k]);
            place(at++, &params[n_in * n_out + j]);
        }
        params += (n_in + 1) * n_out;
    }
}

static void into_net(fann_type *weight, double *param)
{
    *weight = (fann_type)*param;
}

static void out_of_net(fann_type *weight, double *param)
{
    *param = (double)*weight;
}

static const char *load(const workload *w)
{
    unsigned widths[PEER_MAX_LAYERS + 1];
    if (strcmp(w->kind, "train") != 0 || w->batch != 0 || strcmp(w->dtype, "f32") != 0 ||
        w->threads != 1)
        return "only full batches in float32, one thread";
    if (net != NULL)
        fann_destroy(net), fann_destroy_train(data);
    for (size_t l = 0; l <= w->n_layers; l++)
        widths[l] = (unsigned)w->widths[l];
    net = fann_create_standard_array((unsigned)w->n_layers + 1, widths);
    fann_set_activation_function_hidden(net, FANN_LINEAR_PIECE);
    fann_set_activation_steepness_hidden(net, 1);
    fann_set_activation_function_output(net, FANN_SIGMOID);
    fann_set_activation_steepness_output(net,
                                         0.5f); /* FANN's sigmoid has 2 s where others have 1 */
    fann_set_train_error_function(net, FANN_ERRORFUNC_LINEAR);
    fann_set_training_algorithm(net, FANN_TRAIN_BATCH);
    fann_set_learning_rate(net, (float)w->lr);
    data = fann_create_train((unsigned)w->samples, (unsigned)w->widths[0], 1);
    for (size_t i = 0; i < w->samples; i++) {
        for (size_t k = 0; k < w->widths[0]; k++)
            data->input[i][k] = (fann_type)w->x[i * w->widths[0] + k];
        data->output[i][0] = (fann_type)w->y[i];
    }
    return NULL;
}

static void run(const workload *w)
{
    each_weight(w, into_net, w->w);
    for (size_t i = 0; i < w->iterations; i++)
        (void)fann_train_epoch(net, data);
}

static size_t save(const workload *w, double *out)
{
    each_weight(w, out_of_net, out);
    return w->n_params;
}

int main(void)
{
    const peer p = {load, run, save};
    return peer_main(&p);
}
