/*
 * Data that is not part of the project: looked for in ../shared/data beside the
 * source tree, then in $CREASE_DATA. A test that finds it nowhere skips.
 */
#ifndef TESTS_SHARED_DATA_H
#define TESTS_SHARED_DATA_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* 1 if `name` (as "cats/train_catvnoncat.h5") is there; its path goes to `path`. */
static inline int find_shared_data(const char *name, char *path, size_t size)
{
    const char *folder = getenv("CREASE_DATA");
    (void)snprintf(path, size, "%s/../shared/data/%s", CRS_SOURCE_DIR, name);
    if (access(path, R_OK) == 0)
        return 1;
    if (folder == NULL)
        return 0;
    (void)snprintf(path, size, "%s/%s", folder, name);
    return access(path, R_OK) == 0;
}

#endif
