/*
 * One CPU level's kernels of kernels/update.h for one number type, in the terms of
 * kernels/real.h. Vectors are spelt out, so that no compiler's taste decides.
 */
#define INLINE static inline __attribute__((always_inline))

/* The constants of a step, a register each. */
typedef struct NAME(rates) {
    V shrink, decay, step, keep1, take1, keep2, take2, eps;
} NAME(rates);

/* p + (-step x) / (sqrt(square) + eps) */
INLINE V NAME(divided)(const NAME(rates) * r, V p, V x, V square)
{
    return p + (r->step * x) / (V_SQRT(square) + r->eps);
}

/* V_LANES elements from i; `rule` is a constant wherever this is inlined. */
INLINE void NAME(lanes)(crs__update_rule rule, const NAME(rates) * r, size_t i, const T *g, T *p,
                        T *m, T *v)
{
    V x = r->shrink * V_LOAD(p + i), d = V_FMA(r->decay, x, V_LOAD(g + i)), first, second;
    switch (rule) {
    case CRS__UPDATE_SGD:
        x = V_FMA(r->step, d, x);
        break;
    case CRS__UPDATE_MOMENTUM:
    case CRS__UPDATE_NESTEROV:
        first = d + r->keep1 * V_LOAD(m + i);
        V_STORE(m + i, first);
        if (rule == CRS__UPDATE_NESTEROV)
            first = V_FMA(r->keep1, first, d);
        x = V_FMA(r->step, first, x);
        break;
    case CRS__UPDATE_SCALED:
        first = V_FMA(r->take1 * d, d, r->keep1 * V_LOAD(m + i));
        V_STORE(m + i, first);
        x = NAME(divided)(r, x, d, first);
        break;
    case CRS__UPDATE_ADAM:
        first = V_FMA(r->take1, d, r->keep1 * V_LOAD(m + i));
        second = V_FMA(r->take2 * d, d, r->keep2 * V_LOAD(v + i));
        V_STORE(m + i, first);
        V_STORE(v + i, second);
        x = NAME(divided)(r, x, first, second);
        break;
    }
    V_STORE(p + i, x);
}

/* The n < V_LANES elements at the end, on arrays that are filled up. */
INLINE void NAME(end)(crs__update_rule rule, const NAME(rates) * r, size_t n, const T *g, T *p,
                      T *m, T *v)
{
    T full[4][V_LANES] = {{0}};
    memcpy(full[0], g, n * sizeof(T));
    memcpy(full[1], p, n * sizeof(T));
    if (m != NULL)
        memcpy(full[2], m, n * sizeof(T));
    if (v != NULL)
        memcpy(full[3], v, n * sizeof(T));
    NAME(lanes)(rule, r, 0, full[0], full[1], full[2], full[3]);
    memcpy(p, full[1], n * sizeof(T));
    if (m != NULL)
        memcpy(m, full[2], n * sizeof(T));
    if (v != NULL)
        memcpy(v, full[3], n * sizeof(T));
}

INLINE void NAME(walk)(crs__update_rule rule, const NAME(rates) * r, size_t n, const T *g, T *p,
                       T *m, T *v)
{
    size_t i = 0;
    for (; i + V_LANES <= n; i += V_LANES)
        NAME(lanes)(rule, r, i, g, p, m, v);
    if (i < n)
        NAME(end)
    (rule, r, n - i, g + i, p + i, m == NULL ? m : m + i, v == NULL ? v : v + i);
}

static void NAME(step)(const crs__update *update, size_t n, const void *g, void *p, void *m,
                       void *v)
{
    const NAME(rates) r = {
        .shrink = V_SET1((T)update->shrink),
        .decay = V_SET1((T)update->decay),
        .step = V_SET1((T)-update->step),
        .keep1 = V_SET1((T)update->keep1),
        .take1 = V_SET1((T)update->take1),
        .keep2 = V_SET1((T)update->keep2),
        .take2 = V_SET1((T)update->take2),
        .eps = V_SET1((T)update->eps),
    };
#define WALK(rule)                      \
    case rule:                          \
        NAME(walk)(rule, &r, n, g, p, m, v); \
        break
    switch (update->rule) {
        WALK(CRS__UPDATE_SGD);
        WALK(CRS__UPDATE_MOMENTUM);
        WALK(CRS__UPDATE_NESTEROV);
        WALK(CRS__UPDATE_SCALED);
        WALK(CRS__UPDATE_ADAM);
    }
#undef WALK
}

static void NAME(scale)(size_t n, double factor, void *x_)
{
    T *x = x_;
    const V by = V_SET1((T)factor);
    size_t i = 0;
    for (; i + V_LANES <= n; i += V_LANES)
        V_STORE(x + i, by * V_LOAD(x + i));
    for (; i < n; i++)
        x[i] *= (T)factor;
}

static void NAME(penalise)(size_t n, double l1, double l2, const void *p_, void *g_)
{
    const T *p = p_, up = (T)l1, slope = (T)l2;
    const V zero = V_SET1((T)0), above = V_SET1(up), below = V_SET1(-up), slopes = V_SET1(slope);
    T *g = g_;
    size_t i = 0;
    for (; i + V_LANES <= n; i += V_LANES) {
        V x = V_LOAD(p + i);
        V sign = V_BLEND(V_LT(zero, x), above, V_BLEND(V_LT(x, zero), below, zero));
        V_STORE(g + i, V_LOAD(g + i) + V_FMA(slopes, x, sign));
    }
    for (; i < n; i++) {
        T sign = p[i] > 0 ? up : p[i] < 0 ? -up : 0;
        g[i] += FN(crs__fma)(slope, p[i], sign);
    }
}

/* 16 partial sums of doubles, whatever T is, and their tree; `term` of x as a double. */
#define SUM_OF(name, term)                             \
    static double NAME(name)(size_t n, const void *x_) \
    {                                                  \
        const T *x = x_;                               \
        double sum[16] = {0};                          \
        size_t i = 0;                                  \
        for (; i + 16 <= n; i += 16)                   \
            for (size_t k = 0; k < 16; k++) {          \
                double at = (double)x[i + k];          \
                sum[k] += term;                        \
            }                                          \
        for (size_t k = 0; i + k < n; k++) {           \
            double at = (double)x[i + k];              \
            sum[k] += term;                            \
        }                                              \
        for (size_t width = 8; width > 0; width /= 2)  \
            for (size_t k = 0; k < width; k++)         \
                sum[k] += sum[k + width];              \
        return sum[0];                                 \
    }

SUM_OF(sum_squares, at *at)
SUM_OF(sum_sizes, fabs(at))

const crs__update_kernels NAME(update) = {
    .step = NAME(step),
    .scale = NAME(scale),
    .penalise = NAME(penalise),
    .sum_squares = NAME(sum_squares),
    .sum_sizes = NAME(sum_sizes),
};

#undef INLINE
#undef SUM_OF
