/*
 * rule/step.h - is a rule a step of Z or of A times the upstream gradient?
 *
 * "Z > 0", "A >= 0", "dA * np.where(Z > 0, 1, 0.01)", "dZ[Z <= 0] = 0": what most people
 * write for relu. A net can run those as fast as g' itself (crs_backward_rule.step).
 */
#ifndef RULE_STEP_H
#define RULE_STEP_H

#include "rule/dag.h"

/*
 * *is_step is 1, and the step in *out, if `node` is one. CRS_ENOMEM where there was no memory to
 * find out: a net that runs the rule another way computes other bits.
 */
crs_status crs__rule_step(const crs__dag *dag, int node, int *is_step, crs_step_rule *out);

#endif
