/*
 * check/diagnose/trial.h - a formula put in a node's place for a moment, to see what of the
 * given arrays it makes right.
 */
#ifndef CHECK_DIAGNOSE_TRIAL_H
#define CHECK_DIAGNOSE_TRIAL_H

#include "check/diagnose/case.h"

/* Which given nodes are right as things stand; of a wrong one what it should be. */
typedef struct crs__standing {
    char known[CRS__KINDS][CRS__LAYERS + 1]; /* 0: not asked yet */
    char right[CRS__KINDS][CRS__LAYERS + 1];
    crs__mat due[CRS__KINDS][CRS__LAYERS + 1];
} crs__standing;

/* Forget all: things stand otherwise now. A zeroed one knows nothing. */
void crs__standing_reset(crs__standing *standing);

typedef struct crs__trial {
    int explains;       /* the wrong array `goal` is right under it, and no right one wrong */
    size_t fixed, left; /* wrong arrays that it makes right, or leaves wrong */
    int left_beside;    /* one of those is of the same layer's gradients: it explains nothing */
} crs__trial;

/*
 * Try `variant` at node `at`, or with `everywhere` at every node of its kind that is not given.
 * The case is as it was afterwards. Errors: CRS_ENOMEM.
 */
crs_status crs__trial_run(crs__case *c, crs__standing *standing, crs__ref goal, crs__ref at,
                          const crs__variant *variant, int everywhere, crs__trial *out);

/* Is `ref` a node at which the formula is tried? */
int crs__trial_is_place(const crs__case *c, crs__ref ref, crs__ref at, int everywhere);

#endif
