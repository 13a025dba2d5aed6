/*
 * check/explain.h - what was found about a rule, in words for a learner.
 */
#ifndef CHECK_EXPLAIN_H
#define CHECK_EXPLAIN_H

#include "check/plan.h"
#include "check/sweep.h"

/* Write check->explanation from everything else in it and what the sweep left of the facts. */
crs_status crs__explain(const crs__plan *plan, size_t rule, const crs__sweep_counts *counts,
                        crs_rulecheck *check);

#endif
