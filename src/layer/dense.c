#include "layer/dense.h"

/*
 * From this many weights on, or nearly, a blocked product is ahead of the kernels of small
 * nets, whose operands then no longer fit L1. By the weights alone, so that a layer
 * computes alike for every batch.
 */
enum { LARGE = 8192 };

void crs__dense_setup(size_t n_in, size_t n_out, crs__dense *out)
{
    out->n_in = n_in;
    out->n_out = n_out;
    out->large = n_in >= LARGE || n_out >= LARGE / n_in;
}

/* Half a panel wide, and no smaller than a few tiles. */
void crs__dense_join_large(crs__dense *layer)
{
    enum { LEAST_IN = 16, LEAST = 256 };
    if (layer->n_in >= LEAST_IN && layer->n_out >= LEAST / layer->n_in)
        layer->large = 1;
}

crs__product crs__dense_fwd_product(const crs__dense *layer, const void *w, const void *b,
                                    crs__input a, void *z, size_t ld)
{
    return (crs__product){.terms = layer->n_in,
                          .left = w,
                          .step_row = layer->n_in,
                          .step_term = 1,
                          .right = {a.data, a.ld, a.index, a.by_sample},
                          .start = b,
                          .out = z,
                          .ld = ld,
                          .end = CRS__END_STORE};
}

crs__product crs__dense_bwd_product(const crs__dense *layer, const void *w, const void *dz,
                                    size_t ld, void *da)
{
    return (crs__product){.terms = layer->n_out,
                          .left = w,
                          .step_row = 1,
                          .step_term = layer->n_in,
                          .right = {dz, ld, NULL, 0},
                          .out = da,
                          .ld = ld,
                          .end = CRS__END_STORE};
}

crs__product crs__dense_weight_product(const crs__dense *layer, size_t batch, double scale,
                                       crs__input a, const void *dz, size_t ld, void *dw)
{
    return (crs__product){.terms = batch,
                          .left = dz,
                          .step_row = ld,
                          .step_term = 1,
                          .right = {a.data, a.ld, a.index, !a.by_sample},
                          .out = dw,
                          .ld = layer->n_in,
                          .end = CRS__END_GRADIENT,
                          .scale = scale};
}

static size_t max(size_t x, size_t y)
{
    return x > y ? x : y;
}

size_t crs__dense_work(const crs__dense *layer, size_t batch)
{
    if (!layer->large)
        return 0;
    return max(crs__gemm_work(layer->n_out, batch, layer->n_in),
               max(crs__gemm_work(layer->n_out, layer->n_in, batch),
                   crs__gemm_work(layer->n_in, batch, layer->n_out)));
}

void crs__dense_fwd(const crs__dense *layer, const crs__kernels *kernels, const crs__gemm *gemm,
                    size_t batch, const void *w, const void *b, crs__input a, void *z, size_t ldz,
                    void *work, const crs_executor *executor)
{
    if (!layer->large) {
        kernels->dense_fwd(layer->n_out, layer->n_in, batch, w, b, a.data, a.ld, z, ldz);
        return;
    }
    crs__gemm_run(gemm, kernels->dtype, CRS__NO_TRANS, a.by_sample ? CRS__TRANS : CRS__NO_TRANS,
                  layer->n_out, batch, layer->n_in, 1, w, layer->n_in, a.data, a.ld, 0, z, ldz,
                  work, executor);
    kernels->bias_add(layer->n_out, batch, b, z, ldz);
}

void crs__dense_bwd(const crs__dense *layer, const crs__kernels *kernels, const crs__gemm *gemm,
                    size_t batch, double scale, const void *w, crs__input a, const void *dz,
                    size_t lddz, void *dw, void *db, void *da, size_t ldda, void *work,
                    const crs_executor *executor)
{
    size_t n_in = layer->n_in, n_out = layer->n_out;
    kernels->dense_bwd_bias(n_out, batch, scale, dz, lddz, db);
    if (layer->large) {
        crs__gemm_run(gemm, kernels->dtype, CRS__NO_TRANS, a.by_sample ? CRS__NO_TRANS : CRS__TRANS,
                      n_out, n_in, batch, scale, dz, lddz, a.data, a.ld, 0, dw, n_in, work,
                      executor);
        if (da != NULL)
            crs__gemm_run(gemm, kernels->dtype, CRS__TRANS, CRS__NO_TRANS, n_in, batch, n_out, 1, w,
                          n_in, dz, lddz, 0, da, ldda, work, executor);
    } else {
        kernels->dense_bwd_weight(n_out, n_in, batch, scale, dz, lddz, a.data, a.ld, dw);
        if (da != NULL)
            kernels->dense_bwd_data(n_out, n_in, batch, w, dz, lddz, da, ldda);
    }
}
