/*
 * core/arguments.h - a NULL where a public call does not allow it.
 *
 * crease/status.h says what the calls answer to one; each looks first thing.
 */
#ifndef CORE_ARGUMENTS_H
#define CORE_ARGUMENTS_H

#include <crease/status.h>

/* CRS_EINVAL, in words; `call` is __func__. */
crs_status crs__null_argument(crs_error *err, const char *call);

#endif
