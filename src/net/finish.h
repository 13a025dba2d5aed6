/*
 * net/finish.h - what follows a product in a layer with options, and what comes before the next.
 *
 * Forward, where z (or u, with batch normalisation) of a piece is there: batch normalisation,
 * activation, dropout, skip. Backward, where da of a piece stands in dz: what skips hand down,
 * dropout, slope or rule, batch normalisation with dgamma and dbeta. A row is one unit's
 * samples, and is finished while it is in the first cache.
 *
 * Batch normalisation wants all samples of a unit: in training forward, and always backward.
 */
#ifndef NET_FINISH_H
#define NET_FINISH_H

#include "net/net.h"

void crs__finish_forward(const crs_net *net, crs_workspace *work, size_t l, crs__span units,
                         crs__span samples);

/* `scratch` has CRS__PANEL_BYTES. */
void crs__finish_backward(const crs_net *net, crs_workspace *work, size_t l, crs__span units,
                          crs__span samples, void *scratch);

/* Must a piece have all samples of its units? */
static inline int crs__finish_wants_all(const crs_net *net, const crs_workspace *work, size_t l,
                                        int backward)
{
    return net->layers[l - 1].options.batchnorm && (backward || work->training);
}

/*
 * From running values, z of units `units` for u of one sample, then the activation and what a
 * skip brings: the bits of crs__finish_forward. `below` is a of the layer that the skip is from.
 */
void crs__finish_units(const crs_net *net, size_t l, crs__span units, const void *below, void *z,
                       void *a);

#endif
