/*
 * check/diagnose/hypotheses.h - the catalogue of bugs as formulas: what may have been
 * written in place of a node's right one.
 */
#ifndef CHECK_DIAGNOSE_HYPOTHESES_H
#define CHECK_DIAGNOSE_HYPOTHESES_H

#include "check/diagnose/case.h"

/* A formula and what it is called; in the order in which people slip. */
typedef struct crs__hypothesis {
    crs__variant variant;
    const char *id; /* of the catalogue; NULL: none of it, but a pattern worth telling */
} crs__hypothesis;

#define CRS__HYPOTHESES 256

/*
 * What a node may be instead; writes *n, up to CRS__HYPOTHESES. Some will not apply.
 * Errors: CRS_ENOMEM.
 */
crs_status crs__hypotheses(const crs__case *c, crs__ref ref, crs__hypothesis *out, size_t *n);

/* What the right formula gives at the node, in a new matrix; CRS_ENOENT where it cannot be. */
crs_status crs__right(const crs__case *c, crs__ref ref, crs__mat *out);

#endif
