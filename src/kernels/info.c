#include <crease/info.h>

#include "core/cpu.h"
#include "kernels/gemm.h"

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
    {"OpenMP", "several threads", "libgomp1 (gcc) or libomp-dev (clang)", CRS_HAVE_OPENMP},
    {"OpenBLAS", "fast products of large matrices", "libopenblas-pthread-dev", CRS_HAVE_BLAS},
    {"SLEEF", "fast exp and tanh over arrays", "libsleef-dev", CRS_HAVE_SLEEF},
    {"HDF5", "reading .h5 and .mat files", "libhdf5-dev", CRS_HAVE_HDF5},
    {"libzip", "reading and writing .npz files", "libzip-dev", CRS_HAVE_ZIP},
    {"jansson", "reading .safetensors files", "libjansson-dev", CRS_HAVE_JANSSON},
    {"cairo", "PNG and PDF pictures", "libcairo2-dev", CRS_HAVE_CAIRO},
};

void crs_info_get(crs_info *out)
{
    out->version = crs_version();
    out->compiler = COMPILER;
    out->cpu_level = crs__cpu_name(crs__cpu_level_get());
    out->cpu_best = crs__cpu_name(crs__cpu_best());
    out->gemm = crs__gemm_name();
    out->n_parts = (int)(sizeof parts / sizeof parts[0]);
    out->parts = parts;
}
