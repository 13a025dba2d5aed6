/*
 * Every CPU level gives the bits of the scalar kernels, on random shapes, tails,
 * alignments and special values; and every level computes what kernels.h says.
 */
#include "cmocka_all.h"

static const uint64_t SEED = 20261123;

#include "kernels/arrays.h"
#include "kernels/real.h"

static void dense_equals_scalar(const crs__kernels *fast, const crs__kernels *scalar,
                                uint64_t *state, int special)
{
    size_t n_in = 1 + random_below(state, 23), n_out = 1 + random_below(state, 23);
    size_t batch = 1 + random_below(state, 70),
           ld = crs__padded(batch) + 16 * random_below(state, 2);
    double scale = 1 / (double)batch;
    void *w = make(fast, n_out * n_in, state, special), *b = make(fast, n_out, state, special);
    void *a = make(fast, n_in * ld, state, special), *dz = make(fast, n_out * ld, state, special);
    void *z[2], *da[2], *dw[2], *db[2], *y[2], *sum[2];
    const crs__kernels *level[2] = {fast, scalar};
    make_two(fast, n_out * ld, state, z);
    make_two(fast, n_in * ld, state, da);
    make_two(fast, n_out * n_in, state, dw);
    make_two(fast, n_out, state, db);
    make_two(fast, n_out * ld, state, y);
    make_two(fast, n_out, state, sum);
    crs__pad_zero(fast, n_in, batch, a, ld);
    crs__pad_zero(fast, n_out, batch, dz, ld);
    for (int i = 0; i < 2; i++) {
        level[i]->dense_fwd(n_out, n_in, batch, w, b, a, ld, z[i], ld);
        level[i]->dense_bwd_data(n_out, n_in, batch, w, dz, ld, da[i], ld);
        level[i]->dense_bwd_weight(n_out, n_in, batch, scale, dz, ld, a, ld, dw[i]);
        level[i]->dense_bwd_bias(n_out, batch, scale, dz, ld, db[i]);
        level[i]->bias_add(n_out, batch, b, y[i], ld);
        level[i]->add(n_out, b, sum[i]);
    }
    same(fast, z[0], z[1], n_out * ld, "dense_fwd");
    same(fast, da[0], da[1], n_in * ld, "dense_bwd_data");
    same(fast, dw[0], dw[1], n_out * n_in, "dense_bwd_weight");
    same(fast, db[0], db[1], n_out, "dense_bwd_bias");
    same(fast, y[0], y[1], n_out * ld, "bias_add");
    same(fast, sum[0], sum[1], n_out, "add");
    end_of_round("dense layers");
}

/* g and g', away from their operand and in place of it. */
static void act_equals_scalar(const crs__kernels *fast, const crs__kernels *scalar,
                              const crs_act *act, size_t n, uint64_t *state)
{
    void *z = make(fast, n, state, 1), *da = make(fast, n, state, 1), *x[2], *y[2];
    make_two(fast, n, state, x);
    make_two(fast, n, state, y);
    fast->act_fwd(act, n, z, x[0]);
    scalar->act_fwd(act, n, z, x[1]);
    same(fast, x[0], x[1], n, crs_act_name(act->id));
    fast->act_bwd(act, n, z, da, x[0]);
    scalar->act_bwd(act, n, z, da, x[1]);
    same(fast, x[0], x[1], n, crs_act_name(act->id));
    memcpy(y[0], da, n * fast->size);
    fast->act_bwd(act, n, z, y[0], y[0]);
    same(fast, y[0], x[1], n, crs_act_name(act->id));
    end_of_round(crs_act_name(act->id));
}

static void elementwise_equals_scalar(const crs__kernels *fast, const crs__kernels *scalar,
                                      uint64_t *state)
{
    static const double counted[] = {0, -0.0, 6, INFINITY, -INFINITY, NAN};
    size_t n = 1 + random_below(state, 99);
    double lr = random_special(state);
    void *g, *p[2];
    for (int id = 0; id < CRS_ACT_COUNT; id++) {
        crs_act act;
        crs_act_get((crs_act_id)id, &act);
        if (act.n_kinks > 0)
            act.kink[0].value = 0.25; /* no value that a branch gives by accident */
        act_equals_scalar(fast, scalar, &act, n, state);
    }
    g = make(fast, n, state, 1);
    for (size_t i = 0; i < sizeof counted / sizeof counted[0]; i++)
        assert_int_equal(fast->count_equal(n, g, counted[i]),
                         scalar->count_equal(n, g, counted[i]));
    p[0] = make(fast, n, state, 1);
    p[1] = make(fast, n, state, 0);
    memcpy(p[1], p[0], n * fast->size);
    fast->sgd(n, lr, g, p[0]);
    scalar->sgd(n, lr, g, p[1]);
    same(fast, p[0], p[1], n, "sgd");
    end_of_round("elementwise");
}

static void test_levels__same_bits_as_scalar(void **unused)
{
    (void)unused;
    for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
        for (int level = CRS__CPU_SCALAR + 1; level <= (int)crs__cpu_best(); level++) {
            uint64_t state = SEED;
            const crs__kernels *fast = crs__kernels_get((crs_dtype)dtype, (crs__cpu_level)level);
            const crs__kernels *scalar = crs__kernels_get((crs_dtype)dtype, CRS__CPU_SCALAR);
            assert_ptr_not_equal(fast, scalar);
            for (int round = 0; round < 200; round++) {
                dense_equals_scalar(fast, scalar, &state, round % 4 == 3);
                elementwise_equals_scalar(fast, scalar, &state);
            }
        }
    }
}

/*
 * |error| of a sum that rounds each term at most `depth` times, relative to the sum of the
 * terms' sizes (Higham 2002, lemma 3.1); once more where products are rounded by themselves.
 * The inputs are multiples of 2^-52: no product of them is subnormal in either type.
 */
static double rounding(const crs__kernels *kernels, size_t depth)
{
    double u = kernels->dtype == CRS_F64 ? 0x1p-53 : 0x1p-24;
    double k = (double)(depth + !CRS__FUSED) * u;
    return k / (1 - k);
}

/*
 * sum += x y, to the double nearest or close to it: the products of floats are exact, and
 * those of doubles are summed with twice the digits, as are all sums.
 */
typedef struct sum {
    double high, low, sizes;
} sum;

static void add(sum *to, double x, double y)
{
    double term = x * y, rest = fma(x, y, -term), high = to->high + term, back = high - to->high;
    to->low += (to->high - (high - back)) + (term - back) + rest;
    to->high = high;
    to->sizes += fabs(term);
}

static void expect_sum(const crs__kernels *kernels, const sum *exact, double scale, size_t depth,
                       double got, const char *what)
{
    double error = fabs(scale) * fabs(got / scale - exact->high - exact->low);
    double bound = fabs(scale) * rounding(kernels, depth) * exact->sizes;
    if (!(error <= bound * (1 + 0x1p-20))) /* the bound and the error are rounded themselves */
        fail_msg("%s: off by %g, the bound is %g (%s, seed %llu)", what, error, bound,
                 crs_dtype_name(kernels->dtype), (unsigned long long)SEED);
}

/* Products and sums over samples against exact ones, within what their order allows. */
static void products_are_right(const crs__kernels *k, uint64_t *state)
{
    size_t n_in = 1 + random_below(state, 9), n_out = 1 + random_below(state, 9);
    size_t batch = 1 + random_below(state, 40), ld = crs__padded(batch);
    void *w = make(k, n_out * n_in, state, 0), *b = make(k, n_out, state, 0);
    void *a = make(k, n_in * ld, state, 0), *dz = make(k, n_out * ld, state, 0);
    void *z = make(k, n_out * ld, state, 0), *da = make(k, n_in * ld, state, 0);
    void *dw = make(k, n_out * n_in, state, 0), *db = make(k, n_out, state, 0);
    size_t deep = crs__padded(batch) / 16 + 4; /* a partial sum, and the tree */
    crs__pad_zero(k, n_in, batch, a, ld);
    crs__pad_zero(k, n_out, batch, dz, ld);
    k->dense_fwd(n_out, n_in, batch, w, b, a, ld, z, ld);
    k->dense_bwd_data(n_out, n_in, batch, w, dz, ld, da, ld);
    k->dense_bwd_weight(n_out, n_in, batch, 0.5, dz, ld, a, ld, dw); /* 0.5 rounds nothing */
    k->dense_bwd_bias(n_out, batch, 0.5, dz, ld, db);
    for (size_t s = 0; s < batch; s++) {
        for (size_t j = 0; j < n_out; j++) {
            sum exact = {0};
            add(&exact, get(k, b, j), 1);
            for (size_t i = 0; i < n_in; i++)
                add(&exact, get(k, w, j * n_in + i), get(k, a, i * ld + s));
            expect_sum(k, &exact, 1, n_in, get(k, z, j * ld + s), "z");
        }
        for (size_t i = 0; i < n_in; i++) {
            sum exact = {0};
            for (size_t j = 0; j < n_out; j++)
                add(&exact, get(k, w, j * n_in + i), get(k, dz, j * ld + s));
            expect_sum(k, &exact, 1, n_out, get(k, da, i * ld + s), "da");
        }
    }
    for (size_t j = 0; j < n_out; j++) {
        sum exact = {0};
        for (size_t s = 0; s < batch; s++)
            add(&exact, get(k, dz, j * ld + s), 1);
        expect_sum(k, &exact, 0.5, deep, get(k, db, j), "db");
        for (size_t i = 0; i < n_in; i++) {
            sum products = {0};
            for (size_t s = 0; s < batch; s++)
                add(&products, get(k, dz, j * ld + s), get(k, a, i * ld + s));
            expect_sum(k, &products, 0.5, deep, get(k, dw, j * n_in + i), "dw");
        }
    }
    end_of_round("products");
}

static void test_levels__compute_the_products(void **unused)
{
    (void)unused;
    for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
        for (int level = CRS__CPU_SCALAR; level <= (int)crs__cpu_best(); level++) {
            uint64_t state = SEED;
            for (int round = 0; round < 50; round++)
                products_are_right(crs__kernels_get((crs_dtype)dtype, (crs__cpu_level)level),
                                   &state);
        }
    }
}

/* (1 + e)^2 - (1 + 2 e) is e^2 by one rounding, and 0 by two. */
static void test_levels__fuse_as_the_header_says(void **unused)
{
    (void)unused;
    for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
        const double e = dtype == CRS_F64 ? 0x1p-27 : 0x1p-12;
        for (int level = CRS__CPU_SCALAR; level <= (int)crs__cpu_best(); level++) {
            const crs__kernels *k = crs__kernels_get((crs_dtype)dtype, (crs__cpu_level)level);
            double g[19], p[19]; /* room for either type; full registers and a tail */
            for (size_t i = 0; i < 19; i++) {
                set(k, g, i, 1 + e);
                set(k, p, i, -(1 + 2 * e));
            }
            k->sgd(19, -(1 + e), g, p);
            for (size_t i = 0; i < 19; i++)
                assert_true(get(k, p, i) == (CRS__FUSED ? e * e : 0));
        }
    }
}

/* The piecewise linear shortcuts of a kernel are the table's own functions. */
static void activation_is_the_specification(const crs__kernels *k, const char *name)
{
    enum { N = 500 };
    uint64_t state = SEED;
    void *z = make(k, N, &state, 1), *da = make(k, N, &state, 0);
    void *a[2], *dz[2];
    crs_act act;
    assert_int_equal(crs_act_parse(name, NULL, &act), CRS_OK);
    for (size_t kink = 0; kink < act.n_kinks; kink++)
        act.kink[kink].value = 0.75;
    make_two(k, N, &state, a);
    make_two(k, N, &state, dz);
    k->act_fwd(&act, N, z, a[0]);
    k->act_bwd(&act, N, z, da, dz[0]);
    for (size_t i = 0; i < N; i++) {
        double x = get(k, z, i), d = get(k, da, i);
        if (k->dtype == CRS_F64) {
            set(k, a[1], i, crs_act_value_f64(&act, x));
            set(k, dz[1], i, d * crs_act_slope_f64(&act, x));
        } else {
            set(k, a[1], i, (double)crs_act_value_f32(&act, (float)x));
            set(k, dz[1], i, (double)((float)d * crs_act_slope_f32(&act, (float)x)));
        }
    }
    same(k, a[0], a[1], N, name);
    same(k, dz[0], dz[1], N, name);
    end_of_round(name);
}

static void test_activations__are_the_specification(void **unused)
{
    static const char *const names[] = {
        "linear", "relu", "leaky_relu:0.1", "leaky_relu:1", "leaky_relu:-0.5", "relu6", "hardtanh",
        "abs",    "tanh"};
    (void)unused;
    for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++)
        for (int level = CRS__CPU_SCALAR; level <= (int)crs__cpu_best(); level++)
            for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
                activation_is_the_specification(
                    crs__kernels_get((crs_dtype)dtype, (crs__cpu_level)level), names[i]);
}

/* -0 stays -0 where g(z) = z, and NaN stays NaN: a maximum instruction may see it otherwise. */
static void test_relu__keeps_both_zeros(void **unused)
{
    static const char *const names[] = {"relu", "leaky_relu", "relu6"};
    (void)unused;
    for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
        for (int level = CRS__CPU_SCALAR; level <= (int)crs__cpu_best(); level++) {
            const crs__kernels *k = crs__kernels_get((crs_dtype)dtype, (crs__cpu_level)level);
            for (size_t name = 0; name < sizeof names / sizeof names[0]; name++) {
                enum { N = 19 };   /* full registers and a tail */
                double z[N], a[N]; /* room for either type */
                crs_act act;
                assert_int_equal(crs_act_parse(names[name], NULL, &act), CRS_OK);
                for (size_t i = 0; i < N; i++)
                    set(k, z, i, i % 3 == 2 ? NAN : i % 3 == 1 ? 0.0 : -0.0);
                k->act_fwd(&act, N, z, a);
                for (size_t i = 0; i < N; i++) {
                    double got = get(k, a, i);
                    assert_true(i % 3 == 2 ? isnan(got) : got == 0);
                    assert_int_equal(i % 3 == 0, i % 3 != 2 && signbit(got) != 0);
                }
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels__same_bits_as_scalar),
        cmocka_unit_test(test_levels__compute_the_products),
        cmocka_unit_test(test_levels__fuse_as_the_header_says),
        cmocka_unit_test(test_relu__keeps_both_zeros),
        cmocka_unit_test(test_activations__are_the_specification),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
