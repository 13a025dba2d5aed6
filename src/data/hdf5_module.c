#include "data/hdf5_part.h"

CRS_API const crs__hdf5_part crs__part_hdf5;
const crs__hdf5_part crs__part_hdf5 = {{CRS_VERSION},
                                       crs__hdf5_read_arrays,
                                       crs__hdf5_list,
                                       crs__hdf5_open_array,
                                       crs__hdf5_class_names};
