/*
 * net/small.h - the engine for nets that fit the caches.
 *
 * It computes what crs_net_forward and crs_net_backward compute, the gradient of a batch
 * and its cost, tile by tile: all layers forward, the loss and all layers backward for
 * some dozens or hundreds of samples before the next ones, so that nothing leaves the
 * first caches; z, a and dz of the whole batch are never there. The design has three stages
 * a layer, each a kernel of kernels/small.h that a later layer kind can stand beside:
 * forward (product, then what makes a of z), data (product, then the rule), weight.
 *
 * The bits depend on the net, the batch and the rule; not on the tile, the CPU level or the
 * executor. They differ from those of a workspace's pass by rounding: a single output's
 * weights are taken out of the sums over samples, and exp is ours (kernels/smooth_template.h).
 */
#ifndef NET_SMALL_H
#define NET_SMALL_H

#include "net/net.h"

typedef struct crs__small crs__small;

/* Can the engine run this net? By its shape, loss and options alone. */
int crs__small_fits(const crs_net *net);

/*
 * An engine for batches of up to `capacity` samples. A batch of more than some thousands is
 * cut into chunks, by its size alone, that run on `executor`; smaller ones stay in the
 * calling thread, since a step of them is shorter than a barrier. Errors: CRS_ENOMEM.
 */
crs_status crs__small_create(const crs_net *net, size_t capacity, const crs_executor *executor,
                             crs__small **out);
void crs__small_destroy(crs__small *small);

/*
 * Take the rules that `work` was given; to be called before the first run, and when they
 * change. With want_kinks, runs say whether a z of a hidden layer is exactly on a kink.
 */
void crs__small_set_rules(crs__small *small, const crs_net *net, const crs_workspace *work,
                          int want_kinks);

/* What one call of crs__small_run is to look at besides the gradient, and what it saw. */
typedef struct crs__small_seen {
    int want_cost; /* in */
    double cost;   /* out: the mean cost, where wanted */
    int kinks;     /* out: is any z of a hidden layer on a kink, where wanted */
} crs__small_seen;

/*
 * work->gradient from `net`, the batch that `work` has and the rules. z, a and dz of
 * the workspace are not touched: one from crs__workspace_create_bare has none.
 */
void crs__small_run(crs__small *small, const crs_net *net, crs_workspace *work,
                    crs__small_seen *seen);

#endif
