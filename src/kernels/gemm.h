/*
 * kernels/gemm.h - products of large matrices, behind one small interface.
 *
 * c[m, n] = alpha * op(a)[m, k] op(b)[k, n] + beta * c, all row-major with leading dimensions.
 *
 * OpenBLAS does the work where the build has it, plain C else. The product is cut
 * into pieces that depend on m, n and k alone, never on the number of workers, and
 * every element is summed in one order: the same bits for any executor. OpenBLAS
 * itself is held to one thread, for the whole process
 * (docs/decisions/0002-openblas-one-thread.md).
 */
#ifndef KERNELS_GEMM_H
#define KERNELS_GEMM_H

#include <crease/executor.h>
#include <crease/status.h>

typedef enum crs__trans { CRS__NO_TRANS, CRS__TRANS } crs__trans;

void crs__gemm_f32(crs__trans trans_a, crs__trans trans_b, size_t m, size_t n, size_t k,
                   float alpha, const float *a, size_t lda, const float *b, size_t ldb, float beta,
                   float *c, size_t ldc, float *work, const crs_executor *executor);
void crs__gemm_f64(crs__trans trans_a, crs__trans trans_b, size_t m, size_t n, size_t k,
                   double alpha, const double *a, size_t lda, const double *b, size_t ldb,
                   double beta, double *c, size_t ldc, double *work, const crs_executor *executor);

/*
 * How many elements of `work` (partial sums of a product whose inner dimension is long
 * and whose result is small) the calls of up to these sizes want, each of m, n and k
 * being that or less; may be 0.
 */
size_t crs__gemm_work(size_t m, size_t n, size_t k);

/* The library and the kernels it took, for crs_info. Static storage. */
const char *crs__gemm_name(void);

#endif
