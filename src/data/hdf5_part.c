/* HDF5 where its library is not linked in: from the part, or not at all. */
#include "data/hdf5_part.h"

static crs_status open_part(const crs__data_file *file, crs_error *err, const crs__hdf5_part **out)
{
    const void *table = NULL;
    crs_status status;
    if (!CRS_HAVE_HDF5)
        return crs_error_set(err, CRS_EUNSUPPORTED,
                             "%s: this build cannot read HDF5; install libhdf5-dev and build again",
                             file->shown);
    status = crs__part_open("hdf5", "libhdf5-dev", err, &table);
    *out = table;
    return status;
}

crs_status crs__hdf5_read_arrays(const crs__data_file *file, crs_error *err, crs_arrays *out)
{
    const crs__hdf5_part *part = NULL;
    crs_status status = open_part(file, err, &part);
    return status == CRS_OK ? part->read_arrays(file, err, out) : status;
}

crs_status crs__hdf5_list(const crs__data_file *file, crs__name_add add, void *ctx, crs_error *err)
{
    const crs__hdf5_part *part = NULL;
    crs_status status = open_part(file, err, &part);
    return status == CRS_OK ? part->list(file, add, ctx, err) : status;
}

crs_status crs__hdf5_open_array(const crs__data_file *file, const char *name, crs__stored_take take,
                                void *ctx, crs_error *err)
{
    const crs__hdf5_part *part = NULL;
    crs_status status = open_part(file, err, &part);
    return status == CRS_OK ? part->open(file, name, take, ctx, err) : status;
}

crs_status crs__hdf5_class_names(const crs__data_file *file, crs_dataset *data, crs_error *err)
{
    const crs__hdf5_part *part = NULL;
    crs_status status = open_part(file, err, &part);
    return status == CRS_OK ? part->class_names(file, data, err) : status;
}
