/*
 * The kernels of kernels/small.h for one CPU level and number type, in the terms of
 * kernels/real.h. Blocks are sized by V_REGISTERS; no order of a sum depends on them.
 */
#define INLINE static inline __attribute__((always_inline))
/* Scalar blocks are small, and their loops stay loops; so do all under a sanitizer. */
#if V_LANES > 1 && !CRS_KEEP_LOOPS
#define UNROLL _Pragma("GCC unroll 16")
#define SOME _Pragma("GCC unroll 2")
#else
#define UNROLL
#define SOME
#endif
#define ONE _Pragma("GCC unroll 1") /* a loop stays one */

#include "kernels/smooth_template.h"

#define N_V (16 / V_LANES) /* registers that hold CRS__LANES samples */
#define MANY (V_REGISTERS >= 32)
#define FWD_J (V_LANES > 1 ? 4 : 2) /* rows and registers of samples in flight: forward and data */
#define FWD_S (MANY ? 4 : 2)
#define ROW_S (MANY ? 8 : 4)                      /* the same for a single row */
#define DW_J (MANY ? 4 : V_LANES > 1 ? 2 : 1)     /* block of dw in flight */
#define DW_K (V_LANES > 1 ? 4 : 2)

#include "kernels/small_sums_template.h"

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
    ONE
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
    ONE
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
    /* without inputs there is db alone, and no dw */
    for (; n_in > 0 && j + DW_J <= n_out; j += DW_J)
        NAME(weight_rows)
    (DW_J, n_in, samples, dz + j * ld, ld, a, lda, sums, acc + j * n_in * 16, dw + j * n_in);
    for (; n_in > 0 && j < n_out; j++)
        NAME(weight_rows)
    (1, n_in, samples, dz + j * ld, ld, a, lda, sums, acc + j * n_in * 16, dw + j * n_in);
    acc += n_out * n_in * 16;
    for (j = 0; j + DW_K <= n_out; j += DW_K)
        NAME(bias_block)(DW_K, samples, dz + j * ld, ld, sums, acc + j * 16, db + j);
    for (; j < n_out; j++)
        NAME(bias_block)(1, samples, dz + j * ld, ld, sums, acc + j * 16, db + j);
}

#include "kernels/small_single_template.h"

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
#undef ONE
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
