/*
 * crease/info.h - what this build has and what it uses on this machine.
 */
#ifndef CREASE_INFO_H
#define CREASE_INFO_H

#include <crease/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An optional part of the library. All strings have static storage. */
typedef struct crs_info_part {
    const char *name;    /* "cairo" */
    const char *gives;   /* "PNG and PDF pictures" */
    const char *package; /* the Debian package that brings it: "libcairo2-dev" */
    int present;         /* 1 if this build has it; it may be loaded when it is first needed */
} crs_info_part;

typedef struct crs_info {
    const char *version;   /* "0.1.0" */
    const char *compiler;  /* "gcc 12.2.0" */
    const char *cpu_level; /* kernels in use: "scalar", "avx2", "avx512", "neon", "simd128" */
    const char *cpu_best;  /* the best this CPU can run */
    char gemm[96]; /* what multiplies large matrices: "built-in, avx512 kernels", "OpenBLAS ..." */
    int n_parts;
    const crs_info_part *parts; /* [n_parts], static */
} crs_info;

/*
 * Fill `out`. The environment variable CREASE_CPU lowers cpu_level; the nets that
 * are made while it is set use the lower one. So does CREASE_GEMM (openblas, onednn,
 * built-in) name what multiplies large matrices.
 */
CRS_API void crs_info_get(crs_info *out);

#ifdef __cplusplus
}
#endif
#endif
