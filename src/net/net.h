/* net/net.h - the inside of a net and of a workspace. */
#ifndef NET_NET_H
#define NET_NET_H

#include "layer/dense.h"
#include "loss/loss.h"

#include <crease/net.h>

typedef struct crs__net_layer {
    crs__dense dense;
    crs_act act;               /* of a hidden layer */
    size_t weight_at, bias_at; /* in params, in elements */
    crs_layer_options options; /* defaults filled in; of the output 0 */
    size_t gamma_at, beta_at;  /* in params, with batch normalisation */
    size_t running_at;         /* in running: mean, then variance */
    int forward_extra;         /* more than an activation follows its product */
    int backward_extra; /* more than a slope comes before its dz: that, or a skip begins here */
} crs__net_layer;

struct crs_net {
    size_t n_layers;
    crs_loss loss_id;
    const crs__kernels *kernels;
    const crs__loss *loss;
    size_t n_params;
    void *params;
    crs__net_layer *layers; /* [n_layers]; layers[l - 1] is layer l */
    crs__gemm gemm;         /* its name is NULL where large products are our own */
    int has_options;        /* some layer has; then large products are our own */
    double huber_delta, label_smoothing;
    size_t n_running;
    void *running; /* NULL where n_running is 0 */
};

typedef struct crs__pass_layer {
    void *z, *a, *dz; /* [n_out, ld] */
    void *u;          /* [n_out, ld] before batch normalisation; NULL without */
    void *da;         /* [n_out, ld] what a skip hands down; NULL without */
    void *mask;       /* [n_out, ld] what dropout multiplies by; NULL without */
    double *stats;    /* [2, n_out] the last training batch's mean and biased variance, or NULL */
    crs_backward_rule rule;
    int has_rule; /* 0: the activation's own derivative */
} crs__pass_layer;

typedef struct crs__stages crs__stages;

struct crs_workspace {
    const crs_net *net; /* for its shape and kernels */
    const crs_executor *executor;
    size_t capacity, batch;
    size_t ld; /* of every feature-major array: at least capacity padded */
    crs__input x;
    void *x_own; /* gathered input, [n_in, ld], or for a library's products [capacity, n_in] */
    void *y;     /* [n_out, ld]; softmax: one-hot */
    const double *weights; /* of samples, [rows]; borrowed, NULL: alike */
    void *v_own;           /* [ld]; NULL until weights come */
    const void *v;         /* weights of the batch at hand, their mean 1 (or all 0); NULL: alike */
    int training;
    int trained; /* the last forward pass was in training: masks and stats are its batch's */
    uint32_t drop_seed;
    uint64_t drop_step;
    void *gradient;
    void *scratch;           /* for a library's products */
    size_t *index;           /* [capacity], copied at load; NULL until one comes */
    crs__stages *stages;     /* how a pass is cut (net/stages.h) */
    crs__pass_layer *layers; /* [n_layers] */
};

/*
 * A workspace that holds a batch, its rules and its gradient, and no z, a and dz: for
 * crs__small_run, not for passes. Errors as for crs_workspace_create.
 */
crs_status crs__workspace_create_bare(const crs_net *net, size_t capacity, crs_error *err,
                                      crs_workspace **out);

/* crs_net_forward and crs_net_backward in one go: threads are called together once. */
void crs__net_gradient(const crs_net *net, crs_workspace *work);

/*
 * Forward, backward and p <- p - lr g in one go: the bits of crs_net_forward, crs_net_backward
 * and crs__sgd_step, but the workspace's gradient is not filled in.
 */
void crs__net_step(crs_net *net, crs_workspace *work, double lr);

/*
 * The mean cost of n samples, weighted by v (NULL: alike), and what v makes of their dz; rows of
 * z and dz are ld apart, of y ldy.
 */
double crs__net_cost(const crs_net *net, size_t n, const void *z, size_t ld, const void *y,
                     size_t ldy, const void *v);
void crs__net_weigh(const crs_net *net, size_t n, const void *v, void *dz, size_t ld);

/* dz of the output for samples from ... from + count - 1 of the batch. */
void crs__net_delta(const crs_net *net, crs_workspace *work, size_t from, size_t count);

/* gamma, beta and the running values of every layer as they start. */
void crs__net_reset_norm(crs_net *net);

/* The options of layer l (from 0) with defaults filled in. Errors: CRS_EINVAL. */
crs_status crs__layer_options_check(const crs_net_config *config, size_t l, crs_error *err,
                                    crs_layer_options *out);

/* Is what is learned about a sample one class, and not a value for each output? */
int crs__net_has_classes(const crs_net *net);

/* Does the output tell classes, and not numbers? */
int crs__net_classifies(const crs_net *net);

/*
 * CRS_EINVAL if one of n labels is no class of the output; rows as in crs_workspace_load.
 */
crs_status crs__net_check_labels(const crs_net *net, size_t n, const double *y, const size_t *index,
                                 crs_error *err);

/* base + i elements of the net's dtype */
static inline void *crs__net_at(const crs_net *net, void *base, size_t i)
{
    return (char *)base + i * net->kernels->size;
}

static inline const void *crs__net_const_at(const crs_net *net, const void *base, size_t i)
{
    return (const char *)base + i * net->kernels->size;
}

/* element i of an array of the net's dtype */
double crs__net_get(const crs_net *net, const void *base, size_t i);
void crs__net_set(const crs_net *net, void *base, size_t i, double value);

#endif
