/*
 * kernels/product.h - products of large matrices with what follows them folded in.
 *
 *   out[r, s] = start[r] + left[r, 0] right[0, s] + left[r, 1] right[1, s] + ...
 *
 * One fused multiply-add a term, in this order, at every CPU level and for any split
 * of out into pieces: pieces may run in any thread, and may depend on how many there
 * are, without a changed bit. The forward pass and the product that hands da down have
 * the bits of the small kernels (kernels.h); dw is summed in rising s, not in 16 parts.
 *
 * The right factor is packed into panels a few registers wide, which lie one after the
 * other in L1 or L2; the left one is read in place. A tile of out is finished while it
 * is in L1: bias, activation, derivative or update cost no walk of their own.
 */
#ifndef KERNELS_PRODUCT_H
#define KERNELS_PRODUCT_H

#include <crease/act.h>

#include <stddef.h>

/* Terms of a sum that one panel holds, and the bytes of a panel and of pointers to its rows. */
#define CRS__PANEL_DEPTH ((size_t)1024)
#define CRS__PANEL_BYTES (CRS__PANEL_DEPTH * (128 + sizeof(void *)))

/* The right factor and how it lies; row(i) is index[i], or i where index is NULL. */
typedef struct crs__right {
    const void *data;
    size_t ld;
    const size_t *index;
    int turned; /* 0: right[c, s] = data[row(c) ld + s]; 1: right[c, s] = data[row(s) ld + c] */
} crs__right;

/* What becomes of a sum. */
typedef enum crs__end {
    CRS__END_STORE,    /* out = sum */
    CRS__END_ACT,      /* out = sum, a = g(sum) */
    CRS__END_SLOPE,    /* out = sum g'(z) */
    CRS__END_GRADIENT, /* out = scale sum */
    CRS__END_UPDATE    /* params -= lr (scale sum); out may hold parts of the sums meanwhile */
} crs__end;

typedef struct crs__product {
    size_t terms;
    const void *left; /* left[r, c] = left[r * step_row + c * step_term] */
    size_t step_row, step_term;
    crs__right right;
    const void *start; /* [rows]; NULL: 0 */
    int resume;        /* 1: out holds what the sums start from */
    void *out;
    size_t ld; /* of out, a, z and params */
    crs__end end;
    const crs_act *act;
    void *a;       /* CRS__END_ACT */
    const void *z; /* CRS__END_SLOPE */
    void *params;  /* CRS__END_UPDATE */
    double scale, lr;
} crs__product;

/* A piece of out: from ... to - 1. */
typedef struct crs__span {
    size_t from, to;
} crs__span;

#endif
