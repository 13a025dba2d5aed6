/*
 * Training and forward in C as somebody would write them who knows his compiler: samples
 * side by side, so that the inner loop is a vector's; every buffer made once. Included
 * with T, N(x) and GEMM. Arrays of a layer are [units, batch].
 */
typedef struct N(net) {
    size_t capacity, n_params;
    T *x;                      /* [samples, features] */
    T *start, *p, *g;          /* parameters at first, now, and their gradient */
    T *a[PEER_MAX_LAYERS + 1]; /* [units, batch]; a[0] is the batch's input */
    T *dz[PEER_MAX_LAYERS + 1];
    T *y;
} N(net);

static void N(make)(const workload *w, N(net) * n, const double *params)
{
    n->capacity = w->batch > 0 ? w->batch : w->samples;
    n->n_params = w->n_params;
    n->start = peer_alloc(w->n_params, sizeof(T));
    n->p = peer_alloc(w->n_params, sizeof(T));
    n->g = peer_alloc(w->n_params, sizeof(T));
    n->y = peer_alloc(n->capacity, sizeof(T));
    for (size_t i = 0; i < w->n_params; i++)
        n->start[i] = n->p[i] = (T)params[i];
    for (size_t l = 0; l <= w->n_layers; l++) {
        n->a[l] = peer_alloc(w->widths[l] * n->capacity, sizeof(T));
        n->dz[l] = peer_alloc(w->widths[l] * n->capacity, sizeof(T));
    }
}

static void N(drop)(const workload *w, N(net) * n)
{
    for (size_t l = 0; l <= w->n_layers; l++)
        free(n->a[l]), free(n->dz[l]);
    free(n->start), free(n->p), free(n->g), free(n->y);
}

/* out[rows, batch] = m[rows, inner] in[inner, batch] + b */
static void N(forward_layer)(size_t rows, size_t inner, size_t batch, const T *m, const T *b,
                             const T *in, T *out)
{
    for (size_t j = 0; j < rows; j++)
        for (size_t i = 0; i < batch; i++)
            out[j * batch + i] = b[j];
    if (use_blas) {
        GEMM(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)rows, (int)batch, (int)inner, 1, m,
             (int)inner, in, (int)batch, 1, out, (int)batch);
        return;
    }
    for (size_t j = 0; j < rows; j++)
        for (size_t k = 0; k < inner; k++) {
            T f = m[j * inner + k];
            for (size_t i = 0; i < batch; i++)
                out[j * batch + i] += f * in[k * batch + i];
        }
}

static void N(forward)(const workload *w, N(net) * n, size_t batch)
{
    const T *p = n->p;
    for (size_t l = 1; l <= w->n_layers; l++) {
        size_t n_in = w->widths[l - 1], n_out = w->widths[l];
        N(forward_layer)(n_out, n_in, batch, p, p + n_in * n_out, n->a[l - 1], n->a[l]);
        for (size_t i = 0; i < n_out * batch && l < w->n_layers; i++)
            n->a[l][i] = n->a[l][i] > 0 ? n->a[l][i] : 0;
        p += (n_in + 1) * n_out;
    }
}

/* z of the output becomes a, and dz is a - y */
static void N(output)(const workload *w, N(net) * n, size_t batch)
{
    size_t n_out = w->widths[w->n_layers];
    T *a = n->a[w->n_layers], *dz = n->dz[w->n_layers];
    if (n_out == 1) {
        for (size_t i = 0; i < batch; i++) {
            a[i] = 1 / (1 + (T)EXP(-a[i]));
            dz[i] = a[i] - n->y[i];
        }
        return;
    }
    for (size_t i = 0; i < batch; i++) {
        T most = a[i], sum = 0;
        for (size_t j = 1; j < n_out; j++)
            most = a[j * batch + i] > most ? a[j * batch + i] : most;
        for (size_t j = 0; j < n_out; j++)
            sum += a[j * batch + i] = (T)EXP(a[j * batch + i] - most);
        for (size_t j = 0; j < n_out; j++) {
            a[j * batch + i] /= sum;
            dz[j * batch + i] = a[j * batch + i] - (n->y[i] == (T)j);
        }
    }
}

/* dw = dz a^T / batch, db = sums of dz / batch */
static void N(weights)(size_t n_out, size_t n_in, size_t batch, const T *dz, const T *a, T *dw)
{
    T scale = (T)1 / (T)batch;
    for (size_t j = 0; j < n_out; j++) {
        T sum = 0;
        for (size_t i = 0; i < batch; i++)
            sum += dz[j * batch + i];
        dw[n_in * n_out + j] = sum * scale;
    }
    if (use_blas) {
        GEMM(CblasRowMajor, CblasNoTrans, CblasTrans, (int)n_out, (int)n_in, (int)batch, scale, dz,
             (int)batch, a, (int)batch, 0, dw, (int)n_in);
        return;
    }
    for (size_t j = 0; j < n_out; j++)
        for (size_t k = 0; k < n_in; k++) {
            T sum = 0;
            for (size_t i = 0; i < batch; i++)
                sum += dz[j * batch + i] * a[k * batch + i];
            dw[j * n_in + k] = sum * scale;
        }
}

/* below = w^T dz where the unit below is active */
static void N(inputs)(size_t n_out, size_t n_in, size_t batch, const T *m, const T *dz, const T *a,
                      T *below)
{
    if (use_blas) {
        GEMM(CblasRowMajor, CblasTrans, CblasNoTrans, (int)n_in, (int)batch, (int)n_out, 1, m,
             (int)n_in, dz, (int)batch, 0, below, (int)batch);
    } else {
        memset(below, 0, n_in * batch * sizeof(T));
        for (size_t k = 0; k < n_in; k++)
            for (size_t j = 0; j < n_out; j++) {
                T f = m[j * n_in + k];
                for (size_t i = 0; i < batch; i++)
                    below[k * batch + i] += f * dz[j * batch + i];
            }
    }
    for (size_t i = 0; i < n_in * batch; i++)
        below[i] = a[i] > 0 ? below[i] : 0;
}

static void N(step)(const workload *w, N(net) * n, size_t batch)
{
    size_t at = w->n_params;
    N(forward)(w, n, batch);
    N(output)(w, n, batch);
    for (size_t l = w->n_layers; l > 0; l--) {
        size_t n_in = w->widths[l - 1], n_out = w->widths[l];
        at -= (n_in + 1) * n_out;
        N(weights)(n_out, n_in, batch, n->dz[l], n->a[l - 1], n->g + at);
        if (l > 1)
            N(inputs)(n_out, n_in, batch, n->p + at, n->dz[l], n->a[l - 1], n->dz[l - 1]);
    }
    for (size_t i = 0; i < w->n_params; i++)
        n->p[i] -= (T)w->lr * n->g[i];
}

static void N(gather)(const workload *w, N(net) * n, const T *x, size_t from, size_t batch,
                      int shuffled)
{
    size_t n_in = w->widths[0];
    for (size_t i = 0; i < batch; i++) {
        size_t row = shuffled ? (size_t)w->order[from + i] : from + i;
        for (size_t k = 0; k < n_in; k++)
            n->a[0][k * batch + i] = x[row * n_in + k];
        n->y[i] = (T)w->y[row];
    }
}

static void N(train)(const workload *w, N(net) * n, const T *x)
{
    size_t batch = n->capacity;
    memcpy(n->p, n->start, w->n_params * sizeof(T));
    if (batch == w->samples)
        N(gather)(w, n, x, 0, batch, 0);
    for (size_t i = 0; i < w->iterations; i++) {
        if (batch < w->samples)
            N(gather)(w, n, x, i * batch % w->samples, batch, 1);
        N(step)(w, n, batch);
    }
}

/* One sample's forward pass goes row by row through the weights, as they lie. */
static void N(one)(const workload *w, N(net) * n, const T *x)
{
    const T *p = n->p, *in = x;
    for (size_t l = 1; l <= w->n_layers; l++) {
        size_t n_in = w->widths[l - 1], n_out = w->widths[l];
        const T *b = p + n_in * n_out;
        for (size_t j = 0; j < n_out; j++) {
            T sum = b[j];
            for (size_t k = 0; k < n_in; k++)
                sum += p[j * n_in + k] * in[k];
            n->a[l][j] = l < w->n_layers && sum < 0 ? 0 : sum;
        }
        in = n->a[l];
        p = b + n_out;
    }
    N(output)(w, n, 1);
}

static void N(passes)(const workload *w, N(net) * n, const T *x)
{
    for (size_t i = 0; i < w->iterations; i++) {
        size_t at = i % (w->samples / w->batch) * w->batch;
        if (w->batch == 1) {
            N(one)(w, n, x + at * w->widths[0]);
            continue;
        }
        N(gather)(w, n, x, at, w->batch, 0);
        N(forward)(w, n, w->batch);
        N(output)(w, n, w->batch);
    }
}

#undef T
#undef N
#undef GEMM
#undef EXP
