/*
 * A training saved at a random step and put back into another one goes on to the same bits;
 * a checkpoint that is damaged, or of another training, is refused and changes nothing.
 */
#include "cmocka_all.h"

#include "core/memory.h"
#include "data/safetensors_file.h"

#include "fit_cases.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct bytes {
    unsigned char *at;
    size_t n;
} bytes;

static crs_status keep(void *ctx, const void *from, size_t n)
{
    bytes *b = ctx;
    unsigned char *more = realloc(b->at, b->n + n);
    if (more == NULL)
        return CRS_ENOMEM;
    memcpy(more + b->n, from, n);
    b->at = more;
    b->n += n;
    return CRS_OK;
}

static bytes save(const fit_setting *s)
{
    bytes b = {0};
    crs_sink sink = {keep, &b};
    crs_error err;
    if (crs_fit_save(s->fit, &sink, &err) != CRS_OK)
        fail_msg("%s", err.text);
    return b;
}

/* Steps a training of a case has in all. */
static size_t steps_of(const fit_case *c)
{
    fit_setting s;
    size_t steps;
    fit_start(c, 1, &s);
    fit_finish(&s, SIZE_MAX);
    steps = (size_t)crs_fit_steps(s.fit);
    fit_release(&s);
    return steps;
}

static void assert_goes_on(const fit_case *c, size_t at)
{
    fit_setting whole, first, second;
    bytes b, again;
    crs_error err;
    fit_start(c, 1, &whole);
    fit_start(c, 1, &first);
    fit_start(c, 2, &second);
    fit_finish(&whole, SIZE_MAX);
    assert_int_equal(crs_fit_advance(first.fit, at, &err), CRS_OK);
    b = save(&first);
    if (crs_fit_load(second.fit, b.n, b.at, "saved", &err) != CRS_OK)
        fail_msg("%s, step %zu: %s", c->name, at, err.text);
    again = save(&second);
    assert_int_equal(b.n, again.n);
    assert_memory_equal(b.at, again.at, b.n);
    fit_finish(&second, 2);
    assert_same_net(c->name, &whole, &second);
    free(b.at);
    free(again.at);
    fit_release(&whole);
    fit_release(&first);
    fit_release(&second);
}

static void test_state__goes_on_to_the_same_bits(void **state)
{
    crs_random random;
    (void)state;
    crs_random_seed(&random, 5);
    for (size_t i = 0; i < N_FIT_CASES; i++) {
        size_t steps = steps_of(&fit_cases[i]);
        assert_goes_on(&fit_cases[i], 0);
        assert_goes_on(&fit_cases[i], steps);
        for (int k = 0; k < 3; k++)
            assert_goes_on(&fit_cases[i], (size_t)crs_random_interval(&random, steps));
    }
}

static void test_state__goes_on_to_more_epochs(void **state)
{
    fit_case longer = fit_cases[3], shorter = fit_cases[3];
    fit_setting a, b, c;
    bytes saved;
    crs_error err;
    (void)state;
    longer.epochs = 2 * shorter.epochs;
    fit_start(&longer, 1, &a);
    fit_start(&shorter, 1, &b);
    fit_start(&longer, 1, &c);
    fit_finish(&a, 100);
    fit_finish(&b, 100);
    saved = save(&b);
    assert_int_equal(crs_fit_load(c.fit, saved.n, saved.at, "saved", &err), CRS_OK);
    assert_int_equal(crs_fit_ended(c.fit), CRS_FIT_GOES_ON);
    fit_finish(&c, 100);
    assert_same_net("more epochs", &a, &c);
    free(saved.at);
    fit_release(&a);
    fit_release(&b);
    fit_release(&c);
}

/* Cut anywhere, it is refused, and the training it was to go into goes on as if nothing had been. */
static void test_load__refuses_what_is_torn(void **state)
{
    const fit_case *c = &fit_cases[7];
    fit_setting whole, s;
    bytes b;
    crs_error err;
    (void)state;
    fit_start(c, 1, &whole);
    fit_finish(&whole, 100);
    b = save(&whole);
    fit_start(c, 1, &s);
    for (size_t n = 0; n < b.n; n++) {
        unsigned char *torn = malloc(n + 1); /* its own block: a sanitizer sees a byte too far */
        assert_non_null(torn);
        memcpy(torn, b.at, n);
        assert_int_equal(crs_fit_load(s.fit, n, torn, "torn", &err), CRS_EFORMAT);
        if (strncmp(err.text, "torn", 4) != 0)
            fail_msg("%s", err.text);
        free(torn);
    }
    fit_finish(&s, 100);
    assert_same_net("torn", &whole, &s);
    free(b.at);
    fit_release(&whole);
    fit_release(&s);
}

/* Each of these changes one line of what the checkpoint says it belongs to. */
static void test_load__refuses_another_training(void **state)
{
    const struct {
        const char *layers, *optim, *schedule;
        size_t batch;
        const char *text;
    } others[] = {
        {"9:relu,1", "sgd", "constant", 21,
         "saved: is of another training: there 'batch=20', here 'batch=21'"},
        {"9:relu,1", "adam", "constant", 20,
         "saved: is of another training: there 'optimizer=sgd', here 'optimizer=adam'"},
        {"9:relu,1", "sgd", "cosine", 20,
         "saved: is of another training: there 'schedule=constant', here 'schedule=cosine'"},
        {"8:relu,1", "sgd", "constant", 20,
         "saved: is of another training: there 'net=f64 2-9:relu@0-1', here "
         "'net=f64 2-8:relu@0-1'"},
        {"9:relu@0.5,1", "sgd", "constant", 20,
         "saved: is of another training: there 'net=f64 2-9:relu@0-1', here "
         "'net=f64 2-9:relu@0.5-1'"},
    };
    const fit_case c = {"one", "9:relu,1", "sgd", "constant", 20, 2, 1, .dtype = CRS_F64};
    fit_setting s;
    bytes b;
    (void)state;
    fit_start(&c, 1, &s);
    b = save(&s);
    fit_release(&s);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        fit_case other = c;
        crs_error err;
        other.layers = others[i].layers;
        other.optim = others[i].optim;
        other.schedule = others[i].schedule;
        other.batch = others[i].batch;
        fit_start(&other, 1, &s);
        assert_int_equal(crs_fit_load(s.fit, b.n, b.at, "saved", &err), CRS_ESHAPE);
        assert_string_equal(err.text, others[i].text);
        fit_release(&s);
    }
    free(b.at);
}

/* Other targets are other data, though of the same shape. */
static void test_load__refuses_other_data(void **state)
{
    const fit_case c = {"one", "9:relu,1", "sgd", "constant", 20, 2, 1, .dtype = CRS_F64};
    fit_setting s;
    bytes b;
    crs_error err;
    (void)state;
    fit_start(&c, 1, &s);
    b = save(&s);
    s.data.y[17] = 1 - s.data.y[17];
    assert_int_equal(crs_fit_load(s.fit, b.n, b.at, "saved", &err), CRS_ESHAPE);
    assert_non_null(strstr(err.text, "training=150 samples of 150 with 2 features"));
    free(b.at);
    fit_release(&s);
}

/* Replace the first `from` by `to`, of the same length. */
static void alter(bytes *b, const char *from, const char *to)
{
    size_t n = strlen(from);
    assert_int_equal(n, strlen(to));
    for (size_t i = 0; i + n <= b->n; i++) {
        if (memcmp(b->at + i, from, n) == 0) {
            memcpy(b->at + i, to, n);
            return;
        }
    }
    fail_msg("'%s' is not there", from);
}

static void test_load__refuses_what_is_no_checkpoint_of_ours(void **state)
{
    const struct {
        const char *from, *to, *text;
        crs_status status;
    } damages[] = {
        {"\"crease_checkpoint\":\"1\"", "\"crease_checkpoint\":\"2\"",
         "odd: is a checkpoint of version 2; this crease reads up to 1", CRS_EUNSUPPORTED},
        {"\"crease_checkpoint\":\"1\"", "\"crease_checkpoint\":\"x\"",
         "odd: 'crease_checkpoint' is 'x'; expected a version number", CRS_EFORMAT},
        {"crease_checkpoint", "crease_checkpolnt",
         "odd: is no checkpoint of crease; expected the metadata 'crease_checkpoint'", CRS_EFORMAT},
        {"\"params\"", "\"parasm\"", "odd: the tensor 'params' is missing", CRS_EFORMAT},
        {"\"training\"", "\"trainign\"", "odd: the metadata 'training' is missing", CRS_EFORMAT},
    };
    const fit_case c = {"one", "9:relu,1", "sgd", "constant", 20, 2, 1, .dtype = CRS_F64};
    fit_setting s;
    (void)state;
    fit_start(&c, 1, &s);
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        bytes b = save(&s);
        crs_error err;
        alter(&b, damages[i].from, damages[i].to);
        assert_int_equal(crs_fit_load(s.fit, b.n, b.at, "odd", &err), damages[i].status);
        assert_string_equal(err.text, damages[i].text);
        free(b.at);
    }
    fit_release(&s);
}

/* A number of the tensor 'counters' is another one. */
static void count_otherwise(bytes *b, size_t which, uint64_t value)
{
    crs__safetensors file;
    uint64_t counters[10];
    const crs__tensor *found;
    crs_error err;
    assert_int_equal(crs__safetensors_load(b->n, b->at, "c", &err, &file), CRS_OK);
    found = crs__safetensors_find(&file, "counters");
    assert_int_equal(found->n, 10);
    crs__tensor_take(found, counters);
    counters[which] = value;
    memcpy(b->at + ((const unsigned char *)found->values - b->at), counters, sizeof counters);
    crs__safetensors_release(&file);
}

/* Whole by its form, and no training could have come to it. */
static void test_load__refuses_what_does_not_fit_itself(void **state)
{
    enum { EPOCH, STEP, AT, BEST, WAITED, END };
    const struct {
        size_t which;
        uint64_t value;
        crs_status status;
        const char *text;
    } wrong[] = {
        {EPOCH, 9, CRS_ESHAPE, "odd: is from after epoch 9; only 2 epochs are wanted here"},
        {STEP, 11, CRS_EFORMAT,
         "odd: its counters do not fit each other (epoch 1, step 11, sample 40)"},
        {AT, 60, CRS_EFORMAT,
         "odd: its counters do not fit each other (epoch 1, step 10, sample 60)"},
        {BEST, 7, CRS_EFORMAT,
         "odd: its counters do not fit each other (epoch 1, step 10, sample 40)"},
        {END, 99, CRS_EFORMAT,
         "odd: its counters do not fit each other (epoch 1, step 10, sample 40)"},
    };
    const fit_case c = {"one", "9:relu,1", "sgd", "constant", 20, 2, 1, .dtype = CRS_F64};
    fit_setting s;
    crs_error err;
    bytes b;
    (void)state;
    fit_start(&c, 1, &s);
    assert_int_equal(crs_fit_steps_per_epoch(s.fit), 8);
    assert_int_equal(crs_fit_advance(s.fit, 10, &err), CRS_OK);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        b = save(&s);
        count_otherwise(&b, wrong[i].which, wrong[i].value);
        assert_int_equal(crs_fit_load(s.fit, b.n, b.at, "odd", &err), wrong[i].status);
        assert_string_equal(err.text, wrong[i].text);
        free(b.at);
    }
    b = save(&s);
    alter(&b, "\"numbers\":{\"dtype\":\"F64\"", "\"numbers\":{\"dtype\":\"I64\"");
    assert_int_equal(crs_fit_load(s.fit, b.n, b.at, "odd", &err), CRS_EFORMAT);
    assert_string_equal(err.text,
                        "odd: tensor 'numbers' is I64 with 9 elements; expected F64 with 9");
    free(b.at);
    b = save(&s);
    alter(&b, "\"shape\":[1,8]", "\"shape\":[8  ]");
    assert_int_equal(crs_fit_load(s.fit, b.n, b.at, "odd", &err), CRS_EFORMAT);
    assert_string_equal(err.text, "odd: tensor 'records' is no table of 8 columns");
    free(b.at);
    fit_release(&s);
}

/* The net of a training with patience that is over is that of its best epoch. */
static void test_load__refuses_to_go_on_from_the_best(void **state)
{
    fit_case c = {"one", "9:relu,1", "sgd", "constant", 20, 2, 1, .dtype = CRS_F64};
    fit_setting s;
    crs_error err;
    bytes b;
    (void)state;
    c.patience = 5;
    fit_start(&c, 1, &s);
    fit_finish(&s, 100);
    b = save(&s);
    fit_release(&s);
    c.epochs = 4;
    fit_start(&c, 1, &s);
    assert_int_equal(crs_fit_load(s.fit, b.n, b.at, "saved", &err), CRS_ESHAPE);
    assert_string_equal(err.text, "saved: that training of 2 epochs is over and its net is that of "
                                  "its best epoch; 4 epochs with patience need a new one");
    free(b.at);
    fit_release(&s);
}

/* Each allocation fails in turn, and all after it: the training is as it was. */
static void test_load__survives_short_memory(void **state)
{
    const fit_case cases[] = {
        {"sgd", "9:relu,1", "sgd", "constant", 20, 2, 1, .dtype = CRS_F64},
        {"lbfgs", "4:tanh,1", "lbfgs", "constant", 0, 4, 1, .dtype = CRS_F64},
    };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        fit_setting from, to;
        bytes b, before, after;
        crs_error err;
        crs_status status = CRS_ENOMEM;
        fit_start(&cases[i], 1, &from);
        assert_int_equal(crs_fit_advance(from.fit, 3, &err), CRS_OK);
        b = save(&from);
        fit_start(&cases[i], 2, &to);
        before = save(&to);
        for (size_t n = 1; status != CRS_OK; n++) {
            crs__alloc_fail_at(n);
            status = crs_fit_load(to.fit, b.n, b.at, "c", &err);
            crs__alloc_fail_at(0);
            if (status == CRS_OK)
                break;
            assert_int_equal(status, CRS_ENOMEM);
            after = save(&to);
            assert_int_equal(before.n, after.n);
            assert_memory_equal(before.at, after.at, after.n);
            free(after.at);
        }
        after = save(&to);
        assert_int_equal(b.n, after.n);
        assert_memory_equal(b.at, after.at, after.n);
        free(after.at);
        free(before.at);
        free(b.at);
        fit_release(&from);
        fit_release(&to);
    }
}

static crs_status take_none(void *ctx, const void *from, size_t n)
{
    (void)from;
    *(size_t *)ctx += n;
    return CRS_OK;
}

static void test_save__survives_short_memory(void **state)
{
    const fit_case c = {"lbfgs", "4:tanh,1", "lbfgs", "constant", 0, 4, 1, .dtype = CRS_F64};
    size_t written = 0;
    crs_sink sink = {take_none, &written};
    crs_status status = CRS_ENOMEM;
    fit_setting s;
    crs_error err;
    (void)state;
    fit_start(&c, 1, &s);
    for (size_t n = 1; status != CRS_OK; n++) {
        crs__alloc_fail_at(n);
        status = crs_fit_save(s.fit, &sink, &err);
        crs__alloc_fail_at(0);
        assert_true(status == CRS_OK || (status == CRS_ENOMEM && err.status == CRS_ENOMEM));
    }
    assert_true(written > 0);
    fit_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_state__goes_on_to_the_same_bits),
        cmocka_unit_test(test_state__goes_on_to_more_epochs),
        cmocka_unit_test(test_load__refuses_what_is_torn),
        cmocka_unit_test(test_load__refuses_another_training),
        cmocka_unit_test(test_load__refuses_other_data),
        cmocka_unit_test(test_load__refuses_what_is_no_checkpoint_of_ours),
        cmocka_unit_test(test_load__refuses_what_does_not_fit_itself),
        cmocka_unit_test(test_load__refuses_to_go_on_from_the_best),
        cmocka_unit_test(test_load__survives_short_memory),
        cmocka_unit_test(test_save__survives_short_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
