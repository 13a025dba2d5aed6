/*
 * A training saved at a random step and put back into another one goes on to the same bits;
 * a checkpoint that is damaged, or of another training, is refused and changes nothing.
 */
#include "cmocka_all.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_state__goes_on_to_the_same_bits),
        cmocka_unit_test(test_state__goes_on_to_more_epochs),
        cmocka_unit_test(test_load__refuses_what_is_torn),
        cmocka_unit_test(test_load__refuses_another_training),
        cmocka_unit_test(test_load__refuses_other_data),
        cmocka_unit_test(test_load__refuses_what_is_no_checkpoint_of_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
