#include "data/npz_part.h"

CRS_API const crs__npz_part crs__part_npz;
const crs__npz_part crs__part_npz = {
    {CRS_VERSION}, crs__npz_read, crs__npz_write, crs__npz_list, crs__npz_open};
