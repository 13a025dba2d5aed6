/* data/hdf5_part.h - what the part that reads HDF5 gives (core/part.h). */
#ifndef DATA_HDF5_PART_H
#define DATA_HDF5_PART_H

#include "core/part.h"
#include "data/arrays_reader.h"

typedef struct crs__hdf5_part {
    crs__part head;
    crs_status (*read_arrays)(const crs__data_file *file, crs_error *err, crs_arrays *out);
    crs_status (*list)(const crs__data_file *file, crs__name_add add, void *ctx, crs_error *err);
    crs_status (*open)(const crs__data_file *file, const char *name, crs__stored_take take,
                       void *ctx, crs_error *err);
    crs_status (*class_names)(const crs__data_file *file, crs_dataset *data, crs_error *err);
} crs__hdf5_part;

#endif
