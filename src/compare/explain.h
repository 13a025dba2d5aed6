/* compare/explain.h - what happened, in sentences. */
#ifndef COMPARE_EXPLAIN_H
#define COMPARE_EXPLAIN_H

#include <crease/compare.h>

/*
 * Paragraphs for a learner, parted by '\n', made from the findings alone: what is
 * wrong with each wrong rule, what that did to the net, and why rules that are
 * right gave the same net, or not. *out belongs to the caller (crs__free).
 *
 * Errors: CRS_ENOMEM.
 */
crs_status crs__compare_explain(const crs_compare_config *config, const crs_compare *result,
                                char **out);

#endif
