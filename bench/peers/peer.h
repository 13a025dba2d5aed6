/*
 * peer.h - what a program in C is asked for, and how: the protocol of bench/peers/run.py.
 *
 *     load DIR KIND DTYPE THREADS BATCH ITERATIONS NETS LR LOSS SAMPLES W0,W1,...
 *         {"ok":true} or {"no":"why not"}
 *     run N           N times: begin with the weights of DIR, and do all iterations
 *         {"seconds":S}
 *     save FILE       the parameters it ended with (train, fleet) or the output for the
 *                     last sample (forward), as float64
 *         {"ok":true}
 *
 * KIND is train, forward (predictions alone) or layers: train with batch normalisation and
 * dropout on every hidden layer; saved is then the net without dropout, with the running
 * values folded into weights and biases.
 *
 * DIR holds float64: x [samples, W0], y [samples], w [nets, parameters] (W1 [W1, W0]
 * row-major, b1, W2, ...) and order [samples], that of mini-batches.
 */
#ifndef PEER_H
#define PEER_H

#include <stddef.h>

enum { PEER_MAX_LAYERS = 80 };
#define PEER_DROPOUT 0.2 /* of kind layers */

typedef struct workload {
    char dir[512], kind[16], dtype[8], loss[16];
    int threads;
    size_t batch, iterations, nets, samples; /* batch 0: all */
    double lr;
    size_t n_layers, widths[PEER_MAX_LAYERS + 1], n_params;
    double *x, *y, *w, *order;
} workload;

typedef struct peer {
    const char *(*load)(const workload *w);         /* NULL, or why this is nothing for it */
    void (*run)(const workload *w);                 /* once: from the start to the end */
    size_t (*save)(const workload *w, double *out); /* how many numbers; out has room enough */
} peer;

int peer_main(const peer *p);

/* Ends the program with a message. */
void peer_fail(const char *what);

void *peer_alloc(size_t n, size_t size);

#endif
