/*
 * rule/print.h - a graph as one canonical line of the rule language.
 */
#ifndef RULE_PRINT_H
#define RULE_PRINT_H

#include "core/text.h"
#include "rule/dag.h"

/*
 * Append `node` to `text`: "(A >= 0) * upstream". What would be long or deep is
 * spread over several statements, "t1 = ...; t2 = ...; t1 * t2", so that the length
 * grows with the graph and not with the paths through it. `target` stands before the
 * last statement: "" or "dZ = ".
 *
 * Errors: CRS_ENOMEM.
 */
crs_status crs__print(const crs__dag *dag, int node, const char *target, crs__text *text);

/* Append a number so that it is read back as the same double, with as few digits as do. */
void crs__print_number(double value, crs__text *text);

#endif
