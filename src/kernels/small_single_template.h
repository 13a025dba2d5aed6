/*
 * bwd_single, relu_fwd and relu_bwd of kernels/small.h: a thin hidden layer below a single
 * output; a part of small_template.h.
 */
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
    ONE
    for (int v = 0; v < N_V; v++) {
        UNROLL
        for (int r = 0; r < n_sums; r++)
            sum[r] = V_SET1((T)0);
        if (!first) {
            UNROLL
            for (int r = 0; r < n_sums; r++)
                sum[r] = V_LOAD(acc + r * 16 + v * V_LANES);
        }
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
    ONE
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
