/* Schedules where PyTorch has none: warm-up, fractions of epochs, ends; and their texts. */
#include "cmocka_all.h"

#include <crease/optim.h>

#include <float.h>
#include <math.h>
#include <string.h>

static crs_schedule schedule_of(const char *text)
{
    crs_schedule schedule;
    crs_error err;
    if (crs_schedule_parse(text, &err, &schedule) != CRS_OK)
        fail_msg("%s: %s", text, err.text);
    return schedule;
}

static double share(const char *text, uint64_t step, uint64_t steps, uint64_t per_epoch)
{
    const crs_schedule schedule = schedule_of(text);
    return crs_schedule_share(&schedule, step, steps, per_epoch, NULL);
}

static void expect(double got, double want)
{
    if (!(fabs(got - want) <= 8 * DBL_EPSILON * fabs(want))) /* a pow, a product, a quotient */
        fail_msg("%.17g, expected %.17g", got, want);
}

static void test_share__rises_at_first(void **state)
{
    (void)state;
    for (uint64_t step = 0; step < 40; step++) {
        double ramp = step < 15 ? (double)(step + 1) / 15 : 1;
        expect(share("constant:warmup=1.5", step, 40, 10), ramp);
        expect(share("step:every=1,factor=0.5,warmup=1.5", step, 40, 10),
               ramp * pow(0.5, (double)(step / 10)));
        expect(share("cosine:warmup=1.5", step, 40, 10), ramp * share("cosine", step, 40, 10));
    }
    expect(share("constant", 0, 40, 10), 1);
}

static void test_share__falls_within_an_epoch(void **state)
{
    (void)state;
    expect(share("step:every=0.3", 2, 10, 10), 1);
    expect(share("step:every=0.3", 3, 10, 10), 0.1);
    expect(share("step:every=0.3", 5, 10, 10), 0.1);
    expect(share("step:every=0.3", 6, 10, 10), 0.01);
}

static void test_share__stays_at_its_end(void **state)
{
    (void)state;
    expect(share("cosine", 0, 10, 10), 1);
    expect(share("cosine:floor=0.25", 5, 10, 10), 0.625);
    expect(share("cosine:floor=0.25", 10, 10, 10), 0.25);
    expect(share("cosine:floor=0.25", 1000, 10, 10), 0.25);
    expect(share("cosine:floor=0.25", 0, 0, 10), 0.25);
    expect(share("onecycle", 9, 10, 10), 1 / 250000.0);
    expect(share("onecycle", 1000, 10, 10), 1 / 250000.0);
    expect(share("onecycle", 0, 100, 10), 1 / 25.0);
    expect(share("onecycle", 29, 100, 10), 1);
}

/* Two epochs may be no better; the third lowers. */
static void test_plateau__waits(void **state)
{
    static const double scores[] = {NAN, 5, 5, 6, NAN, 4, 4, 4, 4, -1, INFINITY, 9, 9};
    static const uint64_t lowered[] = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3};
    static const uint64_t waited[] = {1, 0, 1, 2, 0, 0, 1, 2, 0, 0, 1, 2, 0};
    const crs_schedule schedule = schedule_of("plateau:patience=2,factor=0.5,warmup=1");
    crs_plateau seen = {0};
    (void)state;
    for (size_t i = 0; i < sizeof scores / sizeof scores[0]; i++) {
        crs_plateau_see(&schedule, &seen, scores[i]);
        assert_true(seen.lowered == lowered[i]);
        assert_true(seen.waited == waited[i]);
        assert_true(seen.epochs == i + 1);
        expect(crs_schedule_share(&schedule, 50, 100, 10, &seen), pow(0.5, (double)lowered[i]));
        expect(crs_schedule_share(&schedule, 4, 100, 10, &seen),
               0.5 * pow(0.5, (double)lowered[i]));
    }
    assert_true(seen.best == -1);
    expect(share("plateau", 50, 100, 10), 1);
}

static void test_text__is_read_and_written(void **state)
{
    static const char *const as_written[] = {
        "constant",
        "constant:warmup=0.5",
        "step",
        "step:factor=0.5,every=5",
        "step:every=0.1",
        "cosine",
        "cosine:floor=0.01",
        "cosine:warmup=2,floor=0.1",
        "plateau",
        "plateau:patience=3",
        "plateau:warmup=1,factor=0.3333333333333333,patience=1000000",
        "onecycle",
    };
    char text[200];
    crs_schedule schedule;
    (void)state;
    for (size_t i = 0; i < sizeof as_written / sizeof as_written[0]; i++) {
        schedule = schedule_of(as_written[i]);
        crs_schedule_format(&schedule, text, sizeof text);
        assert_string_equal(text, as_written[i]);
    }
    schedule = schedule_of("step:factor=0.10,warmup=0,every=+5e0");
    crs_schedule_format(&schedule, text, sizeof text);
    assert_string_equal(text, "step:every=5");
    schedule = schedule_of("plateau");
    assert_true(schedule.kind == CRS_SCHEDULE_PLATEAU && schedule.warmup == 0);
    assert_true(schedule.factor == 0.1 && schedule.every == 30);
    assert_true(schedule.floor == 0 && schedule.patience == 10);
}

static void test_text__says_what_is_wrong(void **state)
{
    static const struct {
        const char *text;
        crs_status status;
        size_t column;
        const char *words;
    } of[] = {
        {"linear", CRS_ENOENT, 0,
         "no schedule 'linear': expected one of constant, step, cosine, plateau, onecycle"},
        {"", CRS_ENOENT, 0,
         "no schedule '': expected one of constant, step, cosine, plateau, onecycle"},
        {"step:floor=1", CRS_ENOENT, 6,
         "step has no option 'floor': expected one of warmup, factor, every"},
        {"onecycle:warmup=1", CRS_ENOENT, 10, "onecycle has no option 'warmup': it has none"},
        {"step:5", CRS_EPARSE, 6, "step: '5' is no option, expected NAME=NUMBER"},
        {"step:every=5,", CRS_EPARSE, 14, "step: '' is no option, expected NAME=NUMBER"},
        {"step:every=5,every=6", CRS_EPARSE, 14, "step: every is given twice"},
        {"step:every=", CRS_EPARSE, 6, "step: every is '', expected a number"},
        {"step:every=5x", CRS_EPARSE, 6, "step: every is '5x', expected a number"},
        {"step:every=0", CRS_EINVAL, 6, "step: every is 0, expected 1e-06 <= every <= 1e+09"},
        {"step:factor=1.5", CRS_EINVAL, 6, "step: factor is 1.5, expected 0 <= factor <= 1"},
        {"cosine:floor=-0.1", CRS_EINVAL, 8, "cosine: floor is -0.1, expected 0 <= floor <= 1"},
        {"plateau:patience=1.5", CRS_EINVAL, 9,
         "plateau: patience is 1.5, expected a whole number, 0 <= patience <= 1e+09"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
        crs_schedule schedule = {.every = 77};
        crs_error err;
        assert_int_equal(crs_schedule_parse(of[i].text, &err, &schedule), of[i].status);
        assert_string_equal(err.text, of[i].words);
        assert_int_equal(err.status, of[i].status);
        assert_int_equal(err.column, of[i].column);
        assert_true(schedule.every == 77); /* left alone */
        assert_int_equal(crs_schedule_parse(of[i].text, NULL, &schedule), of[i].status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_share__rises_at_first),
        cmocka_unit_test(test_share__falls_within_an_epoch),
        cmocka_unit_test(test_share__stays_at_its_end),
        cmocka_unit_test(test_plateau__waits),
        cmocka_unit_test(test_text__is_read_and_written),
        cmocka_unit_test(test_text__says_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
