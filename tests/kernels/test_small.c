/*
 * The kernels of small nets: every CPU level gives the bits of the scalar ones, on random
 * shapes, tails, alignments and special values.
 */
#include "cmocka_all.h"

static const uint64_t SEED = 20261124;

#include "kernels/arrays.h"
#include "kernels/real.h"
#include "kernels/small.h"

/* What a round works on: both levels' tables, and the type's for the arrays. */
typedef struct levels {
    const crs__kernels *k;
    const crs__small_kernels *of[2]; /* the level and scalar */
    uint64_t *state;
    int special;
} levels;

static void *inputs(const levels *l, size_t n)
{
    return make(l->k, n, l->state, l->special);
}

static void outputs(const levels *l, size_t n, void **out)
{
    make_two(l->k, n, l->state, out);
}

static size_t some(const levels *l, size_t most)
{
    return 1 + random_below(l->state, most);
}

static void fwd_equals_scalar(const levels *l)
{
    size_t n_out = some(l, 19), n_in = some(l, 9), samples = 16 * some(l, 9);
    size_t lda = samples + 16 * random_below(l->state, 2), ld = samples;
    void *w = inputs(l, n_out * n_in), *b = inputs(l, n_out), *a = inputs(l, n_in * lda);
    void *w_next = inputs(l, n_out), *b_next = inputs(l, 1);
    for (int act = CRS__SMALL_Z; act <= CRS__SMALL_LEAKY; act++) {
        for (int kept = 0; kept < 4; kept++) {
            void *z[2], *out[2], *next[2];
            int has_z = act == CRS__SMALL_Z || kept & 1, has_out = act != CRS__SMALL_Z;
            int has_next = has_out && kept & 2;
            outputs(l, n_out * ld, z);
            outputs(l, n_out * ld, out);
            outputs(l, samples, next);
            for (int i = 0; i < 2; i++)
                l->of[i]->fwd(n_out, n_in, samples, w, b, a, lda, (crs__small_act)act, 0.1,
                              has_z ? z[i] : NULL, has_out ? out[i] : NULL, ld,
                              has_next ? w_next : NULL, has_next ? b_next : NULL,
                              has_next ? next[i] : NULL);
            same(l->k, z[0], z[1], n_out * ld, "fwd, z");
            same(l->k, out[0], out[1], n_out * ld, "fwd, out");
            same(l->k, next[0], next[1], samples, "fwd, z_next");
            end_of_some(6, "fwd");
        }
    }
    end_of_round("fwd");
}

static void delta_equals_scalar(const levels *l)
{
    size_t n = some(l, 5), samples = 16 * some(l, 5), ldy = samples + 16;
    size_t real = samples - random_below(l->state, 16);
    void *z = inputs(l, n * samples), *y = inputs(l, n * ldy);
    for (int loss = 0; loss < 3; loss++) {
        void *dz[2];
        outputs(l, n * samples, dz);
        for (int i = 0; i < 2; i++)
            l->of[i]->delta[loss](n, samples, real, z, y, ldy, dz[i], samples);
        same(l->k, dz[0], dz[1], n * samples, "delta");
    }
    end_of_round("delta");
}

static void bwd_data_equals_scalar(const levels *l)
{
    const crs__small_step step = {0, random_below(l->state, 2) ? 0 : 0.5, 0.75, -0.25};
    size_t n = some(l, 19), n_above = some(l, 9), samples = 16 * some(l, 9);
    void *w = inputs(l, n_above * n), *above = inputs(l, n_above * samples);
    void *source = inputs(l, n * samples), *dz[2];
    outputs(l, n * samples, dz);
    for (int i = 0; i < 2; i++)
        l->of[i]->bwd_data(n, n_above, samples, w, above, &step, source, dz[i], samples);
    same(l->k, dz[0], dz[1], n * samples, "bwd_data by a step");
    for (int i = 0; i < 2; i++)
        l->of[i]->bwd_data(n, n_above, samples, w, above, NULL, NULL, dz[i], samples);
    same(l->k, dz[0], dz[1], n * samples, "bwd_data");
    end_of_round("bwd_data");
}

/* Two tiles and a last one, or all in one. */
static const struct tile {
    int first, last;
} tiles[] = {{1, 0}, {0, 0}, {0, 1}, {1, 1}};
enum { N_TILES = sizeof tiles / sizeof tiles[0] };

static void bwd_weight_equals_scalar(const levels *l)
{
    size_t n_out = some(l, 9), n_in = some(l, 9), samples = 16 * some(l, 9);
    size_t lda = samples + 16 * random_below(l->state, 2);
    void *dz = inputs(l, n_out * samples), *a = inputs(l, n_in * lda);
    void *dw[2], *db[2], *acc[2];
    outputs(l, n_out * n_in, dw);
    outputs(l, n_out, db);
    outputs(l, 16 * n_out * (n_in + 1), acc);
    for (int t = 0; t < N_TILES; t++) {
        for (int i = 0; i < 2; i++) {
            const crs__small_sums sums = {tiles[t].first, tiles[t].last, 1 / (double)samples,
                                          acc[i]};
            l->of[i]->bwd_weight(n_out, n_in, samples, dz, samples, a, lda, &sums, dw[i], db[i]);
        }
        same(l->k, dw[0], dw[1], n_out * n_in, "bwd_weight, dw");
        same(l->k, db[0], db[1], n_out, "bwd_weight, db");
    }
    end_of_round("bwd_weight");
}

static void bwd_single_equals_scalar(const levels *l)
{
    const crs__small_step step = {0, 0.25, 1, -0.5};
    size_t n = some(l, 11), n_in = some(l, CRS__SMALL_THIN), samples = 16 * some(l, 9);
    size_t ldx = samples + 16 * random_below(l->state, 2);
    void *d = inputs(l, samples), *above = inputs(l, samples), *below = inputs(l, samples);
    void *source = inputs(l, n * samples), *a = inputs(l, n * samples), *x = inputs(l, n_in * ldx);
    void *w_out = inputs(l, n), *dw_out[2], *dw[2], *db[2], *acc[2];
    int alike = (int)random_below(l->state, 2); /* what the kernels know to be one array */
    outputs(l, n, dw_out);
    outputs(l, n * n_in, dw);
    outputs(l, n, db);
    outputs(l, 16 * n * (n_in + 2), acc);
    for (int t = 0; t < N_TILES; t++) {
        for (int i = 0; i < 2; i++) {
            const crs__small_sums sums = {tiles[t].first, tiles[t].last, 1 / (double)samples,
                                          acc[i]};
            l->of[i]->bwd_single(n, n_in, samples, d, alike ? d : above, below, &step,
                                 alike ? a : source, a, samples, x, ldx, w_out, &sums, dw_out[i],
                                 dw[i], db[i]);
        }
        same(l->k, dw_out[0], dw_out[1], n, "bwd_single, dw_out");
        same(l->k, dw[0], dw[1], n * n_in, "bwd_single, dw");
        same(l->k, db[0], db[1], n, "bwd_single, db");
    }
    end_of_round("bwd_single");
}

/* The marks are a level's own: what is compared is what comes of them. */
static void relu_equals_scalar(const levels *l)
{
    size_t n = some(l, 23), n_in = some(l, CRS__SMALL_THIN), samples = 16 * some(l, 19);
    size_t ldx = samples + 16 * random_below(l->state, 2);
    double at = random_below(l->state, 2) ? 0 : 0.25;
    void *w = inputs(l, n * n_in), *b = inputs(l, n), *x = inputs(l, n_in * ldx);
    void *w_out = inputs(l, n), *b_out = inputs(l, 1), *d = inputs(l, samples);
    void *marks[2], *z_out[2], *dw_out[2], *dw[2], *db[2], *acc[2];
    outputs(l, n * samples, marks);
    outputs(l, samples, z_out);
    outputs(l, n, dw_out);
    outputs(l, n * n_in, dw);
    outputs(l, n, db);
    outputs(l, 16 * n * (n_in + 1), acc);
    for (int i = 0; i < 2; i++)
        l->of[i]->relu_fwd(n, n_in, samples, w, b, x, ldx, at, marks[i], samples, w_out, b_out,
                           z_out[i]);
    same(l->k, z_out[0], z_out[1], samples, "relu_fwd");
    for (int t = 0; t < N_TILES; t++) {
        for (int i = 0; i < 2; i++) {
            const crs__small_sums sums = {tiles[t].first, tiles[t].last, 1 / (double)samples,
                                          acc[i]};
            l->of[i]->relu_bwd(n, n_in, samples, d, marks[i], samples, x, ldx, at, w, b, w_out,
                               &sums, dw_out[i], dw[i], db[i]);
        }
        same(l->k, dw_out[0], dw_out[1], n, "relu_bwd, dw_out");
        same(l->k, dw[0], dw[1], n * n_in, "relu_bwd, dw");
        same(l->k, db[0], db[1], n, "relu_bwd, db");
    }
    end_of_round("relu");
}

static void elementwise_equals_scalar(const levels *l)
{
    static const double looked_for[] = {0, -0.0, 6, INFINITY, NAN};
    size_t n = some(l, 99);
    void *z = make(l->k, n, l->state, 1), *da = make(l->k, n, l->state, 1), *out[2];
    double factor = random_special(l->state);
    outputs(l, n, out);
    for (int i = 0; i < 2; i++)
        l->of[i]->scale(n, factor, z, out[i]);
    same(l->k, out[0], out[1], n, "scale");
    for (int i = 0; i < 2; i++)
        l->of[i]->exp(n, z, out[i]);
    same(l->k, out[0], out[1], n, "exp");
    for (int act = 0; act < CRS_ACT_COUNT; act++) {
        assert_int_equal(l->of[0]->smooth_fwd[act] == NULL, l->of[1]->smooth_fwd[act] == NULL);
        assert_int_equal(l->of[0]->smooth_bwd[act] == NULL, l->of[1]->smooth_bwd[act] == NULL);
        for (int i = 0; i < 2 && l->of[i]->smooth_fwd[act] != NULL; i++)
            l->of[i]->smooth_fwd[act](n, z, out[i]);
        same(l->k, out[0], out[1], n, crs_act_name((crs_act_id)act));
        for (int i = 0; i < 2 && l->of[i]->smooth_bwd[act] != NULL; i++)
            l->of[i]->smooth_bwd[act](n, z, da, out[i]);
        same(l->k, out[0], out[1], n, crs_act_name((crs_act_id)act));
    }
    for (size_t i = 0; i < sizeof looked_for / sizeof looked_for[0]; i++)
        assert_int_equal(l->of[0]->any_equal(n, z, looked_for[i]) != 0,
                         l->k->count_equal(n, z, looked_for[i]) > 0);
    end_of_round("elementwise");
}

static void test_small__same_bits_as_scalar(void **unused)
{
    (void)unused;
    for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
        for (int level = CRS__CPU_SCALAR + 1; level <= (int)crs__cpu_best(); level++) {
            uint64_t state = SEED;
            levels l = {crs__kernels_get((crs_dtype)dtype, CRS__CPU_SCALAR),
                        {crs__small_kernels_get((crs_dtype)dtype, (crs__cpu_level)level),
                         crs__small_kernels_get((crs_dtype)dtype, CRS__CPU_SCALAR)},
                        &state,
                        0};
            assert_ptr_not_equal(l.of[0], l.of[1]);
            for (int round = 0; round < 50; round++) {
                l.special = round % 4 == 3;
                fwd_equals_scalar(&l);
                delta_equals_scalar(&l);
                bwd_data_equals_scalar(&l);
                bwd_weight_equals_scalar(&l);
                bwd_single_equals_scalar(&l);
                relu_equals_scalar(&l);
                elementwise_equals_scalar(&l);
            }
        }
    }
}

/*
 * e^x against the C library's double, u = 2^-24 or 2^-53. Two roundings of r, |r| < 0.35: 0.7;
 * of what is summed to e^r - 1, below 0.42: 0.42; of the square, the polynomial and its
 * coefficients, times r^2 / 2: 0.25; of the last sum: 1; of the method: 0.2; of the
 * library: 1. Relative to e^r > 0.7 at worst: 3.57 / 0.7 u.
 */
static void test_exp__is_within_its_bound(void **unused)
{
    (void)unused;
    for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
        const crs__kernels *k = crs__kernels_get((crs_dtype)dtype, CRS__CPU_SCALAR);
        double u = dtype == CRS_F64 ? 0x1p-53 : 0x1p-24, least = dtype == CRS_F64 ? -708 : -87;
        double most = dtype == CRS_F64 ? 709 : 88;
        for (int level = CRS__CPU_SCALAR; level <= (int)crs__cpu_best(); level++) {
            enum { N = 4000 };
            uint64_t state = SEED;
            void *x = make(k, N, &state, 0), *y = make(k, N, &state, 0);
            for (size_t i = 0; i < N; i++)
                set(k, x, i, least + (most - least) * (random_unit(&state) + 1) / 2);
            crs__small_kernels_get((crs_dtype)dtype, (crs__cpu_level)level)->exp(N, x, y);
            for (size_t i = 0; i < N; i++) {
                double off = fabs(get(k, y, i) / exp(get(k, x, i)) - 1);
                if (!(off <= 3.57 / 0.7 * u))
                    fail_msg("e^%a is off by %g of itself, %s, %s", get(k, x, i), off,
                             crs__cpu_name((crs__cpu_level)level), crs_dtype_name(k->dtype));
            }
            end_of_round("exp");
        }
    }
}

/*
 * What exp is made into, against the C library's double functions, in u as above. e^x is within
 * 5.1. sigmoid: 1 + e adds at most that and 1, the quotient 1: 7.1. tanh, m = e^2|z| - 1: for n = 0
 * it is e^r - 1 itself, within 2; for n = 1, m > 0.41, what stands for e^r - 1 is off by 1.4 times
 * 2^n = 2 and the last sum by 1, all of it 2.8 / 0.41 + 1 of m, as is less for larger n;
 * in m / (m + 2) an error of m counts at most once, and two roundings follow: 9.9. Slopes, e and
 * r = 1 / (1 + e): e r r, 5.1 + 2 (7.1) + 2; 22. For tanh' z + z is exact. Two more for the library.
 * Without a fused product every step rounds twice: twice as much.
 */
static void test_smooth__is_within_its_bound(void **unused)
{
    static const struct {
        crs_act_id act;
        int slope;
        double bound;
    } cases[] = {{CRS_ACT_SIGMOID, 0, 9.1},
                 {CRS_ACT_TANH, 0, 11.9},
                 {CRS_ACT_SIGMOID, 1, 24},
                 {CRS_ACT_TANH, 1, 24}};
    (void)unused;
    for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
        enum { N = 20000 };
        const crs__kernels *k = crs__kernels_get((crs_dtype)dtype, CRS__CPU_SCALAR);
        const crs__small_kernels *small = crs__small_kernels_get((crs_dtype)dtype, crs__cpu_best());
        double u = dtype == CRS_F64 ? 0x1p-53 : 0x1p-24, range = dtype == CRS_F64 ? 300 : 40;
        uint64_t state = SEED;
        void *z = make(k, N, &state, 0), *one = make(k, N, &state, 0), *y = make(k, N, &state, 0);
        for (size_t i = 0; i < N; i++) {
            double size = i % 3 == 0 ? 1e-3 : i % 3 == 1 ? 3 : range;
            set(k, z, i, size * random_unit(&state));
            set(k, one, i, 1);
        }
        for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
            crs_act act;
            crs_act_get(cases[c].act, &act);
            if (cases[c].slope)
                small->smooth_bwd[cases[c].act](N, z, one, y);
            else
                small->smooth_fwd[cases[c].act](N, z, y);
            for (size_t i = 0; i < N; i++) {
                double x = get(k, z, i);
                double right =
                    cases[c].slope ? crs_act_slope_f64(&act, x) : crs_act_value_f64(&act, x);
                double off = fabs(get(k, y, i) - right) / (u * fabs(right));
                if (right != 0 && !(off <= cases[c].bound * (CRS__FUSED ? 1 : 2)))
                    fail_msg("%s%s(%a) is off by %g u (%s)", crs_act_name(cases[c].act),
                             cases[c].slope ? "'" : "", x, off, crs_dtype_name(k->dtype));
            }
        }
        end_of_round("smooth");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small__same_bits_as_scalar),
        cmocka_unit_test(test_exp__is_within_its_bound),
        cmocka_unit_test(test_smooth__is_within_its_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
