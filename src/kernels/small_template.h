/*
 * The kernels of kernels/small.h for one CPU level and number type, in the terms of
 * kernels/real.h. Blocks are sized by V_REGISTERS; no order of a sum depends on them.
 */
#define INLINE static inline __attribute__((always_inline))
/* A scalar build's blocks are small, and its loops stay loops. */
#if V_LANES > 1
#define UNROLL _Pragma("GCC unroll 16")
#define SOME _Pragma("GCC unroll 4")
#else
#define UNROLL
#define SOME
#endif

#include "kernels/smooth_template.h"

#define N_V (16 / V_LANES) /* registers that hold CRS__LANES samples */
#define MANY (V_REGISTERS >= 32)
#define FWD_J (V_LANES > 1 ? 4 : 2) /* rows and registers of samples in flight: forward and data */
#define FWD_S (MANY ? 4 : 2)
#define ROW_S (MANY ? 8 : 4)                      /* the same for a single row */
#define DW_J (MANY ? 4 : V_LANES > 1 ? 2 : 1)     /* block of dw in flight */
#define DW_K (V_LANES > 1 ? 4 : 2)

/* ---- sums of lanes ------------------------------------------------------------------ */

/*
 * MERGE<t>(p, q): registers in which every row has LANES / 2^t lanes; each row's upper half
 * is added to its lower, and the rows of q follow those of p.
 */
#define SPLIT(p, q, lower, upper) \
    (__builtin_shufflevector(p, q, lower) + __builtin_shufflevector(p, q, upper))
#if V_LANES == 16
#define L0 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define U0 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31
#define L1 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27
#define U1 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31
#define L2 0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29
#define U2 2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31
#define L3 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define U3 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#elif V_LANES == 8
#define L0 0, 1, 2, 3, 8, 9, 10, 11
#define U0 4, 5, 6, 7, 12, 13, 14, 15
#define L1 0, 1, 4, 5, 8, 9, 12, 13
#define U1 2, 3, 6, 7, 10, 11, 14, 15
#define L2 0, 2, 4, 6, 8, 10, 12, 14
#define U2 1, 3, 5, 7, 9, 11, 13, 15
#elif V_LANES == 4
#define L0 0, 1, 4, 5
#define U0 2, 3, 6, 7
#define L1 0, 2, 4, 6
#define U1 1, 3, 5, 7
#elif V_LANES == 2
#define L0 0, 2
#define U0 1, 3
#endif

/* Each register of r ends as the sum of its lanes, in lane 0; V_LANES of them in one, in their order. */
INLINE V NAME(merge)(V *r)
{
#if V_LANES > 1
    UNROLL
    for (int i = 0; i < V_LANES / 2; i++)
        r[i] = SPLIT(r[2 * i], r[2 * i + 1], L0, U0);
#endif
#if V_LANES > 2
    UNROLL
    for (int i = 0; i < V_LANES / 4; i++)
        r[i] = SPLIT(r[2 * i], r[2 * i + 1], L1, U1);
#endif
#if V_LANES > 4
    UNROLL
    for (int i = 0; i < V_LANES / 8; i++)
        r[i] = SPLIT(r[2 * i], r[2 * i + 1], L2, U2);
#endif
#if V_LANES > 8
    r[0] = SPLIT(r[0], r[1], L3, U3);
#endif
    return r[0];
}

/*
 * What is added in the end: out[i] = the sum of 16 lanes as the tree of kernels.h, for i <
 * count, with the last V_LANES of the lanes of row i in last[i] and those before in rows[i].
 */
INLINE void NAME(sum_up)(int count, T (*rows)[16], const V *last, T *out)
{
    UNROLL
    for (int from = 0; from < count; from += V_LANES) {
        V r[V_LANES];
        UNROLL
        for (int i = 0; i < V_LANES; i++) {
            V part[N_V];
            if (from + i >= count) {
                r[i] = V_SET1((T)0);
                continue;
            }
            UNROLL
            for (int v = 0; v + 1 < N_V; v++)
                part[v] = V_LOAD(rows[from + i] + v * V_LANES);
            part[N_V - 1] = last[from + i];
            UNROLL
            for (int width = N_V / 2; width > 0; width /= 2) {
                UNROLL
                for (int v = 0; v < width; v++)
                    part[v] = part[v] + part[v + width];
            }
            r[i] = part[0];
        }
        V_STORE(out + from, NAME(merge)(r));
    }
}

/* ---- forward -------------------------------------------------------------------------- */

typedef struct NAME(fwd) {
    size_t n_in, samples, lda, ld;
    const T *w, *b, *a, *w_next, *b_next;
    crs__small_act act;
    T slope;
    T *z, *out, *z_next;
} NAME(fwd);

/* js rows from `row` on and ss registers of samples. */
INLINE void NAME(fwd_block)(int js, int ss, size_t n_in, const NAME(fwd) *in, size_t row, size_t from)
{
    const size_t lda = in->lda, ld = in->ld;
    const T *w = in->w + row * n_in, *b = in->b + row, *a = in->a + from;
    V acc[FWD_J][ROW_S];
    UNROLL
    for (int j = 0; j < js; j++)
        UNROLL
    for (int s = 0; s < ss; s++)
        acc[j][s] = V_SET1(b[j]);
    for (size_t k = 0; k < n_in; k++) {
        V x[ROW_S];
        UNROLL
        for (int s = 0; s < ss; s++)
            x[s] = V_LOAD(a + k * lda + (size_t)(s * V_LANES));
        UNROLL
        for (int j = 0; j < js; j++) {
            V factor = V_SET1(w[(size_t)j * n_in + k]);
            UNROLL
            for (int s = 0; s < ss; s++)
                acc[j][s] = V_FMA(factor, x[s], acc[j][s]);
        }
    }
    if (in->z != NULL) {
        T *z = in->z + row * ld + from;
        UNROLL
        for (int j = 0; j < js; j++)
            UNROLL
        for (int s = 0; s < ss; s++)
            V_STORE(z + (size_t)j * ld + (size_t)(s * V_LANES), acc[j][s]);
    }
    if (in->out == NULL)
        return;
    if (in->act == CRS__SMALL_RELU) {
        UNROLL
        for (int j = 0; j < js; j++)
            UNROLL
        for (int s = 0; s < ss; s++)
            acc[j][s] = V_MAX(V_SET1((T)0), acc[j][s]);
    } else if (in->act == CRS__SMALL_LEAKY) {
        const V slope = V_SET1(in->slope), zero = V_SET1((T)0);
        UNROLL
        for (int j = 0; j < js; j++)
            UNROLL
        for (int s = 0; s < ss; s++)
            acc[j][s] = V_BLEND(V_LT(acc[j][s], zero), slope * acc[j][s], acc[j][s]);
    }
    T *out = in->out + row * ld + from;
    UNROLL
    for (int j = 0; j < js; j++)
        UNROLL
    for (int s = 0; s < ss; s++)
        V_STORE(out + (size_t)j * ld + (size_t)(s * V_LANES), acc[j][s]);
    if (in->w_next == NULL)
        return;
    T *next = in->z_next + from;
    V sum[ROW_S];
    UNROLL
    for (int s = 0; s < ss; s++)
        sum[s] = row == 0 ? V_SET1(*in->b_next) : V_LOAD(next + s * V_LANES);
    UNROLL
    for (int j = 0; j < js; j++) {
        V factor = V_SET1(in->w_next[row + (size_t)j]);
        UNROLL
        for (int s = 0; s < ss; s++)
            sum[s] = V_FMA(factor, acc[j][s], sum[s]);
    }
    UNROLL
    for (int s = 0; s < ss; s++)
        V_STORE(next + s * V_LANES, sum[s]);
}

INLINE void NAME(fwd_rows)(int js, int wide, size_t n_in, const NAME(fwd) *in, size_t row)
{
    size_t s = 0, step = (size_t)(wide * V_LANES);
    if (js > 1 && MANY) {
        /* n registers are 4 p + 5 q of them, unless they are few */
        size_t five = in->samples / V_LANES % 4, end = five * 5 * V_LANES;
        for (; end <= in->samples && s < end; s += (size_t)(5 * V_LANES))
            NAME(fwd_block)(js, 5, n_in, in, row, s);
    }
    for (; s + step <= in->samples; s += step)
        NAME(fwd_block)(js, wide, n_in, in, row, s);
    for (; s < in->samples; s += V_LANES)
        NAME(fwd_block)(js, 1, n_in, in, row, s);
}

static void NAME(small_fwd)(size_t n_out, size_t n_in, size_t samples, const void *w,
                            const void *b, const void *a, size_t lda, crs__small_act act,
                            double slope, void *z, void *out, size_t ld, const void *w_next,
                            const void *b_next, void *z_next)
{
    const NAME(fwd) in = {n_in,   samples, lda, ld,       w, b,   a,
                          w_next, b_next,  act, (T)slope, z, out, z_next};
    size_t j = 0;
    /* the plane is what most of these nets see */
    for (; n_in == 2 && j + FWD_J <= n_out; j += FWD_J)
        NAME(fwd_rows)(FWD_J, FWD_S, 2, &in, j);
    for (; j + FWD_J <= n_out; j += FWD_J)
        NAME(fwd_rows)(FWD_J, FWD_S, n_in, &in, j);
    for (; j < n_out; j++)
        NAME(fwd_rows)(1, ROW_S, n_in, &in, j);
}

/* ---- the output ------------------------------------------------------------------------- */

/* Lanes that are no samples count for nothing. */
INLINE void NAME(clear_pad)(size_t n, size_t samples, size_t real, T *dz, size_t ld)
{
    for (size_t j = 0; j < n && real < samples; j++)
        memset(dz + j * ld + real, 0, (samples - real) * sizeof(T));
}

static void NAME(bce_delta)(size_t n, size_t samples, size_t real, const void *z_, const void *y_,
                            size_t ldy, void *dz_, size_t ld)
{
    const T *z = z_, *y = y_;
    T *dz = dz_;
    for (size_t j = 0; j < n; j++)
        for (size_t s = 0; s < samples; s += V_LANES)
            V_STORE(dz + j * ld + s,
                    NAME(smooth_sigmoid)(V_LOAD(z + j * ld + s)) - V_LOAD(y + j * ldy + s));
    NAME(clear_pad)(n, samples, real, dz, ld);
}

static void NAME(softmax_delta)(size_t n, size_t samples, size_t real, const void *z_,
                                const void *y_, size_t ldy, void *dz_, size_t ld)
{
    const T *z = z_, *y = y_;
    T *dz = dz_;
    for (size_t s = 0; s < samples; s += V_LANES) {
        V most = V_LOAD(z + s), sum = V_SET1((T)0), part;
        for (size_t j = 1; j < n; j++)
            most = V_MAX(V_LOAD(z + j * ld + s), most);
        for (size_t j = 0; j < n; j++) {
            V e = NAME(smooth_exp)(NAME(smooth_clamp)(V_LOAD(z + j * ld + s) - most));
            V_STORE(dz + j * ld + s, e);
            sum = sum + e;
        }
        part = V_SET1((T)1) / sum;
        for (size_t j = 0; j < n; j++)
            V_STORE(dz + j * ld + s, V_LOAD(dz + j * ld + s) * part - V_LOAD(y + j * ldy + s));
    }
    NAME(clear_pad)(n, samples, real, dz, ld);
}

static void NAME(squared_delta)(size_t n, size_t samples, size_t real, const void *z_,
                                const void *y_, size_t ldy, void *dz_, size_t ld)
{
    const T *z = z_, *y = y_;
    T *dz = dz_;
    for (size_t j = 0; j < n; j++)
        for (size_t s = 0; s < samples; s += V_LANES)
            V_STORE(dz + j * ld + s, V_LOAD(z + j * ld + s) - V_LOAD(y + j * ldy + s));
    NAME(clear_pad)(n, samples, real, dz, ld);
}

/* ---- backward: data ----------------------------------------------------------------------- */

INLINE void NAME(data_block)(int ks, int ss, size_t n, size_t n_above, const T *w, const T *above,
                             const crs__small_step *step, const T *source, T *dz, size_t ld)
{
    V acc[FWD_J][ROW_S];
    UNROLL
    for (int k = 0; k < ks; k++)
        UNROLL
    for (int s = 0; s < ss; s++)
        acc[k][s] = V_SET1((T)0);
    for (size_t j = 0; j < n_above; j++) {
        V d[ROW_S];
        UNROLL
        for (int s = 0; s < ss; s++)
            d[s] = V_LOAD(above + j * ld + (size_t)(s * V_LANES));
        UNROLL
        for (int k = 0; k < ks; k++) {
            V factor = V_SET1(w[j * n + (size_t)k]);
            UNROLL
            for (int s = 0; s < ss; s++)
                acc[k][s] = V_FMA(factor, d[s], acc[k][s]);
        }
    }
    if (step != NULL) {
        const V at = V_SET1((T)step->at), high = V_SET1((T)step->above),
                low = V_SET1((T)step->below);
        UNROLL
        for (int k = 0; k < ks; k++)
            UNROLL
        for (int s = 0; s < ss; s++) {
            V x = V_LOAD(source + (size_t)k * ld + (size_t)(s * V_LANES));
            acc[k][s] = acc[k][s] * V_BLEND(V_GE(x, at), high, low);
        }
    }
    UNROLL
    for (int k = 0; k < ks; k++)
        UNROLL
    for (int s = 0; s < ss; s++)
        V_STORE(dz + (size_t)k * ld + (size_t)(s * V_LANES), acc[k][s]);
}

INLINE void NAME(data_rows)(int ks, int wide, size_t n, size_t n_above, size_t samples, const T *w,
                            const T *above, const crs__small_step *step, const T *source, T *dz,
                            size_t ld)
{
    size_t s = 0, width = (size_t)(wide * V_LANES);
    for (; s + width <= samples; s += width)
        NAME(data_block)
    (ks, wide, n, n_above, w, above + s, step, source == NULL ? source : source + s, dz + s, ld);
    for (; s < samples; s += V_LANES)
        NAME(data_block)
    (ks, 1, n, n_above, w, above + s, step, source == NULL ? source : source + s, dz + s, ld);
}

static void NAME(small_bwd_data)(size_t n, size_t n_above, size_t samples, const void *w_,
                                 const void *above, const crs__small_step *step,
                                 const void *source_, void *dz_, size_t ld)
{
    const T *w = w_, *source = source_;
    T *dz = dz_;
    size_t k = 0;
    for (; k + FWD_J <= n; k += FWD_J)
        NAME(data_rows)
    (FWD_J, FWD_S, n, n_above, samples, w + k, above, step,
     source == NULL ? source : source + k * ld, dz + k * ld, ld);
    for (; k < n; k++)
        NAME(data_rows)
    (1, ROW_S, n, n_above, samples, w + k, above, step, source == NULL ? source : source + k * ld,
     dz + k * ld, ld);
}

/* ---- backward: weights ---------------------------------------------------------------------- */

/* A block of dw, js rows of dz against ks rows of a; its partial sums are at acc. */
INLINE void NAME(small_weight_block)(int js, int ks, size_t samples, const T *dz, size_t ld,
                                     const T *a, size_t lda, const crs__small_sums *sums, T *acc,
                                     T *dw, size_t ldw)
{
    _Alignas(64) T rows[DW_J * DW_K][16];
    _Alignas(64) T total[16];
    V sum[DW_J * DW_K];
    const T scale = (T)sums->scale;
    const int first = sums->first, last = sums->last;
    UNROLL
    for (int v = 0; v < N_V; v++) {
        UNROLL
        for (int r = 0; r < js * ks; r++)
            sum[r] = V_SET1((T)0);
        if (!first) {
            UNROLL
            for (int r = 0; r < js * ks; r++)
                sum[r] = V_LOAD(acc + r * 16 + v * V_LANES);
        }
        for (size_t s = (size_t)(v * V_LANES); s < samples; s += 16) {
            V d[DW_J];
            UNROLL
            for (int j = 0; j < js; j++)
                d[j] = V_LOAD(dz + (size_t)j * ld + s);
            UNROLL
            for (int k = 0; k < ks; k++) {
                V x = V_LOAD(a + (size_t)k * lda + s);
                UNROLL
                for (int j = 0; j < js; j++)
                    sum[j * ks + k] = V_FMA(d[j], x, sum[j * ks + k]);
            }
        }
        if (!last || v + 1 < N_V) {
            T *to = last ? rows[0] : acc;
            UNROLL
            for (int r = 0; r < js * ks; r++)
                V_STORE(to + r * 16 + v * V_LANES, sum[r]);
        }
    }
    if (!last)
        return;
    NAME(sum_up)(js * ks, rows, sum, total);
    UNROLL
    for (int j = 0; j < js; j++)
        UNROLL
    for (int k = 0; k < ks; k++)
        dw[(size_t)j * ldw + (size_t)k] = scale * total[j * ks + k];
}

/* The same for js of db. */
INLINE void NAME(bias_block)(int js, size_t samples, const T *dz, size_t ld,
                             const crs__small_sums *sums, T *acc, T *db)
{
    _Alignas(64) T rows[DW_K][16];
    _Alignas(64) T total[16];
    V sum[DW_K];
    const T scale = (T)sums->scale;
    const int first = sums->first, last = sums->last;
    UNROLL
    for (int v = 0; v < N_V; v++) {
        UNROLL
        for (int j = 0; j < js; j++)
            sum[j] = first ? V_SET1((T)0) : V_LOAD(acc + j * 16 + v * V_LANES);
        for (size_t s = (size_t)(v * V_LANES); s < samples; s += 16)
            UNROLL
        for (int j = 0; j < js; j++)
            sum[j] = V_LOAD(dz + (size_t)j * ld + s) + sum[j];
        if (!last || v + 1 < N_V) {
            T *to = last ? rows[0] : acc;
            UNROLL
            for (int j = 0; j < js; j++)
                V_STORE(to + j * 16 + v * V_LANES, sum[j]);
        }
    }
    if (!last)
        return;
    NAME(sum_up)(js, rows, sum, total);
    UNROLL
    for (int j = 0; j < js; j++)
        db[j] = scale * total[j];
}

INLINE void NAME(weight_rows)(int js, size_t n_in, size_t samples, const T *dz, size_t ld,
                              const T *a, size_t lda, const crs__small_sums *sums, T *acc, T *dw)
{
    size_t k = 0;
    for (; k + DW_K <= n_in; k += DW_K)
        NAME(small_weight_block)
    (js, DW_K, samples, dz, ld, a + k * lda, lda, sums, acc + k * (size_t)js * 16, dw + k, n_in);
    for (; k < n_in; k++)
        NAME(small_weight_block)
    (js, 1, samples, dz, ld, a + k * lda, lda, sums, acc + k * (size_t)js * 16, dw + k, n_in);
}

static void NAME(small_bwd_weight)(size_t n_out, size_t n_in, size_t samples, const void *dz_,
                                   size_t ld, const void *a, size_t lda,
                                   const crs__small_sums *sums, void *dw_, void *db_)
{
    const T *dz = dz_;
    T *dw = dw_, *db = db_, *acc = sums->acc;
    size_t j = 0;
    for (; j + DW_J <= n_out; j += DW_J)
        NAME(weight_rows)
    (DW_J, n_in, samples, dz + j * ld, ld, a, lda, sums, acc + j * n_in * 16, dw + j * n_in);
    for (; j < n_out; j++)
        NAME(weight_rows)
    (1, n_in, samples, dz + j * ld, ld, a, lda, sums, acc + j * n_in * 16, dw + j * n_in);
    acc += n_out * n_in * 16;
    for (j = 0; j + DW_K <= n_out; j += DW_K)
        NAME(bias_block)(DW_K, samples, dz + j * ld, ld, sums, acc + j * 16, db + j);
    for (; j < n_out; j++)
        NAME(bias_block)(1, samples, dz + j * ld, ld, sums, acc + j * 16, db + j);
}

/* ---- backward: a hidden layer below a single output ------------------------------------------- */

typedef struct NAME(single) {
    size_t samples, ld, ldx;
    const T *d, *d_above, *d_below, *x;
    T at;
    const crs__small_sums *sums;
} NAME(single);

/*
 * us units with n_in inputs; `same`: the source is a, and d_above is d. All three are known
 * where this is inlined.
 */
INLINE void NAME(single_block)(int us, int n_in, int same, const NAME(single) *in, const T *source,
                               const T *a, T *acc, T *dw_out, T *dw, T *db)
{
    enum { SUMS = 16 };
    const int at_out = us * n_in, at_bias = at_out + us, n_sums = at_bias + us;
    const V at = V_SET1(in->at);
    const int first = in->sums->first, last = in->sums->last;
    _Alignas(64) T rows[SUMS][16];
    _Alignas(64) T total[SUMS];
    V sum[SUMS];
    UNROLL
    for (int v = 0; v < N_V; v++) {
        UNROLL
        for (int r = 0; r < n_sums; r++)
            sum[r] = V_SET1((T)0);
        if (!first) {
            UNROLL
            for (int r = 0; r < n_sums; r++)
                sum[r] = V_LOAD(acc + r * 16 + v * V_LANES);
        }
        SOME
        for (size_t s = (size_t)(v * V_LANES); s < in->samples; s += 16) {
            V d = V_LOAD(in->d + s), low = V_LOAD(in->d_below + s);
            V high = same ? d : V_LOAD(in->d_above + s);
            V x[CRS__SMALL_THIN];
            UNROLL
            for (int i = 0; i < n_in; i++)
                x[i] = V_LOAD(in->x + (size_t)i * in->ldx + s);
            UNROLL
            for (int u = 0; u < us; u++) {
                V y = V_LOAD(a + (size_t)u * in->ld + s);
                V looked_at = same ? y : V_LOAD(source + (size_t)u * in->ld + s);
                V e = V_BLEND(V_GE(looked_at, at), high, low);
                UNROLL
                for (int i = 0; i < n_in; i++)
                    sum[u * n_in + i] = V_FMA(e, x[i], sum[u * n_in + i]);
                sum[at_out + u] = V_FMA(d, y, sum[at_out + u]);
                sum[at_bias + u] = e + sum[at_bias + u];
            }
        }
        if (!last || v + 1 < N_V) {
            T *to = last ? rows[0] : acc;
            UNROLL
            for (int r = 0; r < n_sums; r++)
                V_STORE(to + r * 16 + v * V_LANES, sum[r]);
        }
    }
    if (!last)
        return;
    NAME(sum_up)(n_sums, rows, sum, total);
    memcpy(dw, total, (size_t)at_out * sizeof(T));
    memcpy(dw_out, total + at_out, (size_t)us * sizeof(T));
    memcpy(db, total + at_bias, (size_t)us * sizeof(T));
}

/* Units whose sums fill half of the registers. */
#define SINGLE_U (MANY ? 4 : V_LANES > 1 ? 2 : 1)

INLINE void NAME(single_rows)(int n_in, int same, size_t n, const NAME(single) *in, const T *source,
                              const T *a, T *acc, T *dw_out, T *dw, T *db)
{
    size_t u = 0, inputs = (size_t)n_in, each = inputs + 2;
    for (; u + SINGLE_U <= n; u += SINGLE_U)
        NAME(single_block)
    (SINGLE_U, n_in, same, in, source + u * in->ld, a + u * in->ld, acc + u * each * 16,
     dw_out + u, dw + u * inputs, db + u);
    for (; u < n; u++)
        NAME(single_block)
    (1, n_in, same, in, source + u * in->ld, a + u * in->ld, acc + u * each * 16, dw_out + u,
     dw + u * inputs, db + u);
}

/* What was left out of the sums: the output's weights, and the mean. */
static void NAME(single_scale)(size_t n_in, size_t n, T scale, const T *restrict w_out,
                               T *restrict dw_out, T *restrict dw, T *restrict db)
{
    for (size_t u = 0; u < n; u++)
        dw_out[u] *= scale;
    for (size_t u = 0; u < n; u++)
        db[u] = scale * (w_out[u] * db[u]);
    for (size_t u = 0; u < n; u++)
        for (size_t i = 0; i < n_in; i++)
            dw[u * n_in + i] = scale * (w_out[u] * dw[u * n_in + i]);
}

static void NAME(small_bwd_single)(size_t n, size_t n_in, size_t samples, const void *d,
                                   const void *d_above, const void *d_below,
                                   const crs__small_step *step, const void *source, const void *a,
                                   size_t ld, const void *x, size_t ldx, const void *w_out,
                                   const crs__small_sums *sums, void *dw_out, void *dw, void *db)
{
    const NAME(single) in = {samples, ld, ldx, d, d_above, d_below, x, (T)step->at, sums};
#define SINGLE(inputs, same)                                                            \
    NAME(single_rows)(inputs, same, n, &in, source, a, sums->acc, dw_out, dw, db)
    if (n_in == 1 && source == a && d_above == d)
        SINGLE(1, 1);
    else if (n_in == 1)
        SINGLE(1, 0);
    else if (source == a && d_above == d)
        SINGLE(2, 1);
    else
        SINGLE(2, 0);
    if (sums->last)
        NAME(single_scale)(n_in, n, (T)sums->scale, w_out, dw_out, dw, db);
#undef SINGLE
}

/* ---- relu's own derivative in such a layer -------------------------------------------------------- */

#ifdef V_BITS
#define MARK V_BITS
#define MARKS_A_REGISTER 1
#define MARK_STORE(p, z, at) (*(p) = (V_BITS)V_GE(z, at))
#define MARK_LOAD(p, at) ((M)*(p))
#else
#define MARK T /* z itself */
#define MARKS_A_REGISTER V_LANES
#define MARK_STORE(p, z, at) V_STORE(p, z)
#define MARK_LOAD(p, at) V_GE(V_LOAD(p), at)
#endif

/* ss registers of samples through all units; n_in is known where this is inlined. */
INLINE void NAME(relu_fwd_block)(int ss, int n_in, size_t n, const T *w, const T *b, const T *x,
                                 size_t ldx, V at, MARK *marks, size_t ldm, const T *w_out,
                                 T b_out, T *z_out)
{
    V in[CRS__SMALL_THIN][ROW_S], out[ROW_S];
    (void)at; /* where z itself is the mark */
    UNROLL
    for (int s = 0; s < ss; s++) {
        out[s] = V_SET1(b_out);
        UNROLL
        for (int i = 0; i < n_in; i++)
            in[i][s] = V_LOAD(x + (size_t)i * ldx + (size_t)(s * V_LANES));
    }
    for (size_t k = 0; k < n; k++) {
        V z[ROW_S];
        UNROLL
        for (int s = 0; s < ss; s++)
            z[s] = V_SET1(b[k]);
        UNROLL
        for (int i = 0; i < n_in; i++) {
            V factor = V_SET1(w[k * (size_t)n_in + (size_t)i]);
            UNROLL
            for (int s = 0; s < ss; s++)
                z[s] = V_FMA(factor, in[i][s], z[s]);
        }
        V factor = V_SET1(w_out[k]);
        UNROLL
        for (int s = 0; s < ss; s++) {
            MARK_STORE(marks + k * ldm + (size_t)(s * MARKS_A_REGISTER), z[s], at);
            out[s] = V_FMA(factor, V_MAX(V_SET1((T)0), z[s]), out[s]);
        }
    }
    UNROLL
    for (int s = 0; s < ss; s++)
        V_STORE(z_out + s * V_LANES, out[s]);
}

INLINE void NAME(relu_fwd_all)(int n_in, size_t n, size_t samples, const T *w, const T *b,
                               const T *x, size_t ldx, V at, MARK *marks, size_t ldm,
                               const T *w_out, T b_out, T *z_out)
{
    size_t s = 0, wide = MANY ? 5 : 2, end = samples;
    /* n registers are 5 p + 4 q of them, unless they are few */
    if (MANY)
        end -= (5 - samples / V_LANES % 5) % 5 * 4 * V_LANES;
    for (; end <= samples && s + wide * V_LANES <= end; s += wide * V_LANES)
        NAME(relu_fwd_block)
    (MANY ? 5 : 2, n_in, n, w, b, x + s, ldx, at, marks + s / V_LANES * MARKS_A_REGISTER, ldm,
     w_out, b_out, z_out + s);
    for (; MANY && s + 4 * V_LANES <= samples; s += 4 * V_LANES)
        NAME(relu_fwd_block)
    (4, n_in, n, w, b, x + s, ldx, at, marks + s / V_LANES * MARKS_A_REGISTER, ldm, w_out, b_out,
     z_out + s);
    for (; s < samples; s += V_LANES)
        NAME(relu_fwd_block)
    (1, n_in, n, w, b, x + s, ldx, at, marks + s / V_LANES * MARKS_A_REGISTER, ldm, w_out, b_out,
     z_out + s);
}

static void NAME(small_relu_fwd)(size_t n, size_t n_in, size_t samples, const void *w,
                                 const void *b, const void *x, size_t ldx, double at_, void *marks,
                                 size_t ld, const void *w_out, const void *b_out, void *z_out)
{
    const V at = V_SET1((T)at_);
    const size_t ldm = ld / V_LANES * MARKS_A_REGISTER;
    if (n_in == 1)
        NAME(relu_fwd_all)
    (1, n, samples, w, b, x, ldx, at, marks, ldm, w_out, *(const T *)b_out, z_out);
    else NAME(relu_fwd_all)(2, n, samples, w, b, x, ldx, at, marks, ldm, w_out, *(const T *)b_out,
                            z_out);
}

typedef struct NAME(relu) {
    size_t samples, ldm, ldx;
    const T *d, *x;
    T at;
    const crs__small_sums *sums;
} NAME(relu);

/* us units: sums into dw and db, as yet without factors. */
INLINE void NAME(relu_bwd_block)(int us, int n_in, const NAME(relu) *in, const MARK *marks, T *acc,
                                 T *dw, T *db)
{
    enum { SUMS = 16 };
    const int at_bias = us * n_in, n_sums = at_bias + us;
    const V at = V_SET1(in->at), zero = V_SET1((T)0);
    const int first = in->sums->first, last = in->sums->last;
    _Alignas(64) T rows[SUMS][16];
    _Alignas(64) T total[SUMS];
    V sum[SUMS];
    (void)at;
    UNROLL
    for (int v = 0; v < N_V; v++) {
        UNROLL
        for (int r = 0; r < n_sums; r++)
            sum[r] = zero;
        if (!first) {
            UNROLL
            for (int r = 0; r < n_sums; r++)
                sum[r] = V_LOAD(acc + r * 16 + v * V_LANES);
        }
        const MARK *mark = marks + v * MARKS_A_REGISTER;
        SOME
        for (size_t s = (size_t)(v * V_LANES); s < in->samples; s += 16) {
            V d = V_LOAD(in->d + s);
            V x[CRS__SMALL_THIN];
            UNROLL
            for (int i = 0; i < n_in; i++)
                x[i] = V_LOAD(in->x + (size_t)i * in->ldx + s);
            UNROLL
            for (int u = 0; u < us; u++) {
                V e = V_BLEND(MARK_LOAD(mark + (size_t)u * in->ldm, at), d, zero);
                UNROLL
                for (int i = 0; i < n_in; i++)
                    sum[u * n_in + i] = V_FMA(e, x[i], sum[u * n_in + i]);
                sum[at_bias + u] = e + sum[at_bias + u];
            }
            mark += N_V * MARKS_A_REGISTER;
        }
        if (!last || v + 1 < N_V) {
            T *to = last ? rows[0] : acc;
            UNROLL
            for (int r = 0; r < n_sums; r++)
                V_STORE(to + r * 16 + v * V_LANES, sum[r]);
        }
    }
    if (!last)
        return;
    NAME(sum_up)(n_sums, rows, sum, total);
    memcpy(dw, total, (size_t)at_bias * sizeof(T));
    memcpy(db, total + at_bias, (size_t)us * sizeof(T));
}

/* Units in a block, so that their sums fill half of the registers. */
#define RELU_U (MANY ? 5 : V_LANES > 1 ? 2 : 1)

INLINE void NAME(relu_bwd_all)(int n_in, size_t n, const NAME(relu) *in, const MARK *marks, T *acc,
                               T *dw, T *db)
{
    const size_t inputs = (size_t)n_in, each = 16 * (inputs + 1);
    size_t u = 0, fours = MANY ? (5 - n % 5) % 5 * 4 : 0, end = fours <= n ? n - fours : 0;
    for (; u + RELU_U <= end; u += RELU_U)
        NAME(relu_bwd_block)
    (RELU_U, n_in, in, marks + u * in->ldm, acc + u * each, dw + u * inputs, db + u);
    for (; MANY && u + 4 <= n; u += 4)
        NAME(relu_bwd_block)
    (4, n_in, in, marks + u * in->ldm, acc + u * each, dw + u * inputs, db + u);
    for (; u < n; u++)
        NAME(relu_bwd_block)
    (1, n_in, in, marks + u * in->ldm, acc + u * each, dw + u * inputs, db + u);
}

/* What was left out of the sums. */
static void NAME(relu_scale)(size_t n_in, size_t n, T scale, const T *restrict w,
                             const T *restrict b, const T *restrict w_out, T *restrict dw_out,
                             T *restrict dw, T *restrict db)
{
    for (size_t k = 0; k < n; k++)
        dw_out[k] = b[k] * db[k];
    for (size_t i = 0; i < n_in; i++)
        for (size_t k = 0; k < n; k++)
            dw_out[k] = FN(crs__fma)(w[k * n_in + i], dw[k * n_in + i], dw_out[k]);
    for (size_t k = 0; k < n; k++)
        dw_out[k] *= scale;
    for (size_t k = 0; k < n; k++)
        db[k] = scale * (w_out[k] * db[k]);
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < n_in; i++)
            dw[k * n_in + i] = scale * (w_out[k] * dw[k * n_in + i]);
}

static void NAME(small_relu_bwd)(size_t n, size_t n_in, size_t samples, const void *d,
                                 const void *marks, size_t ld, const void *x, size_t ldx, double at,
                                 const void *w, const void *b, const void *w_out,
                                 const crs__small_sums *sums, void *dw_out, void *dw, void *db)
{
    const NAME(relu) in = {samples, ld / V_LANES * MARKS_A_REGISTER, ldx, d, x, (T)at, sums};
    if (n_in == 1)
        NAME(relu_bwd_all)(1, n, &in, marks, sums->acc, dw, db);
    else
        NAME(relu_bwd_all)(2, n, &in, marks, sums->acc, dw, db);
    if (sums->last)
        NAME(relu_scale)(n_in, n, (T)sums->scale, w, b, w_out, dw_out, dw, db);
}

#undef MARK
#undef MARKS_A_REGISTER
#undef MARK_STORE
#undef MARK_LOAD
#undef RELU_U

/* ---- elementwise -------------------------------------------------------------------------------- */

typedef V NAME(map_fn)(V x, V y);

/* out[i] = f(x[i], y[i]); y may be x */
INLINE void NAME(map)(NAME(map_fn) *f, size_t n, const T *x, const T *y, T *out)
{
    size_t i = 0;
    for (; i + V_LANES <= n; i += V_LANES)
        V_STORE(out + i, f(V_LOAD(x + i), V_LOAD(y + i)));
    if (i < n) {
        T p[V_LANES] = {0}, q[V_LANES] = {0};
        memcpy(p, x + i, (n - i) * sizeof(T));
        memcpy(q, y + i, (n - i) * sizeof(T));
        V_STORE(p, f(V_LOAD(p), V_LOAD(q)));
        memcpy(out + i, p, (n - i) * sizeof(T));
    }
}

#define MAP_FWD(name)                                                \
    INLINE V NAME(name##_of)(V x, V y)                               \
    {                                                                \
        (void)y;                                                     \
        return NAME(smooth_##name)(x);                               \
    }                                                                \
    static void NAME(small_##name)(size_t n, const void *z, void *a) \
    {                                                                \
        NAME(map)(NAME(name##_of), n, z, z, a);                      \
    }

#define MAP_BWD(name)                                                                       \
    INLINE V NAME(name##_slope_of)(V x, V y)                                                \
    {                                                                                       \
        return y * NAME(smooth_##name##_slope)(x);                                          \
    }                                                                                       \
    static void NAME(small_##name##_bwd)(size_t n, const void *z, const void *da, void *dz) \
    {                                                                                       \
        NAME(map)(NAME(name##_slope_of), n, z, da, dz);                                     \
    }

INLINE V NAME(smooth_exp_clamped)(V x)
{
    return NAME(smooth_exp)(NAME(smooth_clamp)(x));
}

MAP_FWD(sigmoid)
MAP_FWD(tanh)
MAP_FWD(exp_clamped)
MAP_BWD(sigmoid)
MAP_BWD(tanh)

static void NAME(small_scale)(size_t n, double factor, const void *x_, void *y_)
{
    const T *x = x_;
    T *y = y_;
    for (size_t i = 0; i < n; i++)
        y[i] = (T)factor * x[i];
}

static int NAME(small_any_equal)(size_t n, const void *z_, double value)
{
    const T *z = z_;
    const V wanted = V_SET1((T)value);
    size_t i = 0;
    M found = V_LT(wanted, wanted);
    for (; i + V_LANES <= n; i += V_LANES)
        found = V_OR(found, V_EQ(V_LOAD(z + i), wanted));
    for (; i < n; i++)
        if (z[i] == (T)value)
            return 1;
    return V_ANY(found);
}

const crs__small_kernels NAME(small) = {
    .fwd = NAME(small_fwd),
    .delta = {NAME(bce_delta), NAME(softmax_delta), NAME(squared_delta)},
    .bwd_data = NAME(small_bwd_data),
    .bwd_weight = NAME(small_bwd_weight),
    .bwd_single = NAME(small_bwd_single),
    .relu_fwd = NAME(small_relu_fwd),
    .relu_bwd = NAME(small_relu_bwd),
    .scale = NAME(small_scale),
    .smooth_fwd = {[CRS_ACT_SIGMOID] = NAME(small_sigmoid), [CRS_ACT_TANH] = NAME(small_tanh)},
    .smooth_bwd = {[CRS_ACT_SIGMOID] = NAME(small_sigmoid_bwd),
                   [CRS_ACT_TANH] = NAME(small_tanh_bwd)},
    .any_equal = NAME(small_any_equal),
    .exp = NAME(small_exp_clamped),
};

#undef INLINE
#undef UNROLL
#undef SOME
#undef N_V
#undef MANY
#undef FWD_J
#undef FWD_S
#undef ROW_S
#undef DW_J
#undef DW_K
#undef SPLIT
#undef L0
#undef U0
#undef L1
#undef U1
#undef L2
#undef U2
#undef L3
#undef U3
#undef SINGLE_U
#undef MAP_FWD
#undef MAP_BWD
#undef SMOOTH_INLINE
#undef SMOOTH_IS_F32
#undef SMOOTH_LEAST
#undef SMOOTH_MOST
#undef SMOOTH_LN2
#undef SMOOTH_LN2_REST
