/*
 * Batch normalisation and dropout of one unit's samples; included by kernels_template.h, behind
 * philox_template.h. A sum over samples is the one of kernels.h.
 */

/* What is summed over a row: x; (x - mean)^2; y (x - mean). */
typedef enum NAME(term) { NAME(SUM), NAME(SQUARES), NAME(PRODUCT) } NAME(term);

/* acc of a step of 16 samples */
INLINE void NAME(add_terms)(NAME(term) term, const T *x, const T *y, V mean, V acc[N_V])
{
    UNROLL
    for (int v = 0; v < N_V; v++) {
        const V p = V_LOAD(x + v * V_LANES), d = p - mean;
        if (term == NAME(SUM))
            acc[v] = V_FMA(p, V_SET1((T)1), acc[v]);
        else
            acc[v] = V_FMA(term == NAME(SQUARES) ? d : V_LOAD(y + v * V_LANES), d, acc[v]);
    }
}

/* Beside what is SMALL: 15 additions without a loop. */
static __attribute__((noinline)) T NAME(tree_apart)(T lane[16])
{
    return NAME(tree_of)(lane);
}

SMALL T NAME(row_sum)(NAME(term) term, size_t n, const T *x, const T *y, T mean)
{
    const V m = V_SET1(mean);
    V acc[N_V];
    T lane[16];
    size_t s = 0;
    UNROLL
    for (int v = 0; v < N_V; v++)
        acc[v] = V_SET1((T)0);
    if (term == NAME(SUM))
        for (; s + 16 <= n; s += 16)
            NAME(add_terms)(NAME(SUM), x + s, y + s, m, acc);
    else if (term == NAME(SQUARES))
        for (; s + 16 <= n; s += 16)
            NAME(add_terms)(NAME(SQUARES), x + s, y + s, m, acc);
    else
        for (; s + 16 <= n; s += 16)
            NAME(add_terms)(NAME(PRODUCT), x + s, y + s, m, acc);
    UNROLL
    for (int v = 0; v < N_V; v++)
        V_STORE(lane + v * V_LANES, acc[v]);
    for (size_t i = 0; s + i < n; i++) {
        const T p = x[s + i], d = p - mean;
        lane[i] = term == NAME(SUM)       ? FN(crs__fma)(p, 1, lane[i])
                  : term == NAME(SQUARES) ? FN(crs__fma)(d, d, lane[i])
                                          : FN(crs__fma)(y[s + i], d, lane[i]);
    }
    return NAME(tree_apart)(lane);
}

static void NAME(norm_stats)(size_t n, const void *u, double *mean, double *var)
{
    const T middle = NAME(row_sum)(NAME(SUM), n, u, u, 0) / (T)n;
    *mean = middle;
    *var = NAME(row_sum)(NAME(SQUARES), n, u, u, middle) / (T)n;
}

SMALL void NAME(norm_fwd)(size_t n, double mean, double scale, double shift, const void *u_,
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
    *sum = NAME(row_sum)(NAME(SUM), n, dz, dz, 0);
    *product = NAME(row_sum)(NAME(PRODUCT), n, u, dz, (T)mean);
}

SMALL void NAME(norm_bwd)(size_t n, double mean, double scale, double sum, double product,
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

SMALL void NAME(weigh)(size_t n, const void *v_, void *x_)
{
    const T *v = v_;
    T *x = x_;
    size_t s = 0;
    for (; s + V_LANES <= n; s += V_LANES) {
        const V w = V_LOAD(v + s), zero = V_SET1((T)0);
        V_STORE(x + s, V_BLEND(V_EQ(w, zero), zero, V_LOAD(x + s) * w));
    }
    for (; s < n; s++)
        x[s] = v[s] == 0 ? 0 : x[s] * v[s];
}

static void NAME(drop)(const crs__drop *drop, size_t unit, crs__span samples, void *mask_)
{
    const T scale = (T)drop->scale;
    const uint32_t below = drop->below;
    T *mask = mask_;
    for (size_t from = samples.from, to; from < samples.to; from = to) {
        uint32_t words[CRS__DROP_GROUP];
        T group[CRS__DROP_GROUP];
        size_t first = from / CRS__DROP_GROUP * CRS__DROP_GROUP;
        to = samples.to < first + CRS__DROP_GROUP ? samples.to : first + CRS__DROP_GROUP;
        drop_words(drop, (uint32_t)unit, (uint32_t)(first / CRS__DROP_GROUP), words);
        for (size_t i = 0; i < CRS__DROP_GROUP; i++)
            group[i] = words[i] < below ? 0 : scale;
        memcpy(mask + from, group + (from - first), (to - from) * sizeof(T));
    }
}
