/*
 * The product of large matrices: what product.h says, on random shapes, tails, splits and
 * special values, to the bit at every CPU level.
 */
#include "cmocka_all.h"
#include "random_inputs.h"

#include "kernels/kernels.h"
#include "kernels/real.h"

#include <stdlib.h>
#include <string.h>

static const uint64_t SEED = 20261124;

typedef struct shape {
    size_t rows, cols, terms, ld_left, ld_right, ld;
    int left_turned, right_turned, indexed, resume;
    crs__end end;
} shape;

typedef struct arrays {
    void *left, *right, *start, *out, *a, *z, *params;
    size_t *index;
} arrays;

static void set(crs_dtype dtype, void *base, size_t i, double value)
{
    if (dtype == CRS_F64)
        ((double *)base)[i] = value;
    else
        ((float *)base)[i] = (float)value;
}

static double get(crs_dtype dtype, const void *base, size_t i)
{
    return dtype == CRS_F64 ? ((const double *)base)[i] : (double)((const float *)base)[i];
}

static void *make(crs_dtype dtype, size_t n, uint64_t *state, int special)
{
    void *block = calloc(n + 1, sizeof(double));
    assert_non_null(block);
    for (size_t i = 0; i < n; i++)
        set(dtype, block, i, special ? random_special(state) : random_unit(state));
    return block;
}

static void *twin(const void *block, size_t n)
{
    void *copy = malloc((n + 1) * sizeof(double));
    assert_non_null(copy);
    memcpy(copy, block, (n + 1) * sizeof(double));
    return copy;
}

static crs__product describe(const shape *s, const arrays *x, const crs_act *act)
{
    crs__product p = {
        .terms = s->terms,
        .left = x->left,
        .step_row = s->left_turned ? 1 : s->ld_left,
        .step_term = s->left_turned ? s->ld_left : 1,
        .right = {x->right, s->ld_right, s->indexed ? x->index : NULL, s->right_turned},
        .start = s->resume ? NULL : x->start,
        .resume = s->resume,
        .out = x->out,
        .ld = s->ld,
        .end = s->end,
        .act = act,
        .a = x->a,
        .z = x->z,
        .params = x->params,
        .scale = 0.125,
        .lr = 0.3};
    return p;
}

static double fused(crs_dtype dtype, double x, double y, double z)
{
    return dtype == CRS_F64 ? crs__fma_f64(x, y, z)
                            : (double)crs__fma_f32((float)x, (float)y, (float)z);
}

static double rounded(crs_dtype dtype, double x)
{
    return dtype == CRS_F64 ? x : (double)(float)x;
}

/* One element as the header defines it; out, a or params. */
static double plain(const shape *s, const arrays *x, const crs_act *act, crs_dtype t, size_t r,
                    size_t c)
{
    size_t at = r * s->ld + c;
    double sum = s->resume ? get(t, x->out, at) : get(t, x->start, r), z = get(t, x->z, at);
    double scale = 0.125, step = rounded(t, -0.3);
    for (size_t i = 0; i < s->terms; i++) {
        size_t row = s->right_turned ? c : i, col = s->right_turned ? i : c;
        row = s->indexed ? x->index[row] : row;
        sum = fused(t, get(t, x->left, s->left_turned ? i * s->ld_left + r : r * s->ld_left + i),
                    get(t, x->right, row * s->ld_right + col), sum);
    }
    switch (s->end) {
    case CRS__END_STORE:
        return sum;
    case CRS__END_ACT:
        return t == CRS_F64 ? crs_act_value_f64(act, sum)
                            : (double)crs_act_value_f32(act, (float)sum);
    case CRS__END_SLOPE:
        return rounded(t, sum * (t == CRS_F64 ? crs_act_slope_f64(act, z)
                                              : (double)crs_act_slope_f32(act, (float)z)));
    case CRS__END_GRADIENT:
        return rounded(t, scale * sum);
    case CRS__END_UPDATE:
        return fused(t, step, rounded(t, scale * sum), get(t, x->params, at));
    }
    return 0;
}

static shape draw(uint64_t *state)
{
    /* tails of every tile, and now and then more terms than a panel has */
    static const size_t most_terms[] = {5, 40, 300, 2500};
    shape s;
    s.terms = 1 + random_below(state, most_terms[random_below(state, 4)]);
    s.rows = 1 + random_below(state, 40);
    s.cols = 1 + random_below(state, s.terms > 300 ? 40 : 90);
    s.left_turned = (int)random_below(state, 2);
    s.right_turned = (int)random_below(state, 2);
    s.indexed = (int)random_below(state, 2);
    s.resume = (int)random_below(state, 2);
    s.end = (crs__end)random_below(state, 5);
    s.ld_left = (s.left_turned ? s.rows : s.terms) + random_below(state, 3);
    s.ld_right = (s.right_turned ? s.terms : s.cols) + random_below(state, 3);
    if (!s.right_turned && random_below(state, 2) == 0)
        s.ld_right = s.cols = 32; /* the right factor is a panel of floats as it is */
    s.ld = s.cols + random_below(state, 3);
    return s;
}

static void fill(const shape *s, crs_dtype t, uint64_t *state, arrays *x)
{
    int special = random_below(state, 3) == 0;
    size_t n = s->rows * s->ld, rows = s->right_turned ? s->cols : s->terms;
    x->left = make(t, (s->left_turned ? s->terms : s->rows) * s->ld_left, state, special);
    x->right = make(t, rows * s->ld_right, state, special);
    x->start = make(t, s->rows, state, special);
    x->out = make(t, n, state, 0);
    x->a = make(t, n, state, 0);
    x->z = make(t, n, state, 1);
    x->params = make(t, n, state, 0);
    x->index = malloc(rows * sizeof *x->index);
    assert_non_null(x->index);
    for (size_t i = 0; i < rows; i++)
        x->index[i] = random_below(state, rows);
}

static void drop(arrays *x)
{
    free(x->left), free(x->right), free(x->start), free(x->out), free(x->a), free(x->z);
    free(x->params), free(x->index);
}

/* The whole of it in up to four pieces. */
static void run(const crs__kernels *kernels, const crs__product *p, const shape *s, size_t row,
                size_t col, void *scratch)
{
    crs__span rows[2] = {{0, row}, {row, s->rows}}, cols[2] = {{0, col}, {col, s->cols}};
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            kernels->product(p, rows[i], cols[j], scratch);
}

static void one(const crs__kernels *kernels, uint64_t *state, void *scratch)
{
    static const crs_act_id acts[] = {CRS_ACT_RELU, CRS_ACT_LEAKY_RELU, CRS_ACT_TANH};
    crs_dtype t = kernels->dtype;
    shape s = draw(state);
    arrays x, before;
    crs_act act;
    crs__product p;
    const void *result;
    crs_act_get(acts[random_below(state, 3)], &act);
    if (random_below(state, 2) == 0 && act.n_kinks > 0)
        act.kink[0].value = 0.5;
    fill(&s, t, state, &x);
    before = x;
    before.out = twin(x.out, s.rows * s.ld);
    before.params = twin(x.params, s.rows * s.ld);
    p = describe(&s, &x, &act);
    run(kernels, &p, &s, random_below(state, s.rows + 1), random_below(state, s.cols + 1), scratch);
    result = s.end == CRS__END_ACT ? x.a : s.end == CRS__END_UPDATE ? x.params : x.out;
    for (size_t r = 0; r < s.rows; r++) {
        for (size_t c = 0; c < s.ld; c++) {
            double got = get(t, result, r * s.ld + c), want;
            if (c >= s.cols) { /* what is between two rows belongs to nobody */
                want = get(t,
                           s.end == CRS__END_UPDATE ? before.params
                           : s.end == CRS__END_ACT  ? x.a
                                                    : before.out,
                           r * s.ld + c);
            } else {
                want = plain(&s, &before, &act, t, r, c);
            }
            if (!(isnan(got) && isnan(want)) && memcmp(&got, &want, sizeof got) != 0)
                fail_msg("%s: %zu x %zu, %zu terms, end %d, turned %d %d, element %zu, %zu: %a, "
                         "plain %a (seed %llu)",
                         crs_dtype_name(t), s.rows, s.cols, s.terms, (int)s.end, s.left_turned,
                         s.right_turned, r, c, got, want, (unsigned long long)SEED);
        }
    }
    free(before.out), free(before.params);
    drop(&x);
}

static void level_is_right(crs__cpu_level level)
{
    enum { ROUNDS = 150 };
    void *scratch = NULL;
    uint64_t state = SEED;
    assert_int_equal(posix_memalign(&scratch, 64, CRS__PANEL_BYTES), 0);
    for (int i = 0; i < ROUNDS; i++) {
        one(crs__kernels_get(CRS_F32, level), &state, scratch);
        one(crs__kernels_get(CRS_F64, level), &state, scratch);
    }
    free(scratch);
}

static void test_product__is_the_sum_in_rising_order(void **unused)
{
    (void)unused;
    for (int level = CRS__CPU_SCALAR; level <= (int)crs__cpu_best(); level++)
        level_is_right((crs__cpu_level)level);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_product__is_the_sum_in_rising_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
