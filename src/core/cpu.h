/*
 * core/cpu.h - which kernels this CPU can run.
 */
#ifndef CORE_CPU_H
#define CORE_CPU_H

/* The levels of this build, each above the ones before it. */
typedef enum crs__cpu_level {
    CRS__CPU_SCALAR, /* the specification: plain C, any CPU */
#if CRS_HAVE_X86_KERNELS
    CRS__CPU_AVX2,  /* AVX2 and FMA */
    CRS__CPU_AVX512 /* AVX-512 F, DQ, BW, VL */
#elif CRS_HAVE_NEON_KERNELS
    CRS__CPU_NEON /* which every aarch64 has */
#elif CRS_HAVE_WASM_KERNELS
    CRS__CPU_SIMD128 /* a module with its instructions does not load without it */
#endif
} crs__cpu_level;

/* The best level that the CPU and the build support. */
crs__cpu_level crs__cpu_best(void);

/* Does the CPU multiply and add with one rounding, in one instruction? */
int crs__cpu_fuses(void);

/*
 * The level to use: the best one, or a lower one that the environment variable
 * CREASE_CPU (scalar, avx2, avx512; neon on ARM, simd128 in WebAssembly) asks for. A
 * level that the CPU or the build lacks, or a name that is none, is ignored;
 * crs_info_get says what was taken.
 */
crs__cpu_level crs__cpu_level_get(void);

/* "scalar", "avx2", "avx512", "neon", "simd128". Static storage. */
const char *crs__cpu_name(crs__cpu_level level);

#endif
