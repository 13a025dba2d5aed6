/* The .gz format where zlib is not linked in: from the part, or not at all. */
#include "data/gz_part.h"

crs_status crs__gz_unpack(crs__data_file *file, crs_error *err)
{
    const void *table = NULL;
    crs_status status;
    if (!CRS_HAVE_ZLIB)
        return crs_error_set(err, CRS_EUNSUPPORTED,
                             "%s: this build cannot read .gz; install zlib1g-dev and build again, "
                             "or unpack it with gunzip",
                             file->shown);
    status = crs__part_open("gz", "zlib1g-dev", err, &table);
    return status == CRS_OK ? ((const crs__gz_part *)table)->unpack(file, err) : status;
}
