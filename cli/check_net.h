/*
 * check_net.h - what the views of a check of a net show: the text, JSON.
 */
#ifndef CHECK_NET_H
#define CHECK_NET_H

#include "command.h"

#include "model_data.h"

#include <crease/data.h>
#include <crease/gradcheck.h>
#include <crease/rule.h>

#include <stdbool.h>

#define CHECK_NET_NAME "check net"

/* A check that was run. Everything is borrowed. */
typedef struct net_check {
    const crs_dataset *data;
    size_t samples; /* of the data, that were used */
    const crs_net *net;
    const char *model;    /* its file; NULL: the net was described */
    const crs_rule *rule; /* NULL: the activations' own derivatives */
    const char *acts;     /* as typed */
    char init[64];        /* as options take it; of no meaning for a model */
    unsigned seed;
    size_t iterations;
    double lr;
    int threads;
    double seconds;
    const crs_gradcheck *result;
} net_check;

/*
 * The net of a model file in `dtype` (NULL: its own) and its data as it sees them; its activations
 * as options take them into `acts`. On failure a message is printed, and *net and *data are empty.
 */
exit_status net_check_read_model(const char *path, const model_data_options *options,
                                 const char *dtype, crs_net **net, crs_dataset *data, char *acts,
                                 size_t size);

/* How many parameters of layer l have each verdict: of W and b together. */
void net_check_count(const net_check *c, size_t l, size_t counts[CRS_GRADCHECK_VERDICTS]);

/* "dW2[3, 5]": parameter i as arrays are called in notebooks. */
void net_check_param(const net_check *c, size_t i, char *text, size_t size);

void net_check_print_text(const net_check *c);
exit_status net_check_print_json(const net_check *c);

#endif
