#include "data/arrays_reader.h"

#include "core/arguments.h"

crs_status crs_arrays_write_npz(const crs_arrays *arrays, const crs_sink *sink, crs_error *err)
{
    if (arrays == NULL || sink == NULL || sink->write == NULL)
        return crs__null_argument(err, __func__);
    return crs__npz_write(arrays, sink, err);
}
