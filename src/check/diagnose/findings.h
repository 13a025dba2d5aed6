/*
 * check/diagnose/findings.h - what is worth knowing and is no bug.
 */
#ifndef CHECK_DIAGNOSE_FINDINGS_H
#define CHECK_DIAGNOSE_FINDINGS_H

#include "check/diagnose/case.h"

/* Append to out->findings; the net in `out` is filled in already. Errors: CRS_ENOMEM. */
crs_status crs__find(const crs__case *c, crs_diagnosis *out);

#endif
