#include <crease/info.h>

#include "core/cpu.h"
#include "kernels/gemm.h"

#include <stdio.h>

#define STRING_(x) #x
#define STRING(x) STRING_(x)

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define COMPILER "gcc " STRING(__GNUC__) "." STRING(__GNUC_MINOR__) "." STRING(__GNUC_PATCHLEVEL__)
#else
#define COMPILER "unknown"
#endif

static const crs_info_part parts[] = {
    {"OpenBLAS", "--gemm openblas", "libopenblas0-pthread", CRS_HAVE_BLAS},
    {"oneDNN", "--gemm onednn", "libdnnl2", CRS_HAVE_ONEDNN},
    {"SLEEF", "fast exp and tanh over arrays", "libsleef-dev", CRS_HAVE_SLEEF},
    {"HDF5", "reading .h5 and .mat files", "libhdf5-dev", CRS_HAVE_HDF5},
    {"libzip", "reading and writing .npz files", "libzip-dev", CRS_HAVE_ZIP},
    {"zlib", "reading .gz files", "zlib1g-dev", CRS_HAVE_ZLIB},
    {"cairo", "PNG and PDF pictures", "libcairo2-dev", CRS_HAVE_CAIRO},
};

void crs_info_get(crs_info *out)
{
    if (out == NULL)
        return;
    crs__gemm gemm;
    out->version = crs_version();
    out->compiler = COMPILER;
    out->cpu_level = crs__cpu_name(crs__cpu_level_get());
    out->cpu_best = crs__cpu_name(crs__cpu_best());
    if (crs__gemm_get(NULL, CRS_F32, NULL, &gemm) != CRS_OK)
        (void)snprintf(out->gemm, sizeof out->gemm, "none: CREASE_GEMM names what is not there");
    else if (gemm.name == NULL)
        (void)snprintf(out->gemm, sizeof out->gemm, "built-in, %s kernels", out->cpu_level);
    else
        (void)snprintf(out->gemm, sizeof out->gemm, "%s", gemm.kernels);
    out->n_parts = (int)(sizeof parts / sizeof parts[0]);
    out->parts = parts;
}
