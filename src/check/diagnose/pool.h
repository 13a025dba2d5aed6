/*
 * check/diagnose/pool.h - max pooling on its own: pool_x, pool_out, dpool_out, dpool_x.
 */
#ifndef CHECK_DIAGNOSE_POOL_H
#define CHECK_DIAGNOSE_POOL_H

#include <crease/diagnose.h>

/* Is there something of a pooling to check: its input and both gradients? */
int crs__pool_is_given(const crs_arrays *arrays);

/* Is the name one of the four? */
int crs__pool_is_name(const char *name);

/*
 * Judge dpool_x. `array` and, if it is wrong, `bug` are filled (bug->id is empty otherwise).
 * Errors: CRS_ESHAPE, CRS_ENOMEM.
 */
crs_status crs__pool_run(const crs_arrays *arrays, crs_error *err, crs_diagnosis_array *array,
                         crs_diagnosis_bug *bug);

#endif
