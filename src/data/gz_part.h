/* data/gz_part.h - what the part that unpacks .gz gives (core/part.h). */
#ifndef DATA_GZ_PART_H
#define DATA_GZ_PART_H

#include "core/part.h"
#include "data/reader.h"

typedef struct crs__gz_part {
    crs__part head;
    crs_status (*unpack)(crs__data_file *file, crs_error *err);
} crs__gz_part;

#endif
