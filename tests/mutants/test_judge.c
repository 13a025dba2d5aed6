/* The judge sees what is wrong with a diagnosis: each kind of failure is planted in one. */
#include "cmocka_all.h"
#include "right.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a diagnosis that says what it is told to ---- */

static struct {
    crs_status status;
    size_t n;
    crs_diagnosis_bug bugs[2];
    crs_diagnosis_array array;
    int cost_assumed;
} script;

crs_status crs_diagnose_run(const crs_arrays *arrays, const crs_diagnose_options *options,
                            crs_error *err, crs_diagnosis *out)
{
    (void)arrays, (void)options;
    memset(out, 0, sizeof *out);
    out->n_bugs = script.n;
    out->bugs = script.bugs;
    out->cost_assumed = script.cost_assumed;
    out->n_arrays = 1;
    out->arrays = &script.array;
    return script.status == CRS_OK ? CRS_OK : crs_error_set(err, script.status, "as told");
}

void crs_diagnosis_release(crs_diagnosis *diagnosis)
{
    memset(diagnosis, 0, sizeof *diagnosis);
}

const char *crs_array_verdict_name(crs_array_verdict verdict)
{
    return verdict == CRS_ARRAY_MISMATCH ? "mismatch" : "other";
}

static void say(size_t i, const char *id, const char *array, size_t layer, const char *also)
{
    crs_diagnosis_bug *bug = &script.bugs[i];
    memset(bug, 0, sizeof *bug);
    snprintf(bug->id, sizeof bug->id, "%s", id);
    snprintf(bug->array, sizeof bug->array, "%s", array);
    bug->layer = layer;
    bug->n_also = also != NULL;
    if (also != NULL)
        snprintf(bug->also[0].id, sizeof bug->also[0].id, "%s", also);
    script.n = i + 1;
}

static void be_quiet(void)
{
    memset(&script, 0, sizeof script);
}

/* ---- */

static int open_trial(void **state)
{
    trial *t = malloc(sizeof *t);
    *state = t;
    return t == NULL || !trial_open(t);
}

static int close_trial(void **state)
{
    trial_close(*state);
    free(*state);
    return 0;
}

/* A net in which the bug is seen, in one layer, everything saved; the name of its dZ. */
static size_t plant_somewhere(trial *t, bug_id bug, char place[64])
{
    for (uint64_t seed = 0; seed < 100; seed++) {
        trial_make(t, bug, seed, SAVE_ALL);
        for (size_t l = 1; l <= MAX_LAYERS; l++) {
            if (t->p.layers != 1u << l || !t->t.place[K_DZ][l])
                continue;
            saving_name(&t->v, K_DZ, l, place);
            be_quiet();
            return l;
        }
    }
    fail_msg("no net for %s", bug_name(bug));
    return 0;
}

static void test_judge__tells_outcomes_apart(void **state)
{
    static const char ID[] = "mask-always-true", OTHER[] = "gradient-sign";
    trial *t = *state;
    char place[64];
    size_t l = plant_somewhere(t, BUG_MASK_ALWAYS_TRUE, place);
    assert_int_equal(trial_judge(t, 0), CAME_MISSED);
    say(0, ID, place, l, NULL);
    assert_int_equal(trial_judge(t, 0), CAME_NAMED);
    say(0, OTHER, place, l, ID);
    assert_int_equal(trial_judge(t, 0), CAME_LISTED);
    say(0, OTHER, place, l, NULL);
    assert_int_equal(trial_judge(t, 0), CAME_WRONG);
    say(0, "unknown", place, l, NULL);
    assert_int_equal(trial_judge(t, 0), CAME_UNNAMED);
    assert_false(trial_as_expected(t, CAME_UNNAMED));
    say(0, ID, "X", 0, NULL);
    assert_int_equal(trial_judge(t, 0), CAME_MISPLACED);
    say(0, ID, place, l, NULL);
    say(1, OTHER, place, l, NULL);
    assert_int_equal(trial_judge(t, 0), CAME_WRONG);
    say(1, "unknown", "X", 0, NULL);
    assert_int_equal(trial_judge(t, 0), CAME_EXTRA);
    script.status = CRS_ESHAPE;
    assert_int_equal(trial_judge(t, 0), CAME_REFUSED);
}

static void test_judge__wants_strangers_placed_and_not_named(void **state)
{
    trial *t = *state;
    char place[64];
    size_t l = plant_somewhere(t, BUG_DZ_TIMES_Z, place);
    assert_false(trial_as_expected(t, trial_judge(t, 0)));
    say(0, "unknown", place, l, NULL);
    assert_true(trial_as_expected(t, trial_judge(t, 0)));
    say(0, "derivative-of-a", place, l, NULL);
    assert_int_equal(trial_judge(t, 0), CAME_WRONG);
    say(0, "unknown", "cost", 0, NULL);
    assert_false(trial_as_expected(t, trial_judge(t, 0)));
}

static void test_judge__wants_right_nets_silent(void **state)
{
    trial *t = *state;
    be_quiet();
    trial_make_right(t, right_variant_at(0), 1, SAVE_ALL, 20);
    assert_int_equal(trial_judge(t, 0), CAME_SILENT);
    script.array.verdict = CRS_ARRAY_MISMATCH;
    assert_int_equal(trial_judge(t, 0), CAME_EXTRA);
    say(0, "unknown", "dW1", 1, NULL);
    assert_int_equal(trial_judge(t, 0), CAME_WRONG);
    be_quiet();
    script.status = CRS_ENOENT;
    assert_int_equal(trial_judge(t, 0), CAME_REFUSED);
}

/* The one new W that differs where nothing else does; 0 if that is not so. */
static size_t open_layer(const trial *t)
{
    size_t n = 0, at = 0;
    for (size_t l = 1; l <= MAX_LAYERS; l++) {
        n += (size_t)t->t.open[K_W_NEW][l] + (size_t)2 * t->t.open[K_B_NEW][l];
        at = t->t.open[K_W_NEW][l] ? l : at;
    }
    return t->expected == EXPECT_OPEN && n == 1 ? at : 0;
}

static void test_judge__wants_open_steps_undecided(void **state)
{
    trial *t = *state;
    size_t l = 0;
    be_quiet();
    for (uint64_t seed = 0; l == 0 && seed < 1000; seed++) {
        trial_make(t, BUG_DW_NORM_CLIPPED, seed, SAVE_SOME);
        l = open_layer(t);
    }
    assert_true(l > 0);
    saving_name(&t->v, K_W_NEW, l, script.array.name);
    assert_int_equal(trial_judge(t, 0), CAME_MISSED); /* "match" */
    script.array.verdict = CRS_ARRAY_UNDECIDED;
    script.array.n_wrong = 1;
    assert_int_equal(trial_judge(t, 0), CAME_MISSED); /* and no word why */
    snprintf(script.array.reason, sizeof script.array.reason, "moments were not saved");
    assert_int_equal(trial_judge(t, 0), CAME_UNDECIDED);
    script.array.n_wrong = 0;
    assert_int_equal(trial_judge(t, 0), CAME_MISSED);
    script.array.verdict = CRS_ARRAY_MISMATCH;
    assert_int_equal(trial_judge(t, 0), CAME_EXTRA);
    say(0, "unknown", script.array.name, l, NULL);
    assert_false(trial_as_expected(t, trial_judge(t, 0)));
}

/* A bug that another cost makes right, and the cost not told. */
static void test_judge__wants_a_guessed_cost_said(void **state)
{
    trial *t = *state;
    be_quiet();
    t->expected = EXPECT_NAME;
    for (uint64_t seed = 0; (t->expected != EXPECT_MAYBE || !t->t.seen) && seed < 1000; seed++)
        trial_make(t, BUG_OUTPUT_EXTRA, seed, SAVE_GRADS);
    assert_int_equal(t->expected, EXPECT_MAYBE);
    assert_int_equal(trial_judge(t, 0), CAME_MISSED);
    script.cost_assumed = 1;
    assert_int_equal(trial_judge(t, 0), CAME_SILENT);
    script.array.verdict = CRS_ARRAY_MISMATCH;
    assert_int_equal(trial_judge(t, 0), CAME_MISSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_judge__tells_outcomes_apart),
        cmocka_unit_test(test_judge__wants_strangers_placed_and_not_named),
        cmocka_unit_test(test_judge__wants_right_nets_silent),
        cmocka_unit_test(test_judge__wants_open_steps_undecided),
        cmocka_unit_test(test_judge__wants_a_guessed_cost_said),
    };
    return cmocka_run_group_tests(tests, open_trial, close_trial);
}
