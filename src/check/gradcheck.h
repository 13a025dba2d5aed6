/*
 * check/gradcheck.h - what the files of the gradient check share: results.
 */
#ifndef CHECK_GRADCHECK_H
#define CHECK_GRADCHECK_H

#include "check/gradcheck_point.h"
#include "core/text.h"

#include <crease/gradcheck.h>

/* A result for n parameters, all of them undecided; NULL without memory. */
crs_gradcheck *crs__gradcheck_new(size_t n);

/* Counts, worst and passed from the verdicts. `kink_values_are_slopes`: may a kink-outside pass? */
void crs__gradcheck_sum_up(crs_gradcheck *check, int kink_values_are_slopes);

void crs__gradcheck_add_weak(crs_gradcheck *check, crs_gradcheck_weakness kind, size_t layer,
                             size_t count, const char *format, ...) CRS_PRINTF(5, 6);

/* ---- of a net ---- */

/* gradcheck_cross.c: confirm parameters by differences of the cost; may make some undecided. */
crs_status crs__gradcheck_cross(const crs__point *point, const crs_gradcheck_config *config,
                                crs_gradcheck *check);

/* gradcheck_place.c: where dz in the workspace is not what the layer above makes of it. */
void crs__gradcheck_find_place(const crs__point *point, crs_gradcheck_place *out);

/* gradcheck_weak.c. Errors: CRS_ENOMEM. */
crs_status crs__gradcheck_weaknesses(const crs__point *point, crs_gradcheck *check);

/* Which layer, unit and input (n_in: the bias) parameter i belongs to. */
void crs__gradcheck_locate(const crs_net *net, size_t i, size_t *layer, size_t *unit,
                           size_t *input);

/* gradcheck_explain.c. Errors: CRS_ENOMEM. */
crs_status crs__gradcheck_explain_net(const crs__point *point, crs_gradcheck *check);
crs_status crs__gradcheck_explain_function(const double *x, crs_gradcheck *check);

#endif
