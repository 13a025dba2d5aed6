/* data/npz_part.h - what the part that reads and writes .npz gives (core/part.h). */
#ifndef DATA_NPZ_PART_H
#define DATA_NPZ_PART_H

#include "core/part.h"
#include "data/arrays_reader.h"

typedef struct crs__npz_part {
    crs__part head;
    crs_status (*read)(const crs__data_file *file, crs_error *err, crs_arrays *out);
    crs_status (*write)(const crs_arrays *arrays, const crs_sink *sink, crs_error *err);
    crs_status (*list)(const crs__data_file *file, crs__name_add add, void *ctx, crs_error *err);
    crs_status (*open)(const crs__data_file *file, const char *name, crs__stored_take take,
                       void *ctx, crs_error *err);
} crs__npz_part;

#endif
