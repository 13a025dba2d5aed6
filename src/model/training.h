/* model/training.h - what a model's `training` says, as the one text of its meaning. */
#ifndef MODEL_TRAINING_H
#define MODEL_TRAINING_H

#include <crease/status.h>

/*
 * A JSON object without spaces, or "null" for NULL; *out is released with crs__free. Errors:
 * CRS_EINVAL (no JSON object), CRS_ENOMEM.
 */
crs_status crs__training_plain(const char *training, crs_error *err, char **out);

#endif
