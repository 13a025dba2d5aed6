/*
 * check_net.h - what the views of a check of a net show: the text, JSON.
 */
#ifndef CHECK_NET_H
#define CHECK_NET_H

#include "command.h"

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
    const crs_rule *rule; /* NULL: the activations' own derivatives */
    const char *acts;     /* as typed */
    char init[64];        /* as options take it */
    unsigned seed;
    size_t iterations;
    double lr;
    int threads;
    double seconds;
    const crs_gradcheck *result;
} net_check;

/* How many parameters of layer l have each verdict: of W and b together. */
void net_check_count(const net_check *c, size_t l, size_t counts[CRS_GRADCHECK_VERDICTS]);

/* "dW2[3, 5]": parameter i as arrays are called in notebooks. */
void net_check_param(const net_check *c, size_t i, char *text, size_t size);

void net_check_print_text(const net_check *c);
exit_status net_check_print_json(const net_check *c);

#endif
