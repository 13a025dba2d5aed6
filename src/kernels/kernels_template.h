/*
 * One CPU level's kernels for one number type, in the terms of kernels/real.h. There is
 * no other source of a kernel, so levels differ in the width of V alone.
 */

#define N_V (16 / V_LANES)           /* registers that hold CRS__LANES samples */
#define BLOCK_OUT (N_V <= 2 ? 4 : 2) /* rows of z in flight in forward */
#define BLOCK_J (N_V <= 2 ? 2 : 1)   /* block of dw in flight in backward */
#define BLOCK_K (N_V <= 2 ? 4 : 2)
#define INLINE static inline __attribute__((always_inline))
/* What is not worth unrolled code. (`cold` would make its callers small as well.) */
#if defined(__clang__)
#define SMALL static __attribute__((noinline))
#else
#define SMALL static __attribute__((noinline, optimize("Os")))
#endif
#if V_LANES == 1 || CRS_KEEP_LOOPS
#define UNROLL
#elif defined(__clang__)
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

/* The sum of 16 lanes as the fixed tree of kernels.h. */
INLINE T NAME(tree_of)(T lane[16])
{
    for (int width = 8; width > 0; width /= 2)
        for (int i = 0; i < width; i++)
            lane[i] += lane[i + width];
    return lane[0];
}

INLINE T NAME(tree)(const V acc[N_V])
{
    T lane[16];
    for (int v = 0; v < N_V; v++)
        V_STORE(lane + v * V_LANES, acc[v]);
    return NAME(tree_of)(lane);
}

/*
 * out[r, s] = start[r] + sum_c m[r, c] in[c, s] for `rows` rows and 16 samples;
 * m[r, c] is m[r * step_r + c * step_c], so that w and its transpose both serve.
 */
INLINE void NAME(rows_fwd)(int rows, size_t n, const T *m, size_t step_r, size_t step_c,
                           const T *start, const T *in, size_t ld_in, T *out, size_t ld_out)
{
    V acc[BLOCK_OUT][N_V];
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < N_V; v++)
            acc[r][v] = V_SET1(start == NULL ? (T)0 : start[r]);
    for (size_t c = 0; c < n; c++) {
        V x[N_V];
        for (int v = 0; v < N_V; v++)
            x[v] = V_LOAD(in + c * ld_in + (size_t)(v * V_LANES));
        for (int r = 0; r < rows; r++) {
            V w = V_SET1(m[(size_t)r * step_r + c * step_c]);
            for (int v = 0; v < N_V; v++)
                acc[r][v] = V_FMA(w, x[v], acc[r][v]);
        }
    }
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < N_V; v++)
            V_STORE(out + (size_t)r * ld_out + (size_t)(v * V_LANES), acc[r][v]);
}

/* out[rows, batch] = start + m[rows, n] in[n, batch], for any number of rows */
INLINE void NAME(product)(size_t rows, size_t n, size_t batch, const T *m, size_t step_r,
                          size_t step_c, const T *start, const T *in, size_t ld_in, T *out,
                          size_t ld_out)
{
    for (size_t s = 0; s < batch; s += 16) {
        size_t r = 0;
        for (; r + BLOCK_OUT <= rows; r += BLOCK_OUT)
            NAME(rows_fwd)
        (BLOCK_OUT, n, m + r * step_r, step_r, step_c, start == NULL ? NULL : start + r, in + s,
         ld_in, out + r * ld_out + s, ld_out);
        for (; r < rows; r++)
            NAME(rows_fwd)
        (1, n, m + r * step_r, step_r, step_c, start == NULL ? NULL : start + r, in + s, ld_in,
         out + r * ld_out + s, ld_out);
    }
}

static void NAME(dense_fwd)(size_t n_out, size_t n_in, size_t batch, const void *w, const void *b,
                            const void *a, size_t lda, void *z, size_t ldz)
{
    NAME(product)(n_out, n_in, batch, w, n_in, 1, b, a, lda, z, ldz);
}

static void NAME(dense_bwd_data)(size_t n_out, size_t n_in, size_t batch, const void *w,
                                 const void *dz, size_t ldz, void *da, size_t lda)
{
    NAME(product)(n_in, n_out, batch, w, 1, n_in, NULL, dz, ldz, da, lda);
}

/* A block of dw: js rows of dz against ks rows of a. */
INLINE void NAME(weight_block)(int js, int ks, size_t batch, T scale, const T *dz, size_t ldz,
                               const T *a, size_t lda, T *dw, size_t ldw)
{
    V acc[BLOCK_J][BLOCK_K][N_V];
    for (int j = 0; j < js; j++)
        for (int k = 0; k < ks; k++)
            for (int v = 0; v < N_V; v++)
                acc[j][k][v] = V_SET1((T)0);
    for (size_t s = 0; s < batch; s += 16) {
        for (int v = 0; v < N_V; v++) {
            size_t at = s + (size_t)(v * V_LANES);
            V d[BLOCK_J];
            for (int j = 0; j < js; j++)
                d[j] = V_LOAD(dz + (size_t)j * ldz + at);
            for (int k = 0; k < ks; k++) {
                V x = V_LOAD(a + (size_t)k * lda + at);
                for (int j = 0; j < js; j++)
                    acc[j][k][v] = V_FMA(d[j], x, acc[j][k][v]);
            }
        }
    }
    for (int j = 0; j < js; j++)
        for (int k = 0; k < ks; k++)
            dw[(size_t)j * ldw + (size_t)k] = scale * NAME(tree)(acc[j][k]);
}

static void NAME(dense_bwd_weight)(size_t n_out, size_t n_in, size_t batch, double scale,
                                   const void *dz_, size_t ldz, const void *a_, size_t lda,
                                   void *dw_)
{
    const T *dz = dz_, *a = a_;
    T *dw = dw_;
    for (size_t j = 0; j < n_out;) {
        int js = j + BLOCK_J <= n_out ? BLOCK_J : 1;
        size_t k = 0;
        for (; k + BLOCK_K <= n_in; k += BLOCK_K) {
            if (js == BLOCK_J)
                NAME(weight_block)
            (BLOCK_J, BLOCK_K, batch, (T)scale, dz + j * ldz, ldz, a + k * lda, lda,
             dw + j * n_in + k, n_in);
            else NAME(weight_block)(1, BLOCK_K, batch, (T)scale, dz + j * ldz, ldz, a + k * lda,
                                    lda, dw + j * n_in + k, n_in);
        }
        for (; k < n_in; k++) {
            if (js == BLOCK_J)
                NAME(weight_block)
            (BLOCK_J, 1, batch, (T)scale, dz + j * ldz, ldz, a + k * lda, lda, dw + j * n_in + k,
             n_in);
            else NAME(weight_block)(1, 1, batch, (T)scale, dz + j * ldz, ldz, a + k * lda, lda,
                                    dw + j * n_in + k, n_in);
        }
        j += (size_t)js;
    }
}

static void NAME(dense_bwd_bias)(size_t n_out, size_t batch, double scale, const void *dz_,
                                 size_t ldz, void *db_)
{
    const T *dz = dz_;
    T *db = db_;
    const V one = V_SET1((T)1); /* dz * 1 + acc: the same rounding as every other sum */
    for (size_t j = 0; j < n_out; j++) {
        V acc[N_V];
        for (int v = 0; v < N_V; v++)
            acc[v] = V_SET1((T)0);
        for (size_t s = 0; s < batch; s += 16)
            for (int v = 0; v < N_V; v++)
                acc[v] = V_FMA(V_LOAD(dz + j * ldz + s + (size_t)(v * V_LANES)), one, acc[v]);
        db[j] = (T)scale * NAME(tree)(acc);
    }
}

static void NAME(bias_add)(size_t n_out, size_t batch, const void *b_, void *z_, size_t ldz)
{
    const T *b = b_;
    T *z = z_;
    for (size_t j = 0; j < n_out; j++)
        for (size_t s = 0; s < batch; s++)
            z[j * ldz + s] += b[j];
}

/* Comparisons and one multiplication: what the compiler vectorises by itself, and to the same bits. */
static void NAME(act_fwd)(const crs_act *act, size_t n, const void *z_, void *a_)
{
    const T *z = z_;
    T *a = a_;
    const T slope = (T)act->param;
    size_t i = 0;
    switch (act->id) {
    case CRS_ACT_LINEAR:
        for (; i < n; i++)
            a[i] = z[i];
        break;
    case CRS_ACT_RELU:
        for (; i + V_LANES <= n; i += V_LANES)
            V_STORE(a + i, V_MAX(V_SET1((T)0), V_LOAD(z + i)));
        for (; i < n; i++)
            a[i] = CRS__LESS(z[i], 0) ? 0 : z[i];
        break;
    case CRS_ACT_LEAKY_RELU:
        for (; i < n; i++)
            a[i] = z[i] < 0 ? slope * z[i] : z[i];
        break;
    default:
        for (; i < n; i++)
            a[i] = FN(crs_act_value)(act, z[i]);
    }
}

static void NAME(act_bwd)(const crs_act *act, size_t n, const void *z_, const void *da_, void *dz_)
{
    const T *z = z_, *da = da_;
    T *dz = dz_;
    if (act->id == CRS_ACT_RELU || act->id == CRS_ACT_LEAKY_RELU) {
        /* leaky_relu:1 is a straight line and has no kink */
        const T left = act->id == CRS_ACT_RELU ? 0 : (T)act->param;
        const T at_kink = act->n_kinks > 0 ? (T)act->kink[0].value : 1;
        for (size_t i = 0; i < n; i++) {
            T x = z[i];
            T slope = x > 0 ? 1 : x; /* NaN stays NaN */
            slope = x < 0 ? left : slope;
            slope = x == 0 ? at_kink : slope;
            dz[i] = da[i] * slope;
        }
    } else {
        for (size_t i = 0; i < n; i++)
            dz[i] = da[i] * FN(crs_act_slope)(act, z[i]);
    }
}

static size_t NAME(count_equal)(size_t n, const void *z_, double value)
{
    const T *z = z_;
    const T wanted = (T)value;
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += z[i] == wanted;
    return count;
}

static void NAME(sgd)(size_t n, double lr, const void *g_, void *p_)
{
    const T *g = g_;
    T *p = p_;
    const V step = V_SET1((T)-lr);
    size_t i = 0;
    for (; i + V_LANES <= n; i += V_LANES)
        V_STORE(p + i, V_FMA(step, V_LOAD(g + i), V_LOAD(p + i)));
    for (; i < n; i++)
        p[i] = FN(crs__fma)((T)-lr, g[i], p[i]);
}

static void NAME(add)(size_t n, const void *x_, void *y_)
{
    const T *x = x_;
    T *y = y_;
    for (size_t i = 0; i < n; i++)
        y[i] += x[i];
}

#include "kernels/norm_template.h"
#include "kernels/product_template.h"

const crs__kernels NAME(kernels) = {
    .dtype = DTYPE,
    .size = sizeof(T),
    .dense_fwd = NAME(dense_fwd),
    .dense_bwd_data = NAME(dense_bwd_data),
    .dense_bwd_weight = NAME(dense_bwd_weight),
    .dense_bwd_bias = NAME(dense_bwd_bias),
    .bias_add = NAME(bias_add),
    .act_fwd = NAME(act_fwd),
    .act_bwd = NAME(act_bwd),
    .count_equal = NAME(count_equal),
    .sgd = NAME(sgd),
    .add = NAME(add),
    .norm_stats = NAME(norm_stats),
    .norm_fwd = NAME(norm_fwd),
    .norm_sums = NAME(norm_sums),
    .norm_bwd = NAME(norm_bwd),
    .weigh = NAME(weigh),
    .drop = NAME(drop),
    .product = NAME(large),
    .tile_rows = NAME(tile_rows),
    .tile_cols = 2 * V_LANES,
    .units_pack = NAME(units_pack),
    .units_fwd = NAME(units_fwd),
};

#undef N_V
#undef BLOCK_OUT
#undef BLOCK_J
#undef BLOCK_K
#undef INLINE
#undef SMALL
#undef UNROLL
