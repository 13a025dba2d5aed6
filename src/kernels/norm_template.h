/*
 * Batch normalisation and dropout of one unit's samples; included by kernels_template.h, behind
 * philox_template.h. A sum over samples is the one of kernels.h.
 */

/* What is summed over a row: x; (x - mean)^2; y (x - mean). */
typedef enum NAME(term) { NAME(SUM), NAME(SQUARES), NAME(PRODUCT) } NAME(term);

INLINE T NAME(row_sum)(NAME(term) term, size_t n, const T *x, const T *y, T mean)
{
    V acc[N_V];
    T lane[16];
    size_t s = 0;
    for (int v = 0; v < N_V; v++)
        acc[v] = V_SET1((T)0);
    for (; s + 16 <= n; s += 16) {
        for (int v = 0; v < N_V; v++) {
            const V p = V_LOAD(x + s + (size_t)(v * V_LANES)), d = p - V_SET1(mean);
            if (term == NAME(SUM))
                acc[v] = V_FMA(p, V_SET1((T)1), acc[v]);
            else if (term == NAME(SQUARES))
                acc[v] = V_FMA(d, d, acc[v]);
            else
                acc[v] = V_FMA(V_LOAD(y + s + (size_t)(v * V_LANES)), d, acc[v]);
        }
    }
    for (int v = 0; v < N_V; v++)
        V_STORE(lane + v * V_LANES, acc[v]);
    for (size_t i = 0; s + i < n; i++) {
        const T p = x[s + i], d = p - mean;
        lane[i] = term == NAME(SUM)       ? FN(crs__fma)(p, 1, lane[i])
                  : term == NAME(SQUARES) ? FN(crs__fma)(d, d, lane[i])
                                          : FN(crs__fma)(y[s + i], d, lane[i]);
    }
    for (int v = 0; v < N_V; v++)
        acc[v] = V_LOAD(lane + v * V_LANES);
    return NAME(tree)(acc);
}

static void NAME(norm_stats)(size_t n, const void *u, double *mean, double *var)
{
    const T middle = NAME(row_sum)(NAME(SUM), n, u, u, 0) / (T)n;
    *mean = middle;
    *var = NAME(row_sum)(NAME(SQUARES), n, u, u, middle) / (T)n;
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
    *sum = NAME(row_sum)(NAME(SUM), n, dz, dz, 0);
    *product = NAME(row_sum)(NAME(PRODUCT), n, u, dz, (T)mean);
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

static void NAME(drop)(const crs__drop *drop, size_t unit, crs__span samples, void *mask_)
{
    const T scale = (T)drop->scale;
    const uint32_t below = drop->below;
    T *mask = mask_;
    for (size_t from = samples.from, to; from < samples.to; from = to) {
        uint32_t words[CRS__DROP_GROUP];
        size_t group = from / CRS__DROP_GROUP, first = group * CRS__DROP_GROUP;
        to = samples.to < first + CRS__DROP_GROUP ? samples.to : first + CRS__DROP_GROUP;
        drop_words(drop, (uint32_t)unit, (uint32_t)group, words);
        for (size_t s = from; s < to; s++)
            mask[s] = words[s - first] < below ? 0 : scale;
    }
}
