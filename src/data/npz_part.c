/* The .npz format where libzip is not linked in: from the part, or not at all. */
#include "data/npz_part.h"

static crs_status open_part(crs_error *err, const crs__npz_part **out)
{
    const void *table = NULL;
    crs_status status = crs__part_open("npz", "libzip-dev", err, &table);
    *out = table;
    return status;
}

static crs_status open_to_read(const crs__data_file *file, crs_error *err,
                               const crs__npz_part **out)
{
    if (!CRS_HAVE_ZIP)
        return crs_error_set(err, CRS_EUNSUPPORTED,
                             "%s: this build cannot read .npz; install libzip-dev and build again",
                             file->shown);
    return open_part(err, out);
}

crs_status crs__npz_read(const crs__data_file *file, crs_error *err, crs_arrays *out)
{
    const crs__npz_part *part = NULL;
    crs_status status = open_to_read(file, err, &part);
    return status == CRS_OK ? part->read(file, err, out) : status;
}

crs_status crs__npz_list(const crs__data_file *file, crs__name_add add, void *ctx, crs_error *err)
{
    const crs__npz_part *part = NULL;
    crs_status status = open_to_read(file, err, &part);
    return status == CRS_OK ? part->list(file, add, ctx, err) : status;
}

crs_status crs__npz_open(const crs__data_file *file, const char *name, crs__stored_take take,
                         void *ctx, crs_error *err)
{
    const crs__npz_part *part = NULL;
    crs_status status = open_to_read(file, err, &part);
    return status == CRS_OK ? part->open(file, name, take, ctx, err) : status;
}

crs_status crs__npz_write(const crs_arrays *arrays, const crs_sink *sink, crs_error *err)
{
    const crs__npz_part *part = NULL;
    crs_status status;
    if (!CRS_HAVE_ZIP)
        return crs_error_set(err, CRS_EUNSUPPORTED,
                             "this build cannot write .npz; install libzip-dev and build again");
    status = open_part(err, &part);
    return status == CRS_OK ? part->write(arrays, sink, err) : status;
}
