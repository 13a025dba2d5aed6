#define _GNU_SOURCE /* dladdr1, dlinfo */
#include "core/part.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

/* FOLDER/crease/FILE, where the first `n` bytes of `path` are FOLDER. */
static int join(const char *path, size_t n, const char *file, char *out, size_t size)
{
    int length = snprintf(out, size, "%.*s/crease/%s", (int)n, path, file);
    return length > 0 && (size_t)length < size;
}

/*
 * The folder that this function was loaded from, the library's. A library that was loaded by a
 * relative name has that name still after the program went to another folder, where somebody may
 * have put a file: then what the loader found at that time counts, and if it does not say, nothing.
 */
static int find(const char *file, char *path, size_t size)
{
    static const char here = 0;
    Dl_info info;
    if (dladdr(&here, &info) == 0 || info.dli_fname == NULL)
        return 0;
    if (info.dli_fname[0] == '/')
        return join(info.dli_fname, (size_t)(strrchr(info.dli_fname, '/') - info.dli_fname), file,
                    path, size);
#ifdef __GLIBC__
    char folder[PATH_MAX]; /* what the loader itself reads paths into */
    void *map = NULL;
    return dladdr1(&here, &info, &map, RTLD_DL_LINKMAP) != 0 &&
           dlinfo(map, RTLD_DI_ORIGIN, folder) == 0 && folder[0] == '/' &&
           join(folder, strlen(folder), file, path, size);
#else
    return 0;
#endif
}

/* The same of the running program, whatever it was called by; 0 where the system does not say. */
static int find_beside_program(const char *file, char *path, size_t size)
{
    char program[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (n <= 0)
        return 0;
    program[n] = '\0';
    return strrchr(program, '/') != NULL &&
           join(program, (size_t)(strrchr(program, '/') - program), file, path, size);
}

/* 1 where this function is in the program itself, of which dladdr gives the name it was called by:
 * to be looked for in the current folder, where anybody may have put a file. */
static int is_in_program(void)
{
    static const char here = 0;
    const void *base = NULL;
    Dl_info info, program;
    base = (const void *)getauxval(AT_PHDR);
    return base != NULL && dladdr(&here, &info) != 0 && dladdr(base, &program) != 0 &&
           info.dli_fbase == program.dli_fbase;
}

int crs__part_find(const char *file, char *path, size_t size)
{
    if (is_in_program() ? find_beside_program(file, path, size) : find(file, path, size)) {
        if (access(path, F_OK) == 0)
            return 1;
    }
    if (is_in_program()) /* the static library's programs may be anywhere */
        return snprintf(path, size, "%s/%s", CRS_PARTS_FOLDER, file) < (int)size;
    return find(file, path, size);
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
    char file[64], path[PATH_MAX], symbol[64];
    const crs__part *part;
    void *module;
    *out = NULL;
    (void)snprintf(file, sizeof file, "crease-%s.so", name);
    if (!find(file, path, sizeof path))
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
