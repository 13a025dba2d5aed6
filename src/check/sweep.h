/*
 * check/sweep.h - every float32 there is, put to a plan's questions.
 */
#ifndef CHECK_SWEEP_H
#define CHECK_SWEEP_H

#include "check/plan.h"

#include <crease/executor.h>
#include <crease/rulecheck.h>

/* Where something was found: the plainest input of those that show it. */
typedef struct crs__example {
    int found;
    double z;
} crs__example;

/* What was counted for one rule; kinks are in none of it. */
typedef struct crs__sweep_counts {
    uint64_t wrong[CRS_REGION_COUNT]; /* NaN: inputs for which the rule gives a number */
    uint64_t not_decided;
    uint64_t not_linear; /* NaN inputs apart; kinks are in this */
    crs__example plainest_wrong, plainest_not_linear;
} crs__sweep_counts;

/*
 * Run the sweep and fill counts[0 .. plan->n_rules); facts that some input is against
 * lose plan->facts[k].holds. The counts do not depend on the executor, nor on
 * `every_input`, which has every single one judged where ranges of them would do.
 *
 * Errors: CRS_ENOMEM, CRS_ECANCELED.
 */
crs_status crs__sweep_run(crs__plan *plan, const crs_executor *executor, int every_input,
                          crs_rulecheck_progress progress, void *progress_ctx,
                          crs__sweep_counts *counts);

#endif
