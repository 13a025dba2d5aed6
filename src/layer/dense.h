/*
 * layer/dense.h - a fully connected layer, z = W a_prev + b.
 *
 * Shapes: w [n_out, n_in], b [n_out]; a_prev [n_in, batch] and z [n_out, batch] are
 * feature-major with leading dimensions (kernels/kernels.h). The input of a first
 * layer that is large may also lie sample by sample, [rows, n_in], as a file has it.
 *
 * A large layer's products are ours (kernels/product.h), in pieces that the caller cuts and
 * with activation, slope and update folded in, or a library's (kernels/gemm.h), whole.
 */
#ifndef LAYER_DENSE_H
#define LAYER_DENSE_H

#include "kernels/gemm.h"
#include "kernels/kernels.h"

/* An array as a layer reads it. */
typedef struct crs__input {
    const void *data;
    size_t ld;     /* elements from one row to the next */
    int by_sample; /* 0: [n, batch], a row a feature; 1: [rows, n], a row a sample */
    const size_t
        *index; /* by_sample: which row each sample of the batch is; NULL: the first ones */
} crs__input;

typedef struct crs__dense {
    size_t n_in, n_out;
    int large; /* its products are those of large matrices */
} crs__dense;

void crs__dense_setup(size_t n_in, size_t n_out, crs__dense *out);

/* For a layer in a net that has a large one: count it among them if its shape allows. */
void crs__dense_join_large(crs__dense *layer);

/* ---- a large layer, for kernels->product: pieces of z, of da and of dw -------------- */

/* z = w a + b; the caller says what becomes of z (`end`, and `a`) */
crs__product crs__dense_fwd_product(const crs__dense *layer, const void *w, const void *b,
                                    crs__input a, void *z, size_t ld);
/* da = w^T dz */
crs__product crs__dense_bwd_product(const crs__dense *layer, const void *w, const void *dz,
                                    size_t ld, void *da);
/* dw = scale dz a^T */
crs__product crs__dense_weight_product(const crs__dense *layer, size_t batch, double scale,
                                       crs__input a, const void *dz, size_t ld, void *dw);

/* ---- any layer, in one call; the large ones by `gemm`  ----------------------------------------------------------- */

/* Elements of scratch that the calls below want for up to `batch` samples. */
size_t crs__dense_work(const crs__dense *layer, size_t batch);

/* z = w a + b */
void crs__dense_fwd(const crs__dense *layer, const crs__kernels *kernels, const crs__gemm *gemm,
                    size_t batch, const void *w, const void *b, crs__input a, void *z, size_t ldz,
                    void *work, const crs_executor *executor);

/*
 * dw = scale dz a^T, db = scale (sum of dz over the batch), and da = w^T dz where da
 * is not NULL ([n_in, batch], ldda).
 */
void crs__dense_bwd(const crs__dense *layer, const crs__kernels *kernels, const crs__gemm *gemm,
                    size_t batch, double scale, const void *w, crs__input a, const void *dz,
                    size_t lddz, void *dw, void *db, void *da, size_t ldda, void *work,
                    const crs_executor *executor);

#endif
