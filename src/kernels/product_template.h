/*
 * The product of kernels/product.h for one number type and level; part of
 * kernels_template.h. A tile is TILE_ROWS rows and two registers of columns: enough
 * chains of multiply-adds to hide their latency, in the registers that there are.
 */
#if defined(__AVX512F__) || defined(__aarch64__)
#define TILE_ROWS 14
#else
#define TILE_ROWS 6
#endif
#define TILE_COLS (2 * V_LANES)
enum { NAME(tile_rows) = TILE_ROWS };

/*
 * sums[r, 0 ... nv registers), from `sums` itself or from start[r]; in[c] + s is where the
 * columns of term c lie; with `update` they go
 * into params instead, a row update->ld after the other.
 */
INLINE void NAME(tile)(int rows, int nv, size_t n, const T *left, size_t step_row, size_t step_term,
                       const T *const *in, size_t s, const T *start, int resume, T *sums,
                       const crs__product *update, T *params)
{
    const size_t ld = update == NULL ? 0 : update->ld;
    V acc[TILE_ROWS][2];
    const T *at[(TILE_ROWS + 2) / 3]; /* every third row: an address has room for two more */
    UNROLL for (int r = 0; r < rows; r += 3)
        at[r / 3] = left + (size_t)r * step_row;
    UNROLL for (int r = 0; r < rows; r++)
        UNROLL for (int v = 0; v < nv; v++)
            acc[r][v] = resume ? V_LOAD(sums + r * TILE_COLS + v * V_LANES)
                               : V_SET1(start == NULL ? (T)0 : start[r]);
    if (update != NULL)
        UNROLL for (int r = 0; r < rows; r++)
            UNROLL for (int v = 0; v < nv; v++)
                __builtin_prefetch(params + (size_t)r * ld + v * V_LANES, 1);
    for (size_t c = 0; c < n; c++) {
        V x[2];
        UNROLL for (int v = 0; v < nv; v++)
            x[v] = V_LOAD(in[c] + s + (size_t)(v * V_LANES));
        UNROLL for (int r = 0; r < rows; r++) {
            V w = V_SET1(at[r / 3][(size_t)(r % 3) * step_row]);
            UNROLL for (int v = 0; v < nv; v++)
                acc[r][v] = V_FMA(w, x[v], acc[r][v]);
        }
        UNROLL for (int r = 0; r < rows; r += 3)
            at[r / 3] += step_term;
    }
    if (update != NULL) {
        const V scale = V_SET1((T)update->scale), minus_lr = V_SET1((T)-update->lr);
        const V nothing = V_SET1((T)-0.0); /* added to a product it changes no bit */
        UNROLL for (int r = 0; r < rows; r++, params += ld)
            UNROLL for (int v = 0; v < nv; v++)
                V_STORE(params + v * V_LANES, V_FMA(minus_lr, V_FMA(scale, acc[r][v], nothing),
                                                    V_LOAD(params + v * V_LANES)));
        return;
    }
    UNROLL for (int r = 0; r < rows; r++)
        UNROLL for (int v = 0; v < nv; v++)
            V_STORE(sums + r * TILE_COLS + v * V_LANES, acc[r][v]);
}

/* A tile of up to `rows` rows; returns how many it made. */
static size_t NAME(some_rows)(const crs__product *p, size_t r, size_t rows, size_t width, size_t c,
                              size_t depth, const T *const *in, size_t s, int resume, T *sums,
                              T *params)
{
    const T *left = (const T *)p->left + r * p->step_row + c * p->step_term;
    const T *start = p->start == NULL ? NULL : (const T *)p->start + r;
    const size_t step = rows == 1 ? 0 : p->step_row; /* the last row is made twice */
#define TILE(n_rows, nv) \
    NAME(tile)(n_rows, nv, depth, left, step, p->step_term, in, s, start, resume, sums, \
               params == NULL ? NULL : p, params)
#if V_LANES >= 8 && TILE_ROWS > 6
#define TILE_OF(n_rows)                            \
    do {                                           \
        if (width <= V_LANES)                      \
            TILE(n_rows, 1);                       \
        else                                       \
            TILE(n_rows, 2);                       \
    } while (0)
#else
#define TILE_OF(n_rows) TILE(n_rows, 2)
#endif
    (void)width;
    if (rows >= TILE_ROWS) {
        TILE_OF(TILE_ROWS);
        return TILE_ROWS;
    }
    if (rows >= 4) {
        TILE_OF(4);
        return 4;
    }
    if (rows == 1 && params != NULL) {
        TILE_OF(1);
        return 1;
    }
    if (rows == 1 && start != NULL) {
        T twice[2] = {start[0], start[0]};
        start = twice;
        TILE_OF(2);
        return 1;
    }
    TILE_OF(2);
    return rows == 1 ? 1 : 2;
#undef TILE_OF
#undef TILE
}

/* What becomes of one row of a tile. */
static void NAME(finish_row)(const crs__product *p, const T *sum, const T *z, T *out, T *a, T *w)
{
    const T scale = (T)p->scale, step = (T)-p->lr;
    switch (p->end) {
    case CRS__END_ACT:
        if (p->act->id == CRS_ACT_RELU)
            for (size_t i = 0; i < TILE_COLS; i++)
                a[i] = CRS__LESS(sum[i], 0) ? 0 : sum[i];
        else
            NAME(act_fwd)(p->act, TILE_COLS, sum, a);
        /* fall through */
    case CRS__END_STORE:
        memcpy(out, sum, TILE_COLS * sizeof(T));
        break;
    case CRS__END_SLOPE:
        NAME(act_bwd)(p->act, TILE_COLS, z, sum, out);
        break;
    case CRS__END_GRADIENT:
        for (size_t i = 0; i < TILE_COLS; i++)
            out[i] = scale * sum[i];
        break;
    case CRS__END_UPDATE:
        for (size_t i = 0; i < TILE_COLS; i++)
            w[i] = FN(crs__fma)(step, scale * sum[i], w[i]);
        break;
    }
}

/* A narrow tile is finished in rows of full width beside its place. */
SMALL void NAME(finish_narrow)(const crs__product *p, size_t width, const T *sum, size_t at)
{
    T z[TILE_COLS] = {0}, out[TILE_COLS] = {0}, a[TILE_COLS] = {0}, w[TILE_COLS] = {0};
    const size_t bytes = width * sizeof(T);
    if (p->end == CRS__END_SLOPE)
        memcpy(z, (const T *)p->z + at, bytes);
    if (p->end == CRS__END_UPDATE)
        memcpy(w, (const T *)p->params + at, bytes);
    NAME(finish_row)(p, sum, z, out, a, w);
    if (p->end == CRS__END_UPDATE)
        memcpy((T *)p->params + at, w, bytes);
    else
        memcpy((T *)p->out + at, out, bytes);
    if (p->end == CRS__END_ACT)
        memcpy((T *)p->a + at, a, bytes);
}

static void NAME(finish)(const crs__product *p, size_t rows, size_t width, const T *sums, size_t at)
{
    for (size_t r = 0; r < rows; r++, at += p->ld, sums += TILE_COLS) {
        if (width < TILE_COLS)
            NAME(finish_narrow)(p, width, sums, at);
        else
            NAME(finish_row)
        (p, sums, p->end == CRS__END_SLOPE ? (const T *)p->z + at : NULL,
         p->out == NULL ? NULL : (T *)p->out + at,
         p->end == CRS__END_ACT ? (T *)p->a + at : NULL,
         p->end == CRS__END_UPDATE ? (T *)p->params + at : NULL);
    }
}

/* Partial sums between `sums` and their place in out. */
SMALL void NAME(park)(const crs__product *p, size_t rows, size_t width, T *sums, size_t at, int back)
{
    for (size_t r = 0; r < rows; r++, at += p->ld, sums += TILE_COLS) {
        if (back)
            memcpy(sums, (T *)p->out + at, width * sizeof(T));
        else
            memcpy((T *)p->out + at, sums, width * sizeof(T));
    }
}

/*
 * V_LANES rows of data become V_LANES columns of the panel: log2 V_LANES times, two registers
 * h apart exchange their off-diagonal blocks of h lanes.
 */
#if V_LANES > 1
typedef T NAME(lanes) __attribute__((vector_size(V_LANES * sizeof(T)), aligned(sizeof(T)), may_alias));
#define LOW(h, i) ((i) & (h) ? V_LANES + (i) - (h) : (i))
#define HIGH(h, i) ((i) & (h) ? V_LANES + (i) : (i) + (h))
#define LANES_2(f, h, i) f(h, i), f(h, i + 1)
#define LANES_4(f, h, i) LANES_2(f, h, i), LANES_2(f, h, i + 2)
#define LANES_8(f, h, i) LANES_4(f, h, i), LANES_4(f, h, i + 4)
#define LANES_16(f, h, i) LANES_8(f, h, i), LANES_8(f, h, i + 8)
#define LANES__(n) LANES_##n
#define LANES_(n) LANES__(n)
#define EXCHANGE(h)                                                                        \
    for (int i = 0; i < V_LANES; i++) {                                                    \
        if ((i & (h)) == 0) {                                                              \
            NAME(lanes) low = x[i], high = x[i + (h)];                                     \
            x[i] = __builtin_shufflevector(low, high, LANES_(V_LANES)(LOW, h, 0));         \
            x[i + (h)] = __builtin_shufflevector(low, high, LANES_(V_LANES)(HIGH, h, 0));  \
        }                                                                                  \
    }
#endif

INLINE void NAME(turn_block)(const T *const *from, size_t c, T *panel)
{
#if V_LANES > 1
    NAME(lanes) x[V_LANES];
    for (int i = 0; i < V_LANES; i++)
        x[i] = *(const NAME(lanes) *)(from[i] + c);
#if V_LANES >= 16
    EXCHANGE(8)
#endif
#if V_LANES >= 8
    EXCHANGE(4)
#endif
#if V_LANES >= 4
    EXCHANGE(2)
#endif
    EXCHANGE(1)
    for (int i = 0; i < V_LANES; i++)
        *(NAME(lanes) *)(panel + i * TILE_COLS) = x[i];
#else
    panel[0] = from[0][c];
#endif
}

/* Where the `present` rows begin that become columns. */
SMALL void NAME(rows_from)(const crs__right *right, size_t c, size_t s, size_t present,
                           const T **from)
{
    for (size_t j = 0; j < V_LANES && j < present; j++)
        from[j] = (const T *)right->data +
                  (right->index == NULL ? s + j : right->index[s + j]) * right->ld + c;
}

/* What is left beside whole blocks. */
SMALL void NAME(turn_rest)(const T *const *from, size_t present, size_t k, size_t depth, T *panel)
{
    for (; k < depth; k++)
        for (size_t j = 0; j < V_LANES; j++)
            panel[k * TILE_COLS + j] = j < present ? from[j][k] : 0;
}

/* panel[c, i] = right[c, s + i] for `depth` terms and `width` columns, 0 beyond them */
static void NAME(pack_turned)(const crs__right *right, size_t c, size_t depth, size_t s,
                              size_t width, T *panel)
{
    for (size_t i = 0; i < TILE_COLS; i += V_LANES) {
        const T *from[V_LANES];
        size_t k = 0, present = width > i ? width - i : 0;
        NAME(rows_from)(right, c, s + i, present, from);
        if (present >= V_LANES)
            for (; k + V_LANES <= depth; k += V_LANES)
                NAME(turn_block)(from, k, panel + k * TILE_COLS + i);
        if (k < depth)
            NAME(turn_rest)(from, present, k, depth, panel + i);
    }
}

/* Panel after panel, `depth` rows each, of as many columns as there are in `width`. */
static void NAME(pack_rows)(const crs__right *right, size_t c, size_t depth, size_t s, size_t width,
                            T *panel)
{
    for (size_t k = 0; k < depth; k++) {
        size_t row = right->index == NULL ? c + k : right->index[c + k], i = 0;
        const T *from = (const T *)right->data + row * right->ld + s;
        T *to = panel + k * TILE_COLS;
        for (; i + TILE_COLS <= width; i += TILE_COLS, to += depth * TILE_COLS) {
            V_STORE(to, V_LOAD(from + i));
            V_STORE(to + V_LANES, V_LOAD(from + i + V_LANES));
        }
        if (i < width) {
            memset(to, 0, TILE_COLS * sizeof(T));
            memcpy(to, from + i, (width - i) * sizeof(T));
        }
    }
}

/*
 * Pack from column s on, one panel, or where they fit several: rows that are far apart are
 * read in longer pieces then. Returns how many columns were packed.
 */
static size_t NAME(pack)(const crs__right *right, size_t c, size_t depth, size_t s, size_t width,
                         T *panel)
{
    size_t most = CRS__PANEL_DEPTH / depth;
    if (right->turned) {
        width = width < TILE_COLS ? width : TILE_COLS;
        NAME(pack_turned)(right, c, depth, s, width, panel);
    } else {
        most = (most < 4 ? most : 4) * TILE_COLS;
        width = width < most ? width : most;
        NAME(pack_rows)(right, c, depth, s, width, panel);
    }
    return width;
}

/* Where the columns of each term lie: in the panel, or where it is NULL, in data. */
SMALL void NAME(point)(const crs__right *right, size_t c, size_t depth, const T *panel,
                        const T **in)
{
    for (size_t k = 0; k < depth; k++)
        in[k] = panel != NULL
                    ? panel + k * TILE_COLS
                    : (const T *)right->data +
                          (right->index == NULL ? c + k : right->index[c + k]) * right->ld;
}

/*
 * Columns of a few tiles are read where they lie, and so is what is a panel already; else
 * they are packed, so that they are near each other whatever the leading dimension is. One
 * of whole pages would bring all rows to the same lines of L1.
 */
static int NAME(in_place)(const crs__right *right, size_t tiles, size_t width)
{
    enum { FEW = 4, PAGE = 4096 };
    int whole = width == TILE_COLS || (V_LANES >= 8 && TILE_ROWS > 6 && width == V_LANES);
    if (right->turned || !whole)
        return 0;
    return right->ld == TILE_COLS || (tiles <= FEW && right->ld * sizeof(T) % PAGE != 0);
}

static void NAME(large)(const crs__product *p, crs__span rows, crs__span cols, void *scratch)
{
    _Alignas(64) T sums[TILE_ROWS * TILE_COLS];
    const T **in = scratch;
    T *panel = (T *)(in + CRS__PANEL_DEPTH);
    size_t parts = (p->terms + CRS__PANEL_DEPTH - 1) / CRS__PANEL_DEPTH;
    size_t step = (p->terms + parts - 1) / parts;
    size_t tiles = (rows.to - rows.from + TILE_ROWS - 1) / TILE_ROWS;
    for (size_t c = 0; c < p->terms; c += step) {
        size_t depth = p->terms - c < step ? p->terms - c : step;
        int resume = c > 0 || p->resume, last = c + depth == p->terms, packed = -1;
        size_t start = 0, end = 0; /* the columns that are packed */
        for (size_t s = cols.from; s < cols.to; s += TILE_COLS) {
            size_t width = cols.to - s < TILE_COLS ? cols.to - s : TILE_COLS;
            int direct = NAME(in_place)(&p->right, tiles, width);
            /* whole tiles of the last part are added to the parameters from registers */
            int update = last && p->end == CRS__END_UPDATE &&
                         (width == TILE_COLS || (V_LANES >= 8 && TILE_ROWS > 6 && width == V_LANES));
            if (!direct && s >= end) {
                start = s;
                end = s + NAME(pack)(&p->right, c, depth, s, cols.to - s, panel);
            }
            if (packed != !direct)
                NAME(point)(&p->right, c, depth, direct ? NULL : panel, in);
            packed = !direct;
            for (size_t r = rows.from, made; r < rows.to; r += made) {
                size_t left = rows.to - r, at = r * p->ld + s;
                if (resume)
                    NAME(park)(p, left < TILE_ROWS ? left : TILE_ROWS, width, sums, at, 1);
                made = NAME(some_rows)(p, r, left, width, c, depth, in, direct ? s : (s - start) * depth,
                                       resume,
                                       sums, update ? (T *)p->params + at : NULL);
                if (update)
                    continue;
                if (last)
                    NAME(finish)(p, made, width, sums, at);
                else
                    NAME(park)(p, made, width, sums, at, 0);
            }
        }
    }
}

/* ---- one sample: a matrix times a vector, units across lanes ------------------------------ */

#define UNIT_BLOCK 8 /* registers of units at a time: chains enough, and one stream of weights */

/* Registers of the block that begins `rest` registers before the end. */
static size_t NAME(block)(size_t rest)
{
    return rest >= UNIT_BLOCK ? UNIT_BLOCK : rest >= 4 ? 4 : rest >= 2 ? 2 : 1;
}

SMALL void NAME(units_pack)(size_t n_out, size_t n_in, const void *w_, const void *b_, void *packed)
{
    const T *w = w_, *b = b_;
    T *to = packed;
    size_t n = (n_out + V_LANES - 1) / V_LANES;
    for (size_t v = 0, nv; v < n; v += nv) {
        nv = NAME(block)(n - v);
        for (size_t k = 0; k <= n_in; k++) /* b, then the columns of w */
            for (size_t i = 0; i < nv * V_LANES; i++) {
                size_t j = v * V_LANES + i;
                *to++ = j >= n_out ? 0 : k == 0 ? b[j] : w[j * n_in + k - 1];
            }
    }
}

INLINE void NAME(units_block)(int nv, size_t n_in, const T *packed, const T *a, T *z)
{
    V acc[UNIT_BLOCK];
    UNROLL for (int v = 0; v < nv; v++)
        acc[v] = V_LOAD(packed + v * V_LANES);
    for (size_t k = 0; k < n_in; k++) {
        V x = V_SET1(a[k]);
        packed += nv * V_LANES;
        UNROLL for (int v = 0; v < nv; v++)
            __builtin_prefetch(packed + (8 * nv + v) * V_LANES);
        UNROLL for (int v = 0; v < nv; v++)
            acc[v] = V_FMA(V_LOAD(packed + v * V_LANES), x, acc[v]);
    }
    UNROLL for (int v = 0; v < nv; v++)
        V_STORE(z + v * V_LANES, acc[v]);
}

static void NAME(units_fwd)(size_t n_out, size_t n_in, crs__span units, const void *packed_,
                            const void *a_, void *z_)
{
    const T *a = a_, *packed = packed_;
    T *z = z_;
    size_t n = (n_out + V_LANES - 1) / V_LANES, end = (units.to + V_LANES - 1) / V_LANES;
    for (size_t v = units.from / V_LANES, nv; v < end; v += nv) {
        const T *at = packed + v * V_LANES * (n_in + 1);
        nv = NAME(block)(n - v);
        if (nv == UNIT_BLOCK)
            NAME(units_block)(UNIT_BLOCK, n_in, at, a, z + v * V_LANES);
        else if (nv == 4)
            NAME(units_block)(4, n_in, at, a, z + v * V_LANES);
        else if (nv == 2)
            NAME(units_block)(2, n_in, at, a, z + v * V_LANES);
        else
            NAME(units_block)(1, n_in, at, a, z + v * V_LANES);
    }
}

#undef TILE_ROWS
#undef UNIT_BLOCK
#undef TILE_COLS
