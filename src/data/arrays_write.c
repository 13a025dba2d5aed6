#include "data/arrays_reader.h"

crs_status crs_arrays_write_npz(const crs_arrays *arrays, const crs_sink *sink, crs_error *err)
{
    return crs__npz_write(arrays, sink, err);
}
