/*
 * core/part.h - parts of the library that are loaded when they are first needed.
 *
 * What calls cairo, libzip or zlib is a module beside the shared library, so that only a
 * program that draws a PNG waits for cairo and the twenty libraries behind it. A part PART
 * in module src/MODULE is
 *
 *     PART*.c         the work, which calls the outside library
 *     PART_part.h     the table of the part's functions
 *     PART_part.c     the same functions, which open the part and go through its table
 *     PART_module.c   the table, which the file crease/crease-PART.so shows
 *
 * and cmake/CreaseModules.cmake links PART_part.c into the shared library, PART*.c where
 * there is to be no module. Callers see no difference.
 */
#ifndef CORE_PART_H
#define CORE_PART_H

#include <crease/status.h>

/* What a table begins with: a module of another version of the library is refused. */
typedef struct crs__part {
    const char *version;
} crs__part;

/*
 * The table `crs__part_NAME` of the file crease/crease-NAME.so in the library's folder, which
 * is loaded unless it is already, and stays. Any thread may call this at any time.
 *
 * Errors: CRS_EIO, with *out NULL (no such file, damaged, of another version, or a library that
 * it needs is missing: `package` brings that).
 */
crs_status crs__part_open(const char *name, const char *package, crs_error *err, const void **out);

/*
 * The path of a program that the library starts: FOLDER/crease/FILE, where FOLDER is the library's;
 * of one that is linked statically the program's own, or where the library was to be installed.
 * The last of these places where it is in none. 0: no place is known.
 */
int crs__part_find(const char *file, char *path, size_t size);

#endif
