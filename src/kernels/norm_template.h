/*
 * Batch normalisation and dropout of one unit's samples; included by kernels_template.h. A sum
 * over samples is the one of kernels.h.
 */

/* Sums of x, of (x - mean)^2, and of y (x - mean) over a row. */
#define ROW_SUM(name, arguments, factor, term)                                         \
    static T NAME(name) arguments                                                      \
    {                                                                                  \
        V acc[N_V];                                                                    \
        T lane[16];                                                                    \
        size_t s = 0;                                                                  \
        for (int v = 0; v < N_V; v++)                                                  \
            acc[v] = V_SET1((T)0);                                                     \
        for (; s + 16 <= n; s += 16)                                                   \
            for (int v = 0; v < N_V; v++) {                                            \
                const V p = V_LOAD(x + s + (size_t)(v * V_LANES)), m = V_SET1(mean);   \
                const V q = V_LOAD(y + s + (size_t)(v * V_LANES)), one = V_SET1((T)1); \
                (void)q;                                                               \
                (void)m;                                                               \
                (void)one;                                                             \
                acc[v] = V_FMA(factor, term, acc[v]);                                  \
            }                                                                          \
        for (int v = 0; v < N_V; v++)                                                  \
            V_STORE(lane + v * V_LANES, acc[v]);                                       \
        for (size_t i = 0; s + i < n; i++) {                                           \
            const T p = x[s + i], q = y[s + i], m = mean, one = 1;                     \
            (void)q;                                                                   \
            (void)m;                                                                   \
            (void)one;                                                                 \
            lane[i] = FN(crs__fma)(factor, term, lane[i]);                             \
        }                                                                              \
        for (int v = 0; v < N_V; v++)                                                  \
            acc[v] = V_LOAD(lane + v * V_LANES);                                       \
        return NAME(tree)(acc);                                                        \
    }

ROW_SUM(row_sum, (size_t n, const T *x, const T *y, T mean), p, one)
ROW_SUM(row_squares, (size_t n, const T *x, const T *y, T mean), (p - m), (p - m))
ROW_SUM(row_product, (size_t n, const T *x, const T *y, T mean), q, (p - m))

static void NAME(norm_stats)(size_t n, const void *u, double *mean, double *var)
{
    const T middle = NAME(row_sum)(n, u, u, 0) / (T)n;
    *mean = middle;
    *var = NAME(row_squares)(n, u, u, middle) / (T)n;
}

static void NAME(norm_fwd)(size_t n, double mean, double scale, double shift, const void *u_,
                           void *z_)
{
    const T *u = u_, m = (T)mean, c = (T)scale, d = (T)shift;
    T *z = z_;
    size_t s = 0;
    for (; s + V_LANES <= n; s += V_LANES)
        V_STORE(z + s, V_FMA(V_SET1(c), V_LOAD(u + s) - V_SET1(m), V_SET1(d)));
    for (; s < n; s++)
        z[s] = FN(crs__fma)(c, u[s] - m, d);
}

static void NAME(norm_sums)(size_t n, double mean, const void *u, const void *dz, double *sum,
                            double *product)
{
    *sum = NAME(row_sum)(n, dz, dz, 0);
    *product = NAME(row_product)(n, u, dz, (T)mean);
}

static void NAME(norm_bwd)(size_t n, double mean, double scale, double sum, double product,
                           const void *u_, void *dz_)
{
    const T *u = u_, m = (T)mean, c = (T)scale, a = (T)sum, b = (T)-product;
    T *dz = dz_;
    size_t s = 0;
    for (; s + V_LANES <= n; s += V_LANES)
        V_STORE(dz + s, V_SET1(c) * V_FMA(V_SET1(b), V_LOAD(u + s) - V_SET1(m),
                                          V_LOAD(dz + s) - V_SET1(a)));
    for (; s < n; s++)
        dz[s] = c * FN(crs__fma)(b, u[s] - m, dz[s] - a);
}

static void NAME(weigh)(size_t n, const void *v_, void *x_)
{
    const T *v = v_;
    T *x = x_;
    for (size_t s = 0; s < n; s++)
        x[s] = v[s] == 0 ? 0 : x[s] * v[s];
}

/* Words of CRS__DROP_GROUP samples from the first of a group on. */
static void NAME(drop_words)(const crs__drop *drop, uint32_t unit, uint32_t group, uint32_t *words)
{
    uint32_t c0[16], c1[16], c2[16], c3[16];
    for (uint32_t i = 0; i < 16; i++) {
        c0[i] = group * 16 + i;
        c1[i] = unit;
        c2[i] = drop->layer;
        c3[i] = drop->step_high;
    }
    for (uint32_t r = 0; r < CRS__PHILOX_ROUNDS; r++) {
        const uint32_t k0 = drop->key[0] + r * CRS__PHILOX_STEP_0;
        const uint32_t k1 = drop->key[1] + r * CRS__PHILOX_STEP_1;
        for (int i = 0; i < 16; i++) {
            uint32_t c[4] = {c0[i], c1[i], c2[i], c3[i]};
            crs__philox_round(c, k0, k1);
            c0[i] = c[0];
            c1[i] = c[1];
            c2[i] = c[2];
            c3[i] = c[3];
        }
    }
    memcpy(words, c0, sizeof c0);
    memcpy(words + 16, c1, sizeof c1);
    memcpy(words + 32, c2, sizeof c2);
    memcpy(words + 48, c3, sizeof c3);
}

static void NAME(drop)(const crs__drop *drop, size_t unit, crs__span samples, void *x_)
{
    const T scale = (T)drop->scale;
    T *x = x_;
    for (size_t from = samples.from, to; from < samples.to; from = to) {
        uint32_t words[CRS__DROP_GROUP];
        size_t group = from / CRS__DROP_GROUP, first = group * CRS__DROP_GROUP;
        to = samples.to < first + CRS__DROP_GROUP ? samples.to : first + CRS__DROP_GROUP;
        NAME(drop_words)(drop, (uint32_t)unit, (uint32_t)group, words);
        for (size_t s = from; s < to; s++)
            x[s] = words[s - first] < drop->below ? 0 : x[s] * scale;
    }
}

#undef ROW_SUM
