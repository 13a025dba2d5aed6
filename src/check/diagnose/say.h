/*
 * check/diagnose/say.h - a fault in words for a learner.
 */
#ifndef CHECK_DIAGNOSE_SAY_H
#define CHECK_DIAGNOSE_SAY_H

#include "check/diagnose/walk.h"

/* Fill in everything of `bug`. Errors: CRS_ENOMEM. */
crs_status crs__say(crs__case *c, const crs__fault *fault, crs_diagnosis_bug *bug);

/* The place of element i of a node in the array as it was given. */
void crs__place_in_source(const crs__node *node, size_t i, size_t *n_index, size_t *index);

/* "unit 3, sample 17", "[2, 5]": that place in words. */
void crs__put_place(crs__ref ref, const crs__node *node, size_t i, char *text, size_t size);

#endif
