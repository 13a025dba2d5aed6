/*
 * The step check: parameters before, parameters after and the gradient of every optimizer,
 * against formulas written a second time, in double and one element at a time.
 */
#include "cmocka_all.h"

static const uint64_t SEED = 20261124;

#include "random_inputs.h"

#include <crease/optim.h>

#include <float.h>
#include <stdlib.h>
#include <string.h>

/* Past two pieces of work, and no multiple of any register. */
#define N ((size_t)(2 * 16384 + 37))

static const char *const checked[] = {
    "sgd",      "sgd:decay=0.3",
    "momentum", "momentum:momentum=0.5,decay=0.1",
    "nesterov", "nesterov:momentum=0.95,decay=0.1",
    "rmsprop",  "rmsprop:alpha=0.5,eps=0.01,decay=0.2",
    "adam",     "adam:beta1=0.5,beta2=0.9,eps=0.001,decay=0.2",
    "adamw",    "adamw:beta1=0.8,beta2=0.95,eps=0.001,decay=0.4",
    "adagrad",  "adagrad:eps=0.1,decay=0.5",
};

#define N_CHECKED (sizeof checked / sizeof checked[0])

typedef struct array {
    crs_dtype dtype;
    void *at;
} array;

static array array_of(crs_dtype dtype)
{
    array x = {dtype, calloc(N, crs_dtype_size(dtype))};
    assert_non_null(x.at);
    return x;
}

static double get(array x, size_t i)
{
    return x.dtype == CRS_F64 ? ((double *)x.at)[i] : (double)((float *)x.at)[i];
}

static void set(array x, size_t i, double value)
{
    if (x.dtype == CRS_F64)
        ((double *)x.at)[i] = value;
    else
        ((float *)x.at)[i] = (float)value;
}

static crs_optimizer *optimizer_of(const char *text, crs_dtype dtype, const crs_executor *executor)
{
    crs_optim how;
    crs_error err;
    crs_optimizer *optimizer = NULL;
    if (crs_optim_parse(text, &err, &how) != CRS_OK ||
        crs_optimizer_create(&how, dtype, N, executor, &err, &optimizer) != CRS_OK)
        fail_msg("%s: %s", text, err.text);
    return optimizer;
}

/* A number, and how far the rounded one may be from it. */
typedef struct about {
    double value, off;
} about;

/*
 * Every number below is made of at most 6 roundings (a constant's, two products', a sum's and
 * those of decay), each of at most u of the sum of the sizes of its terms, and of as many in the
 * reference, which in float64 is no more exact.
 */
static about rounded(double value, double sizes, double u)
{
    return (about){value, 12 * u * sizes};
}

/* step x / (sqrt(square) + eps), where `step` and `eps` may have a common factor. */
static about quotient(double step, about x, about square, double eps, double u)
{
    double below = sqrt(square.value) + eps, value = step * x.value / below;
    double off_below = square.off / (2 * sqrt(square.value)) + 8 * u * below;
    return (about){value, step * x.off / below + fabs(value) * (off_below / below + 12 * u)};
}

/* One element: p, and slots m and v, before; after in the same places. `t` is the step's number. */
static void reference(const crs_optim *how, double lr, double t, double u, double g, about *p,
                      about *m, about *v)
{
    double w = p->value, d = g, sizes = fabs(g) + fabs(how->decay * w);
    about move = {0, 0};
    if (how->kind == CRS_OPTIM_ADAMW)
        sizes = fabs(g);
    else
        d += how->decay * w;
    switch (how->kind) {
    case CRS_OPTIM_SGD:
        move = rounded(lr * d, lr * sizes, u);
        break;
    case CRS_OPTIM_MOMENTUM:
        sizes += fabs(how->momentum * m->value);
        *m = rounded(how->momentum * m->value + d, sizes, u);
        move = rounded(lr * m->value, 2 * lr * sizes, u);
        break;
    case CRS_OPTIM_NESTEROV:
        sizes += fabs(how->momentum * m->value);
        *m = rounded(how->momentum * m->value + d, sizes, u);
        move = rounded(lr * (d + how->momentum * m->value), 3 * lr * sizes, u);
        break;
    case CRS_OPTIM_RMSPROP:
        *m = rounded(how->alpha * m->value + (1 - how->alpha) * d * d,
                     how->alpha * m->value + 2 * (1 - how->alpha) * sizes * sizes, u);
        move = quotient(lr, rounded(d, sizes, u), *m, how->eps, u);
        break;
    case CRS_OPTIM_ADAGRAD:
        *m = rounded(m->value + d * d, m->value + 2 * sizes * sizes, u);
        move = quotient(lr, rounded(d, sizes, u), *m, how->eps, u);
        break;
    case CRS_OPTIM_ADAM:
    case CRS_OPTIM_ADAMW: {
        double first = 1 - pow(how->beta1, t), second = 1 - pow(how->beta2, t);
        about mean, square;
        *m = rounded(how->beta1 * m->value + (1 - how->beta1) * d,
                     fabs(how->beta1 * m->value) + (1 - how->beta1) * sizes, u);
        *v = rounded(how->beta2 * v->value + (1 - how->beta2) * d * d,
                     how->beta2 * v->value + 2 * (1 - how->beta2) * sizes * sizes, u);
        mean = (about){m->value / first, m->off / first};
        square = (about){v->value / second, v->off / second};
        move = quotient(lr, mean, square, how->eps, u);
        if (how->kind == CRS_OPTIM_ADAMW)
            w -= lr * how->decay * w;
        break;
    }
    case CRS_OPTIM_LBFGS:
        fail();
    }
    *p = (about){w - move.value, move.off + 6 * u * (fabs(w) + fabs(move.value))};
}

static void expect(const char *optim, const char *what, size_t i, double got, about want)
{
    if (!(fabs(got - want.value) <= want.off))
        fail_msg("%s: %s[%zu] is %.17g, expected %.17g within %g (seed %llu)", optim, what, i, got,
                 want.value, want.off, (unsigned long long)SEED);
}

/* From a state that was put into it, as after a restore; t = 0 and zeros are the beginning. */
static void check_step(const char *text, crs_dtype dtype, uint64_t t, uint64_t *state)
{
    const double u = (dtype == CRS_F64 ? DBL_EPSILON : (double)FLT_EPSILON) / 2, lr = 0.05;
    crs_optimizer *optimizer = optimizer_of(text, dtype, NULL);
    array p = array_of(dtype), g = array_of(dtype), before[3], slot[2] = {{dtype, NULL}};
    crs_optim how;
    size_t n_slots = crs_optimizer_n_slots(optimizer);
    assert_int_equal(crs_optim_parse(text, NULL, &how), CRS_OK);
    for (size_t k = 0; k < 3; k++)
        before[k] = array_of(dtype);
    crs_optimizer_set_steps(optimizer, t);
    for (size_t k = 0; k < n_slots; k++)
        slot[k] = (array){dtype, crs_optimizer_slot(optimizer, k, NULL)};
    for (size_t i = 0; i < N; i++) {
        set(p, i, random_unit(state));
        set(g, i, i % 7 == 0 ? 0 : random_unit(state));
        for (size_t k = 0; k < n_slots && t > 0; k++) /* squares are above 0 */
            set(slot[k], i,
                n_slots == 2 && k == 0 ? random_unit(state) : 0.55 + random_unit(state) / 2);
    }
    memcpy(before[0].at, p.at, N * crs_dtype_size(dtype));
    for (size_t k = 0; k < n_slots; k++)
        memcpy(before[1 + k].at, slot[k].at, N * crs_dtype_size(dtype));
    crs_optimizer_step(optimizer, lr, g.at, p.at);
    assert_true(crs_optimizer_steps(optimizer) == t + 1);
    for (size_t i = 0; i < N; i++) {
        about want[3] = {{get(before[0], i), 0}, {get(before[1], i), 0}, {get(before[2], i), 0}};
        if (t == 0 && get(g, i) == 0)
            continue; /* 0 / 0 in the bound's square root; test_step__rests below */
        reference(&how, lr, (double)t + 1, u, get(g, i), &want[0], &want[1], &want[2]);
        expect(text, "p", i, get(p, i), want[0]);
        for (size_t k = 0; k < n_slots; k++)
            expect(text, "slot", i, get(slot[k], i), want[1 + k]);
    }
    for (size_t k = 0; k < 3; k++)
        free(before[k].at);
    free(p.at);
    free(g.at);
    crs_optimizer_destroy(optimizer);
}

static void test_step__is_the_formula(void **unused)
{
    static const uint64_t steps[] = {0, 1, 7, 100000};
    uint64_t state = SEED;
    (void)unused;
    for (size_t c = 0; c < N_CHECKED; c++) {
        for (size_t t = 0; t < sizeof steps / sizeof steps[0]; t++) {
            check_step(checked[c], CRS_F32, steps[t], &state);
            check_step(checked[c], CRS_F64, steps[t], &state);
        }
    }
}

/* A gradient that was always 0 moves nothing, in particular by no 0 / 0; the smallest eps will do. */
static void test_step__rests_where_the_gradient_is_0(void **unused)
{
    static const char *const texts[] = {"sgd",
                                        "momentum:0.9",
                                        "nesterov",
                                        "adam",
                                        "adam:eps=1e-30,beta2=0.9999999999",
                                        "rmsprop:eps=1e-30",
                                        "adagrad:eps=1e-30"};
    (void)unused;
    for (size_t c = 0; c < sizeof texts / sizeof texts[0]; c++) {
        for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
            crs_optimizer *optimizer = optimizer_of(texts[c], (crs_dtype)dtype, NULL);
            array p = array_of((crs_dtype)dtype), g = array_of((crs_dtype)dtype);
            for (size_t i = 0; i < N; i++)
                set(p, i, (double)i);
            for (int s = 0; s < 3; s++)
                crs_optimizer_step(optimizer, 1, g.at, p.at);
            for (size_t i = 0; i < N; i++)
                assert_true(get(p, i) == (double)i);
            free(p.at);
            free(g.at);
            crs_optimizer_destroy(optimizer);
        }
    }
}

/* Steps `from` ... `to` - 1, each with a gradient of its own. */
static void go_on(crs_optimizer *optimizer, array p, size_t from, size_t to)
{
    array g = array_of(p.dtype);
    for (size_t s = from; s < to; s++) {
        uint64_t state = SEED + s;
        for (size_t i = 0; i < N; i++)
            set(g, i, random_unit(&state));
        crs_optimizer_step(optimizer, 0.01 / (double)(s + 1), g.at, p.at);
    }
    free(g.at);
}

static void expect_same(const char *text, array x, array y)
{
    if (memcmp(x.at, y.at, N * crs_dtype_size(x.dtype)) != 0)
        fail_msg("%s: other bits (%s)", text, crs_dtype_name(x.dtype));
}

/* What is saved and put into another optimizer goes on to the same bits. */
static void test_state__goes_on_with_the_same_bits(void **unused)
{
    (void)unused;
    for (size_t c = 0; c < N_CHECKED; c++) {
        for (int dtype = CRS_F32; dtype <= CRS_F64; dtype++) {
            crs_optimizer *whole = optimizer_of(checked[c], (crs_dtype)dtype, NULL), *rest;
            array p = array_of((crs_dtype)dtype), q = array_of((crs_dtype)dtype);
            size_t bytes = N * crs_dtype_size((crs_dtype)dtype);
            go_on(whole, p, 0, 4);
            memcpy(q.at, p.at, bytes);
            rest = optimizer_of(checked[c], (crs_dtype)dtype, NULL);
            crs_optimizer_set_steps(rest, crs_optimizer_steps(whole));
            for (size_t k = 0; k < crs_optimizer_n_slots(whole); k++)
                memcpy(crs_optimizer_slot(rest, k, NULL), crs_optimizer_slot(whole, k, NULL),
                       bytes);
            go_on(whole, p, 4, 8);
            go_on(rest, q, 4, 8);
            expect_same(checked[c], p, q);
            crs_optimizer_destroy(whole);
            crs_optimizer_destroy(rest);
            free(p.at);
            free(q.at);
        }
    }
}

static void run_backwards(const crs_executor *self, size_t n, crs_task task, void *arg)
{
    (void)self;
    while (n-- > 0)
        task(arg, n, 0);
}

static void test_executor__does_not_change_a_bit(void **unused)
{
    crs_executor executor[2];
    (void)unused;
    assert_int_equal(crs_executor_threads(3, &executor[0]), CRS_OK);
    crs_executor_serial(&executor[1]);
    executor[1].run = run_backwards;
    for (size_t c = 0; c < N_CHECKED; c++) {
        crs_optimizer *alone = optimizer_of(checked[c], CRS_F32, NULL);
        array p = array_of(CRS_F32);
        go_on(alone, p, 0, 3);
        crs_optimizer_destroy(alone);
        for (size_t e = 0; e < 2; e++) {
            crs_optimizer *shared = optimizer_of(checked[c], CRS_F32, &executor[e]);
            array q = array_of(CRS_F32);
            go_on(shared, q, 0, 3);
            expect_same(checked[c], p, q);
            crs_optimizer_destroy(shared);
            free(q.at);
        }
        free(p.at);
    }
    crs_executor_release(&executor[0]);
}

static void test_slots__have_the_names_of_torch(void **unused)
{
    static const struct {
        const char *optim, *name[2];
    } of[] = {{"sgd", {NULL}},
              {"momentum", {"momentum_buffer"}},
              {"nesterov", {"momentum_buffer"}},
              {"rmsprop", {"square_avg"}},
              {"adam", {"exp_avg", "exp_avg_sq"}},
              {"adamw", {"exp_avg", "exp_avg_sq"}},
              {"adagrad", {"sum"}}};
    (void)unused;
    for (size_t c = 0; c < sizeof of / sizeof of[0]; c++) {
        crs_optimizer *optimizer = optimizer_of(of[c].optim, CRS_F64, NULL);
        size_t n = (of[c].name[0] != NULL) + (size_t)(of[c].name[1] != NULL);
        const char *name;
        assert_int_equal(crs_optimizer_n_slots(optimizer), n);
        for (size_t k = 0; k < n; k++) {
            assert_non_null(crs_optimizer_slot(optimizer, k, &name));
            assert_string_equal(name, of[c].name[k]);
        }
        assert_null(crs_optimizer_slot(optimizer, n, &name));
        crs_optimizer_destroy(optimizer);
    }
}

static void test_create__says_what_is_wrong(void **unused)
{
    crs_optim how;
    crs_error err;
    crs_optimizer *optimizer;
    (void)unused;
#define REFUSED(dtype, words)                                                                   \
    assert_int_equal(crs_optimizer_create(&how, dtype, 3, NULL, &err, &optimizer), CRS_EINVAL); \
    assert_null(optimizer);                                                                     \
    assert_string_equal(err.text, words)
    crs_optim_get(CRS_OPTIM_LBFGS, &how);
    REFUSED(CRS_F32, "lbfgs makes no steps from a gradient alone: it is crs_lbfgs_step's");
    crs_optim_get(CRS_OPTIM_ADAM, &how);
    REFUSED((crs_dtype)7, "there is no number type 7");
    how.beta2 = 1;
    REFUSED(CRS_F32, "adam: beta2 is 1, expected 0 <= beta2 < 1");
    how.beta2 = NAN;
    REFUSED(CRS_F32, "adam: beta2 is nan, expected 0 <= beta2 < 1");
    crs_optim_get(CRS_OPTIM_RMSPROP, &how);
    how.momentum = 7; /* none of its options */
    how.eps = 0;
    REFUSED(CRS_F32, "rmsprop: eps is 0, expected 1e-30 <= eps <= 3.40282e+38");
    how.kind = (crs_optim_kind)99;
    REFUSED(CRS_F32, "there is no optimizer number 99");
#undef REFUSED
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_step__is_the_formula),
        cmocka_unit_test(test_step__rests_where_the_gradient_is_0),
        cmocka_unit_test(test_state__goes_on_with_the_same_bits),
        cmocka_unit_test(test_executor__does_not_change_a_bit),
        cmocka_unit_test(test_slots__have_the_names_of_torch),
        cmocka_unit_test(test_create__says_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
