/* Which library multiplies large matrices, and its loading. */
#include "kernels/gemm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef CRS_GEMM_DEFAULT
#define CRS_GEMM_DEFAULT "built-in"
#endif

#if CRS_HAVE_BLAS || CRS_HAVE_ONEDNN
#include <dlfcn.h>

/* A function of a library; ISO C has no cast from what dlsym gives. */
static int find(void *library, const char *name, void *function)
{
    void *found = dlsym(library, name);
    memcpy(function, &found, sizeof found);
    return found != NULL;
}

static void *open_library(const char *file, crs_error *err)
{
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        (void)crs_error_set(err, CRS_EIO, "%s", dlerror());
    return library;
}
#endif

#if CRS_HAVE_BLAS
/*
 * Its threaded build, held to one thread a call. Its serial build has no locks: calls of
 * that one must follow each other.
 */
static crs_status load_openblas(crs_error *err, crs__gemm *out)
{
    void *library = open_library(CRS_OPENBLAS_FILE, err);
    int (*parallel)(void);
    void (*set_threads)(int);
    char *(*config)(void);
    if (library == NULL)
        return CRS_EIO;
    if (!find(library, "cblas_sgemm", &out->cblas_sgemm) ||
        !find(library, "cblas_dgemm", &out->cblas_dgemm) ||
        !find(library, "openblas_get_parallel", &parallel) ||
        !find(library, "openblas_set_num_threads", &set_threads) ||
        !find(library, "openblas_get_config", &config))
        return crs_error_set(err, CRS_EIO, "%s lacks a call", CRS_OPENBLAS_FILE);
    out->one_at_a_time = parallel() == 0;
    set_threads(1);
    (void)snprintf(out->kernels, sizeof out->kernels, "%s", config());
    return CRS_OK;
}
#endif

#if CRS_HAVE_ONEDNN
/* It takes OpenMP's threads: those of the calling thread are set to one around a call. */
static crs_status load_onednn(crs_error *err, crs__gemm *out)
{
    struct version {
        int major, minor, patch;
    };
    const struct version *(*version)(void);
    void *library = open_library(CRS_ONEDNN_FILE, err);
    if (library == NULL)
        return CRS_EIO;
    if (!find(library, "dnnl_sgemm", &out->dnnl_sgemm) || !find(library, "dnnl_version", &version))
        return crs_error_set(err, CRS_EIO, "%s lacks a call", CRS_ONEDNN_FILE);
    out->one_at_a_time = !find(library, "omp_get_max_threads", &out->get_threads) ||
                         !find(library, "omp_set_num_threads", &out->set_threads);
    (void)snprintf(out->kernels, sizeof out->kernels, "oneDNN %d.%d.%d, kernels made for this CPU",
                   version()->major, version()->minor, version()->patch);
    return CRS_OK;
}
#endif

crs_status crs__gemm_get(const char *name, crs_dtype dtype, crs_error *err, crs__gemm *out)
{
    memset(out, 0, sizeof *out);
    name = name == NULL ? getenv("CREASE_GEMM") : name;
    name = name == NULL || *name == '\0' ? CRS_GEMM_DEFAULT : name;
    (void)dtype;
    if (strcmp(name, "built-in") == 0)
        return CRS_OK;
    if (strcmp(name, "openblas") == 0) {
        out->name = "openblas";
#if CRS_HAVE_BLAS
        return load_openblas(err, out);
#endif
    } else if (strcmp(name, "onednn") == 0) {
        out->name = "onednn";
        if (dtype == CRS_F64)
            return crs_error_set(err, CRS_EINVAL,
                                 "onednn has no product of float64: take built-in or openblas");
#if CRS_HAVE_ONEDNN
        return load_onednn(err, out);
#endif
    } else {
        return crs_error_set(err, CRS_ENOENT,
                             "nothing called '%s' multiplies large matrices: expected built-in, "
                             "openblas or onednn",
                             name);
    }
    return crs_error_set(err, CRS_EIO, "this build of crease found no %s (see crease info)", name);
}
