#define _GNU_SOURCE /* dladdr */
#include "core/part.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* The module's path: beside the file that this function was loaded from. */
static int find(const char *name, char *path, size_t size)
{
    static const char here = 0;
    Dl_info info;
    int folder, length;
    if (dladdr(&here, &info) == 0 || info.dli_fname == NULL || strrchr(info.dli_fname, '/') == NULL)
        return 0;
    folder = (int)(strrchr(info.dli_fname, '/') - info.dli_fname);
    length = snprintf(path, size, "%.*s/crease/crease-%s.so", folder, info.dli_fname, name);
    return length > 0 && (size_t)length < size;
}

/* The loader's words begin with the file at fault: the module, or a library that it needs. */
static crs_status refuse_load(const char *name, const char *path, const char *package,
                              crs_error *err)
{
    const char *cause = dlerror();
    if (cause == NULL)
        cause = "unknown cause";
    if (strncmp(cause, path, strlen(path)) == 0)
        return crs_error_set(err, CRS_EIO, "part '%s' cannot be loaded: install crease again (%s)",
                             name, cause);
    return crs_error_set(err, CRS_EIO, "part '%s' cannot be loaded: install %s (%s)", name, package,
                         cause);
}

crs_status crs__part_open(const char *name, const char *package, crs_error *err, const void **out)
{
    char path[PATH_MAX], symbol[64];
    const crs__part *part;
    void *module;
    *out = NULL;
    if (!find(name, path, sizeof path))
        return crs_error_set(err, CRS_EIO, "part '%s': the library's folder is not known", name);
    /* everything is looked up at once: a symbol that is missing would end the process later */
    module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (module == NULL)
        return refuse_load(name, path, package, err);
    (void)snprintf(symbol, sizeof symbol, "crs__part_%s", name);
    part = dlsym(module, symbol);
    if (part == NULL || strcmp(part->version, crs_version()) != 0)
        return crs_error_set(err, CRS_EIO,
                             "part '%s' is not of crease %s: install crease again (%s)", name,
                             crs_version(), path);
    *out = part;
    return CRS_OK;
}
