#include "kernels/gemm.h"

#include <string.h>

#if CRS_HAVE_BLAS
#include <cblas.h>
#endif

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

const char *crs__gemm_name(void)
{
#if CRS_HAVE_BLAS
    return openblas_get_config();
#else
    return "built-in";
#endif
}

/*
 * Where the pieces may run. A piece must not be split again; and OpenBLAS's serial
 * build, which a loader may find in place of the one linked, has no locks: its calls
 * must follow each other.
 */
static const crs_executor *prepare(const crs_executor *executor)
{
#if CRS_HAVE_BLAS
    if (openblas_get_parallel() == OPENBLAS_SEQUENTIAL)
        return NULL;
    if (openblas_get_num_threads() != 1)
        openblas_set_num_threads(1);
#endif
    return executor;
}

#define T float
#define FN(x) x##_f32
#define CBLAS_GEMM cblas_sgemm
#include "kernels/gemm_template.h"

#define T double
#define FN(x) x##_f64
#define CBLAS_GEMM cblas_dgemm
#include "kernels/gemm_template.h"
