/*
 * kernels/gemm.h - products of large matrices by a library, where one is asked for.
 *
 * Our own product (kernels/product.h) is what runs unless the environment variable
 * CREASE_GEMM names a library: "openblas", or "onednn" (float32 alone); "built-in" is ours.
 * A library is loaded when a net is made that wants it, and its calls are held to one
 * thread each (docs/decisions/0019-our-own-product.md).
 *
 *   c[m, n] = alpha * op(a)[m, k] op(b)[k, n] + beta * c, row-major with leading dimensions.
 *
 * The product is cut into pieces that depend on m, n and k alone, never on the number of
 * workers, and every element is summed in one order: the same bits for any executor.
 */
#ifndef KERNELS_GEMM_H
#define KERNELS_GEMM_H

#include <crease/dtype.h>
#include <crease/executor.h>
#include <crease/status.h>

#include <stdint.h>

typedef enum crs__trans { CRS__NO_TRANS, CRS__TRANS } crs__trans;

/* A library's calls; OpenBLAS has the first two, oneDNN the third. */
typedef struct crs__gemm {
    const char *name; /* "openblas", "onednn"; NULL: our own product */
    void (*cblas_sgemm)(int, int, int, int, int, int, float, const float *, int, const float *, int,
                        float, float *, int);
    void (*cblas_dgemm)(int, int, int, int, int, int, double, const double *, int, const double *,
                        int, double, double *, int);
    int (*dnnl_sgemm)(char, char, int64_t, int64_t, int64_t, float, const float *, int64_t,
                      const float *, int64_t, float, float *, int64_t);
    int one_at_a_time; /* calls must follow each other */
    char kernels[96];  /* for crs_info: the library and the kernels it took */
    int (*get_threads)(void);
    void (*set_threads)(int);
} crs__gemm;

/*
 * The library called `name`; NULL: what CREASE_GEMM names, or what the build was told to take
 * without it.
 *
 * Errors: CRS_ENOENT (no such library), CRS_EINVAL (it has no product of this dtype),
 * CRS_EIO (this build knows no such library, or it cannot be loaded).
 */
crs_status crs__gemm_get(const char *name, crs_dtype dtype, crs_error *err, crs__gemm *out);

void crs__gemm_run(const crs__gemm *gemm, crs_dtype dtype, crs__trans trans_a, crs__trans trans_b,
                   size_t m, size_t n, size_t k, double alpha, const void *a, size_t lda,
                   const void *b, size_t ldb, double beta, void *c, size_t ldc, void *work,
                   const crs_executor *executor);

/*
 * How many elements of `work` (partial sums of a product whose inner dimension is long
 * and whose result is small) the calls of up to these sizes want, each of m, n and k
 * being that or less; may be 0.
 */
size_t crs__gemm_work(size_t m, size_t n, size_t k);

#endif
