/* data/hdf5_part.h - what the part that reads HDF5 gives (core/part.h). */
#ifndef DATA_HDF5_PART_H
#define DATA_HDF5_PART_H

#include "core/part.h"
#include "data/arrays_reader.h"

typedef struct crs__hdf5_part {
    crs__part head;
    crs_status (*read)(const crs__data_file *file, const crs_data_read_options *options,
                       crs_error *err, crs_dataset *out);
    crs_status (*read_arrays)(const crs__data_file *file, crs_error *err, crs_arrays *out);
} crs__hdf5_part;

#endif
