/*
 * rule/simplify.h - what an operation is the same as, for crs__dag_op alone.
 */
#ifndef RULE_SIMPLIFY_H
#define RULE_SIMPLIFY_H

#include "rule/dag.h"

/*
 * The node that `node` (operands of the right kind, not yet in the graph) is the same
 * as for every input and in every number type, NaN and -0 included; CRS__DAG_NONE if
 * none is known.
 */
int crs__dag_simplify(crs__dag *dag, const crs__node *node);

#endif
