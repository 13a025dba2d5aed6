/*
 * crease/train.h - gradient descent on a data set, one net at a time.
 *
 * An iteration is one forward pass, one backward pass and one update on one batch.
 * Iterations count from 0; the cost that belongs to iteration i is the one before
 * its update. The same net, data and seed give the same bits for any executor.
 */
#ifndef CREASE_TRAIN_H
#define CREASE_TRAIN_H

#include <crease/data.h>
#include <crease/net.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What an observer sees of an iteration: after backward, before the update. */
typedef struct crs_train_event {
    size_t iteration;
    const crs_net *net; /* parameters before the update */
    /* z, a, dz and the gradient of this batch; the gradient may be changed */
    crs_workspace *work;
} crs_train_event;

/*
 * Called once an iteration, or in those that crs_train_config names, in the thread that trains. Anything but CRS_OK ends the
 * training, and crs_train returns it; CRS_ECANCELED is meant for that.
 */
typedef crs_status (*crs_train_observer)(void *ctx, const crs_train_event *event);

typedef struct crs_train_config {
    double lr;
    size_t iterations;
    size_t batch;                  /* samples in a batch; 0, or as many as there are: full batch */
    uint32_t shuffle_seed;         /* of the order of samples, anew each epoch; mini-batches only */
    const crs_backward_rule *rule; /* for all hidden layers; NULL: the right derivative */
    const crs_executor *executor;  /* for the pieces of large products; NULL: this thread */
    crs_train_observer observer;   /* may be NULL */
    void *observer_ctx;
    /*
     * The iterations the observer is for: those for which `observe` is not 0, and, with
     * observe_kinks, at least those in which a z of a hidden layer is exactly on a kink. NULL:
     * all of them. What is trained does not depend on it; a small net that is seldom
     * looked at trains many times as fast, since its z, a and dz are then computed only
     * where somebody looks.
     */
    int (*observe)(void *ctx, size_t iteration);
    int observe_kinks;
} crs_train_config;

/*
 * Train `net` on `data`, whose dtype must be the net's.
 *
 * An epoch of mini-batches takes every sample once, in the order of
 * crs_random_permutation; its last batch is smaller where the sizes do not divide. Dropout is
 * that of stream shuffle_seed, its step the iteration; running values follow each batch.
 *
 * Errors: CRS_ESHAPE (features, classes or dtype do not fit the net), CRS_EINVAL (a
 * label the net has no output for), CRS_ENOMEM, what the observer returned. The net
 * then has the parameters of the last whole iteration.
 */
CRS_API crs_status crs_train(crs_net *net, const crs_dataset *data, const crs_train_config *config,
                             crs_error *err);

/*
 * The mean cost over a data set and the share of right answers: NAN for losses of
 * numbers, and where the cost is NAN.
 */
typedef struct crs_score {
    double cost;
    double accuracy;
} crs_score;

/* Errors: CRS_ESHAPE, CRS_EINVAL, CRS_ENOMEM, as above. */
CRS_API crs_status crs_evaluate(const crs_net *net, const crs_dataset *data,
                                const crs_executor *executor, crs_error *err, crs_score *out);

#ifdef __cplusplus
}
#endif
#endif
