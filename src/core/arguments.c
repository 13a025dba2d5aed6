#include "core/arguments.h"

crs_status crs__null_argument(crs_error *err, const char *call)
{
    return crs_error_set(err, CRS_EINVAL, "%s: an argument is NULL that must not be", call);
}
