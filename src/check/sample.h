/*
 * check/sample.h - float64 inputs put to a plan's questions.
 */
#ifndef CHECK_SAMPLE_H
#define CHECK_SAMPLE_H

#include "check/plan.h"
#include "check/sweep.h"

/* How many inputs there were. */
typedef struct crs__sample_sizes {
    uint64_t kind[CRS_SAMPLE_COUNT], region[CRS_REGION_COUNT];
} crs__sample_sizes;

/*
 * As crs__sweep_run, for a plan made for float64 and the inputs that crs_sample in
 * <crease/rulecheck.h> lists. No input is tried twice.
 */
crs_status crs__sample_run(crs__plan *plan, uint64_t seed, const crs_executor *executor,
                           crs_rulecheck_progress progress, void *progress_ctx,
                           crs__sweep_counts *counts, crs__sample_sizes *sizes);

#endif
