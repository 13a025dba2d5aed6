/* Optimizers as text, their defaults and ranges. */
#include "cmocka_all.h"

#include <crease/optim.h>

#include <float.h>
#include <math.h>
#include <string.h>

static crs_optim optim_of(const char *text)
{
    crs_optim optim;
    crs_error err;
    if (crs_optim_parse(text, &err, &optim) != CRS_OK)
        fail_msg("%s: %s", text, err.text);
    return optim;
}

/* Field by field: what lies between them may be anything. */
static void expect_equal(const crs_optim *x, const crs_optim *y)
{
    assert_true(x->kind == y->kind && x->lr == y->lr && x->momentum == y->momentum);
    assert_true(x->alpha == y->alpha && x->beta1 == y->beta1 && x->beta2 == y->beta2);
    assert_true(x->eps == y->eps && x->decay == y->decay && x->history == y->history);
}

static void expect_text(const crs_optim *optim, const char *want)
{
    char text[200];
    crs_optim_format(optim, text, sizeof text);
    assert_string_equal(text, want);
}

static void test_text__is_read_and_written(void **state)
{
    static const char *const as_written[] = {
        "sgd",
        "sgd:lr=0.2,decay=0.001",
        "momentum",
        "momentum:momentum=0.95",
        "nesterov",
        "nesterov:lr=1,momentum=0",
        "rmsprop",
        "rmsprop:alpha=0.9,eps=1e-05",
        "adam",
        "adam:beta1=0.8,beta2=0.99,eps=1e-06",
        "adamw",
        "adamw:decay=0",
        "adagrad",
        "adagrad:eps=1e-08",
        "lbfgs",
        "lbfgs:history=1000",
        "lbfgs:lr=0.5,history=1",
    };
    crs_optim optim;
    (void)state;
    for (size_t i = 0; i < sizeof as_written / sizeof as_written[0]; i++) {
        optim = optim_of(as_written[i]);
        expect_text(&optim, as_written[i]);
    }
    optim.kind = (crs_optim_kind)99;
    expect_text(&optim, "?");
    optim = optim_of("momentum:0.95");
    expect_text(&optim, "momentum:momentum=0.95");
    optim = optim_of("nesterov:.5,decay=1e-3");
    expect_text(&optim, "nesterov:momentum=0.5,decay=0.001");
    optim = optim_of("adam:eps=1e-8,beta1=0.90,decay=-0");
    expect_text(&optim, "adam");
}

/* Every option at its longest still fits 200 bytes, and reads back to the same. */
static void test_text__holds_the_longest(void **state)
{
    char text[200], small[8];
    crs_optim optim, again;
    (void)state;
    crs_optim_get(CRS_OPTIM_ADAM, &optim);
    optim.lr = optim.decay = 1.2345678901234567e-100;
    optim.beta1 = optim.beta2 = 1.2345678901234567e-101;
    optim.eps = 1.2345678901234567e-10;
    crs_optim_format(&optim, text, sizeof text);
    assert_true(strlen(text) < 199);
    again = optim_of(text);
    expect_equal(&again, &optim);
    for (size_t size = 1; size <= sizeof small; size++) {
        memset(small, 'x', sizeof small);
        crs_optim_format(&optim, small, size);
        assert_true(strlen(small) < size);
    }
}

static void test_defaults__are_those_of_torch(void **state)
{
    static const struct {
        const char *name;
        double lr, eps, decay;
    } of[] = {{"sgd", 0.1, 1e-8, 0},       {"momentum", 0.01, 1e-8, 0},
              {"nesterov", 0.01, 1e-8, 0}, {"rmsprop", 0.01, 1e-8, 0},
              {"adam", 0.001, 1e-8, 0},    {"adamw", 0.001, 1e-8, 0.01},
              {"adagrad", 0.01, 1e-10, 0}, {"lbfgs", 1, 1e-8, 0}};
    (void)state;
    for (int kind = 0; kind <= CRS_OPTIM_LBFGS; kind++) {
        crs_optim optim, read = optim_of(of[kind].name);
        crs_optim_get((crs_optim_kind)kind, &optim);
        expect_equal(&read, &optim);
        assert_string_equal(crs_optim_name((crs_optim_kind)kind), of[kind].name);
        assert_true(optim.lr == of[kind].lr && optim.eps == of[kind].eps);
        assert_true(optim.decay == of[kind].decay && optim.momentum == 0.9);
        assert_true(optim.beta1 == 0.9 && optim.beta2 == 0.999 && optim.alpha == 0.99);
        assert_int_equal(optim.history, 10);
    }
    assert_null(crs_optim_name((crs_optim_kind)(CRS_OPTIM_LBFGS + 1)));
    assert_null(crs_optim_name((crs_optim_kind)-1));
}

#define ALL "sgd, momentum, nesterov, rmsprop, adam, adamw, adagrad, lbfgs"

static void test_text__says_what_is_wrong(void **state)
{
    static const struct {
        const char *text;
        crs_status status;
        size_t column;
        const char *words;
    } of[] = {
        {"adm", CRS_ENOENT, 0, "no optimizer 'adm': expected one of " ALL},
        {"", CRS_ENOENT, 0, "no optimizer '': expected one of " ALL},
        {"Adam:beta1=0", CRS_ENOENT, 0, "no optimizer 'Adam': expected one of " ALL},
        {"adam\n", CRS_ENOENT, 0, "no optimizer 'adam': expected one of " ALL},
        {"adam:gamma=1", CRS_ENOENT, 6,
         "adam has no option 'gamma': expected one of lr, beta1, beta2, eps, decay"},
        {"sgd:momentum=0.9", CRS_ENOENT, 5,
         "sgd has no option 'momentum': expected one of lr, decay"},
        {"lbfgs:decay=1", CRS_ENOENT, 7,
         "lbfgs has no option 'decay': expected one of lr, history"},
        {"adam:=1", CRS_ENOENT, 6,
         "adam has no option '': expected one of lr, beta1, beta2, eps, decay"},
        {"adam:", CRS_EPARSE, 6, "adam: '' is no option, expected NAME=NUMBER"},
        {"adam:0.9", CRS_EPARSE, 6, "adam: '0.9' is no option, expected NAME=NUMBER"},
        {"momentum:0.9,0.8", CRS_EPARSE, 14, "momentum: '0.8' is no option, expected NAME=NUMBER"},
        {"momentum:0.9,momentum=0.8", CRS_EPARSE, 14, "momentum: momentum is given twice"},
        {"momentum:much", CRS_EPARSE, 10, "momentum: momentum is 'much', expected a number"},
        {"adam:eps=nan", CRS_EPARSE, 6, "adam: eps is 'nan', expected a number"},
        {"adam:eps= 1", CRS_EPARSE, 6, "adam: eps is ' 1', expected a number"},
        {"adam:lr=1,beta1=0.9.9", CRS_EPARSE, 11, "adam: beta1 is '0.9.9', expected a number"},
        {"sgd:lr=1e99999", CRS_EINVAL, 5, "sgd: lr is inf, expected 0 <= lr <= 3.40282e+38"},
        {"sgd:lr=-1", CRS_EINVAL, 5, "sgd: lr is -1, expected 0 <= lr <= 3.40282e+38"},
        {"momentum:1", CRS_EINVAL, 10, "momentum: momentum is 1, expected 0 <= momentum < 1"},
        {"rmsprop:alpha=1", CRS_EINVAL, 9, "rmsprop: alpha is 1, expected 0 <= alpha < 1"},
        {"adam:beta1=1", CRS_EINVAL, 6, "adam: beta1 is 1, expected 0 <= beta1 < 1"},
        {"adam:beta2=1.1", CRS_EINVAL, 6, "adam: beta2 is 1.1, expected 0 <= beta2 < 1"},
        {"adam:eps=0", CRS_EINVAL, 6, "adam: eps is 0, expected 1e-30 <= eps <= 3.40282e+38"},
        {"adam:decay=-1", CRS_EINVAL, 6, "adam: decay is -1, expected 0 <= decay <= 3.40282e+38"},
        {"lbfgs:history=0", CRS_EINVAL, 7,
         "lbfgs: history is 0, expected a whole number, 1 <= history <= 1000"},
        {"lbfgs:history=2.5", CRS_EINVAL, 7,
         "lbfgs: history is 2.5, expected a whole number, 1 <= history <= 1000"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
        crs_optim optim = {.lr = 77};
        crs_error err;
        crs_status status = crs_optim_parse(of[i].text, &err, &optim);
        if (status != of[i].status || strcmp(err.text, of[i].words) != 0)
            fail_msg("%s: %s, %s", of[i].text, crs_status_name(status), err.text);
        assert_int_equal(err.status, of[i].status);
        assert_int_equal(err.column, of[i].column);
        assert_true(optim.lr == 77); /* left alone */
        assert_int_equal(crs_optim_parse(of[i].text, NULL, &optim), of[i].status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text__is_read_and_written),
        cmocka_unit_test(test_text__holds_the_longest),
        cmocka_unit_test(test_defaults__are_those_of_torch),
        cmocka_unit_test(test_text__says_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
