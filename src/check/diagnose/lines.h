/*
 * check/diagnose/lines.h - the right line of code for a node, in the author's own layout.
 */
#ifndef CHECK_DIAGNOSE_LINES_H
#define CHECK_DIAGNOSE_LINES_H

#include "check/diagnose/case.h"
#include "core/text.h"

/* "dW1 = np.dot(dZ1, X.T) / m" for samples in columns; appends nothing where there is none. */
void crs__right_line(const crs__case *c, crs__ref ref, crs__text *out);

/* The rule of a layer's derivative with its own names: "Z1 > 0", "1 - A1**2". */
void crs__layer_rule(const crs__case *c, size_t layer, crs__text *out);

#endif
