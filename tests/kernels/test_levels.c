/*
 * Every CPU level gives the bits of the scalar kernels, on random shapes, tails
 * and special values; and the scalar kernels compute what kernels.h says.
 */
#include "cmocka_all.h"
#include "random_inputs.h"

#include "kernels/kernels.h"

#include <stdlib.h>
#include <string.h>

static const uint64_t SEED = 20261123;

static void *make(const crs__kernels *kernels, size_t n, uint64_t *state, int special)
{
    /* one element off the start: no kernel may rely on alignment */
    char *block = calloc(n + 1, kernels->size);
    assert_non_null(block);
    for (size_t i = 0; i < n && state != NULL; i++) {
        double value = special ? random_special(state) : random_unit(state);
        if (kernels->dtype == CRS_F64)
            ((double *)(void *)block)[i + 1] = value;
        else
            ((float *)(void *)block)[i + 1] = (float)value;
    }
    return block + kernels->size;
}

static void drop(const crs__kernels *kernels, void *block)
{
    free((char *)block - kernels->size);
}

static double get(const crs__kernels *kernels, const void *base, size_t i)
{
    return kernels->dtype == CRS_F64 ? ((const double *)base)[i] : (double)((const float *)base)[i];
}

/* Same bits, any NaN being equal to any other. */
static void same(const crs__kernels *kernels, const void *x, const void *y, size_t n,
                 const char *what)
{
    for (size_t i = 0; i < n; i++) {
        double p = get(kernels, x, i), q = get(kernels, y, i);
        if ((isnan(p) && isnan(q)) || memcmp(&p, &q, sizeof p) == 0)
            continue;
        fail_msg("%s, element %zu of %zu: %a, scalar %a (%s, seed %llu)", what, i, n, p, q,
                 crs_dtype_name(kernels->dtype), (unsigned long long)SEED);
    }
}

static void dense_equals_scalar(const crs__kernels *fast, const crs__kernels *scalar,
                                uint64_t *state, int special)
{
    size_t n_in = 1 + random_below(state, 23), n_out = 1 + random_below(state, 23);
    size_t batch = 1 + random_below(state, 70),
           ld = crs__padded(batch) + 16 * random_below(state, 2);
    double scale = 1 / (double)batch;
    void *w = make(fast, n_out * n_in, state, special), *b = make(fast, n_out, state, special);
    void *a = make(fast, n_in * ld, state, special), *dz = make(fast, n_out * ld, state, special);
    void *out[2][4];
    const crs__kernels *level[2] = {fast, scalar};
    crs__pad_zero(fast, n_in, batch, a, ld);
    crs__pad_zero(fast, n_out, batch, dz, ld);
    for (int i = 0; i < 2; i++) {
        out[i][0] = make(fast, n_out * ld, NULL, 0);
        out[i][1] = make(fast, n_in * ld, NULL, 0);
        out[i][2] = make(fast, n_out * n_in, NULL, 0);
        out[i][3] = make(fast, n_out, NULL, 0);
        level[i]->dense_fwd(n_out, n_in, batch, w, b, a, ld, out[i][0], ld);
        level[i]->dense_bwd_data(n_out, n_in, batch, w, dz, ld, out[i][1], ld);
        level[i]->dense_bwd_weight(n_out, n_in, batch, scale, dz, ld, a, ld, out[i][2]);
        level[i]->dense_bwd_bias(n_out, batch, scale, dz, ld, out[i][3]);
        level[i]->bias_add(n_out, batch, b, out[i][0], ld);
    }
    same(fast, out[0][0], out[1][0], n_out * ld, "dense_fwd");
    same(fast, out[0][1], out[1][1], n_in * ld, "dense_bwd_data");
    same(fast, out[0][2], out[1][2], n_out * n_in, "dense_bwd_weight");
    same(fast, out[0][3], out[1][3], n_out, "dense_bwd_bias");
    for (int i = 0; i < 2; i++)
        for (int o = 0; o < 4; o++)
            drop(fast, out[i][o]);
    drop(fast, w);
    drop(fast, b);
    drop(fast, a);
    drop(fast, dz);
}

static void elementwise_equals_scalar(const crs__kernels *fast, const crs__kernels *scalar,
                                      uint64_t *state)
{
    size_t n = 1 + random_below(state, 99);
    void *z = make(fast, n, state, 1), *da = make(fast, n, state, 1);
    for (int id = 0; id < CRS_ACT_COUNT; id++) {
        void *x = make(fast, n, NULL, 0), *y = make(fast, n, NULL, 0);
        crs_act act;
        crs_act_get((crs_act_id)id, &act);
        if (act.n_kinks > 0)
            act.kink[0].value = 0.25; /* no value that a branch gives by accident */
        fast->act_fwd(&act, n, z, x);
        scalar->act_fwd(&act, n, z, y);
        same(fast, x, y, n, crs_act_name(act.id));
        fast->act_bwd(&act, n, z, da, x);
        scalar->act_bwd(&act, n, z, da, y);
        same(fast, x, y, n, crs_act_name(act.id));
        drop(fast, x);
        drop(fast, y);
    }
    assert_int_equal(fast->count_equal(n, z, 0), scalar->count_equal(n, z, 0));
    assert_int_equal(fast->count_equal(n, z, 6), scalar->count_equal(n, z, 6));
    {
        void *p = make(fast, n, NULL, 0), *q = make(fast, n, NULL, 0);
        memcpy(p, da, n * fast->size);
        memcpy(q, da, n * fast->size);
        fast->sgd(n, 0.1, z, p);
        scalar->sgd(n, 0.1, z, q);
        same(fast, p, q, n, "sgd");
        drop(fast, p);
        drop(fast, q);
    }
    drop(fast, z);
    drop(fast, da);
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

/* The scalar kernels against sums written down here, within the rounding of n terms. */
static void test_scalar__computes_the_products(void **unused)
{
    const crs__kernels *k = crs__kernels_get(CRS_F64, CRS__CPU_SCALAR);
    uint64_t state = SEED;
    (void)unused;
    for (int round = 0; round < 50; round++) {
        size_t n_in = 1 + random_below(&state, 9), n_out = 1 + random_below(&state, 9);
        size_t batch = 1 + random_below(&state, 40), ld = crs__padded(batch);
        double *w = make(k, n_out * n_in, &state, 0), *b = make(k, n_out, &state, 0);
        double *a = make(k, n_in * ld, &state, 0), *dz = make(k, n_out * ld, &state, 0);
        double *z = make(k, n_out * ld, NULL, 0), *da = make(k, n_in * ld, NULL, 0);
        double *dw = make(k, n_out * n_in, NULL, 0), *db = make(k, n_out, NULL, 0);
        /* |error| <= n u sum|terms|, every term below 1; n at most 64 */
        const double bound = 64 * 64 * 0x1p-53;
        crs__pad_zero(k, n_in, batch, a, ld);
        crs__pad_zero(k, n_out, batch, dz, ld);
        k->dense_fwd(n_out, n_in, batch, w, b, a, ld, z, ld);
        k->dense_bwd_data(n_out, n_in, batch, w, dz, ld, da, ld);
        k->dense_bwd_weight(n_out, n_in, batch, 0.5, dz, ld, a, ld, dw);
        k->dense_bwd_bias(n_out, batch, 0.5, dz, ld, db);
        for (size_t s = 0; s < batch; s++) {
            for (size_t j = 0; j < n_out; j++) {
                double sum = b[j];
                for (size_t i = 0; i < n_in; i++)
                    sum += w[j * n_in + i] * a[i * ld + s];
                assert_true(fabs(sum - z[j * ld + s]) <= bound);
            }
            for (size_t i = 0; i < n_in; i++) {
                double sum = 0;
                for (size_t j = 0; j < n_out; j++)
                    sum += w[j * n_in + i] * dz[j * ld + s];
                assert_true(fabs(sum - da[i * ld + s]) <= bound);
            }
        }
        for (size_t j = 0; j < n_out; j++) {
            double sum = 0;
            for (size_t s = 0; s < batch; s++)
                sum += dz[j * ld + s];
            assert_true(fabs(sum / 2 - db[j]) <= bound);
            for (size_t i = 0; i < n_in; i++) {
                sum = 0;
                for (size_t s = 0; s < batch; s++)
                    sum += dz[j * ld + s] * a[i * ld + s];
                assert_true(fabs(sum / 2 - dw[j * n_in + i]) <= bound);
            }
        }
        drop(k, w), drop(k, b), drop(k, a), drop(k, dz);
        drop(k, z), drop(k, da), drop(k, dw), drop(k, db);
    }
}

/* The piecewise linear shortcuts of a kernel are the table's own functions. */
static void test_activations__are_the_specification(void **unused)
{
    static const char *const names[] = {
        "linear", "relu", "leaky_relu:0.1", "leaky_relu:1", "leaky_relu:-0.5", "relu6", "hardtanh",
        "abs",    "tanh"};
    const crs__kernels *k = crs__kernels_get(CRS_F64, crs__cpu_best());
    uint64_t state = SEED;
    (void)unused;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        enum { N = 500 };
        double z[N], a[N], dz[N], da[N];
        crs_act act;
        assert_int_equal(crs_act_parse(names[i], NULL, &act), CRS_OK);
        for (size_t kink = 0; kink < act.n_kinks; kink++)
            act.kink[kink].value = 0.75;
        for (size_t s = 0; s < N; s++) {
            z[s] = random_special(&state);
            da[s] = random_unit(&state);
        }
        k->act_fwd(&act, N, z, a);
        k->act_bwd(&act, N, z, da, dz);
        for (size_t s = 0; s < N; s++) {
            double value = crs_act_value_f64(&act, z[s]);
            double slope = da[s] * crs_act_slope_f64(&act, z[s]);
            same(k, &a[s], &value, 1, names[i]);
            same(k, &dz[s], &slope, 1, names[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels__same_bits_as_scalar),
        cmocka_unit_test(test_scalar__computes_the_products),
        cmocka_unit_test(test_activations__are_the_specification),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
