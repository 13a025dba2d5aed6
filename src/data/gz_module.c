#include "data/gz_part.h"

CRS_API const crs__gz_part crs__part_gz;
const crs__gz_part crs__part_gz = {{CRS_VERSION}, crs__gz_unpack};
