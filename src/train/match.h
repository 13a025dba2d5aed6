/* train/match.h - do these data fit this net? */
#ifndef TRAIN_MATCH_H
#define TRAIN_MATCH_H

#include <crease/data.h>
#include <crease/net.h>

/*
 * Errors: CRS_ESHAPE (no samples; features, targets, classes or dtype that do not fit),
 * CRS_EINVAL (a label the net has no output for). The text says which.
 */
crs_status crs__match_check(const crs_net *net, const crs_dataset *data, crs_error *err);

/* Values of y a sample. */
size_t crs__match_targets(const crs_dataset *data);

#endif
