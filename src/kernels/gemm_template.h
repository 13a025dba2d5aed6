/* gemm for one dtype; included by gemm.c with T and FN(x). */

typedef struct FN(job) {
    const crs__gemm *gemm;
    crs__trans trans_a, trans_b;
    size_t m, n, k, lda, ldb, ldc;
    size_t parts, step; /* pieces, and columns or inner length of one */
    T alpha, beta;
    const T *a, *b;
    T *c, *work;
} FN(job);

static void FN(column_task)(void *arg, size_t i, int worker)
{
    const FN(job) *job = arg;
    size_t from = i * job->step;
    size_t n = job->n - from < job->step ? job->n - from : job->step;
    const T *b = job->trans_b == CRS__TRANS ? job->b + from * job->ldb : job->b + from;
    (void)worker;
    FN(call)
    (job->gemm, job->trans_a, job->trans_b, job->m, n, job->k, job->alpha, job->a, job->lda, b, job->ldb,
     job->beta, job->c + from, job->ldc);
}

static void FN(inner_task)(void *arg, size_t i, int worker)
{
    const FN(job) *job = arg;
    size_t from = i * job->step;
    size_t k = job->k - from < job->step ? job->k - from : job->step;
    const T *a = job->trans_a == CRS__TRANS ? job->a + from * job->lda : job->a + from;
    const T *b = job->trans_b == CRS__TRANS ? job->b + from : job->b + from * job->ldb;
    (void)worker;
    if (i == 0)
        FN(call)
    (job->gemm, job->trans_a, job->trans_b, job->m, job->n, k, job->alpha, a, job->lda, b, job->ldb, job->beta,
     job->c, job->ldc);
    else FN(call)(job->gemm, job->trans_a, job->trans_b, job->m, job->n, k, job->alpha, a, job->lda, b,
                   job->ldb, 0, job->work + (i - 1) * job->m * job->n, job->n);
}

static void FN(gemm)(const crs__gemm *gemm, crs__trans trans_a, crs__trans trans_b, size_t m, size_t n, size_t k, T alpha,
                   const T *a, size_t lda, const T *b, size_t ldb, T beta, T *c, size_t ldc,
                   T *work, const crs_executor *executor)
{
    FN(job) job = {gemm, trans_a, trans_b, m, n, k, lda, ldb, ldc, 0, 0, alpha, beta, a, b, c, work};
    if (m == 0 || n == 0)
        return;
    job.parts = inner_parts(m, n, k);
    if (job.parts == 1) {
        job.step = COLUMNS;
        crs_executor_run(executor, ceil_div(n, COLUMNS), FN(column_task), &job);
        return;
    }
    job.step = ceil_div(k, job.parts);
    job.parts = ceil_div(k, job.step);
    crs_executor_run(executor, job.parts, FN(inner_task), &job);
    for (size_t p = 1; p < job.parts; p++) {
        const T *part = work + (p - 1) * m * n;
        for (size_t i = 0; i < m; i++)
            for (size_t j = 0; j < n; j++)
                c[i * ldc + j] += part[i * n + j];
    }
}

#undef T
#undef FN
