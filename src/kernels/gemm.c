#include "kernels/gemm.h"

/*
 * How a product is cut. Elements of c do not depend on each other, so where c is
 * wide its columns are cut; where the inner dimension is long and c small (the
 * forward pass of 12,288 features into 20 units) the inner dimension is cut, and
 * the partial products are added in rising order. Both cuts are functions of the
 * shape alone.
 */
enum { COLUMNS = 1024, INNER = 2048, SMALL_RESULT = 1 << 16, MAX_PARTS = 16 };

static size_t ceil_div(size_t x, size_t y)
{
    return (x + y - 1) / y;
}

/* Number of pieces of the inner dimension; 1: the columns are cut instead. */
static size_t inner_parts(size_t m, size_t n, size_t k)
{
    size_t parts = ceil_div(k, INNER);
    if (parts < 2 || m > SMALL_RESULT / n)
        return 1;
    return parts < MAX_PARTS ? parts : MAX_PARTS;
}

/* Partial products of at most SMALL_RESULT elements each, and one part fewer than there are. */
size_t crs__gemm_work(size_t m, size_t n, size_t k)
{
    size_t parts = ceil_div(k, INNER);
    parts = parts < MAX_PARTS ? parts : MAX_PARTS;
    if (parts < 2)
        return 0;
    return (parts - 1) * (n > SMALL_RESULT / (m > 0 ? m : 1) ? SMALL_RESULT : m * n);
}

/* As in cblas.h; a transposed factor is the next number. */
enum { ROW_MAJOR = 101, AS_IT_IS = 111 };

static void call_f32(const crs__gemm *gemm, crs__trans trans_a, crs__trans trans_b, size_t m,
                     size_t n, size_t k, float alpha, const float *a, size_t lda, const float *b,
                     size_t ldb, float beta, float *c, size_t ldc)
{
    int threads = gemm->get_threads != NULL ? gemm->get_threads() : 1;
    if (gemm->dnnl_sgemm == NULL) {
        gemm->cblas_sgemm(ROW_MAJOR, AS_IT_IS + (int)trans_a, AS_IT_IS + (int)trans_b, (int)m,
                          (int)n, (int)k, alpha, a, (int)lda, b, (int)ldb, beta, c, (int)ldc);
        return;
    }
    if (threads > 1)
        gemm->set_threads(1);
    (void)gemm->dnnl_sgemm(trans_a == CRS__TRANS ? 'T' : 'N', trans_b == CRS__TRANS ? 'T' : 'N',
                           (int64_t)m, (int64_t)n, (int64_t)k, alpha, a, (int64_t)lda, b,
                           (int64_t)ldb, beta, c, (int64_t)ldc);
    if (threads > 1)
        gemm->set_threads(threads);
}

static void call_f64(const crs__gemm *gemm, crs__trans trans_a, crs__trans trans_b, size_t m,
                     size_t n, size_t k, double alpha, const double *a, size_t lda, const double *b,
                     size_t ldb, double beta, double *c, size_t ldc)
{
    gemm->cblas_dgemm(ROW_MAJOR, AS_IT_IS + (int)trans_a, AS_IT_IS + (int)trans_b, (int)m, (int)n,
                      (int)k, alpha, a, (int)lda, b, (int)ldb, beta, c, (int)ldc);
}

#define T float
#define FN(x) x##_f32
#include "kernels/gemm_template.h"

#define T double
#define FN(x) x##_f64
#include "kernels/gemm_template.h"

void crs__gemm_run(const crs__gemm *gemm, crs_dtype dtype, crs__trans trans_a, crs__trans trans_b,
                   size_t m, size_t n, size_t k, double alpha, const void *a, size_t lda,
                   const void *b, size_t ldb, double beta, void *c, size_t ldc, void *work,
                   const crs_executor *executor)
{
    if (gemm->one_at_a_time)
        executor = NULL;
    if (dtype == CRS_F64)
        gemm_f64(gemm, trans_a, trans_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, work,
                 executor);
    else
        gemm_f32(gemm, trans_a, trans_b, m, n, k, (float)alpha, a, lda, b, ldb, (float)beta, c, ldc,
                 work, executor);
}
